//! Makes a failing run small: drops acts, by halves and then one by one, as
//! long as the same property still breaks (Zeller and Hildebrandt, "Simplifying
//! and isolating failure-inducing input", 2002).
//!
//! It works because the fate of a message depends on nothing but its name: what
//! is left of the run goes on as it did where a dropped act made no difference.

use std::rc::Rc;

use crate::choice::Choice;
use crate::moment::Moment;
use crate::property::Violation;
use crate::scenario::{Line, Script, Setup};
use crate::scene::{Act, Advanced, Deed, Limits, Scene};
use crate::swarm::Played;
use crate::swarm::lab::SwarmLab;
use crate::words;
use crate::world::WorldOptions;

/// A small run that breaks a property.
#[derive(Clone, Debug)]
pub struct Small<L: SwarmLab> {
    /// What the world is made of.
    pub world: WorldOptions<L>,
    /// The acts without which nothing breaks.
    pub acts: Vec<Act>,
    /// What breaks.
    pub violation: Violation,
    /// Runs that it took to find out.
    pub runs: u32,
}

/// Makes a failing run small, in at most `runs_most` runs. `None` when it broke nothing, or something that only did not come in time: there is
/// no moment at which to see that.
pub fn minimize<L: SwarmLab>(played: &Played<L>, runs_most: u32) -> Option<Small<L>> {
    let witness = played.report.broken.as_ref()?.witness.as_ref()?;
    let mut search = Search {
        world: &played.world,
        property: witness.property,
        end: Moment::after(witness.moment.at),
        runs: 0,
        runs_most,
    };
    let mut small = search.broken_by(&played.acts)?;
    let mut chunk = small.0.len().div_ceil(2).max(1);
    loop {
        let mut dropped = false;
        // From the end: what comes late explains least.
        let mut to = small.0.len();
        while to > 0 {
            let from = to.saturating_sub(chunk);
            let mut fewer = small.0.clone();
            fewer.drain(from..to);
            if let Some(found) = search.broken_by(&fewer) {
                small = found;
                dropped = true;
                to = from.min(small.0.len());
            } else {
                to = from;
            }
        }
        if search.runs >= runs_most || (chunk == 1 && !dropped) {
            break;
        }
        chunk = if dropped { chunk } else { chunk.div_ceil(2) }.min(small.0.len().max(1));
    }
    let (acts, violation) = small;
    Some(Small { world: played.world.clone(), acts, violation, runs: search.runs })
}

struct Search<'a, L: SwarmLab> {
    world: &'a WorldOptions<L>,
    property: &'static str,
    end: Moment,
    runs: u32,
    runs_most: u32,
}

impl<L: SwarmLab> Search<'_, L> {
    /// Runs with these acts. When the property breaks, the acts that were done
    /// by then, without those that were not possible, and the violation.
    fn broken_by(&mut self, acts: &[Act]) -> Option<(Vec<Act>, Violation)> {
        if self.runs >= self.runs_most {
            return None;
        }
        self.runs += 1;
        let limits = Limits::default();
        let mut scene: Scene<L> = Scene::new(self.world.clone(), Rc::from([]), limits);
        let mut done = Vec::new();
        loop {
            let (count, skipped) = (scene.acts_done() as usize, scene.skipped().len());
            let advanced = scene.advance(acts, self.end);
            if scene.acts_done() as usize > count && scene.skipped().len() == skipped {
                done.push(acts[count].clone());
            }
            let found = scene.broken().iter().find(|it| it.property == self.property);
            if let Some(violation) = found {
                return Some((done, violation.clone()));
            }
            if matches!(advanced, Advanced::Reached | Advanced::Stopped(_)) {
                return None;
            }
        }
    }
}

impl<L: SwarmLab> Small<L> {
    /// The run as a script: its head, and a line an act.
    pub fn script(&self) -> Script {
        script(&self.world, &self.acts)
    }
}

/// A run as a script. What stands on its disks at the start, and choices that a
/// script has no words for, are left out: the swarm makes neither.
pub fn script<L: SwarmLab>(world: &WorldOptions<L>, acts: &[Act]) -> Script {
    let line = |act: &Act| {
        let verb = match &act.deed {
            Deed::Verb(verb) => Some(verb.clone()),
            Deed::Choice(Choice::HandOver(_)) => None,
            Deed::Choice(choice) => words::verb(choice),
        };
        verb.map(|verb| (0, Line::Act { at: Some(act.moment), verb }))
    };
    let setup = Setup {
        lab: L::NAME.to_owned(),
        nodes: world.nodes,
        groups: world.groups,
        clients: world.clients,
        seed: world.seed,
        preset: "calm",
        network: world.network.clone(),
        save_takes: world.save_takes,
        options: L::pairs(&world.lab),
        code: String::new(),
        disks: Vec::new(),
        labels: Vec::new(),
        order: Vec::new(),
    };
    Script { setup, lines: acts.iter().filter_map(line).collect() }
}
