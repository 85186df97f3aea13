//! Tasks and attempts: what is handed out, and what it is called.

use std::fmt;

use crate::id::NodeId;
use crate::time::Time;

use super::file::Done;

/// A phase of a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Phase {
    /// Splits become pairs.
    Map,
    /// Keys with their values become output.
    Reduce,
}

impl Phase {
    /// Both.
    pub const BOTH: [Phase; 2] = [Phase::Map, Phase::Reduce];

    /// Its word.
    pub const fn word(self) -> &'static str {
        match self {
            Phase::Map => "map",
            Phase::Reduce => "reduce",
        }
    }
}

/// A task: a split to map, or a part of the keys to reduce.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Task {
    /// Which job of the chain, from 0.
    pub round: u32,
    /// Which phase.
    pub phase: Phase,
    /// Which split, or which part of the keys, from 0 as in the course's names of files.
    pub number: u32,
}

impl Task {
    /// A map task.
    pub const fn map(round: u32, number: u32) -> Task {
        Task { round, phase: Phase::Map, number }
    }

    /// A reduce task.
    pub const fn reduce(round: u32, number: u32) -> Task {
        Task { round, phase: Phase::Reduce, number }
    }
}

/// `map 3`, `reduce 0`; the jobs of a chain behind the first have their number, `map 3 of job 2`.
impl fmt::Display for Task {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.phase.word(), self.number)?;
        match self.round {
            0 => Ok(()),
            round => write!(f, " of job {}", round + 1),
        }
    }
}

/// A task given to somebody. Attempts of a run have numbers of one sequence, so that no two are
/// alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Attempt {
    /// The task.
    pub task: Task,
    /// The attempt's number, from 1.
    pub number: u32,
}

/// `map 3 (attempt 7)`.
impl fmt::Display for Attempt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (attempt {})", self.task, self.number)
    }
}

/// An attempt at work, as the coordinator knows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Running {
    /// Its number.
    pub attempt: u32,
    /// Who has it.
    pub worker: NodeId,
    /// Since when.
    pub since: Time,
    /// When it is given up; `None` for never.
    pub until: Option<Time>,
    /// Of a hundred parts, how many are done, as far as was told.
    pub progress: u32,
}

/// How a task stands at the coordinator: idle, in progress or completed (section 3.2).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// Attempts at work; without one, and not done, the task is idle.
    pub running: Vec<Running>,
    /// How it was done.
    pub done: Option<Done>,
    /// How many attempts there have been.
    pub attempts: u32,
    /// A second attempt was started near the end (section 3.6).
    pub backed_up: bool,
}

impl Standing {
    /// Neither done nor given to anybody.
    pub fn is_idle(&self) -> bool {
        self.done.is_none() && self.running.is_empty()
    }
}
