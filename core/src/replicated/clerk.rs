//! Clerks: the clients' side (6.1, 6.3). A clerk has one call at a time; it remembers who led, asks
//! the next server when it hears nothing, and keeps a command's number when it asks again.

use std::collections::VecDeque;
use std::marker::PhantomData;
use std::sync::Arc;

use crate::bytes::Bytes;
use crate::id::NodeId;
use crate::machine::{Context, Input, Machine};
use crate::table::Table;

use super::message::{
    Answer, Ask, Call, ClerkNumber, Message, Notice, Outcome, Replicated, Request, Returned, Timer,
    Wants,
};
use super::mutants::Mutant;
use super::options::{Kept, Options};
use super::service::{Service, bytes_of, word_of};
use super::sessions::SessionId;
use super::turn::Turn;

type Cx<'a, 'b> = &'a mut Context<'b, Replicated>;

/// Clerks that one node may have at most.
pub const CLERKS_MAX: u32 = 1_000_000;
/// Calls that wait at one clerk at most; further ones are not taken.
pub const QUEUE_MAX: usize = 10_000;

/// A client's node, with any number of clerks.
#[derive(Clone, Debug, PartialEq)]
pub struct Clients<S> {
    servers: Arc<[NodeId]>,
    options: Arc<Options>,
    clerks: Table<u64, Clerk>,
    /// Calls are counted from here: by the time of its start, so that an answer to a call of before
    /// a crash is not taken for one of after it.
    calls_from: Call,
    /// How many calls are over.
    answered: u64,
    service: PhantomData<S>,
}

/// One clerk.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Clerk {
    /// Its session, once it has one.
    pub session: Option<SessionId>,
    /// The number of its last command.
    pub sequence: u64,
    /// How many calls it has made.
    pub calls: u64,
    /// The place of the server that it asks first.
    pub server: u32,
    /// What it is doing.
    pub current: Option<Current>,
    /// What it will do then, and whom it asks first for it.
    queue: VecDeque<(Bytes, Option<NodeId>)>,
}

impl Clerk {
    /// How many calls wait for the one under way.
    pub fn queued(&self) -> usize {
        self.queue.len()
    }
}

/// A call under way.
#[derive(Clone, Debug, PartialEq)]
pub struct Current {
    /// Its number.
    pub call: Call,
    /// The words.
    pub command: Bytes,
    /// How often it has asked.
    pub attempt: u32,
    /// Whom it asks next.
    turn: Turn,
}

impl<S: Service> Clients<S> {
    /// A client of these servers, at the start and after a crash, which it does not survive: its
    /// clerks are new ones.
    pub fn boot(servers: &[NodeId], options: &Options) -> Clients<S> {
        Clients {
            servers: servers.into(),
            options: Arc::new(options.clone()),
            clerks: Table::default(),
            calls_from: 0,
            answered: 0,
            service: PhantomData,
        }
    }

    /// Its clerks, by number.
    pub fn clerks(&self) -> impl Iterator<Item = (ClerkNumber, &Clerk)> {
        self.clerks.iter().map(|(number, clerk)| (*number as ClerkNumber, clerk))
    }

    /// How many clerks it has.
    pub fn clerk_count(&self) -> u64 {
        self.clerks.len()
    }

    /// Whether a clerk is in this call.
    pub fn waits_for(&self, clerk: ClerkNumber, call: Call) -> bool {
        let clerk = self.clerks.get(&u64::from(clerk));
        clerk.and_then(|it| it.current.as_ref()).is_some_and(|it| it.call == call)
    }

    /// How many of their calls are over.
    pub fn answered(&self) -> u64 {
        self.answered
    }

    /// The server in a place, as clerks remember them.
    pub fn server(&self, place: u32) -> Option<NodeId> {
        self.servers.get(place as usize).copied()
    }

    /// What it was told at its start.
    pub fn options(&self) -> &Options {
        &self.options
    }

    fn has(&self, mutant: Mutant) -> bool {
        self.options.mutants.has(mutant)
    }

    fn clerk(&mut self, number: ClerkNumber) -> &mut Clerk {
        let key = u64::from(number);
        if self.clerks.get(&key).is_none() {
            // Spread over the servers: nobody knows yet who leads.
            let server = number % self.servers.len().max(1) as u32;
            self.clerks.insert(key, Clerk { server, ..Clerk::default() });
        }
        self.clerks.get_mut(&key).expect("it is there now")
    }
}

impl<S: Service> Machine<Replicated> for Clients<S> {
    fn handle(&mut self, input: Input<Replicated>, cx: &mut Context<'_, Replicated>) {
        match input {
            Input::Started => self.start(cx),
            Input::Received { from, message: Message::Answer(answer) } => {
                self.take_answer(from, answer, cx);
            }
            Input::Fired(Timer::Retry(clerk)) => self.ask_again(clerk, cx),
            Input::Fired(Timer::Think(clerk)) => self.call_of_workload(clerk, cx),
            Input::Requested(Request::Call { clerk, command, at }) => {
                self.call(clerk, command, at, cx);
            }
            Input::Requested(Request::Close { clerk }) => self.close(clerk, cx),
            // A server's.
            Input::Received { .. } | Input::Fired(_) | Input::Requested(_) | Input::Durable(_) => {}
        }
    }
}

impl<S: Service> Clients<S> {
    fn start(&mut self, cx: Cx) {
        self.calls_from = cx.now().micros();
        let Some(work) = self.options.work else { return };
        for clerk in 0..work.clerks {
            let after = cx.rng().between(work.think_min.micros(), work.think_max.micros());
            cx.arm(Timer::Think(clerk), crate::time::Span::from_micros(after));
        }
    }

    /// The next call that chance has for a clerk.
    fn call_of_workload(&mut self, clerk: ClerkNumber, cx: Cx) {
        let Some(work) = self.options.work else { return };
        let number = self.clerk(clerk).calls;
        if number >= work.most {
            return;
        }
        let me = u64::from(cx.me().number());
        if let Some(command) = S::draw(&work, me, clerk, number, cx.rng()) {
            self.call(clerk, bytes_of(&command), None, cx);
        }
    }

    fn call(&mut self, number: ClerkNumber, command: Bytes, at: Option<NodeId>, cx: Cx) {
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
        let (from, servers) = (self.calls_from, Arc::clone(&self.servers));
        let waits = self.has(Mutant::WaitsBeforeEach);
        let retry = self.options.retry;
        let clerk = self.clerk(number);
        let Some((command, at)) = clerk.queue.pop_front() else { return };
        if let Some(place) = at.and_then(|at| servers.iter().position(|&server| server == at)) {
            clerk.server = place as u32;
        }
        clerk.calls += 1;
        clerk.sequence += u64::from(!is_query::<S>(&command));
        let call = from + clerk.calls;
        clerk.current =
            Some(Current { call, command: command.clone(), attempt: 0, turn: Turn::default() });
        cx.notify(Notice::Called { clerk: number, call, command });
        if waits {
            return cx.arm(Timer::Retry(number), retry);
        }
        self.ask(number, cx);
    }

    /// Asks the server it thinks of, and waits for so long.
    fn ask(&mut self, number: ClerkNumber, cx: Cx) {
        let options = Arc::clone(&self.options);
        let servers = Arc::clone(&self.servers);
        let collide = self.has(Mutant::NumbersCollide);
        let clerk = self.clerk(number);
        let Some(current) = &mut clerk.current else { return };
        current.attempt += 1;
        let (call, attempt) = (current.call, current.attempt);
        let command = current.command.clone();
        let session = match options.sessions {
            Kept::Opened { .. } => clerk.session,
            // "nrand()": the course's clerks draw theirs.
            Kept::Chosen if collide => Some(7),
            Kept::Chosen | Kept::ByService => {
                Some(clerk.session.unwrap_or_else(|| cx.rng().next_u64() >> 24))
            }
            Kept::None => Some(0),
        };
        clerk.session = session;
        let wants = match session {
            _ if is_query::<S>(&command) => Wants::Query(command),
            None => Wants::Session,
            Some(0) => {
                Wants::Command { session: 0, sequence: own_number(cx.me(), number, call), command }
            }
            Some(session) => Wants::Command { session, sequence: clerk.sequence, command },
        };
        let Some(&at) = servers.get(clerk.server as usize) else { return };
        cx.notify(Notice::Tried { clerk: number, call, at, attempt });
        cx.send_now(at, Message::Ask(Ask { clerk: number, call, wants }));
        cx.arm(Timer::Retry(number), options.retry);
    }

    /// Nothing was heard for too long, or it has waited long enough.
    fn ask_again(&mut self, number: ClerkNumber, cx: Cx) {
        let servers = self.servers.len() as u32;
        let silence_is_done = self.has(Mutant::SilenceIsDone);
        let (stays, renumbers) =
            (self.has(Mutant::NeverAnother), self.has(Mutant::NewNumberOnRetry));
        let clerk = self.clerk(number);
        let Some(current) = &mut clerk.current else { return };
        let asked = current.attempt > 0;
        if silence_is_done && asked {
            let place = clerk.server as usize;
            let at = self.servers[place];
            return self.finish(number, Returned::Reply(Bytes::EMPTY), at, cx);
        }
        if asked && !stays {
            clerk.server = current.turn.after_silence(clerk.server, servers);
        }
        if renumbers && asked && clerk.session.is_some() {
            clerk.sequence += 1;
        }
        self.ask(number, cx);
    }

    fn take_answer(&mut self, from: NodeId, answer: Answer, cx: Cx) {
        let Answer { clerk: number, call, outcome } = answer;
        let servers = Arc::clone(&self.servers);
        let without = self.options.sessions == Kept::None;
        let key = u64::from(number);
        let Some(clerk) = self.clerks.get_mut(&key) else { return };
        // An answer to a call that is over, or to a question that was asked twice.
        let Some(current) = clerk.current.as_mut().filter(|it| it.call == call) else { return };
        // A query is answered by what is so, however often it is asked.
        let again = current.attempt > 1 && !is_query::<S>(&current.command);
        let place = servers.iter().position(|&server| server == from);
        match outcome {
            Outcome::Session(session) => {
                if clerk.session.is_none() {
                    clerk.session = Some(session);
                    clerk.sequence = 1;
                    current.attempt -= 1;
                    clerk.server = place.map_or(clerk.server, |place| place as u32);
                    self.ask(number, cx);
                }
            }
            Outcome::Reply(reply) => {
                clerk.server = place.map_or(clerk.server, |place| place as u32);
                // Without a session nobody knows which of the attempts it answers.
                let reply = match word_of::<S::Reply>(&reply).filter(|_| without && again) {
                    Some(reply) => bytes_of(&S::after_retry(reply)),
                    None => reply,
                };
                self.finish(number, Returned::Reply(reply), from, cx);
            }
            Outcome::NotLeader { leader } => self.sent_away(number, from, leader, cx),
            Outcome::SessionExpired => {
                clerk.session = None;
                self.finish(number, Returned::Unknown, from, cx);
            }
            Outcome::NotUnderstood => self.finish(number, Returned::Failed, from, cx),
        }
    }

    /// Asks who leads instead, or the next one; after a whole round of refusals it waits.
    fn sent_away(&mut self, number: ClerkNumber, from: NodeId, leader: Option<NodeId>, cx: Cx) {
        let (back_off, servers) = (self.options.back_off, Arc::clone(&self.servers));
        let stays = self.has(Mutant::NeverAnother);
        let clerk = self.clerk(number);
        // Only the one that was asked last sends it on: others answered an older question.
        if servers.get(clerk.server as usize) != Some(&from) || stays {
            return;
        }
        let count = servers.len() as u32;
        let Some(current) = &mut clerk.current else { return };
        let hint = leader.and_then(|leader| servers.iter().position(|&it| it == leader));
        let hint = hint.map(|place| place as u32);
        let (next, at_once) = current.turn.after_refusal(clerk.server, hint, count);
        clerk.server = next;
        if !at_once {
            return cx.arm(Timer::Retry(number), back_off);
        }
        self.ask(number, cx);
    }

    fn finish(&mut self, number: ClerkNumber, returned: Returned, from: NodeId, cx: Cx) {
        let work = self.options.work;
        let clerk = self.clerk(number);
        let Some(Current { call, .. }) = clerk.current.take() else { return };
        self.answered += 1;
        cx.disarm(Timer::Retry(number));
        cx.notify(Notice::Returned { clerk: number, call, returned, from });
        if self.clerk(number).queued() > 0 {
            return self.begin_next(number, cx);
        }
        if let Some(work) = work.filter(|work| number < work.clerks) {
            let after = cx.rng().between(work.think_min.micros(), work.think_max.micros());
            cx.arm(Timer::Think(number), crate::time::Span::from_micros(after));
        }
    }

    /// The clerk has all its answers and asks no more: its session may go.
    fn close(&mut self, number: ClerkNumber, cx: Cx) {
        let servers = Arc::clone(&self.servers);
        let clerk = self.clerk(number);
        if clerk.current.is_some() {
            return;
        }
        if let Some(session) = clerk.session.take()
            && let Some(&at) = servers.get(clerk.server as usize)
        {
            let wants = Wants::NoMore(session);
            cx.send_now(at, Message::Ask(Ask { clerk: number, call: 0, wants }));
        }
        self.clerks.remove(&u64::from(number));
    }
}

/// Whether a command is known to change nothing.
fn is_query<S: Service>(command: &Bytes) -> bool {
    word_of::<S::Command>(command).is_some_and(|command| S::is_query(&command))
}

/// What tells a command without a session from all others.
fn own_number(me: NodeId, clerk: ClerkNumber, call: Call) -> u64 {
    u64::from(me.number()) << 52 ^ u64::from(clerk) << 32 ^ call
}
