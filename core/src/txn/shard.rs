//! A shard whose keys have versions: what a transaction finds there, and what it leaves. A
//! [`Service`], whose commands stand in the log of the shard's group; all of it moves with the shard:
//! versions, locks, who is prepared, and what was decided.

use std::collections::{BTreeMap, BTreeSet};

use crate::bytes::Bytes;
use crate::replicated::service::Service;
use crate::shardctrl::Shard;
use crate::shardkv::content::Content;
use crate::shardkv::options::Sharding;
use crate::table::Table;

use super::command::{Command, Deed, How, Reply, Stamp, TxnId, Why, Writes};
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

    // ── Reading ────────────────────────────────────────────────────────────

    fn latest(&self, key: &Bytes) -> Reply {
        let newest = self.versions(key).last();
        newest.map_or(Reply::Value(Bytes::EMPTY, 0), |it| Reply::Value(it.value.clone(), it.stamp))
    }

    /// What a key held at a stamp. Nobody commits at it or before it any more, once nobody is
    /// prepared who still might (Spanner, 4.1.3: safe time).
    fn read_as_of(&mut self, key: &Bytes, stamp: Stamp) -> Reply {
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
    fn prepared_before(&self, last: Stamp, key: Option<&Bytes>) -> Vec<TxnId> {
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
    fn lock(&mut self, txn: TxnId, key: &Bytes, alone: bool) -> Result<(), Reply> {
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
    fn release(&mut self, txn: TxnId) {
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
    fn locks_of(&self, txn: TxnId) -> u64 {
        let has = |lock: &&Lock| lock.alone == Some(txn) || lock.shared.contains(&txn);
        self.locks.values().filter(has).count() as u64
    }

    fn is_wounded(&self, txn: TxnId) -> bool {
        self.open.get(&txn).is_some_and(|open| open.phase == Phase::Wounded)
    }

    fn read_locked(&mut self, txn: TxnId, key: &Bytes, alone: bool) -> Reply {
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

    // ── Two phases ─────────────────────────────────────────────────────────

    /// First phase: from here on the transaction can be committed, whatever happens (Gray 1978).
    ///
    /// t1: it reads x under a lock. t2: nothing is heard of it for long, and it is given up; another
    /// writes x. t3: it reads y under a lock here, and would be prepared on a value of x that is no
    /// more. So its client says how many locks it has.
    fn prepare(&mut self, txn: TxnId, it: Writes) -> Reply {
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
    fn commit_alone(&mut self, txn: TxnId, it: Writes) -> Reply {
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
    fn decide(&mut self, txn: TxnId, commit: Option<Stamp>, waits: Vec<Shard>) -> Reply {
        let decision = Decision { commit, waits };
        let decision = self.decided.entry(txn).or_insert(decision).commit;
        if self.has(Mutant::CoordinatorForgets) {
            self.decided.remove(&txn);
        }
        Reply::Decided(decision)
    }

    /// Somebody is in doubt. Of what is not known here it is presumed that it was aborted (Mohan,
    /// Lindsay and Obermarck 1986), and from here on it has been.
    fn resolve(&mut self, txn: TxnId) -> Reply {
        self.decide(txn, None, Vec::new())
    }

    /// A shard has learned what was decided; all have, says the client, when none is named. What was
    /// aborted is forgotten by the client alone: it might still ask for the contrary.
    fn learned(&mut self, txn: TxnId, shard: Option<Shard>) {
        let Some(decision) = self.decided.get_mut(&txn) else { return };
        decision.waits.retain(|other| Some(*other) != shard);
        if shard.is_none() || decision.waits.is_empty() && decision.commit.is_some() {
            self.decided.remove(&txn);
        }
    }

    /// Second phase: what was decided is carried out.
    fn finish(&mut self, txn: TxnId, commit: Option<Stamp>) {
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
    fn abandon(&mut self, txn: TxnId) {
        let prepared = self.open.get(&txn).is_some_and(|open| {
            matches!(open.phase, Phase::Prepared { .. }) && !self.has(Mutant::GivesUpPrepared)
        });
        if !prepared {
            self.release(txn);
            self.open.remove(&txn);
        }
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
