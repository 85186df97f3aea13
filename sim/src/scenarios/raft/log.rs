//! Part 2B: when a command counts, and how logs become one.

use crate::check::raft::property::{
    ELECTION_SAFETY, LEADER_APPEND_ONLY, LEADER_COMPLETENESS, MONOTONIC, STATE_MACHINE_SAFETY,
};
use crate::scenario::{Scenario, Switch};

/// The scenarios of the part.
pub(super) const SCENARIOS: &[Scenario] = &[ONE_COMMAND, LEADER_CRASH, TWO_LEADERS, FIGURE_7];

/// What scenarios of the part have in common unless they say otherwise.
const PART: Scenario = Scenario {
    number: 0,
    id: "",
    title: "",
    question: "",
    look_for: "",
    part: "2B",
    section: "5.3",
    property: STATE_MACHINE_SAFETY,
    breaks: &[],
    script: "",
    switches: &[],
    branches: &[],
};

const ONE_COMMAND: Scenario = Scenario {
    number: 4,
    id: "one-command",
    title: "One command, five logs",
    question: "When does a command count?",
    look_for: "Append, third copy commits, and the followers hear of it with the next message.",
    script: r#"
scenario raft nodes=5 seed=7
run until leader within 5s
run for 60ms
expect leader n3
note "The leader takes a command: it appends it to its own log first, and sends it to all (5.3)."
propose x=3
try "Cut off two followers" isolate n4 n5
run until log 1 on n1 n2 within 1s
run for 1ms
expect log 1 on n1 n2 n3
expect not committed 1
note "It is on three of five, and the leader does not know yet: their answers are on the way."
run until committed 1 within 1s
expect committed 1 on n3
expect not committed 1 on n1
note "The third copy commits the entry, and the leader applies it. The others do not know yet."
run until committed 1 on all within 1s
note "With the next message the leader's commit index comes along, and everybody applies x=3."
try "Crash the leader" crash leader
propose y=4
run until committed 2 on all within 1s
run for 100ms
"#,
    switches: &[Switch { label: "Six commands at once", shows: &BATCH }],
    ..PART
};

const BATCH: Scenario = Scenario {
    number: 401,
    id: "one-command-batch",
    title: "One command, five logs: six at once",
    look_for: "The first leaves by itself, the other five go together in one message a follower.",
    script: r#"
scenario raft nodes=5 seed=7
run until leader within 5s
run for 60ms
expect leader n3
note "Six commands at the same moment. The first leaves at once; while it is under way, the others wait."
propose a
propose b
propose c
propose d
propose e
propose f
try "Cut off two followers" isolate n4 n5
run until log 1 on n1 n2 n4 n5 within 1s
expect log 6 on n3
expect not log 2 on n1
note "Every follower has entry 1 alone. With their answers the leader sends entries 2 to 6 in one message each."
run until committed 1 within 1s
expect not committed 6
note "Entry 1 is committed before the rest has arrived."
run until committed 6 within 1s
run for 60ms
expect committed 6 on all
note "Six commands took two messages a follower instead of six. They commit in order, all the same (5.3)."
try "Crash the leader" crash leader
run for 100ms
"#,
    ..PART
};

const LEADER_CRASH: Scenario = Scenario {
    number: 5,
    id: "leader-crash",
    title: "The leader crashes",
    question: "What survives when the leader crashes?",
    look_for: "What was acknowledged survives; what was not may or may not.",
    section: "5.4",
    property: LEADER_COMPLETENESS,
    script: r#"
scenario raft nodes=5 seed=7
run until leader within 5s
propose x1
run until committed 1 on all within 1s
expect leader n3
note "x1 is committed: a majority has it on disk, and the client was told (5.4)."
propose x2
run for 6ms
crash leader
expect log 1 on n1 n2 n4 n5
expect not log 2 on n1
note "The leader crashes with x2 on its own disk and in its messages. Nobody was told that x2 is committed."
try "Restart it" restart down
try "Crash another" crash n1
run until leader within 5s
expect leader n1
expect log 2 on n1
note "n1 leads, and has x1: only a node whose log holds every committed entry can win (5.4.1). x2 arrived in time; it might as well not have."
propose x3
run until committed 3 within 1s
restart down
run until committed 3 on all within 2s
note "The old leader comes back as a follower and takes what it missed."
run for 100ms
propose x4
propose x5
run for 23.5ms
crash leader
expect not log 5
expect log 4 on n2 n3 n4 n5
expect not committed 4
note "Two commands this time. One answer to x4 had come, so x5 is on its way to n2, and to nobody else."
run until leader within 5s
propose x6
run until committed 5 within 1s
expect leader n4
expect not log 6
note "n2 had x5 and refused n4 its vote; the others gave theirs. x5 is gone: nobody was told of it. x4 was on all, and stays."
run for 100ms
"#,
    switches: &[
        Switch { label: "Crash 5 ms earlier", shows: &CRASH_EARLIER },
        Switch { label: "Crash 5 ms later", shows: &CRASH_LATER },
    ],
    ..PART
};

const CRASH_EARLIER: Scenario = Scenario {
    number: 501,
    id: "leader-crash-5-ms-earlier",
    title: "The leader crashes 5 ms earlier",
    look_for: "No answer has come yet, so the second command never leaves: it is on one disk alone.",
    section: "5.4",
    property: LEADER_COMPLETENESS,
    script: r#"
scenario raft nodes=5 seed=7
run until leader within 5s
propose x1
run until committed 1 on all within 1s
propose x2
run for 6ms
crash leader
run until leader within 5s
propose x3
run until committed 3 within 1s
restart down
run until committed 3 on all within 2s
run for 100ms
expect leader n1
note "The second crash of the story: n1 gets x4 and x5, and crashes 18.5 ms later instead of 23.5 ms."
propose x4
propose x5
run for 18.5ms
crash leader
expect not log 5
expect not committed 4
note "No answer had come, so x5 never left n1: it waits on one disk, and x4 is on its way to all."
try "Restart it" restart down
run until leader within 5s
propose x6
run until committed 5 within 1s
expect leader n4
expect not log 6
note "n4 wins with every vote, and another entry takes the place of x5. Nobody had been told that x5 counts (5.4)."
try "Restart it" restart down
run for 100ms
"#,
    ..PART
};

const CRASH_LATER: Scenario = Scenario {
    number: 502,
    id: "leader-crash-5-ms-later",
    title: "The leader crashes 5 ms later",
    look_for: "x4 is acknowledged and x5 on its way to three: both survive.",
    section: "5.4",
    property: LEADER_COMPLETENESS,
    script: r#"
scenario raft nodes=5 seed=7
run until leader within 5s
propose x1
run until committed 1 on all within 1s
propose x2
run for 6ms
crash leader
run until leader within 5s
propose x3
run until committed 3 within 1s
restart down
run until committed 3 on all within 2s
run for 100ms
expect leader n1
note "The second crash of the story: n1 gets x4 and x5, and crashes 28.5 ms later instead of 23.5 ms."
propose x4
propose x5
run for 28.5ms
crash leader
expect not log 5
expect not committed 5
note "The third copy of x4 was acknowledged: it is committed, and x5 is on its way to n2, n3 and n4."
try "Restart it" restart down
run until leader within 5s
propose x6
run until committed 6 within 1s
expect leader n4
expect log 6 on n2 n3 n5
note "x4 had to survive (5.4). x5 did as well, because n4 has it; five milliseconds decided that, not the protocol."
try "Restart it" restart down
run for 100ms
"#,
    ..PART
};

const TWO_LEADERS: Scenario = Scenario {
    number: 6,
    id: "two-leaders",
    title: "Two leaders at once",
    question: "Can there be two leaders at once?",
    look_for: "Cut off with one follower, the old leader takes commands it cannot commit. Two \
               leaders, two terms: no contradiction.",
    section: "5.2, 5.3",
    property: ELECTION_SAFETY,
    script: r#"
scenario raft nodes=5 seed=7
fire n1 election
run until leader n1 within 1s
propose x1
run until committed 1 on all within 1s
cut n1 n2 | n3 n4 n5
expect leader n1
note "n1 leads term 1 and reaches only n2. It does not know."
propose n1 lost1
propose n1 lost2
try "Mend the network" mend all
run for 100ms
expect log 3 on n1 n2
expect not log 2 on n3
expect not committed 2
note "lost1 and lost2 are on n1 and n2: two of five. Nothing more can become of them while the cut lasts."
fire n3 election
run until leader n3 within 1s
expect term 2 on n3
expect not term 2 on n1
note "The other side has a majority and elects a leader of term 2. Two leaders, two terms: no contradiction (5.2)."
propose kept
run until committed 2 on n3 n4 n5 within 1s
expect not committed 2 on n1
note "The majority commits another entry 2. Those of n1 cannot be committed any more."
try "Mend the network" mend all
mend all
run until committed 2 on all within 2s
expect leader n3
expect not log 3 on n1
note "Mended, n1 hears of term 2, steps down, and its two entries are overwritten."
run for 100ms
"#,
    switches: &[Switch { label: "Count half as a majority", shows: &HALF }],
    ..PART
};

const HALF: Scenario = Scenario {
    number: 601,
    id: "two-leaders-half",
    title: "Two leaders at once, half counts as a majority",
    look_for: "Two of five count as a majority, so both sides commit an entry 2: red.",
    section: "5.3",
    property: STATE_MACHINE_SAFETY,
    breaks: &[STATE_MACHINE_SAFETY, MONOTONIC],
    script: r#"
scenario raft nodes=5 seed=7 mistake=LD02
fire n1 election
run until leader n1 within 1s
propose x1
run until committed 1 on all within 1s
cut n1 n2 | n3 n4 n5
expect leader n1
note "The same cut. But here two copies of five are taken for a majority."
try "Mend the network" mend all
propose n1 lost1
propose n1 lost2
run for 100ms
expect committed 3 on n1
expect broken state-machine-safety
note "n1 and n2 have lost1 and lost2, and n1 applies them. Red: two copies of five can still be lost (5.3)."
fire n3 election
run until leader n3 within 1s
propose kept
run until committed 2 on n3 within 2s
expect committed 3 on n1
note "The other side commits another entry 2. Two machines have applied different commands there (5.4.3)."
try "Mend the network" mend all
mend all
run for 200ms
"#,
    ..PART
};

const FIGURE_7: Scenario = Scenario {
    number: 7,
    id: "figure-7",
    title: "Figure 7: six logs that disagree",
    question: "How do logs that disagree become one?",
    look_for: "A leader of term 8 repairs six different logs without touching its own.",
    section: "5.3, Figure 7",
    property: LEADER_APPEND_ONLY,
    script: r#"
scenario raft nodes=7 seed=7
disk n1 term 7 vote none log 1*3 4*2 5*2 6*3
disk n2 term 7 vote none log 1*3 4*2 5*2 6*2
disk n3 term 7 vote none log 1*3 4
disk n4 term 7 vote none log 1*3 4*2 5*2 6*4
disk n5 term 7 vote none log 1*3 4*2 5*2 6*3 7*2
disk n6 term 7 vote none log 1*3 4*4
disk n7 term 7 vote none log 1*3 2*3 3*5
label n1 "leader"
label n2 "(a)"
label n3 "(b)"
label n4 "(c)"
label n5 "(d)"
label n6 "(e)"
label n7 "(f)"
expect log 12 on n5
expect not log 5 on n3
note "Figure 7: entries missing in (a) and (b), too many in (c) and (d), both in (e) and (f)."
fire n1 election
run until leader n1 within 1s
expect term 8 on n1
note "n1 leads term 8. Its first message to each asks: does your log agree before this place (5.3)?"
try "Crash the leader in the middle" crash n1
run until log 10 on n2 n3 within 2s
expect not log 10 on n6
note "(a) and (b) have what they missed. (e) and (f) still disagree: the leader goes back by whole terms to find where."
try "Another command" propose y=9
propose x=8
expect log 11 on n1
note "A new entry at index 11 takes the place of what (c) and (d) have too much."
run until committed 11 on all within 3s
expect leader n1
expect not log 12
note "All logs agree with the leader's, which only ever grew (Leader Append-Only)."
run for 100ms
"#,
    switches: &[Switch { label: "Back up by one entry", shows: &BACK_BY_ONE }],
    ..PART
};

const BACK_BY_ONE: Scenario = Scenario {
    number: 701,
    id: "figure-7-back-by-one",
    title: "Figure 7, backing up by one entry",
    look_for: "The leader goes back one entry a heartbeat instead of a term a message.",
    script: r#"
scenario raft nodes=7 seed=7 mistake=LD12
disk n1 term 7 vote none log 1*3 4*2 5*2 6*3
disk n2 term 7 vote none log 1*3 4*2 5*2 6*2
disk n3 term 7 vote none log 1*3 4
disk n4 term 7 vote none log 1*3 4*2 5*2 6*4
disk n5 term 7 vote none log 1*3 4*2 5*2 6*3 7*2
disk n6 term 7 vote none log 1*3 4*4
disk n7 term 7 vote none log 1*3 2*3 3*5
label n1 "leader"
label n2 "(a)"
label n3 "(b)"
label n4 "(c)"
label n5 "(d)"
label n6 "(e)"
label n7 "(f)"
expect log 12 on n5
expect not log 5 on n3
note "The same logs. But here the leader goes back by one entry a heartbeat, as the simplest code does."
fire n1 election
run until leader n1 within 1s
propose x=8
run for 120ms
expect leader n1
expect not committed 11 on all
note "By terms, all logs agreed by now. (f) needs seven steps back, and each takes a heartbeat (end of 5.3)."
try "Another command" propose y=9
run until committed 11 on all within 3s
expect leader n1
note "The end is the same: slower is not wrong. The course's tests give a leader little time, though."
try "Crash the leader" crash leader
run for 100ms
"#,
    ..PART
};
