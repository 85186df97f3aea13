//! How a job stands at a time, all attempts together: the numbers of the paper's status pages
//! (section 4.8).

use netsplit_core::history::OpId;
use netsplit_core::id::NodeId;
use netsplit_core::mapreduce::task::Phase;
use netsplit_core::time::Time;

use super::{Job, Stands};

/// Bytes in all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// What map tasks have read.
    pub input: u64,
    /// What map tasks have written, as far as it counts.
    pub intermediate: u64,
    /// What reduce tasks have read of it.
    pub shuffled: u64,
    /// What reduce tasks have written, as far as it counts.
    pub output: u64,
    /// Attempts that were for nothing.
    pub wasted: usize,
}

/// A worker at a time.
#[derive(Clone, Debug, PartialEq)]
pub struct WorkerNow {
    /// Who.
    pub node: NodeId,
    /// It was taken for lost.
    pub lost: bool,
    /// What it is at.
    pub at: Vec<OpId>,
    /// How many attempts of each phase it has done that count.
    pub done: [usize; 2],
    /// How many were for nothing.
    pub wasted: usize,
    /// Bytes that it has read for tasks.
    pub read: u64,
}

impl Job {
    /// Bytes in all, up to a time.
    pub fn totals(&self, now: Time) -> Totals {
        let mut totals = Totals::default();
        for it in self.tries_by(now) {
            let stands = it.stands(now);
            let wrote = match stands {
                Stands::Committed => it.wrote(now).unwrap_or(0),
                _ => 0,
            };
            let (read, written) = match it.attempt.task.phase {
                Phase::Map => (&mut totals.input, &mut totals.intermediate),
                Phase::Reduce => (&mut totals.shuffled, &mut totals.output),
            };
            *read += it.read(now);
            *written += wrote;
            totals.wasted += usize::from(matches!(stands, Stands::Wasted(_)));
        }
        totals
    }

    /// All workers at a time.
    pub fn workers(&self, now: Time) -> Vec<WorkerNow> {
        let mut workers: Vec<WorkerNow> = self
            .lanes()
            .list()
            .iter()
            .map(|lane| WorkerNow {
                node: lane.client,
                lost: self.is_lost(lane.client, now),
                at: Vec::new(),
                done: [0; 2],
                wasted: 0,
                read: 0,
            })
            .collect();
        for it in self.tries_by(now) {
            let Some(worker) = workers.get_mut(it.worker.index().saturating_sub(1)) else {
                continue;
            };
            worker.read += it.read(now);
            match it.stands(now) {
                Stands::Committed => worker.done[it.attempt.task.phase as usize] += 1,
                Stands::Wasted(_) => worker.wasted += 1,
                Stands::Works => {}
            }
            if it.to > now {
                worker.at.push(it.id);
            }
        }
        workers
    }
}
