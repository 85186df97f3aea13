//! The page without a document: time, acting, branches, links.

mod beside;
mod clients;
mod jobbing;
mod sharding;
mod zooming;

use netsplit_sim::link::What;
use netsplit_sim::moment::Moment;
use netsplit_sim::open::Claim;
use netsplit_sim::scenarios;
use netsplit_sim::scene::Planned;
use netsplit_sim::verb::{Selector, Verb};

use super::action::{Action, Frame};
use super::history::Kind;
use super::model::Model;
use super::selection::Selection;
use super::writing::{Edit, Writing, pointed};
use netsplit_core::id::NodeId;

pub(in crate::state) fn play(model: &mut Model, seconds: u64) {
    model.update(Action::Play);
    model.update(Action::SetSpeed(super::playback::Speed::Fixed(1_000_000)));
    for _ in 0..seconds * 60 {
        model.update(Action::Frame { elapsed: 16_667, steps: 10_000 });
    }
}

pub(in crate::state) fn crash_leader() -> Action {
    Action::Act(Verb::Crash { who: Selector::Leader, kept: 0, torn: 0 })
}

/// Opens a text and lets it arrive.
pub(in crate::state) fn open(model: &mut Model, text: &str) {
    model.update(Action::OpenText(text.into()));
    while model.opening.is_some() {
        model.update(Action::Frame { elapsed: 16_667, steps: 50 });
    }
}

#[test]
fn the_first_scenario_elects_a_leader_while_it_plays() {
    let mut model = Model::new();
    play(&mut model, 1);
    assert!(model.view().nodes.iter().any(|node| node.glance.leads));
    assert!(model.play.history().events.iter().any(|event| event.text.contains("leads term 1")));
}

#[test]
fn at_auto_a_leader_stands_within_eight_seconds_of_screen() {
    let mut model = Model::new();
    let leads = |model: &Model| model.view().nodes.iter().any(|node| node.glance.leads);
    let frames = (0..).take_while(|_| {
        model.update(Action::Frame { elapsed: 16_667, steps: 10_000 });
        !leads(&model)
    });
    let frames = frames.count();
    assert!(frames < 8 * 60, "{frames} frames");
    assert!(frames > 3 * 60, "too fast to be seen: {frames} frames");
}

#[test]
fn acting_in_the_past_makes_a_branch_and_keeps_the_first() {
    let mut model = Model::new();
    play(&mut model, 2);
    let (edge, steps) = (model.play.run.edge(), model.play.run.steps());
    let half = Moment::after(netsplit_core::time::Time::from_micros(edge.at.micros() / 2));
    model.update(Action::SeekTo(half));
    assert!(!model.view().at_edge && model.play.run.steps() < steps);
    model.update(crash_leader());
    assert_eq!(model.play.run.branches().len(), 2);
    assert!(model.view().nodes.iter().any(|node| !node.up));
    let known = model.play.history();
    assert!(known.events.iter().all(|event| event.moment <= model.view().moment));
    model.update(Action::ShowBranch(0));
    model.update(Action::ToEdge);
    assert_eq!((model.play.run.edge(), model.play.run.steps()), (edge, steps));
    assert!(model.view().nodes.iter().all(|node| node.up));
}

#[test]
fn undo_and_redo_go_through_the_branch() {
    let mut model = Model::new();
    play(&mut model, 1);
    let before = model.view().fingerprint;
    model.update(crash_leader());
    let after = model.view().fingerprint;
    model.update(Action::Undo);
    assert_eq!(model.view().fingerprint, before);
    model.update(Action::Redo);
    assert_eq!(model.view().fingerprint, after);
}

#[test]
fn a_link_reopens_the_moment_and_its_claim_holds() {
    let mut model = Model::new();
    play(&mut model, 1);
    model.update(crash_leader());
    play(&mut model, 1);
    let (link, here) = (model.shared_link(), model.view().fingerprint);
    let mut other = Model::new();
    open(&mut other, &link);
    assert_eq!(other.view().fingerprint, here);
    assert_eq!(other.view().moment, model.view().moment);
    assert_eq!(other.origin.as_ref().map(|origin| origin.claim), Some(Claim::Holds));
    assert!(!other.playback.playing, "a link that names a moment opens paused");
    assert_eq!(other.play.history().events, model.play.history().events);
}

#[test]
fn a_link_without_later_acts_leaves_them_out() {
    let mut model = Model::new();
    play(&mut model, 1);
    let early = model.view().moment;
    play(&mut model, 1);
    model.update(crash_leader());
    model.update(Action::SeekTo(early));
    let here = model.view().fingerprint;
    model.update(Action::ShareLater(false));
    let mut other = Model::new();
    open(&mut other, &model.shared_link());
    assert_eq!((other.view().fingerprint, other.play.run.acts().len()), (here, 0));
}

#[test]
fn what_cannot_be_opened_is_told_and_nothing_is_lost() {
    let mut model = Model::new();
    play(&mut model, 1);
    let here = model.view().fingerprint;
    for text in
        ["", "#s1:", "#s1:AAAA", "#s1:%%%%", "#s9:AAEB", "scenario paxos nodes=3", "#s1:AA🦀"]
    {
        model.toast = None;
        open(&mut model, text);
        assert_eq!(model.view().fingerprint, here, "{text}");
        let toast = model.toast.clone().expect("it is told");
        assert!(toast.is_trouble && toast.text.len() > 30, "{text}: {}", toast.text);
    }
}

#[test]
fn links_with_a_mistake_in_them_are_no_texts() {
    let is_one = |text: &str| super::opening::is_script(text);
    assert!(
        ["https://example.org/#s1AAAB", " #s1;AAAB\n", "s1:AAAB", "see #s1:AAAB"].map(is_one)
            == [true; 4]
    );
    assert!(["# a heading", "https://example.org has words", "words"].map(is_one) == [false; 3]);
}

#[test]
fn a_script_can_be_pasted() {
    let mut model = Model::new();
    open(&mut model, "scenario raft nodes=3 seed=4\nrun until leader within 2s\ncrash leader\n");
    assert_eq!(model.view().nodes.len(), 3);
    play(&mut model, 1);
    assert!(model.view().nodes.iter().any(|node| !node.up));
}

#[test]
fn stepping_back_is_the_inverse_of_stepping() {
    let mut model = Model::new();
    play(&mut model, 1);
    model.update(Action::StepForward);
    let here = model.view().fingerprint;
    model.update(Action::StepForward);
    model.update(Action::StepBack);
    assert_eq!(model.view().fingerprint, here);
}

#[test]
fn acts_that_are_not_possible_change_nothing_and_say_why() {
    let mut model = Model::new();
    let here = model.view().fingerprint;
    model.update(crash_leader());
    assert_eq!(model.view().fingerprint, here);
    let toast = model.toast.clone().expect("it is told");
    assert!(toast.text.contains("there is no leader"), "{}", toast.text);
}

#[test]
fn a_message_that_arrived_leaves_its_receiver_selected() {
    let mut model = Model::new();
    while model.view().flying.is_empty() {
        model.update(Action::StepForward);
    }
    let first = model.view().flying[0].id;
    model.update(Action::Select(Selection::Message(first)));
    while model.view().flying.iter().any(|flying| flying.id == first) {
        model.update(Action::StepForward);
    }
    assert_eq!(model.selection, Selection::Node(first.to));
    assert!(NodeId::from_number(0).is_none());
}

#[test]
fn a_test_of_the_course_opens_plays_and_says_how_it_ended() {
    let mut model = Model::new();
    model.update(Action::Open(What::Course { lab: 1, test: 1 }));
    while model.opening.is_some() {
        model.update(Action::Frame { elapsed: 16_667, steps: 500 });
    }
    assert_eq!(model.play.title(), "TestInitialElection2A");
    assert_eq!(model.play.verdict.as_deref(), Some("TestInitialElection2A: passed"));
    assert_eq!(model.view().moment, Moment::START);
    let edge = model.play.run.edge();
    play(&mut model, 1);
    model.update(crash_leader());
    assert_eq!(model.play.run.branches().len(), 2, "acting in it makes a branch");
    play(&mut model, 1);
    let here = model.view().fingerprint;
    let mut other = Model::new();
    open(&mut other, &model.shared_link());
    assert_eq!(other.view().fingerprint, here);
    assert_eq!(other.origin.as_ref().map(|origin| origin.claim), Some(Claim::Holds));
    model.update(Action::ShowBranch(0));
    model.update(Action::ToEdge);
    assert_eq!(model.play.run.edge(), edge);
}

#[test]
fn opening_is_said_once_it_takes_a_while() {
    let mut model = Model::new();
    model.update(Action::Open(What::Course { lab: 1, test: 1 }));
    for _ in 0..8 {
        model.update(Action::Frame { elapsed: 16_667, steps: 1 });
        assert!(model.opening.is_some() && model.slow_opening().is_none());
    }
    model.update(Action::Frame { elapsed: 16_667, steps: 1 });
    assert!(model.slow_opening().is_some());
}

#[test]
fn every_test_of_the_course_begins_to_open() {
    let mut model = Model::new();
    for test in netsplit_sim::course::all() {
        model.update(Action::Open(What::Course { lab: test.lab(), test: test.number }));
        model.update(Action::Frame { elapsed: 16_667, steps: 500 });
        assert!(model.opening.is_some() || model.play.title() == test.name);
        model.update(Action::CancelOpening);
    }
}

/// The first scenario after a second, with its leader crashed at the edge.
fn crashed() -> Model {
    let mut model = Model::new();
    play(&mut model, 1);
    model.update(crash_leader());
    play(&mut model, 1);
    model.update(Action::Pause);
    model
}

fn typed(model: &mut Model, text: &str) {
    model.update(Action::Edit(Edit::Typed(text.to_owned())));
    model.update(Action::Edit(Edit::Apply));
}

#[test]
fn a_line_of_mine_can_be_rewritten_moved_and_removed_and_each_is_taken_back() {
    let mut model = crashed();
    let (here, before) = (model.view().moment, model.view().fingerprint);
    let act = Planned::Act(0);
    model.update(Action::Edit(Edit::Line(act)));
    typed(&mut model, "at 0.9s crash n1");
    assert_eq!((model.view().moment, model.play.run.branches().len()), (here, 2));
    assert!(!model.view().nodes[0].up);
    assert!(model.play.history().events.iter().any(|event| &*event.text == "n1 crashes."));
    model.update(Action::Undo);
    assert_eq!((model.view().fingerprint, model.play.run.branches().len()), (before, 1));
    model.update(Action::Edit(Edit::Move(act, -300_000)));
    let at = model.play.run.acts()[0].moment.at.micros();
    assert!(at < 800_000, "{at}");
    model.update(Action::Undo);
    model.update(Action::Edit(Edit::Remove(act)));
    assert!(model.play.run.acts().is_empty() && model.view().nodes.iter().all(|node| node.up));
    model.update(Action::Undo);
    assert_eq!(model.view().fingerprint, before);
}

#[test]
fn an_error_stands_at_its_place_and_the_run_stays() {
    let mut model = crashed();
    let before = model.view().fingerprint;
    model.update(Action::Edit(Edit::Line(Planned::Act(0))));
    typed(&mut model, "at 0.9s crahs n1");
    let Writing::Line(_, text, Some(error)) = &model.writing else { panic!("it is refused") };
    let pointed = pointed(text, error);
    let caret = pointed.lines().nth(1).and_then(|line| line.find('^'));
    assert_eq!(caret, text.find("crahs"), "{pointed}");
    assert_eq!(model.view().fingerprint, before);
    model.update(Action::Edit(Edit::Whole));
    let Writing::Whole(text, None) = model.writing.clone() else { panic!("it can be written") };
    typed(&mut model, &text.replace("crash leader", "crash leaver"));
    let Writing::Whole(text, Some(error)) = &model.writing else { panic!("it is refused") };
    let line = text.lines().nth(error.line as usize - 1);
    assert!(line.is_some_and(|line| line.contains("leaver")), "{error}");
    assert_eq!(model.view().fingerprint, before);
}

#[test]
fn the_whole_text_reads_back_and_a_changed_script_runs_to_the_same_moment() {
    let mut model = crashed();
    let (at, branches) = (model.view().moment.at, model.play.run.branches().len());
    model.update(Action::Edit(Edit::Whole));
    model.update(Action::Edit(Edit::Apply));
    assert_eq!(model.writing, Writing::Nothing);
    assert_eq!(model.play.run.branches().len(), branches, "nothing was changed");
    model.update(Action::Edit(Edit::Whole));
    let Writing::Whole(text, None) = model.writing.clone() else { panic!("it can be written") };
    typed(&mut model, &text.replace("seed=7", "seed=8"));
    assert_eq!((model.view().moment.at, model.play.script.setup.seed), (at, 8));
    assert_eq!(model.play.run.acts().len(), 1, "acts go along");
    model.update(Action::Edit(Edit::Remove(Planned::Line(1))));
    assert_eq!(model.view().moment.at, at);
    assert!(!model.play.script.to_string().contains("Five nodes, no leader"));
}

#[test]
fn what_changed_is_marked_until_the_next_thing_that_matters() {
    let mut model = Model::new();
    model.update(Action::Pause);
    let leads = |model: &Model| model.view().nodes.iter().find(|node| node.glance.leads).cloned();
    while leads(&model).is_none_or(|leader| leader.log.entries.is_empty()) {
        model.update(Action::StepForward);
    }
    let leader = leads(&model).expect("it leads");
    let before = model.around().node_before(leader.id).expect("something mattered there");
    assert!(before.log.entries.is_empty(), "the entry is what is new");
    model.update(Action::StepForward);
    let still = model.around().node_before(leader.id).expect("it still did");
    assert!(still.log.entries.is_empty(), "the mark stays while nothing matters there");
    play(&mut model, 1);
    model.update(Action::Pause);
    let after = model.around().node_before(leader.id).expect("it did again");
    assert!(!after.log.entries.is_empty());
}

#[test]
fn in_the_past_the_edge_is_known_and_on_a_branch_the_parent() {
    let mut model = Model::new();
    play(&mut model, 1);
    assert!(model.around().edge.is_none() && model.around().parent.is_none());
    let half = Moment::after(netsplit_core::time::Time::from_micros(500_000));
    model.update(Action::SeekTo(half));
    let edge = model.around().edge.clone().expect("there is more");
    assert!(edge.nodes[0].log.entries.len() > model.view().nodes[0].log.entries.len());
    model.update(crash_leader());
    let parent = model.around().parent.clone().expect("it is a branch");
    assert!(parent.nodes.iter().all(|node| node.up));
    assert!(model.view().nodes.iter().any(|node| !node.up));
}

#[test]
fn presenting_stops_at_each_note() {
    let mut model = Model::new();
    let scenario = scenarios::by_id("split-vote").expect("it is in the list");
    model.update(Action::Open(What::Listed { number: scenario.number }));
    model.update(Action::SetFrame(Frame::Present));
    let mut stops = Vec::new();
    for _ in 0..3 {
        play(&mut model, 3);
        assert!(!model.playback.playing, "it goes past its notes");
        let here = model.view().moment;
        let note = model.play.history().last(here, |event| event.kind == Kind::Note);
        assert_eq!(note.map(|note| note.moment), Some(here));
        stops.push(here);
    }
    assert!(stops.windows(2).all(|pair| pair[0] < pair[1]), "{stops:?}");
    model.update(Action::PreviousNote);
    assert_eq!(model.view().moment, stops[1]);
}
