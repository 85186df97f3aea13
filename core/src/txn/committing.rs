//! How a transaction ends: both phases, what its client decides, and what it tells who is in doubt.

use std::collections::BTreeSet;

use crate::bytes::Bytes;
use crate::id::NodeId;
use crate::raft::message::{Durable, Entry};
use crate::replicated::message::{self as replicated, Answer, Ask, Outcome, Wants};
use crate::replicated::service::Text;
use crate::shardctrl::Shard;
use crate::shardkv::message as shardkv;

use super::client::{Cx, Step, TxnClients};
use super::command::{Command, Deed, Reply, Stamp, TxnId, Why, Writes};
use super::message::{Ended, Message, Notice, Timer};
use super::mutants::Mutant;
use super::options::DecidedBy;

impl TxnClients {
    // ── Two phases ─────────────────────────────────────────────────────────

    pub(super) fn commit(&mut self, cx: Cx) {
        let Some(txn) = &self.current else { return };
        let participants = txn.participants(|key| self.shard_of(key));
        if participants.is_empty() {
            let as_of = txn.as_of.unwrap_or(0);
            return self.end(Some(as_of), cx);
        }
        let (id, alone) = (txn.id, participants.len() == 1);
        let coordinator = match self.options.decision {
            DecidedBy::Group => txn.written(|key| self.shard_of(key)).first().copied(),
            DecidedBy::Client => None,
        };
        let writes_of = |shard: Shard| {
            let is_there = |key: &Bytes| self.shard_of(key) == shard;
            let of_it = txn.writes.iter().filter(|(key, _)| is_there(key));
            let writes = of_it.map(|(key, value)| (key.clone(), value.clone())).collect();
            let locks = txn.locks.iter().filter(|key| is_there(key)).count() as u64;
            Writes { coordinator, locks, as_of: txn.as_of, writes }
        };
        let all: Vec<(Shard, Writes)> =
            participants.iter().map(|&shard| (shard, writes_of(shard))).collect();
        if let Some(txn) = &mut self.current {
            txn.step = Step::Preparing;
            txn.prepared = participants.clone();
        }
        cx.notify(Notice::Prepares { txn: id, shards: all.len() as u32 });
        for (shard, writes) in all {
            let deed = if alone { Deed::CommitAlone(writes) } else { Deed::Prepare(writes) };
            self.ask(shard, deed, cx);
        }
    }

    /// A shard has promised. Once all have, the transaction is committed by the decision, and by
    /// nothing else.
    pub(super) fn note_vote(&mut self, shard: Shard, stamp: Stamp, cx: Cx) {
        let Some(txn) = &mut self.current else { return };
        if txn.step != Step::Preparing {
            return;
        }
        txn.votes.insert(shard, stamp);
        if !txn.asks.is_empty() {
            return;
        }
        txn.step = Step::Deciding;
        let (id, commit) = (txn.id, txn.votes.values().copied().max());
        let sharding = self.options.sharded.sharding;
        let participants = txn.written(|key| sharding.shard_of(key));
        if participants.is_empty() {
            // All its locks were there at once, and nobody has anything to carry out.
            return self.end(commit, cx);
        }
        match self.options.decision {
            DecidedBy::Group => {
                let Some(&coordinator) = participants.first() else { return };
                self.ask(coordinator, Deed::Decide { commit, participants }, cx);
                if self.has(Mutant::DecisionNotLogged) {
                    self.note_decision(commit, cx);
                }
            }
            DecidedBy::Client => self.save_decision(id, commit, cx),
        }
    }

    /// The client decides: on its own disk, which nobody else can read.
    pub(super) fn save_decision(&mut self, id: TxnId, commit: Option<Stamp>, cx: Cx) {
        cx.notify(Notice::Decides { txn: id, commit });
        let stamp = commit.map_or("-".to_owned(), |stamp| stamp.to_string());
        let command = Bytes::from(format!("{id} {stamp}").as_str());
        let after = self.decisions;
        self.decisions += 1;
        let entries = vec![Entry { term: 1, command }].into();
        let saving = cx.save(Durable::Append { after, entries });
        self.decided.insert(id, commit);
        if let Some(txn) = &mut self.current {
            txn.saving = saving;
        }
        if self.has(Mutant::DecisionNotLogged) {
            self.note_decision(commit, cx);
        }
    }

    pub(super) fn saved(&mut self, number: u64, cx: Cx) {
        let Some(txn) = &self.current else { return };
        if txn.step == Step::Deciding && txn.saving > 0 && number >= txn.saving {
            let commit = self.decided.get(&txn.id).copied().flatten();
            self.note_decision(commit, cx);
        }
    }

    pub(super) fn note_decision(&mut self, commit: Option<Stamp>, cx: Cx) {
        let Some(txn) = &self.current else { return };
        if txn.step != Step::Deciding {
            return;
        }
        match commit {
            Some(_) => self.end(commit, cx),
            // Somebody was in doubt, and had it aborted.
            None => self.give_up(Some(Why::Unknown), true, cx),
        }
    }

    /// It is over, as far as anybody who asked is concerned; then the shards learn it.
    pub(super) fn end(&mut self, commit: Option<Stamp>, cx: Cx) {
        let Some(txn) = &self.current else { return };
        let (number, id) = (txn.number, txn.id);
        self.latest = self.latest.max(commit.unwrap_or(0));
        self.ended += 1;
        let (how, results) = (Ended::Committed(commit.unwrap_or(0)), txn.results.clone());
        cx.notify(Notice::Ended { number, txn: id, how, results });
        self.finish(commit, false, cx);
    }

    /// The attempt cannot commit: its locks go, and it is tried again, or not.
    pub(super) fn give_up(&mut self, why: Option<Why>, again: bool, cx: Cx) {
        let Some(txn) = &self.current else { return };
        if matches!(txn.step, Step::Finishing { .. } | Step::Forgetting { .. }) {
            return;
        }
        let (number, id) = (txn.number, txn.id);
        let again = again && txn.attempt < self.options.attempts_max;
        cx.notify(Notice::GivenUp { txn: id, why });
        if !again {
            self.ended += 1;
            let (how, results) = (Ended::Aborted(why), Vec::new());
            cx.notify(Notice::Ended { number, txn: id, how, results });
        }
        self.finish(None, again, cx);
    }

    /// Second phase: all shards that know of it learn what was decided. What only reads as of a stamp,
    /// and what one shard has committed, has nothing anywhere.
    pub(super) fn finish(&mut self, commit: Option<Stamp>, again: bool, cx: Cx) {
        let silently = self.has(Mutant::AbortsSilently);
        let Some(txn) = &mut self.current else { return };
        txn.step = Step::Finishing { commit, again };
        let sharding = self.options.sharded.sharding;
        let shard_of = |key: &Bytes| sharding.shard_of(key);
        let shards: BTreeSet<Shard> = match commit {
            Some(_) if txn.votes.is_empty() => BTreeSet::new(),
            // Who only has read has forgotten it.
            Some(_) => txn.written(shard_of).into_iter().collect(),
            None => {
                let mut all = if silently { BTreeSet::new() } else { txn.locked(shard_of) };
                all.extend(&txn.prepared);
                all
            }
        };
        for (lane, asked) in std::mem::take(&mut txn.asks) {
            match asked.waits {
                true => cx.disarm(Timer::Again(lane)),
                // Its answer is still to come, and says nothing any more.
                false => *self.stale.entry(lane).or_default() += 1,
            }
        }
        if shards.is_empty() {
            return self.close(cx);
        }
        for shard in shards {
            self.ask(shard, Deed::Finish(commit), cx);
        }
    }

    pub(super) fn note_finished(&mut self, cx: Cx) {
        let Some(txn) = &mut self.current else { return };
        let Step::Finishing { again, .. } = txn.step else { return };
        if !txn.asks.is_empty() {
            return;
        }
        // All have learned it: the coordinator need not know it any more.
        let by_group = self.options.decision == DecidedBy::Group;
        let sharding = self.options.sharded.sharding;
        let first = txn.written(|key| sharding.shard_of(key)).first().copied();
        match first.filter(|_| by_group && txn.prepared.len() > 1) {
            Some(coordinator) => {
                self.ask(coordinator, Deed::Learned(None), cx);
                if let Some(txn) = &mut self.current {
                    txn.step = Step::Forgetting { again };
                }
            }
            None => self.close(cx),
        }
    }

    /// The attempt is over.
    pub(super) fn close(&mut self, cx: Cx) {
        let Some(txn) = self.current.take() else { return };
        match txn.step {
            Step::Finishing { again: true, .. } | Step::Forgetting { again: true } => {
                self.attempt(txn.number, txn.ops, txn.id.start, txn.attempt + 1, cx);
            }
            _ if self.queue.is_empty() => self.think(cx),
            _ => self.begin_next(cx),
        }
    }

    // ── Who is in doubt, where clients decide ──────────────────────────────

    /// A server is in doubt about a transaction that this client was to decide.
    pub(super) fn answer_doubt(&mut self, from: NodeId, ask: Ask, cx: Cx) {
        let Wants::Query(query) = &ask.wants else { return };
        let Some(Command { txn, deed: Deed::Resolve, .. }) = Command::from_text(&query.text())
        else {
            return;
        };
        let undecided = self
            .current
            .as_ref()
            .is_some_and(|it| it.id == txn && matches!(it.step, Step::Preparing | Step::Deciding));
        if undecided {
            return;
        }
        // What is not on its disk was not committed, and will not be.
        let commit = self.decided.get(&txn).copied().flatten();
        let reply = Bytes::from(Reply::Decided(commit).to_text().as_str());
        let answer = Answer { clerk: ask.clerk, call: ask.call, outcome: Outcome::Reply(reply) };
        let message = shardkv::Message::Group(replicated::Message::Answer(answer));
        cx.send(from, Message(message));
    }
}
