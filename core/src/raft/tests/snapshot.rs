//! Section 7 and Figure 13: taking a snapshot, and sending it piece by piece.

use super::solo::{Solo, answer, appends, applied, armed, entry, n, saved, sent};
use crate::machine::{Disk as _, Effect, Input};
use crate::raft::disk::Disk;
use crate::raft::message::{
    Appended, Durable, InstallSnapshot, InstallSnapshotReply, Message, Notice, Raft, Timer,
};
use crate::raft::options::Options;

/// Three pieces make the snapshots of these tests.
fn options() -> Options {
    Options { chunk_bytes: 4, ..Options::paper() }
}

/// A leader of term 2 with a snapshot up to 3 and two entries behind it.
fn leader() -> Solo {
    let mut solo = Solo::leader(3, &options(), 1, &[1, 1, 1, 1]);
    solo.ack(3, 2, 4);
    solo.propose("own");
    solo.ack(3, 2, 5);
    solo.take_snapshot(3, "0123456789");
    solo
}

fn pieces(effects: &[Effect<Raft>]) -> Vec<InstallSnapshot> {
    let piece = |(_, message)| match message {
        Message::InstallSnapshot(piece) => Some(*piece),
        _ => None,
    };
    sent(effects).into_iter().filter_map(piece).collect()
}

/// The answer to a piece: bytes that are there, and whether that is all.
fn there(effects: &[Effect<Raft>]) -> Option<(u64, bool)> {
    sent(effects).into_iter().find_map(|(_, message)| match message {
        Message::InstallSnapshotReply(at) => Some((at.offset, at.done)),
        _ => None,
    })
}

fn installed(offset: u64, done: bool) -> Message {
    Message::InstallSnapshotReply(InstallSnapshotReply {
        term: 2,
        last_included_index: 3,
        offset,
        done,
    })
}

#[test]
fn a_snapshot_trims_the_log_in_one_save() {
    let mut solo = leader();
    let log = solo.peer.log();
    assert_eq!((log.start(), log.start_term(), log.last_index()), (3, 1, 5));
    assert_eq!((solo.disk.log.start(), solo.disk.snapshot.last_included_index), (3, 3));
    let effects = solo.take_snapshot(4, "more");
    assert!(matches!(saved(&effects)[..], [Durable::Snapshot { keeps_tail: true, .. }]));
}

#[test]
fn only_what_was_applied_and_is_new_can_be_covered() {
    let mut solo = leader();
    assert_eq!(saved(&solo.take_snapshot(6, "too far")), []);
    assert_eq!(saved(&solo.take_snapshot(3, "the same")), []);
    assert_eq!(saved(&solo.take_snapshot(u64::MAX, "too far")), []);
}

#[test]
fn a_snapshot_does_not_take_pending_entries_for_lost() {
    let mut solo = Solo::leader(3, &options(), 0, &[]);
    solo.ack(2, 1, 0);
    solo.propose("a");
    solo.ack(2, 1, 1);
    solo.slow = true;
    solo.propose("b");
    solo.take_snapshot(1, "a");
    solo.give(Input::Durable(3));
    solo.give(Input::Durable(4));
    assert_eq!(solo.peer.durable_index(), 2);
    assert_eq!(applied(&solo.ack(2, 1, 2)), [2]);
}

#[test]
fn a_restart_begins_with_the_snapshot() {
    let solo = leader();
    let mut again = Solo::new(3, &options(), solo.disk.clone());
    assert_eq!((again.peer.last_applied(), again.peer.log().last_index()), (3, 5));
    let effects = again.give(Input::Started);
    let restored = |effect: &Effect<Raft>| match effect {
        Effect::Notify(Notice::Restored { index: 3, term: 1, data }) => **data == *b"0123456789",
        _ => false,
    };
    assert!(effects.iter().any(restored));
}

#[test]
fn a_follower_behind_the_trimmed_part_gets_the_snapshot_and_then_the_rest() {
    let mut solo = leader();
    let first = pieces(&solo.refuse(2, 2, 4, None, 1)).remove(0);
    assert_eq!((first.offset, &*first.data, first.done), (0, &b"0123"[..], false));
    let second = pieces(&solo.receive(2, installed(4, false))).remove(0);
    let third = pieces(&solo.receive(2, installed(8, false))).remove(0);
    assert_eq!((second.offset, third.offset, &*third.data, third.done), (4, 8, &b"89"[..], true));
    let rest = appends(&solo.receive(2, installed(10, true)), 2).remove(0);
    assert_eq!((rest.prev_log_index, rest.prev_log_term, rest.entries.len()), (3, 1, 2));
    assert_eq!(solo.peer.progress(n(2)).map(|it| it.match_index), Some(3));
}

#[test]
fn a_lost_piece_is_sent_again_with_a_heartbeat_and_an_answer_twice_sends_nothing() {
    let mut solo = leader();
    solo.refuse(2, 2, 4, None, 1);
    assert_eq!(pieces(&solo.fire(Timer::Heartbeat))[0].offset, 0, "nothing was answered");
    assert_eq!(pieces(&solo.receive(2, installed(4, false)))[0].offset, 4);
    assert_eq!(pieces(&solo.receive(2, installed(4, false))), []);
    assert_eq!(pieces(&solo.fire(Timer::Heartbeat)), [], "the next piece went since the last one");
    assert_eq!(pieces(&solo.fire(Timer::Heartbeat))[0].offset, 4);
    // The follower restarted and has nothing any more.
    assert_eq!(pieces(&solo.receive(2, installed(0, false)))[0].offset, 0);
    assert_eq!(pieces(&solo.receive(2, installed(u64::MAX, false)))[0].data.len(), 0);
}

#[test]
fn a_newer_snapshot_does_not_disturb_the_one_on_its_way() {
    let mut solo = leader();
    solo.refuse(2, 2, 4, None, 1);
    solo.take_snapshot(5, "abcdef");
    assert_eq!(pieces(&solo.receive(2, installed(4, false)))[0].last_included_index, 3);
    let next = pieces(&solo.receive(2, installed(10, true)));
    assert_eq!((next[0].last_included_index, next[0].offset), (5, 0), "it is behind again");
}

#[test]
fn a_piece_of_an_old_term_is_refused() {
    let mut solo = Solo::follower(5, &[]);
    let effects = solo.piece(4, (3, 1), 0, "x", true);
    assert_eq!((there(&effects), armed(&effects, Timer::Election)), (Some((0, false)), None));
    assert_eq!(solo.peer.snapshot().last_included_index, 0);
}

#[test]
fn pieces_are_put_together_in_order_and_each_puts_the_timer_off() {
    let mut solo = Solo::follower(2, &[]);
    let effects = solo.piece(2, (3, 1), 0, "ab", false);
    assert!(armed(&effects, Timer::Election).is_some());
    assert_eq!(there(&effects), Some((2, false)));
    assert_eq!(there(&solo.piece(2, (3, 1), 0, "ab", false)), Some((2, false)), "twice");
    assert_eq!(there(&solo.piece(2, (3, 1), 4, "e", true)), Some((2, false)), "one is missing");
    assert_eq!(there(&solo.piece(2, (3, 1), 2, "cd", false)), Some((4, false)));
    let effects = solo.piece(2, (3, 1), 4, "e", true);
    assert_eq!(there(&effects), Some((5, true)));
    assert_eq!(&*solo.peer.snapshot().data, b"abcde");
    assert_eq!((solo.peer.commit_index(), solo.peer.last_applied()), (3, 3));
    assert!(matches!(saved(&effects)[..], [Durable::Snapshot { last_included_index: 3, .. }]));
}

#[test]
fn another_snapshot_or_another_leader_begins_anew() {
    let mut solo = Solo::follower(2, &[]);
    solo.piece(2, (3, 1), 0, "ab", false);
    assert_eq!(there(&solo.piece(2, (4, 1), 0, "xy", false)), Some((2, false)));
    assert_eq!(there(&solo.piece(3, (4, 1), 2, "z", true)), Some((0, false)));
}

#[test]
fn entries_behind_a_snapshot_that_agrees_stay_and_others_go() {
    let check = |terms: &[u64], stay: &[u64]| {
        let mut solo = Solo::follower(2, terms);
        solo.piece(2, (2, 1), 0, "s", true);
        assert_eq!((solo.terms(), solo.peer.log().start()), (stay.to_vec(), 2), "{terms:?}");
        assert_eq!(solo.disk.log, *solo.peer.log());
    };
    check(&[1, 1, 2, 2], &[2, 2]);
    check(&[1, 1], &[]);
    check(&[1], &[]);
    check(&[1, 2, 2], &[]);
}

#[test]
fn a_snapshot_never_moves_the_state_backwards() {
    let mut solo = Solo::follower(2, &[1, 1, 1]);
    solo.append(2, 2, (3, 1), &[], 3);
    let effects = solo.piece(2, (2, 1), 0, "older", true);
    assert_eq!((saved(&effects), there(&effects).map(|it| it.1)), (vec![], Some(true)));
    assert_eq!(solo.peer.log().start(), 0);
}

#[test]
fn entries_that_the_snapshot_covers_are_agreed_on() {
    let mut disk = Disk::default();
    disk.write(&Durable::Snapshot {
        last_included_index: 4,
        last_included_term: 2,
        data: "s".into(),
        keeps_tail: false,
    });
    let mut solo = Solo::new(3, &options(), disk);
    let effects = solo.append(2, 3, (2, 1), &[2, 2, 3], 0);
    assert_eq!(answer(&effects), Some(Appended::Matched { match_index: 5 }));
    assert_eq!(solo.peer.log().get(5), Some(&entry(3, "c5.3")));
    assert_eq!(
        answer(&solo.append(2, 3, (1, 1), &[1], 0)),
        Some(Appended::Matched { match_index: 2 })
    );
    let conflict = answer(&solo.append(2, 4, (5, 4), &[], 0));
    assert!(matches!(conflict, Some(Appended::Conflict { conflict_index: 5, .. })));
}

#[test]
fn every_prefix_of_the_saves_can_be_started_from() {
    let mut solo = leader();
    solo.propose("more");
    let mut disk = Disk::default();
    let mut changes = vec![Durable::Vote { term: 1, voted_for: None }];
    changes.extend(saved(&solo.take_snapshot(4, "4")));
    changes.extend(saved(&solo.append(3, 3, (4, 1), &[3], 0)));
    changes.extend(saved(&solo.piece(3, (9, 3), 0, "9", true)));
    for change in changes {
        Solo::new(3, &options(), disk.clone());
        disk.write(&change);
        Solo::new(3, &options(), disk.clone());
    }
}
