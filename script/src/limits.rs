//! What a script may use. All of it is set, none left to what the language's library thinks, which
//! differs between builds: the same call ends in the same way everywhere.
//!
//! What all calls take together is counted where they are made. Threads share one count; workers of
//! a browser share nothing, so in a run for real on the page each of them has [`STEPS_OF_RUN`] of its
//! own. Portions of it would end a run, or not, by who happened to do which task.

/// Bytes of a script's text.
pub const TEXT: usize = 64 << 10;
/// Functions in it.
pub const FUNCTIONS: usize = 100;
/// How deep a function's expressions are nested …
pub const DEPTH: usize = 32;
/// … and how deep functions call each other.
pub const CALLS: usize = 24;
/// Variables that are there at once.
pub const VARIABLES: usize = 100;
/// Bytes of a text, so also of a split.
pub const STRING: usize = 1 << 20;
/// Elements of an array.
pub const ARRAY: usize = 1 << 19;
/// Entries of a map.
pub const MAP: usize = 1 << 16;

/// Steps of a call …
pub const STEPS: u64 = 2_000_000;
/// … and of all calls of a run together, beyond those …
pub const STEPS_OF_RUN: u64 = 1_000_000_000;
/// … that each byte of what a call is given allows it: counting words takes one.
pub const STEPS_OF_BYTE: u64 = 64;

/// Bytes that a call may emit, beyond …
pub const EMITTED: u64 = 4 << 20;
/// … so many for each byte that it is given.
pub const EMITTED_OF_BYTE: u64 = 16;

/// The stack that a thread should have on which scripts run.
pub const STACK: usize = 16 << 20;
