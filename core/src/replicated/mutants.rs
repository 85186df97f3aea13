//! Mistakes made on purpose, as [Raft's](crate::raft::mutants): each one guard at the rule it breaks.

/// What a mistake breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Breaks {
    /// A command takes effect once.
    ExactlyOnce,
    /// Every operation seems to happen at one moment between its call and its return.
    Linearizable,
    /// What was acknowledged is not lost.
    Acknowledged,
    /// Servers that applied as much are in the same state.
    EqualState,
    /// What a clerk asks is answered in the end, and soon while nothing fails.
    LiveClient,
    /// Bounds on what is kept.
    Resource,
}

impl Breaks {
    /// Whether what is broken is seen at a step; the rest is seen by waiting.
    pub const fn is_safety(self) -> bool {
        match self {
            Breaks::ExactlyOnce
            | Breaks::Linearizable
            | Breaks::Acknowledged
            | Breaks::EqualState
            | Breaks::Resource => true,
            Breaks::LiveClient => false,
        }
    }
}

/// A mistake.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Mutant {
    /// KV01: does a command again that was done.
    DoneAgain,
    /// KV02: looks for a command that was done before it proposes, and not when it applies.
    LookOnlyBefore,
    /// KV03: only the leader keeps what was done.
    LeaderKeepsTable,
    /// KV04: leaves the table of sessions out of snapshots.
    TableNotInSnapshot,
    /// KV05: takes a command for done only if it is the very last one.
    OnlyTheLast,
    /// KV06: clerks choose the same number.
    NumbersCollide,
    /// KV07: answers with the reply to another command.
    ReplyOfAnother,
    /// KV08: a leader answers queries from what it has, without asking whether it still leads.
    ReadWithoutAsking,
    /// KV09: followers answer queries from what they have.
    FollowersRead,
    /// KV10: answers a command once it is proposed.
    AnswerBeforeCommit,
    /// KV11: answers who waits for an index, whatever was committed there.
    AnswerByIndex,
    /// KV12: answers by the session, whichever of its commands was done.
    AnswerBySession,
    /// KV13: keeps clerks waiting when it has lost the lead.
    KeepsWaiters,
    /// KV14: takes a command for failed, and says so, once another stands at its index.
    FailedByIndex,
    /// KV15: a clerk that asks again takes a new number.
    NewNumberOnRetry,
    /// KV16: a clerk takes a question without an answer for done.
    SilenceIsDone,
    /// KV17: a clerk asks the same server for ever.
    NeverAnother,
    /// KV18: a clerk waits before each question.
    WaitsBeforeEach,
    /// KV20: what a command does depends on the server.
    ServersDiffer,
    /// KV21: followers apply nothing.
    FollowersDoNotApply,
    /// KV22: never takes a snapshot.
    NeverTrims,
    /// KV23: snapshots carry all that ever was.
    SnapshotCarriesHistory,
    /// KV24: does not look at its snapshot when it starts.
    SnapshotNotRead,
    /// KV25: puts a snapshot into what it had, instead of in its place.
    RestoreMerges,
    /// KV28: keeps the reply to every command for ever.
    KeepsAllReplies,
    /// KV29: takes a query that was done before for a command that was, and answers nothing.
    QueryTwice,
    /// A lease that is not shortened by what clocks may differ.
    LeaseWithoutDrift,
    /// A lease that counts from when the answers came.
    LeaseFromAnswer,
    /// A leader that hands over keeps its lease.
    LeaseThroughTransfer,
    /// An answer counts for the newest round, not for the one it names.
    AnyRoundCounts,
    /// A leader reads before an entry of its own term is committed.
    ReadBeforeOwnTerm,
    /// SK25: a new leader adds no entry of its own. In the catalogue of the sharded store, where that
    /// is to be seen, and so not in this one.
    NoOwnEntry,
}

impl Mutant {
    /// All of them, in the order of the catalogue.
    pub const ALL: &'static [Mutant] = &[
        Mutant::DoneAgain,
        Mutant::LookOnlyBefore,
        Mutant::LeaderKeepsTable,
        Mutant::TableNotInSnapshot,
        Mutant::OnlyTheLast,
        Mutant::NumbersCollide,
        Mutant::ReplyOfAnother,
        Mutant::ReadWithoutAsking,
        Mutant::FollowersRead,
        Mutant::AnswerBeforeCommit,
        Mutant::AnswerByIndex,
        Mutant::AnswerBySession,
        Mutant::KeepsWaiters,
        Mutant::FailedByIndex,
        Mutant::NewNumberOnRetry,
        Mutant::SilenceIsDone,
        Mutant::NeverAnother,
        Mutant::WaitsBeforeEach,
        Mutant::ServersDiffer,
        Mutant::FollowersDoNotApply,
        Mutant::NeverTrims,
        Mutant::SnapshotCarriesHistory,
        Mutant::SnapshotNotRead,
        Mutant::RestoreMerges,
        Mutant::KeepsAllReplies,
        Mutant::QueryTwice,
        Mutant::LeaseWithoutDrift,
        Mutant::LeaseFromAnswer,
        Mutant::LeaseThroughTransfer,
        Mutant::AnyRoundCounts,
        Mutant::ReadBeforeOwnTerm,
    ];

    /// Its name in the catalogue.
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
            Mutant::DoneAgain => ("KV01", Breaks::ExactlyOnce),
            Mutant::LookOnlyBefore => ("KV02", Breaks::ExactlyOnce),
            Mutant::LeaderKeepsTable => ("KV03", Breaks::ExactlyOnce),
            Mutant::TableNotInSnapshot => ("KV04", Breaks::ExactlyOnce),
            Mutant::OnlyTheLast => ("KV05", Breaks::ExactlyOnce),
            Mutant::NumbersCollide => ("KV06", Breaks::Acknowledged),
            Mutant::ReplyOfAnother => ("KV07", Breaks::Linearizable),
            Mutant::ReadWithoutAsking => ("KV08", Breaks::Linearizable),
            Mutant::FollowersRead => ("KV09", Breaks::Linearizable),
            Mutant::AnswerBeforeCommit => ("KV10", Breaks::Acknowledged),
            Mutant::AnswerByIndex => ("KV11", Breaks::Acknowledged),
            Mutant::AnswerBySession => ("KV12", Breaks::Linearizable),
            Mutant::KeepsWaiters => ("KV13", Breaks::LiveClient),
            Mutant::FailedByIndex => ("KV14", Breaks::ExactlyOnce),
            Mutant::NewNumberOnRetry => ("KV15", Breaks::ExactlyOnce),
            Mutant::SilenceIsDone => ("KV16", Breaks::Acknowledged),
            Mutant::NeverAnother => ("KV17", Breaks::LiveClient),
            Mutant::WaitsBeforeEach => ("KV18", Breaks::LiveClient),
            Mutant::ServersDiffer => ("KV20", Breaks::EqualState),
            Mutant::FollowersDoNotApply => ("KV21", Breaks::EqualState),
            Mutant::NeverTrims => ("KV22", Breaks::Resource),
            Mutant::SnapshotCarriesHistory => ("KV23", Breaks::Resource),
            Mutant::SnapshotNotRead => ("KV24", Breaks::EqualState),
            Mutant::RestoreMerges => ("KV25", Breaks::EqualState),
            Mutant::KeepsAllReplies => ("KV28", Breaks::Resource),
            Mutant::QueryTwice => ("KV29", Breaks::Linearizable),
            Mutant::NoOwnEntry => ("SK25", Breaks::LiveClient),
            Mutant::LeaseWithoutDrift => ("RD01", Breaks::Linearizable),
            Mutant::LeaseFromAnswer => ("RD02", Breaks::Linearizable),
            Mutant::LeaseThroughTransfer => ("RD03", Breaks::Linearizable),
            Mutant::AnyRoundCounts => ("RD04", Breaks::Linearizable),
            Mutant::ReadBeforeOwnTerm => ("RD05", Breaks::Linearizable),
        }
    }
}

/// A set of mistakes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Mutants(u64);

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
