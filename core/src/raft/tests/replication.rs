//! Figure 2, the log: 5.3, 5.4.2; pipelining and batching.

use super::solo::{Solo, answer, appends, applied, armed, disk, entries, n, saved, sent};
use crate::machine::{Effect, Input};
use crate::raft::message::{Appended, Durable, Message, Notice, Timer};
use crate::raft::options::{CommitTold, Options};
use crate::raft::role::RoleName;

fn matched(match_index: u64) -> Option<Appended> {
    Some(Appended::Matched { match_index })
}

fn conflict(prev_log_index: u64, term: Option<u64>, conflict_index: u64) -> Option<Appended> {
    Some(Appended::Conflict { prev_log_index, conflict_term: term, conflict_index })
}

#[test]
fn entries_of_an_old_term_are_refused() {
    let mut solo = Solo::follower(5, &[]);
    let effects = solo.append(2, 4, (0, 0), &[4], 0);
    assert_eq!(answer(&effects), Some(Appended::OldTerm));
    assert_eq!((solo.terms(), armed(&effects, Timer::Election)), (vec![], None));
}

#[test]
fn entries_that_follow_nothing_here_are_refused_and_the_timer_is_put_off() {
    let mut solo = Solo::follower(4, &[1, 1, 2, 2, 2]);
    let effects = solo.append(2, 5, (9, 4), &[5], 0);
    assert_eq!(answer(&effects), conflict(9, None, 6));
    assert!(armed(&effects, Timer::Election).is_some());
    let effects = solo.append(2, 5, (5, 4), &[5], 0);
    assert_eq!(answer(&effects), conflict(5, Some(2), 3), "the first index of the run of term 2");
    assert_eq!(solo.terms(), [1, 1, 2, 2, 2]);
}

#[test]
fn a_conflicting_entry_goes_with_all_that_follow_it() {
    let mut solo = Solo::follower(4, &[1, 1, 2, 2, 2]);
    let effects = solo.append(2, 4, (2, 1), &[3, 4], 0);
    assert_eq!((answer(&effects), solo.terms()), (matched(4), vec![1, 1, 3, 4]));
    assert!(effects.contains(&Effect::Notify(Notice::Overwritten { from: 3, to: 5 })));
    assert_eq!(solo.disk.log, *solo.peer.log());
}

#[test]
fn a_late_shorter_message_takes_nothing_away() {
    let mut solo = Solo::follower(4, &[1, 1, 2, 2, 2]);
    let effects = solo.append(2, 4, (1, 1), &[1, 2], 0);
    assert_eq!((answer(&effects), solo.terms()), (matched(3), vec![1, 1, 2, 2, 2]));
    assert_eq!(saved(&effects), []);
    assert_eq!(answer(&solo.append(2, 4, (1, 1), &[], 0)), matched(1));
}

#[test]
fn entries_are_on_disk_before_they_are_acknowledged() {
    let mut solo = Solo::follower(1, &[]);
    let effects = solo.append(2, 1, (0, 0), &[1, 1], 0);
    let append = Durable::Append { after: 0, entries: entries(0, &[1, 1]) };
    assert_eq!(saved(&effects), [append]);
    let save = effects.iter().position(|effect| matches!(effect, Effect::Save { .. }));
    let send = effects.iter().position(|it| matches!(it, Effect::Send { at_once: false, .. }));
    assert!(save < send);
}

#[test]
fn a_follower_commits_up_to_the_last_new_entry_and_never_back() {
    let mut solo = Solo::follower(4, &[1, 1, 2]);
    // Entry 3 may differ from the leader's: only 2 are known to agree.
    assert_eq!(applied(&solo.append(2, 4, (1, 1), &[1], 3)), [1, 2]);
    assert_eq!(applied(&solo.append(2, 4, (2, 1), &[], 1)), []);
    assert_eq!((solo.peer.commit_index(), solo.peer.last_applied()), (2, 2));
    assert_eq!(applied(&solo.append(2, 4, (2, 1), &[4], 3)), [3]);
}

#[test]
fn only_a_leader_takes_commands_and_says_who_leads() {
    let mut solo = Solo::follower(1, &[]);
    solo.append(2, 1, (0, 0), &[], 0);
    let effects = solo.propose("x");
    assert_eq!((effects.len(), solo.terms()), (1, vec![]));
    assert_eq!(solo.peer.leader(), Some(n(2)));
}

#[test]
fn a_leader_sends_a_command_while_its_own_disk_still_writes() {
    let mut solo = Solo::leader(3, &Options::paper(), 0, &[]);
    solo.ack(2, 1, 0);
    solo.slow = true;
    let effects = solo.propose("x");
    assert!(effects.iter().any(|it| matches!(it, Effect::Send { at_once: true, .. })));
    assert!(effects.contains(&Effect::Notify(Notice::Proposed { index: 1, term: 1 })));
    assert_eq!(applied(&solo.ack(2, 1, 1)), [], "one disk of three");
    assert_eq!(applied(&solo.give(Input::Durable(2))), [1], "and now two");
}

#[test]
fn a_majority_of_disks_commits_and_each_entry_is_applied_once() {
    let mut solo = Solo::leader(5, &Options::paper(), 0, &[]);
    for node in 2..=5 {
        solo.ack(node, 1, 0);
    }
    solo.propose("x");
    solo.propose("y");
    assert_eq!(applied(&solo.ack(2, 1, 1)), []);
    assert_eq!(applied(&solo.ack(2, 1, 1)), [], "the same answer again is no second copy");
    assert_eq!(applied(&solo.ack(3, 1, 2)), [1]);
    assert_eq!(applied(&solo.ack(4, 1, 2)), [2]);
    assert_eq!(applied(&solo.ack(5, 1, 2)), []);
}

#[test]
fn entries_of_older_terms_are_committed_only_with_one_of_its_own() {
    let mut solo = Solo::leader(3, &Options::paper(), 2, &[1, 2]);
    assert_eq!(applied(&solo.ack(2, 3, 2)), [], "on two of three disks, and yet (5.4.2)");
    solo.propose("x");
    assert_eq!(applied(&solo.ack(2, 3, 3)), [1, 2, 3]);
}

#[test]
fn answers_of_another_term_do_not_count() {
    let mut solo = Solo::leader(3, &Options::paper(), 4, &[]);
    solo.propose("x");
    assert_eq!(applied(&solo.ack(2, 4, 1)), []);
    assert_eq!(solo.peer.progress(n(2)).map(|it| it.match_index), Some(0));
}

#[test]
fn an_answer_that_speaks_of_more_than_the_log_counts_for_the_log() {
    let mut solo = Solo::leader(3, &Options::paper(), 0, &[]);
    solo.ack(2, 1, u64::MAX);
    solo.refuse(2, 1, u64::MAX, Some(u64::MAX), u64::MAX);
    solo.refuse(3, 1, u64::MAX, None, u64::MAX);
    solo.append(2, 1, (u64::MAX, u64::MAX), &[], u64::MAX);
    let mut solo = Solo::follower(1, &[1]);
    solo.append(2, 1, (u64::MAX, 1), &[], u64::MAX);
    assert_eq!(applied(&solo.append(2, 1, (1, 1), &[], u64::MAX)), [1]);
}

#[test]
fn heartbeats_repeat_what_was_not_answered() {
    let mut solo = Solo::leader(3, &Options::paper(), 1, &[1]);
    let effects = solo.fire(Timer::Heartbeat);
    assert_eq!(armed(&effects, Timer::Heartbeat), Some(Options::paper().heartbeat));
    assert_eq!(appends(&effects, 2)[0].prev_log_index, 1);
    solo.ack(2, 2, 1);
    assert_eq!(appends(&solo.propose("x"), 2)[0].entries.len(), 1);
    // Lost: the next heartbeat stands behind it, is refused, and it is sent again.
    let heartbeat = &appends(&solo.fire(Timer::Heartbeat), 2)[0];
    assert_eq!((heartbeat.prev_log_index, heartbeat.entries.len()), (2, 0));
    let again = &appends(&solo.refuse(2, 2, 2, None, 2), 2)[0];
    assert_eq!((again.prev_log_index, again.entries.len()), (1, 1));
}

#[test]
fn sixty_four_commands_at_once_take_two_messages_a_follower() {
    let mut solo = Solo::leader(5, &Options::paper(), 0, &[]);
    for node in 2..=5 {
        solo.ack(node, 1, 0);
    }
    let mut counts = [0; 6];
    for number in 0..64 {
        let effects = solo.propose(&format!("x{number}"));
        (2..=5).for_each(|to| counts[to as usize] += appends(&effects, to).len());
    }
    assert_eq!(counts[2..], [1; 4], "the first goes at once");
    for node in 2..=5 {
        let rest = appends(&solo.ack(node, 1, 1), node);
        assert_eq!((rest.len(), rest[0].entries.len()), (1, 63), "the others share the second");
    }
}

#[test]
fn only_so_many_messages_are_in_flight_and_none_is_larger_than_allowed() {
    let options = Options {
        in_flight_max: 2,
        append_entries_max: 4,
        append_bytes_max: 60,
        ..Options::paper()
    };
    let mut solo = Solo::leader(3, &options, 0, &[]);
    solo.ack(2, 1, 0);
    let sent: usize = (0..20).map(|_| appends(&solo.propose("xx"), 2).len()).sum();
    assert_eq!(sent, 2);
    let next = appends(&solo.ack(2, 1, 1), 2);
    assert!(next.iter().all(|batch| batch.entries.bytes() <= 60 && batch.entries.len() == 3));
    // Longer than allowed: it goes alone.
    let mut solo = Solo::leader(3, &options, 0, &[]);
    solo.ack(2, 1, 0);
    assert_eq!(appends(&solo.propose(&"x".repeat(100)), 2)[0].entries.len(), 1);
}

#[test]
fn a_leader_goes_back_over_a_whole_term_at_a_time() {
    // The follower has terms 4 and 5 where the leader has 6 (Figure 7, row f).
    let mut solo = Solo::leader(3, &Options::paper(), 7, &[1, 1, 1, 4, 4, 5, 5, 6, 6, 6]);
    let mut follower = Solo::new(3, &Options::paper(), disk(3, &[1, 1, 1, 2, 2, 2, 3, 3, 3, 3, 3]));
    let mut batch = appends(&solo.fire(Timer::Heartbeat), 2).remove(0);
    let mut rounds = 0;
    loop {
        rounds += 1;
        let effects = follower.receive(3, Message::AppendEntries(batch));
        let Some((_, reply)) = sent(&effects).pop() else { panic!("a follower answers") };
        let next = appends(&solo.receive(2, reply), 2);
        if answer(&effects) == matched(10) {
            break;
        }
        batch = next.into_iter().next().expect("the leader asks again at once");
    }
    // Terms 3 and 2 are refused, a round each, and then all comes over at once.
    assert_eq!((rounds, follower.terms() == solo.terms()), (3, true));
}

#[test]
fn a_leader_that_has_the_conflicting_term_goes_to_its_own_last_entry_of_it() {
    let mut solo = Solo::leader(3, &Options::paper(), 5, &[1, 2, 2, 5]);
    let asked = &appends(&solo.refuse(2, 6, 4, Some(2), 2), 2)[0];
    assert_eq!((asked.prev_log_index, asked.prev_log_term), (3, 2));
}

#[test]
fn a_refusal_that_is_settled_moves_nothing() {
    let mut solo = Solo::leader(3, &Options::paper(), 1, &[1, 1]);
    solo.ack(2, 2, 2);
    assert_eq!(appends(&solo.refuse(2, 2, 2, None, 1), 2), []);
    let progress = solo.peer.progress(n(2)).expect("it leads");
    assert_eq!((progress.next_index, progress.match_index), (3, 2));
}

#[test]
fn a_commit_is_told_with_the_next_message_or_at_once() {
    for told in [CommitTold::NextAppend, CommitTold::AtOnce] {
        let options = Options { commit_told: told, ..Options::paper() };
        let mut solo = Solo::leader(3, &options, 0, &[]);
        solo.ack(2, 1, 0);
        solo.ack(3, 1, 0);
        solo.propose("x");
        let effects = solo.ack(2, 1, 1);
        let tells = appends(&effects, 2).iter().any(|batch| batch.leader_commit == 1);
        assert_eq!(tells, told == CommitTold::AtOnce);
        assert_eq!(appends(&solo.fire(Timer::Heartbeat), 3)[0].leader_commit, 1);
    }
}

#[test]
fn a_leader_elected_again_sends_its_log_of_today() {
    let mut solo = Solo::leader(3, &Options::paper(), 0, &[]);
    solo.ack(2, 1, 0);
    solo.propose("lost");
    solo.append(3, 2, (0, 0), &[2], 0);
    solo.fire(Timer::Election);
    solo.vote(2, 3, true);
    assert_eq!(solo.role(), RoleName::Leader);
    let batch = &appends(&solo.refuse(2, 3, 1, None, 1), 2)[0];
    assert_eq!(batch.entries, entries(0, &[2]));
}

#[test]
fn what_is_committed_survives_a_restart() {
    let mut solo = Solo::leader(3, &Options::paper(), 0, &[]);
    solo.propose("x");
    solo.ack(2, 1, 1);
    let again = Solo::new(3, &Options::paper(), solo.disk.clone());
    assert_eq!((again.terms(), again.peer.commit_index()), (vec![1], 0));
}
