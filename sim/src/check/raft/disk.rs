//! What is on disks: when an entry is committed, and whether what a message
//! promises is there.

use netsplit_core::id::NodeId;
use netsplit_core::quorum::majority;
use netsplit_core::raft::log::Log;
use netsplit_core::raft::message::{Appended, Index, Message, Term};

use crate::fingerprint::Fingerprint;
use crate::lab::{Message as LabMessage, OverRaft};
use crate::mail::Envelope;
use crate::node::Node;

use super::known::{Acknowledged, Committed, HIDDEN, Known, OnItsWay};
use super::property::{DURABLE, LEADER_COMPLETENESS, STATE_MACHINE_SAFETY};
use super::{Look, RaftChecks};

impl RaftChecks {
    /// Saves reached the disk: an entry that is now on a majority, each time
    /// taken in its own term, is committed, and all before it (5.4.2).
    pub(super) fn store(&mut self, crashed: bool, look: &mut Look<impl OverRaft>) {
        let node = look.node;
        let (told, lies) = (look.it().told(), look.it().lies());
        let last = promised_log(look.it()).last_index();
        let disk_last = std::mem::replace(&mut self.known(node).disk_last, last);
        while let Some(save) = self.nodes[node.index()].on_its_way.front().copied() {
            // A crash ends them all; what the disk shows decides.
            let promised = lies && save.number <= told;
            if !crashed && !promised && look.it().is_pending(save.number) {
                break;
            }
            self.known(node).on_its_way.pop_front();
            self.count_copies(save, disk_last, look);
        }
        self.keep_word(look);
    }

    /// What a node acknowledged stays on its disk as long as its term lasts; by log
    /// matching the last entry of it stands for all before.
    fn keep_word(&mut self, look: &mut Look<impl OverRaft>) {
        let Some(told) = self.nodes[look.node.index()].acknowledged else { return };
        if look.it().disk().current_term != told.in_term {
            return;
        }
        let log = promised_log(look.it());
        if told.index > log.start() && log.term_at(told.index) != Some(told.term) {
            look.break_property(DURABLE, Some(told.to), Some(told.index), Some(told.in_term));
            self.known(look.node).acknowledged = None;
        }
    }

    /// Compares what is known of a node's disk with the disk where a save may
    /// have changed it, and commits what now is on a majority.
    ///
    /// A server that is alone takes an entry, applies it and puts it into a snapshot in one step:
    /// then its disk has the entry there.
    fn count_copies(&mut self, save: OnItsWay, disk_last: Index, look: &mut Look<impl OverRaft>) {
        let (node, log) = (look.node, promised_log(look.it()));
        let needed = majority(look.world.cast().together_with(node));
        for index in save.after + 1..=save.last.max(disk_last) {
            let Some(place) = self.taken.get_mut(index as usize - 1) else { break };
            let is_there = match index > log.start() {
                true => {
                    let term = log.term_at(index);
                    place.forget(node, term);
                    term == Some(save.in_term)
                }
                false => index <= save.last,
            };
            if let Some(taken) = place.get_mut(save.in_term).filter(|_| is_there) {
                taken.stored |= 1 << node.index();
                if taken.stored.count_ones() >= needed {
                    self.commit(index, save, look);
                }
            }
        }
    }

    /// Adds everything up to an index, as the acting node's disk has it since this save, to the
    /// record.
    fn commit(&mut self, index: Index, save: OnItsWay, look: &mut Look<impl OverRaft>) {
        let (log, in_term) = (promised_log(look.it()), save.in_term);
        for index in self.committed() + 1..=index {
            let entry = log.get(index).map(|entry| (entry.term, Fingerprint::of(entry)));
            let taken = self.taken.get_mut(index as usize - 1).filter(|_| index > save.after);
            let in_snapshot = || Some((in_term, taken?.get_mut(in_term)?.digest));
            let Some((term, digest)) = entry.or_else(in_snapshot) else {
                // It is covered by a snapshot of what nobody saw committed.
                return look.break_property(STATE_MACHINE_SAFETY, None, Some(index), None);
            };
            self.committed.push(Committed { term, digest, in_term });
        }
        let recorded = self.committed.get(index as usize - 1);
        let differs = |it: &Committed| it.digest != HIDDEN && Some(it.term) != log.term_at(index);
        if index > log.start() && recorded.is_some_and(differs) {
            look.break_property(LEADER_COMPLETENESS, None, Some(index), Some(in_term));
        }
    }

    /// A node starts from an emptied disk: it no longer counts for anything not
    /// yet committed. As long as it was down, its word still stood.
    pub(super) fn forget_disk(&mut self, node: NodeId) {
        self.nodes[node.index()] = Known::default();
        for index in self.committed.len()..self.taken.len() {
            if let Some(place) = self.taken.get_mut(index) {
                place.forget(node, None);
            }
        }
    }
}

/// The log that a node's disk promises to hold: what it holds, or, of a disk
/// that lies, what it was given.
fn promised_log<L: OverRaft>(it: &Node<L>) -> &Log {
    match it.machine().and_then(L::peer) {
        Some(peer) if it.lies() => peer.log(),
        _ => &it.disk().log,
    }
}

impl RaftChecks {
    /// What a message promises must be on its sender's disk at the instant it
    /// leaves: the vote, the entries, the snapshot. A disk that lies makes the node
    /// promise what it cannot know; then the promise is the disk's.
    pub(super) fn check_acknowledgement<L: OverRaft>(
        &mut self,
        envelope: &Envelope<LabMessage<L>>,
        look: &mut Look<L>,
    ) {
        let Some(message) = L::raft_message(&envelope.message) else { return };
        let (from, to) = (envelope.id.from, envelope.id.to);
        let sender = look.world.node(from);
        if sender.lies() {
            return;
        }
        let disk = sender.disk();
        let (holds, index, term) = match message {
            Message::RequestVoteReply(vote) if vote.granted && !vote.pre_vote => {
                let voted = disk.current_term == vote.term && disk.voted_for == Some(to);
                (voted || disk.current_term > vote.term, None, vote.term)
            }
            Message::AppendEntriesReply(ack) => match &ack.outcome {
                Appended::Matched { match_index } => {
                    let there = holds_entry(sender, *match_index, ack.term);
                    if there && disk.current_term == ack.term {
                        self.note_acknowledged((from, to), *match_index, look);
                    }
                    (there || disk.current_term > ack.term, Some(*match_index), ack.term)
                }
                _ => return,
            },
            Message::InstallSnapshotReply(at) if at.done => {
                let there = disk.log.last_index() >= at.last_included_index;
                (there, Some(at.last_included_index), at.term)
            }
            _ => return,
        };
        if !holds {
            look.node = from;
            look.break_property(DURABLE, Some(to), index, Some(term));
        }
    }

    /// Remembers what a node told its leader in the term that both are in.
    fn note_acknowledged(
        &mut self,
        (from, to): (NodeId, NodeId),
        index: Index,
        look: &Look<impl OverRaft>,
    ) {
        let disk = look.world.node(from).disk();
        let in_term = disk.current_term;
        let known = &mut self.known(from).acknowledged;
        let further = known.is_none_or(|told| told.in_term != in_term || told.index < index);
        if further && let Some(term) = disk.log.term_at(index) {
            *known = Some(Acknowledged { in_term, to, index, term });
        }
    }
}

/// Whether a node's disk has the entry at an index that it acknowledged in a
/// term: the one in its memory, unless a later term has overwritten that since.
fn holds_entry<L: OverRaft>(node: &Node<L>, index: Index, term: Term) -> bool {
    let disk = &node.disk().log;
    let peer = node.machine().and_then(L::peer).filter(|peer| peer.current_term() == term);
    let own = peer.and_then(|peer| peer.log().term_at(index));
    index <= disk.start()
        || disk.term_at(index).is_some_and(|term| own.is_none_or(|own| own == term))
}
