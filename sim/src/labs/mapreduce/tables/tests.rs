//! A run over a table that is filled on demand is the run over one that was full.

use std::rc::Rc;

use netsplit_core::time::Time;

use super::*;
use crate::labs::mapreduce::MapReduceLab;
use crate::moment::Moment;
use crate::open;
use crate::scenario::Script;
use crate::scene::{Deed, Limits, Stop};
use crate::timeline::{Progress, Timeline};
use crate::verb::NotPossible;

/// A time line of a job with these options.
fn timeline(job: &str, options: &str) -> Timeline<MapReduceLab> {
    let text = format!("scenario mapreduce nodes=4 clients=1 seed=3 job={job} {options}\n");
    let script = Script::parse(&text).expect("the script of a test is right");
    let world = open::world(&script.setup).expect("so is its setup");
    Timeline::new(world, Rc::from([]), Limits::default())
}

/// Computes what is wanted; returns how many results that were.
fn fill(name: &str, job: &str) -> usize {
    let asks = wanted();
    for (of, ask) in &asks {
        assert_eq!(of, name);
        assert!(insert(name, ask, ask.made_by(&*functions(job))));
        let other = match ask.made_by(&*functions(job)) {
            Made::Mapped(_) => Made::Reduced(Default::default()),
            Made::Reduced(_) => Made::Mapped(Default::default()),
        };
        assert!(!insert(name, ask, other), "it is none of what was asked");
    }
    assert!(!insert("nobody", &Wanted::Reduce { buckets: vec![], grouped: true }, {
        Made::Reduced(Default::default())
    }));
    asks.len()
}

fn crash() -> Deed {
    let n2 = netsplit_core::id::NodeId::from_index(1);
    let who = crate::verb::Selector::node(n2);
    Deed::Verb(crate::verb::Verb::Crash { who, kept: 0, torn: 0 })
}

fn at(millis: u64) -> Moment {
    Moment::after(Time::from_micros(millis * 1_000))
}

/// Moves a time line, and fills the table whenever it stops for that; returns how often it did.
fn moved(
    timeline: &mut Timeline<MapReduceLab>,
    name: &str,
    job: &str,
    by: impl Fn(&mut Timeline<MapReduceLab>) -> Progress,
) -> usize {
    for times in 0.. {
        let before = timeline.clone();
        match by(timeline) {
            Progress::Stopped(Stop::Wants) => assert!(fill(name, job) > 0),
            _ => return times,
        }
        // It is where a step more was too much, and no further.
        assert!(timeline.scene().world.steps() >= before.scene().world.steps());
    }
    unreachable!("it goes on for ever, or returns")
}

#[test]
fn a_table_that_is_filled_on_demand_gives_the_same_run() {
    let check = |job: &str, options: &str, waves: std::ops::RangeInclusive<usize>| {
        let name = format!("filled-{job}-{}", options.len());
        bring_filled(&name);
        let (mut direct, mut filled) = (timeline(job, options), timeline(&name, options));
        for millis in [1, 700, 4_000, 60_000] {
            direct.run_to(at(millis), u64::MAX);
            let times = moved(&mut filled, &name, job, |it| it.run_to(at(millis), u64::MAX));
            assert!(millis != 1 || waves.contains(&times), "{options}: {times} times");
            let print = |it: &Timeline<MapReduceLab>| {
                (it.moment(), it.scene().world.steps(), it.scene().world.fingerprint())
            };
            assert_eq!(print(&filled), print(&direct), "{options} at {millis} ms");
        }
        // Nothing is asked on the way back, or on another branch.
        let before = wanted_so_far();
        filled.seek(at(300), u64::MAX);
        filled.act(crash()).expect("n2 is up");
        filled.run_to(at(300_000), u64::MAX);
        assert_eq!((wanted_so_far(), filled.branches().len()), (before, 2));
    };
    // Maps of all splits, then all reduces.
    check("wc", "", 2..=2);
    check("wc", "disk=shared combine=off", 2..=2);
    // Each job of a chain reads what the one before has written.
    check("page-rank", "input=graph rounds=2", 4..=4);
    // Records are found one by one, in all splits at once.
    check("fragile-wc", "input=fragile splits=5", 3..=12);
}

#[test]
fn a_step_or_an_act_that_wants_something_has_not_been() {
    bring_filled("filled-steps");
    let mut timeline = timeline("filled-steps", "");
    let untouched = timeline.scene().clone();
    assert!(!timeline.step(), "the first step wants all maps");
    assert_eq!(*timeline.scene(), untouched);
    assert_eq!(wanted().len(), 8);
    assert_eq!(timeline.act(crash()), Err(NotPossible::Wants));
    assert_eq!(*timeline.scene(), untouched);
    assert!(timeline.branch().acts().is_empty());
    assert_eq!(fill("filled-steps", "wc"), 8);
    assert!(!timeline.step(), "then it wants all reduces");
    assert_eq!(fill("filled-steps", "wc"), 4);
    assert!(timeline.step());
    timeline.act(crash()).expect("n2 is up");
}

#[test]
fn a_mistake_asks_for_what_nobody_foresaw() {
    let name = "filled-ungrouped";
    bring_filled(name);
    let mut timeline = timeline(name, "mistake=MR09");
    let times = moved(&mut timeline, name, "wc", |it| it.run_to(at(60_000), u64::MAX));
    assert!(times > 2, "reduces that do not sort are asked for when they begin: {times}");
}
