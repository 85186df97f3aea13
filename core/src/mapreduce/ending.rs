//! How what a worker does ends: it is done, it fails, or it is over before.

use crate::machine::Context;

use super::message::{MapReduce, Message, Notice, Now, Of, Stage, Timer, Why};
use super::task::Phase;
use super::worker::{Pending, Worker};

impl Worker {
    /// An attempt cannot be done as it is: the coordinator is told why.
    pub(super) fn fail(&mut self, phase: Phase, why: Why, cx: &mut Context<'_, MapReduce>) {
        let Some(doing) = self.slot(phase) else { return };
        let of = doing.order.of;
        cx.notify(Notice::Failed { attempt: of.attempt, why });
        self.forget(phase, cx);
        self.ask(self.coordinator, None, |_| Message::TaskFailed { of, why }, cx);
        self.ask_for_task(cx);
    }

    /// Nothing more is done for an attempt.
    pub(super) fn forget(&mut self, phase: Phase, cx: &mut Context<'_, MapReduce>) {
        *self.slot(phase) = None;
        cx.disarm(Worker::timer(phase));
        self.pending.retain(|_, pending| pending.phase != Some(phase));
    }

    /// The coordinator knows how an attempt ended.
    pub(super) fn note_noted(&mut self, of: Of, cx: &mut Context<'_, MapReduce>) {
        let is_about = |pending: &Pending| match &pending.message {
            Message::TaskDone { of: told, .. } | Message::TaskFailed { of: told, .. } => {
                *told == of
            }
            _ => false,
        };
        let told = self.pending.iter().find(|(_, it)| is_about(it)).map(|(number, _)| *number);
        let told = told.and_then(|number| self.pending.remove(&number));
        let phase = of.attempt.task.phase;
        // Who has told that a bucket is gone may go on all the same.
        let goes_on = told.is_some_and(|it| matches!(it.message, Message::TaskFailed { .. }));
        if let Some(doing) = self.doing(phase).filter(|it| it.order.of == of && !goes_on) {
            // Who hears that before it has told anything was not first.
            if doing.stage != Stage::Report {
                cx.notify(Notice::Dropped { attempt: of.attempt });
            }
            self.forget(phase, cx);
        }
        if self.pending.is_empty() {
            cx.disarm(Timer::Retry);
        }
        self.ask_for_task(cx);
    }

    /// What it does for another run, or for a job of the chain that is over, is not needed any more.
    /// True when there was something.
    pub(super) fn drop_what_is_over(&mut self, now: Now, cx: &mut Context<'_, MapReduce>) -> bool {
        let mut dropped = false;
        for phase in Phase::BOTH {
            let Some(doing) = self.doing(phase) else { continue };
            let of = doing.order.of;
            let round = of.attempt.task.round;
            // What is told of an earlier run or job comes late.
            if of.run < now.run || (of.run == now.run && round < now.round) {
                cx.notify(Notice::Dropped { attempt: of.attempt });
                self.forget(phase, cx);
                dropped = true;
            }
        }
        dropped
    }

    /// The process exits: what it was doing is gone, what lies on its disk stays there.
    pub(super) fn exit(&mut self, crashed: bool, cx: &mut Context<'_, MapReduce>) {
        if self.exited.is_some() {
            return;
        }
        for phase in Phase::BOTH {
            self.forget(phase, cx);
        }
        self.pending.clear();
        for timer in [Timer::Ask, Timer::Retry] {
            cx.disarm(timer);
        }
        self.exited = Some(crashed);
        cx.notify(Notice::Exits { crashed });
    }
}
