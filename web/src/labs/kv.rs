//! What the page shows of the key/value store beyond the generic inspector, event list and rows: of
//! the Raft in its servers, what it shows of Raft.

use netsplit_sim::labs::raft_options;
use netsplit_sim::scenario::Setup;

use super::{Headings, Look, raft};

/// The key/value store.
pub const LOOK: Look = Look {
    lab: "kv",
    title: "Key/value store",
    parts: &[("3A", "Service"), ("3B", "Snapshots")],
    race: |options| (raft::LOOK.race)(&of_raft(options)),
    ask: "put",
    command: |number| format!("x {number}"),
    timing: |setup| {
        let options = of_raft(&setup.options);
        (raft::LOOK.timing)(&Setup { options, ..setup.clone() })
    },
    ..raft::LOOK
};

/// What the service has above Raft, and then Raft's own.
pub(super) const HEADINGS: Headings = &[
    ("Clerks", &["clerks", "clerk count", "calls over"]),
    ("Store", &["store", "key count", "applied"]),
    ("Sessions", &["sessions", "session count"]),
    (
        "Reads and waiting clerks",
        &["waiting", "reads by", "queries waiting", "lease until", "stops"],
    ),
    ("What it keeps, in bytes", &["bytes", "log bytes", "snapshot bytes"]),
    raft::HEADINGS[0],
    raft::HEADINGS[1],
    raft::HEADINGS[2],
    raft::HEADINGS[3],
];

/// The options that are Raft's: it knows no others.
fn of_raft(options: &[(String, String)]) -> Vec<(String, String)> {
    let knows = |name: &str| raft_options::NUMBERS.iter().any(|(known, _)| *known == name);
    let is_timing = |(name, _): &&(String, String)| knows(name) && name != "mistake";
    options.iter().filter(is_timing).cloned().collect()
}
