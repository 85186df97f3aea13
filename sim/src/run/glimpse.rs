//! Looks at other moments than the one shown: a few are kept, and each goes on
//! from the one before where that is nearer than a keyframe.

use std::collections::VecDeque;
use std::rc::Rc;

use super::showing::{Known, show_nodes, told};
use super::{NodeShown, Told};
use crate::choice::Choice;
use crate::lab::Lab;
use crate::moment::Moment;
use crate::scene::Scene;
use crate::timeline::Timeline;
use crate::world::Outcome;

/// Looks that are kept.
const KEPT: usize = 32;
/// Steps that a look at the parent may take.
const PARENT_STEPS: u64 = 20_000;

/// What there is at a moment that is not shown.
#[derive(Clone, Debug, PartialEq)]
pub struct Glimpse {
    /// The moment.
    pub moment: Moment,
    /// Steps since the start.
    pub steps: u64,
    /// The nodes, in order of their names.
    pub nodes: Vec<Rc<NodeShown>>,
    /// The last step, and what became of it.
    pub last: Option<(Choice, Outcome)>,
    /// The step that caused it; 0 for an act from outside.
    pub cause: u64,
    /// What was told in it.
    pub told: Vec<Told>,
}

/// What was looked at lately.
#[derive(Debug)]
pub(super) struct Glimpses<L: Lab> {
    kept: VecDeque<(u64, Rc<Glimpse>)>,
    /// The scene of the last look, to go on from.
    scene: Option<Scene<L>>,
    known: Known<L>,
    parent: Option<(Scene<L>, Rc<Glimpse>)>,
    known_of_parent: Known<L>,
}

impl<L: Lab> Default for Glimpses<L> {
    fn default() -> Glimpses<L> {
        Glimpses {
            kept: VecDeque::new(),
            scene: None,
            known: Vec::new(),
            parent: None,
            known_of_parent: Vec::new(),
        }
    }
}

impl<L: Lab> Glimpses<L> {
    pub(super) fn forget(&mut self) {
        self.kept.clear();
        (self.scene, self.parent) = (None, None);
    }

    pub(super) fn at_step(&mut self, timeline: &Timeline<L>, step: u64) -> Rc<Glimpse> {
        if let Some((_, kept)) = self.kept.iter().find(|(of, _)| *of == step) {
            return Rc::clone(kept);
        }
        let scene = timeline.look_at_step(step, self.scene.take());
        let glimpse = Rc::new(glimpse(&scene, &mut self.known));
        self.scene = Some(scene);
        if self.kept.len() >= KEPT {
            self.kept.pop_front();
        }
        self.kept.push_back((step, Rc::clone(&glimpse)));
        glimpse
    }

    pub(super) fn parent(&mut self, timeline: &Timeline<L>) -> Option<Rc<Glimpse>> {
        let here = timeline.moment();
        if let Some((_, glimpse)) = &self.parent
            && glimpse.moment == here
        {
            return Some(Rc::clone(glimpse));
        }
        let near = self.parent.take().map(|(scene, _)| scene);
        let scene = timeline.look_at_parent(near, PARENT_STEPS)?;
        let glimpse = Rc::new(glimpse(&scene, &mut self.known_of_parent));
        self.parent = Some((scene, Rc::clone(&glimpse)));
        Some(glimpse)
    }
}

fn glimpse<L: Lab>(scene: &Scene<L>, known: &mut Known<L>) -> Glimpse {
    let world = &scene.world;
    let last = world.last();
    Glimpse {
        moment: world.moment(),
        steps: world.steps(),
        nodes: show_nodes(world, known),
        last: (world.steps() > 0).then(|| (last.choice.clone(), last.outcome)),
        cause: last.cause,
        told: told(world),
    }
}
