//! What one seed decides before its run begins: the cluster, its options, the
//! network, the disks, how often what goes wrong, and for how long.
//!
//! Every probability is itself drawn, and most kinds of faults are left out of
//! any one run: a run that does everything a little finds less than many runs
//! that each do a few things a lot (Groce and others, "Swarm testing", ISSTA
//! 2012).
//!
//! Each lab draws its own plan. What is drawn alike for all is here.

use netsplit_core::rng::Rng;
use netsplit_core::time::Span;

use crate::choice::Rate;
use crate::network::{Delay, LinkOptions};
use crate::world::WorldOptions;

use super::faults::Fault;
use super::lab::SwarmLab;

/// Clocks within the bound run between so many …
pub const RATE_LEAST: Rate = Rate { local: 9, real: 10 };
/// … and so many microseconds in one of the world's.
pub const RATE_MOST: Rate = Rate { local: 11, real: 10 };

/// Everything that is drawn before a run.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan<L: SwarmLab> {
    /// What the world is made of.
    pub world: WorldOptions<L>,
    /// Kinds of faults that may happen, each with its weight.
    pub faults: Vec<(Fault, u64)>,
    /// Time between faults, on average.
    pub fault_every: Span,
    /// Of 100 times something is done, how many undo something instead.
    pub mend: u64,
    /// Time between requests of the client, on average.
    pub ask_every: Span,
    /// What is asked at once at most.
    pub burst_max: u64,
    /// How long everything may go wrong.
    pub unsafe_for: Span,
    /// The longest that a single message is delayed or held by hand.
    pub late_most: Span,
    /// Servers that may go out for good.
    pub out_most: u32,
    /// What the lab alone wants to know.
    pub own: L::Plan,
}

/// What the generator of plans is split off for.
const PURPOSE: u64 = 0x706C_616E;

/// The generator that decides what a seed plans.
pub fn generator(seed: u64) -> Rng {
    Rng::new(seed).split(PURPOSE)
}

/// How many servers there are.
pub fn servers(rng: &mut Rng) -> u32 {
    [3, 3, 3, 3, 5, 5, 5, 4, 6, 7][rng.below(10) as usize]
}

/// Links whose messages mostly take a part of the shortest election time-out.
pub fn links(rng: &mut Rng, least: u64) -> LinkOptions {
    let low = rng.between(100, least / 20);
    let share = [20, 8, 3][rng.below(3) as usize];
    let high = low + rng.below(least / share);
    let reorder_by = Span::from_micros(least * rng.between(1, 60) / 10);
    let mut parts = |most: u64| match rng.below(3) {
        0 => 0,
        _ => rng.between(1, most) as u32,
    };
    LinkOptions {
        delay: Delay::Uniform(Span::from_micros(low), Span::from_micros(high)),
        loss: parts(2_000),
        duplicate: parts(2_000),
        reorder: parts(2_000),
        reorder_by,
        bandwidth: 0,
    }
}

/// How long a save takes, mostly a part of the shortest election time-out.
pub fn save_takes(rng: &mut Rng, least: u64) -> Span {
    match rng.below(10) {
        0 | 1 => Span::ZERO,
        _ => Span::from_micros(rng.between(100, (least / 6).min(20_000))),
    }
}

/// The kinds of faults that may happen, each with its weight.
pub fn faults(rng: &mut Rng) -> Vec<(Fault, u64)> {
    let weights = [1, 1, 2, 4, 8];
    let mut faults = Vec::new();
    for &fault in Fault::ALL {
        let weight = weights[rng.below(5) as usize];
        if rng.chance(fault.how_often(), 100) {
            faults.push((fault, weight));
        }
    }
    faults
}

/// The times between faults, and between what is asked, in parts of the longest
/// election time-out.
pub fn paces(rng: &mut Rng, most: u64) -> (Span, Span) {
    let fault_every = most * [3, 6, 12, 25, 50][rng.below(5) as usize] / 25;
    let ask_every = most * [2, 5, 12, 25, 50][rng.below(5) as usize] / 25;
    (Span::from_micros(fault_every), Span::from_micros(ask_every))
}

/// How long everything may go wrong, in a number of the longest election time-outs.
pub fn unsafe_for(rng: &mut Rng, most: u64) -> Span {
    Span::from_micros(most * rng.between(15, 45))
}

/// How many servers may be out for good: together a minority, and mostly none.
pub fn out_most(rng: &mut Rng, servers: u32) -> u32 {
    if rng.chance(1, 3) { (servers - 1) / 2 } else { 0 }
}
