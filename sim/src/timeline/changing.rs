//! The lines of a branch are changed: removed, moved in time, rewritten. Each
//! change makes a branch of its own, so that it can be taken back.

use crate::order::by_rank;
use std::rc::Rc;

use super::{Branch, BranchId, Timeline, Undone};
use crate::lab::Lab;
use crate::moment::Moment;
use crate::scene::{Act, Scene};

impl<L: Lab> Timeline<L> {
    /// Replaces an act of the shown branch, by its number, with another of any
    /// moment; `None` removes it. See [`change_acts`](Timeline::change_acts).
    /// False when there is no such act.
    pub fn change_act(&mut self, number: usize, to: Option<Act>) -> bool {
        let mut acts = self.branch().acts.to_vec();
        if number >= acts.len() {
            return false;
        }
        acts.remove(number);
        if let Some(act) = to {
            let place = acts.partition_point(|other| other.moment <= act.moment);
            acts.insert(place, act);
        }
        self.change_acts(acts)
    }

    /// Replaces all acts of the shown branch. That makes a branch which leaves
    /// where the first of them differs, run as far as the old one was and shown
    /// at the same moment. False when none differs.
    pub fn change_acts(&mut self, mut acts: Vec<Act>) -> bool {
        by_rank(&mut acts, |act| act.moment.rank());
        let before = &self.branch().acts;
        let same = before.iter().zip(&acts).take_while(|(one, other)| one == other).count();
        let differs = [before.get(same), acts.get(same)];
        let Some(from) = differs.into_iter().flatten().map(|act| act.moment).min() else {
            return false;
        };
        let (edge, here) = (self.branch().edge, self.moment());
        self.branch_off(self.branch().id, from, acts, same);
        let branch = &mut self.branches[self.shown];
        branch.changed_to = Some(branch.acts.len());
        self.seek(edge, u64::MAX);
        self.seek(here, u64::MAX);
        true
    }

    /// Makes a branch of these acts that leaves another at a moment, where the
    /// first of its own is done, and shows it at its start.
    pub(super) fn branch_off(
        &mut self,
        parent: BranchId,
        from: Moment,
        acts: Vec<Act>,
        own_from: usize,
    ) {
        self.show_id(parent);
        self.make_room();
        let early = |keyframe: &&Rc<Scene<L>>| {
            keyframe.world.steps() == 0 || keyframe.world.moment() < from
        };
        let keyframes: Vec<_> = self.branch().keyframes.iter().take_while(early).cloned().collect();
        let last = keyframes.last().expect("the start is always kept");
        let branch = Branch {
            id: self.branches_made,
            name: None,
            parent: Some((parent, from)),
            own_from,
            changed_to: None,
            acts: Rc::new(acts),
            edge: last.world.moment(),
            edge_steps: last.world.steps(),
            keyframes,
        };
        self.scene = (*branch.keyframes[0]).clone();
        self.branches_made += 1;
        self.branches.push(branch);
        self.shown = self.branches.len() - 1;
        self.undone.clear();
    }

    /// Takes back a change of lines: the parent is shown again, at the same
    /// moment. False when the last thing done on the branch was another.
    pub(super) fn undo_change(&mut self) -> bool {
        let branch = self.branch();
        if branch.changed_to != Some(branch.acts.len()) {
            return false;
        }
        let parent = branch.parent.map(|(parent, _)| parent);
        let Some(parent) = parent.filter(|id| self.branches.iter().any(|it| it.id == *id)) else {
            return false;
        };
        let moment = self.moment();
        let branch = self.branches.remove(self.shown);
        self.show_id(parent);
        self.undone.push(Undone::Branch(Box::new(branch), moment));
        self.go(moment.min(self.branch().edge));
        true
    }
}
