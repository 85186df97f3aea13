//! What must come of transactions once a majority of every group is healed: they end, they leave no
//! lock and no promise behind, and all that was seen is what was to be seen.

use netsplit_core::bytes::Bytes;
use netsplit_core::id::NodeId;
use netsplit_core::shardctrl::{Config, Shard};
use netsplit_core::shardkv::shard::ShardState;
use netsplit_core::time::Span;
use netsplit_core::txn::options::WorkKind;
use netsplit_core::txn::shard::TxnShard;
use netsplit_core::txn::work::BALANCE;

use crate::check::txn::property::{ISOLATED, TOTAL};
use crate::choice::Choice;
use crate::labs::txn::TxnLab;
use crate::swarm::driver::Driver;
use crate::swarm::liveness::{PATIENCE, property};

/// What must come in the end, beside what Raft must.
mod own {
    /// Every group is in the latest configuration, and nothing is under way.
    pub(super) const MOVES: &str = "live-move";
    /// Every transaction ends.
    pub(super) const ENDS: &str = "live-end";
    /// No lock is left, and nobody is prepared.
    pub(super) const QUIET: &str = "live-quiet";
}

impl Driver<TxnLab> {
    pub(super) fn demand_of_transactions(&mut self, core: &[NodeId]) -> Result<(), &'static str> {
        self.all_elect(core)?;
        for client in self.scene.world.cast().clients() {
            if !self.scene.world.node(client).is_up() {
                self.act(Choice::Restart(client));
            }
        }
        let groups: Vec<String> =
            (1..=self.plan.world.groups.count).map(|gid| gid.to_string()).collect();
        let client = self.any_client();
        self.request(client, &format!("join {}", groups.join(" ")));
        self.comes(own::MOVES, |driver| driver.is_settled(core))?;
        self.comes(own::ENDS, Driver::is_idle)?;
        self.comes(own::QUIET, |driver| driver.is_quiet(core))?;
        // What is asked now ends, too, and is quiet.
        for client in self.scene.world.cast().clients() {
            self.transaction_of(client);
        }
        self.comes(own::ENDS, Driver::is_idle)?;
        self.comes(own::QUIET, |driver| driver.is_quiet(core))?;
        self.catches_up(core)?;
        self.is_isolated(core)
    }

    fn all_elect(&mut self, core: &[NodeId]) -> Result<(), &'static str> {
        for mut members in self.groups() {
            members.retain(|node| core.contains(node));
            self.elects(&members)?;
        }
        Ok(())
    }

    /// All accounts, or a few lists, are read.
    fn transaction_of(&mut self, client: NodeId) {
        let keys = self.plan.world.lab.work.map_or(1, |work| work.keys);
        let reads: Vec<String> = (0..keys).map(|key| format!("read {key}")).collect();
        self.request(client, &format!("txn {}", reads.join("; ")));
    }

    /// Something comes, as long as what is on its way there comes on.
    fn comes(
        &mut self,
        otherwise: &'static str,
        holds: impl Fn(&Driver<TxnLab>) -> bool,
    ) -> Result<(), &'static str> {
        let lab = &self.plan.world.lab;
        let each = lab.sharded.poll + lab.sharded.replicated.retry + lab.in_doubt + lab.again;
        let patience = self.patience() + Span::from_micros(PATIENCE * each.micros());
        loop {
            let before = self.progress();
            let come = self.wait(patience, otherwise, |driver| holds(driver));
            if come.is_ok() || self.progress() == before {
                return come;
            }
        }
    }

    /// Transactions that are over, steps of moves and configurations.
    fn progress(&self) -> u64 {
        let world = &self.scene.world;
        let servers = world.servers().filter_map(|node| world.node(node).machine()?.server());
        let steps: u64 = servers.map(|server| server.server().shards().steps()).sum();
        let latest = self.latest().map_or(0, |config| config.number);
        self.scene.checks().ended() + steps + latest
    }

    // ── Moves ──────────────────────────────────────────────────────────────

    /// The latest configuration, as the controller's servers know it.
    fn latest(&self) -> Option<Config> {
        let world = &self.scene.world;
        let known =
            world.cast().members(0).filter_map(|node| match world.node(node).machine()? {
                netsplit_core::txn::node::Node::Controller(node) => node.controller(),
                _ => None,
            });
        let known = known.map(|it| it.service().latest());
        known.max_by_key(|config| config.number).cloned()
    }

    fn is_settled(&self, core: &[NodeId]) -> bool {
        let world = &self.scene.world;
        let mut clients =
            world.cast().clients().filter_map(|id| world.node(id).machine()?.client());
        let asks = clients.any(|client| {
            // The first clerk asks for configurations alone.
            let mut clerks = client.clerks().controller().clerks();
            clerks.any(|(number, it)| number > 0 && it.current.is_some())
        });
        let Some(latest) = self.latest() else { return false };
        let mut servers = core.iter().filter(|node| node.group().is_some());
        !asks && servers.all(|&node| self.has_settled(node, &latest))
    }

    fn has_settled(&self, node: NodeId, latest: &Config) -> bool {
        let machine = self.scene.world.node(node).machine();
        let Some(server) = machine.and_then(|it| it.server()) else { return false };
        let shards = server.server().shards();
        shards.config().number == latest.number
            && shards.iter().all(|(shard, here)| match latest.owner(shard) == shards.gid() {
                true => here.state == ShardState::Serving,
                false => matches!(here.state, ShardState::Elsewhere | ShardState::Kept),
            })
    }

    /// All of the core apply what is committed.
    fn catches_up(&mut self, core: &[NodeId]) -> Result<(), &'static str> {
        for mut members in self.groups() {
            members.retain(|node| core.contains(node) && node.group().is_some());
            let committed =
                members.iter().filter_map(|&node| Some(self.peer(node)?.commit_index()));
            let least = committed.max().unwrap_or(0);
            self.wait(self.patience(), property::APPLIES, |driver| {
                members.iter().all(|&node| driver.applied(node) >= least)
            })?;
        }
        Ok(())
    }

    fn applied(&self, node: NodeId) -> u64 {
        let server = self.scene.world.node(node).machine().and_then(|it| it.server());
        server.map_or(0, |server| server.server().group().applied())
    }

    // ── The end of transactions ────────────────────────────────────────────

    fn is_idle(&self) -> bool {
        let world = &self.scene.world;
        let mut clients = world.cast().clients().map(|id| world.node(id).machine()?.client());
        clients.all(|client| client.is_some_and(|client| client.is_idle()))
    }

    /// The shards, each as its group's furthest server of the core has it.
    fn shards(&self, core: &[NodeId]) -> Vec<(Shard, &TxnShard)> {
        let world = &self.scene.world;
        let groups = 1..=self.plan.world.groups.count;
        let furthest = groups.filter_map(|group| {
            let members = core.iter().filter(|node| node.group() == Some(group));
            let servers = members.filter_map(|&node| world.node(node).machine()?.server());
            servers.max_by_key(|server| server.server().group().applied())
        });
        let shards = furthest.flat_map(|server| server.server().shards().iter());
        let served = shards.filter(|(_, here)| here.state.serves());
        served.map(|(shard, here)| (shard, &here.store)).collect()
    }

    fn is_quiet(&self, core: &[NodeId]) -> bool {
        let nothing = |shard: &TxnShard| {
            shard.locks().count() + shard.open().count() + shard.waits().count() == 0
        };
        self.shards(core).iter().all(|(_, shard)| nothing(shard))
    }

    /// Nothing that clients saw contradicts what was asked for, whether it is told by what they saw
    /// or by what the shards know; and all the money is there.
    fn is_isolated(&self, core: &[NodeId]) -> Result<(), &'static str> {
        let (checks, lab) = (self.scene.checks(), &self.plan.world.lab);
        let shards = self.shards(core);
        if !checks.anomalies(lab.isolation).is_empty() {
            return Err(ISOLATED);
        }
        let all = shards.iter().map(|(_, shard)| *shard);
        if self.plan.own.keeps_all && !checks.exact_anomalies(lab.isolation, all).is_empty() {
            return Err(ISOLATED);
        }
        let Some(work) = lab.work.filter(|work| work.kind == WorkKind::Bank) else { return Ok(()) };
        let of_account = |account: u32| {
            let name = Bytes::from(account.to_string().as_str());
            let mut keys = shards.iter().flat_map(|(_, shard)| shard.keys());
            let newest = keys.find(|(key, _)| **key == name).and_then(|(_, it)| it.last());
            newest.and_then(|it| it.value.text().parse::<i64>().ok()).unwrap_or(0)
        };
        let accounts = work.keys.clamp(2, 32);
        let sum: i64 = (0..accounts).map(of_account).sum();
        if sum == 0 || sum == i64::from(accounts) * BALANCE { Ok(()) } else { Err(TOTAL) }
    }
}
