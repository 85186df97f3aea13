//! Runs of the store, looked at while they go on, go back and branch.

use netsplit_sim::link::What;
use netsplit_sim::moment::Moment;
use netsplit_sim::run::OpOutcome;
use netsplit_sim::scenario::Script;
use netsplit_sim::verb::{Selector, Verb};

use super::*;
use crate::state::play::Play;

const TEXT: &str = "scenario kv nodes=3 clients=2 seed=4 work=on\n";

fn opened() -> Play {
    let script = Script::parse(TEXT).expect("it is a script");
    Play::new(What::Written(TEXT.into()), script, Vec::new()).expect("it can be opened")
}

fn to(millis: u64) -> Moment {
    Moment::after(Time::from_micros(millis * 1_000))
}

fn look(asked: &mut Asked, play: &Play) {
    asked.catch_up(&*play.run, play.shown_branch(), std::iter::empty());
}

/// What is known after many looks is what one look finds.
fn check(asked: &Asked, play: &Play) {
    let mut fresh = Asked::default();
    look(&mut fresh, play);
    assert_eq!(asked.ops(), fresh.ops());
    assert_eq!(asked.done, fresh.done);
    assert_eq!(asked.lanes(), fresh.lanes());
}

#[test]
fn it_grows_by_what_has_changed() {
    let (mut play, mut asked) = (opened(), Asked::default());
    for millis in (100..=2_000).step_by(70) {
        play.advance(to(millis), u64::MAX);
        look(&mut asked, &play);
    }
    assert!(asked.ops().len() > 20, "{}", asked.ops().len());
    check(&asked, &play);
    let now = Time::from_micros(1_000_000);
    assert!(asked.called_by(now).iter().all(|op| op.called <= now));
    assert!(asked.done_by(now).all(|op| op.returned.is_some_and(|at| at <= now)));
    assert!(asked.done_by(now).all(|op| op.outcome != OpOutcome::Waiting));
}

#[test]
fn before_the_edge_all_of_the_branch_is_known() {
    let (mut play, mut asked) = (opened(), Asked::default());
    play.advance(to(2_000), u64::MAX);
    play.seek(to(500));
    look(&mut asked, &play);
    assert!(asked.ops().iter().any(|op| op.called > Time::from_micros(1_500_000)));
    play.seek(to(2_000));
    check(&asked, &play);
}

#[test]
fn another_branch_and_an_act_taken_back_are_looked_at_anew() {
    let (mut play, mut asked) = (opened(), Asked::default());
    play.advance(to(2_000), u64::MAX);
    look(&mut asked, &play);
    play.seek(to(1_000));
    let leader = play.run.standings().iter().position(|it| it.leads).expect("one leads");
    let who = Selector::node(NodeId::from_index(leader as u32));
    let crash = Verb::Crash { who, kept: 0, torn: 0 };
    play.act(crash).expect("it can crash");
    play.advance(to(2_500), u64::MAX);
    look(&mut asked, &play);
    check(&asked, &play);
    play.undo();
    play.advance(to(2_600), u64::MAX);
    look(&mut asked, &play);
    check(&asked, &play);
}

#[test]
fn points_lie_within_their_operations() {
    let (mut play, mut asked) = (opened(), Asked::default());
    play.advance(to(1_500), u64::MAX);
    look(&mut asked, &play);
    asked.work_out_points(&*play.run);
    let steps = play.run.steps();
    assert!(!asked.has_no_order(steps));
    let done: Vec<&OpShown> = asked.done_by(Time::from_micros(1_500_000)).collect();
    for op in done.iter().filter(|op| op.outcome == OpOutcome::Ok) {
        let point = asked.point(op.id, steps).expect("it took effect");
        assert!(op.called <= point && op.returned.is_some_and(|returned| point <= returned));
    }
    assert_eq!(asked.point(done[0].id, steps + 1), None, "it is of another moment");
}
