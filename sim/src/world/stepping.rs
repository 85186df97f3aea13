//! A node is run: it starts, gets its input, and what it asked for is carried
//! out; its disk, and its queue while it is paused.

use std::rc::Rc;

use netsplit_core::id::NodeId;
use netsplit_core::machine::{Context, Disk, Effect, Input, Machine, Mail as _};
use netsplit_core::rng::Rng;
use netsplit_core::time::{Span, Time};

use super::{Outcome, World, unshared};
use crate::choice::EnvelopeId;
use crate::lab::{Durable, Lab};
use crate::node::{Pending, Queued, Waiting};
use crate::queue::What;

impl<L: Lab> World<L> {
    pub(super) fn start(&mut self, node: NodeId) {
        let (options, seed) = (Rc::clone(&self.options), self.options.seed);
        let cast = self.cast();
        let it = self.node_mut(node);
        it.incarnation += 1;
        it.saves = 0;
        it.told = 0;
        let own = Rng::new(seed).split((node.index() as u64 + 1) << 32 | u64::from(it.incarnation));
        it.rng = own;
        it.machine = Some(L::boot(node, cast, &options.lab, &it.disk));
        self.feed(node, Input::Started);
    }

    /// A message arrives by hand, which is rare.
    #[cold]
    pub(super) fn deliver_by_hand(&mut self, place: u32) {
        self.deliver(place);
    }

    /// The message at a place of the mail arrives.
    // Of its envelope only what is needed is looked at, and only the message is
    // moved.
    #[inline(always)] // as for `post`
    pub(super) fn deliver(&mut self, place: u32) {
        const LIVE: &str = "who delivers it has found it";
        let envelope = self.mail.get(place).expect(LIVE);
        let EnvelopeId { from, to, .. } = envelope.id;
        let (from_incarnation, to_incarnation) =
            (envelope.from_incarnation, envelope.to_incarnation);
        let message = self.mail.take(place).expect(LIVE).message;
        let outcome = if self.network.course.is_some() {
            let receiver = self.node(to);
            let sender = self.node(from);
            // A call ends with its caller and with its callee; an ask on its way
            // survives its sender, its reply does not.
            let callee_is_gone =
                message.is_reply() && (!sender.is_up() || sender.incarnation != from_incarnation);
            if !receiver.is_up() {
                Outcome::LostToCrash
            } else if receiver.incarnation != to_incarnation || callee_is_gone {
                Outcome::LostToRestart
            } else {
                Outcome::Done
            }
        } else if self.network.is_cut(from, to) {
            Outcome::LostToCut
        } else if !self.node(to).is_up() {
            Outcome::LostToCrash
        } else {
            Outcome::Done
        };
        if outcome != Outcome::Done {
            self.last.outcome = outcome;
            return;
        }
        self.traffic.delivered += 1;
        if message.is_reply() {
            self.traffic.bytes += message.bytes();
        } else {
            self.traffic.handled[to.index()] += 1;
        }
        self.answering = Some((from, from_incarnation));
        self.feed(to, Input::Received { from, message });
        self.answering = None;
    }

    /// Gives a node an input, or queues it while the node is not run.
    #[inline(always)] // as for `post`
    pub(super) fn feed(&mut self, node: NodeId, input: Input<L::Protocol>) {
        let it = &self.nodes[node.index()];
        if it.paused || !it.backlog.is_empty() {
            self.put_in_backlog(node, input);
        } else {
            self.run(node, input);
        }
    }

    #[cold]
    fn put_in_backlog(&mut self, node: NodeId, input: Input<L::Protocol>) {
        let cause = self.last.cause;
        self.node_mut(node).backlog.push_back(Queued { input, cause });
        self.last.outcome = Outcome::Queued;
    }

    /// Runs a node's machine on one input and carries out its effects; then, as
    /// long as its disk takes no time, tells it that its saves are durable.
    #[inline]
    pub(super) fn run(&mut self, node: NodeId, input: Input<L::Protocol>) {
        self.last.node = Some(node);
        let mut effects = std::mem::take(&mut self.last.effects);
        let mut durable = self.handle(node, input, &mut effects);
        while durable {
            let told = self.node(node).told;
            durable = self.handle(node, Input::Durable(told), &mut effects);
        }
        self.last.effects = effects;
    }

    /// Runs a node's machine once. True as for its effects.
    #[inline]
    fn handle(
        &mut self,
        node: NodeId,
        input: Input<L::Protocol>,
        effects: &mut Vec<Effect<L::Protocol>>,
    ) -> bool {
        let first = effects.len();
        let it = unshared(&mut self.nodes[node.index()]);
        let Some(machine) = &mut it.machine else { return false };
        let now = it.clock.local(self.now);
        machine.handle(input, &mut Context::new(now, node, &mut it.rng, &mut it.saves, effects));
        self.carry_out_effects(node, &effects[first..])
    }

    /// Carries out what a node asked for, in order. True when saves became
    /// durable, or were said to be, with this very step.
    pub(super) fn carry_out_effects(
        &mut self,
        node: NodeId,
        effects: &[Effect<L::Protocol>],
    ) -> bool {
        let mut durable = false;
        for effect in effects {
            match effect {
                Effect::Send { to, message, at_once } => {
                    let it = &self.nodes[node.index()];
                    // Effects are in order, so the newest pending save is the
                    // last one recorded before this message.
                    let after = it.pending.back().map_or(0, |save| save.number);
                    if *at_once || after <= it.told {
                        self.send(node, *to, message, self.steps);
                    } else {
                        let (to, message, step) = (*to, message.clone(), self.steps);
                        let waiting = Waiting { after, to, message, step };
                        self.node_mut(node).waiting.push_back(waiting);
                    }
                }
                Effect::Save { number, change } => {
                    durable |= self.save(node, *number, change);
                }
                Effect::Arm { timer, after } => {
                    let now = self.now;
                    let pure = self.node(node).clock.pure(now).saturating_add(after.micros());
                    self.arm(node, *timer, pure);
                }
                Effect::Disarm(timer) => {
                    self.node_mut(node).timers.retain(|armed| armed.timer != *timer);
                }
                Effect::Work { resource, amount, timer } => {
                    let now = self.now.micros();
                    let it = self.node_mut(node);
                    let takes = it.speed.takes(*resource, *amount);
                    let span = it.busy.put(*resource, takes, now) - now;
                    // A clock that is slow slows no work: the end is as many of its microseconds
                    // away as will have passed.
                    let pure = it.clock.pure(Time::from_micros(now + span));
                    self.arm(node, *timer, pure);
                }
                Effect::Notify(_) => {}
            }
        }
        durable
    }

    /// Takes a save. True when the machine may be told at once that it is
    /// durable.
    pub(super) fn save(&mut self, node: NodeId, number: u64, change: &Durable<L>) -> bool {
        let now = self.now.micros();
        let it = unshared(&mut self.nodes[node.index()]);
        let at_once = it.save_takes == Span::ZERO && !it.stalled && it.pending.is_empty();
        if at_once {
            it.disk.write(change);
            it.told = number;
            self.last.disk_changed = true;
            return true;
        }
        let last = it.pending.back().map_or(0, |save| save.at);
        let at = (now + it.save_takes.micros()).max(last);
        let told = it.lies && it.told + 1 == number;
        if told {
            it.told = number;
        }
        it.pending.push_back(Pending { number, change: change.clone(), at, seq: 0 });
        if it.pending.len() == 1 {
            self.schedule_disk(node);
        }
        told
    }

    /// Schedules the oldest pending save, unless the disk is stalled.
    pub(super) fn schedule_disk(&mut self, node: NodeId) {
        let now = self.now.micros();
        let it = self.node(node);
        let Some(first) = it.pending.front().filter(|_| !it.stalled) else { return };
        let seq = self.schedule(first.at.max(now), What::Disk(node.index() as u16));
        let it = self.node_mut(node);
        it.pending.front_mut().expect("it was there just now").seq = seq;
    }

    /// The oldest pending saves become durable: all that were to be at the same
    /// time. What waited for them leaves, and the machine is told.
    pub(super) fn persist(&mut self, node: NodeId) {
        let it = self.node_mut(node);
        let Some(at) = it.pending.front().map(|save| save.at) else { return };
        let before = it.told;
        while let Some(save) = it.pending.pop_front_if(|save| save.at == at) {
            it.disk.write(&save.change);
            it.told = it.told.max(save.number);
        }
        let told = it.told;
        self.last.disk_changed = true;
        while let Some(waiting) =
            self.node_mut(node).waiting.pop_front_if(|waiting| waiting.after <= told)
        {
            self.last.cause = waiting.step;
            self.send(node, waiting.to, &waiting.message, waiting.step);
        }
        self.schedule_disk(node);
        if told > before && self.node(node).is_up() {
            self.feed(node, Input::Durable(told));
        }
    }

    pub(super) fn schedule_hand_over(&mut self, node: NodeId) {
        if self.node(node).backlog.is_empty() {
            return;
        }
        let seq = self.schedule(self.now.micros(), What::HandOver(node.index() as u16));
        self.node_mut(node).hand_over_seq = seq;
    }

    /// A resumed node takes the oldest thing that came while it was paused.
    pub(super) fn hand_over(&mut self, node: NodeId) {
        let it = self.node_mut(node);
        it.hand_over_seq = 0;
        let Some(queued) = it.backlog.pop_front() else { return };
        self.last.cause = queued.cause;
        self.run(node, queued.input);
        self.schedule_hand_over(node);
    }
}
