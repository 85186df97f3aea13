//! Faults that befall groups and clients: whole groups that are down for a while, that do not hear
//! another, and messages of one kind that are late.

use netsplit_core::id::NodeId;
use netsplit_core::machine::Mail as _;
use netsplit_core::txn::message::Message;

use crate::choice::{Choice, Rule, RuleAction};
use crate::labs::txn::TxnLab;
use crate::swarm::driver::Driver;
use crate::swarm::kind;
use crate::verb::leader_of;

use super::states;

/// The first kind of message that is said of shards that move, or of transactions.
const FIRST: u64 = 16;

impl Driver<TxnLab> {
    pub(super) fn scheme_of_groups(&mut self) {
        match self.rng.below(8) {
            0 => self.crash_group(),
            1 => self.crash_leaders(),
            2 | 3 => self.cut_groups(),
            4 => self.bounce_client(),
            _ => self.hold_words(),
        }
    }

    fn any_members(&mut self) -> Vec<NodeId> {
        let group = self.rng.between(0, self.plan.world.groups.count.into()) as u32;
        self.scene.world.cast().members(group).collect()
    }

    /// All servers of a group stop, mostly for a while.
    fn crash_group(&mut self) {
        let (members, back) = (self.any_members(), self.rng.chance(1, 3));
        for &node in &members {
            self.crash(node);
        }
        for node in members {
            if back && !self.is_out(node) {
                self.act(Choice::Restart(node));
            }
        }
    }

    /// All leaders stop at once.
    fn crash_leaders(&mut self) {
        for group in 0..=self.plan.world.groups.count {
            if let Some(leader) = leader_of(&self.scene.world, group) {
                self.crash(leader);
            }
        }
    }

    /// A group does not hear another, or the controller, or is not heard by it.
    fn cut_groups(&mut self) {
        let (some, others) = (self.any_members(), self.any_members());
        if some == others {
            return;
        }
        for &from in &some {
            for &to in &others {
                self.act(Choice::Cut(from, to));
            }
        }
        self.note(states::GROUPS_CUT);
    }

    /// The next messages of a kind are held or lost, or come twice.
    fn hold_words(&mut self) {
        if self.scene.world.rules().len() >= 3 {
            return;
        }
        let kinds = Message::KINDS.len() as u64;
        let kind = self.rng.between(FIRST, kinds - 1) as u8;
        let action = match self.rng.below(4) {
            0 | 1 => RuleAction::Drop,
            2 => RuleAction::Duplicate,
            _ => RuleAction::Hold,
        };
        let left = Some(self.rng.between(1, 6) as u32);
        if self.act(Choice::Rule(Rule { action, from: None, to: None, kind: Some(kind), left })) {
            self.note(kind::RULED);
        }
    }
}
