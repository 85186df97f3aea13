//! Same acts, other luck: one run with its acts under many seeds, and what each
//! of them came to.
//!
//! A [`Draw`] is one of the runs in motion, a [`Lot`] what it came to. Whoever
//! draws decides how much at a time: a page a little in each frame, the command
//! line all at once.

#[cfg(test)]
mod tests;

use std::fmt::Debug;

use netsplit_core::id::NodeId;
use netsplit_core::time::Time;

use crate::course::CourseLab;
use crate::fingerprint::Fingerprint;
use crate::lab::Lab;
use crate::open::CannotOpen;
use crate::property::Violation;
use crate::run::Standing;
use crate::trial::{Case, Trial};
use crate::verb::Glance;
use crate::world::World;

/// How many seeds a wall has.
pub const SEEDS: u64 = 24;

/// One run in motion, whatever its lab.
#[derive(Debug)]
pub struct Draw(Box<dyn Draws>);

impl Draw {
    /// The run of a case under a seed, at its start.
    ///
    /// # Errors
    /// What is wrong with the case.
    pub fn new(case: &Case, seed: u64) -> Result<Draw, CannotOpen> {
        (case.tried()?.draw)(case, seed).map(Draw)
    }

    /// Runs on, at most about so many steps. True when it is at its end.
    pub fn advance(&mut self, steps: u64) -> bool {
        self.0.advance(steps)
    }

    /// What it came to; `None` while a director still decides what is done.
    pub fn lot(self) -> Option<Lot> {
        self.0.lot()
    }
}

/// What a draw is once the types of its lab are taken away.
pub(crate) trait Draws: Debug {
    /// See [`Draw::advance`].
    fn advance(&mut self, steps: u64) -> bool;
    /// See [`Draw::lot`].
    fn lot(self: Box<Self>) -> Option<Lot>;
}

/// A draw of a lab.
#[derive(Debug)]
pub(crate) struct Drawing<L: CourseLab> {
    trial: Trial<L>,
    lanes: Vec<Lane>,
}

/// How a node stood from each of these times on.
pub type Lane = Vec<(Time, Standing)>;

impl<L: CourseLab> Drawing<L> {
    pub(crate) fn new(case: &Case, seed: u64) -> Result<Drawing<L>, CannotOpen> {
        Ok(Drawing { trial: case.trial(seed)?, lanes: Vec::new() })
    }
}

impl<L: CourseLab> Draws for Drawing<L> {
    fn advance(&mut self, steps: u64) -> bool {
        let lanes = &mut self.lanes;
        self.trial.advance(steps, |_, world| {
            write_down(lanes, world);
            false
        })
    }

    fn lot(self: Box<Self>) -> Option<Lot> {
        let scene = self.trial.scene()?;
        let world = &scene.world;
        Some(Lot {
            seed: self.trial.seed(),
            outcome: Outcome::of(world),
            term: last_term(world),
            lanes: self.lanes,
            broken: scene.broken().to_vec(),
            undone: scene.skipped().len() as u32,
            end: world.now(),
            fingerprint: world.fingerprint(),
        })
    }
}

/// How the servers stand after a step, where that is new.
fn write_down<L: Lab>(lanes: &mut Vec<Lane>, world: &World<L>) {
    lanes.resize_with(world.servers().count(), Lane::new);
    for (lane, id) in lanes.iter_mut().zip(world.servers()) {
        let node = world.node(id);
        let glance = node.machine().map(L::glance).unwrap_or_default();
        let (up, paused) = (node.is_up(), node.is_paused());
        let standing = Standing { up, paused, leads: glance.leads, term: glance.term };
        if lane.last().is_none_or(|(_, last)| *last != standing) {
            lane.push((world.now(), standing));
        }
    }
}

/// The servers that run, each at a glance.
fn glances<L: Lab>(world: &World<L>) -> impl Iterator<Item = (NodeId, &L::Node, Glance)> {
    let running = |id| Some((id, world.node(id).machine()?));
    world.servers().filter_map(running).map(|(id, machine)| (id, machine, L::glance(machine)))
}

/// The highest term of a node that runs.
fn last_term<L: Lab>(world: &World<L>) -> u64 {
    glances(world).map(|(_, _, glance)| glance.term).max().unwrap_or(0)
}

/// What one run came to.
#[derive(Clone, Debug, PartialEq)]
pub struct Lot {
    /// Its seed.
    pub seed: u64,
    /// Who leads in the end.
    pub outcome: Outcome,
    /// The highest term of a node that runs.
    pub term: u64,
    /// How each node stood, by number.
    pub lanes: Vec<Lane>,
    /// Properties broken, first of each.
    pub broken: Vec<Violation>,
    /// Acts and lines that were not possible.
    pub undone: u32,
    /// Its end.
    pub end: Time,
    /// Everything that happened, as one number.
    pub fingerprint: Fingerprint,
}

/// Who leads in the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// This node leads the highest term.
    Leads(NodeId),
    /// Nobody: the candidates of the last term divided the votes.
    SplitVote,
    /// Nobody.
    Nobody,
}

impl Outcome {
    /// The outcome of a run that ends as it stands.
    fn of<L: Lab>(world: &World<L>) -> Outcome {
        let leaders = glances(world).filter(|(_, _, glance)| glance.leads);
        if let Some((leader, ..)) = leaders.max_by_key(|(_, _, glance)| glance.term) {
            return Outcome::Leads(leader);
        }
        let last = last_term(world);
        let candidates = glances(world).filter(|(_, machine, glance)| {
            glance.term == last && L::view(machine).role == "candidate"
        });
        if candidates.count() > 1 { Outcome::SplitVote } else { Outcome::Nobody }
    }
}

/// Lots of one outcome.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// The outcome.
    pub outcome: Outcome,
    /// Places of its lots, in the order of the seeds.
    pub places: Vec<usize>,
}

/// The outcomes, the most frequent first; leaders before what is no leader.
pub fn groups(lots: &[Lot]) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for (place, lot) in lots.iter().enumerate() {
        match groups.iter_mut().find(|group| group.outcome == lot.outcome) {
            Some(group) => group.places.push(place),
            None => groups.push(Group { outcome: lot.outcome, places: vec![place] }),
        }
    }
    groups.sort_by_key(|group| {
        let leads = matches!(group.outcome, Outcome::Leads(_));
        (!leads, std::cmp::Reverse(group.places.len()), group.outcome)
    });
    groups
}
