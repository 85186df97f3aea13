//! What really happened in a run: faults that took effect and interesting
//! states, counted. A sweep in which a kind never happened has not tested what
//! it says it tests.

use netsplit_core::id::NodeId;
use netsplit_core::machine::Effect;
use netsplit_core::raft::message::{Appended, Index, Message, Notice, Term};
use netsplit_core::raft::peer::Peer;
use netsplit_core::raft::reason::Reason;
use netsplit_core::raft::role::RoleName;
use netsplit_core::time::{Span, Time};

use crate::choice::{Choice, EnvelopeId};
use crate::labs::raft::RaftLab;
use crate::node::Node;
use crate::world::{Outcome, World};

macro_rules! kinds {
    ($($kind:ident $name:literal,)*) => {
        /// A kind of fault, or an interesting state.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Kind {
            $(#[doc = $name] $kind,)*
        }

        impl Kind {
            /// All of them: faults first.
            pub const ALL: &'static [Kind] = &[$(Kind::$kind,)*];

            /// What it is, in a few words.
            pub const fn name(self) -> &'static str {
                match self { $(Kind::$kind => $name,)* }
            }
        }
    };
}

kinds! {
    // The network.
    Lost "message lost on its way",
    LostToCut "message lost to a cut",
    LostToCrash "message lost at a crashed node",
    Twice "copy of a message handled",
    Overtaken "message overtaken by a later one",
    VeryLate "message handled an election time-out late",
    FromTheDead "message handled that its sender did not live to see",
    ToTheNext "message handled by a later incarnation",
    CutOneWay "link cut in one direction",
    Isolated "node isolated",
    Partitioned "cluster partitioned",
    Mended "link mended",
    Held "message held by hand",
    Released "held message released",
    DeliveredEarly "message delivered early by hand",
    Ruled "standing rule laid down",
    Tuned "network dial turned",
    // Nodes.
    CrashClean "crash with nothing pending",
    CrashLost "crash that lost a save",
    CrashKept "crash that kept some of the pending saves",
    CrashTorn "crash that tore an append",
    CrashLeader "crash of a leader",
    CrashAlone "crash of a leader with an entry on one other node",
    CrashSecret "crash of the leader that alone knew what is committed",
    CrashMost "majority down at once",
    Restarted "restart",
    Paused "pause",
    HandedOver "input handed over after a pause",
    FiredEarly "timer fired early by hand",
    PutOff "timer put off",
    // Disks and clocks.
    SlowDisk "disk made slower or faster",
    Stalled "disk stalled",
    Unstalled "stalled disk going on",
    ClockFast "clock fast, within the bound",
    ClockSlow "clock slow, within the bound",
    ClockSet "clock set forward or back",
    // Out for good.
    Wiped "disk wiped, node out for good",
    Lied "disk that lies, node out for good after its crash",
    LieLost "crash that lost a save said to be durable",
    ClockWild "clock beyond the bound",
    // Elections.
    Elected "leader elected",
    SplitVote "split vote",
    TwoLeaders "two leaders at once",
    StaleProposal "proposal taken by a leader that another has replaced",
    Yielded "candidate yields to a leader of its term",
    AlreadyVoted "vote refused: given to another",
    OlderLog "vote refused: older log",
    PreVoteRefused "pre-vote refused: a leader was heard",
    LostQuorum "leader steps down: no majority in reach",
    OldTerm "message of an old term refused",
    LateAnswer "late answer thrown away",
    // Logs.
    Committed "entry committed",
    KnownToOne "committed entry known to the leader alone",
    Overwritten "entries overwritten",
    ConflictShort "append refused: log too short",
    ConflictTerm "append refused: other term",
    OwnTermRule "commit held back by the own-term rule",
    NotLeader "proposal refused: not leader",
    // Snapshots.
    SnapshotTaken "snapshot taken",
    PieceLost "piece of a snapshot lost",
    PieceOutOfOrder "piece of a snapshot out of order",
    SnapshotInstalled "snapshot installed",
    InstalledInPieces "snapshot installed in several pieces",
    InstallKeptTail "snapshot installed before a log's tail",
    InstallDropped "snapshot installed in the place of a log",
    AlreadyCovered "snapshot that brought nothing new",
    BootedFromSnapshot "restart from a snapshot",
    // The liveness phase.
    CoreDown "rest down while the core went on",
    CoreCut "rest cut off both ways while the core went on",
    CoreHalfCut "rest cut off one way while the core went on",
}

/// How often each kind happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counts(Vec<u64>);

impl Default for Counts {
    fn default() -> Counts {
        Counts(vec![0; Kind::ALL.len()])
    }
}

impl Counts {
    /// How often a kind happened.
    pub fn of(&self, kind: Kind) -> u64 {
        self.0[kind as usize]
    }

    /// Adds another run's.
    pub fn add(&mut self, other: &Counts) {
        self.0.iter_mut().zip(&other.0).for_each(|(sum, count)| *sum += count);
    }

    /// Kinds that never happened.
    pub fn never(&self) -> Vec<Kind> {
        Kind::ALL.iter().copied().filter(|kind| self.of(*kind) == 0).collect()
    }

    pub(super) fn note(&mut self, kind: Kind) {
        self.0[kind as usize] += 1;
    }
}

/// What is remembered to tell what happened.
#[derive(Clone, Debug)]
pub struct Watch {
    /// The counts so far.
    pub counts: Counts,
    nodes: usize,
    election_max: Span,
    /// The time of each step, by number.
    times: Vec<Time>,
    /// The step at which each node last started or went down.
    changed: Vec<u64>,
    /// The newest message handled, by link.
    newest: Vec<u32>,
    /// Pieces of snapshots under way.
    pieces: Vec<EnvelopeId>,
    /// The term of each node's last candidacy, 0 when it was elected.
    candidacies: Vec<Term>,
    /// The newest term with a leader.
    led: Term,
    /// Pending saves of each node when it last acted, and whether it led.
    pending: Vec<u64>,
    /// Nodes that lead, as bits.
    leads: u64,
    /// How far each node knew the log to be committed when it last acted.
    committed: Vec<Index>,
}

impl Watch {
    /// A watch of a run from its start. The span is that of its longest election
    /// time-out.
    pub fn new(nodes: u32, election_max: Span) -> Watch {
        let nodes = nodes as usize;
        Watch {
            counts: Counts::default(),
            nodes,
            election_max,
            times: vec![Time::ZERO],
            changed: vec![0; nodes],
            newest: vec![0; nodes * nodes],
            pieces: Vec::new(),
            candidacies: vec![0; nodes],
            led: 0,
            pending: vec![0; nodes],
            leads: 0,
            committed: vec![0; nodes],
        }
    }

    /// Looks at the step just made. Of an act that took several steps, only the
    /// last may have been shown to it: what the others left behind counts.
    pub fn observe(&mut self, world: &World<RaftLab>) {
        let step = world.last();
        self.times.resize(world.steps() as usize + 1, world.now());
        let leaders = world.ids().filter(|id| self.leads & (1 << id.index()) != 0);
        let at_hand = |id: &NodeId| matches!(step.choice, Choice::Crash { node, .. } | Choice::Wipe(node) if node == *id);
        let gone: Vec<NodeId> =
            leaders.filter(|id| !world.node(*id).is_up() && !at_hand(id)).collect();
        gone.into_iter().for_each(|node| self.went_down(node, world));
        match step.choice {
            Choice::Deliver(id) => self.delivered(id, step.outcome, step.cause, world),
            Choice::Drop(id) => {
                self.counts.note(Kind::Lost);
                self.piece_lost(id);
            }
            Choice::Restart(node) => {
                self.changed[node.index()] = world.steps();
                if world.node(node).incarnation() > 1 {
                    self.counts.note(Kind::Restarted);
                    if world.node(node).disk().snapshot.last_included_index > 0 {
                        self.counts.note(Kind::BootedFromSnapshot);
                    }
                }
            }
            Choice::Crash { node, kept, torn } => {
                self.crashed(node, kept.into(), torn.into(), world);
            }
            Choice::Wipe(node) => {
                self.went_down(node, world);
                self.counts.note(Kind::Wiped);
            }
            Choice::HandOver(_) => self.counts.note(Kind::HandedOver),
            Choice::Pause(_) => self.counts.note(Kind::Paused),
            Choice::Stall(_) => self.counts.note(Kind::Stalled),
            Choice::Unstall(_) => self.counts.note(Kind::Unstalled),
            _ => {}
        }
        if let Some(node) = step.node {
            self.acted(node, world);
        }
        for envelope in world.left() {
            if matches!(envelope.message, Message::InstallSnapshot(_)) {
                self.pieces.push(envelope.id);
            }
        }
    }

    fn delivered(&mut self, id: EnvelopeId, outcome: Outcome, cause: u64, world: &World<RaftLab>) {
        match outcome {
            Outcome::LostToCut => {
                self.counts.note(Kind::LostToCut);
                return self.piece_lost(id);
            }
            Outcome::LostToCrash | Outcome::LostToRestart => {
                self.counts.note(Kind::LostToCrash);
                return self.piece_lost(id);
            }
            Outcome::Done | Outcome::Queued => {}
        }
        if id.copy > 0 {
            self.counts.note(Kind::Twice);
        }
        let newest = &mut self.newest[id.from.index() * self.nodes + id.to.index()];
        if id.number < *newest {
            self.counts.note(Kind::Overtaken);
        }
        *newest = id.number.max(*newest);
        if world.now().since(self.times[cause as usize]) > self.election_max {
            self.counts.note(Kind::VeryLate);
        }
        if self.changed[id.from.index()] > cause {
            self.counts.note(Kind::FromTheDead);
        }
        if self.changed[id.to.index()] > cause {
            self.counts.note(Kind::ToTheNext);
        }
    }

    fn piece_lost(&mut self, id: EnvelopeId) {
        if self.pieces.contains(&id) {
            self.counts.note(Kind::PieceLost);
        }
    }

    fn went_down(&mut self, node: NodeId, world: &World<RaftLab>) {
        self.changed[node.index()] = world.steps();
        let bit = 1 << node.index();
        if self.leads & bit != 0 {
            self.counts.note(Kind::CrashLeader);
            self.leader_crashed(node, world);
        }
        self.committed[node.index()] = 0;
        self.leads &= !bit;
        self.candidacies[node.index()] = 0;
        let down = world.ids().filter(|id| !world.node(*id).is_up()).count();
        if down * 2 > self.nodes {
            self.counts.note(Kind::CrashMost);
        }
    }

    /// What a leader leaves behind: an entry of its own term that one other node
    /// has taken, and what nobody else knows to be committed.
    fn leader_crashed(&mut self, node: NodeId, world: &World<RaftLab>) {
        let others = || world.ids().filter(|id| *id != node).map(|id| world.node(id));
        let disk = world.node(node).disk();
        let has = |other: &Node<RaftLab>, index| {
            let log = other.machine().map_or(&other.disk().log, Peer::log);
            log.term_at(index) == Some(disk.current_term)
        };
        let own = disk.log.iter().filter(|(_, entry)| entry.term == disk.current_term);
        let mut copies = own.map(|(index, _)| others().filter(|other| has(other, index)).count());
        if copies.any(|copies| copies == 1) {
            self.counts.note(Kind::CrashAlone);
        }
        let known = |other: &Node<RaftLab>| other.machine().map_or(0, Peer::commit_index);
        if others().all(|other| known(other) < self.committed[node.index()]) {
            self.counts.note(Kind::CrashSecret);
        }
    }

    fn crashed(&mut self, node: NodeId, kept: u64, torn: u64, world: &World<RaftLab>) {
        let pending = self.pending[node.index()];
        if pending == 0 {
            self.counts.note(Kind::CrashClean);
        }
        if kept < pending {
            self.counts.note(Kind::CrashLost);
            if world.node(node).lies() {
                self.counts.note(Kind::LieLost);
            }
        }
        if kept > 0 {
            self.counts.note(Kind::CrashKept);
        }
        if torn > 0 {
            self.counts.note(Kind::CrashTorn);
        }
        self.went_down(node, world);
    }

    /// Notes how many saves of a node are pending, before it is crashed.
    pub(super) fn note_pending(&mut self, node: NodeId, pending: usize) {
        self.pending[node.index()] = pending as u64;
    }

    fn acted(&mut self, node: NodeId, world: &World<RaftLab>) {
        let step = world.last();
        let Some(peer) = world.node(node).machine() else { return };
        let bit = 1 << node.index();
        let knew = std::mem::replace(&mut self.committed[node.index()], peer.commit_index());
        if peer.role().name() == RoleName::Leader {
            let news = knew < peer.commit_index();
            let alone = |(place, known): (usize, &Index)| {
                place == node.index() || *known < peer.commit_index()
            };
            if news && self.committed.iter().enumerate().all(alone) {
                self.counts.note(Kind::KnownToOne);
            }
            self.leads |= bit;
            if self.leads.count_ones() > 1 {
                self.counts.note(Kind::TwoLeaders);
            }
        } else {
            self.leads &= !bit;
        }
        for effect in &step.effects {
            let notice = match effect {
                Effect::Notify(notice) => notice,
                Effect::Send { message: Message::AppendEntriesReply(ack), .. } => {
                    if let Appended::Conflict { conflict_term, .. } = ack.outcome {
                        self.counts.note(match conflict_term {
                            Some(_) => Kind::ConflictTerm,
                            None => Kind::ConflictShort,
                        });
                    }
                    continue;
                }
                _ => continue,
            };
            match notice {
                Notice::Became { role: RoleName::Leader, term } => {
                    self.counts.note(Kind::Elected);
                    self.led = self.led.max(*term);
                    self.candidacies[node.index()] = 0;
                }
                Notice::Became { role: RoleName::Candidate, term } => {
                    let last = self.candidacies[node.index()];
                    let rivals = self.candidacies.iter().filter(|&&other| other == last).count();
                    if last > self.led && rivals > 1 {
                        self.counts.note(Kind::SplitVote);
                    }
                    self.candidacies[node.index()] = *term;
                }
                Notice::Became { role: RoleName::Follower, term }
                    if self.candidacies[node.index()] == *term && peer.leader().is_some() =>
                {
                    self.counts.note(Kind::Yielded);
                }
                Notice::Proposed { term, .. } if *term < self.led => {
                    self.counts.note(Kind::StaleProposal);
                }
                Notice::Committed { .. } => self.counts.note(Kind::Committed),
                Notice::Overwritten { .. } => self.counts.note(Kind::Overwritten),
                Notice::Restored { .. } => self.restored(node, world),
                Notice::Because(reason) => {
                    if let Some(kind) = kind_of(reason) {
                        self.counts.note(kind);
                    }
                }
                _ => {}
            }
        }
        if let Choice::Request(_, words) = &step.choice
            && words.starts_with("snapshot")
            && step.effects.iter().any(|effect| matches!(effect, Effect::Save { .. }))
        {
            self.counts.note(Kind::SnapshotTaken);
        }
    }

    fn restored(&mut self, node: NodeId, world: &World<RaftLab>) {
        let step = world.last();
        if matches!(step.choice, Choice::Restart(_)) {
            return;
        }
        let Some(peer) = world.node(node).machine() else { return };
        self.counts.note(Kind::SnapshotInstalled);
        let data = peer.snapshot().data.len() as u64;
        if data > peer.options().chunk_bytes {
            self.counts.note(Kind::InstalledInPieces);
        }
        let tail = peer.log().last_index() > peer.log().start();
        self.counts.note(if tail { Kind::InstallKeptTail } else { Kind::InstallDropped });
    }
}

fn kind_of(reason: &Reason) -> Option<Kind> {
    Some(match reason {
        Reason::AlreadyVoted { .. } => Kind::AlreadyVoted,
        Reason::OlderLog { .. } => Kind::OlderLog,
        Reason::LeaderHeardRecently { .. } => Kind::PreVoteRefused,
        Reason::OldTerm { .. } => Kind::OldTerm,
        Reason::LateAnswer { .. } => Kind::LateAnswer,
        Reason::AlreadyCovered { .. } => Kind::AlreadyCovered,
        Reason::PieceOutOfOrder { .. } => Kind::PieceOutOfOrder,
        Reason::NotLeader { .. } => Kind::NotLeader,
        Reason::OwnTermRule { .. } => Kind::OwnTermRule,
        Reason::NoMajorityInReach { .. } => Kind::LostQuorum,
        _ => return None,
    })
}
