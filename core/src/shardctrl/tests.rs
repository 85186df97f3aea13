//! What is promised of the balance, over drawn sequences of commands.

use std::collections::BTreeSet;

use super::config::{Config, Gid, NOBODY};
use super::configs::Configs;
use super::controller::Controller;
use super::invariants::{changes, is_as_asked, is_even, moved, moved_at_least, orphan};
use super::message::{Call, Reply};
use super::mutants::{Mutant, Mutants};
use super::spec::Controlling;
use crate::replicated::service::{Service, Text};
use crate::rng::Rng;
use crate::spec::Spec;

const SEEDS: u64 = 400;

fn call(text: &str) -> Call {
    Call::from_text(text).unwrap_or_else(|| panic!("{text}"))
}

/// A command that joins up to three groups, lets up to three leave, or moves a shard. Of the groups
/// there are mostly fewer than shards.
fn some_call(shards: u32, rng: &mut Rng) -> Call {
    let gid = |rng: &mut Rng| rng.between(1, 15) as Gid;
    let count = rng.between(1, 3);
    match rng.below(5) {
        0 | 1 => Call::Join((0..count).map(|_| (gid(rng), vec!["x".into(), "y".into()])).collect()),
        2 | 3 => Call::Leave((0..count).map(|_| gid(rng)).collect()),
        _ => Call::Move(rng.below(u64::from(shards) + 1) as u32, gid(rng)),
    }
}

/// Sequences of commands, each with the configuration before and after; shards from 1 to 16.
fn check(of: impl Fn(u64, &Config, &Call, &Config)) {
    for seed in 0..SEEDS {
        let mut rng = Rng::new(seed);
        let shards = rng.between(1, 16) as u32;
        let mut configs = Configs::from_first(Config::first(shards));
        for _ in 0..60 {
            let call = some_call(shards, &mut rng);
            let before = configs.last().clone();
            if let Some(next) = configs.next(&call, Mutants::NONE) {
                of(seed, &before, &call, &next);
                configs.push(next);
            }
        }
    }
}

fn is_move(call: &Call) -> bool {
    matches!(call, Call::Move(..))
}

#[test]
fn after_every_join_and_leave_groups_differ_by_one_shard_at_most() {
    check(|seed, _, call, after| {
        assert!(is_move(call) || is_even(after), "seed {seed}: {call}: {}", after.to_text());
        assert_eq!(orphan(after), None, "seed {seed}: {call}: {}", after.to_text());
    });
}

#[test]
fn no_more_shards_move_than_must() {
    check(|seed, before, call, after| {
        if !is_move(call) {
            let least = moved_at_least(before, &after.groups);
            let both = (before.to_text(), after.to_text());
            assert_eq!(moved(before, after), least, "seed {seed}: {call}: {both:?}");
        }
    });
}

/// Where it was even before, a join moves shards to those that join alone, and a leave those alone
/// that were of one that left.
#[test]
fn only_what_must_move_moves() {
    check(|seed, before, call, after| {
        if !is_even(before) || orphan(before).is_some() {
            return;
        }
        for (was, is) in before.shards.iter().zip(&after.shards).filter(|(was, is)| was != is) {
            let must = match call {
                Call::Join(_) => !before.groups.contains_key(is),
                Call::Leave(_) => !after.groups.contains_key(was),
                Call::Move(..) | Call::Query(_) => true,
            };
            assert!(must, "seed {seed}: {call}: {} to {}", before.to_text(), after.to_text());
        }
    });
}

#[test]
fn a_command_makes_what_it_says_and_only_if_that_changes_anything() {
    check(|seed, before, call, after| {
        assert!(changes(before, call), "seed {seed}: {call}");
        assert!(is_as_asked(before, call, after), "seed {seed}: {call}: {}", after.to_text());
        assert_eq!(after.number, before.number + 1);
    });
}

/// The least number that the invariants compute, against all even divisions that there are.
#[test]
fn the_lower_bound_is_that_of_all_even_divisions() {
    for seed in 0..SEEDS {
        let mut rng = Rng::new(seed);
        let (shards, count) = (rng.between(1, 5) as u32, rng.between(1, 4) as u32);
        let mut before = Config::first(shards);
        before.shards.iter_mut().for_each(|owner| *owner = rng.below(6) as Gid);
        let gids: BTreeSet<Gid> = (0..count).map(|_| rng.between(1, 5) as Gid).collect();
        let gids: Vec<Gid> = gids.into_iter().collect();
        let mut after = before.clone();
        after.groups = gids.iter().map(|gid| (*gid, Vec::new())).collect();
        let mut least = u32::MAX;
        for mut number in 0..gids.len().pow(shards) {
            for owner in &mut after.shards {
                *owner = gids[number % gids.len()];
                number /= gids.len();
            }
            if is_even(&after) {
                least = least.min(moved(&before, &after));
            }
        }
        assert_eq!(moved_at_least(&before, &after.groups), least, "seed {seed}: {before:?}");
    }
}

fn controllers(mutants: Mutants) -> [Controller; 3] {
    [0, 1, 2].map(|place| Controller::new(10, place, mutants))
}

#[test]
fn the_same_log_makes_the_same_configurations_on_every_controller() {
    for seed in 0..SEEDS {
        let mut rng = Rng::new(seed);
        let [mut one, mut two, mut three] = controllers(Mutants::NONE);
        let spec = Controlling { shards: 10 };
        let mut state = spec.start();
        for _ in 0..40 {
            let call = some_call(10, &mut rng);
            let reply = one.apply(call.clone());
            state = spec.step(&state, &call, Some(&reply)).expect("it is as specified");
            two.apply(call.clone());
            three.apply(call);
            // One of them starts from what another has.
            if rng.chance(1, 10) {
                three = three.restore(&one.snapshot()).expect("it was just made");
            }
        }
        assert_eq!((one.configs(), one.configs()), (two.configs(), &state), "seed {seed}");
        assert_eq!((one.configs(), one.bytes()), (three.configs(), three.bytes()), "seed {seed}");
        let snapshot = one.snapshot();
        assert_eq!(one.restore(&snapshot[..snapshot.len() - 1]), None);
    }
}

/// Commands, each with the configuration that is in force then.
fn check_steps(shards: u32, steps: &[(&str, &str)]) {
    let mut controller = Controller::new(shards, 0, Mutants::NONE);
    for (words, expected) in steps {
        let reply = match call(words).is_query() {
            true => controller.query(call(words)),
            false => {
                assert_eq!(controller.apply(call(words)), Reply::Done);
                controller.query(Call::Query(None))
            }
        };
        assert_eq!(reply.to_text(), *expected, "{words}");
    }
}

#[test]
fn the_course_s_first_example() {
    check_steps(
        10,
        &[
            ("query", "0 0,0,0,0,0,0,0,0,0,0"),
            ("join 1=x,y,z", "1 1,1,1,1,1,1,1,1,1,1 1=x,y,z"),
            ("join 2=a,b,c", "2 1,1,1,1,1,2,2,2,2,2 1=x,y,z 2=a,b,c"),
            ("leave 1", "3 2,2,2,2,2,2,2,2,2,2 2=a,b,c"),
            ("leave 2", "4 0/2,0/2,0/2,0/2,0/2,0/2,0/2,0/2,0/2,0/2"),
            ("query 2", "2 1,1,1,1,1,2,2,2,2,2 1=x,y,z 2=a,b,c"),
            ("query 9", "4 0/2,0/2,0/2,0/2,0/2,0/2,0/2,0/2,0/2,0/2"),
        ],
    );
}

#[test]
fn a_group_that_left_may_come_back() {
    check_steps(
        3,
        &[
            ("join 1=x 2=y", "1 1,1,2 1=x 2=y"),
            ("leave 1", "2 2,2,2 2=y"),
            ("join 1=z", "3 2,2,1 1=z 2=y"),
        ],
    );
}

#[test]
fn groups_without_shards_are_remembered() {
    check_steps(
        2,
        &[
            ("join 1=a 2=b 3=c 4=d", "1 1,2 1=a 2=b 3=c 4=d"),
            ("leave 1", "2 3,2 2=b 3=c 4=d"),
            ("leave 2 3", "3 4,4 4=d"),
            ("leave 4", "4 0/4,0/4"),
        ],
    );
}

#[test]
fn a_move_stays_until_somebody_joins_or_leaves() {
    check_steps(
        4,
        &[
            ("join 1=a 2=b", "1 1,1,2,2 1=a 2=b"),
            ("move 0 2", "2 2,1,2,2 1=a 2=b"),
            ("query", "2 2,1,2,2 1=a 2=b"),
            ("join 3=c", "3 2,1,2,3 1=a 2=b 3=c"),
        ],
    );
}

#[test]
fn what_changes_nothing_has_no_number() {
    check_steps(
        4,
        &[
            ("leave 7", "0 0,0,0,0"),
            ("join 1=a", "1 1,1,1,1 1=a"),
            ("join 1=a", "1 1,1,1,1 1=a"),
            ("move 2 1", "1 1,1,1,1 1=a"),
            ("move 9 1", "1 1,1,1,1 1=a"),
            ("move 2 5", "1 1,1,1,1 1=a"),
            ("join 1=b", "2 1,1,1,1 1=b"),
        ],
    );
}

/// What each mistake makes of some commands is not what is made without it.
#[test]
fn every_mistake_of_the_balance_can_be_seen() {
    let commands: &[&str] = &[
        "leave 8",
        "join 1=a 2=b",
        "move 0 2",
        "join 3=c",
        "join 4=d",
        "leave 1 2",
        "join 1=e 5=f 6=g 7=h 8=i 9=j 10=k 11=l 12=m",
        "leave 3 4 5 6 7 8 9 10 11 12",
        "leave 1",
    ];
    let run = |mutants: Mutants| {
        let mut controller = Controller::new(10, 1, mutants);
        commands.iter().for_each(|words| drop(controller.apply(call(words))));
        controller.configs().clone()
    };
    let right = run(Mutants::NONE);
    for mutant in Mutant::ALL.iter().filter(|it| Mutants::NONE.with(**it).of_framework().is_empty())
    {
        assert_ne!(run(Mutants::NONE.with(*mutant)), right, "{}", mutant.id());
    }
    assert_eq!(right.last().shards, [NOBODY; 10]);
}
