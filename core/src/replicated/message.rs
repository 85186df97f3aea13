//! All words of a replicated service: between servers, between clerks and servers, to owners.

use crate::bytes::Bytes;
use crate::id::NodeId;
use crate::machine::{Alarm, Mail, Protocol, Wrap};
use crate::raft::disk::Disk;
use crate::raft::message::{self as raft, Durable, Index, Raft};

use super::options::Reading;
use super::sessions::SessionId;

/// The protocol of a replicated service and its clerks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Replicated;

impl Protocol for Replicated {
    type Message = Message;
    type Timer = Timer;
    type Durable = Durable;
    type Disk = Disk;
    type Request = Request;
    type Notice = Notice;
}

/// A clerk of a node: several may live in one.
pub type ClerkNumber = u32;

/// A call of a clerk, counted from 1. An answer names the call it is of.
pub type Call = u64;

/// What nodes say to each other.
#[derive(Clone, Debug, PartialEq, Hash)]
pub enum Message {
    /// Between the servers' peers.
    Raft(raft::Message),
    /// A clerk asks.
    Ask(Ask),
    /// A server answers it.
    Answer(Answer),
    /// A follower wants to answer a query itself (6.4).
    ReadIndex {
        /// The follower's own number for it.
        number: u64,
    },
    /// Its leader says up to where the follower must have applied for that.
    ReadIndexReply {
        /// The follower's number.
        number: u64,
        /// The leader's commit index when it was asked; `None` when it does not lead.
        index: Option<Index>,
    },
}

/// A clerk's question.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Ask {
    /// Which clerk of the node asks.
    pub clerk: ClerkNumber,
    /// Its call.
    pub call: Call,
    /// What it wants.
    pub wants: Wants,
}

/// What a clerk wants.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Wants {
    /// A session (Figure 6.1, RegisterClient).
    Session,
    /// A command to be done once (Figure 6.1, ClientRequest).
    Command {
        /// The clerk's session.
        session: SessionId,
        /// The command's number in it: a command that is asked for again keeps it, and the next
        /// one says that the answer before has come.
        sequence: u64,
        /// The command.
        command: Bytes,
    },
    /// An answer that changes nothing (Figure 6.1, ClientQuery).
    Query(Bytes),
    /// No more: its session may be forgotten.
    NoMore(SessionId),
}

/// A server's answer to a clerk.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Answer {
    /// Which clerk of the node asked.
    pub clerk: ClerkNumber,
    /// In which call.
    pub call: Call,
    /// What came of it.
    pub outcome: Outcome,
}

/// What came of a question.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// A session is open.
    Session(SessionId),
    /// The command was done, now or when it was asked for before; this is its reply.
    Reply(Bytes),
    /// Another server must be asked.
    NotLeader {
        /// Which one, as far as this one knows.
        leader: Option<NodeId>,
    },
    /// There is no such session: the command was not done now, and may have been before.
    SessionExpired,
    /// The words are not understood.
    NotUnderstood,
}

/// What came of a call, as its clerk knows it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Returned {
    /// It was done; this is the reply.
    Reply(Bytes),
    /// It was surely not done.
    Failed,
    /// It may have been done, once, or not.
    Unknown,
}

/// Timers of servers and clerks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Timer {
    /// Of the server's peer.
    Raft(raft::Timer),
    /// A leader asks its followers again whether it leads: a round was lost, or a lease is renewed.
    Round,
    /// A clerk asks again.
    Retry(ClerkNumber),
    /// A clerk's next call of its workload.
    Think(ClerkNumber),
}

/// Where the codes of clerks' timers begin.
const CLERKS_FROM: u32 = 1_000;

impl Alarm for Timer {
    fn name(self) -> String {
        let of = |name: &str, clerk: ClerkNumber| match clerk {
            0 => name.to_owned(),
            _ => format!("{name}{}", clerk + 1),
        };
        match self {
            Timer::Raft(timer) => timer.name(),
            Timer::Round => "round".to_owned(),
            Timer::Retry(clerk) => of("retry", clerk),
            Timer::Think(clerk) => of("think", clerk),
        }
    }

    fn code(self) -> u32 {
        match self {
            Timer::Raft(timer) => timer.code(),
            Timer::Round => 100,
            Timer::Retry(clerk) => CLERKS_FROM + 2 * clerk,
            Timer::Think(clerk) => CLERKS_FROM + 2 * clerk + 1,
        }
    }
}

/// What a person asks of a node.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Request {
    /// Of a server: hand leadership over.
    Transfer(NodeId),
    /// Of a server: hand over what you lead, and take no more questions.
    Stop,
    /// Of a server: answer queries so from now on.
    Read(Reading),
    /// Of a server: take a snapshot now, however short the log is.
    Snapshot,
    /// Of a server, by the machine around it: put this command into the log, if it leads.
    Propose(Bytes),
    /// Of a client: call this, by this clerk.
    Call {
        /// Which of its clerks.
        clerk: ClerkNumber,
        /// The words of the service.
        command: Bytes,
        /// Which server it asks first; the one it remembers when none is named.
        at: Option<NodeId>,
    },
    /// Of a client: this clerk is done for good.
    Close {
        /// Which of its clerks.
        clerk: ClerkNumber,
    },
}

/// What a node tells its owner.
#[derive(Clone, Debug, PartialEq, Hash)]
pub enum Notice {
    /// Told by the server's peer.
    Raft(raft::Notice),
    /// A server did a command of a session.
    Applied {
        /// Where it stands in the log.
        index: Index,
        /// The session.
        session: SessionId,
        /// The command's number in it.
        sequence: u64,
        /// What it came to.
        outcome: Outcome,
        /// False when it had been done before, and the reply was kept.
        fresh: bool,
    },
    /// A server answers a query.
    Answered {
        /// Up to where it has applied.
        index: Index,
        /// How it came to know that this is new enough.
        reading: Reading,
    },
    /// A session is open, or it has ended.
    Session {
        /// Which one.
        session: SessionId,
        /// Whether it is there from now on.
        open: bool,
    },
    /// A clerk's call begins: the operation's invocation.
    Called {
        /// Which clerk of the node.
        clerk: ClerkNumber,
        /// Which call.
        call: Call,
        /// The words.
        command: Bytes,
    },
    /// A clerk asks a server.
    Tried {
        /// Which clerk of the node.
        clerk: ClerkNumber,
        /// Which call.
        call: Call,
        /// Which server.
        at: NodeId,
        /// Counted from 1.
        attempt: u32,
    },
    /// A clerk's call ends: the operation's return.
    Returned {
        /// Which clerk of the node.
        clerk: ClerkNumber,
        /// Which call.
        call: Call,
        /// What came of it.
        returned: Returned,
        /// Who answered.
        from: NodeId,
    },
    /// A server has handed over and answers nobody any more.
    Stopped,
}

impl Mail for Message {
    /// A kind that Raft gets one day goes to the end.
    const KINDS: &'static [&'static str] = &[
        "RequestVote",
        "RequestVoteReply",
        "AppendEntries",
        "AppendEntriesReply",
        "InstallSnapshot",
        "InstallSnapshotReply",
        "Heartbeat",
        "HeartbeatReply",
        "TimeoutNow",
        "RegisterClient",
        "ClientRequest",
        "ClientQuery",
        "CloseSession",
        "ClientReply",
        "ReadIndex",
        "ReadIndexReply",
    ];

    fn kind(&self) -> u8 {
        match self {
            Message::Raft(message) => message.kind(),
            Message::Ask(ask) => match ask.wants {
                Wants::Session => 9,
                Wants::Command { .. } => 10,
                Wants::Query(_) => 11,
                Wants::NoMore(_) => 12,
            },
            Message::Answer(_) => 13,
            Message::ReadIndex { .. } => 14,
            Message::ReadIndexReply { .. } => 15,
        }
    }

    fn is_reply(&self) -> bool {
        match self {
            Message::Raft(message) => message.is_reply(),
            Message::Answer(_) | Message::ReadIndexReply { .. } => true,
            Message::Ask(_) | Message::ReadIndex { .. } => false,
        }
    }

    fn bytes(&self) -> u64 {
        let content = match self {
            Message::Raft(message) => return message.bytes(),
            Message::Ask(ask) => match &ask.wants {
                Wants::Session => 2 * 8,
                Wants::Command { command, .. } => 4 * 8 + command.len() as u64,
                Wants::Query(query) => 2 * 8 + query.len() as u64,
                Wants::NoMore(_) => 3 * 8,
            },
            Message::Answer(answer) => match &answer.outcome {
                Outcome::Reply(reply) => 2 * 8 + reply.len() as u64,
                _ => 3 * 8,
            },
            Message::ReadIndex { .. } => 8,
            Message::ReadIndexReply { .. } => 2 * 8,
        };
        Message::FRAME + content
    }
}

/// How the peer's words read in the server's.
#[derive(Clone, Copy, Debug)]
pub(super) struct OfPeer;

impl Wrap<Raft, Replicated> for OfPeer {
    fn message(&self, message: raft::Message) -> Message {
        Message::Raft(message)
    }

    fn timer(&self, timer: raft::Timer) -> Timer {
        Timer::Raft(timer)
    }

    fn durable(&self, durable: Durable) -> Durable {
        durable
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_kinds_are_rafts() {
        let own = raft::Message::KINDS;
        assert_eq!(&Message::KINDS[..own.len()], own);
    }
}
