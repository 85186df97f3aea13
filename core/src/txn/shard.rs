//! A shard whose keys have versions: what a transaction finds there, and what it leaves. A
//! [`Service`], whose commands stand in the log of the shard's group; all of it moves with the shard:
//! versions, locks, who is prepared, and what was decided.

mod phases;
mod reading;

use std::collections::{BTreeMap, BTreeSet};

use crate::bytes::Bytes;
use crate::replicated::service::Service;
use crate::shardctrl::Shard;
use crate::shardkv::content::Content;
use crate::shardkv::options::Sharding;
use crate::table::Table;

use super::command::{Command, Deed, How, Reply, Stamp, TxnId};
use super::mutants::{Mutant, Mutants};
use super::options::Options;

/// What a key held from a stamp on.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Version {
    /// Since when.
    pub stamp: Stamp,
    /// What.
    pub value: Bytes,
    /// Who wrote it.
    pub txn: TxnId,
}

/// Who has a key's lock: some who read it, or one alone.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Lock {
    /// Who shares it.
    pub shared: BTreeSet<TxnId>,
    /// Who has it alone.
    pub alone: Option<TxnId>,
}

/// How a transaction stands in a shard.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Phase {
    /// It has locks here.
    Reading,
    /// An older one has taken its locks: it can only abort.
    Wounded,
    /// It commits if that is decided, and does not abort by itself.
    Prepared {
        /// It commits at this stamp or later.
        stamp: Stamp,
        /// Which shard's log decides; `None`: its client does.
        coordinator: Option<Shard>,
        /// What it writes.
        writes: Vec<(Bytes, Bytes)>,
    },
}

/// A transaction that has something here.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Open {
    /// How it stands.
    pub phase: Phase,
    /// How often it was heard of.
    pub heard: u64,
}

/// What was decided, in the shard whose log decides.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Decision {
    /// Committed, at this stamp; or aborted.
    pub commit: Option<Stamp>,
    /// Who has not learned it yet, as far as this shard knows.
    pub waits: Vec<Shard>,
}

/// A shard with versions.
#[derive(Clone, Debug, PartialEq)]
pub struct TxnShard {
    pub(super) wound_wait: bool,
    pub(super) versions_max: usize,
    pub(super) mutants: Mutants,
    /// By key: its versions, the newest last.
    pub(super) keys: Table<Bytes, Vec<Version>>,
    /// What comes from here on has higher stamps.
    pub(super) clock: Stamp,
    pub(super) locks: BTreeMap<Bytes, Lock>,
    pub(super) open: BTreeMap<TxnId, Open>,
    /// Who waits for whom.
    pub(super) waits: BTreeMap<TxnId, Vec<TxnId>>,
    pub(super) decided: BTreeMap<TxnId, Decision>,
}

impl TxnShard {
    /// One that holds nothing.
    pub fn new(options: &Options) -> TxnShard {
        TxnShard {
            wound_wait: options.wound_wait,
            versions_max: options.versions_max as usize,
            mutants: options.mutants,
            keys: Table::default(),
            clock: 0,
            locks: BTreeMap::new(),
            open: BTreeMap::new(),
            waits: BTreeMap::new(),
            decided: BTreeMap::new(),
        }
    }

    /// Its keys with their versions, the newest last.
    pub fn keys(&self) -> impl Iterator<Item = (&Bytes, &[Version])> {
        self.keys.iter().map(|(key, versions)| (key, &versions[..]))
    }

    /// So far it is.
    pub fn clock(&self) -> Stamp {
        self.clock
    }

    /// Who has which lock.
    pub fn locks(&self) -> impl Iterator<Item = (&Bytes, &Lock)> {
        self.locks.iter()
    }

    /// Transactions that have something here.
    pub fn open(&self) -> impl Iterator<Item = (TxnId, &Open)> {
        self.open.iter().map(|(txn, open)| (*txn, open))
    }

    /// Who waits for whom.
    pub fn waits(&self) -> impl Iterator<Item = (TxnId, &[TxnId])> {
        self.waits.iter().map(|(txn, others)| (*txn, &others[..]))
    }

    /// What was decided here.
    pub fn decided(&self) -> impl Iterator<Item = (TxnId, &Decision)> {
        self.decided.iter().map(|(txn, decision)| (*txn, decision))
    }

    fn has(&self, mutant: Mutant) -> bool {
        self.mutants.has(mutant)
    }

    /// The versions of a key, the newest last.
    pub fn versions(&self, key: &Bytes) -> &[Version] {
        self.keys.get(key).map_or(&[], |versions| &versions[..])
    }
}

impl Service for TxnShard {
    type Command = Command;
    type Reply = Reply;

    fn apply(&mut self, command: Command) -> Reply {
        let Command { shard, txn, deed } = command;
        if let Some(open) = self.open.get_mut(&txn) {
            open.heard += 1;
        }
        match deed {
            Deed::Read { key, how: How::Locked { alone } } => self.read_locked(txn, &key, alone),
            Deed::Read { key, how: How::AsOf(stamp) } => self.read_as_of(&key, stamp),
            Deed::Read { .. } | Deed::Now => self.query(Command { shard, txn, deed }),
            Deed::Prepare(writes) => self.prepare(txn, writes),
            Deed::CommitAlone(writes) => self.commit_alone(txn, writes),
            Deed::Decide { commit, participants } => self.decide(txn, commit, participants),
            Deed::Resolve => self.resolve(txn),
            Deed::Finish(commit) => {
                self.finish(txn, commit);
                Reply::Done
            }
            Deed::Learned(other) => {
                self.learned(txn, other);
                Reply::Done
            }
            Deed::Abandon => {
                self.abandon(txn);
                Reply::Done
            }
        }
    }

    fn query(&self, command: Command) -> Reply {
        match command.deed {
            Deed::Read { key, how: How::Latest } => self.latest(&key),
            // Who is prepared may have been answered already, and commits here later.
            Deed::Now => {
                let in_doubt = self.prepared_before(Stamp::MAX, None);
                match in_doubt.is_empty() || self.has(Mutant::IgnoresPrepared) {
                    true => Reply::Now(self.clock),
                    false => Reply::Wait(in_doubt),
                }
            }
            _ => Reply::Done,
        }
    }

    fn is_query(command: &Command) -> bool {
        matches!(command.deed, Deed::Now | Deed::Read { how: How::Latest, .. })
    }

    fn snapshot(&self) -> Bytes {
        self.written(true)
    }

    fn restore(&self, snapshot: &[u8]) -> Option<TxnShard> {
        self.read(snapshot)
    }

    fn bytes(&self) -> u64 {
        let of_key = |(key, versions): (&Bytes, &[Version])| {
            let values: usize = versions.iter().map(|it| it.value.len() + 3 * 8).sum();
            (key.len() + values) as u64
        };
        let keys: u64 = self.keys().map(of_key).sum();
        let rest = self.locks.len() + self.open.len() + self.waits.len() + self.decided.len();
        keys + 3 * 8 * rest as u64
    }
}

impl Content for TxnShard {
    fn shard_of(command: &Command, _: Sharding) -> Shard {
        command.shard
    }

    fn is_empty(&self) -> bool {
        self.keys.is_empty() && self.open.is_empty() && self.decided.is_empty()
    }

    /// Who is prepared moves along: the decision finds it where its shard is.
    fn moved(&self) -> Bytes {
        self.written(!self.has(Mutant::PreparedStaysBehind))
    }
}

/// Commands and replies are text that is read back.
#[cfg(test)]
mod tests {
    use super::*;
    use crate::replicated::service::Text;

    #[test]
    fn commands_and_replies_are_read_as_they_are_written() {
        let commands = [
            "lock 3 120.1.2 x",
            "lock-alone 3 120.1.2 \"a key\"",
            "read-as-of 3 120.1.2 x 7",
            "read 3 120.1.2 x",
            "now 3 120.1.2",
            "prepare 3 120.1.2 4 2 - x 1 y \"\"",
            "prepare 3 120.1.2 - 0 9",
            "commit-alone 3 120.1.2 - 0 9 x 1",
            "decide 3 120.1.2 8 3 4",
            "decide 3 120.1.2 -",
            "resolve 3 120.1.2",
            "finish 3 120.1.2 -",
            "learned 3 120.1.2 4",
            "learned 3 120.1.2 -",
            "abandon 3 120.1.2",
        ];
        for text in commands {
            let read = Command::from_text(text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!(read.to_text(), text);
        }
        for text in ["", "lock 3 x", "prepare 3 1.1.1 - 0 - x", "finish 3 1.1.1", "get x"] {
            assert_eq!(Command::from_text(text), None, "{text}");
        }
        for text in ["= 1 2", "wait 1.1.1 2.2.2", "aborted wounded", "now 3", "decided -", "done"] {
            assert_eq!(Reply::from_text(text).map(|it| it.to_text()).as_deref(), Some(text));
        }
    }
}
