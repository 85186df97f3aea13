//! What one seed decides before its run begins: the cluster, its options, the
//! network, the disks, how often what goes wrong, and for how long.
//!
//! Every probability is itself drawn, and most kinds of faults are left out of
//! any one run: a run that does everything a little finds less than many runs
//! that each do a few things a lot (Groce and others, "Swarm testing", ISSTA
//! 2012).

use netsplit_core::raft::mutants::Mutants;
use netsplit_core::raft::options::{CommitTold, Options};
use netsplit_core::raft::progress::IN_FLIGHT_LIMIT;
use netsplit_core::rng::Rng;
use netsplit_core::time::Span;

use crate::choice::Rate;
use crate::labs::raft::RaftLab;
use crate::network::{Delay, LinkOptions, NetworkOptions};
use crate::world::WorldOptions;

use super::faults::Fault;

/// Clocks within the bound run between so many …
pub const RATE_LEAST: Rate = Rate { local: 9, real: 10 };
/// … and so many microseconds in one of the world's.
pub const RATE_MOST: Rate = Rate { local: 11, real: 10 };

/// Everything that is drawn before a run.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// What the world is made of.
    pub world: WorldOptions<RaftLab>,
    /// Kinds of faults that may happen, each with its weight.
    pub faults: Vec<(Fault, u64)>,
    /// Time between faults, on average.
    pub fault_every: Span,
    /// Of 100 times something is done, how many undo something instead.
    pub mend: u64,
    /// Time between requests of the client, on average.
    pub ask_every: Span,
    /// Proposals made at once at most.
    pub burst_max: u64,
    /// How long everything may go wrong.
    pub unsafe_for: Span,
    /// The service takes a snapshot after so many entries; 0 is never.
    pub snapshot_every: u64,
    /// Bytes of a snapshot.
    pub snapshot_bytes: u64,
    /// The longest that a single message is delayed or held by hand.
    pub late_most: Span,
    /// Nodes that may go out for good.
    pub out_most: u32,
}

impl Plan {
    /// What a seed decides.
    pub fn of_seed(seed: u64, mutants: Mutants) -> Plan {
        let mut rng = Rng::new(seed).split(0x706C_616E);
        let nodes = [3, 3, 3, 3, 5, 5, 5, 4, 6, 7][rng.below(10) as usize];
        let lab = raft_options(&mut rng, mutants);
        let (least, most) = (lab.election_min.micros(), lab.election_max.micros());
        let links = links(&mut rng, least);
        let save_takes = match rng.below(10) {
            0 | 1 => Span::ZERO,
            _ => Span::from_micros(rng.between(100, (least / 6).min(20_000))),
        };
        let weights = [1, 1, 2, 4, 8];
        let mut faults = Vec::new();
        for &fault in Fault::ALL {
            let weight = weights[rng.below(5) as usize];
            if rng.chance(fault.how_often(), 100) {
                faults.push((fault, weight));
            }
        }
        let fault_every = most * [3, 6, 12, 25, 50][rng.below(5) as usize] / 25;
        let ask_every = most * [2, 5, 12, 25, 50][rng.below(5) as usize] / 25;
        let rounds = rng.between(15, 45);
        let snapshot_every = match rng.below(3) {
            0 => 0,
            _ => rng.between(1, 12),
        };
        Plan {
            world: WorldOptions {
                nodes,
                clients: 0,
                seed,
                network: NetworkOptions { links, course: None },
                save_takes,
                lab,
                disks: Vec::new(),
            },
            faults,
            fault_every: Span::from_micros(fault_every),
            mend: rng.between(20, 70),
            ask_every: Span::from_micros(ask_every),
            burst_max: rng.between(1, 6),
            unsafe_for: Span::from_micros(most * rounds),
            snapshot_every,
            snapshot_bytes: rng.between(20, 120),
            late_most: Span::from_micros(most * rng.between(1, 12)),
            // All that are out for good are a minority.
            out_most: if rng.chance(1, 3) { (nodes - 1) / 2 } else { 0 },
        }
    }
}

fn raft_options(rng: &mut Rng, mutants: Mutants) -> Options {
    let mut options = match rng.below(8) {
        0 => Options::course(),
        1 => Options::production(),
        2 | 3 => Options::paper(),
        _ => {
            let least = rng.between(40_000, 400_000);
            Options {
                election_min: Span::from_micros(least),
                election_max: Span::from_micros(least * rng.between(14, 30) / 10),
                heartbeat: Span::from_micros(least / rng.between(3, 6)),
                ..Options::paper()
            }
        }
    };
    // Most runs have both or none: what the two do for each other counts.
    (options.pre_vote, options.check_quorum) = match rng.below(8) {
        0..=2 => (false, false),
        3..=5 => (true, true),
        6 => (true, false),
        _ => (false, true),
    };
    options.commit_told =
        if rng.chance(1, 2) { CommitTold::AtOnce } else { CommitTold::NextAppend };
    options.in_flight_max = rng.between(1, IN_FLIGHT_LIMIT.into()) as u32;
    options.append_entries_max = [1, 2, 3, 8, 64][rng.below(5) as usize];
    options.append_bytes_max = [1, 60, 200, 64 * 1024][rng.below(4) as usize];
    options.chunk_bytes = [7, 16, 40, 4 * 1024][rng.below(4) as usize];
    options.mutants = mutants;
    options
}

/// Links whose messages mostly take a part of the shortest election time-out.
fn links(rng: &mut Rng, least: u64) -> LinkOptions {
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
