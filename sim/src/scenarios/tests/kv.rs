//! What clients of the store are told in each of its scenarios: what the notes say of values.

use netsplit_core::history::{Op, Outcome};
use netsplit_core::kv::message::{Call, Reply};
use netsplit_core::replicated::server::Server;
use netsplit_core::replicated::service::Text;

use super::{Show, node, start_of};
use crate::labs::kv::{KvLab, Node};

fn finished(id: &str) -> Show<KvLab> {
    let mut show = start_of(id, &[]);
    show.finish();
    show
}

/// Each operation with what came of it: `c1 put x 1: done`.
fn said(show: &Show<KvLab>) -> Vec<String> {
    let outcome = |op: &Op<Call, Reply>| match &op.outcome {
        Outcome::Ok(reply) => reply.to_text(),
        Outcome::Failed => "failed".to_owned(),
        Outcome::Unknown if op.returned.is_some() => "nobody knows".to_owned(),
        Outcome::Unknown => "waits".to_owned(),
    };
    let history = show.tracer.scene().checks().history().iter();
    history.map(|(_, op)| format!("{} {}: {}", op.node, op.call, outcome(op))).collect()
}

fn server(show: &Show<KvLab>, number: u32) -> &Server<netsplit_core::kv::store::Store> {
    let machine = show.world().node(node(number)).machine();
    machine.and_then(Node::server).expect("the test asks for servers that are up")
}

#[test]
fn clients_are_told_what_the_notes_say() {
    let expected: &[(&str, &[&str])] = &[
        ("reply-lost", &["c1 put x a: done", "c1 append x b: done", "c2 get x: = ab"]),
        ("reply-lost-done-again", &["c1 put x a: done", "c1 append x b: done", "c2 get x: = abb"]),
        ("reply-lost-no-sessions", &["c1 put x a: done", "c1 append x b: done", "c2 get x: = abb"]),
        ("asked-twice", &["c1 put x a: done", "c1 append x b: done", "c2 get x: = ab"]),
        (
            "asked-twice-look-before",
            &["c1 put x a: done", "c1 append x b: done", "c2 get x: = abb"],
        ),
        (
            "session-over",
            &[
                "c1 put x 1: done",
                "c2 put y 1: done",
                "c3 put z 1: done",
                "c1 append x 2: nobody knows",
                "c1 append x 3: done",
            ],
        ),
        (
            "session-over-chosen",
            &[
                "c1 put x 1: done",
                "c2 put y 1: done",
                "c3 put z 1: done",
                "c1 append x 2: done",
                "c1 append x 3: done",
            ],
        ),
        ("who-leads", &["c1 put x 1: done", "c1 put x 2: done", "c1 put x 3: done"]),
        ("who-leads-never-another", &["c1 put x 1: done", "c1 put x 2: waits"]),
        ("minority-write", &["c1 append x 1: done", "c2 get x: = 1"]),
        ("minority-write-at-once", &["c1 append x 1: done", "c2 get x: = \"\""]),
        ("same-index", &["c1 put w 1: done", "c1 put x 1: done", "c2 put y 2: done"]),
        (
            "same-index-answered",
            &["c1 put w 1: failed", "c1 put x 1: done", "c2 put y 2: done", "c2 get x: = \"\""],
        ),
        ("hand-over", &["c1 put x 1: done", "c1 put x 2: done", "c1 get x: = 2"]),
        ("hand-over-crash", &["c1 put x 1: done", "c1 put x 2: done"]),
        ("stale-read", &["c1 put x old: done", "c1 put x new: done", "c3 get x: = new"]),
        ("stale-read-log", &["c1 put x old: done", "c1 put x new: done", "c3 get x: = new"]),
        (
            "stale-read-lease",
            &["c1 put x old: done", "c3 get x: = old", "c1 put x new: done", "c3 get x: = new"],
        ),
        (
            "stale-read-without-asking",
            &["c1 put x old: done", "c1 put x new: done", "c3 get x: = old"],
        ),
        ("slow-clock", &["c1 put x old: done", "c1 put x new: done", "c3 get x: = old"]),
        ("slow-clock-read-index", &["c1 put x old: done", "c1 put x new: done", "c3 get x: = new"]),
        ("slow-clock-within", &["c1 put x old: done", "c1 put x new: done", "c3 get x: waits"]),
        ("power-cut", &["c1 put x a: done", "c1 append x b: done", "c2 get x: = ab"]),
        ("power-cut-memory", &["c1 put x a: done", "c2 get x: = \"\""]),
        (
            "snapshot-restart",
            &[
                "c1 put x a: done",
                "c1 append x b: done",
                "c1 append x c: done",
                "c1 append x d: done",
                "c1 append x e: done",
                "c2 get x: = abcde",
            ],
        ),
        ("snapshot-restart-no-table", &["c1 append x a: done"]),
    ];
    for (id, expected) in expected {
        assert_eq!(said(&finished(id)), *expected, "{id}");
    }
}

#[test]
fn one_append_is_one_effect_though_the_log_holds_it_twice() {
    let mut show = finished("asked-twice");
    assert!(show.told("has done command 2 of session 2 before") >= 2);
    let appends = server(&show, 2).raft().log().iter().filter(|(_, entry)| {
        std::str::from_utf8(&entry.command).is_ok_and(|text| text.ends_with("append x b"))
    });
    assert_eq!(appends.count(), 2);
    show = finished("reply-lost");
    assert_eq!(show.told("c1 asks again: n1"), 1, "a follower gives the reply");
}

#[test]
fn two_sessions_are_kept_and_no_more() {
    let show = finished("session-over");
    for number in 1..=3 {
        let sessions: Vec<u64> =
            server(&show, number).sessions().iter().map(|(id, _)| id).collect();
        assert_eq!(sessions.len(), 2, "{sessions:?}");
    }
    assert_eq!(show.told("does nothing: session 2 is over"), 3, "on every server");
    assert_eq!(server(&finished("session-over-chosen"), 1).sessions().len(), 3);
}

#[test]
fn a_clerk_is_sent_on_and_remembers() {
    let show = finished("who-leads");
    assert!(show.told("c1 asks again: n5") >= 1, "somebody named it");
    assert_eq!(show.roles("leader"), [(node(3), 1), (node(5), 2)]);
    let other = finished("who-leads-never-another");
    assert_eq!(other.told("c1 asks again: n1") + other.told("c1 asks again: n2"), 0);
    assert!(other.told("c1 asks again: n3") >= 15);
}

#[test]
fn what_a_minority_had_is_in_the_log_once() {
    let show = finished("minority-write");
    for number in 1..=5 {
        let log = server(&show, number).raft().log();
        let appends = log.iter().filter(|(_, entry)| entry.command.ends_with(b"append x 1"));
        assert_eq!(appends.count(), 1, "n{number}");
    }
}

#[test]
fn a_stop_costs_no_election_time_out() {
    let mut show = start_of::<KvLab>("hand-over", &[]);
    show.reach(|_, world| crate::verb::leader(world) == Some(node(3)));
    show.reach_note("n3 leads");
    let stopped = show.world().now();
    show.reach(|_, world| crate::verb::leader(world) == Some(node(2)));
    let gap = show.world().now().since(stopped);
    assert!(gap.micros() < 40_000, "{gap:?}");
}

#[test]
fn each_way_to_read_waits_in_its_way() {
    let told = |id: &str, words: &str| finished(id).told(words);
    assert_eq!(told("stale-read-lease", "n3 answers a query as of entry 3, by its lease"), 1);
    assert_eq!(told("stale-read", "n3 answers a query"), 0);
    assert_eq!(told("stale-read-log", "n3 answers a query"), 0);
    assert_eq!(told("slow-clock", "n3 answers a query as of entry 3, by its lease"), 1);
    assert_eq!(told("slow-clock-within", "n3 answers a query"), 0);
}

#[test]
fn servers_have_the_same_state_however_they_came_to_it() {
    let show = finished("snapshot-restart");
    assert!(show.told("n3 starts from the snapshot") >= 1);
    assert_eq!(show.told("n3 answers c1: done"), 5, "the last one from its snapshot");
    for number in 2..=3 {
        assert_eq!(server(&show, number).service(), server(&show, 1).service());
        assert_eq!(server(&show, number).sessions(), server(&show, 1).sessions());
    }
    let log = server(&show, 1).raft().log();
    assert!(log.bytes() < 180, "{} bytes", log.bytes());
}

#[test]
fn every_call_of_a_busy_key_has_its_moment() {
    let show = finished("hot-key");
    let checks = show.tracer.scene().checks();
    assert_eq!(checks.history().iter().filter(|(_, op)| op.returned.is_some()).count(), 45);
    assert_eq!(checks.points().map(|points| points.len()), Some(45));
}
