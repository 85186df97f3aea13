//! Clerks of a sharded store. A clerk asks the group that has the key's shard, as far as it knows;
//! what it does not know it asks the controller. A command keeps its number whichever group it is
//! asked of: what was done for whom moves with the shard.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use crate::bytes::Bytes;
use crate::id::{Cast, NodeId};
use crate::kv::message::Call as KvCall;
use crate::kv::store::Store;
use crate::machine::{Context, Input, Machine};
use crate::replicated::clerk::{CLERKS_MAX, Clients, QUEUE_MAX};
use crate::replicated::message::{
    self as replicated, Answer, Ask, Call, ClerkNumber, Outcome, Replicated, Returned, Wants,
};
use crate::replicated::service::{Service, Text};
use crate::replicated::sessions::SessionId;
use crate::replicated::turn::Turn;
use crate::shardctrl::controller::Controller;
use crate::shardctrl::message::Call as ControllerCall;
use crate::shardctrl::{Config, Gid, NOBODY};
use crate::table::Table;
use crate::time::Span;

use super::command::{Command, Reply};
use super::content::Content;
use super::message::{Message, Notice, Of, Request, Sharded, Timer};
use super::mutants::Mutant;
use super::options::Options;
use super::server::{Cx, config_from};
use super::store::Shards;

/// A client's node, with any number of clerks, which share what they know of configurations.
#[derive(Clone, Debug, PartialEq)]
pub struct ShardClients<C: Content = Store> {
    cast: Cast,
    options: Arc<Options>,
    /// Asks the controller: its first clerk for configurations, the others what a person asks.
    controller: Clients<Controller>,
    /// The latest configuration it has heard of.
    config: Option<Config>,
    /// By group: the place of the server that answered last.
    leaders: BTreeMap<Gid, u32>,
    clerks: Table<u64, Clerk<C::Command>>,
    /// Calls are counted from here, as in [`Clients`].
    calls_from: Call,
    answered: u64,
}

/// One clerk.
#[derive(Clone, Debug, PartialEq)]
pub struct Clerk<Q = KvCall> {
    /// Its session, once it has drawn its number.
    pub session: Option<SessionId>,
    /// The number of its last command.
    pub sequence: u64,
    /// How many calls it has made.
    pub calls: u64,
    /// What it is doing.
    pub current: Option<Current<Q>>,
    queue: VecDeque<(Q, Option<NodeId>)>,
}

/// A call under way.
#[derive(Clone, Debug, PartialEq)]
pub struct Current<Q = KvCall> {
    /// Its number.
    pub call: Call,
    /// The words.
    pub command: Q,
    /// How often it has asked.
    pub attempt: u32,
    /// The group it asks; [`NOBODY`] while it knows none.
    pub group: Gid,
    /// The place of the server there.
    pub server: u32,
    /// It waits for a configuration, or a little.
    pub waits: bool,
    /// Silences since it began to ask this group.
    silences: u32,
    turn: Turn,
}

impl<C: Content> ShardClients<C> {
    /// A client of the whole store, at the start and after a crash, which its clerks do not survive.
    pub fn boot(cast: Cast, options: &Options) -> ShardClients<C> {
        let controllers: Vec<NodeId> = cast.members(0).collect();
        ShardClients {
            cast,
            options: Arc::new(options.clone()),
            controller: Clients::boot(&controllers, &options.of_controller()),
            config: None,
            leaders: BTreeMap::new(),
            clerks: Table::default(),
            calls_from: 0,
            answered: 0,
        }
    }

    /// Its clerks, by number.
    pub fn clerks(&self) -> impl Iterator<Item = (ClerkNumber, &Clerk<C::Command>)> {
        self.clerks.iter().map(|(number, clerk)| (*number as ClerkNumber, clerk))
    }

    /// How many clerks it has.
    pub fn clerk_count(&self) -> u64 {
        self.clerks.len()
    }

    /// The configuration it knows.
    pub fn config(&self) -> Option<&Config> {
        self.config.as_ref()
    }

    /// Whether a clerk is in this call.
    pub fn waits_for(&self, clerk: ClerkNumber, call: Call) -> bool {
        let clerk = self.clerks.get(&u64::from(clerk));
        clerk.and_then(|it| it.current.as_ref()).is_some_and(|it| it.call == call)
    }

    /// Its clerks at the controller.
    pub fn controller(&self) -> &Clients<Controller> {
        &self.controller
    }

    /// How many calls are over, of the store and of the controller.
    pub fn answered(&self) -> u64 {
        self.answered
    }

    fn has(&self, mutant: Mutant) -> bool {
        self.options.mutants.has(mutant)
    }

    fn clerk(&mut self, number: ClerkNumber) -> &mut Clerk<C::Command> {
        let key = u64::from(number);
        if self.clerks.get(&key).is_none() {
            let (session, sequence, calls, current) = (None, 0, 0, None);
            let queue = VecDeque::new();
            self.clerks.insert(key, Clerk { session, sequence, calls, current, queue });
        }
        self.clerks.get_mut(&key).expect("it is there now")
    }

    fn group_size(&self) -> u32 {
        self.cast.groups.size
    }

    /// The place of a server in its group.
    fn place(&self, server: NodeId) -> Option<(Gid, u32)> {
        Some((server.group()?, server.number() - 1))
    }
}

impl<C: Content> Machine<Sharded> for ShardClients<C> {
    fn handle(&mut self, input: Input<Sharded>, cx: &mut Context<'_, Sharded>) {
        match input {
            Input::Started => self.start(cx),
            Input::Received { from, message: Message::Group(message) } => {
                if let replicated::Message::Answer(answer) = message {
                    self.take_answer(from, answer, cx);
                }
            }
            Input::Received { from, message: Message::Controller(message) } => {
                self.drive_controller(Input::Received { from, message }, cx);
            }
            Input::Fired(Timer::Controller(timer)) => {
                self.drive_controller(Input::Fired(timer), cx);
            }
            Input::Fired(Timer::Group(replicated::Timer::Retry(clerk))) => {
                self.ask_again(clerk, cx)
            }
            Input::Fired(Timer::Group(replicated::Timer::Think(clerk))) => {
                self.call_of_workload(clerk, cx);
            }
            Input::Requested(Request::Group(replicated::Request::Call { clerk, command, at })) => {
                if let Some(command) = C::Command::from_text(&command.text()) {
                    self.call(clerk, command, at, cx);
                }
            }
            Input::Requested(Request::Controller(request)) => self.ask_controller(request, cx),
            // A server's.
            Input::Received { .. } | Input::Fired(_) | Input::Requested(_) | Input::Durable(_) => {}
        }
    }
}

impl<C: Content> ShardClients<C> {
    fn start(&mut self, cx: Cx) {
        self.calls_from = cx.now().micros();
        self.drive_controller(Input::Started, cx);
        let Some(work) = self.options.replicated.work else { return };
        for clerk in 0..work.clerks {
            let after = cx.rng().between(work.think_min.micros(), work.think_max.micros());
            cx.arm(Timer::Group(replicated::Timer::Think(clerk)), Span::from_micros(after));
        }
    }

    fn call_of_workload(&mut self, clerk: ClerkNumber, cx: Cx) {
        let Some(work) = self.options.replicated.work else { return };
        let number = self.clerk(clerk).calls;
        if number >= work.most {
            return;
        }
        let me = u64::from(cx.me().number());
        if let Some(Command::Call(command)) = Shards::<C>::draw(&work, me, clerk, number, cx.rng())
        {
            self.call(clerk, command, None, cx);
        }
    }

    // ── The controller ─────────────────────────────────────────────────────

    fn drive_controller(&mut self, input: Input<Replicated>, cx: Cx) {
        for notice in cx.embed(&mut self.controller, input, &Of::Controller) {
            match notice {
                replicated::Notice::Returned { clerk: 0, returned, .. } => {
                    if let Returned::Reply(reply) = returned {
                        self.learn(&reply, cx);
                    }
                }
                replicated::Notice::Called { clerk: 0, .. }
                | replicated::Notice::Tried { clerk: 0, .. } => {}
                notice => {
                    self.answered +=
                        u64::from(matches!(notice, replicated::Notice::Returned { .. }));
                    cx.notify(Notice::Controller(notice));
                }
            }
        }
    }

    /// What a person asks of the controller, by a clerk that is not the one for configurations.
    fn ask_controller(&mut self, request: replicated::Request, cx: Cx) {
        let replicated::Request::Call { clerk, command, at } = request else { return };
        let Some(call) = ControllerCall::from_text(&command.text()) else { return };
        let call = match call {
            ControllerCall::Join(groups) => {
                let named = |(gid, servers): (Gid, Vec<Bytes>)| match servers.is_empty() {
                    false => (gid, servers),
                    true => (gid, self.cast.members(gid).map(name_of).collect()),
                };
                ControllerCall::Join(groups.into_iter().map(named).collect())
            }
            call => call,
        };
        let command = Bytes::from(call.to_text().as_str());
        let clerk = clerk.min(CLERKS_MAX - 2) + 1;
        let call = replicated::Request::Call { clerk, command, at };
        self.drive_controller(Input::Requested(call), cx);
    }

    /// Asks for the latest configuration, unless that is asked already.
    fn ask_for_config(&mut self, cx: Cx) {
        if self.config.is_some() && self.has(Mutant::NeverAsksAgain) {
            return;
        }
        let waits = |(number, clerk): (ClerkNumber, &crate::replicated::clerk::Clerk)| {
            number == 0 && clerk.current.is_some()
        };
        if !self.controller.clerks().any(waits) {
            let command = Bytes::from("query");
            let call = replicated::Request::Call { clerk: 0, command, at: None };
            self.drive_controller(Input::Requested(call), cx);
        }
    }

    /// The controller has told a configuration: who waits for another group goes on.
    fn learn(&mut self, reply: &Bytes, cx: Cx) {
        let Some(config) = config_from(reply) else { return };
        let known = self.config.as_ref().map(|it| it.number);
        if known.is_some_and(|known| known >= config.number) {
            return;
        }
        cx.notify(Notice::Learned { at: config.number });
        self.config = Some(config);
        let waiting = self.clerks.iter().filter_map(|(number, clerk)| {
            let current = clerk.current.as_ref().filter(|it| it.waits)?;
            let group = self.owner(&current.command);
            (group != NOBODY && group != current.group).then_some(*number as ClerkNumber)
        });
        for number in waiting.collect::<Vec<_>>() {
            self.ask(number, cx);
        }
    }

    fn owner(&self, command: &C::Command) -> Gid {
        let shard = C::shard_of(command, self.options.sharding);
        self.config.as_ref().map_or(NOBODY, |config| config.owner(shard))
    }

    // ── A call ─────────────────────────────────────────────────────────────

    fn call(&mut self, number: ClerkNumber, command: C::Command, at: Option<NodeId>, cx: Cx) {
        if number >= CLERKS_MAX {
            return;
        }
        let clerk = self.clerk(number);
        if clerk.queue.len() < QUEUE_MAX {
            clerk.queue.push_back((command, at));
        }
        if clerk.current.is_none() {
            self.begin_next(number, cx);
        }
    }

    fn begin_next(&mut self, number: ClerkNumber, cx: Cx) {
        let from = self.calls_from;
        let clerk = self.clerk(number);
        let Some((command, at)) = clerk.queue.pop_front() else { return };
        clerk.calls += 1;
        clerk.sequence += u64::from(!C::is_query(&command));
        let call = from + clerk.calls;
        let words = Bytes::from(command.to_text().as_str());
        let (turn, attempt) = (Turn::default(), 0);
        clerk.current = Some(Current {
            call,
            command,
            attempt,
            group: NOBODY,
            server: 0,
            waits: false,
            silences: 0,
            turn,
        });
        cx.notify(Notice::Group(replicated::Notice::Called {
            clerk: number,
            call,
            command: words,
        }));
        // A person may name the server that is asked first, whichever group it is in.
        if let Some((gid, place)) = at.and_then(|at| self.place(at)) {
            return self.ask_server(number, gid, place, cx);
        }
        self.ask(number, cx);
    }

    /// Asks the group that has the key's shard; waits where it knows none.
    fn ask(&mut self, number: ClerkNumber, cx: Cx) {
        let Some(current) = self.clerk(number).current.clone() else { return };
        let gid = self.owner(&current.command);
        if gid == NOBODY || gid > self.cast.groups.count {
            let current = self.clerk(number).current.as_mut().expect("it was there");
            (current.waits, current.group) = (true, NOBODY);
            cx.arm(Timer::Group(replicated::Timer::Retry(number)), self.options.replicated.retry);
            return self.ask_for_config(cx);
        }
        let place = match gid == current.group {
            true => current.server,
            false => self.leaders.get(&gid).copied().unwrap_or(number % self.group_size().max(1)),
        };
        self.ask_server(number, gid, place, cx);
    }

    fn ask_server(&mut self, number: ClerkNumber, gid: Gid, place: u32, cx: Cx) {
        let Some(server) = self.cast.members(gid).nth(place as usize) else { return };
        let retry = self.options.replicated.retry;
        let clerk = self.clerk(number);
        // The course's clerks draw their numbers.
        let session = *clerk.session.get_or_insert_with(|| cx.rng().next_u64() >> 24);
        let sequence = clerk.sequence;
        let Some(current) = &mut clerk.current else { return };
        if current.group != gid {
            (current.group, current.turn, current.silences) = (gid, Turn::default(), 0);
        }
        (current.server, current.waits) = (place, false);
        current.attempt += 1;
        let (call, attempt) = (current.call, current.attempt);
        let command = Bytes::from(current.command.to_text().as_str());
        let wants = match C::is_query(&current.command) {
            true => Wants::Query(command),
            false => Wants::Command { session, sequence, command },
        };
        let tried = replicated::Notice::Tried { clerk: number, call, at: server, attempt };
        cx.notify(Notice::Group(tried));
        let ask = replicated::Message::Ask(Ask { clerk: number, call, wants });
        cx.send_now(server, Message::Group(ask));
        cx.arm(Timer::Group(replicated::Timer::Retry(number)), retry);
    }

    /// Nothing was heard for too long, or it has waited long enough.
    fn ask_again(&mut self, number: ClerkNumber, cx: Cx) {
        let count = self.group_size();
        let Some(current) = &mut self.clerk(number).current else { return };
        if !std::mem::take(&mut current.waits) {
            current.server = current.turn.after_silence(current.server, count);
            current.silences += 1;
            // A whole group is silent: does another have the shard by now?
            if current.silences % count.max(1) == 0 {
                self.ask_for_config(cx);
            }
        }
        self.ask(number, cx);
    }

    fn take_answer(&mut self, from: NodeId, answer: Answer, cx: Cx) {
        let Answer { clerk: number, call, outcome } = answer;
        let Some((gid, place)) = self.place(from) else { return };
        let Some(clerk) = self.clerks.get_mut(&u64::from(number)) else { return };
        // An answer to a call that is over.
        let Some(current) = clerk.current.as_mut().filter(|it| it.call == call) else { return };
        let asked = (current.group, current.server) == (gid, place) && !current.waits;
        match outcome {
            Outcome::Reply(reply) => match Reply::<C::Reply>::from_text(&reply.text()) {
                Some(Reply::Of(reply)) => {
                    self.leaders.insert(gid, place);
                    let reply = Bytes::from(reply.to_text().as_str());
                    self.finish(number, Returned::Reply(reply), from, cx);
                }
                // An older question's answer, or one that says nothing.
                _ if !asked => {}
                _ => self.sent_to_another_group(number, from, cx),
            },
            Outcome::NotLeader { leader } if asked => self.sent_away(number, leader, cx),
            Outcome::NotLeader { .. } | Outcome::Session(_) => {}
            Outcome::SessionExpired => self.finish(number, Returned::Unknown, from, cx),
            Outcome::NotUnderstood => self.finish(number, Returned::Failed, from, cx),
        }
    }

    /// A group that does not have the shard says so, and the clerk asks the controller who has it now,
    /// and then that group, with the same number (4B).
    fn sent_to_another_group(&mut self, number: ClerkNumber, from: NodeId, cx: Cx) {
        let renumbers = self.has(Mutant::NewNumberAfterWrongGroup);
        let (back_off, count) = (self.options.replicated.back_off, self.group_size());
        let clerk = self.clerk(number);
        let Some(current) = &mut clerk.current else { return };
        current.waits = true;
        // Who was cut off from its group is of an older configuration for ever: if the shard is to
        // be here, another server may say so.
        current.server = current.turn.after_silence(current.server, count);
        let (call, is_query) = (current.call, C::is_query(&current.command));
        clerk.sequence += u64::from(renumbers && !is_query);
        cx.notify(Notice::WrongGroup { clerk: number, call, from });
        // It may be on its way there.
        cx.arm(Timer::Group(replicated::Timer::Retry(number)), back_off);
        self.ask_for_config(cx);
    }

    /// Asks who leads instead, or the next one; after a whole round of refusals it waits.
    fn sent_away(&mut self, number: ClerkNumber, leader: Option<NodeId>, cx: Cx) {
        let (back_off, count) = (self.options.replicated.back_off, self.group_size());
        let Some(current) = &mut self.clerk(number).current else { return };
        let gid = current.group;
        let hint = leader.filter(|it| it.group() == Some(gid)).map(|it| it.number() - 1);
        let (next, at_once) = current.turn.after_refusal(current.server, hint, count);
        current.server = next;
        if at_once {
            return self.ask(number, cx);
        }
        cx.arm(Timer::Group(replicated::Timer::Retry(number)), back_off);
        self.ask_for_config(cx);
    }

    fn finish(&mut self, number: ClerkNumber, returned: Returned, from: NodeId, cx: Cx) {
        let work = self.options.replicated.work;
        let clerk = self.clerk(number);
        let Some(Current { call, .. }) = clerk.current.take() else { return };
        self.answered += 1;
        cx.disarm(Timer::Group(replicated::Timer::Retry(number)));
        let returned = replicated::Notice::Returned { clerk: number, call, returned, from };
        cx.notify(Notice::Group(returned));
        let clerk = self.clerk(number);
        if !clerk.queue.is_empty() {
            return self.begin_next(number, cx);
        }
        if let Some(work) = work.filter(|work| number < work.clerks) {
            let after = cx.rng().between(work.think_min.micros(), work.think_max.micros());
            cx.arm(Timer::Group(replicated::Timer::Think(number)), Span::from_micros(after));
        }
    }
}

fn name_of(node: NodeId) -> Bytes {
    Bytes::from(node.to_string().as_str())
}
