//! Pointing at the time line, pressing it, dragging, zooming.

use netsplit_core::time::Time;
use netsplit_sim::link::What;
use netsplit_sim::scenarios;

use super::{Layout, NAMES, Pointed};
use crate::draw::ring::{Point, Size};
use crate::state::action::Action;
use crate::state::model::Model;
use crate::state::playback::Speed;
use crate::state::selection::Selection;

const SIZE: Size = Size { width: 936.0, height: 104.0 };

fn at(millis: u64) -> Time {
    Time::from_micros(millis * 1_000)
}

/// A scenario after so much of its time, still playing.
fn played(id: &str, millis: u64) -> Model {
    let scenario = scenarios::by_id(id).unwrap_or_else(|| panic!("there is no scenario {id}"));
    let mut model = Model::new();
    model.update(Action::Open(What::Listed { number: scenario.number }));
    model.update(Action::SetSpeed(Speed::Fixed(1_000_000)));
    while model.times().0 < at(millis) {
        model.update(Action::Frame { elapsed: 10_000, steps: 10_000 });
    }
    model
}

/// The place of a time on the lanes.
fn on_lanes(model: &Model, time: Time) -> Pointed {
    let layout = Layout::new(SIZE, model.view().nodes.len(), 1);
    let x = layout.x(&model.window(layout.width()), time);
    Pointed { at: Point::new(x, layout.lane_top(0) + 2.0), size: SIZE }
}

#[test]
fn dragging_shows_each_moment_and_on_release_the_run_is_as_it_was() {
    for playing in [true, false] {
        let mut model = played("first-election", 600);
        model.update(if playing { Action::Play } else { Action::Pause });
        let (first, second) = (on_lanes(&model, at(300)), on_lanes(&model, at(200)));
        model.update(Action::PressTimeline(first));
        assert!(model.times().0.micros().abs_diff(300_000) < 3_000, "{:?}", model.times());
        assert!(!model.playback.moves(), "time stands still while it is dragged");
        model.update(Action::PointAtTimeline(Some(second)));
        let there = model.times().0;
        assert!(there.micros().abs_diff(200_000) < 3_000, "the window stood still: {there:?}");
        model.update(Action::LetTimelineGo);
        assert_eq!(model.playback.moves(), playing);
        model.update(Action::PointAtTimeline(Some(first)));
        assert_eq!(model.times().0, there, "it is let go");
        assert_eq!(model.play.run.branches().len(), 1, "looking made a branch");
    }
}

#[test]
fn pointing_tells_how_the_cluster_stood() {
    let mut model = played("first-election", 600);
    let now = model.times().0;
    model.update(Action::PointAtTimeline(Some(on_lanes(&model, at(30)))));
    let told = model.told_by_timeline().expect("it points there");
    assert_eq!(told.standings.len(), 5);
    assert!(told.standings.iter().all(|node| node.up && !node.leads && node.term == 0));
    model.update(Action::PointAtTimeline(Some(on_lanes(&model, at(590)))));
    let told = model.told_by_timeline().expect("it points there");
    assert_eq!(told.standings.iter().filter(|node| node.leads).count(), 1);
    assert_eq!(model.times().0, now, "pointing moves nothing");
    model.update(Action::PointAtTimeline(None));
    assert_eq!(model.told_by_timeline(), None);
}

#[test]
fn a_press_on_a_violation_goes_to_its_witness() {
    let mut model = played("vote-forgotten", 3_000);
    let broken = model.play.history().events.iter();
    let mut broken = broken.filter(|event| event.kind == crate::state::history::Kind::Broken);
    let broken = broken.next().cloned().expect("the scenario breaks a property");
    model.update(Action::PressTimeline(on_lanes(&model, broken.moment.at)));
    assert_eq!(model.view().moment, broken.moment);
    assert_eq!(model.selection, broken.node.map_or(Selection::Nothing, Selection::Node));
    assert!(!model.playback.playing);
}

#[test]
fn marks_are_reached_from_their_list_too() {
    let mut model = played("two-leaders", 600);
    let marks = model.marks();
    assert!(marks.len() > 2, "{marks:?}");
    model.update(Action::GoToMark(1));
    assert_eq!(model.times().0, marks[1].from);
}

#[test]
fn the_wheel_zooms_at_the_pointer_and_the_head_stays_in_the_window() {
    let mut model = played("first-election", 600);
    let place = on_lanes(&model, at(400));
    for _ in 0..5 {
        model.update(Action::ZoomTimeline(place, 0.8));
    }
    let scale = model.window(SIZE.width - NAMES);
    assert!(scale.width.micros() < 500_000);
    assert!(on_lanes(&model, at(400)).at.distance(place.at) < 2.0, "the time there stays there");
    for _ in 0..100 {
        model.update(Action::Frame { elapsed: 16_667, steps: 10_000 });
        let scale = model.window(SIZE.width - NAMES);
        let now = model.times().0;
        assert!(now >= scale.from && now <= scale.from + scale.width);
    }
    model.update(Action::FollowTimeline);
    assert!(model.window(100.0).width.micros() >= 1_000_000);
}
