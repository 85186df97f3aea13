//! What each scenario says it shows, it shows.

mod kv;
mod shardctrl;
mod txn;

use netsplit_core::id::NodeId;
use netsplit_core::raft::peer::Peer;
use netsplit_core::raft::role::RoleName;
use netsplit_core::time::Time;

use super::by_id;
use crate::check::raft::property::{ELECTION_SAFETY, STATE_MACHINE_SAFETY};
use crate::each_lab;
use crate::lab::Lab;
use crate::labs::raft::RaftLab;
use crate::labs::raft_disk::{DiskText, impossible_starts};
use crate::moment::Moment;
use crate::open;
use crate::scenario::{Line, Scenario, Script};
use crate::scene::{Act, Limits, Planned, Scene};
use crate::trace::{Event, Happened, Tracer, Until};
use crate::verb::leader;
use crate::world::World;

/// A run that is watched.
struct Show<L: Lab> {
    tracer: Tracer<L>,
    events: Vec<Event>,
}

fn node(number: u32) -> NodeId {
    NodeId::from_number(number).expect("nodes count from 1")
}

fn start_script<L: Lab>(script: &Script, acts: Vec<Act>, until: Until) -> Show<L> {
    let lines = open::lines(script);
    let world = open::world(&script.setup).expect("the setup of a scenario is right");
    let scene = Scene::new(world, lines.clone(), Limits::default());
    Show { tracer: Tracer::new(scene, lines, acts, until), events: Vec::new() }
}

/// A scenario with some options changed, at its start.
fn start(id: &str, changes: &[(&str, &str)]) -> Show<RaftLab> {
    start_of(id, changes)
}

fn start_of<L: Lab>(id: &str, changes: &[(&str, &str)]) -> Show<L> {
    let mut script = by_id(id).expect("the scenario is in the list").parse();
    let pair = |(key, value): &(&str, &str)| ((*key).to_owned(), (*value).to_owned());
    let changes: Vec<(String, String)> = changes.iter().map(pair).collect();
    script.setup = script.setup.changed(&changes).expect("the changes of a test are right");
    start_script(&script, Vec::new(), Until::Done)
}

impl<L: Lab> Show<L> {
    /// Runs on to the first event that is looked for.
    fn reach(&mut self, found: impl Fn(&Event, &World<L>) -> bool) -> &mut Show<L> {
        loop {
            let event = self.tracer.next().expect("what is looked for comes before the end");
            let is = found(&event, self.world());
            self.events.push(event);
            if is {
                return self;
            }
        }
    }

    /// Runs on to the note that begins so.
    fn reach_note(&mut self, beginning: &str) -> &mut Show<L> {
        self.reach(|event, _| match &event.what {
            Happened::Note(text) => text.starts_with(beginning),
            _ => false,
        })
    }

    fn finish(&mut self) -> &mut Show<L> {
        for event in self.tracer.by_ref() {
            self.events.push(event);
        }
        self
    }

    fn world(&self) -> &World<L> {
        &self.tracer.scene().world
    }

    fn leads(&self) -> Option<NodeId> {
        leader(self.world())
    }

    fn broken(&self) -> Vec<&'static str> {
        self.tracer.scene().broken().iter().map(|violation| violation.property).collect()
    }

    /// Who became what in which term, in order.
    fn roles(&self, role: &str) -> Vec<(NodeId, u64)> {
        let mut found: Vec<(NodeId, u64)> = Vec::new();
        for event in &self.events {
            if let Happened::Step(step) = &event.what
                && let Some((node, state)) = &step.node
                && state.role == role
                && !found.contains(&(*node, state.glance.term))
            {
                found.push((*node, state.glance.term));
            }
        }
        found
    }

    /// How often something was told that holds these words.
    fn told(&self, words: &str) -> usize {
        let steps = self.events.iter().filter_map(|event| match &event.what {
            Happened::Step(step) => Some(step),
            _ => None,
        });
        steps.flat_map(|step| &step.told).filter(|told| told.text.contains(words)).count()
    }
}

impl Show<RaftLab> {
    fn peer(&self, number: u32) -> &Peer {
        self.world().node(node(number)).machine().expect("the test asks for nodes that are up")
    }

    /// Terms of the log on a node's disk.
    fn terms(&self, number: u32) -> Vec<u64> {
        let disk = self.world().node(node(number)).disk();
        disk.log.iter().map(|(_, entry)| entry.term).collect()
    }
}

#[test]
fn the_first_script_is_the_one_that_is_read() {
    let first = super::first();
    assert_eq!(super::first_script(), first.parse());
    assert!(first.branches.is_empty(), "the first view carries none");
}

#[test]
fn every_scenario_is_named_once() {
    let mut numbers: Vec<u32> = super::with_switches().map(|scenario| scenario.number).collect();
    let mut ids: Vec<&str> = super::with_switches().map(|scenario| scenario.id).collect();
    let count = numbers.len();
    numbers.sort_unstable();
    numbers.dedup();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!((numbers.len(), ids.len()), (count, count));
    let gallery: Vec<u32> = super::all().map(|scenario| scenario.number).collect();
    assert_eq!(gallery, (1..=gallery.len() as u32).collect::<Vec<u32>>());
    for scenario in super::all() {
        for (place, switch) in scenario.switches.iter().enumerate() {
            assert_eq!(switch.shows.number, scenario.number * 100 + place as u32 + 1);
            assert!(switch.shows.id.starts_with(scenario.id), "{}", switch.shows.id);
        }
    }
}

/// What every note says: the expectations before it and the waits between it and
/// the note before that.
fn promises(lines: &[(u32, Line)], note: usize) -> usize {
    let before = lines[..note].iter().rev().map(|(_, line)| line);
    let own = before.take_while(|line| !matches!(line, Line::Note { .. }));
    own.filter(|line| matches!(line, Line::Expect { .. } | Line::RunUntil { .. })).count()
}

/// What is not as a scenario says; nothing when all of it is.
fn wrong_in<L: Lab>(scenario: &Scenario) -> Vec<String> {
    let (id, mut wrong) = (scenario.id, Vec::new());
    let mut show: Show<L> = start_of(id, &[]);
    show.finish();
    let scene = show.tracer.scene();
    let script = scenario.parse().lines;
    for skipped in scene.skipped() {
        let Planned::Line(line) = skipped.what else { continue };
        let (number, line) = &script[line as usize];
        let words = crate::labs::lab(L::NAME).expect("it is in the list").show(line).to_string();
        wrong.push(format!(
            "{id}, line {number}, at {}: {words}: {:?}",
            skipped.moment, skipped.why
        ));
    }
    let said = show.events.iter().filter(|event| matches!(event.what, Happened::Note(_))).count();
    let notes = script.iter().filter(|(_, line)| matches!(line, Line::Note { .. })).count();
    if !scene.script_is_done() || said != notes {
        wrong.push(format!("{id}: {said} notes of {notes}"));
    }
    let (mut broken, mut breaks) = (show.broken(), scenario.breaks.to_vec());
    broken.sort_unstable();
    breaks.sort_unstable();
    if broken != breaks {
        wrong.push(format!("{id}: broken are {broken:?}, not {breaks:?}"));
    }
    wrong
}

/// What is asked of scenarios of a lab.
struct Asked {
    lab: &'static str,
    wrong: fn(&Scenario) -> Vec<String>,
    never_otherwise: fn(&[&Scenario]) -> Vec<String>,
}

impl Asked {
    const fn of<L: Lab>() -> Asked {
        Asked { lab: L::NAME, wrong: wrong_in::<L>, never_otherwise: never_otherwise::<L> }
    }
}

fn of_lab(scenario: &Scenario) -> &'static Asked {
    const ALL: &[Asked] = each_lab!(Asked);
    let lab = scenario.parse().setup.lab;
    ALL.iter().find(|asked| asked.lab == lab).expect("it is in the list")
}

#[test]
fn what_every_note_promises_happens() {
    let mut wrong = Vec::new();
    for scenario in super::with_switches() {
        wrong.extend((of_lab(scenario).wrong)(scenario));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// An expectation that is never otherwise, in no run of its scenario and of what
/// the switches show, promises nothing.
#[test]
fn every_promise_could_be_broken() {
    let mut kept = Vec::new();
    for scenario in super::all() {
        let shown = scenario.switches.iter().map(|switch| switch.shows);
        let family: Vec<&Scenario> = std::iter::once(scenario).chain(shown).collect();
        kept.extend((of_lab(scenario).never_otherwise)(&family));
    }
    assert!(kept.is_empty(), "never otherwise:\n{}", kept.join("\n"));
}

/// The expectations of some scenarios that hold after every step of all of them.
fn never_otherwise<L: Lab>(family: &[&Scenario]) -> Vec<String> {
    let mut promises = Vec::new();
    for of in family {
        for (number, line) in of.parse().lines {
            if let Line::Expect { condition, holds } = line {
                promises.push((of.id, number, condition, holds));
            }
        }
    }
    for of in family {
        let mut show: Show<L> = start_of(of.id, &[]);
        while show.tracer.next().is_some() {
            let (world, broken) = (show.world(), show.broken());
            if world.steps() > 0 {
                promises.retain(|(.., it, holds)| it.holds(world, &broken) == *holds);
            }
        }
    }
    promises.iter().map(|promise| format!("{promise:?}")).collect()
}

#[test]
fn every_scenario_has_notes_that_promise_something_and_two_suggestions() {
    for scenario in super::with_switches() {
        let lines = scenario.parse().lines;
        let notes: Vec<usize> =
            (0..lines.len()).filter(|place| matches!(lines[*place].1, Line::Note { .. })).collect();
        let tries = lines.iter().filter(|(_, line)| matches!(line, Line::Try { .. })).count();
        assert!((3..=6).contains(&notes.len()), "{}: {} notes", scenario.id, notes.len());
        assert_eq!(tries, 2, "{}", scenario.id);
        for note in notes {
            let line = lines[note].0;
            assert!(promises(&lines, note) > 0, "{}, line {line} promises nothing", scenario.id);
        }
    }
}

#[test]
fn every_scenario_has_a_question_a_section_and_a_property_that_is_checked() {
    for scenario in super::with_switches() {
        let id = scenario.id;
        let listed = super::all().any(|other| other.number == scenario.number);
        assert_eq!(listed, scenario.question.ends_with('?'), "{id}");
        assert!(scenario.look_for.ends_with('.'), "{id}");
        assert!(!scenario.section.is_empty() && !scenario.part.is_empty(), "{id}");
        let lab = crate::labs::lab(&scenario.parse().setup.lab).expect("it is in the list");
        let known = |id: &&str| lab.code().properties.iter().any(|property| property.id == *id);
        assert!(known(&scenario.property) && scenario.breaks.iter().all(known), "{id}");
        scenario.carried();
    }
}

#[test]
fn first_election() {
    let mut show = start("first-election", &[]);
    show.reach_note("n3 leads");
    assert_eq!(show.leads(), Some(node(3)));
    assert_eq!(show.roles("candidate"), [(node(3), 1)]);
    show.finish();
    assert_eq!(show.roles("leader"), [(node(3), 1)]);
    assert!((1..=5).all(|number| show.peer(number).commit_index() >= 14));
}

#[test]
fn split_vote() {
    let mut show = start("split-vote", &[]);
    show.reach_note("n3 and n5 have two votes");
    assert_eq!(show.roles("candidate"), [(node(1), 1), (node(3), 1), (node(5), 1)]);
    let votes = |of: u32| {
        let voted = |number: &u32| show.peer(*number).voted_for() == Some(node(of));
        (1..=5).filter(voted).count()
    };
    assert_eq!([votes(1), votes(3), votes(5)], [1, 2, 2]);
    show.finish();
    assert_eq!(show.roles("leader"), [(node(4), 2)]);
}

#[test]
fn split_votes_with_the_same_time_outs_never_end() {
    let mut show = start("split-vote-same-time-outs", &[]);
    show.finish();
    assert_eq!(show.roles("leader"), []);
    assert!(show.roles("candidate").len() > 40, "all five ask in every term");
}

#[test]
fn deaf_node() {
    let mut show = start("deaf-node", &[]);
    show.reach_note("n5's request");
    assert_eq!(show.leads(), None);
    show.reach_note("Again");
    assert_eq!(show.leads(), None);
    assert!(show.roles("leader").len() >= 2);
    show.reach_note("It reigns");
    let reigns = show.leads().expect("nobody else asks for votes");
    assert_eq!(show.world().node(reigns).machine().map(Peer::commit_index), Some(1));
    assert!((1..=5).all(|number| show.terms(number).len() == 2));
}

#[test]
fn a_deaf_node_with_pre_vote_topples_nobody() {
    let mut show = start("deaf-node-pre-vote", &[]);
    show.finish();
    assert_eq!(show.roles("leader"), [(node(1), 1)]);
    assert!((1..=5).all(|number| show.peer(number).commit_index() == 2));
}

#[test]
fn a_deaf_leader_with_check_quorum_steps_down() {
    let mut show = start("deaf-node-check-quorum", &[]);
    show.finish();
    assert_ne!(show.leads(), Some(node(1)));
    assert_eq!(show.told("steps down"), 1);
}

#[test]
fn one_command() {
    let mut show = start("one-command", &[]);
    show.reach_note("It is on three of five");
    let has =
        |show: &Show<RaftLab>| (1..=5).filter(|number| show.terms(*number).len() == 1).count();
    assert!(has(&show) >= 3);
    assert!((1..=5).all(|number| show.peer(number).commit_index() == 0));
    show.reach_note("The third copy");
    assert!(has(&show) >= 3);
    let knows = (1..=5).filter(|number| show.peer(*number).commit_index() == 1);
    assert_eq!(knows.collect::<Vec<u32>>(), [3], "the leader alone");
    show.reach_note("With the next message");
    assert!((1..=5).all(|number| show.peer(number).last_applied() == 1));
}

#[test]
fn leader_crash() {
    let mut show = start("leader-crash", &[]);
    show.reach_note("The leader crashes");
    let without = [1, 2, 4, 5].into_iter().filter(|number| show.terms(*number).len() == 1);
    assert_eq!(without.count(), 4, "x2 is on no other disk yet");
    show.reach_note("n1 leads");
    assert_eq!(show.leads(), Some(node(1)));
    show.reach_note("The old leader");
    assert!((1..=5).all(|number| show.terms(number) == [1, 1, 2]));
    show.reach_note("n2 had x5");
    assert_eq!(show.told("n2 refuses n4: its log is older"), 1);
    assert_eq!(show.told("n2 loses entry 5"), 1);
}

#[test]
fn five_milliseconds_decide_about_what_was_not_acknowledged() {
    let mut show = start("leader-crash-5-ms-earlier", &[]);
    show.reach_note("No answer had come");
    assert_eq!((2..=5).map(|number| show.terms(number).len()).collect::<Vec<_>>(), [4; 4]);
    show.finish();
    assert!((2..=5).all(|number| show.terms(number) == [1, 1, 2, 2, 3]));
    let mut show = start("leader-crash-5-ms-later", &[]);
    show.reach_note("The third copy");
    assert_eq!(show.told("n1 applies entry 4: x4"), 1);
    show.finish();
    assert!((2..=5).all(|number| show.terms(number) == [1, 1, 2, 2, 2, 3]));
}

#[test]
fn two_leaders() {
    let mut show = start("two-leaders", &[]);
    show.reach_note("The other side");
    let leads = |number| show.peer(number).role().name() == RoleName::Leader;
    assert!(leads(1) && leads(3));
    assert_eq!((show.peer(1).current_term(), show.peer(3).current_term()), (1, 2));
    assert_eq!(show.peer(1).commit_index(), 1);
    show.finish();
    assert!((1..=5).all(|number| show.terms(number) == [1, 2]));
    assert_eq!(show.told("loses entries 2 to 3"), 2);
}

#[test]
fn two_leaders_that_commit_with_half_of_the_copies_contradict_each_other() {
    let mut show = start("two-leaders-half", &[]);
    show.reach_note("n1 and n2 have");
    assert_eq!(show.peer(1).last_applied(), 3);
    show.finish();
    assert!(show.broken().contains(&STATE_MACHINE_SAFETY), "{:?}", show.broken());
}

#[test]
fn figure_7() {
    let script = by_id("figure-7").expect("it is in the list").parse();
    let disks: Vec<(NodeId, DiskText)> = script
        .setup
        .disks
        .iter()
        .map(|(node, text)| (*node, DiskText::parse(text, 7).expect("it was read before")))
        .collect();
    assert_eq!(impossible_starts(&disks), []);
    let mut show = start("figure-7", &[]);
    show.reach_note("n1 leads term 8");
    let before = show.terms(1);
    assert_eq!(before, [1, 1, 1, 4, 4, 5, 5, 6, 6, 6]);
    show.finish();
    let after: Vec<u64> = before.into_iter().chain([8]).collect();
    assert!((1..=7).all(|number| show.terms(number) == after));
    assert_eq!(show.told("n1 loses"), 0);
}

#[test]
fn everyone_crashes() {
    let mut show = start("everyone-crashes", &[]);
    show.reach_note("Term, vote and log");
    for number in 1..=5 {
        let peer = show.peer(number);
        assert_eq!((peer.current_term(), peer.commit_index()), (1, 0));
        assert_eq!((peer.voted_for(), peer.log().last_index()), (Some(node(3)), 3));
    }
    show.reach_note("There is a leader again");
    assert!(show.leads().is_some());
    assert!((1..=5).all(|number| show.peer(number).commit_index() == 0));
    assert!(show.told("waits for an entry of term 2") > 0);
    show.finish();
    assert!((1..=5).all(|number| show.peer(number).commit_index() == 4));
}

#[test]
fn vote_forgotten() {
    let mut show = start("vote-forgotten", &[]);
    show.finish();
    assert_eq!(show.broken(), [ELECTION_SAFETY]);
    assert_eq!(show.roles("leader"), [(node(1), 1), (node(3), 1)]);
}

#[test]
fn an_honest_disk_keeps_the_vote() {
    let mut show = start("vote-forgotten-honest-disk", &[]);
    show.finish();
    assert_eq!(show.roles("leader"), [(node(3), 1)]);
}

#[test]
fn late_mail() {
    let mut show = start("late-mail", &[]);
    show.reach_note("n2 leads term 3");
    assert_eq!((show.terms(1), show.terms(2), show.terms(3)), (vec![1], vec![3], vec![3]));
    show.reach_note("The letter");
    assert_eq!(show.told("term 1 is over, n3 is in term 3 (5.1)"), 2);
    assert_eq!(show.terms(3), [3]);
    show.reach_note("n1 still has");
    assert_eq!(show.leads(), Some(node(3)));
}

#[test]
fn late_mail_that_is_accepted_cuts_off_a_committed_entry() {
    let mut show = start("late-mail-accepted", &[]);
    show.reach_note("n3 takes the letter");
    assert_eq!(show.terms(3), [1]);
    assert!(show.told("n3 loses entry 1") > 0);
}

#[test]
fn figure_8() {
    let mut show = start("figure-8", &[]);
    show.reach_note("(a)");
    assert_eq!((show.terms(1), show.terms(2)), (vec![1, 2], vec![1, 2]));
    assert!((3..=5).all(|number| show.terms(number) == [1]));
    show.reach_note("(b)");
    assert_eq!((show.leads(), show.terms(5)), (Some(node(5)), vec![1, 3]));
    show.reach_note("(c)");
    assert_eq!((show.leads(), show.peer(1).current_term()), (Some(node(1)), 4));
    assert!((1..=3).all(|number| show.terms(number) == [1, 2]));
    assert!((1..=4).all(|number| show.peer(number).commit_index() == 0));
    show.reach_note("(d) S1");
    assert_eq!((show.leads(), show.peer(5).current_term()), (Some(node(5)), 5));
    show.finish();
    assert!((2..=5).all(|number| show.terms(number) == [1, 3, 5]));
    assert_eq!(show.broken(), [""; 0]);
}

#[test]
fn figure_8_with_old_terms_counted_loses_a_committed_entry() {
    let mut show = start("figure-8-old-terms-count", &[]);
    show.reach_note("(b)");
    assert_eq!(show.broken(), [""; 0]);
    show.reach_note("(c)");
    assert_eq!((show.peer(1).last_applied(), show.broken()), (2, vec![STATE_MACHINE_SAFETY]));
    show.finish();
    assert!((2..=5).all(|number| show.terms(number) == [1, 3, 5]));
}

#[test]
fn figure_8_in_its_smallest_form() {
    let mut show = start("figure-8-three-servers", &[]);
    show.reach_note("n1 leads term 3");
    assert_eq!((show.terms(1), show.terms(2), show.terms(3)), (vec![1], vec![1], vec![2]));
    show.finish();
    assert_eq!((show.terms(2), show.terms(3)), (vec![2, 4], vec![2, 4]));
}

#[test]
fn figure_8_carries_e_as_a_branch_that_leaves_at_c() {
    let scenario = by_id("figure-8").expect("it is in the list");
    let mut run = open::script(&scenario.parse(), Vec::new()).expect("it can be opened");
    run.carry(scenario.carried());
    let end = Moment::after(Time::from_micros(490_000));
    run.run_to(end, u64::MAX);
    let straight = run.fingerprint();
    let branches = run.branches();
    let names: Vec<_> = branches.iter().map(|branch| branch.name.as_deref()).collect();
    assert_eq!(names, [Some("(d)"), Some("(e)")]);
    let fork = branches[1].parent.expect("it leaves the run").1;
    assert!(run.show(branches[1].id));
    assert_eq!(run.moment(), fork);
    run.run_to(Moment::after(Time::from_micros(1_600_000)), u64::MAX);
    assert!(run.broken().is_empty());
    let committed = run.view().nodes.iter().filter(|node| node.glance.committed >= 3).count();
    assert_eq!(committed, 4, "the entry of term 4 takes everything before it along");
    // The run itself is what it was without its branch.
    run.show(0);
    run.seek(end, u64::MAX);
    assert_eq!(run.fingerprint(), straight);
}

#[test]
fn too_far_behind() {
    let mut show = start("too-far-behind", &[]);
    show.finish();
    let pieces = show.events.iter().filter(|event| match &event.what {
        Happened::Step(step) => {
            step.kind == Some("InstallSnapshot") && step.text.starts_with("deliver")
        }
        _ => false,
    });
    assert!(pieces.count() >= 3, "it comes in pieces");
    assert_eq!(show.told("n3 starts from the snapshot"), 1);
    assert_eq!(show.peer(3).commit_index(), 6);
}
