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
    /// Does a command about what is selected, or says why it does not apply.
    pub(super) fn run(&mut self, id: &str, digit: Option<u32>) -> bool {
        let Some(command) = commands::by_id(id) else { return false };
        // While something floats, keys are its own; what opens and closes it stays.
        let opens = matches!(id, "escape" | "search" | "help" | "share" | "open");
        if self.float != Float::Nothing && !opens {
            return false;
        }
        if id == "search" && self.float == Float::Palette {
            self.float = Float::Nothing;
            return true;
        }
        let at = At { model: self, selection: self.selection, digit };
        match (command.does)(&at) {
            Some(offer) => return self.update(offer.action),
            None => self.say(&command.refusal(self), false),
        }
        true
    }

    /// Does what stands in the palette's list at a place; without one, what is
    /// written.
    pub(super) fn choose(&mut self, place: Option<usize>) {
        let found = palette::find(self);
        let chosen = place.or(Some(0)).and_then(|place| found.into_iter().nth(place));
        let Some(chosen) = chosen else { return };
        let Some(action) = chosen.action else { return };
        if !matches!(action, Action::Written(_)) {
            self.float = Float::Nothing;
        }
        self.update(action);
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
        script::parse_line(text, self.play.lab(), self.view.nodes.len() as u32)
    }
}
