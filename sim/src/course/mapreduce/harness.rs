//! What the tests are written with: processes that run and exit, and files that are read at the end.

use netsplit_core::id::NodeId;
use netsplit_core::mapreduce::file::FileName;
use netsplit_core::time::Span;

use crate::choice::Choice;
use crate::director::{Asserted, Cluster, Failure, ensure};
use crate::labs::mapreduce::MapReduceLab;
use crate::scene::Scene;
use crate::world::World;

/// A job at work. Copies are the same.
#[derive(Clone, Debug)]
pub struct Harness {
    cluster: Cluster<MapReduceLab>,
}

/// A job takes no longer than this; past it the script kills all processes.
const TIME_LIMIT: Span = Span::from_millis(170_000);
/// Who has nothing more to do exits within this.
const EXITS_WITHIN: Span = Span::from_millis(10_000);

/// Who has exited first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum First {
    /// The coordinator: the job is over.
    Coordinator,
    /// A worker.
    Worker(NodeId),
}

fn is_over(world: &World<MapReduceLab>) -> bool {
    let coordinator = world.node(world.cast().at(0)).machine().and_then(|it| it.coordinator());
    coordinator.is_some_and(|it| it.is_over())
}

/// Whether a worker has exited by itself.
fn has_left(world: &World<MapReduceLab>, worker: NodeId) -> bool {
    exited(world, worker) == Some(false)
}

fn exited(world: &World<MapReduceLab>, worker: NodeId) -> Option<bool> {
    world.node(worker).machine().and_then(|it| it.worker()).and_then(|it| it.exited())
}

impl Harness {
    /// All processes run.
    pub fn new(cluster: Cluster<MapReduceLab>) -> Harness {
        Harness { cluster }
    }

    /// Says what comes now: a note of the run.
    pub fn note(&self, sentence: impl Into<String>) {
        self.cluster.note(sentence);
    }

    /// The workers.
    pub fn workers(&self) -> Vec<NodeId> {
        self.cluster.look(|world| world.cast().servers().skip(1).collect())
    }

    async fn until(
        &self,
        what: &str,
        holds: impl Fn(&World<MapReduceLab>) -> bool,
        within: Span,
    ) -> Asserted<()> {
        let held =
            self.cluster.run_until(|scene: &Scene<MapReduceLab>| holds(&scene.world), within);
        ensure(held.await, || format!("{what} within {within}"))
    }

    /// Waits until the job is over, as the coordinator has it.
    ///
    /// # Errors
    /// When it takes too long.
    pub async fn job_over(&self) -> Asserted<()> {
        self.until("the job did not finish", is_over, TIME_LIMIT).await
    }

    /// Waits until so many workers have exited.
    ///
    /// # Errors
    /// When it takes too long.
    pub async fn workers_exit(&self, count: usize) -> Asserted<()> {
        let workers = self.workers();
        let left = move |world: &World<MapReduceLab>| {
            workers.iter().filter(|worker| has_left(world, **worker)).count() >= count
        };
        self.until("workers did not exit", left, TIME_LIMIT).await
    }

    /// Waits until all workers that run have exited, now that the job is over.
    ///
    /// # Errors
    /// When one does not.
    pub async fn all_exit(&self) -> Asserted<()> {
        let workers = self.workers();
        let left = move |world: &World<MapReduceLab>| {
            workers.iter().all(|worker| exited(world, *worker).is_some())
        };
        self.until("workers did not exit after the job", left, EXITS_WITHIN).await
    }

    /// Waits until somebody exits, and says who.
    ///
    /// # Errors
    /// When nobody does.
    pub async fn first_exit(&self) -> Asserted<First> {
        let workers = self.workers();
        let first = move |world: &World<MapReduceLab>| {
            let worker = workers.iter().find(|worker| has_left(world, **worker));
            worker
                .map(|worker| First::Worker(*worker))
                .or(is_over(world).then_some(First::Coordinator))
        };
        let found = first.clone();
        self.until("nobody exited", move |world| found(world).is_some(), TIME_LIMIT).await?;
        self.cluster.look(first).ok_or_else(|| Failure::new("nobody exited"))
    }

    /// Starts a worker's process again a second after it has crashed, until the job is over or the
    /// worker exits by itself.
    pub async fn keep_running(self, worker: NodeId) -> Asserted<()> {
        loop {
            let crashed = move |scene: &Scene<MapReduceLab>| {
                exited(&scene.world, worker) == Some(true) || is_over(&scene.world)
            };
            self.cluster.run_on_until(crashed).await;
            if self.cluster.look(is_over) {
                return Ok(());
            }
            self.cluster.sleep(Span::from_millis(1_000)).await;
            self.cluster.crash(worker);
            self.cluster.restart(worker);
        }
    }

    /// Does something beside the test; its failure ends the run.
    pub fn spawn(&self, task: impl Future<Output = Asserted<()>> + 'static) {
        drop(self.cluster.spawn(task));
    }

    /// Acts by hand.
    pub fn act(&self, choice: Choice) {
        // Only what is possible is asked for.
        let _ = self.cluster.act(choice);
    }

    /// The lines of all output files, sorted: `sort mr-out* | grep .`.
    pub fn output(&self) -> Vec<String> {
        let mut lines = Vec::new();
        self.cluster.look(|world| {
            let store = world.cast().at(world.cast().servers);
            let Some(storage) = world.node(store).machine().and_then(|it| it.storage()) else {
                return;
            };
            for (name, file) in &storage.files().files {
                if matches!(name, FileName::Output { .. }) {
                    let text = file.content.bytes();
                    lines.extend(text.text().lines().map(str::to_owned));
                }
            }
        });
        lines.retain(|line| !line.is_empty());
        lines.sort();
        lines
    }

    /// The output is what a sequential run writes.
    ///
    /// # Errors
    /// When it is not.
    pub fn check_output(&self) -> Asserted<()> {
        let wanted = self.cluster.look_at_run(|scene| {
            let truth = scene.checks().truth().cloned();
            let mut lines: Vec<String> = Vec::new();
            for round in truth.iter().flat_map(|truth| truth.0.last()) {
                for part in &round.outputs {
                    lines.extend(part.text.text().lines().map(str::to_owned));
                }
            }
            lines.sort();
            lines
        });
        let found = self.output();
        ensure(found == wanted, || {
            format!(
                "output is not the same as that of a sequential run: {} lines, expected {}",
                found.len(),
                wanted.len()
            )
        })
    }
}
