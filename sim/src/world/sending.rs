//! Messages leave: their names, their fates, and the rules that stand.

use netsplit_core::id::NodeId;
use netsplit_core::machine::Mail as _;
use netsplit_core::time::{Span, Time};

use super::World;
use crate::choice::{EnvelopeId, RuleAction};
use crate::lab::{Lab, Message};
use crate::mail::Envelope;
use crate::queue::{Item, What};

/// Copies that standing rules make of one message at most, however many rules there are.
const COPIES_MOST: u8 = 100;

impl<L: Lab> World<L> {
    /// A message leaves a node.
    #[inline]
    pub(super) fn send(&mut self, from: NodeId, to: NodeId, message: &Message<L>, step: u64) {
        let reply = message.is_reply();
        self.traffic.sent += 1;
        let course = self.network.course.is_some();
        if course && !reply {
            self.traffic.asked += 1;
            self.traffic.bytes += message.bytes();
        }
        let dead = course && !reply && !self.node(to).is_up();
        let now = self.now;
        let bytes = || message.bytes();
        let (number, fate) = self.network.send((from, to), dead, reply, bytes, now.micros());
        let Some(fate) = fate else { return self.last.unsent.push((from, to)) };
        let to_incarnation = match self.answering {
            Some((asker, incarnation)) if reply && asker == to => incarnation,
            _ => self.nodes[to.index()].incarnation,
        };
        let from_incarnation = self.nodes[from.index()].incarnation;
        let cover = Envelope {
            id: EnvelopeId { from, to, number, copy: 0 },
            message: (),
            sent: now,
            arrives: now + fate.delay,
            sent_step: step,
            held: false,
            lost: fate.lost,
            from_incarnation,
            to_incarnation,
            seq: 0,
        };
        if self.rules.is_empty() && fate.duplicate.is_none() {
            self.post(cover.around(message.clone()));
        } else {
            self.post_by_rules(cover.around(message.clone()), fate.duplicate);
        }
    }

    /// Puts a message under way as the standing rules want it, and its
    /// duplicate, which takes so long.
    #[cold]
    fn post_by_rules(&mut self, mut envelope: Envelope<Message<L>>, duplicate: Option<Span>) {
        if !self.obey_rules(&mut envelope) {
            return;
        }
        let copy = duplicate.map(|delay| {
            let id = EnvelopeId { copy: 1, ..envelope.id };
            Envelope { id, arrives: self.now + delay, lost: false, ..envelope.clone() }
        });
        self.post(envelope);
        if let Some(copy) = copy {
            self.post(copy);
        }
    }

    /// Lets the standing rules change a message that is being sent. False when
    /// one of them loses it.
    pub(super) fn obey_rules(&mut self, envelope: &mut Envelope<Message<L>>) -> bool {
        let EnvelopeId { from, to, .. } = envelope.id;
        let kind = envelope.message.kind();
        let mut copies: u8 = 0;
        let mut stays = true;
        for (_, rule) in &mut self.rules {
            let catches = rule.from.is_none_or(|node| node == from)
                && rule.to.is_none_or(|node| node == to)
                && rule.kind.is_none_or(|other| other == kind);
            if !catches {
                continue;
            }
            match rule.action {
                RuleAction::Hold => (envelope.held, envelope.lost) = (true, false),
                RuleAction::Drop => stays = false,
                RuleAction::Delay(span) => envelope.arrives += span,
                RuleAction::Duplicate => copies = (copies + 1).min(COPIES_MOST),
            }
            rule.left = rule.left.map(|left| left - 1);
        }
        self.rules.retain(|(_, rule)| rule.left != Some(0));
        if stays {
            // Copies by rule are numbered from 2: 1 is the network's own.
            for copy in 2..2 + copies {
                let id = EnvelopeId { copy, ..envelope.id };
                self.post_copy(Envelope { id, ..envelope.clone() });
            }
        }
        stays
    }

    /// Puts one more of a message under way, which is rare.
    #[cold]
    pub(super) fn post_copy(&mut self, envelope: Envelope<Message<L>>) {
        self.post(envelope);
    }

    /// Puts a message under way.
    // Always in place, so that the envelope is made where it will lie: made
    // elsewhere it would be copied in other portions than it was just written,
    // and the processor waits for that.
    #[inline(always)]
    fn post(&mut self, mut envelope: Envelope<Message<L>>) {
        self.seq += 1;
        envelope.seq = self.seq;
        let (seq, at, held) = (self.seq, envelope.comes_up(self.now), envelope.held);
        let place = self.mail.put(envelope);
        self.last.left.push(place);
        if !held {
            self.queue.push(Item { at, seq, what: What::Mail(place) });
        }
    }

    /// Changes a message under way and queues it anew.
    pub(super) fn reschedule(
        &mut self,
        id: EnvelopeId,
        change: impl FnOnce(&mut Envelope<Message<L>>),
    ) {
        const FOUND: &str = "the choice was found possible";
        self.seq += 1;
        let (seq, now) = (self.seq, self.now);
        let place = self.mail.find(id).expect(FOUND);
        let envelope = self.mail.get_mut(place).expect(FOUND);
        change(envelope);
        envelope.seq = seq;
        let (at, held) = (envelope.comes_up(now), envelope.held);
        if !held {
            self.enqueue(Item { at, seq, what: What::Mail(place) });
        }
    }
}

impl<M> Envelope<M> {
    /// When something happens to it: it arrives, or is lost half-way there.
    #[inline]
    pub(super) fn comes_up(&self, now: Time) -> u64 {
        let (sent, arrives) = (self.sent.micros(), self.arrives.micros());
        let at = if self.lost { sent + (arrives - sent) / 2 } else { arrives };
        at.max(now.micros())
    }
}
