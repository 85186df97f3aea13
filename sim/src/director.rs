//! Directors: plain code that drives a run.
//!
//! A director acts by [`Choice`]s, waits in the world's time, and reads notices
//! and nodes only. What goes on at the same time (three clients of a cluster)
//! are async functions on the small executor here, whose only clock is the
//! world's: no threads, no wakers, nothing that could differ from run to run.
//!
//! All that a director does is recorded as acts with their moments, so seeking
//! and branching use the record; the director itself runs from the start, once,
//! in slices ([`Directed::advance`]).

mod run;
#[cfg(test)]
mod tests;

pub use run::Directed;

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use netsplit_core::id::NodeId;
use netsplit_core::rng::Rng;
use netsplit_core::time::{Span, Time};

use crate::choice::Choice;
use crate::lab::{Lab, Notice};
use crate::moment::Moment;
use crate::property::Violation;
use crate::scene::{Deed, Scene};
use crate::timeline::Timeline;
use crate::verb::NotPossible;
use crate::world::World;

/// An assertion of a director that did not hold, in one sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure(pub String);

impl Failure {
    /// A failure with this sentence.
    pub fn new(sentence: impl Into<String>) -> Failure {
        Failure(sentence.into())
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a task of a director comes to.
pub type Asserted<T> = Result<T, Failure>;

/// Fails with a sentence unless a condition holds.
///
/// # Errors
/// When it does not.
pub fn ensure(holds: bool, sentence: impl FnOnce() -> String) -> Asserted<()> {
    if holds { Ok(()) } else { Err(Failure(sentence())) }
}

/// A task of a director.
pub type Task = Pin<Box<dyn Future<Output = Asserted<()>>>>;

/// How a directed run ended.
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    /// Everything the director asserts held, and every property.
    Passed,
    /// An assertion of the director did not hold.
    Failed {
        /// When that was seen.
        moment: Moment,
        /// The assertion, in a sentence.
        message: String,
    },
    /// The director was content, but a property was broken on the way.
    Broken(Violation),
}

impl Verdict {
    /// True when it passed.
    pub fn passed(&self) -> bool {
        *self == Verdict::Passed
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Verdict::Passed => f.write_str("passed"),
            Verdict::Failed { moment, message } => write!(f, "failed at {moment}: {message}"),
            Verdict::Broken(it) => write!(f, "{} broken at {}", it.property, it.moment),
        }
    }
}

/// What a slice of a directed run came to.
#[derive(Clone, Debug, PartialEq)]
pub enum Advance {
    /// There is more to come.
    Running,
    /// The director is done.
    Ended(Verdict),
}

/// Who looks at every step of a directed run: a tester that sits on the nodes.
pub trait Watch<L: Lab> {
    /// Looks at the step just made. What is to be done about it at the very same
    /// moment goes to `wanted`.
    ///
    /// # Errors
    /// When an assertion does not hold; the run ends then.
    fn look(&mut self, scene: &Scene<L>, wanted: &mut VecDeque<Choice>) -> Asserted<()>;
}

/// Polls and acts within one instant at most: past that the director is caught
/// in a loop that takes no time.
const AT_ONCE_MOST: u32 = 100_000;

/// How long a directed run may take; past that it fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// In virtual time.
    pub time: Span,
    /// In steps. Who makes more than a director needs answers messages with messages.
    pub steps: u64,
}

impl Bounds {
    /// So long, with as many steps as most directors stay far below.
    pub const fn of_time(time: Span) -> Bounds {
        Bounds { time, steps: 200_000 }
    }
}

/// What a task waits for.
#[derive(Clone, Copy, Debug)]
enum Wait {
    /// Everything due up to a time has happened.
    Until(Time),
    /// A step, or that time.
    Step(Time),
    /// Another task is done.
    Task(u32),
}

struct Inner<L: Lab> {
    timeline: RefCell<Timeline<L>>,
    rng: RefCell<Rng>,
    watch: RefCell<Box<dyn Watch<L>>>,
    /// When it has taken too long.
    limit: Time,
    /// What the director says it does, with the moments.
    notes: RefCell<Vec<(Moment, String)>>,
    /// Set by the task that is being polled.
    wait: Cell<Wait>,
    tasks_made: Cell<u32>,
    spawned: RefCell<Vec<(u32, Task)>>,
    /// The first failure, with its moment.
    failed: RefCell<Option<(Moment, Failure)>>,
    /// Polls and acts at an instant.
    at_once: Cell<(Time, u32)>,
}

/// A run as its director has it: the verbs. Copies are the same run.
pub struct Cluster<L: Lab>(Rc<Inner<L>>);

impl<L: Lab> Clone for Cluster<L> {
    fn clone(&self) -> Cluster<L> {
        Cluster(Rc::clone(&self.0))
    }
}

impl<L: Lab> fmt::Debug for Cluster<L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cluster").field("now", &self.now()).finish_non_exhaustive()
    }
}

impl<L: Lab> Cluster<L> {
    // ── Looking ────────────────────────────────────────────────────────────

    /// The virtual time.
    pub fn now(&self) -> Time {
        self.0.timeline.borrow().moment().at
    }

    /// Looks at the world.
    pub fn look<T>(&self, at: impl FnOnce(&World<L>) -> T) -> T {
        at(&self.0.timeline.borrow().scene().world)
    }

    /// Looks at the whole run: the world, and what the checks remember of it.
    pub fn look_at_run<T>(&self, at: impl FnOnce(&Scene<L>) -> T) -> T {
        at(self.0.timeline.borrow().scene())
    }

    /// True while a node runs.
    pub fn is_up(&self, node: NodeId) -> bool {
        self.look(|world| world.node(node).is_up())
    }

    /// The director's own generator; the world's draws do not notice it.
    pub fn random<T>(&self, draw: impl FnOnce(&mut Rng) -> T) -> T {
        draw(&mut self.0.rng.borrow_mut())
    }

    // ── Acting ─────────────────────────────────────────────────────────────

    /// Does something now; it is recorded.
    ///
    /// # Errors
    /// When it is not possible; then nothing has changed.
    pub fn act(&self, choice: Choice) -> Result<(), NotPossible> {
        self.0.timeline.borrow_mut().act(Deed::Choice(choice))?;
        self.count_at_once();
        self.watch();
        Ok(())
    }

    /// Asks a node for something in the lab's words and returns what it told in
    /// that very step; `None` when it is down.
    pub fn request(&self, node: NodeId, words: &str) -> Option<Vec<Notice<L>>> {
        let asked = Deed::Choice(Choice::Request(node, words.into()));
        self.0.timeline.borrow_mut().act(asked).ok()?;
        let notices = self.look(|world| world.notices().cloned().collect());
        self.count_at_once();
        self.watch();
        Some(notices)
    }

    /// Crashes a node that is up.
    pub fn crash(&self, node: NodeId) {
        // A node that is down already stays so.
        let _ = self.act(Choice::crash(node));
    }

    /// Starts a node that is down.
    pub fn restart(&self, node: NodeId) {
        let _ = self.act(Choice::Restart(node));
    }

    /// Cuts one direction of a link.
    pub fn cut(&self, from: NodeId, to: NodeId) {
        let _ = self.act(Choice::Cut(from, to));
    }

    /// Mends one direction of a link.
    pub fn mend(&self, from: NodeId, to: NodeId) {
        let _ = self.act(Choice::Mend(from, to));
    }

    /// Says in a sentence what the director does from here on. It changes nothing.
    pub fn note(&self, sentence: impl Into<String>) {
        let moment = self.0.timeline.borrow().moment();
        self.0.notes.borrow_mut().push((moment, sentence.into()));
    }

    // ── Waiting ────────────────────────────────────────────────────────────

    /// Waits until everything due up to so long from now has happened.
    pub async fn sleep(&self, span: Span) {
        self.sleep_until(self.now() + span).await;
    }

    /// The same by another word: lets the run go on for so long.
    pub async fn run_for(&self, span: Span) {
        self.sleep(span).await;
    }

    /// Waits until everything due up to a time has happened.
    pub async fn sleep_until(&self, time: Time) {
        let mut waited = false;
        poll_fn(|_| {
            if std::mem::replace(&mut waited, true) {
                return Poll::Ready(());
            }
            self.0.wait.set(Wait::Until(time));
            Poll::Pending
        })
        .await;
    }

    /// Lets the run go on until a condition holds after a step, at most so long.
    /// False when it did not.
    pub async fn run_until(&self, holds: impl Fn(&Scene<L>) -> bool, within: Span) -> bool {
        self.run_until_or(holds, self.now() + within).await
    }

    /// The same, for as long as the run may take.
    pub async fn run_on_until(&self, holds: impl Fn(&Scene<L>) -> bool) -> bool {
        self.run_until_or(holds, self.0.limit).await
    }

    async fn run_until_or(&self, holds: impl Fn(&Scene<L>) -> bool, end: Time) -> bool {
        poll_fn(|_| {
            if holds(self.0.timeline.borrow().scene()) {
                return Poll::Ready(true);
            }
            if self.now() >= end {
                return Poll::Ready(false);
            }
            self.0.wait.set(Wait::Step(end));
            Poll::Pending
        })
        .await
    }

    /// Starts a task beside this one; it is first polled when this one waits.
    /// Its failure ends the run. To wait for it, await what is returned.
    pub fn spawn<T: 'static>(
        &self,
        task: impl Future<Output = Asserted<T>> + 'static,
    ) -> Joined<L, T> {
        let number = self.0.tasks_made.get() + 1;
        self.0.tasks_made.set(number);
        let result = Rc::new(RefCell::new(None));
        let place = Rc::clone(&result);
        let task = async move {
            let value = task.await?;
            *place.borrow_mut() = Some(value);
            Ok(())
        };
        self.0.spawned.borrow_mut().push((number, Box::pin(task)));
        Joined { cluster: self.clone(), number, result }
    }

    // ── Within ─────────────────────────────────────────────────────────────

    /// Shows the step just made to who watches, and does what that one wants.
    fn watch(&self) {
        let mut wanted = VecDeque::new();
        loop {
            let seen = {
                let timeline = self.0.timeline.borrow();
                self.0.watch.borrow_mut().look(timeline.scene(), &mut wanted)
            };
            if let Err(failure) = seen {
                return self.fail(failure);
            }
            let Some(choice) = wanted.pop_front() else { return };
            if self.0.timeline.borrow_mut().act(Deed::Choice(choice)).is_err() {
                return self.fail(Failure::new("the tester wanted what is not possible"));
            }
        }
    }

    fn fail(&self, failure: Failure) {
        let moment = self.0.timeline.borrow().moment();
        self.0.failed.borrow_mut().get_or_insert((moment, failure));
    }

    fn count_at_once(&self) {
        let now = self.now();
        let (at, count) = self.0.at_once.get();
        let count = if at == now { count + 1 } else { 1 };
        self.0.at_once.set((now, count));
        if count >= AT_ONCE_MOST {
            self.fail(Failure::new("the director never lets time pass"));
        }
    }
}

/// Waits for a task that was started beside, and gives what it returned.
pub struct Joined<L: Lab, T> {
    cluster: Cluster<L>,
    number: u32,
    result: Rc<RefCell<Option<T>>>,
}

impl<L: Lab, T> fmt::Debug for Joined<L, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Joined").field("number", &self.number).finish_non_exhaustive()
    }
}

impl<L: Lab, T> Joined<L, T> {
    /// Whether the task is done, and its result not taken.
    pub fn is_done(&self) -> bool {
        self.result.borrow().is_some()
    }
}

impl<L: Lab, T> Future for Joined<L, T> {
    type Output = T;

    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<T> {
        match self.result.borrow_mut().take() {
            Some(value) => Poll::Ready(value),
            None => {
                self.cluster.0.wait.set(Wait::Task(self.number));
                Poll::Pending
            }
        }
    }
}
