//! Who gets which task: idle ones first, near their input (section 3.4), and near the end of a phase
//! those that are still at work once more (section 3.6).

use crate::id::NodeId;
use crate::machine::Context;
use crate::time::{Span, Time};

use super::coordinator::Coordinator;
use super::message::{MapReduce, Notice, Of, Order, Orders, Timer};
use super::mutants::Mutant;
use super::options::{Detection, DiskModel};
use super::task::{Attempt, Phase, Running, Standing, Task};

/// A phase is near its end when no task is idle and one of so many is left.
const NEAR_THE_END: usize = 8;

impl Coordinator {
    /// What a worker is told that could take a task of these phases.
    pub(super) fn orders(
        &mut self,
        worker: NodeId,
        free: &[Phase],
        cx: &mut Context<'_, MapReduce>,
    ) -> Orders {
        if self.over {
            self.dismissed.insert(worker);
            cx.notify(Notice::Dismissed(worker));
            return Orders::Exit;
        }
        let mut orders = Vec::new();
        for phase in Phase::BOTH {
            if !free.contains(&phase) || (!self.options.overlap && !orders.is_empty()) {
                continue;
            }
            if let Some((number, backup)) = self.choose(phase, worker) {
                orders.push(self.assign(
                    Task { round: self.round, phase, number },
                    worker,
                    backup,
                    cx,
                ));
            }
        }
        self.end_what_is_done(cx);
        if !orders.is_empty() {
            return Orders::Do(orders);
        }
        if self.has(Mutant::WaitMeansOver) && self.began {
            cx.notify(Notice::Dismissed(worker));
            return Orders::Exit;
        }
        cx.notify(Notice::Waits { worker, free: free.to_vec() });
        Orders::Wait
    }

    /// Whether tasks of a phase are given out now.
    pub fn is_open(&self, phase: Phase) -> bool {
        let given_out = || !self.maps.iter().any(Standing::is_idle);
        let maps_done = match self.has(Mutant::ReduceEarly) {
            true => given_out(),
            false => self.is_done(Phase::Map),
        };
        let early = self.options.overlap && !self.has(Mutant::ReduceEarly);
        self.began && !self.over && (phase == Phase::Map || early || maps_done)
    }

    /// The task of a phase that a worker should do, and whether it is a backup.
    fn choose(&self, phase: Phase, worker: NodeId) -> Option<(u32, bool)> {
        if !self.is_open(phase) {
            return None;
        }
        let tasks = self.tasks(phase);
        let is_busy = |it: &Standing| it.done.is_none() && !it.running.is_empty();
        if self.has(Mutant::OneAtATime) && self.maps.iter().chain(&self.reduces).any(is_busy) {
            return None;
        }
        let idle = || (0..tasks.len()).filter(|place| tasks[*place].is_idle());
        let near = || idle().find(|place| self.is_near(phase, *place as u32, worker));
        let first =
            if self.options.locality { near().or_else(|| self.unclaimed(phase)) } else { None };
        if let Some(place) = first.or_else(|| idle().next()) {
            return Some((place as u32, false));
        }
        let left = || (0..tasks.len()).filter(|place| tasks[*place].done.is_none());
        let count = left().count();
        let few = count <= tasks.len().div_ceil(NEAR_THE_END);
        // The only task of a phase is not its last from the start (section 3.6: near the end).
        let begun = count < tasks.len() || phase == Phase::Reduce && self.is_done(Phase::Map);
        if !self.options.backup || !few || !begun {
            return None;
        }
        let alone = |place: &usize| {
            let task = &tasks[*place];
            task.running.len() == 1 && task.running[0].worker != worker && !task.backed_up
        };
        // Whoever is at it longest is the likeliest straggler.
        let since = |place: &usize| tasks[*place].running[0].since;
        let place = left().filter(alone).min_by_key(since)?;
        Some((place as u32, true))
    }

    /// An idle map task that is near no other worker that is there: taking it costs nobody else.
    fn unclaimed(&self, phase: Phase) -> Option<usize> {
        let tasks = self.tasks(phase);
        let claimed = |place: &usize| {
            let there = |worker: &NodeId| self.known.get(worker).is_some_and(|it| !it.lost);
            self.replicas(phase, *place as u32).iter().filter(|worker| there(worker)).count()
        };
        let idle = (0..tasks.len()).filter(|place| tasks[*place].is_idle());
        idle.min_by_key(claimed)
    }

    fn replicas(&self, phase: Phase, number: u32) -> &[NodeId] {
        let of_split = self.options.splits.get(number as usize);
        match (phase, self.round, self.options.disk, of_split) {
            (Phase::Map, 0, DiskModel::Local, Some(split)) => &split.replicas,
            _ => &[],
        }
    }

    /// Whether a worker has the input of a task on its own disk.
    pub(super) fn is_near(&self, phase: Phase, number: u32, worker: NodeId) -> bool {
        self.replicas(phase, number).contains(&worker)
    }

    /// Gives a task to a worker.
    fn assign(
        &mut self,
        task: Task,
        worker: NodeId,
        backup: bool,
        cx: &mut Context<'_, MapReduce>,
    ) -> Order {
        let number = self.next_attempt(cx);
        let (now, until) = (cx.now(), self.time_of(worker, cx.now()));
        if let Some(standing) = self.standing_mut(task) {
            standing.running.push(Running {
                attempt: number,
                worker,
                since: now,
                until,
                progress: 0,
            });
            standing.attempts += 1;
            standing.backed_up |= backup;
        }
        let local = self.is_near(task.phase, task.number, worker);
        let attempt = Attempt { task, number };
        cx.notify(Notice::Assigned { attempt, worker, backup, local });
        self.arm_time_out(cx);
        let located: Vec<(u32, (u32, NodeId))> = match task.phase {
            Phase::Map => Vec::new(),
            Phase::Reduce => (0..self.maps.len() as u32)
                .filter_map(|map| Some((map, self.place_of(map)?)))
                .collect(),
        };
        if task.phase == Phase::Reduce
            && let Some(known) = self.known.get_mut(&worker)
        {
            known.told = self.news.len() as u64;
            self.reducing.insert(worker);
        }
        let counts = self.has(Mutant::CountsCompletions) && !self.options.overlap;
        let few = self.has(Mutant::ReduceEarly) || counts;
        Order {
            of: Of { run: self.run, attempt },
            parts: self.options.parts,
            sources: self.sources(task, worker),
            skip: self
                .skips
                .iter()
                .filter(|(split, _)| task == Task::map(0, *split))
                .map(|(_, record)| *record)
                .collect(),
            maps: if few { located.len() } else { self.maps.len() } as u32,
            located,
            told: self.news_from + self.news.len() as u64,
        }
    }

    /// Who has the input of a map task, the nearest first; the file system has all of it.
    fn sources(&self, task: Task, worker: NodeId) -> Vec<NodeId> {
        if task.phase == Phase::Reduce {
            return Vec::new();
        }
        let replicas = self.replicas(task.phase, task.number);
        let own = replicas.iter().filter(|it| **it == worker);
        let there = |it: &&NodeId| self.known.get(it).is_some_and(|known| !known.lost);
        let others = replicas.iter().filter(|it| **it != worker).filter(there);
        own.chain(others).copied().chain([self.store]).collect()
    }

    /// When an attempt that begins now is given up.
    pub(super) fn time_of(&mut self, worker: NodeId, now: Time) -> Option<Time> {
        let hasty = self.has(Mutant::Impatient);
        if self.options.detection == Detection::Ping && !hasty {
            return None;
        }
        let of_worker = self.has(Mutant::TimeOfWorker);
        let parts = if hasty { 4 } else { 1 };
        let fresh = now + Span::from_micros(self.options.time_out.micros() / parts);
        let known = self.known.get_mut(&worker)?;
        if !of_worker || known.until.is_none_or(|until| until <= now) {
            known.until = Some(fresh);
        }
        known.until
    }

    /// The first time-out that is to come.
    pub(super) fn arm_time_out(&self, cx: &mut Context<'_, MapReduce>) {
        let all = self.maps.iter().chain(&self.reduces);
        let first = all.flat_map(|it| &it.running).filter_map(|it| it.until).min();
        match first {
            Some(first) => cx.arm(Timer::TimeOut, first.since(cx.now())),
            None => cx.disarm(Timer::TimeOut),
        }
    }
}
