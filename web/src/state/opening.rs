//! Opening: what is on its way onto the page while the last run stays.

use netsplit_core::time::Time;
use netsplit_sim::link::{Link, What};
use netsplit_sim::moment::Moment;
use netsplit_sim::open::{self, CannotOpen, Claim, Directing};
use netsplit_sim::scenario::Script;
use netsplit_sim::timeline::Progress;

use super::play::Play;

/// A run that is being taken to the moment its link names.
pub struct Opening {
    phase: Phase,
    link: Link,
    remarks: Vec<String>,
    /// It is to stand beside the run that is shown, under this name.
    pub beside: Option<String>,
}

/// How far opening is.
enum Phase {
    /// The director of a test of the course does its work; what it does is recorded.
    Directing(Box<Directing>),
    /// The run goes to this moment, written down as it goes.
    Playing { play: Box<Play>, to: Moment },
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
}

impl Opening {
    /// Starts to open a pasted text: a link, or else a script.
    ///
    /// # Errors
    /// What is wrong with it, as a sentence.
    pub fn of_text(text: &str) -> Result<Opening, String> {
        let is_link = text.contains("#s") || !text.contains("scenario ");
        match is_link {
            true => Opening::of_link(text),
            false => {
                let script =
                    Script::parse(text).map_err(|error| format!("The script: {error}."))?;
                let link = Link::to(What::Written(text.to_owned()), script.setup.seed);
                let play = Play::new(link.what.clone(), script, Vec::new()).map_err(sentence)?;
                Ok(Opening::playing(play, link, Vec::new()))
            }
        }
    }

    /// Starts to open a link.
    ///
    /// # Errors
    /// What is wrong with it, as a sentence.
    pub fn of_link(text: &str) -> Result<Opening, String> {
        let (link, remarks) = Link::read(text).map_err(CannotOpen::Link).map_err(sentence)?;
        let remarks = remarks.iter().map(|remark| format!("{remark}.")).collect();
        Opening::of_parsed(link, remarks)
    }

    /// Starts to open a link that is read already.
    ///
    /// # Errors
    /// What is wrong with it, as a sentence.
    pub fn of_parsed(link: Link, remarks: Vec<String>) -> Result<Opening, String> {
        if let What::Course { .. } = link.what {
            return Opening::of_course(link, remarks);
        }
        let opened = open::link(&link.to_string()).map_err(sentence)?;
        let mut play = Play::of(link.what.clone(), opened.script, opened.run);
        play.overrides.clone_from(&link.overrides);
        Ok(Opening::playing(play, link, remarks))
    }

    /// Starts to open a test of the course: run to its end, so that whoever acts
    /// in it makes a branch; with a person's acts, which end the director's part,
    /// to the link's moment.
    ///
    /// # Errors
    /// What is wrong with its options, as a sentence.
    pub fn of_course(link: Link, remarks: Vec<String>) -> Result<Opening, String> {
        let until = (!link.acts.is_empty()).then_some(link.moment);
        let directing = Box::new(Directing::new(&link, until).map_err(sentence)?);
        Ok(Opening { phase: Phase::Directing(directing), link, remarks, beside: None })
    }

    fn playing(play: Play, link: Link, remarks: Vec<String>) -> Opening {
        let to = link.moment;
        let play = Box::new(play);
        Opening { phase: Phase::Playing { play, to }, link, remarks, beside: None }
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
            Phase::Directing(directing) => {
                if directing.advance(steps) {
                    let record = directing.record();
                    let mut play =
                        Play::of(self.link.what.clone(), record.script.clone(), record.run());
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
                Progress::Budget => Ok(false),
                Progress::Reached | Progress::Stopped(_) => {
                    play.seek(self.link.moment);
                    Ok(true)
                }
            },
        }
    }

    /// How far it is, and how far it has to go, where that is known.
    pub fn progress(&self) -> (Time, Option<Time>) {
        match &self.phase {
            Phase::Directing(directing) => (directing.moment().at, None),
            Phase::Playing { play, to } => (play.run.moment().at.min(to.at), Some(to.at)),
        }
    }

    /// What it opens.
    pub fn title(&self) -> String {
        match &self.phase {
            Phase::Directing(directing) => directing.test().name.to_owned(),
            Phase::Playing { play, .. } => play.title(),
        }
    }

    /// The run at its moment, with the link's claim checked there; `None` before
    /// it has come so far.
    pub fn arrive(self) -> Option<Arrived> {
        let Phase::Playing { play, .. } = self.phase else { return None };
        let claim = Claim::of(&self.link, play.run.fingerprint());
        let (remarks, note, beside) = (self.remarks, self.link.note, self.beside);
        Some(Arrived { play: *play, claim, remarks, note, beside })
    }
}

/// Why something cannot be opened, as a sentence.
pub fn sentence(why: CannotOpen) -> String {
    let why = why.to_string();
    let mut letters = why.chars();
    let first = letters.next().map(|letter| letter.to_uppercase().to_string());
    format!("{}{}.", first.unwrap_or_default(), letters.as_str())
}
