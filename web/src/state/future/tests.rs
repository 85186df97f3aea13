//! What is foreseen is what happens, and looking ahead leaves no trace.

use std::rc::Rc;

use netsplit_core::time::Time;
use netsplit_sim::moment::Moment;
use netsplit_sim::verb::{Selector, Verb};

use super::{AHEAD, Future};
use crate::state::action::Action;
use crate::state::history::{Event, Stretch};
use crate::state::model::Model;
use crate::state::playback::Speed;

/// A page paused once somebody leads.
fn led() -> Model {
    let mut model = Model::new();
    model.update(Action::Pause);
    while !model.view().nodes.iter().any(|node| node.glance.leads) {
        model.update(Action::StepForward);
    }
    model
}

fn crash_leader() -> Verb {
    Verb::Crash { who: Selector::Leader, kept: 0, torn: 0 }
}

/// Frames until none is wanted, each with its look ahead. How many there were.
fn idle(model: &mut Model) -> usize {
    let frames = (0..10_000).take_while(|_| {
        model.update(Action::Frame { elapsed: 16_667, steps: 100 });
        model.foresee(50);
        model.wants_frames()
    });
    frames.count()
}

fn future(model: &Model) -> &Future {
    model.future.as_ref().expect("there is a future")
}

#[test]
fn it_is_what_the_run_does_then() {
    let mut model = led();
    let (edge, fingerprint) = (model.view().edge, model.view().fingerprint);
    let frames = idle(&mut model);
    assert!(frames > 1 && frames < 9_000, "it takes a few frames and then asks for none: {frames}");
    assert_eq!((model.view().edge, model.view().fingerprint), (edge, fingerprint));
    assert_eq!(future(&model).until, edge.at + AHEAD);
    let foreseen = future(&model).history.events.clone();
    let lanes = future(&model).history.lanes.clone();
    model.update(Action::Foresee(false));
    assert!(model.future.is_none());
    while model.view().moment.at < edge.at + AHEAD {
        model.update(Action::StepForward);
    }
    let end = Moment::after(edge.at + AHEAD);
    // A line of the script whose moment is the edge comes after it.
    let texts = |events: &[Rc<Event>]| {
        let ahead = events.iter().filter(|event| edge < event.moment && event.moment <= end);
        ahead.map(|event| (event.moment, event.text.clone())).collect::<Vec<_>>()
    };
    let (foreseen, happened) = (texts(&foreseen), texts(&model.play.history().events));
    assert!(foreseen.len() > 3);
    assert!(foreseen == happened, "{:?} against {:?}", foreseen.last(), happened.last());
    let last = |lanes: &[Vec<Stretch>]| {
        lanes.iter().map(|lane| lane.last().map(|it| it.standing)).collect::<Vec<_>>()
    };
    assert_eq!(last(&lanes), last(&model.play.history().lanes));
}

#[test]
fn what_is_known_is_kept_as_the_edge_moves_and_thrown_away_by_an_act() {
    let mut model = led();
    idle(&mut model);
    let until = future(&model).until;
    model.update(Action::StepForward);
    assert_eq!(future(&model).until, until, "a step on changes nothing of it");
    assert_eq!(future(&model).from, model.view().edge);
    idle(&mut model);
    assert_eq!(future(&model).until, model.view().edge.at + AHEAD);
    let start = Moment::after(Time::from_micros(1_000));
    model.update(Action::SeekTo(start));
    assert!(future(&model).is_known(), "looking into the past keeps it");
    model.update(Action::ToEdge);
    model.update(Action::Act(crash_leader()));
    assert!(model.future.is_none(), "what comes now is something else");
    idle(&mut model);
    model.update(Action::Undo);
    assert!(model.future.is_none());
}

#[test]
fn from_the_past_it_is_made_from_the_edge() {
    let mut model = led();
    let edge = model.view().edge;
    model.update(Action::SeekTo(Moment::after(Time::from_micros(2_000))));
    idle(&mut model);
    assert_eq!((future(&model).from, future(&model).until), (edge, edge.at + AHEAD));
    assert!(future(&model).history.events.iter().all(|event| event.moment >= edge));
}

#[test]
fn a_run_that_outplays_it_is_looked_at_anew() {
    let mut model = led();
    model.foresee(10);
    model.update(Action::SetSpeed(Speed::Fixed(100_000_000)));
    model.update(Action::Play);
    for _ in 0..30 {
        model.update(Action::Frame { elapsed: 16_667, steps: 20_000 });
        model.foresee(10);
    }
    model.update(Action::Pause);
    idle(&mut model);
    assert_eq!(future(&model).until, model.view().edge.at + AHEAD);
}

#[test]
fn resting_on_an_act_shows_what_it_would_lead_to() {
    let mut model = led();
    idle(&mut model);
    let (leader, here) = (model.view().nodes.iter().find(|it| it.glance.leads), model.view());
    let (leader, here) = (leader.expect("it is led").id, here.fingerprint);
    model.update(Action::Consider(Some(crash_leader())));
    model.update(Action::Frame { elapsed: 200_000, steps: 100 });
    model.foresee(50);
    assert_eq!(future(&model).label, None, "not before it is rested on");
    idle(&mut model);
    let label = future(&model).label.clone().expect("it says what comes of it");
    assert!(label.starts_with(&format!("Crash {leader}: n")), "{label}");
    assert!(label.contains(" leads term 2 after "), "{label}");
    assert_eq!(model.view().fingerprint, here, "nothing has happened");
    assert!(model.play.run.acts().is_empty());
    model.update(Action::Consider(None));
    assert_eq!(future(&model).label, None);
    assert!(future(&model).is_known(), "the other was kept");
    model.update(Action::Consider(Some(crash_leader())));
    idle(&mut model);
    model.update(Action::Act(crash_leader()));
    assert!(model.future.is_none(), "it is done: what comes now is no guess");
    idle(&mut model);
    assert_eq!(future(&model).label, None);
    // What was said comes true.
    let (_, outcome) = label.split_once(": ").expect("an act and an outcome");
    let (who, _) = outcome.split_once(" leads").expect("somebody leads");
    while !model.view().nodes.iter().any(|node| node.glance.leads && node.glance.term == 2) {
        model.update(Action::StepForward);
    }
    let leads = model.view().nodes.iter().find(|node| node.glance.leads && node.glance.term == 2);
    assert_eq!(leads.map(|node| node.id.to_string()).as_deref(), Some(who));
}

#[test]
fn an_act_that_is_not_possible_says_why() {
    let mut model = Model::new();
    model.update(Action::Pause);
    model.update(Action::Consider(Some(crash_leader())));
    idle(&mut model);
    assert_eq!(future(&model).label.as_deref(), Some("Crash leader: there is no leader"));
}

#[test]
fn switched_off_it_asks_for_no_frame() {
    let mut model = led();
    model.update(Action::Foresee(false));
    assert!(!model.wants_frames());
    model.update(Action::Consider(Some(crash_leader())));
    assert!(!model.wants_frames() && model.future.is_none());
}
