//! Every key of the table does what the table says.

use netsplit_sim::link::What;
use netsplit_sim::moment::Moment;

use super::*;
use crate::state::action::{Float, Frame};
use crate::state::playback::Speed;
use netsplit_core::id::NodeId;

/// A stroke as the table writes it: `Shift →`, `Ctrl K`, `X`.
fn stroke(shown: &str) -> Stroke {
    let mut words: Vec<&str> = shown.split(' ').collect();
    let key = words.pop().expect("there is a key");
    let (ctrl, shift) = (words.contains(&"Ctrl"), words.contains(&"Shift"));
    let named = [
        ("Space", " "),
        ("→", "ArrowRight"),
        ("←", "ArrowLeft"),
        ("Esc", "Escape"),
        ("menu-key", "ContextMenu"),
    ];
    let named = named.iter().find(|(name, _)| *name == key).map(|(_, key)| *key);
    let letter = key.chars().count() == 1 && !shift;
    let typed = if letter { key.to_lowercase() } else { key.to_owned() };
    Stroke { key: named.map_or(typed, str::to_owned), ctrl, shift, alt: false }
}

fn press(model: &mut Model, shown: &str) {
    let struck = struck(model, shown);
    model.update(struck);
}

/// What the page is told when keys are pressed.
fn struck(model: &Model, shown: &str) -> Action {
    let found = by_stroke(&stroke(shown), model.letters);
    let (command, digit) = found.unwrap_or_else(|| panic!("{shown} is nobody's key"));
    Action::Run(command.id, digit)
}

/// A run with a leader, paused, at a fixed speed.
fn led() -> Model {
    let mut model = Model::new();
    model.update(Action::Pause);
    while !model.view().nodes.iter().any(|node| node.glance.leads) {
        model.update(Action::StepForward);
    }
    model
}

fn leader(model: &Model) -> NodeId {
    let leads = model.view().nodes.iter().find(|node| node.glance.leads);
    leads.expect("somebody leads").id
}

fn up(model: &Model, node: NodeId) -> bool {
    model.view().nodes[node.index()].up
}

/// A model with a message selected.
fn with_message() -> Model {
    let mut model = led();
    press(&mut model, "M");
    assert!(model.selection.message().is_some());
    model
}

fn acts(model: &Model) -> Vec<String> {
    let lab = model.play.lab();
    let acts = model.play.run.acts();
    let text = |act: &netsplit_sim::scene::Act| match &act.deed {
        netsplit_sim::scene::Deed::Verb(verb) => Some(lab.show(verb).to_string()),
        netsplit_sim::scene::Deed::Choice(_) => None,
    };
    acts.iter().filter_map(text).collect()
}

/// The table of keys: what the first press of each is to do.
const TABLE: &[(&str, CommandId)] = &[
    ("Space", "play"),
    (".", "play"),
    ("→", "step"),
    ("←", "step-back"),
    ("Shift →", "next-matter"),
    ("Shift ←", "previous-matter"),
    ("PageDown", "next-note"),
    ("PageUp", "previous-note"),
    ("Home", "start"),
    ("End", "edge"),
    ("+", "faster"),
    ("−", "slower"),
    ("-", "slower"),
    ("N", "auto"),
    ("[", "loop-from"),
    ("]", "loop-to"),
    ("1", "select"),
    ("9", "select"),
    ("0", "select"),
    ("M", "next-message"),
    ("Shift M", "previous-message"),
    ("Enter", "menu"),
    ("menu-key", "menu"),
    ("Esc", "escape"),
    ("Ctrl K", "search"),
    ("/", "search"),
    ("Ctrl Z", "undo"),
    ("Ctrl Shift Z", "redo"),
    ("Ctrl Y", "redo"),
    ("?", "help"),
    ("X", "crash"),
    ("P", "pause"),
    ("I", "isolate"),
    ("E", "time-out"),
    ("D", "drop"),
    ("H", "hold"),
    ("G", "deliver"),
    ("U", "duplicate"),
    ("C", "send"),
    ("Shift C", "send-written"),
    ("R", "restart-leader"),
    ("T", "spread"),
    ("A", "align"),
    ("B", "restart-all"),
    ("L", "one-command"),
    ("F", "branch-name"),
    ("V", "swap"),
    ("Q", "stage-only"),
    ("Shift P", "present"),
    ("S", "share"),
    ("Ctrl O", "open"),
    ("Ctrl S", "save"),
];

#[test]
fn every_key_of_the_table_belongs_to_its_command() {
    for (shown, id) in TABLE {
        let found = by_stroke(&stroke(shown), true).map(|(command, _)| command.id);
        assert_eq!(found, Some(*id), "{shown}");
    }
    let listed = |command: &Command| TABLE.iter().any(|(_, id)| *id == command.id);
    for command in all().filter(|command| !command.keys.is_empty()) {
        assert!(listed(command), "{} has a key that the table does not know", command.id);
    }
}

#[test]
fn no_key_and_no_name_is_in_the_registry_twice() {
    let commands: Vec<&Command> = all().collect();
    for (place, command) in commands.iter().enumerate() {
        for other in &commands[place + 1..] {
            assert_ne!(command.id, other.id);
            for chord in command.keys {
                assert!(!other.keys.contains(chord), "{} and {}", command.id, other.id);
            }
        }
        for chord in command.keys {
            assert!(!RESERVED.contains(chord), "{} has a reserved key", command.id);
        }
        let first = command.name.chars().next().expect("it has a name");
        assert!(first.is_uppercase() && !command.name.ends_with('.'), "{}", command.name);
    }
    assert!(by_stroke(&stroke("Y"), true).is_none());
    assert!(by_stroke(&stroke("Ctrl C"), true).is_none(), "copying stays the browser's");
    assert!(by_stroke(&stroke("Tab"), true).is_none());
}

#[test]
fn keys_of_time_move_in_time() {
    let mut model = led();
    press(&mut model, "Space");
    assert!(model.playback.playing);
    press(&mut model, ".");
    assert!(!model.playback.playing);
    let steps = model.play.run.steps();
    press(&mut model, "→");
    press(&mut model, "→");
    press(&mut model, "←");
    assert_eq!(model.play.run.steps(), steps + 1);
    let here = model.view().moment;
    press(&mut model, "Shift →");
    let there = model.view().moment;
    assert!(there > here);
    press(&mut model, "Shift ←");
    assert!(model.view().moment < there);
    press(&mut model, "Home");
    assert_eq!(model.view().moment, Moment::START);
    press(&mut model, "End");
    assert_eq!(model.view().moment, model.play.run.edge());
    press(&mut model, "+");
    let Speed::Fixed(fast) = model.playback.speed else { panic!("+ leaves Auto") };
    press(&mut model, "−");
    assert!(matches!(model.playback.speed, Speed::Fixed(slow) if slow < fast));
    press(&mut model, "N");
    assert_eq!(model.playback.speed, Speed::Auto);
}

#[test]
fn page_keys_go_from_note_to_note() {
    let mut model = Model::new();
    let notes = |model: &Model| {
        let here = model.view().moment;
        let is_note =
            |event: &crate::state::history::Event| event.kind == crate::state::history::Kind::Note;
        let history = model.play.history();
        history.events[..history.happened(here)].iter().filter(|event| is_note(event)).count()
    };
    press(&mut model, "PageDown");
    assert!(!model.playback.playing);
    let first = (notes(&model), model.view().moment);
    press(&mut model, "PageDown");
    assert_eq!(notes(&model), first.0 + 1);
    press(&mut model, "PageUp");
    assert_eq!((notes(&model), model.view().moment), first);
}

#[test]
fn a_loop_goes_round_and_can_be_left() {
    let mut model = led();
    press(&mut model, "[");
    let from = model.view().moment;
    press(&mut model, "Shift →");
    press(&mut model, "]");
    let to = model.view().moment;
    press(&mut model, "Space");
    model.update(Action::SetSpeed(Speed::Fixed(1_000_000)));
    let mut back = 0;
    for _ in 0..60 {
        let before = model.view().moment;
        model.update(Action::Frame { elapsed: 16_667, steps: 1_000 });
        assert!(model.view().moment <= to.max(before));
        back += u32::from(model.view().moment == from);
    }
    assert!(back > 1, "it went round {back} times");
    model.update(Action::Run("loop-off", None));
    for _ in 0..60 {
        model.update(Action::Frame { elapsed: 16_667, steps: 1_000 });
    }
    assert!(model.view().moment > to);
}

#[test]
fn keys_of_the_selection_act_on_it() {
    let mut model = led();
    press(&mut model, "X");
    assert!(model.toast.as_ref().is_some_and(|toast| toast.text.starts_with("Select a node")));
    press(&mut model, "2");
    let two = NodeId::from_index(1);
    assert_eq!(model.selection, Selection::Node(two));
    press(&mut model, "X");
    assert!(!up(&model, two));
    press(&mut model, "X");
    assert!(up(&model, two));
    press(&mut model, "P");
    assert!(model.view().nodes[1].paused);
    press(&mut model, "P");
    assert!(!model.view().nodes[1].paused);
    press(&mut model, "I");
    assert_eq!(model.view().cuts.len(), 8);
    press(&mut model, "I");
    assert!(model.view().cuts.is_empty());
    let term = model.view().nodes[1].glance.term;
    press(&mut model, "E");
    assert!(model.view().nodes[1].glance.term > term);
    press(&mut model, "0");
    assert_eq!(model.selection, Selection::Nothing);
}

#[test]
fn keys_of_messages_act_on_the_selected_one() {
    let gone = |model: &Model, id| !model.view().flying.iter().any(|flying| flying.id == id);
    let mut model = led();
    press(&mut model, "D");
    assert!(model.toast.as_ref().is_some_and(|toast| toast.text.starts_with("Select a message")));
    for key in ["D", "G"] {
        let mut model = with_message();
        let id = model.selection.message().expect("one is selected");
        press(&mut model, key);
        assert!(gone(&model, id), "{key}");
    }
    let mut model = with_message();
    let first = model.selection;
    press(&mut model, "M");
    press(&mut model, "Shift M");
    assert_eq!(model.selection, first);
    press(&mut model, "H");
    assert!(model.view().flying.iter().any(|flying| flying.held));
    press(&mut model, "H");
    assert!(!model.view().flying.iter().any(|flying| flying.held));
    let count = model.view().flying.len();
    press(&mut model, "U");
    assert_eq!(model.view().flying.len(), count + 1);
}

#[test]
fn keys_of_the_cluster_act_on_all_of_it() {
    let mut model = led();
    let who = leader(&model);
    press(&mut model, "C");
    assert!(acts(&model)[0].starts_with("propose x"), "{:?}", acts(&model));
    press(&mut model, "R");
    assert!(up(&model, who) && leader_of(&model).is_none());
    press(&mut model, "Ctrl Z");
    assert_eq!(leader_of(&model), Some(who), "both acts are taken back as one");
    assert_eq!(acts(&model).len(), 1);
    press(&mut model, "Ctrl Shift Z");
    assert!(leader_of(&model).is_none());
    assert_eq!(acts(&model).len(), 3);
    for key in ["1", "X", "2", "I", "3", "P"] {
        press(&mut model, key);
    }
    model.update(Action::Run("be-network", None));
    press(&mut model, "B");
    let view = model.view();
    assert!(view.nodes.iter().all(|node| node.up && !node.paused));
    assert!(view.cuts.is_empty() && view.rules.is_empty());
    press(&mut model, "B");
    assert!(model.toast.as_ref().is_some_and(|toast| toast.text.contains("does not apply")));
}

fn leader_of(model: &Model) -> Option<NodeId> {
    model.view().nodes.iter().find(|node| node.glance.leads).map(|node| node.id)
}

#[test]
fn timers_are_aligned_and_spread() {
    let ends = |model: &Model| {
        let nodes = model.view().nodes.iter();
        let mut ends: Vec<u64> = nodes
            .flat_map(|node| node.timers.iter().filter(|(name, ..)| name == "election"))
            .map(|(_, _, at)| at.micros())
            .collect();
        ends.sort_unstable();
        ends
    };
    let mut model = Model::new();
    model.update(Action::Pause);
    while ends(&model).len() < 5 {
        model.update(Action::StepForward);
    }
    let before = ends(&model);
    press(&mut model, "A");
    assert_eq!(ends(&model), [before[4]; 5]);
    press(&mut model, "T");
    let apart = ends(&model);
    assert!(apart.windows(2).all(|pair| pair[1] - pair[0] == 40_000), "{apart:?}");
    press(&mut model, "Ctrl Z");
    assert_eq!(ends(&model), [before[4]; 5]);
}

#[test]
fn keys_of_the_page_change_the_page() {
    let mut model = led();
    press(&mut model, "Enter");
    assert_eq!(model.float, Float::Menu);
    press(&mut model, "X");
    assert_eq!(model.play.run.acts().len(), 0, "what floats has the keys");
    press(&mut model, "Esc");
    assert_eq!(model.float, Float::Nothing);
    for key in ["Ctrl K", "/"] {
        press(&mut model, key);
        assert_eq!((model.float, &*model.written), (Float::Palette, ""));
        press(&mut model, "Ctrl K");
        assert_eq!(model.float, Float::Nothing);
    }
    press(&mut model, "Shift C");
    assert_eq!((model.float, &*model.written), (Float::Palette, "propose "));
    press(&mut model, "Esc");
    press(&mut model, "F");
    model.update(Action::Written("name the first leader".to_owned()));
    model.update(Action::Choose(None));
    assert_eq!(model.play.run.branches()[0].name.as_deref(), Some("the first leader"));
    for (key, float) in [("?", Float::Help), ("S", Float::Share), ("Ctrl O", Float::Open)] {
        press(&mut model, key);
        assert_eq!(model.float, float, "{key}");
        press(&mut model, "Esc");
    }
    press(&mut model, "V");
    assert!(model.swapped);
    press(&mut model, "Q");
    assert_eq!(model.frame, Frame::StageOnly);
    press(&mut model, "Shift P");
    assert_eq!(model.frame, Frame::Present);
    press(&mut model, "Shift P");
    assert_eq!(model.frame, Frame::Whole);
    press(&mut model, "L");
    assert_eq!(model.play.what, What::Listed { number: 4 });
    let struck = struck(&model, "Ctrl S");
    assert_eq!(model.meant(struck), Ok(Action::SaveFile), "the root of the page saves it");
    assert!(model.play.file_name().starts_with("one-command"));
}

#[test]
fn letters_can_be_turned_off() {
    let mut model = led();
    model.update(Action::Run("letters", None));
    assert!(!model.letters);
    for shown in ["X", "1", "?", "/", "[", "Shift C"] {
        assert!(by_stroke(&stroke(shown), false).is_none(), "{shown}");
    }
    for shown in ["Space", "→", "Ctrl K", "Esc", "PageDown"] {
        assert!(by_stroke(&stroke(shown), false).is_some(), "{shown}");
    }
}

#[test]
fn a_menu_names_its_thing() {
    let mut model = led();
    let menu = |model: &Model| -> Vec<String> {
        commands_for(model, model.selection).into_iter().map(|item| item.name).collect()
    };
    press(&mut model, "4");
    assert_eq!(menu(&model)[..3], ["Crash n4", "Pause n4", "Isolate n4"]);
    press(&mut model, "X");
    assert_eq!(menu(&model)[..2], ["Restart n4", "Isolate n4"]);
    model.update(Action::Select(Selection::link(NodeId::from_index(1), NodeId::from_index(0))));
    assert_eq!(menu(&model), ["Cut n1 → n2", "Cut n2 → n1", "Cut n1 – n2 both ways"]);
    let model = with_message();
    assert!(menu(&model)[0].starts_with("Deliver "), "{:?}", menu(&model));
    assert_eq!(titled("redo", false), "Redo (Ctrl Shift Z)");
    assert_eq!(titled("search", true), "Search or act (⌘ K)");
}

#[test]
fn how_late_a_message_comes_is_written_by_the_person() {
    let mut model = with_message();
    let id = model.selection.message().expect("one is selected");
    model.update(Action::Run("delay", None));
    assert_eq!((model.float, &*model.written), (Float::Palette, &*format!("delay {id} by 100ms")));
    let due = |model: &Model| {
        model.view().flying.iter().find(|it| it.id == id).map(|it| it.arrives.micros())
    };
    let before = due(&model).expect("it is under way");
    model.update(Action::Written(format!("delay {id} by 40ms")));
    model.update(Action::Choose(None));
    assert_eq!(due(&model), Some(before + 40_000));
}

#[test]
fn commands_are_counted_from_the_first_of_the_run() {
    let mut model = led();
    model.update(Action::ToStart);
    while !model.view().nodes.iter().any(|node| node.glance.leads) {
        model.update(Action::StepForward);
    }
    press(&mut model, "C");
    press(&mut model, "C");
    assert_eq!(
        acts(&model),
        ["propose x1", "propose x2"],
        "what the script sends later is not counted"
    );
}

#[test]
fn a_leader_is_offered_no_time_out_and_an_entry_what_its_node_is() {
    let mut model = led();
    let node = leader(&model);
    let names = |model: &Model, of| -> Vec<String> {
        commands_for(model, of).into_iter().map(|item| item.name).collect()
    };
    assert!(!names(&model, Selection::Node(node)).iter().any(|name| name.contains("time-out")));
    press(&mut model, "C");
    let of_entry = names(&model, Selection::Entry(node, 1));
    assert_eq!(of_entry[..2], [format!("Select {node}"), format!("Crash {node}")]);
}
