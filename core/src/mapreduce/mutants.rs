//! Mistakes of a MapReduce made on purpose, as [Raft's](crate::raft::mutants): each one guard at the
//! rule it breaks.

use crate::mutants::mutants;

/// What a mistake breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Breaks {
    /// The output is what a sequential run writes.
    Output,
    /// No reduce function begins before all maps are done.
    MapsFirst,
    /// Only whole files are read.
    WholeFiles,
    /// A second attempt is begun only for a reason.
    Patience,
    /// Nobody waits while there is something to do.
    NoIdleHands,
    /// The job is over when all output is there, and no worker leaves before.
    EndsComplete,
    /// The job ends, and workers exit.
    LiveJob,
    /// Nobody asks more often than is of use.
    Traffic,
    /// What the user's code counts is counted of each task once.
    Counters,
}

impl Breaks {
    /// Whether what is broken is seen at a step; the rest is seen by waiting.
    pub const fn is_safety(self) -> bool {
        !matches!(self, Breaks::LiveJob)
    }
}

mutants! {
    u32;
    /// reduce tasks begin when the last map task was given out.
    ReduceEarly = "MR01" MapsFirst,
    /// an attempt that is lost is never given out again.
    NeverAgain = "MR02" LiveJob,
    /// attempts are given up after a quarter of their time.
    Impatient = "MR03" Patience,
    /// completions are counted instead of tasks.
    CountsCompletions = "MR04" EndsComplete,
    /// what an attempt that was given up has done is refused, and the task never given out
    /// again.
    RefusesLate = "MR05" LiveJob,
    /// output is written under its final name.
    WritesInPlace = "MR06" WholeFiles,
    /// all attempts write under one name before they rename.
    SharedTempName = "MR07" WholeFiles,
    /// each worker has a hash of its own.
    OwnHash = "MR08" Output,
    /// reduce does not sort what it has read, and so does not group it.
    NoGrouping = "MR09" Output,
    /// a worker for which there is nothing to do now is told that the job is over.
    WaitMeansOver = "MR10" EndsComplete,
    /// the job is over when the last reduce task was given out.
    DoneWhenAssigned = "MR11" EndsComplete,
    /// a worker never exits.
    NeverExits = "MR12" LiveJob,
    /// one task is given out at a time.
    OneAtATime = "MR13" NoIdleHands,
    /// a reduce task deletes what it has read before it is done.
    DeletesEarly = "MR14" LiveJob,
    /// a worker that is told to wait asks again at once.
    BusyLoop = "MR15" Traffic,
    /// the time is of the worker, not of the attempt.
    TimeOfWorker = "MR16" Patience,
    /// what is counted by an attempt that comes late is counted as well.
    CountsAgain = "MR17" Counters,
}
