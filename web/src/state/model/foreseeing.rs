//! What comes: looking ahead past the edge, and at what an act would lead to.

use std::rc::Rc;

use netsplit_sim::scene::Act;
use netsplit_sim::verb::Verb;

use super::Model;
use crate::state::action::Float;
use crate::state::future::Future;

/// Screen time that somebody rests on a button before its act is considered, in
/// microseconds.
const REST: u64 = 300_000;

/// An act that somebody rests on.
pub struct Considering {
    verb: Verb,
    /// The acts of the run then.
    acts: Rc<Vec<Act>>,
    /// What floated then: what is rested on goes with it.
    float: Float,
    /// Screen time for which it is rested on.
    rested: u64,
    /// What would come of it, until it is known and shown.
    coming: Option<Future>,
    /// What comes if nobody acts, kept while the other is shown.
    kept: Option<Future>,
}

impl Model {
    /// True while something is still to be foreseen.
    pub(super) fn wants_foresight(&self) -> bool {
        if self.opening.is_some() {
            return false;
        }
        match &self.considering {
            // While it plays on, what the act leads to is asked again and again.
            Some(considering) => {
                considering.coming.is_some() || !self.shows_act_considered(considering)
            }
            None => self.foresees && self.future.as_ref().is_none_or(|future| !future.is_known()),
        }
    }

    /// Looks ahead, at most about so many steps: whether something on the screen
    /// changed beyond what a frame draws by itself; `None` when there is nothing
    /// to look at now.
    pub fn foresee(&mut self, steps: u64) -> Option<bool> {
        if !self.wants_foresight() {
            return None;
        }
        if self.considering.as_ref().is_some_and(|considering| considering.rested >= REST) {
            return Some(self.foresee_act(steps));
        }
        let shown = self.future.as_ref();
        if shown.is_some_and(|future| future.verb().is_some() || future.is_known()) {
            return None;
        }
        let future = self.future.get_or_insert_with(|| Future::of(&*self.play.run));
        future.advance(steps);
        Some(false)
    }

    fn foresee_act(&mut self, steps: u64) -> bool {
        let Some(considering) = &mut self.considering else { return false };
        let run = &*self.play.run;
        let verb = &considering.verb;
        let coming = considering.coming.get_or_insert_with(|| Future::of_act(run, verb.clone()));
        coming.advance(steps);
        if !coming.is_known() {
            return false;
        }
        let coming = considering.coming.take();
        let shown = std::mem::replace(&mut self.future, coming);
        if shown.as_ref().is_some_and(|shown| shown.verb().is_none()) {
            considering.kept = shown;
        }
        true
    }

    /// Whether what would come of the act now is shown.
    fn shows_act_considered(&self, considering: &Considering) -> bool {
        self.future.as_ref().is_some_and(|future| {
            future.verb() == Some(&considering.verb) && future.from == self.play.run.moment()
        })
    }

    /// Somebody rests on an act, or no longer.
    pub(super) fn consider(&mut self, verb: Option<Verb>) -> bool {
        let same = self.considering.as_ref().map(|it| &it.verb) == verb.as_ref();
        if same || !self.foresees {
            return false;
        }
        let kept = self.considering.take().and_then(|before| before.kept);
        let shown = self.future.as_ref().is_some_and(|future| future.verb().is_some());
        if shown {
            self.future = kept;
        }
        let (acts, float) = (self.play.run.acts(), self.float);
        self.considering =
            verb.map(|verb| Considering { verb, acts, float, rested: 0, coming: None, kept: None });
        shown
    }

    /// Screen time passes.
    pub(super) fn rest(&mut self, elapsed: u64) {
        if let Some(considering) = &mut self.considering {
            considering.rested = considering.rested.saturating_add(elapsed);
        }
    }

    /// Throws away what does not hold any more, and lets the edge move on.
    pub(super) fn keep_future(&mut self) {
        // Something was done, so whoever rests there still has seen what it led to; or
        // what is rested on is not there any more.
        let stale = |considering: &Considering| {
            !Rc::ptr_eq(&considering.acts, &self.play.run.acts()) || considering.float != self.float
        };
        if self.considering.as_ref().is_some_and(stale) {
            self.consider(None);
        }
        let (run, here) = (&*self.play.run, self.play.run.moment());
        let lost = |future: &mut Option<Future>| {
            let holds = |future: &mut Future| future.holds_for(run) && future.follow(run.edge());
            future.as_mut().is_some_and(|future| !holds(future))
        };
        if lost(&mut self.future) {
            self.future = None;
        }
        if let Some(considering) = &mut self.considering {
            if lost(&mut considering.kept) {
                considering.kept = None;
            }
            // While time plays on, what is nearly known is worth more than what is exact.
            let moved = considering.coming.as_ref().is_some_and(|coming| coming.from != here);
            if lost(&mut considering.coming) || moved && !self.playback.playing {
                considering.coming = None;
            }
        }
        if !self.foresees && self.future.as_ref().is_some_and(|future| future.verb().is_none()) {
            self.future = None;
        }
    }
}
