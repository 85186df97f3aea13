//! Everything a person can do, in one registry: literal lists, from which keys,
//! the palette, menus, help and the titles of buttons are made.
//!
//! A [`Command`] knows its keys and where it applies; [`Command::offer`] says, for
//! a selection, what it is called there ("Crash n4") and which [`Action`] it is.
//! What a Raft log holds is called a command as well; in these files the word
//! means an entry of this registry.

mod acting;
mod keys;
mod looking;
#[cfg(test)]
mod tests;
mod time;

use super::action::Action;
use super::model::Model;
use super::selection::Selection;

pub use acting::called;
pub use keys::{Chord, Key, Stroke};

/// The name of a command in code; frozen only as far as tests name it.
pub type CommandId = &'static str;

/// What a command is about, and so in which menu it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About {
    /// The page or the whole run.
    Page,
    /// The cluster: the menu of the empty ground.
    Cluster,
    /// A node.
    Node,
    /// A message under way.
    Message,
    /// A link.
    Link,
    /// A timer.
    Timer,
    /// An entry of a log.
    Entry,
    /// A branch.
    Branch,
}

impl About {
    /// What a selection is.
    pub fn of(selection: Selection) -> About {
        match selection {
            Selection::Nothing | Selection::Operation(_) | Selection::Shard(_) => About::Cluster,
            Selection::Node(_) | Selection::Nodes(_) => About::Node,
            Selection::Link(..) => About::Link,
            Selection::Message(_) => About::Message,
            Selection::Timer(..) => About::Timer,
            Selection::Entry(..) => About::Entry,
            Selection::Branch(_) => About::Branch,
        }
    }

    /// What to say when a key is pressed and nothing of the kind is selected.
    fn missing(self) -> Option<&'static str> {
        Some(match self {
            About::Page | About::Cluster => return None,
            About::Node => "Select a node first: click it, or press its number.",
            About::Message => "Select a message first: click it, or press M.",
            About::Link => "Select a link first: click the line between two nodes.",
            About::Timer => "Select a timer first: click it under Inspect.",
            About::Entry => "Select an entry first: click its cell.",
            About::Branch => "Select a branch first: click its line.",
        })
    }
}

/// A chapter of the help.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// Play, steps, speed.
    Time,
    /// What is selected.
    Select,
    /// To the selected node.
    Node,
    /// To the selected message.
    Message,
    /// To links, timers, entries and branches.
    More,
    /// To the whole cluster.
    Cluster,
    /// What the page shows.
    View,
    /// Opening, sharing, undoing.
    Run,
}

impl Group {
    /// All, in the order of the help.
    pub const ALL: &[Group] = &[
        Group::Time,
        Group::Select,
        Group::Node,
        Group::Message,
        Group::More,
        Group::Cluster,
        Group::View,
        Group::Run,
    ];

    /// Its heading.
    pub fn title(self) -> &'static str {
        match self {
            Group::Time => "Time",
            Group::Select => "Select",
            Group::Node => "The selected node",
            Group::Message => "The selected message",
            Group::More => "Links, timers, entries, branches",
            Group::Cluster => "The cluster",
            Group::View => "The page",
            Group::Run => "Open, undo, share",
        }
    }
}

/// Where a command is asked for.
#[derive(Clone, Copy)]
pub struct At<'a> {
    /// The page.
    pub model: &'a Model,
    /// What the command is to be about.
    pub selection: Selection,
    /// The digit that was pressed, for what takes one.
    pub digit: Option<u32>,
}

/// What a command is here and now.
#[derive(Clone, Debug, PartialEq)]
pub struct Offer {
    /// What it is called here; `None` for its own name.
    pub name: Option<String>,
    /// What it does.
    pub action: Action,
}

impl Offer {
    /// An offer under the command's own name.
    fn plain(action: Action) -> Option<Offer> {
        Some(Offer { name: None, action })
    }

    /// An offer that names its thing.
    fn named(name: String, action: Action) -> Option<Offer> {
        Some(Offer { name: Some(name), action })
    }
}

/// A thing a person can do.
pub struct Command {
    /// Its name in code.
    pub id: CommandId,
    /// Its name, in sentence case, where nothing is named.
    pub name: &'static str,
    /// Its chapter of the help.
    pub group: Group,
    /// What it is about.
    pub about: About,
    /// Its keys; the first is the one that is shown.
    pub keys: &'static [Chord],
    /// What it is here; `None` when it does not apply.
    pub does: fn(&At<'_>) -> Option<Offer>,
}

/// Keys that the browser handles by itself, for the help: shown keys and what they do.
pub const BY_BROWSER: &[(&str, &str)] = &[("Tab", "Panels in order; arrows inside")];

/// Keys that are kept free for what is to come.
pub const RESERVED: &[Chord] = &[Chord::key("y")];

/// All commands, chapter by chapter.
pub fn all() -> impl Iterator<Item = &'static Command> {
    [time::COMMANDS, looking::COMMANDS, acting::COMMANDS].into_iter().flatten()
}

/// A command by its name in code.
pub fn by_id(id: &str) -> Option<&'static Command> {
    all().find(|command| command.id == id)
}

/// The command of a stroke, and the digit that was pressed, if one was. With
/// `letters` off, what is typed without Ctrl is nobody's key.
pub fn by_stroke(stroke: &Stroke, letters: bool) -> Option<(&'static Command, Option<u32>)> {
    if !letters && stroke.is_character() {
        return None;
    }
    let fits = |command: &&Command| command.keys.iter().any(|chord| chord.fits(stroke));
    all().find(fits).map(|command| (command, stroke.digit()))
}

/// An item of a menu or of the palette.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// The command.
    pub id: CommandId,
    /// What it is called here.
    pub name: String,
    /// Its first key, if it has one.
    pub key: Option<Chord>,
    /// What it does here.
    pub action: Action,
}

/// The menu of a selection: what can be done to it now, each under a name that
/// names the thing.
pub fn commands_for(model: &Model, selection: Selection) -> Vec<Item> {
    let of = |selection| {
        let about = About::of(selection);
        let of_it = all().filter(move |command| command.about == about);
        of_it.filter_map(move |command| command.item(model, selection))
    };
    match selection {
        // An entry is where its node is; keys are about what is selected.
        Selection::Entry(node, _) => {
            let of_node = of(Selection::Node(node)).map(|item| Item { key: None, ..item });
            of(selection).chain(of_node).collect()
        }
        _ => of(selection).collect(),
    }
}

/// The name of a command with its key, for the title of a button: `Undo (Ctrl Z)`.
pub fn titled(id: CommandId, mac: bool) -> String {
    let Some(command) = by_id(id) else { return String::new() };
    match command.keys.first() {
        Some(chord) => format!("{} ({})", command.name, chord.shown(mac)),
        None => command.name.to_owned(),
    }
}

impl Command {
    /// What it is about a selection; `None` when it does not apply.
    pub fn offer(&self, model: &Model, selection: Selection) -> Option<Offer> {
        (self.does)(&At { model, selection, digit: None })
    }

    /// Whether it applies to what is selected now.
    pub fn applies(&self, model: &Model) -> bool {
        self.offer(model, model.selection).is_some()
    }

    /// The same as an item of a menu.
    pub fn item(&self, model: &Model, selection: Selection) -> Option<Item> {
        let Offer { name, action } = self.offer(model, selection)?;
        let name = name.unwrap_or_else(|| self.name.to_owned());
        Some(Item { id: self.id, name, key: self.keys.first().copied(), action })
    }

    /// Why it does not apply, as a sentence.
    pub fn refusal(&self, model: &Model) -> String {
        let selected = About::of(model.selection) == self.about;
        match self.about.missing().filter(|_| !selected) {
            Some(missing) => missing.to_owned(),
            None => format!("“{}” does not apply now.", self.name),
        }
    }
}
