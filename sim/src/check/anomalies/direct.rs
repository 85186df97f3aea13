//! What the order of versions shows without a graph.

use std::collections::BTreeMap;

use super::Anomaly;
use super::facts::{Facts, Seen, Vertex};

/// Adds what is found.
pub(super) fn look(facts: &Facts, out: &mut Vec<Anomaly>) {
    dirty_updates(facts, out);
    lost_updates(facts, out);
}

/// A committed version right behind those of aborted transactions (Elle).
fn dirty_updates(facts: &Facts, out: &mut Vec<Anomaly>) {
    for (key, order) in facts.keys.iter().zip(&facts.orders) {
        let mut before = None;
        for element in order {
            match (element.op, element.writer, before) {
                (Some(op), None, _) => before = Some((op, element.value)),
                (Some(committed), Some(_), Some((aborted, value))) => {
                    before = None;
                    out.push(Anomaly::DirtyUpdate {
                        aborted,
                        value,
                        committed,
                        behind: element.value,
                        key: key.clone(),
                    });
                }
                _ => before = None,
            }
        }
    }
}

/// Transactions that read one version of a key and then appended to it (Berenson
/// et al., "A Critique of ANSI SQL Isolation Levels", 1995: P4).
fn lost_updates(facts: &Facts, out: &mut Vec<Anomaly>) {
    let mut readers: BTreeMap<(u32, u32), Vec<Vertex>> = BTreeMap::new();
    for read in facts.reads.iter().filter(|read| read.is_update) {
        if let Seen::First(count) = read.seen {
            readers.entry((read.key, count)).or_default().push(read.reader);
        }
    }
    for ((key, count), writers) in readers {
        if writers.len() < 2 {
            continue;
        }
        let last = (count as usize).checked_sub(1);
        out.push(Anomaly::LostUpdate {
            writers: writers.into_iter().map(|writer| facts.ops[writer as usize]).collect(),
            key: facts.keys[key as usize].clone(),
            last: last.map(|last| facts.orders[key as usize][last].value),
        });
    }
}
