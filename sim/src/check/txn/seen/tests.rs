//! What is shown of transactions, step by step of small runs.

use netsplit_core::time::Time;

use super::*;
use crate::moment::Moment;
use crate::open;
use crate::scenario::Script;

/// Two groups of one server, two shards, and links that take 10 ms.
const BASE: &str = "fire n1 election\n\
                    fire g1.n1 election\n\
                    fire g2.n1 election\n\
                    run for 100ms\n\
                    c1 join 1 2\n\
                    run for 500ms\n";

/// The transactions after a script whose first line has these options.
fn run(options: &str, script: &str) -> Vec<OpShown> {
    let text = format!(
        "scenario txn nodes=3 groups=2x1 clients=2 seed=1 save=0ms delay=10ms shards=2 {options}\n{BASE}{script}"
    );
    let script = Script::parse(&text).unwrap_or_else(|why| panic!("{why}\n{text}"));
    let mut run = open::script(&script, Vec::new()).expect("it can be opened");
    run.run_to(Moment::after(Time::from_micros(20_000_000)), 100_000);
    run.operations(0).changed
}

fn word(mark: &Mark) -> String {
    let names = |txns: &[TxnId]| txns.iter().map(TxnId::name).collect::<Vec<_>>().join(" ");
    match mark {
        Mark::Read { key, value, since } => format!("read {key}={value}@{since}"),
        Mark::Prepares { shards } => format!("prepares {shards}"),
        Mark::DecidesAlone { commit } => format!("decides {commit:?}"),
        Mark::GivenUp { why } => format!("given up {why:?}"),
        Mark::Gone => "gone".to_owned(),
        Mark::Ended { commit } => format!("ended {commit:?}"),
        Mark::Waits { others, key } => {
            let key = key.as_ref().map_or(String::new(), |key| format!(" for {key}"));
            format!("waits {}{key}", names(others))
        }
        Mark::Locked { shard, key, alone } => {
            format!("s{shard} lock {key}{}", if *alone { " alone" } else { "" })
        }
        Mark::Wounded { shard, by } => format!("s{shard} wounded by {}", names(by.as_slice())),
        Mark::Refused { shard, why } => format!("s{shard} refused {}", why.word()),
        Mark::Prepared { shard, stamp, .. } => format!("s{shard} prepared {stamp}"),
        Mark::Decided { shard, commit } => format!("s{shard} decided {commit:?}"),
        Mark::InDoubt => "in doubt".to_owned(),
        Mark::Released { shard, end } => format!("s{shard} released {end:?}"),
    }
}

/// All that happened to a transaction, in order, an attempt a line.
fn story(op: &OpShown) -> Vec<String> {
    let shown = op.transaction.as_ref().expect("it is one");
    let attempt = |attempt: &Attempt| {
        let marks: Vec<String> = attempt.marks.iter().map(|it| word(&it.mark)).collect();
        format!("{}: {}", attempt.txn.name(), marks.join(", "))
    };
    shown.attempts.iter().map(attempt).collect()
}

#[test]
fn both_phases_are_seen_with_the_locks() {
    let all = run("", "c1 txn append 0 1; append 1 2\nrun for 500ms\n");
    let [only] = &all[..] else { panic!("there are {}", all.len()) };
    let expected = "T1.1: s0 lock 0 alone, read 0=@0, s1 lock 1 alone, read 1=@0, prepares 2, \
                    s0 prepared 1, s1 prepared 1, s0 decided Some(1), ended Some(1), \
                    s0 released Committed(1), s1 released Committed(1)";
    assert_eq!(story(only), [expected]);
    assert_eq!((only.outcome, only.call.as_str()), (OpOutcome::Ok, "append 0 1; append 1 2"));
    let shown = only.transaction.as_ref().expect("it is one");
    let attempt = &shown.attempts[0];
    let of_logs = attempt.marks.iter().filter(|it| it.index.is_some());
    assert_eq!(of_logs.count(), 7, "each stands in a log");
    assert!(shown.let_go() > only.returned, "the locks go after its client knows");
    let ended = only.returned.expect("it has");
    assert_eq!(attempt.held(ended), [0, 1]);
    assert_eq!(attempt.commits_at(ended), Some(1));
}

#[test]
fn one_shard_commits_alone_and_a_reader_lets_go_at_once() {
    let all = run("", "c1 txn append 0 1\nrun for 200ms\nc2 sum 0 1\nrun for 500ms\n");
    let [one, sum] = &all[..] else { panic!("there are {}", all.len()) };
    let alone = "T1.1: s0 lock 0 alone, read 0=@0, prepares 1, s0 prepared 1, s0 decided Some(1), \
                 s0 released Committed(1), ended Some(1)";
    assert_eq!(story(one), [alone]);
    let reads = "T2.1: s0 lock 0, read 0=1@1, s1 lock 1, read 1=@0, prepares 2, \
                 s0 released OnlyRead, s1 released OnlyRead, ended Some(1)";
    assert_eq!(story(sum), [reads]);
    assert_eq!(sum.reply.as_deref(), Some("1; nothing"));
}

#[test]
fn an_older_one_wounds_and_a_younger_one_waits() {
    let crossed = "c1 txn append 0 1; append 1 2\nc2 txn append 1 3; append 0 4\nrun for 2s\n";
    let all = run("", crossed);
    let [older, younger] = &all[..] else { panic!("there are {}", all.len()) };
    assert!(!story(older)[0].contains("waits"), "{}", story(older)[0]);
    let first = &story(younger)[0];
    assert!(first.contains("s1 wounded by T1.1"), "{first}");
    assert!(first.contains("refused wounded, given up Some(Wounded)"), "{first}");
    assert_eq!(story(younger).len(), 2, "it is tried again, with its age");
    assert_eq!(younger.outcome, OpOutcome::Ok);

    let all = run("wound-wait=off", crossed);
    let expected = [
        "T1.1: s0 lock 0 alone, read 0=@0, waits T2.1 for 1, s0 released Abandoned",
        "T2.1: s1 lock 1 alone, read 1=@0, waits T1.1 for 0, s1 released Abandoned",
    ];
    for (op, expected) in all.iter().zip(expected) {
        let first = &story(op)[0];
        assert!(first.starts_with(expected), "neither goes on by itself: {first}");
        assert_eq!(first.matches("waits").count(), 1, "it is said once: {first}");
    }
}

#[test]
fn who_is_prepared_stays_in_doubt_when_only_its_client_could_tell() {
    let crash = "hold next Vote g1.n1 -> c1\n\
                 c1 txn append 0 1; append 1 2\n\
                 run for 150ms\n\
                 crash c1\n\
                 run for 2s\n";
    let all = run("decision=client in-doubt=100ms", crash);
    let [only] = &all[..] else { panic!("there are {}", all.len()) };
    let told = &story(only)[0];
    assert!(told.contains("s0 prepared 1, s1 prepared 1, gone, in doubt, in doubt"), "{told}");
    let shown = only.transaction.as_ref().expect("it is one");
    assert_eq!((shown.let_go(), only.outcome), (None, OpOutcome::Unknown));

    let all = run("in-doubt=100ms", crash);
    let told = &story(&all[0])[0];
    assert!(told.contains("gone, in doubt, "), "{told}");
    assert!(told.ends_with("s0 decided None, s0 released Aborted, s1 released Aborted"), "{told}");
}

#[test]
fn what_has_changed_since_is_told() {
    let text = "c1 txn append 0 1\nc2 txn append 1 2\nrun for 500ms\n";
    let script = format!("scenario txn nodes=3 groups=2x1 clients=2 seed=1 shards=2\n{BASE}{text}");
    let script = Script::parse(&script).expect("it is well written");
    let mut run = open::script(&script, Vec::new()).expect("it can be opened");
    let (mut known, mut all) = (0, Vec::<OpShown>::new());
    for millis in 600..1_500 {
        run.run_to(Moment::after(Time::from_micros(millis * 1_000)), 100_000);
        let news = run.operations(known);
        known = news.changes;
        for op in news.changed {
            match all.get_mut(op.id.index()) {
                Some(before) => *before = op,
                None => all.push(op),
            }
        }
    }
    assert_eq!(all, run.operations(0).changed);
    assert_eq!(all.len(), 2);
}
