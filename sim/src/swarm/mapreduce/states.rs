//! Interesting states of a MapReduce.

use crate::swarm::kind::{self, Kind, kinds};

/// Disks and clocks. A clock that is set makes time-outs say nothing, so none is.
pub const DISKS: &[Kind] =
    &[kind::SLOW_DISK, kind::STALLED, kind::UNSTALLED, kind::CLOCK_FAST, kind::CLOCK_SLOW];

kinds! {
    /// Tasks.
    TASKS {
        LOCAL "map task given to a worker that has its input",
        REMOTE "map task given to a worker that lacks its input",
        BACKUP "backup task",
        BEATEN "attempt beaten by another of its task",
        LATE "attempt done after another of its task",
        EARLY "bucket read while maps are still to be done",
        SECOND_JOB "second job of a chain",
        SKIPPED "record skipped",
        OVER "job over",
    }
    /// What goes wrong.
    FAILURES {
        TIMED_OUT "attempt given up after its time",
        LOST "worker lost",
        REOPENED "map task done again since its output is lost",
        UNREAD "bucket not found where it was",
        PROCESS_CRASHED "process gone",
        RESUMED "coordinator going on from what it wrote down",
        ANEW "coordinator beginning anew",
        WROTE_PART "worker crashed with a part of its output written",
        LOST_READING "worker crashed while others read from it",
    }
}
