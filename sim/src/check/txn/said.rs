//! What a group's log says of transactions.

use std::collections::{BTreeMap, BTreeSet};

use netsplit_core::bytes::Bytes;
use netsplit_core::raft::message as raft;
use netsplit_core::replicated::entry::Entry;
use netsplit_core::replicated::message::{self as replicated, Outcome};
use netsplit_core::replicated::service::Text as _;
use netsplit_core::replicated::sessions::SessionId;
use netsplit_core::shardctrl::Shard;
use netsplit_core::shardkv::command::Command as ShardCommand;
use netsplit_core::shardkv::message as shardkv;
use netsplit_core::txn::command::{Command, Deed, Reply, Stamp, TxnId};
use netsplit_core::txn::message::Notice;

use crate::labs::txn::TxnLab;
use crate::world::World;

/// What the entries that a server applies in one step say of transactions.
#[derive(Debug, Default)]
pub(super) struct Said {
    /// How transactions ended, by the first word that said so.
    pub(super) finished: BTreeMap<(Shard, TxnId), bool>,
    /// Who was told that it is prepared, and writes.
    pub(super) prepared: BTreeSet<(Shard, TxnId)>,
    /// Who was told by its only shard that it is committed, and when.
    pub(super) committed: BTreeMap<(Shard, TxnId), Stamp>,
    /// Shards that came: what was said of them before was said of what they were an earlier time.
    pub(super) came: BTreeSet<Shard>,
    /// Another state stands in the place of what was there.
    pub(super) restored: bool,
}

/// What an entry says to the shards of a group, and in which session; 0 is the server's own.
pub(super) fn command_of(entry: &Bytes) -> Option<(ShardCommand<Command>, SessionId)> {
    let (words, session) = match Entry::from_bytes(entry)? {
        Entry::Command { session, command, .. } => (command, session),
        Entry::Own(command) => (command, 0),
        _ => return None,
    };
    Some((ShardCommand::from_text(&words.text())?, session))
}

impl Said {
    pub(super) fn of(world: &World<TxnLab>) -> Said {
        let (mut said, mut applies) = (Said::default(), None);
        for notice in world.notices() {
            let Notice::Sharded(shardkv::Notice::Group(notice)) = notice else { continue };
            match notice {
                replicated::Notice::Raft(raft::Notice::Committed { entry, .. }) => {
                    applies = match command_of(&entry.command) {
                        Some((ShardCommand::Call(command), _)) => Some(command),
                        Some((ShardCommand::Install { shard, .. }, _)) => {
                            said.comes(shard);
                            None
                        }
                        _ => None,
                    };
                    if let Some(Command { shard, txn, deed: Deed::Finish(commit) }) = &applies {
                        let key = (*shard, *txn);
                        said.finished.entry(key).or_insert(commit.is_some());
                        said.prepared.remove(&key);
                    }
                }
                replicated::Notice::Raft(raft::Notice::Restored { .. }) => said.restored = true,
                replicated::Notice::Applied {
                    outcome: Outcome::Reply(reply), fresh: true, ..
                } => {
                    if let (Some(command), Some(reply)) =
                        (applies.take(), Reply::from_text(&reply.text()))
                    {
                        said.note_reply(command, reply);
                    }
                }
                _ => {}
            }
        }
        said
    }

    /// t1: a transaction is prepared. t2: its shard leaves, and the transaction ends there. t3: the
    /// shard comes back without it. A server that starts again may apply all of that in one step.
    fn comes(&mut self, shard: Shard) {
        self.came.insert(shard);
        self.prepared.retain(|(other, _)| *other != shard);
        self.committed.retain(|(other, _), _| *other != shard);
    }

    fn note_reply(&mut self, Command { shard, txn, deed }: Command, reply: Reply) {
        match (deed, reply) {
            (Deed::Prepare(it), Reply::Prepared(_)) if !it.writes.is_empty() => {
                self.prepared.insert((shard, txn));
            }
            (Deed::CommitAlone(it), Reply::Decided(Some(stamp))) if !it.writes.is_empty() => {
                self.committed.insert((shard, txn), stamp);
            }
            _ => {}
        }
    }
}
