//! Commands of the registry, by key, menu or palette, and lines of the script
//! language that a person writes.

use netsplit_core::rng::Rng;
use netsplit_sim::scenario::Line;
use netsplit_sim::script;

use super::Model;
use crate::state::action::{Action, Float};
use crate::state::commands::{self, At};
use crate::state::palette;

impl Model {
    /// What an action comes to: a command and a place of the palette's list are what they do just
    /// now.
    ///
    /// # Errors
    /// Nothing is left to be done; the value says whether something on the screen changed.
    pub fn meant(&mut self, action: Action) -> Result<Action, bool> {
        match action {
            Action::Run(id, digit) => self.command(id, digit),
            Action::Choose(place) => self.chosen(place).ok_or(true),
            other => Ok(other),
        }
    }

    /// What a command does about what is selected; when it does not apply, the page says why.
    fn command(&mut self, id: &str, digit: Option<u32>) -> Result<Action, bool> {
        let command = commands::by_id(id).ok_or(false)?;
        // While something floats, keys are its own; what opens and closes it stays.
        let opens = matches!(id, "escape" | "search" | "help" | "share" | "open");
        if self.float != Float::Nothing && !opens {
            return Err(false);
        }
        if id == "search" && self.float == Float::Palette {
            return Ok(Action::Float(Float::Palette));
        }
        let at = At { model: self, selection: self.selection, digit };
        (command.does)(&at).map(|offer| offer.action).ok_or_else(|| {
            self.say(&command.refusal(self), false);
            true
        })
    }

    /// What stands in the palette's list at a place; without one, what is written.
    fn chosen(&mut self, place: Option<usize>) -> Option<Action> {
        let found = palette::find(self);
        let chosen = place.or(Some(0)).and_then(|place| found.into_iter().nth(place));
        let action = chosen?.action?;
        if !matches!(action, Action::Written(_)) {
            self.float = Float::Nothing;
        }
        Some(action)
    }

    /// A number from 1 to 9999 that is not the present seed.
    pub fn next_seed(&self) -> u64 {
        let now = self.play.script.setup.seed;
        let drawn = Rng::new(self.chance ^ now).between(1, 9_998);
        if drawn >= now { drawn + 1 } else { drawn }
    }

    pub(super) fn name_branch(&mut self, name: &str) {
        self.play.run.name_branch(name);
        self.say(&format!("This branch is called “{name}”."), false);
    }

    /// A line of the script as an action, where it is one that acts now.
    pub(crate) fn line(&self, text: &str) -> Result<Option<Line>, script::ScriptError> {
        script::parse_line(text, self.play.lab(), self.view.cast())
    }
}
