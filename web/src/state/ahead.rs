//! Looking ahead for the pace: a copy of the run goes before it and writes down
//! what matters. The run itself never notices, and however far the copy got, the
//! pace of a moment is the same: where too little is known, playing waits.

use std::rc::Rc;

use netsplit_core::time::Time;
use netsplit_sim::moment::Moment;
use netsplit_sim::run::Run;
use netsplit_sim::scene::Act;
use netsplit_sim::timeline::Progress;

use super::history::History;
use super::pace::Pace;

/// A copy of a run that goes before it.
pub struct Ahead {
    run: Box<dyn Run>,
    /// The acts of the run it was copied from, by which it is known to hold.
    acts: Rc<Vec<Act>>,
    history: History,
    /// How far the history reached when the copy was made.
    edge: Time,
    /// The copy has come there.
    begun: bool,
    /// Nothing more can come.
    over: bool,
}

impl Ahead {
    /// Looks ahead of a run whose history reaches to its edge.
    pub fn of(run: &dyn Run, history: &History) -> Ahead {
        Ahead {
            run: run.fork(),
            acts: run.acts(),
            history: history.clone(),
            edge: run.edge().at,
            begun: false,
            over: false,
        }
    }

    /// The pace, as far as it is known.
    pub fn pace(&self) -> Pace<'_> {
        let known = if self.over { Time::from_micros(u64::MAX) } else { self.known() };
        Pace::new(self.history.things.list(), known)
    }

    /// All that begins before this is known.
    fn known(&self) -> Time {
        if self.begun { self.run.moment().at } else { self.edge }
    }

    /// Looks ahead to a time, and returns the steps of so many that are left then.
    pub fn look(&mut self, to: Time, steps: u64) -> u64 {
        let end = self.run.steps().saturating_add(steps);
        if !self.begun {
            // The run may be shown at an earlier moment: the copy goes to the edge.
            let progress = self.run.seek(self.run.edge(), steps);
            self.begun = progress != Progress::Budget;
        }
        let to = Moment::after(to);
        while self.begun && !self.over && self.run.moment() < to && self.run.steps() < end {
            match self.run.run_to(to, 1) {
                Progress::Budget => self.history.observe(&*self.run),
                Progress::Reached => {
                    self.history.observe(&*self.run);
                    break;
                }
                Progress::Stopped(_) => self.over = true,
            }
        }
        end.saturating_sub(self.run.steps())
    }

    /// True while the run has gone the way this was copied from.
    pub fn holds_for(&self, run: &dyn Run) -> bool {
        Rc::ptr_eq(&self.acts, &run.acts())
    }

    /// Steps that are written down.
    pub fn steps(&self) -> u64 {
        self.history.steps()
    }
}
