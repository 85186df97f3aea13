//! What a shard with versions holds, as text: for snapshots, and for the group that is to have it.

use std::collections::BTreeMap;

use crate::bytes::Bytes;
use crate::codec::{Reader, Writer};
use crate::shardctrl::Shard;
use crate::table::Table;

use super::command::TxnId;
use super::shard::{Decision, Lock, Open, Phase, TxnShard, Version};

impl TxnShard {
    /// All of it, as text; without who is under way, where a mistake leaves that behind.
    pub(super) fn written(&self, with_open: bool) -> Bytes {
        let mut out = Writer::new();
        out.number(self.clock).number(self.keys.len());
        for (key, versions) in self.keys() {
            out.bytes(key).number(versions.len() as u64);
            for it in versions {
                out.number(it.stamp);
                put_txn(&mut out, it.txn);
                out.bytes(&it.value);
            }
        }
        let locks = if with_open { &self.locks } else { &BTreeMap::new() };
        let open = if with_open { &self.open } else { &BTreeMap::new() };
        out.number(locks.len() as u64);
        for (key, lock) in locks {
            out.bytes(key).number(u64::from(lock.alone.is_some()));
            lock.alone.into_iter().for_each(|txn| put_txn(&mut out, txn));
            put_txns(&mut out, lock.shared.iter().copied());
        }
        out.number(open.len() as u64);
        for (txn, it) in open {
            put_txn(&mut out, *txn);
            out.number(it.heard);
            match &it.phase {
                Phase::Reading => {
                    out.number(0);
                }
                Phase::Wounded => {
                    out.number(1);
                }
                Phase::Prepared { stamp, coordinator, writes } => {
                    let coordinator = coordinator.map_or(0, |shard| u64::from(shard) + 1);
                    out.number(2).number(*stamp).number(coordinator).number(writes.len() as u64);
                    for (key, value) in writes {
                        out.bytes(key).bytes(value);
                    }
                }
            }
        }
        out.number(self.waits.len() as u64);
        for (txn, others) in &self.waits {
            put_txn(&mut out, *txn);
            put_txns(&mut out, others.iter().copied());
        }
        out.number(self.decided.len() as u64);
        for (txn, it) in &self.decided {
            put_txn(&mut out, *txn);
            out.number(it.commit.map_or(0, |stamp| stamp + 1)).number(it.waits.len() as u64);
            for shard in &it.waits {
                out.number(u64::from(*shard));
            }
        }
        out.end().into()
    }

    /// The shard of such a text; `None` when it is none.
    pub(super) fn read(&self, snapshot: &[u8]) -> Option<TxnShard> {
        let mut from = Reader::new(snapshot);
        let mut read = TxnShard {
            keys: Table::default(),
            clock: from.number()?,
            locks: BTreeMap::new(),
            open: BTreeMap::new(),
            waits: BTreeMap::new(),
            decided: BTreeMap::new(),
            ..self.clone()
        };
        for _ in 0..from.number()? {
            let key = Bytes::from(from.bytes()?);
            let mut versions = Vec::new();
            for _ in 0..from.number()? {
                let (stamp, txn) = (from.number()?, txn(&mut from)?);
                versions.push(Version { stamp, value: Bytes::from(from.bytes()?), txn });
            }
            read.keys.insert(key, versions);
        }
        for _ in 0..from.number()? {
            let key = Bytes::from(from.bytes()?);
            let alone = match from.number()? {
                0 => None,
                _ => Some(txn(&mut from)?),
            };
            read.locks.insert(key, Lock { shared: txns(&mut from)?.into_iter().collect(), alone });
        }
        for _ in 0..from.number()? {
            let (id, heard) = (txn(&mut from)?, from.number()?);
            let phase = match from.number()? {
                0 => Phase::Reading,
                1 => Phase::Wounded,
                _ => {
                    let (stamp, coordinator) = (from.number()?, from.number()?);
                    let coordinator = coordinator.checked_sub(1).map(|shard| shard as Shard);
                    let mut writes = Vec::new();
                    for _ in 0..from.number()? {
                        writes.push((from.bytes()?.into(), from.bytes()?.into()));
                    }
                    Phase::Prepared { stamp, coordinator, writes }
                }
            };
            read.open.insert(id, Open { phase, heard });
        }
        for _ in 0..from.number()? {
            read.waits.insert(txn(&mut from)?, txns(&mut from)?);
        }
        for _ in 0..from.number()? {
            let (id, commit) = (txn(&mut from)?, from.number()?.checked_sub(1));
            let mut waits = Vec::new();
            for _ in 0..from.number()? {
                waits.push(Shard::try_from(from.number()?).ok()?);
            }
            read.decided.insert(id, Decision { commit, waits });
        }
        from.is_at_end().then_some(read)
    }
}

fn put_txn(out: &mut Writer, txn: TxnId) {
    out.number(txn.start).number(u64::from(txn.client)).number(u64::from(txn.number));
}

fn put_txns(out: &mut Writer, txns: impl ExactSizeIterator<Item = TxnId>) {
    out.number(txns.len() as u64);
    txns.for_each(|txn| put_txn(out, txn));
}

fn txn(from: &mut Reader<'_>) -> Option<TxnId> {
    let (start, client, number) = (from.number()?, from.number()?, from.number()?);
    Some(TxnId { start, client: client.try_into().ok()?, number: number.try_into().ok()? })
}

fn txns(from: &mut Reader<'_>) -> Option<Vec<TxnId>> {
    (0..from.number()?).map(|_| txn(from)).collect()
}
