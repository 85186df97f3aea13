//! The framework, by what its clients see: in a small world of servers and clerks.

mod queries;
mod services;
mod sessions;
pub(crate) mod world;
