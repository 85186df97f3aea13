//! Who is given up: attempts that take too long, workers that do not answer (section 3.3), and
//! records on which the user's code fails (section 4.6).

use crate::id::NodeId;
use crate::machine::Context;

use super::coordinator::{Coordinator, Known};
use super::file::Durable;
use super::message::{GivenUp, MapReduce, Message, Notice, Of, Process, Timer};
use super::mutants::Mutant;
use super::options::DiskModel;
use super::task::{Attempt, Phase, Running, Standing, Task};

/// A record is skipped when the user's code has failed on it so often ("more than one failure").
const FAILURES: usize = 2;

impl Coordinator {
    /// All workers are asked from time to time whether they are there, and who has said nothing for
    /// the time-out is taken for lost (section 3.3).
    pub(super) fn ping(&mut self, cx: &mut Context<'_, MapReduce>) {
        self.pings += 1;
        let now = cx.now();
        let silent: Vec<NodeId> = self
            .known
            .iter()
            .filter(|(_, it)| !it.lost && now.since(it.heard) > self.options.time_out)
            .map(|(worker, _)| *worker)
            .collect();
        for worker in silent {
            self.lose(worker, cx);
        }
        let (number, about) = (self.pings, self.now());
        let wanted = |(worker, known): &(&NodeId, &Known)| {
            !self.over || !(known.lost || self.dismissed.contains(worker))
        };
        let mut goes_on = !self.over;
        for (worker, _) in self.known.iter().filter(wanted) {
            cx.send_now(*worker, Message::Ping { number, now: about });
            goes_on = true;
        }
        if goes_on {
            cx.arm(Timer::Ping, self.options.ping);
        }
    }

    /// A worker does something that was given out before the coordinator started again, which knows
    /// nothing of it: now it does.
    pub(super) fn adopt(&mut self, worker: NodeId, of: Of, cx: &mut Context<'_, MapReduce>) {
        let Attempt { task, number } = of.attempt;
        if of.run != self.run || number > self.before || !self.adopted.insert(number) {
            return;
        }
        let (now, until) = (cx.now(), self.time_of(worker, cx.now()));
        let Some(standing) = self.standing_mut(task) else { return };
        if standing.done.is_none() && standing.running.len() < 2 {
            let running = Running { attempt: number, worker, since: now, until, progress: 0 };
            standing.running.push(running);
            standing.attempts += 1;
            if task.phase == Phase::Reduce {
                self.reducing.insert(worker);
                self.begin_to_tell(cx);
            }
            cx.notify(Notice::Adopted { attempt: of.attempt, worker });
            self.arm_time_out(cx);
        }
    }

    /// A worker has answered.
    pub(super) fn note_pong(
        &mut self,
        worker: NodeId,
        process: Process,
        running: &[(Of, u32)],
        cx: &mut Context<'_, MapReduce>,
    ) {
        if !self.hear(worker, process, cx) {
            return;
        }
        // What was given out so long ago would have arrived by now.
        let (now, long) = (cx.now(), self.options.time_out);
        let reported = |it: &Running| running.iter().any(|(of, _)| of.attempt.number == it.attempt);
        let unknown =
            self.at_work(|it| it.worker == worker && now.since(it.since) > long && !reported(it));
        if !self.has(Mutant::NeverAgain) {
            unknown.into_iter().for_each(|attempt| self.give_up(attempt, GivenUp::Unknown, cx));
        }
        let run = self.run;
        for (of, progress) in running.iter().filter(|(of, _)| of.run == run) {
            self.adopt(worker, *of, cx);
            let Attempt { task, number } = of.attempt;
            let over = self.over;
            let Some(standing) = self.standing_mut(task) else { continue };
            let mut at_work = standing.running.iter_mut();
            if let Some(it) = at_work.find(|it| it.attempt == number) {
                it.progress = *progress;
            } else if standing.done.is_some_and(|done| done.attempt != number) || over {
                // Another was first: what it does is not needed.
                cx.send(worker, Message::Noted { of: *of });
            }
        }
    }

    /// A worker is lost. What it is doing is idle again; and so is what it has mapped, since that
    /// lies on its disk, as long as somebody may have to read it. What it has reduced lies in the
    /// file system and stays done.
    fn lose(&mut self, worker: NodeId, cx: &mut Context<'_, MapReduce>) {
        let Some(known) = self.known.get_mut(&worker) else { return };
        known.lost = true;
        if known.process != 0 {
            cx.notify(Notice::Lost(worker));
        }
        if self.has(Mutant::NeverAgain) {
            return;
        }
        self.give_up_all_of(worker, cx);
        if self.options.disk == DiskModel::Local && !self.is_done(Phase::Reduce) {
            let here = |it: &Standing| it.done.is_some_and(|done| done.worker == worker);
            let maps = 0..self.maps.len();
            let lost: Vec<usize> = maps.filter(|map| here(&self.maps[*map])).collect();
            for map in lost {
                self.reopen(map as u32, worker, cx);
            }
        }
    }

    /// A map task that was done is idle again. What it has counted it has counted: the job may end
    /// before it is done once more.
    fn reopen(&mut self, map: u32, worker: NodeId, cx: &mut Context<'_, MapReduce>) {
        let task = Task::map(self.round, map);
        let Some(standing) = self.standing_mut(task) else { return };
        (standing.done, standing.backed_up) = (None, false);
        self.completions[Phase::Map as usize] -= 1;
        if self.options.checkpoint {
            cx.save(Durable::Reopened(task));
        }
        cx.notify(Notice::Reopened { task, worker });
        self.tell(map, cx);
    }

    /// All attempts of a worker are given up.
    pub(super) fn give_up_all_of(&mut self, worker: NodeId, cx: &mut Context<'_, MapReduce>) {
        let attempts = self.at_work(|it| it.worker == worker);
        for attempt in attempts {
            self.give_up(attempt, GivenUp::WorkerLost, cx);
        }
    }

    fn at_work(&self, which: impl Fn(&Running) -> bool) -> Vec<Attempt> {
        let mut found = Vec::new();
        for phase in Phase::BOTH {
            for (number, standing) in self.tasks(phase).iter().enumerate() {
                let task = Task { round: self.round, phase, number: number as u32 };
                let its = standing.running.iter().filter(|it| it.attempt != 0 && which(it));
                found.extend(its.map(|it| Attempt { task, number: it.attempt }));
            }
        }
        found
    }

    /// The time of some attempts is over.
    pub(super) fn look_for_time_outs(&mut self, cx: &mut Context<'_, MapReduce>) {
        let now = cx.now();
        for attempt in self.at_work(|it| it.until.is_some_and(|until| until <= now)) {
            if self.has(Mutant::NeverAgain) {
                let standing = self.standing_mut(attempt.task);
                let running = standing.into_iter().flat_map(|it| &mut it.running);
                running.filter(|it| it.attempt == attempt.number).for_each(|it| it.until = None);
                continue;
            }
            self.give_up(attempt, GivenUp::TimeOut, cx);
        }
        self.arm_time_out(cx);
    }

    /// An attempt is given up; its task is idle again when it was the only one.
    pub(super) fn give_up(
        &mut self,
        attempt: Attempt,
        why: GivenUp,
        cx: &mut Context<'_, MapReduce>,
    ) {
        let Some(standing) = self.standing_mut(attempt.task) else { return };
        let Some(place) = standing.running.iter().position(|it| it.attempt == attempt.number)
        else {
            return;
        };
        let worker = standing.running.remove(place).worker;
        standing.backed_up = false;
        cx.notify(Notice::GivenUp { attempt, worker, why });
    }

    /// The second failure on the same record has it left out, from the next attempt on (section 4.6).
    pub(super) fn note_bad_record(
        &mut self,
        attempt: Attempt,
        record: u64,
        cx: &mut Context<'_, MapReduce>,
    ) {
        let split = attempt.task.number;
        let fails = self.fails.entry((split, record)).or_default();
        // An attempt says it until somebody hears it.
        fails.insert(attempt.number);
        if fails.len() >= FAILURES && self.options.skip && self.skips.insert((split, record)) {
            if self.options.checkpoint {
                cx.save(Durable::Skip(split, record));
            }
            cx.notify(Notice::Skips { split, record });
        }
    }

    /// Somebody could not read a bucket where it was said to be.
    pub(super) fn note_no_bucket(
        &mut self,
        map: u32,
        attempt: u32,
        cx: &mut Context<'_, MapReduce>,
    ) {
        let standing = self.maps.get(map as usize);
        let done = standing.and_then(|it| it.done).filter(|done| done.attempt == attempt);
        if let Some(done) = done
            && self.options.disk == DiskModel::Local
        {
            // Who has lost one has lost all: its disk is another.
            let here = |it: &Standing| it.done.is_some_and(|it| it.worker == done.worker);
            let maps = 0..self.maps.len();
            let lost: Vec<usize> = maps.filter(|map| here(&self.maps[*map])).collect();
            for map in lost {
                let task = Task::map(self.round, map as u32);
                cx.notify(Notice::Unread { task, worker: done.worker });
                self.reopen(map as u32, done.worker, cx);
            }
        }
    }
}
