//! Who answers: clerks that look for the leader, and leaders that are none any more.

use super::PART;
use crate::check::kv::property::{ACKNOWLEDGED, LINEARIZABLE};
use crate::scenario::{Scenario, Switch};

/// The scenarios about leaders and their clerks.
pub(super) const SCENARIOS: &[Scenario] = &[WHO_LEADS, MINORITY_WRITE, SAME_INDEX, HAND_OVER];

const WHO_LEADS: Scenario = Scenario {
    number: 16,
    id: "who-leads",
    title: "Who leads?",
    question: "How does a client find a leader that changes?",
    look_for: "Servers that do not lead say who does; silence sends the clerk to the next.",
    section: "6.2",
    property: LINEARIZABLE,
    script: r#"
scenario kv nodes=5 clients=1 seed=7
run until leader n3 within 2s
run for 100ms
c1 put x 1
run until answered 1 on c1 within 300ms
note "c1 asked n1 first, and n1 named n3 (6.2). From now on c1 asks n3."
try "One more" c1 put x 9
crash n3
c1 put x 2
run for 150ms
expect no leader
expect not answered 2 on c1
note "n3 crashes. c1 hears nothing for 100 ms and asks the next, n4, which still believes in n3 and says so."
run until leader n5 within 2s
expect not answered 2 on c1
note "n5 leads. Nobody has to tell c1: it goes on asking, and those who know send it on."
try "Restart n3" restart n3
run until answered 2 on c1 within 1s
note "A hint of one that knows, and n5 has the command done."
c1 put x 3
run until answered 3 on c1 within 80ms
note "c1 remembers n5: the next command takes one question."
run for 50ms
"#,
    switches: &[Switch { label: "Never another", shows: &WHO_LEADS_NEVER_ANOTHER }],
    ..PART
};

const WHO_LEADS_NEVER_ANOTHER: Scenario = Scenario {
    number: 1601,
    id: "who-leads-never-another",
    title: "Who leads? Asked of the same one",
    look_for: "A clerk that asks the same server for ever waits as long as that one is away.",
    section: "6.2",
    property: LINEARIZABLE,
    script: r#"
scenario kv nodes=5 clients=1 seed=7 mistake=KV17
run until leader n3 within 2s
run for 100ms
c1 put x 1 at n3
run until answered 1 on c1 within 300ms
note "c1 was told to ask n3, and knows no other."
try "One more" c1 put x 9
crash n3
c1 put x 2
run for 150ms
expect no leader
expect not answered 2 on c1
note "n3 crashes. c1 hears nothing, and asks n3 again."
run until leader n1 within 2s
run for 1s
expect leader n1
expect not answered 2 on c1
note "n1 leads for a second and could do it. c1 asks n3, every 100 ms."
restart n3
run for 1s
expect log 4 on n3
expect not answered 2 on c1
note "n3 is back, follows n1, and says so. c1 asks n3."
try "Let n3 lead" transfer n1 to n3
run for 50ms
"#,
    ..PART
};

const MINORITY_WRITE: Scenario = Scenario {
    number: 17,
    id: "minority-write",
    title: "A write in the minority",
    question: "What becomes of a command that a minority has?",
    look_for: "It is not acknowledged there, done once elsewhere, and gone from the logs that had it.",
    section: "6.3, 5.3",
    property: ACKNOWLEDGED,
    script: r#"
scenario kv nodes=5 clients=2 seed=7 sessions=chosen
run until leader n3 within 2s
run for 60ms
cut n3 n5 | n1 n2 n4
c1 append x 1 at n3
run for 60ms
expect log 2 on n3 n5
expect not committed 2
expect not answered 1 on c1
note "n3 and n5 are cut off from the other three. n3 has c1's append in two logs of five: not enough to answer."
try "Mend it in time" mend all
run until leader n4 within 2s
expect not answered 1 on c1
note "The other three elect n4. Its log knows nothing of the append."
run until answered 1 on c1 within 1s
expect not committed 2 on n3
note "c1 has gone on asking, and n4 has the append done: c1 is told so by one who can."
try "Crash n4" crash n4
mend all
run until committed 3 on n3 n5 within 1s
expect not broken
note "The network is whole. n3 and n5 give up their entry 2 for the majority's (5.3); the append is in the log once."
c2 get x
run until answered 1 on c2 within 1s
note "c2 reads 1: neither lost nor doubled."
run for 50ms
"#,
    switches: &[Switch { label: "Answer at once", shows: &MINORITY_WRITE_AT_ONCE }],
    ..PART
};

const MINORITY_WRITE_AT_ONCE: Scenario = Scenario {
    number: 1701,
    id: "minority-write-at-once",
    title: "A write in the minority, answered at once",
    look_for: "n3 says done as soon as it has logged the command. It is lost.",
    section: "6.3, 5.3",
    property: ACKNOWLEDGED,
    breaks: &[ACKNOWLEDGED, LINEARIZABLE],
    script: r#"
scenario kv nodes=5 clients=2 seed=7 sessions=chosen mistake=KV10
run until leader n3 within 2s
run for 60ms
cut n3 n5 | n1 n2 n4
c1 append x 1 at n3
run until answered 1 on c1 within 60ms
expect broken acknowledged
expect not committed 2
note "n3 logs the append and says done. Nobody knows yet whether it will be."
try "Mend it in time" mend all
run until leader n4 within 2s
expect log 2 on n3
note "The other three elect n4, whose log knows nothing of the append. c1 has its answer, and asks nobody."
mend all
run until committed 2 on n3 n5 within 1s
note "The network is whole. n3 and n5 give up the append for n4's entry (5.3)."
try "Crash n4" crash n4
c2 get x
run until broken linearizable within 1s
note "c2 reads nothing. What c1 was told is done never was."
run for 50ms
"#,
    ..PART
};

const SAME_INDEX: Scenario = Scenario {
    number: 18,
    id: "same-index",
    title: "The index comes again",
    question: "Is a command done when something commits at its index?",
    look_for: "c1 waits at the old leader for entry 3; the new leader puts c2's command there.",
    section: "6.3",
    property: ACKNOWLEDGED,
    script: r#"
scenario kv nodes=3 clients=2 seed=7 sessions=chosen
run until leader n3 within 2s
run for 60ms
cut n3 c1 | n1 n2
c1 clerk 2 put w 1 at n3
run for 10ms
c1 put x 1 at n3
run for 30ms
expect log 3 on n3
expect not committed 2
note "n3 leads, and is cut off, with c1. It logs what two clerks of c1 ask for as entries 2 and 3."
try "Mend it in time" mend all
run until leader n2 within 2s
c2 put y 2 at n2
run until answered 1 on c2 within 1s
expect committed 3 on n2
note "The others elect n2. Its own entry is the second, and c2's put of y the third. Both are committed."
mend n3 | n1 n2
run until committed 3 on n3 within 1s
expect not answered 1 on c1
note "n3 hears of it, and entry 3 of its log is c2's now. Whoever waited for entry 3 waited for another command: c1 is told nothing of done."
try "Crash n2" crash n2
mend all
run until answered 2 on c1 within 2s
expect not broken
note "c1's clerks ask again, and theirs are done, behind c2's."
run for 50ms
"#,
    switches: &[Switch { label: "Answer by index", shows: &SAME_INDEX_ANSWERED }],
    ..PART
};

const SAME_INDEX_ANSWERED: Scenario = Scenario {
    number: 1801,
    id: "same-index-answered",
    title: "The index comes again, and is answered",
    look_for: "n3 answers whoever waits for an index, whatever was committed there.",
    section: "6.3",
    property: ACKNOWLEDGED,
    breaks: &[ACKNOWLEDGED, LINEARIZABLE],
    script: r#"
scenario kv nodes=3 clients=2 seed=7 sessions=chosen mistake=KV11
run until leader n3 within 2s
run for 60ms
cut n3 c1 | n1 n2
c1 clerk 2 put w 1 at n3
run for 10ms
c1 put x 1 at n3
run for 30ms
expect log 3 on n3
expect not committed 2
note "As before, c1's clerks wait at n3 for entries 2 and 3."
try "Mend it in time" mend all
run until leader n2 within 2s
c2 put y 2 at n2
run until answered 1 on c2 within 1s
expect committed 3 on n2
note "n2 puts its own entry second, and c2's put of y third."
mend n3 | n1 n2
run until broken acknowledged within 1s
expect committed 3 on n3
note "Entry 3 is committed, and n3 says done to the clerk that waited for it. It was c2's command that was done."
try "Crash n2" crash n2
mend all
c2 get x
run until broken linearizable within 1s
note "c2 reads x: nothing. The put that c1 was told of is nowhere."
run for 50ms
"#,
    ..PART
};

const HAND_OVER: Scenario = Scenario {
    number: 19,
    id: "hand-over",
    title: "A stop that nobody notices",
    question: "How does a leader stop without a gap?",
    look_for: "It hands leadership to who has the longest log; clients lose no election time-out.",
    section: "3.10",
    property: LINEARIZABLE,
    script: r#"
scenario kv nodes=3 clients=1 seed=7
run until leader n3 within 2s
run for 60ms
c1 put x 1 at n3
run until answered 1 on c1 within 1s
note "n3 leads, and is about to be switched off. It can say so."
stop n3
run until leader n2 within 60ms
expect term 2
note "n3 takes no more questions and asks n2 to start an election at once, without waiting for a time-out (3.10). n2 leads 36 ms later."
try "Crash n2" crash n2
crash n3
c1 put x 2
run until answered 2 on c1 within 250ms
expect leader n2
note "n3 can go. c1 hears nothing from it, asks the next, is sent on and is answered: it has lost one question, and waited for no election."
try "Restart n3" restart n3
c1 get x
run until answered 3 on c1 within 200ms
note "c1 reads 2. A lease would have ended when the handing over began (6.4.1)."
run for 50ms
"#,
    switches: &[Switch { label: "Crash it", shows: &HAND_OVER_CRASH }],
    ..PART
};

const HAND_OVER_CRASH: Scenario = Scenario {
    number: 1901,
    id: "hand-over-crash",
    title: "A crash that everybody notices",
    look_for: "The same leader is switched off without a word: an election time-out goes by.",
    section: "3.10",
    property: LINEARIZABLE,
    script: r#"
scenario kv nodes=3 clients=1 seed=7
run until leader n3 within 2s
run for 60ms
c1 put x 1 at n3
run until answered 1 on c1 within 1s
note "n3 leads, and is about to be switched off. It says nothing."
crash n3
c1 put x 2
run for 140ms
expect no leader
expect not answered 2 on c1
note "n3 is gone. The others wait for its next heartbeat, and c1 finds nobody that leads."
try "Fire n1's timer" fire n1 election
run until leader within 1s
expect term 2
expect not answered 2 on c1
note "An election time-out has passed before somebody led again."
try "Restart n3" restart n3
run until answered 2 on c1 within 1s
note "Now c1's put is done. Nothing is lost but time."
run for 50ms
"#,
    ..PART
};
