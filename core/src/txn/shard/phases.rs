//! The two phases of a transaction at one shard: it prepares, and then does as is decided.

use crate::bytes::Bytes;
use crate::shardctrl::Shard;
use crate::txn::command::{Reply, Stamp, TxnId, Why, Writes};
use crate::txn::mutants::Mutant;

use super::{Decision, Open, Phase, TxnShard, Version};

impl TxnShard {
    /// First phase: from here on the transaction can be committed, whatever happens (Gray 1978).
    ///
    /// t1: it reads x under a lock. t2: nothing is heard of it for long, and it is given up; another
    /// writes x. t3: it reads y under a lock here, and would be prepared on a value of x that is no
    /// more. So its client says how many locks it has.
    pub(super) fn prepare(&mut self, txn: TxnId, it: Writes) -> Reply {
        match self.open.get(&txn).map(|open| &open.phase) {
            // It was asked before.
            Some(Phase::Prepared { stamp, .. }) => return Reply::Prepared(*stamp),
            Some(Phase::Wounded) => return Reply::Aborted(Why::Wounded),
            Some(Phase::Reading) | None => {}
        }
        if self.locks_of(txn) < it.locks && !self.has(Mutant::LocksLetGo) {
            return Reply::Aborted(Why::Unknown);
        }
        // Who has only read says so, and is done with it (Mohan, Lindsay and Obermarck 1986): it had
        // all its locks before it was to prepare anywhere, and how it ends is the same to this shard.
        if it.writes.is_empty() {
            self.release(txn);
            self.open.remove(&txn);
            return Reply::Prepared(self.clock);
        }
        for (key, _) in &it.writes {
            if let Err(reply) = self.lock_to_write(txn, key, it.as_of.is_some()) {
                return reply;
            }
        }
        let newer = |key: &Bytes| {
            let newest = self.versions(key).last().map_or(0, |version| version.stamp);
            it.as_of.is_some_and(|as_of| newest > as_of)
        };
        if it.writes.iter().any(|(key, _)| newer(key)) && !self.has(Mutant::NoFirstCommitter) {
            return Reply::Aborted(Why::Conflict);
        }
        // What it writes is later than what it has seen.
        self.clock = self.clock.max(it.as_of.unwrap_or(0)) + 1;
        let (stamp, coordinator) = (self.clock, it.coordinator);
        if !self.has(Mutant::PreparedNotLogged) {
            let phase = Phase::Prepared { stamp, coordinator, writes: it.writes };
            self.open.insert(txn, Open { phase, heard: 0 });
        }
        Reply::Prepared(stamp)
    }

    /// The lock of a key that is written. Who reads as of a stamp takes it only now, when it may have
    /// promised elsewhere already and is not to be wounded: an older one waits, a younger one gives up
    /// (wait-die), so that no two wait for each other.
    fn lock_to_write(&mut self, txn: TxnId, key: &Bytes, as_of_stamp: bool) -> Result<(), Reply> {
        match self.lock(txn, key, true) {
            Err(Reply::Wait(others)) if as_of_stamp && others.iter().any(|it| *it < txn) => {
                Err(Reply::Aborted(Why::Conflict))
            }
            other => other,
        }
    }

    /// Both phases at once: what one shard alone decides.
    pub(super) fn commit_alone(&mut self, txn: TxnId, it: Writes) -> Reply {
        match self.prepare(txn, it) {
            Reply::Prepared(stamp) => {
                // Nothing is left of one that only has read.
                self.finish(txn, Some(stamp));
                Reply::Decided(Some(stamp))
            }
            other => other,
        }
    }

    /// The log of this shard decides: the first decision stands.
    pub(super) fn decide(&mut self, txn: TxnId, commit: Option<Stamp>, waits: Vec<Shard>) -> Reply {
        let decision = Decision { commit, waits };
        let decision = self.decided.entry(txn).or_insert(decision).commit;
        if self.has(Mutant::CoordinatorForgets) {
            self.decided.remove(&txn);
        }
        Reply::Decided(decision)
    }

    /// Somebody is in doubt. Of what is not known here it is presumed that it was aborted (Mohan,
    /// Lindsay and Obermarck 1986), and from here on it has been.
    pub(super) fn resolve(&mut self, txn: TxnId) -> Reply {
        self.decide(txn, None, Vec::new())
    }

    /// A shard has learned what was decided; all have, says the client, when none is named. What was
    /// aborted is forgotten by the client alone: it might still ask for the contrary.
    pub(super) fn learned(&mut self, txn: TxnId, shard: Option<Shard>) {
        let Some(decision) = self.decided.get_mut(&txn) else { return };
        decision.waits.retain(|other| Some(*other) != shard);
        if shard.is_none() || decision.waits.is_empty() && decision.commit.is_some() {
            self.decided.remove(&txn);
        }
    }

    /// Second phase: what was decided is carried out.
    pub(super) fn finish(&mut self, txn: TxnId, commit: Option<Stamp>) {
        let Some(open) = self.open.remove(&txn) else {
            // It was carried out before.
            if self.has(Mutant::CommitTwice) && commit.is_some() {
                self.write_again(txn);
            }
            return;
        };
        if let (Some(stamp), Phase::Prepared { writes, .. }) = (commit, open.phase) {
            // Who commits is seen by whoever comes later.
            self.clock = self.clock.max(stamp);
            for (key, value) in writes {
                self.write(&key, Version { stamp, value, txn });
            }
        }
        self.release(txn);
    }

    /// What a transaction has written becomes the newest again.
    fn write_again(&mut self, txn: TxnId) {
        self.clock += 1;
        let written = |(key, versions): (&Bytes, &[Version])| {
            let version = versions.iter().rfind(|it| it.txn == txn)?;
            Some((key.clone(), Version { stamp: self.clock, ..version.clone() }))
        };
        let written: Vec<(Bytes, Version)> = self.keys().filter_map(written).collect();
        written.into_iter().for_each(|(key, version)| self.write(&key, version));
    }

    fn write(&mut self, key: &Bytes, version: Version) {
        let mut versions = self.versions(key).to_vec();
        // In the order of stamps: a key is written by one at a time, each later than the last.
        let place = versions.partition_point(|it| it.stamp <= version.stamp);
        versions.insert(place, version);
        if versions.len() > self.versions_max {
            versions.remove(0);
        }
        self.keys.insert(key.clone(), versions);
    }

    /// Nothing was heard of it for long: its locks go. Who is prepared stays.
    pub(super) fn abandon(&mut self, txn: TxnId) {
        let prepared = self.open.get(&txn).is_some_and(|open| {
            matches!(open.phase, Phase::Prepared { .. }) && !self.has(Mutant::GivesUpPrepared)
        });
        if !prepared {
            self.release(txn);
            self.open.remove(&txn);
        }
    }
}
