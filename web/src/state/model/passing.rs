//! Time passes: by frames while it plays, and by the hand of whoever steps.

use netsplit_sim::moment::Moment;
use netsplit_sim::scene::Stop;
use netsplit_sim::timeline::Progress;
use netsplit_sim::words;

use super::Model;
use crate::state::action::Frame;
use crate::state::history::{Event, Kind};
use crate::state::play::Play;

/// Screen time between two things that matter when motion is unwanted, in microseconds.
const CALM_BEAT: u64 = 1_500_000;
/// Steps looked through for the next thing that matters.
const MATTER_STEPS: u64 = 20_000;

impl Model {
    /// True when a frame does nothing but play: nothing is being opened or tried.
    pub fn only_plays(&self) -> bool {
        self.opening.is_none() && !self.tries()
    }

    /// A frame in which the run plays. True as for [`Model::update`], whose part
    /// it is: all that is needed of it before somebody acts.
    pub fn play_on(&mut self, elapsed: u64, steps: u64) -> bool {
        let changed = self.play_frame(elapsed, steps);
        self.keep_future();
        self.keep_saying(elapsed) || changed
    }

    /// A frame: what is being opened goes on, else the run plays.
    pub(super) fn frame(&mut self, elapsed: u64, steps: u64) -> bool {
        if let Some(mut opening) = self.opening.take() {
            opening.waited = opening.waited.saturating_add(elapsed);
            match opening.advance(steps) {
                Ok(true) => {
                    if let Some(arrived) = opening.arrive() {
                        self.arrived(arrived);
                    }
                }
                Ok(false) => self.opening = Some(opening),
                Err(why) => self.cannot_open(why),
            }
            return true;
        }
        if self.tries() {
            return self.go_on_trying(steps);
        }
        self.play_frame(elapsed, steps)
    }

    fn play_frame(&mut self, elapsed: u64, steps: u64) -> bool {
        self.rest(elapsed);
        if !self.moves() {
            return false;
        }
        if self.calm {
            self.beat += elapsed;
            if self.beat < CALM_BEAT {
                return false;
            }
            self.beat = 0;
            self.go_to_next_matter();
            return true;
        }
        if let Some(from) = self.playback.looped.back(self.view.moment) {
            self.play.seek(from);
            self.look_again();
            return true;
        }
        let before = self.play.run.steps();
        let (until, steps) = self.playback.until(&mut self.play, elapsed, steps);
        let until = self.playback.looped.to.map_or(until, |to| until.min(to));
        let from = self.play.run.moment();
        let until = self.play_to.map_or(until, |to| until.min(Moment::after(to)));
        let progress = match self.goal {
            None => self.play.advance(until, steps),
            Some(_) => self.advance_to_goal(until, steps),
        };
        if self.play_to.is_some_and(|to| self.play.run.moment().at >= to) {
            self.play_to = None;
            self.playback.playing = false;
        }
        self.playback.has_reached(self.play.run.moment().at, progress == Progress::Budget);
        self.stop_at_a_note(from);
        if let Progress::Stopped(stop) = progress
            && stop != Stop::Wants
        {
            self.playback.playing = false;
            self.say(&format!("{}.", words::stop(stop)), false);
        }
        self.look_again();
        let over = self.is_over();
        if over {
            // The caption says that nothing comes.
            self.playback.playing = false;
        }
        self.keep_head_in_window();
        over || self.play.run.steps() != before || matches!(progress, Progress::Stopped(_))
    }

    /// Nothing can come any more: of the script, of what was done later, of the nodes themselves. Who
    /// plays until something is so is told of that when its time is over.
    fn is_over(&self) -> bool {
        let run = &self.play.run;
        self.goal.is_none()
            && self.view.next.is_none()
            && run.moment() >= run.edge()
            && run.lines_done().len() >= run.script().len()
    }

    /// Runs on step by step, and no further than what is played to.
    fn advance_to_goal(&mut self, until: Moment, steps: u64) -> Progress {
        for _ in 0..steps {
            let before = self.play.run.steps();
            let progress = self.play.advance(until, 1);
            let made = self.play.run.steps() > before;
            if (made || progress != Progress::Budget) && self.goal_is_reached() {
                return Progress::Reached;
            }
            if progress != Progress::Budget {
                return progress;
            }
        }
        Progress::Budget
    }

    /// Presenting, each note is a place to speak: the run stops there.
    fn stop_at_a_note(&mut self, from: Moment) {
        if self.frame != Frame::Present {
            return;
        }
        let history = self.play.history();
        let fresh = &history.events[history.happened(from)..];
        let note = fresh.iter().find(|event| event.kind == Kind::Note).map(|event| event.moment);
        if let Some(moment) = note {
            self.playback.playing = false;
            self.play.seek(moment);
        }
    }

    /// Pauses and moves in time.
    pub(super) fn by_hand(&mut self, go: impl FnOnce(&mut Play)) {
        self.playback.playing = false;
        go(&mut self.play);
        self.look_again();
    }

    pub(super) fn go_to_next_matter(&mut self) {
        self.go_to_next(|event| event.matters, MATTER_STEPS);
    }

    /// Goes to the next event of a kind, at most so many steps away.
    pub(super) fn go_to_next(&mut self, wanted: fn(&Event) -> bool, steps: u64) {
        let from = self.play.run.moment();
        for _ in 0..steps {
            let made = self.play.step();
            let here = self.play.run.moment();
            let news = self.play.history().last(here, |event| event.moment > from && wanted(event));
            if let Some(moment) = news.map(|event| event.moment) {
                // What a script says comes between two steps.
                self.play.seek(moment);
                break;
            }
            if !made {
                break;
            }
        }
        self.look_again();
    }
}

pub(super) fn to_previous_note(play: &mut Play) {
    let here = play.run.moment();
    let note = |event: &Event| event.moment < here && event.kind == Kind::Note;
    let before = play.history().last(here, note);
    play.seek(before.map_or(Moment::START, |event| event.moment));
}

pub(super) fn to_previous_matter(play: &mut Play) {
    let here = play.run.moment();
    let before = play.history().last(here, |event| event.moment < here && event.matters);
    play.seek(before.map_or(Moment::START, |event| event.moment));
}
