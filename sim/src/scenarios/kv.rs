//! The key/value store's twelve scenarios: what it takes to answer once, in order, and with what is
//! so.
//!
//! Numbers go on where Raft's end, by the same rules. What the notes say of values and replies, a
//! test looks up in the history; a script can wait for answers and cannot read them.

mod leaders;
mod lives;
mod reads;
mod sessions;
mod snapshots;

use crate::check::kv::property::EXACTLY_ONCE;
use crate::scenario::Scenario;

/// The scenarios, part by part.
pub const SCENARIOS: &[&[Scenario]] = &[
    sessions::SCENARIOS,
    leaders::SCENARIOS,
    reads::SCENARIOS,
    lives::SCENARIOS,
    snapshots::SCENARIOS,
];

/// What scenarios of part 3A have in common unless they say otherwise.
const PART: Scenario = Scenario {
    number: 0,
    id: "",
    title: "",
    question: "",
    look_for: "",
    part: "3A",
    section: "6.3",
    property: EXACTLY_ONCE,
    breaks: &[],
    script: "",
    switches: &[],
    branches: &[],
};
