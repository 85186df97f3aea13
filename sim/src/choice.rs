//! Everything that may happen and that no machine decides: one enum, one door.
//!
//! The player, the mouse, a script, a director, the swarm and the minimiser all
//! go through [`World::apply`](crate::world::World::apply) with a [`Choice`].

use crate::order::rank;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::rc::Rc;

use netsplit_core::id::{Cast, NodeId};
use netsplit_core::time::Span;

use crate::network::{Delay, PARTS};

/// The name of a message under way: its link and its number on it, so that it
/// stays the same whatever happens to other messages. Written `n1>n3#57`, a
/// duplicate `n1>n3#57'`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct EnvelopeId {
    /// Who sent it.
    pub from: NodeId,
    /// To whom.
    pub to: NodeId,
    /// The how manyeth of that link, from 1.
    pub number: u32,
    /// 0 for the message itself, 1 for its first duplicate, …
    pub copy: u8,
}

impl EnvelopeId {
    /// A number that orders names as they order themselves.
    pub fn rank(self) -> u128 {
        let link = u64::from(self.from.word()) << 32 | u64::from(self.to.word());
        rank(link, u64::from(self.number) << 8 | u64::from(self.copy))
    }

    /// The name in one word, its highest bit clear: every step folds one into
    /// the fingerprint.
    #[inline]
    pub(crate) fn word(self) -> u64 {
        let place = |node: NodeId| node.index() as u64 + 1;
        let link = place(self.from) << 52 | place(self.to) << 40;
        link | u64::from(self.copy) << 32 | u64::from(self.number)
    }
}

impl Hash for EnvelopeId {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.word());
    }
}

impl fmt::Display for EnvelopeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}>{}#{}", self.from, self.to, self.number)?;
        (0..self.copy).try_for_each(|_| f.write_str("'"))
    }
}

/// The name of a timer of a node: its code, as `Alarm::code` gives it.
pub type TimerCode = u32;

/// The pace of a node's clock: it advances `local` microseconds while the world
/// advances `real`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Rate {
    /// Microseconds of the node's clock …
    pub local: u32,
    /// … in so many of the world's.
    pub real: u32,
}

impl Rate {
    /// A clock that runs true.
    pub const TRUE: Rate = Rate { local: 1, real: 1 };
}

/// What a standing rule does to the messages it catches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RuleAction {
    /// Keep them before their receiver until released.
    Hold,
    /// Lose them.
    Drop,
    /// Let them come this much later.
    Delay(Span),
    /// Let them come twice.
    Duplicate,
}

/// A rule that stands until it is lifted or used up: it catches messages as
/// they are sent. `None` catches all.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Rule {
    /// What it does.
    pub action: RuleAction,
    /// Messages from this node.
    pub from: Option<NodeId>,
    /// Messages to this node.
    pub to: Option<NodeId>,
    /// Messages of this kind, as `Mail::KINDS` numbers them.
    pub kind: Option<u8>,
    /// How many it still catches; `None` for all.
    pub left: Option<u32>,
}

/// The number of a standing rule: the how manyeth of the run, from 1.
pub type RuleId = u32;

/// A directed link, or all of them.
pub type LinkScope = Option<(NodeId, NodeId)>;

/// A setting of the world that takes effect from now on: messages under way
/// keep the delay they drew.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Dial {
    /// How long messages take.
    Delay(LinkScope, Delay),
    /// How many of 10,000 are lost.
    Loss(LinkScope, u32),
    /// How many of 10,000 come twice.
    Duplicate(LinkScope, u32),
    /// How many of 10,000 take up to this much longer, so that later ones
    /// overtake them.
    Reorder(LinkScope, u32, Span),
    /// Bytes a second a link carries; 0 is without limit.
    Bandwidth(LinkScope, u64),
    /// How long a save takes to be durable, on one node or all.
    Save(Option<NodeId>, Span),
    /// The course's unreliable network: asks wait longer, one in ten is lost.
    Unreliable(bool),
    /// The course's long reordering: two replies in three come much later.
    LongReordering(bool),
}

impl Dial {
    /// The longest delay that can be set.
    pub const DELAY_MOST: Span = Span::from_millis(60_000);

    /// Whether its nodes exist, and its numbers are in range.
    pub(crate) fn check(&self, cast: Cast) -> Result<(), NotEnabled> {
        let exists = |node: NodeId| {
            if cast.has(node) { Ok(()) } else { Err(NotEnabled::NoNode(node)) }
        };
        let (scope, fits) = match self {
            Dial::Delay(scope, delay) => (scope, delay.is_within(Dial::DELAY_MOST)),
            Dial::Loss(scope, parts) | Dial::Duplicate(scope, parts) => (scope, *parts <= PARTS),
            Dial::Reorder(scope, parts, by) => (scope, *parts <= PARTS && *by <= Dial::DELAY_MOST),
            Dial::Bandwidth(scope, bytes) => (scope, *bytes <= 1 << 40),
            Dial::Save(node, takes) => {
                node.map_or(Ok(()), exists)?;
                (&None, *takes <= Dial::DELAY_MOST)
            }
            Dial::Unreliable(_) | Dial::LongReordering(_) => (&None, true),
        };
        if let Some((from, to)) = *scope {
            exists(from)?;
            exists(to)?;
        }
        if fits { Ok(()) } else { Err(NotEnabled::OutOfRange) }
    }
}

/// One thing that happens. Applied, it is a *step*.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Choice {
    /// A message arrives; before its time when chosen by hand.
    Deliver(EnvelopeId),
    /// A message is lost.
    Drop(EnvelopeId),
    /// A second copy of a message sets out, due when the first is.
    Duplicate(EnvelopeId),
    /// A message waits before its receiver until it is released.
    Hold(EnvelopeId),
    /// A held message may arrive.
    Release(EnvelopeId),
    /// A message takes so much longer.
    Delay(EnvelopeId, Span),
    /// A timer runs out; before its time when chosen by hand.
    Fire(NodeId, TimerCode),
    /// A timer runs out so much later.
    PutOff(NodeId, TimerCode, Span),
    /// The oldest pending saves of a node become durable.
    Persist(NodeId),
    /// A node's disk stops finishing saves.
    Stall(NodeId),
    /// It goes on.
    Unstall(NodeId),
    /// A node's disk says "durable" before it is (or no longer does so).
    Lie(NodeId, bool),
    /// A node's disk is emptied; a running node crashes first.
    Wipe(NodeId),
    /// A node stops and loses its memory. Of its pending saves the first `kept`
    /// are on the disk, and of the next one its first `torn` parts.
    Crash {
        /// Which node.
        node: NodeId,
        /// Pending saves that made it.
        kept: u32,
        /// Parts of the next one that made it.
        torn: u32,
    },
    /// A crashed node starts from its disk.
    Restart(NodeId),
    /// A node is not run; its clock goes on and its mail queues.
    Pause(NodeId),
    /// It runs again, from its queue.
    Resume(NodeId),
    /// A resumed node takes the next thing from its queue.
    HandOver(NodeId),
    /// A node's clock changes pace.
    Clock(NodeId, Rate),
    /// A node's clock is set forward or back by microseconds.
    Offset(NodeId, i64),
    /// Messages of this direction are lost.
    Cut(NodeId, NodeId),
    /// They no longer are.
    Mend(NodeId, NodeId),
    /// A standing rule is laid down.
    Rule(Rule),
    /// A standing rule is lifted.
    Unrule(RuleId),
    /// A setting changes.
    Tune(Dial),
    /// A person asks a node for something, in the lab's words.
    Request(NodeId, Rc<str>),
}

impl Choice {
    /// A crash that loses every pending save.
    pub const fn crash(node: NodeId) -> Choice {
        Choice::Crash { node, kept: 0, torn: 0 }
    }
}

/// Why a choice could not be applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotEnabled {
    /// No such node in this cluster.
    NoNode(NodeId),
    /// No such message is under way.
    NoEnvelope(EnvelopeId),
    /// The node has no such timer armed.
    NoTimer(NodeId, TimerCode),
    /// The node is down.
    Down(NodeId),
    /// The node is up.
    Up(NodeId),
    /// It is so already: paused, held, cut, stalled.
    Already,
    /// It is not so: not paused, not held, not cut, nothing pending.
    NotSo,
    /// No such rule stands.
    NoRule(RuleId),
    /// A number is out of its range.
    OutOfRange,
    /// The lab does not understand the request.
    Request,
}
