//! The list of events at moments of a run.

use netsplit_core::id::NodeId;
use netsplit_core::time::Time;
use netsplit_sim::moment::Moment;

use super::{Filter, Given, LINES, Line, Listing, Stretch, What};
use crate::state::action::Action;
use crate::state::announcer::Announcer;
use crate::state::history::Kind;
use crate::state::model::Model;

fn at(millis: u64) -> Moment {
    Moment::after(Time::from_micros(millis * 1_000))
}

/// The first scenario after a second, shown at a moment.
fn run(here: Moment) -> Model {
    let mut model = Model::new();
    model.update(Action::Pause);
    model.play.advance(at(1_000), u64::MAX);
    model.update(Action::SeekTo(here));
    model
}

fn listing(model: &Model, filter: &Filter) -> Listing {
    let (history, here) = (model.play.history(), model.view().moment);
    let stretch = &Stretch::around(history, here, filter);
    let (acts, forks, paused) = (Vec::new(), Vec::new(), true);
    Listing::new(&Given { history, stretch, acts, forks, here, paused, filter })
}

#[test]
fn a_list_made_from_a_stretch_is_the_list_made_from_everything() {
    let mut model = Model::new();
    let ask = |number: u32| format!("propose x{number}\nrun for 20ms\n");
    let head = "scenario raft nodes=3 seed=3\nrun until leader within 5s\n".to_owned();
    model.update(Action::OpenText(head + (0..200).map(ask).collect::<String>().as_str()));
    while model.opening.is_some() {
        model.update(Action::Frame { elapsed: 16_667, steps: 5_000 });
    }
    model.play.advance(at(8_000), u64::MAX);
    let (history, filter) = (model.play.history(), Filter::default());
    // So few that events alone must fill the list.
    let acts: Vec<Moment> = (0..8_000).step_by(211).map(at).collect();
    let mut cut = 0;
    for here in (0..8_000).step_by(97).map(at) {
        let with = |stretch: &Stretch| {
            let held = acts.iter().filter(|act| stretch.holds(**act));
            let acts = held.map(|act| (*act, act.to_string(), true)).collect();
            let (forks, paused, filter) = (Vec::new(), true, &filter);
            Listing::new(&Given { history, stretch, acts, forks, here, paused, filter })
        };
        let all = 0..history.events.len();
        let whole = Stretch { events: all, moments: Moment::START..=Moment::LAST };
        let stretch = Stretch::around(history, here, &filter);
        cut += usize::from(stretch.events.start > 0);
        assert!(stretch.events.len() < history.events.len(), "it is a part");
        assert_eq!(with(&stretch), with(&whole), "at {here}");
    }
    assert!(cut > LINES.1, "the beginning is left out {cut} times");
}

#[test]
fn heartbeats_are_folded_and_none_is_lost() {
    let model = run(at(1_000));
    let lines = listing(&model, &Filter::default()).lines;
    let count =
        |line: &Line| line.text.split(' ').next().and_then(|count| count.parse::<usize>().ok());
    let folded = lines.iter().filter(|line| line.what == What::Quiet).filter_map(count);
    let beats = model.play.history().beats.len();
    assert!(beats > 5, "{beats}");
    assert_eq!(folded.sum::<usize>(), beats);
    let beside = lines.windows(2).any(|pair| pair.iter().all(|line| line.what == What::Quiet));
    assert!(!beside, "two folds beside each other");
}

#[test]
fn the_present_is_the_last_line_that_has_happened() {
    let model = run(at(300));
    let listing = listing(&model, &Filter::default());
    let present = listing.present.expect("something has happened");
    let split = listing.lines.iter().position(|line| line.later).expect("more comes");
    assert!(present < split);
    assert!(listing.lines[present].moment <= at(300));
    assert!(listing.lines[split..].iter().all(|line| line.later && line.moment > at(300)));
}

#[test]
fn a_filter_leaves_what_it_asks_for_and_counts() {
    let model = run(at(1_000));
    let all = listing(&model, &Filter::default());
    assert_eq!(all.found, None);
    let n3 = Filter { node: NodeId::from_number(3), ..Filter::default() };
    let of_node = listing(&model, &n3);
    assert!(of_node.lines.iter().all(|line| line.node == n3.node || line.text.contains("n3")));
    let (found, before) = of_node.found.expect("it is counted");
    assert!(found > 0 && found < before);
    let notes = Filter { kind: Some(Kind::Note), text: "LEADS".into(), ..Filter::default() };
    assert_eq!(listing(&model, &notes).found.map(|(found, _)| found), Some(1));
    let none = Filter { text: "no such words".into(), ..Filter::default() };
    assert_eq!(listing(&model, &none).found, Some((0, before)));
}

#[test]
fn what_matters_is_said_once_and_not_too_much_at_once() {
    let mut model = run(at(215));
    let mut announcer = Announcer::default();
    let say = |announcer: &mut Announcer, model: &Model| {
        announcer.next(model.play.history(), model.view().moment)
    };
    assert!(say(&mut announcer, &model).is_some_and(|said| said.contains("votes for")));
    assert_eq!(say(&mut announcer, &model), None);
    model.update(Action::SeekTo(at(1_000)));
    let said = say(&mut announcer, &model).expect("much happened");
    assert!(said.contains(" more. ") && said.len() < 300, "{said}");
    model.update(Action::SeekTo(at(230)));
    let said = say(&mut announcer, &model).expect("where one is");
    assert!(said.starts_with("0.230 s. "), "{said}");
}
