//! What happened on a branch, as it was run the first time: sentences for the
//! list of events, and stretches for the lanes of the time line.

use std::ops::Range;
use std::rc::Rc;

use netsplit_core::id::{Cast, NodeId};
use netsplit_core::time::Time;
use netsplit_sim::choice::Choice;
use netsplit_sim::labs;
use netsplit_sim::moment::Moment;
use netsplit_sim::property::Violation;
use netsplit_sim::run::{Fact, Gone, Run, Standing, Told};
use netsplit_sim::scenario::Line;
use netsplit_sim::scene::note_holds;
use netsplit_sim::words;

use super::faults::{Bands, Fault};
use super::things::Things;

/// Events kept at most; past that the oldest quarter goes.
const EVENTS_MOST: usize = 8_000;

/// Heartbeats kept at most; past that the oldest quarter goes.
const BEATS_MOST: usize = 100_000;

/// Events looked through for whether a node repeats itself.
const RECENT: usize = 64;

/// What an event is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A node or the world did something.
    Told,
    /// A sentence of the script: a chapter.
    Note,
    /// The script acted.
    Line,
    /// A property was broken.
    Broken,
}

/// One line of the list of events.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// When it was over.
    pub moment: Moment,
    /// Steps made by then; 0 for what a script says between two of them.
    pub step: u64,
    /// What it is.
    pub kind: Kind,
    /// At which node.
    pub node: Option<NodeId>,
    /// Whether it matters.
    pub matters: bool,
    /// The sentence.
    pub text: Rc<str>,
    /// What it says, for whoever goes by that.
    pub fact: Option<Fact>,
}

/// A stretch of time in which a node stood as it did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// Its beginning; its end is the next one's.
    pub from: Time,
    /// Steps made when it began.
    pub step: u64,
    /// How the node stood.
    pub standing: Standing,
}

/// What happened on one branch.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct History {
    /// The events, oldest first.
    pub events: Vec<Rc<Event>>,
    /// For each node its stretches, oldest first.
    pub lanes: Vec<Vec<Stretch>>,
    /// Who there is: whose the lanes are.
    pub cast: Cast,
    /// When timers ran out of which nothing came that matters: heartbeats.
    pub beats: Vec<Moment>,
    /// The lines of the script that were done, each with its moment.
    pub lines_done: Vec<(u32, Moment)>,
    /// The first violation of each property.
    pub violations: Vec<Violation>,
    /// What matters, with the time it takes: what the pace follows from.
    pub things: Things,
    /// Faults that stood for a while.
    pub faults: Bands,
    /// Messages that came to nothing, oldest first.
    pub losses: Vec<(Moment, Gone)>,
    /// Steps that are in it.
    steps: u64,
    /// Lines of the script that are in it.
    lines: usize,
    /// Broken properties that are in it.
    broken: usize,
    /// Acts that are in it.
    acts: u32,
}

impl History {
    /// Steps that are in it.
    pub fn steps(&self) -> u64 {
        self.steps
    }

    /// A history that begins where a run stands: nothing has happened yet.
    pub fn from_here(run: &dyn Run) -> History {
        let mut history = History {
            steps: run.steps(),
            lines: run.lines_done().len(),
            broken: run.broken().len(),
            acts: run.acts_done(),
            ..History::default()
        };
        history.cast = run.cast();
        history.observe_lanes(run.moment(), run.steps(), run.standings());
        history.observe_faults(run);
        history
    }

    /// What nodes and the world told, each with its time.
    pub fn told(&self) -> Vec<(Time, Told)> {
        let told = |event: &Rc<Event>| {
            let Event { moment, kind: Kind::Told, node: Some(node), .. } = &**event else {
                return None;
            };
            let told = Told::new(*node, event.matters, event.text.to_string());
            Some((moment.at, Told { fact: event.fact, ..told }))
        };
        self.events.iter().filter_map(told).collect()
    }

    /// Forgets events up to a moment.
    pub fn forget_up_to(&mut self, moment: Moment) {
        self.events.drain(..self.happened(moment));
    }

    /// Takes in what the last step did, if that is new.
    pub fn observe(&mut self, run: &dyn Run) {
        let (moment, step) = (run.moment(), run.steps());
        self.cast = run.cast();
        let lab = labs::lab(run.lab());
        let (acts, lines) = (self.acts, self.lines);
        for (number, at) in run.lines_done().iter().skip(self.lines) {
            self.lines += 1;
            self.lines_done.push((*number, *at));
            let (kind, text) = match run.script().get(*number as usize) {
                Some(Line::Note { text, .. }) => {
                    if !note_holds(run.script(), *number, run.skipped()) {
                        continue;
                    }
                    (Kind::Note, text.clone())
                }
                Some(Line::Act { verb, .. }) => match lab {
                    Some(lab) => (Kind::Line, lab.show(verb).to_string()),
                    None => continue,
                },
                _ => continue,
            };
            // A line comes between two steps.
            let (step, text) = (0, text.into());
            self.push(Event {
                moment: *at,
                step,
                kind,
                node: None,
                matters: true,
                text,
                fact: None,
            });
        }
        if step > self.steps {
            self.steps = step;
            for told in run.told() {
                // What a node says again and again is said once.
                let again = self.said_last(told.node).is_some_and(|said| *said == *told.text);
                let (node, matters) = (Some(told.node), told.matters && !again);
                self.push(Event {
                    moment,
                    step,
                    kind: Kind::Told,
                    node,
                    matters,
                    text: told.text.into(),
                    fact: told.fact,
                });
            }
            if run.intervened() {
                self.things.happens(moment.at, step);
            }
            for sent in run.sent().into_iter().filter(|sent| sent.matters) {
                match sent.held {
                    true => self.things.happens(moment.at, step),
                    false => self.things.flies(moment.at, sent.arrives, step),
                }
            }
            if self.losses.len() >= EVENTS_MOST {
                self.losses.drain(..EVENTS_MOST / 4);
            }
            self.losses.extend(run.gone().into_iter().map(|gone| (moment, gone)));
            self.observe_lanes(moment, step, run.standings());
            let quiet = self.events.last().is_none_or(|last| last.step < step || !last.matters);
            if quiet && matches!(run.last(), Some(Choice::Fire(..))) {
                self.beats.push(moment);
                if self.beats.len() > BEATS_MOST {
                    self.beats.drain(..BEATS_MOST / 4);
                }
            }
        }
        if step == self.steps {
            self.acts = run.acts_done();
            // Only what is done from outside changes links; rules can be used up, too.
            let acted = (self.acts, self.lines) != (acts, lines);
            if acted || self.faults.rules() != run.rules().len() {
                self.observe_faults(run);
            }
        }
        for violation in run.broken().iter().skip(self.broken) {
            self.broken += 1;
            self.violations.push(violation.clone());
            let text = format!("{}.", words::violation(violation)).into();
            let node = violation.nodes.first().copied();
            self.push(Event {
                moment,
                step,
                kind: Kind::Broken,
                node,
                matters: true,
                text,
                fact: None,
            });
        }
    }

    fn observe_faults(&mut self, run: &dyn Run) {
        let Some(lab) = labs::lab(run.lab()) else { return };
        let cuts = run.cuts().into_iter().map(|(from, to)| Fault::Cut(from, to));
        let rules = run
            .rules()
            .iter()
            .map(|(id, rule)| Fault::Rule(*id, lab.show(rule).to_string().into()));
        self.faults.stand(run.moment().at, run.steps(), cuts.chain(rules).collect());
    }

    fn observe_lanes(&mut self, moment: Moment, step: u64, standings: Vec<Standing>) {
        self.lanes.resize_with(standings.len(), Vec::new);
        for (place, standing) in standings.into_iter().enumerate() {
            let lane = &mut self.lanes[place];
            let before = lane.last().map(|last| last.standing);
            if before == Some(standing) {
                continue;
            }
            lane.push(Stretch { from: moment.at, step, standing });
            if before.is_some() {
                self.things.happens(moment.at, step);
            }
            if before.is_some_and(|before| before.leads) && standing.up && !standing.leads {
                let node = self.cast.at(place as u32);
                let text = words::leads_no_longer(node, standing.term).into();
                let (kind, node) = (Kind::Told, Some(node));
                self.push(Event { moment, step, kind, node, matters: true, text, fact: None });
            }
        }
    }

    /// What a node told last, if that is not long ago.
    fn said_last(&self, node: NodeId) -> Option<&str> {
        let recent = self.events.iter().rev().take(RECENT);
        recent.into_iter().find(|event| event.node == Some(node)).map(|event| &*event.text)
    }

    fn push(&mut self, event: Event) {
        if event.matters {
            self.things.happens(event.moment.at, self.steps);
        }
        if self.events.len() >= EVENTS_MOST {
            self.events.drain(..EVENTS_MOST / 4);
        }
        self.events.push(Rc::new(event));
    }

    /// What of it had happened when a run had made as many steps: where another
    /// branch leaves, or an act was taken back.
    pub fn up_to(&self, run: &dyn Run) -> History {
        let (moment, step) = (run.moment(), run.steps());
        let happened = |event: &&Rc<Event>| event.moment <= moment;
        let lanes = self
            .lanes
            .iter()
            .map(|lane| lane.iter().take_while(|stretch| stretch.step <= step).copied().collect());
        History {
            cast: self.cast,
            events: self.events.iter().filter(happened).cloned().collect(),
            lanes: lanes.collect(),
            beats: self.beats.iter().copied().filter(|beat| *beat <= moment).collect(),
            lines_done: run.lines_done().to_vec(),
            violations: run.broken().to_vec(),
            things: self.things.up_to(step),
            faults: self.faults.up_to(step),
            losses: self.losses.iter().filter(|(at, _)| *at <= moment).copied().collect(),
            steps: step,
            lines: run.lines_done().len(),
            broken: run.broken().len(),
            acts: run.acts_done(),
        }
    }

    /// The lanes of the servers; clients, which have none on the time line, stand behind them.
    pub fn servers(&self) -> &[Vec<Stretch>] {
        &self.lanes[..self.lanes.len().min(self.cast.servers as usize)]
    }

    /// The same of some of them, by their places.
    pub fn servers_of(&self, seen: &Range<usize>) -> &[Vec<Stretch>] {
        self.servers().get(seen.clone()).unwrap_or_default()
    }

    /// How many events have happened at a moment.
    pub fn happened(&self, here: Moment) -> usize {
        self.events.partition_point(|event| event.moment <= here)
    }

    /// The messages that came to nothing since the last thing that matters, and
    /// with it.
    pub fn fresh_losses(&self, here: Moment) -> &[(Moment, Gone)] {
        let since = self.last(here, |event| event.matters).map_or(Moment::START, |it| it.moment);
        let from = self.losses.partition_point(|(at, _)| *at < since);
        let to = self.losses.partition_point(|(at, _)| *at <= here);
        &self.losses[from..to.max(from)]
    }

    /// The last wanted event that has happened at a moment.
    pub fn last(&self, here: Moment, wanted: impl Fn(&Event) -> bool) -> Option<&Rc<Event>> {
        self.events[..self.happened(here)].iter().rev().find(|event| wanted(event))
    }
}
