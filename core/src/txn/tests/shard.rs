//! What a shard answers.

use super::options;
use crate::replicated::service::{Service, Text};
use crate::shardkv::content::Content;
use crate::txn::command::Command;
use crate::txn::invariants::{RULES, broken_rule};
use crate::txn::mutants::Mutant;
use crate::txn::options::{Isolation, Options};
use crate::txn::shard::TxnShard;

/// A command with the shard that they all are for left out: `lock 10.1.1 x`.
fn command(words: &str) -> Command {
    let (verb, rest) = words.split_once(' ').expect("a verb, and for whom");
    Command::from_text(&format!("{verb} 3 {rest}")).unwrap_or_else(|| panic!("{words}"))
}

/// What a shard answers. A snapshot of it is the same shard, and so is what moves.
fn say(shard: &mut TxnShard, words: &str) -> String {
    let command = command(words);
    let reply = match TxnShard::is_query(&command) {
        true => shard.query(command),
        false => shard.apply(command),
    };
    let copy = shard.restore(&shard.snapshot());
    assert_eq!(copy.as_ref(), Some(&*shard), "a snapshot behind {words}");
    reply.to_text()
}

/// Says each and looks at the answers; rules hold all the time. Returns the shard.
fn run(options: &Options, steps: &[(&str, &str)]) -> TxnShard {
    let mut shard = TxnShard::new(options);
    for (words, answer) in steps {
        assert_eq!(say(&mut shard, words), *answer, "{words}");
        if options.mutants.is_empty() {
            assert_eq!(broken_rule(&shard), None, "behind {words}");
            let moved = shard.restore(&shard.moved());
            assert_eq!(moved.as_ref(), Some(&shard), "moved behind {words}");
        }
    }
    shard
}

fn check(steps: &[(&str, &str)]) {
    run(&options(Isolation::Serializable, None), steps);
}

/// The same steps under a mistake come to another last answer.
fn differs(mistake: Mutant, otherwise: &str, steps: &[(&str, &str)]) -> TxnShard {
    check(steps);
    let mut wrong = steps.to_vec();
    if let Some(last) = wrong.last_mut() {
        last.1 = otherwise;
    }
    run(&options(Isolation::Serializable, Some(mistake)), &wrong)
}

// ── Locks ──────────────────────────────────────────────────────────────────

#[test]
fn what_is_read_is_locked_and_shared() {
    check(&[
        ("lock 10.1.1 x", "= \"\" 0"),
        ("lock 20.2.1 x", "= \"\" 0"),
        ("lock 10.1.1 x", "= \"\" 0"),
        ("finish 10.1.1 -", "done"),
        ("finish 20.2.1 -", "done"),
    ]);
}

#[test]
fn an_older_transaction_wounds_a_younger_one() {
    check(&[
        ("lock-alone 20.2.1 x", "= \"\" 0"),
        ("lock-alone 10.1.1 x", "= \"\" 0"),
        ("lock 20.2.1 y", "aborted wounded"),
        ("prepare 20.2.1 3 1 - x 2", "aborted wounded"),
        ("commit-alone 10.1.1 - 1 - x 1", "decided 1"),
    ]);
}

#[test]
fn a_younger_transaction_waits_for_an_older_one() {
    check(&[
        ("lock-alone 10.1.1 x", "= \"\" 0"),
        ("lock 20.2.1 x", "wait 10.1.1"),
        ("commit-alone 10.1.1 - 1 - x 1", "decided 1"),
        ("lock 20.2.1 x", "= 1 1"),
    ]);
}

#[test]
fn without_wounds_an_older_transaction_waits_too() {
    let options = Options { wound_wait: false, ..Options::paper() };
    run(&options, &[("lock-alone 20.2.1 x", "= \"\" 0"), ("lock-alone 10.1.1 x", "wait 20.2.1")]);
}

#[test]
fn who_never_wounds_waits_for_whoever_has_the_lock() {
    differs(
        Mutant::NeverWounds,
        "wait 20.2.1",
        &[("lock-alone 20.2.1 x", "= \"\" 0"), ("lock-alone 10.1.1 x", "= \"\" 0")],
    );
}

#[test]
fn a_shared_lock_becomes_one_s_alone() {
    check(&[
        ("lock 20.2.1 x", "= \"\" 0"),
        ("lock 30.3.1 x", "= \"\" 0"),
        ("lock 10.1.1 x", "= \"\" 0"),
        // The youngest is wounded, the oldest is waited for.
        ("lock-alone 20.2.1 x", "wait 10.1.1"),
        ("lock 30.3.1 y", "aborted wounded"),
        ("finish 10.1.1 -", "done"),
        ("lock-alone 20.2.1 x", "= \"\" 0"),
        ("lock 20.2.1 x", "= \"\" 0"),
        ("lock 40.4.1 x", "wait 20.2.1"),
    ]);
}

#[test]
fn who_is_prepared_is_never_wounded() {
    differs(
        Mutant::WoundsPrepared,
        "= \"\" 0",
        &[
            ("lock-alone 20.2.1 x", "= \"\" 0"),
            ("prepare 20.2.1 3 1 - x 2", "prepared 1"),
            ("lock-alone 10.1.1 x", "wait 20.2.1"),
        ],
    );
}

#[test]
fn what_was_given_up_meanwhile_cannot_be_prepared() {
    check(&[
        ("lock 10.1.1 x", "= \"\" 0"),
        ("abandon 10.1.1", "done"),
        ("lock-alone 20.2.1 x", "= \"\" 0"),
        ("commit-alone 20.2.1 - 1 - x 2", "decided 1"),
        // It has one lock here by now, and knows of two.
        ("lock-alone 10.1.1 y", "= \"\" 0"),
        ("prepare 10.1.1 3 2 - y 1", "aborted unknown"),
    ]);
}

#[test]
fn who_waits_is_given_up_like_everybody_else() {
    let steps = [
        ("lock-alone 10.1.1 x", "= \"\" 0"),
        ("lock 20.2.1 x", "wait 10.1.1"),
        ("abandon 20.2.1", "done"),
        ("finish 10.1.1 -", "done"),
    ];
    let shard = run(&Options::paper(), &steps);
    assert_eq!((shard.locks().count(), shard.open().count(), shard.waits().count()), (0, 0, 0));
}

#[test]
fn locks_that_are_let_go_let_others_write_between() {
    differs(
        Mutant::LocksLetGo,
        "= \"\" 0",
        &[("lock-alone 10.1.1 x", "= \"\" 0"), ("lock-alone 20.2.1 x", "wait 10.1.1")],
    );
}

// ── Two phases ─────────────────────────────────────────────────────────────

#[test]
fn who_is_prepared_keeps_its_word() {
    let steps = [
        ("lock-alone 10.1.1 x", "= \"\" 0"),
        ("prepare 10.1.1 3 1 - x 1", "prepared 1"),
        ("prepare 10.1.1 3 1 - x 1", "prepared 1"),
        ("abandon 10.1.1", "done"),
        ("finish 10.1.1 7", "done"),
        ("read 20.2.1 x", "= 1 7"),
    ];
    differs(Mutant::GivesUpPrepared, "= \"\" 0", &steps);
}

#[test]
fn what_is_promised_is_kept() {
    let steps = [
        ("lock-alone 10.1.1 x", "= \"\" 0"),
        ("prepare 10.1.1 3 1 - x 1", "prepared 1"),
        ("finish 10.1.1 1", "done"),
        ("read 20.2.1 x", "= 1 1"),
    ];
    differs(Mutant::PreparedNotLogged, "= \"\" 0", &steps);
}

#[test]
fn who_only_has_read_votes_and_forgets() {
    let steps = [
        ("lock 10.1.1 x", "= \"\" 0"),
        ("prepare 10.1.1 4 1 -", "prepared 0"),
        ("lock-alone 20.2.1 x", "= \"\" 0"),
        ("finish 10.1.1 9", "done"),
        ("abandon 20.2.1", "done"),
    ];
    let shard = run(&Options::paper(), &steps);
    assert_eq!((shard.locks().count(), shard.open().count()), (0, 0));
}

#[test]
fn a_decision_that_comes_twice_is_carried_out_once() {
    let steps = [
        ("prepare 10.1.1 3 0 - x 1", "prepared 1"),
        ("finish 10.1.1 4", "done"),
        ("commit-alone 20.2.1 - 0 - x 2", "decided 5"),
        ("finish 10.1.1 4", "done"),
        ("finish 10.1.1 -", "done"),
        ("read 20.2.1 x", "= 2 5"),
    ];
    check(&steps);
    let mut shard = TxnShard::new(&options(Isolation::Serializable, Some(Mutant::CommitTwice)));
    steps.iter().for_each(|(words, _)| drop(say(&mut shard, words)));
    assert_eq!(say(&mut shard, "read 20.2.1 x"), "= 1 6");
    let broken = RULES.iter().filter(|(_, _, holds)| !holds(&shard)).map(|(name, ..)| *name);
    assert!(broken.into_iter().any(|name| name == "a transaction writes a key once"));
}

#[test]
fn one_shard_commits_at_once() {
    check(&[
        ("lock-alone 10.1.1 x", "= \"\" 0"),
        ("commit-alone 10.1.1 - 1 - x 1 y 2", "decided 1"),
        ("read 20.2.1 x", "= 1 1"),
        ("read 20.2.1 y", "= 2 1"),
        ("lock-alone 20.2.1 x", "= 1 1"),
    ]);
}

// ── The coordinator ────────────────────────────────────────────────────────

#[test]
fn the_first_decision_stands() {
    check(&[
        ("decide 10.1.1 5 3 4", "decided 5"),
        ("decide 10.1.1 6 3 4", "decided 5"),
        ("resolve 10.1.1", "decided 5"),
        ("resolve 20.2.1", "decided -"),
        ("decide 20.2.1 5 3 4", "decided -"),
    ]);
}

#[test]
fn a_decision_is_kept_until_all_have_learned_it() {
    let steps = [
        ("decide 10.1.1 5 3 4", "decided 5"),
        ("learned 10.1.1 4", "done"),
        ("resolve 10.1.1", "decided 5"),
        ("learned 10.1.1 3", "done"),
    ];
    assert_eq!(run(&Options::paper(), &steps).decided().count(), 0);
    differs(Mutant::CoordinatorForgets, "decided -", &steps[..3]);
}

// ── Versions ───────────────────────────────────────────────────────────────

#[test]
fn a_read_as_of_a_stamp_sees_what_was_there() {
    check(&[
        ("commit-alone 10.1.1 - 0 - x 1", "decided 1"),
        ("commit-alone 20.1.2 - 0 - x 2", "decided 2"),
        ("read-as-of 30.2.1 x 1", "= 1 1"),
        ("read-as-of 30.2.1 x 2", "= 2 2"),
        ("read-as-of 30.2.1 y 9", "= \"\" 0"),
        // Nobody commits at 9 or before it any more.
        ("commit-alone 40.1.3 - 0 - x 3", "decided 10"),
        ("read-as-of 30.2.1 x 9", "= 2 2"),
    ]);
}

#[test]
fn a_read_as_of_a_stamp_waits_for_who_may_still_commit_before_it() {
    let steps = [
        ("prepare 10.1.1 3 0 - x 1", "prepared 1"),
        ("read-as-of 20.2.1 y 1", "= \"\" 0"),
        ("now 20.2.1", "wait 10.1.1"),
        ("read-as-of 20.2.1 x 1", "wait 10.1.1"),
    ];
    check(&steps);
    let wrong = Some(Mutant::IgnoresPrepared);
    let mut shard = TxnShard::new(&options(Isolation::Snapshot, wrong));
    let told: Vec<String> = steps.iter().map(|(words, _)| say(&mut shard, words)).collect();
    assert_eq!(told[2..], ["now 1", "= \"\" 0"]);
}

#[test]
fn of_two_that_write_what_they_have_read_the_first_commits() {
    differs(
        Mutant::NoFirstCommitter,
        "decided 2",
        &[
            ("read-as-of 10.1.1 x 0", "= \"\" 0"),
            ("read-as-of 20.2.1 x 0", "= \"\" 0"),
            ("commit-alone 20.2.1 - 0 0 x 2", "decided 1"),
            ("commit-alone 10.1.1 - 0 0 x 1", "aborted conflict"),
        ],
    );
}

#[test]
fn who_reads_as_of_a_stamp_waits_for_younger_ones_alone() {
    check(&[
        ("prepare 20.2.1 3 0 0 x 2", "prepared 1"),
        ("prepare 10.1.1 3 0 0 x 1", "wait 20.2.1"),
        ("prepare 30.3.1 3 0 0 x 3", "aborted conflict"),
        ("finish 20.2.1 -", "done"),
        ("prepare 10.1.1 3 0 0 x 1", "prepared 2"),
    ]);
}

#[test]
fn old_versions_are_not_kept_for_ever() {
    let options = Options { versions_max: 2, ..Options::paper() };
    run(
        &options,
        &[
            ("commit-alone 10.1.1 - 0 - x 1", "decided 1"),
            ("commit-alone 20.1.2 - 0 - x 2", "decided 2"),
            ("commit-alone 30.1.3 - 0 - x 3", "decided 3"),
            ("read-as-of 40.2.1 x 2", "= 2 2"),
            ("read-as-of 40.2.1 x 1", "aborted too-old"),
        ],
    );
}

// ── Moving ─────────────────────────────────────────────────────────────────

#[test]
fn who_is_prepared_moves_along() {
    let steps = [
        ("commit-alone 10.1.1 - 0 - y 0", "decided 1"),
        ("lock-alone 20.2.1 x", "= \"\" 0"),
        ("prepare 20.2.1 4 1 - x 2", "prepared 2"),
        ("decide 30.3.1 5 3 4", "decided 5"),
        ("lock 40.4.1 x", "wait 20.2.1"),
    ];
    let moved = |mistake: Option<Mutant>| {
        let options = options(Isolation::Serializable, mistake);
        let shard = run(&options, &steps);
        let mut there = TxnShard::new(&options).restore(&shard.moved()).expect("it was written");
        say(&mut there, "finish 20.2.1 7");
        (say(&mut there, "read 50.5.1 x"), say(&mut there, "resolve 30.3.1"))
    };
    let decided = "decided 5".to_owned();
    assert_eq!(moved(None), ("= 2 7".to_owned(), decided.clone()));
    assert_eq!(moved(Some(Mutant::PreparedStaysBehind)), ("= \"\" 0".to_owned(), decided));
}
