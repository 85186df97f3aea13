//! The liveness phase: a majority is healed and no more, and it must elect,
//! commit, agree, and stay as it is.
//!
//! Nothing goes wrong any more *within* that majority, the core: its links lose
//! nothing and are quick against the time-outs, its disks too, its clocks stay
//! within the bound. All others are down or cut off both ways; with PreVote and
//! CheckQuorum on they may also be cut off in one direction only, for the two
//! together promise that such a node disturbs nobody (dissertation, 6.2, 9.6).

use netsplit_core::id::NodeId;
use netsplit_core::quorum::majority;
use netsplit_core::raft::message::Index;
use netsplit_core::time::{Span, Time};

use crate::choice::{Choice, Dial, EnvelopeId};
use crate::network::Delay;

use super::driver::Driver;
use super::watch::Kind;

/// A leader must be there, a new command committed and all of the core agree,
/// each after at most so many of the longest election time-outs.
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
}

impl Driver {
    /// Heals a majority and watches it. Names what did not come.
    pub(super) fn liveness_phase(&mut self) -> Result<(), &'static str> {
        let core = self.heal();
        if !self.goes_on() {
            return Ok(());
        }
        let patience = Span::from_micros(self.plan.world.lab.election_max.micros() * PATIENCE);
        self.wait(patience, property::ELECTS, |driver| driver.leader_of(&core).is_some())?;
        let last = self.commits_within(&core, patience)?;
        self.agrees_within(&core, last, patience)?;
        self.stays(&core)
    }

    /// Heals a majority of those that are not out for good, and puts the others
    /// aside.
    fn heal(&mut self) -> Vec<NodeId> {
        let ids: Vec<NodeId> = self.scene.world.ids().collect();
        let mut good: Vec<NodeId> =
            ids.iter().copied().filter(|node| !self.out.contains(node)).collect();
        let needed = majority(ids.len() as u32) as usize;
        let size = self.rng.between(needed as u64, good.len() as u64) as usize;
        while good.len() > size {
            let place = self.rng.below(good.len() as u64) as usize;
            good.remove(place);
        }
        let core = good;
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
        for &from in &core {
            for &to in &core {
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
        let least = self.plan.world.lab.election_min.micros();
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
        let most = (self.plan.world.lab.election_min.micros() / 16).min(20_000);
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
    }

    /// Takes a node away from the core, in one of the ways that are allowed.
    fn put_aside(&mut self, node: NodeId, core: &[NodeId]) {
        let lab = &self.plan.world.lab;
        let one_way = lab.pre_vote && lab.check_quorum;
        match self.rng.below(if one_way { 4 } else { 2 }) {
            0 => {
                self.crash(node);
                self.note(Kind::CoreDown);
            }
            1 => {
                self.cut_off(node, core, true, true);
                self.note(Kind::CoreCut);
            }
            way => {
                self.cut_off(node, core, way == 2, way == 3);
                self.note(Kind::CoreHalfCut);
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
        let soon = self.scene.world.now() + self.plan.world.lab.election_min;
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

    /// The member of the core that leads the newest term any of them knows, if
    /// all the others follow it.
    fn leader_of(&self, core: &[NodeId]) -> Option<NodeId> {
        let peer = |node: NodeId| self.scene.world.node(node).machine();
        let newest = core.iter().filter_map(|&node| Some(peer(node)?.current_term())).max()?;
        core.iter().copied().find(|&node| {
            core.iter().all(|&other| {
                peer(other).is_some_and(|other| {
                    other.current_term() == newest && other.leader() == Some(node)
                })
            })
        })
    }

    /// Runs until something holds; an error when it does not come in time.
    fn wait(
        &mut self,
        patience: Span,
        otherwise: &'static str,
        mut holds: impl FnMut(&mut Driver) -> bool,
    ) -> Result<(), &'static str> {
        let (now, step) = (self.scene.world.now(), self.plan.world.lab.heartbeat);
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

    /// Asks whoever leads until a command of this phase is committed. The whole
    /// log is then.
    fn commits_within(&mut self, core: &[NodeId], patience: Span) -> Result<Index, &'static str> {
        let mut asked: Option<(NodeId, u64, Index)> = None;
        let core = core.to_vec();
        let mut last = 0;
        self.wait(patience, property::COMMITS, |driver| {
            let Some(leader) = driver.leader_of(&core) else { return false };
            let peer = |driver: &Driver, node| driver.scene.world.node(node).machine().cloned();
            let Some(it) = peer(driver, leader) else { return false };
            match asked {
                Some((node, term, index)) if (node, term) == (leader, it.current_term()) => {
                    last = index;
                    it.commit_index() >= index
                }
                _ => {
                    driver.propose(leader);
                    let index = peer(driver, leader).map_or(0, |peer| peer.log().last_index());
                    asked = Some((leader, it.current_term(), index));
                    false
                }
            }
        })?;
        Ok(last)
    }

    /// All of the core apply up to an index, and are in the same state there.
    fn agrees_within(
        &mut self,
        core: &[NodeId],
        last: Index,
        patience: Span,
    ) -> Result<(), &'static str> {
        let core = core.to_vec();
        self.wait(patience, property::APPLIES, |driver| {
            let first = driver.service.state(core[0]);
            let same = |node: &NodeId| {
                let state = driver.service.state(*node);
                (state.applied, state.digest) == (first.applied, first.digest)
            };
            first.applied >= last && core.iter().all(same)
        })
    }

    /// While nothing fails, nobody stands for election; and what is asked in the
    /// meantime is committed.
    fn stays(&mut self, core: &[NodeId]) -> Result<(), &'static str> {
        let term = |driver: &Driver| {
            let peer = |&node: &NodeId| driver.scene.world.node(node).machine();
            core.iter().filter_map(peer).map(|peer| peer.current_term()).max()
        };
        let before = (self.leader_of(core), term(self));
        let longest = self.plan.world.lab.election_max;
        let mut last = 0;
        for _ in 0..STAYS {
            let end: Time = self.scene.world.now() + longest;
            if let (Some(leader), _) = before {
                self.propose(leader);
                let peer = self.scene.world.node(leader).machine();
                last = peer.map_or(0, |peer| peer.log().last_index());
            }
            if !self.run_to(end) {
                return Ok(());
            }
            if (self.leader_of(core), term(self)) != before {
                return Err(property::STAYS);
            }
            if before.0.is_some_and(|leader| self.service.state(leader).applied < last) {
                return Err(property::COMMITS);
            }
        }
        self.agrees_within(core, last, longest)
    }
}
