//! What the page shows of the sharded store beyond the generic inspector, event list and rows: what it
//! has above a store is its shards.

use netsplit_core::shardkv::options::{By, Options, Sharding};
use netsplit_sim::labs::LabCode;
use netsplit_sim::labs::shardkv::CODE;

use crate::app::pages;
use crate::components;
use crate::draw::islands;
use crate::later::{OfClients, OfGroups, OfLab};
use crate::paint::paint_beside_groups;
use crate::state::model::Model;
use crate::state::shards::join_or_leave;
use crate::state::views::View;

use super::{Headings, Look, kv, raft};

/// The sharded store.
pub static LOOK: Look = Look {
    lab: "shardkv",
    title: "Sharded store",
    parts: &[("4B", "Shards")],
    command,
    ..kv::LOOK
};

/// What comes with it.
pub static OF: OfLab = OfLab {
    headings: HEADINGS,
    views: &[View::Shards, View::Clients, View::Logs, View::Load],
    ..of(&CODE)
};

/// What comes with it and with its controller.
pub(super) const fn of(code: &'static LabCode) -> OfLab {
    OfLab {
        sheets: &["kv.css", "shardkv.css"],
        beside: pages::shards::beside,
        story: pages::shards::story,
        clients: Some(&CLIENTS),
        stage: None,
        groups: Some(&GROUPS),
        ..OfLab::plain(code)
    }
}

static CLIENTS: OfClients =
    OfClients { paint: paint_beside_groups, ask: Model::ask_of_shards, ..kv::clients() };

/// What is of servers that stand in groups.
pub(super) static GROUPS: OfGroups = OfGroups {
    ring: islands::ring,
    names: components::shards::names,
    path: pages::shards::path,
    stations: Model::station_times,
    joins: join_or_leave,
};

/// How the keys of a run are divided, by the options that it was given; of one with transactions, too.
pub fn sharding(options: &[(String, String)]) -> Sharding {
    let value = |name: &str| options.iter().rfind(|(key, _)| key == name).map(|(_, value)| value);
    let Sharding { count, by } = Options::paper().sharding;
    let hash = value("by").is_some_and(|by| by == "hash");
    Sharding {
        count: value("shards").and_then(|count| count.parse().ok()).unwrap_or(count),
        by: if hash { By::Hash } else { by },
    }
}

/// What a group has of shards, what its service has above Raft, and then Raft's own.
const HEADINGS: Headings = &[
    kv::HEADINGS[0],
    ("Shards", &["configuration", "shards", "owners"]),
    kv::HEADINGS[1],
    kv::HEADINGS[2],
    kv::HEADINGS[3],
    kv::HEADINGS[4],
    raft::HEADINGS[0],
    raft::HEADINGS[1],
    raft::HEADINGS[2],
    raft::HEADINGS[3],
];

/// Keys of one letter each: one is in another shard than the next.
fn command(number: u64) -> String {
    let key = number.saturating_sub(1) % 10;
    format!("{} {number}", char::from(b'a' + key as u8))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_divided_as_the_run_was_told() {
        let pair = |key: &str, value: &str| (key.to_owned(), value.to_owned());
        assert_eq!(sharding(&[]), Options::paper().sharding);
        let told = sharding(&[pair("shards", "12"), pair("by", "hash")]);
        assert_eq!(told, Sharding { count: 12, by: By::Hash });
    }

    #[test]
    fn what_is_asked_goes_round_the_shards() {
        assert_eq!((command(1).as_str(), command(12).as_str()), ("a 1", "b 12"));
    }
}
