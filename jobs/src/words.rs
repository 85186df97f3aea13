//! What the page and its Web Workers say to each other, as bytes.
//!
//! One program, three parts that it can play:
//!
//! - *the script's*: [`Compile`](Request::Compile), then [`Make`](Request::Make) for each result that
//!   a simulated run wants, and [`Sample`](Request::Sample). One answer for each, in order. What takes
//!   too long is ended with the worker: `terminate()`.
//! - *the office* of a job for real: the coordinator and the shared disk. [`Cut`](Request::Cut) finds
//!   the splits, [`Begin`](Request::Begin) starts.
//! - *a hand* of one: [`Begin`](Request::Begin) as worker 1, 2, ….
//!
//! Letters between the last two go through the page, which need not read them: an
//! [`Answer::Letters`] says to whom, and the page hands each over as [`Hear`](Request::Hear). A worker
//! wakes up by itself when a timer of its machine is due.

use netsplit_core::bytes::Bytes;
use netsplit_core::mapreduce::filled::{Made, Wanted};
use netsplit_script::{Fault, Sampled};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::office::Progress;
use crate::plan::{Piece, Plan};

/// What the page asks of a worker.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Request {
    /// Read this script: all that follows is about it. Answered by `Compiled` or `Fault`.
    Compile(String),
    /// All `Make` that follow are about this job, which is built in. Answered by nothing, or `Failed`.
    Use(String),
    /// Compute this with the script, within the allowance of the run since `Compile`, or with the
    /// job in use. Answered by `Made` or `Fault`.
    Make {
        /// Repeated in the answer.
        number: u64,
        /// What is wanted.
        wanted: Wanted,
    },
    /// What does the script make of these texts, each with its name? Answered by `Sampled` or `Fault`.
    Sample(Vec<(String, String)>),
    /// Where are the splits of these files, for this job? Answered by `Pieces`.
    Cut {
        /// Names and lengths of the files that were handed over.
        files: Vec<(String, u64)>,
        /// About how many bytes a split has; 0 where files are not cut.
        split: u64,
    },
    /// Take part in a job. Answered by `Letters`, again and again, until it is over.
    Begin {
        /// Who it is: 0 for the office, from 1 for a worker.
        part: u32,
        /// The job.
        plan: Plan,
        /// Another number for another job.
        seed: u64,
    },
    /// A letter has come.
    Hear(Bytes),
    /// A timer is due. The worker says this to itself.
    Wake,
}

/// What a worker answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Answer {
    /// The script can run.
    Compiled {
        /// The word of its job.
        word: String,
        /// Whether it has a combiner.
        combines: bool,
    },
    /// The script is wrong, or fails.
    Fault(Fault),
    /// A result.
    Made {
        /// As in the request.
        number: u64,
        /// What was wanted.
        made: Made,
    },
    /// What became of a sample.
    Sampled(Box<Sampled>),
    /// Splits.
    Pieces(Vec<Piece>),
    /// Letters to parts of the job: 0 is the office.
    Letters(Vec<(u32, Bytes)>),
    /// How far the job is; from the office, when that has changed.
    Progress(Progress),
    /// The job is over; from the office.
    Over {
        /// What was written, part by part.
        output: Vec<Bytes>,
        /// The user's counters.
        counters: Vec<(String, u64)>,
    },
    /// A worker has left: it does nothing any more.
    Exited,
    /// Something could not be done that has nothing to do with a script: a file cannot be read.
    Failed(String),
}

/// As bytes.
pub fn bytes_from<T: Serialize>(value: &T) -> Vec<u8> {
    postcard::to_allocvec(value).expect("there is memory, and everything has a length")
}

/// From bytes; `None` where they are nothing of that kind.
pub fn value_from<T: DeserializeOwned>(bytes: &[u8]) -> Option<T> {
    postcard::from_bytes(bytes).ok()
}
