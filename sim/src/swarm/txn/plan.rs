//! What a seed decides of a store with transactions.

use netsplit_core::id::Groups;
use netsplit_core::raft::mutants::{Mutant as RaftMutant, Mutants as RaftMutants};
use netsplit_core::replicated::mutants::{Mutant as ServiceMutant, Mutants as ServiceMutants};
use netsplit_core::replicated::options::{Kept, Options as Replicated, Reading};
use netsplit_core::rng::Rng;
use netsplit_core::shardkv::mutants::{Mutant as ShardMutant, Mutants as ShardMutants};
use netsplit_core::shardkv::options::{By, Options as Sharded, Sharding};
use netsplit_core::time::Span;
use netsplit_core::txn::mutants::{Mutant, Mutants};
use netsplit_core::txn::options::{DecidedBy, Isolation, Options, Work, WorkKind};

use crate::labs::txn::TxnLab;
use crate::network::NetworkOptions;
use crate::swarm::faults::Fault;
use crate::swarm::plan::{self, Plan};
use crate::swarm::raft;
use crate::world::WorldOptions;

/// What a store with transactions alone wants to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TxnPlan {
    /// Changes of the configuration at most.
    pub changes_most: u64,
    /// A client that crashes starts again at once: what it has decided nobody else knows.
    pub clients_come_back: bool,
    /// Shards keep all versions, so that in the end all of the truth is known.
    pub keeps_all: bool,
}

/// What a seed decides.
pub(super) fn of_seed(seed: u64, mistakes: &[&str]) -> Plan<TxnLab> {
    let mut rng = plan::generator(seed);
    let (alone, groups) = groups(&mut rng);
    let nodes = alone + groups.servers();
    let of_raft = mistakes.iter().filter_map(|id| RaftMutant::from_id(id));
    let mut peer = raft::options(&mut rng, of_raft.fold(RaftMutants::NONE, RaftMutants::with));
    peer.quiet_start = peer.check_quorum;
    peer.chunk_bytes = peer.chunk_bytes.max(100);
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
    let decision = if rng.chance(1, 4) { DecidedBy::Client } else { DecidedBy::Group };
    let keeps_all = rng.chance(5, 6);
    let sharded = sharded(&mut rng, mistakes, peer);
    let lab = Options {
        sharded,
        isolation: Isolation::ALL[rng.below(3) as usize],
        decision,
        wound_wait: true,
        again: Span::from_micros(least * rng.between(1, 8) / 16),
        in_doubt: Span::from_micros(most * rng.between(1, 4) / 2),
        versions_max: if keeps_all { 10_000 } else { rng.between(1, 6) as u32 },
        attempts_max: [3, 50, 50][rng.below(3) as usize],
        work: Some(work(&mut rng, most)),
        mutants: mistakes
            .iter()
            .filter_map(|id| Mutant::from_id(id))
            .fold(Mutants::NONE, Mutants::with),
    };
    let own = TxnPlan {
        changes_most: rng.between(1, 8),
        clients_come_back: decision == DecidedBy::Client,
        keeps_all,
    };
    Plan {
        world: WorldOptions {
            nodes,
            groups,
            clients: rng.between(2, 4) as u32,
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
        own,
    }
}

/// How many servers the controller has, and which groups there are.
fn groups(rng: &mut Rng) -> (u32, Groups) {
    let alone = [1, 1, 3][rng.below(3) as usize];
    let count = [2, 2, 2, 3][rng.below(4) as usize];
    let size = [1, 2, 3, 3, 3][rng.below(5) as usize];
    (alone, Groups { count, size })
}

fn sharded(
    rng: &mut Rng,
    mistakes: &[&str],
    raft: netsplit_core::raft::options::Options,
) -> Sharded {
    let least = raft.election_min.micros();
    let of_shards = mistakes.iter().filter_map(|id| ShardMutant::from_id(id));
    let of_service = mistakes.iter().filter_map(|id| ServiceMutant::from_id(id));
    let replicated = Replicated {
        raft,
        sessions: Kept::ByService,
        reading: [Reading::Log, Reading::Follower, Reading::ReadIndex][rng.below(3) as usize],
        drift_percent: 10,
        log_bytes_max: match rng.below(3) {
            0 => None,
            _ => Some(rng.between(500, 8_000)),
        },
        retry: Span::from_micros(least * rng.between(2, 10) / 8),
        back_off: Span::from_micros(least * rng.between(1, 4) / 8),
        work: None,
        mutants: of_service.fold(ServiceMutants::NONE, ServiceMutants::with),
    };
    let by = if rng.chance(1, 4) { By::Hash } else { By::FirstByte };
    Sharded {
        replicated,
        sharding: Sharding { count: [2, 2, 3, 5, 10][rng.below(5) as usize], by },
        poll: Span::from_micros(least * rng.between(2, 8) / 8),
        mutants: of_shards.fold(ShardMutants::NONE, ShardMutants::with),
        ..Sharded::paper()
    }
}

/// Few keys, so that transactions meet; and so few transactions that all end.
fn work(rng: &mut Rng, most: u64) -> Work {
    let think_max = most * [1, 2, 4, 8][rng.below(4) as usize] / 8;
    Work {
        kind: if rng.chance(1, 3) { WorkKind::Bank } else { WorkKind::Lists },
        keys: rng.between(2, 6) as u32,
        ops_max: rng.between(1, 5) as u32,
        read_percent: rng.between(5, 50) as u32,
        most: rng.between(5, 30),
        think_min: Span::from_micros(think_max / 8),
        think_max: Span::from_micros(think_max),
    }
}
