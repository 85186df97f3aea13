//! What the page shows of the shard controller beyond the generic inspector, event list and rows.

use netsplit_sim::labs::shardctrl::CODE;

use crate::later::OfLab;
use crate::state::views::View;

use super::{Headings, Look, kv, raft, shardkv};

/// The shard controller.
pub static LOOK: Look = Look {
    lab: "shardctrl",
    title: "Shard controller",
    parts: &[("4A", "Controller")],
    ask: "join",
    command: |number| format!("{number}=x{number},y{number},z{number}"),
    ..kv::LOOK
};

/// What comes with it: in one part with the sharded store, which it is shown like.
pub static OF: OfLab = OfLab {
    headings: HEADINGS,
    views: &[View::Clients, View::Logs, View::Load],
    ..shardkv::of(&CODE)
};

/// What it has of configurations, what its service has above Raft, and then Raft's own.
const HEADINGS: Headings = &[
    kv::HEADINGS[0],
    ("Shards", &["configuration", "shards", "groups", "group count"]),
    ("Configurations", &["configurations", "configuration count"]),
    ("Applied", &["applied"]),
    kv::HEADINGS[2],
    kv::HEADINGS[3],
    kv::HEADINGS[4],
    raft::HEADINGS[0],
    raft::HEADINGS[1],
    raft::HEADINGS[2],
    raft::HEADINGS[3],
];
