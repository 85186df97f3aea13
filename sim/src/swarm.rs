//! The swarm: runs whose every option, fault and moment is drawn from one seed,
//! in search of a broken promise.
//!
//! A run has two phases. In the *safety phase* everything may go wrong that
//! a lab promises to survive: loss, duplication, reordering and delay, cuts in
//! one and both directions, crashes that keep any prefix of the pending saves
//! and any prefix of a torn append, pauses, slow and stalled disks, clocks
//! within ±10 %. What it does not promise to survive (an emptied disk, a disk
//! that lies, a clock beyond the bound) happens only to a minority, which is
//! then out for good. In the *liveness phase* a majority is healed and no more,
//! and must do what it is there for: Raft's elect, commit, agree and stay.
//!
//! What a lab brings to that is in [`lab`]; [`raft`] is the first. The plan of a run
//! is in [`plan`], what goes wrong in [`faults`], what is healed in the end in
//! [`liveness`], and what is counted in [`kind`], seen by [`watch`].
//! After VOPR of TigerBeetle and the simulation of FoundationDB.

pub mod driver;
pub mod faults;
pub mod fixed;
pub mod kind;
pub mod kv;
pub mod lab;
pub mod liveness;
pub mod mapreduce;
pub mod plan;
pub mod raft;
pub mod service;
pub mod shardctrl;
pub mod shardkv;
pub mod txn;
pub mod watch;

use std::fmt;
use std::rc::Rc;

use crate::fingerprint::Fingerprint;
use crate::labs::kv::KvLab;
use crate::labs::mapreduce::MapReduceLab;
use crate::labs::raft::RaftLab;
use crate::labs::shardctrl::ShardctrlLab;
use crate::labs::shardkv::ShardLab;
use crate::labs::txn::TxnLab;
use crate::minimize::minimize;
use crate::moment::Moment;
use crate::property::Violation;
use crate::scenario::Script;
use crate::scene::{Act, Scene};
use crate::trace::{Event, Tracer, Until};
use crate::world::WorldOptions;

use driver::Driver;
use kind::{Counts, Kind, Kinds};
use lab::SwarmLab;

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

/// What a run of the swarm came to, whatever its lab.
#[derive(Clone, Debug)]
pub struct Report {
    /// The lab.
    pub lab: &'static str,
    /// The seed.
    pub seed: u64,
    /// The mistakes that were made on purpose, by their ids.
    pub mistakes: Vec<&'static str>,
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
        format!("cargo xtask swarm {}", self.arguments())
    }

    /// The same behind the name of the command.
    pub fn arguments(&self) -> String {
        let mut line = format!("--lab {} --seed {}", self.lab, self.seed);
        for mistake in &self.mistakes {
            line.push_str(&format!(" --mutant {mistake}"));
        }
        line
    }
}

/// A run of the swarm, over, with all that it takes to repeat it.
#[derive(Clone, Debug)]
pub struct Played<L: SwarmLab> {
    /// What it came to.
    pub report: Report,
    /// What the world was made of.
    pub world: WorldOptions<L>,
    /// Everything that was done from outside.
    pub acts: Vec<Act>,
}

/// A run, and the small one that was made of it if it broke something.
pub type Reduced = (Report, Option<SmallScript>);

/// A run with its trace.
pub struct Traced {
    /// What it came to.
    pub report: Report,
    /// How many servers it has.
    pub nodes: u32,
    /// All that happens in it.
    pub events: Box<dyn Iterator<Item = Event>>,
}

/// A script with few acts that breaks what a run broke.
#[derive(Clone, Debug)]
pub struct SmallScript {
    /// The script.
    pub script: Script,
    /// What breaks.
    pub violation: Violation,
}

/// The swarm of a lab, with the lab's types taken away.
#[derive(Clone, Copy, Debug)]
pub struct Swarm {
    /// The lab's name.
    pub lab: &'static str,
    /// Everything that is counted; see [`SwarmLab::KINDS`].
    pub kinds: Kinds,
    /// A mistake of the lab by its id, in capitals.
    pub mistake: fn(&str) -> Option<&'static str>,
    run: fn(u64, &[&str]) -> Result<Report, CannotRun>,
    small: fn(u64, &[&str], u32) -> Result<Reduced, CannotRun>,
    trace: fn(u64, &[&str]) -> Result<Traced, CannotRun>,
}

/// All swarms. Apart from the words of the labs: the page knows those from its first
/// view on, and of the swarm only what a search needs.
pub const SWARMS: &[Swarm] = &[
    Swarm::of::<RaftLab>(),
    Swarm::of::<KvLab>(),
    Swarm::of::<ShardctrlLab>(),
    Swarm::of::<ShardLab>(),
    Swarm::of::<TxnLab>(),
    Swarm::of::<MapReduceLab>(),
];

/// The swarm of a lab, by the lab's name.
///
/// # Errors
/// When there is none.
pub fn of(lab: &str) -> Result<&'static Swarm, CannotRun> {
    let found = SWARMS.iter().find(|swarm| swarm.lab == lab);
    found.ok_or_else(|| CannotRun::NoSwarm(lab.to_owned()))
}

impl Swarm {
    const fn of<L: SwarmLab>() -> Swarm {
        Swarm {
            lab: L::NAME,
            kinds: L::KINDS,
            mistake: L::mistake,
            run: |seed, mistakes| Ok(play::<L>(seed, mistakes)?.report),
            small: |seed, mistakes, runs_most| {
                let played = play::<L>(seed, mistakes)?;
                let small = minimize(&played, runs_most).map(|small| {
                    let script = small.script();
                    SmallScript { script, violation: small.violation }
                });
                Ok((played.report, small))
            },
            trace: |seed, mistakes| {
                let played = play::<L>(seed, mistakes)?;
                let nodes = played.world.nodes;
                let scene = Scene::new(played.world, Rc::from([]), driver::limits());
                let until = Until::Moment(played.report.end);
                let events = Tracer::new(scene, Rc::from([]), played.acts, until);
                Ok(Traced { report: played.report, nodes, events: Box::new(events) })
            },
        }
    }

    /// Runs one seed, with mistakes by their ids.
    ///
    /// # Errors
    /// When the lab does not know one of the mistakes.
    pub fn run(&self, seed: u64, mistakes: &[&str]) -> Result<Report, CannotRun> {
        (self.run)(seed, mistakes)
    }

    /// Runs one seed, and makes a run small that breaks something, in at most
    /// `runs_most` runs.
    ///
    /// # Errors
    /// When the lab does not know one of the mistakes.
    pub fn small(
        &self,
        seed: u64,
        mistakes: &[&str],
        runs_most: u32,
    ) -> Result<Reduced, CannotRun> {
        (self.small)(seed, mistakes, runs_most)
    }

    /// Runs one seed, and tells all that happens in it.
    ///
    /// # Errors
    /// When the lab does not know one of the mistakes.
    pub fn trace(&self, seed: u64, mistakes: &[&str]) -> Result<Traced, CannotRun> {
        (self.trace)(seed, mistakes)
    }

    /// Runs many seeds, one after another.
    ///
    /// # Errors
    /// When the lab does not know one of the mistakes.
    pub fn sweep(
        &self,
        seeds: impl IntoIterator<Item = u64>,
        mistakes: &[&str],
    ) -> Result<Sweep, CannotRun> {
        let counts = Counts::default();
        let mut sweep = Sweep { kinds: self.kinds, runs: 0, steps: 0, counts, broken: Vec::new() };
        for seed in seeds {
            let report = self.run(seed, mistakes)?;
            sweep.runs += 1;
            sweep.steps += report.steps;
            sweep.counts.add(&report.counts);
            if report.broken.is_some() {
                sweep.broken.push(report);
            }
        }
        Ok(sweep)
    }
}

/// Many runs.
#[derive(Clone, Debug)]
pub struct Sweep {
    /// Everything that is counted.
    kinds: Kinds,
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
        self.counts.never(self.kinds)
    }
}

/// Why there is no run of the swarm.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CannotRun {
    /// There is no swarm for a lab of this name.
    NoSwarm(String),
    /// The lab knows no mistake of this id.
    NoMistake(&'static str, String),
}

impl fmt::Display for CannotRun {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CannotRun::NoSwarm(lab) => {
                let known: Vec<&str> = SWARMS.iter().map(|swarm| swarm.lab).collect();
                write!(f, "there is no swarm for `{lab}`; there is one for: {}", known.join(", "))
            }
            CannotRun::NoMistake(lab, id) => write!(f, "{lab} knows no mistake `{id}`"),
        }
    }
}

impl std::error::Error for CannotRun {}

/// What a run of the swarm was like when it showed what was looked for.
#[derive(Clone, Debug)]
pub struct Sighting<L: SwarmLab> {
    /// What the world was made of.
    pub world: WorldOptions<L>,
    /// Everything that was done from outside until then.
    pub acts: Vec<Act>,
    /// The moment before the step that showed it.
    pub before: Moment,
}

/// Runs one seed until it shows a kind of fault or state; `None` when it does not.
pub fn look_for<L: SwarmLab>(seed: u64, kind: Kind) -> Option<Sighting<L>> {
    let mut driver = Driver::new(L::plan(seed, &[]));
    driver.sought = Some(kind);
    driver.safety_phase();
    let before = driver.found?;
    Some(Sighting { world: driver.plan.world, acts: driver.acts, before })
}

/// Runs one seed, with mistakes by their ids.
///
/// # Errors
/// When the lab does not know one of the mistakes.
pub fn play<L: SwarmLab>(seed: u64, mistakes: &[&str]) -> Result<Played<L>, CannotRun> {
    let known =
        |id: &&str| L::mistake(id).ok_or_else(|| CannotRun::NoMistake(L::NAME, (*id).to_owned()));
    let mistakes: Vec<&'static str> = mistakes.iter().map(known).collect::<Result<_, _>>()?;
    let mut driver = Driver::new(L::plan(seed, &mistakes));
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
    let (lab, counts) = (L::NAME, driver.watch.counts);
    Ok(Played {
        report: Report { lab, seed, mistakes, broken, counts, steps, end, fingerprint },
        world: driver.plan.world,
        acts: driver.acts,
    })
}
