//! Lists with transactions, as they are with one client: appends and reads of
//! several keys at once.
//!
//! As a specification it makes strict serializability a question to the checker
//! of linearizability: a transaction is one operation then. That one has to
//! search, so it is for small histories; [`anomalies`](super::anomalies) is for
//! all of them.

use std::collections::BTreeMap;

use netsplit_core::bytes::Bytes;
use netsplit_core::spec::Spec;
use netsplit_core::transaction::{Access, Results, Transaction};

/// A store of lists that are appended to and read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Lists;

impl Spec for Lists {
    type Call = Transaction;
    type Reply = Results;
    /// Lists that hold something.
    type State = BTreeMap<Bytes, Vec<u64>>;
    type Key = ();

    fn start(&self) -> Self::State {
        BTreeMap::new()
    }

    fn step(
        &self,
        lists: &Self::State,
        call: &Transaction,
        reply: Option<&Results>,
    ) -> Option<Self::State> {
        let mut lists = lists.clone();
        let mut told = reply.map(|reply| reply.0.iter());
        for access in &call.0 {
            match access {
                Access::Append { key, value } => {
                    lists.entry(key.clone()).or_default().push(*value);
                }
                Access::Read { key } => {
                    let Some(told) = &mut told else { continue };
                    let held = lists.get(key).map_or(&[][..], Vec::as_slice);
                    if told.next().map(Vec::as_slice) != Some(held) {
                        return None;
                    }
                }
            }
        }
        Some(lists)
    }

    fn key(&self, _call: &Transaction) -> Option<()> {
        None
    }

    fn changes(&self, call: &Transaction, _reply: Option<&Results>) -> bool {
        call.0.iter().any(|access| matches!(access, Access::Append { .. }))
    }
}
