//! AppendEntries at its receiver (5.3), and what every server applies.

use crate::id::NodeId;

use super::message::{
    AppendEntries, AppendEntriesReply, Appended, Entries, Entry, Index, Message, Notice,
};
use super::mutants::Mutant;
use super::peer::{Cx, Peer};
use super::reason::Reason;
use super::role::Role;

impl Peer {
    /// "Receiver implementation" of AppendEntries (Figure 2).
    pub(super) fn accept_entries(&mut self, from: NodeId, batch: AppendEntries, cx: Cx) {
        // Step 1: a leader of an older term is refused (5.1).
        let old = batch.term < self.current_term;
        if old && self.has(Mutant::ResetTimerOnOldAppend) {
            self.arm_election(cx);
        }
        if old && self.has(Mutant::AckOldAppend) {
            let match_index = batch.prev_log_index + batch.entries.len() as u64;
            let outcome = Appended::Matched { match_index };
            let reply = AppendEntriesReply { term: batch.term, outcome };
            return cx.send(from, Message::AppendEntriesReply(reply));
        }
        if old && !self.has(Mutant::AcceptOldAppend) {
            self.note_old_term(from, batch.term, cx);
            return self.reply_to_entries(from, Appended::OldTerm, cx);
        }
        if self.has(Mutant::CandidateIgnoresLeader) && matches!(self.role, Role::Candidate(_)) {
            return;
        }
        self.follow(from, cx);
        if self.has(Mutant::ForgetVoteOnAppend) {
            self.voted_for = None;
            self.save_vote(cx);
        }
        if self.has(Mutant::CommitBeforeCheck) {
            self.commit_up_to(batch.leader_commit.min(self.log.last_index()), cx);
        }
        // Step 2: refused as well where the log does not have the entry that
        // these follow, prevLogTerm at prevLogIndex (5.3).
        if let Some(conflict) = self.conflict_before(&batch, cx) {
            if !self.has(Mutant::KeepTimerOnConflict) {
                self.arm_election(cx);
            }
            return self.reply_to_entries(from, conflict, cx);
        }
        self.arm_election(cx);
        let last_new = batch.prev_log_index + batch.entries.len() as u64;
        // Steps 3 and 4: an entry that conflicts goes, with all behind it, and
        // what is not there yet is appended (5.3).
        self.merge_entries(batch.prev_log_index, batch.entries, cx);
        // Step 5: commitIndex follows leaderCommit, but no further than these
        // entries have shown the logs to agree (5.3).
        let mut committed = batch.leader_commit.min(last_new);
        if self.has(Mutant::CommitToLastIndex) {
            committed = batch.leader_commit.min(self.log.last_index());
        }
        if self.has(Mutant::CommitWithoutMin) && batch.leader_commit > self.commit_index {
            self.commit_index = batch.leader_commit;
            self.apply(cx);
        }
        if self.has(Mutant::CommitMayFall) && committed < self.commit_index {
            self.commit_index = committed.max(self.log.start());
        }
        let mut match_index = last_new;
        if self.has(Mutant::AckOwnLastIndex) {
            match_index = self.log.last_index();
        }
        self.reply_to_entries(from, Appended::Matched { match_index }, cx);
        self.commit_up_to(committed, cx);
    }

    /// Recognises the leader of this term; a candidate that hears of it gives up
    /// (Figure 2, candidates).
    #[inline]
    pub(super) fn follow(&mut self, leader: NodeId, cx: Cx) {
        if self.role != Role::Follower {
            self.become_follower(self.current_term, cx);
        }
        self.leader = Some(leader);
        self.heard_at = Some(cx.now());
    }

    /// Where the logs do not agree before the new entries, with the hint that
    /// lets the leader skip a whole term (end of 5.3).
    #[inline]
    fn conflict_before(&self, batch: &AppendEntries, cx: Cx) -> Option<Appended> {
        let AppendEntries { prev_log_index, prev_log_term, .. } = *batch;
        let heartbeat = batch.entries.is_empty();
        if self.has(Mutant::NoCheckOfPrevious) && prev_log_index <= self.log.last_index()
            || self.has(Mutant::HeartbeatAlwaysMatches) && heartbeat
        {
            return None;
        }
        // What the snapshot covers is committed, so the logs agree there
        // (section 7 and leader completeness).
        if prev_log_index < self.log.start() {
            return None;
        }
        let Some(own_term) = self.log.term_at(prev_log_index) else {
            let last_index = self.log.last_index();
            let short = Reason::LogTooShort { prev_log_index, last_index };
            cx.notify(Notice::Because(short));
            return Some(Appended::Conflict {
                prev_log_index,
                conflict_term: None,
                conflict_index: last_index + 1,
            });
        };
        if own_term == prev_log_term {
            return None;
        }
        let leader_term = prev_log_term;
        let differs = Reason::TermDiffers { prev_log_index, leader_term, own_term };
        cx.notify(Notice::Because(differs));
        Some(Appended::Conflict {
            prev_log_index,
            conflict_term: Some(own_term),
            conflict_index: self.log.first_of_term(prev_log_index),
        })
    }

    /// Brings the log in line with entries that follow `prev`. What is there
    /// already stays, so that a late, shorter message takes nothing away.
    #[inline]
    fn merge_entries(&mut self, prev: Index, entries: Entries, cx: Cx) {
        if entries.is_empty() {
            return;
        }
        let last = self.log.last_index();
        if prev == last {
            self.log.extend(&entries);
            return self.save_appended(prev, entries, cx);
        }
        if self.has(Mutant::AlwaysTruncate) && prev >= self.log.start() {
            self.log.truncate_after(prev);
            self.log.extend(&entries);
            return self.save_appended(prev, entries, cx);
        }
        // The first of them that is not here, or not the same here.
        let agrees = |(index, entry): (Index, &Entry)| {
            index <= self.log.start() || self.log.term_at(index) == Some(entry.term)
        };
        let known = (prev + 1..).zip(entries.iter()).take_while(|&pair| agrees(pair)).count();
        if known == entries.len() {
            return;
        }
        let after = prev + known as u64;
        let rest: Entries = entries[known..].iter().cloned().collect();
        if after < last {
            if self.has(Mutant::NeverTruncate) {
                return;
            }
            cx.notify(Notice::Overwritten { from: after + 1, to: last });
        }
        let tail: Entries = if self.has(Mutant::KeepTailOnConflict) {
            let behind = after + rest.len() as u64 + 1;
            rest.iter().chain(self.log.iter_from(behind.min(last + 1))).cloned().collect()
        } else {
            rest
        };
        self.log.truncate_after(after);
        self.log.extend(&tail);
        self.save_appended(after, tail, cx);
    }

    fn save_appended(&mut self, after: Index, entries: Entries, cx: Cx) {
        if self.has(Mutant::AppendNotSaved) {
            return self.durability.assume(self.log.last_index());
        }
        self.save_entries(after, entries, cx);
    }

    /// Answers when the entries are on disk, since the answer promises that they
    /// are (Figure 2, persistent state).
    #[inline]
    fn reply_to_entries(&mut self, leader: NodeId, outcome: Appended, cx: Cx) {
        let reply = AppendEntriesReply { term: self.current_term, outcome };
        let reply = Message::AppendEntriesReply(reply);
        if self.has(Mutant::AnswerBeforeSave) {
            return cx.send_now(leader, reply);
        }
        cx.send(leader, reply);
    }

    #[inline]
    pub(super) fn commit_up_to(&mut self, index: Index, cx: Cx) {
        if index > self.commit_index {
            self.commit_index = index.min(self.log.last_index());
            self.apply(cx);
        }
    }

    /// Applies what is committed and not applied yet, one entry after the other,
    /// and lastApplied goes with it (Figure 2, all servers; 5.3).
    #[inline]
    pub(super) fn apply(&mut self, cx: Cx) {
        let first = self.last_applied + 1;
        if first > self.commit_index {
            return;
        }
        let count = (self.commit_index - self.last_applied) as usize;
        let skipped = if self.has(Mutant::ApplySkips) { count - 1 } else { 0 };
        let mut index = self.last_applied + skipped as u64;
        let entries = self.log.iter_from(index + 1).take(count - skipped);
        if self.has(Mutant::ApplyOutOfOrder) && count - skipped > 1 {
            let mut entries: Vec<_> = (index + 1..).zip(entries).collect();
            entries.swap(0, 1);
            for (index, entry) in entries {
                cx.notify(Notice::Committed { index, entry: entry.clone() });
            }
        } else {
            // By `for_each`: the log's pieces are then walked one by one, not
            // asked for the next entry each time.
            entries.for_each(|entry| {
                index += 1;
                cx.notify(Notice::Committed { index, entry: entry.clone() });
            });
        }
        // The log ends before its commit index only by a mistake.
        self.last_applied = self.commit_index.min(self.log.last_index());
    }
}
