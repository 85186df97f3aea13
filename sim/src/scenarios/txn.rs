//! Eight scenarios of transactions over shards: what it takes that all of one is done or nothing, who
//! decides when somebody dies, and what transactions see of each other.
//!
//! What the notes say of values, a test looks up in what the clients were told.

mod commit;
mod isolation;

use crate::check::txn::property::ATOMIC;
use crate::scenario::Scenario;

/// The scenarios, part by part.
pub const SCENARIOS: &[&[Scenario]] = &[commit::SCENARIOS, isolation::SCENARIOS];

/// What they have in common unless they say otherwise.
const PART: Scenario = Scenario {
    number: 0,
    id: "",
    title: "",
    question: "",
    look_for: "",
    part: "Txn",
    section: "Gray 1978",
    property: ATOMIC,
    breaks: &[],
    script: "",
    switches: &[],
    branches: &[],
};
