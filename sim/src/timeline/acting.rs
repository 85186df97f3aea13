//! Acting and taking back: at the edge an act adds to the branch, before it it makes another.

use std::rc::Rc;

use crate::lab::Lab;
use crate::moment::Moment;
use crate::scene::{Act, Deed, Scene};
use crate::verb::NotPossible;

use super::{ACTS_MOST, BRANCHES_MOST, Branch, BranchId, Timeline, Undone};

impl<L: Lab> Timeline<L> {
    /// Acts at the moment shown. At the edge the branch grows by a line; before
    /// it, a new branch is made and shown.
    ///
    /// # Errors
    /// When it is not possible; then nothing has changed.
    pub fn act(&mut self, deed: Deed) -> Result<(), NotPossible> {
        let by_hand = |act: &&Act| matches!(act.deed, Deed::Verb(_));
        if matches!(deed, Deed::Verb(_))
            && self.branch().acts.len() >= ACTS_MOST
            && self.branch().acts.iter().filter(by_hand).count() >= ACTS_MOST
        {
            return Err(NotPossible::TooManyActs);
        }
        let (moment, place) = (self.moment(), self.scene.acts_done() as usize);
        // A choice alone is refused before it changes anything. What consists of several, or comes
        // behind a line that waits, is tried on a copy, and so is what makes a branch.
        let alone = matches!(deed, Deed::Choice(_)) && self.scene.script_is_done();
        if alone && self.is_at_edge() {
            self.scene.act(&deed)?;
            self.scene.count_act();
        } else {
            let mut scene = self.scene.clone();
            scene.do_lines_before(moment);
            scene.act(&deed)?;
            scene.count_act();
            if !self.is_at_edge() {
                self.fork(moment);
            }
            self.scene = scene;
        }
        let branch = &mut self.branches[self.shown];
        // At the edge, acts still to come stay behind this one.
        Rc::make_mut(&mut branch.acts).insert(place, Act { moment, deed });
        self.undone.clear();
        self.note_edge();
        Ok(())
    }

    /// Makes a branch that leaves the shown one here, and shows it.
    pub(super) fn fork(&mut self, moment: Moment) {
        self.make_room();
        let parent = self.branch();
        let done = self.scene.acts_done() as usize;
        let steps = self.scene.world.steps();
        let shared = |keyframe: &&Rc<Scene<L>>| keyframe.world.steps() <= steps;
        let branch = Branch {
            id: self.branches_made,
            name: None,
            parent: Some((parent.id, moment)),
            acts: Rc::new(parent.acts[..done].to_vec()),
            own_from: done,
            changed_to: None,
            keyframes: parent.keyframes.iter().take_while(shared).cloned().collect(),
            edge: moment,
            edge_steps: steps,
        };
        self.branches_made += 1;
        self.branches.push(branch);
        self.shown = self.branches.len() - 1;
    }

    /// Drops the oldest unnamed branch that is neither shown nor the root, when
    /// there are as many as may be.
    pub(super) fn make_room(&mut self) {
        if self.branches.len() < BRANCHES_MOST {
            return;
        }
        let shown = self.branch().id;
        let spare = |branch: &Branch<L>| branch.name.is_none() && ![0, shown].contains(&branch.id);
        if let Some(place) = self.branches.iter().position(spare) {
            self.gone = Some(self.branches.remove(place).id);
            self.show_id(shown);
        }
    }

    /// Takes back the last act of the branch and shows the moment before it; if
    /// that act made the branch, its parent is shown again. False when there is
    /// none.
    pub fn undo(&mut self) -> bool {
        if self.undo_change() {
            return true;
        }
        let branch = &mut self.branches[self.shown];
        if branch.acts.len() <= branch.own_from {
            return false;
        }
        let acts = Rc::make_mut(&mut branch.acts);
        let act = acts.pop().expect("it has one of its own");
        let moment = act.moment;
        let made_by_it = acts.len() == branch.own_from;
        let parent = branch.parent.map(|(parent, _)| parent).filter(|_| made_by_it);
        // A parent that went to make room is not there to be shown again.
        let parent = parent.filter(|id| self.branches.iter().any(|other| other.id == *id));
        let branch = &mut self.branches[self.shown];
        if let Some(parent) = parent {
            Rc::make_mut(&mut branch.acts).push(act);
            let branch = self.branches.remove(self.shown);
            self.show_id(parent);
            self.undone.push(Undone::Branch(Box::new(branch), moment));
        } else {
            self.undone.push(Undone::Act { branch: self.branches[self.shown].id, act });
            self.forget_after(moment);
        }
        self.go(moment);
        true
    }

    /// Brings back what was undone last. False when there is nothing.
    pub fn redo(&mut self) -> bool {
        match self.undone.pop() {
            None => false,
            Some(Undone::Act { branch, .. })
                if !self.branches.iter().any(|other| other.id == branch) =>
            {
                false
            }
            Some(Undone::Act { branch, act }) => {
                self.show_id(branch);
                self.forget_after(act.moment);
                let moment = act.moment;
                self.go(moment);
                let branch = &mut self.branches[self.shown];
                Rc::make_mut(&mut branch.acts).push(act);
                self.go_through_acts();
                true
            }
            Some(Undone::Branch(branch, moment)) => {
                self.branches.push(*branch);
                self.shown = self.branches.len() - 1;
                self.go(moment);
                self.go_through_acts();
                true
            }
        }
    }

    /// Shows another branch, at the same time as far as it goes. False when
    /// there is none of that number.
    pub fn show(&mut self, branch: BranchId) -> bool {
        let Some(place) = self.branches.iter().position(|other| other.id == branch) else {
            return false;
        };
        let moment = self.moment().min(self.branches[place].edge);
        self.shown = place;
        self.scene = (*self.branches[place].keyframes[0]).clone();
        self.go(moment);
        true
    }

    /// Gives the shown branch a name; named branches are never dropped.
    pub fn name_branch(&mut self, name: &str) {
        self.branches[self.shown].name = Some(name.to_owned());
    }

    pub(super) fn show_id(&mut self, branch: BranchId) {
        let place = self.branches.iter().position(|other| other.id == branch);
        self.shown = place.expect("it was looked for before");
    }

    /// Seeks within the branch, from its start: for when the scene shown may be
    /// of another one.
    pub(super) fn go(&mut self, moment: Moment) {
        self.scene = (*self.branch().keyframes[0]).clone();
        self.seek(moment, u64::MAX);
    }

    /// Does the acts whose moment is the one shown.
    fn go_through_acts(&mut self) {
        let acts = Rc::clone(&self.branch().acts);
        let here = self.moment();
        let comes = |act: &Act| act.moment <= here;
        while acts.get(self.scene.acts_done() as usize).is_some_and(comes) {
            self.scene.advance(&acts, Moment { at: here.at, step: here.step.map(|step| step + 1) });
            self.note_edge();
        }
    }

    /// Forgets what was run after a moment: it followed from an act that is gone.
    fn forget_after(&mut self, moment: Moment) {
        let branch = &mut self.branches[self.shown];
        branch
            .keyframes
            .retain(|keyframe| keyframe.world.moment() < moment || keyframe.world.steps() == 0);
        let last = branch.keyframes.last().expect("the start is always kept");
        branch.edge = last.world.moment();
        branch.edge_steps = last.world.steps();
    }
}
