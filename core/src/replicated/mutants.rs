//! Mistakes made on purpose, as [Raft's](crate::raft::mutants): each one guard at the rule it breaks.

use crate::mutants::mutants;

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

mutants! {
    u64;
    /// does a command again that was done.
    DoneAgain = "KV01" ExactlyOnce,
    /// looks for a command that was done before it proposes, and not when it applies.
    LookOnlyBefore = "KV02" ExactlyOnce,
    /// only the leader keeps what was done.
    LeaderKeepsTable = "KV03" ExactlyOnce,
    /// leaves the table of sessions out of snapshots.
    TableNotInSnapshot = "KV04" ExactlyOnce,
    /// takes a command for done only if it is the very last one.
    OnlyTheLast = "KV05" ExactlyOnce,
    /// clerks choose the same number.
    NumbersCollide = "KV06" Acknowledged,
    /// answers with the reply to another command.
    ReplyOfAnother = "KV07" Linearizable,
    /// a leader answers queries from what it has, without asking whether it still leads.
    ReadWithoutAsking = "KV08" Linearizable,
    /// followers answer queries from what they have.
    FollowersRead = "KV09" Linearizable,
    /// answers a command once it is proposed.
    AnswerBeforeCommit = "KV10" Acknowledged,
    /// answers who waits for an index, whatever was committed there.
    AnswerByIndex = "KV11" Acknowledged,
    /// answers by the session, whichever of its commands was done.
    AnswerBySession = "KV12" Linearizable,
    /// keeps clerks waiting when it has lost the lead.
    KeepsWaiters = "KV13" LiveClient,
    /// takes a command for failed, and says so, once another stands at its index.
    FailedByIndex = "KV14" ExactlyOnce,
    /// a clerk that asks again takes a new number.
    NewNumberOnRetry = "KV15" ExactlyOnce,
    /// a clerk takes a question without an answer for done.
    SilenceIsDone = "KV16" Acknowledged,
    /// a clerk asks the same server for ever.
    NeverAnother = "KV17" LiveClient,
    /// a clerk waits before each question.
    WaitsBeforeEach = "KV18" LiveClient,
    /// what a command does depends on the server.
    ServersDiffer = "KV20" EqualState,
    /// followers apply nothing.
    FollowersDoNotApply = "KV21" EqualState,
    /// never takes a snapshot.
    NeverTrims = "KV22" Resource,
    /// snapshots carry all that ever was.
    SnapshotCarriesHistory = "KV23" Resource,
    /// does not look at its snapshot when it starts.
    SnapshotNotRead = "KV24" EqualState,
    /// puts a snapshot into what it had, instead of in its place.
    RestoreMerges = "KV25" EqualState,
    /// keeps the reply to every command for ever.
    KeepsAllReplies = "KV28" Resource,
    /// takes a query that was done before for a command that was, and answers nothing.
    QueryTwice = "KV29" Linearizable,
    /// never ends a session, however many there are.
    KeepsAllSessions = "KV30" Resource,
    /// a lease that is not shortened by what clocks may differ.
    LeaseWithoutDrift = "RD01" Linearizable,
    /// a lease that counts from when the answers came.
    LeaseFromAnswer = "RD02" Linearizable,
    /// a leader that hands over keeps its lease.
    LeaseThroughTransfer = "RD03" Linearizable,
    /// an answer counts for the newest round, not for the one it names.
    AnyRoundCounts = "RD04" Linearizable,
    /// a leader reads before an entry of its own term is committed.
    ReadBeforeOwnTerm = "RD05" Linearizable,
    elsewhere:
    /// a new leader adds no entry of its own. In the catalogue of the sharded store, where that
    /// is to be seen, and so not in this one.
    NoOwnEntry = "SK25" LiveClient,
}
