//! The shard controller's two scenarios: what moves when a group joins or leaves, and what the next
//! leader says.
//!
//! Numbers go on where the sharded store's end, by the same rules. What the notes say of
//! configurations, a test looks up in what the servers have.

use crate::check::shardctrl::property::{EQUAL_STATE, LINEARIZABLE, MINIMAL_MOVEMENT};
use crate::scenario::{Scenario, Switch};

/// The scenarios, part by part.
pub const SCENARIOS: &[&[Scenario]] = &[&[MINIMAL_MOVE, SAME_CONFIG]];

/// What the scenarios have in common unless they say otherwise.
const PART: Scenario = Scenario {
    number: 0,
    id: "",
    title: "",
    question: "",
    look_for: "",
    part: "4A",
    section: "handout, 4A",
    property: MINIMAL_MOVEMENT,
    breaks: &[],
    script: "",
    switches: &[],
    branches: &[],
};

const MINIMAL_MOVE: Scenario = Scenario {
    number: 31,
    id: "minimal-move",
    title: "Minimal move",
    question: "How many shards must move when a group joins or leaves?",
    look_for: "As many as the newcomer is to have, or the one that leaves had; none between others.",
    script: r#"
scenario shardctrl nodes=3 clients=1 seed=7
run until leader n3 within 2s
c1 join 1=x 2=y
run until answered 1 on c1 within 1s
note "Two groups join at once, and share ten shards: 1,1,1,1,1,2,2,2,2,2. There was nobody to take one from."
try "Let both leave" c1 leave 1 2
c1 join 3=z
run until answered 2 on c1 within 1s
expect not broken
note "Group 3 joins, and is to have three. One comes from group 1 and two from group 2: 1,1,1,1,3,2,2,2,3,3. No shard goes from group 1 to group 2."
c1 leave 2
run until answered 3 on c1 within 1s
note "Group 2 leaves. Its three shards go where there is room, and no other moves: 1,1,1,1,3,1,3,3,3,3."
try "Let group 2 come back" c1 join 2=y
c1 move 0 3
run until answered 4 on c1 within 1s
c1 query
run until answered 5 on c1 within 1s
note "Shard 0 is moved to group 3 by hand. That stays, though the balance is gone: 3,1,1,1,3,1,3,3,3,3."
run for 50ms
"#,
    switches: &[Switch { label: "Deal anew", shows: &MINIMAL_MOVE_DEAL_ANEW }],
    ..PART
};

const MINIMAL_MOVE_DEAL_ANEW: Scenario = Scenario {
    number: 3101,
    id: "minimal-move-deal-anew",
    title: "Minimal move, dealt anew",
    look_for: "All shards are dealt out in turn whenever a group joins: even, and most of them move.",
    breaks: &[MINIMAL_MOVEMENT],
    script: r#"
scenario shardctrl nodes=3 clients=1 seed=7 mistake=SC05
run until leader n3 within 2s
c1 join 1=x 2=y
run until answered 1 on c1 within 1s
expect not broken
note "Two groups share ten shards, dealt out in turn: 1,2,1,2,1,2,1,2,1,2."
try "Let both leave" c1 leave 1 2
c1 join 3=z
run until answered 2 on c1 within 1s
expect broken minimal-movement
note "Group 3 joins, and all are dealt out anew: 1,2,3,1,2,3,1,2,3,1. Six shards move, and three had to."
c1 leave 2
run until answered 3 on c1 within 1s
note "Group 2 leaves: 1,3,1,3,1,3,1,3,1,3. Seven move, and three had to. It is always even; what differs is what has to be copied."
try "Let group 2 come back" c1 join 2=y
run for 50ms
"#,
    ..PART
};

const SAME_CONFIG: Scenario = Scenario {
    number: 32,
    id: "same-config",
    title: "Same configuration on the new leader",
    question: "Does the next leader divide the shards in the same way?",
    look_for: "Which group gets one more follows from the log alone, so every server comes to the same.",
    property: EQUAL_STATE,
    script: r#"
scenario shardctrl nodes=3 clients=2 seed=7
run until leader n3 within 2s
c1 join 1=x 2=y 3=z
run until answered 1 on c1 within 1s
note "Three groups share ten shards: 1,1,1,1,2,2,2,3,3,3. One has to get four. Nobody chooses: it is the lowest number, on every server."
try "A fourth group" c1 join 4=w
run for 60ms
expect committed 3 on n1 n2
expect not broken
note "n1 and n2 apply the join by themselves. All that they were sent is the command."
crash n3
fire n2 election
c2 query at n2
run until leader n2 within 1s
note "n3 crashes, and n2 leads. Nobody tells it what n3 had."
try "Restart n3" restart n3
run until answered 1 on c2 within 1s
note "c2 asks n2, and is given what c1 was: configuration 1, with four shards for group 1."
run for 50ms
"#,
    switches: &[Switch { label: "In the order of a table", shows: &SAME_CONFIG_MAP_ORDER }],
    ..PART
};

const SAME_CONFIG_MAP_ORDER: Scenario = Scenario {
    number: 3201,
    id: "same-config-map-order",
    title: "Same configuration? In the order of a table",
    look_for: "n2 goes through its groups in another order, and gives the odd shard to another one.",
    property: EQUAL_STATE,
    breaks: &[EQUAL_STATE, LINEARIZABLE],
    script: r#"
scenario shardctrl nodes=3 clients=2 seed=7 mistake=SC01
run until leader n3 within 2s
c1 join 1=x 2=y 3=z
run until answered 1 on c1 within 1s
expect not broken
note "Three groups share ten shards. For n3, group 1 has four: 1,1,1,1,2,2,2,3,3,3."
try "A fourth group" c1 join 4=w
run for 60ms
expect broken equal-state
note "n2 applies the same join, and its table has another order: 1,1,1,2,2,2,3,3,3,3."
crash n3
fire n2 election
c2 query at n2
run until leader n2 within 1s
run until answered 1 on c2 within 1s
expect broken linearizable
note "n2 leads, and shard 3 is group 2's all at once. It has never left group 1."
try "Restart n3" restart n3
run for 50ms
"#,
    ..PART
};
