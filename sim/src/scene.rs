//! One run in motion: a world, the lines of its script, the acts of a person
//! and the checks, advanced one thing at a time.
//!
//! A [`Scene`] is a value: a copy of it goes on exactly as it would have. The
//! time line keeps such copies as keyframes.

use std::rc::Rc;

use netsplit_core::time::Time;

use crate::choice::Choice;
use crate::lab::Lab;
use crate::moment::Moment;
use crate::property::{Checks, Violation};
use crate::scenario::Line;
use crate::verb::{NotPossible, Verb};
use crate::world::{World, WorldOptions};

/// What an act does.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Deed {
    /// What a person says.
    Verb(Verb),
    /// What a director chose.
    Choice(Choice),
}

/// Something done from outside, with its moment.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Act {
    /// When.
    pub moment: Moment,
    /// What.
    pub deed: Deed,
}

/// The limits of a run, so that a page or a test never hangs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Virtual time.
    pub time: Time,
    /// Steps in all.
    pub steps: u64,
    /// Steps within one instant.
    pub steps_at_once: u32,
    /// What the messages under way hold together, in bytes.
    pub under_way: u64,
}

impl Default for Limits {
    /// One hour, 2,000,000 steps, 100,000 at once, 32 MB under way.
    fn default() -> Limits {
        Limits {
            time: Time::from_micros(3_600_000_000),
            steps: 2_000_000,
            steps_at_once: 100_000,
            under_way: 32_000_000,
        }
    }
}

/// What a scene did when it was advanced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Advanced {
    /// One step of the world.
    Step,
    /// A script line that is no step: a note, the end of a wait.
    Line,
    /// An act of the person, or of the script, with as many steps as it took.
    Act,
    /// Nothing more happens up to the moment asked for; the time is that.
    Reached,
    /// A limit stops the run.
    Stopped(Stop),
}

/// Which limit stopped a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// The virtual time.
    Time,
    /// The number of steps.
    Steps,
    /// The number of steps within one instant.
    AtOnce,
    /// What the messages under way hold.
    UnderWay,
    /// No limit: the next step needs a result that is computed elsewhere and is not there yet. The
    /// scene is as it was before that step; it goes on once the result is there.
    Wants,
}

/// Messages under way are weighed at every so many steps.
const WEIGHED: u64 = 1_024;

/// Something that was to be done and could not be.
#[derive(Clone, Debug, PartialEq)]
pub struct Skipped {
    /// When.
    pub moment: Moment,
    /// What: the number of a line of the script, or of an act, from 0.
    pub what: Planned,
    /// Why; `None` when a wait was given up, or an expectation did not hold.
    pub why: Option<NotPossible>,
}

/// A line of the script or an act of the person, by number from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Planned {
    /// A line of the script.
    Line(u32),
    /// An act.
    Act(u32),
}

/// A run in motion.
#[derive(Clone, Debug)]
pub struct Scene<L: Lab> {
    /// The world.
    pub world: World<L>,
    /// What the checks remember.
    checks: L::Checks,
    /// The first violation of each property.
    broken: Vec<Violation>,
    /// The script; shared by all copies.
    script: Rc<[Line]>,
    /// The next line of it.
    line: u32,
    /// When the line before it was done.
    line_since: Time,
    /// Acts of the person done so far.
    acts_done: u32,
    /// Lines done so far, each with its moment.
    lines_done: Vec<(u32, Moment)>,
    /// What could not be done.
    skipped: Vec<Skipped>,
    limits: Limits,
}

impl<L: Lab> PartialEq for Scene<L> {
    fn eq(&self, other: &Scene<L>) -> bool {
        self.world == other.world
            && self.checks == other.checks
            && self.broken == other.broken
            && self.line == other.line
            && self.line_since == other.line_since
            && self.acts_done == other.acts_done
            && self.skipped == other.skipped
    }
}

impl<L: Lab> Scene<L> {
    /// A run in which nothing has happened.
    pub fn new(options: WorldOptions<L>, script: Rc<[Line]>, limits: Limits) -> Scene<L> {
        Scene {
            world: World::new(options),
            checks: L::Checks::default(),
            broken: Vec::new(),
            script,
            line: 0,
            line_since: Time::ZERO,
            acts_done: 0,
            lines_done: Vec::new(),
            skipped: Vec::new(),
            limits,
        }
    }

    /// The first violation of each property, in the order they happened.
    pub fn broken(&self) -> &[Violation] {
        &self.broken
    }

    /// What the checks remember.
    pub fn checks(&self) -> &L::Checks {
        &self.checks
    }

    /// What could not be done so far.
    pub fn skipped(&self) -> &[Skipped] {
        &self.skipped
    }

    /// Lines of the script done so far, each with its moment.
    pub fn lines_done(&self) -> &[(u32, Moment)] {
        &self.lines_done
    }

    /// How many acts were done.
    pub fn acts_done(&self) -> u32 {
        self.acts_done
    }

    /// Lets the next thing happen: an act whose moment has come, a line of the
    /// script, or the step that is due, but nothing after `until`.
    #[inline]
    pub fn advance(&mut self, acts: &[Act], until: Moment) -> Advanced {
        match L::wanted() {
            None => self.go_on(acts, until),
            Some(_) if L::waits() => Advanced::Stopped(Stop::Wants),
            Some(before) => self.go_on_if_all_is_there(acts, until, before),
        }
    }

    /// The same where something that is computed elsewhere may not be there: then nothing happens.
    fn go_on_if_all_is_there(&mut self, acts: &[Act], until: Moment, before: u64) -> Advanced {
        let scene = self.clone();
        let advanced = self.go_on(acts, until);
        if L::wanted() == Some(before) {
            return advanced;
        }
        *self = scene;
        Advanced::Stopped(Stop::Wants)
    }

    #[inline]
    fn go_on(&mut self, acts: &[Act], until: Moment) -> Advanced {
        if let Some(stop) = self.stop() {
            return Advanced::Stopped(stop);
        }
        if let Some(act) = acts.get(self.acts_done as usize)
            && comes_before(act.moment, until)
        {
            // A line whose moment is earlier has its turn first, even when
            // nothing else is due before the act.
            if self.line < self.script.len() as u32
                && let Some(done) = self.advance_script(act.moment)
            {
                return done;
            }
            if self.has_come(act.moment) {
                self.acts_done += 1;
                self.do_act(act, Planned::Act(self.acts_done - 1));
                return Advanced::Act;
            }
        }
        if self.line < self.script.len() as u32
            && let Some(done) = self.advance_script(until)
        {
            return done;
        }
        let now = self.world.moment();
        if let Some(head) = self.world.head() {
            let due = Time::from_micros(head.at);
            let next = if due > now.at { Moment::exact(due, 0) } else { now };
            if next < until && due <= self.limits.time {
                self.world.step_to(head);
                self.observe();
                return Advanced::Step;
            }
        }
        self.world.advance_to(until.at.min(self.limits.time));
        if until.at > self.limits.time { Advanced::Stopped(Stop::Time) } else { Advanced::Reached }
    }

    /// Carries an act out now, at the present moment.
    ///
    /// # Errors
    /// When it is not possible.
    pub fn act(&mut self, deed: &Deed) -> Result<(), NotPossible> {
        let Some(before) = L::wanted() else { return self.act_at_once(deed) };
        let scene = self.clone();
        let acted = self.act_at_once(deed);
        if L::wanted() == Some(before) {
            return acted;
        }
        *self = scene;
        Err(NotPossible::Wants)
    }

    fn act_at_once(&mut self, deed: &Deed) -> Result<(), NotPossible> {
        match deed {
            Deed::Verb(verb) => {
                for choice in verb.choices(&self.world)? {
                    self.apply(choice)?;
                }
                Ok(())
            }
            Deed::Choice(choice) => self.apply(choice.clone()),
        }
    }

    fn apply(&mut self, choice: Choice) -> Result<(), NotPossible> {
        let applied = self.world.apply(choice.clone());
        applied.map_err(|why| NotPossible::Refused(choice, why))?;
        self.observe();
        Ok(())
    }

    fn do_act(&mut self, act: &Act, what: Planned) {
        if act.moment.at > self.world.now() {
            self.world.advance_to(act.moment.at);
        }
        if let Err(why) = self.act(&act.deed) {
            let moment = self.world.moment();
            self.skipped.push(Skipped { moment, what, why: Some(why) });
        }
    }

    /// Ends the waits of the script that are over at an act's moment: repeated from
    /// its start, the run comes to them before the act.
    pub(crate) fn do_lines_before(&mut self, moment: Moment) {
        while !self.script_is_done() && self.advance_script(moment).is_some() {}
    }

    /// Counts an act that [`act`](Scene::act) has just carried out by hand.
    pub(crate) fn count_act(&mut self) {
        self.acts_done += 1;
    }

    #[inline]
    fn observe(&mut self) {
        let before = self.broken.len();
        self.checks.observe(&self.world, &mut self.broken);
        if self.broken.len() > before {
            // The first of each property is the one to look at.
            let mut known: Vec<&str> = Vec::new();
            self.broken.retain(|violation| {
                let fresh = !known.contains(&violation.property);
                known.push(violation.property);
                fresh
            });
        }
    }

    #[inline]
    fn stop(&self) -> Option<Stop> {
        if self.world.steps() >= self.limits.steps {
            Some(Stop::Steps)
        } else if self.world.moment().step >= Some(self.limits.steps_at_once) {
            Some(Stop::AtOnce)
        } else if self.world.steps().is_multiple_of(WEIGHED)
            && self.world.weight() > self.limits.under_way
        {
            Some(Stop::UnderWay)
        } else {
            None
        }
    }

    /// Whether everything that comes before a moment has happened.
    #[inline]
    fn has_come(&mut self, moment: Moment) -> bool {
        let now = self.world.moment();
        if now.at > moment.at {
            return true;
        }
        match (self.world.due_at(), moment.step) {
            (None, _) => true,
            (Some(due), _) if due > moment.at => true,
            (Some(due), _) if due < moment.at => false,
            // Steps are due at this very time.
            (Some(_), None) => false,
            (Some(_), Some(step)) if now.at == moment.at => now.step >= Some(step),
            (Some(_), Some(step)) => step == 0,
        }
    }

    /// Does the next line of the script if its time has come.
    fn advance_script(&mut self, until: Moment) -> Option<Advanced> {
        let script = Rc::clone(&self.script);
        match &script[self.line as usize] {
            Line::Act { at, verb } => {
                let moment = self.moment_of_line(*at, until)?;
                if !comes_before(moment, until) {
                    return None;
                }
                let number = self.line;
                let act = Act { moment, deed: Deed::Verb(verb.clone()) };
                self.line_is_done();
                self.do_act(&act, Planned::Line(number));
                self.line_since = self.world.now();
                Some(Advanced::Act)
            }
            Line::Note { at, .. } => {
                let moment = self.moment_of_line(*at, until)?;
                if moment.at > self.world.now() {
                    self.world.advance_to(moment.at);
                }
                self.line_is_done();
                Some(Advanced::Line)
            }
            Line::Expect { condition, holds } => {
                let moment = self.moment_of_line(None, until)?;
                let broken: Vec<&str> = self.broken.iter().map(|it| it.property).collect();
                if condition.holds(&self.world, &broken) != *holds {
                    let what = Planned::Line(self.line);
                    self.skipped.push(Skipped { moment, what, why: None });
                }
                self.line_is_done();
                Some(Advanced::Line)
            }
            Line::Try { .. } => {
                self.moment_of_line(None, until)?;
                self.line_is_done();
                Some(Advanced::Line)
            }
            Line::RunFor(span) => {
                let end = Moment::after(self.line_since + *span);
                if end > until || !self.has_come(end) {
                    return None;
                }
                self.world.advance_to(end.at);
                self.line_is_done();
                Some(Advanced::Line)
            }
            Line::RunUntil { condition, within } => {
                let broken: Vec<&str> = self.broken.iter().map(|it| it.property).collect();
                if self.world.steps() > 0 && condition.holds(&self.world, &broken) {
                    self.line_is_done();
                    return Some(Advanced::Line);
                }
                let end = Moment::after(self.line_since + (*within)?);
                self.give_up_at(end, until)
            }
        }
    }

    /// When a line is done: the moment it names, or now, but not before the
    /// nodes have started. `None` while that is still to come.
    fn moment_of_line(&mut self, at: Option<Moment>, until: Moment) -> Option<Moment> {
        match at {
            Some(moment) => (moment <= until && self.has_come(moment)).then_some(moment),
            None => {
                let started =
                    self.world.now() > Time::ZERO || self.has_come(Moment::after(Time::ZERO));
                started.then(|| self.world.moment())
            }
        }
    }

    fn give_up_at(&mut self, end: Moment, until: Moment) -> Option<Advanced> {
        if end > until || !self.has_come(end) {
            return None;
        }
        self.world.advance_to(end.at);
        let (moment, what) = (self.world.moment(), Planned::Line(self.line));
        self.skipped.push(Skipped { moment, what, why: None });
        self.line_is_done();
        Some(Advanced::Line)
    }

    fn line_is_done(&mut self) {
        self.lines_done.push((self.line, self.world.moment()));
        self.line += 1;
        self.line_since = self.world.now();
    }

    /// True when every line of the script is done.
    pub fn script_is_done(&self) -> bool {
        self.line as usize == self.script.len()
    }
}

/// Whether a note of the script tells of this run: what was expected right before
/// it was so, and no line before that could not be done and no wait was given
/// up. One with a moment of its own always does.
pub fn note_holds(script: &[Line], note: u32, skipped: &[Skipped]) -> bool {
    let before = script.get(..note as usize).unwrap_or(script);
    let is_expected = |line: &Line| matches!(line, Line::Expect { .. });
    let own = before.iter().rev().take_while(|line| is_expected(line)).count();
    let first = (before.len() - own) as u32;
    let spoils = |skipped: &Skipped| match skipped.what {
        Planned::Line(line) if line < note => line >= first || !is_expected(&script[line as usize]),
        _ => false,
    };
    let has_moment = matches!(script.get(note as usize), Some(Line::Note { at: Some(_), .. }));
    has_moment || !skipped.iter().any(spoils)
}

/// Whether an act at `moment` has been done at `until`: a moment that names its
/// step is the one before the acts made at it, one that does not comes after
/// them.
fn comes_before(moment: Moment, until: Moment) -> bool {
    moment < until || (until.step.is_none() && moment == until)
}
