//! All of Raft's words: what peers say to each other, what they keep, what is
//! asked of them and what they tell.

use std::hash::{Hash, Hasher};

use crate::bytes::Bytes;
use crate::id::NodeId;
use crate::machine::{Alarm, Protocol};

use super::disk::Disk;
use super::reason::Reason;
use super::role::RoleName;

pub use super::entries::{Entries, Entry};

/// A term: the logical clock of Raft (5.1). The first election is of term 1.
pub type Term = u64;

/// A place in the log (5.3). The first entry has index 1; 0 is "before all".
pub type Index = u64;

/// The number of a round of heartbeats, given by who asks for it (dissertation, 6.4).
pub type Round = u64;

/// The protocol of a Raft group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Raft;

impl Protocol for Raft {
    type Message = Message;
    type Timer = Timer;
    type Durable = Durable;
    type Disk = Disk;
    type Request = Request;
    type Notice = Notice;
}

/// What peers say to each other: four that ask, with their replies, and one word without.
#[derive(Clone, Debug, PartialEq, Hash)]
pub enum Message {
    /// A candidate asks for a vote (5.2, 5.4.1).
    RequestVote(RequestVote),
    /// The answer.
    RequestVoteReply(RequestVoteReply),
    /// A leader's entries, or its heartbeat when there are none (5.3).
    AppendEntries(AppendEntries),
    /// The answer.
    AppendEntriesReply(AppendEntriesReply),
    /// A piece of the leader's snapshot (7, Figure 13). Elsewhere, so that the
    /// rarest word does not make all others longer.
    InstallSnapshot(Box<InstallSnapshot>),
    /// The answer.
    InstallSnapshotReply(InstallSnapshotReply),
    /// A leader asks whether it is still followed (dissertation, 6.4).
    Heartbeat(Heartbeat),
    /// The answer.
    HeartbeatReply(HeartbeatReply),
    /// A leader asks for an election that it will lose (dissertation, 3.10).
    TimeoutNow(TimeoutNow),
}

/// Arguments of RequestVote (Figure 2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestVote {
    /// The candidate's term; in a pre-vote, the term it would have.
    pub term: Term,
    /// Index of the candidate's last entry (5.4.1).
    pub last_log_index: Index,
    /// Term of the candidate's last entry (5.4.1).
    pub last_log_term: Term,
    /// True when it only asks whether it *would* be elected (dissertation, 9.6).
    pub pre_vote: bool,
    /// True when the leader asked for this election (dissertation, 3.10): whoever has heard that
    /// leader lately may grant it all the same.
    pub transfer: bool,
}

impl Hash for RequestVote {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.term, self.last_log_index, self.last_log_term).hash(state);
        (u8::from(self.pre_vote) | u8::from(self.transfer) << 1).hash(state);
    }
}

/// Results of RequestVote (Figure 2).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RequestVoteReply {
    /// The voter's current term, for the candidate to update itself; in the
    /// grant of a pre-vote, the term that was asked about.
    pub term: Term,
    /// True when the candidate got the vote.
    pub granted: bool,
    /// As in the question.
    pub pre_vote: bool,
}

/// Arguments of AppendEntries (Figure 2).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct AppendEntries {
    /// The leader's term.
    pub term: Term,
    /// Index of the entry just before the new ones.
    pub prev_log_index: Index,
    /// Term of that entry.
    pub prev_log_term: Term,
    /// The new entries; none in a heartbeat.
    pub entries: Entries,
    /// The leader's commit index.
    pub leader_commit: Index,
}

/// Results of AppendEntries (Figure 2, with the conflict's place: end of 5.3).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct AppendEntriesReply {
    /// The follower's current term, for the leader to update itself.
    pub term: Term,
    /// What became of the entries.
    pub outcome: Appended,
}

/// What became of the entries of one AppendEntries.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Appended {
    /// The follower's log agrees with the message up to this index.
    Matched {
        /// Index of the last entry the message spoke of.
        match_index: Index,
    },
    /// The logs do not agree at the entry before (5.3).
    Conflict {
        /// `prev_log_index` of the refused message: tells which one it was.
        prev_log_index: Index,
        /// The term the follower has there; `None` when its log is too short.
        conflict_term: Option<Term>,
        /// First index the follower has of that term, or the end of its log
        /// plus one.
        conflict_index: Index,
    },
    /// The message's term is over (5.1).
    OldTerm,
}

/// Arguments of InstallSnapshot (Figure 13).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct InstallSnapshot {
    /// The leader's term.
    pub term: Term,
    /// The snapshot replaces all entries up to and including this one.
    pub last_included_index: Index,
    /// Term of that entry.
    pub last_included_term: Term,
    /// Where in the snapshot this piece begins, in bytes.
    pub offset: u64,
    /// The piece.
    pub data: Bytes,
    /// True when it is the last piece.
    pub done: bool,
}

/// Results of InstallSnapshot (Figure 13), with what the receiver has so far, so
/// that a lost piece is sent again.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct InstallSnapshotReply {
    /// The follower's current term, for the leader to update itself.
    pub term: Term,
    /// Which snapshot is spoken of.
    pub last_included_index: Index,
    /// Bytes of it that the follower has; where the next piece should begin.
    pub offset: u64,
    /// True when the follower has all that the snapshot covers.
    pub done: bool,
}

/// A heartbeat of a numbered round, beside those by which AppendEntries keeps followers quiet.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Heartbeat {
    /// The leader's term.
    pub term: Term,
    /// The round.
    pub round: Round,
}

/// The answer to a heartbeat of a round.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct HeartbeatReply {
    /// The follower's current term, for the leader to update itself.
    pub term: Term,
    /// The round that was asked about; 0 when that was in a term that is over.
    pub round: Round,
}

/// Start an election now, whatever your timer says.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TimeoutNow {
    /// The leader's term.
    pub term: Term,
}

/// Raft's timers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Timer {
    /// A follower or candidate that has not heard for too long starts an
    /// election (5.2); with CheckQuorum, a leader asks itself whether it still
    /// reaches a majority.
    Election,
    /// A leader repeats its heartbeat, and what was not answered (5.2, 5.3).
    Heartbeat,
    /// A leader that hands over gives that up (dissertation, 3.10).
    Transfer,
}

impl Alarm for Timer {
    fn name(self) -> String {
        match self {
            Timer::Election => "election".to_owned(),
            Timer::Heartbeat => "heartbeat".to_owned(),
            Timer::Transfer => "transfer".to_owned(),
        }
    }

    fn code(self) -> u32 {
        match self {
            Timer::Election => 0,
            Timer::Heartbeat => 1,
            Timer::Transfer => 2,
        }
    }
}

/// One atomic change of a peer's disk: of the vote, of the log (Figure 2,
/// persistent state), and of the snapshot (7).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Durable {
    /// currentTerm and votedFor.
    Vote {
        /// Latest term the peer has seen.
        term: Term,
        /// Who got its vote in that term.
        voted_for: Option<NodeId>,
    },
    /// Entries after index `after`; what stood behind it before is cut away.
    Append {
        /// Index of the entry before the first.
        after: Index,
        /// The entries; none to cut only.
        entries: Entries,
    },
    /// A snapshot, and in the same change the log that it replaces is trimmed.
    Snapshot {
        /// Index of the last entry it covers.
        last_included_index: Index,
        /// Term of that entry.
        last_included_term: Term,
        /// The state machine's content.
        data: Bytes,
        /// True when the entries after it stay, false when the whole log goes
        /// (Figure 13, rules 6 and 7).
        keeps_tail: bool,
    },
}

/// What the service above, or a person, asks of a peer.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Request {
    /// Replicate this command (the labs' `Start`).
    Propose(Bytes),
    /// The service's state after applying all entries up to `index` (7); the
    /// log up to there may go.
    Snapshot {
        /// Last entry that the state covers.
        index: Index,
        /// The state.
        data: Bytes,
    },
    /// Find out whether you still lead: by a round of heartbeats with this number, which is greater
    /// than those before (dissertation, 6.4).
    Confirm(Round),
    /// Hand leadership over to this member (dissertation, 3.10).
    Transfer(NodeId),
}

/// What a peer tells the service above, the checks and the reader. Places are part of
/// fingerprints: append only.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Notice {
    /// A command was taken into this leader's log; not yet committed.
    Proposed {
        /// Where it stands.
        index: Index,
        /// The leader's term.
        term: Term,
    },
    /// An entry is committed and next to be applied, in order, each once in an
    /// incarnation.
    Committed {
        /// Its index.
        index: Index,
        /// The entry.
        entry: Entry,
    },
    /// The state machine is to be replaced by a snapshot; the next
    /// [`Committed`](Notice::Committed) follows after it.
    Restored {
        /// Last entry that the snapshot covers.
        index: Index,
        /// Term of that entry.
        term: Term,
        /// The state.
        data: Bytes,
    },
    /// The peer's role or term changed.
    Became {
        /// The role it has now.
        role: RoleName,
        /// The term it has now.
        term: Term,
    },
    /// The peer granted its vote.
    Voted {
        /// To whom.
        candidate: NodeId,
        /// In which term.
        term: Term,
    },
    /// Entries of this peer's log were replaced by a leader's (5.3).
    Overwritten {
        /// First index that went.
        from: Index,
        /// Last index that went.
        to: Index,
    },
    /// Why something was refused, thrown away, or has to wait.
    Because(Reason),
    /// A majority followed this leader when the round was sent, or later.
    Confirmed {
        /// The newest such round.
        round: Round,
    },
}

impl Message {
    /// The term the message carries.
    pub fn term(&self) -> Term {
        match self {
            Message::RequestVote(ask) => ask.term,
            Message::RequestVoteReply(vote) => vote.term,
            Message::AppendEntries(batch) => batch.term,
            Message::AppendEntriesReply(ack) => ack.term,
            Message::InstallSnapshot(image) => image.term,
            Message::InstallSnapshotReply(at) => at.term,
            Message::Heartbeat(ask) => ask.term,
            Message::HeartbeatReply(reply) => reply.term,
            Message::TimeoutNow(ask) => ask.term,
        }
    }
}
