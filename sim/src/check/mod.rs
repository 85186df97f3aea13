//! What is checked after every step, lab by lab.

pub mod raft;
