//! Two phases: who promises, who decides, and what becomes of a transaction when somebody dies, or
//! when its shard moves.

use super::PART;
use crate::check::txn::property::{ATOMIC, KEEPS_ITS_WORD, TOTAL};
use crate::scenario::{Scenario, Switch};

/// The scenarios about two phases.
pub(super) const SCENARIOS: &[Scenario] =
    &[ALL_OR_NOTHING, COORDINATOR_DIES, NOBODY_WAS_TOLD, MOVE_IN_BETWEEN, BANK];

const ALL_OR_NOTHING: Scenario = Scenario {
    number: 33,
    id: "all-or-nothing",
    title: "All or nothing",
    question: "What does it take that two groups do one thing, or neither does?",
    look_for: "Locks, then promises, then one decision in one log; only then anything is written.",
    script: r#"
scenario txn nodes=9 groups=2x3 clients=2 seed=3 shards=2
run until leader of g1 within 2s
run until leader of g2 within 2s
run until leader of g0 within 2s
c1 join 1 2
run until settled 1 on g1 within 1s
run until settled 1 on g2 within 1s
c1 txn put 0 100; put 1 100
run until answered 2 on c1 within 1s
note "A bank of two accounts: 0 is in a shard of g1, 1 in one of g2, and each has 100."
run for 150ms
hold Prepare
c1 transfer 0 1 30
run for 150ms
expect not answered 3 on c1
note "c1 is to bring 30 from 0 to 1. It has read both, and has both locks alone. What it asks now is held: to promise that they will be written."
lift all
hold Decide
release all
run for 80ms
expect not answered 3 on c1
note "Both have promised. That stands in the logs of both groups, with what is to be written, and neither may change its mind any more."
try "Let c1 crash" crash c1
lift all
release all
run until answered 3 on c1 within 1s
note "Shard 0 decides, by an entry of g1's log. With that it is committed, and c1 knows. Then both write, and let their locks go."
try "Crash g2's leader" crash leader of g2
c2 sum 0 1
run until answered 1 on c2 within 1s
note "c2 counts 70 and 130."
run for 50ms
"#,
    switches: &[Switch { label: "Keep no promise", shows: &ALL_OR_NOTHING_NOT_KEPT }],
    ..PART
};

const ALL_OR_NOTHING_NOT_KEPT: Scenario = Scenario {
    number: 3301,
    id: "all-or-nothing-not-kept",
    title: "All or nothing, and promises are not kept",
    look_for: "Shards say that they are prepared, and their logs keep nothing of it.",
    breaks: &[KEEPS_ITS_WORD],
    script: r#"
scenario txn nodes=9 groups=2x3 clients=2 seed=3 shards=2 mistake=TX02
run until leader of g1 within 2s
run until leader of g2 within 2s
run until leader of g0 within 2s
c1 join 1 2
run until settled 1 on g1 within 1s
run until settled 1 on g2 within 1s
c1 txn put 0 100; put 1 100
run until answered 2 on c1 within 1s
expect broken prepared-keeps-its-word
note "A bank of two accounts is to be filled. Both shards have promised, neither has kept what it is to write, and c1 was told that it is done."
try "Let g1's leader crash" crash leader of g1
run for 150ms
c1 transfer 0 1 30
run for 500ms
expect answered 3 on c1
note "c1 is to bring 30 from 0 to 1, and reads that 0 has nothing: it gives up by itself."
try "Count again" c1 sum 0 1
c2 sum 0 1
run until answered 1 on c2 within 1s
note "c2 counts nothing in either."
run for 50ms
"#,
    ..PART
};

const COORDINATOR_DIES: Scenario = Scenario {
    number: 34,
    id: "coordinator-dies",
    title: "The coordinator dies, and all are prepared",
    question: "Who knows what becomes of a transaction when who was to decide is dead?",
    look_for: "The decision belongs to a log. Whoever leads that group next can be asked.",
    script: r#"
scenario txn nodes=9 groups=2x3 clients=2 seed=4 shards=2
run until leader of g1 within 2s
run until leader of g2 within 2s
run until leader of g0 within 2s
c1 join 1 2
run until settled 1 on g1 within 1s
run until settled 1 on g2 within 1s
c1 txn put 0 100; put 1 100
run until answered 2 on c1 within 1s
run for 150ms
hold Vote
c1 transfer 0 1 30
run for 200ms
expect log 7 on g2
note "c1 brings 30 from 0 to 1. Both shards have promised; that they have is held on its way to c1. Shard 0, in g1, is to decide."
crash c1
crash leader of g1
c2 sum 0 1
run for 300ms
expect not answered 1 on c2
note "c1 dies, and so does g1's leader. Both accounts are locked, and nobody may let a lock go who has promised. c2 waits."
try "Restart the dead" restart down
lift all
run until answered 1 on c2 within 3s
note "g1 has another leader. Both shards have been in doubt for 500 ms, and ask shard 0: nothing is decided in its log, so it is aborted from here on. c2 counts 100 and 100."
try "Restart c1" restart c1
run for 50ms
"#,
    switches: &[Switch { label: "Let c1 alone decide", shows: &COORDINATOR_DIES_ALONE }],
    ..PART
};

const COORDINATOR_DIES_ALONE: Scenario = Scenario {
    number: 3401,
    id: "coordinator-dies-alone",
    title: "The coordinator dies, and nobody else can know",
    look_for: "Classic two-phase commit: the decision is on one disk. Until that is back, all wait.",
    script: r#"
scenario txn nodes=9 groups=2x3 clients=2 seed=4 shards=2 decision=client
run until leader of g1 within 2s
run until leader of g2 within 2s
run until leader of g0 within 2s
c1 join 1 2
run until settled 1 on g1 within 1s
run until settled 1 on g2 within 1s
c1 txn put 0 100; put 1 100
run until answered 2 on c1 within 1s
run for 150ms
hold Vote
c1 transfer 0 1 30
run for 200ms
expect log 7 on g2
note "c1 brings 30 from 0 to 1. Both shards have promised; that they have is held on its way to c1, which decides by itself and writes that on its own disk."
crash c1
crash leader of g1
c2 sum 0 1
run for 300ms
expect not answered 1 on c2
note "c1 dies, and so does g1's leader. Both accounts are locked, and nobody may let a lock go who has promised. c2 waits."
try "Restart the dead" restart down
lift all
run for 3s
expect not answered 1 on c2
note "g1 has another leader, and all is well but for c1. Both shards ask it what it has decided; it may have told somebody that it is committed. So they wait, and c2 with them."
try "Ask for another account" c2 sum 2
restart c1
run until answered 1 on c2 within 3s
note "c1 is back. Nothing is decided on its disk, so it tells them that it is aborted. c2 counts 100 and 100."
run for 50ms
"#,
    ..PART
};

const NOBODY_WAS_TOLD: Scenario = Scenario {
    number: 35,
    id: "nobody-was-told",
    title: "Decided, and nobody was told",
    question: "Can a transaction be committed when all who are to write know nothing of it?",
    look_for: "Whoever is in doubt asks, and hears what was decided, however late.",
    script: r#"
scenario txn nodes=9 groups=2x3 clients=2 seed=6 shards=2
run until leader of g1 within 2s
run until leader of g2 within 2s
run until leader of g0 within 2s
c1 join 1 2
run until settled 1 on g1 within 1s
run until settled 1 on g2 within 1s
c1 txn put 0 100; put 1 100
run until answered 2 on c1 within 1s
run for 150ms
hold Finish
c1 transfer 0 1 30
run until answered 3 on c1 within 1s
note "It is decided in g1's log that 30 go from 0 to 1, and c1 has told whoever asked. What it says to the shards is held."
crash c1
crash leader of g1
crash leader of g2
c2 sum 0 1
run for 300ms
expect not answered 1 on c2
note "c1 dies, and both leaders. The promises are in the logs of both groups; the decision is in g1's."
try "Restart the dead" restart down
run until answered 1 on c2 within 3s
note "Each group has another leader, in doubt about what it finds prepared. It asks shard 0, hears that it is committed, and carries it out. c2 counts 70 and 130."
try "Restart c1" restart c1
lift all
release all
run for 200ms
expect not broken
note "What c1 had to say comes at last, and is carried out once: nothing happens."
run for 50ms
"#,
    switches: &[Switch { label: "Forget the decision", shows: &NOBODY_WAS_TOLD_FORGOTTEN }],
    ..PART
};

const NOBODY_WAS_TOLD_FORGOTTEN: Scenario = Scenario {
    number: 3501,
    id: "nobody-was-told-forgotten",
    title: "Decided, and the coordinator has forgotten",
    look_for: "Who asks is told that nothing was decided, and aborts what somebody was told is done.",
    breaks: &[ATOMIC],
    script: r#"
scenario txn nodes=9 groups=2x3 clients=2 seed=6 shards=2 mistake=TX08
run until leader of g1 within 2s
run until leader of g2 within 2s
run until leader of g0 within 2s
c1 join 1 2
run until settled 1 on g1 within 1s
run until settled 1 on g2 within 1s
c1 txn put 0 100; put 1 100
run until answered 2 on c1 within 1s
run for 150ms
hold Finish
c1 transfer 0 1 30
run until answered 3 on c1 within 1s
note "It is decided in g1's log that 30 go from 0 to 1, and c1 has told whoever asked. What it says to the shards is held. Shard 0 thinks that it need not know it any more."
crash c1
crash leader of g1
crash leader of g2
c2 sum 0 1
run for 300ms
expect not answered 1 on c2
note "c1 dies, and both leaders. The promises are in the logs of both groups."
try "Restart the dead" restart down
run until answered 1 on c2 within 3s
expect broken atomic
note "Each group's next leader asks shard 0, which knows of no decision: aborted. c2 counts 100 and 100, and somebody was told that 30 had gone."
try "Restart c1" restart c1
run for 50ms
"#,
    ..PART
};

const MOVE_IN_BETWEEN: Scenario = Scenario {
    number: 36,
    id: "move-in-between",
    title: "A shard moves between the two phases",
    question: "Does a promise hold where the shard is now?",
    look_for: "Locks and promises are part of what moves; who decides asks for the shard, wherever it is.",
    property: KEEPS_ITS_WORD,
    script: r#"
scenario txn nodes=9 groups=2x3 clients=2 seed=5 shards=2 in-doubt=10s
run until leader of g1 within 2s
run until leader of g2 within 2s
run until leader of g0 within 2s
c1 join 1 2
run until settled 1 on g1 within 1s
run until settled 1 on g2 within 1s
c1 txn put 0 100; put 1 100
run until answered 2 on c1 within 1s
run for 150ms
hold Decide
c1 transfer 0 1 30
run for 200ms
expect not answered 3 on c1
note "c1 brings 30 from 0 to 1. Shard 0 in g1 and shard 1 in g2 have promised. That it is decided is held on its way."
c2 move 1 1
run until settled 2 on g1 within 2s
run until settled 2 on g2 within 2s
note "Shard 1 has moved to g1, with its versions, with c1's lock and with the promise. g2 has nothing of it any more."
try "Crash g1's leader" crash leader of g1
lift all
release all
run until answered 3 on c1 within 2s
note "Now it is decided. c1 tells shard 1 in g2, is told that it is the wrong group, asks the controller, and tells g1."
try "Move it back" c2 move 1 2
c2 sum 0 1
run until answered 2 on c2 within 1s
expect not broken
note "c2 counts 70 and 130."
run for 50ms
"#,
    switches: &[Switch { label: "Leave promises behind", shows: &MOVE_IN_BETWEEN_BEHIND }],
    ..PART
};

const MOVE_IN_BETWEEN_BEHIND: Scenario = Scenario {
    number: 3601,
    id: "move-in-between-behind",
    title: "A shard moves, and its promises stay behind",
    look_for: "The decision comes to a shard that has promised nothing.",
    property: KEEPS_ITS_WORD,
    breaks: &[KEEPS_ITS_WORD],
    script: r#"
scenario txn nodes=9 groups=2x3 clients=2 seed=5 shards=2 in-doubt=10s mistake=TX05
run until leader of g1 within 2s
run until leader of g2 within 2s
run until leader of g0 within 2s
c1 join 1 2
run until settled 1 on g1 within 1s
run until settled 1 on g2 within 1s
c1 txn put 0 100; put 1 100
run until answered 2 on c1 within 1s
run for 150ms
hold Decide
c1 transfer 0 1 30
run for 200ms
expect not answered 3 on c1
note "c1 brings 30 from 0 to 1. Shard 0 in g1 and shard 1 in g2 have promised. That it is decided is held on its way."
c2 move 1 1
run until settled 2 on g1 within 2s
run until settled 2 on g2 within 2s
expect broken prepared-keeps-its-word
note "Shard 1 has moved to g1 with its versions alone. g1 knows nothing of a promise, and g2 has deleted it."
try "Crash g1's leader" crash leader of g1
lift all
release all
run until answered 3 on c1 within 2s
note "It is decided, and shard 0 writes. Shard 1 is told, finds nothing to carry out, and says that it has done so."
try "Move it back" c2 move 1 2
c2 sum 0 1
run until answered 2 on c2 within 1s
note "c2 counts 70 and 100."
run for 50ms
"#,
    ..PART
};

const BANK: Scenario = Scenario {
    number: 37,
    id: "bank",
    title: "A bank under load",
    question: "Is all the money there, whenever somebody counts?",
    look_for: "Each count is of one moment, whatever moves, waits or has crashed meanwhile.",
    property: TOTAL,
    script: r#"
scenario txn nodes=9 groups=2x3 clients=3 seed=5 shards=4 work=bank keys=4 only-reads=40%
run until leader of g1 within 2s
run until leader of g2 within 2s
run until leader of g0 within 2s
c1 join 1 2
run until answered 2 on c1 within 2s
note "A bank of four accounts, each in a shard of its own, and each has 100. Three clients bring money from one to another, or count all of it."
run until answered 4 on c3 within 5s
crash leader of g1
run until leader of g1 within 2s
note "g1's leader has crashed. Locks and promises are in its group's log: the next leader has them as well."
try "Crash g2's leader, too" crash leader of g2
c2 move 3 1
restart down
run until settled 2 on g1 within 3s
run until settled 2 on g2 within 3s
note "Shard 3 has moved to g1, with account 3 and all that was under way there."
try "Move all to g2" c2 leave 1
run until answered 9 on c3 within 5s
expect not broken
note "Whoever counted in between has counted 400."
run for 50ms
"#,
    switches: &[Switch { label: "Let locks go at once", shows: &BANK_NO_LOCKS }],
    ..PART
};

const BANK_NO_LOCKS: Scenario = Scenario {
    number: 3701,
    id: "bank-no-locks",
    title: "A bank whose locks do not last",
    look_for: "Somebody counts while money is on its way, and comes to another sum.",
    property: TOTAL,
    breaks: &[TOTAL],
    script: r#"
scenario txn nodes=9 groups=2x3 clients=3 seed=5 shards=4 work=bank keys=4 only-reads=40% mistake=TX06
run until leader of g1 within 2s
run until leader of g2 within 2s
run until leader of g0 within 2s
c1 join 1 2
run until answered 2 on c1 within 2s
note "A bank of four accounts of 100. Whoever reads one takes its lock, and lets it go as soon as it has read."
try "Let g1's leader crash" crash leader of g1
run until answered 4 on c3 within 5s
expect broken bank-total
note "Two have read the same account, and both have written what they make of it: one of the two is lost, and with it the money."
try "Count" c2 sum 0 1 2 3
run until answered 9 on c3 within 5s
note "From here on all sums are wrong."
run for 50ms
"#,
    ..PART
};
