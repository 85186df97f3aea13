//! Choices applied by hand: whether each is possible now, and what it does.

use netsplit_core::id::NodeId;
use netsplit_core::machine::{Alarm, Input, Mail as _};

use super::World;
use crate::choice::{Choice, Dial, EnvelopeId, NotEnabled};
use crate::lab::{DiskOf, Lab, Message};
use crate::mail::Envelope;

impl<L: Lab> World<L> {
    /// Applies a choice at the present moment, whether it is due or not.
    ///
    /// # Errors
    /// When it is not possible now; then nothing has changed.
    pub fn apply(&mut self, choice: Choice) -> Result<(), NotEnabled> {
        if let Some((at, due)) = self.due()
            && at == self.now
            && due == choice
        {
            // By hand or by itself: what is due now is the same step.
            self.step();
            return Ok(());
        }
        self.check(&choice)?;
        self.begin(choice.clone(), 0);
        self.carry_out(choice);
        self.end();
        Ok(())
    }

    /// Whether a choice is possible now.
    pub(super) fn check(&self, choice: &Choice) -> Result<(), NotEnabled> {
        let exists = |node: NodeId| {
            let known = self.cast().has(node);
            if known { Ok(self.node(node)) } else { Err(NotEnabled::NoNode(node)) }
        };
        let up = |node: NodeId| {
            let found = exists(node)?;
            if found.is_up() { Ok(found) } else { Err(NotEnabled::Down(node)) }
        };
        let mail = |id: EnvelopeId| {
            exists(id.from)?;
            exists(id.to)?;
            self.envelope(id).ok_or(NotEnabled::NoEnvelope(id))
        };
        let timer = |node: NodeId, code: u32| {
            let armed = up(node)?.timers.iter().any(|armed| armed.timer.code() == code);
            if armed { Ok(()) } else { Err(NotEnabled::NoTimer(node, code)) }
        };
        let must = |holds: bool, otherwise: NotEnabled| if holds { Ok(()) } else { Err(otherwise) };
        match *choice {
            Choice::Deliver(id) | Choice::Drop(id) | Choice::Delay(id, _) => mail(id).map(|_| ()),
            Choice::Duplicate(id) => {
                let taken = |copy| self.mail.find(EnvelopeId { copy, ..id }).is_some();
                mail(id)?;
                must(!(0..=u8::MAX).all(taken), NotEnabled::OutOfRange)
            }
            Choice::Hold(id) => must(!mail(id)?.held, NotEnabled::Already),
            Choice::Release(id) => must(mail(id)?.held, NotEnabled::NotSo),
            Choice::Fire(node, code) | Choice::PutOff(node, code, _) => timer(node, code),
            Choice::Persist(node) => must(!exists(node)?.pending.is_empty(), NotEnabled::NotSo),
            Choice::Stall(node) => must(!exists(node)?.stalled, NotEnabled::Already),
            Choice::Unstall(node) => must(exists(node)?.stalled, NotEnabled::NotSo),
            Choice::Lie(node, lies) => must(exists(node)?.lies != lies, NotEnabled::Already),
            Choice::Wipe(node) => exists(node).map(|_| ()),
            Choice::Crash { node, kept, torn } => {
                let mut copy = up(node)?.clone();
                must(copy.crash(kept, torn), NotEnabled::OutOfRange)
            }
            Choice::Restart(node) => must(!exists(node)?.is_up(), NotEnabled::Up(node)),
            Choice::Pause(node) => must(!up(node)?.paused, NotEnabled::Already),
            Choice::Resume(node) => must(up(node)?.paused, NotEnabled::NotSo),
            Choice::HandOver(node) => {
                let node = up(node)?;
                must(!node.paused && !node.backlog.is_empty(), NotEnabled::NotSo)
            }
            Choice::Clock(node, rate) => {
                let mut clock = exists(node)?.clock.clone();
                must(clock.set_rate(rate, self.now), NotEnabled::OutOfRange)
            }
            Choice::Offset(node, _) => exists(node).map(|_| ()),
            Choice::Cut(from, to) | Choice::Mend(from, to) => {
                exists(from)?;
                exists(to)?;
                let cut = matches!(choice, Choice::Cut(..));
                let otherwise = if cut { NotEnabled::Already } else { NotEnabled::NotSo };
                must(self.network.is_cut(from, to) != cut, otherwise)
            }
            Choice::Rule(ref rule) => {
                rule.from.map_or(Ok(()), |node| exists(node).map(|_| ()))?;
                rule.to.map_or(Ok(()), |node| exists(node).map(|_| ()))?;
                let kinds = Message::<L>::KINDS.len();
                let known = rule.kind.is_none_or(|kind| usize::from(kind) < kinds);
                must(known && rule.left != Some(0), NotEnabled::OutOfRange)
            }
            Choice::Unrule(id) => {
                must(self.rules.iter().any(|(other, _)| *other == id), NotEnabled::NoRule(id))
            }
            Choice::Tune(ref dial) => dial.check(self.cast()),
            Choice::Request(node, ref words) => {
                up(node)?;
                let can = |request| L::can_be_asked(node, &request);
                must(L::request(words).is_some_and(can), NotEnabled::Request)
            }
        }
    }

    /// Carries out a choice that was found possible.
    pub(super) fn carry_out(&mut self, choice: Choice) {
        const FOUND: &str = "the choice was found possible";
        match choice {
            Choice::Deliver(id) => {
                let place = self.mail.find(id).expect(FOUND);
                self.last.cause = self.mail.get(place).expect(FOUND).sent_step;
                self.deliver_by_hand(place);
            }
            Choice::Drop(id) => {
                let place = self.mail.find(id).expect(FOUND);
                self.last.cause = self.mail.take(place).expect(FOUND).sent_step;
            }
            Choice::Duplicate(id) => {
                let original = self.envelope(id).expect(FOUND).clone();
                let free = |&copy: &u8| self.mail.find(EnvelopeId { copy, ..id }).is_none();
                let copy = (0..=u8::MAX).find(free).expect(FOUND);
                self.post_copy(Envelope { id: EnvelopeId { copy, ..id }, ..original });
            }
            // A hand on a message also saves it from being lost on its way.
            Choice::Hold(id) => self.reschedule(id, |envelope| {
                (envelope.held, envelope.lost) = (true, false);
            }),
            Choice::Release(id) => self.reschedule(id, |envelope| envelope.held = false),
            Choice::Delay(id, span) => self.reschedule(id, |envelope| envelope.arrives += span),
            Choice::Fire(node, code) => {
                let timers = &mut self.node_mut(node).timers;
                let place = timers.iter().position(|armed| armed.timer.code() == code);
                let armed = timers.swap_remove(place.expect(FOUND));
                self.last.cause = armed.step;
                self.feed(node, Input::Fired(armed.timer));
            }
            Choice::PutOff(node, code, by) => {
                let mut timers = self.nodes[node.index()].timers.iter();
                let armed = timers.find(|armed| armed.timer.code() == code).expect(FOUND);
                let (timer, pure) = (armed.timer, armed.pure.saturating_add(by.micros()));
                self.arm(node, timer, pure);
            }
            Choice::Persist(node) => self.persist(node),
            Choice::Stall(node) => self.node_mut(node).stalled = true,
            Choice::Unstall(node) => {
                self.node_mut(node).stalled = false;
                self.schedule_disk(node);
            }
            Choice::Lie(node, lies) => self.node_mut(node).lies = lies,
            Choice::Wipe(node) => {
                let kept = self.node_mut(node).crash(0, 0);
                debug_assert!(kept, "nothing kept is always possible");
                self.node_mut(node).disk = DiskOf::<L>::default();
                self.last.disk_changed = true;
            }
            Choice::Crash { node, kept, torn } => {
                let possible = self.node_mut(node).crash(kept, torn);
                debug_assert!(possible, "{FOUND}");
                self.last.disk_changed = true;
            }
            Choice::Restart(node) => self.start(node),
            Choice::Pause(node) => self.node_mut(node).paused = true,
            Choice::Resume(node) => {
                self.node_mut(node).paused = false;
                self.schedule_hand_over(node);
            }
            Choice::HandOver(node) => self.hand_over(node),
            Choice::Clock(node, rate) => {
                let now = self.now;
                let fits = self.node_mut(node).clock.set_rate(rate, now);
                debug_assert!(fits, "{FOUND}");
                let armed: Vec<_> =
                    self.node(node).timers.iter().map(|armed| (armed.timer, armed.pure)).collect();
                for (timer, pure) in armed {
                    self.arm(node, timer, pure);
                }
            }
            Choice::Offset(node, by) => self.node_mut(node).clock.shift(by),
            Choice::Cut(from, to) => self.network.set_cut(from, to, true),
            Choice::Mend(from, to) => self.network.set_cut(from, to, false),
            Choice::Rule(rule) => {
                self.rules_made += 1;
                self.rules.push((self.rules_made, rule));
            }
            Choice::Unrule(id) => self.rules.retain(|(other, _)| *other != id),
            Choice::Tune(dial) => self.tune(dial),
            Choice::Request(node, words) => {
                let request = L::request(&words).expect(FOUND);
                self.feed(node, Input::Requested(request));
            }
        }
    }

    pub(super) fn tune(&mut self, dial: Dial) {
        if let Dial::Save(scope, takes) = dial {
            for node in self.ids() {
                if scope.is_none_or(|only| only == node) {
                    self.node_mut(node).save_takes = takes;
                }
            }
        } else {
            self.network.tune(&dial);
        }
    }
}
