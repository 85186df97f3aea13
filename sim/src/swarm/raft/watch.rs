//! Which of Raft's states were reached, in any lab over Raft.

use netsplit_core::id::NodeId;
use netsplit_core::machine::Effect;
use netsplit_core::raft::message::{Appended, Index, Message, Notice, Term};
use netsplit_core::raft::peer::Peer;
use netsplit_core::raft::reason::Reason;
use netsplit_core::raft::role::RoleName;

use crate::choice::{Choice, EnvelopeId};
use crate::node::Node;
use crate::swarm::kind::{Counts, Kind};
use crate::swarm::lab::Watching;
use crate::world::{Outcome, World};

use crate::lab::OverRaft;

use super::states;

/// What is remembered to tell which states of Raft were reached.
#[derive(Clone, Debug)]
pub struct RaftWatch {
    /// Pieces of snapshots under way.
    pieces: Vec<EnvelopeId>,
    /// The term of each node's last candidacy, 0 when it was elected.
    candidacies: Vec<Term>,
    /// By group: the newest term with a leader.
    led: Vec<Term>,
    /// How far each node knew the log to be committed when it last acted.
    committed: Vec<Index>,
    /// What each node's snapshot covered when it last acted.
    covered: Vec<Index>,
}

impl<L: OverRaft> Watching<L> for RaftWatch {
    fn new(world: &World<L>) -> RaftWatch {
        let nodes = world.node_count() as usize;
        RaftWatch {
            pieces: Vec::new(),
            candidacies: vec![0; nodes],
            led: vec![0; world.cast().groups.count as usize + 1],
            committed: vec![0; nodes],
            covered: vec![0; nodes],
        }
    }

    fn went_down(&mut self, node: NodeId, led: bool, world: &World<L>, counts: &mut Counts) {
        if led {
            self.leader_crashed(node, world, counts);
        }
        self.committed[node.index()] = 0;
        self.candidacies[node.index()] = 0;
    }

    fn observe(&mut self, world: &World<L>, leads: u64, counts: &mut Counts) {
        let step = world.last();
        match step.choice {
            Choice::Drop(id) => self.piece_lost(id, counts),
            Choice::Deliver(id) if !matches!(step.outcome, Outcome::Done | Outcome::Queued) => {
                self.piece_lost(id, counts);
            }
            Choice::Restart(node) if world.node(node).incarnation() > 1 => {
                let disk = world.node(node).disk();
                if disk.snapshot.last_included_index > 0 {
                    counts.note(states::BOOTED_FROM_SNAPSHOT);
                }
            }
            _ => {}
        }
        if let Some(node) = step.node {
            self.acted(node, world, leads, counts);
        }
        for envelope in world.left() {
            if let Some(Message::InstallSnapshot(_)) = L::raft_message(&envelope.message) {
                self.pieces.push(envelope.id);
            }
        }
    }
}

impl RaftWatch {
    fn piece_lost(&self, id: EnvelopeId, counts: &mut Counts) {
        if self.pieces.contains(&id) {
            counts.note(states::PIECE_LOST);
        }
    }

    /// What a leader leaves behind: an entry of its own term that one other node
    /// has taken, and what nobody else knows to be committed.
    fn leader_crashed<L: OverRaft>(&self, node: NodeId, world: &World<L>, counts: &mut Counts) {
        let others = || together(world, node).filter(|id| *id != node).map(|id| world.node(id));
        let disk = world.node(node).disk();
        let has = |other: &Node<L>, index| {
            let log = peer_of(other).map_or(&other.disk().log, Peer::log);
            log.term_at(index) == Some(disk.current_term)
        };
        let own = disk.log.iter().filter(|(_, entry)| entry.term == disk.current_term);
        let mut copies = own.map(|(index, _)| others().filter(|other| has(other, index)).count());
        if copies.any(|copies| copies == 1) {
            counts.note(states::CRASH_ALONE);
        }
        let known = |other: &Node<L>| peer_of(other).map_or(0, Peer::commit_index);
        if others().all(|other| known(other) < self.committed[node.index()]) {
            counts.note(states::CRASH_SECRET);
        }
    }

    fn acted<L: OverRaft>(
        &mut self,
        node: NodeId,
        world: &World<L>,
        leads: u64,
        counts: &mut Counts,
    ) {
        let step = world.last();
        let Some(peer) = peer_of(world.node(node)) else { return };
        let group = node.group().unwrap_or(0) as usize;
        let knew = std::mem::replace(&mut self.committed[node.index()], peer.commit_index());
        if peer.role().name() == RoleName::Leader {
            let news = knew < peer.commit_index();
            let alone = |id: NodeId| id == node || self.committed[id.index()] < peer.commit_index();
            if news && together(world, node).all(alone) {
                counts.note(states::KNOWN_TO_ONE);
            }
            if together(world, node).filter(|id| leads >> id.index() & 1 == 1).count() > 1 {
                counts.note(states::TWO_LEADERS);
            }
        }
        for effect in &step.effects {
            let notice = match effect {
                Effect::Notify(notice) => L::raft_notice(notice),
                Effect::Send { message, .. } => {
                    if let Some(Message::AppendEntriesReply(ack)) = L::raft_message(message)
                        && let Appended::Conflict { conflict_term, .. } = ack.outcome
                    {
                        counts.note(match conflict_term {
                            Some(_) => states::CONFLICT_TERM,
                            None => states::CONFLICT_SHORT,
                        });
                    }
                    continue;
                }
                _ => continue,
            };
            let Some(notice) = notice else { continue };
            match notice {
                Notice::Became { role: RoleName::Leader, term } => {
                    counts.note(states::ELECTED);
                    self.led[group] = self.led[group].max(*term);
                    self.candidacies[node.index()] = 0;
                }
                Notice::Became { role: RoleName::Candidate, term } => {
                    let last = self.candidacies[node.index()];
                    let rival = |id: &NodeId| self.candidacies[id.index()] == last;
                    let rivals = together(world, node).filter(rival).count();
                    if last > self.led[group] && rivals > 1 {
                        counts.note(states::SPLIT_VOTE);
                    }
                    self.candidacies[node.index()] = *term;
                }
                Notice::Became { role: RoleName::Follower, term }
                    if self.candidacies[node.index()] == *term && peer.leader().is_some() =>
                {
                    counts.note(states::YIELDED);
                }
                Notice::Proposed { term, .. } if *term < self.led[group] => {
                    counts.note(states::STALE_PROPOSAL);
                }
                Notice::Committed { .. } => counts.note(states::COMMITTED),
                Notice::Overwritten { .. } => counts.note(states::OVERWRITTEN),
                Notice::Restored { .. } => restored(node, world, counts),
                Notice::Because(reason) => {
                    if let Some(kind) = kind_of(reason) {
                        counts.note(kind);
                    }
                }
                _ => {}
            }
        }
        let covers = peer.snapshot().last_included_index;
        let news = covers > std::mem::replace(&mut self.covered[node.index()], covers);
        let is_own = !matches!(step.choice, Choice::Restart(_)) && !has_restored(world);
        if news && is_own {
            counts.note(states::SNAPSHOT_TAKEN);
        }
    }
}

/// The servers that replicate together with one.
fn together<L: OverRaft>(world: &World<L>, node: NodeId) -> impl Iterator<Item = NodeId> {
    world.cast().members(node.group().unwrap_or(0))
}

/// The peer of a server that runs.
fn peer_of<L: OverRaft>(node: &Node<L>) -> Option<&Peer> {
    node.machine().and_then(L::peer)
}

/// Whether the node that acted has put a snapshot in the place of its state.
fn has_restored<L: OverRaft>(world: &World<L>) -> bool {
    let mut told = world.notices().filter_map(L::raft_notice);
    told.any(|notice| matches!(notice, Notice::Restored { .. }))
}

fn restored<L: OverRaft>(node: NodeId, world: &World<L>, counts: &mut Counts) {
    let step = world.last();
    if matches!(step.choice, Choice::Restart(_)) {
        return;
    }
    let Some(peer) = peer_of(world.node(node)) else { return };
    counts.note(states::SNAPSHOT_INSTALLED);
    let data = peer.snapshot().data.len() as u64;
    if data > peer.options().chunk_bytes {
        counts.note(states::INSTALLED_IN_PIECES);
    }
    let tail = peer.log().last_index() > peer.log().start();
    counts.note(if tail { states::INSTALL_KEPT_TAIL } else { states::INSTALL_DROPPED });
}

fn kind_of(reason: &Reason) -> Option<Kind> {
    Some(match reason {
        Reason::AlreadyVoted { .. } => states::ALREADY_VOTED,
        Reason::OlderLog { .. } => states::OLDER_LOG,
        Reason::LeaderHeardRecently { .. } => states::PRE_VOTE_REFUSED,
        Reason::OldTerm { .. } => states::OLD_TERM,
        Reason::LateAnswer { .. } => states::LATE_ANSWER,
        Reason::AlreadyCovered { .. } => states::ALREADY_COVERED,
        Reason::PieceOutOfOrder { .. } => states::PIECE_OUT_OF_ORDER,
        Reason::NotLeader { .. } => states::NOT_LEADER,
        Reason::OwnTermRule { .. } => states::OWN_TERM_RULE,
        Reason::NoMajorityInReach { .. } => states::LOST_QUORUM,
        _ => return None,
    })
}
