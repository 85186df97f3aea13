//! What Raft brings to its swarm. Its elections, its states and its schemes are
//! those of every lab over Raft.

pub mod liveness;
mod plan;
mod schemes;
mod service;
pub mod states;
mod watch;

use netsplit_core::id::NodeId;
use netsplit_core::raft::message::Timer;
use netsplit_core::raft::mutants::Mutant;
use netsplit_core::raft::options::Options;
use netsplit_core::time::Span;

use crate::choice::{Choice, TimerCode};
use crate::labs::Pair;
use crate::labs::raft::RaftLab;
use crate::labs::raft_options::options_as_pairs;
use crate::verb::leader;

use super::driver::Driver;
use super::kind::{self, Kinds};
use super::lab::{SwarmLab, Times};
use super::plan::Plan;

pub use plan::{Snapshots, options, times};
pub use service::Service;
pub use watch::RaftWatch;

/// Who asks Raft, and who applies what it commits.
#[derive(Clone, Debug)]
pub struct Beside {
    /// The state machine on each node.
    pub(super) service: Service,
    /// Commands proposed so far.
    proposed: u64,
}

impl SwarmLab for RaftLab {
    type Plan = Snapshots;
    type Beside = Beside;
    type Watch = RaftWatch;

    const KINDS: Kinds = &[
        kind::NETWORK,
        kind::NODES,
        kind::DISKS,
        kind::OUT,
        states::ELECTIONS,
        states::LOGS,
        states::SNAPSHOTS,
        states::TAILS,
        kind::CORE,
    ];

    const ELECTION: TimerCode = 0;

    /// Heartbeats and what goes with them have come later, and no plan of a seed knows them.
    const RULED: u64 = 6;

    fn mistake(id: &str) -> Option<&'static str> {
        Mutant::from_id(id).map(Mutant::id)
    }

    fn plan(seed: u64, mistakes: &[&str]) -> Plan<RaftLab> {
        plan::of_seed(seed, mistakes)
    }

    fn pairs(options: &Options) -> Vec<Pair> {
        options_as_pairs(options)
    }

    fn times(options: &Options) -> Times {
        times(options)
    }

    fn runs_at_most(options: &Options, timer: Timer) -> Span {
        match timer {
            Timer::Heartbeat => options.heartbeat + options.heartbeat,
            Timer::Election | Timer::Transfer => options.election_max + options.election_max,
        }
    }

    /// PreVote and CheckQuorum together promise that (dissertation, 6.2, 9.6).
    fn bears_half_cuts(options: &Options) -> bool {
        options.pre_vote && options.check_quorum
    }

    fn beside(plan: &Plan<RaftLab>) -> Beside {
        Beside { service: Service::new(plan.world.nodes, plan.own), proposed: 0 }
    }

    /// Mostly the leader is asked, sometimes anybody.
    fn ask(driver: &mut Driver<RaftLab>) {
        let anybody = driver.rng.chance(1, 6);
        let leader = leader(&driver.scene.world).filter(|_| !anybody);
        let node = leader.unwrap_or_else(|| driver.any_node());
        for _ in 0..driver.rng.between(1, driver.plan.burst_max) {
            driver.propose(node);
        }
    }

    fn ask_of(driver: &mut Driver<RaftLab>, server: NodeId) {
        driver.propose(server);
    }

    /// The service takes its snapshot.
    fn after_step(driver: &mut Driver<RaftLab>) {
        let wanted = driver.beside.service.observe(&driver.scene.world);
        if let Some((node, words)) = wanted {
            driver.act(Choice::Request(node, words.into()));
        }
    }

    fn scheme(driver: &mut Driver<RaftLab>) {
        driver.late_answer();
    }

    fn release_what_is_late(driver: &mut Driver<RaftLab>) -> bool {
        driver.release_what_is_late()
    }

    fn demand(driver: &mut Driver<RaftLab>, core: &[NodeId]) -> Result<(), &'static str> {
        driver.demand_of_raft(core)
    }
}

impl Driver<RaftLab> {
    fn propose(&mut self, node: NodeId) -> bool {
        self.beside.proposed += 1;
        let words = format!("propose c{}", self.beside.proposed);
        self.act(Choice::Request(node, words.into()))
    }
}
