//! Mistakes made on purpose, each a named deviation with one guard at the rule
//! it breaks. Off by default; part of a scenario and shown wherever one is on.
//!
//! A check, and a course test, that has never been red under a mutant proves
//! nothing. The catalogue with schedules is docs/mutants.md.

use crate::mutants::mutants;

/// What a mutant breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Breaks {
    /// At most one leader a term (5.2).
    ElectionSafety,
    /// A leader only adds to its log (5.3).
    LeaderAppendOnly,
    /// Logs that agree at an index agree before it (5.3).
    LogMatching,
    /// Committed entries are in the logs of later leaders (5.4).
    LeaderCompleteness,
    /// No index is applied with two commands (5.4.3).
    StateMachineSafety,
    /// Terms and indexes that must not fall.
    Monotonic,
    /// What was acknowledged is on disk (5.1, Figure 2).
    Durable,
    /// A leader is elected in the end.
    LiveElect,
    /// A leader stays while nothing fails.
    LiveStable,
    /// What a leader with a majority is asked is committed in the end.
    LiveCommit,
    /// What is committed is applied everywhere in the end.
    LiveApply,
    /// Bounds on messages and space.
    Resource,
}

impl Breaks {
    /// Whether what is broken is seen at a step; the rest is seen by waiting, or by counting.
    pub const fn is_safety(self) -> bool {
        match self {
            Breaks::ElectionSafety
            | Breaks::LeaderAppendOnly
            | Breaks::LogMatching
            | Breaks::LeaderCompleteness
            | Breaks::StateMachineSafety
            | Breaks::Monotonic
            | Breaks::Durable => true,
            Breaks::LiveElect
            | Breaks::LiveStable
            | Breaks::LiveCommit
            | Breaks::LiveApply
            | Breaks::Resource => false,
        }
    }
}

mutants! {
    u128;
    /// grants without looking at votedFor.
    VoteTwice = "EL01" ElectionSafety,
    /// does not clear votedFor when the term rises.
    KeepVoteInNewTerm = "EL02" LiveElect,
    /// clears votedFor on an AppendEntries of the same term.
    ForgetVoteOnAppend = "EL03" ElectionSafety,
    /// grants without comparing logs.
    IgnoreLogInVote = "EL04" LeaderCompleteness,
    /// compares only the lengths of the logs.
    CompareLengthOnly = "EL05" LeaderCompleteness,
    /// compares only the last terms of the logs.
    CompareTermOnly = "EL06" LeaderCompleteness,
    /// demands a log strictly newer than its own.
    DemandNewerLog = "EL07" LiveElect,
    /// compares with its committed entries instead of its last one.
    CompareWithCommitted = "EL08" LeaderCompleteness,
    /// does not raise the term for a new election.
    KeepTermInElection = "EL09" LiveElect,
    /// does not record its vote for itself.
    NoVoteForItself = "EL10" ElectionSafety,
    /// takes n/2 votes for a majority.
    SmallVoteQuorum = "EL11" ElectionSafety,
    /// wants a majority of votes beside its own.
    VoteQuorumOfOthers = "EL12" LiveElect,
    /// counts votes of an earlier candidacy.
    CountOldVotes = "EL13" ElectionSafety,
    /// becomes leader by votes that come after it stepped down.
    CountVotesAfterwards = "EL14" ElectionSafety,
    /// counts the same voter's grant twice.
    CountVoteTwice = "EL15" ElectionSafety,
    /// resets its election timer on any RequestVote.
    ResetTimerOnAnyVote = "EL17" LiveElect,
    /// does not reset its election timer when it grants a vote.
    KeepTimerOnGrant = "EL18" LiveStable,
    /// resets its election timer on an AppendEntries of an old term.
    ResetTimerOnOldAppend = "EL19" LiveElect,
    /// does not reset its election timer when the logs do not agree.
    KeepTimerOnConflict = "EL20" LiveStable,
    /// as a candidate never starts another election.
    NoSecondElection = "EL21" LiveElect,
    /// as a candidate ignores the leader of its term.
    CandidateIgnoresLeader = "EL22" LiveStable,
    /// as a leader runs against itself when its election timer fires.
    LeaderKeepsTimer = "EL23" LiveStable,
    /// sends no heartbeat on winning an election.
    NoFirstHeartbeat = "EL24" LiveStable,
    /// uses the same election time-out for all.
    SameTimeouts = "EL25" LiveElect,
    /// sends heartbeats more slowly than elections time out.
    SlowHeartbeat = "EL26" LiveStable,
    /// waits ten times as long before an election.
    LongTimeouts = "EL27" LiveElect,
    /// ignores a newer term in a reply.
    IgnoreTermOfReply = "TM02" LiveStable,
    /// steps down on a RequestVote of its own term.
    StepDownOnEqualTerm = "TM03" LiveStable,
    /// grants a RequestVote of an old term, in that term.
    GrantOldTerm = "TM04" ElectionSafety,
    /// takes the term of any message for its own, also a lower one.
    TermMayFall = "TM06" ElectionSafety,
    /// accepts AppendEntries of an old term.
    AcceptOldAppend = "TM07" LeaderCompleteness,
    /// answers success to an AppendEntries of an old term.
    AckOldAppend = "TM08" StateMachineSafety,
    /// does not adopt the newer term of an AppendEntries.
    KeepTermOnAppend = "TM09" LiveStable,
    /// answers success to every heartbeat without checking the log.
    HeartbeatAlwaysMatches = "AE01" StateMachineSafety,
    /// advances its commit index before checking the log.
    CommitBeforeCheck = "AE02" StateMachineSafety,
    /// always cuts its log after the entry before.
    AlwaysTruncate = "AE03" LeaderCompleteness,
    /// never cuts a conflicting entry.
    NeverTruncate = "AE04" StateMachineSafety,
    /// replaces a conflicting entry and keeps those behind it.
    KeepTailOnConflict = "AE05" LogMatching,
    /// accepts entries whatever the entry before them is.
    NoCheckOfPrevious = "AE07" LogMatching,
    /// takes the leader's commit index as it is.
    CommitWithoutMin = "AE10" StateMachineSafety,
    /// takes its own last index for the last new entry.
    CommitToLastIndex = "AE11" StateMachineSafety,
    /// lets its commit index fall.
    CommitMayFall = "AE12" Monotonic,
    /// as a leader cuts its own log where a follower's differs.
    LeaderCutsItself = "AE14" LeaderAppendOnly,
    /// acknowledges up to its own last index.
    AckOwnLastIndex = "AE15" StateMachineSafety,
    /// commits entries of older terms by counting copies.
    CommitOldTerms = "LD01" LeaderCompleteness,
    /// takes n/2 copies for a majority.
    SmallCommitQuorum = "LD02" StateMachineSafety,
    /// does not count its own copy.
    OwnCopyNotCounted = "LD03" LiveCommit,
    /// takes an answer as good for everything it has by then.
    MatchAtReplyTime = "LD04" StateMachineSafety,
    /// adds the entries of each answer to matchIndex.
    MatchAdds = "LD05" StateMachineSafety,
    /// counts answers of an earlier term.
    CountOldAcks = "LD07" StateMachineSafety,
    /// keeps matchIndex of its last leadership.
    KeepMatchIndex = "LD08" StateMachineSafety,
    /// goes back by one entry a heartbeat.
    BackUpByOne = "LD12" LiveCommit,
    /// never goes back after a conflict.
    NeverGoBack = "LD15" LiveCommit,
    /// sends entries only with the next heartbeat.
    WaitForHeartbeat = "LD18" LiveCommit,
    /// sends all unacknowledged entries again on every proposal.
    SendWholeTail = "LD21" Resource,
    /// sends heartbeats ten times too often.
    HeartbeatTooOften = "LD22" Resource,
    /// does not tell followers its commit index in heartbeats.
    NeverTellCommit = "LD23" LiveApply,
    /// applies an entry before it is committed.
    ApplyBeforeCommit = "LD24" StateMachineSafety,
    /// commits only what is on all servers.
    WaitForAll = "LD25" LiveCommit,
    /// sends its whole log with every AppendEntries that carries entries.
    SendWholeLog = "LD27" Resource,
    /// does not save votedFor.
    VoteNotSaved = "PS01" ElectionSafety,
    /// does not save currentTerm.
    TermNotSaved = "PS02" ElectionSafety,
    /// does not save its log.
    LogNotSaved = "PS03" LeaderCompleteness,
    /// does not save what is proposed to it.
    ProposalNotSaved = "PS04" LeaderCompleteness,
    /// does not save what its leader sends.
    AppendNotSaved = "PS05" LeaderCompleteness,
    /// does not save its vote when it grants it.
    GrantNotSaved = "PS07" ElectionSafety,
    /// does not save its term and vote when it becomes a candidate.
    CandidacyNotSaved = "PS08" ElectionSafety,
    /// answers before its disk has the save.
    AnswerBeforeSave = "PS10" Durable,
    /// saves the trimmed log and the snapshot one after the other.
    SnapshotInTwoSaves = "PS11" StateMachineSafety,
    /// does not save which entries its snapshot covers.
    SnapshotIndexNotSaved = "PS12" LeaderCompleteness,
    /// forgets its snapshot when it starts, and later saves nothing in its place.
    SnapshotForgotten = "PS13" StateMachineSafety,
    /// saves only while it is a follower.
    LeaderNeverSaves = "PS18" LeaderCompleteness,
    /// applies two entries in the wrong order.
    ApplyOutOfOrder = "AP02" StateMachineSafety,
    /// applies only the last entry when the commit index jumps.
    ApplySkips = "AP03" StateMachineSafety,
    /// counts only the entries behind its snapshot as its log's length in votes.
    SnapshotNotInLength = "SN03" LeaderCompleteness,
    /// installs a snapshot that covers less than is committed.
    InstallOlderSnapshot = "SN04" Monotonic,
    /// drops its whole log for a snapshot that agrees with it.
    InstallDropsTail = "SN05" LeaderCompleteness,
    /// keeps entries behind a snapshot that does not agree with them.
    InstallKeepsTail = "SN06" LogMatching,
    /// does not reset its election timer on a snapshot.
    KeepTimerOnSnapshot = "SN08" LiveStable,
    /// takes a follower with a new snapshot for up to date.
    MatchAllAfterSnapshot = "SN09" StateMachineSafety,
    /// never sends its snapshot.
    NeverSendSnapshot = "SN11" LiveCommit,
    /// trims its log only while it leads.
    OnlyLeaderTrims = "SN17" Resource,
}
