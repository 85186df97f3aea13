//! Find a run where …: seeds are tried, one after another, until one shows what
//! is looked for, and the run is opened just before.
//!
//! What can be looked for are [`MARKS`]: states that the swarm proves to be
//! reached. They are looked for in one run under other seeds, or where anything
//! may go wrong, in runs of the swarm.

mod marks;
#[cfg(test)]
mod tests;

use std::fmt::Debug;

use netsplit_core::time::{Span, Time};

use crate::course::CourseLab;
use crate::link::{Link, What};
use crate::minimize;
use crate::moment::Moment;
use crate::open::CannotOpen;
use crate::swarm;
use crate::swarm::kind::Kind;
use crate::swarm::lab::SwarmLab;
use crate::swarm::watch::Watch;
use crate::trial::{self, Case, Trial};

pub use marks::{MARKS, Mark};

/// How long a run is looked at, at least.
const LENGTH: Span = Span::from_millis(5_000);

/// Where it is looked for.
#[derive(Clone, Debug)]
pub enum Ground {
    /// In this run with its acts, under other seeds.
    Case(Case),
    /// In runs of the swarm of a lab, where anything may go wrong.
    Swarm(&'static str),
}

impl Ground {
    /// A run under other seeds, long enough for something to happen.
    pub fn of(link: Link, until: Time) -> Ground {
        Ground::Case(Case::new(link, until.max(Time::ZERO + LENGTH)))
    }

    /// The lab whose runs these are.
    pub fn lab(&self) -> Option<&'static str> {
        match self {
            Ground::Case(case) => case.link.lab().map(|lab| lab.name),
            Ground::Swarm(lab) => Some(lab),
        }
    }

    /// How many seeds are tried before it is given up.
    pub fn seeds_most(&self) -> u64 {
        match self {
            Ground::Case(_) => 2_000,
            Ground::Swarm(_) => 400,
        }
    }
}

/// A search in motion.
#[derive(Debug)]
pub struct Search {
    mark: &'static Mark,
    ground: Ground,
    /// Seeds that were tried to their end.
    tried: u64,
    /// The run that is looked at.
    look: Option<Box<dyn Looks>>,
}

/// How far a search got.
#[derive(Clone, Debug, PartialEq)]
pub enum Progress {
    /// It goes on.
    Going,
    /// A run shows it.
    Found(Box<Found>),
    /// None of the seeds that may be tried does.
    Nowhere,
}

/// A run that shows what was looked for.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// Its seed.
    pub seed: u64,
    /// How many seeds were tried, with this one.
    pub tried: u64,
    /// The link to the moment before the step that shows it.
    pub link: Link,
}

impl Search {
    /// A search that has not begun.
    pub fn new(mark: &'static Mark, ground: Ground) -> Search {
        Search { mark, ground, tried: 0, look: None }
    }

    /// What is looked for.
    pub fn mark(&self) -> &'static Mark {
        self.mark
    }

    /// Where.
    pub fn ground(&self) -> &Ground {
        &self.ground
    }

    /// How many seeds were tried in vain.
    pub fn tried(&self) -> u64 {
        self.tried
    }

    /// Goes on, by about so many steps; in the swarm, by one seed.
    ///
    /// # Errors
    /// What is wrong with the run that is to be looked at.
    pub fn advance(&mut self, steps: u64) -> Result<Progress, CannotOpen> {
        if self.tried >= self.ground.seeds_most() {
            return Ok(Progress::Nowhere);
        }
        let (seed, found) = match &self.ground {
            Ground::Swarm(lab) => {
                let tried = trial::tried(lab).ok_or(CannotOpen::NoLab((*lab).to_owned()))?;
                let seed = self.tried + 1;
                (seed, (tried.sight)(seed, self.mark.kind))
            }
            Ground::Case(case) => {
                let Some(look) = &mut self.look else {
                    // Its own seed comes first, then the shortest.
                    let seed = if self.tried == 0 { case.link.seed } else { self.tried };
                    self.look = Some((case.tried()?.look)(case, seed, self.mark.kind)?);
                    return Ok(Progress::Going);
                };
                if !look.advance(steps) {
                    return Ok(Progress::Going);
                }
                let (seed, before) = (look.seed(), look.before());
                self.look = None;
                (seed, before.map(|before| case.link_to(seed, before)))
            }
        };
        self.tried += 1;
        let found = found.map(|link| Box::new(Found { seed, tried: self.tried, link }));
        Ok(found.map_or(Progress::Going, Progress::Found))
    }
}

/// A run that is looked at, whatever its lab.
pub(crate) trait Looks: Debug {
    /// Its seed.
    fn seed(&self) -> u64;
    /// Runs on, at most about so many steps. True when it shows what is looked for,
    /// or is at its end.
    fn advance(&mut self, steps: u64) -> bool;
    /// The moment before the step that showed it.
    fn before(&self) -> Option<Moment>;
}

/// A run of a lab that is looked at, and what was seen in it.
#[derive(Debug)]
pub(crate) struct Look<L: CourseLab + SwarmLab> {
    trial: Trial<L>,
    kind: Kind,
    watch: Option<Watch<L>>,
    before: Option<Moment>,
}

impl<L: CourseLab + SwarmLab> Look<L> {
    pub(crate) fn new(case: &Case, seed: u64, kind: Kind) -> Result<Look<L>, CannotOpen> {
        Ok(Look { trial: case.trial(seed)?, kind, watch: None, before: None })
    }
}

impl<L: CourseLab + SwarmLab> Looks for Look<L> {
    fn seed(&self) -> u64 {
        self.trial.seed()
    }

    fn advance(&mut self, steps: u64) -> bool {
        let Look { trial, kind, watch, before } = self;
        trial.advance(steps, |moment, world| {
            let watch = watch.get_or_insert_with(|| Watch::new(world));
            watch.observe(world);
            *before = (watch.counts.of(*kind) > 0).then_some(moment);
            before.is_some()
        })
    }

    fn before(&self) -> Option<Moment> {
        self.before
    }
}

/// The run of the swarm of a seed as a link, if it shows what is looked for: its
/// script holds what was done.
pub(crate) fn sight<L: SwarmLab>(seed: u64, kind: Kind) -> Option<Link> {
    let sighting = swarm::look_for::<L>(seed, kind)?;
    let script = minimize::script(&sighting.world, &sighting.acts);
    let what = What::Written(script.to_string());
    Some(Link { moment: sighting.before, ..Link::to(what, sighting.world.seed) })
}
