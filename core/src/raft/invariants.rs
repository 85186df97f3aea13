//! What always holds: of one peer between two inputs, and of a group.
//!
//! The functions over one peer run after every input in debug builds, unless a
//! mistake is switched on. The others are Raft's promises (Figure 3) in the slow
//! and obvious form, over plain slices: they are what the checks that run in the
//! world, which look only at what changed, are measured against.

use crate::id::NodeId;

use super::disk::Disk;
use super::log::Log;
use super::message::{Entry, Index, Term};
use super::peer::Peer;
use super::progress::Feed;
use super::role::{Role, RoleName};

/// A rule about one peer, with its name.
pub type Rule = (&'static str, fn(&Peer) -> bool);

/// All rules about one peer.
pub const RULES: &[Rule] = &[
    ("snapshot ≤ applied ≤ committed ≤ last", indexes_are_a_chain),
    ("the log begins where the snapshot ends", log_follows_snapshot),
    ("the last entry's term has been reached", last_term_is_reached),
    ("a candidate voted for itself", candidate_votes_for_itself),
    ("a leader knows that it leads", leader_knows_itself),
    ("match < next ≤ last + 1", progress_is_a_chain),
    ("what is on the own disk is in the own log", durable_is_logged),
];

/// The name of the first rule that a peer breaks.
pub fn broken_rule(peer: &Peer) -> Option<&'static str> {
    RULES.iter().find(|(_, holds)| !holds(peer)).map(|(name, _)| *name)
}

/// snapshot ≤ applied ≤ committed ≤ last (Figure 2, section 7); between two
/// inputs all that is committed is applied.
pub fn indexes_are_a_chain(peer: &Peer) -> bool {
    let snapshot = peer.snapshot.last_included_index;
    let last = peer.log.last_index();
    let chain = [snapshot, peer.last_applied, peer.commit_index, last];
    chain.is_sorted() && peer.last_applied == peer.commit_index
}

/// The log holds exactly what the snapshot does not cover (7).
pub fn log_follows_snapshot(peer: &Peer) -> bool {
    let snapshot = &peer.snapshot;
    (peer.log.start(), peer.log.start_term())
        == (snapshot.last_included_index, snapshot.last_included_term)
}

/// No entry is of a term that the peer has not reached (5.1, 5.3).
pub fn last_term_is_reached(peer: &Peer) -> bool {
    peer.log.last_term() <= peer.current_term
}

/// "Vote for self" (Figure 2, candidates); so does a leader, who was one.
pub fn candidate_votes_for_itself(peer: &Peer) -> bool {
    let ran = matches!(peer.role.name(), RoleName::Candidate | RoleName::Leader);
    !ran || peer.voted_for == Some(peer.me)
}

/// A leader is the leader it knows.
pub fn leader_knows_itself(peer: &Peer) -> bool {
    let leads = peer.role.name() == RoleName::Leader;
    leads == (peer.leader == Some(peer.me))
}

/// matchIndex < nextIndex ≤ last + 1 for every follower (Figure 2, leaders); a
/// window holds what was sent and has not arrived; only what is behind the log's
/// start gets a snapshot (7).
pub fn progress_is_a_chain(peer: &Peer) -> bool {
    let Role::Leader(leader) = &peer.role else { return true };
    let last = peer.log.last_index();
    leader.progress.iter().zip(peer.peers.iter()).all(|(progress, node)| {
        let chain = progress.match_index < progress.next_index && progress.next_index <= last + 1;
        let fed = match &progress.feed {
            Feed::Probe { .. } => true,
            Feed::Replicate(window) => window.newest() < progress.next_index,
            Feed::Snapshot { image, offset, .. } => {
                progress.match_index < image.last_included_index
                    && *offset <= image.data.len() as u64
            }
        };
        *node == peer.me || (chain && fed)
    })
}

/// What a peer takes for durable is in its log.
pub fn durable_is_logged(peer: &Peer) -> bool {
    peer.durability.index() <= peer.log.last_index()
}

/// Terms do not fall along a log (5.3: entries are added behind older ones).
pub fn terms_do_not_fall(log: &Log) -> bool {
    let terms = log.iter().map(|(_, entry)| entry.term);
    std::iter::once(log.start_term()).chain(terms).is_sorted()
}

/// Election safety: two that lead one term, if there are (Figure 3, 5.2).
pub fn two_leaders(peers: &[&Peer]) -> Option<(NodeId, NodeId, Term)> {
    let leaders: Vec<&&Peer> =
        peers.iter().filter(|peer| peer.role.name() == RoleName::Leader).collect();
    for (place, one) in leaders.iter().enumerate() {
        for two in &leaders[place + 1..] {
            if one.current_term == two.current_term {
                return Some((one.me, two.me, one.current_term));
            }
        }
    }
    None
}

/// Log matching: the first index at which two logs hold an entry of the same
/// term and differ there or before, as far as both still have entries (Figure 3,
/// 5.3).
pub fn mismatch(one: &Log, two: &Log) -> Option<Index> {
    let first = one.start().max(two.start());
    let last = one.last_index().min(two.last_index());
    let mut differ = false;
    for index in first..=last {
        let (term, other) = (one.term_at(index), two.term_at(index));
        if term == other && (differ || one.get(index) != two.get(index)) && index > first {
            return Some(index);
        }
        differ |= term != other;
    }
    None
}

/// Leader completeness: the first committed entry, of those given with their
/// indexes, that a log lacks (Figure 3, 5.4).
pub fn missing(log: &Log, committed: &[(Index, Entry)]) -> Option<Index> {
    let lacks =
        |(index, entry): &&(Index, Entry)| *index > log.start() && log.get(*index) != Some(entry);
    committed.iter().find(lacks).map(|(index, _)| *index)
}

/// State machine safety: the first index at which one state machine was given
/// another entry than the other (Figure 3, 5.4.3).
pub fn applied_differently(one: &[(Index, Entry)], two: &[(Index, Entry)]) -> Option<Index> {
    let differs = |(index, entry): &&(Index, Entry)| {
        two.iter().any(|(other, other_entry)| index == other && entry != other_entry)
    };
    one.iter().find(differs).map(|(index, _)| *index)
}

/// On how many disks an entry of a term stands at an index.
pub fn copies(disks: &[&Disk], index: Index, term: Term) -> u32 {
    let holds = |disk: &&&Disk| disk.log.get(index).is_some_and(|entry| entry.term == term);
    disks.iter().filter(holds).count() as u32
}
