//! Mistakes of the sharded store made on purpose, as [Raft's](crate::raft::mutants): each one guard
//! at the rule it breaks.

use crate::mutants::mutants;

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

mutants! {
    u32;
    /// answers for shards of other groups.
    NoOwnershipCheck = "SK01" Linearizable,
    /// looks whose shard it is when asked, and not when it does what was asked.
    OwnershipAtArrival = "SK02" Linearizable,
    /// a leader takes a configuration without the log.
    ConfigOutsideLog = "SK03" EqualState,
    /// takes the latest configuration, whatever came between.
    JumpsToLatest = "SK04" InOrder,
    /// takes a configuration while shards of the last one are on their way.
    DoesNotWait = "SK05" InOrder,
    /// answers for a shard that it does not have yet.
    ServesBeforeArrival = "SK06" Linearizable,
    /// answers for a shard that it has lost.
    KeepsServing = "SK07" Linearizable,
    /// a shard moves without what was done for whom.
    SessionsDoNotMove = "SK08" ExactlyOnce,
    /// what was done for whom comes with a shard, and replaces that of all others.
    SessionsReplaced = "SK09" ExactlyOnce,
    /// a clerk takes a new number after ErrWrongGroup.
    NewNumberAfterWrongGroup = "SK10" ExactlyOnce,
    /// notes a command as done that it refuses.
    RecordsRefused = "SK11" Linearizable,
    /// a leader installs a shard without the log.
    InstalledOnLeaderOnly = "SK12" EqualState,
    /// gives a shard away that it still answers for.
    DonorAnswersEarly = "SK13" Linearizable,
    /// installs a shard again that has come.
    SecondCopyOverwrites = "SK14" Linearizable,
    /// installs a shard of an older move.
    MoveNotFenced = "SK15" Linearizable,
    /// moves shards only where the configuration was applied by a leader.
    OnlyWhoApplied = "SK16" LiveMove,
    /// gives nothing away while it waits itself.
    WaitsToGive = "SK17" LiveMove,
    /// deletes a shard once it was given away.
    DeletesBeforeArrival = "SK18" Kept,
    /// keeps what has left for ever.
    NeverDeletes = "SK19" Resource,
    /// deletes a shard of a newer move.
    DeleteNotFenced = "SK20" Kept,
    /// asks once that a shard be deleted, and never again.
    DeletesAskedOnce = "SK21" LiveMove,
    /// leaves what is on its way out of snapshots.
    SnapshotWithoutStates = "SK22" Kept,
    /// refuses everything during a change.
    RefusesDuringChange = "SK23" Served,
    /// answers for no shard that came before all have come.
    WaitsForAll = "SK24" Served,
    /// a new leader adds no entry of its own.
    NoOwnEntry = "SK25" LiveMove,
    /// changes a shard that has left, and refuses all the same.
    ChangesWhatLeft = "SK26" Linearizable,
    /// a clerk keeps its first configuration for ever.
    NeverAsksAgain = "SK27" LiveServe,
    /// takes what a shard held here before for what it holds.
    OldDataReused = "SK28" Linearizable,
    /// answers nobody while the controller is silent.
    ControllerBlocks = "SK29" LiveServe,
    /// waits for shards that nobody has.
    NobodysIsPulled = "SK30" LiveMove,
}
