//! Branches that come with a scenario: each leaves the first run where a line of
//! the script is done, so that it is there to be looked at.

use std::rc::Rc;

use super::{BRANCHES_MOST, Timeline};
use crate::lab::Lab;
use crate::scene::{Act, Deed};
use crate::verb::Verb;

/// A branch that comes with a scenario: it is there once a line of the script is
/// done on the first run.
#[derive(Clone, Debug, PartialEq)]
pub struct Carried {
    /// The line's number, from 0.
    pub line: u32,
    /// What the branch is called.
    pub name: String,
    /// The act by which it leaves; `None` names the first run itself.
    pub verb: Option<Verb>,
}

impl<L: Lab> Timeline<L> {
    /// Takes in the branches of a scenario; each is there once its line is done.
    pub fn carry(&mut self, branches: Vec<Carried>) {
        self.carried = branches;
    }

    /// Makes the branches that leave at the line just done. On another branch
    /// than the first run, or where the script could not be followed, they would
    /// be of another story.
    pub(super) fn plant(&mut self) {
        if self.carried.is_empty() || self.branch().id != 0 || !self.scene.skipped().is_empty() {
            return;
        }
        let Some((line, _)) = self.scene.lines_done().last().copied() else { return };
        let here = |carried: &Carried| carried.line == line;
        let carried = std::mem::take(&mut self.carried).into_iter();
        let (fresh, later): (Vec<Carried>, Vec<Carried>) = carried.partition(here);
        self.carried = later;
        let (moment, shown) = (self.moment(), self.shown);
        for Carried { name, verb, .. } in fresh {
            match verb {
                Some(verb) if self.branches.len() < BRANCHES_MOST => {
                    self.fork(moment);
                    let branch = &mut self.branches[self.shown];
                    branch.name = Some(name);
                    Rc::make_mut(&mut branch.acts).push(Act { moment, deed: Deed::Verb(verb) });
                    self.shown = shown;
                }
                Some(_) => {}
                None => self.branches[shown].name = Some(name),
            }
        }
    }
}
