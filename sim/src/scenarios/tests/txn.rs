//! What clients of transactions are told in each scenario: what the notes say of values.

use netsplit_core::txn::message::{Ended, Notice};

use super::{Show, start_of};
use crate::labs::txn::TxnLab;
use crate::trace::Event;
use crate::world::World;

/// What a client was told in the last step, if one was: `c1 on on`, `c1 aborted`.
fn told(world: &World<TxnLab>) -> Option<String> {
    let client = world.last().node.filter(|node| node.is_client())?;
    world.notices().find_map(|notice| match notice {
        Notice::Ended { how: Ended::Aborted(_), .. } => Some(format!("{client} aborted")),
        Notice::Ended { results, .. } => {
            let results: Vec<_> = results.iter().map(|it| it.text().into_owned()).collect();
            Some(format!("{client} {}", results.join(" ")).trim_end().to_owned())
        }
        _ => None,
    })
}

/// Runs to the end, and what clients were told on the way, in order; of a bank what was counted.
fn all_told(id: &str) -> (Show<TxnLab>, Vec<String>) {
    let (mut show, mut all): (Show<TxnLab>, _) = (start_of(id, &[]), Vec::new());
    while let Some(event) = show.tracer.next() {
        if let Event { what: crate::trace::Happened::Step(_), .. } = event {
            all.extend(told(show.world()));
        }
    }
    (show, all)
}

#[test]
fn clients_are_told_what_the_notes_say() {
    let expected: &[(&str, &[&str])] = &[
        ("all-or-nothing", &["c1", "c1", "c2 70 130"]),
        ("all-or-nothing-not-kept", &["c1", "c1 aborted", "c2"]),
        ("coordinator-dies", &["c1", "c2 100 100"]),
        ("coordinator-dies-alone", &["c1", "c2 100 100"]),
        ("nobody-was-told", &["c1", "c1", "c2 70 130"]),
        ("nobody-was-told-forgotten", &["c1", "c1", "c2 100 100"]),
        ("move-in-between", &["c1", "c1", "c2 70 130"]),
        ("move-in-between-behind", &["c1", "c1", "c2 70 100"]),
        ("circle", &["c1", "c2", "c1", "c2"]),
        ("circle-all-wait", &["c1", "c2", "c1"]),
        ("write-skew", &["c1", "c1 on on", "c2 on on", "c1 off off"]),
        ("write-skew-serializable", &["c1", "c1 on on", "c2 off on"]),
        ("long-reader", &["c1", "c2", "c2", "c1 1 1"]),
        ("long-reader-locks", &["c1", "c1 1 1", "c2"]),
    ];
    for (id, expected) in expected {
        assert_eq!(all_told(id).1, *expected, "{id}");
    }
}

#[test]
fn both_lists_of_the_circle_hold_both() {
    let mut script = super::by_id("circle").expect("it is in the list").script.to_owned();
    script.push_str("c1 txn read 0; read 1\nrun for 1s\n");
    let script = crate::scenario::Script::parse(&script).expect("it can be read");
    let mut show: Show<TxnLab> = super::start_script(&script, Vec::new(), super::Until::Done);
    let mut last = None;
    while show.tracer.next().is_some() {
        last = told(show.world()).or(last);
    }
    assert_eq!(last.as_deref(), Some("c1 a,b,c a,b,c"));
}

#[test]
fn whoever_counts_the_bank_counts_400_and_not_without_locks() {
    let sums = |id| {
        let counts = all_told(id).1.into_iter().filter_map(|told| {
            let amounts: Vec<u32> = told.split(' ').filter_map(|it| it.parse().ok()).collect();
            (amounts.len() == 4).then(|| amounts.iter().sum::<u32>())
        });
        counts.collect::<Vec<u32>>()
    };
    let (with, without) = (sums("bank"), sums("bank-no-locks"));
    assert!(with.len() >= 4 && with.iter().all(|sum| *sum == 400), "{with:?}");
    assert!(without.iter().any(|sum| *sum != 400), "{without:?}");
}
