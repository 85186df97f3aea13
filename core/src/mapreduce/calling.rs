//! Functions that do more than compute, as those of the course's tests: they leave markers for each
//! other, wait, or crash. A call of such a function is a task's work in between.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::bytes::Bytes;
use crate::machine::{Context, Resource};

use super::emit::Emit;
use super::file::{Content, FileName};
use super::job::{Combine, Habit, Mapped, Reduced, by_hash};
use super::message::{MapReduce, Message, Stage};
use super::task::Phase;
use super::worker::{Made, Worker};

/// How far calls of an attempt are.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Calls {
    /// Which call it is.
    number: u32,
    /// What it does.
    step: Step,
    /// What was counted, by call.
    counted: BTreeMap<u32, u64>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq)]
enum Step {
    /// Nothing: the next call begins.
    #[default]
    Between,
    /// It leaves its marker.
    Marks,
    /// It waits.
    Waits,
    /// It takes its marker away.
    Unmarks,
    /// It counts markers at the end.
    Counts,
    /// All calls are made.
    Over,
}

impl Worker {
    /// Begins with calls, where the functions do more than compute.
    pub(super) fn call(&mut self, phase: Phase, cx: &mut Context<'_, MapReduce>) -> bool {
        self.code.0.habit() != Habit::Pure && {
            self.next_call(phase, cx);
            true
        }
    }

    /// How many calls a task makes: of map one, of reduce one for each key.
    fn call_count(&self, phase: Phase) -> u32 {
        match (phase, self.doing(phase).map(|doing| &doing.made)) {
            (Phase::Reduce, Some(Made::Reduced(made))) => made.keys.len() as u32,
            _ => 1,
        }
    }

    fn set_step(&mut self, phase: Phase, step: Step) {
        if let Some(doing) = self.slot(phase) {
            doing.calls.step = step;
        }
    }

    /// Begins the next call; when there is none, the result is what it is.
    fn next_call(&mut self, phase: Phase, cx: &mut Context<'_, MapReduce>) {
        let (habit, count) = (self.code.0.habit(), self.call_count(phase));
        let Some(number) = self.doing(phase).map(|doing| doing.calls.number) else { return };
        if number >= count {
            self.set_step(phase, Step::Over);
            return self.finish_calls(phase, cx);
        }
        match (habit, phase) {
            (Habit::MarksMaps(_) | Habit::CountsMaps(..), Phase::Map)
            | (Habit::MarksReduces(_), Phase::Reduce) => self.mark(phase, cx),
            (Habit::CountsMaps(..), Phase::Reduce) => {
                // It reads the directory: writing nothing tells how many there are.
                self.set_step(phase, Step::Counts);
                let message =
                    |call| Message::Write { call, writer: 0, piece: 0, files: Vec::new() };
                self.ask(self.store, Some(phase), message, cx);
            }
            (Habit::Lingers(millis), Phase::Reduce) => {
                let Some(Made::Reduced(made)) = self.doing(phase).map(|doing| &doing.made) else {
                    return;
                };
                let key = made.keys[number as usize].0.text().into_owned();
                let long = key.contains("sherlock") || key.contains("tom");
                self.wait(phase, if long { millis } else { 0 }, cx);
            }
            (Habit::Crashes(millis), _) => match cx.rng().below(100) {
                0..33 => self.exit(true, cx),
                33..66 => {
                    let wait = cx.rng().below(millis);
                    self.wait(phase, wait, cx);
                }
                _ => self.wait(phase, 0, cx),
            },
            _ => self.wait(phase, 0, cx),
        }
    }

    fn wait(&mut self, phase: Phase, millis: u64, cx: &mut Context<'_, MapReduce>) {
        self.set_step(phase, Step::Waits);
        // A process that waits keeps no processor busy, but its task.
        match millis {
            0 => cx.work(Resource::Cpu, 0, Worker::timer(phase)),
            millis => cx.arm(Worker::timer(phase), crate::time::Span::from_millis(millis)),
        }
    }

    /// The name of the marker of this call.
    fn marker(&self, phase: Phase) -> Option<(u64, FileName)> {
        let doing = self.doing(phase)?;
        let (process, number) = (self.process, doing.attempt().number << 8 | doing.calls.number);
        Some((
            doing.writer.wrapping_add(1 + u64::from(doing.calls.number)),
            FileName::Marker { process, number },
        ))
    }

    fn mark(&mut self, phase: Phase, cx: &mut Context<'_, MapReduce>) {
        let Some((writer, name)) = self.marker(phase) else { return };
        self.set_step(phase, Step::Marks);
        let files = vec![(name, Content::default())];
        let message = |call| Message::Write { call, writer, piece: 0, files };
        self.ask(self.store, Some(phase), message, cx);
    }

    /// The shared disk has a marker, or has no longer, or tells how many there are.
    pub(super) fn marked(&mut self, phase: Phase, markers: u64, cx: &mut Context<'_, MapReduce>) {
        let habit = self.code.0.habit();
        let Some(doing) = self.slot(phase) else { return };
        match doing.calls.step {
            Step::Marks => {
                doing.calls.counted.insert(doing.calls.number, markers);
                let millis = match habit {
                    Habit::MarksMaps(millis) | Habit::MarksReduces(millis) => millis,
                    Habit::CountsMaps(low, high) => cx.rng().between(low, high - 1),
                    _ => 0,
                };
                self.wait(phase, millis, cx);
            }
            Step::Counts => {
                doing.calls.counted.insert(doing.calls.number, markers);
                self.end_call(phase, cx);
            }
            Step::Unmarks => self.end_call(phase, cx),
            _ => {}
        }
    }

    /// A call has waited. True while calls go on.
    pub(super) fn called(&mut self, phase: Phase, cx: &mut Context<'_, MapReduce>) -> bool {
        let habit = self.code.0.habit();
        match self.doing(phase).map(|doing| doing.calls.step) {
            Some(Step::Waits) => {
                let leaves = matches!(
                    (habit, phase),
                    (Habit::MarksMaps(_), Phase::Map) | (Habit::MarksReduces(_), Phase::Reduce)
                );
                match self.marker(phase).filter(|_| leaves) {
                    Some((_, name)) => {
                        self.set_step(phase, Step::Unmarks);
                        let message = |call| Message::Delete { call, names: vec![name] };
                        self.ask(self.store, Some(phase), message, cx);
                    }
                    None => self.end_call(phase, cx),
                }
                true
            }
            Some(Step::Over) | None => false,
            _ => true,
        }
    }

    fn end_call(&mut self, phase: Phase, cx: &mut Context<'_, MapReduce>) {
        if let Some(doing) = self.slot(phase) {
            doing.calls.number += 1;
            doing.calls.step = Step::Between;
        }
        self.next_call(phase, cx);
    }

    /// All calls are made: what they saw is what the functions return.
    fn finish_calls(&mut self, phase: Phase, cx: &mut Context<'_, MapReduce>) {
        let (habit, process) = (self.code.0.habit(), self.process);
        let Some(doing) = self.slot(phase) else { return };
        let counted = doing.calls.counted.get(&0).copied().unwrap_or(0);
        match (habit, phase, &doing.made) {
            (Habit::MarksMaps(_), Phase::Map, _) => {
                let mut emit = Emit::new(Combine::Nothing);
                let since = doing.since.micros();
                emit.pair(format!("times-{process}").as_bytes(), since.to_string().as_bytes());
                emit.pair(format!("parallel-{process}").as_bytes(), counted.to_string().as_bytes());
                let (parts, pairs) = (doing.order.parts, emit.pairs());
                let buckets = emit.into_buckets(parts, |key| by_hash(key, parts));
                let made = Mapped { buckets, pairs, ..Mapped::default() };
                doing.made = Made::Mapped(Arc::new(made));
            }
            (
                Habit::MarksReduces(_) | Habit::CountsMaps(..),
                Phase::Reduce,
                Made::Reduced(made),
            ) => {
                let line = |(number, (key, _)): (usize, &(Bytes, u64))| {
                    let counted = doing.calls.counted.get(&(number as u32)).copied().unwrap_or(0);
                    format!("{} {counted}\n", key.text())
                };
                let text: String = made.keys.iter().enumerate().map(line).collect();
                let made = Reduced { text: Bytes::from(text.as_str()), keys: made.keys.clone() };
                doing.made = Made::Reduced(Arc::new(made));
            }
            _ => {}
        }
        if self.doing(phase).is_some_and(|doing| doing.stage == Stage::Compute) {
            cx.work(Resource::Cpu, 0, Worker::timer(phase));
        }
    }
}
