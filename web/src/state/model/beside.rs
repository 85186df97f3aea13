//! Two runs beside each other: what is changed from the start opens a run of the
//! same script next to the one that was there, at the same time of it.

use netsplit_core::raft::mutants::Mutant;
use netsplit_core::time::{Span, Time};
use netsplit_sim::course;
use netsplit_sim::link::{Link, What};
use netsplit_sim::moment::Moment;
use netsplit_sim::script::parse_verb;
use netsplit_sim::verb::Condition;
use netsplit_sim::{scenarios, words};

use super::Model;
use crate::labs::raft;
use crate::state::action::Tab;
use crate::state::dials::{self, When};
use crate::state::opening::{Arrived, Opening};
use crate::state::play::Play;
use crate::state::writing::Writing;

/// Steps of a run beside that are made at once; longer ones show how far they are.
const AT_ONCE: u64 = 20_000;
/// Steps looked through for a failure.
const FAILURE_STEPS: u64 = 200_000;
/// How soon a mistake has to show for the page to go on to it: a save takes its time.
const SOON: Span = Span::from_millis(20);
/// Steps with which the other run comes to the time of the one that was shown.
const CATCH_UP: u64 = 50_000;

/// Where what is being opened is to be shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Then {
    /// At its own moment.
    #[default]
    There,
    /// Where a test fails or a property breaks, however far that is.
    Failure,
    /// Where a property breaks, if that is soon, with its witness.
    Witness,
}

impl Model {
    /// Turns a dial, or says why that value is impossible.
    pub(super) fn turn(&mut self, id: &str, value: &str) {
        let Some(dial) = dials::by_id(id) else { return };
        self.dial_trouble = None;
        let value = value.trim();
        match dial.when {
            When::Now => {
                let line = format!("set {id} {value}");
                match parse_verb(&line, self.play.lab(), self.view.cast()) {
                    Ok(verb) => self.act(verb),
                    Err(error) => self.dial_trouble = Some((dial.id, sentence(&error.message))),
                }
            }
            When::Start => {
                let name = match value {
                    "on" | "off" => format!("{} {value}", dial.name),
                    _ => format!("{}: {value}", dial.name),
                };
                let changes = vec![(id.to_owned(), value.to_owned())];
                if let Err(why) = self.change_start(changes, name) {
                    self.dial_trouble = Some((dial.id, why));
                }
            }
        }
    }

    /// Turns a mistake on or off, in a run beside this one.
    pub(super) fn set_mistake(&mut self, id: &'static str, on: bool) {
        let mut wanted = self.play.mistakes();
        wanted.retain(|other| *other != id);
        wanted.extend(on.then_some(id));
        let pair = |value: &str| ("mistake".to_owned(), value.to_owned());
        let changes = match wanted.is_empty() {
            true => vec![pair("none")],
            false => wanted.iter().map(|id| pair(id)).collect(),
        };
        let name = match on {
            true => format!("Mistake {id}"),
            false => format!("Without {id}"),
        };
        if let Err(why) = self.change_start(changes, name) {
            self.say(&why, true);
        }
    }

    /// What had become of this moment with a mistake: the same script beside, as far as
    /// it takes to see what that breaks.
    pub(super) fn what_if(&mut self, id: &'static str) {
        self.then = Then::Witness;
        self.set_mistake(id, true);
        if self.opening.is_none() {
            // It was refused, or it has arrived and taken its turn.
            self.then = Then::default();
        }
    }

    /// Goes to where what has just been opened is to be shown.
    pub(super) fn go_where_it_shows(&mut self) {
        match std::mem::take(&mut self.then) {
            Then::There => {}
            Then::Failure => self.go_to_failure(),
            Then::Witness => self.go_to_witness(),
        }
    }

    /// Goes on to what breaks soon, and opens Checks on it; else stays.
    fn go_to_witness(&mut self) {
        let (here, broken) = (self.play.run.moment(), Condition::Broken(None));
        let until = Moment::after(here.at + SOON);
        while !self.play.run.holds(&broken) && self.play.run.moment() < until && self.play.step() {}
        if self.play.run.holds(&broken) {
            self.tab = Tab::Checks;
        } else {
            self.play.seek(here);
        }
        self.playback.playing = false;
        self.look_again();
    }

    /// Opens the run again with options changed, beside the one shown and at the
    /// same time of it.
    ///
    /// # Errors
    /// Why such a run is impossible, as a sentence.
    pub(super) fn change_start(
        &mut self,
        changes: Vec<(String, String)>,
        name: String,
    ) -> Result<(), String> {
        if !matches!(self.play.what, What::Course { .. }) {
            let changed = self.play.script.setup.changed(&changes);
            changed.map_err(|error| sentence(&error.message))?;
        }
        let mut link = Link { fingerprint: None, ..self.play.link(true) };
        link.moment = self.same_time();
        let lab = self.play.lab();
        let number = |key: &str| lab.option_number(key);
        link.overrides.retain(|(old, _)| !changes.iter().any(|(key, _)| number(key) == Some(*old)));
        for (key, value) in &changes {
            match (key.as_str(), number(key)) {
                ("seed", _) => {
                    let seed = value
                        .parse()
                        .map_err(|_| format!("Expected a number such as 7, found “{value}”."))?;
                    link.seed = seed;
                }
                (_, Some(number)) if !self.play.is_own(key, value) => {
                    link.overrides.push((number, value.clone()));
                }
                _ => {}
            }
        }
        self.open_beside(link, name)
    }

    /// Opens another scenario beside the run shown, at the same time of it; where it
    /// is there already, shows it.
    pub(super) fn switch(&mut self, number: u32, name: &str) {
        let what = What::Listed { number };
        if self.beside.as_ref().is_some_and(|other| other.what == what) {
            return self.compare();
        }
        let Some(scenario) = scenarios::by_number(number) else { return };
        let link = Link::to(what, scenario.parse().setup.seed);
        let moment = self.same_time();
        if let Err(why) = self.open_beside(Link { moment, ..link }, name.to_owned()) {
            self.say(&why, true);
        }
    }

    /// The time shown, in another run.
    pub(super) fn same_time(&self) -> Moment {
        match self.view.moment {
            Moment::START => Moment::START,
            here => Moment::after(here.at),
        }
    }

    fn open_beside(&mut self, link: Link, name: String) -> Result<(), String> {
        // What comes from a link has been read and checked as one.
        self.go_beside(Opening::of_ours(link)?.beside(name, None))
    }

    /// Runs what is to stand beside this run to its moment, as far as that goes at once.
    pub(super) fn go_beside(&mut self, mut opening: Opening) -> Result<(), String> {
        if opening.advance(AT_ONCE)? {
            if let Some(arrived) = opening.arrive() {
                self.arrived(arrived);
            }
        } else {
            self.opening = Some(opening);
        }
        Ok(())
    }

    /// Puts a run next to the one shown, and shows it.
    pub(super) fn put_beside(&mut self, arrived: Arrived, name: String) {
        let Arrived { mut play, remarks, .. } = arrived;
        play.change = Some(name.clone());
        play.opened_with = play.run.acts().len();
        let before = std::mem::replace(&mut self.play, play);
        self.beside = Some(Box::new(before));
        (self.opening, self.trouble) = (None, None);
        (self.writing, self.open_line) = (Writing::Nothing, None);
        self.look_again();
        match remarks.is_empty() {
            true => {
                let text = format!("Beside the run before: {name}. V compares.");
                self.toast = Some(super::Toast { text, can_undo: true, is_trouble: false });
            }
            false => self.say(&remarks.join(" "), false),
        }
        self.go_where_it_shows();
    }

    /// Shows the other of two runs at the same time of it.
    pub(super) fn compare(&mut self) {
        let Some(mut other) = self.beside.take() else { return };
        let here = self.same_time();
        catch_up(&mut other, here);
        let before = std::mem::replace(&mut self.play, *other);
        (self.writing, self.open_line) = (Writing::Nothing, None);
        self.beside = Some(Box::new(before));
        self.look_again();
        let shown = self.play.run_name();
        self.say(&format!("Shown: {shown}."), false);
    }

    /// Undo and redo go from one run to the other where the change made it.
    pub(super) fn undo_change(&mut self) -> bool {
        let own_acts = self.play.run.acts().len() > self.play.opened_with;
        let changed = self.play.change.is_some() && self.beside.is_some() && !own_acts;
        if changed {
            self.compare();
            self.say("Back to the run before the change. Redo shows the other again.", false);
        }
        changed
    }

    pub(super) fn redo_change(&mut self) -> bool {
        let newer = self.beside.as_ref().is_some_and(|other| other.change.is_some());
        if newer && self.play.change.is_none() {
            self.compare();
            return true;
        }
        false
    }

    /// Opens a test of the course with a mistake that it notices, at its failure.
    pub(super) fn open_noticed(&mut self, test: u32, mutant: Mutant, seed: u64) {
        let mut link = Link::to(What::Course { lab: course::RAFT_LAB, test }, seed);
        let number = link.lab().and_then(|lab| lab.option_number("mistake")).unwrap_or_default();
        link.overrides.push((number, mutant.id().to_owned()));
        match Opening::of_ours(link) {
            Ok(opening) => {
                self.then = Then::Failure;
                (self.opening, self.float) = (Some(opening), super::Float::Nothing);
            }
            Err(why) => self.cannot_open(why),
        }
    }

    /// Goes to where a property breaks, or a test fails, and pauses; says so when
    /// nothing does within reach.
    pub(super) fn go_to_failure(&mut self) {
        self.playback.playing = false;
        if let Some(moment) = self.play.failed_at {
            self.play.seek(moment);
            return self.look_again();
        }
        self.play.seek(self.play.run.edge());
        let broken = Condition::Broken(None);
        for _ in 0..FAILURE_STEPS {
            if self.play.run.holds(&broken) || !self.play.step() {
                break;
            }
        }
        let first = self.play.run.broken().first().map(|violation| violation.moment);
        if let Some(moment) = first {
            self.play.seek(moment);
        }
        self.look_again();
        if first.is_none() {
            let seconds = self.view.moment.at.micros() / 1_000_000;
            let mut text = format!("Nothing is broken up to {seconds} s of this run.");
            // Which test notices a mistake is written down of Raft's own.
            if self.play.run.lab() == raft::LOOK.lab {
                text.push_str(" A test that notices the mistake shows it: see Mistakes.");
            }
            self.say(&text, false);
        }
    }

    /// Plays until something is so, or a time has passed.
    pub(super) fn wait_for(&mut self, condition: Condition, until: Time) {
        if self.play.run.steps() > 0 && self.play.run.holds(&condition) {
            return self.say("It is so already.", false);
        }
        self.goal = Some((condition, until));
        self.playback.playing = true;
    }

    /// Whether what is played to has come, and then pauses. To be asked after a
    /// step.
    pub(super) fn goal_is_reached(&mut self) -> bool {
        let Some((condition, until)) = &self.goal else { return false };
        let here = self.play.run.moment().at;
        let (holds, over) = (self.play.run.holds(condition), here >= *until);
        if holds || over {
            let text = match holds {
                true => format!("Reached: {condition}."),
                false => format!("Given up: {condition} did not come."),
            };
            self.goal = None;
            self.playback.playing = false;
            self.say(&text, false);
        }
        holds || over
    }

    /// Why the timings of the run cannot elect a leader.
    pub fn timing_trouble(&self) -> Option<String> {
        (self.look().timing)(&self.play.script.setup)
    }
}

/// Brings a run to a moment, if that is not too far.
fn catch_up(play: &mut Play, here: Moment) {
    if play.run.edge() < here {
        play.seek(play.run.edge());
        play.advance(here, CATCH_UP);
    } else {
        play.seek(here);
    }
}

/// What an error says, as a sentence.
fn sentence(message: &str) -> String {
    format!("{}.", words::capital(message))
}
