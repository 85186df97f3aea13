//! What is put onto the page: scenarios, tests, links, scripts.

use netsplit_sim::link::{Link, What};
use netsplit_sim::moment::Moment;
use netsplit_sim::open::Claim;
use netsplit_sim::scenarios;

use super::beside::Then;
use super::{COURSE_SEED, Model, Origin};
use crate::state::action::{Drawer, Float};
use crate::state::opening::{Arrived, Opening, sentence};
use crate::state::play::Play;
use crate::state::playback::Looped;
use crate::state::selection::Selection;
use crate::state::writing::Writing;

impl Model {
    pub(super) fn open(&mut self, what: What) {
        let found = match &what {
            What::Listed { number } => scenarios::by_number(*number),
            What::Written(text) => return self.begin(Opening::of_text(text)),
            What::Course { .. } => {
                return self.begin(Opening::of_ours(Link::to(what, COURSE_SEED)));
            }
        };
        let Some(scenario) = found else {
            return self.cannot_open("There is no such scenario.".into());
        };
        if what.lab().is_some_and(|lab| !lab.is_here()) {
            return self.begin(Opening::of_scenario(scenario));
        }
        let script = scenario.parse();
        match Play::new(what, script, Vec::new()) {
            Ok(play) => {
                self.put(play);
                (self.playback.playing, self.origin) = (true, None);
            }
            Err(why) => self.cannot_open(sentence(why)),
        }
    }

    /// Begins to open, or says why not.
    pub(super) fn begin(&mut self, opening: Result<Opening, String>) {
        match opening {
            Ok(opening) => (self.opening, self.trouble) = (Some(opening), None),
            Err(why) => self.cannot_open(why),
        }
    }

    /// What was open stays, and so does the text that could not be opened.
    pub(super) fn cannot_open(&mut self, why: String) {
        (self.visits.given, self.then) = (None, Then::default());
        if self.float == Float::Open {
            self.trouble = Some(why);
        } else {
            self.say(&format!("This cannot be opened. {why}"), true);
        }
    }

    /// The code of a lab that something waited for did not arrive.
    pub fn lab_did_not_come(&mut self) {
        self.opening = None;
        self.cannot_open(
            "A part of the page did not arrive. Opening it again asks for it again.".to_owned(),
        );
    }

    pub(super) fn arrived(&mut self, arrived: Arrived) {
        if let Some(name) = arrived.beside.clone() {
            return self.put_beside(arrived, name);
        }
        let Arrived { play, claim, remarks, note, selected, alone, .. } = arrived;
        self.put(play);
        self.go_where_it_shows();
        // A link names a moment to look at: it opens paused.
        self.playback.playing = self.view.moment == Moment::START;
        self.show_group(alone, Some(selected));
        let acts = self.play.run.acts().len();
        let opened = (claim, self.view.moment) != (Claim::None, Moment::START);
        let (branch, moment) = (self.play.shown_branch(), self.view.moment);
        self.origin = opened.then_some(Origin { claim, moment, note, branch, acts });
        if claim == Claim::Differs {
            let here = self.view.fingerprint;
            self.say(
                &format!("This is not the run that was shared: here the fingerprint is {here}. It was made by another version, or the link was changed."),
                true,
            );
        } else if !remarks.is_empty() {
            self.say(&remarks.join(" "), false);
        }
    }

    pub(super) fn put(&mut self, play: Play) {
        let left = std::mem::replace(&mut self.play, play);
        self.visits.leave(left, self.origin.take());
        self.show_anew();
    }

    /// Shows a run that was just put here: nothing of the last one is left over.
    pub(in crate::state) fn show_anew(&mut self) {
        (self.selection, self.alone) = (Selection::Nothing, None);
        (self.float, self.drawer) = (Float::Nothing, Drawer::Closed);
        (self.toast, self.trouble, self.opening) = (None, None, None);
        self.beat = 0;
        (self.writing, self.open_line) = (Writing::Nothing, None);
        (self.beside, self.goal, self.play_to, self.dial_trouble) = (None, None, None, None);
        self.playback.looped = Looped::default();
        (self.zoom, self.pointed, self.dragged) = (None, None, None);
        self.look_again();
        self.say_moment();
    }
}
