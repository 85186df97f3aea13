//! Mistakes of the shard controller made on purpose, as [Raft's](crate::raft::mutants): each one
//! guard at the rule it breaks.

/// A set of mistakes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Mutants(u32);

impl Mutants {
    /// None.
    pub const NONE: Mutants = Mutants(0);
}
