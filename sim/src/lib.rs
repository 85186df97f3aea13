//! The deterministic world around the machines of `netsplit_core`.
//!
//! The promise: same scenario, same seed, same trace, on every machine and in
//! every browser. Read [`world::World`] first, then [`choice::Choice`].

pub mod choice;
pub mod labs;
pub mod link;
pub mod moment;
pub mod order;
pub mod scenario;
pub mod scenarios;
pub mod script;
pub mod verb;

pub mod open;
pub mod run;
pub mod scene;
pub mod timeline;
pub mod trace;
pub mod words;

pub mod check;
pub mod history;
pub mod lab;
pub mod property;

pub mod cost;
pub mod course;
pub mod director;

pub mod find;
pub mod luck;
pub mod minimize;
pub mod swarm;
pub mod trial;

pub mod world;

mod clock;
pub mod mail;
pub mod network;
pub mod node;
mod queue;

pub mod fingerprint;
