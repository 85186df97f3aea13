//! Many clients at once, and all servers gone at once.

use super::PART;
use crate::check::kv::property::{
    ACKNOWLEDGED, EQUAL_STATE, LINEARIZABLE, MONOTONIC_READS, READ_YOUR_WRITES,
};
use crate::check::raft::property::{DURABLE, STATE_MACHINE_SAFETY};
use crate::scenario::{Scenario, Switch};

/// The scenarios about load and power.
pub(super) const SCENARIOS: &[Scenario] = &[HOT_KEY, POWER_CUT];

const HOT_KEY: Scenario = Scenario {
    number: 22,
    id: "hot-key",
    title: "Everybody wants the same key",
    question: "Is there one order for all that clients see?",
    look_for: "Three clients read and write one key through a crash of the leader; the history has \
               an order.",
    section: "6.3; Herlihy and Wing 1990",
    property: LINEARIZABLE,
    script: r#"
scenario kv nodes=3 clients=3 seed=7 calls=15 hot=90%
run until leader n3 within 2s
run until answered 4 on clients within 3s
expect not committed 30
note "Each client asks, waits, thinks a little and asks again: nine of ten times for the key k0. Gets and writes go through one log, and so in one order."
try "Read by lease" read servers by lease
crash n3
run until leader within 2s
expect not answered 15 on clients
note "The leader crashes in the middle. Calls that were under way are asked for again; each was done once, or not yet."
try "Crash one more" crash leader
restart n3
run until answered 15 on clients within 20s
expect not broken
note "Every call is answered. For each there is a moment between question and answer, such that every read shows the last write before it: the history is linearizable."
run for 50ms
"#,
    switches: &[Switch { label: "Followers read", shows: &HOT_KEY_FOLLOWERS }],
    ..PART
};

const HOT_KEY_FOLLOWERS: Scenario = Scenario {
    number: 2201,
    id: "hot-key-followers",
    title: "Everybody wants the same key, from anybody",
    look_for: "Servers that do not lead answer reads from what they have, and lag behind.",
    section: "6.4; Herlihy and Wing 1990",
    property: LINEARIZABLE,
    breaks: &[LINEARIZABLE, READ_YOUR_WRITES, MONOTONIC_READS],
    script: r#"
scenario kv nodes=3 clients=3 seed=7 calls=15 hot=90% mistake=KV09
run until leader n3 within 2s
run until answered 4 on clients within 3s
expect not committed 30
note "The same clients. Any server answers a get from what it has applied."
try "Cut n1 off" isolate n1
cut n3 -> n1
c1 get k0 at n1
c2 get k0 at n1
c3 get k0 at n1
run until broken linearizable within 2s
expect not answered 15 on clients
note "n1 hears nothing from n3 for a while, and three gets come to it. It answers what it has: a value from before a write that had returned."
try "Crash n3" crash n3
mend all
run until answered 15 on clients within 20s
note "Everything is answered, and nothing waited for a leader. That is what it buys."
run for 50ms
"#,
    ..PART
};

const POWER_CUT: Scenario = Scenario {
    number: 23,
    id: "power-cut",
    title: "The power goes",
    question: "What does a store remember when all of its servers crash?",
    look_for: "Keys and sessions are nowhere but in memory; the log brings both back.",
    section: "6.3, Figure 2",
    property: ACKNOWLEDGED,
    script: r#"
scenario kv nodes=5 clients=2 seed=7
run until leader n3 within 2s
c1 put x a
run until answered 1 on c1 within 2s
c1 append x b
run until log 4 on n1 n2 n3 within 1s
run for 4ms
expect not committed 4
note "x holds a, and c1 was told so. The append of b is in three logs, not committed, not answered."
try "Crash only three" crash n1 n2 n3
crash servers
expect no leader
note "The power goes. No server has keys, sessions or a commit index any more. c1 goes on asking."
restart servers
run until leader within 3s
expect log 4 on n1 n2 n3
expect not committed 4
expect not answered 2 on c1
note "They start with empty stores and what is on their disks. A new leader's first entry commits what stands before it (6.4)."
try "Crash it again" crash leader
run until answered 2 on c1 within 3s
expect not broken
note "The log was applied from its beginning, sessions included. c1 asks again for its append, and is told what it came to: once."
c2 get x
run until answered 1 on c2 within 2s
note "c2 reads ab."
run for 50ms
"#,
    switches: &[Switch { label: "Logs in memory", shows: &POWER_CUT_MEMORY }],
    ..PART
};

const POWER_CUT_MEMORY: Scenario = Scenario {
    number: 2301,
    id: "power-cut-memory",
    title: "The power goes, and the logs with it",
    look_for: "Servers that keep their logs in memory alone have acknowledged what is gone.",
    section: "6.3, Figure 2",
    property: ACKNOWLEDGED,
    breaks: &[DURABLE, STATE_MACHINE_SAFETY, EQUAL_STATE, LINEARIZABLE],
    script: r#"
scenario kv nodes=5 clients=2 seed=7 mistake=PS03
run until leader n3 within 2s
c1 put x a
run until answered 1 on c1 within 2s
expect not broken linearizable
note "x holds a, and c1 was told so. No disk has an entry of the log."
try "Crash only two" crash n1 n2
crash servers
expect no leader
note "The power goes."
restart servers
run until leader within 3s
expect not broken linearizable
note "There is a leader again, of a store that was never written to."
try "Write again" c1 put x b
c2 get x
run until broken linearizable within 3s
note "c2 reads nothing, after c1's put had returned."
run for 50ms
"#,
    ..PART
};
