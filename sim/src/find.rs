//! Find a run where …: seeds are tried, one after another, until one shows what
//! is looked for, and the run is opened just before.
//!
//! What can be looked for are [`MARKS`]: states that the swarm proves to be
//! reached. They are looked for in one run under other seeds, or where anything
//! may go wrong, in runs of the swarm.

mod marks;
#[cfg(test)]
mod tests;

use netsplit_core::time::{Span, Time};

use crate::link::{Link, What};
use crate::minimize;
use crate::open::CannotOpen;
use crate::swarm;
use crate::swarm::watch::Watch;
use crate::trial::{Case, Trial};

pub use marks::{MARKS, Mark};

/// How long a run is looked at, at least.
const LENGTH: Span = Span::from_millis(5_000);

/// Where it is looked for.
#[derive(Clone, Debug)]
pub enum Ground {
    /// In this run with its acts, under other seeds.
    Case(Case),
    /// In runs of the swarm, where anything may go wrong.
    Swarm,
}

impl Ground {
    /// A run under other seeds, long enough for something to happen.
    pub fn of(link: Link, until: Time) -> Ground {
        Ground::Case(Case::new(link, until.max(Time::ZERO + LENGTH)))
    }

    /// How many seeds are tried before it is given up.
    pub fn seeds_most(&self) -> u64 {
        match self {
            Ground::Case(_) => 2_000,
            Ground::Swarm => 400,
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
    /// The run that is looked at, and what was seen in it.
    trial: Option<(Trial, Option<Watch>)>,
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
        Search { mark, ground, tried: 0, trial: None }
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
            Ground::Swarm => {
                let seed = self.tried + 1;
                let sighting = swarm::look_for(seed, self.mark.kind);
                (seed, sighting.map(|sighting| link_to(&sighting)))
            }
            Ground::Case(case) => {
                let Some((trial, watch)) = &mut self.trial else {
                    // Its own seed comes first, then the shortest.
                    let seed = if self.tried == 0 { case.link.seed } else { self.tried };
                    let trial = case.trial(seed)?;
                    self.trial = Some((trial, None));
                    return Ok(Progress::Going);
                };
                let mut before = None;
                let over = trial.advance(steps, |moment, world| {
                    let election_max = world.options().lab.election_max;
                    let fresh = || Watch::new(world.node_count(), election_max);
                    let watch = watch.get_or_insert_with(fresh);
                    watch.observe(world);
                    before = (watch.counts.of(self.mark.kind) > 0).then_some(moment);
                    before.is_some()
                });
                if !over {
                    return Ok(Progress::Going);
                }
                let seed = trial.seed();
                self.trial = None;
                (seed, before.map(|before| case.link_to(seed, before)))
            }
        };
        self.tried += 1;
        let found = found.map(|link| Box::new(Found { seed, tried: self.tried, link }));
        Ok(found.map_or(Progress::Going, Progress::Found))
    }
}

/// A run of the swarm as a link: its script holds what was done.
fn link_to(sighting: &swarm::Sighting) -> Link {
    let script = minimize::script(&sighting.world, &sighting.acts);
    let what = What::Written(script.to_string());
    Link { moment: sighting.before, ..Link::to(what, sighting.world.seed) }
}
