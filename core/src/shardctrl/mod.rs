//! The shard controller: which group of servers serves which shard of the keys, one configuration
//! after the other.

pub mod config;
pub mod controller;
pub mod message;
pub mod mutants;

pub use config::{Config, ConfigNumber, Gid, NOBODY, Shard};
