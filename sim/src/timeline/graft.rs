//! Grafting: a branch that was written down is put back where it left.

use super::{Branch, BranchId, Timeline};
use crate::lab::Lab;
use crate::moment::Moment;
use crate::scene::{Act, Deed};
use crate::verb::Verb;

/// What a person did, in order.
fn by_hand(acts: &[Act]) -> impl Iterator<Item = (Moment, &Verb)> {
    acts.iter().filter_map(|act| match &act.deed {
        Deed::Verb(verb) => Some((act.moment, verb)),
        Deed::Choice(_) => None,
    })
}

impl<L: Lab> Timeline<L> {
    /// Makes a branch of the acts a person did on it, and shows it at its start. It leaves the branch with which
    /// it has most in common, at the first act that differs; what a director did
    /// before that stays. `None` when every act is on another branch already.
    pub fn graft(&mut self, acts: &[(Moment, Verb)]) -> Option<BranchId> {
        let common = |branch: &Branch<L>| {
            let both = by_hand(&branch.acts).zip(acts);
            both.take_while(|((at, done), (moment, verb))| at == moment && *done == verb).count()
        };
        let parent = (0..self.branches.len())
            .max_by_key(|place| (common(&self.branches[*place]), usize::MAX - place))?;
        let parent = &self.branches[parent];
        let shared = common(parent);
        let theirs = by_hand(&parent.acts).nth(shared).map(|(moment, _)| moment);
        let from = match (acts.get(shared).map(|(moment, _)| *moment), theirs) {
            (Some(one), Some(other)) => one.min(other),
            (Some(one), None) | (None, Some(one)) => one,
            (None, None) => return None,
        };
        let (mut kept, mut seen) = (Vec::new(), 0);
        for act in parent.acts.iter() {
            match act.deed {
                Deed::Verb(_) if seen == shared => {}
                Deed::Choice(_) if act.moment >= from => {}
                _ => {
                    seen += usize::from(matches!(act.deed, Deed::Verb(_)));
                    kept.push(act.clone());
                }
            }
        }
        let own_from = kept.len();
        let rest = acts[shared..].iter();
        kept.extend(
            rest.map(|(moment, verb)| Act { moment: *moment, deed: Deed::Verb(verb.clone()) }),
        );
        self.branch_off(parent.id, from, kept, own_from);
        Some(self.branch().id)
    }
}
