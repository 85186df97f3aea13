//! The order that transactions must stand in, of small histories.

use std::rc::Rc;

use netsplit_core::bytes::Bytes;
use netsplit_core::id::NodeId;
use netsplit_core::txn::command::TxnId;
use netsplit_core::txn::message::ops_from_text;

use super::*;
use crate::check::anomalies::{Beside, Shape};
use crate::run::{Attempt, End, Mark, MarkAt, OpOutcome, TxnShown};

fn at(millis: u64) -> Time {
    Time::from_micros(millis * 1_000)
}

/// A transaction of a client that is called and returns at some milliseconds, does this, saw keys as
/// they were since some stamps, and commits what it writes at a stamp.
fn transaction(
    (index, client): (u32, u32),
    (called, returned): (u64, u64),
    ops: &str,
    saw: &[(&str, u64)],
    stamp: u64,
) -> OpShown {
    let node = NodeId::client(client, 9).expect("it has a number");
    let ops = ops_from_text(ops).unwrap_or_else(|| panic!("{ops}"));
    let txn = TxnId { start: called, client, number: index + 1 };
    let mark = |mark| MarkAt { at: at(returned - 1), node, index: None, mark };
    let reads = saw.iter().map(|(key, since)| {
        let key = Bytes::from(*key);
        mark(Mark::Read { key, value: Bytes::from("1"), since: *since })
    });
    let written = ops.iter().filter(|op| !op.is_read());
    let writes: Vec<(Bytes, Bytes)> =
        written.map(|op| (op.key().clone(), Bytes::from("1"))).collect();
    let mut marks: Vec<MarkAt> = reads.collect();
    if !writes.is_empty() {
        marks.push(mark(Mark::Prepared { shard: 0, stamp, writes }));
        marks.push(mark(Mark::Released { shard: 0, end: End::Committed(stamp) }));
    }
    marks.push(MarkAt { at: at(returned), ..mark(Mark::Ended { commit: Some(stamp) }) });
    let attempts = vec![Attempt { txn, began: at(called), marks }];
    OpShown {
        id: OpId::from_index(index),
        client: node,
        clerk: 1,
        call: String::new(),
        key: None,
        query: false,
        called: at(called),
        tries: Vec::new(),
        returned: Some(at(returned)),
        outcome: OpOutcome::Ok,
        reply: None,
        from: None,
        read_by: None,
        index: None,
        transaction: Some(Rc::new(TxnShown { ops: ops.into(), attempts })),
    }
}

fn kind(serial: &Serial) -> Option<Kind> {
    serial.found.as_ref().map(Anomaly::kind)
}

fn numbers(serial: &Serial) -> Vec<u32> {
    serial.nodes.iter().map(|id| id.number()).collect()
}

/// Links as `1 ww 2`.
fn links(serial: &Serial) -> Vec<String> {
    let word = |why: &Why| match why {
        Why::Overwritten { .. } => "ww",
        Why::Read { .. } => "wr",
        Why::Missed { .. } => "rw",
        Why::Process => "process",
        Why::RealTime => "time",
    };
    let link = |it: &Link| format!("{} {} {}", it.from.number(), word(&it.why), it.to.number());
    let mut links: Vec<String> = serial.links.iter().map(link).collect();
    links.sort();
    links
}

/// Both doctors look at both, and each takes itself off.
fn write_skew() -> Vec<OpShown> {
    vec![
        transaction((0, 1), (0, 10), "put a 1; put b 1", &[], 1),
        transaction((1, 1), (20, 50), "read a; read b; put a 0", &[("a", 1), ("b", 1)], 5),
        transaction((2, 2), (20, 60), "read a; read b; put b 0", &[("a", 1), ("b", 1)], 6),
    ]
}

#[test]
fn what_depends_on_each_other_stands_in_order() {
    let all = [
        transaction((0, 1), (0, 10), "put x 1", &[], 1),
        transaction((1, 2), (5, 30), "read x; put y 1", &[("x", 1)], 3),
        transaction((2, 1), (12, 20), "put x 2", &[("x", 1)], 2),
        transaction((3, 1), (40, 50), "put z 1", &[], 4),
    ];
    let serial = Serial::new(&all, at(100), Isolation::Serializable, 9);
    assert_eq!(kind(&serial), None);
    let expected = ["1 wr 2", "1 ww 3", "2 rw 3", "2 time 4", "3 time 4"];
    assert_eq!(links(&serial), expected, "what is put is locked, and not read");
    assert_eq!(numbers(&serial), [1, 2, 3, 4], "the third wrote over what the second had read");
    assert!(serial.links.iter().all(|link| !serial.leads_back(link)));
    let few = Serial::new(&all, at(100), Isolation::Serializable, 2);
    assert_eq!(numbers(&few), [3, 4]);
    assert_eq!(few.committed, 4);
    let early = Serial::new(&all, at(15), Isolation::Serializable, 9);
    assert_eq!(numbers(&early), [1], "the others are still to come");
}

#[test]
fn write_skew_is_a_cycle_that_snapshot_isolation_allows() {
    let serial = Serial::new(&write_skew(), at(100), Isolation::Snapshot, 9);
    let skew = Kind::Cycle(Shape::Adjacent, Beside::Nothing);
    assert_eq!(kind(&serial), Some(skew));
    assert_eq!(links(&serial), ["2 rw 3", "3 rw 2"]);
    assert_eq!(numbers(&serial), [2, 3], "the first has no part in it");
    let back: Vec<bool> = serial.links.iter().map(|link| serial.leads_back(link)).collect();
    assert_eq!(back.iter().filter(|back| **back).count(), 1);
    assert!(is_allowed(skew, Isolation::Snapshot));
    assert!(!is_allowed(skew, Isolation::Serializable));
    let before = Serial::new(&write_skew(), at(55), Isolation::Snapshot, 9);
    assert_eq!(kind(&before), None, "it takes both of them");
}

#[test]
fn who_writes_over_what_he_has_not_seen_loses_an_update() {
    let all = [
        transaction((0, 1), (0, 10), "put x 1", &[], 1),
        transaction((1, 1), (20, 50), "read x; put x 2", &[("x", 1)], 5),
        transaction((2, 2), (20, 60), "read x; put x 3", &[("x", 1)], 6),
    ];
    let serial = Serial::new(&all, at(100), Isolation::ReadCommitted, 9);
    let found = kind(&serial).expect("something was lost");
    assert!(!is_allowed(found, Isolation::Snapshot), "{found}");
    assert!(is_allowed(found, Isolation::ReadCommitted));
    assert_eq!(numbers(&serial), [2, 3]);
}

#[test]
fn of_a_long_run_the_last_are_looked_at() {
    let mut all: Vec<OpShown> = (0..1_000)
        .map(|index| {
            let from = u64::from(index) * 10;
            let saw = [("x", u64::from(index))];
            transaction((index, 1), (from, from + 9), "add x 1", &saw, u64::from(index) + 1)
        })
        .collect();
    let serial = Serial::new(&all, at(20_000), Isolation::Serializable, 3);
    assert_eq!((kind(&serial), serial.committed), (None, LOOKED_AT));
    assert_eq!(numbers(&serial), [998, 999, 1_000]);
    // A second one that has seen what the last has written over.
    all.push(transaction((1_000, 2), (9_985, 9_999), "add x 1", &[("x", 999)], 1_001));
    let serial = Serial::new(&all, at(20_000), Isolation::Serializable, 3);
    assert_eq!(numbers(&serial), [1_000, 1_001]);
}
