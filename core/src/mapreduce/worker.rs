//! A worker: it asks for tasks, does them, and says so; it waits while there is nothing to do, and
//! exits at the end. To others it gives what lies on its disk.
//!
//! How a map task goes is in [`mapping`](super::mapping), a reduce task in
//! [`reducing`](super::reducing); what both end with in [`writing`](super::writing).

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::id::NodeId;
use crate::machine::{Context, Input, Machine, Resource};
use crate::time::Time;

use super::calling::Calls;
use super::file::{Content, FileName, Files};
use super::job::{Code, Counters, Mapped, Reduced, add_counters};
use super::message::{
    MapReduce, Message, Notice, Now, Order, PROCESS_BITS, Process, Request, Stage, Timer,
};
use super::mutants::Mutant;
use super::options::Options;
use super::serving::Serving;
use super::task::{Attempt, Phase};

/// Something that a worker waits to be answered.
#[derive(Clone, Debug, PartialEq)]
pub struct Pending {
    /// Whom it asks.
    pub to: NodeId,
    /// What it asks.
    pub message: Message,
    /// For which task; `None` for who asks for one.
    pub phase: Option<Phase>,
    /// When it asked last, and how often.
    pub asked: (Time, u32),
    /// When it asked first.
    pub since: Time,
}

/// What an attempt has made.
#[derive(Clone, Debug, PartialEq)]
pub enum Made {
    /// Nothing yet.
    Nothing,
    /// Of a split.
    Mapped(Arc<Mapped>),
    /// Of a part of the keys.
    Reduced(Arc<Reduced>),
}

/// Where buckets of map tasks are, as it was told: by map task the attempt and who has it.
pub(super) type Places = Vec<(u32, Option<(u32, NodeId)>)>;
/// The same with the number of what was told.
pub(super) type Told = (u64, Places);

/// An attempt at work.
#[derive(Clone, Debug, PartialEq)]
pub struct Doing {
    /// What was ordered.
    pub order: Order,
    /// How far it is.
    pub stage: Stage,
    /// Since when it is so far.
    pub since: Time,
    /// Of a map task: what it has read.
    pub input: Option<Content>,
    /// Which of those who have the input is asked.
    pub(super) source: usize,
    /// Of a reduce task: the buckets it has read, by map task, …
    pub taken: BTreeMap<u32, Content>,
    /// … where the others are, …
    pub located: BTreeMap<u32, (u32, NodeId)>,
    /// … as of which word, …
    pub(super) told: u64,
    /// … and which it has asked for.
    pub(super) reading: BTreeMap<u64, Vec<(u32, u32)>>,
    /// What it has made.
    pub made: Made,
    /// Who writes: drawn for each attempt.
    pub(super) writer: u64,
    /// How many pieces it has written.
    pub(super) pieces: u32,
    /// What it has still to write.
    pub(super) output: Vec<(FileName, [Content; 2])>,
    /// As how many bytes that counts.
    pub weight: u64,
    /// Calls of functions that do more than compute.
    pub(super) calls: Calls,
}

impl Doing {
    /// Which attempt.
    pub fn attempt(&self) -> Attempt {
        self.order.of.attempt
    }

    /// Of a hundred parts, how many are done.
    pub fn progress(&self) -> u32 {
        let taken = 30 * self.taken.len() as u32 / self.order.maps.max(1);
        match self.stage {
            Stage::Read => 5,
            Stage::Shuffle => 5 + taken,
            Stage::Sort => 40,
            Stage::Compute => 55,
            Stage::Write => 75 + 10 * self.pieces.min(2),
            Stage::Rename | Stage::Report => 95,
        }
    }
}

/// A worker.
#[derive(Clone, Debug, PartialEq)]
pub struct Worker {
    pub(super) me: NodeId,
    pub(super) coordinator: NodeId,
    pub(super) store: NodeId,
    pub(super) options: Arc<Options>,
    pub(super) code: Code,
    /// Which process this is; 0 before it begins.
    pub(super) process: Process,
    pub(super) calls: u64,
    pub(super) pending: BTreeMap<u64, Pending>,
    pub(super) map: Option<Box<Doing>>,
    pub(super) reduce: Option<Box<Doing>>,
    /// What it was told of buckets, with how often that was told before: a word may come before the
    /// task that it is about.
    pub(super) told: (Now, Vec<Told>),
    /// What its disk holds, and what is on its way there.
    pub(super) files: Files,
    pub(super) serving: Serving,
    /// When the coordinator was heard last.
    pub(super) heard: Time,
    /// It has exited; true when it has crashed.
    pub(super) exited: Option<bool>,
}

impl Worker {
    /// A worker at its start, and after a crash.
    pub fn boot(
        me: NodeId,
        (coordinator, store): (NodeId, NodeId),
        options: &Arc<Options>,
        code: Code,
        disk: &Files,
    ) -> Worker {
        Worker {
            me,
            coordinator,
            store,
            options: Arc::clone(options),
            code,
            process: 0,
            calls: 0,
            pending: BTreeMap::new(),
            map: None,
            reduce: None,
            told: (Now { run: 0, round: 0 }, Vec::new()),
            files: disk.clone(),
            serving: Serving::default(),
            heard: Time::ZERO,
            exited: None,
        }
    }

    /// The number of a process that begins now: higher than that of any that began earlier on this
    /// node, and none of another's.
    fn next_process(&self, cx: &mut Context<'_, MapReduce>) -> Process {
        let drawn = cx.rng().below(1 << 8);
        (cx.now().micros() + 1) << PROCESS_BITS | u64::from(self.me.word() & 0xFF) << 8 | drawn
    }

    /// What it does in a phase.
    pub fn doing(&self, phase: Phase) -> Option<&Doing> {
        match phase {
            Phase::Map => self.map.as_deref(),
            Phase::Reduce => self.reduce.as_deref(),
        }
    }

    /// Whether the process has exited, and then whether it has crashed.
    pub fn exited(&self) -> Option<bool> {
        self.exited
    }

    /// Which process it is.
    pub fn process(&self) -> Process {
        self.process
    }

    /// Whether it waits for anything.
    pub fn waits(&self) -> bool {
        !self.pending.is_empty()
    }

    pub(super) fn has(&self, mutant: Mutant) -> bool {
        self.options.mutants.has(mutant)
    }

    pub(super) fn slot(&mut self, phase: Phase) -> &mut Option<Box<Doing>> {
        match phase {
            Phase::Map => &mut self.map,
            Phase::Reduce => &mut self.reduce,
        }
    }

    /// The timer of work on a task.
    pub(super) const fn timer(phase: Phase) -> Timer {
        match phase {
            Phase::Map => Timer::Map,
            Phase::Reduce => Timer::Reduce,
        }
    }

    /// An attempt is at its next stage.
    pub(super) fn goes(&mut self, phase: Phase, to: Stage, cx: &mut Context<'_, MapReduce>) {
        let now = cx.now();
        if let Some(doing) = self.slot(phase) {
            (doing.stage, doing.since) = (to, now);
            cx.notify(Notice::Goes { attempt: doing.attempt(), to });
        }
    }

    /// Keeps the processor busy for so many nanoseconds a byte.
    pub(super) fn compute(phase: Phase, weight: u64, nanos: u64, cx: &mut Context<'_, MapReduce>) {
        cx.work(Resource::Cpu, weight.saturating_mul(nanos) / 1_000, Worker::timer(phase));
    }

    pub(super) fn pong(&self, to: NodeId, number: u64, cx: &mut Context<'_, MapReduce>) {
        let doing = || Phase::BOTH.into_iter().filter_map(|phase| self.doing(phase));
        let mut counters = Counters::new();
        for doing in doing() {
            if let Made::Mapped(mapped) = &doing.made {
                add_counters(&mut counters, &mapped.counters);
            }
        }
        let running = doing().map(|it| (it.order.of, it.progress())).collect();
        cx.send_now(to, Message::Pong { number, process: self.process, running, counters });
    }

    fn receive(&mut self, from: NodeId, message: Message, cx: &mut Context<'_, MapReduce>) {
        if self.exited.is_some() {
            return;
        }
        if from == self.coordinator {
            self.heard = cx.now();
        }
        match message {
            Message::Read { call, files } => {
                self.serving.read(from, call, files, &self.files, cx);
            }
            Message::Task { call, now, orders } => self.note_task(call, now, orders, cx),
            Message::Ping { number, now } => {
                if self.drop_what_is_over(now, cx) {
                    self.ask_for_task(cx);
                }
                self.pong(from, number, cx);
            }
            Message::Noted { of } => self.note_noted(of, cx),
            Message::Located { run, round, number, maps } => {
                cx.send_now(from, Message::LocatedReply { run, round, number });
                self.note_located(Now { run, round }, number, maps, cx);
            }
            Message::Content { call, files } => {
                if let Some(pending) = self.answered(call, cx) {
                    match pending.phase {
                        Some(Phase::Map) => self.take_split(from, files, cx),
                        Some(Phase::Reduce) => self.take_buckets(from, call.number, files, cx),
                        None => {}
                    }
                }
            }
            Message::Stored { call, markers } => {
                if let Some(Pending { phase: Some(phase), message, .. }) = self.answered(call, cx) {
                    self.note_stored(phase, &message, markers, cx);
                }
            }
            _ => {}
        }
    }

    /// What it waits to be answered.
    pub fn pending(&self) -> impl Iterator<Item = &Pending> {
        self.pending.values()
    }

    /// What its disk holds.
    pub fn files(&self) -> &Files {
        &self.files
    }

    /// How much others ask its disk for.
    pub fn serving(&self) -> &Serving {
        &self.serving
    }
}

impl Machine<MapReduce> for Worker {
    fn handle(&mut self, input: Input<MapReduce>, cx: &mut Context<'_, MapReduce>) {
        match input {
            Input::Started => {
                self.process = self.next_process(cx);
                cx.notify(Notice::Process(self.process));
                self.ask_for_task(cx);
            }
            Input::Received { from, message } => self.receive(from, message, cx),
            _ if self.exited.is_some() => {}
            Input::Fired(Timer::Serve(number)) => self.serving.send(number, &self.files, cx),
            Input::Requested(Request::Exit) => self.exit(true, cx),
            Input::Fired(Timer::Ask) => self.ask_for_task(cx),
            Input::Fired(Timer::Retry) => self.retry(cx),
            Input::Fired(Timer::Map) => self.go_on(Phase::Map, cx),
            Input::Fired(Timer::Reduce) => self.go_on(Phase::Reduce, cx),
            Input::Fired(_) | Input::Durable(_) => {}
        }
    }
}
