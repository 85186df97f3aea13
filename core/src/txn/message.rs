//! All words of a store with transactions: those of the sharded store, of which some are for a
//! transaction, and what clients are asked beyond.

use std::fmt;

use crate::bytes::Bytes;
use crate::machine::{Alarm, Mail, Protocol, Wrap};
use crate::raft::disk::Disk;
use crate::raft::message::Durable;
use crate::replicated::message::{self as replicated, Answer, Outcome, Wants};
use crate::replicated::service::Text as _;
use crate::shardkv::command::Reply as ShardReply;
use crate::shardkv::message::{self as shardkv, Sharded};
use crate::words::{quoted, split};

use super::command::{Command, Deed, Reply, Stamp, TxnId, Why};

/// The protocol of a store with transactions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Transactional;

impl Protocol for Transactional {
    type Message = Message;
    type Timer = Timer;
    type Durable = Durable;
    type Disk = Disk;
    type Request = Request;
    type Notice = Notice;
}

/// What nodes say to each other: what the sharded store says, and what it says for a transaction
/// under the names that the literature gives it.
#[derive(Clone, Debug, PartialEq, Hash)]
pub struct Message(pub shardkv::Message);

/// Timers of all nodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Timer {
    /// Of the sharded store.
    Sharded(shardkv::Timer),
    /// Of a server's clerk, which asks coordinators.
    Clerk(shardkv::Timer),
    /// A leader looks who is in doubt.
    Resolve,
    /// A client asks again, of one shard, what it was told to wait for.
    Again(u32),
    /// A client's next transaction of its workload.
    Think,
}

/// Where the codes of timers of servers' clerks begin.
const CLERKS_FROM: u32 = 100_000_000;

impl Alarm for Timer {
    fn name(self) -> String {
        match self {
            Timer::Sharded(timer) => timer.name(),
            Timer::Clerk(timer) => format!("clerk-{}", timer.name()),
            Timer::Resolve => "resolve".to_owned(),
            Timer::Again(0) => "again".to_owned(),
            Timer::Again(lane) => format!("again{}", lane + 1),
            Timer::Think => "next".to_owned(),
        }
    }

    fn code(self) -> u32 {
        match self {
            Timer::Sharded(timer) => timer.code(),
            Timer::Clerk(timer) => CLERKS_FROM + timer.code(),
            Timer::Resolve => 300,
            Timer::Think => 301,
            Timer::Again(lane) => 400 + lane,
        }
    }
}

/// An operation of a transaction.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Op {
    /// What does the key hold?
    Read(Bytes),
    /// Let it hold this.
    Put(Bytes, Bytes),
    /// Add an element at the end of the list that it holds.
    Append(Bytes, Bytes),
    /// Add to the number that it holds. Nothing of the transaction is done if that falls below 0.
    Add(Bytes, i64),
}

impl Op {
    /// Its key.
    pub fn key(&self) -> &Bytes {
        match self {
            Op::Read(key) | Op::Put(key, _) | Op::Append(key, _) | Op::Add(key, _) => key,
        }
    }

    /// Whether it changes nothing.
    pub fn is_read(&self) -> bool {
        matches!(self, Op::Read(_))
    }
}

/// As it is written in scripts: `append x 1`.
impl fmt::Display for Op {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = quoted(self.key());
        match self {
            Op::Read(_) => write!(f, "read {key}"),
            Op::Put(_, value) => write!(f, "put {key} {}", quoted(value)),
            Op::Append(_, value) => write!(f, "append {key} {}", quoted(value)),
            Op::Add(_, by) => write!(f, "add {key} {by}"),
        }
    }
}

/// Operations of a transaction at most.
pub const OPS_MAX: usize = 32;

/// The operations of a transaction, as people write them: `read x; append y 1`.
pub fn ops_from_text(text: &str) -> Option<Vec<Op>> {
    let op = |text: &str| {
        let words = split(text)?;
        let value = |place: usize| words.get(place).cloned();
        Some(match (&words.first()?[..], words.len()) {
            (b"read", 2) => Op::Read(value(1)?),
            (b"put", 3) => Op::Put(value(1)?, value(2)?),
            (b"append", 3) => {
                let element = value(2)?;
                let plain = !element.is_empty() && !element.contains(&b',');
                Op::Append(value(1)?, Some(element).filter(|_| plain)?)
            }
            (b"add", 3) => Op::Add(value(1)?, std::str::from_utf8(&words[2]).ok()?.parse().ok()?),
            _ => return None,
        })
    };
    let ops = text.split(';').map(|part| op(part.trim())).collect::<Option<Vec<Op>>>()?;
    (1..=OPS_MAX).contains(&ops.len()).then_some(ops)
}

/// The same as text.
pub fn ops_to_text(ops: &[Op]) -> String {
    ops.iter().map(Op::to_string).collect::<Vec<_>>().join("; ")
}

/// What a person asks of a node.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Request {
    /// As of the sharded store.
    Sharded(shardkv::Request),
    /// Of a client: this transaction.
    Transaction(Vec<Op>),
}

/// How a transaction ended.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Ended {
    /// It is committed, at this stamp; of one that only reads, as of it.
    Committed(Stamp),
    /// It is not, and was not tried again.
    Aborted(Option<Why>),
}

/// What a node tells its owner.
#[derive(Clone, Debug, PartialEq, Hash)]
pub enum Notice {
    /// As of the sharded store.
    Sharded(shardkv::Notice),
    /// A client begins a transaction.
    Begun {
        /// Its number at the client: the same for all its attempts.
        number: u64,
        /// What it does.
        ops: Vec<Op>,
    },
    /// An attempt of it begins.
    Attempt {
        /// Its number at the client.
        number: u64,
        /// The attempt.
        txn: TxnId,
    },
    /// The attempt knows what a key holds.
    Read {
        /// The attempt.
        txn: TxnId,
        /// The key.
        key: Bytes,
        /// What it holds.
        value: Bytes,
        /// Since when.
        since: Stamp,
    },
    /// The attempt waits for others.
    Waits {
        /// The attempt.
        txn: TxnId,
        /// For whom.
        others: Vec<TxnId>,
    },
    /// The attempt asks its shards to prepare.
    Prepares {
        /// The attempt.
        txn: TxnId,
        /// How many shards.
        shards: u32,
    },
    /// The client decides, on its own disk.
    Decides {
        /// The attempt.
        txn: TxnId,
        /// What.
        commit: Option<Stamp>,
    },
    /// The attempt is given up, and the transaction tried again, or not.
    GivenUp {
        /// The attempt.
        txn: TxnId,
        /// Why.
        why: Option<Why>,
    },
    /// The transaction is over.
    Ended {
        /// Its number at the client.
        number: u64,
        /// Its last attempt.
        txn: TxnId,
        /// How.
        how: Ended,
        /// What its reads saw, in their order; nothing where it is aborted.
        results: Vec<Bytes>,
    },
    /// A leader is in doubt about a transaction, and asks.
    InDoubt {
        /// Which one.
        txn: TxnId,
    },
}

/// Behind the kinds of the sharded store's messages stand those for a transaction.
const KINDS_FROM: u8 = 20;

/// What a message says for a transaction: its kind, counted from [`KINDS_FROM`].
fn kind_of(message: &replicated::Message) -> Option<u8> {
    let deed = |words: &Bytes| {
        let command = Command::from_text(std::str::from_utf8(words).ok()?)?;
        Some(match command.deed {
            Deed::Read { .. } | Deed::Now => 0,
            Deed::Prepare(_) => 2,
            Deed::CommitAlone(_) => 3,
            Deed::Decide { .. } => 5,
            Deed::Resolve => 6,
            Deed::Finish(_) => 8,
            Deed::Learned(_) | Deed::Abandon => 9,
        })
    };
    match message {
        replicated::Message::Ask(ask) => match &ask.wants {
            Wants::Command { command, .. } => deed(command),
            Wants::Query(query) => deed(query),
            Wants::Session | Wants::NoMore(_) => None,
        },
        replicated::Message::Answer(Answer { outcome: Outcome::Reply(reply), .. }) => {
            let text = std::str::from_utf8(reply).ok()?;
            match ShardReply::<Reply>::from_text(text)? {
                ShardReply::Of(Reply::Value(..) | Reply::Now(_) | Reply::Wait(_)) => Some(1),
                ShardReply::Of(Reply::Prepared(_) | Reply::Aborted(_)) => Some(4),
                ShardReply::Of(Reply::Decided(_)) => Some(7),
                ShardReply::Of(Reply::Done) | ShardReply::WrongGroup | ShardReply::Done => None,
            }
        }
        _ => None,
    }
}

impl Mail for Message {
    /// A kind that the sharded store gets one day goes to the end.
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
        "TxnRead",
        "TxnValue",
        "Prepare",
        "CommitAlone",
        "Vote",
        "Decide",
        "Resolve",
        "Decision",
        "Finish",
        "Learned",
    ];

    fn kind(&self) -> u8 {
        let own = match &self.0 {
            shardkv::Message::Group(message) => kind_of(message),
            _ => None,
        };
        own.map_or_else(|| self.0.kind(), |kind| KINDS_FROM + kind)
    }

    fn is_reply(&self) -> bool {
        self.0.is_reply()
    }

    fn bytes(&self) -> u64 {
        self.0.bytes()
    }
}

/// How the words of the sharded store read around it: of a server of it, or of a clerk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Of {
    /// A server's, or a client's.
    Node,
    /// A server's clerk's.
    Clerk,
}

impl Wrap<Sharded, Transactional> for Of {
    fn message(&self, message: shardkv::Message) -> Message {
        Message(message)
    }

    fn timer(&self, timer: shardkv::Timer) -> Timer {
        match self {
            Of::Node => Timer::Sharded(timer),
            Of::Clerk => Timer::Clerk(timer),
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
    fn the_first_kinds_are_those_of_the_sharded_store() {
        let own = shardkv::Message::KINDS;
        assert_eq!(&Message::KINDS[..own.len()], own);
        assert_eq!(own.len(), usize::from(KINDS_FROM));
    }

    #[test]
    fn operations_are_read_as_they_are_written() {
        for text in ["read x", "read x; append y 1", "put \"a key\" 2; add z -3"] {
            let ops = ops_from_text(text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!(ops_to_text(&ops), text);
        }
        for text in ["", "read", "append x 1,2", "add x y", "read x;", "get x"] {
            assert_eq!(ops_from_text(text), None, "{text}");
        }
    }
}
