//! Raft's twelve scenarios, one story in the order of the course's parts.
//!
//! Numbers are part of links and never reused; names of nodes in the notes hold
//! for the seed that stands in the script.

use crate::scenario::Scenario;

/// The scenarios.
pub const SCENARIOS: &[Scenario] = &[
    Scenario {
        number: 1,
        id: "first-election",
        title: "First election",
        look_for: "Timers race; the first to run out asks, and three of five votes make a leader.",
        part: "2A",
        breaks: &[],
        script: r#"
scenario raft nodes=5 seed=7
note "Five nodes, no leader. The first election timer to run out asks for votes (5.2)."
run until leader within 5s
note "n3 leads term 1: three of five votes make a leader (5.2). Its heartbeats keep the other timers from running out."
try "Crash the leader" crash leader
propose x1
run until committed 1 within 1s
note "Entry 1 is on three of five disks: committed (5.3)."
run for 200ms
propose x2
run for 200ms
propose x3
run for 200ms
try "Cut the leader off" isolate leader
propose x4
run for 200ms
propose x5
run for 200ms
propose x6
run for 200ms
propose x7
run for 200ms
propose x8
run for 200ms
propose x9
run for 200ms
propose x10
run for 200ms
propose x11
run for 200ms
propose x12
run for 200ms
propose x13
run for 200ms
propose x14
run for 200ms
propose x15
run for 200ms
note "Fifteen commands, each on a majority before it counts. Whatever happens to a minority now, they stay."
"#,
    },
    Scenario {
        number: 2,
        id: "split-vote",
        title: "Split vote",
        look_for: "Three ask at once: two votes, two votes, one. Nobody wins, and chance breaks \
                   the tie.",
        part: "2A",
        breaks: &[],
        script: r#"
scenario raft nodes=5 seed=7
fire n1 n3 n5 election
note "Three timers run out at the same moment: three candidates of term 1, each with its own vote (5.2)."
run for 16ms
note "n3 and n5 have two votes, n1 has one. A node gives one vote a term, so nobody can get three."
try "Another three at once" fire n1 n3 n5 election
run until leader within 5s
note "n4 drew the shortest time-out and asked before anybody else: it leads term 2. Chance breaks the tie (5.2)."
try "Crash the leader" crash leader
run for 300ms
"#,
    },
    Scenario {
        number: 3,
        id: "deaf-node",
        title: "The node that cannot hear",
        look_for: "Cut one direction only. A follower that hears nothing topples every leader; a \
                   leader that hears nothing reigns and commits nothing.",
        part: "2A",
        breaks: &[],
        script: r#"
scenario raft nodes=5 seed=7
fire n1 election
run until leader n1 within 1s
propose x1
run until committed 1 on all within 1s
cut n1 n2 n3 n4 -> n5
note "n5 can speak and cannot hear. No heartbeat reaches it, so its election timer runs out."
try "Mend the network" mend all
run until no leader within 2s
note "n5's request carries a newer term, and the leader steps down for it (5.1), though n5 can never count a vote."
run until leader within 2s
run until no leader within 2s
note "Again: a leader of a higher term, toppled by a node that cannot lead. PreVote would ask first (dissertation 9.6)."
mend all
run until leader within 5s
run for 100ms
cut followers -> leader
note "Now the leader cannot hear. Its heartbeats arrive, so nobody else asks for votes; no answer comes back."
propose x2
try "Mend the network" mend all
run for 800ms
note "It reigns and commits nothing: x2 is on all five disks, and it knows of one. CheckQuorum would make it step down (dissertation 6.2)."
mend all
run until committed 2 on all within 1s
note "It hears again: the next answers commit x2."
run for 100ms
"#,
    },
    Scenario {
        number: 4,
        id: "one-command",
        title: "One command, five logs",
        look_for: "Append, third copy commits, and the followers hear of it with the next message.",
        part: "2B",
        breaks: &[],
        script: r#"
scenario raft nodes=5 seed=7
run until leader within 5s
run for 60ms
note "The leader takes a command: it appends it to its own log first, and sends it to all (5.3)."
propose x=3
try "Cut off two followers" isolate n4 n5
run until log 1 on n1 n2 within 1s
run for 1ms
note "It is on three of five, and the leader does not know yet: their answers are on the way."
run until committed 1 within 1s
note "The third copy commits the entry, and the leader applies it. The others do not know yet."
run until committed 1 on all within 1s
note "With the next message the leader's commit index comes along, and everybody applies x=3."
try "Crash the leader" crash leader
propose y=4
run until committed 2 on all within 1s
run for 100ms
"#,
    },
    Scenario {
        number: 5,
        id: "leader-crash",
        title: "The leader crashes",
        look_for: "What was acknowledged survives; what was not may or may not.",
        part: "2B",
        breaks: &[],
        script: r#"
scenario raft nodes=5 seed=7
run until leader within 5s
propose x1
run until committed 1 on all within 1s
note "x1 is committed: a majority has it on disk, and the client was told (5.4)."
propose x2
run for 6ms
crash leader
note "The leader crashes with x2 on its own disk and in its messages. Nobody was told that x2 is committed."
try "Restart it" restart down
try "Crash another" crash n1
run until leader within 5s
note "n1 leads, and has x1: only a node whose log holds every committed entry can win (5.4.1). x2 arrived in time; it might as well not have."
propose x3
run until committed 3 within 1s
restart down
run until committed 3 on all within 2s
note "The old leader comes back as a follower and takes what it missed."
run for 100ms
"#,
    },
    Scenario {
        number: 6,
        id: "two-leaders",
        title: "Two leaders at once",
        look_for: "Cut off with one follower, the old leader takes commands it cannot commit. Two \
                   leaders, two terms: no contradiction.",
        part: "2B",
        breaks: &[],
        script: r#"
scenario raft nodes=5 seed=7
fire n1 election
run until leader n1 within 1s
propose x1
run until committed 1 on all within 1s
cut n1 n2 | n3 n4 n5
note "n1 leads term 1 and reaches only n2. It does not know."
propose n1 lost1
propose n1 lost2
try "Mend the network" mend all
run for 100ms
note "lost1 and lost2 are on n1 and n2: two of five. Nothing more can become of them while the cut lasts."
fire n3 election
run until leader n3 within 1s
note "The other side has a majority and elects a leader of term 2. Two leaders, two terms: no contradiction (5.2)."
propose kept
run until committed 2 on n3 n4 n5 within 1s
note "The majority commits another entry 2. Those of n1 cannot be committed any more."
try "Mend the network" mend all
mend all
run until committed 2 on all within 2s
note "Mended, n1 hears of term 2, steps down, and its two entries are overwritten."
run for 100ms
"#,
    },
    Scenario {
        number: 7,
        id: "figure-7",
        title: "Figure 7: six logs that disagree",
        look_for: "A leader of term 8 repairs six different logs without touching its own.",
        part: "2B",
        breaks: &[],
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
note "Figure 7: entries missing in (a) and (b), too many in (c) and (d), both in (e) and (f)."
fire n1 election
run until leader n1 within 1s
note "n1 leads term 8. Its first message to each asks: does your log agree before this place (5.3)?"
try "Crash the leader in the middle" crash n1
run until log 10 on n2 n3 within 2s
note "(a) and (b) have what they missed. (e) and (f) still disagree: the leader goes back by whole terms to find where."
try "Another command" propose y=9
propose x=8
note "A new entry at index 11 takes the place of what (c) and (d) have too much."
run until committed 11 on all within 3s
note "All logs agree with the leader's, which only ever grew (Leader Append-Only)."
run for 100ms
"#,
    },
    Scenario {
        number: 8,
        id: "everyone-crashes",
        title: "Everyone crashes",
        look_for: "Term, vote and log come back; the commit index does not, until the new term \
                   has an entry of its own.",
        part: "2C",
        breaks: &[],
        script: r#"
scenario raft nodes=5 seed=7
run until leader within 5s
propose x1
propose x2
propose x3
run until committed 3 on all within 1s
note "Three entries are committed on all five."
crash all
note "All crash. What was in memory is gone: roles, timers, commit index."
try "Restart only two" restart n1 n2
run for 100ms
restart all
note "Term, vote and log come back from the disk (Figure 2, persistent state). The commit index is 0 everywhere."
run until leader within 5s
run for 150ms
note "There is a leader again, and still nothing is committed: it may not count copies of older terms (5.4.2)."
try "Send a command" propose x4
propose x4
run until committed 4 on all within 1s
note "An entry of its own term commits, and with it everything before."
run for 100ms
"#,
    },
    Scenario {
        number: 9,
        id: "vote-forgotten",
        title: "A vote forgotten",
        look_for: "A disk that lies about one save: two leaders in one term.",
        part: "2C",
        breaks: &["election-safety"],
        script: r#"
scenario raft nodes=3 seed=7
lie n2
set save 400ms on n2
cut n1 | n3
note "n2's disk says that a save is done long before it is. n1 and n3 cannot reach each other."
try "An honest disk" honest n2
fire n1 election
run until leader n1 within 1s
note "n1 leads term 1 by the vote of n2, which is not on n2's disk."
crash n2
restart n2
note "n2 crashes and comes back without its vote: it was promised to be on disk (Figure 2: before responding to RPCs)."
try "Mend the network" mend all
fire n3 election
run until broken election-safety within 1s
note "n2 votes again in term 1, now for n3. Two leaders in one term: Election Safety is broken (5.2)."
run for 100ms
"#,
    },
    Scenario {
        number: 10,
        id: "late-mail",
        title: "Late mail",
        look_for: "A letter of term 1 is held and delivered in term 3, twice. It is refused, with \
                   the reason.",
        part: "2C",
        breaks: &[],
        script: r#"
scenario raft nodes=3 seed=7
fire n1 election
run until leader n1 within 1s
run for 30ms
cut n1 -> n2
duplicate next AppendEntries n1 -> n3
hold next AppendEntries n1 -> n3
propose n1 old
note "n1 sends an entry of term 1 to n3. The letter and a copy of it are held on their way; n2 is out of reach."
try "Let it through" release all
run for 5ms
crash n1
mend all
fire n3 election
run until leader n3 within 1s
note "n1 is gone. n3 leads term 2, and has never heard of that entry."
run for 30ms
fire n2 election
run until leader n2 within 1s
propose new
run until committed 1 on n2 n3 within 1s
note "n2 leads term 3. Another entry 1 is committed, on n2 and n3; n1 is still down."
try "Deliver the old letter" release all
release all
run for 30ms
note "The letter of term 1 arrives in term 3, twice. n3 refuses it and answers with its own term (5.1)."
crash n2
restart n1
run until leader within 5s
note "n1 still has the old entry and cannot win with it: n3's log is newer (5.4.1). Had n3 taken the letter, the committed entry would be gone."
run for 100ms
"#,
    },
    Scenario {
        number: 11,
        id: "figure-8",
        title: "Figure 8: three copies are not enough",
        look_for: "An entry of an older term on three of five disks can still be overwritten.",
        part: "2C",
        breaks: &[],
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
note "(a) S1 leads term 2. Its entry at index 2 is on S1 and S2."
crash n1
mend all
fire n5 election
run until leader n5 within 1s
isolate n5
propose n5 three
run for 5ms
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
note "(d) S1 has crashed. S5 leads term 5: its last term, 3, is newer than that of S2, S3 and S4 (5.4.1)."
propose n5 five
run until committed 3 on n2 n3 n4 within 1s
note "(d) The entry of term 2 is overwritten on S2 and S3, though it was on a majority. Had it counted as committed, this would be its loss."
run for 100ms
"#,
    },
    Scenario {
        number: 12,
        id: "too-far-behind",
        title: "Too far behind",
        look_for: "A slow follower falls behind the trim point; the snapshot comes in chunks, one \
                   is lost, the tail follows.",
        part: "2D",
        breaks: &[],
        script: r#"
scenario raft nodes=3 seed=7 chunk=16
fire n1 election
run until leader n1 within 1s
propose x1
run until committed 1 on all within 1s
isolate n3
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
note "The others have put entries 1 to 5 into a snapshot and trimmed their logs (7). Entry 2, which n3 needs next, is gone."
run for 10ms
drop next InstallSnapshot n1 -> n3
mend all
run until log 6 on n3 within 5s
note "The snapshot came in pieces; one was lost and sent again (Figure 13). The tail follows as ordinary entries."
run until committed 6 on n3 within 1s
try "Crash it" crash n3
run for 100ms
"#,
    },
];
