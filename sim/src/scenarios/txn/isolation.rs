//! What transactions see of each other: locks that wait in a circle, snapshots, and what those allow.

use super::PART;
use crate::check::txn::property::ISOLATED;
use crate::scenario::{Scenario, Switch};

/// The scenarios about isolation.
pub(super) const SCENARIOS: &[Scenario] = &[CIRCLE, WRITE_SKEW, LONG_READER];

const CIRCLE: Scenario = Scenario {
    number: 38,
    id: "circle",
    title: "Two that want what the other has",
    question: "Who gives way when two transactions wait for each other?",
    look_for: "The older one takes the lock: then all wait for older ones, and nobody in a circle.",
    section: "Rosenkrantz, Stearns and Lewis 1978",
    property: ISOLATED,
    script: r#"
scenario txn nodes=9 groups=2x3 clients=2 seed=3 shards=2
run until leader of g1 within 2s
run until leader of g2 within 2s
run until leader of g0 within 2s
c1 join 1 2
run until settled 1 on g1 within 1s
run until settled 1 on g2 within 1s
c1 txn put 0 a; put 1 a
c2 txn put 0 a; put 1 a
run until answered 2 on c1 within 2s
run until answered 1 on c2 within 2s
run for 150ms
c1 txn append 0 b; append 1 b
run for 1ms
c2 txn append 1 c; append 0 c
run for 60ms
expect not answered 3 on c1
expect not answered 2 on c2
note "c1 has the lock of 0 and asks for that of 1; c2, which began a millisecond later, has the lock of 1 and asks for that of 0."
try "Crash c1" crash c1
run until answered 3 on c1 within 1s
note "c1 is older: shard 1 takes the lock from c2 and gives it to c1, which commits (wound-wait)."
try "Let c2 crash" crash c2
run until answered 2 on c2 within 2s
note "c2 hears that it was wounded, and tries again under its old age: it only grows older, and so it is not wounded for ever. Both lists are a, b, c."
run for 50ms
"#,
    switches: &[Switch { label: "Let all wait", shows: &CIRCLE_ALL_WAIT }],
    ..PART
};

const CIRCLE_ALL_WAIT: Scenario = Scenario {
    number: 3801,
    id: "circle-all-wait",
    title: "Two that want what the other has, and wait",
    look_for: "Each waits for the other. Nobody is down, and nothing happens any more.",
    section: "Rosenkrantz, Stearns and Lewis 1978",
    property: ISOLATED,
    script: r#"
scenario txn nodes=9 groups=2x3 clients=2 seed=3 shards=2 wound-wait=off
run until leader of g1 within 2s
run until leader of g2 within 2s
run until leader of g0 within 2s
c1 join 1 2
run until settled 1 on g1 within 1s
run until settled 1 on g2 within 1s
c1 txn put 0 a; put 1 a
c2 txn put 0 a; put 1 a
run until answered 2 on c1 within 2s
run until answered 1 on c2 within 2s
run for 150ms
c1 txn append 0 b; append 1 b
run for 1ms
c2 txn append 1 c; append 0 c
run for 60ms
expect not answered 3 on c1
expect not answered 2 on c2
note "c1 has the lock of 0 and asks for that of 1; c2 has the lock of 1 and asks for that of 0."
try "Crash c1" crash c1
run for 2s
expect not answered 3 on c1
expect not answered 2 on c2
note "Both are told to wait, for each other. They ask again and again, so neither is taken for dead."
try "Let a third come" c1 sum 2
crash c2
run until answered 3 on c1 within 2s
note "c2 crashes. Nothing is heard of it for 500 ms; its lock is given up, and c1 has both."
run for 50ms
"#,
    ..PART
};

const WRITE_SKEW: Scenario = Scenario {
    number: 39,
    id: "write-skew",
    title: "Two that are right, and wrong together",
    question: "What does a snapshot not show?",
    look_for: "Each reads what the other is about to write. They write different keys, so neither sees it.",
    section: "Adya 1999",
    property: ISOLATED,
    script: r#"
scenario txn nodes=9 groups=2x3 clients=2 seed=3 shards=2 isolation=snapshot
run until leader of g1 within 2s
run until leader of g2 within 2s
run until leader of g0 within 2s
c1 join 1 2
run until settled 1 on g1 within 1s
run until settled 1 on g2 within 1s
c1 txn put x on; put y on
run until answered 2 on c1 within 2s
note "x and y are on call. Each may go as long as the other stays."
try "Let c2 go alone" c2 txn read x; read y; put y off
run for 150ms
c1 txn read x; read y; put x off
c2 txn read x; read y; put y off
run until answered 3 on c1 within 2s
run until answered 1 on c2 within 2s
note "Both have read, as of one moment, that the other stays: so x goes, and y goes. They write different keys, so neither is the second to commit one."
try "Call both back" c1 txn put x on; put y on
c1 txn read x; read y
run until answered 4 on c1 within 2s
note "Nobody is on call. Snapshot isolation allows this (write skew); the graph of what each has read has a circle of two."
run for 50ms
"#,
    switches: &[Switch { label: "Serializable", shows: &WRITE_SKEW_SERIALIZABLE }],
    ..PART
};

const WRITE_SKEW_SERIALIZABLE: Scenario = Scenario {
    number: 3901,
    id: "write-skew-serializable",
    title: "Two that want to go, one after the other",
    look_for: "What is read is locked until the end: the second reads what the first has written.",
    section: "Adya 1999",
    property: ISOLATED,
    script: r#"
scenario txn nodes=9 groups=2x3 clients=2 seed=3 shards=2
run until leader of g1 within 2s
run until leader of g2 within 2s
run until leader of g0 within 2s
c1 join 1 2
run until settled 1 on g1 within 1s
run until settled 1 on g2 within 1s
c1 txn put x on; put y on
run until answered 2 on c1 within 2s
note "x and y are on call. Each may go as long as the other stays."
try "Let c2 go alone" c2 txn read x; read y; put y off
run for 150ms
c1 txn read x; read y; put x off
c2 txn read x; read y
run until answered 3 on c1 within 2s
note "c1 has read both under locks, and x goes. c2 is younger and waits for the lock of x."
try "Call x back" c1 txn put x on
run until answered 1 on c2 within 2s
note "c2 reads that x has gone already, and knows that y stays."
run for 50ms
"#,
    ..PART
};

const LONG_READER: Scenario = Scenario {
    number: 40,
    id: "long-reader",
    title: "A long reader beside those who write",
    question: "Do those who write wait for somebody who reads for long?",
    look_for: "It reads old versions, as of its start, and has no lock that anybody could wait for.",
    section: "Corbett and others 2012, 4.1.3",
    property: ISOLATED,
    script: r#"
scenario txn nodes=9 groups=2x3 clients=2 seed=5 shards=2 isolation=snapshot in-doubt=3s
run until leader of g1 within 2s
run until leader of g2 within 2s
run until leader of g0 within 2s
c1 join 1 2
run until settled 1 on g1 within 1s
run until settled 1 on g2 within 1s
c1 txn append 0 1; append 1 1
run until answered 2 on c1 within 1s
note "Lists 0 and 1 hold 1 each, in two shards."
run for 150ms
delay TxnRead from c1 by 600ms
c1 txn read 0; read 1
run for 700ms
expect not answered 3 on c1
note "c1's messages take 600 ms. It has asked both shards how far they are, and reads 0 as of then."
try "Crash c1" crash c1
c2 txn append 0 2; append 1 2
run until answered 1 on c2 within 1s
c2 txn append 0 3; append 1 3
run until answered 2 on c2 within 1s
expect not answered 3 on c1
note "c2 has written both lists twice meanwhile, and has waited for nobody. Their old versions are kept."
try "Write once more" c2 txn append 0 4; append 1 4
run until answered 3 on c1 within 2s
note "c1 reads 1 in both: what there was when it began."
run for 50ms
"#,
    switches: &[Switch { label: "Read under locks", shows: &LONG_READER_LOCKS }],
    ..PART
};

const LONG_READER_LOCKS: Scenario = Scenario {
    number: 4001,
    id: "long-reader-locks",
    title: "A long reader, and those who write wait",
    look_for: "Its locks last until it ends, and who writes waits for it.",
    section: "Corbett and others 2012, 4.1.3",
    property: ISOLATED,
    script: r#"
scenario txn nodes=9 groups=2x3 clients=2 seed=5 shards=2 in-doubt=3s
run until leader of g1 within 2s
run until leader of g2 within 2s
run until leader of g0 within 2s
c1 join 1 2
run until settled 1 on g1 within 1s
run until settled 1 on g2 within 1s
c1 txn append 0 1; append 1 1
run until answered 2 on c1 within 1s
note "Lists 0 and 1 hold 1 each, in two shards."
run for 150ms
delay TxnRead from c1 by 600ms
c1 txn read 0; read 1
run for 700ms
expect not answered 3 on c1
note "c1's messages take 600 ms. It has read 0 under a lock, which others may share who read."
try "Crash c1" crash c1
c2 txn append 0 2; append 1 2
run for 400ms
expect not answered 1 on c2
note "c2 is younger, and waits for c1's lock."
try "Let c1 be heard" lift all
run until answered 3 on c1 within 3s
run until answered 1 on c2 within 3s
note "c1 has ended, and c2 has written: one after the other."
run for 50ms
"#,
    ..PART
};
