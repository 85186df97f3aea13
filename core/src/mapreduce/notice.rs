//! What the nodes of a MapReduce tell: of tasks, of stages of an attempt, and of those who are given
//! up.

use crate::id::NodeId;

use super::file::FileName;
use super::message::{Process, Why};
use super::task::{Attempt, Phase, Task};

/// What a node tells its owner.
#[derive(Clone, Debug, PartialEq, Hash)]
pub enum Notice {
    // ── Of the coordinator ─────────────────────────────────────────────────
    /// A run begins; one that goes on after a crash has tasks that are done.
    Begins {
        /// The number of the run.
        run: u64,
        /// How many tasks are done already.
        done: u64,
    },
    /// A task is given to a worker.
    Assigned {
        /// Which attempt.
        attempt: Attempt,
        /// To whom.
        worker: NodeId,
        /// It is a backup of one at work (section 3.6).
        backup: bool,
        /// Its input is on the worker's own disk (section 3.4).
        local: bool,
    },
    /// An attempt that was given out before the coordinator started again is still at work.
    Adopted {
        /// Which attempt.
        attempt: Attempt,
        /// Whose.
        worker: NodeId,
    },
    /// A worker is told to wait.
    Waits {
        /// Who.
        worker: NodeId,
        /// Of which phases it could take a task.
        free: Vec<Phase>,
    },
    /// A worker is told that the job is over.
    Dismissed(NodeId),
    /// A task is done: this attempt's output counts.
    Committed {
        /// Which attempt.
        attempt: Attempt,
        /// Whose.
        worker: NodeId,
    },
    /// An attempt is done whose task was done before.
    Late {
        /// Which attempt.
        attempt: Attempt,
        /// Whose.
        worker: NodeId,
    },
    /// An attempt is given up.
    GivenUp {
        /// Which attempt.
        attempt: Attempt,
        /// Whose.
        worker: NodeId,
        /// Why.
        why: GivenUp,
    },
    /// A worker is lost: it has not answered for too long.
    Lost(NodeId),
    /// The output of a map task is not where it was said to be.
    Unread {
        /// The task.
        task: Task,
        /// Who had its output.
        worker: NodeId,
    },
    /// A map task that was done is to be done again: its output is lost with its worker.
    Reopened {
        /// The task.
        task: Task,
        /// Who had its output.
        worker: NodeId,
    },
    /// A record of a split is skipped from now on.
    Skips {
        /// The split.
        split: u32,
        /// The record, by line.
        record: u64,
    },
    /// All tasks of a phase are done.
    PhaseDone {
        /// Which job of the chain.
        round: u32,
        /// Which phase.
        phase: Phase,
    },
    /// The job is over.
    JobDone,

    // ── Of workers ─────────────────────────────────────────────────────────
    /// A process begins.
    Process(Process),
    /// An attempt has its input.
    Took {
        /// Which attempt.
        attempt: Attempt,
        /// Of a reduce task: the map task whose bucket it is.
        map: Option<u32>,
        /// What it holds, as a number.
        digest: u64,
        /// As how many bytes it counts.
        weight: u64,
        /// From whom.
        from: NodeId,
    },
    /// An attempt goes on to its next stage.
    Goes {
        /// Which attempt.
        attempt: Attempt,
        /// To which.
        to: Stage,
    },
    /// An attempt has written what it was to write.
    Wrote {
        /// Which attempt.
        attempt: Attempt,
        /// As how many bytes that counts.
        weight: u64,
    },
    /// An attempt is dropped.
    Dropped {
        /// Which attempt.
        attempt: Attempt,
    },
    /// The user's code fails on a record.
    Failed {
        /// Which attempt.
        attempt: Attempt,
        /// Why.
        why: Why,
    },
    /// The process exits.
    Exits {
        /// The user's code has crashed, or somebody has killed it.
        crashed: bool,
    },
    /// What the user's code makes of an input is not known: see [`Table`](super::job::Table).
    Wanted(Attempt),

    // ── Of the shared disk ─────────────────────────────────────────────────
    /// Files have their final names.
    Renamed(Vec<FileName>),
}

/// Why an attempt is given up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum GivenUp {
    /// Its time is over.
    TimeOut,
    /// Its worker is lost, or has begun anew.
    WorkerLost,
    /// Its worker says why.
    Failed(Why),
    /// Another attempt was done first.
    Beaten,
    /// Its worker knows nothing of it.
    Unknown,
}

/// What an attempt does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    /// Reads its input.
    Read,
    /// Reads buckets from where map tasks have left them.
    Shuffle,
    /// Sorts what it has read.
    Sort,
    /// Runs the user's code.
    Compute,
    /// Writes its output.
    Write,
    /// Gives its files their final names.
    Rename,
    /// Tells the coordinator.
    Report,
}

impl Stage {
    /// Its word.
    pub const fn word(self) -> &'static str {
        match self {
            Stage::Read => "read",
            Stage::Shuffle => "shuffle",
            Stage::Sort => "sort",
            Stage::Compute => "compute",
            Stage::Write => "write",
            Stage::Rename => "rename",
            Stage::Report => "report",
        }
    }
}
