//! Opening: what is on its way onto the page while the last run stays.

use std::rc::Rc;

use netsplit_core::raft::mutants::Mutant;
use netsplit_core::time::Time;
use netsplit_sim::course::raft::Performance;
use netsplit_sim::course::{self, CourseTest, Setting};
use netsplit_sim::director::Advance;
use netsplit_sim::link::{Link, What};
use netsplit_sim::moment::Moment;
use netsplit_sim::open::{self, CannotOpen, Claim};
use netsplit_sim::run::Running;
use netsplit_sim::scenario::Script;
use netsplit_sim::scene::{Act, Deed, Limits};
use netsplit_sim::timeline::{Progress, Timeline};

use super::play::Play;

/// A run that is being taken to the moment its link names.
pub struct Opening {
    stage: Stage,
    link: Link,
    remarks: Vec<String>,
}

/// How far opening is.
enum Stage {
    /// The director of a test of the course does its work; what it does is recorded.
    Directing { test: &'static CourseTest, setting: Setting, run: Box<Performance> },
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
        if let What::Course { .. } = link.what {
            return Opening::of_course(link, remarks);
        }
        let opened = open::link(text).map_err(sentence)?;
        let play = Play::of(opened.link.what.clone(), opened.script, opened.run);
        Ok(Opening::playing(play, opened.link, remarks))
    }

    /// Starts to open a test of the course.
    ///
    /// # Errors
    /// What is wrong with its options, as a sentence.
    pub fn of_course(link: Link, remarks: Vec<String>) -> Result<Opening, String> {
        let What::Course { lab, test } = link.what else { return Err("This is no test.".into()) };
        let test = course::by_number(lab, test).ok_or("There is no such test.")?;
        let mut setting = Setting::plain(link.seed);
        for (name, value) in link.options().map_err(|why| format!("{why}."))? {
            match (name.as_str(), Mutant::from_id(&value)) {
                ("pre-vote" | "check-quorum", _) => setting.pre_vote |= value == "on",
                ("mistake", Some(mutant)) => setting.mutants = setting.mutants.with(mutant),
                _ => return Err(format!("{} cannot be told {name}={value}.", test.name)),
            }
        }
        let run = Box::new(test.open(&setting));
        Ok(Opening { stage: Stage::Directing { test, setting, run }, link, remarks })
    }

    fn playing(play: Play, link: Link, remarks: Vec<String>) -> Opening {
        let to = link.moment;
        let play = Box::new(play);
        Opening { stage: Stage::Playing { play, to }, link, remarks }
    }

    /// Runs on towards the moment, at most about so many steps. True when it is there.
    ///
    /// # Errors
    /// Why it cannot be opened after all.
    pub fn advance(&mut self, steps: u64) -> Result<bool, String> {
        match &mut self.stage {
            Stage::Directing { test, setting, run } => {
                let Advance::Ended(verdict) = run.advance(steps) else { return Ok(false) };
                let record = run.directed().record();
                let end = run.directed().timeline().moment();
                let verdict = format!("{}: {verdict}", test.name);
                let (play, to) = recorded(test, setting, &self.link, record, end, verdict)?;
                self.stage = Stage::Playing { play: Box::new(play), to };
                Ok(false)
            }
            Stage::Playing { play, to } => match play.advance(*to, steps) {
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
        match &self.stage {
            Stage::Directing { run, .. } => (run.directed().timeline().moment().at, None),
            Stage::Playing { play, to } => (play.run.moment().at.min(to.at), Some(to.at)),
        }
    }

    /// What it opens.
    pub fn title(&self) -> String {
        match &self.stage {
            Stage::Directing { test, .. } => test.name.to_owned(),
            Stage::Playing { play, .. } => play.title(),
        }
    }

    /// The run at its moment, with the link's claim checked there; `None` before
    /// it has come so far.
    pub fn arrive(self) -> Option<Arrived> {
        let Stage::Playing { play, .. } = self.stage else { return None };
        let here = play.run.fingerprint().value();
        let claim = match self.link.fingerprint {
            None => Claim::None,
            Some(claimed) if claimed == here => Claim::Holds,
            Some(_) => Claim::Differs,
        };
        Some(Arrived { play: *play, claim, remarks: self.remarks, note: self.link.note })
    }
}

/// A directed run, to be repeated without its director, and how far it is to be
/// run: to its end, so that whoever acts in it makes a branch; with a person's
/// acts, which end the director's part, to the link's moment.
fn recorded(
    test: &'static CourseTest,
    setting: &Setting,
    link: &Link,
    mut record: Vec<Act>,
    end: Moment,
    verdict: String,
) -> Result<(Play, Moment), String> {
    let by_hand = link.acts.first().map(|(moment, _)| *moment);
    let (to, verdict) = match by_hand {
        None => (end.max(link.moment), verdict),
        Some(first) => {
            record.retain(|act| act.moment < first);
            let verbs = link.acts.iter();
            record.extend(
                verbs.map(|(moment, verb)| Act { moment: *moment, deed: Deed::Verb(verb.clone()) }),
            );
            (link.moment, format!("{}: changed by hand", test.name))
        }
    };
    let text = format!(
        "scenario raft nodes={} seed={} network=course{} save=0ms preset=course{}\n",
        test.plan.servers,
        setting.seed,
        if test.plan.unreliable { " unreliable=on" } else { "" },
        if setting.pre_vote { " pre-vote=on check-quorum=on" } else { "" },
    );
    let script = Script::parse(&text).map_err(|error| error.to_string())?;
    let world = course::raft::world(test, setting);
    let timeline = Timeline::with_acts(world, Rc::from([]), Limits::default(), record);
    let run = Box::new(Running::new(timeline, Rc::from([])));
    let mut play = Play::of(link.what.clone(), script, run);
    play.verdict = Some(verdict);
    Ok((play, to))
}

/// Why something cannot be opened, as a sentence.
pub fn sentence(why: CannotOpen) -> String {
    let why = why.to_string();
    let mut letters = why.chars();
    let first = letters.next().map(|letter| letter.to_uppercase().to_string());
    format!("{}{}.", first.unwrap_or_default(), letters.as_str())
}
