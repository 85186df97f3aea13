//! How a worker asks: until it is answered, and the coordinator for a task.

use std::collections::BTreeMap;

use crate::id::NodeId;
use crate::machine::Context;

use super::calling::Calls;
use super::message::{Call, MapReduce, Message, Now, Order, Orders, Stage, Timer};
use super::mutants::Mutant;
use super::options::Detection;
use super::task::Phase;
use super::worker::{Doing, Made, Pending, Worker};

/// So often the time between two tries doubles at most.
const RETRIES_DOUBLE: u32 = 5;

impl Worker {
    /// Asks somebody, and again until there is an answer.
    pub(super) fn ask(
        &mut self,
        to: NodeId,
        phase: Option<Phase>,
        message: impl FnOnce(Call) -> Message,
        cx: &mut Context<'_, MapReduce>,
    ) -> u64 {
        self.calls += 1;
        let message = message(Call { process: self.process, number: self.calls });
        cx.send(to, message.clone());
        if self.pending.is_empty() {
            cx.arm(Timer::Retry, self.options.retry);
        }
        let pending = Pending { to, message, phase, asked: (cx.now(), 1), since: cx.now() };
        self.pending.insert(self.calls, pending);
        self.calls
    }

    /// An answer to a question has come. `None` for what nobody waits for any more.
    pub(super) fn answered(
        &mut self,
        call: Call,
        cx: &mut Context<'_, MapReduce>,
    ) -> Option<Pending> {
        if call.process != self.process {
            return None;
        }
        let pending = self.pending.remove(&call.number)?;
        if self.pending.is_empty() {
            cx.disarm(Timer::Retry);
        }
        Some(pending)
    }

    /// Asks again for what has not been answered. What carries a file may be long under way: for that
    /// the time doubles with every try.
    pub(super) fn retry(&mut self, cx: &mut Context<'_, MapReduce>) {
        let (now, retry) = (cx.now(), self.options.retry);
        let mut unheard: Vec<u64> = Vec::new();
        for (number, pending) in &mut self.pending {
            let is_long = matches!(pending.message, Message::Read { .. } | Message::Write { .. });
            let times = if is_long { 1 << pending.asked.1.min(RETRIES_DOUBLE) } else { 1 };
            if now.since(pending.asked.0).micros() < retry.micros() * times {
                continue;
            }
            pending.asked = (now, pending.asked.1 + 1);
            // As the first time: what it promises may still be on its way to the disk.
            cx.send(pending.to, pending.message.clone());
            unheard.push(*number);
        }
        if !self.pending.is_empty() {
            cx.arm(Timer::Retry, retry);
        }
        unheard.into_iter().for_each(|number| self.note_unheard(number, cx));
        // Who was taken for lost is not asked any more, and may wait for what nobody has: it says
        // unasked what it is at, and hears what became of that.
        let silent = now.since(self.heard) > self.options.time_out;
        let works = Phase::BOTH.iter().any(|phase| self.doing(*phase).is_some());
        if self.options.detection == Detection::Ping && silent && works {
            self.heard = now;
            self.pong(self.coordinator, 0, cx);
        }
    }

    /// Asks for a task, if it could do one.
    pub(super) fn ask_for_task(&mut self, cx: &mut Context<'_, MapReduce>) {
        let asks = |pending: &Pending| matches!(pending.message, Message::AskTask { .. });
        if self.exited.is_some() || self.pending.values().any(asks) {
            return;
        }
        let is_free = |phase: &Phase| self.doing(*phase).is_none();
        let free: Vec<Phase> = Phase::BOTH.into_iter().filter(is_free).collect();
        if free.is_empty() || (!self.options.overlap && free.len() < 2) {
            return;
        }
        cx.disarm(Timer::Ask);
        let running = Phase::BOTH.into_iter().filter_map(|phase| self.doing(phase));
        let running = running.map(|doing| doing.order.of).collect();
        self.ask(self.coordinator, None, |call| Message::AskTask { call, free, running }, cx);
    }

    /// Its question for a task is answered.
    pub(super) fn note_task(
        &mut self,
        call: Call,
        now: Now,
        orders: Orders,
        cx: &mut Context<'_, MapReduce>,
    ) {
        if self.answered(call, cx).is_some() {
            self.drop_what_is_over(now, cx);
            self.take_orders(orders, cx);
        }
    }

    /// It is told what to do.
    fn take_orders(&mut self, orders: Orders, cx: &mut Context<'_, MapReduce>) {
        match orders {
            Orders::Do(orders) => {
                for order in orders {
                    self.begin(order, cx);
                }
                // Where there is room for more, there may be more later.
                cx.arm(Timer::Ask, self.options.ping);
            }
            Orders::Wait if self.has(Mutant::BusyLoop) => self.ask_for_task(cx),
            Orders::Wait => cx.arm(Timer::Ask, self.options.ping),
            Orders::Exit if self.has(Mutant::NeverExits) => cx.arm(Timer::Ask, self.options.ping),
            Orders::Exit => self.exit(false, cx),
        }
    }

    fn begin(&mut self, order: Order, cx: &mut Context<'_, MapReduce>) {
        let phase = order.of.attempt.task.phase;
        let doing = Doing {
            located: order.located.iter().copied().collect(),
            told: order.told,
            order,
            stage: Stage::Read,
            since: cx.now(),
            input: None,
            source: 0,
            taken: BTreeMap::new(),
            reading: BTreeMap::new(),
            made: Made::Nothing,
            writer: cx.rng().next_u64(),
            pieces: 0,
            output: Vec::new(),
            weight: 0,
            calls: Calls::default(),
        };
        self.forget(phase, cx);
        *self.slot(phase) = Some(Box::new(doing));
        match phase {
            Phase::Map => self.read_split(cx),
            Phase::Reduce => {
                self.goes(Phase::Reduce, Stage::Shuffle, cx);
                self.hear_what_was_told(cx);
                self.shuffle(cx);
            }
        }
    }
}
