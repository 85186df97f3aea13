//! A run of somebody's own code, whose results come from elsewhere.

use netsplit_core::mapreduce::functions::built_in;
use netsplit_sim::labs::mapreduce::tables;

use super::*;
use crate::draw::clients::{Axis, NAMES};
use crate::draw::point::Size;
use netsplit_core::time::Time;

/// Computes what is wanted as far as it is known, as words are counted.
fn fill() {
    let functions = (built_in("wc").expect("it is in the list").functions)();
    for (job, wanted) in tables::wanted() {
        tables::insert(&job, &wanted, wanted.made_by(&*functions));
    }
}

/// Opens a text; what it wants comes some frames late.
fn open_late(model: &mut Model, text: &str) {
    model.update(Action::OpenText(text.into()));
    while model.opening.is_some() {
        for _ in 0..5 {
            model.update(Action::Frame { elapsed: 16_667, steps: 5_000 });
        }
        fill();
    }
}

#[test]
fn a_job_that_is_over_is_not_played_into_nothing() {
    let number = scenarios::by_id("word-count").expect("it is in the list").number;
    let mut model = Model::new();
    model.update(Action::Open(What::Listed { number }));
    play(&mut model, 1);
    assert!(model.playback.playing, "it is at work");
    play(&mut model, 60);
    let now = model.view().moment;
    assert!(!model.playback.playing && now < Moment::after(Time::from_micros(5_000_000)), "{now}");
    assert!(model.job().is_over(now.at) && model.view().next.is_none());
    // Where somebody acts there is something to be played again.
    let n2 = || Selector::node(NodeId::from_number(2).expect("it is there"));
    model.update(Action::Act(Verb::Crash { who: n2(), kept: 0, torn: 0 }));
    model.update(Action::Act(Verb::Restart(n2())));
    play(&mut model, 1);
    assert!(model.view().moment > now, "n2 asks for a task");
}

#[test]
fn lanes_have_all_of_a_job_from_their_left_end() {
    let (axis, size) = (Axis::new(224.0, 0.0, 1_440.0), Size { width: 880.0, height: 190.0 });
    for (id, seconds) in [("word-count", 1), ("word-count", 3), ("sort-in-small", 60)] {
        let number = scenarios::by_id(id).expect("it is in the list").number;
        let mut model = Model::new();
        model.update(Action::Open(What::Listed { number }));
        play(&mut model, seconds);
        model.lens.painted.set(Some((axis, size)));
        let scale = model.window(axis.pixels);
        let (begin, now) = (axis.x(&scale, Time::ZERO), axis.x(&scale, model.times().0));
        assert!((begin - NAMES).abs() < 1.0, "{id}: it begins at {begin}");
        assert!(now > begin && now < size.width, "{id}: it is at {now}");
    }
}

#[test]
fn a_shared_moment_of_a_run_of_own_code_opens_there_where_nothing_is_computed_yet() {
    let code = "fn map(name, text) { emit(name, 1); }\nfn reduce(key, values) { 1 }\n";
    let setup = netsplit_sim::scenario::Script::parse("scenario mapreduce nodes=4 seed=3 job=wc");
    let setup = setup.expect("it is a script").setup.with_code(code).expect("it is code");
    // Each thread has tables of its own.
    let opened = |text: String| {
        std::thread::spawn(move || {
            let mut model = Model::new();
            open_late(&mut model, &text);
            play(&mut model, 1);
            model.update(Action::Pause);
            let link = model.shared_link().to_string();
            (model.view().moment, model.view().fingerprint, link)
        })
        .join()
        .expect("nothing panics")
    };
    let (moment, print, link) = opened(setup.to_string());
    let mut model = Model::new();
    open_late(&mut model, &link);
    assert_eq!((model.view().moment, model.view().fingerprint), (moment, print));
    assert_eq!(model.origin.as_ref().map(|it| it.claim), Some(Claim::Holds));
}

#[test]
fn of_a_job_that_is_over_nothing_is_suggested_but_to_share_it() {
    let mut model = Model::new();
    open(&mut model, scenarios::by_number(41).expect("it is in the list").script);
    let label = |model: &Model| model.suggestion().map(|it| it.label);
    play(&mut model, 1);
    assert_eq!(label(&model).as_deref(), Some("Crash the coordinator"));
    play(&mut model, 2);
    assert_eq!(label(&model).as_deref(), Some("Share this run"));
}
