//! What is read of a shard, and the locks under which it is.

use crate::bytes::Bytes;
use crate::txn::command::{Reply, Stamp, TxnId, Why};
use crate::txn::mutants::Mutant;

use super::{Lock, Open, Phase, TxnShard};

impl TxnShard {
    pub(super) fn latest(&self, key: &Bytes) -> Reply {
        let newest = self.versions(key).last();
        newest.map_or(Reply::Value(Bytes::EMPTY, 0), |it| Reply::Value(it.value.clone(), it.stamp))
    }

    /// What a key held at a stamp. Nobody commits at it or before it any more, once nobody is
    /// prepared who still might (Spanner, 4.1.3: safe time).
    pub(super) fn read_as_of(&mut self, key: &Bytes, stamp: Stamp) -> Reply {
        self.clock = self.clock.max(stamp);
        let in_doubt = self.prepared_before(stamp, Some(key));
        if !in_doubt.is_empty() && !self.has(Mutant::IgnoresPrepared) {
            return Reply::Wait(in_doubt);
        }
        let versions = self.versions(key);
        let at = versions.iter().rfind(|version| version.stamp <= stamp);
        match at {
            Some(it) => Reply::Value(it.value.clone(), it.stamp),
            None if versions.len() == self.versions_max => Reply::Aborted(Why::TooOld),
            None => Reply::Value(Bytes::EMPTY, 0),
        }
    }

    /// Who is prepared at a stamp or before it, and writes this key.
    pub(super) fn prepared_before(&self, last: Stamp, key: Option<&Bytes>) -> Vec<TxnId> {
        let is_one = |open: &Open| match &open.phase {
            Phase::Prepared { stamp, writes, .. } => {
                *stamp <= last && key.is_none_or(|key| writes.iter().any(|(other, _)| other == key))
            }
            Phase::Reading | Phase::Wounded => false,
        };
        self.open.iter().filter(|(_, open)| is_one(open)).map(|(txn, _)| *txn).collect()
    }

    // ── Locks ──────────────────────────────────────────────────────────────

    /// Takes a lock for a transaction, shared or alone. An older one wounds who is in its way, a
    /// younger one waits (Rosenkrantz, Stearns and Lewis 1978); nobody wounds who is prepared.
    pub(super) fn lock(&mut self, txn: TxnId, key: &Bytes, alone: bool) -> Result<(), Reply> {
        let lock = self.locks.get(key).cloned().unwrap_or_default();
        let mut in_the_way: Vec<TxnId> = lock.alone.into_iter().collect();
        if alone {
            in_the_way.extend(&lock.shared);
        }
        in_the_way.retain(|other| *other != txn);
        let wounds = self.wound_wait && !self.has(Mutant::NeverWounds);
        let mut waits_for = Vec::new();
        for other in in_the_way {
            let prepared = self.open.get(&other).is_some_and(|open| {
                matches!(open.phase, Phase::Prepared { .. }) && !self.has(Mutant::WoundsPrepared)
            });
            if wounds && txn < other && !prepared {
                self.wound(other);
            } else {
                waits_for.push(other);
            }
        }
        // Who waits is known here, too: it is given up when nothing more is heard of it.
        self.open.entry(txn).or_insert(Open { phase: Phase::Reading, heard: 0 });
        if !waits_for.is_empty() {
            self.waits.insert(txn, waits_for.clone());
            return Err(Reply::Wait(waits_for));
        }
        self.waits.remove(&txn);
        let lock = self.locks.entry(key.clone()).or_default();
        match alone {
            true => {
                lock.shared.remove(&txn);
                lock.alone = Some(txn);
            }
            // Who has it alone may read, too.
            false if lock.alone == Some(txn) => {}
            false => drop(lock.shared.insert(txn)),
        }
        Ok(())
    }

    fn wound(&mut self, txn: TxnId) {
        self.release(txn);
        if let Some(open) = self.open.get_mut(&txn) {
            open.phase = Phase::Wounded;
        }
    }

    /// A transaction has no locks any more.
    pub(super) fn release(&mut self, txn: TxnId) {
        for lock in self.locks.values_mut() {
            lock.shared.remove(&txn);
            if lock.alone == Some(txn) {
                lock.alone = None;
            }
        }
        self.locks.retain(|_, lock| *lock != Lock::default());
        self.waits.remove(&txn);
    }

    /// How many locks a transaction has.
    pub(super) fn locks_of(&self, txn: TxnId) -> u64 {
        let has = |lock: &&Lock| lock.alone == Some(txn) || lock.shared.contains(&txn);
        self.locks.values().filter(has).count() as u64
    }

    fn is_wounded(&self, txn: TxnId) -> bool {
        self.open.get(&txn).is_some_and(|open| open.phase == Phase::Wounded)
    }

    pub(super) fn read_locked(&mut self, txn: TxnId, key: &Bytes, alone: bool) -> Reply {
        if self.is_wounded(txn) {
            return Reply::Aborted(Why::Wounded);
        }
        if let Err(reply) = self.lock(txn, key, alone) {
            return reply;
        }
        let reply = self.latest(key);
        if self.has(Mutant::LocksLetGo) {
            self.release(txn);
        }
        reply
    }
}
