//! What reads of lists tell: which transactions committed, and the order of each
//! key's versions (Elle, on traceability: a list holds the history of its key).
//!
//! The order of a key is the longest list that was read of it. Every other read
//! must be the beginning of that one. What committed and was never read must stand
//! behind it, because nothing is ever taken out of a list.

use std::collections::{BTreeMap, BTreeSet};

use netsplit_core::bytes::Bytes;
use netsplit_core::history::{OpId, Outcome};
use netsplit_core::transaction::{Access, Transactions};

use super::facts::{Element, Facts, Read, Seen, Vertex};
use super::{Anomaly, AppendedTwice, Sight, within};

/// An append, as it was asked.
#[derive(Clone, Copy)]
struct Append {
    op: OpId,
    is_intermediate: bool,
}

/// What was asked of a key, and seen of it.
#[derive(Default)]
struct Key<'a> {
    appends: BTreeMap<u64, Append>,
    /// Reads of committed transactions.
    reads: Vec<Told<'a>>,
    /// What the transaction that was looked at last did to it.
    latest: Option<(OpId, Latest)>,
}

#[derive(Clone, Copy)]
enum Latest {
    /// It appended this, at last.
    Appended(u64),
    /// It only read, for the first time by this one of the reads.
    Read(usize),
}

/// A read with what it was told.
#[derive(Clone, Copy)]
struct Told<'a> {
    op: OpId,
    is_update: bool,
    list: &'a [u64],
}

/// How a transaction ended, as far as clients can know.
#[derive(Clone, Copy, PartialEq)]
enum End {
    Committed,
    Aborted,
    /// Nobody was told, and nobody read of it.
    Unknown,
}

/// Finds out what clients could know, and what contradicts itself.
pub(super) fn facts(history: &Transactions) -> Result<(Facts, Vec<Anomaly>), AppendedTwice> {
    let (keys, numbered) = by_key(history)?;
    let mut anomalies = Vec::new();
    let mut ends: Vec<End> = Vec::with_capacity(history.len());
    for (id, op) in history.iter() {
        ends.push(match &op.outcome {
            Outcome::Ok(results) => {
                within::look(id, &op.call, results, &mut anomalies);
                End::Committed
            }
            Outcome::Failed => End::Aborted,
            Outcome::Unknown => End::Unknown,
        });
    }
    let orders: Vec<Order> = numbered
        .iter()
        .zip(&keys)
        .map(|(key, name)| order(key, name, &ends, &mut anomalies))
        .collect();
    // Who was read has committed, or there is nothing that may be said of it.
    for (key, order) in numbered.iter().zip(&orders) {
        let others = key.reads.iter().filter(|told| !is_beginning(told.list, &order.values));
        let lists = std::iter::once(&*order.values).chain(others.map(|told| told.list));
        for value in lists.flatten() {
            if let Some(append) = key.appends.get(value) {
                let end = &mut ends[append.op.index()];
                *end = if *end == End::Unknown { End::Committed } else { *end };
            }
        }
    }
    let mut facts = Facts { keys, ..Facts::default() };
    let mut vertices = vec![None; history.len()];
    for (id, _) in history.iter().filter(|(id, _)| ends[id.index()] == End::Committed) {
        vertices[id.index()] = Some(facts.ops.len() as u32);
        facts.ops.push(id);
    }
    for (number, (key, order)) in (0..).zip(numbered.iter().zip(orders)) {
        let one = OneKey { key, name: &facts.keys[number as usize], ends: &ends, order };
        let wrong = one.wrong(&one.order.values);
        let (elements, behind) = one.versions(&vertices);
        for told in &key.reads {
            let Some(reader) = vertices[told.op.index()] else { continue };
            let seen = one.seen(told, wrong, &vertices, &mut anomalies);
            facts.reads.push(Read { reader, key: number, seen, is_update: told.is_update });
        }
        facts.orders.push(elements);
        facts.behind.push(behind);
    }
    Ok((facts, anomalies))
}

/// Puts together what was asked and seen of each key.
fn by_key(history: &Transactions) -> Result<(Vec<Bytes>, Vec<Key<'_>>), AppendedTwice> {
    let mut names: BTreeMap<Bytes, usize> = BTreeMap::new();
    let mut keys: Vec<Key> = Vec::new();
    for (op, it) in history.iter() {
        let mut lists = it.reply().into_iter().flat_map(|results| &results.0);
        for access in &it.call.0 {
            let name = access.key();
            let number = match names.get(name) {
                Some(number) => *number,
                None => {
                    names.insert(name.clone(), keys.len());
                    keys.push(Key::default());
                    keys.len() - 1
                }
            };
            let key = &mut keys[number];
            let latest = key.latest.filter(|(of, _)| *of == op).map(|(_, latest)| latest);
            match access {
                Access::Append { value, .. } => {
                    let append = Append { op, is_intermediate: false };
                    if let Some(first) = key.appends.insert(*value, append) {
                        let (first, key, value) = (first.op, name.clone(), *value);
                        return Err(AppendedTwice { first, second: op, key, value });
                    }
                    match latest {
                        Some(Latest::Appended(earlier)) => {
                            let earlier = key.appends.get_mut(&earlier);
                            earlier.expect("it was added above").is_intermediate = true;
                        }
                        Some(Latest::Read(first)) => key.reads[first].is_update = true,
                        None => {}
                    }
                    key.latest = Some((op, Latest::Appended(*value)));
                }
                Access::Read { .. } => {
                    let Some(list) = lists.next() else { continue };
                    if latest.is_none() {
                        key.latest = Some((op, Latest::Read(key.reads.len())));
                    }
                    key.reads.push(Told { op, is_update: false, list });
                }
            }
        }
    }
    let mut sorted: Vec<(Bytes, usize)> = names.into_iter().collect();
    sorted.sort_by_key(|(_, number)| *number);
    Ok((sorted.into_iter().map(|(name, _)| name).collect(), keys))
}

/// The order of a key's versions.
struct Order {
    values: Vec<u64>,
    /// Who read it.
    by: Option<OpId>,
}

fn is_beginning(list: &[u64], of: &[u64]) -> bool {
    of.starts_with(list)
}

/// The longest list that was read without any value twice, without what stands at
/// its end and was not committed: nothing says that this stayed.
fn order(key: &Key, name: &Bytes, ends: &[End], out: &mut Vec<Anomaly>) -> Order {
    let kept = |list: &[u64]| {
        let stays = |value: &u64| {
            key.appends.get(value).is_some_and(|append| ends[append.op.index()] != End::Aborted)
        };
        list.iter().rposition(stays).map_or(0, |last| last + 1)
    };
    let mut longest: Vec<(usize, &Told)> =
        key.reads.iter().map(|told| (kept(told.list), told)).collect();
    longest.sort_by_key(|(kept, told)| (usize::MAX - kept, told.op));
    let mut order = Order { values: Vec::new(), by: None };
    for (kept, told) in longest {
        // What is a part of the order has no value twice.
        if is_beginning(told.list, &order.values) {
            continue;
        }
        match twice(told.list) {
            Some(value) => {
                let sight = Sight { reader: told.op, key: name.clone(), value };
                out.push(Anomaly::Duplicate(sight));
            }
            None if order.by.is_none() => {
                order = Order { values: told.list[..kept].to_vec(), by: Some(told.op) };
            }
            None => {}
        }
    }
    order
}

/// A value that stands in a list twice.
fn twice(list: &[u64]) -> Option<u64> {
    let mut seen = BTreeSet::new();
    list.iter().copied().find(|value| !seen.insert(*value))
}

/// Where in a list the first value stands that nobody appended, and the first of a
/// transaction that aborted.
type Wrong = (Option<usize>, Option<usize>);

/// One key, with what is known of everything.
struct OneKey<'a> {
    key: &'a Key<'a>,
    name: &'a Bytes,
    ends: &'a [End],
    order: Order,
}

impl OneKey<'_> {
    fn is_beginning(&self, list: &[u64]) -> bool {
        is_beginning(list, &self.order.values)
    }

    /// The versions in order, and what stands behind them.
    fn versions(&self, vertices: &[Option<Vertex>]) -> (Vec<Element>, Vec<(Vertex, u64)>) {
        let element = |value: &u64| {
            let append = self.key.appends.get(value);
            Element {
                value: *value,
                op: append.map(|append| append.op),
                writer: append.and_then(|append| vertices[append.op.index()]),
                is_intermediate: append.is_some_and(|append| append.is_intermediate),
            }
        };
        let elements = self.order.values.iter().map(element).collect();
        // What only lists show that do not fit the order has no place beside it.
        let others = self.key.reads.iter().filter(|told| !self.is_beginning(told.list));
        let lists = std::iter::once(&*self.order.values).chain(others.map(|told| told.list));
        let read: BTreeSet<u64> = lists.flatten().copied().collect();
        let behind = self.key.appends.iter().filter(|(value, _)| !read.contains(value));
        let behind = behind.filter_map(|(value, append)| {
            vertices[append.op.index()].map(|vertex| (vertex, *value))
        });
        let mut behind: Vec<(Vertex, u64)> = behind.collect();
        behind.sort_unstable();
        (elements, behind)
    }

    /// What in a list was not to be seen.
    fn wrong(&self, list: &[u64]) -> Wrong {
        let append = |value| self.key.appends.get(value);
        let is_aborted = |append: &Append| self.ends[append.op.index()] == End::Aborted;
        (
            list.iter().position(|value| append(value).is_none()),
            list.iter().position(|value| append(value).is_some_and(is_aborted)),
        )
    }

    /// How much of the order a read saw, and what is wrong with it alone.
    fn seen(
        &self,
        told: &Told,
        wrong: Wrong,
        vertices: &[Option<Vertex>],
        out: &mut Vec<Anomaly>,
    ) -> Seen {
        let list = told.list;
        let sight = |value: u64| Sight { reader: told.op, key: self.name.clone(), value };
        let append = |value: &u64| self.key.appends.get(value);
        let is_beginning = self.is_beginning(list);
        // Of the order it is known already which of its values are wrong.
        let (garbage, aborted) = match is_beginning {
            true => wrong,
            false => self.wrong(list),
        };
        if let Some(value) = garbage.and_then(|at| list.get(at)) {
            out.push(Anomaly::Garbage(sight(*value)));
        }
        if let Some((value, append)) =
            aborted.and_then(|at| list.get(at)).and_then(|value| Some((value, append(value)?)))
        {
            out.push(Anomaly::AbortedRead(sight(*value), append.op));
        }
        let last = list.last().and_then(|value| append(value).map(|append| (*value, append)));
        if let Some((value, append)) = last
            && append.is_intermediate
            && append.op != told.op
        {
            out.push(Anomaly::IntermediateRead(sight(value), append.op));
        }
        if is_beginning {
            return Seen::First(list.len() as u32);
        }
        let order = &self.order.values;
        let same = list.iter().zip(order).take_while(|(one, other)| one == other).count();
        if let Some(by) = self.order.by
            && same < order.len().min(list.len())
        {
            let (key, same) = (self.name.clone(), same as u64);
            out.push(Anomaly::IncompatibleOrder { one: by, other: told.op, key, same });
        }
        let last = last
            .and_then(|(value, append)| vertices[append.op.index()].map(|vertex| (vertex, value)));
        Seen::Other(last)
    }
}
