//! Reads without the log: how a leader knows that it still leads.

use super::PART;
use crate::check::kv::property::LINEARIZABLE;
use crate::scenario::{Scenario, Switch};

/// The scenarios about reads.
pub(super) const SCENARIOS: &[Scenario] = &[STALE_READ, SLOW_CLOCK];

const STALE_READ: Scenario = Scenario {
    number: 20,
    id: "stale-read",
    title: "The old leader reads",
    question: "May a leader answer a read from what it has?",
    look_for: "n3 leads, as far as it knows. It asks a majority first, and so says nothing.",
    section: "6.4; Herlihy and Wing 1990",
    property: LINEARIZABLE,
    script: r#"
scenario kv nodes=5 clients=3 seed=7 reads=read-index
run until leader n3 within 2s
c1 put x old
run until answered 1 on c1 within 2s
cut n3 c3 | n1 n2 n4 n5
expect leader n3
note "x holds old. n3 is cut off from the other servers, and c3 reaches nobody but n3."
try "Mend it in time" mend all
run until leader n4 within 2s
c1 put x new at n4
run until answered 2 on c1 within 1s
expect not term 2 on n3
note "The others elect n4, and x holds new. n3 has heard nothing, and still leads term 1."
c3 get x at n3
run for 40ms
expect not term 2 on n3
expect not answered 1 on c3
note "c3 asks n3 for x. n3 notes its commit index and asks a majority whether it is still followed, after the question came (6.4). Nobody hears it, so it waits."
try "Read by lease" read servers by lease
mend all
run until answered 1 on c3 within 2s
expect not broken
note "The network is whole, n3 has heard of term 2, and c3 reads new from who leads."
run for 50ms
"#,
    switches: &[
        Switch { label: "Through the log", shows: &STALE_READ_LOG },
        Switch { label: "By lease", shows: &STALE_READ_LEASE },
        Switch { label: "Without asking", shows: &STALE_READ_WITHOUT_ASKING },
    ],
    ..PART
};

const STALE_READ_LOG: Scenario = Scenario {
    number: 2001,
    id: "stale-read-log",
    title: "The old leader reads through the log",
    look_for: "The read is an entry, and an entry of a minority never commits.",
    section: "6.4; Herlihy and Wing 1990",
    property: LINEARIZABLE,
    script: r#"
scenario kv nodes=5 clients=3 seed=7 reads=log
run until leader n3 within 2s
c1 put x old
run until answered 1 on c1 within 2s
cut n3 c3 | n1 n2 n4 n5
expect leader n3
note "As before, n3 is cut off, and c3 with it."
try "Mend it in time" mend all
run until leader n4 within 2s
c1 put x new at n4
run until answered 2 on c1 within 1s
expect not term 2 on n3
note "n4 leads the others, and x holds new. n3 still leads term 1."
c3 get x at n3
run for 40ms
expect log 4 on n3
expect not committed 4 on n3
expect not answered 1 on c3
note "c3 asks n3. The read is entry 4 of n3's log, and never commits there: it costs an entry, and is as safe as a write."
try "Crash n4" crash n4
mend all
run until answered 1 on c3 within 2s
expect not broken
note "n4's log takes the place of n3's. c3 asks again, and reads new."
run for 50ms
"#,
    ..PART
};

const STALE_READ_LEASE: Scenario = Scenario {
    number: 2002,
    id: "stale-read-lease",
    title: "The old leader reads by its lease",
    look_for: "It answers at once while its followers have promised to elect nobody, and not after.",
    section: "6.4.1; Herlihy and Wing 1990",
    property: LINEARIZABLE,
    script: r#"
scenario kv nodes=5 clients=3 seed=7 reads=lease
run until leader n3 within 2s
c1 put x old
run until answered 1 on c1 within 2s
cut n3 c3 | n1 n2 n4 n5
c3 get x at n3
run until answered 1 on c3 within 40ms
expect leader n3
note "n3 is cut off, and reads old for c3 without asking anybody: its followers have promised to elect nobody yet (6.4.1). Nothing newer can be acknowledged."
try "Mend it in time" mend all
run until leader n5 within 2s
c1 put x new at n5
run until answered 2 on c1 within 1s
expect not term 2 on n3
note "The promises are over. n5 leads the others, and x holds new."
c3 get x at n3
run for 40ms
expect not term 2 on n3
expect not answered 2 on c3
note "So is n3's lease, a little sooner, by what clocks may differ. It asks for a round of answers first, and waits."
try "Read through the log" read servers by log
mend all
run until answered 2 on c3 within 2s
expect not broken
note "c3 reads new from who leads."
run for 50ms
"#,
    ..PART
};

const STALE_READ_WITHOUT_ASKING: Scenario = Scenario {
    number: 2003,
    id: "stale-read-without-asking",
    title: "The old leader reads without asking",
    look_for: "n3 answers with what it has: a value that was replaced before the question.",
    section: "6.4; Herlihy and Wing 1990",
    property: LINEARIZABLE,
    breaks: &[LINEARIZABLE],
    script: r#"
scenario kv nodes=5 clients=3 seed=7 reads=read-index mistake=KV08
run until leader n3 within 2s
c1 put x old
run until answered 1 on c1 within 2s
cut n3 c3 | n1 n2 n4 n5
expect leader n3
note "As before, n3 is cut off, and c3 with it."
try "Mend it in time" mend all
run until leader n4 within 2s
c1 put x new at n4
run until answered 2 on c1 within 1s
expect not term 2 on n3
note "n4 leads the others, and x holds new. n3 still leads term 1."
c3 get x at n3
run until answered 1 on c3 within 40ms
expect broken linearizable
note "c3 reads old, after c1's put of new had returned. No order of the three operations allows both answers."
try "Mend the network" mend all
run for 50ms
"#,
    ..PART
};

const SLOW_CLOCK: Scenario = Scenario {
    number: 21,
    id: "slow-clock",
    title: "A clock that is too slow",
    question: "What does a lease rest on?",
    look_for: "n3's clock takes four times as long as the others'; its lease outlives their promise.",
    section: "6.4.1",
    property: LINEARIZABLE,
    breaks: &[LINEARIZABLE],
    script: r#"
scenario kv nodes=5 clients=3 seed=7 reads=lease
run until leader n3 within 2s
clock n3 1/4
c1 put x old
run until answered 1 on c1 within 2s
expect leader n3
note "n3 leads by a lease of 136 ms, shortened by the 10% that clocks may differ. Its clock is four times too slow, and nobody can know."
try "Set it right" clock n3 1/1
cut n3 c3 | n1 n2 n4 n5
run until leader n1 within 2s
c1 put x new at n1
run until answered 2 on c1 within 1s
expect not term 2 on n3
note "n3 is cut off. The others have kept their promise by their own clocks, and elect n1; x holds new."
try "Read by a round" read n3 by read-index
c3 get x at n3
run until answered 1 on c3 within 40ms
expect broken linearizable
note "For n3 hardly any time has passed. It answers old by its lease: stale, and its only mistake was to trust its clock (6.4.1)."
run for 50ms
"#,
    switches: &[
        Switch { label: "By a round", shows: &SLOW_CLOCK_READ_INDEX },
        Switch { label: "Within the bound", shows: &SLOW_CLOCK_WITHIN },
    ],
    ..PART
};

const SLOW_CLOCK_READ_INDEX: Scenario = Scenario {
    number: 2101,
    id: "slow-clock-read-index",
    title: "A clock that is too slow, and a read that needs none",
    look_for: "A round of heartbeats asks about order, not about time.",
    section: "6.4",
    property: LINEARIZABLE,
    script: r#"
scenario kv nodes=5 clients=3 seed=7 reads=read-index
run until leader n3 within 2s
clock n3 1/4
c1 put x old
run until answered 1 on c1 within 2s
expect leader n3
note "The same clock, four times too slow. n3 reads by rounds."
try "Set it right" clock n3 1/1
cut n3 c3 | n1 n2 n4 n5
run until leader n1 within 2s
c1 put x new at n1
run until answered 2 on c1 within 1s
expect not term 2 on n3
note "n3 is cut off. The others elect n1; x holds new."
try "Read by lease" read n3 by lease
c3 get x at n3
run for 40ms
expect not broken
expect not answered 1 on c3
note "For n3 hardly any time has passed. It asks for a round all the same, and has no answer to give."
mend all
run until answered 1 on c3 within 2s
note "The network is whole, n3 hears of term 2, and c3 reads new."
run for 50ms
"#,
    ..PART
};

const SLOW_CLOCK_WITHIN: Scenario = Scenario {
    number: 2102,
    id: "slow-clock-within",
    title: "A clock that is slow within the bound",
    look_for: "A tenth slower than the others': the lease is over before their promise is.",
    section: "6.4.1",
    property: LINEARIZABLE,
    script: r#"
scenario kv nodes=5 clients=3 seed=7 reads=lease
run until leader n3 within 2s
clock n3 10/11
c1 put x old
run until answered 1 on c1 within 2s
expect leader n3
note "n3's clock needs 110 ms for 100. That much is allowed for."
try "Four times" clock n3 1/4
cut n3 c3 | n1 n2 n4 n5
run until leader n5 within 2s
c1 put x new at n5
run until answered 2 on c1 within 1s
expect not term 2 on n3
note "n3 is cut off. The others elect n5; x holds new."
try "Ask through the log" read n3 by log
c3 get x at n3
run for 40ms
expect not broken
expect not answered 1 on c3
note "n3's lease was over before anybody could vote for n5, by its slow clock as well: 136 ms of it are 150 ms. It asks for a round, and waits."
run for 50ms
"#,
    ..PART
};
