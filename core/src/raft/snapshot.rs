//! Log compaction (7, Figure 13): the service's snapshot trims the log; a
//! follower that is behind the trimmed part gets the snapshot, piece by piece.

use crate::bytes::Bytes;
use crate::id::NodeId;

use super::disk::Snapshot;
use super::log::Log;
use super::message::{
    Durable, Index, InstallSnapshot, InstallSnapshotReply, Message, Notice, Term,
};
use super::mutants::Mutant;
use super::peer::{Cx, Peer};
use super::progress::{Feed, Window};
use super::reason::Reason;
use super::role::Role;

/// Pieces of a snapshot received so far (Figure 13, rules 2 to 4).
#[derive(Clone, Debug, PartialEq)]
pub struct Incoming {
    /// The term of the leader that sends it: pieces of two leaders do not mix.
    leader_term: Term,
    last_included_index: Index,
    last_included_term: Term,
    data: Vec<u8>,
}

impl Peer {
    /// Each server takes its snapshots alone, of nothing but what is committed (7):
    /// the service has applied all up to `index`.
    pub(super) fn take_snapshot(&mut self, index: Index, data: Bytes, cx: Cx) {
        let covered = self.log.start();
        if index <= covered {
            let nothing_new = Reason::AlreadyCovered { last_included_index: index, covered };
            return cx.notify(Notice::Because(nothing_new));
        }
        let last_applied = self.last_applied;
        // Without a mistake all that was applied behind the snapshot is here.
        let Some(term) = self.log.term_at(index).filter(|_| index <= last_applied) else {
            return cx.notify(Notice::Because(Reason::NotApplied { index, last_applied }));
        };
        if self.has(Mutant::OnlyLeaderTrims) && !matches!(self.role, Role::Leader(_)) {
            return;
        }
        self.replace_snapshot(index, term, data, true, cx);
    }

    /// Sets a snapshot in the place of the log up to it, in memory and, in one
    /// save, on the disk.
    fn replace_snapshot(
        &mut self,
        index: Index,
        term: Term,
        data: Bytes,
        keeps_tail: bool,
        cx: Cx,
    ) {
        if keeps_tail {
            self.log.trim_to(index, term);
        } else {
            self.log = Log::starting_after(index, term);
        }
        if self.has(Mutant::SnapshotInTwoSaves) {
            cx.save(Durable::Snapshot {
                last_included_index: index,
                last_included_term: term,
                data: self.snapshot.data.clone(),
                keeps_tail,
            });
        }
        let number = cx.save(Durable::Snapshot {
            last_included_index: index,
            last_included_term: term,
            data: data.clone(),
            keeps_tail,
        });
        if keeps_tail {
            self.durability.trimmed(number, index);
        } else {
            self.durability.saved(number, index, index);
        }
        self.snapshot = Snapshot { last_included_index: index, last_included_term: term, data };
    }

    /// A follower so far behind that the entry it needs next is gone from the
    /// leader's log gets the snapshot (7).
    pub(super) fn send_snapshot(&mut self, place: usize, cx: Cx) {
        if self.has(Mutant::NeverSendSnapshot) {
            return;
        }
        let image = self.snapshot.clone();
        let Role::Leader(leader) = &mut self.role else { return };
        let progress = &mut leader.progress[place];
        if matches!(progress.feed, Feed::Snapshot { .. }) {
            return;
        }
        progress.feed = Feed::Snapshot { image, offset: 0, answered: false };
        self.send_piece(place, cx);
    }

    /// Sends the piece again that was not answered since the last heartbeat.
    pub(super) fn repeat_snapshot(&mut self, place: usize, cx: Cx) {
        let Role::Leader(leader) = &mut self.role else { return };
        match &mut leader.progress[place].feed {
            Feed::Snapshot { answered: answered @ true, .. } => *answered = false,
            Feed::Snapshot { .. } => self.send_piece(place, cx),
            _ => self.send_snapshot(place, cx),
        }
    }

    fn send_piece(&mut self, place: usize, cx: Cx) {
        let Role::Leader(leader) = &self.role else { return };
        let Feed::Snapshot { image, offset, .. } = &leader.progress[place].feed else { return };
        let size = image.data.len() as u64;
        let from = (*offset).min(size);
        let to = (from + self.options.chunk_bytes.max(1)).min(size);
        let message = InstallSnapshot {
            term: self.current_term,
            last_included_index: image.last_included_index,
            last_included_term: image.last_included_term,
            offset: from,
            data: Bytes::from(&image.data[from as usize..to as usize]),
            done: to == size,
        };
        cx.send_now(self.peers[place], Message::InstallSnapshot(message.into()));
    }

    /// "Receiver implementation" of InstallSnapshot (Figure 13).
    pub(super) fn install_snapshot(&mut self, from: NodeId, piece: InstallSnapshot, cx: Cx) {
        // Step 1: a leader of an older term is refused.
        if piece.term < self.current_term {
            self.note_old_term(from, piece.term, cx);
            return self.reply_to_piece(from, &piece, 0, false, cx);
        }
        self.follow(from, cx);
        if !self.has(Mutant::KeepTimerOnSnapshot) {
            self.arm_election(cx);
        }
        let (index, term) = (piece.last_included_index, piece.last_included_term);
        let covers_less = index <= self.commit_index;
        if covers_less && !self.installs_older(index) {
            let covered = self.commit_index;
            let nothing_new = Reason::AlreadyCovered { last_included_index: index, covered };
            cx.notify(Notice::Because(nothing_new));
            return self.reply_to_piece(from, &piece, u64::MAX, true, cx);
        }
        // Step 2: the first piece begins a new file.
        let same = |incoming: &Incoming| {
            incoming.leader_term == piece.term
                && (incoming.last_included_index, incoming.last_included_term) == (index, term)
        };
        if !self.incoming.as_ref().is_some_and(same) {
            self.incoming = Some(Incoming {
                leader_term: piece.term,
                last_included_index: index,
                last_included_term: term,
                data: Vec::new(),
            });
        }
        let incoming = self.incoming.as_mut().expect("it was made just now, if it was not there");
        let have = incoming.data.len() as u64;
        if piece.offset != have {
            let offset = piece.offset;
            cx.notify(Notice::Because(Reason::PieceOutOfOrder { offset, have }));
            return self.reply_to_piece(from, &piece, have, false, cx);
        }
        // Steps 3 and 4: each piece goes to its offset, and is answered; until
        // the last has come, that is all.
        incoming.data.extend_from_slice(&piece.data);
        let have = incoming.data.len() as u64;
        if !piece.done {
            return self.reply_to_piece(from, &piece, have, false, cx);
        }
        let data = Bytes::from(std::mem::take(&mut incoming.data));
        self.incoming = None;
        self.install(index, term, data, cx);
        self.reply_to_piece(from, &piece, have, true, cx);
    }

    /// A mistake: takes a snapshot that covers less than is committed.
    fn installs_older(&self, index: Index) -> bool {
        self.has(Mutant::InstallOlderSnapshot) && index < self.commit_index && index > 0
    }

    fn install(&mut self, index: Index, term: Term, data: Bytes, cx: Cx) {
        // Steps 6 and 7: entries behind the snapshot's last stay if the log has
        // that one, with its term; if not, none stays.
        let mut keeps_tail = self.log.term_at(index) == Some(term);
        if self.has(Mutant::InstallDropsTail) || self.installs_older(index) {
            keeps_tail = false;
        }
        if self.has(Mutant::InstallKeepsTail) && self.log.last_index() > index {
            keeps_tail = true;
        }
        if !keeps_tail && self.log.last_index() > index {
            let (from, to) = (index + 1, self.log.last_index());
            cx.notify(Notice::Overwritten { from, to });
        }
        // Step 5: it takes the place of any older one, whole or in pieces.
        self.replace_snapshot(index, term, data.clone(), keeps_tail, cx);
        // Only a snapshot of more than is committed gets here, or a mistake.
        self.commit_index = index;
        self.last_applied = index;
        // Step 8: the state machine becomes what the snapshot holds.
        cx.notify(Notice::Restored { index, term, data });
        self.apply(cx);
    }

    fn reply_to_piece(
        &mut self,
        leader: NodeId,
        piece: &InstallSnapshot,
        offset: u64,
        done: bool,
        cx: Cx,
    ) {
        let reply = InstallSnapshotReply {
            term: self.current_term,
            last_included_index: piece.last_included_index,
            offset,
            done,
        };
        cx.send(leader, Message::InstallSnapshotReply(reply));
    }

    /// The follower has a piece, or all: goes on with the next one, or with the
    /// entries behind the snapshot.
    pub(super) fn note_installed(&mut self, from: NodeId, at: &InstallSnapshotReply, cx: Cx) {
        let place = self.place_of(from).expect("messages of strangers are thrown away");
        let last = self.log.last_index();
        let Role::Leader(leader) = &mut self.role else {
            let late = Reason::LateAnswer { from, term: at.term };
            return cx.notify(Notice::Because(late));
        };
        if at.term != self.current_term {
            return self.note_old_term(from, at.term, cx);
        }
        leader.heard |= 1 << place;
        let progress = &mut leader.progress[place];
        let Feed::Snapshot { image, offset, answered } = &mut progress.feed else {
            let late = Reason::LateAnswer { from, term: at.term };
            return cx.notify(Notice::Because(late));
        };
        if image.last_included_index != at.last_included_index {
            let late = Reason::LateAnswer { from, term: at.term };
            return cx.notify(Notice::Because(late));
        }
        if !at.done {
            // An answer that came twice says nothing new.
            let there = at.offset.min(image.data.len() as u64);
            if *offset != there {
                (*offset, *answered) = (there, true);
                self.send_piece(place, cx);
            }
            return;
        }
        let mut matched = image.last_included_index;
        if self.mutants.has(Mutant::MatchAllAfterSnapshot) {
            matched = last;
        }
        progress.match_index = progress.match_index.max(matched);
        progress.next_index = progress.match_index + 1;
        progress.feed = Feed::Replicate(Window::default());
        self.advance_commit_index(cx);
        self.replicate_to(place, cx);
        self.hand_over(cx);
    }
}
