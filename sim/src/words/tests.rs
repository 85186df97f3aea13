//! What an act led to, and the stories of single things, told of small runs.

use netsplit_core::id::NodeId;
use netsplit_core::time::{Span, Time};

use super::outcome::Told;
use super::{
    caption, caption_of_group, entry_story, leads_to, message_story, node_story, plain, suggestion,
};
use crate::labs::{LabWords, lab};
use crate::moment::Moment;
use crate::open;
use crate::run::{NodeShown, Run, WorldView};
use crate::scenario::Script;
use crate::scenarios;
use crate::script::parse_verb;
use crate::verb::{Selector, Verb};

/// More steps than any run here takes.
const STEPS: u64 = 100_000;

fn raft() -> &'static LabWords {
    lab("raft").expect("it is in the list")
}

/// Five nodes at the step after which one of them leads.
fn led() -> (Box<dyn Run>, NodeId) {
    let script = Script::parse("scenario raft nodes=5 seed=7\n").expect("it is a script");
    let mut run = open::script(&script, Vec::new()).expect("it can be opened");
    loop {
        let view = run.view();
        if let Some(leader) = view.nodes.iter().find(|node| node.glance.leads) {
            return (run, leader.id);
        }
        assert!(run.step(), "somebody is elected");
    }
}

/// What lines of the script lead to within two seconds.
fn outcome(run: &mut dyn Run, lines: &[&str]) -> String {
    let before = run.view();
    for line in lines {
        run.act(parse_verb(line, raft(), 5).expect("it is a line")).expect("it is possible");
    }
    let end = Moment::after(before.moment.at + Span::from_millis(2_000));
    let mut told: Vec<Told> = Vec::new();
    while run.view().next.as_ref().is_some_and(|(at, _)| *at <= end.at) && run.step() {
        let at: Time = run.moment().at;
        told.extend(run.told().into_iter().map(|it| (at, it)));
    }
    leads_to(raft(), &before, &run.view(), &told)
}

#[test]
fn an_act_is_told_by_what_it_led_to() {
    let (mut run, leader) = led();
    let text = outcome(&mut *run, &["crash leader"]);
    let next = run.view().nodes.iter().find(|node| node.glance.leads).expect("another leads").id;
    assert_ne!(next, leader);
    assert!(text.starts_with(&format!("{next} leads term 2 after ")), "{text}");
    assert!(text.contains(" ms"), "{text}");

    let (mut run, leader) = led();
    let text = outcome(&mut *run, &["propose x1"]);
    assert!(text.starts_with("entry 1 is committed after "), "{leader}: {text}");

    let (mut run, _) = led();
    assert_eq!(outcome(&mut *run, &["crash all"]), "all nodes are down");

    let (mut run, leader) = led();
    let others: Vec<String> =
        (1..=5).filter(|n| *n != leader.number()).take(3).map(|n| format!("crash n{n}")).collect();
    let mut lines: Vec<&str> = others.iter().map(String::as_str).collect();
    lines.push("propose x1");
    assert_eq!(outcome(&mut *run, &lines), "entry 1 is not committed within 2 s");
    let (mut run, _) = led();
    lines[3] = "crash leader";
    let text = outcome(&mut *run, &lines);
    assert!(text.starts_with("nobody leads after "), "{text}");
}

#[test]
fn the_stories_say_how_single_things_stand() {
    let (mut run, leader) = led();
    let node = |view: &WorldView, id| node_story(raft(), view, id);
    let text = node(&run.view(), leader);
    assert!(text.starts_with(&format!("{leader} leads term 1 and reaches 5 of 5. ")), "{text}");
    run.act(parse_verb("propose x1", raft(), 5).expect("it is a line")).expect("somebody leads");
    let view = run.view();
    let text = entry_story(raft(), &view, leader, 1, 1);
    assert!(text.starts_with("Entry 1, term 1.") && !text.contains("every later leader"), "{text}");
    let flying = view.flying.iter().find(|it| it.kind == "AppendEntries");
    let text = message_story(raft(), flying.expect("it is sent at once"), &view);
    assert!(text.starts_with(&format!("{leader} sends ")) || text.contains("heartbeat"), "{text}");

    run.run_to(Moment::after(run.moment().at + Span::from_millis(200)), STEPS);
    let view = run.view();
    let text = entry_story(raft(), &view, leader, 1, 1);
    assert!(text.contains("Committed") && text.contains("every later leader has it"), "{text}");
    let other = NodeId::from_index(u32::from(leader.index() == 0));
    let text = node(&view, other);
    assert!(text.contains(&format!("{other} follows {leader} in term 1.")), "{text}");
    assert!(text.contains("Its election timer runs out in "), "{text}");
    run.act(parse_verb(&format!("crash {other}"), raft(), 5).expect("a line")).expect("it is up");
    let text = node(&run.view(), other);
    assert!(
        text.starts_with(&format!("{other} is down. Its disk holds entries up to 1")),
        "{text}"
    );
}

#[test]
fn two_leaders_in_reach_of_each_other_are_not_counted() {
    let scenario = scenarios::by_number(6).expect("two leaders at once");
    let mut run = open::script(&scenario.parse(), Vec::new()).expect("it can be opened");
    let mut mended = 0;
    for _ in 0..STEPS {
        let view = run.view();
        let leaders = view.nodes.iter().filter(|node| node.up && node.glance.leads).count();
        if leaders > 1 {
            let text = caption(raft(), &view).text;
            assert_eq!(view.cuts.is_empty(), !text.contains("reaches"), "{text}");
            mended += u32::from(view.cuts.is_empty());
        }
        if !run.step() || run.moment().at > Time::from_micros(1_000_000) {
            break;
        }
    }
    assert!(mended > 0);
}

#[test]
fn lines_of_the_script_are_read_as_the_page_writes_them() {
    let (mut run, _) = led();
    let view = run.view();
    let flying = view.flying.first().expect("heartbeats are under way");
    let (id, kind) = (flying.id, flying.kind);
    let expected = format!("drop {kind} {} → {}", id.from, id.to);
    assert_eq!(plain(&format!("drop {id}"), &view), expected);
    assert_eq!(plain("cut n1 -> n2", &view), "cut n1 → n2");
    assert_eq!(plain("cut n1 n2 | n3", &view), "cut n1 n2 – n3");
}

#[test]
fn a_property_is_undecided_until_something_could_have_broken_it() {
    let script = Script::parse("scenario raft nodes=5 seed=7\n").expect("it is a script");
    let run = open::script(&script, Vec::new()).expect("it can be opened");
    assert!(run.properties().iter().all(|property| !run.was_tried(property.id)));
    let (mut run, _) = led();
    let tried = |run: &dyn Run| -> Vec<&str> {
        let all = run.properties().iter().map(|property| property.id);
        all.filter(|id| run.was_tried(id)).collect()
    };
    assert_eq!(tried(&*run), ["election-safety", "monotonic", "acknowledged-is-durable"]);
    outcome(&mut *run, &["propose x1"]);
    let most = run.properties().len();
    assert_eq!(tried(&*run).len(), most - 1, "there was no later leader: {:?}", tried(&*run));
    outcome(&mut *run, &["crash leader"]);
    assert_eq!(tried(&*run).len(), most);
}

/// A scenario right behind one of its lines.
fn at_line(id: &str, line: usize) -> Box<dyn Run> {
    let scenario = scenarios::all().find(|it| it.id == id).expect("it is in the list");
    let mut run = open::script(&scenario.parse(), Vec::new()).expect("it can be opened");
    while run.lines_done().len() < line {
        assert!(run.step(), "the script has so many lines");
    }
    run
}

#[test]
fn of_each_group_is_told_what_raft_says_of_a_cluster() {
    let shards = lab("shardkv").expect("it is in the list");
    let said = |run: &mut dyn Run| caption(shards, &run.view()).text;
    let mut run = at_line("join-under-load", 0);
    assert_eq!(said(&mut *run), "No group has a leader yet.");
    let mut seen: Vec<String> = Vec::new();
    let lines = run.script().len();
    while run.lines_done().len() < lines {
        let text = said(&mut *run);
        if seen.last() != Some(&text) {
            seen.push(text);
        }
        run.step();
    }
    let has = |part: &str| seen.iter().any(|text| text.contains(part));
    assert!(has(" ask for votes.") && has(" have no leader."), "{seen:#?}");
    assert!(has("g2 waits for shards ") && has("one more copy commits it."), "{seen:#?}");
    let view = run.view();
    let of_group =
        |group| view.nodes.iter().find(move |it| it.id.group() == group && it.glance.leads);
    let story = |it: &NodeShown| node_story(shards, &view, it.id);
    let g1 = of_group(Some(1)).expect("it has a leader");
    assert!(
        story(g1).contains("reaches 3 of 3.") && story(g1).contains("answers for shards "),
        "{}",
        story(g1)
    );
    let controller = of_group(None).expect("it has a leader");
    assert!(story(controller).contains("Its newest configuration is 2"), "{}", story(controller));
    let text = entry_story(shards, &view, g1.id, 1, g1.log.entries[0].0);
    assert!(text.contains("On all three disks"), "{text}");
}

#[test]
fn a_suggestion_about_the_leader_of_a_group_names_that_one() {
    let shards = lab("shardkv").expect("it is in the list");
    let lines = scenarios::by_id("join-under-load").expect("it is in the list").parse().lines;
    let mut run = at_line("join-under-load", lines.len() - 1);
    let view = run.view();
    let leader = view.nodes.iter().find(|it| it.id.group() == Some(1) && it.glance.leads);
    let leader = leader.expect("g1 has a leader").id;
    let verb = Verb::Crash { who: Selector::LeaderOf(1), kept: 0, torn: 0 };
    let offer = suggestion("Let the leader crash", &verb, &view).expect("it applies");
    assert_eq!(offer.label, format!("Let {leader} crash"));
    assert_eq!(offer.verb, Verb::Crash { who: Selector::node(leader), kept: 0, torn: 0 });
    let nobody = Verb::Crash { who: Selector::LeaderOf(7), kept: 0, torn: 0 };
    assert_eq!(suggestion("Let the leader crash", &nobody, &view), None);
    // Of one group alone nothing is said of others.
    let alone = caption_of_group(shards, &view, 2);
    assert!(alone.text.starts_with("g2.n"), "{}", alone.text);
    assert_eq!(alone.next, caption(shards, &view).next, "time is that of all");
}
