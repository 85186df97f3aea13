//! What a seed decides of a MapReduce.

use netsplit_core::id::Groups;
use netsplit_core::mapreduce::mutants::{Mutant, Mutants};
use netsplit_core::mapreduce::options::{Costs, Detection, DiskModel, Options as Machines};
use netsplit_core::rng::Rng;
use netsplit_core::time::Span;

use crate::labs::mapreduce::MapReduceLab;
use crate::labs::mapreduce::costs::CORE_EACH;
use crate::labs::mapreduce::input::Input;
use crate::labs::mapreduce_options::Options;
use crate::network::NetworkOptions;
use crate::swarm::faults::Fault;
use crate::swarm::plan::{self, Plan};
use crate::world::WorldOptions;

/// Bytes that a map task writes for each that it reads, at most: the ranks of pages.
pub(super) const EMITTED: u64 = 4;

/// What is not done to a MapReduce: nothing is promised of disks that lie or are emptied while all
/// that was done is on them, and time-outs say nothing where clocks are set.
const LEFT_OUT: [Fault; 5] =
    [Fault::Wipe, Fault::Lie, Fault::ClockWild, Fault::ClockSet, Fault::Usurp];

/// What a seed decides.
pub(super) fn of_seed(seed: u64, mistakes: &[&str]) -> Plan<MapReduceLab> {
    let mut rng = plan::generator(seed);
    let nodes = rng.between(3, 6) as u32;
    let ping = rng.between(50_000, 200_000);
    let time_out = ping * rng.between(4, 10);
    let links = plan::links(&mut rng, ping);
    let save_takes = plan::save_takes(&mut rng, ping);
    let mut faults = plan::faults(&mut rng);
    faults.retain(|(fault, _)| !LEFT_OUT.contains(fault) && *fault != Fault::Scheme);
    faults.push((Fault::Scheme, [2, 4, 8][rng.below(3) as usize]));
    let (fault_every, ask_every) = plan::paces(&mut rng, time_out);
    let unsafe_for = Span::from_micros(time_out * rng.between(4, 20));
    let mend = rng.between(30, 70);
    let late_most = Span::from_micros(time_out * rng.between(1, 4));
    let lab = options(&mut rng, (ping, time_out), mistakes);
    Plan {
        world: WorldOptions {
            nodes,
            groups: Groups::NONE,
            clients: 1,
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
        burst_max: 1,
        unsafe_for,
        late_most,
        out_most: 0,
        own: (),
    }
}

/// Jobs with their inputs.
const JOBS: [(&str, Input); 9] = [
    ("wc", Input::Corpus),
    ("wc", Input::Skew),
    ("indexer", Input::Corpus),
    ("grep", Input::Corpus),
    ("url-count", Input::Log),
    ("reverse-links", Input::Graph),
    ("sort", Input::Records),
    ("page-rank", Input::Graph),
    ("fragile-wc", Input::Fragile),
];

fn options(rng: &mut Rng, (ping, time_out): (u64, u64), mistakes: &[&str]) -> Options {
    let (job, input) = JOBS[rng.below(JOBS.len() as u64) as usize];
    let mut switch = |times: u64| rng.chance(times, 4);
    let (backup, locality, combine, overlap, checkpoint, cost, shared, pings) =
        (switch(2), switch(2), switch(2), switch(2), switch(3), switch(3), switch(2), switch(2));
    let mutants = mistakes.iter().filter_map(|id| Mutant::from_id(id));
    let machines = Machines {
        splits: Vec::new(),
        parts: rng.between(1, 5) as u32,
        rounds: if job == "page-rank" { rng.between(1, 3) as u32 } else { 1 },
        disk: if shared { DiskModel::Shared } else { DiskModel::Local },
        detection: if pings { Detection::Ping } else { Detection::Deadline },
        time_out: Span::from_micros(time_out),
        ping: Span::from_micros(ping),
        retry: Span::from_micros(ping * rng.between(1, 3)),
        backup,
        locality,
        combine,
        skip: true,
        overlap,
        checkpoint,
        start: Span::from_micros([0, 0, ping][rng.below(3) as usize]),
        costs: Costs { map: 50, sort: 25, reduce: 25 },
        // A task takes a part of the time-out, so that most attempts are done in time.
        // What ranks of pages give to each other grows with every job of the chain.
        scale: (time_out * rng.between(1, 6) / if job == "page-rank" { 20_000 } else { 4_000 })
            .max(1),
        mutants: mutants.fold(Mutants::NONE, Mutants::with),
    };
    let mut lab = Options {
        machines,
        job: job.to_owned(),
        input,
        splits: rng.between(2, 9) as u32,
        bytes: [300, 600, 1_200][rng.below(3) as usize],
        replicas: rng.between(0, 3) as u32,
        cost,
        bad_disk: Vec::new(),
    };
    // What nobody can read for two time-outs is taken for lost, also where it is only slow: nothing
    // is promised of a job whose buckets take longer.
    let m = &mut lab.machines;
    if (m.disk, m.detection, cost) == (DiskModel::Local, Detection::Deadline, true) {
        let bytes = u64::from(lab.splits) * lab.bytes * EMITTED / u64::from(m.parts);
        m.scale = m.scale.min((time_out * CORE_EACH / 1_000_000 / bytes).max(1));
    }
    lab
}
