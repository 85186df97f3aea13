//! What the sharded store brings to its swarm: groups that join and leave while clients work, and
//! what clients may expect in the end. Elections and logs are Raft's, calls are the store's.

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
use netsplit_core::replicated::options::Reading;
use netsplit_core::shardkv::message::Timer;
use netsplit_core::shardkv::mutants::Mutant;
use netsplit_core::shardkv::options::Options;
use netsplit_core::time::Span;

use crate::choice::{Choice, TimerCode};
use crate::labs::Pair;
use crate::labs::shardkv::ShardLab;
use crate::labs::shardkv_options::options_as_pairs;
use crate::verb::leader_of;

use super::driver::Driver;
use super::kind::{self, Kinds};
use super::lab::{SwarmLab, Times};
use super::plan::Plan;
use super::raft;

use plan::ShardPlan;
use watch::ShardWatch;

/// Who asks for what clerks do not ask for by themselves.
#[derive(Clone, Debug, Default)]
pub struct Beside {
    /// Calls made by hand so far.
    asked: u64,
    /// Changes of the configuration so far.
    changes: u64,
}

impl SwarmLab for ShardLab {
    type Plan = ShardPlan;
    type Beside = Beside;
    type Watch = ShardWatch;

    const KINDS: Kinds = &[
        kind::NETWORK,
        kind::NODES,
        kind::DISKS,
        kind::OUT,
        raft::states::ELECTIONS,
        raft::states::LOGS,
        raft::states::SNAPSHOTS,
        states::COMMANDS,
        super::service::states::QUERIES,
        states::MOVES,
        kind::CORE,
    ];

    const ELECTION: TimerCode = 0;

    const RULED: u64 = 20;

    fn mistake(id: &str) -> Option<&'static str> {
        let of_service = || ServiceMutant::from_id(id).map(ServiceMutant::id);
        let of_raft = || RaftMutant::from_id(id).map(RaftMutant::id);
        Mutant::from_id(id).map(Mutant::id).or_else(of_service).or_else(of_raft)
    }

    fn plan(seed: u64, mistakes: &[&str]) -> Plan<ShardLab> {
        plan::of_seed(seed, mistakes)
    }

    fn pairs(options: &Options) -> Vec<Pair> {
        options_as_pairs(options)
    }

    fn times(options: &Options) -> Times {
        raft::times(&options.replicated.raft)
    }

    fn runs_at_most(options: &Options, timer: Timer) -> Span {
        let raft = &options.replicated.raft;
        let of_group = match timer {
            Timer::Poll => return options.poll,
            Timer::Group(timer) | Timer::Controller(timer) => timer,
        };
        match of_group {
            GroupTimer::Raft(RaftTimer::Heartbeat) | GroupTimer::Round => {
                raft.heartbeat + raft.heartbeat
            }
            GroupTimer::Raft(_) => raft.election_max + raft.election_max,
            GroupTimer::Retry(_) => options.replicated.retry + options.replicated.back_off,
            GroupTimer::Think(_) => {
                options.replicated.work.map_or(Span::ZERO, |work| work.think_max)
            }
        }
    }

    fn bears_half_cuts(options: &Options) -> bool {
        options.replicated.raft.pre_vote && options.replicated.raft.check_quorum
    }

    fn beside(_plan: &Plan<ShardLab>) -> Beside {
        Beside::default()
    }

    /// A call by hand, or a change of the configuration; now and then a server is asked to hand
    /// over, to read otherwise, or to take a snapshot, and a client begins anew.
    fn ask(driver: &mut Driver<ShardLab>) {
        if driver.beside.changes == 0 {
            return driver.change_configuration();
        }
        match driver.rng.below(14) {
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
            4..=7 => driver.change_configuration(),
            _ => {
                for _ in 0..driver.rng.between(1, driver.plan.burst_max) {
                    driver.call_by_hand();
                }
            }
        }
    }

    fn scheme(driver: &mut Driver<ShardLab>) {
        driver.scheme_of_groups();
    }

    fn release_what_is_late(driver: &mut Driver<ShardLab>) -> bool {
        driver.release_late_moves()
    }

    fn demand(driver: &mut Driver<ShardLab>, core: &[NodeId]) -> Result<(), &'static str> {
        driver.demand_of_shards(core)
    }
}

impl Driver<ShardLab> {
    /// Keys are called `0`, `1`, …, as the course's are.
    fn any_key(&mut self) -> String {
        self.rng.below(self.plan.own.keys.into()).to_string()
    }

    fn any_group(&mut self) -> u32 {
        self.rng.between(1, self.plan.world.groups.count.into()) as u32
    }

    /// All groups by their numbers, as they are asked to join or to leave.
    fn all_groups(&self) -> String {
        let groups = 1..=self.plan.world.groups.count;
        groups.map(|gid| gid.to_string()).collect::<Vec<String>>().join(" ")
    }

    /// Groups join or leave, or a shard is moved; so often at most that all can be followed.
    fn change_configuration(&mut self) {
        if self.beside.changes >= self.plan.own.changes_most {
            return self.call_by_hand();
        }
        self.beside.changes += 1;
        let (group, client) = (self.any_group(), self.any_client());
        let words = match self.rng.below(8) {
            _ if self.beside.changes == 1 => format!("join {group} {}", self.any_group()),
            0 | 1 => format!("join {group}"),
            2 => format!("join {group} {}", self.any_group()),
            3 | 4 => format!("leave {group}"),
            5 => format!("leave {group} {}", self.any_group()),
            6 => format!("leave {}", self.all_groups()),
            _ => {
                let shards = self.plan.world.lab.sharding.count;
                format!("move {} {group}", self.rng.below(shards.into()))
            }
        };
        self.request(client, &words);
    }

    /// What clerks do not ask for by themselves, half of it at a server that is named. Values are
    /// written once, so that a history says much.
    fn call_by_hand(&mut self) {
        self.beside.asked += 1;
        let (client, value) = (self.any_client(), format!("h{}", self.beside.asked));
        let key = self.any_key();
        let mut words = match self.rng.below(8) {
            0 | 1 => format!("get {key}"),
            2 => format!("put {key} {value}"),
            3 => format!("append-get {key} {value}"),
            4 => format!("put-if {key} {} {value}", self.rng.below(4)),
            5 => format!("version {key}"),
            6 if self.rng.chance(1, 3) => format!("delete {key}"),
            _ => format!("append {key} {value}"),
        };
        if self.rng.chance(1, 3) {
            let group = self.any_group();
            let members: Vec<NodeId> = self.scene.world.cast().members(group).collect();
            let at = self.one_of(&members).expect("groups have members");
            words.push_str(&format!(" at {at}"));
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
        let to = self.any_node();
        let leader = leader_of(&self.scene.world, to.group().unwrap_or(0));
        if let Some(leader) = leader.filter(|leader| *leader != to) {
            self.request(leader, &format!("transfer to {to}"));
        }
    }
}
