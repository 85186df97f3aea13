//! Part 2C: what the disk has to keep, and what old terms may still do.

use crate::check::raft::property::{
    DURABLE, ELECTION_SAFETY, LEADER_COMPLETENESS, STATE_MACHINE_SAFETY,
};
use crate::scenario::{Branch, Scenario, Switch};

/// The scenarios of the part.
pub(super) const SCENARIOS: &[Scenario] = &[EVERYONE_CRASHES, VOTE_FORGOTTEN, LATE_MAIL, FIGURE_8];

/// What scenarios of the part have in common unless they say otherwise.
const PART: Scenario = Scenario {
    number: 0,
    id: "",
    title: "",
    question: "",
    look_for: "",
    part: "2C",
    section: "5.4.2",
    property: LEADER_COMPLETENESS,
    breaks: &[],
    script: "",
    switches: &[],
    branches: &[],
};

const EVERYONE_CRASHES: Scenario = Scenario {
    number: 8,
    id: "everyone-crashes",
    title: "Everyone crashes",
    question: "What is left when everyone crashes?",
    look_for: "Term, vote and log come back; the commit index does not, until the new term \
               has an entry of its own.",
    section: "Figure 2, 5.4.2",
    property: DURABLE,
    script: r#"
scenario raft nodes=5 seed=7
run until leader within 5s
propose x1
propose x2
propose x3
run until committed 3 on all within 1s
note "Three entries are committed on all five."
crash all
expect no leader
expect not term 1
note "All crash. What was in memory is gone: roles, timers, commit index."
try "Restart only two" restart n1 n2
run for 100ms
restart all
expect term 1 on all
expect log 3 on all
expect not committed 1
note "Term, vote and log come back from the disk (Figure 2, persistent state). The commit index is 0 everywhere."
run until leader within 5s
run for 150ms
expect term 2
expect log 3 on all
expect not committed 1
note "There is a leader again, and still nothing is committed: it may not count copies of older terms (5.4.2)."
try "Send a command" propose x4
propose x4
run until committed 4 on all within 1s
note "An entry of its own term commits, and with it everything before."
run for 100ms
"#,
    ..PART
};

const VOTE_FORGOTTEN: Scenario = Scenario {
    number: 9,
    id: "vote-forgotten",
    title: "A vote forgotten",
    question: "What if a disk forgets a vote?",
    look_for: "A disk that lies about one save: two leaders in one term. The first red of the story.",
    section: "5.2, Figure 2",
    property: ELECTION_SAFETY,
    breaks: &[ELECTION_SAFETY],
    script: r#"
scenario raft nodes=3 seed=7
lie n2
set save 400ms on n2
cut n1 | n3
expect no leader
note "n2's disk says that a save is done long before it is. n1 and n3 cannot reach each other."
try "An honest disk" honest n2
fire n1 election
run until leader n1 within 1s
expect term 1 on n1 n2
note "n1 leads term 1 by the vote of n2, which is not on n2's disk."
crash n2
restart n2
expect leader n1
expect not term 1 on n2
note "n2 crashes and comes back without its vote: it was promised to be on disk (Figure 2: before responding to RPCs)."
try "Mend the network" mend all
fire n3 election
run until broken election-safety within 1s
expect term 1 on all
note "n2 votes again in term 1, now for n3. Two leaders in one term: Election Safety is broken (5.2)."
run for 100ms
"#,
    switches: &[Switch { label: "An honest disk", shows: &HONEST_DISK }],
    ..PART
};

const HONEST_DISK: Scenario = Scenario {
    number: 901,
    id: "vote-forgotten-honest-disk",
    title: "A vote forgotten, on an honest disk",
    look_for: "The same crash. The answer waits for the disk, so no promise is lost with the vote.",
    breaks: &[],
    section: "5.2, Figure 2",
    property: ELECTION_SAFETY,
    script: r#"
scenario raft nodes=3 seed=7
set save 80ms on n2
cut n1 | n3
expect no leader
note "n2's disk is slow, too, but it says so. n1 and n3 cannot reach each other."
try "Mend the network" mend all
fire n1 election
run for 30ms
expect term 1 on n2
expect no leader
note "n2 has voted for n1, and its answer waits: it leaves when the vote is on the disk (Figure 2)."
crash n2
restart n2
expect no leader
expect not term 1 on n2
note "n2 crashes. The vote is lost, and so is the answer: n1 was promised nothing."
try "Let n1 ask again" fire n1 election
fire n3 election
run until leader n3 within 1s
expect not broken
expect term 1 on n2 n3
note "n2 votes for n3, and is free to. One leader in one term: the promise and the disk agree."
run for 60ms
"#,
    ..PART
};

const LATE_MAIL: Scenario = Scenario {
    number: 10,
    id: "late-mail",
    title: "Late mail",
    question: "What harm can an old message do?",
    look_for: "A letter of term 1 is held and delivered in term 3, twice. It is refused, with \
               the reason.",
    section: "5.1, 5.4.1",
    script: r#"
scenario raft nodes=3 seed=7
fire n1 election
run until leader n1 within 1s
run for 30ms
cut n1 -> n2
duplicate next AppendEntries n1 -> n3
hold next AppendEntries n1 -> n3
propose n1 old
expect log 1 on n1
expect not log 1 on n3
note "n1 sends an entry of term 1 to n3. The letter and a copy of it are held on their way; n2 is out of reach."
try "Let it through" release all
run for 5ms
crash n1
mend all
fire n3 election
run until leader n3 within 1s
expect term 2 on n3
expect not log 1 on n3
note "n1 is gone. n3 leads term 2, and has never heard of that entry."
run for 30ms
fire n2 election
run until leader n2 within 1s
propose new
run until committed 1 on n2 n3 within 1s
expect term 3 on n2 n3
note "n2 leads term 3. Another entry 1 is committed, on n2 and n3; n1 is still down."
try "Deliver the old letter" release all
release all
run for 30ms
expect leader n2
expect committed 1 on n2 n3
note "The letter of term 1 arrives in term 3, twice. n3 refuses it and answers with its own term (5.1)."
crash n2
restart n1
run until leader within 5s
expect leader n3
note "n1 still has the old entry and cannot win with it: n3's log is newer (5.4.1). Had n3 taken the letter, the committed entry would be gone."
run for 100ms
"#,
    switches: &[Switch { label: "Accept old terms", shows: &OLD_ACCEPTED }],
    ..PART
};

const OLD_ACCEPTED: Scenario = Scenario {
    number: 1001,
    id: "late-mail-accepted",
    title: "Late mail, accepted",
    look_for: "The old letter is taken for news: a committed entry is cut off, and its loss elected.",
    section: "5.1",
    breaks: &[DURABLE, LEADER_COMPLETENESS, STATE_MACHINE_SAFETY],
    script: r#"
scenario raft nodes=3 seed=7 mistake=TM07
fire n1 election
run until leader n1 within 1s
run for 30ms
cut n1 -> n2
duplicate next AppendEntries n1 -> n3
hold next AppendEntries n1 -> n3
propose n1 old
expect not log 1 on n3
note "The same letter of term 1, held on its way. But here nobody looks at a letter's term."
run for 5ms
crash n1
mend all
fire n3 election
run until leader n3 within 1s
run for 30ms
fire n2 election
run until leader n2 within 1s
propose new
run until committed 1 on n2 n3 within 1s
expect term 3 on n2 n3
note "n2 leads term 3. Another entry 1 is committed, on n2 and n3."
try "Keep the letter away" crash n2
release all
run for 30ms
expect broken acknowledged-is-durable
note "n3 takes the letter of term 1: the committed entry that it acknowledged is cut off, and the old one stands in its place."
crash n2
restart n1
run until broken leader-completeness within 5s
note "n1 and n3 elect a leader without the committed entry. n2's disk alone still has it (5.4)."
try "Bring n2 back" restart n2
run for 100ms
"#,
    ..PART
};

const FIGURE_8: Scenario = Scenario {
    number: 11,
    id: "figure-8",
    title: "Figure 8: three copies are not enough",
    question: "Why are three copies of five not enough?",
    look_for: "An entry of an older term on three of five disks can still be overwritten.",
    section: "5.4.2, Figure 8",
    script: r#"
scenario raft nodes=5 seed=7
disk n1 term 1 vote none log 1
disk n2 term 1 vote none log 1
disk n3 term 1 vote none log 1
disk n4 term 1 vote none log 1
disk n5 term 1 vote none log 1
label n1 "S1"
label n2 "S2"
label n3 "S3"
label n4 "S4"
label n5 "S5"
fire n1 election
run until leader n1 within 1s
cut n1 -> n3 n4 n5
propose n1 two
run until log 2 on n2 within 1s
run for 2ms
expect term 2 on n1
expect not log 2 on n3
note "(a) S1 leads term 2. Its entry at index 2 is on S1 and S2."
crash n1
mend all
fire n5 election
run until leader n5 within 1s
isolate n5
propose n5 three
run for 5ms
expect term 3 on n5
expect log 2 on n5
expect not log 2 on n4
note "(b) S1 has crashed. S5 leads term 3 and takes another entry at index 2, alone."
try "Let S5 go on" mend all
crash n5
mend all
restart n1
run for 1ms
cut n1 | n4
fire n1 election
fire n1 election
run until leader n1 within 1s
run until log 2 on n3 within 1s
run for 40ms
expect term 4 on n1
expect log 2 on n1 n2 n3
expect not committed 2
note "(c) S5 has crashed. S1 leads term 4 and goes on: the entry of term 2 is on three of five, and not committed (5.4.2)."
try "(e): an entry of term 4 first" propose n1 four
run for 60ms
crash n1
restart n5
mend all
run for 1ms
fire n5 election
fire n5 election
run until leader n5 within 1s
expect term 5 on n5
note "(d) S1 has crashed. S5 leads term 5: its last term, 3, is newer than that of S2, S3 and S4 (5.4.1)."
propose n5 five
run until committed 3 on n2 n3 n4 within 1s
expect leader n5
expect not broken
note "(d) The entry of term 2 is overwritten on S2 and S3, though it was on a majority. Had it counted as committed, this would be its loss."
run for 100ms
"#,
    switches: &[
        Switch { label: "Count old terms", shows: &OLD_TERMS_COUNT },
        Switch { label: "Smallest form, three servers", shows: &SMALLEST },
    ],
    branches: &[
        Branch { name: "(d)", note: "(c)", act: None },
        Branch { name: "(e)", note: "(c)", act: Some("propose n1 four") },
    ],
    ..PART
};

const OLD_TERMS_COUNT: Scenario = Scenario {
    number: 1101,
    id: "figure-8-old-terms-count",
    title: "Figure 8, old terms counted",
    look_for: "Three copies commit the entry of term 2 in (c), and (d) overwrites it: red.",
    section: "5.4.2, Figure 8",
    breaks: &[STATE_MACHINE_SAFETY],
    script: r#"
scenario raft nodes=5 seed=7 mistake=LD01
disk n1 term 1 vote none log 1
disk n2 term 1 vote none log 1
disk n3 term 1 vote none log 1
disk n4 term 1 vote none log 1
disk n5 term 1 vote none log 1
label n1 "S1"
label n2 "S2"
label n3 "S3"
label n4 "S4"
label n5 "S5"
fire n1 election
run until leader n1 within 1s
cut n1 -> n3 n4 n5
propose n1 two
run until log 2 on n2 within 1s
run for 2ms
expect term 2 on n1
expect not log 2 on n3
note "(a) as before: the entry of term 2 is on S1 and S2. But here copies of older terms count."
crash n1
mend all
fire n5 election
run until leader n5 within 1s
isolate n5
propose n5 three
run for 5ms
expect term 3 on n5
note "(b) as before: S5 leads term 3 and takes another entry at index 2, alone."
crash n5
mend all
restart n1
run for 1ms
cut n1 | n4
fire n1 election
fire n1 election
run until leader n1 within 1s
run until log 2 on n3 within 1s
run for 40ms
expect term 4 on n1
expect committed 2 on n1
expect broken state-machine-safety
note "(c) The third copy of the entry of term 2 is there, and S1 applies it. Red: it can still be overwritten (5.4.2)."
try "Keep S5 down" restart n4
run for 60ms
crash n1
restart n5
mend all
run for 1ms
fire n5 election
fire n5 election
run until leader n5 within 1s
expect term 5 on n5
expect not log 3 on n5
note "(d) S5 wins term 5 by the rules, and does not have the entry that S1 applied: its last term, 3, is newer (5.4.1)."
propose n5 five
run until committed 3 on n2 n3 n4 within 1s
note "(d) The entry that a client was told of is overwritten. Two machines have applied different entries 2."
try "Bring S1 back" restart n1
run for 100ms
"#,
    ..PART
};

const SMALLEST: Scenario = Scenario {
    number: 1102,
    id: "figure-8-three-servers",
    title: "Figure 8 in its smallest form",
    look_for: "Three servers, one entry each way: two copies of three are not enough either.",
    section: "5.4.2",
    script: r#"
scenario raft nodes=3 seed=7
disk n1 term 2 log 1
disk n2 term 2
disk n3 term 2 log 2
expect log 1 on n1 n3
expect not log 1 on n2
note "n1 has an entry of term 1, n3 one of term 2, n2 nothing: the whole of Figure 8 in two entries."
isolate n3
fire n1 election
run until leader n1 within 1s
run until log 1 on n2 within 1s
run for 40ms
expect term 3 on n1
expect log 1 on n1 n2
expect not committed 1
note "n1 leads term 3 and has copied its entry to n2: two of three have it, and it is not committed (5.4.2)."
try "An entry of term 3 first" propose n1 three
crash n1
mend all
fire n3 election
fire n3 election
run until leader n3 within 1s
expect term 4 on n3
note "n1 crashes, and n3 wins with n2's vote: its last term, 2, is newer than 1 (5.4.1)."
propose n3 four
run until committed 2 on n2 n3 within 1s
expect not broken
note "n3's entry takes the place of the one that two of three had. It was never committed, so nothing is lost."
try "Bring n1 back" restart n1
run for 100ms
"#,
    ..PART
};
