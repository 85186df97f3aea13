//! What a MapReduce can be told at its start.

use crate::id::NodeId;
use crate::time::Span;

use super::mutants::Mutants;

/// The job, how failures are noticed, which of the paper's refinements are on. The default is
/// [`Options::paper`], without input.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Options {
    /// The splits of the input.
    pub splits: Vec<Split>,
    /// Into how many parts the keys are divided: the paper's R, the course's `nReduce`.
    pub parts: u32,
    /// How many jobs follow on each other, each on the output of the one before.
    pub rounds: u32,
    /// Where files lie.
    pub disk: DiskModel,
    /// How it is noticed that an attempt or a worker is lost.
    pub detection: Detection,
    /// An attempt, or a worker, is given up after so long.
    pub time_out: Span,
    /// The coordinator asks so often who is there; workers wait so long between two questions.
    pub ping: Span,
    /// Whoever has no answer asks again after so long.
    pub retry: Span,
    /// Tasks at work are given out a second time near the end of a phase (section 3.6).
    pub backup: bool,
    /// Tasks go to workers that have their input (section 3.4).
    pub locality: bool,
    /// Values are combined before they cross the network (section 4.3).
    pub combine: bool,
    /// Records on which the user's code fails twice are skipped (section 4.6).
    pub skip: bool,
    /// A worker reduces one task while it maps another, and reads buckets while there are map tasks
    /// to be done (section 5.3).
    pub overlap: bool,
    /// The coordinator writes down what is done, and goes on from that after a crash (section 3.3).
    pub checkpoint: bool,
    /// Nothing is given out before: the program is being started on all machines (section 5.2).
    pub start: Span,
    /// What work costs.
    pub costs: Costs,
    /// Each byte that a file holds stands for so many.
    pub scale: u64,
    /// Mistakes made on purpose.
    pub mutants: Mutants,
}

/// A split of the input.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Split {
    /// Its name, the key of the user's map function.
    pub name: String,
    /// Workers that have it on their disks, beside the file system (section 3.4).
    pub replicas: Vec<NodeId>,
}

/// Where files lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DiskModel {
    /// Map tasks leave their output on their workers' own disks, and reduce tasks read it there
    /// (section 3.1); only final output goes to the file system.
    Local,
    /// All files lie on one disk that all workers share, as in the course.
    Shared,
}

impl DiskModel {
    /// Its word.
    pub const fn word(self) -> &'static str {
        match self {
            DiskModel::Local => "local",
            DiskModel::Shared => "shared",
        }
    }
}

/// How it is noticed that an attempt or a worker is lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Detection {
    /// The coordinator pings workers; who has not answered for the time-out is lost, with all that
    /// it does (section 3.3).
    Ping,
    /// An attempt that is not done after the time-out is given to another (the course's ten
    /// seconds). Of workers nothing is known.
    Deadline,
}

impl Detection {
    /// Its word.
    pub const fn word(self) -> &'static str {
        match self {
            Detection::Ping => "ping",
            Detection::Deadline => "deadline",
        }
    }
}

/// What the user's code and the library's cost of the processor, in nanoseconds a byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Costs {
    /// To map a byte of input.
    pub map: u64,
    /// To sort a byte of what reduce has read.
    pub sort: u64,
    /// To reduce a byte of it.
    pub reduce: u64,
}

impl Options {
    /// As the paper has it, on a small cluster.
    pub const fn paper() -> Options {
        Options {
            splits: Vec::new(),
            parts: 4,
            rounds: 1,
            disk: DiskModel::Local,
            detection: Detection::Ping,
            time_out: Span::from_millis(3_000),
            ping: Span::from_millis(500),
            retry: Span::from_millis(1_000),
            backup: true,
            locality: true,
            combine: true,
            skip: true,
            overlap: true,
            checkpoint: true,
            start: Span::ZERO,
            costs: Costs { map: 50, sort: 25, reduce: 25 },
            scale: 1_000,
            mutants: Mutants::NONE,
        }
    }

    /// As the course has it: a shared disk, ten seconds for each attempt, one task at a time, and
    /// nothing of the paper's refinements.
    pub fn course() -> Options {
        Options {
            parts: 10,
            disk: DiskModel::Shared,
            detection: Detection::Deadline,
            time_out: Span::from_millis(10_000),
            backup: false,
            locality: false,
            combine: false,
            skip: false,
            overlap: false,
            checkpoint: false,
            costs: Costs { map: 0, sort: 0, reduce: 0 },
            scale: 1,
            ..Options::paper()
        }
    }

    /// How many map tasks a job of the chain has: behind the first, one for each file that the one
    /// before has written.
    pub fn maps(&self, round: u32) -> u32 {
        match round {
            0 => self.splits.len() as u32,
            _ => self.parts,
        }
    }
}

impl Default for Options {
    fn default() -> Options {
        Options::paper()
    }
}
