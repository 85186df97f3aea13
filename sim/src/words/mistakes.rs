//! The mistakes in a sentence each, and what they break.

use netsplit_core::raft::mutants::{Breaks, Mutant};

use crate::labs::Mistake;

/// All of Raft.
pub fn mistakes() -> Vec<Mistake> {
    let shown = |mutant: &Mutant| Mistake {
        id: mutant.id(),
        who: "a node",
        does: mistake(*mutant),
        breaks: breaks(mutant.breaks()),
    };
    Mutant::ALL.iter().map(shown).collect()
}

/// What a peer does that makes the mistake, in the third person and without a
/// full stop: `grants without looking at votedFor`.
pub fn mistake(mutant: Mutant) -> &'static str {
    match mutant {
        Mutant::VoteTwice => "grants without looking at votedFor",
        Mutant::KeepVoteInNewTerm => "does not clear votedFor when the term rises",
        Mutant::ForgetVoteOnAppend => "clears votedFor on an AppendEntries of the same term",
        Mutant::IgnoreLogInVote => "grants without comparing logs",
        Mutant::CompareLengthOnly => "compares only the lengths of the logs",
        Mutant::CompareTermOnly => "compares only the last terms of the logs",
        Mutant::DemandNewerLog => "demands a log strictly newer than its own",
        Mutant::CompareWithCommitted => {
            "compares with its committed entries instead of its last one"
        }
        Mutant::KeepTermInElection => "does not raise the term for a new election",
        Mutant::NoVoteForItself => "does not record its vote for itself",
        Mutant::SmallVoteQuorum => "takes n/2 votes for a majority",
        Mutant::VoteQuorumOfOthers => "wants a majority of votes beside its own",
        Mutant::CountOldVotes => "counts votes of an earlier candidacy",
        Mutant::CountVotesAfterwards => "becomes leader by votes that come after it stepped down",
        Mutant::CountVoteTwice => "counts the same voter's grant twice",
        Mutant::ResetTimerOnAnyVote => "resets its election timer on any RequestVote",
        Mutant::KeepTimerOnGrant => "does not reset its election timer when it grants a vote",
        Mutant::ResetTimerOnOldAppend => {
            "resets its election timer on an AppendEntries of an old term"
        }
        Mutant::KeepTimerOnConflict => {
            "does not reset its election timer when the logs do not agree"
        }
        Mutant::NoSecondElection => "as a candidate never starts another election",
        Mutant::CandidateIgnoresLeader => "as a candidate ignores the leader of its term",
        Mutant::LeaderKeepsTimer => "as a leader runs against itself when its election timer fires",
        Mutant::NoFirstHeartbeat => "sends no heartbeat on winning an election",
        Mutant::SameTimeouts => "uses the same election time-out for all",
        Mutant::SlowHeartbeat => "sends heartbeats more slowly than elections time out",
        Mutant::LongTimeouts => "waits ten times as long before an election",
        Mutant::IgnoreTermOfReply => "ignores a newer term in a reply",
        Mutant::StepDownOnEqualTerm => "steps down on a RequestVote of its own term",
        Mutant::GrantOldTerm => "grants a RequestVote of an old term, in that term",
        Mutant::TermMayFall => "takes the term of any message for its own, also a lower one",
        Mutant::AcceptOldAppend => "accepts AppendEntries of an old term",
        Mutant::AckOldAppend => "answers success to an AppendEntries of an old term",
        Mutant::KeepTermOnAppend => "does not adopt the newer term of an AppendEntries",
        Mutant::HeartbeatAlwaysMatches => {
            "answers success to every heartbeat without checking the log"
        }
        Mutant::CommitBeforeCheck => "advances its commit index before checking the log",
        Mutant::AlwaysTruncate => "always cuts its log after the entry before",
        Mutant::NeverTruncate => "never cuts a conflicting entry",
        Mutant::KeepTailOnConflict => "replaces a conflicting entry and keeps those behind it",
        Mutant::NoCheckOfPrevious => "accepts entries whatever the entry before them is",
        Mutant::CommitWithoutMin => "takes the leader's commit index as it is",
        Mutant::CommitToLastIndex => "takes its own last index for the last new entry",
        Mutant::CommitMayFall => "lets its commit index fall",
        Mutant::LeaderCutsItself => "as a leader cuts its own log where a follower's differs",
        Mutant::AckOwnLastIndex => "acknowledges up to its own last index",
        Mutant::CommitOldTerms => "commits entries of older terms by counting copies",
        Mutant::SmallCommitQuorum => "takes n/2 copies for a majority",
        Mutant::OwnCopyNotCounted => "does not count its own copy",
        Mutant::MatchAtReplyTime => "takes an answer as good for everything it has by then",
        Mutant::MatchAdds => "adds the entries of each answer to matchIndex",
        Mutant::CountOldAcks => "counts answers of an earlier term",
        Mutant::KeepMatchIndex => "keeps matchIndex of its last leadership",
        Mutant::BackUpByOne => "goes back by one entry a heartbeat",
        Mutant::NeverGoBack => "never goes back after a conflict",
        Mutant::WaitForHeartbeat => "sends entries only with the next heartbeat",
        Mutant::SendWholeTail => "sends all unacknowledged entries again on every proposal",
        Mutant::HeartbeatTooOften => "sends heartbeats ten times too often",
        Mutant::NeverTellCommit => "does not tell followers its commit index in heartbeats",
        Mutant::ApplyBeforeCommit => "applies an entry before it is committed",
        Mutant::WaitForAll => "commits only what is on all servers",
        Mutant::SendWholeLog => "sends its whole log with every AppendEntries that carries entries",
        Mutant::VoteNotSaved => "does not save votedFor",
        Mutant::TermNotSaved => "does not save currentTerm",
        Mutant::LogNotSaved => "does not save its log",
        Mutant::ProposalNotSaved => "does not save what is proposed to it",
        Mutant::AppendNotSaved => "does not save what its leader sends",
        Mutant::GrantNotSaved => "does not save its vote when it grants it",
        Mutant::CandidacyNotSaved => "does not save its term and vote when it becomes a candidate",
        Mutant::AnswerBeforeSave => "answers before its disk has the save",
        Mutant::SnapshotInTwoSaves => "saves the trimmed log and the snapshot one after the other",
        Mutant::SnapshotIndexNotSaved => "does not save which entries its snapshot covers",
        Mutant::SnapshotForgotten => {
            "forgets its snapshot when it starts, and later saves nothing in its place"
        }
        Mutant::LeaderNeverSaves => "saves only while it is a follower",
        Mutant::ApplyOutOfOrder => "applies two entries in the wrong order",
        Mutant::ApplySkips => "applies only the last entry when the commit index jumps",
        Mutant::SnapshotNotInLength => {
            "counts only the entries behind its snapshot as its log's length in votes"
        }
        Mutant::InstallOlderSnapshot => "installs a snapshot that covers less than is committed",
        Mutant::InstallDropsTail => "drops its whole log for a snapshot that agrees with it",
        Mutant::InstallKeepsTail => "keeps entries behind a snapshot that does not agree with them",
        Mutant::KeepTimerOnSnapshot => "does not reset its election timer on a snapshot",
        Mutant::MatchAllAfterSnapshot => "takes a follower with a new snapshot for up to date",
        Mutant::NeverSendSnapshot => "never sends its snapshot",
        Mutant::OnlyLeaderTrims => "trims its log only while it leads",
    }
}

/// What a mistake breaks, as people say it.
pub fn breaks(breaks: Breaks) -> &'static str {
    match breaks {
        Breaks::ElectionSafety => "Election Safety: one leader a term (5.2)",
        Breaks::LeaderAppendOnly => "Leader Append-Only: a leader only adds to its log (5.3)",
        Breaks::LogMatching => "Log Matching: logs that agree at an index agree before it (5.3)",
        Breaks::LeaderCompleteness => {
            "Leader Completeness: what is committed is in the logs of later leaders (5.4)"
        }
        Breaks::StateMachineSafety => {
            "State Machine Safety: no index is applied with two commands (5.4.3)"
        }
        Breaks::Monotonic => "terms and indexes never fall",
        Breaks::Durable => "what was acknowledged is on the disk (5.1)",
        Breaks::LiveElect => "a leader is elected in the end",
        Breaks::LiveStable => "a leader stays while nothing fails",
        Breaks::LiveCommit => "what a leader with a majority is asked is committed in the end",
        Breaks::LiveApply => "what is committed is applied everywhere in the end",
        Breaks::Resource => "bounds on messages and space",
    }
}
