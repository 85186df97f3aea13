//! All words of a sharded store: within groups, between them, with the controller, and with clerks.

use crate::bytes::Bytes;
use crate::id::NodeId;
use crate::machine::{Alarm, Mail, Protocol, Wrap};
use crate::raft::disk::Disk;
use crate::raft::message::Durable;
use crate::replicated::message::{self as replicated, Replicated};
use crate::shardctrl::{ConfigNumber, Gid, Shard};

use super::shard::ShardState;

/// The protocol of a sharded store and its clerks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Sharded;

impl Protocol for Sharded {
    type Message = Message;
    type Timer = Timer;
    type Durable = Durable;
    type Disk = Disk;
    type Request = Request;
    type Notice = Notice;
}

/// What nodes say to each other.
#[derive(Clone, Debug, PartialEq, Hash)]
pub enum Message {
    /// Within the controller's group, and between it and whoever asks it.
    Controller(replicated::Message),
    /// Within a group of shards, and between it and its clerks.
    Group(replicated::Message),
    /// Between groups: about one shard and the configuration that moved it.
    Move {
        /// Which shard.
        shard: Shard,
        /// The number of that configuration.
        at: ConfigNumber,
        /// What is said of it.
        says: Says,
    },
}

/// What groups say to each other of a shard that moves.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Says {
    /// It is mine: give it to me.
    Pull,
    /// This is it.
    Content(Bytes),
    /// I have it: delete it.
    Delete,
    /// It is deleted.
    Deleted,
}

/// Timers of all nodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Timer {
    /// Of a server in its group, or of a clerk.
    Group(replicated::Timer),
    /// Of a server of the controller, or of a clerk of it.
    Controller(replicated::Timer),
    /// A leader looks for what is to be done about its shards.
    Poll,
}

/// Where the codes of the controller's timers begin.
const CONTROLLER_FROM: u32 = 10_000_000;

impl Alarm for Timer {
    fn name(self) -> String {
        match self {
            Timer::Group(timer) => timer.name(),
            // Its servers have no others.
            Timer::Controller(timer @ (replicated::Timer::Raft(_) | replicated::Timer::Round)) => {
                timer.name()
            }
            Timer::Controller(timer) => format!("controller-{}", timer.name()),
            Timer::Poll => "poll".to_owned(),
        }
    }

    fn code(self) -> u32 {
        match self {
            Timer::Group(timer) => timer.code(),
            Timer::Controller(timer @ (replicated::Timer::Raft(_) | replicated::Timer::Round)) => {
                timer.code()
            }
            Timer::Controller(timer) => CONTROLLER_FROM + timer.code(),
            Timer::Poll => 200,
        }
    }
}

/// What a person asks of a node.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Request {
    /// Of a server, whichever group it is in; of a client: call this of the store.
    Group(replicated::Request),
    /// Of a client: call this of the controller. A group that joins without servers named gets those
    /// of its number.
    Controller(replicated::Request),
}

/// What a node tells its owner.
#[derive(Clone, Debug, PartialEq, Hash)]
pub enum Notice {
    /// Told by a server in its group, or by a clerk of the store.
    Group(replicated::Notice),
    /// Told by a server of the controller, or by a clerk of it.
    Controller(replicated::Notice),
    /// A server's group is in another configuration.
    Configured {
        /// The group.
        gid: Gid,
        /// The configuration.
        at: ConfigNumber,
    },
    /// A shard stands otherwise at a server.
    Shard {
        /// The group.
        gid: Gid,
        /// Which shard.
        shard: Shard,
        /// How it stood.
        was: ShardState,
        /// How it stands now.
        is: ShardState,
    },
    /// A clerk was told that it asked the wrong group.
    WrongGroup {
        /// Which clerk of the node.
        clerk: replicated::ClerkNumber,
        /// In which call.
        call: replicated::Call,
        /// Who said so.
        from: NodeId,
    },
    /// A client knows another configuration.
    Learned {
        /// Its number.
        at: ConfigNumber,
    },
}

/// Behind the kinds of a service's messages stand those between groups.
const MOVES_FROM: u8 = 16;

impl Mail for Message {
    /// A kind that the service gets one day goes to the end.
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
        "PullShard",
        "ShardContent",
        "DeleteShard",
        "ShardDeleted",
    ];

    fn kind(&self) -> u8 {
        match self {
            Message::Controller(message) | Message::Group(message) => message.kind(),
            Message::Move { says, .. } => {
                MOVES_FROM
                    + match says {
                        Says::Pull => 0,
                        Says::Content(_) => 1,
                        Says::Delete => 2,
                        Says::Deleted => 3,
                    }
            }
        }
    }

    fn is_reply(&self) -> bool {
        match self {
            Message::Controller(message) | Message::Group(message) => message.is_reply(),
            Message::Move { says, .. } => matches!(says, Says::Content(_) | Says::Deleted),
        }
    }

    fn bytes(&self) -> u64 {
        match self {
            Message::Controller(message) | Message::Group(message) => message.bytes(),
            Message::Move { says, .. } => {
                let content = match says {
                    Says::Content(content) => content.len() as u64,
                    Says::Pull | Says::Delete | Says::Deleted => 0,
                };
                Message::FRAME + 2 * 8 + content
            }
        }
    }
}

/// How the words of a service read around it: of a group of shards, or of the controller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Of {
    /// A group's.
    Group,
    /// The controller's.
    Controller,
}

impl Of {
    pub(super) fn notice(self, notice: replicated::Notice) -> Notice {
        match self {
            Of::Group => Notice::Group(notice),
            Of::Controller => Notice::Controller(notice),
        }
    }
}

impl Wrap<Replicated, Sharded> for Of {
    fn message(&self, message: replicated::Message) -> Message {
        match self {
            Of::Group => Message::Group(message),
            Of::Controller => Message::Controller(message),
        }
    }

    fn timer(&self, timer: replicated::Timer) -> Timer {
        match self {
            Of::Group => Timer::Group(timer),
            Of::Controller => Timer::Controller(timer),
        }
    }

    fn durable(&self, durable: Durable) -> Durable {
        durable
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_kinds_are_those_of_a_service() {
        let own = replicated::Message::KINDS;
        assert_eq!(&Message::KINDS[..own.len()], own);
        assert_eq!(own.len(), usize::from(MOVES_FROM));
    }
}
