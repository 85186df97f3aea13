//! What the page shows of a store with transactions beyond the generic inspector, event list and rows:
//! of its shards and the Raft below, what it shows of a sharded store.

use netsplit_sim::labs::txn::CODE;

use crate::app::pages;
use crate::later::{OfClients, OfLab};
use crate::paint::paint_transactions;
use crate::state::model::Model;
use crate::state::views::View;

use super::{Headings, Look, kv, raft, shardkv};

/// The store with transactions.
pub static LOOK: Look = Look {
    lab: "txn",
    title: "Transactions",
    parts: &[("Txn", "Transactions over shards")],
    ask: "txn",
    command: |number| format!("read x; append y {number}"),
    ..kv::LOOK
};

/// What comes with it.
pub static OF: OfLab = OfLab {
    sheets: &["kv.css", "shardkv.css", "txn.css"],
    headings: HEADINGS,
    views: &[View::Transactions, View::Waits, View::Order, View::Bank, View::Shards, View::Logs],
    beside: pages::txn::beside,
    story: pages::txn::story,
    clients: Some(&CLIENTS),
    stage: None,
    groups: Some(&shardkv::GROUPS),
    ..OfLab::plain(&CODE)
};

static CLIENTS: OfClients = OfClients {
    paint: paint_transactions,
    ask: Model::ask_of_transactions,
    marks: pages::txn::marks,
    ..kv::clients()
};

/// What a client is doing, what a group has of shards and transactions, what its service has above
/// Raft, and then Raft's own.
const HEADINGS: Headings = &[
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
