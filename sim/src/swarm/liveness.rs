//! The liveness phase: a majority is healed and no more, and it must elect,
//! commit, agree, and stay as it is.
//!
//! Nothing goes wrong any more *within* that majority, the core, and between it and
//! the clients: links lose nothing and are quick against the time-outs, disks too,
//! clocks stay within the bound. All other servers are down or cut off both ways;
//! where the lab bears it, also in one direction only. What must come then, the lab
//! says.

use netsplit_core::id::NodeId;
use netsplit_core::machine::Alarm as _;
use netsplit_core::quorum::majority;
use netsplit_core::time::Span;

use crate::choice::{Choice, Dial, EnvelopeId};
use crate::network::Delay;

use super::driver::Driver;
use super::kind;
use super::lab::SwarmLab;

/// A leader must be there, and a new command committed and applied by all of the
/// core, each after at most so many of the longest election time-outs; what was
/// left to catch up with comes on top, as long as no more than this passes
/// without progress.
pub const PATIENCE: u64 = 20;
/// For so many of them nothing may change then.
pub const STAYS: u64 = 5;
/// What must come in the end, by short names.
pub mod property {
    /// A leader is elected.
    pub const ELECTS: &str = "live-elect";
    /// What it is asked is committed.
    pub const COMMITS: &str = "live-commit";
    /// It is applied everywhere.
    pub const APPLIES: &str = "live-apply";
    /// The leader stays.
    pub const STAYS: &str = "live-stable";
    /// It takes no more messages than it needs.
    pub const TRAFFIC: &str = "bounded-traffic";
    /// What a snapshot covers is gone from the log.
    pub const SPACE: &str = "bounded-log";
}

impl<L: SwarmLab> Driver<L> {
    /// Heals a majority and watches it. Names what did not come.
    pub(super) fn liveness_phase(&mut self) -> Result<(), &'static str> {
        let core = self.heal();
        if self.goes_on() { L::demand(self, &core) } else { Ok(()) }
    }

    /// Heals a majority of those that are not out for good, in each group, and puts the
    /// others aside.
    fn heal(&mut self) -> Vec<NodeId> {
        let (ids, mut core) = (self.servers(), Vec::new());
        for members in self.groups() {
            let needed = majority(members.len() as u32) as usize;
            let mut good = members;
            good.retain(|node| !self.out.contains(node));
            let size = self.rng.between(needed as u64, good.len() as u64) as usize;
            while good.len() > size {
                let place = self.rng.below(good.len() as u64) as usize;
                good.remove(place);
            }
            core.extend(good);
        }
        self.calm_network();
        for &node in &ids {
            if core.contains(&node) {
                self.heal_node(node);
            }
        }
        for &node in &ids {
            if !core.contains(&node) {
                self.put_aside(node, &core);
            }
        }
        let clients = self.scene.world.ids().filter(|id| id.is_client());
        let ends: Vec<NodeId> = core.iter().copied().chain(clients).collect();
        for &from in &ends {
            for &to in &ends {
                if self.scene.world.network().is_cut(from, to) {
                    self.act(Choice::Mend(from, to));
                }
            }
        }
        self.clear_mail();
        core
    }

    /// All faults of the network are off, and it is quick.
    fn calm_network(&mut self) {
        let least = self.times().election_min.micros();
        let low = self.rng.between(50, least / 40);
        let high = low + self.rng.below(least / 16);
        let rules: Vec<u32> = self.scene.world.rules().iter().map(|(id, _)| *id).collect();
        for id in rules {
            self.act(Choice::Unrule(id));
        }
        // First each link that has its own settings, then all.
        let delay = Delay::Uniform(Span::from_micros(low), Span::from_micros(high));
        for dial in [
            Dial::Delay(None, delay),
            Dial::Loss(None, 0),
            Dial::Duplicate(None, 0),
            Dial::Reorder(None, 0, Span::ZERO),
        ] {
            self.act(Choice::Tune(dial));
        }
    }

    fn heal_node(&mut self, node: NodeId) {
        let most = (self.times().election_min.micros() / 16).min(20_000);
        let takes = Span::from_micros(self.rng.below(most));
        self.act(Choice::Tune(Dial::Save(Some(node), takes)));
        if self.scene.world.node(node).is_stalled() {
            self.act(Choice::Unstall(node));
        }
        if !self.scene.world.node(node).is_up() {
            self.act(Choice::Restart(node));
        } else if self.scene.world.node(node).is_paused() {
            self.act(Choice::Resume(node));
        }
        // Timers that were put off run out.
        let (lab, now) = (&self.plan.world.lab, self.scene.world.now());
        let timers = self.scene.world.node(node).timers();
        let late = timers.filter(|&(timer, at)| at > now + L::runs_at_most(lab, timer));
        let late: Vec<u32> = late.map(|(timer, _)| timer.code()).collect();
        for code in late {
            self.act(Choice::Fire(node, code));
        }
    }

    /// Takes a node away from the core, in one of the ways that are allowed.
    fn put_aside(&mut self, node: NodeId, core: &[NodeId]) {
        let one_way = L::bears_half_cuts(&self.plan.world.lab);
        match self.rng.below(if one_way { 4 } else { 2 }) {
            0 => {
                self.crash(node);
                self.note(kind::CORE_DOWN);
            }
            1 => {
                self.cut_off(node, core, true, true);
                self.note(kind::CORE_CUT);
            }
            way => {
                self.cut_off(node, core, way == 2, way == 3);
                self.note(kind::CORE_HALF_CUT);
            }
        }
    }

    fn cut_off(&mut self, node: NodeId, core: &[NodeId], out: bool, back: bool) {
        for &other in core {
            for (from, to, cut) in [(node, other, out), (other, node, back)] {
                if self.scene.world.network().is_cut(from, to) != cut {
                    self.act(if cut { Choice::Cut(from, to) } else { Choice::Mend(from, to) });
                }
            }
        }
    }

    /// Held messages come now; what is still long under way is lost.
    fn clear_mail(&mut self) {
        let soon = self.scene.world.now() + self.times().election_min;
        let mut mail: Vec<(EnvelopeId, bool, bool)> =
            self.scene.world.mail().map(|mail| (mail.id, mail.held, mail.arrives > soon)).collect();
        mail.sort_unstable();
        for (id, held, late) in mail {
            if late {
                self.act(Choice::Drop(id));
            } else if held {
                self.act(Choice::Release(id));
            }
        }
    }

    /// How long the core is waited for.
    pub(super) fn patience(&self) -> Span {
        Span::from_micros(self.times().election_max.micros() * PATIENCE)
    }

    /// Runs until something holds; an error when it does not come in time.
    pub(super) fn wait(
        &mut self,
        patience: Span,
        otherwise: &'static str,
        mut holds: impl FnMut(&mut Driver<L>) -> bool,
    ) -> Result<(), &'static str> {
        let (now, step) = (self.scene.world.now(), self.times().heartbeat);
        let end = now + patience;
        let mut next = now;
        while self.goes_on() && !holds(self) {
            if next >= end {
                return Err(otherwise);
            }
            next = (next + step).min(end);
            self.run_to(next);
        }
        Ok(())
    }
}
