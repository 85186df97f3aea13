//! What a sharded store can be told at its start.

use crate::replicated::options::{Kept, Options as Replicated};
use crate::shardctrl::{Shard, mutants::Mutants as ControllerMutants};
use crate::time::Span;

use super::mutants::Mutants;

/// Timings and switches of a sharded store. The default is [`Options::paper`].
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Options {
    /// Of the groups and their clerks; the controller's servers have the same, apart from where
    /// sessions are kept.
    pub replicated: Replicated,
    /// How keys are divided.
    pub sharding: Sharding,
    /// A leader asks the controller for the next configuration, and for what has not come yet, so
    /// often: "roughly every 100 milliseconds" (4B).
    pub poll: Span,
    /// Mistakes made on purpose.
    pub mutants: Mutants,
    /// Those of the controller.
    pub controller_mutants: ControllerMutants,
}

/// How keys are divided into shards.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Sharding {
    /// How many shards there are.
    pub count: u32,
    /// By what.
    pub by: By,
}

/// What of a key decides about its shard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum By {
    /// Its first byte: neighbours stand together (the course's, until 2024).
    FirstByte,
    /// A hash of all of it, FNV-1a (2025).
    Hash,
}

impl Sharding {
    /// The shard of a key.
    pub fn shard_of(self, key: &[u8]) -> Shard {
        let number = match self.by {
            By::FirstByte => u32::from(key.first().copied().unwrap_or_default()),
            By::Hash => {
                let fold =
                    |hash: u32, &byte: &u8| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193);
                key.iter().fold(0x811C_9DC5, fold)
            }
        };
        number % self.count.max(1)
    }
}

impl Options {
    /// Ten shards by the first byte of a key, as the course has them; Raft's numbers as in the
    /// paper.
    pub const fn paper() -> Options {
        Options {
            replicated: Replicated { sessions: Kept::ByService, ..Replicated::paper() },
            sharding: Sharding { count: 10, by: By::FirstByte },
            poll: Span::from_millis(100),
            mutants: Mutants::NONE,
            controller_mutants: ControllerMutants::NONE,
        }
    }

    /// The same with the course's timings.
    pub const fn course() -> Options {
        Options {
            replicated: Replicated { sessions: Kept::ByService, ..Replicated::course() },
            ..Options::paper()
        }
    }

    /// What the controller's servers and their clerks are told.
    pub fn of_controller(&self) -> Replicated {
        let of_controller = self.controller_mutants.of_framework().iter();
        let mutants = of_controller.fold(self.replicated.mutants, |all, mutant| all.with(mutant));
        Replicated { sessions: Kept::Chosen, work: None, mutants, ..self.replicated.clone() }
    }
}

impl Default for Options {
    fn default() -> Options {
        Options::paper()
    }
}
