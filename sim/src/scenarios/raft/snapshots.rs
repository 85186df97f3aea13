//! Part 2D: what takes the place of a log's beginning.

use crate::check::raft::property::STATE_MACHINE_SAFETY;
use crate::scenario::{Scenario, Switch};

/// The scenarios of the part.
pub(super) const SCENARIOS: &[Scenario] = &[TOO_FAR_BEHIND];

/// What scenarios of the part have in common unless they say otherwise.
const PART: Scenario = Scenario {
    number: 0,
    id: "",
    title: "",
    question: "",
    look_for: "",
    part: "2D",
    section: "7, Figure 13",
    property: STATE_MACHINE_SAFETY,
    breaks: &[],
    script: "",
    switches: &[],
    branches: &[],
};

const TOO_FAR_BEHIND: Scenario = Scenario {
    number: 12,
    id: "too-far-behind",
    title: "Too far behind",
    question: "How does a node catch up when the entries it needs are gone?",
    look_for: "A slow follower falls behind the trim point; the snapshot comes in chunks, one \
               is lost, the tail follows.",
    script: r#"
scenario raft nodes=3 seed=7 chunk=16
fire n1 election
run until leader n1 within 1s
propose x1
run until committed 1 on all within 1s
isolate n3
expect leader n1
note "n3 hears nothing for a while."
try "Mend it in time" mend all
propose n1 x2
propose n1 x3
propose n1 x4
propose n1 x5
propose n1 x6
run until committed 6 on n1 n2 within 1s
ask n1 snapshot 5 x1 x2 x3 x4 x5: the state after five entries
ask n2 snapshot 5 x1 x2 x3 x4 x5: the state after five entries
expect committed 6 on n1 n2
expect not log 2 on n3
note "The others have put entries 1 to 5 into a snapshot and trimmed their logs (7). Entry 2, which n3 needs next, is gone."
run for 10ms
drop next InstallSnapshot n1 -> n3
mend all
run until log 6 on n3 within 5s
expect leader n1
note "The snapshot came in pieces; one was lost and sent again (Figure 13). The tail follows as ordinary entries."
run until committed 6 on n3 within 1s
try "Crash it" crash n3
run for 100ms
"#,
    switches: &[Switch { label: "Crash it in the middle", shows: &CRASH_IN_THE_MIDDLE }],
    ..PART
};

const CRASH_IN_THE_MIDDLE: Scenario = Scenario {
    number: 1201,
    id: "too-far-behind-crash",
    title: "Too far behind, crashed in the middle",
    look_for: "The pieces it had are gone with its memory; the leader begins again.",
    script: r#"
scenario raft nodes=3 seed=7 chunk=16
fire n1 election
run until leader n1 within 1s
propose x1
run until committed 1 on all within 1s
isolate n3
propose n1 x2
propose n1 x3
propose n1 x4
propose n1 x5
propose n1 x6
run until committed 6 on n1 n2 within 1s
ask n1 snapshot 5 x1 x2 x3 x4 x5: the state after five entries
ask n2 snapshot 5 x1 x2 x3 x4 x5: the state after five entries
expect not log 2 on n3
note "As before, entry 2, which n3 needs next, is gone from the others' logs (7)."
mend all
run for 85ms
crash n3
expect leader n1
note "n3 has some pieces of the snapshot, and crashes. They were in memory, and its disk still ends with entry 1."
try "Leave it down" propose n1 x7
restart n3
expect log 1 on n3
expect not log 2 on n3
note "It starts from its disk: no snapshot, or all of it. The leader sends the pieces again (Figure 13)."
try "Crash it again" crash n3
run until committed 6 on n3 within 5s
expect leader n1
note "Now it has the snapshot and the tail behind it."
run for 100ms
"#,
    ..PART
};
