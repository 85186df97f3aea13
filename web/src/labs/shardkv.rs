//! What the page shows of the sharded store beyond the generic inspector, event list and rows: what it
//! has above a store is its shards.

use super::{Look, kv, raft};

/// The sharded store.
pub static LOOK: Look = Look {
    lab: "shardkv",
    title: "Sharded store",
    parts: &[("4B", "Shards")],
    headings: HEADINGS,
    command,
    ..kv::LOOK
};

/// What a group has of shards, what its service has above Raft, and then Raft's own.
const HEADINGS: &[(&str, &[&str])] = &[
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
    fn what_is_asked_goes_round_the_shards() {
        assert_eq!((command(1).as_str(), command(12).as_str()), ("a 1", "b 12"));
    }
}
