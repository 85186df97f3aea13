//! Once, however often it is asked for: what a session keeps, and when it ends.

use super::PART;
use crate::check::kv::property::{EXACTLY_ONCE, LINEARIZABLE};
use crate::scenario::{Scenario, Switch};

/// The scenarios about sessions.
pub(super) const SCENARIOS: &[Scenario] = &[REPLY_LOST, ASKED_TWICE, SESSION_OVER];

const REPLY_LOST: Scenario = Scenario {
    number: 13,
    id: "reply-lost",
    title: "The reply is lost",
    question: "How often is a command done that is asked for twice?",
    look_for: "The clerk asks again under the same number; a session remembers what was answered.",
    script: r#"
scenario kv nodes=3 clients=2 seed=7
run until leader n3 within 2s
c1 put x a
run until answered 1 on c1 within 2s
note "c1 has a session at the store, and its first command is done: x holds a."
drop next ClientReply to c1
c1 append x b
run for 60ms
expect committed 4 on n3
expect not answered 2 on c1
note "The append of b is committed and done. The reply is lost, and c1 cannot tell that from a lost question."
try "Crash the leader" crash leader
run until answered 2 on c1 within 2s
expect not log 5
expect not broken
note "After 100 ms c1 asks again under the same number, n1 this time. n1's copy of the session has the reply, and n1 gives it (6.3): the log has not grown."
try "Append once more" c1 append x b
c2 get x
run until answered 1 on c2 within 2s
note "c2 reads ab. Two questions, one effect."
run for 50ms
"#,
    switches: &[
        Switch { label: "Do it again", shows: &REPLY_LOST_DONE_AGAIN },
        Switch { label: "No sessions", shows: &REPLY_LOST_NO_SESSIONS },
    ],
    ..PART
};

const REPLY_LOST_DONE_AGAIN: Scenario = Scenario {
    number: 1301,
    id: "reply-lost-done-again",
    title: "The reply is lost, and the command is done again",
    look_for: "The servers know that it was done and do it all the same: abb.",
    breaks: &[EXACTLY_ONCE, LINEARIZABLE],
    script: r#"
scenario kv nodes=3 clients=2 seed=7 mistake=KV01
run until leader n3 within 2s
c1 put x a
run until answered 1 on c1 within 2s
note "As before, x holds a. These servers keep the replies of sessions, and do not look at them."
drop next ClientReply to c1
c1 append x b
run for 60ms
expect committed 4 on n3
expect not answered 2 on c1
note "The append is done, and its reply is lost."
try "Crash the leader" crash leader
run until answered 2 on c1 within 2s
expect log 5 on n3
expect broken exactly-once
note "c1 asks again. The append is put into the log a second time, and done a second time (6.3)."
try "Append once more" c1 append x b
c2 get x
run until broken linearizable within 2s
note "c2 reads abb. No order of one append and a read allows that."
run for 50ms
"#,
    ..PART
};

const REPLY_LOST_NO_SESSIONS: Scenario = Scenario {
    number: 1302,
    id: "reply-lost-no-sessions",
    title: "The reply is lost, and there are no sessions",
    look_for: "Nobody remembers: each attempt is a command of its own.",
    breaks: &[LINEARIZABLE],
    property: LINEARIZABLE,
    script: r#"
scenario kv nodes=3 clients=2 seed=7 sessions=none
run until leader n3 within 2s
c1 put x a
run until answered 1 on c1 within 2s
note "x holds a. There are no sessions, and one entry of the log less: a command is done whenever it comes."
drop next ClientReply to c1
c1 append x b
run for 60ms
expect committed 3 on n3
expect not answered 2 on c1
note "The append is done, and its reply is lost."
try "Crash the leader" crash leader
run until answered 2 on c1 within 2s
expect log 4 on n3
expect not broken
note "c1 asks again, and the append is done again. Nobody has been told anything wrong yet."
try "Put if unchanged" c1 put-if x 3 c
c2 get x
run until broken linearizable within 2s
note "c2 reads abb. A command that says which version it must find, as put-if does, is done once all the same; an append is not (6.3)."
run for 50ms
"#,
    ..PART
};

const ASKED_TWICE: Scenario = Scenario {
    number: 14,
    id: "asked-twice",
    title: "Twice in the log",
    question: "What if two leaders log the same command?",
    look_for: "The new leader cannot see yet that the command will be done; it is found out when \
               entries are applied.",
    script: r#"
scenario kv nodes=3 clients=2 seed=7
run until leader n3 within 2s
c1 put x a
run until answered 1 on c1 within 2s
cut n1 n2 -> n3
c1 append x b
run for 40ms
expect log 4 on servers
expect not committed 4
note "The append of b is entry 4 of all three logs. n3 hears none of the answers, and cannot call it committed."
try "Mend it in time" mend all
crash n3
run until leader n2 within 2s
expect not committed 4
note "n3 crashes, and n2 leads. What is in its log from before it may not commit by itself (5.4.2)."
fire c1 retry
run for 20ms
expect log 6 on n2
expect not committed 4
note "c1 asks n2 for the append. Nothing says yet that it will be done, so n2 logs it again: entries 4 and 6."
try "Crash n1" crash n1
run until committed 6 on n2 within 1s
expect not broken
note "Both commit. At entry 6 the session says that this command was done: the same reply, and no effect (6.3)."
c2 get x
run until answered 1 on c2 within 2s
note "c2 reads ab. The log may hold a command twice; the state shows it once."
run for 50ms
"#,
    switches: &[Switch { label: "Look only before", shows: &ASKED_TWICE_LOOK_BEFORE }],
    ..PART
};

const ASKED_TWICE_LOOK_BEFORE: Scenario = Scenario {
    number: 1401,
    id: "asked-twice-look-before",
    title: "Twice in the log, looked for only before",
    look_for: "A leader looks whether a command was done before it logs it, and nobody looks after.",
    breaks: &[EXACTLY_ONCE, LINEARIZABLE],
    script: r#"
scenario kv nodes=3 clients=2 seed=7 mistake=KV02
run until leader n3 within 2s
c1 put x a
run until answered 1 on c1 within 2s
cut n1 n2 -> n3
c1 append x b
run for 40ms
expect log 4 on servers
expect not committed 4
note "As before: the append of b is entry 4 of all three logs, and not known to be committed."
try "Mend it in time" mend all
crash n3
run until leader n2 within 2s
fire c1 retry
run for 20ms
expect log 6 on n2
expect not committed 4
note "n2 leads. It looks whether the append was done: it was not, and n2 logs it again."
try "Crash n1" crash n1
run until committed 6 on n2 within 1s
expect broken exactly-once
note "Both commit and both take effect. When n2 looked was too early to know (6.3)."
c2 get x
run until broken linearizable within 2s
note "c2 reads abb."
run for 50ms
"#,
    ..PART
};

const SESSION_OVER: Scenario = Scenario {
    number: 15,
    id: "session-over",
    title: "A session is over",
    question: "What is a client told whose session was forgotten?",
    look_for: "Only two sessions are kept. The one that was not used for longest ends by an entry \
               of the log.",
    script: r#"
scenario kv nodes=3 clients=3 seed=7 sessions=2
run until leader n3 within 2s
c1 put x 1
run until answered 1 on c1 within 2s
c2 put y 1 at n3
run until answered 1 on c2 within 2s
expect not log 6
note "Two clients, two sessions. More are not kept."
try "Let c1 be the newest" c1 put x 2
c3 put z 1 at n3
run until answered 1 on c3 within 2s
expect log 7 on n3
note "c3 opens a third, as entry 6, and two are kept: whoever applies that ends the one that was not used for longest, c1's. All have the same log, and so end the same one (6.3)."
c1 append x 2
run until answered 2 on c1 within 2s
expect not answered 3 on c1
note "c1's append comes to a session that is over. It is not done; and whether it had been done before, nobody could say. So c1 is told neither done nor failed."
try "Ask for it again" c1 append x 2
c1 append x 3
run until answered 3 on c1 within 2s
expect log 10 on n3
note "For its next command c1 opens a new session. That ends another one."
run for 100ms
"#,
    switches: &[Switch { label: "No session ends", shows: &SESSION_OVER_CHOSEN }],
    ..PART
};

const SESSION_OVER_CHOSEN: Scenario = Scenario {
    number: 1501,
    id: "session-over-chosen",
    title: "No session is over",
    look_for: "The course's way: clerks choose their numbers, and every one is kept for ever.",
    script: r#"
scenario kv nodes=3 clients=3 seed=7 sessions=chosen
run until leader n3 within 2s
c1 put x 1
run until answered 1 on c1 within 2s
c2 put y 1 at n3
run until answered 1 on c2 within 2s
expect not log 4
note "Two clients, two sessions, and no entry to open them: each has drawn a number."
try "One more of c1" c1 put x 2
c3 put z 1 at n3
run until answered 1 on c3 within 2s
expect log 4 on n3
expect not log 5
note "c3 has a third. Nothing ends; what is kept grows with every client that ever was."
c1 append x 2
run until answered 2 on c1 within 2s
expect not log 6
note "c1's append is done as if no time had passed."
try "A second clerk of c1" c1 clerk 2 put x 9
c1 append x 3
run until answered 3 on c1 within 2s
expect log 6 on n3
note "And so is its next. The price is paid in memory, not in doubt."
run for 100ms
"#,
    ..PART
};
