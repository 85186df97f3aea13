//! What a seed decides of a service over Raft.

use netsplit_core::id::Groups;
use netsplit_core::raft::mutants::{Mutant as RaftMutant, Mutants as RaftMutants};
use netsplit_core::replicated::mutants::{Mutant, Mutants};
use netsplit_core::replicated::options::{Kept, Options, Reading, Work};
use netsplit_core::rng::Rng;
use netsplit_core::time::Span;

use crate::network::NetworkOptions;
use crate::swarm::faults::Fault;
use crate::swarm::plan::{self, Plan};
use crate::swarm::raft;
use crate::swarm::service::ServiceSwarm;
use crate::world::WorldOptions;

/// What services alone want to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ServicePlan {
    /// Servers may read by lease: clocks stay within the bound that it is shortened by.
    pub lease: bool,
    /// Clerks wait so long for an answer that, once nothing fails, none should have to ask twice.
    pub patient: bool,
}

/// By how many percent clocks differ at most where they stay within the bound: 11/10 against 9/10.
pub const DRIFT: u32 = 23;

/// Mistakes of Raft and of a service over it.
pub type Made = (RaftMutants, Mutants);

/// Those of these that Raft or the service over it make.
pub fn of_framework(mistakes: &[&str]) -> Made {
    let own = mistakes.iter().filter_map(|id| Mutant::from_id(id));
    let of_raft = mistakes.iter().filter_map(|id| RaftMutant::from_id(id));
    (of_raft.fold(RaftMutants::NONE, RaftMutants::with), own.fold(Mutants::NONE, Mutants::with))
}

/// What a seed decides; the lab's options are made of those of every service.
pub fn of_seed<L: ServiceSwarm>(
    seed: u64,
    (of_raft, own): Made,
    options: impl FnOnce(&mut Rng, Options) -> L::Options,
) -> Plan<L> {
    let mut rng = plan::generator(seed);
    let nodes = plan::servers(&mut rng);
    let mut peer = raft::options(&mut rng, of_raft);
    peer.quiet_start = peer.check_quorum;
    let (least, most) = (peer.election_min.micros(), peer.election_max.micros());
    let links = plan::links(&mut rng, least);
    let save_takes = plan::save_takes(&mut rng, least);
    let mut faults = plan::faults(&mut rng);
    let (fault_every, ask_every) = plan::paces(&mut rng, most);
    let unsafe_for = plan::unsafe_for(&mut rng, most);
    let mend = rng.between(20, 70);
    let burst_max = rng.between(1, 3);
    let late_most = Span::from_micros(most * rng.between(1, 12));
    let out_most = plan::out_most(&mut rng, nodes);
    let lease = peer.check_quorum && rng.chance(1, 2);
    let drift_percent = if lease { DRIFT } else { 10 };
    if lease {
        // A clock that is set, or leaves the bound, is what no lease survives.
        faults.retain(|(fault, _)| ![Fault::ClockSet, Fault::ClockWild].contains(fault));
    }
    let patient = rng.chance(1, 3);
    let retry = match patient {
        true => most * rng.between(2, 4),
        false => least * rng.between(2, 10) / 8,
    };
    let clients = rng.between(2, 4) as u32;
    let lab = Options {
        raft: peer,
        sessions: sessions(&mut rng),
        reading: reading(&mut rng, lease),
        drift_percent,
        log_bytes_max: match rng.below(3) {
            0 => None,
            _ => Some(rng.between(100, 1_500)),
        },
        retry: Span::from_micros(retry),
        back_off: Span::from_micros(least * rng.between(1, 4) / 8),
        work: Some(work(&mut rng, most)),
        mutants: own,
    };
    let lab = options(&mut rng, lab);
    Plan {
        world: WorldOptions {
            nodes,
            groups: Groups::NONE,
            clients,
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
        own: ServicePlan { lease, patient },
    }
}

/// A few sessions end where there are more clerks than places.
fn sessions(rng: &mut Rng) -> Kept {
    match rng.below(4) {
        0 | 1 => Kept::Chosen,
        2 => Kept::Opened { most: rng.between(1, 4) as u32 },
        _ => Kept::Opened { most: 100 },
    }
}

/// How queries are answered.
pub fn reading(rng: &mut Rng, lease: bool) -> Reading {
    match rng.below(4) {
        0 => Reading::Log,
        1 => Reading::Follower,
        2 if lease => Reading::Lease,
        _ => Reading::ReadIndex,
    }
}

/// Clerks that wait a part of an election time-out between two calls.
pub fn work(rng: &mut Rng, most: u64) -> Work {
    let think_max = most * [1, 2, 4, 8][rng.below(4) as usize] / 4;
    Work {
        clerks: rng.between(1, 2) as u32,
        most: 1_000_000,
        think_min: Span::from_micros(think_max / 8),
        think_max: Span::from_micros(think_max),
        keys: rng.between(1, 3) as u32,
        hot_percent: 0,
        query_percent: rng.between(20, 60) as u32,
        own_key: false,
    }
}
