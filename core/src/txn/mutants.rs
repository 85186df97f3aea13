//! Mistakes of transactions made on purpose, as [Raft's](crate::raft::mutants): each one guard at the
//! rule it breaks.

use crate::mutants::mutants;

/// What a mistake breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Breaks {
    /// A transaction takes effect everywhere or nowhere.
    Atomic,
    /// The isolation that was asked for.
    Isolation,
    /// Who has prepared commits or aborts as is decided.
    Prepared,
    /// Of a transaction that is over nothing is left.
    Locks,
    /// Every transaction ends.
    LiveEnd,
}

impl Breaks {
    /// Whether what is broken is seen at a step; the rest is seen by waiting.
    pub const fn is_safety(self) -> bool {
        !matches!(self, Breaks::LiveEnd)
    }
}

mutants! {
    u32;
    /// acts on a decision before it is in the coordinator's log.
    DecisionNotLogged = "TX01" Atomic,
    /// says that it is prepared, and does not keep it.
    PreparedNotLogged = "TX02" Prepared,
    /// a read as of a stamp does not wait for who is prepared before it.
    IgnoresPrepared = "TX03" Isolation,
    /// a snapshot is not compared with who has written since.
    NoFirstCommitter = "TX04" Isolation,
    /// a shard moves without who is prepared in it.
    PreparedStaysBehind = "TX05" Prepared,
    /// a lock is let go once its key was read.
    LocksLetGo = "TX06" Isolation,
    /// a decision to commit is carried out each time it comes.
    CommitTwice = "TX07" Isolation,
    /// the coordinator forgets what it has decided.
    CoordinatorForgets = "TX08" Atomic,
    /// who is prepared gives up by itself.
    GivesUpPrepared = "TX09" Prepared,
    /// an older one takes the locks of who is prepared.
    WoundsPrepared = "TX10" Prepared,
    /// what is only read is read of each shard as it is now.
    ReadsNow = "TX11" Isolation,
    /// waits for whoever has the lock, however young.
    NeverWounds = "TX12" LiveEnd,
    /// tells only who has been asked to prepare that it is aborted.
    AbortsSilently = "TX13" Locks,
}
