//! The script is rewritten: acts make a branch, lines of the script a new run at
//! the same moment. What was there stays until the text is right.

use netsplit_core::id::Cast;
use netsplit_sim::labs::lab_of_script;
use netsplit_sim::link::{Link, What};
use netsplit_sim::scenario::Script;
use netsplit_sim::scene::{Act, Deed, Planned};
use netsplit_sim::script::{ScriptError, parse_line};

use super::Model;
use crate::state::opening::{Opening, sentence};
use crate::state::play::Play;
use crate::state::writing::{self, Edit, Writing};

impl Model {
    pub(super) fn edit(&mut self, edit: Edit) {
        match edit {
            Edit::Open(what) => self.open_line(what),
            Edit::Line(what) => {
                if let Some(text) = writing::line_text(&self.play, what) {
                    self.playback.playing = false;
                    self.writing = Writing::Line(what, text, None);
                }
            }
            Edit::Whole => {
                self.playback.playing = false;
                self.writing = Writing::Whole(writing::whole_text(&self.play), None);
            }
            Edit::Typed(text) => match &mut self.writing {
                Writing::Nothing => {}
                Writing::Line(_, written, _) | Writing::Whole(written, _) => *written = text,
            },
            Edit::Apply => self.apply(),
            Edit::Cancel => (self.writing, self.open_line) = (Writing::Nothing, None),
            Edit::Remove(Planned::Act(number)) => self.change_act(number, None),
            Edit::Remove(Planned::Line(number)) => {
                let mut script = self.play.script.clone();
                if (number as usize) < script.lines.len() {
                    script.lines.remove(number as usize);
                    self.rerun(script, self.acts_by_hand());
                }
            }
            Edit::Move(what, micros) => {
                if let Planned::Act(number) = what
                    && let Some(act) = self.play.run.acts().get(number as usize)
                {
                    self.change_act(number, Some(writing::moved(act, micros)));
                }
            }
        }
    }

    /// Goes to a line's moment.
    fn open_line(&mut self, what: Planned) {
        let moment = match what {
            Planned::Line(number) => {
                let done = self.play.history().lines_done.iter().find(|(it, _)| *it == number);
                done.map(|(_, moment)| *moment)
            }
            Planned::Act(number) => self.play.run.acts().get(number as usize).map(|it| it.moment),
        };
        self.open_line = Some(what);
        if let Some(moment) = moment {
            self.by_hand(|play| play.seek(moment));
        }
    }

    fn apply(&mut self) {
        let cast = self.view.cast();
        let refused = match std::mem::take(&mut self.writing) {
            Writing::Nothing => return,
            Writing::Line(what, text, _) => {
                let done = self.apply_line(what, &text, cast);
                done.map_err(|error| Writing::Line(what, text, Some(error)))
            }
            Writing::Whole(text, _) => {
                let done = self.apply_whole(&text);
                done.map_err(|error| Writing::Whole(text, Some(error)))
            }
        };
        if let Err(writing) = refused {
            self.writing = writing;
        }
    }

    fn apply_line(&mut self, what: Planned, text: &str, cast: Cast) -> Result<(), ScriptError> {
        let lab = self.play.lab();
        match what {
            Planned::Act(number) => {
                let act = writing::read_act(text, lab, cast)?;
                self.change_act(number, Some(act));
            }
            Planned::Line(number) => {
                let mut script = self.play.script.clone();
                match parse_line(text, lab, cast)? {
                    Some(line) => script.lines[number as usize].1 = line,
                    None => drop(script.lines.remove(number as usize)),
                }
                self.rerun(script, self.acts_by_hand());
            }
        }
        Ok(())
    }

    fn apply_whole(&mut self, text: &str) -> Result<(), ScriptError> {
        if let Some(lab) = lab_of_script(text).filter(|lab| lab.name != self.play.lab().name) {
            // A run of another lab is no change of this one. Where its code is still to come,
            // it is read after that; until it is right the text stays.
            if lab.is_here() {
                Script::parse(text)?;
            }
            self.begin(Opening::of_text(text));
            self.writing = Writing::Whole(text.to_owned(), None);
            return Ok(());
        }
        let (script, acts) = writing::read_whole(text, self.play.lab())?;
        let lines =
            |script: &Script| script.lines.iter().map(|(_, it)| it.clone()).collect::<Vec<_>>();
        let same =
            script.setup == self.play.script.setup && lines(&script) == lines(&self.play.script);
        if !same {
            self.rerun(script, acts);
            return Ok(());
        }
        // What a director did stays.
        let directed = self.play.run.acts();
        let directed = directed.iter().filter(|act| matches!(act.deed, Deed::Choice(_))).cloned();
        let changed = self.play.change_acts(directed.chain(acts).collect());
        self.changed(changed);
        Ok(())
    }

    fn change_act(&mut self, number: u32, to: Option<Act>) {
        let mut acts = self.play.run.acts().to_vec();
        if (number as usize) < acts.len() {
            acts.remove(number as usize);
            acts.extend(to);
            let changed = self.play.change_acts(acts);
            self.changed(changed);
        }
    }

    fn changed(&mut self, changed: bool) {
        (self.writing, self.open_line) = (Writing::Nothing, None);
        if changed {
            self.say("A new branch, with the changed lines.", false);
            if let Some(toast) = &mut self.toast {
                toast.can_undo = true;
            }
        }
        self.playback.playing = false;
        self.look_again();
    }

    fn acts_by_hand(&self) -> Vec<Act> {
        let acts = self.play.run.acts();
        acts.iter().filter(|act| matches!(act.deed, Deed::Verb(_))).cloned().collect()
    }

    /// Runs a changed script to the moment that is shown, beside the run shown.
    fn rerun(&mut self, script: Script, acts: Vec<Act>) {
        if matches!(self.play.what, What::Course { .. }) {
            return self.say(
                "A test of the course is code: only what you did in it can be rewritten.",
                false,
            );
        }
        let (what, seed) = (What::Written(script.to_string()), script.setup.seed);
        let link = Link { moment: self.same_time(), ..Link::to(what.clone(), seed) };
        self.playback.playing = false;
        let opened = Play::new(what, script, acts).map_err(sentence).and_then(|play| {
            let opening = Opening::playing(play, link);
            self.go_beside(opening.beside("the changed script".to_owned(), None))
        });
        if let Err(why) = opened {
            self.say(&format!("This cannot be run. {why}"), true);
        }
    }
}
