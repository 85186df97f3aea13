//! Whether a leader still leads, and how it hands that over.

use super::solo::{Solo, disk, granted, n, reasons, sent};
use crate::machine::{Effect, Input};
use crate::raft::message::{
    Heartbeat, HeartbeatReply, Message, Notice, Raft, Request, RequestVote, Round, TimeoutNow,
    Timer,
};
use crate::raft::options::Options;
use crate::raft::reason::Reason;
use crate::raft::role::RoleName;

/// The rounds that were confirmed.
fn confirmed(effects: &[Effect<Raft>]) -> Vec<Round> {
    let round = |effect: &Effect<Raft>| match effect {
        Effect::Notify(Notice::Confirmed { round }) => Some(*round),
        _ => None,
    };
    effects.iter().filter_map(round).collect()
}

fn confirm(solo: &mut Solo, round: Round) -> Vec<Effect<Raft>> {
    solo.give(Input::Requested(Request::Confirm(round)))
}

fn reply(solo: &mut Solo, from: u32, term: u64, round: Round) -> Vec<Effect<Raft>> {
    solo.receive(from, Message::HeartbeatReply(HeartbeatReply { term, round }))
}

/// A request for a vote, of a leader's making or of the candidate's own.
fn ask(solo: &mut Solo, from: u32, transfer: bool) -> Vec<Effect<Raft>> {
    let ask =
        RequestVote { term: 9, last_log_index: 9, last_log_term: 8, pre_vote: false, transfer };
    solo.receive(from, Message::RequestVote(ask))
}

/// A round is answered when a majority has (dissertation, 6.4).
#[test]
fn a_round_is_confirmed_by_a_majority() {
    let mut solo = Solo::leader(5, &Options::paper(), 3, &[1, 3]);
    let asked = sent(&confirm(&mut solo, 7));
    let heartbeat = Message::Heartbeat(Heartbeat { term: 4, round: 7 });
    assert_eq!(asked, [2, 3, 4, 5].map(|to| (to, heartbeat.clone())));
    assert_eq!(confirmed(&reply(&mut solo, 2, 4, 7)), []);
    assert_eq!(confirmed(&reply(&mut solo, 2, 4, 7)), [], "one voice counts once");
    assert_eq!(confirmed(&reply(&mut solo, 3, 4, 7)), [7]);
    assert_eq!(confirmed(&reply(&mut solo, 4, 4, 7)), [], "it is told once");
}

/// An answer to an older round says nothing of a newer one: what was true then need not be now.
#[test]
fn an_answer_counts_for_the_round_it_names() {
    let mut solo = Solo::leader(3, &Options::paper(), 3, &[]);
    confirm(&mut solo, 1);
    confirm(&mut solo, 2);
    assert_eq!(confirmed(&reply(&mut solo, 2, 4, 1)), [1]);
    assert_eq!(confirmed(&reply(&mut solo, 3, 4, 2)), [2], "of three, one other is enough");
    assert_eq!(confirmed(&reply(&mut solo, 2, 3, 3)), [], "an old term's answer is late");
}

#[test]
fn alone_in_its_group_a_leader_needs_nobody() {
    let mut solo = Solo::new(1, &Options::paper(), disk(0, &[]));
    solo.fire(Timer::Election);
    assert_eq!(confirmed(&confirm(&mut solo, 1)), [1]);
}

#[test]
fn who_does_not_lead_cannot_ask_and_answers_with_its_own_term() {
    let mut solo = Solo::follower(3, &[]);
    let refused = Reason::NotLeader { leader: None };
    assert_eq!(reasons(&confirm(&mut solo, 1)), [refused]);
    let old = solo.receive(2, Message::Heartbeat(Heartbeat { term: 2, round: 5 }));
    let answer = Message::HeartbeatReply(HeartbeatReply { term: 3, round: 0 });
    assert_eq!(sent(&old), [(2, answer)], "its term tells the old leader, and no round");
    assert_eq!(solo.peer.leader(), None);
    let new = solo.receive(2, Message::Heartbeat(Heartbeat { term: 4, round: 1 }));
    let answer = Message::HeartbeatReply(HeartbeatReply { term: 4, round: 1 });
    assert_eq!(sent(&new), [(2, answer)]);
    assert_eq!(solo.peer.leader(), Some(n(2)), "a heartbeat says who leads");
}

/// The target is asked as soon as it has all of the leader's log, and not before (dissertation, 3.10).
#[test]
fn leadership_goes_to_who_has_the_whole_log() {
    let mut solo = Solo::leader(3, &Options::paper(), 3, &[1]);
    solo.ack(2, 4, 0);
    let now = Message::TimeoutNow(TimeoutNow { term: 4 });
    let begun = sent(&solo.give(Input::Requested(Request::Transfer(n(2)))));
    assert!(!begun.contains(&(2, now.clone())), "entry 1 is not there yet");
    let refused_by_itself = Reason::NotLeader { leader: Some(n(1)) };
    assert_eq!(reasons(&solo.propose("too late")), [refused_by_itself]);
    assert!(sent(&solo.ack(2, 4, 1)).contains(&(2, now)));
    solo.fire(Timer::Transfer);
    assert_eq!(solo.peer.transfers_to(), None, "the target is gone: the leader goes on");
    assert!(!reasons(&solo.propose("again")).contains(&refused_by_itself));
}

#[test]
fn who_is_asked_to_take_over_runs_at_once() {
    let quorum = Options { check_quorum: true, pre_vote: true, ..Options::paper() };
    let mut solo = Solo::new(3, &quorum, disk(3, &[]));
    solo.append(2, 3, (0, 0), &[], 0);
    let effects = solo.receive(2, Message::TimeoutNow(TimeoutNow { term: 3 }));
    assert_eq!((solo.role(), solo.peer.current_term()), (RoleName::Candidate, 4));
    let asks = sent(&effects);
    let asks = asks.iter().filter(|(_, message)| match message {
        Message::RequestVote(ask) => ask.transfer && !ask.pre_vote,
        _ => false,
    });
    assert_eq!(asks.count(), 2);
    let mut solo = Solo::follower(3, &[]);
    solo.receive(2, Message::TimeoutNow(TimeoutNow { term: 2 }));
    assert_eq!(solo.role(), RoleName::Follower, "a leader of the past has nothing to give");
}

/// Who has heard its leader ignores candidates, but not the one that its leader wants
/// (dissertation, 4.2.3).
#[test]
fn a_shield_gives_way_to_a_transfer() {
    let quorum = Options { check_quorum: true, ..Options::paper() };
    for (transfer, expected) in [(false, None), (true, Some(true))] {
        let mut solo = Solo::new(3, &quorum, disk(3, &[]));
        solo.append(2, 3, (0, 0), &[], 0);
        assert_eq!(granted(&ask(&mut solo, 3, transfer)), expected);
        assert_eq!(solo.peer.current_term(), if transfer { 9 } else { 3 });
    }
}

/// A lease may rest on what a follower promised before it crashed (dissertation, 6.4.1).
#[test]
fn who_has_just_started_keeps_quiet_for_the_shortest_time_out() {
    let lease = Options { check_quorum: true, quiet_start: true, ..Options::paper() };
    let mut solo = Solo::new(3, &lease, disk(3, &[]));
    solo.pass(149);
    assert_eq!(granted(&ask(&mut solo, 3, false)), None);
    solo.pass(1);
    assert_eq!(granted(&ask(&mut solo, 3, false)), Some(true));
    let mut loud = Solo::new(3, &Options { quiet_start: false, ..lease }, disk(3, &[]));
    assert_eq!(granted(&ask(&mut loud, 3, false)), Some(true));
}
