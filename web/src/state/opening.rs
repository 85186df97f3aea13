//! Opening: what is on its way onto the page while the last run stays.

use netsplit_core::time::Time;
use netsplit_sim::link::{Link, What};
use netsplit_sim::moment::Moment;
use netsplit_sim::open::{self, CannotOpen, Claim};
use netsplit_sim::scenario::Script;
use netsplit_sim::timeline::Progress;

use super::play::Play;

/// A run that is being taken to the moment its link names.
pub struct Opening {
    play: Play,
    link: Link,
    remarks: Vec<String>,
}

/// A run that has arrived.
pub struct Arrived {
    /// The run, at its moment.
    pub play: Play,
    /// Whether it is the run that was shared.
    pub claim: Claim,
    /// What is to be said about the link.
    pub remarks: Vec<String>,
    /// The sender's line.
    pub note: String,
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
                Ok(Opening { play, link, remarks: Vec::new() })
            }
        }
    }

    /// Starts to open a link.
    ///
    /// # Errors
    /// What is wrong with it, as a sentence.
    pub fn of_link(text: &str) -> Result<Opening, String> {
        let opened = open::link(text).map_err(sentence)?;
        let remarks = opened.remarks.iter().map(|remark| format!("{remark}.")).collect();
        let play = Play::of(opened.link.what.clone(), opened.script, opened.run);
        Ok(Opening { play, link: opened.link, remarks })
    }

    /// Runs on towards the moment, at most so many steps. True when it is there.
    pub fn advance(&mut self, steps: u64) -> bool {
        let moment = self.link.moment;
        match self.play.advance(moment, steps) {
            Progress::Reached | Progress::Stopped(_) => true,
            Progress::Budget => false,
        }
    }

    /// How far it is, and how far it has to go.
    pub fn progress(&self) -> (Time, Time) {
        let Moment { at, .. } = self.link.moment;
        (self.play.run.moment().at.min(at), at)
    }

    /// What it opens.
    pub fn title(&self) -> String {
        self.play.title()
    }

    /// The run at its moment, with the link's claim checked there.
    pub fn arrive(self) -> Arrived {
        let here = self.play.run.fingerprint().value();
        let claim = match self.link.fingerprint {
            None => Claim::None,
            Some(claimed) if claimed == here => Claim::Holds,
            Some(_) => Claim::Differs,
        };
        Arrived { play: self.play, claim, remarks: self.remarks, note: self.link.note }
    }
}

/// Why something cannot be opened, as a sentence.
pub fn sentence(why: CannotOpen) -> String {
    let why = why.to_string();
    let mut letters = why.chars();
    let first = letters.next().map(|letter| letter.to_uppercase().to_string());
    format!("{}{}.", first.unwrap_or_default(), letters.as_str())
}
