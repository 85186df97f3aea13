//! What is seen of transactions beside their history: what happened to each of their attempts, at
//! its client and in the logs of shards, for whoever shows them.

use std::collections::BTreeMap;
use std::rc::Rc;

use netsplit_core::bytes::Bytes;
use netsplit_core::history::OpId;
use netsplit_core::id::NodeId;
use netsplit_core::pieces::Pieces;
use netsplit_core::shardctrl::Shard;
use netsplit_core::shardkv::store::Shards;
use netsplit_core::table::Table;
use netsplit_core::time::Time;
use netsplit_core::txn::client::{Step, TxnClients};
use netsplit_core::txn::command::{Command, Deed, How, Reply, TxnId};
use netsplit_core::txn::message::{Ended, Notice, Op, ops_to_text};
use netsplit_core::txn::shard::{Phase, TxnShard};

use super::said::Applied;
use crate::run::{Attempt, End, Mark, MarkAt, OpOutcome, OpShown, Operations, TxnShown};

/// What was seen of all transactions.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Seen {
    /// In the order in which they began.
    rows: Pieces<Row>,
    /// By client and number: the transaction that an attempt is of.
    attempts: Table<(u64, u64), OpId>,
    /// What each client is at, by its number for it.
    current: BTreeMap<NodeId, (u64, OpId)>,
    /// Every change of a transaction, in order.
    changes: Pieces<OpId>,
}

/// What was seen of one.
#[derive(Clone, Debug, PartialEq)]
struct Row {
    client: NodeId,
    called: Time,
    returned: Option<Time>,
    outcome: OpOutcome,
    reply: Option<String>,
    shown: Rc<TxnShown>,
}

/// Where and when a server applied something.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    pub(super) at: Time,
    pub(super) node: NodeId,
}

fn key(txn: TxnId) -> (u64, u64) {
    (u64::from(txn.client), u64::from(txn.number))
}

impl Seen {
    // ── Clients ────────────────────────────────────────────────────────────

    /// A client tells something; `machine` is the client after the step.
    pub(super) fn told(&mut self, place: Place, notice: &Notice, machine: Option<&TxnClients>) {
        let here = |mark| MarkAt { at: place.at, node: place.node, index: None, mark };
        match notice {
            Notice::Begun { number, ops } => self.begin(place, *number, ops),
            Notice::Attempt { txn, .. } => self.attempt(place, *txn),
            Notice::Read { txn, key, value, since } => {
                let (key, value) = (key.clone(), value.clone());
                self.mark(*txn, here(Mark::Read { key, value, since: *since }));
            }
            Notice::Waits { txn, others } => {
                let key = machine.and_then(|it| wanted(it, *txn));
                self.wait(*txn, here(Mark::Waits { others: others.clone(), key }));
            }
            Notice::Prepares { txn, shards } => {
                self.mark(*txn, here(Mark::Prepares { shards: *shards }));
            }
            Notice::Decides { txn, commit } => {
                self.mark(*txn, here(Mark::DecidesAlone { commit: *commit }));
            }
            Notice::GivenUp { txn, why } => self.mark(*txn, here(Mark::GivenUp { why: *why })),
            Notice::Ended { txn, how, results, .. } => {
                let commit = match how {
                    Ended::Committed(stamp) => Some(*stamp),
                    Ended::Aborted(_) => None,
                };
                self.mark(*txn, here(Mark::Ended { commit }));
                self.end(place, commit.is_some(), results);
            }
            Notice::InDoubt { .. } | Notice::Sharded(_) => {}
        }
    }

    fn begin(&mut self, place: Place, number: u64, ops: &[Op]) {
        let op = OpId::from_index(self.rows.len() as u32);
        self.current.insert(place.node, (number, op));
        self.changes.push(op);
        self.rows.push(Row {
            client: place.node,
            called: place.at,
            returned: None,
            outcome: OpOutcome::Waiting,
            reply: None,
            shown: Rc::new(TxnShown { ops: ops.into(), attempts: Vec::new() }),
        });
    }

    fn attempt(&mut self, place: Place, txn: TxnId) {
        let Some((_, op)) = self.current.get(&place.node).copied() else { return };
        self.attempts.insert(key(txn), op);
        if let Some(shown) = self.shown(op) {
            shown.attempts.push(Attempt { txn, began: place.at, marks: Vec::new() });
        }
    }

    fn end(&mut self, place: Place, committed: bool, results: &[Bytes]) {
        let Some((_, op)) = self.current.remove(&place.node) else { return };
        let Some(row) = self.rows.get_mut(op.index()) else { return };
        row.returned = Some(place.at);
        row.outcome = if committed { OpOutcome::Ok } else { OpOutcome::Failed };
        let words = results.iter().map(|it| match it.is_empty() {
            true => "nothing".to_owned(),
            false => it.text().into_owned(),
        });
        let reply = words.collect::<Vec<_>>().join("; ");
        row.reply = Some(reply).filter(|reply| !reply.is_empty());
    }

    /// A client crashes: nobody knows what becomes of what it was at.
    pub(super) fn crashed(&mut self, place: Place) {
        let Some((_, op)) = self.current.remove(&place.node) else { return };
        let Some(row) = self.rows.get_mut(op.index()) else { return };
        (row.returned, row.outcome) = (Some(place.at), OpOutcome::Unknown);
        let last = row.shown.attempts.last().map(|attempt| attempt.txn);
        if let Some(txn) = last {
            let (at, node) = (place.at, place.node);
            self.mark(txn, MarkAt { at, node, index: None, mark: Mark::Gone });
        }
    }

    // ── Servers ────────────────────────────────────────────────────────────

    /// A leader is in doubt.
    pub(super) fn in_doubt(&mut self, place: Place, txn: TxnId) {
        let is_known = self.seen(txn).is_some_and(|attempt| {
            attempt.marks.iter().any(|it| it.mark == Mark::InDoubt && it.node == place.node)
        });
        if !is_known {
            let (at, node) = (place.at, place.node);
            self.mark(txn, MarkAt { at, node, index: None, mark: Mark::InDoubt });
        }
    }

    /// A server is the first of its group to apply these; `shards` are its shards after the step.
    pub(super) fn applied(&mut self, place: Place, all: &[Applied], shards: &Shards<TxnShard>) {
        for it in all {
            self.apply(place, it, shards);
        }
        for it in all.iter().filter(|it| takes_locks(&it.command.deed)) {
            self.look_for_wounded(place, it, shards);
        }
    }

    fn apply(&mut self, place: Place, it: &Applied, shards: &Shards<TxnShard>) {
        let Command { shard, txn, deed } = &it.command;
        let (shard, txn) = (*shard, *txn);
        let index = Some(it.index);
        let here = |mark| MarkAt { at: place.at, node: place.node, index, mark };
        let holds = |seen: &Seen| {
            seen.seen(txn).is_some_and(|attempt| attempt.held(place.at).contains(&shard))
        };
        match (deed, &it.reply) {
            (deed, Some(Reply::Wait(others))) => {
                let key = match deed {
                    Deed::Read { key, how: How::Locked { .. } } => Some(key.clone()),
                    _ => None,
                };
                self.wait(txn, here(Mark::Waits { others: others.clone(), key }));
            }
            (_, Some(Reply::Aborted(why))) => {
                self.mark(txn, here(Mark::Refused { shard, why: *why }));
            }
            (Deed::Read { key, how: How::Locked { alone } }, Some(Reply::Value(..))) => {
                let mark = Mark::Locked { shard, key: key.clone(), alone: *alone };
                let known = self.seen(txn).is_some_and(|attempt| {
                    attempt.marks.iter().rev().any(|other| other.mark == mark)
                });
                if !known {
                    self.mark(txn, here(mark));
                }
            }
            (Deed::Prepare(writes), Some(Reply::Prepared(_))) if writes.writes.is_empty() => {
                self.mark(txn, here(Mark::Released { shard, end: End::OnlyRead }));
            }
            (Deed::Prepare(writes), Some(Reply::Prepared(stamp))) => {
                let (stamp, writes) = (*stamp, writes.writes.clone());
                self.mark(txn, here(Mark::Prepared { shard, stamp, writes }));
            }
            (Deed::CommitAlone(writes), Some(Reply::Decided(Some(stamp)))) => {
                let (stamp, writes) = (*stamp, writes.writes.clone());
                if !writes.is_empty() {
                    self.mark(txn, here(Mark::Prepared { shard, stamp, writes }));
                }
                self.mark(txn, here(Mark::Decided { shard, commit: Some(stamp) }));
                self.mark(txn, here(Mark::Released { shard, end: End::Committed(stamp) }));
            }
            (Deed::Decide { .. } | Deed::Resolve, Some(Reply::Decided(commit))) => {
                let is_decided = self.seen(txn).is_some_and(|attempt| {
                    attempt.marks.iter().any(|it| matches!(it.mark, Mark::Decided { .. }))
                });
                if !is_decided {
                    self.mark(txn, here(Mark::Decided { shard, commit: *commit }));
                }
            }
            (Deed::Finish(commit), _) if holds(self) => {
                let end = commit.map_or(End::Aborted, End::Committed);
                self.mark(txn, here(Mark::Released { shard, end }));
            }
            (Deed::Abandon, _) if holds(self) && !is_open(shards, shard, txn) => {
                self.mark(txn, here(Mark::Released { shard, end: End::Abandoned }));
            }
            _ => {}
        }
    }

    /// Whose locks were taken by an older one.
    fn look_for_wounded(&mut self, place: Place, it: &Applied, shards: &Shards<TxnShard>) {
        let Command { shard, txn, .. } = it.command;
        let Some(here) = shards.shard(shard) else { return };
        let wounded = here.store.open().filter(|(_, open)| open.phase == Phase::Wounded);
        let fresh: Vec<TxnId> = wounded
            .map(|(other, _)| other)
            .filter(|other| {
                let is_known =
                    |it: &MarkAt| matches!(it.mark, Mark::Wounded { shard: at, .. } if at == shard);
                txn < *other && self.seen(*other).is_some_and(|it| !it.marks.iter().any(is_known))
            })
            .collect();
        for other in fresh {
            let mark = Mark::Wounded { shard, by: Some(txn) };
            let index = Some(it.index);
            self.mark(other, MarkAt { at: place.at, node: place.node, index, mark });
        }
    }

    // ── What was seen ──────────────────────────────────────────────────────

    /// The transaction that an attempt is of: what shows that something is broken.
    pub(super) fn ops(&self, txn: TxnId) -> Vec<OpId> {
        self.attempts.get(&key(txn)).copied().into_iter().collect()
    }

    fn seen(&self, txn: TxnId) -> Option<&Attempt> {
        let op = self.attempts.get(&key(txn))?;
        let row = self.rows.get(op.index())?;
        row.shown.attempts.iter().rev().find(|attempt| attempt.txn == txn)
    }

    fn shown(&mut self, op: OpId) -> Option<&mut TxnShown> {
        self.changes.push(op);
        self.rows.get_mut(op.index()).map(|row| Rc::make_mut(&mut row.shown))
    }

    fn mark(&mut self, txn: TxnId, mark: MarkAt) {
        let Some(op) = self.attempts.get(&key(txn)).copied() else { return };
        let attempts = self.shown(op).into_iter().flat_map(|shown| shown.attempts.iter_mut().rev());
        if let Some(attempt) = attempts.into_iter().find(|attempt| attempt.txn == txn) {
            attempt.marks.push(mark);
        }
    }

    /// It waits: said once, however often it asks again.
    fn wait(&mut self, txn: TxnId, mark: MarkAt) {
        // That its locks elsewhere were given up changes nothing of it.
        let goes_on = |it: &&MarkAt| !matches!(it.mark, Mark::Released { .. });
        let last = self.seen(txn).and_then(|attempt| attempt.marks.iter().rev().find(goes_on));
        let again = last.is_some_and(|last| match (&last.mark, &mark.mark) {
            (Mark::Waits { others: known, .. }, Mark::Waits { others, .. }) => known == others,
            _ => false,
        });
        if !again {
            self.mark(txn, mark);
        }
    }

    /// What has changed since so many changes.
    pub(super) fn operations(&self, since: u64) -> Operations {
        let from = usize::try_from(since).unwrap_or(usize::MAX);
        let mut changed: Vec<OpId> = self.changes.iter_from(from).copied().collect();
        changed.sort_unstable();
        changed.dedup();
        let shown = changed.into_iter().filter_map(|id| Some(row(id, self.rows.get(id.index())?)));
        Operations {
            changes: self.changes.len() as u64,
            count: self.rows.len() as u64,
            changed: shown.collect(),
        }
    }
}

fn row(id: OpId, row: &Row) -> OpShown {
    OpShown {
        id,
        client: row.client,
        clerk: 1,
        call: ops_to_text(&row.shown.ops),
        key: None,
        query: row.shown.ops.iter().all(Op::is_read),
        called: row.called,
        tries: Vec::new(),
        returned: row.returned,
        outcome: row.outcome,
        reply: row.reply.clone(),
        from: None,
        read_by: None,
        index: None,
        transaction: Some(Rc::clone(&row.shown)),
    }
}

/// The key whose lock a client's transaction asks for, as long as it reads.
fn wanted(client: &TxnClients, txn: TxnId) -> Option<Bytes> {
    let current = client.current().filter(|it| it.id == txn && it.step == Step::Reading)?;
    current.ops.get(current.place).map(|op| op.key().clone())
}

fn takes_locks(deed: &Deed) -> bool {
    matches!(deed, Deed::Read { .. } | Deed::Prepare(_) | Deed::CommitAlone(_))
}

fn is_open(shards: &Shards<TxnShard>, shard: Shard, txn: TxnId) -> bool {
    let here = shards.shard(shard);
    here.is_some_and(|here| here.store.open().any(|(other, _)| other == txn))
}

#[cfg(test)]
mod tests;
