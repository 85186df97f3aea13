//! Mistakes made on purpose, each a named deviation with one guard at the rule
//! it breaks. Off by default; part of a scenario and shown wherever one is on.
//!
//! A check, and a course test, that has never been red under a mutant proves
//! nothing. The catalogue with schedules is docs/mutants.md.

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

/// A mistake.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Mutant {
    /// EL01: grants without looking at votedFor.
    VoteTwice,
    /// EL02: does not clear votedFor when the term rises.
    KeepVoteInNewTerm,
    /// EL03: clears votedFor on an AppendEntries of the same term.
    ForgetVoteOnAppend,
    /// EL04: grants without comparing logs.
    IgnoreLogInVote,
    /// EL05: compares only the lengths of the logs.
    CompareLengthOnly,
    /// EL06: compares only the last terms of the logs.
    CompareTermOnly,
    /// EL07: demands a log strictly newer than its own.
    DemandNewerLog,
    /// EL08: compares with its committed entries instead of its last one.
    CompareWithCommitted,
    /// EL09: does not raise the term for a new election.
    KeepTermInElection,
    /// EL10: does not record its vote for itself.
    NoVoteForItself,
    /// EL11: takes n/2 votes for a majority.
    SmallVoteQuorum,
    /// EL12: wants a majority of votes beside its own.
    VoteQuorumOfOthers,
    /// EL13: counts votes of an earlier candidacy.
    CountOldVotes,
    /// EL14: becomes leader by votes that come after it stepped down.
    CountVotesAfterwards,
    /// EL15: counts the same voter's grant twice.
    CountVoteTwice,
    /// EL17: resets its election timer on any RequestVote.
    ResetTimerOnAnyVote,
    /// EL18: does not reset its election timer when it grants a vote.
    KeepTimerOnGrant,
    /// EL19: resets its election timer on an AppendEntries of an old term.
    ResetTimerOnOldAppend,
    /// EL20: does not reset its election timer when the logs do not agree.
    KeepTimerOnConflict,
    /// EL21: as a candidate never starts another election.
    NoSecondElection,
    /// EL22: as a candidate ignores the leader of its term.
    CandidateIgnoresLeader,
    /// EL23: as a leader runs against itself when its election timer fires.
    LeaderKeepsTimer,
    /// EL24: sends no heartbeat on winning an election.
    NoFirstHeartbeat,
    /// EL25: uses the same election time-out for all.
    SameTimeouts,
    /// EL26: sends heartbeats more slowly than elections time out.
    SlowHeartbeat,
    /// EL27: waits ten times as long before an election.
    LongTimeouts,
    /// TM02: ignores a newer term in a reply.
    IgnoreTermOfReply,
    /// TM03: steps down on a RequestVote of its own term.
    StepDownOnEqualTerm,
    /// TM04: grants a RequestVote of an old term, in that term.
    GrantOldTerm,
    /// TM06: takes the term of any message for its own, also a lower one.
    TermMayFall,
    /// TM07: accepts AppendEntries of an old term.
    AcceptOldAppend,
    /// TM08: answers success to an AppendEntries of an old term.
    AckOldAppend,
    /// TM09: does not adopt the newer term of an AppendEntries.
    KeepTermOnAppend,
    /// AE01: answers success to every heartbeat without checking the log.
    HeartbeatAlwaysMatches,
    /// AE02: advances its commit index before checking the log.
    CommitBeforeCheck,
    /// AE03: always cuts its log after the entry before.
    AlwaysTruncate,
    /// AE04: never cuts a conflicting entry.
    NeverTruncate,
    /// AE05: replaces a conflicting entry and keeps those behind it.
    KeepTailOnConflict,
    /// AE07: accepts entries whatever the entry before them is.
    NoCheckOfPrevious,
    /// AE10: takes the leader's commit index as it is.
    CommitWithoutMin,
    /// AE11: takes its own last index for the last new entry.
    CommitToLastIndex,
    /// AE12: lets its commit index fall.
    CommitMayFall,
    /// AE14: as a leader cuts its own log where a follower's differs.
    LeaderCutsItself,
    /// AE15: acknowledges up to its own last index.
    AckOwnLastIndex,
    /// LD01: commits entries of older terms by counting copies.
    CommitOldTerms,
    /// LD02: takes n/2 copies for a majority.
    SmallCommitQuorum,
    /// LD03: does not count its own copy.
    OwnCopyNotCounted,
    /// LD04: takes an answer as good for everything it has by then.
    MatchAtReplyTime,
    /// LD05: adds the entries of each answer to matchIndex.
    MatchAdds,
    /// LD07: counts answers of an earlier term.
    CountOldAcks,
    /// LD08: keeps matchIndex of its last leadership.
    KeepMatchIndex,
    /// LD12: goes back by one entry a heartbeat.
    BackUpByOne,
    /// LD15: never goes back after a conflict.
    NeverGoBack,
    /// LD18: sends entries only with the next heartbeat.
    WaitForHeartbeat,
    /// LD21: sends all unacknowledged entries again on every proposal.
    SendWholeTail,
    /// LD22: sends heartbeats ten times too often.
    HeartbeatTooOften,
    /// LD23: does not tell followers its commit index in heartbeats.
    NeverTellCommit,
    /// LD24: applies an entry before it is committed.
    ApplyBeforeCommit,
    /// LD25: commits only what is on all servers.
    WaitForAll,
    /// LD27: sends its whole log with every AppendEntries that carries entries.
    SendWholeLog,
    /// PS01: does not save votedFor.
    VoteNotSaved,
    /// PS02: does not save currentTerm.
    TermNotSaved,
    /// PS03: does not save its log.
    LogNotSaved,
    /// PS04: does not save what is proposed to it.
    ProposalNotSaved,
    /// PS05: does not save what its leader sends.
    AppendNotSaved,
    /// PS07: does not save its vote when it grants it.
    GrantNotSaved,
    /// PS08: does not save its term and vote when it becomes a candidate.
    CandidacyNotSaved,
    /// PS10: answers before its disk has the save.
    AnswerBeforeSave,
    /// PS11: saves the trimmed log and the snapshot one after the other.
    SnapshotInTwoSaves,
    /// PS12: does not save which entries its snapshot covers.
    SnapshotIndexNotSaved,
    /// PS13: forgets its snapshot when it starts, and later saves nothing in its place.
    SnapshotForgotten,
    /// PS18: saves only while it is a follower.
    LeaderNeverSaves,
    /// AP02: applies two entries in the wrong order.
    ApplyOutOfOrder,
    /// AP03: applies only the last entry when the commit index jumps.
    ApplySkips,
    /// SN03: counts only the entries behind its snapshot as its log's length in votes.
    SnapshotNotInLength,
    /// SN04: installs a snapshot that covers less than is committed.
    InstallOlderSnapshot,
    /// SN05: drops its whole log for a snapshot that agrees with it.
    InstallDropsTail,
    /// SN06: keeps entries behind a snapshot that does not agree with them.
    InstallKeepsTail,
    /// SN08: does not reset its election timer on a snapshot.
    KeepTimerOnSnapshot,
    /// SN09: takes a follower with a new snapshot for up to date.
    MatchAllAfterSnapshot,
    /// SN11: never sends its snapshot.
    NeverSendSnapshot,
    /// SN17: trims its log only while it leads.
    OnlyLeaderTrims,
}

impl Mutant {
    /// All of them, in the order of the catalogue.
    pub const ALL: &'static [Mutant] = &[
        Mutant::VoteTwice,
        Mutant::KeepVoteInNewTerm,
        Mutant::ForgetVoteOnAppend,
        Mutant::IgnoreLogInVote,
        Mutant::CompareLengthOnly,
        Mutant::CompareTermOnly,
        Mutant::DemandNewerLog,
        Mutant::CompareWithCommitted,
        Mutant::KeepTermInElection,
        Mutant::NoVoteForItself,
        Mutant::SmallVoteQuorum,
        Mutant::VoteQuorumOfOthers,
        Mutant::CountOldVotes,
        Mutant::CountVotesAfterwards,
        Mutant::CountVoteTwice,
        Mutant::ResetTimerOnAnyVote,
        Mutant::KeepTimerOnGrant,
        Mutant::ResetTimerOnOldAppend,
        Mutant::KeepTimerOnConflict,
        Mutant::NoSecondElection,
        Mutant::CandidateIgnoresLeader,
        Mutant::LeaderKeepsTimer,
        Mutant::NoFirstHeartbeat,
        Mutant::SameTimeouts,
        Mutant::SlowHeartbeat,
        Mutant::LongTimeouts,
        Mutant::IgnoreTermOfReply,
        Mutant::StepDownOnEqualTerm,
        Mutant::GrantOldTerm,
        Mutant::TermMayFall,
        Mutant::AcceptOldAppend,
        Mutant::AckOldAppend,
        Mutant::KeepTermOnAppend,
        Mutant::HeartbeatAlwaysMatches,
        Mutant::CommitBeforeCheck,
        Mutant::AlwaysTruncate,
        Mutant::NeverTruncate,
        Mutant::KeepTailOnConflict,
        Mutant::NoCheckOfPrevious,
        Mutant::CommitWithoutMin,
        Mutant::CommitToLastIndex,
        Mutant::CommitMayFall,
        Mutant::LeaderCutsItself,
        Mutant::AckOwnLastIndex,
        Mutant::CommitOldTerms,
        Mutant::SmallCommitQuorum,
        Mutant::OwnCopyNotCounted,
        Mutant::MatchAtReplyTime,
        Mutant::MatchAdds,
        Mutant::CountOldAcks,
        Mutant::KeepMatchIndex,
        Mutant::BackUpByOne,
        Mutant::NeverGoBack,
        Mutant::WaitForHeartbeat,
        Mutant::SendWholeTail,
        Mutant::HeartbeatTooOften,
        Mutant::NeverTellCommit,
        Mutant::ApplyBeforeCommit,
        Mutant::WaitForAll,
        Mutant::SendWholeLog,
        Mutant::VoteNotSaved,
        Mutant::TermNotSaved,
        Mutant::LogNotSaved,
        Mutant::ProposalNotSaved,
        Mutant::AppendNotSaved,
        Mutant::GrantNotSaved,
        Mutant::CandidacyNotSaved,
        Mutant::AnswerBeforeSave,
        Mutant::SnapshotInTwoSaves,
        Mutant::SnapshotIndexNotSaved,
        Mutant::SnapshotForgotten,
        Mutant::LeaderNeverSaves,
        Mutant::ApplyOutOfOrder,
        Mutant::ApplySkips,
        Mutant::SnapshotNotInLength,
        Mutant::InstallOlderSnapshot,
        Mutant::InstallDropsTail,
        Mutant::InstallKeepsTail,
        Mutant::KeepTimerOnSnapshot,
        Mutant::MatchAllAfterSnapshot,
        Mutant::NeverSendSnapshot,
        Mutant::OnlyLeaderTrims,
    ];

    /// Its name in the catalogue: `EL01`.
    pub const fn id(self) -> &'static str {
        self.row().0
    }

    /// The promise that the catalogue says it breaks. A check that stands under
    /// that promise may go red before: a vote that was not saved is missed on the
    /// disk before it is given twice.
    pub const fn breaks(self) -> Breaks {
        self.row().1
    }

    /// The mutant of a name, in any case.
    pub fn from_id(id: &str) -> Option<Mutant> {
        Mutant::ALL.iter().copied().find(|mutant| mutant.id().eq_ignore_ascii_case(id))
    }

    const fn row(self) -> (&'static str, Breaks) {
        match self {
            Mutant::VoteTwice => ("EL01", Breaks::ElectionSafety),
            Mutant::KeepVoteInNewTerm => ("EL02", Breaks::LiveElect),
            Mutant::ForgetVoteOnAppend => ("EL03", Breaks::ElectionSafety),
            Mutant::IgnoreLogInVote => ("EL04", Breaks::LeaderCompleteness),
            Mutant::CompareLengthOnly => ("EL05", Breaks::LeaderCompleteness),
            Mutant::CompareTermOnly => ("EL06", Breaks::LeaderCompleteness),
            Mutant::DemandNewerLog => ("EL07", Breaks::LiveElect),
            Mutant::CompareWithCommitted => ("EL08", Breaks::LeaderCompleteness),
            Mutant::KeepTermInElection => ("EL09", Breaks::LiveElect),
            Mutant::NoVoteForItself => ("EL10", Breaks::ElectionSafety),
            Mutant::SmallVoteQuorum => ("EL11", Breaks::ElectionSafety),
            Mutant::VoteQuorumOfOthers => ("EL12", Breaks::LiveElect),
            Mutant::CountOldVotes => ("EL13", Breaks::ElectionSafety),
            Mutant::CountVotesAfterwards => ("EL14", Breaks::ElectionSafety),
            Mutant::CountVoteTwice => ("EL15", Breaks::ElectionSafety),
            Mutant::ResetTimerOnAnyVote => ("EL17", Breaks::LiveElect),
            Mutant::KeepTimerOnGrant => ("EL18", Breaks::LiveStable),
            Mutant::ResetTimerOnOldAppend => ("EL19", Breaks::LiveElect),
            Mutant::KeepTimerOnConflict => ("EL20", Breaks::LiveStable),
            Mutant::NoSecondElection => ("EL21", Breaks::LiveElect),
            Mutant::CandidateIgnoresLeader => ("EL22", Breaks::LiveStable),
            Mutant::LeaderKeepsTimer => ("EL23", Breaks::LiveStable),
            Mutant::NoFirstHeartbeat => ("EL24", Breaks::LiveStable),
            Mutant::SameTimeouts => ("EL25", Breaks::LiveElect),
            Mutant::SlowHeartbeat => ("EL26", Breaks::LiveStable),
            Mutant::LongTimeouts => ("EL27", Breaks::LiveElect),
            Mutant::IgnoreTermOfReply => ("TM02", Breaks::LiveStable),
            Mutant::StepDownOnEqualTerm => ("TM03", Breaks::LiveStable),
            Mutant::GrantOldTerm => ("TM04", Breaks::ElectionSafety),
            Mutant::TermMayFall => ("TM06", Breaks::ElectionSafety),
            Mutant::AcceptOldAppend => ("TM07", Breaks::LeaderCompleteness),
            Mutant::AckOldAppend => ("TM08", Breaks::StateMachineSafety),
            Mutant::KeepTermOnAppend => ("TM09", Breaks::LiveStable),
            Mutant::HeartbeatAlwaysMatches => ("AE01", Breaks::StateMachineSafety),
            Mutant::CommitBeforeCheck => ("AE02", Breaks::StateMachineSafety),
            Mutant::AlwaysTruncate => ("AE03", Breaks::LeaderCompleteness),
            Mutant::NeverTruncate => ("AE04", Breaks::StateMachineSafety),
            Mutant::KeepTailOnConflict => ("AE05", Breaks::LogMatching),
            Mutant::NoCheckOfPrevious => ("AE07", Breaks::LogMatching),
            Mutant::CommitWithoutMin => ("AE10", Breaks::StateMachineSafety),
            Mutant::CommitToLastIndex => ("AE11", Breaks::StateMachineSafety),
            Mutant::CommitMayFall => ("AE12", Breaks::Monotonic),
            Mutant::LeaderCutsItself => ("AE14", Breaks::LeaderAppendOnly),
            Mutant::AckOwnLastIndex => ("AE15", Breaks::StateMachineSafety),
            Mutant::CommitOldTerms => ("LD01", Breaks::LeaderCompleteness),
            Mutant::SmallCommitQuorum => ("LD02", Breaks::StateMachineSafety),
            Mutant::OwnCopyNotCounted => ("LD03", Breaks::LiveCommit),
            Mutant::MatchAtReplyTime => ("LD04", Breaks::StateMachineSafety),
            Mutant::MatchAdds => ("LD05", Breaks::StateMachineSafety),
            Mutant::CountOldAcks => ("LD07", Breaks::StateMachineSafety),
            Mutant::KeepMatchIndex => ("LD08", Breaks::StateMachineSafety),
            Mutant::BackUpByOne => ("LD12", Breaks::LiveCommit),
            Mutant::NeverGoBack => ("LD15", Breaks::LiveCommit),
            Mutant::WaitForHeartbeat => ("LD18", Breaks::LiveCommit),
            Mutant::SendWholeTail => ("LD21", Breaks::Resource),
            Mutant::HeartbeatTooOften => ("LD22", Breaks::Resource),
            Mutant::NeverTellCommit => ("LD23", Breaks::LiveApply),
            Mutant::ApplyBeforeCommit => ("LD24", Breaks::StateMachineSafety),
            Mutant::WaitForAll => ("LD25", Breaks::LiveCommit),
            Mutant::SendWholeLog => ("LD27", Breaks::Resource),
            Mutant::VoteNotSaved => ("PS01", Breaks::ElectionSafety),
            Mutant::TermNotSaved => ("PS02", Breaks::ElectionSafety),
            Mutant::LogNotSaved => ("PS03", Breaks::LeaderCompleteness),
            Mutant::ProposalNotSaved => ("PS04", Breaks::LeaderCompleteness),
            Mutant::AppendNotSaved => ("PS05", Breaks::LeaderCompleteness),
            Mutant::GrantNotSaved => ("PS07", Breaks::ElectionSafety),
            Mutant::CandidacyNotSaved => ("PS08", Breaks::ElectionSafety),
            Mutant::AnswerBeforeSave => ("PS10", Breaks::Durable),
            Mutant::SnapshotInTwoSaves => ("PS11", Breaks::StateMachineSafety),
            Mutant::SnapshotIndexNotSaved => ("PS12", Breaks::LeaderCompleteness),
            Mutant::SnapshotForgotten => ("PS13", Breaks::StateMachineSafety),
            Mutant::LeaderNeverSaves => ("PS18", Breaks::LeaderCompleteness),
            Mutant::ApplyOutOfOrder => ("AP02", Breaks::StateMachineSafety),
            Mutant::ApplySkips => ("AP03", Breaks::StateMachineSafety),
            Mutant::SnapshotNotInLength => ("SN03", Breaks::LeaderCompleteness),
            Mutant::InstallOlderSnapshot => ("SN04", Breaks::Monotonic),
            Mutant::InstallDropsTail => ("SN05", Breaks::LeaderCompleteness),
            Mutant::InstallKeepsTail => ("SN06", Breaks::LogMatching),
            Mutant::KeepTimerOnSnapshot => ("SN08", Breaks::LiveStable),
            Mutant::MatchAllAfterSnapshot => ("SN09", Breaks::StateMachineSafety),
            Mutant::NeverSendSnapshot => ("SN11", Breaks::LiveCommit),
            Mutant::OnlyLeaderTrims => ("SN17", Breaks::Resource),
        }
    }
}

/// A set of mistakes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Mutants(u128);

impl Mutants {
    /// None: correct Raft.
    pub const NONE: Mutants = Mutants(0);

    /// This one alone.
    pub const fn only(mutant: Mutant) -> Mutants {
        Mutants(1 << mutant as u8)
    }

    /// These and one more.
    pub const fn with(self, mutant: Mutant) -> Mutants {
        Mutants(self.0 | 1 << mutant as u8)
    }

    /// Whether it is one of them.
    #[inline]
    pub const fn has(self, mutant: Mutant) -> bool {
        self.0 & (1 << mutant as u8) != 0
    }

    /// True when there is none.
    #[inline]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Its members, in the order of the catalogue.
    pub fn iter(self) -> impl Iterator<Item = Mutant> {
        Mutant::ALL.iter().copied().filter(move |mutant| self.has(*mutant))
    }
}
