//! What is broken in a MapReduce.

use netsplit_core::id::NodeId;
use netsplit_core::mapreduce::file::FileName;
use netsplit_core::mapreduce::task::{Attempt, Phase, Task};
use netsplit_core::time::Span;

use crate::words::capital;

/// A file is not what a sequential run writes.
pub fn wrong_output(name: FileName) -> String {
    format!("The file {name} is not what a sequential run writes.")
}

/// Keys are out of order, or a key comes twice.
pub fn out_of_order(name: FileName, key: &str) -> String {
    format!("The file {name} has the key {key} where it does not belong.")
}

/// A task commits a second time.
pub fn committed_twice(attempt: Attempt, worker: NodeId) -> String {
    format!(
        "{} of {worker} commits, and the task had committed before.",
        capital(&attempt.to_string())
    )
}

/// A task is at work, and given out once more.
pub fn given_out_twice(attempt: Attempt) -> String {
    format!("{} is given out while the task is at work elsewhere.", capital(&attempt.to_string()))
}

/// An attempt is given up too early.
pub fn given_up_early(attempt: Attempt, waited: Span) -> String {
    format!("{} is given up after {waited}.", capital(&attempt.to_string()))
}

/// A worker is taken for lost too early.
pub fn lost_early(worker: NodeId, silent: Span) -> String {
    format!("{worker} is taken for lost after {silent} of silence.")
}

/// A map task whose output is lost is not done again.
pub fn not_run_again(worker: NodeId, map: u32) -> String {
    format!("{worker} is lost, and map {map}, whose output it has, is not done again.")
}

/// A task is done again without need.
pub fn run_again_for_nothing(task: Task, worker: NodeId) -> String {
    format!("{} is done again, and its output on {worker} is not lost.", capital(&task.to_string()))
}

/// A reduce task is given out while there are maps to be done.
pub fn reduce_given_out_early(attempt: Attempt) -> String {
    format!("{} is given out before all maps are done.", capital(&attempt.to_string()))
}

/// A reduce function begins without some of its input.
pub fn reduces_early(attempt: Attempt, has: u32, all: u32) -> String {
    format!("{} begins to reduce with {has} buckets of {all}.", capital(&attempt.to_string()))
}

/// A file was read that is not whole.
pub fn read_a_part(attempt: Attempt, name: &str) -> String {
    format!("{} has read a part of {name}.", capital(&attempt.to_string()))
}

/// A worker waits while there is something to do.
pub fn waits_for_nothing(worker: NodeId, phase: Phase) -> String {
    format!("{worker} is told to wait while a {} task is idle.", phase.word())
}

/// A worker does not wait when it is told to.
pub fn asks_too_often(worker: NodeId, most: usize) -> String {
    format!("{worker} was told to wait, and has asked more than {most} times since.")
}

/// A worker is told that the job is over, and it is not.
pub fn dismissed_early(worker: NodeId, missing: FileName) -> String {
    format!("{worker} is told that the job is over, and {missing} is not there.")
}

/// A worker exits before the job is over.
pub fn left_early(worker: NodeId, missing: FileName) -> String {
    format!("{worker} exits, and {missing} is not there.")
}

/// The coordinator takes the job for over, and it is not.
pub fn over_early(missing: FileName) -> String {
    format!("The job is taken for over, and {missing} is not there.")
}

/// A node breaks a rule.
pub fn breaks_rule(node: NodeId, rule: &str) -> String {
    format!("{node} breaks a rule: {rule}.")
}

/// A counter is not what a sequential run counts.
pub fn miscounted(name: &str, counted: u64, wanted: u64) -> String {
    format!("The counter {name} is {counted}, and a sequential run counts {wanted}.")
}
