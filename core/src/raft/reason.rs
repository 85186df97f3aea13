//! Why something is refused, thrown away, or has to wait: data, with the place
//! in the paper that demands it. Sentences are made elsewhere.

use crate::id::NodeId;

use super::message::{Index, Term};

/// A reason. Places are part of fingerprints: append only. Sections are of *In Search of an Understandable Consensus
/// Algorithm (Extended Version)*, or of Ongaro's dissertation where said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reason {
    /// A vote is refused: this term's went to another.
    AlreadyVoted {
        /// Who asked.
        candidate: NodeId,
        /// Who has it.
        voted_for: NodeId,
        /// In which term.
        term: Term,
    },
    /// A vote is refused: the candidate's log is older than the voter's.
    OlderLog {
        /// Who asked.
        candidate: NodeId,
        /// Term of its last entry.
        last_term: Term,
        /// Index of its last entry.
        last_index: Index,
        /// Term of the voter's last entry.
        own_last_term: Term,
        /// Index of the voter's last entry.
        own_last_index: Index,
    },
    /// A vote is not considered: a leader was heard within the shortest
    /// election time-out, or may have been, before a crash.
    LeaderHeardRecently {
        /// Who asked.
        candidate: NodeId,
        /// Who leads this term, where that is known.
        leader: Option<NodeId>,
    },
    /// A message is refused or thrown away: its term is over.
    OldTerm {
        /// Who sent it.
        from: NodeId,
        /// Its term.
        message_term: Term,
        /// The receiver's.
        term: Term,
    },
    /// An answer is thrown away: the question is not open any more.
    LateAnswer {
        /// Who sent it.
        from: NodeId,
        /// Its term.
        term: Term,
    },
    /// Entries are refused: the log ends before the entry they follow.
    LogTooShort {
        /// Index of the entry they follow.
        prev_log_index: Index,
        /// Last index of the log.
        last_index: Index,
    },
    /// Entries are refused: the entry they follow has another term here.
    TermDiffers {
        /// Index of the entry they follow.
        prev_log_index: Index,
        /// Its term at the leader.
        leader_term: Term,
        /// Its term here.
        own_term: Term,
    },
    /// A snapshot brings nothing new: so much is committed already.
    AlreadyCovered {
        /// Last index the snapshot covers.
        last_included_index: Index,
        /// What is committed, or covered by the snapshot that is there.
        covered: Index,
    },
    /// A snapshot of the service covers more than was applied.
    NotApplied {
        /// Last index it would cover.
        index: Index,
        /// What was applied.
        last_applied: Index,
    },
    /// A piece of a snapshot does not follow what is there.
    PieceOutOfOrder {
        /// Where the piece begins.
        offset: u64,
        /// Bytes that are there.
        have: u64,
    },
    /// A command is refused: this peer does not lead.
    NotLeader {
        /// Who does, as far as it knows.
        leader: Option<NodeId>,
    },
    /// An entry waits to be on more disks.
    MoreCopiesNeeded {
        /// Index of the entry.
        index: Index,
        /// Disks it is on, as far as the leader knows.
        copies: u32,
        /// Disks that commit it.
        needed: u32,
    },
    /// An entry is on a majority, and waits for one of the leader's own term to
    /// be there too.
    OwnTermRule {
        /// Index of the entry.
        index: Index,
        /// Its term.
        entry_term: Term,
        /// The leader's.
        term: Term,
    },
    /// A leader steps down: it heard of no majority for an election time-out.
    NoMajorityInReach {
        /// How many it reached, itself counted.
        reached: u32,
        /// How many are a majority.
        needed: u32,
    },
    /// A leader goes on: the member that was to take over did not.
    TransferFailed {
        /// Which one.
        to: NodeId,
    },
}

impl Reason {
    /// Where the rule is stated: `5.4.1`, or `dissertation 9.6`.
    pub const fn section(&self) -> &'static str {
        match self {
            Reason::AlreadyVoted { .. } => "5.2",
            Reason::OlderLog { .. } => "5.4.1",
            Reason::LeaderHeardRecently { .. } => "dissertation 4.2.3",
            Reason::OldTerm { .. } | Reason::LateAnswer { .. } => "5.1",
            Reason::LogTooShort { .. } | Reason::TermDiffers { .. } => "5.3",
            Reason::AlreadyCovered { .. }
            | Reason::NotApplied { .. }
            | Reason::PieceOutOfOrder { .. } => "7",
            Reason::NotLeader { .. } => "5.1",
            Reason::MoreCopiesNeeded { .. } => "5.3",
            Reason::OwnTermRule { .. } => "5.4.2",
            Reason::NoMajorityInReach { .. } => "dissertation 6.2",
            Reason::TransferFailed { .. } => "dissertation 3.10",
        }
    }
}
