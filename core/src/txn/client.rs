//! A client: it reads, computes what it writes, and takes the transaction through both phases. What
//! it asks of a shard, a [clerk](crate::shardkv::clerk) asks for it: one for each shard it touches.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use crate::bytes::Bytes;
use crate::id::Cast;
use crate::machine::{Context, Input, Machine};
use crate::raft::disk::Disk;
use crate::replicated::message::{self as replicated};
use crate::shardctrl::Shard;
use crate::shardkv::clerk::ShardClients;
use crate::shardkv::message::{self as shardkv, Sharded};

use super::command::{Command, Deed, Stamp, TxnId};
use super::message::{Message, Notice, Of, Op, Request, Timer, Transactional};
use super::mutants::Mutant;
use super::options::{Isolation, Options};
use super::shard::TxnShard;
use super::work;

/// A context of a node.
pub(super) type Cx<'a, 'b> = &'a mut Context<'b, Transactional>;

/// Transactions that wait at a client at most.
const QUEUE_MAX: usize = 10_000;

/// A client.
#[derive(Clone, Debug, PartialEq)]
pub struct TxnClients {
    pub(super) cast: Cast,
    pub(super) options: Arc<Options>,
    /// One clerk for each shard that the transaction touches, in the order in which it does.
    pub(super) clerks: ShardClients<TxnShard>,
    pub(super) queue: VecDeque<(u64, Vec<Op>)>,
    pub(super) current: Option<Txn>,
    /// The number of the last transaction that it has begun.
    pub(super) begun: u64,
    /// How many it has drawn.
    drawn: u64,
    /// How many attempts it has made.
    pub(super) attempts: u32,
    /// How many are over.
    pub(super) ended: u64,
    /// The highest stamp at which one of its transactions has committed.
    pub(super) latest: Stamp,
    /// By clerk: answers that are still to come and say nothing any more.
    pub(super) stale: BTreeMap<u32, u32>,
    /// What it has decided, as its disk has it: where clients decide.
    pub(super) decided: BTreeMap<TxnId, Option<Stamp>>,
    /// Decisions on its disk.
    pub(super) decisions: u64,
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
    pub(super) locks: BTreeSet<Bytes>,
    /// Its snapshot.
    pub as_of: Option<Stamp>,
    /// What shards have promised.
    pub votes: BTreeMap<Shard, Stamp>,
    /// By clerk: what it asks, or will ask again.
    pub(super) asks: BTreeMap<u32, Asked>,
    /// Shards that were asked to prepare.
    pub(super) prepared: Vec<Shard>,
    /// The save that its decision waits for.
    pub(super) saving: u64,
}

/// What a clerk asks of its shard.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Asked {
    pub(super) command: Command,
    /// It was told to wait, and asks again later.
    pub(super) waits: bool,
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
    pub(super) fn only_reads(&self) -> bool {
        self.ops.iter().all(Op::is_read)
    }

    /// Whether it writes a key, now or later.
    pub(super) fn writes_later(&self, key: &Bytes) -> bool {
        self.ops.iter().any(|op| !op.is_read() && op.key() == key)
    }

    /// Shards where it writes.
    pub(super) fn written(&self, shard_of: impl Fn(&Bytes) -> Shard) -> Vec<Shard> {
        let all: BTreeSet<Shard> = self.writes.keys().map(shard_of).collect();
        all.into_iter().collect()
    }

    /// Shards where it has locks, or had, or waits for them.
    pub(super) fn locked(&self, shard_of: impl Fn(&Bytes) -> Shard) -> BTreeSet<Shard> {
        self.locks.iter().map(shard_of).collect()
    }

    /// Shards that take part in its end: where it writes, and where it has locks.
    pub(super) fn participants(&self, shard_of: impl Fn(&Bytes) -> Shard) -> Vec<Shard> {
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

    pub(super) fn has(&self, mutant: Mutant) -> bool {
        self.options.mutants.has(mutant)
    }

    pub(super) fn shard_of(&self, key: &Bytes) -> Shard {
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
    pub(super) fn drive(&mut self, input: Input<Sharded>, cx: Cx) {
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

    pub(super) fn think(&mut self, cx: Cx) {
        let Some(work) = self.options.work else { return };
        let after = cx.rng().between(work.think_min.micros(), work.think_max.micros());
        cx.arm(Timer::Think, crate::time::Span::from_micros(after));
    }

    pub(super) fn begin_drawn(&mut self, cx: Cx) {
        let Some(work) = self.options.work.filter(|work| self.drawn < work.most) else { return };
        self.drawn += 1;
        let ops = work::draw(&work, cx.me().number(), self.begun, cx.rng());
        self.queue(ops, cx);
    }

    pub(super) fn queue(&mut self, ops: Vec<Op>, cx: Cx) {
        if self.queue.len() < QUEUE_MAX {
            self.begun += 1;
            self.queue.push_back((self.begun, ops));
        }
        if self.current.is_none() {
            self.begin_next(cx);
        }
    }

    pub(super) fn begin_next(&mut self, cx: Cx) {
        let Some((number, ops)) = self.queue.pop_front() else { return self.think(cx) };
        cx.notify(Notice::Begun { number, ops: ops.clone() });
        let start = cx.now().micros();
        self.attempt(number, ops, start, 1, cx);
    }

    /// An attempt begins. One that is tried again keeps its age.
    pub(super) fn attempt(&mut self, number: u64, ops: Vec<Op>, start: u64, attempt: u32, cx: Cx) {
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
