//! What is checked: after every step, lab by lab, and of what clients saw.

pub mod raft;

pub mod anomalies;
pub mod append;
pub mod counter;
pub mod kv;
pub mod linearizability;
pub mod register;
pub mod sessions;
pub mod shardkv;
pub mod txn;
