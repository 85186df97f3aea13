//! Search or act: what is found for a text, best first.

use netsplit_sim::link::What;
use netsplit_sim::scenario::Line;
use netsplit_sim::{course, scenarios};

use super::action::Action;
use super::commands::{self, Chord};
use super::model::Model;

/// What was found.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// What it is: a scenario, a command, a line of the script, …
    pub kind: &'static str,
    /// Its name.
    pub name: String,
    /// A few words more.
    pub about: String,
    /// Its key.
    pub key: Option<Chord>,
    /// What choosing it does; `None` for what only says something.
    pub action: Option<Action>,
}

/// At most so many are shown.
const FOUND_MOST: usize = 40;

/// Everything that fits what is written in the palette.
pub fn find(model: &Model) -> Vec<Found> {
    let text = model.written.trim();
    let mut found = Vec::new();
    found.extend(named(text));
    found.extend(line(model, text));
    let lower = text.to_lowercase();
    let fits = |words: &str| {
        let words = words.to_lowercase();
        lower.split_whitespace().all(|part| words.contains(part))
    };
    for command in commands::all() {
        let Some(item) = command.item(model, model.selection) else { continue };
        if command.id != "search" && fits(&format!("{} {}", item.name, command.name)) {
            let about = command.group.title().to_owned();
            let key = item.key;
            found.push(Found {
                kind: "Command",
                name: item.name,
                about,
                key,
                action: Some(item.action),
            });
        }
    }
    for scenario in scenarios::all() {
        if fits(&format!("{} {} {}", scenario.number, scenario.title, scenario.look_for)) {
            found.push(Found {
                kind: "Scenario",
                name: scenario.title.to_owned(),
                about: scenario.look_for.to_owned(),
                key: None,
                action: Some(Action::Open(What::Listed { number: scenario.number })),
            });
        }
    }
    for test in course::all() {
        if !text.is_empty() && fits(&format!("{} {} {}", test.name, test.name_2024, test.title)) {
            found.push(Found {
                kind: "Course test",
                name: test.name.to_owned(),
                about: test.about.to_owned(),
                key: None,
                action: Some(Action::Open(What::Course {
                    lab: course::RAFT_LAB,
                    test: test.number,
                })),
            });
        }
    }
    found.truncate(FOUND_MOST);
    found
}

/// `name the old leader comes back`: names the branch.
fn named(text: &str) -> Option<Found> {
    let name = text.strip_prefix("name ")?.trim();
    (!name.is_empty()).then(|| Found {
        kind: "Branch",
        name: format!("Name this branch “{name}”"),
        about: String::new(),
        key: None,
        action: Some(Action::NameBranch(name.to_owned())),
    })
}

/// A line of the script language that acts now.
fn line(model: &Model, text: &str) -> Option<Found> {
    let Ok(Some(Line::Act { at: None, verb })) = model.line(text) else { return None };
    let name = model.play.lab().show(&verb).to_string();
    Some(Found {
        kind: "Act",
        name,
        about: "Acts at the moment shown".to_owned(),
        key: None,
        action: Some(Action::Act(verb)),
    })
}
