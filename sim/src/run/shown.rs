//! What a run shows: plain data, for any lab.

use std::rc::Rc;

use netsplit_core::id::{Cast, Groups, NodeId};
use netsplit_core::time::Time;
use netsplit_core::view::{Field, NodeView};

use crate::choice::{Choice, EnvelopeId, Rule, RuleId, TimerCode};
use crate::fingerprint::Fingerprint;
use crate::moment::Moment;
use crate::property::Violation;
use crate::scene::{Act, Skipped};
use crate::timeline::BranchId;
use crate::verb::Glance;
use crate::world::Outcome;

/// A node as it is shown.
#[derive(Clone, Debug, PartialEq)]
pub struct NodeShown {
    /// Its name.
    pub id: NodeId,
    /// Not crashed.
    pub up: bool,
    /// Up and not run.
    pub paused: bool,
    /// How many times it was started.
    pub incarnation: u32,
    /// Its state in the paper's order; empty while it is down.
    pub view: NodeView,
    /// What it is at a glance; of a crashed node all zero.
    pub glance: Glance,
    /// What its disk holds, under the names its state gives the same things.
    pub disk: Vec<Field>,
    /// Its log, as rows are drawn.
    pub log: Rc<LogShown>,
    /// Timers that run: name, code, and when each runs out.
    pub timers: Vec<(String, TimerCode, Time)>,
    /// Saves not on the disk yet, with the time at which the first will be.
    pub pending: (u32, Option<Time>),
    /// Messages that wait for the disk.
    pub waiting: u32,
    /// Inputs that wait because it is or was paused.
    pub backlog: u32,
    /// Bytes on the disk, snapshots apart.
    pub disk_bytes: u64,
}

/// A log as a row of cells.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LogShown {
    /// Index before the first cell: what a snapshot covers.
    pub start: u64,
    /// Term and command of each entry, oldest first.
    pub entries: Vec<(u64, String)>,
    /// Committed up to here, as the node knows.
    pub committed: u64,
    /// Applied up to here.
    pub applied: u64,
    /// On the node's own disk up to here.
    pub durable: u64,
}

/// A message under way as it is shown.
#[derive(Clone, Debug, PartialEq)]
pub struct Flying {
    /// Its name.
    pub id: EnvelopeId,
    /// The paper's name of its kind.
    pub kind: &'static str,
    /// It answers.
    pub reply: bool,
    /// For an answer: whether it grants or agrees.
    pub positive: bool,
    /// The term it carries; 0 where there is none.
    pub term: u64,
    /// It carries nothing that changes anything, as far as can be told: a
    /// heartbeat or the answer to one.
    pub quiet: bool,
    /// When it left.
    pub sent: Time,
    /// When it is due.
    pub arrives: Time,
    /// It waits before its receiver.
    pub held: bool,
    /// The network will lose it half-way.
    pub lost: bool,
    /// What it says, in the paper's order.
    pub fields: Vec<Field>,
}

/// A message that is gone without having been handled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gone {
    /// Its link.
    pub link: (NodeId, NodeId),
    /// Why.
    pub why: Loss,
}

/// Why a message is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Loss {
    /// The network lost it half-way, or a person dropped it.
    Lost,
    /// Its link is cut.
    Cut,
    /// Its receiver is down.
    Crash,
    /// Its call is over (the course's network).
    Restart,
}

impl WorldView {
    /// Who there is.
    pub fn cast(&self) -> Cast {
        let ids = self.nodes.iter().map(|node| node.id);
        let clients = ids.clone().filter(|id| id.is_client()).count() as u32;
        let last = ids.rev().find(|id| id.group().is_some());
        let groups = last.map_or(Groups::NONE, |last| Groups {
            count: last.group().unwrap_or_default(),
            size: last.number(),
        });
        Cast { servers: self.nodes.len() as u32 - clients, groups, clients }
    }
}

/// A message as a lab describes it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MessageShown {
    /// For an answer: whether it grants or agrees.
    pub positive: bool,
    /// The term it carries; 0 where there is none.
    pub term: u64,
    /// It changes nothing, as far as can be told.
    pub quiet: bool,
    /// What it says, in the paper's order.
    pub fields: Vec<Field>,
}

/// A branch as it is shown.
#[derive(Clone, Debug, PartialEq)]
pub struct BranchShown {
    /// Its number.
    pub id: BranchId,
    /// The name a person gave it.
    pub name: Option<String>,
    /// Where it leaves which branch.
    pub parent: Option<(BranchId, Moment)>,
    /// Its first act of its own.
    pub first_act: Option<Act>,
    /// It was made by changing lines of its parent.
    pub changed: bool,
    /// The latest moment it has been run to.
    pub edge: Moment,
    /// It is the one shown.
    pub shown: bool,
}

/// The run at the moment shown.
#[derive(Clone, Debug, PartialEq)]
pub struct WorldView {
    /// The moment.
    pub moment: Moment,
    /// Steps since the start.
    pub steps: u64,
    /// Everything that happened, as one number.
    pub fingerprint: Fingerprint,
    /// The nodes, in order of their names.
    pub nodes: Vec<Rc<NodeShown>>,
    /// Messages under way, in order of their names.
    pub flying: Vec<Rc<Flying>>,
    /// For each of them, whether it would change anything at its receiver as that
    /// stands now; see [`Lab::is_news`](crate::lab::Lab::is_news).
    pub news: Vec<bool>,
    /// Directions that are cut.
    pub cuts: Vec<(NodeId, NodeId)>,
    /// Rules that stand.
    pub rules: Vec<(RuleId, Rule)>,
    /// Properties broken so far, first of each.
    pub broken: Vec<Violation>,
    /// What could not be done so far.
    pub skipped: Vec<Skipped>,
    /// What happens next if nobody interferes.
    pub next: Option<(Time, Choice)>,
    /// The latest moment the branch has been run to.
    pub edge: Moment,
    /// The moment shown is that.
    pub at_edge: bool,
    /// The last step: what happened, and what became of it.
    pub last: Option<(Choice, Outcome)>,
    /// The step that caused the last one: that sent the message, armed the timer,
    /// recorded the save; 0 for an act from outside.
    pub cause: u64,
}
