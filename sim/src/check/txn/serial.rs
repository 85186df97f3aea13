//! The order in which committed transactions must stand, as the store itself knows it, for whoever
//! draws it: Adya's direct serialization graph (1999, chapter 3) with real time beside it, and what
//! shows that there is no such order.

use std::collections::BTreeSet;

use netsplit_core::history::OpId;
use netsplit_core::time::Time;
use netsplit_core::txn::options::Isolation;

use super::TxnChecks;
use super::versions::Versions;
use crate::check::anomalies::{self, Anomaly, Kind, Link, Why};
use crate::run::OpShown;

/// Transactions that are looked at: the last so many.
const LOOKED_AT: usize = 400;

/// The order of some transactions.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Serial {
    /// Those that are shown, in an order that keeps as much as possible of what must be kept.
    pub nodes: Vec<OpId>,
    /// Which of them must stand before which, and why.
    pub links: Vec<Link>,
    /// What shows that there is no order of all: of what the isolation does not allow, else of what
    /// it allows.
    pub found: Option<Anomaly>,
    /// How many have committed among those that were looked at.
    pub committed: usize,
}

impl Serial {
    /// That of the transactions that have committed by a time; `all` are all, in order of their
    /// calls. So many are shown at most: those that show that there is no order, else the last.
    pub fn new(all: &[OpShown], now: Time, isolation: Isolation, most: usize) -> Serial {
        let versions = Versions::new(all, now, LOOKED_AT);
        let report = anomalies::check_exactly(&versions.history, &versions.truth);
        let weakest = || report.anomalies.iter().min_by_key(|it| (it.kind().breaks(), it.kind()));
        let found = report.against(TxnChecks::level(isolation)).next().or_else(weakest);
        let found = found.map(|anomaly| numbered(anomaly, &versions));
        let mut shown: BTreeSet<OpId> = match &found {
            Some(anomaly) => anomaly.transactions().into_iter().collect(),
            None => versions.committed.iter().rev().take(most).map(|it| it.op.id).collect(),
        };
        shown.retain(|id| versions.committed.iter().any(|it| it.op.id == *id));
        let links = match &found {
            // What shows it, and nothing that takes the eye from it.
            Some(Anomaly::Cycle(.., links)) => links.clone(),
            Some(_) => dependencies(&versions, &shown),
            None => {
                let mut links = dependencies(&versions, &shown);
                let beside = in_time(&versions, &shown, &links);
                links.extend(beside);
                links
            }
        };
        let nodes = in_order(&versions, &shown, &links);
        Serial { nodes, links, found, committed: versions.committed.len() }
    }

    /// Whether a link leads back in the order that is shown.
    pub fn leads_back(&self, link: &Link) -> bool {
        let place = |id: OpId| self.nodes.iter().position(|other| *other == id);
        place(link.from) > place(link.to)
    }
}

/// Whether a store of this isolation may have such an anomaly.
pub fn is_allowed(kind: Kind, isolation: Isolation) -> bool {
    !TxnChecks::level(isolation).broken_by(kind)
}

/// Under the names that all have.
fn numbered(anomaly: &Anomaly, versions: &Versions) -> Anomaly {
    let of = |id: OpId| versions.named(id);
    match anomaly.clone() {
        Anomaly::LostUpdate { writers, key, last } => {
            Anomaly::LostUpdate { writers: writers.into_iter().map(of).collect(), key, last }
        }
        Anomaly::Cycle(shape, beside, links) => {
            let link = |it: Link| Link { from: of(it.from), to: of(it.to), why: it.why };
            Anomaly::Cycle(shape, beside, links.into_iter().map(link).collect())
        }
        // Versions that are known are written by who has committed, and read by others.
        other => other,
    }
}

/// Direct dependencies between some of them: who wrote over whom, who read what whom wrote, who read
/// what whom wrote over.
fn dependencies(versions: &Versions, shown: &BTreeSet<OpId>) -> Vec<Link> {
    let mut links: Vec<Link> = Vec::new();
    let mut link = |from: OpId, to: OpId, why: Why| {
        let link = Link { from: versions.named(from), to: versions.named(to), why };
        let is_shown = shown.contains(&link.from) && shown.contains(&link.to);
        if from != to && is_shown && !links.contains(&link) {
            links.push(link);
        }
    };
    let truth = &versions.truth;
    for (key, order) in &truth.orders {
        for two in order.windows(2) {
            let (value, behind) = (two[0].value, two[1].value);
            link(
                two[0].writer,
                two[1].writer,
                Why::Overwritten { key: key.clone(), value, behind },
            );
        }
    }
    for (read, saw) in &truth.reads {
        let (Some(key), reader) = (versions.keys.get(read), read.0) else { continue };
        let order = truth.orders.get(key).map_or(&[][..], |order| &order[..]);
        let next = match saw {
            None => 0,
            Some(saw) => {
                link(saw.writer, reader, Why::Read { key: key.clone(), value: saw.value });
                order.iter().position(|it| it == saw).map_or(order.len(), |at| at + 1)
            }
        };
        if let Some(next) = order.get(next) {
            link(reader, next.writer, Why::Missed { key: key.clone(), value: next.value });
        }
    }
    links
}

/// Who returned before who was called, where nothing else says so: not through a third one, and not
/// where they depend on each other.
fn in_time(versions: &Versions, shown: &BTreeSet<OpId>, known: &[Link]) -> Vec<Link> {
    let ops: Vec<&OpShown> = versions.committed.iter().map(|it| it.op).collect();
    let ops = ops.into_iter().filter(|op| shown.contains(&op.id)).collect::<Vec<_>>();
    let is_before = |one: &OpShown, other: &OpShown| {
        one.id != other.id && one.returned.is_some_and(|returned| returned <= other.called)
    };
    let mut links = Vec::new();
    for from in &ops {
        for to in ops.iter().filter(|to| is_before(from, to)) {
            let through = ops.iter().any(|it| is_before(from, it) && is_before(it, to));
            let is_known = known.iter().any(|it| (it.from, it.to) == (from.id, to.id));
            if !through && !is_known {
                links.push(Link { from: from.id, to: to.id, why: Why::RealTime });
            }
        }
    }
    links
}

/// An order that keeps the links: at each place whoever was called first of those that no other one
/// must stand before; where there is none, whoever was called first.
fn in_order(versions: &Versions, shown: &BTreeSet<OpId>, links: &[Link]) -> Vec<OpId> {
    let committed = versions.committed.iter().map(|it| it.op.id);
    let mut left: Vec<OpId> = committed.filter(|id| shown.contains(id)).collect();
    let mut order = Vec::with_capacity(left.len());
    while !left.is_empty() {
        let is_free = |id: &OpId| !links.iter().any(|it| it.to == *id && left.contains(&it.from));
        let place = left.iter().position(is_free).unwrap_or(0);
        order.push(left.remove(place));
    }
    order
}

#[cfg(test)]
mod tests;
