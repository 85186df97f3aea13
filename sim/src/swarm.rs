//! The swarm: runs whose every option, fault and moment is drawn from one seed,
//! in search of a broken promise.
//!
//! A run has two phases. In the *safety phase* everything may go wrong that
//! Raft promises to survive: loss, duplication, reordering and delay, cuts in
//! one and both directions, crashes that keep any prefix of the pending saves
//! and any prefix of a torn append, pauses, slow and stalled disks, clocks
//! within ±10 %. What it does not promise to survive (an emptied disk, a disk
//! that lies, a clock beyond the bound) happens only to a minority, which is
//! then out for good. In the *liveness phase* a majority is healed and no more,
//! and must elect, commit, agree and stay.
//!
//! The plan of a run is in [`plan`], what goes wrong in [`faults`], what is
//! demanded in the end in [`liveness`], and what is counted in [`watch`].
//! After VOPR of TigerBeetle and the simulation of FoundationDB.

mod driver;
pub mod faults;
pub mod fixed;
pub mod liveness;
pub mod plan;
mod schemes;
mod service;
pub mod watch;

use std::fmt;

use netsplit_core::raft::mutants::Mutants;

use crate::fingerprint::Fingerprint;
use crate::labs::raft::RaftLab;
use crate::moment::Moment;
use crate::property::Violation;
use crate::scene::Act;
use crate::world::WorldOptions;

use driver::Driver;
use plan::Plan;
use watch::{Counts, Kind};

pub use fixed::fingerprints;

/// What broke a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken {
    /// The property, by its short name.
    pub property: &'static str,
    /// When.
    pub moment: Moment,
    /// The witness; `None` for what should have come and did not.
    pub witness: Option<Violation>,
}

/// A run of the swarm, over.
#[derive(Clone, Debug)]
pub struct Report {
    /// The seed.
    pub seed: u64,
    /// The mistakes that were made on purpose.
    pub mutants: Mutants,
    /// What the world was made of.
    pub world: WorldOptions<RaftLab>,
    /// Everything that was done from outside.
    pub acts: Vec<Act>,
    /// What broke, if anything did.
    pub broken: Option<Broken>,
    /// What really happened.
    pub counts: Counts,
    /// Steps made.
    pub steps: u64,
    /// The last moment.
    pub end: Moment,
    /// Everything that happened, as one number.
    pub fingerprint: Fingerprint,
}

impl Report {
    /// The command line that repeats the run.
    pub fn command(&self) -> String {
        let mut line = format!("cargo xtask swarm --lab raft --seed {}", self.seed);
        for mutant in self.mutants.iter() {
            line.push_str(&format!(" --mutant {}", mutant.id()));
        }
        line
    }
}

/// Many runs.
#[derive(Clone, Debug, Default)]
pub struct Sweep {
    /// How many.
    pub runs: u64,
    /// Steps of all of them.
    pub steps: u64,
    /// What really happened in all of them.
    pub counts: Counts,
    /// Those that broke something.
    pub broken: Vec<Report>,
}

impl Sweep {
    /// Kinds of faults and states that never happened: with enough seeds, a
    /// failure too, since nothing is proven about them.
    pub fn never(&self) -> Vec<Kind> {
        self.counts.never()
    }
}

/// Runs many seeds, one after another.
///
/// # Errors
/// When there is no swarm for the lab.
pub fn sweep(
    lab: &str,
    seeds: impl IntoIterator<Item = u64>,
    mutants: Mutants,
) -> Result<Sweep, NoSwarm> {
    let mut sweep = Sweep::default();
    for seed in seeds {
        let report = run(lab, seed, mutants)?;
        sweep.runs += 1;
        sweep.steps += report.steps;
        sweep.counts.add(&report.counts);
        if report.broken.is_some() {
            sweep.broken.push(report);
        }
    }
    Ok(sweep)
}

/// There is no swarm for a lab of this name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoSwarm(pub String);

impl fmt::Display for NoSwarm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "there is no swarm for `{}`; there is one for: raft", self.0)
    }
}

impl std::error::Error for NoSwarm {}

/// What a run of the swarm was like when it showed what was looked for.
#[derive(Clone, Debug)]
pub struct Sighting {
    /// What the world was made of.
    pub world: WorldOptions<RaftLab>,
    /// Everything that was done from outside until then.
    pub acts: Vec<Act>,
    /// The moment before the step that showed it.
    pub before: Moment,
}

/// Runs one seed until it shows a kind of fault or state; `None` when it does not.
pub fn look_for(seed: u64, kind: Kind) -> Option<Sighting> {
    let mut driver = Driver::new(Plan::of_seed(seed, Mutants::NONE));
    driver.sought = Some(kind);
    driver.safety_phase();
    let before = driver.found?;
    Some(Sighting { world: driver.plan.world, acts: driver.acts, before })
}

/// Runs one seed.
///
/// # Errors
/// When there is no swarm for the lab.
pub fn run(lab: &str, seed: u64, mutants: Mutants) -> Result<Report, NoSwarm> {
    if lab != "raft" {
        return Err(NoSwarm(lab.to_owned()));
    }
    let mut driver = Driver::new(Plan::of_seed(seed, mutants));
    driver.safety_phase();
    let mut stuck = if driver.goes_on() { driver.liveness_phase().err() } else { None };
    if driver.exhausted {
        stuck = Some(liveness::property::TRAFFIC);
    }
    let world = &driver.scene.world;
    let (steps, end, fingerprint) = (world.steps(), world.moment(), world.fingerprint());
    let witness = driver.scene.broken().first().cloned();
    let broken = match (witness, stuck) {
        (Some(witness), _) => Some(Broken {
            property: witness.property,
            moment: witness.moment,
            witness: Some(witness),
        }),
        (None, Some(property)) => Some(Broken { property, moment: end, witness: None }),
        (None, None) => None,
    };
    Ok(Report {
        seed,
        mutants,
        world: driver.plan.world,
        acts: driver.acts,
        broken,
        counts: driver.watch.counts,
        steps,
        end,
        fingerprint,
    })
}
