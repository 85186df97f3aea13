//! What must come of a job once the coordinator, some workers and the shared disk are healed: it
//! ends, and workers exit.

use netsplit_core::id::NodeId;

use crate::choice::Choice;
use crate::lab::Lab as _;
use crate::labs::mapreduce::MapReduceLab;
use crate::swarm::driver::Driver;

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
        let patience = self.patience();
        loop {
            let before = self.progress();
            let come = self.wait(patience, otherwise, |driver| holds(driver));
            if come.is_err() && self.progress() <= before && std::env::var("DBG").is_ok() {
                let w = &self.scene.world;
                let o = &w.options().lab;
                dbg_line(format!("{} {:?}", w.now(), options_dbg(o)));
                for id in w.ids() {
                    let n = w.node(id);
                    dbg_line(format!("{id} up {} timers {:?}", n.is_up(), n.timers().collect::<Vec<_>>()));
                    if let Some(m) = n.machine() {
                        if let Some(k) = m.worker() {
                            dbg_line(format!("   exited {:?} pending {:?}", k.exited(), k.pending().map(|p| format!("{} {} x{}", p.to, netsplit_core::machine::Mail::kind(&p.message), p.asked.1)).collect::<Vec<_>>()));
                            for ph in netsplit_core::mapreduce::task::Phase::BOTH { if let Some(d)=k.doing(ph) { dbg_line(format!("   doing {} run {} {:?} taken {:?} located {:?} of {}", d.attempt(), d.order.of.run as u16, d.stage, d.taken.keys().collect::<Vec<_>>(), d.located, d.order.maps)); } }
                        }
                        if let Some(k) = m.coordinator() {
                            dbg_line(format!("   run {} round {} over {}", k.run() as u16, k.round(), k.is_over()));
                            for ph in netsplit_core::mapreduce::task::Phase::BOTH { for (i,t) in k.tasks(ph).iter().enumerate() { dbg_line(format!("   {} {i} done {:?} running {:?}", ph.word(), t.done.map(|d| (d.attempt,d.worker)), t.running.iter().map(|r| (r.attempt, r.worker, r.since, r.until)).collect::<Vec<_>>())); } }
                        }
                    }
                }
            }
            if come.is_ok() || self.progress() <= before {
                return come;
            }
        }
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

fn options_dbg(o: &crate::labs::mapreduce_options::Options) -> Vec<(String, String)> { crate::labs::mapreduce_options::options_as_pairs(o) }

fn dbg_line(s: String) { use std::io::Write; let mut f = std::fs::OpenOptions::new().create(true).append(true).open("/tmp/dbg.log").unwrap(); writeln!(f, "{s}").unwrap(); }
