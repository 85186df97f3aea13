//! Faults that belong together. Some mistakes show only when several rare
//! things happen in one order; each step of a scheme is carried out when the
//! run has come to where it fits, with everything else going on meanwhile.

use netsplit_core::id::NodeId;
use netsplit_core::machine::Mail;
use netsplit_core::raft::message::{Appended, Message};
use netsplit_core::raft::role::RoleName;

use crate::choice::{Choice, EnvelopeId, Rule, RuleAction};
use crate::lab;
use crate::swarm::driver::Driver;
use crate::swarm::kind;
use crate::swarm::lab::SwarmLab;
use crate::verb::leader;

use crate::lab::OverRaft;

impl<L: OverRaft + SwarmLab> Driver<L> {
    /// The leader's promise is broken by its own disk, and an answer to it comes
    /// when it leads again: one follower alone gets an entry and its answer is
    /// held; the leader, whose disk has stalled, stops and forgets the entry, and
    /// stands for election again. What is held is released by
    /// `release_what_is_late`.
    pub(in crate::swarm) fn late_answer(&mut self) {
        let Some(leader) = leader(&self.scene.world) else { return };
        match self.held_for_more_than_it_has(leader) {
            None => self.let_one_follower_know_more(leader),
            Some(answer) => self.forget_and_lead(leader, answer),
        }
    }

    /// An answer held before a leader that acknowledges more than the leader's
    /// disk has.
    fn held_for_more_than_it_has(&self, leader: NodeId) -> Option<EnvelopeId> {
        let last = (self.scene.world.node(leader).disk()).log.last_index();
        let held = self.scene.world.mail().filter(|mail| mail.held && mail.id.to == leader);
        let more = held.filter(|mail| match L::raft_message(&mail.message) {
            Some(Message::AppendEntriesReply(ack)) => {
                matches!(ack.outcome, Appended::Matched { match_index } if match_index > last)
            }
            _ => false,
        });
        more.map(|mail| mail.id).min()
    }

    fn let_one_follower_know_more(&mut self, leader: NodeId) {
        let follower = self.any_node();
        if follower == leader || self.scene.world.rules().len() >= 3 {
            return;
        }
        for other in self.servers() {
            if other != leader && other != follower {
                self.act(Choice::Cut(leader, other));
            }
        }
        self.act(Choice::Stall(leader));
        let (from, to) = (Some(follower), Some(leader));
        let kind = lab::Message::<L>::KINDS.iter().position(|kind| *kind == "AppendEntriesReply");
        let kind = kind.map(|kind| kind as u8);
        if self.act(Choice::Rule(Rule { action: RuleAction::Hold, from, to, kind, left: None })) {
            self.note(kind::RULED);
        }
        L::ask_of(self, leader);
    }

    fn forget_and_lead(&mut self, leader: NodeId, answer: EnvelopeId) {
        if self.is_out(leader) {
            return;
        }
        let pending = self.scene.world.node(leader).pending().len();
        self.watch.note_pending(leader, pending);
        self.act(Choice::crash(leader));
        self.act(Choice::Unstall(leader));
        let laid = self.scene.world.rules().iter();
        let laid = laid.filter(|(_, rule)| rule.to == Some(leader)).map(|(id, _)| *id);
        for id in laid.collect::<Vec<_>>() {
            self.act(Choice::Unrule(id));
        }
        for other in self.servers() {
            let knows = other == answer.from;
            if other != leader && self.scene.world.network().is_cut(leader, other) != knows {
                let choice = if knows { Choice::Cut } else { Choice::Mend };
                self.act(choice(leader, other));
            }
        }
        self.act(Choice::Restart(leader));
        self.act(Choice::Fire(leader, L::ELECTION));
    }

    /// Releases a held message where it is least expected: at a leader of a
    /// later term, which has just been asked for something new. False when there
    /// is none.
    pub(in crate::swarm) fn release_what_is_late(&mut self) -> bool {
        let held = self.scene.world.mail().filter(|mail| mail.held);
        let mut held: Vec<EnvelopeId> = held.map(|mail| mail.id).collect();
        held.sort_unstable();
        held.retain(|id| self.comes_too_late(*id));
        let Some(id) = self.one_of(&held) else { return false };
        if self.rng.chance(1, 2) {
            L::ask_of(self, id.to);
        }
        if self.act(Choice::Release(id)) {
            self.note(kind::RELEASED);
        }
        true
    }

    /// Whether a message is of an older term than its receiver leads.
    fn comes_too_late(&self, id: EnvelopeId) -> bool {
        let Some(mail) = self.scene.world.envelope(id) else { return false };
        let Some(message) = L::raft_message(&mail.message) else { return false };
        self.peer(id.to).is_some_and(|peer| {
            peer.role().name() == RoleName::Leader && message.term() < peer.current_term()
        })
    }
}
