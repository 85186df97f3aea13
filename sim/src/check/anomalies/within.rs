//! What a transaction alone contradicts: its reads with its own earlier reads and
//! appends (Elle: internal consistency; the axiom INT of Cerone and Gotsman).

use std::collections::BTreeMap;

use netsplit_core::history::OpId;
use netsplit_core::transaction::{Access, Results, Transaction};

use super::{Anomaly, Sight};

/// What a key must hold, as far as the transaction knows.
enum Expected<'a> {
    /// Exactly what a read saw, and then these.
    After(&'a [u64], Vec<u64>),
    /// Anything, and then these.
    EndsWith(Vec<u64>),
}

impl Expected<'_> {
    fn is_met_by(&self, list: &[u64]) -> bool {
        match self {
            Expected::After(read, added) => {
                list.len() == read.len() + added.len()
                    && list.starts_with(read)
                    && list.ends_with(added)
            }
            Expected::EndsWith(added) => list.ends_with(added),
        }
    }
}

/// Tells what a committed transaction contradicts, once a key.
pub(super) fn look(id: OpId, call: &Transaction, results: &Results, out: &mut Vec<Anomaly>) {
    if is_plain(call) {
        return;
    }
    let mut held: BTreeMap<&[u8], Expected> = BTreeMap::new();
    // Where it appends what.
    let own: BTreeMap<(&[u8], u64), usize> = (0..)
        .zip(&call.0)
        .filter_map(|(at, access)| match access {
            Access::Append { key, value } => Some(((&**key, *value), at)),
            Access::Read { .. } => None,
        })
        .collect();
    let mut lists = results.0.iter();
    let mut is_told = false;
    for (at, access) in call.0.iter().enumerate() {
        let key = access.key();
        match access {
            Access::Append { value, .. } => match held.get_mut(&**key) {
                Some(Expected::After(_, added) | Expected::EndsWith(added)) => {
                    added.push(*value);
                }
                None => {
                    held.insert(key, Expected::EndsWith(vec![*value]));
                }
            },
            Access::Read { .. } => {
                let Some(list) = lists.next() else { return };
                let comes = |value: &&u64| own.get(&(&**key, **value)).is_some_and(|own| *own > at);
                if let Some(&value) = list.iter().find(comes) {
                    let sight = Sight { reader: id, key: key.clone(), value };
                    out.push(Anomaly::FutureRead(sight));
                }
                let expected = held.insert(key, Expected::After(list, Vec::new()));
                if !expected.is_none_or(|expected| expected.is_met_by(list)) && !is_told {
                    is_told = true;
                    out.push(Anomaly::Internal { reader: id, key: key.clone() });
                }
            }
        }
    }
}

/// No key comes twice, so there is nothing to contradict.
fn is_plain(call: &Transaction) -> bool {
    let mut keys: Vec<&[u8]> = call.0.iter().map(|access| &**access.key()).collect();
    keys.sort_unstable();
    keys.windows(2).all(|two| two[0] != two[1])
}
