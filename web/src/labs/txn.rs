//! What the page shows of a store with transactions beyond the generic inspector, event list and rows:
//! of its shards and the Raft below, what it shows of a sharded store.

use super::{Headings, Look, kv, raft};

/// The store with transactions.
pub static LOOK: Look = Look {
    lab: "txn",
    title: "Transactions",
    parts: &[("Txn", "Transactions over shards")],
    ask: "txn",
    command: |number| format!("read x; append y {number}"),
    ..kv::LOOK
};

/// What a client is doing, what a group has of shards and transactions, what its service has above
/// Raft, and then Raft's own.
pub(super) const HEADINGS: Headings = &[
    (
        "Transaction",
        &["transaction", "does", "step", "commits at", "attempt", "has read", "will write"],
    ),
    ("Calls", &["calls over"]),
    ("Shards", &["configuration", "shards", "owners"]),
    ("Store", &["store", "applied"]),
    ("Locks", &["locks"]),
    ("Under way", &["under way"]),
    ("Waits", &["waits"]),
    ("Decided", &["decided"]),
    kv::HEADINGS[2],
    kv::HEADINGS[3],
    kv::HEADINGS[4],
    raft::HEADINGS[0],
    raft::HEADINGS[1],
    raft::HEADINGS[2],
    raft::HEADINGS[3],
];
