//! Sharing, opening what was shared, and not losing anything by it.

use netsplit_core::id::NodeId;
use netsplit_core::time::Time;
use netsplit_sim::link::What;
use netsplit_sim::moment::Moment;
use netsplit_sim::open::Claim;
use netsplit_sim::run::BranchShown;
use netsplit_sim::scenarios;
use netsplit_sim::verb::{Selector, Verb};

use super::{Form, markdown};
use crate::state::action::{Action, Float};
use crate::state::model::Model;
use crate::state::selection::Selection;
use crate::state::tests::{crash_leader, open, play};

#[test]
fn what_is_selected_and_the_line_of_the_sender_arrive() {
    let mut model = Model::new();
    play(&mut model, 1);
    model.update(Action::Pause);
    model.update(Action::SelectNumber(3));
    model.update(Action::Float(Float::Share));
    model.update(Action::ShareNote("  Look at n3.\u{202e} It is late  ".into()));
    let link = model.shared_link();
    let address = format!("https://netsplit.example/s/first-election/{link}");
    assert!(address.chars().count() < 200, "{address}");

    let mut other = Model::new();
    open(&mut other, &address);
    assert_eq!(other.selection, Selection::Node(NodeId::from_index(2)));
    assert_eq!(other.senders_line(), Some("Look at n3. It is late"));
    assert!(other.address().starts_with("#s1:"));
    let mut again = Model::new();
    open(&mut again, &other.address());
    assert_eq!(again.senders_line(), other.senders_line(), "the address keeps it");
    other.update(Action::StepForward);
    assert_eq!(other.senders_line(), None, "it is about one moment");
}

#[test]
fn what_was_copied_is_stale_once_the_link_is_another() {
    let mut model = Model::new();
    play(&mut model, 2);
    model.update(Action::Float(Float::Share));
    let link = model.shared_link();
    model.update(Action::Copied(Form::Link, link.clone()));
    assert_eq!(model.sharing.fresh(&model.shared_link()), Some(Form::Link));
    model.update(Action::ShareNote("here".into()));
    assert!(model.sharing.is_stale(&model.shared_link()));
    model.update(Action::ShareNote(String::new()));
    assert_eq!(model.shared_link(), link);
    assert!(!model.sharing.is_stale(&link), "it is what was copied again");
}

#[test]
fn titles_and_markdown_name_the_run_and_the_moment() {
    let mut model = Model::new();
    assert_eq!(model.tab_title(), "First election · 0.000 s · Netsplit");
    model.sharing.note = "n3 [crashed](here)".into();
    let title = model.shared_title();
    assert_eq!(title, "First election at 0.000 s: n3 [crashed](here)");
    let text = markdown(&title, "https://x.example/#s1:AA&t=0s");
    let plain = "First election at 0.000 s: n3 \\[crashed\\]\\(here\\)";
    assert_eq!(text, format!("[{plain}](https://x.example/#s1:AA&t=0s)"));

    let broken = scenarios::by_id("vote-forgotten").expect("it is in the list");
    model.update(Action::Open(What::Listed { number: broken.number }));
    play(&mut model, 2);
    let title = model.tab_title();
    assert!(title.contains(" broken · A vote forgotten · "), "{title}");
}

#[test]
fn a_script_is_offered_where_it_says_the_same() {
    let mut model = Model::new();
    play(&mut model, 2);
    model.update(crash_leader());
    play(&mut model, 1);
    let text = model.play.script_text().expect("text can say it");
    let mut other = Model::new();
    open(&mut other, &text);
    other.play.run.run_to(model.play.run.moment(), u64::MAX);
    assert_eq!(other.play.run.fingerprint(), model.play.run.fingerprint());
}

#[test]
fn opening_leaves_the_run_where_it_was_and_back_returns_to_it() {
    let mut model = Model::new();
    play(&mut model, 2);
    model.update(crash_leader());
    model.update(Action::SeekTo(Moment::after(Time::from_micros(300_000))));
    model.update(Action::Act(Verb::Isolate(Selector::node(NodeId::from_index(1)))));
    let (branches, here) = (model.play.run.branches().len(), model.view().fingerprint);
    let number = model.visits.number;
    model.update(Action::Open(What::Listed { number: 2 }));
    assert_eq!((model.visits.number, model.visits.in_place), (number + 1, false));
    assert!(model.update(Action::GoBackTo(number)));
    assert_eq!((model.play.run.branches().len(), model.view().fingerprint), (branches, here));
    assert_eq!(model.visits.number, number);
    assert!(!model.playback.playing);
    assert!(model.update(Action::GoBackTo(number + 1)), "and forward again");
    assert_eq!(model.play.what, What::Listed { number: 2 });
    assert!(!model.update(Action::GoBackTo(99)));
}

#[test]
fn a_tab_that_is_loaded_again_has_its_branches() {
    for what in [What::Listed { number: 1 }, What::Course { lab: 1, test: 5 }] {
        let mut model = Model::new();
        model.update(Action::Open(what));
        while model.opening.is_some() {
            model.update(Action::Frame { elapsed: 16_667, steps: 5_000 });
        }
        play(&mut model, 2);
        assert_eq!(model.branches_text(), None, "there is only one");
        let half = model.play.run.moment().at.micros() / 2;
        model.update(Action::SeekTo(Moment::after(Time::from_micros(half))));
        model.update(Action::Act(Verb::Isolate(Selector::node(NodeId::from_index(1)))));
        play(&mut model, 1);
        model.update(Action::Act(Verb::MendAll(Selector::All)));
        model.update(Action::NameBranch("cut\toff".into()));
        model.update(Action::Pause);
        let (address, text) = (model.address(), model.branches_text().expect("there are two"));

        let mut again = Model::new();
        again.update(Action::OpenAgain { address, number: 7, branches: text.clone() });
        while again.opening.is_some() {
            again.update(Action::Frame { elapsed: 16_667, steps: 5_000 });
        }
        assert_eq!(again.view().fingerprint, model.view().fingerprint);
        assert_eq!(again.origin.as_ref().map(|origin| origin.claim), Some(Claim::Holds));
        assert_eq!((again.visits.number, again.visits.in_place), (7, true));
        let shown = |model: &Model| {
            let branches = model.play.run.branches().into_iter();
            let of = |it: BranchShown| (it.parent, it.edge, it.shown);
            branches.map(of).collect::<Vec<_>>()
        };
        assert_eq!(shown(&again), shown(&model));
        assert_eq!(again.branches_text(), Some(text.replace("cut\toff", "cut off")));

        // Of another run, or garbled, they are left out, and the link still opens.
        let mut other = Model::new();
        let (address, branches) = (model.address(), "*\t\t#s1:AAAA\n".to_owned());
        other.update(Action::OpenAgain { address, number: 0, branches });
        while other.opening.is_some() {
            other.update(Action::Frame { elapsed: 16_667, steps: 5_000 });
        }
        assert_eq!(other.view().fingerprint, model.view().fingerprint);
        assert_eq!(other.play.run.branches().len(), 1);
    }
}
