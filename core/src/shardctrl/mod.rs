//! The shard controller: which group of servers serves which shard of the keys, one configuration
//! after the other.
//!
//! After the handouts of the course's lab on sharding, part A (2020 to 2025). It is a service over
//! Raft; the messages are those of [`replicated`](crate::replicated), which sees to it that every
//! command takes effect once and that no answer is stale. What is said in them is here:
//!
//! | words | reply | says |
//! |---|---|---|
//! | `join 1=x,y,z 2=a,b` | `done` | these groups are there, with these servers |
//! | `leave 1 2` | `done` | these groups are not there any more |
//! | `move 3 1` | `done` | shard 3 is group 1's, until the balance says otherwise |
//! | `query` | the latest configuration | which is in force? |
//! | `query 2` | configuration 2; the latest if there is none yet | which was the second? |
//!
//! A configuration is written `2 1,1,2 1=x,y,z 2=a,b`: its number, the group of each shard, and the
//! groups with their servers. Behind a shard that nobody serves stands who served it last: `0/2`.
//! Configuration 0 has no groups, and all shards are nobody's.
//!
//! # Where to find a rule
//!
//! | rule | file | function |
//! |---|---|---|
//! | as even as possible, and as few moved as possible | `config.rs` | `rebalance`, `quotas` |
//! | what a command makes of the configurations; what changes nothing makes none | `configs.rs` | `next` |
//! | the configurations, replicated | `controller.rs` | `Controller` |
//! | the same with one client, to be checked against | `spec.rs` | `Controlling` |
//! | even, least, whole: in the slow and obvious form | `invariants.rs` | |
//!
//! Read [`config`], then [`configs`].

pub mod config;
pub mod configs;
pub mod controller;
pub mod invariants;
pub mod message;
pub mod mutants;
pub mod spec;
pub mod view;

#[cfg(test)]
mod tests;

pub use config::{Config, ConfigNumber, Gid, NOBODY, Shard};
pub use configs::Configs;
pub use controller::Controller;
pub use message::{Call, Reply};
pub use spec::Controlling;
