//! One member of a Raft group: its state (Figure 2) and what it does with each
//! input. The rules themselves are in [`election`](super::election),
//! [`replication`](super::replication) and [`snapshot`](super::snapshot).

use std::sync::Arc;

use crate::bytes::Bytes;
use crate::id::NodeId;
use crate::machine::{Context, Input, Machine};
use crate::time::Time;

use super::disk::{Disk, Snapshot};
use super::invariants;
use super::log::Log;
use super::message::{
    Durable, Entries, Index, Message, Notice, Raft, Request, RequestVoteReply, Term, Timer,
};
use super::mutants::{Mutant, Mutants};
use super::options::Options;
use super::progress::Progress;
use super::reason::Reason;
use super::role::{Durability, Role, RoleName, Votes};
use super::snapshot::Incoming;

/// A context of a peer.
pub(super) type Cx<'a, 'b> = &'a mut Context<'b, Raft>;

/// A member of a group.
#[derive(Clone, Debug, PartialEq)]
pub struct Peer {
    pub(super) me: NodeId,
    /// All members, this one among them; a member's *place* is its place here.
    pub(super) peers: Arc<[NodeId]>,
    pub(super) options: Arc<Options>,
    /// Copied from the options: asked often.
    pub(super) mutants: Mutants,

    // Persistent state on all servers (Figure 2); the disk has it too.
    pub(super) current_term: Term,
    pub(super) voted_for: Option<NodeId>,
    pub(super) log: Log,
    pub(super) snapshot: Snapshot,

    // Volatile state on all servers (Figure 2).
    pub(super) commit_index: Index,
    pub(super) last_applied: Index,

    pub(super) role: Role,
    /// Who leads this term, as far as it is known.
    pub(super) leader: Option<NodeId>,
    /// When a leader was last heard, by this node's clock.
    pub(super) heard_at: Option<Time>,
    /// When it started, where a leader may hold a lease that its followers granted
    /// before they crashed.
    pub(super) started_at: Option<Time>,
    /// How much of the own log is on the own disk.
    pub(super) durability: Durability,
    /// The pieces of a snapshot received so far.
    pub(super) incoming: Option<Incoming>,
    /// The batch sent last with the index before it: followers that need the
    /// same one share it.
    pub(super) batch: (Index, Entries),
    /// matchIndex of the last leadership, under the mistake that keeps it.
    pub(super) old_match: Vec<Index>,
    /// The answers to its last candidacy, under the mistake that goes on counting.
    pub(super) old_votes: Votes,
}

impl Peer {
    /// Makes a member from its disk, at the start and after a crash. Every state
    /// that a prefix of the saves can leave is accepted.
    ///
    /// # Panics
    /// When `me` is not one of `peers`, or there are more than 64 of them.
    pub fn boot(me: NodeId, peers: &[NodeId], options: &Options, disk: &Disk) -> Peer {
        assert!(peers.contains(&me), "a peer is a member of its own group");
        assert!(peers.len() <= 64, "votes are kept as bits of one word");
        let mutants = options.mutants;
        let mut snapshot = disk.snapshot.clone();
        let mut log = disk.log.clone();
        if mutants.has(Mutant::SnapshotForgotten) {
            snapshot = Snapshot::default();
        }
        if mutants.has(Mutant::SnapshotIndexNotSaved) {
            log = Log::default();
            for (_, entry) in disk.log.iter() {
                log.push(entry.clone());
            }
            snapshot = Snapshot::default();
        }
        // An entry's term was current when it was written; a disk filled by hand
        // may have forgotten it.
        let current_term = disk.current_term.max(log.last_term());
        let voted_for = disk.voted_for.filter(|_| current_term == disk.current_term);
        let covered = snapshot.last_included_index.max(log.start());
        Peer {
            me,
            peers: peers.into(),
            options: Arc::new(options.clone()),
            mutants,
            current_term,
            voted_for,
            durability: Durability::starting_at(log.last_index()),
            log,
            snapshot,
            commit_index: covered,
            last_applied: covered,
            role: Role::Follower,
            leader: None,
            heard_at: None,
            started_at: None,
            incoming: None,
            batch: (0, Entries::NONE),
            old_match: Vec::new(),
            old_votes: Votes::default(),
        }
    }

    /// The role it has.
    #[inline]
    pub fn role(&self) -> &Role {
        &self.role
    }

    /// currentTerm (Figure 2).
    #[inline]
    pub fn current_term(&self) -> Term {
        self.current_term
    }

    /// votedFor (Figure 2).
    pub fn voted_for(&self) -> Option<NodeId> {
        self.voted_for
    }

    /// log\[\] (Figure 2), behind the snapshot.
    #[inline]
    pub fn log(&self) -> &Log {
        &self.log
    }

    /// The latest snapshot (7).
    pub fn snapshot(&self) -> &Snapshot {
        &self.snapshot
    }

    /// commitIndex (Figure 2).
    #[inline]
    pub fn commit_index(&self) -> Index {
        self.commit_index
    }

    /// lastApplied (Figure 2).
    #[inline]
    pub fn last_applied(&self) -> Index {
        self.last_applied
    }

    /// Who leads this term, as far as it knows.
    pub fn leader(&self) -> Option<NodeId> {
        self.leader
    }

    /// Up to where its own log is on its own disk, as far as it knows.
    pub fn durable_index(&self) -> Index {
        self.durability.index()
    }

    /// The members of its group.
    pub fn peers(&self) -> &[NodeId] {
        &self.peers
    }

    /// What it was told at its start.
    pub fn options(&self) -> &Options {
        &self.options
    }

    /// What this leader knows of another member; `None` when it does not lead,
    /// or for itself and strangers.
    pub fn progress(&self, of: NodeId) -> Option<&Progress> {
        let Role::Leader(leader) = &self.role else { return None };
        leader.progress.get(self.place_of(of)?).filter(|_| of != self.me)
    }

    /// The answers this candidate has; `None` when it is none.
    pub fn votes(&self) -> Option<&Votes> {
        match &self.role {
            Role::PreCandidate(votes) | Role::Candidate(votes) => Some(votes),
            _ => None,
        }
    }

    /// A member's place in the group.
    #[inline]
    pub fn place_of(&self, node: NodeId) -> Option<usize> {
        // In a group of the whole cluster a node's place is its number.
        if self.peers.get(node.index()) == Some(&node) {
            return Some(node.index());
        }
        self.peers.iter().position(|&peer| peer == node)
    }

    /// The other members.
    #[inline]
    pub(super) fn others(&self) -> impl Iterator<Item = NodeId> + use<> {
        let (peers, me) = (Arc::clone(&self.peers), self.me);
        (0..peers.len()).map(move |place| peers[place]).filter(move |&peer| peer != me)
    }

    #[inline]
    pub(super) fn has(&self, mutant: Mutant) -> bool {
        self.mutants.has(mutant)
    }
}

impl Machine<Raft> for Peer {
    fn handle(&mut self, input: Input<Raft>, cx: &mut Context<'_, Raft>) {
        match input {
            Input::Started => self.start(cx),
            Input::Received { from, message } => self.receive(from, message, cx),
            Input::Fired(Timer::Election) => self.election_timed_out(cx),
            Input::Fired(Timer::Heartbeat) => self.heartbeat_is_due(cx),
            Input::Fired(Timer::Transfer) => self.give_transfer_up(cx),
            Input::Requested(Request::Propose(command)) => self.propose(command, cx),
            Input::Requested(Request::Snapshot { index, data }) => {
                self.take_snapshot(index, data, cx);
            }
            Input::Requested(Request::Confirm(round)) => self.confirm(round, cx),
            Input::Requested(Request::Transfer(to)) => self.transfer(to, cx),
            Input::Durable(number) => self.note_durable(number, cx),
        }
        debug_assert!(
            !self.mutants.is_empty() || invariants::broken_rule(self).is_none(),
            "{}: {}",
            self.me,
            invariants::broken_rule(self).unwrap_or_default(),
        );
    }
}

impl Peer {
    /// Every server starts as a follower (5.2).
    fn start(&mut self, cx: Cx) {
        if self.snapshot.last_included_index > 0 {
            cx.notify(Notice::Restored {
                index: self.snapshot.last_included_index,
                term: self.snapshot.last_included_term,
                data: self.snapshot.data.clone(),
            });
        }
        self.started_at = self.options.quiet_start.then(|| cx.now());
        self.arm_election(cx);
    }

    fn receive(&mut self, from: NodeId, message: Message, cx: Cx) {
        if self.place_of(from).is_none() || from == self.me {
            return;
        }
        self.adopt_newer_term(&message, cx);
        match message {
            Message::AppendEntries(batch) => self.accept_entries(from, batch, cx),
            Message::AppendEntriesReply(ack) => self.note_progress(from, ack, cx),
            Message::RequestVote(ask) => self.answer_vote(from, &ask, cx),
            Message::RequestVoteReply(vote) => self.count_vote(from, &vote, cx),
            Message::InstallSnapshot(image) => self.install_snapshot(from, *image, cx),
            Message::InstallSnapshotReply(at) => self.note_installed(from, &at, cx),
            Message::Heartbeat(ask) => self.answer_heartbeat(from, &ask, cx),
            Message::HeartbeatReply(reply) => self.note_heartbeat(from, &reply, cx),
            Message::TimeoutNow(ask) => self.take_over(from, &ask, cx),
        }
    }

    /// A term higher than the own, in whatever message, is taken on, and whoever
    /// led or stood for election follows (Figure 2, all servers; 5.1).
    #[inline]
    fn adopt_newer_term(&mut self, message: &Message, cx: Cx) {
        let term = message.term();
        if term <= self.current_term {
            if self.has(Mutant::TermMayFall) && term < self.current_term {
                self.current_term = term;
                self.save_vote(cx);
            }
            return;
        }
        match message {
            // A pre-vote speaks of a term that nobody has yet (dissertation, 9.6).
            Message::RequestVote(ask) if ask.pre_vote => return,
            Message::RequestVoteReply(RequestVoteReply { pre_vote, granted: true, .. })
                if *pre_vote =>
            {
                return;
            }
            // Who has heard its leader lately is not to be disturbed by a
            // candidate (dissertation, 4.2.3).
            Message::RequestVote(ask)
                if self.options.check_quorum && !ask.transfer && self.heard_leader(cx) =>
            {
                return;
            }
            Message::AppendEntries(_) if self.has(Mutant::KeepTermOnAppend) => return,
            Message::AppendEntriesReply(_) | Message::RequestVoteReply(_)
                if self.has(Mutant::IgnoreTermOfReply) =>
            {
                return;
            }
            _ => {}
        }
        self.become_follower(term, cx);
    }

    /// Becomes a follower, of a newer term or of the leader of this one.
    pub(super) fn become_follower(&mut self, term: Term, cx: Cx) {
        let led = matches!(self.role, Role::Leader(_));
        let changed = term != self.current_term || self.role != Role::Follower;
        if term > self.current_term {
            self.current_term = term;
            if !self.has(Mutant::KeepVoteInNewTerm) {
                self.voted_for = None;
            }
            self.leader = None;
            self.save_vote(cx);
        }
        if self.has(Mutant::CountVotesAfterwards)
            && let Some(votes) = self.votes()
        {
            self.old_votes = *votes;
        }
        if led {
            self.old_match = self.match_indexes();
            cx.disarm(Timer::Heartbeat);
            if self.transfers_to().is_some() {
                cx.disarm(Timer::Transfer);
            }
            self.arm_election(cx);
        }
        self.role = Role::Follower;
        if changed {
            cx.notify(Notice::Became { role: RoleName::Follower, term });
        }
    }

    /// Saves currentTerm and votedFor; no answer leaves before they are on the disk
    /// (Figure 2, persistent state).
    pub(super) fn save_vote(&mut self, cx: Cx) {
        let mut kept = (self.current_term, self.voted_for);
        if self.has(Mutant::LeaderNeverSaves) && self.role != Role::Follower {
            return;
        }
        if self.has(Mutant::VoteNotSaved) {
            kept.1 = None;
        }
        if self.has(Mutant::TermNotSaved) {
            kept = (0, None);
        }
        let number = cx.save(Durable::Vote { term: kept.0, voted_for: kept.1 });
        self.durability.saved_vote(number);
        if self.has(Mutant::SnapshotForgotten) && self.log.start() > 0 {
            self.save_no_snapshot(cx);
        }
    }

    /// A mistake: saves a snapshot as it was initialised, with nothing in it.
    fn save_no_snapshot(&self, cx: Cx) {
        if self.snapshot.last_included_index == 0 {
            cx.save(Durable::Snapshot {
                last_included_index: self.log.start(),
                last_included_term: self.log.start_term(),
                data: Bytes::EMPTY,
                keeps_tail: true,
            });
        }
    }

    /// Whether a leader was heard within the shortest election time-out, of this term or of an older
    /// one: that it elects nobody else meanwhile is a promise that no change of term takes back, for
    /// that leader may hold a lease on it (dissertation, 4.2.3, 6.4.1).
    pub(super) fn heard_leader(&self, cx: Cx) -> bool {
        // A clock that was set back says nothing about how long ago that is.
        let now = cx.now();
        let lately = |at: Time| at <= now && now.since(at) < self.options.election_min;
        match self.role {
            Role::Leader(_) => true,
            // It may have heard one before it crashed.
            _ if self.started_at.is_some_and(lately) => true,
            _ => self.heard_at.is_some_and(lately),
        }
    }

    /// Throws a message away, or refuses it, because its term is over (5.1).
    pub(super) fn note_old_term(&self, from: NodeId, message_term: Term, cx: Cx) {
        let term = self.current_term;
        cx.notify(Notice::Because(Reason::OldTerm { from, message_term, term }));
    }
}
