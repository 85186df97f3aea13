//! Raft's promises (Figure 3) and three that stand under them, checked after
//! every step.
//!
//! Each check reads the step's effects, the acting node's state and its disk,
//! and costs what changed, not the length of a log. What is committed is decided
//! here by the paper's own definition, in a record that no node can edit: an
//! entry is committed once it is on a majority of disks, each of which took it
//! in the term of the entry (5.4.2); everything before it is then, too.

mod disk;
mod known;

use std::collections::BTreeMap;
use std::rc::Rc;

use netsplit_core::bytes::Bytes;
use netsplit_core::id::NodeId;
use netsplit_core::machine::Effect;
use netsplit_core::pieces::Pieces;
use netsplit_core::raft::message::{Durable, Entry, Index, Notice, Term};
use netsplit_core::raft::peer::Peer;
use netsplit_core::raft::role::RoleName;

use crate::choice::Choice;
use crate::fingerprint::Fingerprint;
use crate::lab::OverRaft;
use crate::labs::raft::RaftLab;
use crate::node::Node;
use crate::property::{Checks, Property, Violation};
use crate::world::World;

use known::{Committed, HIDDEN, Known, OnItsWay, Place, Taken};

/// Names of the properties.
pub mod property {
    /// At most one leader a term.
    pub const ELECTION_SAFETY: &str = "election-safety";
    /// A leader only appends to its log.
    pub const LEADER_APPEND_ONLY: &str = "leader-append-only";
    /// Same index and term: same entry, and the same before it.
    pub const LOG_MATCHING: &str = "log-matching";
    /// What is committed is in the logs of later leaders.
    pub const LEADER_COMPLETENESS: &str = "leader-completeness";
    /// No index is applied with two entries; in order; none uncommitted.
    pub const STATE_MACHINE_SAFETY: &str = "state-machine-safety";
    /// Terms and indexes do not fall.
    pub const MONOTONIC: &str = "monotonic";
    /// What was acknowledged is on the disk.
    pub const DURABLE: &str = "acknowledged-is-durable";
}

use property::{
    DURABLE, ELECTION_SAFETY, LEADER_APPEND_ONLY, LEADER_COMPLETENESS, LOG_MATCHING, MONOTONIC,
    STATE_MACHINE_SAFETY,
};

/// The checks of one run of Raft.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RaftChecks {
    leaders: Rc<BTreeMap<Term, NodeId>>,
    /// By index, from 1.
    taken: Pieces<Place>,
    /// By index, from 1.
    committed: Pieces<Committed>,
    /// Digests of the snapshots that services gave, by their last index.
    snapshots: Rc<BTreeMap<Index, Vec<u64>>>,
    nodes: Vec<Known>,
}

/// What a step of one node is checked against.
struct Look<'a, L: OverRaft> {
    world: &'a World<L>,
    node: NodeId,
    broken: &'a mut Vec<Violation>,
}

impl<'a, L: OverRaft> Look<'a, L> {
    fn break_property(
        &mut self,
        property: &'static str,
        other: Option<NodeId>,
        index: Option<Index>,
        term: Option<Term>,
    ) {
        let mut nodes = vec![self.node];
        nodes.extend(other.filter(|other| *other != self.node));
        let moment = self.world.moment();
        let (ops, because) = (Vec::new(), None);
        self.broken.push(Violation { property, nodes, index, term, moment, ops, because });
    }

    fn it(&self) -> &'a Node<L> {
        let world: &'a World<L> = self.world;
        world.node(self.node)
    }

    fn peer(&self) -> Option<&'a Peer> {
        self.it().machine().and_then(L::peer)
    }
}

impl Checks<RaftLab> for RaftChecks {
    const PROPERTIES: &'static [Property] = &[
        Property { id: ELECTION_SAFETY, title: "Election safety", source: "Figure 3, 5.2" },
        Property { id: LEADER_APPEND_ONLY, title: "Leader append-only", source: "Figure 3, 5.3" },
        Property { id: LOG_MATCHING, title: "Log matching", source: "Figure 3, 5.3" },
        Property { id: LEADER_COMPLETENESS, title: "Leader completeness", source: "Figure 3, 5.4" },
        Property {
            id: STATE_MACHINE_SAFETY,
            title: "State machine safety",
            source: "Figure 3, 5.4.3",
        },
        Property { id: MONOTONIC, title: "Terms and indexes do not fall", source: "Figure 2" },
        Property { id: DURABLE, title: "Acknowledged is durable", source: "Figure 2, 5.1" },
    ];

    fn was_tried(&self, property: &str) -> bool {
        let (elected, took) = (!self.leaders.is_empty(), !self.taken.is_empty());
        let newest = self.leaders.keys().next_back();
        match property {
            ELECTION_SAFETY => elected,
            LEADER_APPEND_ONLY => elected && took,
            LOG_MATCHING => {
                let copied =
                    |place: &Place| !place.more.is_empty() || place.first.stored.count_ones() > 1;
                self.taken.iter().any(copied)
            }
            LEADER_COMPLETENESS => {
                let first = self.committed.get(0).map(|entry| entry.in_term);
                first.is_some_and(|first| newest.is_some_and(|newest| *newest > first))
            }
            STATE_MACHINE_SAFETY => self.nodes.iter().any(|node| node.last_applied > 0),
            MONOTONIC => self.nodes.iter().any(|node| node.term > 0),
            _ => elected || took,
        }
    }

    #[inline]
    fn observe(&mut self, world: &World<RaftLab>, broken: &mut Vec<Violation>) {
        self.observe_peers(world, broken);
    }
}

impl RaftChecks {
    /// Looks at the step that a world whose servers are peers has just made.
    #[inline]
    pub fn observe_peers<L: OverRaft>(&mut self, world: &World<L>, broken: &mut Vec<Violation>) {
        if self.nodes.is_empty() {
            self.nodes = vec![Known::default(); world.cast().servers as usize];
        }
        let step = world.last();
        match &step.choice {
            Choice::Wipe(node) if node.is_client() => return,
            Choice::Wipe(node) => {
                self.nodes[node.index()] = Known { wiped: true, ..Known::default() };
                return;
            }
            Choice::Restart(node) if !node.is_client() && self.nodes[node.index()].wiped => {
                self.forget_disk(*node)
            }
            _ => {}
        }
        let acting = match step.choice {
            Choice::Crash { node, .. } | Choice::Persist(node) => Some(node),
            _ => step.node,
        };
        let Some(node) = acting.filter(|node| !node.is_client()) else { return };
        let mut look = Look { world, node, broken };
        if step.choice == Choice::Restart(node) {
            // A state machine starts empty; a snapshot may fill it (7).
            self.known(node).last_applied = 0;
            if world.node(node).incarnation() == 1 {
                self.take_what_was_there(&mut look);
            }
        }
        let mut snapshot = None;
        for effect in &step.effects {
            match effect {
                Effect::Save { number, change } => {
                    self.take(*number, change, &mut look);
                    if let Durable::Snapshot { last_included_index, data, .. } = change {
                        snapshot = Some((*last_included_index, data));
                    }
                }
                Effect::Notify(notice) => {
                    if let Some(Notice::Became { role: RoleName::Leader, term }) =
                        L::raft_notice(notice)
                    {
                        self.elect(*term, &mut look);
                    }
                }
                _ => {}
            }
        }
        // One is taken or installed in a step at most: the last save has it whole.
        if let Some((index, data)) = snapshot {
            self.know_snapshot(index, data);
        }
        // What a lying disk promises counts as kept: the node cannot know better.
        if step.disk_changed || look.it().lies() {
            self.store(matches!(step.choice, Choice::Crash { .. }), &mut look);
        }
        for notice in world.notices().filter_map(L::raft_notice) {
            match notice {
                Notice::Committed { index, entry } => self.apply(*index, entry, &mut look),
                Notice::Restored { index, data, .. } => self.restore(*index, data, &mut look),
                _ => {}
            }
        }
        self.compare_with_before(&mut look);
        for envelope in world.left() {
            self.check_acknowledgement(envelope, &mut look);
        }
    }

    /// How far the log is committed, by the paper's definition.
    pub fn committed(&self) -> Index {
        self.committed.len() as u64
    }

    fn known(&mut self, node: NodeId) -> &mut Known {
        &mut self.nodes[node.index()]
    }

    fn know_snapshot(&mut self, index: Index, data: &Bytes) {
        let digest = Fingerprint::of(data);
        let known = self.snapshots.get(&index).is_some_and(|known| known.contains(&digest));
        if !known {
            Rc::make_mut(&mut self.snapshots).entry(index).or_default().push(digest);
        }
    }

    /// What disks held at the start was taken by then, as far as anybody knows.
    fn take_what_was_there(&mut self, look: &mut Look<impl OverRaft>) {
        let disk = look.it().disk();
        self.know_snapshot(disk.snapshot.last_included_index, &disk.snapshot.data);
        let log = disk.log.clone();
        let mut prev_term = log.start_term();
        for (index, entry) in log.iter() {
            self.take_entry(index, entry, prev_term, look);
            prev_term = entry.term;
        }
    }

    /// A node takes entries into its log: they must be what others took there
    /// under the same term (log matching), and a leader adds at the end only.
    fn take(&mut self, number: u64, change: &Durable, look: &mut Look<impl OverRaft>) {
        let node = look.node;
        let Some(peer) = look.peer() else { return };
        let (log, in_term) = (peer.log(), peer.current_term());
        let leads = peer.role().name() == RoleName::Leader;
        let known = &self.nodes[node.index()];
        let led = leads && known.leads == Some(in_term);
        let last_before = known.last_index;
        let save = match change {
            Durable::Vote { .. } => return,
            Durable::Snapshot { last_included_index, last_included_term, keeps_tail, .. } => {
                let (last, last_term) = (*last_included_index, *last_included_term);
                if *keeps_tail {
                    return self.take_tail(last, last_term, look);
                }
                if led {
                    look.break_property(LEADER_APPEND_ONLY, None, Some(last), Some(in_term));
                }
                OnItsWay { number, after: last, last, in_term }
            }
            Durable::Append { after, entries } => {
                if led && *after < last_before {
                    look.break_property(LEADER_APPEND_ONLY, None, Some(after + 1), Some(in_term));
                }
                // A server that is alone may have put all of it into a snapshot in the same step.
                let in_snapshot =
                    || self.taken.get((*after as usize).checked_sub(1)?)?.term_of(node);
                let mut prev_term = log.term_at(*after).or_else(in_snapshot);
                for (index, entry) in (after + 1..).zip(entries.iter()) {
                    let Some(before) = prev_term else { break };
                    self.take_entry(index, entry, before, look);
                    prev_term = Some(entry.term);
                }
                let last = after + entries.len() as u64;
                OnItsWay { number, after: *after, last, in_term }
            }
        };
        let known = self.known(node);
        known.last_index = save.last;
        known.on_its_way.push_back(save);
    }

    /// A log keeps its entries behind a snapshot: the first of them must follow
    /// the snapshot's last entry, as it does in all logs.
    fn take_tail(&mut self, last: Index, last_term: Term, look: &mut Look<impl OverRaft>) {
        let Some(term) = look.peer().and_then(|peer| peer.log().term_at(last + 1)) else { return };
        let follows = self.taken.get_mut(last as usize).and_then(|place| place.get_mut(term));
        if follows.is_some_and(|taken| taken.prev_term != last_term) {
            look.break_property(LOG_MATCHING, None, Some(last + 1), Some(term));
        }
    }

    fn take_entry(
        &mut self,
        index: Index,
        entry: &Entry,
        prev_term: Term,
        look: &mut Look<impl OverRaft>,
    ) {
        let digest = Fingerprint::of(entry);
        let taken = Taken { term: entry.term, digest, prev_term, stored: 0 };
        while (self.taken.len() as u64) < index {
            // Indexes that nobody took yet: a log that started behind a snapshot.
            let empty = Taken { term: 0, digest: 0, prev_term: 0, stored: 0 };
            let first = if self.taken.len() as u64 + 1 == index { taken } else { empty };
            self.taken.push(Place { first, more: Vec::new() });
        }
        let place = self.taken.get_mut(index as usize - 1).expect("it was made just now");
        if place.first.term == 0 {
            place.first = taken;
        }
        match place.get_mut(entry.term) {
            Some(other) if other.digest == digest && other.prev_term == prev_term => {}
            Some(_) => look.break_property(LOG_MATCHING, None, Some(index), Some(entry.term)),
            None => place.more.push(taken),
        }
    }

    /// A leader was elected: the only one of its term, and with every entry that
    /// was committed in earlier terms. By log matching the last of them stands
    /// for all.
    fn elect(&mut self, term: Term, look: &mut Look<impl OverRaft>) {
        let node = look.node;
        match self.leaders.get(&term) {
            Some(&other) if other != node => {
                look.break_property(ELECTION_SAFETY, Some(other), None, Some(term));
            }
            Some(_) => {}
            None => drop(Rc::make_mut(&mut self.leaders).insert(term, node)),
        }
        let (mut low, mut high) = (0, self.committed.len());
        while low < high {
            let middle = (low + high) / 2;
            let earlier = self.committed.get(middle).is_some_and(|it| it.in_term < term);
            if earlier { low = middle + 1 } else { high = middle }
        }
        let index = low as u64;
        let Some(committed) = low.checked_sub(1).and_then(|place| self.committed.get(place)) else {
            return;
        };
        let Some(log) = look.peer().map(Peer::log) else { return };
        if index > log.start() && log.term_at(index) != Some(committed.term) {
            look.break_property(LEADER_COMPLETENESS, None, Some(index), Some(term));
        }
    }

    /// A node applies an entry: the next one, committed, and the same as others.
    fn apply(&mut self, index: Index, entry: &Entry, look: &mut Look<impl OverRaft>) {
        let in_order = self.known(look.node).last_applied + 1 == index;
        let (term, digest) = (entry.term, Fingerprint::of(entry));
        let place = index as usize - 1;
        let same = match self.committed.get(place) {
            Some(it) if it.digest == HIDDEN => {
                let shown = Committed { term, digest, in_term: it.in_term };
                if let Some(it) = self.committed.get_mut(place) {
                    *it = shown;
                }
                true
            }
            Some(it) => (it.term, it.digest) == (term, digest),
            None => false,
        };
        if !in_order || !same {
            look.break_property(STATE_MACHINE_SAFETY, None, Some(index), Some(term));
        }
        self.known(look.node).last_applied = index;
    }

    /// A node replaces its state machine by a snapshot of committed entries.
    fn restore(&mut self, index: Index, data: &Bytes, look: &mut Look<impl OverRaft>) {
        let starts = look.world.last().choice == Choice::Restart(look.node);
        let known = self.known(look.node);
        let goes_back = index < known.last_applied && !starts;
        known.last_applied = index;
        // What disks held at the start counts as committed.
        let first_start = look.it().incarnation() == 1 && starts;
        if first_start && index > self.committed() {
            let snapshot = &look.it().disk().snapshot;
            let (term, in_term) = (snapshot.last_included_term, snapshot.last_included_term);
            while self.committed() < index {
                self.committed.push(Committed { term, digest: HIDDEN, in_term });
            }
        }
        let digest = Fingerprint::of(data);
        let given = self.snapshots.get(&index).is_some_and(|known| known.contains(&digest));
        if goes_back {
            look.break_property(MONOTONIC, None, Some(index), None);
        }
        if !given || index > self.committed() {
            look.break_property(STATE_MACHINE_SAFETY, None, Some(index), None);
        }
    }

    /// Terms and indexes against what they were (Figure 2: "increases
    /// monotonically").
    fn compare_with_before(&mut self, look: &mut Look<impl OverRaft>) {
        let node = look.node;
        let it = look.it();
        let (incarnation, disk) = (it.incarnation(), it.disk());
        let (disk_term, disk_snapshot) = (disk.current_term, disk.snapshot.last_included_index);
        let known = &mut self.nodes[node.index()];
        let mut fell = disk_term < known.disk_term || disk_snapshot < known.disk_snapshot;
        (known.disk_term, known.disk_snapshot) = (disk_term, disk_snapshot);
        let mut lost = false;
        if let Some(peer) = look.peer() {
            let (term, commit_index) = (peer.current_term(), peer.commit_index());
            let last_applied = peer.last_applied();
            if incarnation == known.incarnation {
                fell |= term < known.term || commit_index < known.commit_index;
            }
            lost = last_applied != known.last_applied;
            fell |= last_applied > commit_index || commit_index > peer.log().last_index();
            fell |= peer.log().start() > last_applied;
            (known.incarnation, known.term, known.commit_index) = (incarnation, term, commit_index);
            known.last_index = peer.log().last_index();
            let leads = peer.role().name() == RoleName::Leader;
            known.leads = leads.then_some(term);
        } else {
            known.leads = None;
            known.on_its_way.clear();
            known.last_index = disk.log.last_index();
        }
        if fell {
            look.break_property(MONOTONIC, None, None, Some(disk_term));
        }
        // What it takes for applied must have been handed to its state machine.
        if lost {
            look.break_property(STATE_MACHINE_SAFETY, None, None, None);
        }
    }
}
