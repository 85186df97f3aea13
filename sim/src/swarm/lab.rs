//! What a lab brings to its swarm: what a seed decides of it, how it is asked, what
//! it must come to in the end, and which of its states are worth counting.

use std::fmt::Debug;

use netsplit_core::id::NodeId;
use netsplit_core::time::Span;

use crate::choice::TimerCode;
use crate::lab::{Lab, Timer};
use crate::labs::Pair;
use crate::world::World;

use super::driver::Driver;
use super::kind::{Counts, Kinds};
use super::plan::Plan;

/// A lab that can be run in the swarm. Its servers elect a leader, as far as faults go.
pub trait SwarmLab: Lab {
    /// What a seed decides of this lab alone.
    type Plan: Clone + Debug + PartialEq;
    /// What stands beside a run and is no part of it: whoever asks, or applies.
    type Beside: Debug;
    /// What tells which of the lab's states were reached.
    type Watch: Watching<Self>;

    /// Everything that is counted. With enough seeds each must have happened.
    const KINDS: Kinds;
    /// The timer that lets a server stand for election.
    const ELECTION: TimerCode;
    /// Standing rules are about one of so many kinds of messages, from the first on.
    const RULED: u64;

    /// A mistake of the lab by its id, in capitals.
    fn mistake(id: &str) -> Option<&'static str>;

    /// What a seed decides, with mistakes that [`mistake`](SwarmLab::mistake) knows.
    fn plan(seed: u64, mistakes: &[&str]) -> Plan<Self>;

    /// The options as a script's head has them: those that differ from the default.
    fn pairs(options: &Self::Options) -> Vec<Pair>;

    /// What faults and patience are measured by.
    fn times(options: &Self::Options) -> Times;

    /// How long at most a timer runs that nobody has put off.
    fn runs_at_most(options: &Self::Options, timer: Timer<Self>) -> Span;

    /// Whether a server that is cut off in one direction only disturbs nobody.
    fn bears_half_cuts(options: &Self::Options) -> bool;

    /// What stands beside a run at its start.
    fn beside(plan: &Plan<Self>) -> Self::Beside;

    /// Asks for something, now: in the safety phase.
    fn ask(driver: &mut Driver<Self>);

    /// Asks for something of which this server is to hear, now.
    fn ask_of(driver: &mut Driver<Self>, server: NodeId) {
        let _ = server;
        Self::ask(driver);
    }

    /// What is to follow from the step just made, at once.
    fn after_step(driver: &mut Driver<Self>) {
        let _ = driver;
    }

    /// Begins a scheme, or goes on with it: faults that find something only
    /// together and in one order.
    fn scheme(driver: &mut Driver<Self>) {
        let _ = driver;
    }

    /// Releases what a scheme has held. False when there is nothing.
    fn release_what_is_late(driver: &mut Driver<Self>) -> bool {
        let _ = driver;
        false
    }

    /// What must come once a majority, the core, is healed.
    ///
    /// # Errors
    /// The short name of what did not come; see [`property`](super::liveness::property).
    fn demand(driver: &mut Driver<Self>, core: &[NodeId]) -> Result<(), &'static str>;
}

/// The times of a lab's elections.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Times {
    /// The shortest election time-out.
    pub election_min: Span,
    /// The longest.
    pub election_max: Span,
    /// Between two heartbeats.
    pub heartbeat: Span,
}

/// What is remembered of a run to tell which of a lab's states were reached.
pub trait Watching<L: Lab>: Clone + Debug {
    /// Of a run from its start.
    fn new(world: &World<L>) -> Self;

    /// A server has stopped; `led` says whether it led until then.
    fn went_down(&mut self, node: NodeId, led: bool, world: &World<L>, counts: &mut Counts);

    /// Looks at the step just made. `leads` are the servers that lead, as bits.
    fn observe(&mut self, world: &World<L>, leads: u64, counts: &mut Counts);
}
