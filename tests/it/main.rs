//! Everything that needs no browser. To read: raft, kv, paper, timeline, determinism, then the
//! rest.

mod anomalies;
mod captions;
mod checks;
mod cli;
mod contrast;
mod course;
mod course_kv;
mod course_shardkv;
mod determinism;
mod gallery;
mod golden;
mod histories;
mod kept;
mod kv;
mod links;
mod mutants;
mod noticed;
mod panels;
mod paper;
mod raft;
mod schedules;
mod shardctrl;
mod shardkv;
mod swarm;
mod timeline;
mod txn;

mod mapreduce;
