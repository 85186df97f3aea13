//! What clients of the sharded store may expect once a majority of every group is healed: that groups
//! follow the controller, that what is asked is answered, and that a group that is down, or a
//! controller that is, keeps nobody waiting but those whom it concerns.

use netsplit_core::id::NodeId;
use netsplit_core::shardctrl::{Config, ConfigNumber};
use netsplit_core::shardkv::shard::ShardState;
use netsplit_core::time::Span;

use crate::choice::Choice;
use crate::labs::shardkv::ShardLab;
use crate::property::Checks as _;
use crate::swarm::driver::Driver;
use crate::swarm::liveness::{PATIENCE, property};
use crate::swarm::service::liveness::{are_over, is_decided, own::ANSWERS};

/// What must come in the end, beside what Raft and the store must.
mod own {
    /// Every group is in the latest configuration, and nothing is under way.
    pub(super) const MOVES: &str = "live-move";
    /// What a group that is down, or the controller, has no part in is answered.
    pub(super) const SERVES: &str = "live-serve";
}

impl Driver<ShardLab> {
    pub(super) fn demand_of_shards(&mut self, core: &[NodeId]) -> Result<(), &'static str> {
        self.all_elect(core)?;
        for client in self.scene.world.cast().clients() {
            if !self.scene.world.node(client).is_up() {
                self.act(Choice::Restart(client));
            }
        }
        self.all_join();
        self.follows(core)?;
        self.answers_all()?;
        match self.rng.below(3) {
            0 => self.bears_silence(core)?,
            1 => self.bears_a_group_down(core)?,
            _ => self.begins_again(core)?,
        }
        self.answers_all()?;
        self.catches_up(core)?;
        let checks = self.scene.checks();
        is_decided(checks.undecided().is_empty(), || checks.decide(2_000_000))
    }

    /// Every group elects a leader.
    fn all_elect(&mut self, core: &[NodeId]) -> Result<(), &'static str> {
        for mut members in self.groups() {
            members.retain(|node| core.contains(node));
            self.elects(&members)?;
        }
        Ok(())
    }

    fn all_join(&mut self) {
        let groups: Vec<String> =
            (1..=self.plan.world.groups.count).map(|gid| gid.to_string()).collect();
        let client = self.any_client();
        self.request(client, &format!("join {}", groups.join(" ")));
    }

    /// How long is waited for a step of a change.
    fn patience_of_moves(&self) -> Span {
        let lab = &self.plan.world.lab;
        let each = lab.poll + lab.replicated.retry;
        self.patience() + Span::from_micros(PATIENCE * each.micros())
    }

    // ── Following the controller ───────────────────────────────────────────

    /// The latest configuration, as the controller's servers know it.
    fn latest(&self) -> Option<Config> {
        let world = &self.scene.world;
        let known = world.cast().members(0).filter_map(|node| world.node(node).machine());
        let known = known.filter_map(|it| it.controller()).map(|it| it.service().latest());
        known.max_by_key(|config| config.number).cloned()
    }

    /// Every group comes to the latest configuration and is done with it, as long as it comes on.
    fn follows(&mut self, core: &[NodeId]) -> Result<(), &'static str> {
        let patience = self.patience_of_moves();
        loop {
            let before = self.steps_of(core);
            let come = self.wait(patience, own::MOVES, |driver| driver.is_settled(core));
            if come.is_ok() || self.steps_of(core) == before {
                return come;
            }
        }
    }

    /// Steps of changes that were taken.
    fn steps_of(&self, core: &[NodeId]) -> u64 {
        let world = &self.scene.world;
        let servers = core.iter().filter_map(|&node| world.node(node).machine()?.server());
        let steps: u64 = servers.map(|server| server.shards().steps()).sum();
        steps + self.latest().map_or(0, |config| config.number)
    }

    /// Whether no change of the configuration is asked for, and all of the core have made the last.
    fn is_settled(&self, core: &[NodeId]) -> bool {
        let world = &self.scene.world;
        let mut clients =
            world.cast().clients().filter_map(|id| world.node(id).machine()?.clients());
        let asks = clients.any(|clients| {
            // The first clerk asks for configurations alone.
            clients.controller().clerks().any(|(number, it)| number > 0 && it.current.is_some())
        });
        let Some(latest) = self.latest() else { return false };
        let mut servers = core.iter().filter(|node| node.group().is_some());
        !asks && servers.all(|&node| self.has_settled(node, &latest))
    }

    fn has_settled(&self, node: NodeId, latest: &Config) -> bool {
        let machine = self.scene.world.node(node).machine();
        let Some(shards) = machine.and_then(|it| it.server()).map(|it| it.shards()) else {
            return false;
        };
        let gid = shards.gid();
        shards.config().number == latest.number
            && shards.iter().all(|(shard, here)| match latest.owner(shard) == gid {
                true => here.state == ShardState::Serving,
                false => matches!(here.state, ShardState::Elsewhere | ShardState::Kept),
            })
    }

    /// All of the core apply what is committed.
    fn catches_up(&mut self, core: &[NodeId]) -> Result<(), &'static str> {
        for mut members in self.groups() {
            members.retain(|node| core.contains(node));
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
        let machine = self.scene.world.node(node).machine();
        let of_group = machine.and_then(|it| it.server()).map(|it| it.group().applied());
        let of_controller = machine.and_then(|it| it.controller()).map(|it| it.applied());
        of_group.or(of_controller).unwrap_or(0)
    }

    // ── Being answered ─────────────────────────────────────────────────────

    /// What was asked before is answered, and what is asked now.
    fn answers_all(&mut self) -> Result<(), &'static str> {
        let client = self.any_client();
        self.answers(client, ANSWERS, |_| true)?;
        let last = self.scene.checks().history().len();
        let longest = self.patience_of_moves() + self.patience_of_moves();
        self.wait(longest, ANSWERS, |driver| are_over(driver.scene.checks().history(), last))
    }

    /// What is asked now of these keys is answered. Each is asked by a clerk of its own: what waits
    /// for a group that is down keeps nobody else.
    fn answers(
        &mut self,
        client: NodeId,
        otherwise: &'static str,
        concerns: impl Fn(&str) -> bool,
    ) -> Result<(), &'static str> {
        let keys: Vec<String> = (0..self.plan.own.keys).map(|key| key.to_string()).collect();
        for (ask, value) in [("get", ""), ("append", " end")] {
            for (clerk, key) in (FRESH_CLERKS..).zip(&keys).filter(|(_, key)| concerns(key)) {
                self.request(client, &format!("clerk {clerk} {ask} {key}{value}"));
            }
            self.wait(self.patience_of_moves(), otherwise, |driver| {
                let machine = driver.scene.world.node(client).machine();
                let clerks = machine.and_then(|it| it.clients()).map(|it| it.clerks());
                let mut fresh = clerks.into_iter().flatten().filter(|it| it.0 + 1 >= FRESH_CLERKS);
                fresh.all(|(_, clerk)| clerk.current.is_none())
            })?;
        }
        Ok(())
    }

    // ── Bearing what fails ─────────────────────────────────────────────────

    /// Nobody hears of the controller, and everything is answered that is asked by who knows where.
    fn bears_silence(&mut self, core: &[NodeId]) -> Result<(), &'static str> {
        let client = self.any_client();
        self.answers(client, ANSWERS, |_| true)?;
        let controllers: Vec<NodeId> = self.scene.world.cast().members(0).collect();
        controllers.iter().for_each(|&node| self.crash(node));
        // Who waits for it notices.
        let poll = self.plan.world.lab.poll;
        self.run_to(self.scene.world.now() + Span::from_micros(5 * poll.micros()));
        self.answers(client, own::SERVES, |_| true)?;
        self.begin(core, &controllers)
    }

    /// A group is down that is to give its shards away, perhaps beside another that gives its own:
    /// what it has no part in is answered meanwhile, and the change ends when it is back.
    fn bears_a_group_down(&mut self, core: &[NodeId]) -> Result<(), &'static str> {
        let Some(before) = self.latest() else { return Ok(()) };
        let (down, groups) = (self.any_group(), self.plan.world.groups.count);
        let members: Vec<NodeId> = self.scene.world.cast().members(down).collect();
        members.iter().for_each(|&node| self.crash(node));
        // Another one leaves with it, where somebody is left.
        let gives = (1..=groups).find(|gid| *gid != down).filter(|_| groups > 2);
        let client = self.any_client();
        let leave = match gives {
            Some(gives) => format!("leave {down} {gives}"),
            None => format!("leave {down}"),
        };
        self.request(client, &leave);
        let next = before.number + 1;
        self.wait(self.patience_of_moves(), own::MOVES, |driver| {
            core.iter().all(|node| members.contains(node) || driver.config_of(*node) >= Some(next))
        })?;
        let sharding = self.plan.world.lab.sharding;
        self.answers(client, own::SERVES, |key| {
            before.owner(sharding.shard_of(key.as_bytes())) != down
        })?;
        self.begin(core, &members)
    }

    /// All servers start anew.
    fn begins_again(&mut self, core: &[NodeId]) -> Result<(), &'static str> {
        let servers = core.to_vec();
        servers.iter().for_each(|&node| self.crash(node));
        self.begin(core, &servers)
    }

    /// Servers of the core start that are down, and everything goes on.
    fn begin(&mut self, core: &[NodeId], down: &[NodeId]) -> Result<(), &'static str> {
        for &node in down.iter().filter(|node| core.contains(node)) {
            self.act(Choice::Restart(node));
        }
        self.all_elect(core)?;
        // Who has only queries waits for no command of somebody else.
        self.follows(core)
    }

    /// The configuration of a server of a group; of others, the latest there can be.
    fn config_of(&self, node: NodeId) -> Option<ConfigNumber> {
        let Some(_) = node.group() else { return Some(ConfigNumber::MAX) };
        let server = self.scene.world.node(node).machine().and_then(|it| it.server());
        server.map(|server| server.shards().config().number)
    }
}

/// Clerks from here on do nothing by themselves, and are asked for one thing at a time.
const FRESH_CLERKS: u32 = 10;
