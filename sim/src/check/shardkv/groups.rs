//! What becomes of shards, over all groups.
//!
//! A group's state is decided by its log, so the server that has applied most of it tells for the
//! group: its *front*. What is checked here is checked when a front moves.

use std::collections::BTreeMap;
use std::rc::Rc;

use netsplit_core::id::NodeId;
use netsplit_core::raft::message::Index;
use netsplit_core::replicated::sessions::SessionId;
use netsplit_core::shardctrl::{Config, ConfigNumber, Gid, Shard};
use netsplit_core::shardkv::command::Command;
use netsplit_core::shardkv::shard::ShardState;
use netsplit_core::shardkv::store::Shards;
use netsplit_core::table::Table;

use super::Look;
use super::passages;
use super::property::{IN_ORDER, ONE_OWNER, SHARD_KEPT};
use super::sums::Sums;
use crate::check::kv::property::EQUAL_STATE;
use crate::choice::Choice;
use crate::words;

/// What is known of all groups.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Groups {
    /// By group, from 1.
    fronts: Rc<BTreeMap<Gid, Front>>,
    /// The controller's configurations.
    configs: Rc<BTreeMap<ConfigNumber, Config>>,
    /// What a shard held when it left, by shard and configuration.
    left: Rc<BTreeMap<(Shard, ConfigNumber), u64>>,
    /// By server.
    servers: Vec<Sums>,
    /// By group and index: the state of the first server that had applied so far, and which.
    states: Table<(u64, u64), (u64, NodeId)>,
    compared: bool,
    moved: bool,
}

/// A group as its furthest server has it.
#[derive(Clone, Debug, PartialEq)]
struct Front {
    applied: Index,
    /// Steps of changes that it has taken.
    steps: u64,
    config: ConfigNumber,
    shards: Vec<ShardState>,
}

impl Groups {
    pub(super) fn have_configured(&self) -> bool {
        self.fronts.values().any(|front| front.config > 0)
    }

    pub(super) fn have_moved(&self) -> bool {
        self.moved
    }

    pub(super) fn were_compared(&self) -> bool {
        self.compared
    }

    fn sums(&mut self, node: NodeId) -> &mut Sums {
        let place = node.index();
        if self.servers.len() <= place {
            self.servers.resize_with(place + 1, Sums::of_start);
        }
        &mut self.servers[place]
    }

    /// A server replaces what it had by a snapshot.
    pub(super) fn restored(&mut self, node: NodeId) {
        self.sums(node).restored();
    }

    /// A server applies an entry that says this; see [`Sums::applies`].
    pub(super) fn applies(
        &mut self,
        node: NodeId,
        command: Command,
        session: SessionId,
        mistaken: bool,
    ) {
        self.sums(node).applies(command, session, mistaken);
    }

    /// The controller's configurations, as its servers have them.
    pub(super) fn observe_controller(&mut self, look: &mut Look) {
        let node = look.node;
        let machine = look.world.node(node).machine();
        let Some(server) = machine.and_then(|it| it.controller()) else { return };
        let latest = server.service().latest();
        if !self.configs.contains_key(&latest.number) {
            let configs = Rc::make_mut(&mut self.configs);
            let mut news = Vec::new();
            for config in server.service().configs().iter() {
                configs.entry(config.number).or_insert_with(|| {
                    news.push(config);
                    config.clone()
                });
            }
            passages::configured(&news, look);
        }
    }

    /// A server of a group after a step of its own.
    pub(super) fn observe(&mut self, look: &mut Look) {
        let node = look.node;
        if matches!(look.world.last().choice, Choice::Restart(_)) {
            *self.sums(node) = Sums::of_start();
        }
        let machine = look.world.node(node).machine();
        let Some(server) = machine.and_then(|it| it.server()) else { return };
        let (applied, shards) = (server.group().applied(), server.shards());
        let Some(state) = self.sums(node).catch_up(applied, shards) else { return };
        self.compare(applied, shards.gid(), state, look);
        let front = self.fronts.get(&shards.gid());
        if front.is_none_or(|front| applied > front.applied) {
            self.advance(applied, shards, look);
        }
    }

    /// Servers of a group that applied as much are in the same state.
    fn compare(&mut self, applied: Index, gid: Gid, state: u64, look: &mut Look) {
        let node = look.node;
        let key = (u64::from(gid), applied);
        match self.states.get(&key) {
            None => drop(self.states.insert(key, (state, node))),
            Some(&(there, other)) => {
                self.compared |= other != node;
                if there != state {
                    let because = words::service::states_differ(node, other, applied);
                    look.break_property(EQUAL_STATE, Some(applied), Vec::new(), because);
                }
            }
        }
    }

    /// The group's log was applied further than before.
    fn advance(&mut self, applied: Index, shards: &Shards, look: &mut Look) {
        let (gid, config, steps) = (shards.gid(), shards.config(), shards.steps());
        let fronts = Rc::make_mut(&mut self.fronts);
        if let Some(front) = fronts.get_mut(&gid).filter(|front| front.steps == steps) {
            front.applied = applied;
            return;
        }
        let states: Vec<ShardState> = shards.iter().map(|(_, here)| here.state).collect();
        let front = Front { applied, steps, config: config.number, shards: states.clone() };
        let before = fronts.insert(gid, front);
        let was = before.as_ref().map_or(0, |it| it.config);
        if config.number != was {
            self.check_order(gid, was, config, look);
        }
        for (shard, &state) in (0..).zip(&states) {
            let old = before.as_ref().map_or(ShardState::Elsewhere, |it| it.shards[shard as usize]);
            if old != state {
                passages::stands(shard, state, applied, look);
                self.check_change(shards, shard, old, state, look);
            }
        }
    }

    /// Configurations come one after the other, and are the controller's.
    fn check_order(&mut self, gid: Gid, was: ConfigNumber, config: &Config, look: &mut Look) {
        // A snapshot of another server may skip over some.
        let in_order = config.number == was + 1 || self.skipped_by_snapshot(look);
        if !in_order {
            let because = words::shardkv::out_of_order(gid, was, config.number);
            look.break_property(IN_ORDER, None, Vec::new(), because);
        }
        if self.configs.get(&config.number).is_some_and(|theirs| theirs != config) {
            let because = words::shardkv::not_the_controllers(gid, config.number);
            look.break_property(IN_ORDER, None, Vec::new(), because);
        }
    }

    /// Whether the step has put a snapshot in the place of the state.
    fn skipped_by_snapshot(&self, look: &Look) -> bool {
        use crate::lab::OverRaft as _;
        use netsplit_core::raft::message::Notice as RaftNotice;
        let raft = look.world.notices().filter_map(crate::labs::shardkv::ShardLab::raft_notice);
        raft.into_iter().any(|notice| matches!(notice, RaftNotice::Restored { .. }))
    }

    fn check_change(
        &mut self,
        shards: &Shards,
        shard: Shard,
        old: ShardState,
        state: ShardState,
        look: &mut Look,
    ) {
        let (gid, holds) = (shards.gid(), self.sums(look.node).of(shard));
        if state.serves() && !old.serves() {
            let others = self.fronts.iter().filter(|(other, _)| **other != gid);
            let mut serving = others.filter(|(_, front)| front.shards[shard as usize].serves());
            if let Some((&other, _)) = serving.next() {
                let because = words::shardkv::two_owners(shard, gid, other);
                look.break_property(ONE_OWNER, None, Vec::new(), because);
            }
        }
        match (old, state) {
            (_, ShardState::Leaving { at, .. }) => {
                Rc::make_mut(&mut self.left).insert((shard, at), holds);
            }
            (ShardState::Pulling { at, .. }, it) if it.serves() => {
                self.moved = true;
                let left = self.left.get(&(shard, at)).copied();
                if left != Some(holds) {
                    let because = words::shardkv::arrived_otherwise(shard, gid, at);
                    look.break_property(SHARD_KEPT, None, Vec::new(), because);
                }
            }
            (ShardState::Leaving { to, at }, ShardState::Elsewhere) => {
                let has = self.fronts.get(&to).is_some_and(|front| {
                    front.config > at || front.config == at && front.shards[shard as usize].serves()
                });
                if !has {
                    let because = words::shardkv::deleted_too_early(shard, gid, to);
                    look.break_property(SHARD_KEPT, None, Vec::new(), because);
                }
            }
            // A group gives up what it holds by giving it to another alone.
            (old, ShardState::Elsewhere | ShardState::Pulling { .. })
                if old.serves() || old == ShardState::Kept =>
            {
                let because = words::shardkv::given_up(shard, gid);
                look.break_property(SHARD_KEPT, None, Vec::new(), because);
            }
            _ => {}
        }
        let has =
            |it: ShardState| !matches!(it, ShardState::Elsewhere | ShardState::Pulling { .. });
        let empty_start = state == ShardState::Serving
            && old == ShardState::Elsewhere
            && self
                .fronts
                .iter()
                .any(|(&other, front)| other != gid && has(front.shards[shard as usize]));
        if empty_start {
            let because = words::shardkv::begun_anew(shard, gid);
            look.break_property(SHARD_KEPT, None, Vec::new(), because);
        }
    }
}
