//! Log replication (5.3) and what is committed (5.3, 5.4.2): the leader's side.
//! The follower's is in [`append`](super::append).

use crate::bytes::Bytes;
use crate::id::NodeId;
use crate::quorum::{majority, reached_by_majority};

use super::message::{
    AppendEntries, AppendEntriesReply, Appended, Durable, Entries, Entry, Index, Message, Notice,
};
use super::mutants::Mutant;
use super::options::CommitTold;
use super::peer::{Cx, Peer};
use super::progress::{Feed, IN_FLIGHT_LIMIT, Progress, Window};
use super::reason::Reason;
use super::role::{Leader, Role};

impl Peer {
    /// A command goes to the end of the leader's log (Figure 2, leaders).
    pub(super) fn propose(&mut self, command: Bytes, cx: Cx) {
        if !matches!(self.role, Role::Leader(_)) || self.transfers_to().is_some() {
            return cx.notify(Notice::Because(Reason::NotLeader { leader: self.leader }));
        }
        let after = self.log.last_index();
        let entry = Entry { term: self.current_term, command };
        let index = self.log.push(entry.clone());
        if self.has(Mutant::ProposalNotSaved) || self.has(Mutant::LeaderNeverSaves) {
            self.durability.assume(index);
        } else {
            self.batch = (after, entry.into());
            self.save_entries(after, self.batch.1.clone(), cx);
        }
        cx.notify(Notice::Proposed { index, term: self.current_term });
        if self.has(Mutant::ApplyBeforeCommit) {
            self.commit_index = index;
            self.apply(cx);
        }
        if !self.has(Mutant::WaitForHeartbeat) {
            self.replicate_to_all(cx);
        }
        if self.has(Mutant::ProposalNotSaved) || self.has(Mutant::LeaderNeverSaves) {
            self.advance_commit_index(cx);
        }
    }

    /// Saves entries that stand after an index.
    #[inline(always)] // as for `Log::push`
    pub(super) fn save_entries(&mut self, after: Index, entries: Entries, cx: Cx) {
        let last = after + entries.len() as u64;
        if self.has(Mutant::LogNotSaved) {
            return self.durability.assume(last);
        }
        let number = cx.save(Durable::Append { after, entries });
        self.durability.saved(number, after, last);
    }

    /// The leader's own copy counts when it is on its own disk, and so does a
    /// candidate's own vote, should no other be needed: who leads by a vote that a
    /// crash takes back leads the same term twice, with two logs.
    pub(super) fn note_durable(&mut self, number: u64, cx: Cx) {
        self.durability.durable(number);
        match self.role {
            Role::Leader(_) => self.advance_commit_index(cx),
            Role::Candidate(_) if self.durability.has_vote() => self.look_at_votes(cx),
            _ => {}
        }
    }

    pub(super) fn replicate_to_all(&mut self, cx: Cx) {
        for place in 0..self.peers.len() {
            if self.peers[place] != self.me && !self.waits(place) {
                self.replicate_to(place, cx);
            }
        }
    }

    /// While something is under way to a follower, new entries wait for its
    /// answer or until they fill a message (Nagle's rule): many proposals at
    /// once share a message, and a single one never waits.
    #[inline]
    fn waits(&self, place: usize) -> bool {
        let Role::Leader(leader) = &self.role else { return true };
        let progress = &leader.progress[place];
        let Feed::Replicate(window) = &progress.feed else { return false };
        let full = progress.next_index + u64::from(self.options.append_entries_max);
        let few = self.log.last_index() + 1 < full && progress.next_index > self.log.start();
        few && !window.is_empty() && !self.has(Mutant::SendWholeTail)
    }

    /// Sends a follower what it lacks, from its nextIndex on, if the log reaches so
    /// far (Figure 2, leaders).
    pub(super) fn replicate_to(&mut self, place: usize, cx: Cx) {
        let last = self.log.last_index();
        while !self.waits(place) {
            let Role::Leader(leader) = &mut self.role else { return };
            let progress = &mut leader.progress[place];
            if progress.next_index <= self.log.start() {
                return self.send_snapshot(place, cx);
            }
            let waiting = (last + 1).saturating_sub(progress.next_index);
            match &mut progress.feed {
                Feed::Snapshot { .. } => return,
                Feed::Probe { asked: true } => return,
                Feed::Probe { asked } => {
                    if waiting == 0 {
                        return;
                    }
                    *asked = true;
                    let from = progress.next_index;
                    self.send_entries(place, from, cx);
                    return;
                }
                Feed::Replicate(window) => {
                    let room = self.options.in_flight_max.clamp(1, IN_FLIGHT_LIMIT);
                    let (mut from, mut stays) = (progress.next_index, window.len() >= room);
                    if self.mutants.has(Mutant::SendWholeTail) {
                        from = progress.match_index + 1;
                        stays = false;
                    }
                    if self.mutants.has(Mutant::SendWholeLog) {
                        from = self.log.start() + 1;
                    }
                    if waiting == 0 || stays {
                        return;
                    }
                    let sent = self.send_entries(place, from, cx);
                    let Role::Leader(leader) = &mut self.role else { return };
                    let progress = &mut leader.progress[place];
                    progress.next_index = from + sent;
                    if self.mutants.has(Mutant::SendWholeTail) {
                        return;
                    }
                    if let Feed::Replicate(window) = &mut progress.feed {
                        window.sent(from + sent - 1);
                    }
                }
            }
        }
    }

    /// Sends entries from an index on, and returns how many.
    fn send_entries(&mut self, place: usize, from: Index, cx: Cx) -> u64 {
        let prev_log_index = from - 1;
        let count = (self.log.last_index() - prev_log_index)
            .min(u64::from(self.options.append_entries_max.max(1)));
        // Followers at the same place share one batch; so do the leader's save
        // and the message when a single entry was proposed.
        if self.batch.0 != prev_log_index || self.batch.1.len() as u64 != count {
            let bytes = self.options.append_bytes_max;
            self.batch = (prev_log_index, self.log.batch(from, count as u32, bytes));
        }
        let entries = self.batch.1.clone();
        let sent = entries.len() as u64;
        self.send_append(place, prev_log_index, entries, cx);
        sent
    }

    fn send_append(&mut self, place: usize, prev_log_index: Index, entries: Entries, cx: Cx) {
        let Some(prev_log_term) = self.log.term_at(prev_log_index) else { return };
        let tells = !(self.has(Mutant::NeverTellCommit) && entries.is_empty());
        let message = AppendEntries {
            term: self.current_term,
            prev_log_index,
            prev_log_term,
            entries,
            leader_commit: if tells { self.commit_index } else { 0 },
        };
        // It need not wait for the leader's own disk (dissertation, 10.2.1):
        // AppendEntries promises nothing.
        cx.send_now(self.peers[place], Message::AppendEntries(message));
    }

    /// Nothing was to be said for a while: followers hear that there is a leader,
    /// before they start an election (Figure 2, leaders).
    pub(super) fn heartbeat_is_due(&mut self, cx: Cx) {
        if !matches!(self.role, Role::Leader(_)) {
            return;
        }
        self.arm_heartbeat(cx);
        self.send_heartbeats(cx);
        self.hand_over(cx);
    }

    /// An AppendEntries to each follower; where nothing is known to be missing,
    /// an empty one. Its `prev_log_index` is the end of what was sent, so a
    /// follower that missed something answers with a conflict: no other timer is
    /// needed to find losses.
    pub(super) fn send_heartbeats(&mut self, cx: Cx) {
        for place in 0..self.peers.len() {
            if self.peers[place] != self.me {
                self.send_heartbeat(place, cx);
            }
        }
    }

    fn send_heartbeat(&mut self, place: usize, cx: Cx) {
        let waits = self.has(Mutant::WaitForHeartbeat);
        let last = self.log.last_index();
        let Role::Leader(leader) = &mut self.role else { return };
        let progress = &mut leader.progress[place];
        let from = progress.next_index;
        if from <= self.log.start() {
            return self.repeat_snapshot(place, cx);
        }
        match &mut progress.feed {
            Feed::Snapshot { .. } => self.repeat_snapshot(place, cx),
            Feed::Probe { asked } => {
                *asked = true;
                if from <= last {
                    self.send_entries(place, from, cx);
                } else {
                    self.send_append(place, from - 1, Entries::NONE, cx);
                }
            }
            Feed::Replicate(_) if waits && from <= last => self.replicate_to(place, cx),
            Feed::Replicate(_) => self.send_append(place, from - 1, Entries::NONE, cx),
        }
    }

    /// Results of AppendEntries (Figure 2, leaders).
    pub(super) fn note_progress(&mut self, from: NodeId, ack: AppendEntriesReply, cx: Cx) {
        let place = self.place_of(from).expect("messages of strangers are thrown away");
        let late = ack.term != self.current_term && !self.has(Mutant::CountOldAcks);
        let last = self.log.last_index();
        let Role::Leader(leader) = &mut self.role else {
            let late = Reason::LateAnswer { from, term: ack.term };
            return cx.notify(Notice::Because(late));
        };
        if late {
            return self.note_old_term(from, ack.term, cx);
        }
        leader.heard |= 1 << place;
        let progress = &mut leader.progress[place];
        match ack.outcome {
            Appended::Matched { match_index } => {
                // What it accepted, it has: matchIndex and nextIndex follow.
                let mut matched = match_index.min(last);
                if self.mutants.has(Mutant::MatchAtReplyTime) {
                    matched = last;
                }
                if self.mutants.has(Mutant::MatchAdds) && match_index > 0 {
                    let new = match_index - progress.match_index.min(match_index);
                    matched = (progress.match_index + new.max(1)).min(last);
                }
                let grew = matched > progress.match_index;
                progress.match_index = progress.match_index.max(matched);
                progress.next_index = progress.next_index.max(progress.match_index + 1);
                match &mut progress.feed {
                    Feed::Replicate(window) => window.arrived(matched),
                    Feed::Probe { .. } => {
                        progress.next_index = progress.match_index + 1;
                        progress.feed = Feed::Replicate(Window::default());
                    }
                    Feed::Snapshot { image, .. } if matched >= image.last_included_index => {
                        progress.next_index = progress.match_index + 1;
                        progress.feed = Feed::Replicate(Window::default());
                    }
                    Feed::Snapshot { .. } => {}
                }
                if grew {
                    self.advance_commit_index(cx);
                    self.hand_over(cx);
                }
                self.replicate_to(place, cx);
            }
            Appended::Conflict { prev_log_index, conflict_term, conflict_index } => {
                // An answer to a question that is settled since: matchIndex only
                // grows within a term.
                let settled = prev_log_index <= progress.match_index;
                let probing = matches!(progress.feed, Feed::Probe { .. });
                let stale = probing && prev_log_index != progress.next_index - 1;
                if settled || stale || matches!(progress.feed, Feed::Snapshot { .. }) {
                    let late = Reason::LateAnswer { from, term: ack.term };
                    return cx.notify(Notice::Because(late));
                }
                if self.mutants.has(Mutant::LeaderCutsItself) {
                    let after = (prev_log_index - 1).max(self.log.start());
                    self.log.truncate_after(after);
                    self.save_entries(after, Entries::NONE, cx);
                }
                if self.mutants.has(Mutant::NeverGoBack) {
                    return;
                }
                self.back_up(place, prev_log_index, conflict_term, conflict_index);
                if !self.has(Mutant::BackUpByOne) {
                    self.replicate_or_probe(place, cx);
                }
            }
            Appended::OldTerm => {}
        }
    }

    /// Refused, the leader tries from an earlier nextIndex (5.3), by whole terms:
    /// behind its own last entry of the conflicting term, if it has one, else from
    /// the first index that the follower has of it.
    fn back_up(
        &mut self,
        place: usize,
        prev_log_index: Index,
        conflict_term: Option<u64>,
        conflict_index: Index,
    ) {
        let own_last = conflict_term.and_then(|term| self.log.last_of_term(term, prev_log_index));
        let mut next = own_last.map_or(conflict_index, |index| index + 1);
        if self.has(Mutant::BackUpByOne) {
            next = prev_log_index;
        }
        let Role::Leader(leader) = &mut self.role else { return };
        // Always at least one step back, and never before what is known to match.
        let back = prev_log_index.clamp(1, self.log.last_index() + 1);
        leader.progress[place].probe(next.clamp(1, back));
    }

    /// Asks again at once after going back, also when there is nothing to send.
    fn replicate_or_probe(&mut self, place: usize, cx: Cx) {
        let Role::Leader(leader) = &mut self.role else { return };
        let from = leader.progress[place].next_index;
        if from > self.log.start() && from > self.log.last_index() {
            leader.progress[place].feed = Feed::Probe { asked: true };
            return self.send_append(place, from - 1, Entries::NONE, cx);
        }
        self.replicate_to(place, cx);
    }

    /// Commits up to the last entry that a majority has, if it is of the leader's
    /// own term (Figure 2, leaders; 5.3, 5.4).
    pub(super) fn advance_commit_index(&mut self, cx: Cx) {
        let Role::Leader(leader) = &self.role else { return };
        let copies = self.copies(leader);
        let needed = majority(self.peers.len() as u32);
        // Most answers do not complete a majority: then there is no need to look
        // for the highest index that has one.
        let index = if copies < needed && self.mutants.is_empty() {
            self.commit_index
        } else {
            self.reached(leader)
        };
        if index <= self.commit_index {
            if copies > 0 && self.log.last_index() > self.commit_index {
                let waits =
                    Reason::MoreCopiesNeeded { index: self.commit_index + 1, copies, needed };
                cx.notify(Notice::Because(waits));
            }
            return;
        }
        let entry_term = self.log.term_at(index).unwrap_or(0);
        // To count copies says nothing about an entry of an older term: it
        // commits with the first one of this (5.4.2, Figure 8).
        if entry_term != self.current_term && !self.has(Mutant::CommitOldTerms) {
            let term = self.current_term;
            let waits = Reason::OwnTermRule { index, entry_term, term };
            return cx.notify(Notice::Because(waits));
        }
        self.commit_index = index;
        self.apply(cx);
        if self.options.commit_told == CommitTold::AtOnce {
            self.tell_commit(cx);
        }
    }

    /// On how many disks the first uncommitted entry is, as far as the leader
    /// knows.
    #[inline]
    fn copies(&self, leader: &Leader) -> u32 {
        // The leader's own place there stays at 0.
        let reached = |progress: &&Progress| progress.match_index > self.commit_index;
        let others = leader.progress.iter().filter(reached).count() as u32;
        others + u32::from(self.durability.index() > self.commit_index)
    }

    /// The highest index on a majority.
    fn reached(&self, leader: &Leader) -> Index {
        let mut reached = [0; 64];
        let count = leader.progress.len();
        let reached = &mut reached[..count];
        for (place, progress) in leader.progress.iter().enumerate() {
            let own = self.peers[place] == self.me;
            reached[place] = match own {
                true if self.has(Mutant::OwnCopyNotCounted) => 0,
                true => self.durability.index(),
                false => progress.match_index,
            };
        }
        if self.has(Mutant::SmallCommitQuorum) {
            reached.sort_unstable();
            return reached[count - (count / 2).max(1)];
        }
        if self.has(Mutant::WaitForAll) {
            return reached.iter().copied().min().unwrap_or(0);
        }
        reached_by_majority(reached)
    }

    /// Tells followers at once how far the log is committed.
    fn tell_commit(&mut self, cx: Cx) {
        for place in 0..self.peers.len() {
            if self.peers[place] == self.me {
                continue;
            }
            let Role::Leader(leader) = &self.role else { return };
            let progress = &leader.progress[place];
            // Entries that wait will tell it as well.
            let sends = matches!(progress.feed, Feed::Replicate(_))
                && progress.next_index > self.log.last_index();
            if sends {
                self.send_append(place, progress.next_index - 1, Entries::NONE, cx);
            }
        }
    }

    /// matchIndex\[\], by place; empty when it does not lead.
    pub(super) fn match_indexes(&self) -> Vec<Index> {
        let Role::Leader(leader) = &self.role else { return Vec::new() };
        leader.progress.iter().map(|progress| progress.match_index).collect()
    }
}
