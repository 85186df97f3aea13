//! Runs of the store, played from scripts.

use std::rc::Rc;

use crate::check::kv::KvChecks;
use crate::labs::kv::KvLab;
use crate::moment::Moment;
use crate::open;
use crate::scenario::Script;
use crate::scene::{Advanced, Limits, Scene};
use netsplit_core::history::Op;
use netsplit_core::kv::message::{Call, Reply};
use netsplit_core::replicated::service::Text as _;
use netsplit_core::time::Time;

/// Plays a script to its end.
fn play(text: &str) -> Scene<KvLab> {
    let script = Script::parse(text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    let world = open::world::<KvLab>(&script.setup).expect("the setup is right");
    let lines = open::lines(&script);
    let mut scene = Scene::new(world, Rc::clone(&lines), Limits::default());
    let end = Moment::after(Time::from_micros(60_000_000));
    while !scene.script_is_done() {
        match scene.advance(&[], end) {
            Advanced::Reached | Advanced::Stopped(_) => break,
            _ => {}
        }
    }
    assert_eq!(scene.skipped(), [], "{text}");
    scene
}

fn said(checks: &KvChecks) -> Vec<String> {
    let history = checks.history().iter();
    let reply = |op: &Op<Call, Reply>| op.reply().map_or("?".to_owned(), Reply::to_text);
    history.map(|(_, op)| format!("{} {}: {}", op.node, op.call, reply(op))).collect()
}

#[test]
fn a_store_answers_through_a_crash_of_its_leader() {
    let scene = play(
        "scenario kv nodes=3 clients=2 seed=4
         run until leader within 2s
         c1 put x 1
         run until answered 1 on c1 within 2s
         crash leader
         c2 get x
         run until answered 1 on c2 within 3s
         restart down
         c1 append x 2
         c2 get x at n1
         run until answered 2 on clients within 2s
         run for 500ms",
    );
    assert_eq!(scene.broken(), []);
    let expected = ["c1 put x 1: done", "c2 get x: = 1", "c1 append x 2: done", "c2 get x: = 1"];
    assert_eq!(said(scene.checks()), expected);
}
