//! What the page knows, without a document: so all of it is tested on the host.
//!
//! Read [`model`] first: it owns the run and takes every [`action::Action`].

pub mod action;
pub mod ahead;
pub mod announcer;
pub mod around;
pub mod asked;
pub mod bank;
pub mod commands;
pub mod dials;
pub mod faults;
pub mod file;
pub mod flows;
pub mod future;
pub mod hand;
pub mod history;
pub mod job;
pub mod lens;
pub mod listing;
pub mod marked;
pub mod marks;
pub mod model;
pub mod naming;
pub mod opening;
pub mod pace;
pub mod palette;
pub mod path;
pub mod play;
pub mod playback;
pub mod reached;
pub mod saying;
pub mod selection;
pub mod shards;
pub mod sharing;
pub mod start;
pub mod stations;
pub mod store;
#[cfg(test)]
mod tests;
pub mod things;
mod timers;
pub mod timings;
pub mod travels;
pub mod trying;
pub mod views;
pub mod visits;
pub mod waits;
pub mod writing;
