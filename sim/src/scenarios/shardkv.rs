//! The sharded store's scenarios: shards that move while clients ask, and what of them must not be
//! lost, doubled or answered for by two.

use crate::check::kv::property::{EXACTLY_ONCE, LINEARIZABLE};
use crate::check::shardkv::property::{ANSWERED_FOR, ONE_OWNER, SHARD_KEPT};
use crate::scenario::{Scenario, Switch};

/// The scenarios, part by part.
pub const SCENARIOS: &[&[Scenario]] = &[MOVES];

const MOVES: &[Scenario] =
    &[JOIN, GIVER_IS_DOWN, BOTH_WAYS, RETRY_CROSSES, DELETED_LATE, LAST_LEAVES];

/// What they have in common unless they say otherwise.
const PART: Scenario = Scenario {
    number: 0,
    id: "",
    title: "",
    question: "",
    look_for: "",
    part: "4B",
    section: "4B",
    property: ONE_OWNER,
    breaks: &[],
    script: "",
    switches: &[],
    branches: &[],
};

const JOIN: Scenario = Scenario {
    number: 25,
    id: "join-under-load",
    title: "A group joins",
    question: "What moves when a group joins, and what does not?",
    look_for: "Five shards go from g1 to g2, each as a whole; the others stay and are answered for.",
    property: ONE_OWNER,
    script: r#"
scenario shardkv nodes=12 groups=3x3 clients=2 seed=7
run until leader of g1 within 2s
run until leader of g2 within 2s
run until leader of g0 within 2s
c1 join 1
run until settled 1 on g1 within 1s
note "One group has joined: configuration 1 gives it all ten shards."
c2 put 3 a
run until answered 1 on c2 within 1s
note "c2 asks the controller who has the shard of key 3, and then g1."
try "Let the leader crash" crash leader of g1
c1 join 2
run until settled 2 on g2 within 2s
run until settled 2 on g1 within 2s
note "g2 has joined. Five shards have moved, each as a whole: pulled, installed in g2's log, deleted in g1's. The other five were answered for all the while."
c2 append 8 b
run until answered 2 on c2 within 1s
note "c2 asks g1 for key 8, is told that it is the wrong group, and asks the controller again."
try "Join the third" c1 join 3
run for 50ms
"#,
    ..PART
};

const GIVER_IS_DOWN: Scenario = Scenario {
    number: 26,
    id: "giver-is-down",
    title: "Who is to give is down",
    question: "What is answered while a shard cannot come?",
    look_for: "Shards that do not move are answered for; the one that waits for g1 is answered for by nobody.",
    property: LINEARIZABLE,
    script: r#"
scenario shardkv nodes=12 groups=3x3 clients=2 seed=3
run until leader of g1 within 2s
run until leader of g2 within 2s
run until leader of g0 within 2s
c1 join 1 2
run until settled 1 on g1 within 1s
run until settled 1 on g2 within 1s
c2 put 3 a
c2 put 9 b
run until answered 2 on c2 within 1s
note "g1 and g2 have five shards each."
crash g1
c1 leave 1
run for 300ms
expect not settled 2 on g2
note "g1 is down, and is to give all it has. g2 takes configuration 2 and waits for five shards."
try "Let it come back" restart g1
c2 append 9 c
run until answered 3 on c2 within 300ms
note "Key 9 is in a shard that g2 had before: it is answered for, whatever the others wait for (second challenge)."
c2 get 3
run for 500ms
expect not answered 4 on c2
note "Key 3 is in a shard that is on its way. Nobody answers for it: g1 no more, g2 not yet."
try "Restart one of three" restart g1.n1
restart g1
run until answered 4 on c2 within 3s
run until settled 2 on g2 within 2s
note "g1 is back, takes configuration 2 from the controller, and gives. c2 reads a."
run for 50ms
"#,
    switches: &[Switch { label: "Refuse everything", shows: &GIVER_IS_DOWN_REFUSES }],
    ..PART
};

const GIVER_IS_DOWN_REFUSES: Scenario = Scenario {
    number: 2601,
    id: "giver-is-down-refuses",
    title: "Who is to give is down, and everything is refused",
    look_for: "g2 answers for nothing until the last shard has come.",
    property: ANSWERED_FOR,
    breaks: &[ANSWERED_FOR],
    script: r#"
scenario shardkv nodes=12 groups=3x3 clients=2 seed=3 mistake=SK23
run until leader of g1 within 2s
run until leader of g2 within 2s
run until leader of g0 within 2s
c1 join 1 2
run until settled 1 on g1 within 1s
run until settled 1 on g2 within 1s
c2 put 3 a
c2 put 9 b
run until answered 2 on c2 within 1s
note "g1 and g2 have five shards each."
crash g1
c1 leave 1
run for 300ms
expect not settled 2 on g2
note "g1 is down, and is to give all it has. g2 takes configuration 2 and waits for five shards."
try "Let it come back" restart g1
c2 append 9 c
run for 300ms
expect not answered 3 on c2
note "Key 9 is in a shard that g2 had before, and nothing of it moves. g2 answers for nothing all the same."
try "Restart one of three" restart g1.n1
restart g1
run until answered 3 on c2 within 3s
note "Only when the last shard has come, c2 has its answer."
run for 50ms
"#,
    ..PART
};

const BOTH_WAYS: Scenario = Scenario {
    number: 27,
    id: "both-ways",
    title: "One in each direction",
    question: "Do two groups wait for each other?",
    look_for: "Each gives what it has lost before it has what it is to have.",
    property: SHARD_KEPT,
    script: r#"
scenario shardkv nodes=12 groups=3x3 clients=2 seed=11
run until leader of g1 within 2s
run until leader of g2 within 2s
run until leader of g0 within 2s
c1 join 1 2
run until settled 1 on g1 within 1s
run until settled 1 on g2 within 1s
c2 put 3 a
c2 put 9 b
run until answered 2 on c2 within 1s
cut g1 | g2
c1 move 7 1
c1 move 1 2
run for 500ms
expect not settled 2 on g1
expect not settled 2 on g2
note "Shard 7 is to go from g2 to g1, shard 1 from g1 to g2, in two configurations. The groups are cut off from each other: both wait in the first of the two."
try "Mend it" mend all
mend all
run until settled 3 on g1 within 3s
run until settled 3 on g2 within 3s
note "One configuration after the other, in both groups. Who gives does not wait until it has got."
try "And back" c1 move 7 2
c2 get 3
c2 get 9
run until answered 4 on c2 within 1s
note "c2 reads a and b, each where it is now."
run for 50ms
"#,
    ..PART
};

const RETRY_CROSSES: Scenario = Scenario {
    number: 28,
    id: "retry-crosses-a-move",
    title: "A retry that crosses a move",
    question: "Is a command done twice when its shard moves between two attempts?",
    look_for: "What was done for whom moves with the shard: the second attempt finds it there.",
    property: EXACTLY_ONCE,
    script: r#"
scenario shardkv nodes=12 groups=3x3 clients=2 seed=5
run until leader of g1 within 2s
run until leader of g2 within 2s
run until leader of g0 within 2s
c1 join 1
run until settled 1 on g1 within 1s
c2 append 3 a
run until answered 1 on c2 within 1s
drop all from g1.n1 to c2
drop all from g1.n2 to c2
drop all from g1.n3 to c2
c2 append 3 b
run for 60ms
expect not answered 2 on c2
note "c2's append of b is done. No answer of g1 reaches c2."
try "Lift the rules" lift all
c1 leave 1
c1 join 2
run until settled 3 on g2 within 3s
note "The shard has gone to g2 meanwhile, and with it what was done for whom."
try "Join g1 again" c1 join 1
run until answered 2 on c2 within 2s
note "c2 asks again, of g2 now, under the same number. g2 has never done it, and knows that it is done."
lift all
c2 get 3
run until answered 3 on c2 within 1s
expect not broken
note "c2 reads ab: two groups, one effect."
run for 50ms
"#,
    switches: &[Switch { label: "Leave it behind", shows: &RETRY_CROSSES_BEHIND }],
    ..PART
};

const RETRY_CROSSES_BEHIND: Scenario = Scenario {
    number: 2801,
    id: "retry-crosses-a-move-behind",
    title: "A retry that crosses a move, and nobody knows",
    look_for: "The shard comes without what was done for whom, and the append is done again.",
    property: EXACTLY_ONCE,
    breaks: &[SHARD_KEPT, EXACTLY_ONCE, LINEARIZABLE],
    script: r#"
scenario shardkv nodes=12 groups=3x3 clients=2 seed=5 mistake=SK08
run until leader of g1 within 2s
run until leader of g2 within 2s
run until leader of g0 within 2s
c1 join 1
run until settled 1 on g1 within 1s
c2 append 3 a
run until answered 1 on c2 within 1s
drop all from g1.n1 to c2
drop all from g1.n2 to c2
drop all from g1.n3 to c2
c2 append 3 b
run for 60ms
expect not answered 2 on c2
note "c2's append of b is done. No answer of g1 reaches c2."
try "Lift the rules" lift all
c1 leave 1
c1 join 2
run until settled 3 on g2 within 3s
note "The shard has gone to g2 meanwhile. What was done for whom has stayed behind."
try "Join g1 again" c1 join 1
run until answered 2 on c2 within 2s
expect broken exactly-once
note "g2 knows nothing of what was done, and does it again."
lift all
c2 get 3
run until answered 3 on c2 within 1s
note "c2 reads abb."
run for 50ms
"#,
    ..PART
};

const DELETED_LATE: Scenario = Scenario {
    number: 29,
    id: "deleted-late",
    title: "Deleted, but not too early",
    question: "When may a group forget what it has given away?",
    look_for: "Only the group that has it can say so, and whoever leads it next says it again.",
    property: SHARD_KEPT,
    script: r#"
scenario shardkv nodes=12 groups=3x3 clients=2 seed=6
run until leader of g1 within 2s
run until leader of g2 within 2s
run until leader of g0 within 2s
c1 join 1
c2 put 3 a
run until answered 1 on c2 within 2s
c1 join 2
run until settled 1 on g2 within 1s
hold DeleteShard
run for 500ms
expect settled 1 on g2
expect not settled 2 on g2
note "g2 has its five shards, and answers for them. That g1 may delete them is held by the network."
try "Let it through" release all
crash leader of g2
run until leader of g2 within 2s
run for 200ms
expect not settled 2 on g1
note "The leader that had asked crashes. The next one finds in its log that it has arrived, and asks again."
try "Crash g1's leader" crash leader of g1
lift all
restart down
release all
run until settled 2 on g1 within 2s
run until settled 2 on g2 within 2s
note "Whoever comes late finds it done. g1 keeps nothing that is g2's."
run for 50ms
"#,
    ..PART
};

const LAST_LEAVES: Scenario = Scenario {
    number: 30,
    id: "last-leaves",
    title: "The last one leaves",
    question: "What becomes of shards that nobody is to have?",
    look_for: "Who had them last keeps them, answers for nothing, and gives them to whoever joins.",
    property: SHARD_KEPT,
    script: r#"
scenario shardkv nodes=12 groups=3x3 clients=2 seed=9
run until leader of g1 within 2s
run until leader of g2 within 2s
run until leader of g0 within 2s
c1 join 1
c2 put 3 kept
run until answered 1 on c2 within 2s
note "g1 is the only group, and c2's put is done."
c1 leave 1
run for 400ms
c2 get 3
run for 300ms
expect not answered 2 on c2
note "The last group has left: configuration 2 gives every shard to nobody. g1 keeps what it has, and answers for nothing."
try "Let g1 join again" c1 join 1
try "Let g3 join" c1 join 3
c1 join 2
run until answered 2 on c2 within 3s
run until settled 3 on g2 within 2s
note "g2 joins, and pulls from who had it last. c2 reads what was written before."
run for 50ms
"#,
    ..PART
};
