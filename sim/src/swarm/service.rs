//! What every service over Raft brings to its swarm: clients that work all the time, a hand that asks
//! for more, and what clients may expect in the end. Its elections and logs are Raft's.

pub mod liveness;
pub mod plan;
pub mod states;
pub mod watch;

use netsplit_core::raft::message::Timer as RaftTimer;
use netsplit_core::replicated::message::Timer;
use netsplit_core::replicated::options::{Options, Reading};
use netsplit_core::time::Span;

use crate::check::service::Checked;
use crate::choice::Choice;

use super::driver::Driver;
use super::kind::{self, Kinds};
use super::lab::SwarmLab;
use super::raft;

pub use plan::ServicePlan;
pub use watch::ServiceWatch;

/// A lab of a service that has a swarm.
pub trait ServiceSwarm: Checked + SwarmLab<Plan = ServicePlan, Beside = Beside> {
    /// What a client is asked for in the end: a command that every server does.
    const LAST: &'static str;

    /// What clerks do not ask for by themselves, in the words of a client.
    fn words_by_hand(driver: &mut Driver<Self>) -> String;
}

/// Who asks for what clerks do not ask for by themselves.
#[derive(Clone, Debug, Default)]
pub struct Beside {
    /// Calls made by hand so far.
    pub(super) asked: u64,
}

/// Everything that is counted.
pub const KINDS: Kinds = &[
    kind::NETWORK,
    kind::NODES,
    kind::DISKS,
    kind::OUT,
    raft::states::ELECTIONS,
    raft::states::LOGS,
    raft::states::SNAPSHOTS,
    raft::states::TAILS,
    states::COMMANDS,
    states::QUERIES,
    kind::CORE,
];

/// See [`SwarmLab::RULED`].
pub const RULED: u64 = 16;

/// See [`SwarmLab::runs_at_most`].
pub fn runs_at_most(options: &Options, timer: Timer) -> Span {
    let raft = &options.raft;
    match timer {
        Timer::Raft(RaftTimer::Heartbeat) | Timer::Round => raft.heartbeat + raft.heartbeat,
        Timer::Raft(_) => raft.election_max + raft.election_max,
        Timer::Retry(_) => options.retry + options.back_off,
        Timer::Think(_) => options.work.map_or(Span::ZERO, |work| work.think_max),
    }
}

/// See [`SwarmLab::bears_half_cuts`].
pub fn bears_half_cuts(options: &Options) -> bool {
    options.raft.pre_vote && options.raft.check_quorum
}

/// See [`SwarmLab::ask`]: a call by hand; now and then a server is asked to hand over, to read
/// otherwise, or to take a snapshot, and a client begins anew.
pub fn ask<L: ServiceSwarm>(driver: &mut Driver<L>) {
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

impl<L: ServiceSwarm> Driver<L> {
    /// What clerks do not ask for by themselves, half of it at a server that is named.
    fn call_by_hand(&mut self) {
        self.beside.asked += 1;
        let client = self.any_client();
        let mut words = L::words_by_hand(self);
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
