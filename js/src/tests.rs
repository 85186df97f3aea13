//! The run without a browser, and the plain objects held against their types.

use std::collections::BTreeSet;

use netsplit_core::time::{Span, Time};
use netsplit_sim::course;
use netsplit_sim::link::{Link, What};
use netsplit_sim::moment::Moment;
use netsplit_sim::scenarios;
use serde_json::{Value, json};

use crate::player::Player;
use crate::shown::ScenarioShown;
use crate::value::{Count, key};

fn json(value: &impl serde::Serialize) -> Value {
    serde_json::to_value(value).expect("plain data can be written")
}

fn open(text: &str) -> Player {
    Player::open(text).unwrap_or_else(|trouble| panic!("{text}: {}", trouble.message))
}

fn fingerprint(player: &Player) -> String {
    player.place().1.to_string()
}

/// The leader that `view` shows.
fn leader(player: &mut Player) -> String {
    let view = json(&player.view());
    let nodes = view["nodes"].as_array().expect("nodes are a list");
    let leader = nodes.iter().find(|node| node["role"] == "leader");
    leader.expect("somebody leads")["name"].as_str().expect("a name is a text").to_owned()
}

#[test]
fn a_leader_is_elected_crashed_and_another_follows() {
    let mut player = open("first-election");
    assert_eq!(player.run_until("leader"), Ok(true));
    let (first, here) = (leader(&mut player), player.place());
    player.act("crash leader").expect("there is one");
    assert_eq!(player.run_until("leader within 5s"), Ok(true));
    assert_ne!(leader(&mut player), first);

    let (there, link) = (player.place(), player.link().expect("it is short"));
    player.seek(here.0).expect("it is earlier");
    assert_eq!(player.place(), here, "the way back is exact");
    let again = open(&format!("see https://host.example/x/{link}."));
    assert_eq!(again.place(), there, "so is the link");
    assert_eq!(json(again.about())["claim"], "holds");
}

#[test]
fn steps_are_counted_and_the_past_is_not_run_to() {
    let mut player = open("first-election");
    assert_eq!(player.step(20), 20);
    assert_eq!(json(&player.view())["steps"], 20);
    player.run_for(Span::from_millis(50)).expect("no limit is near");
    let trouble = player.run_to(Moment::START).expect_err("it is past");
    assert!(trouble.message.contains("`seek` goes back"), "{}", trouble.message);
    player.seek_step(7);
    assert_eq!(json(&player.view())["steps"], 7);
    assert!(player.trace(None, None).is_ok_and(|trace| trace.len() >= 7));
}

#[test]
fn acts_are_taken_back() {
    let mut player = open("first-election");
    player.run_for(Span::from_millis(100)).expect("no limit is near");
    let before = player.place();
    player.act("crash n1").expect("it is up");
    assert!(player.undo() && player.place() == before);
    assert!(player.redo() && player.place() != before);
    assert!(!player.redo());
}

#[test]
fn what_is_wrong_is_said_with_its_place() {
    let mut player = open("first-election");
    let check = |outcome: Result<(), crate::trouble::Trouble>, says: &str, place| {
        let trouble = outcome.expect_err(says);
        assert!(trouble.message.contains(says), "{}", trouble.message);
        assert!(trouble.message.ends_with('.') && !trouble.message.ends_with(".."));
        assert_eq!(trouble.place, place, "{}", trouble.message);
    };
    check(player.act("crash nobody"), "nobody", Some((1, 7)));
    check(player.act(""), "", Some((1, 1)));
    check(player.act("crash leader"), "There is no leader", None);
    check(player.run_until("leder").map(drop), "leder", Some((1, 1)));
    check(player.run_until("leader within x").map(drop), "x", Some((1, 15)));
    check(player.run_until("").map(drop), "", Some((1, 1)));
    let check_open = |text: &str, says, place| check(Player::open(text).map(drop), says, place);
    check_open("frist-election", "`frist-election` is no scenario's id", None);
    check_open("https://host.example/#s1:AA$EB", "cannot stand in a link", None);
    check_open("scenario raft nodes=3\nrun until leader\ncrash foo\n", "foo", Some((3, 7)));
    check_open(&"#s1:".repeat(100_000), "", None);
}

#[test]
fn the_largest_numbers_that_are_taken_are_shown_exactly() {
    let script = "scenario raft nodes=3 seed=18446744073709551615\ndisk n1 term 1000000000\n";
    let mut player = open(script);
    assert_eq!(json(player.about())["seed"], "18446744073709551615");
    let view = json(&player.view());
    assert_eq!(view["nodes"][0]["disk"]["currentTerm"], 1_000_000_000);
}

#[test]
fn a_long_script_runs_and_has_no_link() {
    let notes: String = (0..900_u64)
        .map(|line| {
            let mixed = line.wrapping_mul(0x9E37_79B9_7F4A_7C15);
            format!("note \"{mixed:x} {:x}\"\n", mixed.rotate_left(31).wrapping_mul(mixed | 1))
        })
        .collect();
    let player = open(&format!("scenario raft nodes=3\n{notes}"));
    let trouble = player.link().expect_err("it is too long");
    assert!(trouble.message.contains("characters"), "{}", trouble.message);
}

#[test]
fn a_test_of_the_course_opens_and_its_trace_is_of_the_same_run() {
    let test = course::by_number(1, 1).expect("the course has a first test");
    let link = Link::to(What::Course { lab: 1, test: 1 }, 7);
    let at = Moment::after(Time::from_micros(1_500_000));
    let player = open(&Link { moment: at, ..link }.to_string());
    let about = json(player.about());
    assert_eq!((&about["of"], &about["title"]), (&json!("course"), &json!(test.name)));
    assert!(about["verdict"].as_str().is_some_and(|said| said.starts_with(test.name)));
    let steps = player.steps();
    let trace = json(&player.trace(None, None).expect("it is short"));
    let last = trace.as_array().and_then(|events| events.last()).expect("much has happened");
    assert_eq!(last["step"], steps, "the trace ends where the run is");
    let again = open(&player.link().expect("it is short"));
    assert_eq!(fingerprint(&again), fingerprint(&player));
}

#[test]
fn a_history_has_what_clients_asked_and_were_told() {
    let mut player = open(STORE);
    assert_eq!(player.run_until("answered 2 on clients within 2s"), Ok(true));
    let history = json(&player.history());
    let row =
        |op: &Value| json!([op["client"], op["call"], op["outcome"], op["reply"].is_string()]);
    let rows: Vec<Value> = history.as_array().expect("it is a list").iter().map(row).collect();
    let expected = [
        json!(["c1", "put x 1", "ok", true]),
        json!(["c2", "get x", "ok", true]),
        json!(["c1", "append x 2", "ok", true]),
        json!(["c2", "get y", "ok", true]),
    ];
    assert_eq!(rows, expected);
    player.seek_step(0);
    assert!(player.history().is_empty(), "nothing was asked then");
}

/// A store with two clients.
const STORE: &str = "\
scenario kv nodes=3 clients=2 seed=4
run until leader within 2s
c1 put x 1
run until answered 1 on c1 within 2s
c2 get x
run until answered 1 on c2 within 3s
c1 append x 2
c2 get y
";

#[test]
fn names_become_names_of_javascript() {
    let cases = [
        ("current term", "currentTerm"),
        ("pre-vote", "preVote"),
        ("log", "log"),
        ("own copy durable to", "ownCopyDurableTo"),
    ];
    for (name, expected) in cases {
        assert_eq!(key(name), expected);
    }
    assert_eq!(json(&Count(u64::MAX)), json!("18446744073709551615"));
    assert_eq!(json(&Count(1 << 52)), json!(1_u64 << 52));
}

// ── Types ──────────────────────────────────────────────────────────────────────

/// The names in an interface of `types.ts`, with those it extends.
fn names_of(interface: &str) -> BTreeSet<String> {
    let types = include_str!("types.ts");
    let (_, after) = types
        .split_once(&format!("export interface {interface} "))
        .unwrap_or_else(|| panic!("types.ts has no {interface}"));
    let (head, body) = after.split_once('{').expect("an interface has a body");
    let (body, _) = body.split_once("\n}").expect("the body ends");
    let lines = body.lines().filter_map(|line| line.trim().strip_prefix("readonly "));
    let names = lines.filter_map(|line| line.split_once(':'));
    let mut names: BTreeSet<String> = names.map(|(name, _)| name.to_owned()).collect();
    if let Some(base) = head.trim().strip_prefix("extends ") {
        names.extend(names_of(base.trim()));
    }
    names
}

/// What is written under `value` has the names that its interface has, no more, no less.
fn check(seen: &mut BTreeSet<&'static str>, interface: &'static str, value: &Value) {
    let object = value.as_object().unwrap_or_else(|| panic!("{interface} is no object: {value}"));
    let names: BTreeSet<String> = object.keys().cloned().collect();
    assert_eq!(names, names_of(interface), "{interface}");
    seen.insert(interface);
}

fn check_each(seen: &mut BTreeSet<&'static str>, interface: &'static str, list: &Value) {
    let list = list.as_array().unwrap_or_else(|| panic!("{interface}: no list: {list}"));
    list.iter().for_each(|value| check(seen, interface, value));
}

fn check_view(seen: &mut BTreeSet<&'static str>, view: &Value) {
    check(seen, "View", view);
    let lists = [
        ("NodeView", "nodes"),
        ("MessageView", "messages"),
        ("Direction", "cuts"),
        ("RuleView", "rules"),
        ("Broken", "broken"),
        ("Skipped", "skipped"),
    ];
    for (interface, list) in lists {
        check_each(seen, interface, &view[list]);
    }
    for node in view["nodes"].as_array().expect("it was looked at just now") {
        check(seen, "LogView", &node["log"]);
        check_each(seen, "EntryView", &node["log"]["entries"]);
        check_each(seen, "TimerView", &node["timers"]);
    }
}

fn check_trace(seen: &mut BTreeSet<&'static str>, trace: &Value) {
    for event in trace.as_array().expect("a trace is a list") {
        match event["kind"].as_str().expect("each has a kind") {
            "step" => {
                check(seen, "StepEvent", event);
                check_each(seen, "Told", &event["told"]);
                check_each(seen, "Sent", &event["sent"]);
                if !event["node"].is_null() {
                    check(seen, "NodeAfter", &event["node"]);
                }
            }
            "act" | "note" | "gaveUp" | "stopped" => check(seen, "TextEvent", event),
            "skipped" => check(seen, "SkippedEvent", event),
            "broken" => {
                check(seen, "BrokenEvent", event);
                check(seen, "Broken", &event["violation"]);
            }
            kind => panic!("types.ts has no event of the kind {kind}"),
        }
    }
}

#[test]
fn plain_objects_are_as_their_types_say() {
    let mut seen = BTreeSet::new();
    for scenario in scenarios::all() {
        let shown = json(&ScenarioShown::of(scenario));
        check(&mut seen, "Scenario", &shown);
        check_each(&mut seen, "Switch", &shown["switches"]);
        let mut player = open(scenario.id);
        check(&mut seen, "About", &json(player.about()));
        check_each(&mut seen, "Property", &json(player.about())["properties"]);
        for _ in 0..40 {
            player.run_for(Span::from_millis(25)).expect("no limit is near");
            check_view(&mut seen, &json(&player.view()));
            check_each(&mut seen, "Told", &json(&player.told()));
        }
        check_trace(&mut seen, &json(&player.trace(None, None).expect("it is short")));
    }
    let mut player =
        open("scenario raft nodes=3 seed=1\nrestart n1\nrun until leader within 1ms\n");
    player.run_for(Span::from_millis(2_000)).expect("no limit is near");
    player.act("cut n1 -> n2").expect("it is whole");
    player.act("drop all n1 -> n3").expect("it is a rule");
    check_view(&mut seen, &json(&player.view()));
    check_trace(&mut seen, &json(&player.trace(None, None).expect("it is short")));

    let mut player = open(STORE);
    player.run_for(Span::from_millis(2_000)).expect("no limit is near");
    check_view(&mut seen, &json(&player.view()));
    check_trace(&mut seen, &json(&player.trace(None, None).expect("it is short")));
    let history = json(&player.history());
    check_each(&mut seen, "Operation", &history);
    history.as_array().expect("it is a list").iter().for_each(|operation| {
        check_each(&mut seen, "Try", &operation["tries"]);
    });

    let types = include_str!("types.ts");
    let all = types.lines().filter_map(|line| line.strip_prefix("export interface "));
    let all: BTreeSet<&str> = all.filter_map(|line| line.split(' ').next()).collect();
    // Bases, and what is thrown.
    let others = ["Fields", "NetsplitError", "EventBase"];
    let missing: Vec<&&str> =
        all.iter().filter(|name| !seen.contains(*name) && !others.contains(name)).collect();
    assert!(missing.is_empty(), "never seen: {missing:?}");
}
