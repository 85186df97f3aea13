//! Mistakes of transactions made on purpose, as [Raft's](crate::raft::mutants): each one guard at the
//! rule it breaks.

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

/// A mistake.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Mutant {
    /// TX01: acts on a decision before it is in the coordinator's log.
    DecisionNotLogged,
    /// TX02: says that it is prepared, and does not keep it.
    PreparedNotLogged,
    /// TX03: a read as of a stamp does not wait for who is prepared before it.
    IgnoresPrepared,
    /// TX04: a snapshot is not compared with who has written since.
    NoFirstCommitter,
    /// TX05: a shard moves without who is prepared in it.
    PreparedStaysBehind,
    /// TX06: a lock is let go once its key was read.
    LocksLetGo,
    /// TX07: a decision to commit is carried out each time it comes.
    CommitTwice,
    /// TX08: the coordinator forgets what it has decided.
    CoordinatorForgets,
    /// TX09: who is prepared gives up by itself.
    GivesUpPrepared,
    /// TX10: an older one takes the locks of who is prepared.
    WoundsPrepared,
    /// TX11: what is only read is read of each shard as it is now.
    ReadsNow,
    /// TX12: waits for whoever has the lock, however young.
    NeverWounds,
    /// TX13: tells only who has been asked to prepare that it is aborted.
    AbortsSilently,
}

impl Mutant {
    /// All of them, in the order of the catalogue.
    pub const ALL: &[Mutant] = &[
        Mutant::DecisionNotLogged,
        Mutant::PreparedNotLogged,
        Mutant::IgnoresPrepared,
        Mutant::NoFirstCommitter,
        Mutant::PreparedStaysBehind,
        Mutant::LocksLetGo,
        Mutant::CommitTwice,
        Mutant::CoordinatorForgets,
        Mutant::GivesUpPrepared,
        Mutant::WoundsPrepared,
        Mutant::ReadsNow,
        Mutant::NeverWounds,
        Mutant::AbortsSilently,
    ];

    /// Its name in the catalogue: `TX01`.
    pub const fn id(self) -> &'static str {
        self.row().0
    }

    /// What it breaks.
    pub const fn breaks(self) -> Breaks {
        self.row().1
    }

    /// The one of this name.
    pub fn from_id(id: &str) -> Option<Mutant> {
        Mutant::ALL.iter().copied().find(|mutant| mutant.id() == id)
    }

    const fn row(self) -> (&'static str, Breaks) {
        match self {
            Mutant::DecisionNotLogged => ("TX01", Breaks::Atomic),
            Mutant::PreparedNotLogged => ("TX02", Breaks::Prepared),
            Mutant::IgnoresPrepared => ("TX03", Breaks::Isolation),
            Mutant::NoFirstCommitter => ("TX04", Breaks::Isolation),
            Mutant::PreparedStaysBehind => ("TX05", Breaks::Prepared),
            Mutant::LocksLetGo => ("TX06", Breaks::Isolation),
            Mutant::CommitTwice => ("TX07", Breaks::Isolation),
            Mutant::CoordinatorForgets => ("TX08", Breaks::Atomic),
            Mutant::GivesUpPrepared => ("TX09", Breaks::Prepared),
            Mutant::WoundsPrepared => ("TX10", Breaks::Prepared),
            Mutant::ReadsNow => ("TX11", Breaks::Isolation),
            Mutant::NeverWounds => ("TX12", Breaks::LiveEnd),
            Mutant::AbortsSilently => ("TX13", Breaks::Locks),
        }
    }
}

/// A set of mistakes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Mutants(u32);

impl Mutants {
    /// None.
    pub const NONE: Mutants = Mutants(0);

    /// These and one more.
    pub const fn with(self, mutant: Mutant) -> Mutants {
        Mutants(self.0 | 1 << mutant as u8)
    }

    /// Whether it is one of them.
    pub const fn has(self, mutant: Mutant) -> bool {
        self.0 & (1 << mutant as u8) != 0
    }

    /// True when there is none.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Its members, in the order of the catalogue.
    pub fn iter(self) -> impl Iterator<Item = Mutant> {
        Mutant::ALL.iter().copied().filter(move |mutant| self.has(*mutant))
    }
}
