//! The functions of the course's tests that are not the paper's.

use crate::mapreduce::emit::Emit;
use crate::mapreduce::job::{Functions, Habit};

fn joined(values: &[&[u8]]) -> Vec<u8> {
    let mut sorted = values.to_vec();
    sorted.sort_unstable();
    sorted.join(&b' ')
}

/// Each map says when it began, and how many ran then.
#[derive(Debug)]
pub(super) struct MapTiming;

impl Functions for MapTiming {
    fn name(&self) -> &str {
        "mtiming"
    }

    fn map(&self, _: &str, _: &[u8], _: &mut Emit) -> Result<(), u64> {
        Ok(())
    }

    fn reduce(&self, _: &[u8], values: &[&[u8]]) -> Vec<u8> {
        joined(values)
    }

    fn habit(&self) -> Habit {
        Habit::MarksMaps(1_000)
    }
}

/// Each reduce of one of ten keys says how many ran then.
#[derive(Debug)]
pub(super) struct ReduceTiming;

impl Functions for ReduceTiming {
    fn name(&self) -> &str {
        "rtiming"
    }

    fn map(&self, _: &str, _: &[u8], emit: &mut Emit) -> Result<(), u64> {
        (b'a'..=b'j').for_each(|key| emit.pair(&[key], b"1"));
        Ok(())
    }

    fn reduce(&self, _: &[u8], values: &[&[u8]]) -> Vec<u8> {
        values.len().to_string().into_bytes()
    }

    fn habit(&self) -> Habit {
        Habit::MarksReduces(1_000)
    }
}

/// The one reduce says how many maps were run.
#[derive(Debug)]
pub(super) struct JobCount;

impl Functions for JobCount {
    fn name(&self) -> &str {
        "jobcount"
    }

    fn map(&self, _: &str, _: &[u8], emit: &mut Emit) -> Result<(), u64> {
        emit.pair(b"a", b"x");
        Ok(())
    }

    fn reduce(&self, _: &[u8], values: &[&[u8]]) -> Vec<u8> {
        values.len().to_string().into_bytes()
    }

    fn habit(&self) -> Habit {
        Habit::CountsMaps(2_000, 5_000)
    }
}

/// Some keys take long to reduce.
#[derive(Debug)]
pub(super) struct EarlyExit;

impl Functions for EarlyExit {
    fn name(&self) -> &str {
        "early-exit"
    }

    fn map(&self, name: &str, _: &[u8], emit: &mut Emit) -> Result<(), u64> {
        emit.pair(name.as_bytes(), b"1");
        Ok(())
    }

    fn reduce(&self, _: &[u8], values: &[&[u8]]) -> Vec<u8> {
        values.len().to_string().into_bytes()
    }

    fn habit(&self) -> Habit {
        Habit::Lingers(3_000)
    }
}

/// Calls that crash or wait, and the twin whose calls do not.
#[derive(Debug)]
pub(super) struct Crash {
    pub(super) crashes: bool,
}

impl Functions for Crash {
    fn name(&self) -> &str {
        if self.crashes { "crash" } else { "nocrash" }
    }

    fn map(&self, name: &str, text: &[u8], emit: &mut Emit) -> Result<(), u64> {
        emit.pair(b"a", name.as_bytes());
        emit.pair(b"b", name.len().to_string().as_bytes());
        emit.pair(b"c", text.len().to_string().as_bytes());
        emit.pair(b"d", b"xyzzy");
        Ok(())
    }

    fn reduce(&self, _: &[u8], values: &[&[u8]]) -> Vec<u8> {
        joined(values)
    }

    fn habit(&self) -> Habit {
        if self.crashes { Habit::Crashes(10_000) } else { Habit::Pure }
    }
}
