//! What is known where the store tells it: nothing is inferred here.

use std::collections::BTreeMap;

use netsplit_core::bytes::Bytes;
use netsplit_core::history::OpId;
use netsplit_core::transaction::{Access, Transactions, Truth, Version};

use super::facts::{Element, Facts, Read, Seen, Vertex};
use super::{Anomaly, Sight, within};

/// What is known of a key.
#[derive(Default)]
struct Key {
    elements: Vec<Element>,
    /// Where a version stands.
    places: BTreeMap<Version, u32>,
    /// Those with a version of an aborted transaction: the first such.
    aborted: Option<u32>,
}

/// Puts the truth into the form in which everything is looked for.
pub(super) fn facts(history: &Transactions, truth: &Truth) -> (Facts, Vec<Anomaly>) {
    let mut facts = Facts::default();
    let mut anomalies = Vec::new();
    let mut vertices: BTreeMap<OpId, Vertex> = BTreeMap::new();
    for (id, _) in history.iter().filter(|(id, _)| truth.committed.contains(id)) {
        vertices.insert(id, facts.ops.len() as Vertex);
        facts.ops.push(id);
    }
    let mut numbers: BTreeMap<Bytes, usize> = BTreeMap::new();
    let mut keys: Vec<Key> = Vec::new();
    for (_, op) in history.iter() {
        for access in &op.call.0 {
            numbers.entry(access.key().clone()).or_insert_with(|| {
                facts.keys.push(access.key().clone());
                facts.behind.push(Vec::new());
                keys.push(key(history, &vertices, truth, access.key()));
                keys.len() - 1
            });
        }
    }
    for (id, op) in history.iter() {
        let Some(&reader) = vertices.get(&id) else { continue };
        if let Some(results) = op.reply() {
            within::look(id, &op.call, results, &mut anomalies);
        }
        for (at, access) in (0..).zip(&op.call.0) {
            let Some(saw) = truth.reads.get(&(id, at)) else { continue };
            let name = access.key();
            let key = &keys[numbers[name]];
            let seen = key.seen(*saw, &vertices);
            if let Some((version, writer)) = key.aborted(*saw, seen, truth) {
                let sight = Sight { reader: id, key: name.clone(), value: version };
                anomalies.push(Anomaly::AbortedRead(sight, writer));
            }
            if let Some(version) = saw.filter(|version| version.writer != id)
                && is_intermediate(history, version, name)
            {
                let sight = Sight { reader: id, key: name.clone(), value: version.value };
                anomalies.push(Anomaly::IntermediateRead(sight, version.writer));
            }
            let is_update = is_update(&op.call.0, at as usize);
            facts.reads.push(Read { reader, key: numbers[name] as u32, seen, is_update });
        }
    }
    facts.orders = keys.into_iter().map(|key| key.elements).collect();
    (facts, anomalies)
}

fn key(
    history: &Transactions,
    vertices: &BTreeMap<OpId, Vertex>,
    truth: &Truth,
    name: &Bytes,
) -> Key {
    let mut key = Key::default();
    for version in truth.orders.get(name).into_iter().flatten() {
        let writer = vertices.get(&version.writer).copied();
        let place = key.elements.len() as u32;
        if writer.is_none() && key.aborted.is_none() {
            key.aborted = Some(place);
        }
        key.places.insert(*version, place);
        key.elements.push(Element {
            value: version.value,
            op: Some(version.writer),
            writer,
            is_intermediate: is_intermediate(history, *version, name),
        });
    }
    key
}

impl Key {
    fn seen(&self, saw: Option<Version>, vertices: &BTreeMap<OpId, Vertex>) -> Seen {
        let Some(version) = saw else { return Seen::First(0) };
        match self.places.get(&version) {
            Some(place) => Seen::First(place + 1),
            None => {
                let writer = vertices.get(&version.writer);
                Seen::Other(writer.map(|writer| (*writer, version.value)))
            }
        }
    }

    /// What of an aborted transaction a read saw: the value, and who appended it.
    fn aborted(&self, saw: Option<Version>, seen: Seen, truth: &Truth) -> Option<(u64, OpId)> {
        match seen {
            Seen::First(count) => {
                let first = self.aborted.filter(|first| *first < count)?;
                let element = self.elements[first as usize];
                element.op.map(|op| (element.value, op))
            }
            Seen::Other(_) => {
                let version = saw.filter(|version| !truth.committed.contains(&version.writer))?;
                Some((version.value, version.writer))
            }
        }
    }
}

/// Its writer appended more to the key.
fn is_intermediate(history: &Transactions, version: Version, name: &Bytes) -> bool {
    let Some(op) = history.get(version.writer) else { return false };
    let last = op.call.0.iter().rev().find_map(|access| match access {
        Access::Append { key, value } if key == name => Some(*value),
        _ => None,
    });
    last != Some(version.value)
}

/// The read at this place is the first that the transaction did with the key, and
/// an append to it follows.
fn is_update(accesses: &[Access], at: usize) -> bool {
    let key = accesses[at].key();
    let is_append = |access: &Access| matches!(access, Access::Append { .. });
    !accesses[..at].iter().any(|access| access.key() == key)
        && accesses[at..].iter().any(|access| access.key() == key && is_append(access))
}
