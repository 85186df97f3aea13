//! The services that are written on the framework, through crashes, cuts and losses.

use super::world::{World, n};
use crate::bytes::Bytes;
use crate::replicated::counter::{self, Counter};
use crate::replicated::lock::{Command, Grant, Locks};
use crate::replicated::message::{Notice, Request, Returned};
use crate::replicated::mutants::{Mutant, Mutants};
use crate::replicated::options::{Kept, Options};
use crate::replicated::service::{Service, Text};

fn options() -> Options {
    Options { log_bytes_max: Some(2_000), ..Options::paper() }
}

/// Whatever is lost, comes twice or crashes: each `inc` counts once, and each reply tells of one.
#[test]
fn every_command_counts_once() {
    for seed in 0..12 {
        let kept = if seed % 2 == 0 { Kept::Opened { most: 100 } } else { Kept::Chosen };
        let options = Options { sessions: kept, ..options() };
        let mut world: World<Counter> = World::new(5, options, seed);
        world.one_in = 8;
        for _ in 0..20 {
            (0..5).for_each(|clerk| world.call(clerk, "inc"));
        }
        // One server after the other goes and comes back, leaders too.
        for number in [1, 2, 3, 4, 5, 1, 2, 3] {
            world.run(300);
            world.crash(n(number));
            world.run(400);
            world.start(n(number));
        }
        world.run_until(60_000, |world| (world.replies().len() == 100).then_some(()));
        let mut counted: Vec<i64> =
            world.replies().iter().map(|(_, reply)| reply.parse().expect("a number")).collect();
        counted.sort_unstable();
        assert_eq!(counted, (1..=100).collect::<Vec<i64>>(), "seed {seed}");
        world.one_in = 0;
        world.run(5_000);
        let first = world.server(n(1));
        for node in (2..=5).map(n) {
            let other = world.server(node);
            assert_eq!(other.service(), first.service(), "seed {seed}: {node}");
            assert_eq!(other.sessions(), first.sessions(), "seed {seed}: {node}");
        }
    }
}

#[test]
fn a_snapshot_replaces_the_log_and_is_read_at_the_start() {
    let mut world: World<Counter> = World::new(3, options(), 3);
    world.elect();
    for count in 1..=200 {
        assert_eq!(world.does(0, "inc"), count.to_string());
        let longest = (1..=3).map(|number| world.server(n(number)).raft().log().bytes()).max();
        assert!(longest < Some(2_100), "{longest:?} bytes after {count}");
    }
    (1..=3).map(n).for_each(|node| world.crash(node));
    (1..=3).map(n).for_each(|node| world.start(node));
    assert_eq!(world.does(0, "read"), "200");
    assert_eq!(world.does(0, "inc"), "201", "and its session is still known");
}

/// A server that was away for long gets the snapshot, and has the state then.
#[test]
fn who_was_away_is_brought_up_by_a_snapshot() {
    let mut world: World<Counter> = World::new(3, options(), 4);
    let leader = world.elect();
    let away = (1..=3).map(n).find(|&node| node != leader).expect("there are three");
    world.isolate(away);
    (0..100).for_each(|_| {
        world.does(0, "inc");
    });
    world.cuts.clear();
    world.run(2_000);
    let told = world.told.iter().any(|(_, node, notice)| {
        let restored =
            matches!(notice, Notice::Raft(crate::raft::message::Notice::Restored { .. }));
        *node == away && restored
    });
    assert!(told, "it was too far behind for entries");
    assert_eq!(world.server(away).service(), world.server(leader).service());
}

/// What a cut off leader was asked is not acknowledged there, and done once in the end.
#[test]
fn a_leader_without_a_majority_answers_nobody() {
    let mut world: World<Counter> = World::new(5, options(), 5);
    let old = world.elect();
    let friend = (1..=5).map(n).find(|&node| node != old).expect("there are five");
    for other in (1..=5).map(n).filter(|&node| node != old && node != friend) {
        for node in [old, friend] {
            world.cuts.extend([(node, other), (other, node)]);
        }
    }
    let client = n(6);
    for other in (1..=5).map(n).filter(|&node| node != old) {
        world.cuts.extend([(client, other), (other, client)]);
    }
    let before = world.told.len();
    world.call_at(0, "inc", Some(old));
    world.run(3_000);
    assert_eq!(world.returned_since(before, 0), None);
    world.cuts.clear();
    let reply = world.run_until(5_000, |world| world.returned_since(before, 0));
    assert_eq!(reply, Returned::Reply("1".into()));
    world.run(1_000);
    assert!((1..=5).all(|number| world.server(n(number)).service().bytes() == 8));
    assert_eq!(world.does(1, "read"), "1");
}

/// A leader that is deposed has an entry replaced; who waited for it is never answered by the one
/// that stands there instead, not even if it was kept waiting.
fn replaced(mutant: Option<Mutant>) -> (Option<Returned>, String) {
    let mutants = mutant.map_or(Mutants::NONE, |mutant| Mutants::NONE.with(mutant));
    let mut world: World<Counter> = World::with_clients(5, 2, Options { mutants, ..options() }, 1);
    let old = world.elect();
    // A clerk with a session, of a number that the other client has none of.
    world.does(9, "inc");
    for other in (1..=5).map(n).filter(|&node| node != old) {
        world.cuts.extend([(old, other), (other, old)]);
    }
    // The first client reaches the old leader alone, and hears nothing of its retries elsewhere.
    let client = n(6);
    for other in (1..=5).map(n).filter(|&node| node != old) {
        world.cuts.extend([(client, other), (other, client)]);
    }
    let before = world.told.len();
    world.call_at(9, "dec", Some(old));
    world.run_until(20_000, |world| world.leader().filter(|&leader| leader != old));
    (0..3).for_each(|_| {
        world.ask(n(7), Request::Call { clerk: 0, command: "inc".into(), at: None });
    });
    world.run(1_000);
    for other in (1..=5).map(n) {
        world.cuts.remove(&(old, other));
        world.cuts.remove(&(other, old));
    }
    world.run(80);
    let told = world.returned_since(before, 9);
    world.cuts.clear();
    world.run(5_000);
    (told, world.does(1, "read"))
}

#[test]
fn nobody_is_answered_by_the_entry_of_another() {
    assert_eq!(replaced(None), (None, "3".to_owned()), "in the end it is done");
    assert_eq!(replaced(Some(Mutant::KeepsWaiters)).0, None, "the entry is looked at");
    let told = replaced(Some(Mutant::AnswerByIndex)).0;
    assert!(told.is_some(), "under the mistake it is told that it was done");
}

/// Leadership is handed over before a stop: clerks hardly notice.
#[test]
fn a_leader_that_stops_hands_over() {
    let mut world: World<Counter> = World::new(3, options(), 6);
    let old = world.elect();
    world.does(0, "inc");
    world.ask(old, Request::Stop);
    world.run_until(100, |world| world.leader().filter(|&leader| leader != old));
    world.run(20);
    assert!(world.told.iter().any(|(_, node, notice)| *node == old && *notice == Notice::Stopped));
    assert_eq!(world.does(0, "inc"), "2");
    world.call_at(0, "inc", Some(old));
    world.run(500);
    assert_eq!(world.replies().last(), Some(&(0, "3".to_owned())), "it is sent to who leads");
}

#[test]
fn leadership_goes_where_it_is_told_to() {
    let mut world: World<Counter> = World::new(5, options(), 7);
    let old = world.elect();
    let next = (1..=5).map(n).rfind(|&node| node != old).expect("there are five");
    world.does(0, "inc");
    world.ask(old, Request::Transfer(next));
    world.run_until(200, |world| (world.leader() == Some(next)).then_some(()));
    assert_eq!(world.does(0, "inc"), "2");
}

#[test]
fn words_that_are_not_understood_fail() {
    let mut world: World<Counter> = World::new(3, options(), 8);
    world.elect();
    assert_eq!(world.does(0, "square"), "Failed");
    assert_eq!(world.does(0, "inc"), "1");
}

#[test]
fn words_of_services_are_read_as_they_are_written() {
    for word in ["inc", "dec", "null", "read"] {
        let command = counter::Command::from_text(word).expect("it is one");
        assert_eq!(command.to_text(), word);
    }
    for text in [
        "acquire door n7 120 500",
        "acquire \"a door\" \"\" 1 2",
        "release door 3",
        "holder \"a \\\"door\\\"\"",
    ] {
        assert_eq!(Command::from_text(text).map(|it| it.to_text()).as_deref(), Some(text));
    }
    for text in ["", "acquire door", "acquire d n x 1", "release door x", "hold door"] {
        assert_eq!(Command::from_text(text), None, "{text}");
    }
    for text in ["free", "held n7 3 620", "held \"a b\" 3 620", "held \"\" 1 2"] {
        let reply = Option::<Grant>::from_text(text).expect("it is one");
        assert_eq!(reply.to_text(), text);
    }
}

fn locks(commands: &[&str]) -> (Locks, Vec<String>) {
    let mut locks = Locks::default();
    let mut apply = |text: &&str| {
        let command = Command::from_text(text).unwrap_or_else(|| panic!("{text}"));
        locks.apply(command).to_text()
    };
    let replies = commands.iter().map(&mut apply).collect();
    (locks, replies)
}

#[test]
fn a_lock_is_held_for_a_time_and_each_grant_has_a_greater_token() {
    let (locks, replies) = locks(&[
        "acquire door a 100 50",
        "acquire door b 120 50",
        "acquire door a 140 50",
        "acquire door b 190 50",
        "release door 1",
        "acquire gate a 150 20",
        "release door 2",
        "acquire door a 10 5",
    ]);
    let expected = [
        "held a 1 150",
        "held a 1 150",
        "held a 1 190",
        "held b 2 240",
        "held b 2 240",
        "held a 3 210",
        "free",
        "held a 4 195",
    ];
    assert_eq!(replies, expected, "time never goes back, and an old token frees nothing");
    assert_eq!(Locks::default().restore(&locks.snapshot()), Some(locks));
    assert_eq!(Locks::default().restore(b"1 2 3 "), None);
    assert_eq!(Counter::default().restore(&Bytes::from("x")), None);
}

/// The lock service over Raft: two clients, one lock, no two grants at once.
#[test]
fn locks_survive_their_leader() {
    let mut world: World<Locks> = World::new(3, options(), 9);
    let leader = world.elect();
    assert_eq!(world.does(0, "acquire door a 0 500"), "held a 1 500");
    world.crash(leader);
    assert_eq!(world.does(1, "acquire door b 100 500"), "held a 1 500", "it is still held");
    assert_eq!(world.does(1, "acquire door b 500 500"), "held b 2 1000");
    assert_eq!(world.does(0, "holder door"), "held b 2 1000");
}
