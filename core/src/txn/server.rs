//! A server of a group whose shards have versions, and what its leader does about transactions that
//! nobody ends: it asks who decided, or gives up what nobody has decided yet.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use crate::bytes::Bytes;
use crate::id::{Cast, NodeId};
use crate::machine::{Context, Input, Machine};
use crate::raft::disk::Disk;
use crate::replicated::clerk::CLERKS_MAX;
use crate::replicated::message::{self as replicated, Ask, Outcome, Returned, Wants};
use crate::replicated::service::Text;
use crate::shardctrl::Shard;
use crate::shardkv::clerk::ShardClients;
use crate::shardkv::message::{self as shardkv, Sharded};
use crate::shardkv::server::ShardServer;
use crate::time::Time;

use super::client::Cx;
use super::command::{Command, Deed, Reply, Stamp, TxnId};
use super::message::{Message, Notice, Of, Request, Timer, Transactional};
use super::mutants::Mutant;
use super::options::Options;
use super::shard::{Phase, TxnShard};

/// A server of a group.
#[derive(Clone, Debug, PartialEq)]
pub struct TxnServer {
    cast: Cast,
    options: Arc<Options>,
    /// Its copy of the group's shards.
    server: ShardServer<TxnShard>,
    /// Asks coordinators in other groups, and in its own.
    clerk: ShardClients<TxnShard>,

    // What is lost in a crash, and may be: whoever leads next begins again.
    /// How often a transaction had been heard of, and since when nothing was.
    silent: BTreeMap<(Shard, TxnId), (u64, Time)>,
    /// By number of a clerk: what its calls are about that are not answered yet, in their order;
    /// nothing where the answer does not matter.
    calls: BTreeMap<u32, VecDeque<Option<(Shard, TxnId)>>>,
    /// What clients are asked about, each under a number of its own: a late answer is not taken for
    /// that to another question.
    asked: BTreeMap<u64, (Shard, TxnId)>,
    /// What was decided and is to be carried out: the coordinator hears of it when that is done.
    to_tell: BTreeMap<(Shard, TxnId), Shard>,
}

impl TxnServer {
    /// Makes a server from its disk, at the start and after a crash.
    ///
    /// # Panics
    /// As [`ShardServer::boot`].
    pub fn boot(me: NodeId, cast: Cast, options: &Options, disk: &Disk) -> TxnServer {
        let start = TxnShard::new(options);
        TxnServer {
            cast,
            options: Arc::new(options.clone()),
            server: ShardServer::boot(me, cast, &options.sharded, start, disk),
            clerk: ShardClients::boot(cast, &options.sharded),
            silent: BTreeMap::new(),
            calls: BTreeMap::new(),
            asked: BTreeMap::new(),
            to_tell: BTreeMap::new(),
        }
    }

    /// The server of the sharded store that it is.
    pub fn server(&self) -> &ShardServer<TxnShard> {
        &self.server
    }

    fn has(&self, mutant: Mutant) -> bool {
        self.options.mutants.has(mutant)
    }
}

impl Machine<Transactional> for TxnServer {
    fn handle(&mut self, input: Input<Transactional>, cx: &mut Context<'_, Transactional>) {
        match input {
            Input::Started => {
                self.drive(Input::Started, cx);
                self.drive_clerk(Input::Started, cx);
                cx.arm(Timer::Resolve, self.options.in_doubt);
            }
            Input::Received { from, message: Message(message) } => self.receive(from, message, cx),
            Input::Fired(Timer::Sharded(timer)) => self.drive(Input::Fired(timer), cx),
            Input::Fired(Timer::Clerk(timer)) => self.drive_clerk(Input::Fired(timer), cx),
            Input::Fired(Timer::Resolve) => self.look_for_doubts(cx),
            Input::Requested(Request::Sharded(request)) => {
                self.drive(Input::Requested(request), cx);
            }
            Input::Durable(number) => self.drive(Input::Durable(number), cx),
            // A client's.
            Input::Fired(Timer::Again(_) | Timer::Think)
            | Input::Requested(Request::Transaction(_)) => {}
        }
        self.tell_coordinators(cx);
    }
}

impl TxnServer {
    fn receive(&mut self, from: NodeId, message: shardkv::Message, cx: Cx) {
        match &message {
            // Where clients decide, one has answered.
            shardkv::Message::Group(replicated::Message::Answer(answer)) if from.is_client() => {
                let asked = self.asked.get(&answer.call).copied();
                if let (Some((shard, txn)), Outcome::Reply(reply)) = (asked, &answer.outcome)
                    && let Some(Reply::Decided(commit)) = Reply::from_text(&reply.text())
                {
                    self.asked.remove(&answer.call);
                    self.carry_out(shard, txn, commit, cx);
                }
            }
            shardkv::Message::Group(replicated::Message::Answer(_)) => {
                self.drive_clerk(Input::Received { from, message }, cx);
            }
            // Both the server and its clerk ask the controller; each knows its own calls.
            shardkv::Message::Controller(_) => {
                self.drive(Input::Received { from, message: message.clone() }, cx);
                self.drive_clerk(Input::Received { from, message }, cx);
            }
            _ => self.drive(Input::Received { from, message }, cx),
        }
    }

    fn drive(&mut self, input: Input<Sharded>, cx: Cx) {
        for notice in cx.embed(&mut self.server, input, &Of::Node) {
            cx.notify(Notice::Sharded(notice));
        }
    }

    /// Lets its clerk handle something, and carries out what it brings.
    fn drive_clerk(&mut self, input: Input<Sharded>, cx: Cx) {
        for notice in cx.embed(&mut self.clerk, input, &Of::Clerk) {
            let shardkv::Notice::Group(replicated::Notice::Returned { clerk, returned, .. }) =
                notice
            else {
                continue;
            };
            let about = self.calls.get_mut(&clerk).and_then(VecDeque::pop_front);
            let Some((shard, txn)) = about.flatten() else { continue };
            if let Returned::Reply(reply) = returned
                && let Some(Reply::Decided(commit)) = Reply::from_text(&reply.text())
            {
                self.carry_out(shard, txn, commit, cx);
            }
        }
    }

    // ── Who is in doubt ────────────────────────────────────────────────────

    /// Looks for transactions of which nothing was heard for too long, and asks their coordinator
    /// (Gray 1978), whose group's log has the answer while a majority of it lives.
    fn look_for_doubts(&mut self, cx: Cx) {
        cx.arm(Timer::Resolve, self.options.in_doubt);
        if !self.server.group().leads() {
            self.silent.clear();
            self.asked.clear();
            self.to_tell.clear();
            // What is under way is answered all the same.
            self.calls.values_mut().flatten().for_each(|about| *about = None);
            return;
        }
        let (now, patience) = (cx.now(), self.options.in_doubt.micros());
        let shards = self.server.shards();
        let all = shards.iter().filter(|(shard, _)| shards.serves(*shard));
        let open: Vec<(Shard, TxnId, Phase, u64)> = all
            .flat_map(|(shard, here)| {
                here.store.open().map(move |(txn, it)| (shard, txn, it.phase.clone(), it.heard))
            })
            .collect();
        let is_open = |key: &(Shard, TxnId)| open.iter().any(|(s, t, ..)| (*s, *t) == *key);
        self.silent.retain(|key, _| is_open(key));
        for (shard, txn, phase, heard) in open {
            let (known, since) = *self.silent.entry((shard, txn)).or_insert((heard, now));
            if known != heard {
                self.silent.insert((shard, txn), (heard, now));
            } else if now.micros() >= since.micros() + patience {
                self.see_to(shard, txn, &phase, cx);
            }
        }
    }

    /// Nothing was heard of a transaction for too long.
    fn see_to(&mut self, shard: Shard, txn: TxnId, phase: &Phase, cx: Cx) {
        let Phase::Prepared { coordinator, .. } = phase else {
            return self.propose(shard, txn, Deed::Abandon, cx);
        };
        if self.has(Mutant::GivesUpPrepared) {
            return self.propose(shard, txn, Deed::Abandon, cx);
        }
        cx.notify(Notice::InDoubt { txn });
        let about = Some((shard, txn));
        match coordinator {
            // A clerk goes on asking.
            Some(_) if self.calls.values().flatten().any(|other| *other == about) => {}
            Some(coordinator) => self.call(about, *coordinator, txn, Deed::Resolve, cx),
            None => self.ask_client(shard, txn, cx),
        }
    }

    fn ask_client(&mut self, shard: Shard, txn: TxnId, cx: Cx) {
        let Some(client) = self.cast.clients().nth((txn.client as usize).wrapping_sub(1)) else {
            return;
        };
        let known = self.asked.iter().find(|(_, about)| **about == (shard, txn)).map(|(it, _)| *it);
        let call = known.unwrap_or_else(|| cx.rng().next_u64() >> 24);
        self.asked.insert(call, (shard, txn));
        let query = Command { shard, txn, deed: Deed::Resolve };
        let wants = Wants::Query(Bytes::from(query.to_text().as_str()));
        let ask = replicated::Message::Ask(Ask { clerk: 0, call, wants });
        cx.send_now(client, Message(shardkv::Message::Group(ask)));
    }

    /// A clerk that has nothing to do asks a coordinator.
    fn call(
        &mut self,
        about: Option<(Shard, TxnId)>,
        coordinator: Shard,
        txn: TxnId,
        deed: Deed,
        cx: Cx,
    ) {
        let is_free = |number: &u32| self.calls.get(number).is_none_or(VecDeque::is_empty);
        let number = (0..CLERKS_MAX - 1).find(is_free).unwrap_or(CLERKS_MAX - 1);
        self.calls.entry(number).or_default().push_back(about);
        let command = Command { shard: coordinator, txn, deed };
        let command = Bytes::from(command.to_text().as_str());
        let call = replicated::Request::Call { clerk: number, command, at: None };
        self.drive_clerk(Input::Requested(shardkv::Request::Group(call)), cx);
    }

    /// It was decided: into the log with it.
    fn carry_out(&mut self, shard: Shard, txn: TxnId, commit: Option<Stamp>, cx: Cx) {
        let here = self.server.shards().shard(shard);
        let open = here.and_then(|here| here.store.open().find(|(id, _)| *id == txn));
        let Some((_, open)) = open else { return };
        let Phase::Prepared { coordinator, .. } = open.phase else { return };
        self.propose(shard, txn, Deed::Finish(commit), cx);
        if let (Some(coordinator), Some(_)) = (coordinator, commit) {
            self.to_tell.insert((shard, txn), coordinator);
        }
    }

    /// The coordinator hears that this shard knows a decision, once that stands in the log and was
    /// carried out.
    ///
    /// t1: both shards of a transaction hear that it is committed, and say so. t2: the coordinator
    /// forgets it. t3: one of them loses its leader before the decision is in the log; whoever leads
    /// next asks, and hears that it is aborted.
    fn tell_coordinators(&mut self, cx: Cx) {
        if self.to_tell.is_empty() {
            return;
        }
        let shards = self.server.shards();
        let is_open = |&(shard, txn): &(Shard, TxnId)| {
            let here = shards.shard(shard).filter(|_| shards.serves(shard));
            here.is_none_or(|here| here.store.open().any(|(id, _)| id == txn))
        };
        let done: Vec<(Shard, TxnId)> =
            self.to_tell.keys().copied().filter(|key| !is_open(key)).collect();
        for (shard, txn) in done {
            let Some(coordinator) = self.to_tell.remove(&(shard, txn)) else { continue };
            self.call(None, coordinator, txn, Deed::Learned(Some(shard)), cx);
        }
    }

    fn propose(&mut self, shard: Shard, txn: TxnId, deed: Deed, cx: Cx) {
        let command = Bytes::from(Command { shard, txn, deed }.to_text().as_str());
        let propose = replicated::Request::Propose(command);
        self.drive(Input::Requested(shardkv::Request::Group(propose)), cx);
    }
}
