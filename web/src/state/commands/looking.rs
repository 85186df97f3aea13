//! What is selected, what the page shows, opening and sharing.

use netsplit_sim::link::What;

use super::{About, At, Chord, Command, Group, Offer};
use crate::state::action::{Action, Drawer, Float, Frame, Tab};

/// The scenario that shows what becomes of one command.
const ONE_COMMAND: What = What::Listed { number: 4 };

const fn command(
    id: &'static str,
    name: &'static str,
    keys: &'static [Chord],
    group: Group,
    does: fn(&At<'_>) -> Option<Offer>,
) -> Command {
    Command { id, name, group, about: About::Page, keys, does }
}

/// The other of two frames of the page.
fn frame(at: &At<'_>, frame: Frame) -> Option<Offer> {
    let is_on = at.model.frame == frame;
    Offer::plain(Action::SetFrame(if is_on { Frame::Whole } else { frame }))
}

pub(super) const COMMANDS: &[Command] = &[
    // ── Select ─────────────────────────────────────────────────────────────
    command("select", "Select n1 … n9, nothing", &[Chord::digit()], Group::Select, |at| {
        Offer::plain(Action::SelectNumber(at.digit?))
    }),
    command("next-message", "Next message under way", &[Chord::key("m")], Group::Select, |_| {
        Offer::plain(Action::SelectMessage { forward: true })
    }),
    command(
        "previous-message",
        "Previous message under way",
        &[Chord::shift("m")],
        Group::Select,
        |_| Offer::plain(Action::SelectMessage { forward: false }),
    ),
    command(
        "menu",
        "Menu of the selection",
        &[Chord::key("enter"), Chord::key("contextmenu"), Chord::shift("f10")],
        Group::Select,
        |_| Offer::plain(Action::Float(Float::Menu)),
    ),
    command(
        "escape",
        "Close, deselect, one level up",
        &[Chord::key("escape")],
        Group::Select,
        |_| Offer::plain(Action::Escape),
    ),
    // ── The page ───────────────────────────────────────────────────────────
    command("search", "Search or act", &[Chord::ctrl("k"), Chord::key("/")], Group::View, |_| {
        Offer::plain(Action::Write(String::new()))
    }),
    command("swap", "Swap the large and the small view", &[Chord::key("v")], Group::View, |at| {
        // A run that stands beside is the small view then.
        match &at.model.beside {
            Some(other) => {
                Offer::named(format!("Compare: show {}", other.run_name()), Action::Compare)
            }
            None => Offer::plain(Action::SwapViews),
        }
    }),
    command("all-groups", "Out to all groups", &[], Group::View, |at| {
        at.model.alone?;
        Offer::plain(Action::ShowGroup(None, None))
    }),
    command("close-beside", "Close the run beside", &[], Group::View, |at| {
        at.model.beside.as_ref()?;
        Offer::plain(Action::CloseBeside)
    }),
    command("to-failure", "Go to the failure", &[], Group::Run, |at| {
        let asked = !at.model.play.mistakes().is_empty() || at.model.play.failed_at.is_some();
        asked.then_some(Offer { name: None, action: Action::GoToFailure })
    }),
    command("set-up-logs", "Set up logs…", &[], Group::Run, |_| {
        Offer::plain(Action::Float(Float::Logs))
    }),
    command("stage-only", "Stage only", &[Chord::key("q")], Group::View, |at| {
        frame(at, Frame::StageOnly)
    }),
    command("present", "Present", &[Chord::shift("p")], Group::View, |at| {
        frame(at, Frame::Present)
    }),
    command("help", "Help: the keys", &[Chord::key("?")], Group::View, |_| {
        Offer::plain(Action::Float(Float::Help))
    }),
    command("letters", "Letters as keys: on, off", &[], Group::View, |at| {
        let off = at.model.letters;
        let name = if off { "Turn letters as keys off" } else { "Turn letters as keys on" };
        Offer::named(name.to_owned(), Action::Letters(!off))
    }),
    command("future", "The pale future: on, off", &[], Group::View, |at| {
        let off = at.model.foresees;
        let name = if off { "Turn the pale future off" } else { "Turn the pale future on" };
        Offer::named(name.to_owned(), Action::Foresee(!off))
    }),
    command("theme", "Theme: system, light, dark", &[], Group::View, |at| {
        let theme = at.model.theme.next();
        Offer::named(format!("Theme: {}", theme.word()), Action::SetTheme(theme))
    }),
    command("events", "Events", &[], Group::View, |_| Offer::plain(Action::Show(Tab::Events))),
    command("inspect", "Inspect", &[], Group::View, |_| Offer::plain(Action::Show(Tab::Inspect))),
    command("checks", "Checks", &[], Group::View, |_| Offer::plain(Action::Show(Tab::Checks))),
    command("script", "Script", &[], Group::View, |_| Offer::plain(Action::Show(Tab::Script))),
    command("scenarios", "Scenarios", &[], Group::View, |_| {
        Offer::plain(Action::Fold(Drawer::Scenarios))
    }),
    // ── Open, undo, share ──────────────────────────────────────────────────
    command("undo", "Undo", &[Chord::ctrl("z")], Group::Run, |_| Offer::plain(Action::Undo)),
    command("redo", "Redo", &[Chord::ctrl_shift("z"), Chord::ctrl("y")], Group::Run, |_| {
        Offer::plain(Action::Redo)
    }),
    command("share", "Share this moment", &[Chord::key("s")], Group::Run, |_| {
        Offer::plain(Action::Float(Float::Share))
    }),
    command("open", "Open a link or a script…", &[Chord::ctrl("o")], Group::Run, |_| {
        Offer::plain(Action::Float(Float::Open))
    }),
    command("save", "Save as a file", &[Chord::ctrl("s")], Group::Run, |_| {
        Offer::plain(Action::SaveFile)
    }),
    command("luck", "Same acts, other luck…", &[], Group::Run, |_| Offer::plain(Action::TryLuck)),
    command("find", "Find a run where …", &[], Group::Run, |_| {
        Offer::plain(Action::Float(Float::Find))
    }),
    command("new-seed", "New seed", &[], Group::Run, |at| {
        Offer::plain(Action::Reseed(at.model.next_seed()))
    }),
    command(
        "one-command",
        "Open “One command, five logs”",
        &[Chord::key("l")],
        Group::Run,
        |_| Offer::plain(Action::Open(ONE_COMMAND)),
    ),
];
