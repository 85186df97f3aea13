//! Trying many seeds leaves the run alone, goes on frame by frame, and opens what
//! was chosen or found.

use netsplit_sim::moment::Moment;
use netsplit_sim::verb::{Selector, Verb};
use netsplit_sim::words;

use super::Ended;
use crate::state::action::{Action, Float};
use crate::state::model::Model;

/// The first scenario, paused after its leader was crashed.
fn crashed() -> Model {
    let mut model = Model::new();
    model.update(Action::Pause);
    while !model.view().nodes.iter().any(|node| node.glance.leads) {
        model.update(Action::StepForward);
    }
    model.update(Action::Act(Verb::Crash { who: Selector::Leader, kept: 0, torn: 0 }));
    model
}

/// Frames while something is tried or opened. How many there were.
fn frames(model: &mut Model) -> usize {
    let tries = |model: &Model| {
        model.wall.as_ref().is_some_and(super::Wall::goes_on) && model.float == Float::Luck
            || model.hunt.as_ref().is_some_and(super::Hunt::goes_on)
            || model.opening.is_some()
    };
    let mut frames = 0;
    while tries(model) {
        assert!(model.wants_frames());
        model.update(Action::Frame { elapsed: 16_667, steps: 500 });
        frames += 1;
    }
    frames
}

#[test]
fn the_wall_fills_frame_by_frame_and_opens_a_run_at_the_same_moment() {
    let mut model = crashed();
    let (here, moment) = (model.view().fingerprint, model.view().moment);
    model.update(Action::TryLuck);
    assert_eq!(model.float, Float::Luck);
    assert!(frames(&mut model) >= 24, "no frame makes two runs");
    assert_eq!(model.view().fingerprint, here, "the run is untouched");
    let wall = model.wall.as_ref().expect("there is a wall");
    assert_eq!((wall.lots.len(), wall.count()), (24, 24));
    assert_eq!(wall.lots[0].seed, model.play.script.setup.seed);
    assert!(words::lots(&wall.lots).contains(" leads "), "{}", words::lots(&wall.lots));
    let other = wall.lots[7].seed;
    model.update(Action::OpenLot(other));
    frames(&mut model);
    assert_eq!((model.play.script.setup.seed, model.view().moment.at), (other, moment.at));
    assert_eq!(model.play.run.acts().len(), 1, "with the same acts");
    assert!(model.origin.is_none(), "nobody sent it");
    assert!(!model.playback.playing);
}

#[test]
fn the_first_of_the_wall_is_the_run_itself() {
    let mut model = crashed();
    model.update(Action::TryLuck);
    frames(&mut model);
    let wall = model.wall.as_ref().expect("there is a wall");
    let (lot, end) = (wall.lots[0].fingerprint, Moment::after(wall.case.until));
    model.update(Action::Escape);
    model.play.advance(end, u64::MAX);
    assert_eq!(model.play.run.fingerprint(), lot);
}

#[test]
fn cancel_keeps_what_is_there_and_asks_for_no_more_frames() {
    let mut model = crashed();
    model.update(Action::Foresee(false));
    model.update(Action::TryLuck);
    for _ in 0..20 {
        model.update(Action::Frame { elapsed: 16_667, steps: 500 });
    }
    model.update(Action::StopTrying);
    let wall = model.wall.as_ref().expect("there is a wall");
    assert!(!wall.lots.is_empty() && wall.lots.len() < 24);
    assert!(!model.wants_frames());
    model.update(Action::TryLuck);
    frames(&mut model);
    assert_eq!(model.wall.as_ref().map(|wall| wall.lots.len()), Some(24), "it can begin anew");
}

#[test]
fn a_split_vote_is_found_and_opened_paused_before_it() {
    let mut model = Model::new();
    model.update(Action::Find { mark: "split-vote", anywhere: false });
    assert_eq!(model.float, Float::Find);
    assert!(frames(&mut model) > 1);
    assert_eq!(model.float, Float::Nothing);
    let told = model.toast.as_ref().map(|toast| toast.text.clone()).unwrap_or_default();
    assert!(told.starts_with("Found in seed ") && told.contains("divide the votes"), "{told}");
    assert!(!model.playback.playing && model.view().moment > Moment::START);
    let candidacies = |model: &Model| {
        let asking = model.view().nodes.iter().filter(|node| node.view.role == "candidate");
        asking.map(|node| node.glance.term).max().unwrap_or(0)
    };
    let before = candidacies(&model);
    model.update(Action::StepForward);
    assert!(candidacies(&model) > before);
}

#[test]
fn anywhere_is_the_swarm_and_what_is_not_found_is_said() {
    let mut model = Model::new();
    model.update(Action::Find { mark: "piece-lost", anywhere: true });
    frames(&mut model);
    assert!(model.hunt.as_ref().is_some_and(|hunt| matches!(hunt.ended, Some(Ended::Found(_)))));
    assert_eq!(model.play.title(), "A script of your own");
    let mut model = Model::new();
    model.update(Action::Find { mark: "piece-lost", anywhere: false });
    for _ in 0..40 {
        model.update(Action::Frame { elapsed: 16_667, steps: 5_000 });
    }
    assert!(model.hunt.as_ref().is_some_and(|hunt| hunt.goes_on() && hunt.search.tried() > 3));
    model.update(Action::StopTrying);
    assert_eq!(model.hunt.as_ref().and_then(|hunt| hunt.ended.clone()), Some(Ended::Stopped));
}
