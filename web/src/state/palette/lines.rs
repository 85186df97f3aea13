//! What is written as a line of the script language: the act it is, how it may go
//! on, and what is wrong with it.

use netsplit_sim::choice::EnvelopeId;
use netsplit_sim::scenario::Line;
use netsplit_sim::script::vocabulary::completions;

use super::Found;
use crate::state::action::Action;
use crate::state::model::Model;

/// Continuations shown at most.
const COMPLETIONS_MOST: usize = 12;

/// `name the old leader comes back`: names the branch.
pub(super) fn named(text: &str) -> Option<Found> {
    let name = text.strip_prefix("name ")?.trim();
    let action = Action::NameBranch(name.to_owned());
    (!name.is_empty())
        .then(|| Found::new("Branch", format!("Name this branch “{name}”"), "", action))
}

/// A whole line, as what it does.
pub(super) fn act(model: &Model, text: &str) -> Option<Found> {
    let line = model.line(text).ok().flatten()?;
    let name = model.play.lab().show(&line).to_string();
    Some(match line {
        Line::Act { at: None, verb } => {
            Found::new("Act", name, "At the moment shown", Action::Act(verb))
        }
        Line::Act { at: Some(moment), verb } => {
            Found::new("Act", name, "Goes there first", Action::ActAt(moment, verb))
        }
        Line::RunFor(span) => Found::new("Play", name, "Then pauses", Action::PlayFor(span)),
        Line::RunUntil { condition, within } => {
            let about =
                if within.is_some() { "Then pauses" } else { "For 10 s at most, then pauses" };
            Found::new("Play", name, about, Action::PlayUntil(condition, within))
        }
        Line::Expect { .. } | Line::Note { .. } | Line::Try { .. } => Found::said(
            "Script",
            name,
            "Notes, what they expect and suggestions belong to a script: open one with Ctrl O",
        ),
    })
}

/// How what is written may go on.
pub(super) fn completed(model: &Model, written: &str) -> Vec<Found> {
    let view = model.view();
    let flying: Vec<EnvelopeId> = view.flying.iter().map(|flying| flying.id).collect();
    let lab = model.play.lab();
    let found = completions(written.trim_start(), lab, view.cast(), &flying);
    let found = found.into_iter().take(COMPLETIONS_MOST);
    found
        .map(|next| {
            let written = format!("{} ", next.line);
            Found::new("Line", next.line, &next.about, Action::Written(written))
        })
        .collect()
}

/// What is wrong with a line that begins like one, with a caret below the place.
pub(super) fn wrong(model: &Model, written: &str) -> Option<Found> {
    let error = model.line(written).err()?;
    let caret = format!("{}^", " ".repeat(error.column.saturating_sub(1) as usize));
    Some(Found::said("Line", format!("{written}\n{caret}"), &format!("{}.", error.message)))
}
