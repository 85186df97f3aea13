//! Part 2A: who leads, and why exactly one does.

use netsplit_core::id::NodeId;
use netsplit_core::time::Span;

use crate::check::raft::property::ELECTION_SAFETY;
use crate::scenario::{Line, Scenario, Script, Setup, Switch};
use crate::verb::{Condition, Selector, Verb};

/// The scenarios of the part.
pub(super) const SCENARIOS: &[Scenario] = &[FIRST_ELECTION, SPLIT_VOTE, DEAF_NODE];

/// The script of the first scenario as it is read: the page's first view shows it before there
/// is anything that reads.
pub fn first_script() -> Script {
    let [n1, n2, n3] = [0, 1, 2].map(NodeId::from_index);
    let some = |nodes: &[NodeId]| Some(Selector::Nodes(nodes.to_vec()));
    let expect = |condition| Line::Expect { condition, holds: true };
    let until = |condition, seconds: u64| {
        let within = Some(Span::from_millis(1_000 * seconds));
        Line::RunUntil { condition, within }
    };
    let note = |text: &str| Line::Note { at: None, text: text.to_owned() };
    let offer = |label: &str, verb| Line::Try { label: label.to_owned(), verb };
    let propose = |number: u32| {
        let verb = Verb::Ask(Selector::Leader, format!("propose x{number}").into());
        Line::Act { at: None, verb }
    };
    let pause = || Line::RunFor(Span::from_millis(200));
    let mut lines = vec![
        expect(Condition::NoLeader),
        note("Five nodes, no leader. The first election timer to run out asks for votes (5.2)."),
        until(Condition::Leader(None), 5),
        expect(Condition::Leader(Some(n3))),
        expect(Condition::Term(1, some(&[n3]))),
        note(
            "n3 leads term 1: three of five votes make a leader (5.2). Its heartbeats keep the other timers from running out.",
        ),
        offer("Crash the leader", Verb::Crash { who: Selector::Leader, kept: 0, torn: 0 }),
        propose(1),
        until(Condition::Committed(1, None), 1),
        expect(Condition::Log(1, some(&[n1, n2, n3]))),
        note("Entry 1 is on three of five disks: committed (5.3)."),
        pause(),
        propose(2),
        pause(),
        propose(3),
        pause(),
        offer("Cut the leader off", Verb::Isolate(Selector::Leader)),
    ];
    lines.extend((4..=15).flat_map(|number| [propose(number), pause()]));
    lines.extend([
        expect(Condition::Committed(15, None)),
        expect(Condition::Committed(14, Some(Selector::All))),
        note(
            "Fifteen commands, each on a majority before it counts. Whatever happens to a minority now, they stay.",
        ),
    ]);
    let setup = Setup {
        nodes: 5,
        seed: 7,
        ..Setup::of(crate::labs::lab("raft").expect("it is in the list"))
    };
    Script { setup, lines: (3..).zip(lines).collect() }
}

/// What scenarios of the part have in common unless they say otherwise.
const PART: Scenario = Scenario {
    number: 0,
    id: "",
    title: "",
    question: "",
    look_for: "",
    part: "2A",
    section: "5.2",
    property: ELECTION_SAFETY,
    breaks: &[],
    script: "",
    switches: &[],
    branches: &[],
};

pub(super) const FIRST_ELECTION: Scenario = Scenario {
    number: 1,
    id: "first-election",
    title: "First election",
    question: "Who becomes the leader, and why only one?",
    look_for: "Timers race; the first to run out asks, and three of five votes make a leader.",
    script: r#"
scenario raft nodes=5 seed=7
expect no leader
note "Five nodes, no leader. The first election timer to run out asks for votes (5.2)."
run until leader within 5s
expect leader n3
expect term 1 on n3
note "n3 leads term 1: three of five votes make a leader (5.2). Its heartbeats keep the other timers from running out."
try "Crash the leader" crash leader
propose x1
run until committed 1 within 1s
expect log 1 on n1 n2 n3
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
expect committed 15
expect committed 14 on all
note "Fifteen commands, each on a majority before it counts. Whatever happens to a minority now, they stay."
"#,
    switches: &[Switch { label: "Another timer first", shows: &ANOTHER_TIMER }],
    ..PART
};

const ANOTHER_TIMER: Scenario = Scenario {
    number: 101,
    id: "first-election-another-timer",
    title: "First election, another timer first",
    look_for: "n5 asks first, so n5 leads: the election cares for nothing but votes.",
    script: r#"
scenario raft nodes=5 seed=7
expect no leader
note "The same five nodes. This time n5's timer is the first to run out."
fire n5 election
run for 12ms
expect term 1 on n5
expect no leader
note "n5 asks for votes in term 1. Who hears it first gives it the only vote of that term (5.2)."
run until leader within 5s
expect leader n5
note "n5 leads term 1. All logs are empty, so whoever asks first wins: any node will do."
try "Crash the leader" crash leader
propose x1
run until committed 1 within 1s
try "Cut the leader off" isolate leader
run for 300ms
"#,
    ..PART
};

const SPLIT_VOTE: Scenario = Scenario {
    number: 2,
    id: "split-vote",
    title: "Split vote",
    question: "What if several ask at the same moment?",
    look_for: "Three ask at once: two votes, two votes, one. Nobody wins, and chance breaks the \
               tie. With five up, two candidates cannot split.",
    script: r#"
scenario raft nodes=5 seed=7
fire n1 n3 n5 election
expect term 1 on n1 n3 n5
note "Three timers run out at the same moment: three candidates of term 1, each with its own vote (5.2)."
run for 16ms
expect no leader
expect term 1 on all
note "n3 and n5 have two votes, n1 has one. A node gives one vote a term, so nobody can get three."
try "Another three at once" fire n1 n3 n5 election
run until leader within 5s
expect leader n4
expect term 2 on n4
note "n4 drew the shortest time-out and asked before anybody else: it leads term 2. Chance breaks the tie (5.2)."
try "Crash the leader" crash leader
run for 300ms
"#,
    switches: &[Switch { label: "Same time-outs for all", shows: &SAME_TIMEOUTS }],
    ..PART
};

const SAME_TIMEOUTS: Scenario = Scenario {
    number: 201,
    id: "split-vote-same-time-outs",
    title: "Split vote, same time-outs for all",
    look_for: "All draw the same time-out, so all ask at once, again and again: never a leader.",
    script: r#"
scenario raft nodes=5 seed=7 mistake=EL25
fire n1 n3 n5 election
expect term 1 on n1 n3 n5
note "The same split vote. But here every node waits for the same time before it asks."
run for 16ms
expect no leader
note "Two votes, two votes, one: nobody has three. Now all wait equally long."
try "Let one ask alone" fire n2 election
run for 700ms
expect no leader
expect term 3
note "All timers run out together, and everybody votes for itself: one vote each. So it goes in every term."
run for 3s
expect no leader
expect term 10
note "Ten terms and no leader. Time-outs drawn by chance are what makes elections end (5.2)."
try "Crash two of them" crash n4 n5
run for 300ms
"#,
    ..PART
};

const DEAF_NODE: Scenario = Scenario {
    number: 3,
    id: "deaf-node",
    title: "The node that cannot hear",
    question: "What harm can a node do that speaks and cannot hear?",
    look_for: "Cut one direction only. A follower that hears nothing topples every leader; a \
               leader that hears nothing reigns and commits nothing.",
    section: "5.1, 5.2; dissertation 6.2, 9.6",
    script: r#"
scenario raft nodes=5 seed=7
fire n1 election
run until leader n1 within 1s
propose x1
run until committed 1 on all within 1s
cut n1 n2 n3 n4 -> n5
expect leader n1
note "n5 can speak and cannot hear. No heartbeat reaches it, so its election timer runs out."
try "Mend the network" mend all
run until no leader within 2s
expect term 2 on n5
note "n5's request carries a newer term, and the leader steps down for it (5.1), though n5 can never count a vote."
run until leader within 2s
run until no leader within 2s
expect term 4 on n5
note "Again: a leader of a higher term, toppled by a node that cannot lead. PreVote would ask first (dissertation 9.6)."
mend all
run until leader within 5s
run for 100ms
cut followers -> leader
expect leader n5
note "Now the leader cannot hear. Its heartbeats arrive, so nobody else asks for votes; no answer comes back."
propose x2
try "Mend the network" mend all
run for 800ms
expect log 2 on all
expect not committed 2
note "It reigns and commits nothing: x2 is on all five disks, and it knows of one. CheckQuorum would make it step down (dissertation 6.2)."
mend all
run until committed 2 on all within 1s
note "It hears again: the next answers commit x2."
run for 100ms
"#,
    switches: &[
        Switch { label: "PreVote", shows: &DEAF_PRE_VOTE },
        Switch { label: "CheckQuorum", shows: &DEAF_CHECK_QUORUM },
    ],
    ..PART
};

const DEAF_PRE_VOTE: Scenario = Scenario {
    number: 301,
    id: "deaf-node-pre-vote",
    title: "The node that cannot hear, with PreVote",
    look_for: "It asks first whether it would be elected, hears no answer, and topples nobody.",
    section: "dissertation 9.6",
    script: r#"
scenario raft nodes=5 seed=7 pre-vote=on
fire n1 election
run until leader n1 within 1s
propose x1
run until committed 1 on all within 1s
cut n1 n2 n3 n4 -> n5
expect leader n1
note "n5 can speak and cannot hear, as before. But with PreVote it must ask first whether it would be elected."
try "Mend the network" mend all
run for 600ms
expect leader n1
expect not term 2
note "n5 has asked, several times, and hears no answer. So it never raises its term, and n1 leads on (dissertation 9.6)."
propose x2
run until committed 2 on n1 n2 n3 n4 within 1s
expect not committed 2 on n5
note "The four others go on as if nothing were."
try "Crash the leader" crash leader
mend all
run until committed 2 on all within 1s
expect leader n1
expect not term 2
note "Mended, n5 takes what it missed. There was one leader and one term all the time."
run for 100ms
"#,
    ..PART
};

const DEAF_CHECK_QUORUM: Scenario = Scenario {
    number: 302,
    id: "deaf-node-check-quorum",
    title: "The node that cannot hear, with CheckQuorum",
    look_for: "A leader that hears of no majority for an election time-out steps down by itself.",
    section: "dissertation 6.2",
    script: r#"
scenario raft nodes=5 seed=7 pre-vote=on check-quorum=on
fire n1 election
run until leader n1 within 1s
propose x1
run until committed 1 on all within 1s
cut followers -> leader
expect leader n1
note "The leader cannot hear. Its heartbeats arrive, no answer comes back. But with CheckQuorum it counts who answers."
propose lost
try "Mend the network" mend all
run until no leader within 2s
expect term 1 on n1
note "For a whole election time-out it has heard no majority, so it steps down (dissertation 6.2)."
run until leader within 3s
expect not leader n1
expect term 2
note "Another node, one that hears, is elected. The cluster works again, without anybody's help."
try "Crash the leader" crash leader
propose x2
run until committed 2 within 2s
run for 100ms
"#,
    ..PART
};
