//! What a person looks at, and what the page says.

use netsplit_sim::words;

use super::{Model, Toast};
use crate::state::action::{Drawer, Float, Tab};
use crate::state::selection::Selection;
use crate::state::writing::Writing;

impl Model {
    pub(super) fn select(&mut self, selection: Selection) {
        self.selection = selection.settled(&self.view);
        self.follow_selection();
        self.arrived = None;
        if self.selection != Selection::Nothing {
            self.tab = Tab::Inspect;
        }
        self.look_around();
    }

    pub(super) fn select_message(&mut self, forward: bool) {
        self.playback.playing = false;
        let flying = self.view.flying.iter().map(|it| it.id);
        let mut ids: Vec<_> = self.view.news.iter().copied().zip(flying).collect();
        ids.retain(|(_, id)| self.sees(id.from, id.to));
        // What matters comes first.
        ids.sort_by_key(|(matters, id)| (!matters, *id));
        let here = ids.iter().position(|(_, id)| self.selection == Selection::Message(*id));
        let next = match (here, forward) {
            (None, true) => 0,
            (None, false) => ids.len().saturating_sub(1),
            (Some(place), true) => (place + 1) % ids.len(),
            (Some(place), false) => (place + ids.len() - 1) % ids.len(),
        };
        match ids.get(next) {
            Some((_, id)) => self.select(Selection::Message(*id)),
            None => self.say("No message is under way.", false),
        }
    }

    pub(super) fn escape(&mut self) {
        if self.hand.cut_to.is_some() {
            (self.hand.pressed, self.hand.cut_to) = (None, None);
            self.playback.holds = false;
        } else if self.float != Float::Nothing {
            self.float = Float::Nothing;
        } else if self.writing != Writing::Nothing {
            self.writing = Writing::Nothing;
        } else if self.drawer != Drawer::Closed {
            self.drawer = Drawer::Closed;
        } else if self.toast.is_some() {
            self.toast = None;
        } else if self.lens.lit.is_some() {
            self.lens.lit = None;
        } else {
            self.go_up();
        }
    }

    /// What was done, which the page tells for a while.
    pub fn done(&self) -> Option<&Toast> {
        self.toast.as_ref().filter(|toast| !toast.is_trouble)
    }

    /// What went wrong, which stands in the caption until somebody closes it.
    pub fn went_wrong(&self) -> Option<&Toast> {
        self.toast.as_ref().filter(|toast| toast.is_trouble)
    }

    pub(in crate::state) fn say(&mut self, text: &str, is_trouble: bool) {
        self.toast = Some(Toast { text: words::capital(text), can_undo: false, is_trouble });
    }
}
