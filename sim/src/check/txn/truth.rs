//! What the shards of a store with transactions know of a history: which versions there are, who wrote
//! them, and which of them each read saw.

use std::collections::BTreeMap;

use netsplit_core::bytes::Bytes;
use netsplit_core::history::OpId;
use netsplit_core::transaction::{Access, Transactions, Truth, Version};
use netsplit_core::txn::command::TxnId;
use netsplit_core::txn::shard::TxnShard;

/// What these shards, each key's at the end, know of a history whose attempts are these.
pub(super) fn of<'a>(
    history: &Transactions,
    attempts: &BTreeMap<TxnId, OpId>,
    shards: impl Iterator<Item = &'a TxnShard>,
) -> Truth {
    let mut truth = Truth::default();
    for (key, versions) in shards.flat_map(TxnShard::keys) {
        let mut order: Vec<Version> = Vec::new();
        for version in versions {
            let Some(&writer) = attempts.get(&version.txn) else { continue };
            truth.committed.insert(writer);
            // What it has put behind what was there.
            let elements = elements(&version.value).skip(order.len());
            order.extend(elements.map(|value| Version { writer, value }).collect::<Vec<_>>());
        }
        truth.orders.insert(key.clone(), order);
    }
    for (op, transaction) in history.iter() {
        let Some(results) = transaction.reply() else { continue };
        truth.committed.insert(op);
        let reads = (0..).zip(&transaction.call.0).filter(|(_, access)| is_read(access));
        for ((at, access), list) in reads.zip(&results.0) {
            let saw = list.last().map(|&value| Version {
                writer: writer_of(history, &truth, access.key(), value).unwrap_or(op),
                value,
            });
            truth.reads.insert((op, at), saw);
        }
    }
    truth
}

fn is_read(access: &Access) -> bool {
    matches!(access, Access::Read { .. })
}

fn elements(list: &Bytes) -> impl Iterator<Item = u64> + '_ {
    let text = list.text().into_owned();
    let elements: Vec<u64> = text.split(',').filter_map(|it| it.parse().ok()).collect();
    elements.into_iter()
}

/// Who wrote a value: as the shard has it, or, where it was never installed, whoever tried to.
fn writer_of(history: &Transactions, truth: &Truth, key: &Bytes, value: u64) -> Option<OpId> {
    let installed = truth.orders.get(key).into_iter().flatten().find(|it| it.value == value);
    let wrote = |access: &Access| match access {
        Access::Append { key: other, value: it } => other == key && *it == value,
        Access::Read { .. } => false,
    };
    let tried = || history.iter().find(|(_, op)| op.call.0.iter().any(wrote)).map(|(id, _)| id);
    installed.map(|it| it.writer).or_else(tried)
}
