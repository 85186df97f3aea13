//! What a seed decides of Raft.

use netsplit_core::id::Groups;
use netsplit_core::raft::mutants::{Mutant, Mutants};
use netsplit_core::raft::options::{CommitTold, Options};
use netsplit_core::raft::progress::IN_FLIGHT_LIMIT;
use netsplit_core::rng::Rng;
use netsplit_core::time::Span;

use crate::labs::raft::RaftLab;
use crate::network::NetworkOptions;
use crate::swarm::lab::Times;
use crate::swarm::plan::{self, Plan};
use crate::world::WorldOptions;

/// When the service takes its snapshots.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Snapshots {
    /// After so many entries; 0 is never.
    pub every: u64,
    /// Bytes of one.
    pub bytes: u64,
}

/// What a seed decides. The order of the draws is that of the seeds' runs.
pub(super) fn of_seed(seed: u64, mistakes: &[&str]) -> Plan<RaftLab> {
    let mut rng = plan::generator(seed);
    let nodes = plan::servers(&mut rng);
    let mutants = mistakes.iter().filter_map(|id| Mutant::from_id(id));
    let lab = options(&mut rng, mutants.fold(Mutants::NONE, Mutants::with));
    let (least, most) = (lab.election_min.micros(), lab.election_max.micros());
    let links = plan::links(&mut rng, least);
    let save_takes = plan::save_takes(&mut rng, least);
    let faults = plan::faults(&mut rng);
    let (fault_every, ask_every) = plan::paces(&mut rng, most);
    let unsafe_for = plan::unsafe_for(&mut rng, most);
    let every = match rng.below(3) {
        0 => 0,
        _ => rng.between(1, 12),
    };
    let mend = rng.between(20, 70);
    let burst_max = rng.between(1, 6);
    let bytes = rng.between(20, 120);
    let late_most = Span::from_micros(most * rng.between(1, 12));
    let out_most = plan::out_most(&mut rng, nodes);
    Plan {
        world: WorldOptions {
            nodes,
            groups: Groups::NONE,
            clients: 0,
            seed,
            network: NetworkOptions { links, course: None },
            save_takes,
            lab,
            disks: Vec::new(),
        },
        faults,
        fault_every,
        mend,
        ask_every,
        burst_max,
        unsafe_for,
        late_most,
        out_most,
        own: Snapshots { every, bytes },
    }
}

/// The times of a peer's elections.
pub fn times(options: &Options) -> Times {
    let Options { election_min, election_max, heartbeat, .. } = *options;
    Times { election_min, election_max, heartbeat }
}

/// The options of a peer, with mistakes made on purpose.
pub fn options(rng: &mut Rng, mutants: Mutants) -> Options {
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
