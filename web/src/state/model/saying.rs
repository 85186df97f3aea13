//! What is said of the moment shown, and what is suggested there.

use netsplit_sim::scenario::Line;
use netsplit_sim::scene::{Act, Deed};
use netsplit_sim::verb::Verb;
use netsplit_sim::words::{self, Caption, Offer};

use super::Model;
use crate::state::action::{Action, Float};
use crate::state::history::Kind;
use crate::state::saying::Sentence;

/// Something to do, as a button.
#[derive(Clone, Debug, PartialEq)]
pub struct Suggestion {
    /// What the button says.
    pub label: String,
    /// What it does.
    pub action: Action,
    /// The act that it is, if it is one.
    pub verb: Option<Verb>,
}

impl Suggestion {
    fn act(Offer { label, verb }: Offer) -> Suggestion {
        Suggestion { label, action: Action::Act(verb.clone()), verb: Some(verb) }
    }
}

impl Model {
    /// What there is to say of the moment, from its view.
    pub fn caption(&self) -> Caption {
        match self.alone {
            None => words::caption(self.play.lab(), &self.view),
            Some(group) => words::caption_of_group(self.play.lab(), &self.view, group),
        }
    }

    /// What is to be said now: the sender's line, a note that is fresh, or else
    /// the moment's own sentence.
    pub fn wanted(&self) -> Sentence {
        let note = |text: String| Sentence { text, is_note: true };
        let sent = self.origin.as_ref().filter(|origin| origin.moment == self.view.moment);
        if let Some(origin) = sent.filter(|origin| !origin.note.is_empty()) {
            return note(origin.note.clone());
        }
        let last = self.play.history().last(self.view.moment, |event| event.matters);
        match last {
            Some(event) if event.kind == Kind::Note => note(event.text.to_string()),
            _ => Sentence { text: self.caption().text, is_note: false },
        }
    }

    /// Says what there is to say now: after so much screen time while it plays,
    /// at once when it is paused. True when the caption changed.
    pub(super) fn keep_saying(&mut self, elapsed: u64) -> bool {
        match self.playback.playing {
            true => self.saying.pass(elapsed, self.wanted()),
            false => self.say_moment(),
        }
    }

    /// Says at once what there is to say: somebody has acted or gone elsewhere.
    pub(super) fn say_moment(&mut self) -> bool {
        self.saying.say(self.wanted())
    }

    /// The suggestion that applies now: what had become of a refusal that one
    /// stands still at; what would let something happen again, where nothing
    /// would; else the script's last, until the script or the person has done it.
    /// Who has done one may want to show it, and so may whose run is over.
    pub fn suggestion(&self) -> Option<Suggestion> {
        let asks = (self.look().what_if)(&self.view).filter(|(_, mistake)| {
            !self.playback.playing && !self.play.mistakes().contains(mistake)
        });
        if let Some((label, mistake)) = asks {
            let action = Action::WhatIf(mistake);
            return Some(Suggestion { label: label.to_owned(), action, verb: None });
        }
        let caption = self.caption();
        if let Some(offer) = caption.offer {
            return Some(Suggestion::act(offer));
        }
        let share = || {
            let (label, action) = ("Share this run".to_owned(), Action::Float(Float::Share));
            Some(Suggestion { label, action, verb: None })
        };
        if caption.is_over {
            return share();
        }
        let acts = self.play.run.acts();
        let mut done_since = Vec::new();
        for (number, moment) in self.play.run.lines_done().iter().rev() {
            match self.play.run.script().get(*number as usize) {
                Some(Line::Act { verb, .. }) => done_since.push(verb),
                Some(Line::Try { verb, .. }) if done_since.contains(&verb) => return None,
                Some(Line::Try { label, verb }) => {
                    let taken = |act: &Act| act.moment >= *moment && self.is_that(act, verb);
                    if acts.iter().any(taken) {
                        return share();
                    }
                    return words::suggestion(label, verb, &self.view).map(Suggestion::act);
                }
                _ => {}
            }
        }
        None
    }

    /// Whether an act is what was suggested, whoever led then.
    fn is_that(&self, act: &Act, verb: &Verb) -> bool {
        let Deed::Verb(done) = &act.deed else { return false };
        let named = |done: &Verb| self.view.nodes.iter().any(|node| *done == verb.naming(node.id));
        act.moment <= self.view.moment && (done == verb || named(done))
    }
}
