//! What became of a job on the shown branch, as far as that was run: each attempt at a task, with all
//! that it passed. It grows by what is new, and holds whatever moment is shown.

mod attempts;
mod flow;
mod rates;
mod standing;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::rc::Rc;

use netsplit_core::history::OpId;
use netsplit_core::id::{Cast, NodeId};
use netsplit_core::mapreduce::message::Notice;
use netsplit_core::mapreduce::task::{Attempt, Phase, Task};
use netsplit_core::time::Time;
use netsplit_sim::fingerprint::Fingerprint;
use netsplit_sim::run::{JobEvent, JobNote, JobOutput, Run};
use netsplit_sim::timeline::BranchId;

use super::reached::{News, Reached, at_edge};
use crate::draw::bars::{Bar, FAR, Lanes};

pub use attempts::{Piece, Stands, Took, Try, Waste};
pub use flow::{Cell, Flow, State, TaskNow};
pub use rates::{Flowing, Rates};
pub use standing::{Totals, WorkerNow};

/// What is known of a branch.
#[derive(Default)]
pub struct Job {
    reached: Reached,
    /// How much of it is known: what to ask the run for the next time.
    count: u64,
    /// The coordinator's run.
    run: Option<u64>,
    tries: Vec<Try>,
    /// The last attempt of a name, and all of a task.
    named: BTreeMap<Attempt, usize>,
    tasks: BTreeMap<Task, Vec<OpId>>,
    lanes: Lanes,
    /// When all tasks of a phase were done, of which job of the chain.
    phases: Vec<(Time, u32, Phase)>,
    /// When the job was over.
    over: Vec<Time>,
    /// Workers that were taken for lost, and those that began anew.
    lost: Vec<(Time, NodeId, bool)>,
    /// What was written where it was looked at last, after which steps.
    written: Option<(Fingerprint, Rc<JobOutput>)>,
}

impl Job {
    /// Takes in what a run has come to since it was looked at last.
    pub fn catch_up(&mut self, run: &dyn Run, branch: BranchId) {
        let news = self.reached.follow(run, branch);
        if news == News::All {
            let reached = std::mem::take(&mut self.reached);
            *self = Job { reached, lanes: lanes(run.cast()), ..Job::default() };
        }
        if news == News::None {
            return;
        }
        let news = at_edge(run, |run| run.job(self.count));
        self.count = news.count;
        for note in news.news {
            self.take(note);
        }
    }

    /// What the run has written at the moment it shows: put together from its pieces once a moment.
    pub fn written(&mut self, run: &dyn Run) -> Rc<JobOutput> {
        let here = run.fingerprint();
        match &self.written {
            Some((of, written)) if *of == here => Rc::clone(written),
            _ => {
                let written = Rc::new(run.output());
                self.written = Some((here, Rc::clone(&written)));
                written
            }
        }
    }

    fn take(&mut self, note: JobNote) {
        let (at, node) = (note.at, note.node);
        let JobEvent::Told(notice) = &note.what else {
            return self.all_gone(node, &note);
        };
        match notice {
            Notice::Assigned { attempt, worker, backup, local } => {
                let id = OpId::from_index(self.tries.len() as u32);
                self.named.insert(*attempt, self.tries.len());
                self.tasks.entry(attempt.task).or_default().push(id);
                let (attempt, worker) = (*attempt, *worker);
                let mut it = Try::new(id, attempt, worker, (*backup, *local), at);
                it.pass(note);
                self.tries.push(it);
                self.draw(id.index());
            }
            Notice::Adopted { attempt, .. }
            | Notice::Committed { attempt, .. }
            | Notice::Late { attempt, .. }
            | Notice::GivenUp { attempt, .. }
            | Notice::Took { attempt, .. }
            | Notice::Goes { attempt, .. }
            | Notice::Wrote { attempt, .. }
            | Notice::Dropped { attempt }
            | Notice::Failed { attempt, .. } => {
                if let Some(&place) = self.named.get(attempt) {
                    self.tries[place].pass(note);
                    self.draw(place);
                }
            }
            Notice::Reopened { task, .. } => {
                let of_task = self.tasks.get(task).map_or(&[][..], Vec::as_slice);
                for id in of_task {
                    let it = &mut self.tries[id.index()];
                    if it.stands(at) == Stands::Committed {
                        it.pass(note.clone());
                    }
                }
            }
            Notice::Process(_) => {
                self.lost.push((at, node, false));
                self.all_gone(node, &note);
            }
            Notice::Exits { .. } => self.all_gone(node, &note),
            Notice::Lost(worker) => self.lost.push((at, *worker, true)),
            Notice::Begins { run, .. } => {
                if self.run.is_some_and(|before| before != *run) {
                    // All that was done counts for a run that is no more.
                    self.tries.iter_mut().for_each(|it| it.pass(note.clone()));
                }
                self.run = Some(*run);
            }
            Notice::PhaseDone { round, phase } => self.phases.push((at, *round, *phase)),
            Notice::JobDone => self.over.push(at),
            _ => {}
        }
    }

    /// What is at work on a node is gone.
    fn all_gone(&mut self, node: NodeId, note: &JobNote) {
        let mut gone = Vec::new();
        for it in self.tries.iter_mut().filter(|it| it.worker == node && it.to == FAR) {
            it.pass(note.clone());
            gone.push(it.id.index());
        }
        gone.into_iter().for_each(|place| self.draw(place));
    }

    /// Its bar has its beginning, or its end.
    fn draw(&mut self, place: usize) {
        let it = &self.tries[place];
        let lane = (it.worker.index()).saturating_sub(1);
        self.lanes.put_in(lane, Bar { op: it.id, from: it.from, to: it.to });
    }

    /// All attempts, in the order in which they were given out.
    pub fn tries(&self) -> &[Try] {
        &self.tries
    }

    /// Those that had been given out by a time.
    pub fn tries_by(&self, now: Time) -> &[Try] {
        &self.tries[..self.tries.partition_point(|it| it.from <= now)]
    }

    /// An attempt.
    pub fn get(&self, id: OpId) -> Option<&Try> {
        self.tries.get(id.index())
    }

    /// The attempts at a task that had been given out by a time.
    pub fn of_task(&self, task: Task, now: Time) -> impl DoubleEndedIterator<Item = &Try> {
        let ids = self.tasks.get(&task).map_or(&[][..], Vec::as_slice);
        ids.iter().filter_map(|id| self.get(*id)).filter(move |it| it.from <= now)
    }

    /// The lanes of workers.
    pub fn lanes(&self) -> &Lanes {
        &self.lanes
    }

    /// When all tasks of a phase were done, of which job of the chain, in order.
    pub fn phases(&self) -> &[(Time, u32, Phase)] {
        &self.phases
    }

    /// When it was over, if it was by a time.
    pub fn over_at(&self, now: Time) -> Option<Time> {
        self.over.iter().copied().filter(|at| *at <= now).min()
    }

    /// The job was over by a time.
    pub fn is_over(&self, now: Time) -> bool {
        self.over.iter().any(|at| *at <= now)
    }

    /// A worker was taken for lost by a time, and has not begun anew.
    pub fn is_lost(&self, worker: NodeId, now: Time) -> bool {
        let of_it = self.lost.iter().rev().find(|(at, it, _)| *it == worker && *at <= now);
        of_it.is_some_and(|(.., lost)| *lost)
    }

    /// Which job of the chain is at work at a time, from 0.
    pub fn round(&self, now: Time) -> u32 {
        self.tries_by(now).last().map_or(0, |it| it.attempt.task.round)
    }
}

/// A lane for each worker.
fn lanes(cast: Cast) -> Lanes {
    let mut lanes = Lanes::default();
    cast.servers().skip(1).for_each(|worker| lanes.know_node(worker));
    lanes
}
