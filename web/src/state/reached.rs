//! Up to where a branch was looked at: what grows with a branch is looked at by what is new of it.

use std::rc::Rc;

use netsplit_sim::moment::Moment;
use netsplit_sim::run::Run;
use netsplit_sim::scene::Act;
use netsplit_sim::timeline::BranchId;

/// Up to where.
#[derive(Debug, Default)]
pub struct Reached {
    branch: BranchId,
    /// The moment, and the acts with which the branch came so far.
    edge: Option<(Moment, Rc<Vec<Act>>)>,
}

/// What there is to be looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum News {
    /// Nothing.
    None,
    /// What is new behind what is known.
    More,
    /// Everything: what is known is of another branch.
    All,
}

impl Reached {
    /// Follows a branch to its edge, and says what is to be looked at there.
    pub fn follow(&mut self, run: &dyn Run, branch: BranchId) -> News {
        let (edge, acts) = (run.edge(), run.acts());
        let news = match &self.edge {
            _ if !self.goes_on(branch, edge, &acts) => News::All,
            Some((reached, _)) if *reached == edge => News::None,
            _ => News::More,
        };
        (self.branch, self.edge) = (branch, Some((edge, acts)));
        news
    }

    /// What is known is the beginning of what the branch is now.
    fn goes_on(&self, branch: BranchId, edge: Moment, acts: &Rc<Vec<Act>>) -> bool {
        let Some((reached, known)) = &self.edge else { return false };
        let is_longer = || {
            let news = acts.get(known.len()..);
            acts.starts_with(known)
                && news.is_some_and(|news| news.iter().all(|act| act.moment >= *reached))
        };
        self.branch == branch && *reached <= edge && (Rc::ptr_eq(known, acts) || is_longer())
    }
}

/// What a run tells at its edge: before that, it knows only what came before.
pub fn at_edge<T>(run: &dyn Run, tell: impl FnOnce(&dyn Run) -> T) -> T {
    let edge = run.edge();
    if run.moment() == edge {
        return tell(run);
    }
    let mut copy = run.fork();
    copy.seek(edge, u64::MAX);
    tell(&*copy)
}
