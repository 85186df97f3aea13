//! The pale future: what comes if nobody acts, or what would come of an act.
//!
//! A copy of the run goes on past the edge, a little in each frame, and writes
//! its own history. The run itself never notices. What is known stays known: as
//! the edge moves, the copy only goes on. It is thrown away when anything is
//! done or undone, since then something else comes.

#[cfg(test)]
mod tests;

use std::rc::Rc;

use netsplit_core::time::{Span, Time};
use netsplit_sim::labs;
use netsplit_sim::moment::Moment;
use netsplit_sim::run::{Run, WorldView};
use netsplit_sim::scene::Act;
use netsplit_sim::timeline::Progress;
use netsplit_sim::verb::Verb;
use netsplit_sim::words;

use super::history::History;

/// How far ahead it looks.
pub const AHEAD: Span = Span::from_millis(5_000);
/// Stale events that are kept before they are thrown away together.
const STALE_MOST: usize = 256;

/// What comes after a moment of a run.
pub struct Future {
    /// What happens in it: only what lies after [`from`](Future::from) is ahead.
    pub history: History,
    /// Where it leaves the run: at the edge, or at the moment of the act that is
    /// considered.
    pub from: Moment,
    /// How far it is known.
    pub until: Time,
    /// The act that makes it and, once all of it is known, what it leads to, in a
    /// line; `None` when nobody acts.
    pub label: Option<String>,
    /// The act that makes it.
    verb: Option<Verb>,
    /// The view right after the act.
    before: Option<Rc<WorldView>>,
    run: Box<dyn Run>,
    /// The acts of the run it was copied from, by which it is known to hold.
    acts: Rc<Vec<Act>>,
    /// The copy is at the edge, or has acted: from here on history is written.
    begun: bool,
    /// Nothing more can come.
    over: bool,
}

impl Future {
    /// What comes after the edge if nobody acts.
    pub fn of(run: &dyn Run) -> Future {
        Future {
            history: History::default(),
            from: run.edge(),
            until: run.edge().at,
            label: None,
            verb: None,
            before: None,
            run: run.fork(),
            acts: run.acts(),
            begun: false,
            over: false,
        }
    }

    /// What would come of an act at the moment shown.
    pub fn of_act(run: &dyn Run, verb: Verb) -> Future {
        let here = run.moment();
        let mut future = Future { from: here, until: here.at, ..Future::of(run) };
        let lab = labs::lab(run.lab()).expect("a run is of a lab of the list");
        let text = words::plain(&lab.show(&verb).to_string(), &future.run.view());
        let name = named(&text, run);
        match future.run.act(verb.clone()) {
            Ok(()) => future.label = Some(name),
            Err(why) => {
                future.label = Some(format!("{name}: {}", words::not_possible(lab, &why)));
                future.over = true;
            }
        }
        future.begin();
        future.before = Some(future.run.view());
        future.verb = Some(verb);
        future
    }

    fn begin(&mut self) {
        self.history = History::from_here(&*self.run);
        self.begun = true;
    }

    /// True while the run has gone the way this was copied from.
    pub fn holds_for(&self, run: &dyn Run) -> bool {
        Rc::ptr_eq(&self.acts, &run.acts())
    }

    /// The act it is of.
    pub fn verb(&self) -> Option<&Verb> {
        self.verb.as_ref()
    }

    /// The end of it: so far ahead of the edge, or of the act.
    fn end(&self) -> Time {
        self.from.at + AHEAD
    }

    /// True when all of it is known.
    pub fn is_known(&self) -> bool {
        self.over || (self.begun && self.until >= self.end())
    }

    /// The edge has moved: what lies before it is no future any more. False when
    /// the run has gone further than this.
    pub fn follow(&mut self, edge: Moment) -> bool {
        if self.verb.is_none() && edge > self.from {
            self.from = edge;
            if self.history.happened(edge) > STALE_MOST {
                self.history.forget_up_to(edge);
            }
        }
        self.over || !self.begun || self.run.moment() >= self.from
    }

    /// Runs on, at most about so many steps.
    pub fn advance(&mut self, steps: u64) {
        if self.is_known() {
            return;
        }
        if !self.begun {
            // The run may be shown at an earlier moment: the copy goes to the edge.
            match self.run.seek(self.from, steps) {
                Progress::Budget => return,
                Progress::Reached => self.begin(),
                Progress::Stopped(_) => {
                    self.begin();
                    self.over = true;
                }
            }
        }
        let end = Moment::after(self.end());
        for _ in 0..steps {
            let progress = self.run.run_to(end, 1);
            self.history.observe(&*self.run);
            self.over = matches!(progress, Progress::Stopped(_));
            if progress != Progress::Budget {
                break;
            }
        }
        self.until = self.run.moment().at;
        if self.is_known() {
            self.conclude();
        }
    }

    /// Says what the act led to.
    fn conclude(&mut self) {
        let (Some(before), Some(name)) = (&self.before, &self.label) else { return };
        let lab = labs::lab(self.run.lab()).expect("a run is of a lab of the list");
        let after = self.run.view();
        let told = self.history.told();
        self.label = Some(format!("{name}: {}", words::leads_to(lab, before, &after, &told)));
    }
}

/// An act as a person reads it: `Crash n4` for `crash leader` while n4 leads.
fn named(text: &str, run: &dyn Run) -> String {
    let standings = run.standings();
    let leads = standings.iter().enumerate().filter(|(_, it)| it.up && it.leads);
    let leader = leads.max_by_key(|(_, it)| it.term).map(|(place, _)| place as u32);
    let leader = leader.map(|place| run.cast().at(place));
    let mut words: Vec<String> = text.split(' ').map(str::to_owned).collect();
    if let (Some(leader), Some(word)) = (leader, words.iter_mut().find(|word| *word == "leader")) {
        *word = leader.to_string();
    }
    words::capital(&words.join(" "))
}
