//! Every refusal, every message thrown away and every rule that waits says why.

use super::solo::{Solo, disk, n, reasons};
use crate::machine::Effect;
use crate::raft::message::{Raft, Timer};
use crate::raft::options::Options;
use crate::raft::reason::Reason;

/// The last of the effects' reasons is the one expected, and of that section.
fn check(effects: &[Effect<Raft>], expected: Reason, section: &str) {
    assert_eq!(reasons(effects).last(), Some(&expected));
    assert_eq!(expected.section(), section);
}

fn quorum() -> Options {
    Options { check_quorum: true, pre_vote: true, ..Options::paper() }
}

#[test]
fn why_a_vote_is_refused() {
    let mut solo = Solo::follower(3, &[1, 3]);
    solo.ask_vote(2, 4, (3, 2));
    let already = Reason::AlreadyVoted { candidate: n(3), voted_for: n(2), term: 4 };
    check(&solo.ask_vote(3, 4, (3, 2)), already, "5.2");
    let older = Reason::OlderLog {
        candidate: n(3),
        last_term: 2,
        last_index: 9,
        own_last_term: 3,
        own_last_index: 2,
    };
    check(&solo.ask_vote(3, 5, (2, 9)), older, "5.4.1");
    let old = Reason::OldTerm { from: n(3), message_term: 4, term: 5 };
    check(&solo.ask_vote(3, 4, (3, 2)), old, "5.1");
}

#[test]
fn why_a_vote_is_not_considered() {
    let mut solo = Solo::new(3, &quorum(), disk(3, &[]));
    solo.append(2, 3, (0, 0), &[], 0);
    let heard = Reason::LeaderHeardRecently { candidate: n(3), leader: Some(n(2)) };
    check(&solo.ask_vote(3, 4, (0, 0)), heard, "dissertation 4.2.3");
    check(&solo.ask(3, 4, (0, 0), true), heard, "dissertation 4.2.3");
}

#[test]
fn why_an_answer_is_thrown_away() {
    let mut solo = Solo::follower(3, &[]);
    let late = Reason::LateAnswer { from: n(2), term: 3 };
    check(&solo.vote(2, 3, true), late, "5.1");
    check(&solo.ack(2, 3, 0), late, "5.1");
    let mut solo = Solo::leader(3, &Options::paper(), 3, &[]);
    let old = Reason::OldTerm { from: n(2), message_term: 3, term: 4 };
    check(&solo.ack(2, 3, 0), old, "5.1");
    solo.ack(2, 4, 0);
    check(&solo.refuse(2, 4, 0, None, 0), Reason::LateAnswer { from: n(2), term: 4 }, "5.1");
}

#[test]
fn why_entries_are_refused() {
    let mut solo = Solo::follower(4, &[1, 2]);
    let old = Reason::OldTerm { from: n(2), message_term: 3, term: 4 };
    check(&solo.append(2, 3, (2, 2), &[3], 0), old, "5.1");
    let short = Reason::LogTooShort { prev_log_index: 7, last_index: 2 };
    check(&solo.append(2, 4, (7, 3), &[4], 0), short, "5.3");
    let differs = Reason::TermDiffers { prev_log_index: 2, leader_term: 3, own_term: 2 };
    check(&solo.append(2, 4, (2, 3), &[4], 0), differs, "5.3");
}

#[test]
fn why_a_snapshot_is_refused() {
    let mut solo = Solo::follower(2, &[1, 1, 1]);
    solo.append(2, 2, (2, 1), &[], 2);
    let ahead = Reason::NotApplied { index: 3, last_applied: 2 };
    check(&solo.take_snapshot(3, "s"), ahead, "7");
    let covered = Reason::AlreadyCovered { last_included_index: 2, covered: 2 };
    check(&solo.piece(2, (2, 1), 0, "s", true), covered, "7");
    let order = Reason::PieceOutOfOrder { offset: 8, have: 0 };
    check(&solo.piece(2, (3, 1), 8, "s", false), order, "7");
    let old = Reason::OldTerm { from: n(2), message_term: 1, term: 2 };
    check(&solo.piece(1, (3, 1), 0, "s", true), old, "5.1");
}

#[test]
fn why_a_command_is_refused() {
    let mut solo = Solo::follower(2, &[]);
    check(&solo.propose("x"), Reason::NotLeader { leader: None }, "5.1");
    solo.append(3, 2, (0, 0), &[], 0);
    check(&solo.propose("x"), Reason::NotLeader { leader: Some(n(3)) }, "5.1");
}

#[test]
fn why_an_entry_has_to_wait() {
    let mut solo = Solo::leader(5, &Options::paper(), 3, &[2]);
    solo.ack(2, 4, 1);
    let own_term = Reason::OwnTermRule { index: 1, entry_term: 2, term: 4 };
    check(&solo.ack(3, 4, 1), own_term, "5.4.2");
    solo.propose("x");
    solo.ack(2, 4, 2);
    solo.ack(3, 4, 2);
    solo.propose("y");
    let more = Reason::MoreCopiesNeeded { index: 3, copies: 2, needed: 3 };
    check(&solo.ack(2, 4, 3), more, "5.3");
}

#[test]
fn why_a_leader_steps_down() {
    let mut solo = Solo::leader(3, &Options { pre_vote: false, ..quorum() }, 0, &[]);
    let alone = Reason::NoMajorityInReach { reached: 1, needed: 2 };
    check(&solo.fire(Timer::Election), alone, "dissertation 6.2");
}
