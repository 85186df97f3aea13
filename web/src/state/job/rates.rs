//! How many bytes a second flowed over the run, in the manner of the paper's figures 2 and 3: input,
//! shuffle and output.

use netsplit_core::mapreduce::message::{Notice, Stage};
use netsplit_core::mapreduce::task::Phase;
use netsplit_core::time::{Span, Time};
use netsplit_sim::run::JobEvent;

use super::{Job, Try};
use crate::state::timings::slot_width;

/// What flows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flowing {
    /// What map tasks read.
    Input,
    /// What reduce tasks read of buckets.
    Shuffle,
    /// What reduce tasks write.
    Output,
}

impl Flowing {
    /// All, as the paper's figure has them from top to bottom.
    pub const ALL: [Flowing; 3] = [Flowing::Input, Flowing::Shuffle, Flowing::Output];

    /// Its word.
    pub const fn word(self) -> &'static str {
        match self {
            Flowing::Input => "Input",
            Flowing::Shuffle => "Shuffle",
            Flowing::Output => "Output",
        }
    }
}

/// Bytes in slots of equal width.
#[derive(Clone, Debug, PartialEq)]
pub struct Rates {
    /// How wide a slot is.
    pub width: Span,
    /// By slot: of input, shuffle and output.
    pub slots: Vec<[u64; 3]>,
}

impl Rates {
    /// What had flowed by `now`, over a run known up to `edge`: in so many slots at most.
    pub fn new(job: &Job, now: Time, edge: Time, most: u64) -> Rates {
        let width = slot_width(edge, most);
        let count = edge.micros().div_ceil(width.micros()).max(1) as usize;
        let mut rates = Rates { width, slots: vec![[0; 3]; count] };
        for it in job.tries_by(now) {
            rates.take(it, now);
        }
        rates
    }

    fn take(&mut self, it: &Try, now: Time) {
        let maps = it.attempt.task.phase == Phase::Map;
        let mut since = it.from;
        for took in it.took_by(now) {
            if maps {
                // While it waits for its input it reads.
                self.spread(Flowing::Input, since, took.at, took.weight);
                since = took.at;
            } else {
                self.spread(Flowing::Shuffle, took.at, took.at, took.weight);
            }
        }
        let mut wrote_from = it.from;
        for note in it.notes_by(now).iter().filter(|_| !maps) {
            match note.what {
                JobEvent::Told(Notice::Goes { to: Stage::Write, .. }) => wrote_from = note.at,
                JobEvent::Told(Notice::Wrote { weight, .. }) => {
                    self.spread(Flowing::Output, wrote_from, note.at, weight);
                }
                _ => {}
            }
        }
    }

    /// So many bytes flowed evenly between two times.
    fn spread(&mut self, what: Flowing, from: Time, to: Time, bytes: u64) {
        let width = self.width.micros();
        let last = self.slots.len() - 1;
        let place = |at: Time| ((at.micros() / width) as usize).min(last);
        let (first, end, all) = (place(from), place(to), to.since(from).micros());
        let mut left = bytes;
        for slot in first..end {
            let begins = from.micros().max(slot as u64 * width);
            let within = (slot as u64 + 1) * width - begins;
            let share = (u128::from(bytes) * u128::from(within) / u128::from(all.max(1))) as u64;
            let share = share.min(left);
            self.slots[slot][what as usize] += share;
            left -= share;
        }
        self.slots[end][what as usize] += left;
    }

    /// Bytes a second in a slot.
    pub fn rate(&self, slot: usize, what: Flowing) -> u64 {
        let bytes = self.slots.get(slot).map_or(0, |slot| slot[what as usize]);
        (u128::from(bytes) * 1_000_000 / u128::from(self.width.micros())) as u64
    }

    /// Bytes a second in the last slot that was over by a time.
    pub fn last(&self, now: Time, what: Flowing) -> u64 {
        let slot = now.micros() / self.width.micros();
        slot.checked_sub(1).map_or(0, |slot| self.rate(slot as usize, what))
    }

    /// The highest rate.
    pub fn most(&self, what: Flowing) -> u64 {
        (0..self.slots.len()).map(|slot| self.rate(slot, what)).max().unwrap_or(0)
    }

    /// All bytes.
    pub fn sum(&self, what: Flowing) -> u64 {
        self.slots.iter().map(|slot| slot[what as usize]).sum()
    }
}
