//! The protocols of the course as pure state machines: given the same inputs,
//! the same outputs, on every machine, for ever.
//!
//! Nothing in here knows a clock, a file, a socket, a thread, a browser or the
//! system's randomness; built alone for `wasm32`, the module has no imports.
//!
//! Read [`machine`] first: [`Input`](machine::Input) is all that can happen to
//! a machine and [`Effect`](machine::Effect) all that it can ask for. Then open
//! a lab: [`raft`], then [`kv`] on [`replicated`].

pub mod machine;

pub mod id;
pub mod time;

pub mod bytes;
pub mod codec;
pub mod pieces;
pub mod rng;
pub mod table;
pub mod view;
pub mod words;

mod mutants;

pub mod history;
pub mod spec;
pub mod transaction;

pub mod quorum;

pub mod raft;
pub mod replicated;

pub mod kv;
pub mod shardctrl;
pub mod shardkv;
pub mod txn;

pub mod mapreduce;
