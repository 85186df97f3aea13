//! What the key/value store brings to its swarm: clients that work all the time, a hand that asks
//! for more, and what clients may expect in the end. Its elections and logs are Raft's.

pub mod liveness;
pub mod plan;
pub mod states;
pub mod watch;

use netsplit_core::id::NodeId;
use netsplit_core::raft::message::Timer as RaftTimer;
use netsplit_core::raft::mutants::Mutant as RaftMutant;
use netsplit_core::replicated::message::Timer;
use netsplit_core::replicated::mutants::Mutant;
use netsplit_core::replicated::options::{Options, Reading};
use netsplit_core::time::Span;

use crate::choice::{Choice, TimerCode};
use crate::labs::Pair;
use crate::labs::kv::KvLab;
use crate::labs::kv_options::options_as_pairs;

use super::driver::Driver;
use super::kind::{self, Kinds};
use super::lab::{SwarmLab, Times};
use super::plan::Plan;
use super::raft;

use plan::KvPlan;
use watch::KvWatch;

/// Who asks for what clerks do not ask for by themselves.
#[derive(Clone, Debug, Default)]
pub struct Beside {
    /// Calls made by hand so far.
    asked: u64,
}

impl SwarmLab for KvLab {
    type Plan = KvPlan;
    type Beside = Beside;
    type Watch = KvWatch;

    const KINDS: Kinds = &[
        kind::NETWORK,
        kind::NODES,
        kind::DISKS,
        kind::OUT,
        raft::states::ELECTIONS,
        raft::states::LOGS,
        raft::states::SNAPSHOTS,
        states::COMMANDS,
        states::QUERIES,
        kind::CORE,
    ];

    const ELECTION: TimerCode = 0;

    const RULED: u64 = 16;

    fn mistake(id: &str) -> Option<&'static str> {
        Mutant::from_id(id).map(Mutant::id).or_else(|| RaftMutant::from_id(id).map(RaftMutant::id))
    }

    fn plan(seed: u64, mistakes: &[&str]) -> Plan<KvLab> {
        plan::of_seed(seed, mistakes)
    }

    fn pairs(options: &Options) -> Vec<Pair> {
        options_as_pairs(options)
    }

    fn times(options: &Options) -> Times {
        raft::times(&options.raft)
    }

    fn runs_at_most(options: &Options, timer: Timer) -> Span {
        let raft = &options.raft;
        match timer {
            Timer::Raft(RaftTimer::Heartbeat) | Timer::Round => raft.heartbeat + raft.heartbeat,
            Timer::Raft(_) => raft.election_max + raft.election_max,
            Timer::Retry(_) => options.retry + options.back_off,
            Timer::Think(_) => options.work.map_or(Span::ZERO, |work| work.think_max),
        }
    }

    fn bears_half_cuts(options: &Options) -> bool {
        options.raft.pre_vote && options.raft.check_quorum
    }

    fn beside(_plan: &Plan<KvLab>) -> Beside {
        Beside::default()
    }

    /// A call by hand; now and then a server is asked to hand over, to read otherwise, or to take a
    /// snapshot, and a client begins anew.
    fn ask(driver: &mut Driver<KvLab>) {
        match driver.rng.below(12) {
            0 => driver.change_reading(),
            1 => driver.transfer(),
            2 => {
                let server = driver.any_node();
                driver.request(server, "snapshot");
            }
            3 if driver.rng.chance(1, 4) => {
                let client = driver.any_client();
                driver.act(Choice::crash(client));
                driver.act(Choice::Restart(client));
            }
            _ => {
                for _ in 0..driver.rng.between(1, driver.plan.burst_max) {
                    driver.call_by_hand();
                }
            }
        }
    }

    fn demand(driver: &mut Driver<KvLab>, core: &[NodeId]) -> Result<(), &'static str> {
        driver.demand_of_store(core)
    }
}

impl Driver<KvLab> {
    /// What clerks do not ask for by themselves: all the words of the store, half of them at a
    /// server that is named. Values are written once, so that a history says much.
    fn call_by_hand(&mut self) {
        self.beside.asked += 1;
        let (client, value) = (self.any_client(), format!("h{}", self.beside.asked));
        let keys = self.plan.world.lab.work.map_or(1, |work| work.keys.max(1));
        let key = format!("k{}", self.rng.below(keys.into()));
        let mut words = match self.rng.below(8) {
            0 | 1 => format!("get {key}"),
            2 => format!("put {key} {value}"),
            3 => format!("append-get {key} {value}"),
            4 => format!("put-if {key} {} {value}", self.rng.below(4)),
            5 => format!("version {key}"),
            6 if self.rng.chance(1, 3) => format!("delete {key}"),
            _ => format!("append {key} {value}"),
        };
        if self.rng.chance(1, 2) {
            words.push_str(&format!(" at {}", self.any_node()));
        }
        self.request(client, &words);
    }

    /// Another way to answer queries, on one server or all; by lease only where clocks allow it.
    fn change_reading(&mut self) {
        let lease = self.plan.own.lease;
        let ways: Vec<Reading> =
            Reading::ALL.into_iter().filter(|way| lease || *way != Reading::Lease).collect();
        let Some(way) = self.one_of(&ways) else { return };
        let only = self.any_node();
        let all = self.rng.chance(1, 2);
        for server in self.servers() {
            if all || server == only {
                self.request(server, &format!("read by {}", way.word()));
            }
        }
    }

    fn transfer(&mut self) {
        let (to, leader) = (self.any_node(), crate::verb::leader(&self.scene.world));
        if let Some(leader) = leader.filter(|leader| *leader != to) {
            self.request(leader, &format!("transfer to {to}"));
        }
    }
}
