//! Each mark is found by the swarm of a lab, and what is found shows it at its next step.

use super::*;
use crate::open;
use crate::run::Run;
use crate::scenarios;

/// Searches to the end.
fn search(id: &str, ground: Ground) -> Option<Found> {
    let mark = Mark::by_id(id).unwrap_or_else(|| panic!("there is no mark {id}"));
    let mut search = Search::new(mark, ground);
    loop {
        match search.advance(1_000).expect("it can be opened") {
            Progress::Going => {}
            Progress::Found(found) => return Some(*found),
            Progress::Nowhere => return None,
        }
    }
}

fn scenario(number: u32) -> Ground {
    let seed = scenarios::by_number(number).expect("it is in the list").parse().setup.seed;
    Ground::of(Link::to(What::Listed { number }, seed), Time::ZERO)
}

/// The run of a link, at its moment.
fn opened(link: &Link) -> Box<dyn Run> {
    let mut opened = open::link(&link.to_string()).unwrap_or_else(|why| panic!("{why}"));
    opened.advance(u64::MAX);
    assert_eq!(opened.run.moment(), link.moment);
    opened.run
}

/// The marks that are looked for in one lab alone: the store is over Raft.
fn of_store_alone() -> impl Iterator<Item = &'static Mark> {
    Mark::of_lab("kv").filter(|mark| Mark::of_lab("raft").all(|other| other != *mark))
}

#[test]
fn every_mark_has_its_own_word_and_belongs_to_a_lab() {
    for (place, mark) in MARKS.iter().enumerate() {
        let others = &MARKS[place + 1..];
        assert!(others.iter().all(|other| other.id != mark.id && other.kind != mark.kind));
        assert!(!mark.sentence.ends_with('.') && mark.sentence.starts_with(char::is_lowercase));
        assert!(Mark::of_lab("kv").any(|it| it == mark), "{}", mark.id);
    }
}

#[test]
fn every_mark_of_raft_is_reached_by_its_swarm() {
    for mark in Mark::of_lab("raft") {
        reached_by_the_swarm("raft", mark);
    }
}

#[test]
fn every_mark_of_the_store_is_reached_by_its_swarm() {
    for mark in of_store_alone() {
        reached_by_the_swarm("kv", mark);
    }
}

fn reached_by_the_swarm(lab: &'static str, mark: &Mark) {
    let found = search(mark.id, Ground::Swarm(lab));
    let found = found.unwrap_or_else(|| panic!("{} is never reached", mark.id));
    let run = opened(&found.link);
    assert_eq!(run.lab(), lab);
    assert!(run.broken().is_empty(), "{}", mark.id);
}

/// A scenario of the store for each of its marks, which shows it under its own seed; that
/// followers answer queries is an option of none.
const IN_SCENARIOS: &[(&str, &str)] = &[
    ("retry", "who-leads"),
    ("sent-on", "who-leads"),
    ("done-before", "asked-twice"),
    ("late-reply", "asked-twice"),
    ("session-ended", "session-over"),
    ("session-expired", "session-over"),
    ("read-by-round", "stale-read"),
    ("read-by-lease", "slow-clock"),
    ("handed-over", "hand-over"),
    ("snapshot-taken", "snapshot-restart"),
];

#[test]
fn every_mark_of_the_store_is_found_in_a_scenario_of_it() {
    for (mark, id) in IN_SCENARIOS {
        let of_id = scenarios::by_id(id).unwrap_or_else(|| panic!("there is no {id}"));
        let found = search(mark, scenario(of_id.number));
        assert_eq!(found.map(|found| found.tried), Some(1), "{mark} in {id}");
    }
    let text = "scenario kv nodes=3 seed=7 reads=follower calls=5\n";
    let followers = Ground::of(Link::to(What::Written(text.to_owned()), 7), Time::ZERO);
    assert!(search("read-by-follower", followers).is_some());
    let is_there = |mark: &Mark| IN_SCENARIOS.iter().any(|(id, _)| *id == mark.id);
    let left: Vec<&str> = of_store_alone().filter(|it| !is_there(it)).map(|it| it.id).collect();
    assert_eq!(left, ["read-by-follower"]);
}

#[test]
fn a_split_vote_is_found_under_another_seed_and_opens_just_before() {
    let found = search("split-vote", scenario(1)).expect("votes split sometimes");
    assert_eq!(search("split-vote", scenario(1)), Some(found.clone()), "it is the same each time");
    let mut run = opened(&found.link);
    let asking = |run: &mut Box<dyn Run>| {
        let view = run.view();
        let candidates = view.nodes.iter().filter(|node| node.view.role == "candidate");
        candidates.map(|node| node.glance.term).max().unwrap_or(0)
    };
    let before = asking(&mut run);
    run.step();
    assert!(asking(&mut run) > before, "a candidate gives up on the term that was split");
}

#[test]
fn a_leader_that_crashes_is_found_where_the_script_crashes_it() {
    let text = "scenario raft nodes=5 seed=3\nrun until leader within 2s\ncrash leader\n";
    let link = Link::to(What::Written(text.to_owned()), 3);
    let found = search("leader-crash", Ground::of(link, Time::ZERO)).expect("it crashes");
    assert_eq!((found.seed, found.tried), (3, 1));
    let mut run = opened(&found.link);
    assert!(run.view().nodes.iter().all(|node| node.up));
    run.step();
    assert!(run.view().nodes.iter().any(|node| !node.up));
}

#[test]
fn what_cannot_happen_is_given_up() {
    let text = "scenario raft nodes=1 seed=1\n";
    let link = Link::to(What::Written(text.to_owned()), 1);
    assert_eq!(search("split-vote", Ground::of(link, Time::ZERO)), None);
}
