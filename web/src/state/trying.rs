//! One thing under many seeds: the wall of other luck, and the search for a run
//! that shows something. Both go on a little in each frame while their dialog is
//! open, and can be stopped.

#[cfg(test)]
mod tests;

use netsplit_sim::find::{Found, Ground, Mark, Progress, Search};
use netsplit_sim::luck::{Draw, Lot, SEEDS};
use netsplit_sim::moment::Moment;
use netsplit_sim::trial::Case;

use super::opening::sentence;

/// The wall: the same acts under other seeds.
pub struct Wall {
    /// What is run.
    pub case: Case,
    /// The moment that a click opens.
    pub moment: Moment,
    /// What the runs came to so far, in the order of their seeds.
    pub lots: Vec<Lot>,
    /// Why it went no further.
    pub trouble: Option<String>,
    seeds: Vec<u64>,
    draw: Option<Draw>,
    stopped: bool,
}

impl Wall {
    /// A wall of a case, still empty.
    pub fn new(case: Case, moment: Moment) -> Wall {
        let seeds = case.seeds(SEEDS);
        Wall { case, moment, lots: Vec::new(), trouble: None, seeds, draw: None, stopped: false }
    }

    /// How many runs it will have.
    pub fn count(&self) -> usize {
        self.seeds.len()
    }

    /// True while there are runs to be made.
    pub fn goes_on(&self) -> bool {
        !self.stopped && self.trouble.is_none() && self.lots.len() < self.seeds.len()
    }

    /// Makes no more runs; what is there stays.
    pub fn stop(&mut self) {
        (self.stopped, self.draw) = (true, None);
    }

    /// Goes on by about so many steps. True when another run is there.
    pub fn advance(&mut self, steps: u64) -> bool {
        if !self.goes_on() {
            return false;
        }
        let fresh = |wall: &Wall| Draw::new(&wall.case, wall.seeds[wall.lots.len()]);
        match self.draw.take().map_or_else(|| fresh(self), Ok) {
            Err(why) => self.trouble = Some(sentence(why)),
            Ok(mut draw) => {
                if !draw.advance(steps) {
                    self.draw = Some(draw);
                    return false;
                }
                self.lots.extend(draw.lot());
            }
        }
        true
    }
}

/// A search for a run that shows something.
pub struct Hunt {
    /// The search.
    pub search: Search,
    /// How it ended, if it has.
    pub ended: Option<Ended>,
}

/// How a search ended.
#[derive(Clone, Debug, PartialEq)]
pub enum Ended {
    /// A run shows it.
    Found(Box<Found>),
    /// None of those that were tried does.
    Nowhere,
    /// A person stopped it.
    Stopped,
    /// It cannot be looked for.
    Trouble(String),
}

impl Hunt {
    /// A search that has not begun.
    pub fn new(mark: &'static Mark, ground: Ground) -> Hunt {
        Hunt { search: Search::new(mark, ground), ended: None }
    }

    /// True until it has ended.
    pub fn goes_on(&self) -> bool {
        self.ended.is_none()
    }

    /// Goes on by about so many steps. True when there is something new to say.
    pub fn advance(&mut self, steps: u64) -> bool {
        if !self.goes_on() {
            return false;
        }
        let tried = self.search.tried();
        self.ended = match self.search.advance(steps) {
            Ok(Progress::Going) => None,
            Ok(Progress::Found(found)) => Some(Ended::Found(found)),
            Ok(Progress::Nowhere) => Some(Ended::Nowhere),
            Err(why) => Some(Ended::Trouble(sentence(why))),
        };
        self.search.tried() > tried || self.ended.is_some()
    }
}
