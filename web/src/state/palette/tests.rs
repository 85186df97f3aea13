//! What the palette finds, and that choosing does it.

use super::*;
use crate::state::playback::Speed;

fn write(model: &mut Model, text: &str) -> Vec<Found> {
    model.update(Action::Write(text.to_owned()));
    find(model)
}

/// Writes a line and presses Enter.
fn enter(model: &mut Model, text: &str) {
    model.update(Action::Write(text.to_owned()));
    model.update(Action::Choose(None));
}

fn names(found: &[Found], kind: &str) -> Vec<String> {
    found.iter().filter(|it| it.kind == kind).map(|it| it.name.clone()).collect()
}

fn play(model: &mut Model, frames: u32) {
    model.update(Action::SetSpeed(Speed::Fixed(1_000_000)));
    for _ in 0..frames {
        model.update(Action::Frame { elapsed: 16_667, steps: 10_000 });
    }
}

#[test]
fn a_line_plays_until_a_condition_and_acts() {
    let mut model = Model::new();
    model.update(Action::Pause);
    enter(&mut model, "run until committed 1");
    assert!(model.playback.playing);
    play(&mut model, 120);
    assert!(!model.playback.playing);
    assert!(model.view().nodes.iter().any(|node| node.glance.committed == 1));
    assert!(model.view().nodes.iter().all(|node| node.glance.committed < 2), "not a step too far");
    enter(&mut model, "crash leader");
    assert!(model.view().nodes.iter().any(|node| !node.up));
    let here = model.view().moment.at;
    enter(&mut model, "run for 50ms");
    play(&mut model, 60);
    assert_eq!(model.view().moment.at.micros(), here.micros() + 50_000);
    enter(&mut model, "at 10ms crash n1");
    assert_eq!(model.view().moment.at.micros(), 10_000);
    assert_eq!(model.play.run.branches().len(), 2);
    enter(&mut model, "set loss 20%");
    assert_eq!(model.play.run.dials().links.loss, 2_000);
    enter(&mut model, "hold n1 -> n3");
    assert_eq!(model.view().rules.len(), 1);
}

#[test]
fn what_never_comes_is_given_up() {
    let mut model = Model::new();
    enter(&mut model, "run until committed 900 within 1s");
    play(&mut model, 120);
    assert!(!model.playback.playing);
    assert!(model.toast.as_ref().is_some_and(|toast| toast.text.starts_with("Given up")));
}

#[test]
fn lines_are_completed_and_wrong_ones_show_where() {
    let mut model = Model::new();
    let found = write(&mut model, "cra");
    assert_eq!(names(&found, "Line"), ["crash"]);
    let place = found.iter().position(|it| it.kind == "Line").expect("it is there");
    model.update(Action::Choose(Some(place)));
    assert_eq!(model.written, "crash ");
    assert_eq!(names(&find(&model), "Line")[0], "crash leader");
    let found = write(&mut model, "crash n9");
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].name, "crash n9\n      ^");
    assert!(found[0].about.contains("the nodes are n1 to n5"), "{}", found[0].about);
    assert!(found[0].action.is_none());
    model.update(Action::Choose(None));
    assert!(model.play.run.acts().is_empty());
}

#[test]
fn scenarios_tests_mistakes_and_commands_are_found() {
    let mut model = Model::new();
    assert_eq!(names(&write(&mut model, "split"), "Scenario")[0], "Split vote");
    assert_eq!(
        names(&write(&mut model, "figure8 unrel"), "Course test"),
        ["TestFigure8Unreliable2C"]
    );
    assert_eq!(names(&write(&mut model, "3C churn"), "Course test").len(), 2);
    assert!(names(&write(&mut model, "votedFor"), "Mistake")[0].starts_with("EL01"));
    assert_eq!(names(&write(&mut model, "redo"), "Command"), ["Redo"]);
    let found = write(&mut model, "one(101) failed to reach agreement");
    assert_eq!(found[0].kind, "Test output");
    assert!(!names(&found, "Likely").is_empty() && !names(&found, "Scenario").is_empty());
    let found = write(&mut model, "warning: term changed even though there were no failures");
    assert!(names(&found, "Likely").iter().any(|name| name.starts_with("EL23")), "{found:?}");
}

#[test]
fn nothing_written_lists_what_can_be_done() {
    let mut model = Model::new();
    let found = write(&mut model, "");
    assert!(found.iter().any(|it| it.name == "Share this moment"));
    assert!(found.iter().all(|it| it.kind != "Line"));
}
