//! Mistakes of the sharded store made on purpose, as [Raft's](crate::raft::mutants): each one guard
//! at the rule it breaks.

/// What a mistake breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Breaks {
    /// Every operation seems to happen at one moment between its call and its return.
    Linearizable,
    /// A command takes effect once.
    ExactlyOnce,
    /// Servers of a group that applied as much are in the same state.
    EqualState,
    /// Groups take configurations in order, and one when nothing of the last is under way.
    InOrder,
    /// One group holds a shard, and none is lost.
    Kept,
    /// What a group has, it answers for, whatever else is on its way.
    Served,
    /// Bounds on what is kept.
    Resource,
    /// A change of configuration ends.
    LiveMove,
    /// Everything is answered in the end.
    LiveServe,
}

impl Breaks {
    /// Whether what is broken is seen at a step; the rest is seen by waiting.
    pub const fn is_safety(self) -> bool {
        !matches!(self, Breaks::LiveMove | Breaks::LiveServe)
    }
}

/// A mistake.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Mutant {
    /// SK01: answers for shards of other groups.
    NoOwnershipCheck,
    /// SK02: looks whose shard it is when asked, and not when it does what was asked.
    OwnershipAtArrival,
    /// SK03: a leader takes a configuration without the log.
    ConfigOutsideLog,
    /// SK04: takes the latest configuration, whatever came between.
    JumpsToLatest,
    /// SK05: takes a configuration while shards of the last one are on their way.
    DoesNotWait,
    /// SK06: answers for a shard that it does not have yet.
    ServesBeforeArrival,
    /// SK07: answers for a shard that it has lost.
    KeepsServing,
    /// SK08: a shard moves without what was done for whom.
    SessionsDoNotMove,
    /// SK09: what was done for whom comes with a shard, and replaces that of all others.
    SessionsReplaced,
    /// SK10: a clerk takes a new number after ErrWrongGroup.
    NewNumberAfterWrongGroup,
    /// SK11: notes a command as done that it refuses.
    RecordsRefused,
    /// SK12: a leader installs a shard without the log.
    InstalledOnLeaderOnly,
    /// SK13: gives a shard away that it still answers for.
    DonorAnswersEarly,
    /// SK14: installs a shard again that has come.
    SecondCopyOverwrites,
    /// SK15: installs a shard of an older move.
    MoveNotFenced,
    /// SK16: moves shards only where the configuration was applied by a leader.
    OnlyWhoApplied,
    /// SK17: gives nothing away while it waits itself.
    WaitsToGive,
    /// SK18: deletes a shard once it was given away.
    DeletesBeforeArrival,
    /// SK19: keeps what has left for ever.
    NeverDeletes,
    /// SK20: deletes a shard of a newer move.
    DeleteNotFenced,
    /// SK21: asks once that a shard be deleted, and never again.
    DeletesAskedOnce,
    /// SK22: leaves what is on its way out of snapshots.
    SnapshotWithoutStates,
    /// SK23: refuses everything during a change.
    RefusesDuringChange,
    /// SK24: answers for no shard that came before all have come.
    WaitsForAll,
    /// SK25: a new leader adds no entry of its own.
    NoOwnEntry,
    /// SK26: changes a shard that has left, and refuses all the same.
    ChangesWhatLeft,
    /// SK27: a clerk keeps its first configuration for ever.
    NeverAsksAgain,
    /// SK28: takes what a shard held here before for what it holds.
    OldDataReused,
    /// SK29: answers nobody while the controller is silent.
    ControllerBlocks,
    /// SK30: waits for shards that nobody has.
    NobodysIsPulled,
}

impl Mutant {
    /// All of them, in the order of the catalogue.
    pub const ALL: &[Mutant] = &[
        Mutant::NoOwnershipCheck,
        Mutant::OwnershipAtArrival,
        Mutant::ConfigOutsideLog,
        Mutant::JumpsToLatest,
        Mutant::DoesNotWait,
        Mutant::ServesBeforeArrival,
        Mutant::KeepsServing,
        Mutant::SessionsDoNotMove,
        Mutant::SessionsReplaced,
        Mutant::NewNumberAfterWrongGroup,
        Mutant::RecordsRefused,
        Mutant::InstalledOnLeaderOnly,
        Mutant::DonorAnswersEarly,
        Mutant::SecondCopyOverwrites,
        Mutant::MoveNotFenced,
        Mutant::OnlyWhoApplied,
        Mutant::WaitsToGive,
        Mutant::DeletesBeforeArrival,
        Mutant::NeverDeletes,
        Mutant::DeleteNotFenced,
        Mutant::DeletesAskedOnce,
        Mutant::SnapshotWithoutStates,
        Mutant::RefusesDuringChange,
        Mutant::WaitsForAll,
        Mutant::NoOwnEntry,
        Mutant::ChangesWhatLeft,
        Mutant::NeverAsksAgain,
        Mutant::OldDataReused,
        Mutant::ControllerBlocks,
        Mutant::NobodysIsPulled,
    ];

    /// Its name in the catalogue: `SK01`.
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
            Mutant::NoOwnershipCheck => ("SK01", Breaks::Linearizable),
            Mutant::OwnershipAtArrival => ("SK02", Breaks::Linearizable),
            Mutant::ConfigOutsideLog => ("SK03", Breaks::EqualState),
            Mutant::JumpsToLatest => ("SK04", Breaks::InOrder),
            Mutant::DoesNotWait => ("SK05", Breaks::InOrder),
            Mutant::ServesBeforeArrival => ("SK06", Breaks::Linearizable),
            Mutant::KeepsServing => ("SK07", Breaks::Linearizable),
            Mutant::SessionsDoNotMove => ("SK08", Breaks::ExactlyOnce),
            Mutant::SessionsReplaced => ("SK09", Breaks::ExactlyOnce),
            Mutant::NewNumberAfterWrongGroup => ("SK10", Breaks::ExactlyOnce),
            Mutant::RecordsRefused => ("SK11", Breaks::Linearizable),
            Mutant::InstalledOnLeaderOnly => ("SK12", Breaks::EqualState),
            Mutant::DonorAnswersEarly => ("SK13", Breaks::Linearizable),
            Mutant::SecondCopyOverwrites => ("SK14", Breaks::Linearizable),
            Mutant::MoveNotFenced => ("SK15", Breaks::Linearizable),
            Mutant::OnlyWhoApplied => ("SK16", Breaks::LiveMove),
            Mutant::WaitsToGive => ("SK17", Breaks::LiveMove),
            Mutant::DeletesBeforeArrival => ("SK18", Breaks::Kept),
            Mutant::NeverDeletes => ("SK19", Breaks::Resource),
            Mutant::DeleteNotFenced => ("SK20", Breaks::Kept),
            Mutant::DeletesAskedOnce => ("SK21", Breaks::LiveMove),
            Mutant::SnapshotWithoutStates => ("SK22", Breaks::Kept),
            Mutant::RefusesDuringChange => ("SK23", Breaks::Served),
            Mutant::WaitsForAll => ("SK24", Breaks::Served),
            Mutant::NoOwnEntry => ("SK25", Breaks::LiveMove),
            Mutant::ChangesWhatLeft => ("SK26", Breaks::Linearizable),
            Mutant::NeverAsksAgain => ("SK27", Breaks::LiveServe),
            Mutant::OldDataReused => ("SK28", Breaks::Linearizable),
            Mutant::ControllerBlocks => ("SK29", Breaks::LiveServe),
            Mutant::NobodysIsPulled => ("SK30", Breaks::LiveMove),
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
