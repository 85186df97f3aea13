//! What a job for real is about: who works at what, with which options.

use std::sync::Arc;

use netsplit_core::mapreduce::options::{Options, Split};
use netsplit_core::time::Span;
use serde::{Deserialize, Serialize};

/// The reader's functions, or a job that is built in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Job {
    /// By its word.
    BuiltIn(String),
    /// By its text.
    Script(String),
}

/// A stretch of a file: a split of the input.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Piece {
    /// What the user's code is told.
    pub name: String,
    /// Which of the files, from 0.
    pub file: u32,
    /// Where it begins.
    pub from: u64,
    /// Where it ends.
    pub to: u64,
}

/// A job for real.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// What is done.
    pub job: Job,
    /// With which splits.
    pub pieces: Vec<Piece>,
    /// Into how many parts the keys are divided.
    pub parts: u32,
    /// By how many workers.
    pub workers: u32,
}

/// What the machines are told: the course's shared disk, since that is what threads and workers of a
/// browser have, and the paper's combiner and skipped records.
pub fn options<'a>(names: impl Iterator<Item = &'a str>, parts: u32) -> Arc<Options> {
    let split = |name: &str| Split { name: name.to_owned(), replicas: Vec::new() };
    Arc::new(Options {
        splits: names.map(split).collect(),
        parts,
        combine: true,
        skip: true,
        // Nobody is lost here. A task of a slow script may take long.
        time_out: Span::from_millis(60_000),
        ping: Span::from_millis(20),
        retry: Span::from_millis(30_000),
        ..Options::course()
    })
}
