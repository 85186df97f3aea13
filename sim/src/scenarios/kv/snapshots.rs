//! Part 3B: what a snapshot of a service must hold.

use super::PART as PART_A;
use crate::check::kv::property::{EQUAL_STATE, EXACTLY_ONCE};
use crate::scenario::{Scenario, Switch};

/// The scenarios of the part.
pub(super) const SCENARIOS: &[Scenario] = &[SNAPSHOT_RESTART];

const PART: Scenario = Scenario { part: "3B", section: "7, 6.3", property: EQUAL_STATE, ..PART_A };

const SNAPSHOT_RESTART: Scenario = Scenario {
    number: 24,
    id: "snapshot-restart",
    title: "From a snapshot",
    question: "What has a server that starts from a snapshot?",
    look_for: "Keys and sessions as they were, and so a reply to a question from before.",
    script: r#"
scenario kv nodes=3 clients=2 seed=7 log-bytes=180
run until leader n3 within 2s
c1 put x a
c1 append x b
c1 append x c
c1 append x d
run until answered 4 on c1 within 3s
expect log 6 on n3
note "Each log may hold 180 bytes. Where it has more, what was applied is replaced by the state that it led to: keys, values, and every session with its last reply (7)."
try "Crash n3 now" crash n3
drop next ClientReply to c1
c1 append x e
run until committed 7 on n3 within 1s
snapshot n3
run for 10ms
expect not answered 5 on c1
note "One more append is done and in n3's snapshot. Its reply is lost."
crash n3
restart n3
expect committed 7 on n3
expect not answered 5 on c1
note "n3 crashes, and starts from its snapshot: its commit index is 7 before it has heard from anybody."
try "Leave it alone" isolate n3
fire c1 retry
run until answered 5 on c1 within 3s
expect not broken
note "c1 asks again, and n1 sends it to n3. n3 leads nobody now, and gives the reply all the same: the session was in its snapshot, and the append is done once (6.3)."
run until committed 8 on servers within 3s
c2 get x
run until answered 1 on c2 within 2s
note "c2 reads abcde. Servers that have applied as much are in the same state, however they came to it."
run for 100ms
"#,
    switches: &[
        Switch { label: "Do not read it", shows: &SNAPSHOT_RESTART_NOT_READ },
        Switch { label: "Without sessions", shows: &SNAPSHOT_RESTART_NO_TABLE },
    ],
    ..PART
};

const SNAPSHOT_RESTART_NOT_READ: Scenario = Scenario {
    number: 2401,
    id: "snapshot-restart-not-read",
    title: "From a snapshot that is not read",
    look_for: "n3 goes on behind the snapshot with an empty store.",
    breaks: &[EQUAL_STATE],
    script: r#"
scenario kv nodes=3 clients=2 seed=7 log-bytes=180 mistake=KV24
run until leader n3 within 2s
c1 put x a
c1 append x b
c1 append x c
c1 append x d
run until answered 4 on c1 within 3s
expect log 6 on n3
note "As before: logs of 180 bytes, and a snapshot of what they led to."
try "Crash n3 now" crash n3
snapshot n3
run for 10ms
expect not broken
note "n3 has a snapshot of all six entries on its disk."
crash n3
restart n3
run until broken equal-state within 1s
expect committed 6 on n3
note "It crashes, and starts with the index of its snapshot, and without what is in it: an empty store that claims six entries (7)."
try "Let it lead" fire n3 election
run for 100ms
"#,
    ..PART
};

const SNAPSHOT_RESTART_NO_TABLE: Scenario = Scenario {
    number: 2402,
    id: "snapshot-restart-no-table",
    title: "From a snapshot without sessions",
    look_for: "The keys are there, and what was done for whom is not: it is done again.",
    property: EXACTLY_ONCE,
    breaks: &[EQUAL_STATE, EXACTLY_ONCE],
    script: r#"
scenario kv nodes=1 clients=2 seed=7 sessions=chosen mistake=KV04
run until leader n1 within 2s
drop next ClientReply to c1
c1 append x a
run until committed 2 on n1 within 1s
expect not answered 1 on c1
note "One server, for short. c1's append is done, and its reply is lost."
snapshot n1
run for 10ms
expect not broken
note "The log is replaced by a snapshot that has the keys, and no sessions."
try "Do not crash it" c2 get x
crash n1
restart n1
run until broken equal-state within 1s
expect not answered 1 on c1
note "n1 crashes, and starts from it. x holds a, and nobody is known to have appended it."
try "Stop c1" crash c1
run until answered 1 on c1 within 2s
expect broken exactly-once
note "c1 asks again under the same number, and it is done again: x holds aa (6.3)."
run for 50ms
"#,
    ..PART
};
