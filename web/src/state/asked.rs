//! What clients asked on the shown branch and what they were told, as far as the branch was run: it
//! grows by what has changed, and holds whatever moment is shown.

#[cfg(test)]
mod tests;

use netsplit_core::history::OpId;
use netsplit_core::id::NodeId;
use netsplit_core::time::Time;
use netsplit_sim::run::{OpShown, Operations, Points, Run};
use netsplit_sim::timeline::BranchId;

use super::reached::{News, Reached, at_edge};
use crate::draw::bars::{Bar, FAR, Lanes};

/// Of so many operations it is told when each took effect without being asked for it.
pub const POINTS_AT_ONCE: usize = 2_000;

/// What is known of a branch.
#[derive(Default)]
pub struct Asked {
    reached: Reached,
    /// What to ask the run for the next time.
    changes: u64,
    ops: Vec<OpShown>,
    lanes: Lanes,
    /// Those that have returned, in that order.
    done: Vec<OpId>,
    /// When each took effect, as of so many steps.
    points: Option<(u64, Option<Points>)>,
}

impl Asked {
    /// Takes in what a run has come to since it was looked at last.
    pub fn catch_up(
        &mut self,
        run: &dyn Run,
        branch: BranchId,
        clients: impl Iterator<Item = NodeId>,
    ) {
        let news = self.reached.follow(run, branch);
        if news == News::All {
            let reached = std::mem::take(&mut self.reached);
            *self = Asked { reached, ..Asked::default() };
        }
        for client in clients {
            self.lanes.know(client);
        }
        if news != News::None {
            self.take(at_edge(run, |run| run.operations(self.changes)));
        }
    }

    fn take(&mut self, news: Operations) {
        self.changes = news.changes;
        let before = self.done.len();
        for op in news.changed {
            let (id, client) = (op.id, op.client);
            let bar = Bar { op: id, from: op.called, to: op.returned.unwrap_or(FAR) };
            self.lanes.put(bar, client);
            let had_returned =
                self.ops.get(id.index()).is_some_and(|before| before.returned.is_some());
            if op.returned.is_some() && !had_returned {
                self.done.push(id);
            }
            match self.ops.get_mut(id.index()) {
                Some(known) => *known = op,
                None => self.ops.push(op),
            }
        }
        // What returned before was taken in before.
        let ops = &self.ops;
        let returned = |id: &OpId| (ops.get(id.index()).and_then(|op| op.returned), *id);
        self.done[before..].sort_unstable_by_key(returned);
    }

    /// All operations, in order of their calls.
    pub fn ops(&self) -> &[OpShown] {
        &self.ops
    }

    /// Those that had been called by a time.
    pub fn called_by(&self, now: Time) -> &[OpShown] {
        &self.ops[..self.ops.partition_point(|op| op.called <= now)]
    }

    /// An operation.
    pub fn op(&self, id: OpId) -> Option<&OpShown> {
        self.ops.get(id.index())
    }

    /// The lanes of clients.
    pub fn lanes(&self) -> &Lanes {
        &self.lanes
    }

    /// Those that had returned by a time, in that order.
    pub fn done_by(&self, now: Time) -> impl Iterator<Item = &OpShown> {
        let returned = |id: &OpId| self.op(*id).and_then(|op| op.returned).unwrap_or(FAR);
        let count = self.done.partition_point(|id| returned(id) <= now);
        self.done[..count].iter().filter_map(|id| self.op(*id))
    }

    /// Works out when each operation took effect up to the moment that a run shows; it costs the
    /// whole history, so what was worked out is kept.
    pub fn work_out_points(&mut self, run: &dyn Run) {
        let steps = run.steps();
        if self.points.as_ref().is_none_or(|(known, _)| *known != steps) {
            let points = run.points().map(|mut points| {
                points.sort_unstable_by_key(|(op, _)| *op);
                points
            });
            self.points = Some((steps, points));
        }
    }

    /// When an operation took effect, if that was worked out for the moment after so many steps.
    pub fn point(&self, op: OpId, steps: u64) -> Option<Time> {
        let (_, points) = self.points.as_ref().filter(|(known, _)| *known == steps)?;
        let points = points.as_ref()?;
        let place = points.binary_search_by_key(&op, |(op, _)| *op).ok()?;
        points.get(place).map(|(_, at)| *at)
    }

    /// It was worked out that there is no such order, or none was found.
    pub fn has_no_order(&self, steps: u64) -> bool {
        matches!(&self.points, Some((known, None)) if *known == steps)
    }
}
