//! Sessions: how they begin, what they keep, how they end.

use super::world::{World, n};
use crate::replicated::counter::Counter;
use crate::replicated::message::{Notice, Outcome, Request};
use crate::replicated::options::{Kept, Options};

fn kept(most: u32) -> Options {
    Options { sessions: Kept::Opened { most }, ..Options::paper() }
}

/// The sessions that were opened or ended at a server.
fn changes(world: &World<Counter>, at: u32, opened: bool) -> Vec<u64> {
    let change = |(_, node, notice): &(_, _, Notice)| match notice {
        Notice::Session { session, open } if *node == n(at) && *open == opened => Some(*session),
        _ => None,
    };
    world.told.iter().filter_map(change).collect()
}

#[test]
fn a_session_is_named_by_its_entry_and_freed_by_its_clerk() {
    let mut world: World<Counter> = World::new(3, kept(10), 1);
    world.elect();
    world.does(0, "inc");
    world.does(0, "inc");
    world.does(1, "inc");
    world.run(500);
    assert_eq!(changes(&world, 1, true), [2, 5], "entry 1 is the leader's own");
    world.ask(n(4), Request::Close { clerk: 0 });
    world.run(500);
    for number in 1..=3 {
        let open: Vec<u64> = world.server(n(number)).sessions().iter().map(|(id, _)| id).collect();
        assert_eq!(open, [5]);
    }
    assert_eq!(world.clients().clerk_count(), 1);
}

/// Past the bound the one that was not used for longest ends, on every server the same one; its
/// clerk is told that nobody knows.
#[test]
fn past_the_bound_the_least_used_session_ends_and_its_clerk_is_told() {
    let mut world: World<Counter> = World::new(3, kept(2), 2);
    world.elect();
    (0..2).for_each(|clerk| {
        world.does(clerk, "inc");
    });
    world.does(0, "inc");
    world.does(2, "inc");
    world.run(500);
    let ended = changes(&world, 1, false);
    assert_eq!(ended.len(), 1);
    assert_eq!(ended, changes(&world, 2, false));
    assert_eq!(ended, changes(&world, 3, false));
    assert_eq!(world.does(1, "inc"), "Unknown", "its session has ended");
    assert_eq!(world.does(0, "read"), "4", "and its command was not done");
    assert_eq!(world.does(1, "inc"), "5", "a new session is opened for the next one");
}

/// A clerk whose answer is lost asks again under the same number, and gets the reply that was kept.
#[test]
fn a_lost_answer_is_given_again() {
    let mut world: World<Counter> = World::new(3, kept(10), 3);
    let leader = world.elect();
    world.does(0, "inc");
    world.cuts.insert((leader, n(4)));
    world.call(0, "inc");
    world.run(50);
    assert_eq!(world.server(leader).bytes(), world.server(leader).sessions().bytes() + 8);
    world.cuts.clear();
    world.run(500);
    assert_eq!(world.replies(), [(0, "1".to_owned()), (0, "2".to_owned())]);
    let applied = world.told.iter().filter(|(_, node, notice)| {
        *node == leader && matches!(notice, Notice::Applied { fresh: true, .. })
    });
    assert_eq!(applied.count(), 2);
    let tried =
        |(_, _, notice): &&(_, _, Notice)| matches!(notice, Notice::Tried { attempt: 2.., .. });
    assert!(world.told.iter().filter(tried).count() >= 1, "it had to ask again");
}

/// Without sessions a command that is asked for twice may be done twice: the price is seen.
#[test]
fn without_sessions_a_retry_may_count_twice() {
    let options = Options { sessions: Kept::None, ..Options::paper() };
    let mut world: World<Counter> = World::new(1, options, 4);
    let leader = world.elect();
    world.cuts.insert((leader, n(2)));
    world.call(0, "inc");
    world.run(50);
    world.cuts.clear();
    world.run(500);
    assert_eq!(world.does(0, "read"), "2");
    assert!(world.server(leader).sessions().is_empty());
}

/// A clerk that crashes is another one afterwards: an answer to the one before is not for it.
#[test]
fn answers_to_a_clerk_of_before_the_crash_are_not_taken() {
    for seed in 0..20 {
        let options = Options { sessions: Kept::Chosen, ..Options::paper() };
        let mut world: World<Counter> = World::new(1, options, seed);
        world.elect();
        (0..5).for_each(|_| {
            world.does(1, "inc");
        });
        world.call(0, "inc");
        world.run(seed % 10);
        world.crash(n(2));
        world.start(n(2));
        // The first call of both.
        let counted = world.does(0, "inc");
        let clients = world.clients();
        let own =
            clients.clerks().find_map(|(number, clerk)| clerk.session.filter(|_| number == 0));
        let applied = world.told.iter().find_map(|(_, _, notice)| match notice {
            Notice::Applied { session, outcome: Outcome::Reply(reply), .. } => {
                (Some(*session) == own).then(|| reply.to_string())
            }
            _ => None,
        });
        assert_eq!(applied, Some(counted), "seed {seed}");
    }
}

/// Clerks find a new leader: by hints, and by asking the next one.
#[test]
fn a_clerk_finds_who_leads_and_remembers() {
    let mut world: World<Counter> = World::new(5, kept(10), 6);
    let leader = world.elect();
    world.does(0, "inc");
    let before = world.told.len();
    world.does(0, "inc");
    let asked: Vec<_> = world.told[before..]
        .iter()
        .filter_map(|(_, _, notice)| match notice {
            Notice::Tried { at, .. } => Some(*at),
            _ => None,
        })
        .collect();
    assert_eq!(asked, [leader], "it remembers who led");
    world.crash(leader);
    assert_eq!(world.does(0, "inc"), "3");
}

/// A leader that was cut off with one of its followers is heard by clerks, and commits nothing; the
/// follower sends them back to it.
#[test]
fn a_clerk_is_not_kept_by_a_leader_that_is_cut_off() {
    let mut world: World<Counter> = World::new(5, kept(100), 2);
    let old = world.elect();
    world.does(0, "inc");
    // The one that is asked after it.
    let with = n(old.number() % 5 + 1);
    for side in [old, with] {
        for other in (1..=5).map(n).filter(|&other| other != old && other != with) {
            world.cuts.extend([(side, other), (other, side)]);
        }
    }
    world.call_at(0, "inc", Some(old));
    world.run_until(20_000, |world| (world.replies().len() == 2).then_some(()));
}
