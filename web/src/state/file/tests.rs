//! A saved run is read by a person, and opens again; changed, it is what was written.

use super::{text, unchanged};
use crate::state::action::Action;
use crate::state::model::Model;
use crate::state::tests::{crash_leader, open, play};

/// A run with an act, paused, and its file.
fn saved() -> (Model, String) {
    let mut model = Model::new();
    play(&mut model, 2);
    model.update(crash_leader());
    play(&mut model, 1);
    model.update(Action::Pause);
    model.update(Action::SelectNumber(3));
    let text = model.file();
    (model, text)
}

#[test]
fn a_file_is_read_as_a_script_and_opens_at_its_moment() {
    let (model, text) = saved();
    assert!(text.starts_with("# First election at "), "{text}");
    assert!(text.contains("\nscenario raft ") && text.contains(" crash "), "{text}");
    // However an editor ends its lines.
    for text in [text.clone(), text.replace('\n', "\r\n"), text.trim_end().to_owned()] {
        let mut other = Model::new();
        open(&mut other, &text);
        assert_eq!(other.view().fingerprint, model.view().fingerprint);
        assert_eq!(other.selection, model.selection);
        assert_eq!(other.play.title(), "First election", "it is the run that was saved");
    }
}

#[test]
fn a_changed_file_runs_as_the_script_that_it_is() {
    let (_, text) = saved();
    let changed = text.replacen("nodes=5", "nodes=7", 1);
    assert_ne!(changed, text, "its setup says how many nodes there are");
    let mut other = Model::new();
    open(&mut other, &changed);
    assert_eq!(other.view().nodes.len(), 7);
    assert_eq!(other.play.title(), "A script of your own");
}

#[test]
fn what_no_text_can_say_is_a_link_alone() {
    let file = text("A test at 1.000 s", None, "#s1:AA");
    assert_eq!(file, "# A test at 1.000 s\n#s1:AA\n");
    assert_eq!(unchanged(&file), None);
    assert_eq!(unchanged("# 00000000 #s1:AA"), None, "nothing stands above it");
}
