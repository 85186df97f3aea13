//! What a seed decides of the sharded store.

use netsplit_core::id::Groups;
use netsplit_core::raft::mutants::{Mutant as RaftMutant, Mutants as RaftMutants};
use netsplit_core::replicated::mutants::{Mutant as ServiceMutant, Mutants as ServiceMutants};
use netsplit_core::replicated::options::{Kept, Options as Replicated};
use netsplit_core::rng::Rng;
use netsplit_core::shardkv::mutants::{Mutant, Mutants};
use netsplit_core::shardkv::options::{By, Options, Sharding};
use netsplit_core::time::Span;

use crate::labs::shardkv::ShardLab;
use crate::network::NetworkOptions;
use crate::swarm::faults::Fault;
use crate::swarm::plan::{self, Plan};
use crate::swarm::raft;
use crate::swarm::service::plan::{DRIFT, reading, work};
use crate::world::WorldOptions;

/// What the sharded store alone wants to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ShardPlan {
    /// Servers may read by lease: clocks stay within the bound that it is shortened by.
    pub lease: bool,
    /// How many keys are asked for.
    pub keys: u32,
    /// Changes of the configuration at most.
    pub changes_most: u64,
}

/// What a seed decides.
pub(super) fn of_seed(seed: u64, mistakes: &[&str]) -> Plan<ShardLab> {
    let mut rng = plan::generator(seed);
    let (alone, groups) = groups(&mut rng);
    let nodes = alone + groups.servers();
    let own = mistakes.iter().filter_map(|id| Mutant::from_id(id));
    let of_service = mistakes.iter().filter_map(|id| ServiceMutant::from_id(id));
    let of_raft = mistakes.iter().filter_map(|id| RaftMutant::from_id(id));
    let mut peer = raft::options(&mut rng, of_raft.fold(RaftMutants::NONE, RaftMutants::with));
    peer.quiet_start = peer.check_quorum;
    // A shard is a few hundred bytes: in pieces of seven its snapshot is all that a run does.
    peer.chunk_bytes = peer.chunk_bytes.max(40);
    let (least, most) = (peer.election_min.micros(), peer.election_max.micros());
    let links = plan::links(&mut rng, least);
    let save_takes = plan::save_takes(&mut rng, least);
    let mut faults = plan::faults(&mut rng);
    faults.retain(|(fault, _)| *fault != Fault::Scheme);
    if rng.chance(2, 3) {
        faults.push((Fault::Scheme, [2, 4, 8][rng.below(3) as usize]));
    }
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
    let keys = rng.between(1, 10) as u32;
    let replicated = Replicated {
        raft: peer,
        sessions: Kept::ByService,
        reading: reading(&mut rng, lease),
        drift_percent,
        log_bytes_max: match rng.below(3) {
            0 => None,
            _ => Some(rng.between(200, 3_000)),
        },
        retry: Span::from_micros(least * rng.between(2, 10) / 8),
        back_off: Span::from_micros(least * rng.between(1, 4) / 8),
        work: Some(work(&mut rng, most)).filter(|_| rng.chance(4, 5)).map(|mut work| {
            work.keys = keys;
            work
        }),
        mutants: of_service.fold(ServiceMutants::NONE, ServiceMutants::with),
    };
    let lab = Options {
        replicated,
        sharding: sharding(&mut rng),
        poll: Span::from_micros(least * rng.between(2, 8) / 8),
        mutants: own.fold(Mutants::NONE, Mutants::with),
        ..Options::paper()
    };
    let changes_most = rng.between(2, 12);
    Plan {
        world: WorldOptions {
            nodes,
            groups,
            clients: rng.between(2, 3) as u32,
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
        own: ShardPlan { lease, keys, changes_most },
    }
}

/// How many servers the controller has, and which groups there are.
fn groups(rng: &mut Rng) -> (u32, Groups) {
    let alone = [1, 3, 3, 3][rng.below(4) as usize];
    let count = [2, 2, 3, 3, 3, 4][rng.below(6) as usize];
    let size = [1, 2, 3, 3, 3, 3][rng.below(6) as usize];
    (alone, Groups { count, size })
}

fn sharding(rng: &mut Rng) -> Sharding {
    let by = if rng.chance(1, 4) { By::Hash } else { By::FirstByte };
    Sharding { count: [1, 2, 3, 5, 10, 12][rng.below(6) as usize], by }
}
