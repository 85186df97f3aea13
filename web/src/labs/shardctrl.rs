//! What the page shows of the shard controller beyond the generic inspector, event list and rows: of
//! what every service over Raft has, what it shows of the store.

use super::{Look, kv, raft};

/// The shard controller. Its scenarios are found by search; they stand in no list yet.
pub static LOOK: Look = Look {
    lab: "shardctrl",
    title: "Shard controller",
    parts: &[],
    race: |options| (kv::LOOK.race)(options),
    headings: HEADINGS,
    ask: "join",
    command: |number| format!("{number}=s{number}"),
    timing: |setup| (kv::LOOK.timing)(setup),
    ..raft::LOOK
};

/// What the controller has above Raft, and then what every service has.
const HEADINGS: &[(&str, &[&str])] = &[
    kv::HEADINGS[0],
    ("Configuration in force", &["configuration", "shards", "groups", "group count", "applied"]),
    ("All configurations", &["configurations", "configuration count"]),
    kv::HEADINGS[2],
    kv::HEADINGS[3],
    kv::HEADINGS[4],
    kv::HEADINGS[5],
    kv::HEADINGS[6],
    kv::HEADINGS[7],
    kv::HEADINGS[8],
];
