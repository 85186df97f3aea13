//! Mistakes of a MapReduce made on purpose, as [Raft's](crate::raft::mutants): each one guard at the
//! rule it breaks.

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
}

impl Breaks {
    /// Whether what is broken is seen at a step; the rest is seen by waiting.
    pub const fn is_safety(self) -> bool {
        !matches!(self, Breaks::LiveJob)
    }
}

/// A mistake.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Mutant {
    /// MR01: reduce tasks begin when the last map task was given out.
    ReduceEarly,
    /// MR02: an attempt that is lost is never given out again.
    NeverAgain,
    /// MR03: attempts are given up after a quarter of their time.
    Impatient,
    /// MR04: completions are counted instead of tasks.
    CountsCompletions,
    /// MR05: what an attempt that was given up has done is refused, and the task never given out
    /// again.
    RefusesLate,
    /// MR06: output is written under its final name.
    WritesInPlace,
    /// MR07: all attempts write under one name before they rename.
    SharedTempName,
    /// MR08: each worker has a hash of its own.
    OwnHash,
    /// MR09: reduce does not sort what it has read, and so does not group it.
    NoGrouping,
    /// MR10: a worker for which there is nothing to do now is told that the job is over.
    WaitMeansOver,
    /// MR11: the job is over when the last reduce task was given out.
    DoneWhenAssigned,
    /// MR12: a worker never exits.
    NeverExits,
    /// MR13: one task is given out at a time.
    OneAtATime,
    /// MR14: a reduce task deletes what it has read before it is done.
    DeletesEarly,
    /// MR15: a worker that is told to wait asks again at once.
    BusyLoop,
    /// MR16: the time is of the worker, not of the attempt.
    TimeOfWorker,
}

impl Mutant {
    /// All of them, in the order of the catalogue.
    pub const ALL: &[Mutant] = &[
        Mutant::ReduceEarly,
        Mutant::NeverAgain,
        Mutant::Impatient,
        Mutant::CountsCompletions,
        Mutant::RefusesLate,
        Mutant::WritesInPlace,
        Mutant::SharedTempName,
        Mutant::OwnHash,
        Mutant::NoGrouping,
        Mutant::WaitMeansOver,
        Mutant::DoneWhenAssigned,
        Mutant::NeverExits,
        Mutant::OneAtATime,
        Mutant::DeletesEarly,
        Mutant::BusyLoop,
        Mutant::TimeOfWorker,
    ];

    /// Its name in the catalogue: `MR01`.
    pub const fn id(self) -> &'static str {
        self.row().0
    }

    /// What it breaks.
    pub const fn breaks(self) -> Breaks {
        self.row().1
    }

    /// The one of this name.
    pub fn from_id(id: &str) -> Option<Mutant> {
        Mutant::ALL.iter().copied().find(|mutant| mutant.id() == id)
    }

    const fn row(self) -> (&'static str, Breaks) {
        match self {
            Mutant::ReduceEarly => ("MR01", Breaks::MapsFirst),
            Mutant::NeverAgain => ("MR02", Breaks::LiveJob),
            Mutant::Impatient => ("MR03", Breaks::Patience),
            Mutant::CountsCompletions => ("MR04", Breaks::EndsComplete),
            Mutant::RefusesLate => ("MR05", Breaks::LiveJob),
            Mutant::WritesInPlace => ("MR06", Breaks::WholeFiles),
            Mutant::SharedTempName => ("MR07", Breaks::WholeFiles),
            Mutant::OwnHash => ("MR08", Breaks::Output),
            Mutant::NoGrouping => ("MR09", Breaks::Output),
            Mutant::WaitMeansOver => ("MR10", Breaks::EndsComplete),
            Mutant::DoneWhenAssigned => ("MR11", Breaks::EndsComplete),
            Mutant::NeverExits => ("MR12", Breaks::LiveJob),
            Mutant::OneAtATime => ("MR13", Breaks::NoIdleHands),
            Mutant::DeletesEarly => ("MR14", Breaks::LiveJob),
            Mutant::BusyLoop => ("MR15", Breaks::Traffic),
            Mutant::TimeOfWorker => ("MR16", Breaks::Patience),
        }
    }
}

/// A set of mistakes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Mutants(u32);

impl Mutants {
    /// None.
    pub const NONE: Mutants = Mutants(0);

    /// These and one more.
    pub const fn with(self, mutant: Mutant) -> Mutants {
        Mutants(self.0 | 1 << mutant as u8)
    }

    /// Whether it is one of them.
    pub const fn has(self, mutant: Mutant) -> bool {
        self.0 & (1 << mutant as u8) != 0
    }

    /// True when there is none.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Its members, in the order of the catalogue.
    pub fn iter(self) -> impl Iterator<Item = Mutant> {
        Mutant::ALL.iter().copied().filter(move |mutant| self.has(*mutant))
    }
}
