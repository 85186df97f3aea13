//! What one session may expect of the store, as its operations return: a comparison each.
//!
//! The store gives no versions to `get`; they are counted here, by key, in the order of the log:
//! a read shows the newest one that had its value.

use netsplit_core::bytes::Bytes;
use netsplit_core::history::OpId;
use netsplit_core::kv::message::{Call, Reply};
use netsplit_core::kv::spec::Held;
use netsplit_core::raft::message::Index;
use netsplit_core::table::Table;

use super::KvHistory;
use super::property::{MONOTONIC_READS, MONOTONIC_WRITES, READ_YOUR_WRITES, WRITES_FOLLOW_READS};
use crate::fingerprint::Fingerprint;

/// A version, and the operation by which a session knows it.
type Newest = Option<(u64, OpId)>;

/// What a session knows of a key.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Knows {
    read: Newest,
    wrote: Newest,
}

/// What all sessions know.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sessions {
    /// What each key holds after the entries so far, and how often it was written.
    keys: Table<Bytes, (Held, u64)>,
    /// The newest version of a key with a value, by their digest.
    shown: Table<u64, u64>,
    /// The version that an operation wrote.
    wrote: Table<u64, u64>,
    /// The last entry that was counted.
    index: Index,
    /// By session and key.
    knows: Table<(u64, u64), Knows>,
    compared: bool,
}

fn digest(key: &Bytes, value: &Bytes) -> u64 {
    Fingerprint::of(&(key, value))
}

impl Sessions {
    pub(super) fn were_compared(&self) -> bool {
        self.compared
    }

    /// An operation took effect at an index; the first server to get there tells.
    pub(super) fn note_applied(&mut self, history: &KvHistory, op: OpId, index: Index) {
        let Some(it) = history.get(op).filter(|_| index > self.index) else { return };
        self.index = index;
        let key = it.call.key();
        let (held, writes) = self.keys.get(key).cloned().unwrap_or_default();
        let (after, reply) = held.after(&it.call);
        if it.call.is_query() || matches!(reply, Reply::Refused(_)) {
            return;
        }
        let version = writes + 1;
        self.shown.insert(digest(key, &after.value), version);
        self.keys.insert(key.clone(), (after, version));
        self.wrote.insert(op.index() as u64, version);
    }

    /// What an operation that has just returned breaks, each with what its session did before.
    pub(super) fn note_returned(
        &mut self,
        history: &KvHistory,
        op: OpId,
    ) -> Vec<(&'static str, OpId)> {
        let Some(it) = history.get(op) else { return Vec::new() };
        let key = it.call.key();
        let (version, is_read) = match (&it.call, it.reply()) {
            (Call::Get { .. }, Some(Reply::Value(value))) => {
                let shown = self.shown.get(&digest(key, value)).copied();
                // What nobody wrote is another property's business.
                match shown {
                    Some(version) => (version, true),
                    None if value.is_empty() => (0, true),
                    None => return Vec::new(),
                }
            }
            (call, Some(_)) if !call.is_query() => match self.wrote.get(&(op.index() as u64)) {
                Some(version) => (*version, false),
                None => return Vec::new(),
            },
            _ => return Vec::new(),
        };
        let row = (u64::from(it.session.0), Fingerprint::of(key));
        let mut knows = self.knows.get(&row).copied().unwrap_or_default();
        self.compared |= knows != Knows::default();
        let expected = match is_read {
            true => [(READ_YOUR_WRITES, knows.wrote), (MONOTONIC_READS, knows.read)],
            false => [(WRITES_FOLLOW_READS, knows.read), (MONOTONIC_WRITES, knows.wrote)],
        };
        let older = |newest: u64| version < newest || (!is_read && version == newest);
        let broken = expected.into_iter().filter_map(|(property, newest)| {
            let (newest, earlier) = newest?;
            older(newest).then_some((property, earlier))
        });
        let broken = broken.collect();
        let newest = if is_read { &mut knows.read } else { &mut knows.wrote };
        if newest.is_none_or(|(known, _)| version > known) {
            *newest = Some((version, op));
        }
        self.knows.insert(row, knows);
        broken
    }
}
