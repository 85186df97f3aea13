//! Other luck, and runs that show something.

use netsplit_sim::find::{Ground, Mark};
use netsplit_sim::link::Link;
use netsplit_sim::moment::Moment;
use netsplit_sim::trial::Case;

use super::Model;
use crate::state::action::Float;
use crate::state::opening::Opening;
use crate::state::trying::{Ended, Hunt, Wall};

impl Model {
    /// True while runs are made for the dialog that is open.
    pub(super) fn tries(&self) -> bool {
        match self.float {
            Float::Luck => self.wall.as_ref().is_some_and(Wall::goes_on),
            Float::Find => self.hunt.as_ref().is_some_and(Hunt::goes_on),
            _ => false,
        }
    }

    /// Goes on with them. True when there is something new to be seen.
    pub(super) fn go_on_trying(&mut self, steps: u64) -> bool {
        match (self.float, &mut self.wall, &mut self.hunt) {
            (Float::Luck, Some(wall), _) => wall.advance(steps),
            (Float::Find, _, Some(hunt)) => {
                let news = hunt.advance(steps);
                if let Some(Ended::Found(found)) = &hunt.ended {
                    let (seed, tried) = (found.seed, found.tried);
                    let (link, what) = (found.link.clone(), hunt.search.mark().sentence);
                    let count = if tried == 1 { "1 seed" } else { &format!("{tried} seeds") };
                    let told = format!("Found in seed {seed}, after {count}: one step on, {what}.");
                    self.open_tried(&link, what, Some(told));
                    return true;
                }
                news
            }
            _ => false,
        }
    }

    /// Opens the wall of other luck for what is on the page.
    pub(super) fn try_luck(&mut self) {
        let case = Case::new(self.play.link(true), self.play.run.edge().at);
        let known = self.wall.as_ref().is_some_and(|wall| wall.case == case && wall.goes_on());
        if !known {
            self.wall = Some(Wall::new(case, self.view.moment));
        }
        self.float = Float::Luck;
    }

    /// Opens a run of the wall, at the moment that was shown.
    pub(super) fn open_lot(&mut self, seed: u64) {
        let Some(wall) = &self.wall else { return };
        // Steps of one instant are those of one run only.
        let own = seed == wall.case.link.seed;
        let moment = if own { wall.moment } else { Moment::after(wall.moment.at) };
        let link = wall.case.link_to(seed, moment);
        self.open_tried(&link, "other luck", None);
    }

    /// Looks for a run that shows something: in what is on the page under other
    /// seeds, or anywhere.
    pub(super) fn find(&mut self, mark: &str, anywhere: bool) {
        let Some(mark) = Mark::by_id(mark) else { return };
        let ground = match anywhere {
            true => Ground::Swarm(self.play.run.lab()),
            false => Ground::of(self.play.link(true), self.play.run.edge().at),
        };
        self.hunt = Some(Hunt::new(mark, ground));
        self.float = Float::Find;
    }

    /// Stops what is being tried.
    pub(super) fn stop_trying(&mut self) {
        if let Some(wall) = &mut self.wall {
            wall.stop();
        }
        if let Some(hunt) = self.hunt.as_mut().filter(|hunt| hunt.goes_on()) {
            hunt.ended = Some(Ended::Stopped);
        }
    }

    /// Opens a run that was tried, paused, next to the one shown.
    fn open_tried(&mut self, link: &Link, what: &str, told: Option<String>) {
        match Opening::of_text(&link.to_string()) {
            Ok(opening) => {
                let name = format!("{what}, seed {}", link.seed);
                self.opening = Some(opening.beside(name, told));
                self.float = Float::Nothing;
                self.playback.playing = false;
            }
            Err(why) => self.cannot_open(why),
        }
    }
}
