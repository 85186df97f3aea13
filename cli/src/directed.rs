//! A test of the course as acts: its director runs once, and what it did is the
//! record from which any moment follows.

use netsplit_sim::course::raft;
use netsplit_sim::course::{CourseTest, Setting};
use netsplit_sim::director::{Advance, Verdict};
use netsplit_sim::labs::raft::RaftLab;
use netsplit_sim::moment::Moment;
use netsplit_sim::scene::Act;
use netsplit_sim::world::WorldOptions;

/// Steps between looks at how far a director got.
const SLICE: u64 = 2_000;

/// What a director said of its run.
#[derive(Debug)]
pub(crate) enum Said {
    /// How it ended.
    Verdict(Verdict),
    /// Somebody acted, so that it says nothing.
    ChangedByHand,
}

/// A directed run, to be repeated without its director.
pub(crate) struct Record {
    /// What the world is made of.
    pub(crate) options: WorldOptions<RaftLab>,
    /// What the director did, then what a person did.
    pub(crate) acts: Vec<Act>,
    /// The moment asked for, or the last one.
    pub(crate) until: Moment,
    /// What the director said, where it came to its end.
    pub(crate) said: Option<Said>,
}

/// Runs a test to its end, or past the moment asked for. From a person's first
/// act on, the director does nothing more.
pub(crate) fn run(
    test: &'static CourseTest,
    setting: &Setting,
    by_hand: Vec<Act>,
    until: Option<Moment>,
) -> Record {
    let mut run = test.open(setting);
    let last = by_hand.first().map(|act| act.moment).or(until);
    let far_enough = |run: &raft::Performance| {
        last.is_some_and(|last| run.directed().timeline().moment() > last)
    };
    let mut verdict = None;
    while verdict.is_none() && !far_enough(&run) {
        if let Advance::Ended(ended) = run.advance(SLICE) {
            verdict = Some(ended);
        }
    }
    let mut acts = run.directed().record();
    let end = run.directed().timeline().moment();
    let said = match by_hand.first() {
        Some(first) => {
            acts.retain(|act| act.moment < first.moment);
            Some(Said::ChangedByHand)
        }
        None if until.is_none() => verdict.map(Said::Verdict),
        None => None,
    };
    let last_by_hand = by_hand.last().map(|act| act.moment);
    acts.extend(by_hand);
    let until = until.or(last_by_hand).unwrap_or(end);
    Record { options: raft::world(test, setting), acts, until, said }
}
