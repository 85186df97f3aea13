//! An open run without a browser: all that the class `Run` does, as plain data.

use netsplit_core::time::Span;
use netsplit_sim::fingerprint::Fingerprint;
use netsplit_sim::labs::{self, LabWords};
use netsplit_sim::link::{self, Link};
use netsplit_sim::moment::Moment;
use netsplit_sim::open as opening;
use netsplit_sim::run::Run;
use netsplit_sim::scenario::{Line, Script};
use netsplit_sim::script::{parse_line, parse_verb};
use netsplit_sim::timeline::Progress;
use netsplit_sim::trace::{self, Until};
use netsplit_sim::words;

use crate::events::TraceEvent;
use crate::open::{self, About, Opened};
use crate::shown::{self, Operation, ToldView, View};
use crate::trouble::Trouble;

/// How long a condition is waited for where nothing is said.
const WAITED_FOR: Span = Span::from_millis(10_000);

/// Events that a trace holds at most: past that, it is asked for in pieces.
pub const EVENTS_MOST: usize = 100_000;

/// What stands before a condition to make it a line of a script.
const UNTIL: &str = "run until ";

/// A run, the words of its lab, and what it was opened from.
pub struct Player {
    run: Box<dyn Run>,
    lab: &'static LabWords,
    script: Script,
    link: Link,
    about: About,
}

impl Player {
    /// Opens what a text names: a scenario's id, a link, a script.
    ///
    /// # Errors
    /// What is wrong with it.
    ///
    /// # Panics
    /// When the run is of a lab that is not in the list, which opening rules out.
    pub fn open(text: &str) -> Result<Player, Trouble> {
        let Opened { run, script, link, about } = open::text(text)?;
        let lab = labs::lab(run.lab()).expect("a run is of a lab of the list");
        Ok(Player { run, lab, script, link, about })
    }

    /// What was opened.
    pub fn about(&self) -> &About {
        &self.about
    }

    /// What tells whether it is still the same moment of the same run.
    pub fn place(&self) -> (Moment, Fingerprint) {
        (self.run.moment(), self.run.fingerprint())
    }

    /// Steps up to the moment shown.
    pub fn steps(&self) -> u64 {
        self.run.steps()
    }

    /// The run at the moment shown.
    pub fn view(&mut self) -> View {
        shown::view(&mut *self.run, self.lab)
    }

    /// What the step just made said.
    pub fn told(&self) -> Vec<ToldView> {
        shown::told(self.run.told())
    }

    /// What clients asked and were told, up to the moment shown.
    pub fn history(&self) -> Vec<Operation> {
        shown::operations(&*self.run)
    }

    /// Makes so many steps; how many were possible.
    pub fn step(&mut self, steps: u32) -> u32 {
        (0..steps).find(|_| !self.run.step()).unwrap_or(steps)
    }

    /// Runs on to a moment.
    ///
    /// # Errors
    /// When it is past, or a limit stops the run on its way.
    pub fn run_to(&mut self, moment: Moment) -> Result<(), Trouble> {
        let here = self.run.moment();
        if moment < here {
            return Err(Trouble::new(format!(
                "{moment} is before {here}, and running goes on; `seek` goes back"
            )));
        }
        arrived(self.run.run_to(moment, u64::MAX))
    }

    /// Runs on for so long.
    ///
    /// # Errors
    /// When a limit stops the run on its way.
    pub fn run_for(&mut self, span: Span) -> Result<(), Trouble> {
        let end = self.run.moment().at + span;
        arrived(self.run.run_to(Moment::after(end), u64::MAX))
    }

    /// Runs on until a condition of the script language holds, `leader` or `committed
    /// 5 within 2s`, at most for the time it names or ten seconds. Whether it holds.
    ///
    /// # Errors
    /// What is wrong with the condition.
    pub fn run_until(&mut self, condition: &str) -> Result<bool, Trouble> {
        let line = parse_line(&format!("{UNTIL}{condition}"), self.lab, self.script.setup.cast())
            .map_err(|error| Trouble::in_line(&error, UNTIL.len() as u32))?;
        let Some(Line::RunUntil { condition, within }) = line else {
            return Err(Trouble::new("a condition reads like `leader` or `committed 5 within 2s`"));
        };
        let end = Moment::after(self.run.moment().at + within.unwrap_or(WAITED_FOR));
        while !self.run.holds(&condition) {
            match self.run.run_to(end, 1) {
                Progress::Budget => {}
                Progress::Reached | Progress::Stopped(_) => {
                    return Ok(self.run.holds(&condition));
                }
            }
        }
        Ok(true)
    }

    /// Acts, in the words of the script language.
    ///
    /// # Errors
    /// What is wrong with the words, or why it is not possible now.
    pub fn act(&mut self, text: &str) -> Result<(), Trouble> {
        let verb = parse_verb(text, self.lab, self.script.setup.cast())
            .map_err(|error| Trouble::in_line(&error, 0))?;
        self.run.act(verb).map_err(|why| Trouble::new(words::not_possible(self.lab, &why)))
    }

    /// Shows another moment of the branch, earlier or later.
    ///
    /// # Errors
    /// When it is later than the run has come, and a limit stops it on its way.
    pub fn seek(&mut self, moment: Moment) -> Result<(), Trouble> {
        arrived(self.run.seek(moment, u64::MAX))
    }

    /// Shows the branch after so many steps, no further than it has been run.
    pub fn seek_step(&mut self, step: u64) {
        self.run.seek_step(step);
    }

    /// Takes the last act back. False when there is none.
    pub fn undo(&mut self) -> bool {
        self.run.undo()
    }

    /// Does again what was taken back. False when nothing was.
    pub fn redo(&mut self) -> bool {
        self.run.redo()
    }

    /// What happened after `from` (from the start where it is `None`), up to `to` (the
    /// moment shown), no further than the branch has been run.
    ///
    /// # Errors
    /// When that is more than a trace may hold.
    pub fn trace(
        &self,
        from: Option<Moment>,
        to: Option<Moment>,
    ) -> Result<Vec<TraceEvent>, Trouble> {
        let to = to.unwrap_or(self.run.moment()).min(self.run.edge());
        let acts = Vec::clone(&self.run.acts());
        let events = trace::of_script(&self.script, acts, Until::Moment(to))?;
        let wanted = events.filter(|event| from.is_none_or(|from| event.moment > from));
        let properties = self.run.properties();
        let mut trace = Vec::new();
        for event in wanted {
            if trace.len() == EVENTS_MOST {
                return Err(Trouble::new(format!(
                    "the trace has more than {EVENTS_MOST} events; ask for a part of it"
                )));
            }
            trace.push(TraceEvent::of(event, properties));
        }
        Ok(trace)
    }

    /// The link to the moment shown, from `#` on.
    ///
    /// # Errors
    /// When the script in it is too long for a link.
    pub fn link(&self) -> Result<String, Trouble> {
        let setup = &self.script.setup;
        let to = opening::link_to(self.link.what.clone(), setup, &*self.run, false);
        let link = Link { overrides: self.link.overrides.clone(), ..to }.to_string();
        if link.len() > link::limits::FRAGMENT {
            let most = link::limits::FRAGMENT;
            return Err(Trouble::new(format!(
                "the link would have {} characters; {most} are the most",
                link.len()
            )));
        }
        Ok(link)
    }
}

/// That a moment was reached, or which limit stopped the run.
fn arrived(progress: Progress) -> Result<(), Trouble> {
    match progress {
        Progress::Stopped(stop) => Err(Trouble::new(words::stop(stop))),
        Progress::Reached | Progress::Budget => Ok(()),
    }
}
