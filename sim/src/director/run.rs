//! The executor: polls a director's tasks and lets the world go on between.

use std::cell::{Cell, Ref, RefCell};
use std::fmt;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use netsplit_core::rng::Rng;
use netsplit_core::time::Time;

use crate::lab::Lab;
use crate::moment::Moment;
use crate::scene::{Act, Limits};
use crate::timeline::{Progress, Timeline};
use crate::world::WorldOptions;

use super::{Advance, Bounds, Cluster, Failure, Inner, Task, Verdict, Wait, Watch};

struct Waiting {
    number: u32,
    task: Task,
    wait: Wait,
    /// Tasks that wake together are polled in the order they began to wait.
    since: u64,
}

/// A run with its director.
pub struct Directed<L: Lab> {
    cluster: Cluster<L>,
    /// The first is the director itself.
    tasks: Vec<Waiting>,
    waits: u64,
    /// Everything due up to here has happened.
    reached: Option<Time>,
    verdict: Option<Verdict>,
}

impl<L: Lab> fmt::Debug for Directed<L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Directed");
        shown.field("now", &self.cluster.now()).field("verdict", &self.verdict);
        shown.finish_non_exhaustive()
    }
}

impl<L: Lab> Directed<L> {
    /// A run at its start. `director` names the director among all, so that each
    /// draws by itself; the run fails when it takes longer than it may.
    pub fn new(
        options: WorldOptions<L>,
        director: u64,
        bounds: Bounds,
        watch: Box<dyn Watch<L>>,
        task: impl FnOnce(Cluster<L>) -> Task,
    ) -> Directed<L> {
        // A stream that no node's generator is split from.
        let rng = Rng::new(options.seed).split(0x6469_7265_6374).split(director);
        let limits = Limits { steps: bounds.steps, ..Limits::default() };
        let cluster = Cluster(Rc::new(Inner {
            timeline: RefCell::new(Timeline::new(options, Rc::from([]), limits)),
            rng: RefCell::new(rng),
            watch: RefCell::new(watch),
            limit: Time::ZERO + bounds.time,
            notes: RefCell::new(Vec::new()),
            wait: Cell::new(Wait::Until(Time::ZERO)),
            tasks_made: Cell::new(0),
            spawned: RefCell::new(Vec::new()),
            failed: RefCell::new(None),
            at_once: Cell::new((Time::ZERO, 0)),
        }));
        // The director wakes when the nodes have started.
        let task = task(cluster.clone());
        let first = Waiting { number: 0, task, wait: Wait::Until(Time::ZERO), since: 0 };
        Directed { cluster, tasks: vec![first], waits: 0, reached: None, verdict: None }
    }

    /// The run as far as it got, at its edge.
    pub fn timeline(&self) -> Ref<'_, Timeline<L>> {
        self.cluster.0.timeline.borrow()
    }

    /// All that the director did so far.
    pub fn record(&self) -> Vec<Act> {
        self.timeline().branch().acts().to_vec()
    }

    /// What the director said, each sentence with its moment.
    pub fn notes(&self) -> Vec<(Moment, String)> {
        self.cluster.0.notes.borrow().clone()
    }

    /// How it ended, once it has.
    pub fn verdict(&self) -> Option<&Verdict> {
        self.verdict.as_ref()
    }

    /// Goes on by about so many steps.
    pub fn advance(&mut self, steps: u64) -> Advance {
        let last = self.timeline().scene().world.steps().saturating_add(steps);
        loop {
            if let Some(verdict) = &self.verdict {
                return Advance::Ended(verdict.clone());
            }
            if let Some((moment, failure)) = self.cluster.0.failed.take() {
                self.verdict = Some(Verdict::Failed { moment, message: failure.0 });
            } else if let Some(place) = self.ready() {
                self.poll(place);
            } else if self.timeline().scene().world.steps() >= last {
                return Advance::Running;
            } else {
                self.go_on();
            }
        }
    }

    /// Goes on to the end.
    pub fn run(&mut self) -> Verdict {
        loop {
            if let Advance::Ended(verdict) = self.advance(u64::MAX) {
                return verdict;
            }
        }
    }

    /// Which task is to be polled now, if one is.
    fn ready(&self) -> Option<usize> {
        let up_to_now = |time: Time| self.reached >= Some(time);
        let key = |waiting: &Waiting| match waiting.wait {
            Wait::Until(time) | Wait::Step(time) if up_to_now(time) => Some((time, waiting.since)),
            Wait::Task(number) if self.tasks.iter().all(|other| other.number != number) => {
                Some((self.cluster.now(), waiting.since))
            }
            _ => None,
        };
        let keys = self.tasks.iter().enumerate();
        keys.filter_map(|(place, task)| Some((key(task)?, place))).min().map(|(_, place)| place)
    }

    fn poll(&mut self, place: usize) {
        self.cluster.count_at_once();
        let polled = self.tasks[place].task.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        match polled {
            Poll::Pending => {
                self.waits += 1;
                self.tasks[place].wait = self.cluster.0.wait.get();
                self.tasks[place].since = self.waits;
            }
            Poll::Ready(Ok(())) if self.tasks[place].number == 0 => self.end(),
            Poll::Ready(Ok(())) => drop(self.tasks.remove(place)),
            Poll::Ready(Err(failure)) => self.cluster.fail(failure),
        }
        let (now, spawned) = (self.cluster.now(), self.cluster.0.spawned.take());
        for (number, task) in spawned {
            self.waits += 1;
            let wait = Wait::Until(now);
            self.tasks.push(Waiting { number, task, wait, since: self.waits });
        }
    }

    /// Lets the world make a step, or time pass until a task wakes.
    fn go_on(&mut self) {
        let wakes = |waiting: &Waiting| match waiting.wait {
            Wait::Until(time) | Wait::Step(time) => Some(time),
            Wait::Task(_) => None,
        };
        let until = self.tasks.iter().filter_map(wakes).min();
        let limit = self.cluster.0.limit;
        let Some(until) = until.filter(|until| *until <= limit) else {
            let seconds = limit.micros() / 1_000_000;
            return self.cluster.fail(Failure(format!("test took longer than {seconds} seconds")));
        };
        let progress = self.cluster.0.timeline.borrow_mut().run_to(Moment::after(until), 1);
        match progress {
            Progress::Reached => self.reached = Some(until),
            Progress::Stopped(stop) => {
                self.cluster.fail(Failure(format!("a limit of the run is reached: {stop:?}")));
            }
            Progress::Budget => {
                self.cluster.watch();
                let waits = |task: &&Waiting| matches!(task.wait, Wait::Step(_));
                let woken: Vec<u32> =
                    self.tasks.iter().filter(waits).map(|task| task.number).collect();
                for number in woken {
                    if let Some(place) = self.tasks.iter().position(|task| task.number == number) {
                        self.poll(place);
                    }
                }
            }
        }
    }

    fn end(&mut self) {
        if self.cluster.0.failed.borrow().is_some() {
            return;
        }
        let broken = self.timeline().scene().broken().first().cloned();
        self.verdict = Some(broken.map_or(Verdict::Passed, Verdict::Broken));
    }
}
