//! What a store with transactions can be told at its start.

use crate::shardkv::options::Options as Sharded;
use crate::time::Span;

use super::mutants::Mutants;

/// Timings and switches. The default is [`Options::paper`].
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Options {
    /// Of the groups, the controller and the clerks.
    pub sharded: Sharded,
    /// What transactions that write may expect of each other.
    pub isolation: Isolation,
    /// Who decides.
    pub decision: DecidedBy,
    /// Whether an older transaction takes the locks of younger ones; otherwise it waits for them.
    pub wound_wait: bool,
    /// Who is told to wait asks again after so long.
    pub again: Span,
    /// A leader asks what became of a transaction that has been prepared for so long, and gives up
    /// one that is not prepared and of which nothing was heard for so long.
    pub in_doubt: Span,
    /// Versions that are kept of a key.
    pub versions_max: u32,
    /// Attempts of a transaction before its client gives up.
    pub attempts_max: u32,
    /// What clients do by themselves.
    pub work: Option<Work>,
    /// Mistakes made on purpose.
    pub mutants: Mutants,
}

/// What transactions that write may expect of each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Isolation {
    /// As if one came after the other: what is read is locked until the end.
    Serializable,
    /// Each reads as of its start; of two that write the same key the first commits.
    Snapshot,
    /// Each read shows something committed.
    ReadCommitted,
}

impl Isolation {
    /// All of them, the strongest first.
    pub const ALL: [Isolation; 3] =
        [Isolation::Serializable, Isolation::Snapshot, Isolation::ReadCommitted];

    /// Its word: `read-committed`.
    pub const fn word(self) -> &'static str {
        match self {
            Isolation::Serializable => "serializable",
            Isolation::Snapshot => "snapshot",
            Isolation::ReadCommitted => "read-committed",
        }
    }

    /// The one of this word.
    pub fn from_word(word: &str) -> Option<Isolation> {
        Isolation::ALL.into_iter().find(|it| it.word() == word)
    }
}

/// Who decides whether a transaction commits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DecidedBy {
    /// The log of a group: whoever is in doubt can ask a majority.
    Group,
    /// The client, on its own disk: while it is down, nobody can know (classic two-phase commit).
    Client,
}

/// What clients do by themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Work {
    /// What kind of transactions.
    pub kind: WorkKind,
    /// How many keys, or accounts, there are.
    pub keys: u32,
    /// How many operations a transaction has at most; of a bank the transfers have their own.
    pub ops_max: u32,
    /// How many percent of them only read.
    pub read_percent: u32,
    /// How many each client makes.
    pub most: u64,
    /// How long it thinks between two: at least,
    pub think_min: Span,
    /// and at most.
    pub think_max: Span,
}

/// A kind of work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum WorkKind {
    /// Lists that are read and appended to, as Elle has them.
    Lists,
    /// Accounts between which money goes; whoever reads all of them counts the same sum.
    Bank,
}

impl Options {
    /// Serializable, decided by a group's log; the groups as in [`Sharded::paper`].
    pub const fn paper() -> Options {
        Options {
            sharded: Sharded::paper(),
            isolation: Isolation::Serializable,
            decision: DecidedBy::Group,
            wound_wait: true,
            again: Span::from_millis(20),
            in_doubt: Span::from_millis(500),
            versions_max: 100,
            attempts_max: 50,
            work: None,
            mutants: Mutants::NONE,
        }
    }
}

impl Default for Options {
    fn default() -> Options {
        Options::paper()
    }
}
