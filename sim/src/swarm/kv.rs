//! What the key/value store brings to its swarm beyond what [every service](super::service) does: its
//! words.

use netsplit_core::id::NodeId;
use netsplit_core::raft::mutants::Mutant as RaftMutant;
use netsplit_core::replicated::message::Timer;
use netsplit_core::replicated::mutants::Mutant;
use netsplit_core::replicated::options::Options;
use netsplit_core::time::Span;

use crate::choice::TimerCode;
use crate::labs::Pair;
use crate::labs::kv::KvLab;
use crate::labs::kv_options::options_as_pairs;

use super::driver::Driver;
use super::kind::Kinds;
use super::lab::{SwarmLab, Times};
use super::plan::Plan;
use super::raft;
use super::service::{self, Beside, ServicePlan, ServiceSwarm, ServiceWatch};

impl SwarmLab for KvLab {
    type Plan = ServicePlan;
    type Beside = Beside;
    type Watch = ServiceWatch;

    const KINDS: Kinds = service::KINDS;

    const ELECTION: TimerCode = 0;

    const RULED: u64 = service::RULED;

    fn mistake(id: &str) -> Option<&'static str> {
        Mutant::from_id(id).map(Mutant::id).or_else(|| RaftMutant::from_id(id).map(RaftMutant::id))
    }

    fn plan(seed: u64, mistakes: &[&str]) -> Plan<KvLab> {
        service::plan::of_seed(seed, service::plan::of_framework(mistakes), |_, options| options)
    }

    fn pairs(options: &Options) -> Vec<Pair> {
        options_as_pairs(options)
    }

    fn times(options: &Options) -> Times {
        raft::times(&options.raft)
    }

    fn runs_at_most(options: &Options, timer: Timer) -> Span {
        service::runs_at_most(options, timer)
    }

    fn bears_half_cuts(options: &Options) -> bool {
        service::bears_half_cuts(options)
    }

    fn beside(_plan: &Plan<KvLab>) -> Beside {
        Beside::default()
    }

    fn ask(driver: &mut Driver<KvLab>) {
        service::ask(driver);
    }

    fn demand(driver: &mut Driver<KvLab>, core: &[NodeId]) -> Result<(), &'static str> {
        driver.demand_of_service(core)
    }
}

impl ServiceSwarm for KvLab {
    const LAST: &'static str = "append k0 end";

    /// All the words of the store. Values are written once, so that a history says much.
    fn words_by_hand(driver: &mut Driver<KvLab>) -> String {
        let value = format!("h{}", driver.beside.asked);
        let keys = driver.plan.world.lab.work.map_or(1, |work| work.keys.max(1));
        let key = format!("k{}", driver.rng.below(keys.into()));
        match driver.rng.below(8) {
            0 | 1 => format!("get {key}"),
            2 => format!("put {key} {value}"),
            3 => format!("append-get {key} {value}"),
            4 => format!("put-if {key} {} {value}", driver.rng.below(4)),
            5 => format!("version {key}"),
            6 if driver.rng.chance(1, 3) => format!("delete {key}"),
            _ => format!("append {key} {value}"),
        }
    }
}
