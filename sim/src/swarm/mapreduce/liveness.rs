//! What must come of a job once the coordinator, some workers and the shared disk are healed: it
//! ends, and workers exit.

use netsplit_core::id::NodeId;
use netsplit_core::time::Span;

use crate::choice::Choice;
use crate::lab::Lab as _;
use crate::labs::mapreduce::MapReduceLab;
use crate::labs::mapreduce::costs::CORE_EACH;
use crate::swarm::driver::Driver;
use crate::swarm::liveness::PATIENCE;

use super::plan::EMITTED;

/// What must come in the end.
mod own {
    /// The job is over.
    pub(super) const ENDS: &str = "live-job";
    /// Workers exit.
    pub(super) const EXITS: &str = "live-exit";
}

impl Driver<MapReduceLab> {
    /// The coordinator and a worker are always among the healed: without them there is no job. All
    /// others are down.
    pub(super) fn demand_of_job(&mut self, core: &[NodeId]) -> Result<(), &'static str> {
        let cast = self.scene.world.cast();
        let mut healed = core.to_vec();
        for node in [cast.at(0), cast.at(1)] {
            if !healed.contains(&node) {
                healed.push(node);
            }
        }
        for node in cast.servers() {
            match healed.contains(&node) {
                true => self.set_up(node),
                false => self.crash(node),
            }
        }
        // What came while a node was paused is handled now; that its process is to die, for one.
        self.run_to(self.scene.world.now());
        healed.iter().for_each(|node| self.set_up(*node));
        let ends: Vec<NodeId> = healed.iter().copied().chain(cast.clients()).collect();
        for &from in &ends {
            for &to in &ends {
                if self.scene.world.network().is_cut(from, to) {
                    self.act(Choice::Mend(from, to));
                }
            }
        }
        self.comes(own::ENDS, Driver::is_over)?;
        let workers: Vec<NodeId> = healed.into_iter().filter(|node| *node != cast.at(0)).collect();
        self.comes(own::EXITS, |driver| driver.have_exited(&workers))
    }

    /// A node runs, and a process on it.
    fn set_up(&mut self, node: NodeId) {
        if self.scene.world.node(node).is_stalled() {
            self.act(Choice::Unstall(node));
        }
        if self.scene.world.node(node).is_paused() {
            self.act(Choice::Resume(node));
        }
        let machine = self.scene.world.node(node).machine();
        let exited = machine.and_then(|node| node.worker()).is_some_and(|it| it.exited().is_some());
        if exited {
            self.crash(node);
        }
        if !self.scene.world.node(node).is_up() {
            self.act(Choice::Restart(node));
        }
    }

    /// Something comes, as long as tasks are done on the way there.
    fn comes(
        &mut self,
        otherwise: &'static str,
        holds: impl Fn(&Driver<MapReduceLab>) -> bool,
    ) -> Result<(), &'static str> {
        let patience = self.patience() + self.work();
        loop {
            let before = self.progress();
            let come = self.wait(patience, otherwise, |driver| holds(driver));
            if come.is_ok() || self.progress() <= before {
                return come;
            }
        }
    }

    /// As many times what a reduce task takes to read its buckets as a time-out is waited for: where
    /// that is longer than the time-out, some attempts are at it at the same time.
    fn work(&self) -> Span {
        let lab = &self.plan.world.lab;
        let input = u64::from(lab.splits) * lab.bytes * lab.machines.scale;
        let buckets = input * EMITTED / u64::from(lab.machines.parts);
        Span::from_micros(buckets * 1_000_000 / CORE_EACH * PATIENCE)
    }

    /// How many tasks are done.
    fn progress(&self) -> u64 {
        let world = &self.scene.world;
        let coordinator = world.node(world.cast().at(0)).machine();
        coordinator.map_or(0, |node| MapReduceLab::glance(node).committed)
    }

    fn is_over(&self) -> bool {
        let world = &self.scene.world;
        let coordinator = world.node(world.cast().at(0)).machine();
        coordinator.and_then(|node| node.coordinator()).is_some_and(|it| it.is_over())
    }

    fn have_exited(&self, workers: &[NodeId]) -> bool {
        workers.iter().all(|worker| {
            let machine = self.scene.world.node(*worker).machine();
            machine.and_then(|node| node.worker()).is_some_and(|it| it.exited().is_some())
        })
    }
}
