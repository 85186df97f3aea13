//! Search or act: what is found for a text, best first.
//!
//! A line of the script language acts; scenarios, tests, mistakes, commands and
//! what a test of the course printed are found by their words.

mod lines;
mod search;
#[cfg(test)]
mod tests;

use super::action::Action;
use super::commands::Chord;
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

impl Found {
    /// Something found that does something.
    fn new(kind: &'static str, name: impl Into<String>, about: &str, action: Action) -> Found {
        let (name, about) = (name.into(), about.to_owned());
        Found { kind, name, about, key: None, action: Some(action) }
    }

    /// Something that is only said.
    fn said(kind: &'static str, name: impl Into<String>, about: &str) -> Found {
        Found { kind, name: name.into(), about: about.to_owned(), key: None, action: None }
    }
}

/// At most so many are shown.
const FOUND_MOST: usize = 40;

/// Everything that fits what is written in the palette.
pub fn find(model: &Model) -> Vec<Found> {
    let text = model.written.trim();
    let mut found = Vec::new();
    found.extend(lines::named(text));
    found.extend(lines::act(model, text));
    found.extend(search::failures(text));
    found.extend(search::commands(model, text));
    found.extend(search::scenarios(text));
    if !text.is_empty() {
        found.extend(search::tests(text));
        found.extend(search::mistakes(model, text));
        found.extend(lines::completed(model, &model.written));
    }
    if found.is_empty() {
        found.extend(lines::wrong(model, &model.written));
    }
    found.truncate(FOUND_MOST);
    found
}
