//! The liveness phase: a majority is healed and no more, and it must elect,
//! commit, agree, and stay as it is.
//!
//! Nothing goes wrong any more *within* that majority, the core: its links lose
//! nothing and are quick against the time-outs, its disks too, its clocks stay
//! within the bound. All others are down or cut off both ways; with PreVote and
//! CheckQuorum on they may also be cut off in one direction only, for the two
//! together promise that such a node disturbs nobody (dissertation, 6.2, 9.6).

use netsplit_core::id::NodeId;
use netsplit_core::machine::Alarm as _;
use netsplit_core::quorum::majority;
use netsplit_core::raft::message::{Index, Term, Timer};
use netsplit_core::raft::peer::Peer;
use netsplit_core::time::Span;

use crate::choice::{Choice, Dial, EnvelopeId};
use crate::network::Delay;

use super::driver::Driver;
use super::watch::Kind;

/// A leader must be there, and a new command committed and applied by all of the
/// core, each after at most so many of the longest election time-outs; what was
/// left to catch up with comes on top, as long as no more than this passes
/// without progress.
pub const PATIENCE: u64 = 20;
/// For so many of them nothing may change then.
pub const STAYS: u64 = 5;
/// Entries that a log may hold beyond those between two snapshots: a batch that
/// is applied at once.
const LOG_SLACK: u64 = 80;

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

impl Driver {
    /// Heals a majority and watches it. Names what did not come.
    pub(super) fn liveness_phase(&mut self) -> Result<(), &'static str> {
        let core = self.heal();
        if !self.goes_on() {
            return Ok(());
        }
        let longest = self.plan.world.lab.election_max;
        let patience = Span::from_micros(longest.micros() * PATIENCE);
        self.wait(patience, property::ELECTS, |driver| driver.leader_of(&core).is_some())?;
        // Candidacies that were under way may still end as they will.
        self.run_to(self.scene.world.now() + longest);
        self.wait(patience, property::ELECTS, |driver| driver.leader_of(&core).is_some())?;
        let first = self.leadership(&core);
        let last = self.agrees_within(&core, patience)?;
        if self.goes_on() && self.leadership(&core) != first {
            return Err(property::STAYS);
        }
        self.stays(&core, last)
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
        // Timers that were put off run out.
        let (lab, now) = (&self.plan.world.lab, self.scene.world.now());
        let soon = |timer: Timer| match timer {
            Timer::Heartbeat => now + lab.heartbeat + lab.heartbeat,
            Timer::Election | Timer::Transfer => now + lab.election_max + lab.election_max,
        };
        let timers = self.scene.world.node(node).timers();
        let late = timers.filter(|&(timer, at)| at > soon(timer));
        let late: Vec<u32> = late.map(|(timer, _)| timer.code()).collect();
        for code in late {
            self.act(Choice::Fire(node, code));
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

    /// Asks whoever leads for one more command, until that and with it the whole
    /// log is committed and applied by all of the core, and all are in the same
    /// state. Returns the command's index.
    fn agrees_within(&mut self, core: &[NodeId], patience: Span) -> Result<Index, &'static str> {
        // A leader, its term, and the command it was asked for: another leader
        // is to be asked anew, for it commits nothing of an earlier term without.
        let mut asked: Option<(NodeId, u64, Index)> = None;
        let progress = |driver: &Driver| -> Index {
            let of = |&node: &NodeId| {
                let on_disk = driver.scene.world.node(node).disk().log.last_index();
                on_disk + driver.service.state(node).applied
            };
            core.iter().map(of).sum()
        };
        let mut best = None;
        while Some(progress(self)) > best {
            best = Some(progress(self));
            let come = self.wait(patience, property::APPLIES, |driver| {
                let Some(leader) = driver.leader_of(core) else { return false };
                let Some(term) = driver.term_of(leader) else { return false };
                match asked {
                    Some((node, then, index)) if (node, then) == (leader, term) => {
                        driver.agrees_on(core, index)
                    }
                    _ => {
                        driver.propose(leader);
                        asked = Some((leader, term, driver.last_index(leader)));
                        false
                    }
                }
            });
            if come.is_ok() {
                return Ok(asked.map_or(0, |(_, _, index)| index));
            }
        }
        let committed = asked.is_some_and(|(leader, _, index)| {
            self.scene.world.node(leader).machine().is_some_and(|peer| peer.commit_index() >= index)
        });
        Err(if committed { property::APPLIES } else { property::COMMITS })
    }

    fn term_of(&self, node: NodeId) -> Option<Term> {
        self.scene.world.node(node).machine().map(Peer::current_term)
    }

    fn last_index(&self, node: NodeId) -> Index {
        self.scene.world.node(node).machine().map_or(0, |peer| peer.log().last_index())
    }

    /// Whether all of the core have applied up to an index at least, are at the
    /// same one, and in the same state.
    fn agrees_on(&self, core: &[NodeId], index: Index) -> bool {
        let first = self.service.state(core[0]);
        let same = |node: &NodeId| {
            let state = self.service.state(*node);
            (state.applied, state.digest) == (first.applied, first.digest)
        };
        first.applied >= index && core.iter().all(same)
    }

    /// While nothing fails, nobody stands for election; what is asked in the
    /// meantime is committed and applied, with no more messages than that takes;
    /// and what snapshots cover is gone from the logs.
    fn stays(&mut self, core: &[NodeId], mut last: Index) -> Result<(), &'static str> {
        let longest = self.plan.world.lab.election_max;
        let first = self.leadership(core);
        let (began, sent) = (self.scene.world.now(), self.sent_within(core));
        for _ in 0..STAYS {
            if let Some((leader, _)) = first {
                self.propose(leader);
                last = self.last_index(leader);
            }
            if !self.run_to(self.scene.world.now() + longest) {
                return Ok(());
            }
            if first.is_none() || self.leadership(core) != first {
                return Err(property::STAYS);
            }
        }
        let (passed, sent) = (self.scene.world.now() - began, self.sent_within(core) - sent);
        if sent > self.enough_messages(core, passed) {
            return Err(property::TRAFFIC);
        }
        self.wait(longest, property::APPLIES, |driver| driver.agrees_on(core, last))?;
        let every = self.plan.snapshot_every;
        let long = |&node: &NodeId| {
            let peer = self.scene.world.node(node).machine();
            peer.is_some_and(|peer| peer.last_applied() - peer.log().start() > every + LOG_SLACK)
        };
        if every > 0 && core.iter().any(long) {
            return Err(property::SPACE);
        }
        Ok(())
    }

    /// Messages sent so far from one member of the core to another.
    fn sent_within(&self, core: &[NodeId]) -> u64 {
        let network = self.scene.world.network();
        let pairs = core.iter().flat_map(|&from| core.iter().map(move |&to| (from, to)));
        pairs.map(|(from, to)| u64::from(network.sent(from, to))).sum()
    }

    /// Messages that suffice for a time in which little is asked: twice what
    /// heartbeats, entries and commits with their answers come to.
    fn enough_messages(&self, core: &[NodeId], passed: Span) -> u64 {
        let followers = core.len() as u64 - 1;
        let heartbeats = passed.micros() / self.plan.world.lab.heartbeat.micros() + 1;
        2 * followers * (2 * heartbeats + 4 * STAYS + 4)
    }

    /// Who leads the core in which term, if all agree on that.
    fn leadership(&self, core: &[NodeId]) -> Option<(NodeId, Term)> {
        let leader = self.leader_of(core)?;
        Some((leader, self.term_of(leader)?))
    }
}
