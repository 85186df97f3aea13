//! MapReduce: a function over the splits of an input, another over the keys that come out, and a
//! library that runs both on many machines of which some fail.
//!
//! Dean and Ghemawat, *MapReduce: Simplified Data Processing on Large Clusters*, OSDI 2004; and the
//! first lab of the course, which has a shared disk where the paper has one in each machine.
//!
//! | message | from | to | says |
//! |---|---|---|---|
//! | `AskTask` | worker | coordinator | I could do a task of these phases; this is what I do in the others |
//! | `Task` | coordinator | worker | do this; or wait; or the job is over |
//! | `Ping` | coordinator | worker | are you there? |
//! | `Pong` | worker | coordinator | I am; this is what I do, and what it counts. Also unasked, when nothing was heard for the time-out |
//! | `TaskDone` | worker | coordinator | it is done, and so large is its output |
//! | `TaskFailed` | worker | coordinator | it cannot be done: a record, or a bucket that is gone |
//! | `Noted` | coordinator | worker | I know |
//! | `Located` | coordinator | worker that reduces | here are buckets of more map tasks; those are lost |
//! | `LocatedReply` | worker | coordinator | I know |
//! | `Read` | worker | whoever has a file | what does it hold? |
//! | `Content` | whoever has it | worker | this; or it is not there |
//! | `Write` | worker | shared disk | a piece of each of these files |
//! | `Rename` | worker | shared disk | they are complete: give them their final names |
//! | `Delete` | worker | shared disk | they are not needed |
//! | `Stored` | shared disk | worker | done, and on the disk |
//!
//! # Where to find a rule
//!
//! | rule | file | function |
//! |---|---|---|
//! | a task is idle, in progress or completed (3.2) | `task.rs` | `Standing` |
//! | idle tasks first; near their input (3.4); near the end, once more (3.6) | `scheduling.rs` | `choose` |
//! | reduce tasks are given out when all maps are done; or before, and wait (5.3) | `scheduling.rs` | `is_open` |
//! | the first completion of a task counts, later ones are ignored (3.3) | `coordinator.rs` | `note_done` |
//! | who does not answer is lost, and with it what lies on its disk (3.3) | `failing.rs` | `lose` |
//! | an attempt that takes too long is given to another (the course) | `failing.rs` | `look_for_time_outs` |
//! | a record that has failed twice is skipped (4.6) | `failing.rs` | `note_bad_record` |
//! | reduce workers are told where buckets are, and where they are now (3.1, 3.3) | `telling.rs` | `tell_all` |
//! | output is written under a name of its own, and renamed (3.3) | `writing.rs` | `write`, `rename` |
//! | keys are sorted within a part (4.2), combined before (4.3), partitioned (4.1) | `emit.rs`, `job.rs` | `into_buckets`, `reduce` |
//! | counters of tasks that are done, each once (4.9) | `coordinator.rs` | `counters` |
//! | status (4.8) | `view.rs` | `view` |
//!
//! Read [`message`] for the words, [`job`] for what is handed in, [`coordinator`], then [`worker`].

pub mod message;
pub mod notice;
pub mod task;

pub mod emit;
pub mod file;
pub mod filled;
pub mod functions;
pub mod job;

pub mod coordinator;
mod failing;
mod scheduling;
mod telling;

mod asking;
mod calling;
mod ending;
mod mapping;
mod reducing;
pub mod serving;
pub mod worker;
mod writing;

pub mod node;
pub mod storage;

pub mod invariants;
pub mod mutants;
pub mod options;
pub mod view;

#[cfg(test)]
mod tests;
