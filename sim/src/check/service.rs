//! What is checked of a service over Raft and its clients, after every step, and of the Raft beneath.
//! What it is to be is its [specification](Checked::Spec); what is checked of it alone is [`Own`].
//!
//! Clients' operations become a [`History`] as they happen, and the checks over it are told by the
//! clients alone: whether it is linearizable, and what one session may expect. The others look into
//! the servers as well: what was done how often, what was answered, whether servers that applied as
//! much are in the same state, and what they keep.

mod clients;
pub(in crate::check) mod seen;
mod servers;
mod state;

use std::fmt::{Debug, Display};
use std::rc::Rc;

use netsplit_core::bytes::Bytes;
use netsplit_core::history::{History, Op, OpId, Session};
use netsplit_core::id::NodeId;
use netsplit_core::raft::message::Index;
use netsplit_core::replicated::server::Server;
use netsplit_core::replicated::service::Text;
use netsplit_core::spec::Spec;
use netsplit_core::table::Table;

use crate::check::linearizability::{self, Live, LiveVerdict, Options, Verdict, Witness, witness};
use crate::check::look::Look;
use crate::check::raft::RaftChecks;
use crate::choice::Choice;
use crate::lab::Lab;
use crate::labs::service::ServiceLab;
use crate::property::{Checks, Property, Violation};
use crate::world::World;

use seen::Seen;
use state::States;

pub use state::Summed;

/// Names of the properties of every service.
pub mod property {
    /// Every operation seems to happen at one moment between its call and its return.
    pub const LINEARIZABLE: &str = "linearizable";
    /// A command takes effect once.
    pub const EXACTLY_ONCE: &str = "exactly-once";
    /// What a client was told is so: done when it was told done, never when it was told failed.
    pub const ACKNOWLEDGED: &str = "acknowledged";
    /// Servers that applied as much are in the same state.
    pub const EQUAL_STATE: &str = "equal-state";
    /// Logs, snapshots and what is kept of sessions stay within their bounds.
    pub const BOUNDED: &str = "bounded";
}

use property::{ACKNOWLEDGED, BOUNDED, EQUAL_STATE, EXACTLY_ONCE, LINEARIZABLE};

/// A lab whose servers keep a service, with what its checks want to know of that.
pub trait Checked: ServiceLab<Service: Summed> + Lab<Checks = ServiceChecks<Self>> {
    /// The service as it is with one client.
    type Spec: Spec<Call: Text + Display, Reply: Text + Display> + Clone + Debug;
    /// What is checked of this service alone.
    type Own: Own<Self>;
    /// Names of all properties, each with a sentence and its source.
    const PROPERTIES: &'static [Property];
    /// Configurations that the live check of one key may make. A hundred thousand of small states
    /// take some 20 ms.
    const BUDGET: u64;

    /// The specification for a run with these options.
    fn spec(options: &Self::Options) -> Self::Spec;

    /// Whether a call changes nothing, whatever the state.
    fn is_query(call: &CallOf<Self>) -> bool;

    /// What a call is about, where the service has keys.
    fn key(call: &CallOf<Self>) -> Option<String>;

    /// The first bound that a server breaks.
    fn broken_rule(server: &Server<Self::Service>) -> Option<&'static str>;

    /// What an operation came to, in words: `c2 read x = 1`.
    fn deed(op: &Op<CallOf<Self>, ReplyOf<Self>>) -> String;

    /// An operation as a noun: `c1's put of 2`.
    fn noun(op: &Op<CallOf<Self>, ReplyOf<Self>>) -> String;
}

/// What clients of a lab's service ask.
pub type CallOf<L> = <<L as Checked>::Spec as Spec>::Call;
/// What they are told.
pub type ReplyOf<L> = <<L as Checked>::Spec as Spec>::Reply;
/// What the clients of a service asked and were told.
pub type HistoryOf<L> = History<CallOf<L>, ReplyOf<L>>;

/// What is broken, as the checks of one service alone say it.
#[derive(Clone, Debug, PartialEq)]
pub struct Breach {
    /// The property.
    pub property: &'static str,
    /// The operations that show it.
    pub ops: Vec<OpId>,
    /// What happened, as a sentence.
    pub because: String,
}

/// What is checked of one service alone.
pub trait Own<L: Checked>: Clone + Debug + Default {
    /// An operation took effect at an index; the first server to get there tells.
    fn applied(&mut self, history: &HistoryOf<L>, op: OpId, index: Index) {
        let _ = (history, op, index);
    }

    /// An operation has just returned.
    fn returned(&mut self, history: &HistoryOf<L>, op: OpId) -> Vec<Breach> {
        let _ = (history, op);
        Vec::new()
    }

    /// A server after a step of its own.
    fn look_at(&mut self, node: NodeId, server: &Server<L::Service>, did: &Did<L>) -> Vec<Breach> {
        let _ = (node, server, did);
        Vec::new()
    }

    /// Whether anything has happened that could have broken a property; `None` for one that is not
    /// its own.
    fn was_tried(&self, property: &str) -> Option<bool>;
}

/// What a server did in a step.
#[derive(Clone, Debug)]
pub struct Did<L: Checked> {
    /// It started: what it had before is gone.
    pub started: bool,
    /// It put a snapshot in the place of its state.
    pub restored: bool,
    /// Commands that took effect, in order.
    pub commands: Vec<CallOf<L>>,
}

/// A call under way at a clerk.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Open {
    op: OpId,
    call: u64,
}

/// A command that took effect.
#[derive(Clone, Debug, PartialEq)]
struct Done {
    index: Index,
    reply: Bytes,
}

/// How a server stood when it was last looked at.
#[derive(Clone, Debug, Default, PartialEq)]
struct Known {
    /// The command of the entry that it applies.
    command: Option<Bytes>,
}

/// The checks of one run of a service.
#[derive(Clone, Debug)]
pub struct ServiceChecks<L: Checked> {
    raft: RaftChecks,
    history: HistoryOf<L>,
    /// From the first step on.
    spec: Option<L::Spec>,
    /// From the first return on.
    live: Option<Live<L::Spec>>,
    /// By clerk: what it waits for.
    open: Table<u64, Open>,
    /// By session and number: the operations that were asked for under them. Correct clerks never
    /// share one.
    asked: Table<(u64, u64), Rc<[OpId]>>,
    /// By operation: its effect.
    done: Table<u64, Done>,
    /// Operations that were told that they failed.
    failed: Table<u64, ()>,
    servers: Vec<Known>,
    states: States<L::Service>,
    own: L::Own,
    seen: Seen,
}

impl<L: Checked> Default for ServiceChecks<L> {
    fn default() -> ServiceChecks<L> {
        ServiceChecks {
            raft: RaftChecks::default(),
            history: History::new(),
            spec: None,
            live: None,
            open: Table::default(),
            asked: Table::default(),
            done: Table::default(),
            failed: Table::default(),
            servers: Vec::new(),
            states: States::default(),
            own: L::Own::default(),
            seen: Seen::default(),
        }
    }
}

/// Where the histories are the same, so is what the live check thinks of them.
impl<L: Checked> PartialEq for ServiceChecks<L> {
    fn eq(&self, other: &ServiceChecks<L>) -> bool {
        self.raft == other.raft
            && self.history == other.history
            && self.open == other.open
            && self.done == other.done
            && self.states == other.states
    }
}

/// The properties that every service has, and behind them those of the Raft in it.
pub const OF_SERVICES: [Property; 12] = [
    Property {
        id: LINEARIZABLE,
        title: "Linearizable",
        source: "Herlihy and Wing 1990; dissertation 6.3",
    },
    Property { id: EXACTLY_ONCE, title: "Exactly once", source: "dissertation 6.3" },
    Property {
        id: ACKNOWLEDGED,
        title: "What was acknowledged is done",
        source: "dissertation 6.3",
    },
    Property { id: EQUAL_STATE, title: "Equal state at equal index", source: "2, Figure 1" },
    Property { id: BOUNDED, title: "Logs and snapshots are bounded", source: "7" },
    RaftChecks::PROPERTIES[0],
    RaftChecks::PROPERTIES[1],
    RaftChecks::PROPERTIES[2],
    RaftChecks::PROPERTIES[3],
    RaftChecks::PROPERTIES[4],
    RaftChecks::PROPERTIES[5],
    RaftChecks::PROPERTIES[6],
];

impl<L: Checked> Checks<L> for ServiceChecks<L> {
    const PROPERTIES: &'static [Property] = <L as Checked>::PROPERTIES;

    fn observe(&mut self, world: &World<L>, broken: &mut Vec<Violation>) {
        self.raft.observe_peers(world, broken);
        self.spec.get_or_insert_with(|| L::spec(&world.options().lab));
        let step = world.last();
        let acting = match step.choice {
            Choice::Crash { node, .. } | Choice::Wipe(node) => Some(node),
            _ => step.node,
        };
        let Some(node) = acting else { return };
        let mut look = Look { world, node, broken };
        if node.is_client() {
            self.observe_client(&mut look);
        } else {
            self.observe_server(&mut look);
        }
    }

    fn undecided(&self) -> Vec<(&'static str, u64)> {
        match self.live.as_ref().map(Live::verdict) {
            Some(LiveVerdict::NotDecided { states }) => vec![(LINEARIZABLE, states)],
            _ => Vec::new(),
        }
    }

    fn was_tried(&self, property: &str) -> bool {
        match property {
            LINEARIZABLE => self.history.iter().any(|(_, op)| op.returned.is_some()),
            EXACTLY_ONCE | ACKNOWLEDGED => !self.done.is_empty(),
            EQUAL_STATE => self.states.were_compared(),
            BOUNDED => !self.states.is_empty(),
            _ => match self.own.was_tried(property) {
                Some(tried) => tried,
                None => self.raft.was_tried(property),
            },
        }
    }
}

impl<L: Checked> ServiceChecks<L> {
    /// What the clients asked so far, and what they were told.
    pub fn history(&self) -> &HistoryOf<L> {
        &self.history
    }

    /// How far the log is committed, by the paper's definition.
    pub fn raft(&self) -> &RaftChecks {
        &self.raft
    }

    /// Where an operation took effect in the log.
    pub fn done_at(&self, op: OpId) -> Option<Index> {
        self.done.get(&(op.index() as u64)).map(|done| done.index)
    }
}

/// The operations that show that a history is not linearizable.
pub(in crate::check) fn witness_of<L: Checked>(
    history: &HistoryOf<L>,
    blocked: OpId,
    spec: &L::Spec,
) -> Vec<OpId> {
    let showing = L::BUDGET / 2;
    let options = Options { budget: showing, ..Options::default() };
    match linearizability::check(spec, history, &options).verdict {
        Verdict::Violation(violation) => {
            let Witness { ops, .. } = witness(spec, history, &violation, showing);
            ops
        }
        _ => vec![blocked],
    }
}

pub(in crate::check) fn key_of(node: NodeId, clerk: u32) -> u64 {
    (node.index() as u64) << 32 | u64::from(clerk)
}

/// Clerks in turn over the clients: the first of `c1` is session 1, of `c2` session 2.
pub(in crate::check) fn session_of<L: Lab>(world: &World<L>, node: NodeId, clerk: u32) -> Session {
    Session(clerk.saturating_mul(world.cast().clients).saturating_add(node.number()))
}

/// A call or a reply from its bytes.
pub(in crate::check) fn word_of<T: Text>(words: &Bytes) -> Option<T> {
    T::from_text(std::str::from_utf8(words).ok()?)
}
