//! What the shard controller brings to its swarm beyond what [every service](super::service) does: its
//! words, and how many shards and groups there are.

use netsplit_core::id::NodeId;
use netsplit_core::raft::mutants::Mutant as RaftMutant;
use netsplit_core::replicated::message::Timer;
use netsplit_core::replicated::mutants::Mutant as ServiceMutant;
use netsplit_core::shardctrl::mutants::{Mutant, Mutants};
use netsplit_core::time::Span;

use crate::choice::TimerCode;
use crate::labs::Pair;
use crate::labs::shardctrl::ShardctrlLab;
use crate::labs::shardctrl_options::{Options, options_as_pairs};

use super::driver::Driver;
use super::kind::Kinds;
use super::lab::{SwarmLab, Times};
use super::plan::Plan;
use super::raft;
use super::service::{self, Beside, ServicePlan, ServiceSwarm, ServiceWatch};

/// Bytes of a piece of a snapshot at least.
const CHUNK_LEAST: u64 = 1_000;

impl SwarmLab for ShardctrlLab {
    type Plan = ServicePlan;
    type Beside = Beside;
    type Watch = ServiceWatch;

    const KINDS: Kinds = service::KINDS;

    const ELECTION: TimerCode = 0;

    const RULED: u64 = service::RULED;

    fn mistake(id: &str) -> Option<&'static str> {
        let of_service = || ServiceMutant::from_id(id).map(ServiceMutant::id);
        let of_raft = || RaftMutant::from_id(id).map(RaftMutant::id);
        Mutant::from_id(id).map(Mutant::id).or_else(of_service).or_else(of_raft)
    }

    /// Sometimes there are more groups than shards.
    fn plan(seed: u64, mistakes: &[&str]) -> Plan<ShardctrlLab> {
        let own = mistakes.iter().filter_map(|id| Mutant::from_id(id));
        let mutants = own.fold(Mutants::NONE, Mutants::with);
        service::plan::of_seed(seed, service::plan::of_framework(mistakes), |rng, mut service| {
            let (shards, gids) = (rng.between(1, 12) as u32, rng.between(2, 8) as u32);
            if let Some(work) = &mut service.work {
                work.keys = gids;
            }
            // A snapshot has all configurations: in small pieces it would be under way for longer
            // than anybody waits.
            service.raft.chunk_bytes = service.raft.chunk_bytes.max(CHUNK_LEAST);
            Options { service, shards, mutants }
        })
    }

    fn pairs(options: &Options) -> Vec<Pair> {
        options_as_pairs(options)
    }

    fn times(options: &Options) -> Times {
        raft::times(&options.service.raft)
    }

    fn runs_at_most(options: &Options, timer: Timer) -> Span {
        service::runs_at_most(&options.service, timer)
    }

    fn bears_half_cuts(options: &Options) -> bool {
        service::bears_half_cuts(&options.service)
    }

    fn beside(_plan: &Plan<ShardctrlLab>) -> Beside {
        Beside::default()
    }

    fn ask(driver: &mut Driver<ShardctrlLab>) {
        service::ask(driver);
    }

    fn demand(driver: &mut Driver<ShardctrlLab>, core: &[NodeId]) -> Result<(), &'static str> {
        driver.demand_of_service(core)
    }
}

impl ServiceSwarm for ShardctrlLab {
    const LAST: &'static str = "join 1=end";

    /// All the words of the controller: servers that are named once, groups that were never there,
    /// shards that there are not.
    fn words_by_hand(driver: &mut Driver<ShardctrlLab>) -> String {
        let asked = driver.beside.asked;
        let lab = &driver.plan.world.lab;
        let gids = lab.service.work.map_or(1, |work| work.keys.max(1));
        let (shards, rng) = (lab.shards, &mut driver.rng);
        let (one, other) = (rng.between(1, gids.into()), rng.between(1, gids.into()));
        match rng.below(8) {
            0 => "query".to_owned(),
            1 => format!("query {}", rng.below(2 * asked)),
            2 | 3 => format!("join {one}=h{asked}"),
            4 if one != other => format!("join {one}=h{asked} {other}=s{other}"),
            5 => format!("leave {one}"),
            6 if one != other => format!("leave {one} {other}"),
            _ => format!("move {} {one}", rng.below(u64::from(shards) + 1)),
        }
    }
}
