//! What each scenario says it shows, it shows.

use netsplit_core::id::NodeId;
use netsplit_core::raft::peer::Peer;
use netsplit_core::raft::role::RoleName;

use super::by_id;
use crate::check::raft::property::{ELECTION_SAFETY, LEADER_COMPLETENESS, STATE_MACHINE_SAFETY};
use crate::labs::raft::RaftLab;
use crate::labs::raft_disk::{DiskText, impossible_starts};
use crate::open;
use crate::scenario::{Line, Script};
use crate::scene::{Act, Deed, Limits, Scene};
use crate::script::parse_verb;
use crate::trace::{Event, Happened, Tracer, Until};
use crate::verb::leader;
use crate::world::World;

/// A run that is watched.
struct Show {
    tracer: Tracer<RaftLab>,
    events: Vec<Event>,
}

fn node(number: u32) -> NodeId {
    NodeId::from_number(number).expect("nodes count from 1")
}

fn start_script(script: &Script, acts: Vec<Act>, until: Until) -> Show {
    let lines = open::lines(script);
    let world = open::raft_world(&script.setup).expect("the setup of a scenario is right");
    let scene = Scene::new(world, lines.clone(), Limits::default());
    Show { tracer: Tracer::new(scene, lines, acts, until), events: Vec::new() }
}

/// A scenario with some options changed, at its start.
fn start(id: &str, changes: &[(&str, &str)]) -> Show {
    let mut script = by_id(id).expect("the scenario is in the list").parse();
    let pair = |(key, value): &(&str, &str)| ((*key).to_owned(), (*value).to_owned());
    let changes: Vec<(String, String)> = changes.iter().map(pair).collect();
    script.setup = script.setup.changed(&changes).expect("the changes of a test are right");
    start_script(&script, Vec::new(), Until::Done)
}

impl Show {
    /// Runs on to the first event that is looked for.
    fn reach(&mut self, found: impl Fn(&Event, &World<RaftLab>) -> bool) -> &mut Show {
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
    fn reach_note(&mut self, beginning: &str) -> &mut Show {
        self.reach(|event, _| match &event.what {
            Happened::Note(text) => text.starts_with(beginning),
            _ => false,
        })
    }

    fn finish(&mut self) -> &mut Show {
        for event in self.tracer.by_ref() {
            self.events.push(event);
        }
        self
    }

    fn world(&self) -> &World<RaftLab> {
        &self.tracer.scene().world
    }

    fn peer(&self, number: u32) -> &Peer {
        self.world().node(node(number)).machine().expect("the test asks for nodes that are up")
    }

    /// Terms of the log on a node's disk.
    fn terms(&self, number: u32) -> Vec<u64> {
        let disk = self.world().node(node(number)).disk();
        disk.log.iter().map(|(_, entry)| entry.term).collect()
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

#[test]
fn every_scenario_is_named_once() {
    let mut numbers: Vec<u32> = super::all().map(|scenario| scenario.number).collect();
    let mut ids: Vec<&str> = super::all().map(|scenario| scenario.id).collect();
    let count = numbers.len();
    numbers.sort_unstable();
    numbers.dedup();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!((numbers.len(), ids.len()), (count, count));
}

#[test]
fn every_scenario_runs_to_its_end_as_it_is_written() {
    for scenario in super::all() {
        let mut show = start(scenario.id, &[]);
        show.finish();
        let skipped = show.tracer.scene().skipped();
        assert!(skipped.is_empty(), "{}: {skipped:?}", scenario.id);
        assert!(show.tracer.scene().script_is_done(), "{}", scenario.id);
        assert_eq!(show.broken(), scenario.breaks, "{}", scenario.id);
    }
}

#[test]
fn every_scenario_has_a_question_notes_and_suggestions() {
    for scenario in super::all() {
        let lines = scenario.parse().lines;
        let notes = lines.iter().filter(|(_, line)| matches!(line, Line::Note { .. })).count();
        let tries = lines.iter().filter(|(_, line)| matches!(line, Line::Try { .. })).count();
        assert!((3..=8).contains(&notes), "{}: {notes} notes", scenario.id);
        assert_eq!(tries, 2, "{}", scenario.id);
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
    let mut script = by_id("split-vote").expect("it is in the list").parse();
    script.setup =
        script.setup.changed(&[("mistake".into(), "EL25".into())]).expect("there is EL25");
    let end = "20s".parse().expect("a moment");
    let mut show = start_script(&script, Vec::new(), Until::Moment(end));
    show.finish();
    assert_eq!(show.roles("leader"), []);
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
    let mut show = start("deaf-node", &[("pre-vote", "on")]);
    show.reach_note("n5's request");
    assert_eq!(show.leads(), Some(node(1)));
    assert_eq!(show.peer(1).current_term(), 1);
}

#[test]
fn a_deaf_leader_with_check_quorum_steps_down() {
    let mut show = start("deaf-node", &[("check-quorum", "on"), ("pre-vote", "on")]);
    show.reach_note("Now the leader cannot hear");
    let before = show.leads().expect("somebody leads");
    show.reach_note("It reigns");
    assert_ne!(show.leads(), Some(before));
    assert_eq!(show.told("steps down"), 1);
}

#[test]
fn one_command() {
    let mut show = start("one-command", &[]);
    show.reach_note("It is on three of five");
    let has = |show: &Show| (1..=5).filter(|number| show.terms(*number).len() == 1).count();
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
    show.finish();
    assert!((1..=5).all(|number| show.terms(number) == [1, 1, 2]));
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
    let mut show = start("two-leaders", &[("mistake", "LD02")]);
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
    let scenario = by_id("vote-forgotten").expect("it is in the list");
    let honest = scenario.script.replace("\nlie n2\n", "\n");
    let script = Script::parse(&honest).expect("one line less is a script");
    let mut show = start_script(&script, Vec::new(), Until::Done);
    show.finish();
    assert_eq!(show.broken(), [""; 0]);
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
    let mut show = start("late-mail", &[("mistake", "TM07")]);
    show.finish();
    assert!(show.told("n3 loses entry 1") > 0);
    assert!(show.broken().contains(&LEADER_COMPLETENESS), "{:?}", show.broken());
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
    let mut show = start("figure-8", &[("mistake", "LD01")]);
    show.finish();
    assert!(!show.broken().is_empty());
}

#[test]
fn figure_8_e() {
    let mut show = start("figure-8", &[]);
    let moment = show.reach_note("(c)").tracer.scene().world.moment();
    let script = by_id("figure-8").expect("it is in the list").parse();
    let verb = parse_verb("propose n1 four", crate::labs::LABS[0], 5).expect("it is an act");
    let acts = vec![Act { moment, deed: Deed::Verb(verb) }];
    let mut show = start_script(&script, acts, Until::Done);
    show.finish();
    assert_eq!(show.broken(), [""; 0]);
    assert!((2..=3).all(|number| show.terms(number)[..3] == [1, 2, 4]));
    assert!(!show.roles("leader").contains(&(node(5), 5)));
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
