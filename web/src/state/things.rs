//! What matters in a run, with the time it takes: messages on their way, and
//! what happens in an instant. The pace of Auto follows from this alone.

use netsplit_core::time::Time;

/// Screen time of a message that matters, in thousandths of a second.
pub const FLIGHT_MILLIS: u64 = 900;
/// The slowest and the fastest that Auto plays, in microseconds of the run in a
/// second of screen.
pub const RATES: (u64, u64) = (1_000, 10_000_000);
/// The pace of an instant before any message says how long messages take: the
/// mean of the first scenario's links in the screen time of a message.
pub const USUAL: u64 = 13_000;
/// Where the pace of an instant stays, whatever messages take.
const USUAL_RANGE: (u64, u64) = (2_000, 200_000);
/// Kept at most; past that the oldest quarter goes.
const THINGS_MOST: usize = 16_000;

/// Something that matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Thing {
    /// Its beginning.
    pub from: Time,
    /// Its end; the same for an instant.
    pub to: Time,
    /// The fastest pace that leaves it the screen time it deserves.
    pub rate: u64,
    /// The latest end of this and all before it.
    pub reach: Time,
    /// Steps made when it began.
    step: u64,
    /// The pace of an instant from here on.
    usual: u64,
}

/// All that matters on a branch, in order of its beginning.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Things {
    list: Vec<Thing>,
}

impl Things {
    /// All of them.
    pub fn list(&self) -> &[Thing] {
        &self.list
    }

    /// A message leaves and is due at a time.
    pub fn flies(&mut self, from: Time, to: Time, step: u64) {
        let rate = to.since(from).micros().saturating_mul(1_000) / FLIGHT_MILLIS;
        let rate = rate.clamp(RATES.0, RATES.1);
        let usual = (self.usual() * 7 + rate) / 8;
        self.add(from, to, rate, usual.clamp(USUAL_RANGE.0, USUAL_RANGE.1), step);
    }

    /// Something happens in an instant.
    pub fn happens(&mut self, at: Time, step: u64) {
        let again = |last: &Thing| last.from == at && last.to == at;
        if !self.list.last().is_some_and(again) {
            self.add(at, at, self.usual(), self.usual(), step);
        }
    }

    /// What of it began within so many steps.
    pub fn up_to(&self, step: u64) -> Things {
        Things { list: self.list.iter().take_while(|it| it.step <= step).copied().collect() }
    }

    fn usual(&self) -> u64 {
        self.list.last().map_or(USUAL, |last| last.usual)
    }

    fn add(&mut self, from: Time, to: Time, rate: u64, usual: u64, step: u64) {
        if self.list.len() >= THINGS_MOST {
            self.list.drain(..THINGS_MOST / 4);
        }
        let reach = self.list.last().map_or(to, |last| last.reach.max(to));
        self.list.push(Thing { from, to, rate, reach, step, usual });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_sets_the_pace_that_gives_it_nine_tenths_of_a_second() {
        let mut things = Things::default();
        let at = Time::from_micros;
        things.happens(at(5), 1);
        things.happens(at(5), 1);
        things.flies(at(10_000), at(19_000), 2);
        things.happens(at(20_000), 3);
        let rates: Vec<u64> = things.list().iter().map(|thing| thing.rate).collect();
        assert_eq!(rates, [13_000, 10_000, 12_625]);
        assert_eq!(things.up_to(2).list().len(), 2);
    }
}
