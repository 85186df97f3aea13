//! What a store with transactions knows of those that have committed: which version of a key each
//! has read, and which it has written.
//!
//! The [checker of anomalies](crate::check::anomalies) knows lists. A store whose keys hold anything
//! is told to it as if they held lists of who has written them: a version of a key is what one
//! transaction has added to its list, and a read of it has seen the list so far.

use std::collections::{BTreeMap, BTreeSet};

use netsplit_core::bytes::Bytes;
use netsplit_core::history::{OpId, Outcome, Session};
use netsplit_core::time::Time;
use netsplit_core::transaction::{Access, Results, Transaction, Transactions, Truth, Version};
use netsplit_core::txn::command::Stamp;
use netsplit_core::txn::message::Op;

use crate::run::{Attempt, Mark, OpShown, TxnShown};

/// A transaction that has committed.
pub(super) struct Committed<'a> {
    pub(super) op: &'a OpShown,
    shown: &'a TxnShown,
    attempt: &'a Attempt,
    pub(super) stamp: Stamp,
}

/// Transactions up to a time, as the checker of anomalies knows them.
pub(super) struct Versions<'a> {
    /// The place of the first that is looked at. The checker counts from it.
    pub(super) first: usize,
    /// Those that have committed, in order of their calls.
    pub(super) committed: Vec<Committed<'a>>,
    /// Which key each read was of.
    pub(super) keys: BTreeMap<(OpId, u32), Bytes>,
    /// Versions, and which of them was read.
    pub(super) truth: Truth,
    /// When each was called and returned.
    pub(super) history: Transactions,
}

impl<'a> Versions<'a> {
    /// Those of the transactions that were called last by a time, so many at most.
    pub(super) fn new(all: &'a [OpShown], now: Time, most: usize) -> Versions<'a> {
        let called = all.partition_point(|op| op.called <= now);
        let first = called.saturating_sub(most);
        let ops = &all[first..called];
        let committed: Vec<Committed> = ops.iter().filter_map(|op| committed(op, now)).collect();
        let history = history(ops, &committed, now, first);
        let mut versions =
            Versions { first, committed, keys: BTreeMap::new(), truth: Truth::default(), history };
        versions.look(now);
        versions
    }

    fn look(&mut self, now: Time) {
        let mut orders: BTreeMap<Bytes, Vec<(Stamp, OpId)>> = BTreeMap::new();
        for it in &self.committed {
            for key in it.writes(now) {
                orders.entry(key.clone()).or_default().push((it.stamp, it.op.id));
            }
        }
        orders.values_mut().for_each(|order| order.sort_unstable());
        let version = |id: OpId| Version {
            writer: OpId::from_index((id.index() - self.first) as u32),
            value: u64::from(id.number()),
        };
        for it in &self.committed {
            let reader = version(it.op.id).writer;
            self.truth.committed.insert(reader);
            for (place, (key, since)) in (0..).zip(it.reads(now)) {
                let known = orders.get(key).into_iter().flatten();
                let is_it = |(stamp, id): &&(Stamp, OpId)| *stamp == since && *id != it.op.id;
                // What was written before all that is looked at counts as never written.
                let saw = known.rev().find(is_it).map(|(_, id)| version(*id));
                self.truth.reads.insert((reader, place), saw);
                self.keys.insert((reader, place), key.clone());
            }
        }
        let all = |order: Vec<(Stamp, OpId)>| order.iter().map(|(_, id)| version(*id)).collect();
        self.truth.orders = orders.into_iter().map(|(key, order)| (key, all(order))).collect();
    }

    /// The name that everybody else has for a transaction.
    pub(super) fn named(&self, local: OpId) -> OpId {
        OpId::from_index((local.index() + self.first) as u32)
    }
}

fn committed(op: &OpShown, now: Time) -> Option<Committed<'_>> {
    let shown: &TxnShown = op.transaction.as_ref()?;
    let mut attempts = shown.attempts.iter().rev();
    let (attempt, stamp) = attempts.find_map(|it| Some((it, it.commits_at(now)?)))?;
    Some(Committed { op, shown, attempt, stamp })
}

impl Committed<'_> {
    /// The keys that it has written.
    fn writes(&self, now: Time) -> BTreeSet<&Bytes> {
        let promised = self.attempt.until(now).iter().filter_map(|it| match &it.mark {
            Mark::Prepared { writes, .. } => Some(writes),
            _ => None,
        });
        promised.flatten().map(|(key, _)| key).collect()
    }

    /// What it has read, and since when that was there. What it has put it has only locked.
    fn reads(&self, now: Time) -> impl Iterator<Item = (&Bytes, Stamp)> {
        let looks = |key: &Bytes| {
            let mut of_key = self.shown.ops.iter().filter(|op| op.key() == key);
            of_key.any(|op| !matches!(op, Op::Put(..)))
        };
        let read = self.attempt.until(now).iter().filter_map(|it| match &it.mark {
            Mark::Read { key, since, .. } => Some((key, *since)),
            _ => None,
        });
        read.filter(move |(key, _)| looks(key))
    }

    /// Its client knows by then.
    fn is_told(&self, now: Time) -> bool {
        let told = |it: &crate::run::MarkAt| matches!(it.mark, Mark::Ended { commit: Some(_) });
        self.attempt.until(now).iter().any(told)
    }
}

/// The history of lists that is theirs.
fn history(ops: &[OpShown], committed: &[Committed], now: Time, first: usize) -> Transactions {
    let local = |id: OpId| OpId::from_index((id.index() - first) as u32);
    let by_id: BTreeMap<OpId, &Committed> = committed.iter().map(|it| (it.op.id, it)).collect();
    let mut returns: Vec<(Time, OpId)> = committed
        .iter()
        .filter(|it| it.is_told(now))
        .filter_map(|it| Some((it.op.returned?, it.op.id)))
        .collect();
    returns.sort_unstable();
    let mut returns = returns.into_iter().peekable();
    let mut history = Transactions::new();
    let give = |history: &mut Transactions, (at, id): (Time, OpId)| {
        // What its reads saw the truth tells: here they see nothing.
        let count = by_id.get(&id).map_or(0, |it| it.reads(now).count());
        history.returned(local(id), at, Outcome::Ok(Results(vec![Vec::new(); count])));
    };
    for op in ops {
        while let Some(earlier) = returns.next_if(|(at, _)| *at <= op.called) {
            give(&mut history, earlier);
        }
        let accesses = by_id.get(&op.id).map_or_else(Vec::new, |it| {
            let value = u64::from(op.id.number());
            let reads = it.reads(now).map(|(key, _)| Access::Read { key: key.clone() });
            let writes = it.writes(now).into_iter();
            reads.chain(writes.map(|key| Access::Append { key: key.clone(), value })).collect()
        });
        let session = Session(op.client.number());
        history.invoke(session, op.client, op.called, Transaction(accesses));
    }
    returns.for_each(|it| give(&mut history, it));
    history
}
