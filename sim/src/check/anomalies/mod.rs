//! Anomalies of transactions: what in a history shows that it has not the
//! isolation it was to have.
//!
//! [`check`] sees what clients saw. Lists tell the order of what was appended to
//! them, so most of the order in which transactions must stand follows from their
//! reads (Kingsbury and Alvaro, "Elle: Inferring Isolation Anomalies from
//! Experimental Observations", 2020). [`check_exactly`] is told by the store which
//! version each read saw, and infers nothing. Both come to one form of what is
//! known (`facts.rs`), and from there on they are the same:
//! 1. dependencies between committed transactions, and the order of sessions and
//!    of real time beside them, make a graph (`graph.rs`);
//! 2. a serial order exists when it has no cycle (Adya 1999, chapter 3), so its
//!    strongly connected components are looked at (`components.rs`);
//! 3. in each of them, a short cycle of each shape is searched (`search.rs`,
//!    `reach.rs`, `cycle.rs`).
//!
//! What can be told without a graph is in `direct.rs` and `within.rs`. All of it
//! costs about as much as the history is long; only to find cycles in a component
//! that has thousands of transactions is dearer, and that is bounded.

mod components;
mod cycle;
mod direct;
mod exact;
mod facts;
mod graph;
mod inference;
mod kind;
mod reach;
mod search;
#[cfg(test)]
mod tests;
mod within;

use netsplit_core::bytes::Bytes;
use netsplit_core::history::OpId;
use netsplit_core::transaction::{Transactions, Truth};

pub use kind::{Beside, Kind, Level, Shape};

use facts::Facts;
use graph::Graph;

/// What was found in a history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// What is wrong, the kinds in their order.
    pub anomalies: Vec<Anomaly>,
    /// How many transactions committed, as far as anybody can know.
    pub committed: u64,
    /// How many keys there are.
    pub keys: u64,
}

impl Report {
    /// What shows that the history has not this level.
    pub fn against(&self, level: Level) -> impl Iterator<Item = &Anomaly> {
        self.anomalies.iter().filter(move |anomaly| level.broken_by(anomaly.kind()))
    }

    /// The strongest level against which nothing was found.
    pub fn level(&self) -> Option<Level> {
        let holds = |level: &Level| self.against(*level).next().is_none();
        Level::ALL.into_iter().rev().find(holds)
    }

    /// The kinds that were found, each once.
    pub fn kinds(&self) -> Vec<Kind> {
        let mut kinds: Vec<Kind> = self.anomalies.iter().map(Anomaly::kind).collect();
        kinds.dedup();
        kinds
    }
}

/// One thing that is wrong, with all that shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Anomaly {
    /// A read saw a value twice.
    Duplicate(Sight),
    /// A read saw a value that nobody appended.
    Garbage(Sight),
    /// Two reads saw lists of which neither is the beginning of the other.
    IncompatibleOrder {
        /// One of them.
        one: OpId,
        /// Another, of the same transaction perhaps.
        other: OpId,
        /// Whose list.
        key: Bytes,
        /// How many values both have in front.
        same: u64,
    },
    /// A committed version was built on an aborted one.
    DirtyUpdate {
        /// Who aborted.
        aborted: OpId,
        /// What it had appended.
        value: u64,
        /// Who committed.
        committed: OpId,
        /// What it appended behind.
        behind: u64,
        /// Whose list.
        key: Bytes,
    },
    /// A read saw a value of an aborted transaction.
    AbortedRead(Sight, OpId),
    /// The last value that a read saw is not the last that its writer appended.
    IntermediateRead(Sight, OpId),
    /// A read saw what its own transaction appended only afterwards.
    FutureRead(Sight),
    /// A read saw another list than its transaction's own reads and appends before
    /// it leave.
    Internal {
        /// The transaction.
        reader: OpId,
        /// Whose list.
        key: Bytes,
    },
    /// Transactions read one version of a key, and all appended to it.
    LostUpdate {
        /// Two or more of them.
        writers: Vec<OpId>,
        /// Whose list.
        key: Bytes,
        /// The last value they read, if there was one.
        last: Option<u64>,
    },
    /// Each of these must stand before the next one, and the last before the first.
    Cycle(Shape, Beside, Vec<Link>),
}

/// A value that a read saw.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sight {
    /// Who read it.
    pub reader: OpId,
    /// Whose list.
    pub key: Bytes,
    /// The value.
    pub value: u64,
}

/// Why a transaction must stand before another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// The earlier one.
    pub from: OpId,
    /// The later one.
    pub to: OpId,
    /// What shows it.
    pub why: Why,
}

/// What shows that a transaction stands before another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why {
    /// ww: the later one appended behind it.
    Overwritten {
        /// Whose list.
        key: Bytes,
        /// What the earlier one appended.
        value: u64,
        /// What the later one appended.
        behind: u64,
    },
    /// wr: the later one read what it appended.
    Read {
        /// Whose list.
        key: Bytes,
        /// What it appended.
        value: u64,
    },
    /// rw: the earlier one read the list without what the later one appended.
    Missed {
        /// Whose list.
        key: Bytes,
        /// What the later one appended.
        value: u64,
    },
    /// One session asked for both.
    Process,
    /// It had returned before the later one was asked for.
    RealTime,
}

impl Anomaly {
    /// What it is called.
    pub fn kind(&self) -> Kind {
        match self {
            Anomaly::Duplicate(_) => Kind::Duplicate,
            Anomaly::Garbage(_) => Kind::Garbage,
            Anomaly::IncompatibleOrder { .. } => Kind::IncompatibleOrder,
            Anomaly::DirtyUpdate { .. } => Kind::DirtyUpdate,
            Anomaly::AbortedRead(..) => Kind::AbortedRead,
            Anomaly::IntermediateRead(..) => Kind::IntermediateRead,
            Anomaly::FutureRead(_) => Kind::FutureRead,
            Anomaly::Internal { .. } => Kind::Internal,
            Anomaly::LostUpdate { .. } => Kind::LostUpdate,
            Anomaly::Cycle(shape, beside, _) => Kind::Cycle(*shape, *beside),
        }
    }

    /// The transactions that show it, in order.
    pub fn transactions(&self) -> Vec<OpId> {
        match self {
            Anomaly::Duplicate(sight) | Anomaly::Garbage(sight) | Anomaly::FutureRead(sight) => {
                vec![sight.reader]
            }
            Anomaly::IncompatibleOrder { one, other, .. } => vec![*one, *other],
            Anomaly::DirtyUpdate { aborted, committed, .. } => vec![*aborted, *committed],
            Anomaly::AbortedRead(sight, writer) | Anomaly::IntermediateRead(sight, writer) => {
                vec![*writer, sight.reader]
            }
            Anomaly::Internal { reader, .. } => vec![*reader],
            Anomaly::LostUpdate { writers, .. } => writers.clone(),
            Anomaly::Cycle(.., links) => links.iter().map(|link| link.from).collect(),
        }
    }
}

/// Why nothing can be said of a history: two transactions appended one value to
/// one key, so that a read does not tell whose it saw.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AppendedTwice {
    /// Who appended it first.
    pub first: OpId,
    /// Who did again; the same one, perhaps.
    pub second: OpId,
    /// Whose list.
    pub key: Bytes,
    /// The value.
    pub value: u64,
}

/// Looks for anomalies in what clients saw. Whatever it finds is there; what nobody
/// read, it may miss. A transaction of unknown outcome counts as committed when
/// somebody read from it: if it had not, that would be an aborted read.
pub fn check(history: &Transactions) -> Result<Report, AppendedTwice> {
    let (facts, anomalies) = inference::facts(history)?;
    Ok(report(history, &facts, anomalies))
}

/// Looks for anomalies where it is known which version each read saw: all that
/// are there are found.
pub fn check_exactly(history: &Transactions, truth: &Truth) -> Report {
    let (facts, anomalies) = exact::facts(history, truth);
    report(history, &facts, anomalies)
}

/// What both ways of looking have in common.
fn report(history: &Transactions, facts: &Facts, mut anomalies: Vec<Anomaly>) -> Report {
    direct::look(facts, &mut anomalies);
    let graph = Graph::new(history, facts);
    anomalies.extend(search::cycles(&graph, facts));
    // Stable: within a kind, in the order in which they were found.
    anomalies.sort_by_key(Anomaly::kind);
    Report { anomalies, committed: facts.ops.len() as u64, keys: facts.keys.len() as u64 }
}
