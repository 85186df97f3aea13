//! What shards and requests passed on the shown branch, as far as that was run: it grows by what is
//! new, and holds whatever moment is shown.

use netsplit_sim::run::{Passed, Run};
use netsplit_sim::timeline::BranchId;

use super::flows::Flows;
use super::reached::{News, Reached, at_edge};

/// What is known of a branch.
#[derive(Default)]
pub struct Travels {
    reached: Reached,
    /// How much of it is known: what to ask the run for the next time.
    count: u64,
    passed: Vec<Passed>,
    flows: Flows,
}

impl Travels {
    /// Takes in what a run has come to since it was looked at last.
    pub fn catch_up(&mut self, run: &dyn Run, branch: BranchId) {
        let news = self.reached.follow(run, branch);
        if news == News::All {
            (self.count, self.passed, self.flows) = (0, Vec::new(), Flows::default());
        }
        if news == News::None {
            return;
        }
        let news = at_edge(run, |run| run.passages(self.count));
        self.count = news.count;
        if !news.news.is_empty() {
            self.passed.extend(news.news);
            self.flows = Flows::new(&self.passed, run.cast().groups.count);
        }
    }

    /// What was passed, in order.
    pub fn passed(&self) -> &[Passed] {
        &self.passed
    }

    /// What became of the shards.
    pub fn flows(&self) -> &Flows {
        &self.flows
    }
}
