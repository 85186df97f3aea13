//! What always holds of a node of a MapReduce, in the slow and obvious form.

use super::coordinator::Coordinator;
use super::message::Stage;
use super::node::Node;
use super::task::{Phase, Standing};
use super::worker::Worker;

/// A rule about one node, with its name.
pub type Rule = (&'static str, fn(&Node) -> bool);

/// All rules.
pub const RULES: &[Rule] = &[
    ("a task that is done is at work nowhere", |node| of_coordinator(node, done_is_not_running)),
    ("a task is given to a worker once at a time", |node| of_coordinator(node, one_each)),
    ("a task has a backup at most", |node| of_coordinator(node, two_at_most)),
    ("a worker that waits for an answer is at work, or asks", |node| {
        of_worker(node, waits_for_cause)
    }),
    ("a reduce task that sorts has all its buckets", |node| of_worker(node, has_all_buckets)),
];

/// The name of the first rule that a node breaks.
pub fn broken_rule(node: &Node) -> Option<&'static str> {
    RULES.iter().find(|(_, holds)| !holds(node)).map(|(name, _)| *name)
}

fn of_coordinator(node: &Node, holds: fn(&Coordinator) -> bool) -> bool {
    node.coordinator().is_none_or(holds)
}

fn of_worker(node: &Node, holds: fn(&Worker) -> bool) -> bool {
    node.worker().is_none_or(holds)
}

fn all(it: &Coordinator) -> impl Iterator<Item = &Standing> {
    Phase::BOTH.into_iter().flat_map(|phase| it.tasks(phase))
}

fn done_is_not_running(it: &Coordinator) -> bool {
    all(it).all(|task| task.done.is_none() || task.running.is_empty())
}

fn one_each(it: &Coordinator) -> bool {
    all(it).all(|task| {
        let mut attempts: Vec<u32> = task.running.iter().map(|it| it.attempt).collect();
        attempts.sort_unstable();
        attempts.windows(2).all(|pair| pair[0] != pair[1])
    })
}

fn two_at_most(it: &Coordinator) -> bool {
    all(it).all(|task| task.running.len() <= 2)
}

fn waits_for_cause(it: &Worker) -> bool {
    it.pending().all(|pending| pending.phase.is_none_or(|phase| it.doing(phase).is_some()))
}

fn has_all_buckets(it: &Worker) -> bool {
    it.doing(Phase::Reduce).is_none_or(|doing| {
        !matches!(doing.stage, Stage::Sort | Stage::Compute)
            || doing.taken.len() as u32 >= doing.order.maps
    })
}
