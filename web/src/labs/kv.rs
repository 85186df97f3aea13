//! What the page shows of the key/value store beyond the generic inspector, event list and rows: of
//! the Raft in its servers, what it shows of Raft.

use netsplit_sim::labs::kv::CODE;
use netsplit_sim::labs::raft_options;
use netsplit_sim::scenario::Setup;

use crate::app::pages;
use crate::later::{OfClients, OfLab};
use crate::paint::paint_clients;
use crate::state::marked::Marked;
use crate::state::model::Model;
use crate::state::views::View;

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

/// What comes with it.
pub static OF: OfLab = OfLab {
    sheets: &["kv.css"],
    headings: HEADINGS,
    views: &[View::Clients, View::Logs, View::Store, View::Snapshots, View::Reads, View::Load],
    beside: pages::views::beside,
    story: pages::views::operation,
    clients: Some(&CLIENTS),
    stage: None,
    ..OfLab::plain(&CODE)
};

static CLIENTS: OfClients = clients();

/// What is of clients of a service.
pub(super) const fn clients() -> OfClients {
    OfClients {
        asks: pages::kv::asks,
        reads: pages::kv::reads,
        paint: paint_clients,
        ask: Model::ask,
        marks: |_, _| Marked::default(),
    }
}

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
