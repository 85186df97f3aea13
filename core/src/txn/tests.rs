//! A store with transactions by itself: what a shard answers, one command after the other, and how a
//! client takes a transaction through its shards, which a hand carries its questions to. What becomes
//! of it among servers that fail is tested in the world.

mod client;
mod server;
mod shard;

use super::mutants::{Mutant, Mutants};
use super::options::{Isolation, Options};

/// The options of the paper, under a mistake or none.
fn options(isolation: Isolation, mistake: Option<Mutant>) -> Options {
    let mutants = mistake.map_or(Mutants::NONE, |mutant| Mutants::NONE.with(mutant));
    let mut options = Options { isolation, mutants, ..Options::paper() };
    options.sharded.sharding.count = 2;
    options
}
