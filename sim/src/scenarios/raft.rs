//! Raft's twelve scenarios, one story in the order of the course's parts.
//!
//! Numbers are part of links and never reused; those of switches are their
//! scenario's and two digits more. Names of nodes in the notes hold for the seed
//! that stands in the script; before such a note stands what it expects.

mod election;
mod log;
mod persistence;
mod snapshots;

use crate::scenario::Scenario;

/// The first of them.
pub const FIRST: &Scenario = &election::FIRST_ELECTION;

pub use election::first_script;

/// The scenarios, part by part.
pub const SCENARIOS: &[&[Scenario]] =
    &[election::SCENARIOS, log::SCENARIOS, persistence::SCENARIOS, snapshots::SCENARIOS];
