//! A server: a peer of Raft and the service above it. Its state, and what it does with each input.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::bytes::Bytes;
use crate::id::NodeId;
use crate::machine::{Context, Input, Machine};
use crate::pieces::Pieces;
use crate::raft::disk::Disk;
use crate::raft::message::{self as raft, Index, Raft};
use crate::raft::peer::Peer;
use crate::raft::reason::Reason;
use crate::raft::role::RoleName;

use super::entry::Entry;
use super::message::{Message, Notice, OfPeer, Replicated, Request, Timer};
use super::mutants::Mutant;
use super::options::Options;
use super::proposing::Waiter;
use super::reading::Reads;
use super::service::Service;
use super::sessions::Sessions;

/// A context of a server.
pub(super) type Cx<'a, 'b> = &'a mut Context<'b, Replicated>;

/// A server of a replicated service.
#[derive(Clone, Debug, PartialEq)]
pub struct Server<S> {
    pub(super) me: NodeId,
    pub(super) options: Arc<Options>,
    /// Keeps the log.
    pub(super) raft: Peer,

    // What every server has the same of, once it has applied as much.
    pub(super) service: S,
    pub(super) sessions: Sessions,
    /// Up to where both have been brought.
    pub(super) applied: Index,
    /// The service before the first command.
    pub(super) start: Arc<S>,

    /// Every reply that was ever given, under the mistake that keeps them.
    pub(super) all_replies: Pieces<Bytes>,

    // What is lost in a crash, and may be: clerks ask again.
    /// Who waits for the entry at an index, while this server leads.
    pub(super) waiting: BTreeMap<Index, Waiter>,
    pub(super) reads: Reads,
    /// It has handed over, or will: no more questions.
    pub(super) stops: bool,
    /// It leads a new term, and owes the log the entry with which that begins (6.4).
    owes_entry: bool,
}

impl<S: Service> Server<S> {
    /// Makes a server from its disk, at the start and after a crash; `service` is as before the first
    /// command.
    ///
    /// # Panics
    /// As [`Peer::boot`].
    pub fn boot(
        me: NodeId,
        servers: &[NodeId],
        options: &Options,
        service: S,
        disk: &Disk,
    ) -> Server<S> {
        Server {
            me,
            options: Arc::new(options.clone()),
            raft: Peer::boot(me, servers, &options.raft, disk),
            start: Arc::new(service.clone()),
            service,
            sessions: Sessions::default(),
            applied: 0,
            all_replies: Pieces::new(),
            waiting: BTreeMap::new(),
            reads: Reads::new(options.reading),
            stops: false,
            owes_entry: false,
        }
    }

    /// Its peer.
    pub fn raft(&self) -> &Peer {
        &self.raft
    }

    /// The service's state.
    pub fn service(&self) -> &S {
        &self.service
    }

    /// The service's state, to be changed behind the log's back: a mistake, and only ever made as one.
    pub fn service_mut(&mut self) -> &mut S {
        &mut self.service
    }

    /// The sessions it knows.
    pub fn sessions(&self) -> &Sessions {
        &self.sessions
    }

    /// Up to where it has applied the log.
    pub fn applied(&self) -> Index {
        self.applied
    }

    /// How it answers queries, and which it has not answered yet.
    pub fn reads(&self) -> &Reads {
        &self.reads
    }

    /// Who waits for which entry.
    pub fn waiting(&self) -> impl Iterator<Item = (Index, &Waiter)> {
        self.waiting.iter().map(|(index, waiter)| (*index, waiter))
    }

    /// Bytes that it keeps beside the log: the service's state, and the sessions.
    pub fn bytes(&self) -> u64 {
        let kept = self.all_replies.iter().map(|reply| 8 + reply.len() as u64).sum::<u64>();
        self.service.bytes() + self.sessions.bytes() + kept
    }

    /// What it was told at its start.
    pub fn options(&self) -> &Options {
        &self.options
    }

    pub(super) fn has(&self, mutant: Mutant) -> bool {
        self.options.mutants.has(mutant)
    }

    /// Whether it leads, as far as it knows.
    pub fn leads(&self) -> bool {
        self.raft.role().name() == RoleName::Leader
    }
}

impl<S: Service> Machine<Replicated> for Server<S> {
    fn handle(&mut self, input: Input<Replicated>, cx: &mut Context<'_, Replicated>) {
        match input {
            Input::Started => {
                self.reads.start(cx.now());
                self.drive(Input::Started, cx);
            }
            Input::Received { from, message } => self.receive(from, message, cx),
            Input::Fired(Timer::Raft(timer)) => self.drive(Input::Fired(timer), cx),
            Input::Fired(Timer::Round) => self.round_is_due(cx),
            // A clerk's.
            Input::Fired(Timer::Retry(_) | Timer::Think(_)) => {}
            Input::Durable(number) => self.drive(Input::Durable(number), cx),
            Input::Requested(Request::Transfer(to)) => self.transfer(to, cx),
            Input::Requested(Request::Stop) => self.stop(cx),
            Input::Requested(Request::Read(reading)) => self.read_by(reading, cx),
            Input::Requested(Request::Snapshot) => self.take_snapshot(cx),
            Input::Requested(Request::Propose(command)) => {
                self.propose(&Entry::Own(command), cx);
            }
            Input::Requested(Request::Call { .. } | Request::Close { .. }) => {}
        }
        if std::mem::take(&mut self.owes_entry) {
            self.propose(&Entry::Nothing, cx);
        }
        self.trim_log(cx);
    }
}

impl<S: Service> Server<S> {
    fn receive(&mut self, from: NodeId, message: Message, cx: Cx) {
        match message {
            Message::Raft(message) => self.drive(Input::Received { from, message }, cx),
            Message::Ask(ask) => self.answer_ask(from, ask, cx),
            Message::ReadIndex { number } => self.answer_read_index(from, number, cx),
            Message::ReadIndexReply { number, index } => self.note_read_index(number, index, cx),
            // A clerk's.
            Message::Answer(_) => {}
        }
    }

    /// Lets its peer handle something, and learns from what that tells. Returns where a command was
    /// taken into the log, if one was.
    pub(super) fn drive_for(&mut self, input: Input<Raft>, cx: Cx) -> Option<Index> {
        let mut proposed = None;
        for notice in cx.embed(&mut self.raft, input, &OfPeer) {
            if let raft::Notice::Proposed { index, .. } = notice {
                proposed = Some(index);
            }
            cx.notify(Notice::Raft(notice.clone()));
            self.learn(notice, cx);
        }
        proposed
    }

    pub(super) fn drive(&mut self, input: Input<Raft>, cx: Cx) {
        self.drive_for(input, cx);
    }

    fn learn(&mut self, notice: raft::Notice, cx: Cx) {
        match notice {
            raft::Notice::Committed { index, entry } => self.apply(index, &entry.command, cx),
            raft::Notice::Restored { index, data, .. } => self.restore(index, &data, cx),
            raft::Notice::Became { role: RoleName::Leader, .. } => self.become_leader(cx),
            raft::Notice::Became { .. } => self.stop_leading(cx),
            raft::Notice::Confirmed { round } => self.note_confirmed(round, cx),
            raft::Notice::Because(Reason::TransferFailed { to }) if self.stops => {
                self.hand_on(Some(to), cx);
            }
            _ => {}
        }
    }

    /// A term begins with an entry that does nothing: once it is committed, the leader knows how far
    /// the log is (6.4).
    fn become_leader(&mut self, cx: Cx) {
        self.release_all(cx);
        if !self.has(Mutant::NoOwnEntry) {
            self.owes_entry = true;
        }
        self.begin_lease(cx);
        if self.stops {
            // Elected all the same: another is to lead.
            self.hand_on(None, cx);
        }
    }

    fn stop_leading(&mut self, cx: Cx) {
        self.release_all(cx);
        self.forget_reads(cx);
        self.owes_entry = false;
        if self.stops {
            cx.notify(Notice::Stopped);
        }
    }
}
