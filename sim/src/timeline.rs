//! Time travel: keyframes, seek, branches, undo and redo.
//!
//! Looking never changes anything; acting can always be taken back. A *branch*
//! is a list of acts with their moments; the run follows from it. Its *edge* is
//! the latest moment it has been run to. An act at the edge adds a line; an act
//! before the edge makes a new branch, and the old one stays whole. Branches
//! share their keyframes up to the fork.

mod acting;
mod carrying;
mod changing;
mod graft;
mod looking;

pub use carrying::Carried;

use std::rc::Rc;

use netsplit_core::time::Time;

use crate::lab::Lab;
use crate::moment::Moment;
use crate::scenario::Line;
use crate::scene::{Act, Advanced, Limits, Scene, Stop};
use crate::world::WorldOptions;

/// A branch, by the order in which they were made; the first run is 0.
pub type BranchId = u32;

/// Branches kept at most; past that the oldest unnamed one goes.
pub const BRANCHES_MOST: usize = 32;
/// Acts of a person that a branch holds at most; a director's record may be
/// longer.
pub const ACTS_MOST: usize = 2_000;
/// Steps between keyframes near the present.
const KEYFRAME_STEPS: u64 = 4_000;
/// Keyframes a branch keeps at most.
const KEYFRAMES_MOST: usize = 96;
/// What the messages under way in them may hold together, in bytes; nodes and
/// disks are shared.
const KEYFRAMES_WEIGHT: u64 = 64_000_000;

/// How far a run got.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// It is at the moment asked for.
    Reached,
    /// The steps allowed for now are used up; go on later.
    Budget,
    /// A limit of the run stops it.
    Stopped(Stop),
}

/// A branch: what was done, and how far it was run.
#[derive(Clone, Debug)]
pub struct Branch<L: Lab> {
    id: BranchId,
    /// Given by a person, or made from its first act by whoever shows it.
    name: Option<String>,
    /// From which branch, and where on it.
    parent: Option<(BranchId, Moment)>,
    /// The acts on the path from the root, in order of their moments.
    acts: Rc<Vec<Act>>,
    /// How many of them were there when the branch was made.
    own_from: usize,
    /// For a branch made by changing lines: how many acts it was made with.
    changed_to: Option<usize>,
    /// Scenes by the number of their steps, ascending; the first is the start.
    keyframes: Vec<Rc<Scene<L>>>,
    edge: Moment,
    edge_steps: u64,
}

impl<L: Lab> Branch<L> {
    /// Its number.
    pub fn id(&self) -> BranchId {
        self.id
    }

    /// The name a person gave it.
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// Where it leaves which branch.
    pub fn parent(&self) -> Option<(BranchId, Moment)> {
        self.parent
    }

    /// The acts on the path from the root.
    pub fn acts(&self) -> &Rc<Vec<Act>> {
        &self.acts
    }

    /// It was made by changing lines of its parent.
    pub fn is_changed(&self) -> bool {
        self.changed_to.is_some()
    }

    /// Steps up to its edge.
    pub fn edge_steps(&self) -> u64 {
        self.edge_steps
    }

    /// Its first act of its own, after which it is named.
    pub fn first_own_act(&self) -> Option<&Act> {
        self.acts.get(self.own_from)
    }

    /// The latest moment it has been run to.
    pub fn edge(&self) -> Moment {
        self.edge
    }
}

/// What redo brings back.
#[derive(Clone, Debug)]
enum Undone<L: Lab> {
    /// An act, taken from the end of a branch.
    Act { branch: BranchId, act: Act },
    /// A branch, made by the act that was undone.
    Branch(Box<Branch<L>>, Moment),
}

/// A tree of runs, one of which is shown at one of its moments.
#[derive(Clone, Debug)]
pub struct Timeline<L: Lab> {
    branches: Vec<Branch<L>>,
    /// Place of the shown one in `branches`.
    shown: usize,
    scene: Scene<L>,
    branches_made: u32,
    undone: Vec<Undone<L>>,
    /// A branch that went to make room, until it was told.
    gone: Option<BranchId>,
    /// Branches of the scenario whose lines are still to come.
    carried: Vec<Carried>,
}

impl<L: Lab> Timeline<L> {
    /// A time line at the start of a run.
    pub fn new(options: WorldOptions<L>, script: Rc<[Line]>, limits: Limits) -> Timeline<L> {
        Timeline::with_acts(options, script, limits, Vec::new())
    }

    /// The same with acts that are known already: from a link, or a director's
    /// record. They are to be in order of their moments.
    pub fn with_acts(
        options: WorldOptions<L>,
        script: Rc<[Line]>,
        limits: Limits,
        acts: Vec<Act>,
    ) -> Timeline<L> {
        let scene = Scene::new(options, script, limits);
        let root = Branch {
            id: 0,
            name: None,
            parent: None,
            acts: Rc::new(acts),
            own_from: 0,
            changed_to: None,
            keyframes: vec![Rc::new(scene.clone())],
            edge: Moment::START,
            edge_steps: 0,
        };
        Timeline {
            branches: vec![root],
            shown: 0,
            scene,
            branches_made: 1,
            undone: Vec::new(),
            gone: None,
            carried: Vec::new(),
        }
    }

    /// The run at the moment shown.
    #[inline]
    pub fn scene(&self) -> &Scene<L> {
        &self.scene
    }

    /// The moment shown.
    pub fn moment(&self) -> Moment {
        self.scene.world.moment()
    }

    /// The shown branch.
    pub fn branch(&self) -> &Branch<L> {
        &self.branches[self.shown]
    }

    /// All branches.
    pub fn branches(&self) -> &[Branch<L>] {
        &self.branches
    }

    /// True when the moment shown is the latest the branch has been run to.
    pub fn is_at_edge(&self) -> bool {
        self.scene.world.steps() >= self.branch().edge_steps && self.moment() >= self.branch().edge
    }

    /// A time line of its own at the same moment of the shown branch alone: for
    /// looking ahead, and for trying what an act would do, while this one stays.
    pub fn fork_off(&self) -> Timeline<L> {
        Timeline {
            branches: vec![self.branch().clone()],
            shown: 0,
            scene: self.scene.clone(),
            branches_made: self.branches_made,
            undone: Vec::new(),
            gone: None,
            carried: Vec::new(),
        }
    }

    /// The branch that went to make room since this was last asked.
    pub fn take_gone(&mut self) -> Option<BranchId> {
        self.gone.take()
    }

    // ── Moving in time ─────────────────────────────────────────────────────

    /// Runs on to a moment, at most so many steps.
    pub fn run_to(&mut self, moment: Moment, steps: u64) -> Progress {
        let acts = Rc::clone(&self.branch().acts);
        let last = self.scene.world.steps().saturating_add(steps);
        loop {
            match self.scene.advance(&acts, moment) {
                Advanced::Step | Advanced::Act => self.note_edge(),
                Advanced::Line => {
                    self.note_edge();
                    self.plant();
                }
                Advanced::Reached => {
                    self.note_edge();
                    return Progress::Reached;
                }
                Advanced::Stopped(stop) => {
                    self.note_edge();
                    return Progress::Stopped(stop);
                }
            }
            if self.scene.world.steps() >= last {
                return Progress::Budget;
            }
        }
    }

    /// Runs on by one step of the world. False when nothing comes, or a limit
    /// is reached.
    pub fn step(&mut self) -> bool {
        let acts = Rc::clone(&self.branch().acts);
        let (before, end) = (self.scene.world.steps(), Moment::after(Limits::default().time));
        while self.scene.world.steps() == before {
            match self.scene.advance(&acts, end) {
                Advanced::Reached | Advanced::Stopped(_) => return false,
                Advanced::Line => {
                    self.note_edge();
                    self.plant();
                }
                Advanced::Step | Advanced::Act => self.note_edge(),
            }
        }
        true
    }

    /// Shows another moment of the branch, from its nearest keyframe; a moment
    /// after the edge runs on to it.
    pub fn seek(&mut self, moment: Moment, steps: u64) -> Progress {
        self.rewind(|scene| scene.world.moment() <= moment, moment < self.moment());
        self.run_to(moment, steps)
    }

    /// Shows the run after so many steps; no further than the edge.
    pub fn seek_step(&mut self, step: u64) {
        let step = step.min(self.branch().edge_steps.max(self.scene.world.steps()));
        let back = step < self.scene.world.steps();
        self.rewind(|scene| scene.world.steps() <= step, back);
        while self.scene.world.steps() < step && self.step() {}
    }

    /// Shows the latest keyframe that comes early enough, when that is shorter
    /// than going on from the scene shown.
    fn rewind(&mut self, early_enough: impl Fn(&Scene<L>) -> bool, back: bool) {
        let keyframes = &self.branch().keyframes;
        let count = keyframes.partition_point(|keyframe| early_enough(keyframe));
        let keyframe = &keyframes[count.max(1) - 1];
        if back || keyframe.world.steps() > self.scene.world.steps() {
            self.scene = (**keyframe).clone();
        }
    }

    /// Remembers how far the branch was run, and keeps a keyframe when one is
    /// due.
    #[inline]
    fn note_edge(&mut self) {
        let steps = self.scene.world.steps();
        let branch = &mut self.branches[self.shown];
        let moment = self.scene.world.moment();
        if steps < branch.edge_steps || (steps == branch.edge_steps && moment <= branch.edge) {
            return;
        }
        branch.edge_steps = steps;
        branch.edge = moment;
        let last = branch.keyframes.last().map_or(0, |keyframe| keyframe.world.steps());
        if steps >= last + KEYFRAME_STEPS {
            branch.keyframes.push(Rc::new(self.scene.clone()));
            let weight = |keyframe: &Rc<Scene<L>>| keyframe.world.weight();
            if branch.keyframes.len() > KEYFRAMES_MOST
                || branch.keyframes.iter().map(weight).sum::<u64>() > KEYFRAMES_WEIGHT
            {
                thin_out(&mut branch.keyframes);
            }
        }
    }
}

/// Drops every other keyframe of the older half, so that they stand closer the
/// nearer they are to the present.
fn thin_out<T>(keyframes: &mut Vec<T>) {
    let half = keyframes.len() / 2;
    let mut place = 0;
    keyframes.retain(|_| {
        place += 1;
        place == 1 || place > half || place % 2 == 1
    });
}

/// A moment far enough for everything: the end of every run.
pub const END: Moment = Moment::after(Time::from_micros(u64::MAX));
