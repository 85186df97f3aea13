//! What becomes of shards, over all groups, whatever shards hold.
//!
//! A group's state is decided by its log, so the server that has applied most of it tells for the
//! group: its *front*. What is checked here is checked when a front moves.

use std::collections::BTreeMap;
use std::rc::Rc;

use netsplit_core::id::NodeId;
use netsplit_core::raft::message::{Index, Notice as RaftNotice};
use netsplit_core::replicated::server::Server;
use netsplit_core::replicated::sessions::SessionId;
use netsplit_core::shardctrl::controller::Controller;
use netsplit_core::shardctrl::{Config, ConfigNumber, Gid, Shard};
use netsplit_core::shardkv::command::Command;
use netsplit_core::shardkv::invariants;
use netsplit_core::shardkv::mutants::Breaks;
use netsplit_core::shardkv::server::ShardServer;
use netsplit_core::shardkv::shard::ShardState;
use netsplit_core::shardkv::store::Shards;
use netsplit_core::table::Table;

use super::kv::property::{BOUNDED, EQUAL_STATE};
use super::look::Look;
use super::shardkv::property::{IN_ORDER, ONE_OWNER, SHARD_KEPT};
use crate::choice::Choice;
use crate::lab::OverRaft;
use crate::property::Property;
use crate::words;

mod sums;

use sums::Sums;
pub(super) use sums::{Keys, Summed};

/// A lab in which groups share shards out among them.
pub(super) trait Grouped: OverRaft {
    /// What a shard holds.
    type Content: Summed + 'static;

    /// The server of the controller that a node is.
    fn controller(node: &Self::Node) -> Option<&Server<Controller>>;

    /// The server of a group that a node is.
    fn server(node: &Self::Node) -> Option<&ShardServer<Self::Content>>;
}

/// The properties of groups.
pub(super) const PROPERTIES: [Property; 5] = [
    Property { id: ONE_OWNER, title: "One group answers for a shard", source: "handout, 4B" },
    Property { id: SHARD_KEPT, title: "No shard is lost", source: "handout, 4B" },
    Property { id: IN_ORDER, title: "Configurations in order", source: "handout, 4B" },
    Property { id: EQUAL_STATE, title: "Equal state at equal index", source: "2, Figure 1" },
    Property { id: BOUNDED, title: "What has left is deleted", source: "handout, 4B" },
];

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
    /// Whether one of the [properties](PROPERTIES) was put to the test; `None` of another.
    pub(super) fn were_tried(&self, property: &str) -> Option<bool> {
        match property {
            ONE_OWNER | IN_ORDER => Some(self.fronts.values().any(|front| front.config > 0)),
            SHARD_KEPT | BOUNDED => Some(self.moved),
            EQUAL_STATE => Some(self.compared),
            _ => None,
        }
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

    /// A server, which has these shards, applies an entry that says this; see [`Sums::applies`].
    pub(super) fn applies<C: Summed>(
        &mut self,
        node: NodeId,
        command: &Command<C::Command>,
        shards: &Shards<C>,
        session: SessionId,
        mistaken: bool,
    ) {
        self.sums(node).applies(command, shards, session, mistaken);
    }

    /// The controller's configurations, as its servers have them; those that are new.
    pub(super) fn observe_controller<L: Grouped>(&mut self, look: &mut Look<L>) -> Vec<Config> {
        let mut news = Vec::new();
        let machine = look.world.node(look.node).machine();
        let Some(server) = machine.and_then(L::controller) else { return news };
        let latest = server.service().latest();
        if !self.configs.contains_key(&latest.number) {
            let configs = Rc::make_mut(&mut self.configs);
            for config in server.service().configs().iter() {
                configs.entry(config.number).or_insert_with(|| {
                    news.push(config.clone());
                    config.clone()
                });
            }
        }
        news
    }

    /// A server of a group after a step of its own; which of the group's shards stand otherwise now.
    pub(super) fn observe<L: Grouped>(&mut self, look: &mut Look<L>) -> Vec<(Shard, ShardState)> {
        let node = look.node;
        if matches!(look.world.last().choice, Choice::Restart(_)) {
            *self.sums(node) = Sums::of_start();
        }
        let machine = look.world.node(node).machine();
        let Some(server) = machine.and_then(L::server) else { return Vec::new() };
        let changed = self.observe_shards(server.group().applied(), server.shards(), look);
        if let Some((rule, breaks)) = invariants::broken_rule(server) {
            let property = if breaks == Breaks::Resource { BOUNDED } else { SHARD_KEPT };
            let because = words::service::out_of_bounds(node, rule);
            look.break_property(property, None, Vec::new(), because);
        }
        changed
    }

    fn observe_shards<L: Grouped>(
        &mut self,
        applied: Index,
        shards: &Shards<L::Content>,
        look: &mut Look<L>,
    ) -> Vec<(Shard, ShardState)> {
        let summed = self.sums(look.node).catch_up(applied, shards);
        let Some(state) = summed else { return Vec::new() };
        self.compare(applied, shards.gid(), state, look);
        let front = self.fronts.get(&shards.gid());
        match front.is_none_or(|front| applied > front.applied) {
            true => self.advance(applied, shards, look),
            false => Vec::new(),
        }
    }

    /// Servers of a group that applied as much are in the same state.
    fn compare<L: Grouped>(&mut self, applied: Index, gid: Gid, state: u64, look: &mut Look<L>) {
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
    fn advance<L: Grouped>(
        &mut self,
        applied: Index,
        shards: &Shards<L::Content>,
        look: &mut Look<L>,
    ) -> Vec<(Shard, ShardState)> {
        let (gid, config, steps) = (shards.gid(), shards.config(), shards.steps());
        let fronts = Rc::make_mut(&mut self.fronts);
        if let Some(front) = fronts.get_mut(&gid).filter(|front| front.steps == steps) {
            front.applied = applied;
            return Vec::new();
        }
        let states: Vec<ShardState> = shards.iter().map(|(_, here)| here.state).collect();
        let front = Front { applied, steps, config: config.number, shards: states.clone() };
        let before = fronts.insert(gid, front);
        let was = before.as_ref().map_or(0, |it| it.config);
        if config.number != was {
            self.check_order(gid, was, config, look);
        }
        let mut changed = Vec::new();
        for (shard, &state) in (0..).zip(&states) {
            let old = before.as_ref().map_or(ShardState::Elsewhere, |it| it.shards[shard as usize]);
            if old != state {
                changed.push((shard, state));
                self.check_change(shards, shard, old, state, look);
            }
        }
        changed
    }

    /// Configurations come one after the other, and are the controller's.
    fn check_order<L: Grouped>(
        &mut self,
        gid: Gid,
        was: ConfigNumber,
        config: &Config,
        look: &mut Look<L>,
    ) {
        // A snapshot of another server may skip over some.
        let in_order = config.number == was + 1 || skipped_by_snapshot(look);
        if !in_order {
            let because = words::shardkv::out_of_order(gid, was, config.number);
            look.break_property(IN_ORDER, None, Vec::new(), because);
        }
        if self.configs.get(&config.number).is_some_and(|theirs| theirs != config) {
            let because = words::shardkv::not_the_controllers(gid, config.number);
            look.break_property(IN_ORDER, None, Vec::new(), because);
        }
    }

    fn check_change<L: Grouped>(
        &mut self,
        shards: &Shards<L::Content>,
        shard: Shard,
        old: ShardState,
        state: ShardState,
        look: &mut Look<L>,
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

/// Whether the step has put a snapshot in the place of the state.
fn skipped_by_snapshot<L: Grouped>(look: &Look<L>) -> bool {
    let mut raft = look.world.notices().filter_map(L::raft_notice);
    raft.any(|notice| matches!(notice, RaftNotice::Restored { .. }))
}
