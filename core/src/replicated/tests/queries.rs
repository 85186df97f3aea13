//! Queries in each mode: what each costs, and that none is stale while it keeps its conditions.

use super::world::{World, n};
use crate::id::NodeId;
use crate::replicated::counter::Counter;
use crate::replicated::message::{Notice, Request, Returned};
use crate::replicated::mutants::{Mutant, Mutants};
use crate::replicated::options::{Options, Reading};
use crate::time::Span;

fn options(reading: Reading) -> Options {
    match reading {
        Reading::Lease => Options::paper().with_lease(),
        _ => Options { reading, ..Options::paper() },
    }
}

/// How queries were answered.
fn readings(world: &World<Counter>) -> Vec<(NodeId, Reading)> {
    let reading = |(_, node, notice): &(_, NodeId, Notice)| match notice {
        Notice::Answered { reading, .. } => Some((*node, *reading)),
        _ => None,
    };
    world.told.iter().filter_map(reading).collect()
}

#[test]
fn each_mode_answers_in_its_way() {
    for reading in Reading::ALL {
        let mut world: World<Counter> = World::new(3, options(reading), 1);
        let leader = world.elect();
        world.does(0, "inc");
        world.run(500);
        let last = world.server(leader).raft().log().last_index();
        let follower = (1..=3).map(n).find(|&node| node != leader).expect("there are three");
        let at = if reading == Reading::Follower { follower } else { leader };
        let before = world.told.len();
        world.call_at(0, "read", Some(at));
        let reply = world.run_until(1_000, |world| world.returned_since(before, 0));
        assert_eq!(reply, Returned::Reply("1".into()), "{reading:?}");
        assert_eq!(readings(&world), [(at, reading)]);
        let grew = world.server(leader).raft().log().last_index() - last;
        assert_eq!(grew, u64::from(reading == Reading::Log), "{reading:?}: entries in the log");
    }
}

/// Its round is confirmed at once, before its disk has the first entry of its term.
#[test]
fn a_server_that_is_alone_answers_once_an_entry_of_its_term_is_committed() {
    for reading in Reading::ALL {
        let mut world: World<Counter> = World::new(1, options(reading), 1);
        world.save = Span::from_millis(20);
        world.run_until(20_000, |world| world.leader());
        assert_eq!(world.server(n(1)).raft().commit_index(), 0, "{reading:?}");
        assert_eq!(world.does(0, "read"), "0", "{reading:?}");
    }
}

/// An old leader that is cut off, a new one, and a clerk that can reach the old one alone.
fn cut_off(options: Options, seed: u64) -> (World<Counter>, NodeId) {
    let mut world: World<Counter> = World::new(5, options, seed);
    let old = world.elect();
    world.does(0, "inc");
    for other in (1..=5).map(n).filter(|&node| node != old) {
        world.cuts.extend([(old, other), (other, old)]);
    }
    (world, old)
}

/// What the old leader answers to a query, once the others have counted further.
fn asked_at_the_old_leader(mut world: World<Counter>, old: NodeId) -> Option<Returned> {
    world.run_until(20_000, |world| world.leader().filter(|&leader| leader != old));
    assert_eq!(world.does(1, "inc"), "2");
    let client = n(6);
    for other in (1..=5).map(n).filter(|&node| node != old) {
        world.cuts.extend([(client, other), (other, client)]);
    }
    let before = world.told.len();
    world.call_at(2, "read", Some(old));
    world.run(2_000);
    world.returned_since(before, 2)
}

#[test]
fn a_leader_that_is_cut_off_answers_no_query() {
    for reading in Reading::ALL {
        for seed in 0..5 {
            let (world, old) = cut_off(options(reading), seed);
            assert_eq!(asked_at_the_old_leader(world, old), None, "{reading:?}, seed {seed}");
        }
    }
}

#[test]
fn under_the_mistakes_it_answers_and_is_stale() {
    for mutant in [Mutant::ReadWithoutAsking, Mutant::FollowersRead] {
        let mutants = Mutants::NONE.with(mutant);
        let (world, old) = cut_off(Options { mutants, ..options(Reading::ReadIndex) }, 1);
        let stale = Some(Returned::Reply("1".into()));
        assert_eq!(asked_at_the_old_leader(world, old), stale, "{mutant:?}");
    }
}

/// A lease is good for as long as followers have promised, and not by a clock that is slow beyond
/// the bound: such a leader goes on reading what is old.
#[test]
fn a_lease_holds_as_long_as_clocks_do() {
    let stale = |speed: u64| {
        (0..40).any(|seed| {
            let mut world: World<Counter> = World::new(5, Options::paper().with_lease(), seed);
            let old = world.elect();
            world.does(0, "inc");
            world.speeds[old.index()] = speed;
            world.run(200);
            for other in (1..=5).map(n).filter(|&node| node != old) {
                world.cuts.extend([(old, other), (other, old)]);
            }
            // Its followers elect another as soon as they may, and that counts on.
            let mut counted = 1;
            // A clerk for each question: an answer to an older one says nothing.
            for clerk in 10..210 {
                world.run(5);
                let led = world.leader().is_some_and(|leader| leader != old);
                if led && counted == 1 {
                    counted = world.does(1, "inc").parse().expect("a number");
                }
                let before = world.told.len();
                world.call_at(clerk, "read", Some(old));
                world.run(12);
                if let Some(Returned::Reply(reply)) = world.returned_since(before, clerk)
                    && reply.to_string().parse::<i64>().is_ok_and(|it| it < counted)
                {
                    return true;
                }
            }
            false
        })
    };
    assert!(!stale(100));
    assert!(stale(20), "a clock five times too slow");
}

/// One round of heartbeats serves all queries that came while the one before was under way.
#[test]
fn a_round_serves_a_batch() {
    let mut world: World<Counter> = World::new(3, options(Reading::ReadIndex), 2);
    let leader = world.elect();
    world.does(0, "inc");
    world.run(500);
    let before = world.told.len();
    (0..50).for_each(|clerk| world.call_at(clerk, "read", Some(leader)));
    world.run_until(1_000, |world| (world.replies().len() == 51).then_some(()));
    let confirmed = world.told[before..].iter().filter(|(_, _, notice)| {
        matches!(notice, Notice::Raft(crate::raft::message::Notice::Confirmed { .. }))
    });
    let rounds = confirmed.count();
    assert!((1..=8).contains(&rounds), "{rounds} rounds for 50 queries");
}

/// Lost rounds are sent again.
#[test]
fn queries_survive_losses() {
    for reading in Reading::ALL {
        let mut world: World<Counter> = World::new(3, options(reading), 3);
        world.one_in = 4;
        for count in 1..=20 {
            assert_eq!(world.does(0, "inc"), count.to_string(), "{reading:?}");
            assert_eq!(world.does(1, "read"), count.to_string(), "{reading:?}");
        }
    }
}

/// A round that was sent before a question says nothing about it.
#[test]
fn a_question_waits_for_a_round_after_it() {
    let mut world: World<Counter> = World::new(3, options(Reading::ReadIndex), 7);
    let leader = world.elect();
    world.does(0, "inc");
    world.run(500);
    world.call_at(1, "read", Some(leader));
    let is_out =
        |world: &World<Counter>| (world.server(leader).reads().open_count() == 1).then_some(());
    world.run_until(100, is_out);
    // What it sends from now on is lost; the answers to the round arrive.
    for other in (1..=3).map(n).filter(|&node| node != leader) {
        world.cut_from_now(leader, other);
    }
    let before = world.told.len();
    world.call_at(2, "read", Some(leader));
    world.run(60);
    assert!(world.returned_since(before, 1).is_some(), "its round is answered");
    assert_eq!(world.returned_since(before, 2), None);
}

/// What a follower was told before a crash says nothing about what it asks after it:
///
/// - t1: it asks up to where it must apply, and is told: up to 1; that is under way for long
/// - t2: it crashes, starts, and is cut off; the others do another command
/// - t3: a clerk asks it, and it asks the leader; what it was told at t1 arrives
#[test]
fn an_answer_from_before_a_crash_is_none() {
    let mut world: World<Counter> = World::new(3, options(Reading::Follower), 7);
    let leader = world.elect();
    let follower = (1..=3).map(n).find(|&node| node != leader).expect("there are three");
    world.does(0, "inc");
    world.run(500);
    world.call_at(1, "read", Some(follower));
    let is_under_way = |world: &World<Counter>| {
        let round = world.server(leader).reads().open_count();
        (round == 0 && world.server(follower).reads().open_count() == 1).then_some(())
    };
    world.run_until(100, |world| (world.server(leader).reads().open_count() == 1).then_some(()));
    world.run_until(100, is_under_way);
    assert_eq!(world.hold_up_read_indices(100), 1);
    world.crash(follower);
    world.start(follower);
    world.run_until(90, |world| {
        world.server(follower).raft().leader().filter(|&other| other == leader)
    });
    world.cut_from_now(leader, follower);
    world.cut_from_now(follower, leader);
    assert_eq!(world.does(0, "inc"), "2");
    let before = world.told.len();
    world.call_at(2, "read", Some(follower));
    world.run_until(10, |world| (world.server(follower).reads().open_count() == 1).then_some(()));
    world.run(90);
    assert_ne!(world.returned_since(before, 2), Some(Returned::Reply("1".into())));
}

/// A new leader reads nothing before an entry of its own term is committed: it may not know yet
/// what the last one acknowledged (6.4).
#[test]
fn a_new_leader_waits_for_an_entry_of_its_own_term() {
    for seed in 0..30 {
        let mut world: World<Counter> = World::new(3, options(Reading::ReadIndex), seed);
        let old = world.elect();
        (0..5).for_each(|_| {
            world.does(0, "inc");
        });
        world.crash(old);
        let new = world.run_until(20_000, World::leader);
        let raft = world.server(new).raft();
        assert!(raft.commit_index() < raft.log().last_index());
        // Its followers' disks are slow: heartbeats are answered before entries are.
        world.save = Span::from_millis(20);
        let before = world.told.len();
        world.call_at(1, "read", Some(new));
        let reply = world.run_until(1_000, |world| world.returned_since(before, 1));
        assert_eq!(reply, Returned::Reply("5".into()), "seed {seed}");
    }
}

#[test]
fn a_transfer_ends_the_lease() {
    let mut world: World<Counter> = World::new(3, options(Reading::Lease), 5);
    let leader = world.elect();
    world.run(500);
    assert!(world.server(leader).reads().lease() > Some(world.now));
    let next = (1..=3).map(n).find(|&node| node != leader).expect("there are three");
    world.ask(leader, Request::Transfer(next));
    assert_eq!(world.server(leader).reads().lease(), None);
    world.run(20);
    assert!(world.server(leader).reads().lease().is_none(), "nor is another one granted to it");
}

#[test]
fn the_mode_can_be_changed_while_it_runs() {
    let mut world: World<Counter> = World::new(3, options(Reading::Log), 6);
    let leader = world.elect();
    world.does(0, "inc");
    for reading in [Reading::ReadIndex, Reading::Log, Reading::ReadIndex] {
        world.ask(leader, Request::Read(reading));
        let before = readings(&world).len();
        world.call_at(0, "read", Some(leader));
        world.run_until(1_000, |world| (readings(world).len() > before).then_some(()));
        assert_eq!(readings(&world).last(), Some(&(leader, reading)));
    }
    assert!(Options::paper().lease() < Span::from_millis(150));
    assert_eq!(Reading::from_word("read-index"), Some(Reading::ReadIndex));
}

/// A leader that lost a round with its lead sends another one when it leads again.
#[test]
fn who_leads_again_asks_again_whether_it_leads() {
    let (mut world, old) = cut_off(options(Reading::ReadIndex), 3);
    world.call_at(0, "read", Some(old));
    world.run_until(20_000, |world| world.leader().filter(|&leader| leader != old));
    world.cuts.clear();
    let follows = |world: &World<Counter>| world.leader().filter(|&it| it != old);
    let new = world.run_until(5_000, follows);
    world.run(500);
    world.ask(new, Request::Transfer(old));
    world.run_until(5_000, |world| world.leader().filter(|&leader| leader == old));
    let before = world.told.len();
    world.call_at(0, "read", Some(old));
    let reply = world.run_until(1_000, |world| world.returned_since(before, 0));
    assert_eq!(reply, Returned::Reply("1".into()));
}

/// A round that nobody waits for any more and whose answers are lost holds up nobody.
#[test]
fn a_lost_round_that_nobody_waits_for_holds_up_nobody() {
    let mut world: World<Counter> = World::new(3, options(Reading::Lease), 5);
    let leader = world.elect();
    world.run(300);
    let others: Vec<NodeId> = (1..=3).map(n).filter(|&node| node != leader).collect();
    for &other in &others {
        world.cuts.extend([(leader, other), (other, leader)]);
    }
    // Its lease is renewed in vain, and then it is to read otherwise.
    world.run(60);
    world.ask(leader, Request::Read(Reading::ReadIndex));
    world.run(60);
    world.cuts.clear();
    world.run(20);
    let before = world.told.len();
    world.call_at(0, "read", Some(leader));
    let reply = world.run_until(3_000, |world| world.returned_since(before, 0));
    assert_eq!(reply, Returned::Reply("0".into()));
}
