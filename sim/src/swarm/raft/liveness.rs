//! What must come of Raft once a majority is healed: it elects, commits, applies,
//! and stays as it is.

use netsplit_core::id::NodeId;
use netsplit_core::raft::message::{Index, Term};
use netsplit_core::raft::peer::Peer;
use netsplit_core::time::Span;

use crate::labs::raft::RaftLab;
use crate::swarm::driver::Driver;
use crate::swarm::lab::SwarmLab;
use crate::swarm::liveness::{STAYS, property};

use crate::lab::OverRaft;

/// Entries that a log may hold beyond those between two snapshots: a batch that
/// is applied at once.
const LOG_SLACK: u64 = 80;

/// Who leads, and in which term.
pub type Leadership = (NodeId, Term);

impl<L: OverRaft + SwarmLab> Driver<L> {
    /// Waits for a leader of the core that all of it follow.
    pub(in crate::swarm) fn elects(
        &mut self,
        core: &[NodeId],
    ) -> Result<Option<Leadership>, &'static str> {
        let longest = self.times().election_max;
        let patience = self.patience();
        self.wait(patience, property::ELECTS, |driver| driver.leader_of(core).is_some())?;
        // Candidacies that were under way may still end as they will.
        self.run_to(self.scene.world.now() + longest);
        self.wait(patience, property::ELECTS, |driver| driver.leader_of(core).is_some())?;
        Ok(self.leadership(core))
    }

    /// Who leads the core in which term, if all agree on that.
    pub(in crate::swarm) fn leadership(&self, core: &[NodeId]) -> Option<Leadership> {
        let leader = self.leader_of(core)?;
        Some((leader, self.term_of(leader)?))
    }

    /// The member of the core that leads the newest term any of them knows, if
    /// all the others follow it.
    pub(in crate::swarm) fn leader_of(&self, core: &[NodeId]) -> Option<NodeId> {
        let peer = |node: NodeId| self.peer(node);
        let newest = core.iter().filter_map(|&node| Some(peer(node)?.current_term())).max()?;
        core.iter().copied().find(|&node| {
            core.iter().all(|&other| {
                peer(other).is_some_and(|other| {
                    other.current_term() == newest && other.leader() == Some(node)
                })
            })
        })
    }

    /// The peer of a server that runs.
    pub(in crate::swarm) fn peer(&self, node: NodeId) -> Option<&Peer> {
        self.scene.world.node(node).machine().and_then(L::peer)
    }

    pub(in crate::swarm) fn term_of(&self, node: NodeId) -> Option<Term> {
        self.peer(node).map(Peer::current_term)
    }

    /// Messages sent so far from one member of the core to another.
    pub(in crate::swarm) fn sent_within(&self, core: &[NodeId]) -> u64 {
        let network = self.scene.world.network();
        let pairs = core.iter().flat_map(|&from| core.iter().map(move |&to| (from, to)));
        pairs.map(|(from, to)| u64::from(network.sent(from, to))).sum()
    }
}

impl Driver<RaftLab> {
    pub(super) fn demand_of_raft(&mut self, core: &[NodeId]) -> Result<(), &'static str> {
        let first = self.elects(core)?;
        let last = self.agrees_within(core, self.patience())?;
        if self.goes_on() && self.leadership(core) != first {
            return Err(property::STAYS);
        }
        self.stays(core, last)
    }

    /// Asks whoever leads for one more command, until that and with it the whole
    /// log is committed and applied by all of the core, and all are in the same
    /// state. Returns the command's index.
    fn agrees_within(&mut self, core: &[NodeId], patience: Span) -> Result<Index, &'static str> {
        // A leader, its term, and the command it was asked for: another leader
        // is to be asked anew, for it commits nothing of an earlier term without.
        let mut asked: Option<(NodeId, u64, Index)> = None;
        let progress = |driver: &Driver<RaftLab>| -> Index {
            let of = |&node: &NodeId| {
                let on_disk = driver.scene.world.node(node).disk().log.last_index();
                on_disk + driver.beside.service.state(node).applied
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

    fn last_index(&self, node: NodeId) -> Index {
        self.scene.world.node(node).machine().map_or(0, |peer| peer.log().last_index())
    }

    /// Whether all of the core have applied up to an index at least, are at the
    /// same one, and in the same state.
    fn agrees_on(&self, core: &[NodeId], index: Index) -> bool {
        let first = self.beside.service.state(core[0]);
        let same = |node: &NodeId| {
            let state = self.beside.service.state(*node);
            (state.applied, state.digest) == (first.applied, first.digest)
        };
        first.applied >= index && core.iter().all(same)
    }

    /// While nothing fails, nobody stands for election; what is asked in the
    /// meantime is committed and applied, with no more messages than that takes;
    /// and what snapshots cover is gone from the logs.
    fn stays(&mut self, core: &[NodeId], mut last: Index) -> Result<(), &'static str> {
        let longest = self.times().election_max;
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
        let every = self.plan.own.every;
        let long = |&node: &NodeId| {
            let peer = self.scene.world.node(node).machine();
            peer.is_some_and(|peer| peer.last_applied() - peer.log().start() > every + LOG_SLACK)
        };
        if every > 0 && core.iter().any(long) {
            return Err(property::SPACE);
        }
        Ok(())
    }

    /// Messages that suffice for a time in which little is asked: twice what
    /// heartbeats, entries and commits with their answers come to.
    fn enough_messages(&self, core: &[NodeId], passed: Span) -> u64 {
        let followers = core.len() as u64 - 1;
        let heartbeats = passed.micros() / self.times().heartbeat.micros() + 1;
        2 * followers * (2 * heartbeats + 4 * STAYS + 4)
    }
}
