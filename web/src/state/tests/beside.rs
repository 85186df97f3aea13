//! Dials, mistakes, and runs beside each other.

use netsplit_core::raft::mutants::Mutant;
use netsplit_sim::check::raft::property::DURABLE;
use netsplit_sim::link::What;
use netsplit_sim::run::NodeShown;
use netsplit_sim::script::parse_verb;

use super::{open, play};
use crate::state::action::{Action, Tab};
use crate::state::dials::{Place, shown};
use crate::state::model::Model;
use crate::state::start::start_from_rows;
use crate::state::writing::{Edit, Writing};

fn turn(model: &mut Model, id: &'static str, value: &str) {
    model.update(Action::Turn(id, value.to_owned()));
    while model.opening.is_some() {
        model.update(Action::Frame { elapsed: 16_667, steps: 5_000 });
    }
}

#[test]
fn a_dial_from_now_is_one_line_of_the_script() {
    let mut model = Model::new();
    play(&mut model, 1);
    turn(&mut model, "loss", "10%");
    let lab = model.play.lab();
    let acts = model.play.run.acts();
    let netsplit_sim::scene::Deed::Verb(verb) = &acts[0].deed else { panic!("a person acted") };
    assert_eq!((acts.len(), &*lab.show(verb).to_string()), (1, "set loss 10%"));
    let loss = |model: &Model| {
        let dials = shown(model, Place::Network);
        dials.into_iter().find(|dial| dial.id == "loss").expect("there is one")
    };
    assert_eq!((loss(&model).value.as_str(), loss(&model).is_away()), ("10%", true));
    turn(&mut model, "loss", "120%");
    let trouble = loss(&model).trouble.expect("it is impossible");
    assert!(trouble.starts_with("Expected a share from 0% to 100%"), "{trouble}");
    assert_eq!(loss(&model).value, "10%");
    turn(&mut model, "loss", "0%");
    assert!(!loss(&model).is_away() && loss(&model).trouble.is_none());
}

#[test]
fn a_dial_from_the_start_opens_beside_at_the_same_time() {
    let mut model = Model::new();
    play(&mut model, 1);
    let (here, before) = (model.view().moment.at, model.view().fingerprint);
    turn(&mut model, "pre-vote", "on");
    assert_eq!(model.play.change.as_deref(), Some("PreVote on"));
    assert_eq!(model.view().moment.at, here);
    assert_ne!(model.view().fingerprint, before);
    let changed = model.view().fingerprint;
    model.update(Action::Run("swap", None));
    assert_eq!(model.view().fingerprint, before, "V compares");
    model.update(Action::Run("swap", None));
    assert_eq!(model.view().fingerprint, changed);
    // The link says what was changed.
    let mut other = Model::new();
    open(&mut other, &model.shared_link());
    assert_eq!(other.view().fingerprint, changed);
    model.update(Action::Undo);
    assert_eq!(model.view().fingerprint, before);
    model.update(Action::Redo);
    assert_eq!(model.view().fingerprint, changed);
    let at = shown(&model, Place::Cluster).into_iter().find(|dial| dial.id == "pre-vote");
    assert!(at.is_some_and(|dial| dial.is_away()));
    turn(&mut model, "pre-vote", "off");
    assert_eq!(model.view().fingerprint, before);
    assert!(model.play.overrides.is_empty());
}

#[test]
fn what_was_done_is_done_in_the_run_beside_too() {
    let mut model = Model::new();
    play(&mut model, 1);
    model.update(Action::Run("restart-leader", None));
    play(&mut model, 1);
    turn(&mut model, "seed", "4321");
    assert_eq!(model.play.script.setup.seed, 4321);
    assert_eq!(model.play.run.acts().len(), 2);
    turn(&mut model, "nodes", "99");
    let (id, why) = model.dial_trouble.clone().expect("it is refused");
    assert_eq!((id, why.starts_with("Expected 1 to 15 nodes")), ("nodes", true), "{why}");
    assert_eq!(model.play.script.setup.nodes, 5);
}

#[test]
fn timings_that_cannot_elect_are_said() {
    let mut model = Model::new();
    assert_eq!(model.timing_trouble(), None);
    turn(&mut model, "election", "10ms..20ms");
    assert!(model.timing_trouble().is_some_and(|said| said.starts_with("Nobody can win")));
}

#[test]
fn a_mistake_restarts_beside_and_its_link_says_so() {
    let mut model = Model::new();
    play(&mut model, 1);
    model.update(Action::Mistake(Mutant::VoteTwice.id(), true));
    assert_eq!(model.play.mistakes(), [Mutant::VoteTwice.id()]);
    let here = model.view().fingerprint;
    let mut other = Model::new();
    open(&mut other, &model.shared_link());
    assert_eq!(
        (other.view().fingerprint, other.play.mistakes()),
        (here, vec![Mutant::VoteTwice.id()])
    );
    model.update(Action::Mistake(Mutant::VoteTwice.id(), false));
    assert!(model.play.mistakes().is_empty() && model.play.overrides.is_empty());
}

/// The first scenario up to where a letter of its first leader, all that is left of what it
/// wrote, is delivered to n5 in the term of the second.
fn late_letter() -> Model {
    let mut model = Model::new();
    let act = |model: &mut Model, line: &str| {
        let verb = parse_verb(line, model.play.lab(), 5).expect("it can be read");
        model.update(Action::Act(verb));
    };
    let letters = ["n3>n1#3", "n3>n2#3", "n3>n4#3", "n3>n5#3"];
    let under_way =
        |model: &Model, id: &str| model.view().flying.iter().any(|it| it.id.to_string() == id);
    model.update(Action::Pause);
    while !letters.iter().all(|id| under_way(&model, id)) {
        model.update(Action::StepForward);
    }
    for id in &letters[..3] {
        act(&mut model, &format!("drop {id}"));
    }
    act(&mut model, "hold n3>n5#3");
    act(&mut model, "crash n3");
    let has_second = |model: &Model| {
        let of_term_2 = |node: &&std::rc::Rc<NodeShown>| {
            node.glance.committed == 1 && node.log.entries.first().is_some_and(|it| it.0 == 2)
        };
        model.view().nodes.iter().filter(of_term_2).count() == 4
    };
    while !has_second(&model) {
        model.update(Action::StepForward);
    }
    act(&mut model, "deliver n3>n5#3");
    model
}

#[test]
fn a_letter_that_is_refused_shows_what_had_become_of_it() {
    let mut model = late_letter();
    let (here, before) = (model.view().moment, model.view().fingerprint);
    assert!(model.view().broken.is_empty());
    let suggestion = model.suggestion().expect("there is one");
    assert_eq!(suggestion.label, "What if it accepted?");
    model.update(suggestion.action);
    assert_eq!(model.play.mistakes(), [Mutant::AcceptOldAppend.id()]);
    let broken: Vec<_> = model.view().broken.iter().map(|it| it.property).collect();
    assert_eq!(broken, [DURABLE], "one red mark");
    let witness = &model.view().broken[0];
    assert_eq!((witness.nodes[0].to_string(), witness.index), ("n5".to_owned(), Some(1)));
    assert_eq!(witness.moment, model.view().moment, "it is shown where it breaks");
    assert_eq!((model.tab, model.playback.playing), (Tab::Checks, false));
    let lost = model.around().node_before(witness.nodes[0]).expect("something mattered there");
    assert_eq!(lost.log.entries[0].0, 2, "what was overwritten is still marked");
    let said = &model.saying.shown().text;
    assert!(said.starts_with("Acknowledged is not durable: in term 2 n5 "), "{said}");
    assert_ne!(model.suggestion().map(|it| it.label).as_deref(), Some("What if it accepted?"));
    // The run in which it was refused stands beside it, and nothing is broken there.
    model.update(Action::Run("swap", None));
    assert!(model.view().broken.is_empty() && model.play.mistakes().is_empty());
    model.update(Action::Run("swap", None));
    model.update(Action::Undo);
    assert!(model.view().broken.is_empty() && model.play.mistakes().is_empty());
    model.update(Action::SeekTo(here));
    assert_eq!(model.view().fingerprint, before, "it is as it was");
}

#[test]
fn what_breaks_nothing_soon_is_shown_at_its_own_moment() {
    let mut model = Model::new();
    play(&mut model, 1);
    model.update(Action::Pause);
    let here = model.view().moment.at;
    model.update(Action::WhatIf(Mutant::NeverSendSnapshot.id()));
    assert_eq!(model.play.mistakes(), [Mutant::NeverSendSnapshot.id()]);
    assert_eq!((model.view().moment.at, model.tab), (here, Tab::Events));
}

#[test]
fn a_noticed_mistake_opens_at_its_failure() {
    let row = netsplit_sim::course::noticed::rows().next().expect("something is noticed");
    let mut model = Model::new();
    model.update(Action::OpenNoticed { test: row.test.number, mutant: row.mutant, seed: row.seed });
    while model.opening.is_some() {
        model.update(Action::Frame { elapsed: 16_667, steps: 5_000 });
    }
    assert_eq!(model.play.mistakes(), [row.mutant.id()]);
    assert_eq!(Some(model.view().moment), model.play.failed_at);
    assert!(!model.play.history().events.is_empty());
}

#[test]
fn what_is_not_waited_for_leads_nowhere() {
    let row = netsplit_sim::course::noticed::rows().next().expect("something is noticed");
    let mut model = Model::new();
    play(&mut model, 1);
    let (link, here) = (model.shared_link(), model.view().moment);
    model.update(Action::OpenNoticed { test: row.test.number, mutant: row.mutant, seed: row.seed });
    model.update(Action::CancelOpening);
    open(&mut model, &link);
    assert_eq!(model.view().moment, here, "its failure is not looked for in another run");
}

#[test]
fn a_test_of_the_course_says_what_its_steps_are() {
    let mut model = Model::new();
    model.update(Action::Open(What::Course { lab: 1, test: 3 }));
    while model.opening.is_some() {
        model.update(Action::Frame { elapsed: 16_667, steps: 5_000 });
    }
    model.update(Action::NextNote);
    let note = |model: &Model| {
        let is_note =
            |event: &crate::state::history::Event| event.kind == crate::state::history::Kind::Note;
        let last = model.play.history().last(model.view().moment, is_note);
        last.map(|event| event.text.to_string()).unwrap_or_default()
    };
    assert!(note(&model).starts_with("Round 1: n"), "{}", note(&model));
    model.update(Action::NextNote);
    assert!(note(&model).starts_with("Round 2: n"), "{}", note(&model));
}

#[test]
fn logs_are_set_up_from_rows() {
    let start = start_from_rows("1 1\n1 2\n-", 5).expect("they are rows");
    assert_eq!(start.impossible, Vec::<String>::new());
    let mut model = Model::new();
    open(&mut model, &start.script);
    let lengths: Vec<u64> = model.view().nodes.iter().map(|node| node.glance.last_index).collect();
    assert_eq!(model.view().nodes.len(), 3);
    assert!(lengths == [2, 2, 0] || lengths == [0, 0, 0], "{lengths:?}");
    let logs: Vec<usize> = model.view().nodes.iter().map(|node| node.log.entries.len()).collect();
    assert_eq!(logs, [2, 2, 0]);
    assert!(!start_from_rows("1 3 2\n1", 5).expect("it can be run").impossible.is_empty());
}

#[test]
fn a_switch_opens_beside_at_the_same_time_and_the_old_run_stays() {
    let mut model = Model::new();
    play(&mut model, 1);
    let (here, before) = (model.view().moment.at, model.view().fingerprint);
    model.update(Action::Switch(101, "Another timer first"));
    assert_eq!(model.play.what, What::Listed { number: 101 });
    assert_eq!(model.play.change.as_deref(), Some("Another timer first"));
    assert_eq!(model.view().moment.at, here);
    let switched = model.view().fingerprint;
    model.update(Action::Switch(1, "First election"));
    assert_eq!(model.view().fingerprint, before, "the old run is shown, not made anew");
    model.update(Action::Run("swap", None));
    assert_eq!(model.view().fingerprint, switched, "V compares");
    model.update(Action::Undo);
    assert_eq!(model.view().fingerprint, before);
}

#[test]
fn the_editor_closes_when_another_run_is_shown_and_by_escape() {
    let mut model = Model::new();
    play(&mut model, 1);
    model.update(Action::Edit(Edit::Whole));
    model.update(Action::Mistake("EL01", true));
    assert_eq!(model.writing, Writing::Nothing);
    model.update(Action::Edit(Edit::Whole));
    let Writing::Whole(text, None) = &model.writing else { panic!("it can be written") };
    assert!(text.contains("EL01"), "{text}");
    model.update(Action::Run("escape", None));
    assert_eq!(model.writing, Writing::Nothing);
}
