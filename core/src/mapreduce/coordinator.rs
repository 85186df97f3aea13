//! The coordinator, the paper's master: it knows how each task stands, gives tasks to workers that
//! ask, and notes what they have done (sections 3.1 and 3.2).
//!
//! Who gets what is in [`scheduling`](super::scheduling), who is given up in
//! [`failing`](super::failing).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::id::{Cast, NodeId};
use crate::machine::{Context, Input, Machine};
use crate::time::{Span, Time};

use super::file::{Done, Durable, Files};
use super::job::{Counters, add_counters};
use super::message::{
    Call, GivenUp, MapReduce, Message, Notice, Now, Of, Orders, Process, Timer, Why, began,
};
use super::mutants::Mutant;
use super::options::{Detection, Options};
use super::task::{Attempt, Phase, Standing, Task};

/// So many numbers of attempts are taken at a time: each time that is written down.
const ATTEMPTS_AT_ONCE: u32 = 64;

/// What the coordinator knows of a worker.
#[derive(Clone, Debug, PartialEq)]
pub struct Known {
    /// Which process it is now; 0 before it was heard of.
    pub process: Process,
    /// When it was heard of last.
    pub heard: Time,
    /// It has not answered for too long.
    pub lost: bool,
    /// The process's last question, and what was answered.
    pub(super) answered: (u64, Option<Orders>),
    /// How much of what is to be told of buckets it has acknowledged.
    pub(super) told: u64,
    /// For who counts the time of the worker: until when it is.
    pub(super) until: Option<Time>,
}

/// The coordinator.
#[derive(Clone, Debug, PartialEq)]
pub struct Coordinator {
    pub(super) options: Arc<Options>,
    pub(super) store: NodeId,
    /// The number of the run.
    pub(super) run: u64,
    /// Which job of the chain.
    pub(super) round: u32,
    /// Tasks are given out: the program has been started on all machines.
    pub(super) began: bool,
    pub(super) over: bool,
    pub(super) maps: Vec<Standing>,
    pub(super) reduces: Vec<Standing>,
    /// The last number of an attempt, and the highest that may be used.
    pub(super) attempts: (u32, u32),
    pub(super) known: BTreeMap<NodeId, Known>,
    /// In which attempts the user's code has failed, by split and record.
    pub(super) fails: BTreeMap<(u32, u64), BTreeSet<u32>>,
    pub(super) skips: BTreeSet<(u32, u64)>,
    /// The user's counters of tasks that have been done, each task once (section 4.9).
    pub(super) counters: BTreeMap<Task, Counters>,
    /// Map tasks of this job whose place has changed, in the order in which it did.
    pub(super) news: Vec<u32>,
    /// The number of the first of it: higher than any that was said before this start.
    pub(super) news_from: u64,
    /// Workers that have got a reduce task of this job.
    pub(super) reducing: BTreeSet<NodeId>,
    /// The timer runs at whose end that is told.
    pub(super) telling: bool,
    /// The last attempt that was given out before this start, and those of them that were heard of.
    pub(super) before: u32,
    pub(super) adopted: BTreeSet<u32>,
    /// Workers that were told that the job is over.
    pub(super) dismissed: BTreeSet<NodeId>,
    pub(super) pings: u64,
    /// Completions of each phase of this job, for who counts those.
    pub(super) completions: [u32; 2],
}

impl Coordinator {
    /// The coordinator at its start, and after a crash.
    pub fn boot(cast: Cast, store: NodeId, options: &Arc<Options>, disk: &Files) -> Coordinator {
        let known = Known {
            process: 0,
            heard: Time::ZERO,
            lost: false,
            answered: (0, None),
            told: 0,
            until: None,
        };
        let kept = &disk.checkpoint;
        let goes_on = options.checkpoint && kept.run != 0;
        let (run, round) = if goes_on { (kept.run, kept.round) } else { (0, 0) };
        let mut it = Coordinator {
            options: Arc::clone(options),
            store,
            run,
            round,
            began: options.start == Span::ZERO || goes_on,
            over: false,
            maps: Vec::new(),
            reduces: Vec::new(),
            attempts: (kept.attempts, kept.attempts),
            known: cast.servers().skip(1).map(|worker| (worker, known.clone())).collect(),
            fails: BTreeMap::new(),
            skips: if goes_on { kept.skips.clone() } else { BTreeSet::new() },
            counters: BTreeMap::new(),
            news: Vec::new(),
            news_from: 0,
            reducing: BTreeSet::new(),
            telling: false,
            before: kept.attempts,
            adopted: BTreeSet::new(),
            dismissed: BTreeSet::new(),
            pings: 0,
            completions: [0, 0],
        };
        it.lay_out();
        if goes_on {
            for (task, done) in kept.done.iter().filter(|(task, _)| task.round == round) {
                if let Some(standing) = it.standing_mut(*task) {
                    standing.done = Some(*done);
                    it.completions[task.phase as usize] += 1;
                }
            }
            it.counters = kept.counters.clone();
        }
        it
    }

    /// The tasks of this job of the chain, all idle.
    fn lay_out(&mut self) {
        let maps = self.options.maps(self.round) as usize;
        self.maps = vec![Standing::default(); maps];
        self.reduces = vec![Standing::default(); self.options.parts as usize];
        self.news.clear();
        self.telling = false;
        self.reducing.clear();
        self.known.values_mut().for_each(|known| known.told = 0);
        self.completions = [0, 0];
    }

    /// The number of the run.
    pub fn run(&self) -> u64 {
        self.run
    }

    /// Which job of the chain is done now.
    pub fn round(&self) -> u32 {
        self.round
    }

    /// What it is about now.
    pub(super) fn now(&self) -> Now {
        Now { run: self.run, round: self.round }
    }

    /// How many tasks the jobs of the chain have that are behind it.
    pub fn tasks_before(&self) -> u64 {
        let of_round = |round| u64::from(self.options.maps(round) + self.options.parts);
        (0..self.round).map(of_round).sum()
    }

    /// Whether the job is over: the course's `Done()`.
    pub fn is_over(&self) -> bool {
        self.over
    }

    /// Whether tasks are given out: the program has been started everywhere.
    pub fn has_begun(&self) -> bool {
        self.began
    }

    /// How the tasks of a phase stand.
    pub fn tasks(&self, phase: Phase) -> &[Standing] {
        match phase {
            Phase::Map => &self.maps,
            Phase::Reduce => &self.reduces,
        }
    }

    /// What is known of the workers.
    pub fn workers(&self) -> &BTreeMap<NodeId, Known> {
        &self.known
    }

    /// The user's counters, summed over tasks that have been done.
    pub fn counters(&self) -> Counters {
        let mut sums = Counters::new();
        self.counters.values().for_each(|of_task| add_counters(&mut sums, of_task));
        sums
    }

    /// Records that are skipped, by split.
    pub fn skips(&self) -> &BTreeSet<(u32, u64)> {
        &self.skips
    }

    pub(super) fn has(&self, mutant: Mutant) -> bool {
        self.options.mutants.has(mutant)
    }

    pub(super) fn standing_mut(&mut self, task: Task) -> Option<&mut Standing> {
        if task.round != self.round {
            return None;
        }
        let tasks = match task.phase {
            Phase::Map => &mut self.maps,
            Phase::Reduce => &mut self.reduces,
        };
        tasks.get_mut(task.number as usize)
    }

    /// Whether all tasks of a phase are done.
    pub fn is_done(&self, phase: Phase) -> bool {
        let tasks = self.tasks(phase);
        if self.has(Mutant::CountsCompletions) {
            return self.completions[phase as usize] as usize >= tasks.len();
        }
        tasks.iter().all(|task| task.done.is_some())
    }

    // ── What comes ─────────────────────────────────────────────────────────

    fn start(&mut self, cx: &mut Context<'_, MapReduce>) {
        let done = self.maps.iter().chain(&self.reduces).filter(|it| it.done.is_some()).count();
        if self.run == 0 {
            // No attempt was given out by an earlier run that has a higher number.
            self.run = u64::from(self.before) + 1;
            if self.options.checkpoint {
                cx.save(Durable::Begin { run: self.run, round: 0 });
            }
        }
        let now = cx.now();
        self.known.values_mut().for_each(|known| known.heard = now);
        // Time has passed since the last start, in more microseconds than there was news.
        self.news_from = now.micros();
        if done > 0 {
            // Of what others were told before nothing is known.
            self.news = (0..self.maps.len() as u32).collect();
        }
        cx.notify(Notice::Begins { run: self.run, done: done as u64 });
        if !self.began {
            cx.arm(Timer::Begin, self.options.start);
        }
        if self.options.detection == Detection::Ping {
            cx.arm(Timer::Ping, self.options.ping);
        }
        self.end_what_is_done(cx);
    }

    /// A worker asks for a task. A question that comes twice gets the same answer, unless there is
    /// nothing to be done any more.
    fn answer(
        &mut self,
        worker: NodeId,
        call: Call,
        (free, running): (&[Phase], &[Of]),
        cx: &mut Context<'_, MapReduce>,
    ) {
        if !self.hear(worker, call.process, cx) {
            return;
        }
        running.iter().for_each(|of| self.adopt(worker, *of, cx));
        let Some(known) = self.known.get(&worker) else { return };
        let orders = match &known.answered {
            (last, Some(orders)) if *last == call.number && !self.over => orders.clone(),
            (last, _) if *last > call.number => return,
            _ => self.orders(worker, free, cx),
        };
        if let Some(known) = self.known.get_mut(&worker) {
            known.answered = (call.number, Some(orders.clone()));
        }
        cx.send(worker, Message::Task { call, now: self.now(), orders });
    }

    /// A process is there. False for one that is over.
    pub(super) fn hear(
        &mut self,
        worker: NodeId,
        process: Process,
        cx: &mut Context<'_, MapReduce>,
    ) -> bool {
        let Some(known) = self.known.get_mut(&worker) else { return false };
        if began(process) < began(known.process) {
            // A process that is over: what it says comes late. Of two that began at the same time
            // the one that is there speaks last.
            return false;
        }
        if known.process != process {
            let before = std::mem::replace(&mut known.process, process);
            known.answered = (0, None);
            known.told = 0;
            if before != 0 {
                // What its disk holds is still there; what it was doing is not done any more.
                if self.options.detection == Detection::Ping && !self.has(Mutant::NeverAgain) {
                    self.give_up_all_of(worker, cx);
                }
            }
        }
        true
    }

    /// A worker has done a task. The first to say so counts; what is said of a task that is done
    /// already changes nothing (section 3.3).
    fn note_done(
        &mut self,
        worker: NodeId,
        of: Of,
        weight: u64,
        counters: Counters,
        cx: &mut Context<'_, MapReduce>,
    ) {
        let Attempt { task, number } = of.attempt;
        let counts = self.has(Mutant::CountsCompletions);
        let refuses = self.has(Mutant::RefusesLate);
        let is_here = of.run == self.run && !self.over;
        let Some(standing) = self.standing_mut(task).filter(|_| is_here) else {
            return cx.send(worker, Message::Noted { of });
        };
        if standing.done.is_some() {
            let again = standing.done.is_some_and(|it| it.attempt == number);
            if !again {
                cx.notify(Notice::Late { attempt: of.attempt, worker });
            }
            if self.has(Mutant::CountsAgain) {
                add_counters(self.counters.entry(task).or_default(), &counters);
            }
            if counts {
                self.completions[task.phase as usize] += 1;
                self.end_what_is_done(cx);
            }
            return cx.send(worker, Message::Noted { of });
        }
        let expected = standing.running.iter().any(|it| it.attempt == number);
        if refuses && !expected {
            // Nobody is at it who could be given up, and nobody is asked.
            standing.running.iter_mut().for_each(|it| (it.attempt, it.until) = (0, None));
            if standing.running.is_empty() {
                let running = super::task::Running {
                    attempt: 0,
                    worker,
                    since: cx.now(),
                    until: None,
                    progress: 0,
                };
                standing.running.push(running);
            }
            return cx.send(worker, Message::Noted { of });
        }
        let done = Done { attempt: number, worker, weight };
        standing.done = Some(done);
        let beaten = std::mem::take(&mut standing.running);
        for it in beaten.into_iter().filter(|it| it.attempt != number && it.attempt != 0) {
            let attempt = Attempt { task, number: it.attempt };
            cx.notify(Notice::GivenUp { attempt, worker: it.worker, why: GivenUp::Beaten });
        }
        self.completions[task.phase as usize] += 1;
        if self.options.checkpoint {
            cx.save(Durable::Done(task, done, counters.clone()));
        }
        self.counters.insert(task, counters);
        cx.notify(Notice::Committed { attempt: of.attempt, worker });
        if task.phase == Phase::Map {
            self.tell(task.number, cx);
        }
        cx.send(worker, Message::Noted { of });
        if self.is_done(task.phase) {
            cx.notify(Notice::PhaseDone { round: self.round, phase: task.phase });
        }
        self.end_what_is_done(cx);
    }

    /// The next job of the chain begins when the one before is done; after the last, all is over.
    pub(super) fn end_what_is_done(&mut self, cx: &mut Context<'_, MapReduce>) {
        let all_given_out = self.has(Mutant::DoneWhenAssigned)
            && self.is_done(Phase::Map)
            && !self.reduces.iter().any(Standing::is_idle);
        if self.over || !(self.is_done(Phase::Reduce) || all_given_out) {
            return;
        }
        if self.round + 1 < self.options.rounds {
            self.round += 1;
            self.lay_out();
            if self.options.checkpoint {
                cx.save(Durable::Begin { run: self.run, round: self.round });
            }
            return;
        }
        self.over = true;
        // Who still does something that is not needed any more hears so when it answers a ping.
        [Timer::TimeOut, Timer::Tell].into_iter().for_each(|timer| cx.disarm(timer));
        cx.notify(Notice::JobDone);
    }

    /// A task cannot be done as it is.
    fn note_failed(&mut self, worker: NodeId, of: Of, why: Why, cx: &mut Context<'_, MapReduce>) {
        cx.send(worker, Message::Noted { of });
        if of.run != self.run || self.over {
            return;
        }
        let task = of.attempt.task;
        // That a bucket is gone stays true when the attempt that says so was given up meanwhile.
        if let Why::NoBucket { map, attempt } = why
            && task.round == self.round
        {
            self.note_no_bucket(map, attempt, cx);
            if self.options.overlap {
                return;
            }
        }
        // So does that the code fails on a record: where attempts take longer than the time-out, no
        // record would ever be skipped otherwise.
        if let (Why::Record(record), 0) = (why, task.round) {
            self.note_bad_record(of.attempt, record, cx);
        }
        self.give_up(of.attempt, GivenUp::Failed(why), cx);
    }

    /// The number of the next attempt; some are taken at a time, so that a coordinator that starts
    /// again uses none twice.
    pub(super) fn next_attempt(&mut self, cx: &mut Context<'_, MapReduce>) -> u32 {
        let (last, most) = &mut self.attempts;
        *last += 1;
        if *last > *most {
            *most = *last + ATTEMPTS_AT_ONCE;
            cx.save(Durable::Attempts(*most));
        }
        *last
    }

    fn receive(&mut self, from: NodeId, message: Message, cx: &mut Context<'_, MapReduce>) {
        match message {
            Message::AskTask { call, free, running } => {
                self.answer(from, call, (&free, &running), cx);
            }
            Message::Pong { process, running, .. } => {
                self.note_pong(from, process, &running, cx);
            }
            Message::TaskDone { of, weight, counters } => {
                self.note_done(from, of, weight, counters, cx);
            }
            Message::TaskFailed { of, why } => self.note_failed(from, of, why, cx),
            Message::LocatedReply { run, round, number }
                if (run, round) == (self.run, self.round) =>
            {
                let most = self.news.len() as u64;
                if let Some(known) = self.known.get_mut(&from) {
                    let known_of = number.saturating_sub(self.news_from);
                    known.told = known.told.max(known_of.min(most));
                }
            }
            _ => {}
        }
    }
}

impl Machine<MapReduce> for Coordinator {
    fn handle(&mut self, input: Input<MapReduce>, cx: &mut Context<'_, MapReduce>) {
        match input {
            Input::Started => self.start(cx),
            Input::Received { from, message } => {
                // Whatever it says, it is there; who was lost can be lost again.
                if let Some(known) = self.known.get_mut(&from) {
                    (known.heard, known.lost) = (cx.now(), false);
                }
                self.receive(from, message, cx);
            }
            Input::Fired(Timer::Ping) => self.ping(cx),
            Input::Fired(Timer::TimeOut) => self.look_for_time_outs(cx),
            Input::Fired(Timer::Tell) => self.tell_all(cx),
            Input::Fired(Timer::Begin) => self.began = true,
            Input::Fired(_) | Input::Requested(_) | Input::Durable(_) => {}
        }
    }
}
