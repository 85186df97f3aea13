//! Everything that needs no browser, in reading order.

mod timeline;
mod determinism;
mod swarm;
mod course;
mod raft;
mod golden;
mod links;
mod cli;
mod mutants;
mod checks;
mod paper;
mod panels;
