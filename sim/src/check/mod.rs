//! What is checked: after every step, lab by lab, and of what clients saw.

pub mod raft;

pub mod anomalies;
pub mod append;
pub mod counter;
mod groups;
pub mod kv;
pub mod linearizability;
mod look;
pub mod mapreduce;
pub mod register;
pub mod service;
pub mod sessions;
pub mod shardctrl;
pub mod shardkv;
pub mod txn;
