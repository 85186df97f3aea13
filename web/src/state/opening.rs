//! Opening: what is on its way onto the page while the last run stays.

use std::collections::VecDeque;

use netsplit_core::time::Time;
use netsplit_sim::labs::{LabWords, lab_of_script};
use netsplit_sim::link::{Link, What};
use netsplit_sim::moment::Moment;
use netsplit_sim::open::{self, CannotOpen, Claim, Direction};
use netsplit_sim::scenario::{Scenario, Script};
use netsplit_sim::scene::Stop;
use netsplit_sim::timeline::{BranchId, Progress};
use netsplit_sim::words;

use super::file;
use super::naming::place_named;
use super::play::Play;
use super::selection::Selection;
use super::visits::{self, Saved};
use crate::labs;

/// A run that is being taken to the moment its link names.
pub struct Opening {
    phase: Phase,
    link: Link,
    remarks: Vec<String>,
    /// Screen time since it began, in microseconds.
    pub waited: u64,
    /// It is to stand beside the run that is shown, under this name.
    pub beside: Option<String>,
    /// Branches still to be put back, and which one is shown in the end.
    branches: VecDeque<Saved>,
    shown: BranchId,
}

/// What is begun once the code of its lab has come.
type Begin = Box<dyn FnOnce() -> Result<Opening, String>>;

/// How far opening is.
enum Phase {
    /// The code of this lab is still to come.
    Waiting { lab: &'static LabWords, begin: Option<Begin> },
    /// The director of a test of the course does its work; what it does is recorded.
    Directing(Box<dyn Direction>),
    /// The run goes to this moment, written down as it goes.
    Playing { play: Box<Play>, to: Moment },
}

/// A line of it is the head of a script.
fn has_head(text: &str) -> bool {
    text.lines().any(|line| line.trim_start().starts_with("scenario "))
}

/// One word that begins as an address does: a link, if one with a mistake in it.
fn is_address(text: &str) -> bool {
    let text = text.trim();
    let begins = ["http://", "https://", "#", "s1:"].iter().any(|it| text.starts_with(it));
    begins && !text.contains(char::is_whitespace)
}

/// Whether a text is to be opened as a link or a script, and is no other text.
pub fn is_script(text: &str) -> bool {
    has_head(text) || text.contains("#s1:") || is_address(text)
}

/// A run that has arrived.
pub struct Arrived {
    /// The run, at its moment.
    pub play: Play,
    /// Whether it is the run that was shared; `None` when it came from no link.
    pub claim: Claim,
    /// What is to be said about the link.
    pub remarks: Vec<String>,
    /// The sender's line.
    pub note: String,
    /// It is to stand beside the run that is shown, under this name.
    pub beside: Option<String>,
    /// What the sender had selected.
    pub selected: Selection,
    /// The group that stood alone on the stage there.
    pub alone: Option<u32>,
}

impl Opening {
    /// Starts to open a pasted text or a file: a link, a saved run, or else a script.
    ///
    /// # Errors
    /// What is wrong with it, as a sentence.
    pub fn of_text(text: &str) -> Result<Opening, String> {
        let owned = text.to_owned();
        Opening::once_here(lab_of_text(text), move || Opening::of_text_here(&owned))
    }

    fn of_text_here(text: &str) -> Result<Opening, String> {
        match file::unchanged(text) {
            Some(link) => Opening::of_link(link),
            None if !has_head(text) => Opening::of_link(text),
            None => {
                let script =
                    Script::parse(text).map_err(|error| format!("The script: {error}."))?;
                let link = Link::to(What::Written(text.to_owned()), script.setup.seed);
                let play = Play::new(link.what.clone(), script, Vec::new()).map_err(sentence)?;
                Ok(Opening::playing(play, link))
            }
        }
    }

    /// Starts to open a link.
    ///
    /// # Errors
    /// What is wrong with it, as a sentence.
    pub fn of_link(text: &str) -> Result<Opening, String> {
        let owned = text.to_owned();
        Opening::once_here(lab_of_link(text), move || {
            let (link, remarks) = read(&owned)?;
            Opening::with_branches(link, remarks, Vec::new())
        })
    }

    /// Starts to open a link again in the tab where it was made, with the branches
    /// that were written down there; what does not fit the link is left out.
    ///
    /// # Errors
    /// What is wrong with the link, as a sentence.
    pub fn again(text: &str, branches: &str) -> Result<Opening, String> {
        let (owned, branches) = (text.to_owned(), branches.to_owned());
        Opening::once_here(lab_of_link(text), move || {
            let (link, remarks) = read(&owned)?;
            let branches = visits::read(&branches, &link).unwrap_or_default();
            Opening::with_branches(link, remarks, branches)
        })
    }

    /// Starts to open a scenario at its start.
    ///
    /// # Errors
    /// Why it cannot be opened, as a sentence.
    pub fn of_scenario(scenario: &'static Scenario) -> Result<Opening, String> {
        let what = What::Listed { number: scenario.number };
        Opening::once_here(what.lab(), move || {
            let script = scenario.parse();
            let link = Link::to(what.clone(), script.setup.seed);
            let play = Play::new(what, script, Vec::new()).map_err(sentence)?;
            Ok(Opening::playing(play, link))
        })
    }

    /// Begins at once where the code of the lab is here, or is not known; else when it has come.
    fn once_here(
        lab: Option<&'static LabWords>,
        begin: impl FnOnce() -> Result<Opening, String> + 'static,
    ) -> Result<Opening, String> {
        let Some(lab) = lab.filter(|lab| !lab.is_here()) else { return begin() };
        Ok(Opening::waiting(lab, Box::new(begin)))
    }

    /// What is begun when the code of a lab has come.
    fn waiting(lab: &'static LabWords, begin: Begin) -> Opening {
        Opening {
            phase: Phase::Waiting { lab, begin: Some(begin) },
            // Its own is read then.
            link: Link::to(What::Written(String::new()), 0),
            remarks: Vec::new(),
            branches: VecDeque::new(),
            shown: 0,
            waited: 0,
            beside: None,
        }
    }

    /// The lab whose code it waits for.
    pub fn waits_for(&self) -> Option<&'static LabWords> {
        match &self.phase {
            Phase::Waiting { lab, .. } => Some(lab).filter(|lab| !lab.is_here()).copied(),
            _ => None,
        }
    }

    /// Starts to open a link that was made here; it is read and checked as any.
    ///
    /// # Errors
    /// What is wrong with it, as a sentence.
    pub fn of_ours(link: Link) -> Result<Opening, String> {
        Opening::of_link(&link.to_string())
    }

    /// The first branch is run first; then the others leave it. A test of the
    /// course is run to its end, so that whoever acts in it makes a branch; with a
    /// person's acts, which end the director's part, to the link's moment.
    fn with_branches(
        link: Link,
        remarks: Vec<String>,
        branches: Vec<Saved>,
    ) -> Result<Opening, String> {
        let mut branches = VecDeque::from(branches);
        let first = branches.pop_front().map_or_else(|| link.clone(), |saved| saved.link);
        let phase = match first.what {
            What::Course { .. } => {
                let until = (!first.acts.is_empty()).then_some(first.moment);
                Phase::Directing(open::direction(&first, until).map_err(sentence)?)
            }
            _ => {
                let to = first.moment;
                let opened = open::ours(first).map_err(sentence)?;
                let mut play = Play::of(opened.link.what.clone(), opened.script, opened.run);
                play.overrides.clone_from(&opened.link.overrides);
                Phase::Playing { play: Box::new(play), to }
            }
        };
        Ok(Opening { phase, link, remarks, branches, shown: 0, waited: 0, beside: None })
    }

    /// Starts to take a run to a link's moment.
    pub fn playing(play: Play, link: Link) -> Opening {
        let to = link.moment;
        let phase = Phase::Playing { play: Box::new(play), to };
        Opening {
            phase,
            link,
            remarks: Vec::new(),
            branches: VecDeque::new(),
            shown: 0,
            waited: 0,
            beside: None,
        }
    }

    /// The same for a run that was made here, next to the one shown, under a name
    /// and with what is to be said of it.
    pub fn beside(self, name: String, told: Option<String>) -> Opening {
        Opening { beside: Some(name), remarks: told.into_iter().collect(), ..self }
    }

    /// Runs on towards the moment, at most about so many steps. True when it is there.
    ///
    /// # Errors
    /// Why it cannot be opened after all.
    pub fn advance(&mut self, steps: u64) -> Result<bool, String> {
        match &mut self.phase {
            Phase::Waiting { lab, .. } if !lab.is_here() => Ok(false),
            Phase::Waiting { begin, .. } => {
                let begin = begin.take().expect("it is begun once");
                let begun = begin()?;
                (self.phase, self.link, self.branches) = (begun.phase, begun.link, begun.branches);
                self.remarks.splice(..0, begun.remarks);
                Ok(false)
            }
            Phase::Directing(directing) => {
                if directing.advance(steps) {
                    let record = directing.record();
                    let run = directing.run(&record);
                    let mut play = Play::of(self.link.what.clone(), record.script, run);
                    play.failed_at = record.failed_at;
                    play.overrides.clone_from(&self.link.overrides);
                    play.verdict =
                        record.said.map(|said| format!("{}: {said}", directing.test().name));
                    let to = record.until.max(self.link.moment);
                    self.phase = Phase::Playing { play: Box::new(play), to };
                }
                Ok(false)
            }
            Phase::Playing { play, to } => match play.advance(*to, steps) {
                // What it waits for comes, or opening is cancelled.
                Progress::Budget | Progress::Stopped(Stop::Wants) => Ok(false),
                Progress::Reached | Progress::Stopped(_) => {
                    if let Some(next) = self.branches.pop_front() {
                        if let Some(branch) = play.graft(&next.link.acts, next.name.as_deref())
                            && next.shown
                        {
                            self.shown = branch;
                        }
                        *to = next.link.moment;
                        return Ok(false);
                    }
                    play.show(self.shown);
                    play.seek(self.link.moment);
                    Ok(true)
                }
            },
        }
    }

    /// How far it is, and how far it has to go, where that is known.
    pub fn progress(&self) -> (Time, Option<Time>) {
        match &self.phase {
            Phase::Waiting { .. } => (Time::from_micros(self.waited), None),
            Phase::Directing(directing) => (directing.moment().at, None),
            Phase::Playing { play, to } => (play.run.moment().at.min(to.at), Some(to.at)),
        }
    }

    /// What it opens.
    pub fn title(&self) -> String {
        match &self.phase {
            Phase::Waiting { lab, .. } => labs::look(lab.name).title.to_owned(),
            Phase::Directing(directing) => directing.test().name.to_owned(),
            Phase::Playing { play, .. } => play.title(),
        }
    }

    /// The run at its moment, with the link's claim checked there; `None` before
    /// it has come so far.
    pub fn arrive(self) -> Option<Arrived> {
        let Phase::Playing { play, .. } = self.phase else { return None };
        let claim = Claim::of(&self.link, play.run.fingerprint());
        let (alone, selected) = place_named(self.link.selected.as_deref().unwrap_or_default());
        let (remarks, note, beside) = (self.remarks, self.link.note, self.beside);
        Some(Arrived { play: *play, claim, remarks, note, beside, selected, alone })
    }
}

/// The lab of a text that is opened, as far as that can be seen.
fn lab_of_text(text: &str) -> Option<&'static LabWords> {
    lab_of_script(text).or_else(|| lab_of_link(text))
}

/// The lab that a link is of, as far as that can be seen.
fn lab_of_link(text: &str) -> Option<&'static LabWords> {
    Link::what_of(text).ok()?.lab()
}

/// A link and what is to be said about it.
fn read(text: &str) -> Result<(Link, Vec<String>), String> {
    let (link, remarks) = Link::read(text).map_err(CannotOpen::Link).map_err(sentence)?;
    Ok((link, remarks.iter().map(|remark| format!("{remark}.")).collect()))
}

/// Why something cannot be opened, as a sentence.
pub fn sentence(why: CannotOpen) -> String {
    format!("{}.", words::capital(&why.to_string()))
}
