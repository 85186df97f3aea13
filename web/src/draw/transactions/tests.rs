//! What the lanes of transactions show, of small histories.

use std::rc::Rc;

use netsplit_core::bytes::Bytes;
use netsplit_core::history::OpId;
use netsplit_core::id::NodeId;
use netsplit_core::txn::command::TxnId;
use netsplit_sim::run::{MarkAt, TxnShown};

use super::*;

fn at(millis: u64) -> Time {
    Time::from_micros(millis * 1_000)
}

fn client() -> NodeId {
    NodeId::client(1, 3).expect("it has a number")
}

/// An attempt that begins at a millisecond, with what happens to it at others.
fn attempt(began: u64, marks: &[(u64, Mark)]) -> Attempt {
    let txn = TxnId { start: began, client: 1, number: 1 };
    let mark = |(millis, mark): &(u64, Mark)| MarkAt {
        at: at(*millis),
        node: client(),
        index: None,
        mark: mark.clone(),
    };
    Attempt { txn, began: at(began), marks: marks.iter().map(mark).collect() }
}

fn op(index: u32, called: u64, returned: Option<u64>, attempts: Vec<Attempt>) -> OpShown {
    OpShown {
        id: OpId::from_index(index),
        client: client(),
        clerk: 1,
        call: String::new(),
        key: None,
        query: false,
        called: at(called),
        tries: Vec::new(),
        returned: returned.map(at),
        outcome: if returned.is_some() { OpOutcome::Ok } else { OpOutcome::Waiting },
        reply: None,
        from: None,
        read_by: None,
        index: None,
        transaction: Some(Rc::new(TxnShown { ops: [].into(), attempts })),
    }
}

fn lock(shard: u32) -> Mark {
    Mark::Locked { shard, key: Bytes::from("x"), alone: true }
}

fn prepared(shard: u32) -> Mark {
    Mark::Prepared { shard, stamp: 1, writes: vec![(Bytes::from("x"), Bytes::from("1"))] }
}

fn waits() -> Mark {
    Mark::Waits { others: Vec::new(), key: None }
}

fn released(shard: u32, end: End) -> Mark {
    Mark::Released { shard, end }
}

/// Its pieces as `read 0-5`.
fn pieces(lane: &Lane) -> Vec<String> {
    let piece = |piece: &Piece| {
        let to = match piece.to {
            FAR => String::new(),
            to => (to.micros() / 1_000).to_string(),
        };
        format!("{} {}-{to}", piece.phase.word(), piece.from.micros() / 1_000)
    };
    lane.pieces.iter().map(piece).collect()
}

fn check(attempts: Vec<Attempt>, expected: &[&str]) -> Lane {
    let lane = Lane::of(&op(0, 0, None, attempts));
    assert_eq!(pieces(&lane), expected);
    lane
}

#[test]
fn both_phases_follow_upon_each_other() {
    let marks = [
        (10, lock(0)),
        (15, waits()),
        (25, lock(1)),
        (30, Mark::Prepares { shards: 2 }),
        (40, prepared(0)),
        (45, prepared(1)),
        (60, Mark::Decided { shard: 0, commit: Some(1) }),
        (70, Mark::Ended { commit: Some(1) }),
        (80, released(0, End::Committed(1))),
        (85, released(1, End::Committed(1))),
    ];
    let whole =
        ["read 0-15", "wait 15-25", "read 25-30", "prepare 30-45", "decide 45-60", "release 60-85"];
    let lane = check(vec![attempt(0, &marks)], &whole);
    assert_eq!((lane.end(), lane.phase(at(50))), (at(85), Some(Phase::Decides)));
    let signs: Vec<Sign> = lane.signs.iter().map(|(_, sign)| *sign).collect();
    let expected = [Sign::Lock, Sign::Lock, Sign::Decision(true), Sign::Told(true)];
    assert_eq!(signs, expected);
    let so_far = check(vec![attempt(0, &marks[..6])], &[&whole[..4], &["decide 45-"]].concat());
    assert_eq!(so_far.end(), FAR);
}

#[test]
fn what_only_reads_promises_nothing() {
    let marks = [
        (10, lock(0)),
        (20, Mark::Prepares { shards: 2 }),
        (30, released(0, End::OnlyRead)),
        (35, released(1, End::OnlyRead)),
        (45, Mark::Ended { commit: Some(1) }),
    ];
    check(vec![attempt(0, &marks)], &["read 0-20", "prepare 20-35", "decide 35-45"]);
}

#[test]
fn an_attempt_ends_where_the_next_begins() {
    let wounded = [
        (10, lock(0)),
        (12, waits()),
        (20, Mark::Wounded { shard: 0, by: None }),
        (25, Mark::Refused { shard: 0, why: netsplit_core::txn::command::Why::Wounded }),
        (30, Mark::GivenUp { why: None }),
    ];
    let lane = check(
        vec![attempt(0, &wounded), attempt(50, &[(60, lock(0))])],
        &["read 0-12", "wait 12-20", "read 20-30", "read 50-"],
    );
    assert!(lane.signs.contains(&(at(20), Sign::Refused)));
    let late = [(10, lock(0)), (30, Mark::GivenUp { why: None }), (60, released(0, End::Aborted))];
    check(vec![attempt(0, &late), attempt(50, &[])], &["read 0-30", "release 30-50", "read 50-"]);
}

#[test]
fn who_is_prepared_is_in_doubt_when_its_client_is_gone() {
    let marks = [
        (10, lock(0)),
        (20, Mark::Prepares { shards: 2 }),
        (30, prepared(0)),
        (31, prepared(1)),
        (35, Mark::Gone),
        (90, Mark::InDoubt),
    ];
    let blocked = ["read 0-20", "prepare 20-31", "decide 31-35", "in doubt 35-"];
    check(vec![attempt(0, &marks)], &blocked);
    let decided = [
        (120, Mark::Decided { shard: 0, commit: None }),
        (130, released(0, End::Aborted)),
        (140, released(1, End::Aborted)),
    ];
    let all = [&marks[..], &decided].concat();
    let goes_on = [&blocked[..3], &["in doubt 35-120", "release 120-140"]].concat();
    check(vec![attempt(0, &all)], &goes_on);
    let alone =
        [(10, Mark::Read { key: Bytes::EMPTY, value: Bytes::EMPTY, since: 0 }), (20, Mark::Gone)];
    check(vec![attempt(0, &alone)], &["read 0-20"]);
}

#[test]
fn what_is_under_way_is_shown_however_old_it_is() {
    let over =
        |index: u32| op(index, u64::from(index) * 10, Some(u64::from(index) * 10 + 9), Vec::new());
    let mut all: Vec<OpShown> = (0..200).map(over).collect();
    all[3] = op(3, 30, None, Vec::new());
    let numbers = |now: u64, most: usize| -> Vec<u32> {
        let shown = shown(&all, at(now), at(now + 25), most);
        shown.iter().map(|op| op.id.number()).collect()
    };
    assert_eq!(numbers(1_500, 4), [4, 149, 150, 151]);
    assert_eq!(numbers(35, 9), [1, 2, 3, 4, 5, 6], "what comes soon fills the rest");
    assert_eq!(numbers(35, 2), [3, 4]);
    let mut held = [over(0), over(1)];
    held[0] = op(0, 0, Some(9), vec![attempt(0, &[(5, lock(0))])]);
    assert!(is_open(&held[0], at(500)), "a shard still has its lock");
    assert!(!is_open(&held[1], at(500)));
}
