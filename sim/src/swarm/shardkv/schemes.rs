//! Faults that befall groups: whole ones that are down, that do not hear another, or that hear
//! late of a move.

use netsplit_core::id::NodeId;
use netsplit_core::machine::Mail as _;
use netsplit_core::shardkv::message::Message;

use crate::choice::{Choice, EnvelopeId, Rule, RuleAction};
use crate::labs::shardkv::ShardLab;
use crate::swarm::driver::Driver;
use crate::swarm::kind;
use crate::verb::leader_of;

use super::states;

/// The first kind of message that is said between groups.
const FIRST_MOVE: u64 = 16;

impl Driver<ShardLab> {
    pub(super) fn scheme_of_groups(&mut self) {
        if self.crash_a_liar() {
            return;
        }
        match self.rng.below(8) {
            0 => self.crash_group(),
            1 => self.crash_leaders(),
            2 | 3 => self.cut_groups(),
            4 | 5 => self.keep_a_copy(),
            _ => self.hold_moves(),
        }
    }

    /// A disk that lies matters when its server crashes before it has what it said it had.
    fn crash_a_liar(&mut self) -> bool {
        let world = &self.scene.world;
        let told_too_early = |node: &NodeId| {
            let it = world.node(*node);
            it.is_up() && it.lies() && it.pending().len() > 0
        };
        let liar = self.out.iter().copied().find(told_too_early);
        if let Some(liar) = liar {
            self.crash(liar);
        }
        liar.is_some()
    }

    /// The servers of a group, or of the controller.
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

    /// What a group says to another of a shard that moves, under way and not held.
    fn moves_under_way(&self) -> Vec<EnvelopeId> {
        let moves = self
            .scene
            .world
            .mail()
            .filter(|mail| !mail.held && matches!(mail.message, Message::Move { .. }));
        let mut ids: Vec<EnvelopeId> = moves.map(|mail| mail.id).collect();
        ids.sort_unstable();
        ids
    }

    /// A copy of what is said of a move is held, to come when the shard is somewhere else.
    fn keep_a_copy(&mut self) {
        let under_way = self.moves_under_way();
        let Some(id) = self.one_of(&under_way) else { return self.hold_moves() };
        self.act(Choice::Duplicate(id));
        if self.act(Choice::Hold(id)) {
            self.note(kind::HELD);
        }
    }

    /// The next messages about moves are held or lost, or come twice.
    fn hold_moves(&mut self) {
        if self.scene.world.rules().len() >= 3 {
            return;
        }
        let kinds = Message::KINDS.len() as u64;
        let kind = self.rng.between(FIRST_MOVE, kinds - 1) as u8;
        let action = match self.rng.below(4) {
            0 => RuleAction::Drop,
            1 => RuleAction::Duplicate,
            _ => RuleAction::Hold,
        };
        let left = Some(self.rng.between(1, 6) as u32);
        if self.act(Choice::Rule(Rule { action, from: None, to: None, kind: Some(kind), left })) {
            self.note(kind::RULED);
        }
    }

    /// Releases what is said of a move, at a server that is further by now. False when there is
    /// nothing.
    pub(super) fn release_late_moves(&mut self) -> bool {
        let world = &self.scene.world;
        let config = |node: NodeId| {
            let server = world.node(node).machine().and_then(|it| it.server());
            server.map_or(0, |server| server.shards().config().number)
        };
        let held = world.mail().filter(|mail| match &mail.message {
            Message::Move { at, .. } => mail.held && *at < config(mail.id.to),
            _ => false,
        });
        let mut held: Vec<EnvelopeId> = held.map(|mail| mail.id).collect();
        held.sort_unstable();
        let Some(id) = self.one_of(&held) else { return false };
        if self.act(Choice::Release(id)) {
            self.note(kind::RELEASED);
        }
        true
    }
}
