//! A client: it reads, computes what it writes, and takes the transaction through both phases. What
//! it asks of a shard, a [clerk](crate::shardkv::clerk) asks for it: one for each shard it touches.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use crate::bytes::Bytes;
use crate::id::{Cast, NodeId};
use crate::machine::{Context, Input, Machine};
use crate::raft::disk::Disk;
use crate::raft::message::{Durable, Entry};
use crate::replicated::message::{self as replicated, Answer, Ask, Outcome, Returned, Wants};
use crate::replicated::service::Text;
use crate::shardctrl::Shard;
use crate::shardkv::clerk::ShardClients;
use crate::shardkv::message::{self as shardkv, Sharded};

use super::command::{Command, Deed, How, Reply, Stamp, TxnId, Why, Writes};
use super::message::{Ended, Message, Notice, Of, Op, Request, Timer, Transactional};
use super::mutants::Mutant;
use super::options::{DecidedBy, Isolation, Options};
use super::shard::TxnShard;
use super::work;

/// A context of a node.
pub(super) type Cx<'a, 'b> = &'a mut Context<'b, Transactional>;

/// Transactions that wait at a client at most.
const QUEUE_MAX: usize = 10_000;

/// A client.
#[derive(Clone, Debug, PartialEq)]
pub struct TxnClients {
    cast: Cast,
    pub(super) options: Arc<Options>,
    /// One clerk for each shard that the transaction touches, in the order in which it does.
    clerks: ShardClients<TxnShard>,
    queue: VecDeque<(u64, Vec<Op>)>,
    current: Option<Txn>,
    /// The number of the last transaction that it has begun.
    pub(super) begun: u64,
    /// How many it has drawn.
    drawn: u64,
    /// How many attempts it has made.
    attempts: u32,
    /// How many are over.
    ended: u64,
    /// The highest stamp at which one of its transactions has committed.
    latest: Stamp,
    /// By clerk: answers that are still to come and say nothing any more.
    stale: BTreeMap<u32, u32>,
    /// What it has decided, as its disk has it: where clients decide.
    decided: BTreeMap<TxnId, Option<Stamp>>,
    /// Decisions on its disk.
    decisions: u64,
}

/// A transaction under way.
#[derive(Clone, Debug, PartialEq)]
pub struct Txn {
    /// Its number at the client.
    pub number: u64,
    /// What it does.
    pub ops: Vec<Op>,
    /// The attempt.
    pub id: TxnId,
    /// Which one that is, from 1.
    pub attempt: u32,
    /// How far it is.
    pub step: Step,
    /// The operation that it is at.
    pub place: usize,
    /// What it has read.
    pub values: BTreeMap<Bytes, (Bytes, Stamp)>,
    /// What its reads saw, in their order.
    pub results: Vec<Bytes>,
    /// What it will write.
    pub writes: BTreeMap<Bytes, Bytes>,
    /// The shards that it touches: the first has the first clerk.
    pub shards: Vec<Shard>,
    /// Keys whose locks it has, or waits for.
    locks: BTreeSet<Bytes>,
    /// Its snapshot.
    pub as_of: Option<Stamp>,
    /// What shards have promised.
    pub votes: BTreeMap<Shard, Stamp>,
    /// By clerk: what it asks, or will ask again.
    asks: BTreeMap<u32, Asked>,
    /// Shards that were asked to prepare.
    prepared: Vec<Shard>,
    /// The save that its decision waits for.
    saving: u64,
}

/// What a clerk asks of its shard.
#[derive(Clone, Debug, PartialEq)]
struct Asked {
    command: Command,
    /// It was told to wait, and asks again later.
    waits: bool,
}

/// How far a transaction is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// It asks its shards how far they are.
    Clocks,
    /// It reads, one operation after the other.
    Reading,
    /// It has asked its shards to prepare.
    Preparing,
    /// It asks for the decision, or saves it.
    Deciding,
    /// It tells its shards what was decided.
    Finishing {
        /// Committed, at this stamp; or aborted.
        commit: Option<Stamp>,
        /// Whether it will be tried again.
        again: bool,
    },
    /// It tells the coordinator that all have learned.
    Forgetting {
        /// Whether it will be tried again.
        again: bool,
    },
}

impl Step {
    /// Its word.
    pub const fn word(self) -> &'static str {
        match self {
            Step::Clocks => "asks for stamps",
            Step::Reading => "reads",
            Step::Preparing => "prepares",
            Step::Deciding => "decides",
            Step::Finishing { commit: Some(_), .. } => "commits",
            Step::Finishing { commit: None, .. } => "aborts",
            Step::Forgetting { .. } => "ends",
        }
    }
}

impl Txn {
    fn only_reads(&self) -> bool {
        self.ops.iter().all(Op::is_read)
    }

    /// Whether it writes a key, now or later.
    fn writes_later(&self, key: &Bytes) -> bool {
        self.ops.iter().any(|op| !op.is_read() && op.key() == key)
    }

    /// Shards where it writes.
    fn written(&self, shard_of: impl Fn(&Bytes) -> Shard) -> Vec<Shard> {
        let all: BTreeSet<Shard> = self.writes.keys().map(shard_of).collect();
        all.into_iter().collect()
    }

    /// Shards where it has locks, or had, or waits for them.
    fn locked(&self, shard_of: impl Fn(&Bytes) -> Shard) -> BTreeSet<Shard> {
        self.locks.iter().map(shard_of).collect()
    }

    /// Shards that take part in its end: where it writes, and where it has locks.
    fn participants(&self, shard_of: impl Fn(&Bytes) -> Shard) -> Vec<Shard> {
        let mut all = self.locked(&shard_of);
        all.extend(self.written(&shard_of));
        all.into_iter().collect()
    }
}

impl TxnClients {
    /// A client from its disk, at the start and after a crash: what it was doing is lost, what it has
    /// decided is not.
    pub fn boot(cast: Cast, options: &Options, disk: &Disk) -> TxnClients {
        let decided = disk.log.iter().filter_map(|(_, entry)| decision(&entry.command));
        TxnClients {
            cast,
            options: Arc::new(options.clone()),
            clerks: ShardClients::boot(cast, &options.sharded),
            queue: VecDeque::new(),
            current: None,
            begun: 0,
            drawn: 0,
            attempts: 0,
            ended: 0,
            latest: 0,
            stale: BTreeMap::new(),
            decided: decided.collect(),
            decisions: disk.log.last_index(),
        }
    }

    /// What it is doing.
    pub fn current(&self) -> Option<&Txn> {
        self.current.as_ref()
    }

    /// Whether it does nothing, and will not by itself.
    pub fn is_idle(&self) -> bool {
        let goes_on = self.options.work.is_some_and(|work| self.drawn < work.most);
        self.current.is_none() && self.queue.is_empty() && !goes_on
    }

    /// How many transactions wait for that.
    pub fn queued(&self) -> usize {
        self.queue.len()
    }

    /// How many are over, and calls of the controller.
    pub fn answered(&self) -> u64 {
        let controller = self.clerks.controller().clerks();
        let asked: u64 = controller.filter(|(number, _)| *number > 0).map(|(_, it)| it.calls).sum();
        self.ended + asked
    }

    /// Its clerks.
    pub fn clerks(&self) -> &ShardClients<TxnShard> {
        &self.clerks
    }

    fn has(&self, mutant: Mutant) -> bool {
        self.options.mutants.has(mutant)
    }

    fn shard_of(&self, key: &Bytes) -> Shard {
        self.options.sharded.sharding.shard_of(key)
    }
}

impl Machine<Transactional> for TxnClients {
    fn handle(&mut self, input: Input<Transactional>, cx: &mut Context<'_, Transactional>) {
        match input {
            Input::Started => {
                // Transactions and attempts of another life have other numbers.
                self.begun = cx.now().micros() / 1_000;
                self.attempts = self.begun as u32;
                self.drive(Input::Started, cx);
                self.think(cx);
            }
            Input::Received { from, message: Message(message) } => match message {
                shardkv::Message::Group(replicated::Message::Ask(ask)) => {
                    self.answer_doubt(from, ask, cx);
                }
                message => self.drive(Input::Received { from, message }, cx),
            },
            Input::Fired(Timer::Sharded(timer)) => self.drive(Input::Fired(timer), cx),
            Input::Fired(Timer::Again(lane)) => self.ask_again(lane, cx),
            Input::Fired(Timer::Think) => self.begin_drawn(cx),
            Input::Requested(Request::Sharded(request)) => {
                self.drive(Input::Requested(request), cx);
            }
            Input::Requested(Request::Transaction(ops)) => self.queue(ops, cx),
            Input::Durable(number) => self.saved(number, cx),
            // A server's.
            Input::Fired(Timer::Clerk(_) | Timer::Resolve) => {}
        }
    }
}

impl TxnClients {
    /// Lets its clerks handle something, and takes what they bring.
    fn drive(&mut self, input: Input<Sharded>, cx: Cx) {
        for notice in cx.embed(&mut self.clerks, input, &Of::Node) {
            let returned = match &notice {
                shardkv::Notice::Group(replicated::Notice::Returned {
                    clerk, returned, ..
                }) => Some((*clerk, returned.clone())),
                _ => None,
            };
            cx.notify(Notice::Sharded(notice));
            if let Some((lane, returned)) = returned {
                self.take(lane, returned, cx);
            }
        }
    }

    // ── Beginning ──────────────────────────────────────────────────────────

    fn think(&mut self, cx: Cx) {
        let Some(work) = self.options.work else { return };
        let after = cx.rng().between(work.think_min.micros(), work.think_max.micros());
        cx.arm(Timer::Think, crate::time::Span::from_micros(after));
    }

    fn begin_drawn(&mut self, cx: Cx) {
        let Some(work) = self.options.work.filter(|work| self.drawn < work.most) else { return };
        self.drawn += 1;
        let ops = work::draw(&work, cx.me().number(), self.begun, cx.rng());
        self.queue(ops, cx);
    }

    fn queue(&mut self, ops: Vec<Op>, cx: Cx) {
        if self.queue.len() < QUEUE_MAX {
            self.begun += 1;
            self.queue.push_back((self.begun, ops));
        }
        if self.current.is_none() {
            self.begin_next(cx);
        }
    }

    fn begin_next(&mut self, cx: Cx) {
        let Some((number, ops)) = self.queue.pop_front() else { return self.think(cx) };
        cx.notify(Notice::Begun { number, ops: ops.clone() });
        let start = cx.now().micros();
        self.attempt(number, ops, start, 1, cx);
    }

    /// An attempt begins. One that is tried again keeps its age.
    fn attempt(&mut self, number: u64, ops: Vec<Op>, start: u64, attempt: u32, cx: Cx) {
        self.attempts += 1;
        let id = TxnId { start, client: cx.me().number(), number: self.attempts };
        let mut txn = Txn {
            number,
            ops,
            id,
            attempt,
            step: Step::Reading,
            place: 0,
            values: BTreeMap::new(),
            results: Vec::new(),
            writes: BTreeMap::new(),
            shards: Vec::new(),
            locks: BTreeSet::new(),
            as_of: None,
            votes: BTreeMap::new(),
            asks: BTreeMap::new(),
            prepared: Vec::new(),
            saving: 0,
        };
        cx.notify(Notice::Attempt { number, txn: id });
        let reads_now = self.has(Mutant::ReadsNow) && txn.only_reads();
        if self.options.isolation == Isolation::Snapshot && !reads_now {
            // It asks all its shards, so that it sees all that has ended by now.
            txn.step = Step::Clocks;
            let keys = txn.ops.iter().map(Op::key);
            let mut shards: Vec<Shard> = keys.map(|key| self.shard_of(key)).collect();
            shards.sort_unstable();
            shards.dedup();
            self.current = Some(txn);
            for shard in shards {
                self.ask(shard, Deed::Now, cx);
            }
            return;
        }
        self.current = Some(txn);
        self.go_on_reading(cx);
    }

    // ── Asking shards ──────────────────────────────────────────────────────

    /// Asks a shard for the transaction under way.
    fn ask(&mut self, shard: Shard, deed: Deed, cx: Cx) {
        let Some(txn) = &mut self.current else { return };
        let place = txn.shards.iter().position(|it| *it == shard).unwrap_or_else(|| {
            txn.shards.push(shard);
            txn.shards.len() - 1
        });
        let command = Command { shard, txn: txn.id, deed };
        let lane = place as u32;
        txn.asks.insert(lane, Asked { command: command.clone(), waits: false });
        self.call(lane, &command, cx);
    }

    fn call(&mut self, lane: u32, command: &Command, cx: Cx) {
        let command = Bytes::from(command.to_text().as_str());
        let call = replicated::Request::Call { clerk: lane, command, at: None };
        self.drive(Input::Requested(shardkv::Request::Group(call)), cx);
    }

    /// It was told to wait, and has.
    fn ask_again(&mut self, lane: u32, cx: Cx) {
        let asked = self.current.as_mut().and_then(|txn| txn.asks.get_mut(&lane));
        let Some(asked) = asked.filter(|it| it.waits) else { return };
        asked.waits = false;
        let command = asked.command.clone();
        self.call(lane, &command, cx);
    }

    /// A shard has answered.
    fn take(&mut self, lane: u32, returned: Returned, cx: Cx) {
        // It was given up meanwhile.
        if let Some(stale) = self.stale.get_mut(&lane).filter(|stale| **stale > 0) {
            *stale -= 1;
            return;
        }
        let Some(txn) = &mut self.current else { return };
        let Some(Asked { command, .. }) = txn.asks.remove(&lane) else { return };
        let Command { shard, txn: id, deed } = command;
        let reply = match returned {
            Returned::Reply(reply) => Reply::from_text(&reply.text()),
            Returned::Failed | Returned::Unknown => None,
        };
        match (reply.unwrap_or(Reply::Aborted(Why::Unknown)), deed) {
            (Reply::Wait(others), deed) => {
                cx.notify(Notice::Waits { txn: id, others });
                let command = Command { shard, txn: id, deed };
                txn.asks.insert(lane, Asked { command, waits: true });
                cx.arm(Timer::Again(lane), self.options.again);
            }
            (Reply::Now(stamp), Deed::Now) => self.note_clock(stamp, cx),
            (Reply::Value(value, since), Deed::Read { key, .. }) => {
                self.note_value(key, value, since, cx);
            }
            (Reply::Prepared(stamp), Deed::Prepare(_)) => self.note_vote(shard, stamp, cx),
            (Reply::Decided(commit), Deed::CommitAlone(_)) => self.end(commit, cx),
            (Reply::Decided(commit), Deed::Decide { .. }) => self.note_decision(commit, cx),
            (Reply::Aborted(why), Deed::Read { .. } | Deed::Prepare(_) | Deed::CommitAlone(_)) => {
                self.give_up(Some(why), true, cx);
            }
            (_, Deed::Finish(_)) => self.note_finished(cx),
            (_, Deed::Learned(_)) => self.close(cx),
            // Nothing that was asked for.
            _ => self.give_up(Some(Why::Unknown), true, cx),
        }
    }

    // ── Reading ────────────────────────────────────────────────────────────

    fn note_clock(&mut self, stamp: Stamp, cx: Cx) {
        let latest = self.latest;
        let Some(txn) = &mut self.current else { return };
        txn.as_of = Some(txn.as_of.unwrap_or(latest).max(stamp));
        if txn.step == Step::Clocks && txn.asks.is_empty() {
            txn.step = Step::Reading;
            self.go_on_reading(cx);
        }
    }

    /// Goes on with the next operation that needs to know something; commits after the last.
    fn go_on_reading(&mut self, cx: Cx) {
        loop {
            let Some(txn) = &mut self.current else { return };
            if txn.step != Step::Reading {
                return;
            }
            let Some(op) = txn.ops.get(txn.place).cloned() else { return self.commit(cx) };
            let key = op.key();
            let own = txn.writes.get(key).cloned();
            let again = self.options.isolation == Isolation::ReadCommitted && own.is_none();
            let known = txn.values.get(key).map(|(value, _)| value.clone()).filter(|_| !again);
            // What is put need not be read; but its lock is taken now, while it can still be waited
            // for: who is to prepare has promised elsewhere perhaps.
            let blind = matches!(op, Op::Put(..)) && txn.as_of.is_some();
            let value = match own.or(known) {
                Some(value) => value,
                None if blind => Bytes::EMPTY,
                None => return self.read(key, cx),
            };
            if !self.do_op(&op, value, cx) {
                return;
            }
        }
    }

    fn read(&mut self, key: &Bytes, cx: Cx) {
        let shard = self.shard_of(key);
        let Some(txn) = &mut self.current else { return };
        let how = match txn.as_of {
            Some(stamp) => How::AsOf(stamp),
            // What only reads, too. As of a stamp it would see each shard at another moment: t1 it has
            // a stamp, t2 one transaction commits in a shard that is as far, t3 another, which begins
            // only now, in a shard that is behind: of the two it would see only the later one.
            None if self.options.isolation == Isolation::Serializable => {
                txn.locks.insert(key.clone());
                How::Locked { alone: txn.writes_later(key) }
            }
            // What is changed is locked from then on, at every level: else the changes of others would
            // be lost without a read by anybody.
            None if txn.ops.get(txn.place).is_some_and(|op| !op.is_read()) => {
                txn.locks.insert(key.clone());
                How::Locked { alone: true }
            }
            None => How::Latest,
        };
        self.ask(shard, Deed::Read { key: key.clone(), how }, cx);
    }

    fn note_value(&mut self, key: Bytes, value: Bytes, since: Stamp, cx: Cx) {
        let Some(txn) = &mut self.current else { return };
        let (id, told) = (txn.id, value.clone());
        cx.notify(Notice::Read { txn: id, key: key.clone(), value: told, since });
        txn.values.insert(key, (value.clone(), since));
        let Some(op) = txn.ops.get(txn.place).cloned() else { return };
        if self.do_op(&op, value, cx) {
            self.go_on_reading(cx);
        }
    }

    /// Does an operation on what its key holds. False when nothing more is to be done.
    fn do_op(&mut self, op: &Op, value: Bytes, cx: Cx) -> bool {
        let Some(txn) = &mut self.current else { return false };
        txn.place += 1;
        match op {
            Op::Read(_) => txn.results.push(value),
            Op::Put(key, value) => drop(txn.writes.insert(key.clone(), value.clone())),
            Op::Append(key, element) => {
                let list = match value.is_empty() {
                    true => element.clone(),
                    false => Bytes::from([&value[..], b",", element].concat()),
                };
                txn.writes.insert(key.clone(), list);
            }
            Op::Add(key, by) => {
                let held = std::str::from_utf8(&value).ok().and_then(|it| it.parse::<i64>().ok());
                let sum = held.unwrap_or(0).checked_add(*by).filter(|sum| *sum >= 0);
                let Some(sum) = sum else {
                    self.give_up(None, false, cx);
                    return false;
                };
                txn.writes.insert(key.clone(), Bytes::from(sum.to_string().as_str()));
            }
        }
        true
    }

    // ── Two phases ─────────────────────────────────────────────────────────

    fn commit(&mut self, cx: Cx) {
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
    fn note_vote(&mut self, shard: Shard, stamp: Stamp, cx: Cx) {
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
    fn save_decision(&mut self, id: TxnId, commit: Option<Stamp>, cx: Cx) {
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

    fn saved(&mut self, number: u64, cx: Cx) {
        let Some(txn) = &self.current else { return };
        if txn.step == Step::Deciding && txn.saving > 0 && number >= txn.saving {
            let commit = self.decided.get(&txn.id).copied().flatten();
            self.note_decision(commit, cx);
        }
    }

    fn note_decision(&mut self, commit: Option<Stamp>, cx: Cx) {
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
    fn end(&mut self, commit: Option<Stamp>, cx: Cx) {
        let Some(txn) = &self.current else { return };
        let (number, id) = (txn.number, txn.id);
        self.latest = self.latest.max(commit.unwrap_or(0));
        self.ended += 1;
        let (how, results) = (Ended::Committed(commit.unwrap_or(0)), txn.results.clone());
        cx.notify(Notice::Ended { number, txn: id, how, results });
        self.finish(commit, false, cx);
    }

    /// The attempt cannot commit: its locks go, and it is tried again, or not.
    fn give_up(&mut self, why: Option<Why>, again: bool, cx: Cx) {
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
    fn finish(&mut self, commit: Option<Stamp>, again: bool, cx: Cx) {
        let Some(txn) = &mut self.current else { return };
        txn.step = Step::Finishing { commit, again };
        let sharding = self.options.sharded.sharding;
        let shard_of = |key: &Bytes| sharding.shard_of(key);
        let shards: BTreeSet<Shard> = match commit {
            Some(_) if txn.votes.is_empty() => BTreeSet::new(),
            // Who only has read has forgotten it.
            Some(_) => txn.written(shard_of).into_iter().collect(),
            None => {
                let mut all = txn.locked(shard_of);
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

    fn note_finished(&mut self, cx: Cx) {
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
    fn close(&mut self, cx: Cx) {
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
    fn answer_doubt(&mut self, from: NodeId, ask: Ask, cx: Cx) {
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

    /// Who there is.
    pub fn cast(&self) -> Cast {
        self.cast
    }
}

/// A decision as it stands in a client's log.
fn decision(words: &Bytes) -> Option<(TxnId, Option<Stamp>)> {
    let text = words.text();
    let (txn, stamp) = text.split_once(' ')?;
    let stamp = if stamp == "-" { None } else { Some(stamp.parse().ok()?) };
    Some((TxnId::from_text(txn)?, stamp))
}
