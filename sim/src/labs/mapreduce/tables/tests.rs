//! A run over a table that is filled on demand is the run over one that was full.

use std::rc::Rc;

use netsplit_core::mapreduce::emit::Emit;
use netsplit_core::mapreduce::job::Combine;
use netsplit_core::time::Time;

use super::*;
use crate::fingerprint::Fingerprint;
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

/// A job under another name: the name is an option of the run, and so in its fingerprint.
#[derive(Debug)]
struct Named(String, Box<dyn Functions>);

impl Functions for Named {
    fn name(&self) -> &str {
        &self.0
    }

    fn map(&self, name: &str, text: &[u8], emit: &mut Emit) -> Result<(), u64> {
        self.1.map(name, text, emit)
    }

    fn reduce(&self, key: &[u8], values: &[&[u8]]) -> Vec<u8> {
        self.1.reduce(key, values)
    }

    fn combine(&self) -> Combine {
        self.1.combine()
    }

    fn partition(&self, key: &[u8], parts: u32) -> u32 {
        self.1.partition(key, parts)
    }
}

const MILLIS: [u64; 4] = [1, 700, 4_000, 60_000];

fn print(it: &Timeline<MapReduceLab>) -> (Moment, u64, Fingerprint, usize) {
    let scene = it.scene();
    (it.moment(), scene.world.steps(), scene.world.fingerprint(), scene.broken().len())
}

/// What a run is at some moments whose table calls functions; tables are a thread's own.
#[expect(clippy::disallowed_methods, reason = "another thread has other tables")]
fn direct(name: &str, job: &str, options: &str) -> Vec<(Moment, u64, Fingerprint, usize)> {
    let of = |it: &str| it.to_owned();
    let (name, job, options) = (of(name), of(job), of(options));
    let run = move || {
        let named = Named(name.clone(), functions(&job));
        bring(Arc::new(Direct::keeping(Box::new(named))));
        let mut run = timeline(&name, &options);
        let at = |millis: u64| {
            run.run_to(at(millis), u64::MAX);
            print(&run)
        };
        MILLIS.map(at).to_vec()
    };
    std::thread::spawn(run).join().expect("a run does not crash")
}

#[test]
fn a_table_that_is_filled_on_demand_gives_the_same_run() {
    let check = |job: &str, options: &str, waves: std::ops::RangeInclusive<usize>| {
        let name = format!("filled-{job}-{}", options.len());
        bring_filled(&name);
        let mut filled = timeline(&name, options);
        for (millis, direct) in MILLIS.into_iter().zip(direct(&name, job, options)) {
            let times = moved(&mut filled, &name, job, |it| it.run_to(at(millis), u64::MAX));
            assert!(millis != 1 || waves.contains(&times), "{options}: {times} times");
            assert_eq!(print(&filled), direct, "{job} {options} at {millis} ms");
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
    // Reduces that do not sort are asked for when they begin.
    check("wc", "mistake=MR09", 2..=2);
}

#[test]
fn a_step_or_an_act_that_wants_something_has_not_been() {
    bring_filled("filled-steps");
    let mut timeline = timeline("filled-steps", "");
    let untouched = timeline.scene().clone();
    assert!(!timeline.step(), "the first step wants all maps");
    assert_eq!(*timeline.scene(), untouched);
    assert_eq!(wanted().len(), 8);
    let n2 = netsplit_core::id::NodeId::from_index(1);
    let isolate = Deed::Verb(crate::verb::Verb::Isolate(crate::verb::Selector::node(n2)));
    assert_eq!(timeline.act(isolate.clone()), Err(NotPossible::Wants));
    assert_eq!(*timeline.scene(), untouched);
    assert!(timeline.branch().acts().is_empty());
    assert_eq!(fill("filled-steps", "wc"), 8);
    assert!(!timeline.step(), "then it wants all reduces");
    assert_eq!(fill("filled-steps", "wc"), 4);
    timeline.act(isolate).expect("nobody wants anything now");
    assert!(timeline.step());
}

#[test]
fn a_mistake_asks_for_what_nobody_foresaw() {
    let name = "filled-ungrouped";
    bring_filled(name);
    let mut timeline = timeline(name, "mistake=MR09");
    let times = moved(&mut timeline, name, "wc", |it| it.run_to(at(60_000), u64::MAX));
    assert!(times > 2, "reduces that do not sort are asked for when they begin: {times}");
}

#[test]
fn the_first_step_of_all_wants_too() {
    // Nothing was brought: the step makes the table of the code that asks in vain.
    let plain = Script::parse("scenario mapreduce nodes=4 clients=1 seed=3 job=wc\n");
    let plain = plain.expect("the script of a test is right").setup;
    let setup = plain.with_code("fn map(name, text) {}\n").expect("so is its code");
    let world = open::world(&setup).expect("and its setup");
    let mut timeline: Timeline<MapReduceLab> =
        Timeline::new(world, Rc::from([]), Limits::default());
    assert_eq!(timeline.run_to(at(1), u64::MAX), Progress::Stopped(Stop::Wants));
    assert_eq!(timeline.scene().world.steps(), 0, "it is made again");
}
