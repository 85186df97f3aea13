//! Figure 2, elections: 5.1, 5.2, 5.4.1; PreVote and CheckQuorum.

use super::solo::{Solo, appends, armed, disk, granted, n, saved, sent};
use crate::machine::{Effect, Input};
use crate::raft::message::{Durable, Message, RequestVoteReply, Timer};
use crate::raft::options::Options;
use crate::raft::role::RoleName;
use crate::time::Span;

fn both() -> Options {
    Options { pre_vote: true, check_quorum: true, ..Options::paper() }
}

#[test]
fn servers_start_as_followers_with_a_random_time_out() {
    let options = Options::paper();
    let mut solo = Solo::follower(0, &[]);
    assert_eq!(solo.role(), RoleName::Follower);
    let mut drawn: Vec<Span> = (0..50)
        .filter_map(|term| armed(&solo.append(2, term, (0, 0), &[], 0), Timer::Election))
        .collect();
    assert!(drawn.iter().all(|span| (options.election_min..=options.election_max).contains(span)));
    drawn.sort_unstable();
    drawn.dedup();
    assert!(drawn.len() > 40, "each time-out is drawn anew (5.2)");
}

#[test]
fn a_time_out_raises_the_term_votes_for_itself_and_asks_all_others() {
    let mut solo = Solo::follower(3, &[1, 2]);
    let effects = solo.fire(Timer::Election);
    assert_eq!((solo.peer.current_term(), solo.peer.voted_for()), (4, Some(n(1))));
    assert_eq!(solo.role(), RoleName::Candidate);
    assert!(armed(&effects, Timer::Election).is_some());
    let asked = sent(&effects);
    assert_eq!(asked.iter().map(|(to, _)| *to).collect::<Vec<u32>>(), [2, 3]);
    for (_, message) in asked {
        let Message::RequestVote(ask) = message else { panic!("a candidate asks for votes") };
        assert_eq!((ask.term, ask.last_log_term, ask.last_log_index), (4, 2, 2));
    }
}

#[test]
fn a_candidacy_is_saved_before_anybody_is_asked() {
    let mut solo = Solo::follower(3, &[]);
    let effects = solo.fire(Timer::Election);
    let save = effects.iter().position(|effect| matches!(effect, Effect::Save { .. }));
    let send = effects.iter().position(|effect| matches!(effect, Effect::Send { .. }));
    assert!(save < send);
    assert_eq!(saved(&effects), [Durable::Vote { term: 4, voted_for: Some(n(1)) }]);
    assert!(effects.iter().all(|it| !matches!(it, Effect::Send { at_once: true, .. })));
}

#[test]
fn a_candidate_whose_timer_runs_out_starts_another_election() {
    let mut solo = Solo::follower(0, &[]);
    solo.fire(Timer::Election);
    solo.fire(Timer::Election);
    assert_eq!((solo.role(), solo.peer.current_term()), (RoleName::Candidate, 2));
}

#[test]
fn a_majority_of_votes_makes_a_leader_which_sends_heartbeats_at_once() {
    let mut solo = Solo::new(5, &Options::paper(), disk(0, &[]));
    solo.fire(Timer::Election);
    solo.vote(2, 1, true);
    solo.vote(2, 1, true);
    solo.vote(3, 1, false);
    assert_eq!(solo.role(), RoleName::Candidate, "one voter counts once, a refusal not at all");
    let effects = solo.vote(4, 1, true);
    assert_eq!(solo.role(), RoleName::Leader);
    assert!((2..=5).all(|to| appends(&effects, to).len() == 1));
    assert!(effects.contains(&Effect::Disarm(Timer::Election)));
    assert_eq!(armed(&effects, Timer::Heartbeat), Some(Options::paper().heartbeat));
    let progress = solo.peer.progress(n(2)).expect("it leads");
    assert_eq!((progress.next_index, progress.match_index), (1, 0));
}

#[test]
fn votes_of_another_term_do_not_count() {
    let mut solo = Solo::follower(0, &[]);
    solo.fire(Timer::Election);
    solo.fire(Timer::Election);
    solo.vote(2, 1, true);
    assert_eq!(solo.role(), RoleName::Candidate);
    solo.vote(2, 2, true);
    assert_eq!(solo.role(), RoleName::Leader);
}

#[test]
fn a_group_of_one_elects_itself_when_its_disk_has_the_vote() {
    let mut solo = Solo::new(1, &Options::paper(), disk(0, &[]));
    solo.slow = true;
    solo.fire(Timer::Election);
    assert_eq!(solo.role(), RoleName::Candidate);
    solo.give(Input::Durable(1));
    assert_eq!(solo.role(), RoleName::Leader);
}

#[test]
fn a_vote_is_given_once_a_term_and_again_to_the_same_candidate() {
    let mut solo = Solo::follower(0, &[]);
    assert_eq!(granted(&solo.ask_vote(2, 1, (0, 0))), Some(true));
    assert_eq!(granted(&solo.ask_vote(3, 1, (0, 0))), Some(false));
    assert_eq!(granted(&solo.ask_vote(2, 1, (0, 0))), Some(true));
    assert_eq!(granted(&solo.ask_vote(3, 2, (0, 0))), Some(true), "a new term, a new vote");
    assert_eq!(solo.disk.voted_for, Some(n(3)));
}

#[test]
fn a_vote_is_saved_before_it_is_sent() {
    let mut solo = Solo::follower(0, &[]);
    let effects = solo.ask_vote(2, 1, (0, 0));
    let place = |wanted: &dyn Fn(&Effect<_>) -> bool| effects.iter().rposition(wanted);
    let save = place(&|effect| matches!(effect, Effect::Save { .. }));
    assert!(save < place(&|effect| matches!(effect, Effect::Send { at_once: false, .. })));
    assert_eq!(saved(&effects).last(), Some(&Durable::Vote { term: 1, voted_for: Some(n(2)) }));
}

#[test]
fn only_a_log_that_is_at_least_as_up_to_date_gets_a_vote() {
    let check = |last, expected| {
        let mut solo = Solo::follower(3, &[1, 2, 2]);
        assert_eq!(granted(&solo.ask_vote(2, 4, last)), Some(expected), "{last:?}");
        assert_eq!(armed(&solo.ask_vote(2, 4, last), Timer::Election).is_some(), expected);
    };
    check((2, 3), true);
    check((2, 4), true);
    check((3, 1), true);
    check((2, 2), false);
    check((1, 9), false);
    check((0, 0), false);
}

#[test]
fn an_old_term_is_refused_with_the_new_one() {
    let mut solo = Solo::follower(5, &[]);
    let effects = solo.ask_vote(2, 4, (9, 9));
    let reply = RequestVoteReply { term: 5, granted: false, pre_vote: false };
    assert_eq!(sent(&effects), [(2, Message::RequestVoteReply(reply))]);
    assert_eq!(armed(&effects, Timer::Election), None);
}

#[test]
fn any_message_of_a_newer_term_makes_a_follower_and_is_saved() {
    for round in 0..4 {
        let mut solo = Solo::leader(3, &Options::paper(), 0, &[]);
        match round {
            0 => solo.ask_vote(2, 7, (0, 0)),
            1 => solo.vote(2, 7, false),
            2 => solo.append(2, 7, (0, 0), &[], 0),
            _ => solo.ack(2, 7, 0),
        };
        assert_eq!((solo.role(), solo.peer.current_term()), (RoleName::Follower, 7));
        assert_eq!(solo.disk.current_term, 7);
    }
}

#[test]
fn a_candidate_yields_to_the_leader_of_its_term_but_not_to_an_older_one() {
    let mut solo = Solo::follower(1, &[]);
    solo.fire(Timer::Election);
    solo.append(2, 1, (0, 0), &[], 0);
    assert_eq!(solo.role(), RoleName::Candidate);
    solo.append(2, 2, (0, 0), &[], 0);
    assert_eq!((solo.role(), solo.peer.leader()), (RoleName::Follower, Some(n(2))));
    assert_eq!(solo.peer.voted_for(), Some(n(1)), "its vote of this term stays its own");
}

#[test]
fn a_vote_survives_a_restart() {
    let mut solo = Solo::follower(0, &[]);
    solo.ask_vote(2, 1, (0, 0));
    let mut again = Solo::new(3, &Options::paper(), solo.disk.clone());
    assert_eq!(granted(&again.ask_vote(3, 1, (0, 0))), Some(false));
}

#[test]
fn alone_in_its_group_it_leads_when_its_own_vote_is_on_its_disk() {
    let mut solo = Solo::new(1, &Options::paper(), disk(3, &[1, 3]));
    solo.slow = true;
    // The time runs out twice before the disk is done with the first vote.
    solo.fire(Timer::Election);
    solo.fire(Timer::Election);
    solo.give(Input::Durable(1));
    assert_eq!((solo.role(), solo.peer.current_term()), (RoleName::Candidate, 5));
    solo.give(Input::Durable(2));
    assert_eq!(solo.role(), RoleName::Leader);
}

#[test]
fn the_election_timer_does_nothing_to_a_leader_that_has_won_meanwhile() {
    let mut solo = Solo::leader(3, &Options::paper(), 0, &[]);
    assert_eq!(solo.fire(Timer::Election), []);
    assert_eq!(solo.role(), RoleName::Leader);
}

#[test]
fn no_term_is_left_after_the_last() {
    let mut solo = Solo::follower(u64::MAX, &[]);
    solo.fire(Timer::Election);
    assert_eq!(solo.peer.current_term(), u64::MAX);
}

#[test]
fn a_pre_vote_raises_no_term_and_saves_nothing() {
    let mut solo = Solo::new(3, &both(), disk(3, &[]));
    let effects = solo.fire(Timer::Election);
    assert_eq!((solo.role(), solo.peer.current_term()), (RoleName::PreCandidate, 3));
    assert_eq!(saved(&effects), []);
    let reply = RequestVoteReply { term: 4, granted: true, pre_vote: true };
    solo.receive(2, Message::RequestVoteReply(reply));
    assert_eq!((solo.role(), solo.peer.current_term()), (RoleName::Candidate, 4));
}

#[test]
fn a_pre_vote_is_refused_while_the_leader_is_heard_and_takes_no_vote_away() {
    let mut solo = Solo::new(3, &both(), disk(3, &[]));
    solo.append(2, 3, (0, 0), &[], 0);
    assert_eq!(granted(&solo.ask(3, 4, (9, 9), true)), Some(false));
    solo.pass(151);
    assert_eq!(granted(&solo.ask(3, 4, (9, 9), true)), Some(true));
    assert_eq!(granted(&solo.ask(2, 4, (9, 9), true)), Some(true), "as often as asked");
    assert_eq!((solo.peer.current_term(), solo.peer.voted_for()), (3, None));
}

#[test]
fn a_pre_candidate_behind_in_terms_learns_the_new_one() {
    let mut solo = Solo::new(3, &both(), disk(3, &[]));
    solo.fire(Timer::Election);
    let reply = RequestVoteReply { term: 9, granted: false, pre_vote: true };
    solo.receive(2, Message::RequestVoteReply(reply));
    assert_eq!((solo.role(), solo.peer.current_term()), (RoleName::Follower, 9));
}

#[test]
fn who_has_heard_its_leader_lately_ignores_candidates_with_check_quorum() {
    let mut solo = Solo::new(3, &both(), disk(3, &[]));
    solo.append(2, 3, (0, 0), &[], 0);
    assert_eq!(sent(&solo.ask_vote(3, 9, (9, 9))), []);
    assert_eq!(solo.peer.current_term(), 3);
    solo.pass(151);
    assert_eq!(granted(&solo.ask_vote(3, 9, (9, 9))), Some(true));
}

#[test]
fn a_clock_that_is_set_back_does_not_keep_a_dead_leader_alive() {
    let mut solo = Solo::new(3, &both(), disk(3, &[]));
    solo.append(2, 3, (0, 0), &[], 0);
    solo.now = crate::time::Time::ZERO;
    assert_eq!(granted(&solo.ask_vote(3, 9, (9, 9))), Some(true));
}

#[test]
fn a_leader_that_hears_of_no_majority_steps_down_with_check_quorum() {
    let mut solo = Solo::leader(5, &both_without_pre_vote(), 0, &[]);
    solo.ack(2, 1, 0);
    solo.ack(3, 1, 0);
    solo.fire(Timer::Election);
    assert_eq!(solo.role(), RoleName::Leader);
    solo.ack(2, 1, 0);
    let effects = solo.fire(Timer::Election);
    assert_eq!((solo.role(), solo.peer.current_term()), (RoleName::Follower, 1));
    assert!(effects.contains(&Effect::Disarm(Timer::Heartbeat)));
    assert!(armed(&effects, Timer::Election).is_some());
}

fn both_without_pre_vote() -> Options {
    Options { pre_vote: false, ..both() }
}
