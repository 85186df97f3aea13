//! What a store with transactions brings to its swarm: clients that make transactions while shards
//! move and whole groups are down, and what must come in the end. Elections and logs are Raft's.

mod liveness;
mod plan;
mod schemes;
pub mod states;
mod watch;

use netsplit_core::id::NodeId;
use netsplit_core::raft::message::Timer as RaftTimer;
use netsplit_core::raft::mutants::Mutant as RaftMutant;
use netsplit_core::replicated::message::Timer as GroupTimer;
use netsplit_core::replicated::mutants::Mutant as ServiceMutant;
use netsplit_core::shardkv::message::Timer as ShardTimer;
use netsplit_core::shardkv::mutants::Mutant as ShardMutant;
use netsplit_core::time::Span;
use netsplit_core::txn::message::Timer;
use netsplit_core::txn::mutants::Mutant;
use netsplit_core::txn::options::{Options, WorkKind};

use crate::choice::{Choice, TimerCode};
use crate::labs::Pair;
use crate::labs::txn::TxnLab;
use crate::labs::txn_options::options_as_pairs;
use crate::verb::leader_of;

use super::driver::Driver;
use super::kind::{self, Kinds};
use super::lab::{SwarmLab, Times};
use super::plan::Plan;
use super::raft;

use plan::TxnPlan;
use watch::TxnWatch;

/// Who asks for what clients do not ask for by themselves.
#[derive(Clone, Debug, Default)]
pub struct Beside {
    /// Transactions asked for by hand so far.
    asked: u64,
    /// Changes of the configuration so far.
    changes: u64,
}

impl SwarmLab for TxnLab {
    type Plan = TxnPlan;
    type Beside = Beside;
    type Watch = TxnWatch;

    const KINDS: Kinds = &[
        kind::NETWORK,
        kind::NODES,
        kind::DISKS,
        kind::OUT,
        raft::states::ELECTIONS,
        raft::states::LOGS,
        raft::states::SNAPSHOTS,
        states::TRANSACTIONS,
        states::CRASHES,
        kind::CORE,
    ];

    const ELECTION: TimerCode = 0;

    const RULED: u64 = 30;

    fn mistake(id: &str) -> Option<&'static str> {
        let of_shards = || ShardMutant::from_id(id).map(ShardMutant::id);
        let of_service = || ServiceMutant::from_id(id).map(ServiceMutant::id);
        let of_raft = || RaftMutant::from_id(id).map(RaftMutant::id);
        let own = Mutant::from_id(id).map(Mutant::id);
        own.or_else(of_shards).or_else(of_service).or_else(of_raft)
    }

    fn plan(seed: u64, mistakes: &[&str]) -> Plan<TxnLab> {
        plan::of_seed(seed, mistakes)
    }

    fn pairs(options: &Options) -> Vec<Pair> {
        options_as_pairs(options)
    }

    fn times(options: &Options) -> Times {
        raft::times(&options.sharded.replicated.raft)
    }

    fn runs_at_most(options: &Options, timer: Timer) -> Span {
        let (sharded, raft) = (&options.sharded, &options.sharded.replicated.raft);
        let of_shards = match timer {
            Timer::Resolve => return options.in_doubt,
            Timer::Again(_) => return options.again,
            Timer::Think => return options.work.map_or(Span::ZERO, |work| work.think_max),
            Timer::Sharded(timer) | Timer::Clerk(timer) => timer,
        };
        let of_group = match of_shards {
            ShardTimer::Poll => return sharded.poll,
            ShardTimer::Group(timer) | ShardTimer::Controller(timer) => timer,
        };
        match of_group {
            GroupTimer::Raft(RaftTimer::Heartbeat) | GroupTimer::Round => {
                raft.heartbeat + raft.heartbeat
            }
            GroupTimer::Raft(_) => raft.election_max + raft.election_max,
            GroupTimer::Retry(_) => sharded.replicated.retry + sharded.replicated.back_off,
            GroupTimer::Think(_) => Span::ZERO,
        }
    }

    fn bears_half_cuts(options: &Options) -> bool {
        let raft = &options.sharded.replicated.raft;
        raft.pre_vote && raft.check_quorum
    }

    fn beside(_plan: &Plan<TxnLab>) -> Beside {
        Beside::default()
    }

    /// A transaction by hand, or a change of the configuration; now and then a server hands over or
    /// takes a snapshot, and a client crashes, with what it was about to write.
    fn ask(driver: &mut Driver<TxnLab>) {
        if driver.beside.changes == 0 {
            return driver.change_configuration();
        }
        match driver.rng.below(12) {
            0 => driver.transfer(),
            1 => {
                let server = driver.any_node();
                driver.request(server, "snapshot");
            }
            2 | 3 => driver.bounce_client(),
            4..=6 => driver.change_configuration(),
            _ => {
                for _ in 0..driver.rng.between(1, driver.plan.burst_max) {
                    driver.transaction_by_hand();
                }
            }
        }
    }

    fn scheme(driver: &mut Driver<TxnLab>) {
        driver.scheme_of_groups();
    }

    fn demand(driver: &mut Driver<TxnLab>, core: &[NodeId]) -> Result<(), &'static str> {
        driver.demand_of_transactions(core)
    }
}

impl Driver<TxnLab> {
    /// A client crashes and starts again, at once or, where groups decide, later.
    fn bounce_client(&mut self) {
        let client = self.any_client();
        self.crash(client);
        if self.plan.own.clients_come_back || self.rng.chance(1, 2) {
            self.act(Choice::Restart(client));
        }
    }

    /// Groups join or leave, or a shard is moved; so often at most that all can be followed.
    fn change_configuration(&mut self) {
        if self.beside.changes >= self.plan.own.changes_most {
            return self.transaction_by_hand();
        }
        self.beside.changes += 1;
        let groups = u64::from(self.plan.world.groups.count);
        let (group, other) = (self.rng.between(1, groups), self.rng.between(1, groups));
        let shards = u64::from(self.plan.world.lab.sharded.sharding.count);
        let client = self.any_client();
        let words = match self.rng.below(6) {
            _ if self.beside.changes == 1 => format!("join {group} {other}"),
            0 | 1 => format!("join {group} {other}"),
            2 => format!("leave {group}"),
            _ => format!("move {} {group}", self.rng.below(shards)),
        };
        self.request(client, &words);
    }

    /// What the work of clients is made of, once more.
    fn transaction_by_hand(&mut self) {
        self.beside.asked += 1;
        let Some(work) = self.plan.world.lab.work else { return };
        let (client, keys) = (self.any_client(), u64::from(work.keys));
        let (one, other) = (self.rng.below(keys), self.rng.below(keys));
        // Clients write other numbers.
        let element = 1 + 2 * self.beside.asked;
        let words = match work.kind {
            WorkKind::Bank => format!("transfer {one} {other} {}", self.rng.between(1, 30)),
            WorkKind::Lists => match self.rng.below(4) {
                0 => format!("txn read {one}; read {other}"),
                1 => format!("txn append {one} {element}"),
                2 => format!("txn read {one}; append {other} {element}"),
                _ => format!("txn append {one} {element}; append {other} {}", element + 1),
            },
        };
        self.request(client, &words);
    }

    fn transfer(&mut self) {
        let to = self.any_node();
        let leader = leader_of(&self.scene.world, to.group().unwrap_or(0));
        if let Some(leader) = leader.filter(|leader| *leader != to) {
            self.request(leader, &format!("transfer to {to}"));
        }
    }
}
