//! How fast Auto plays: a function of what matters in the run and of nothing else,
//! so that the same run has the same pace on every machine.
//!
//! While things that matter are under way, the pace leaves each of them its
//! screen time, and changes smoothly from one to the next. Between them lies a
//! *gap*: it is crossed in two seconds of screen at most, fastest in its middle,
//! so that it slows down before the next thing happens.
//!
//! All that is known of the run is given: its things, and up to which time they
//! are all there. Where more must be known the answer is how far to look ahead,
//! never another pace.
//!
//! The arithmetic is that of uniform acceleration between *knots*: sums,
//! products, quotients and roots, which every machine rounds alike.

#[cfg(test)]
mod tests;

use crate::draw::tenths::within;
use netsplit_core::time::{Span, Time};

use super::things::{RATES, Thing, USUAL};

/// How quickly the pace follows, in seconds of screen: it changes by a factor of
/// e in about so long.
const FOLLOW: f64 = 0.25;
/// Screen time of a gap at most, in seconds.
const GAP_MOST: f64 = 2.0;
/// Screen time of a gap that is hardly one, in seconds, and how much run more
/// it takes for each further second, in microseconds.
const GAP_LEAST: f64 = 0.8;
const GAP_MORE: f64 = 200_000.0;
/// The share of a gap in which the pace rises, and falls, at least.
const RAMP_LEAST: f64 = 0.125;
/// How far Auto looks for the next thing: what it crosses in two seconds at its
/// fastest.
pub const HORIZON: Span = Span::from_millis(20_000);
/// In how much of the run Auto slows down from its fastest at most, and how many seconds
/// of screen that takes.
const BRAKE: Span = Span::from_millis(10_000);
const BRAKE_TIME: f64 = 1.0;
/// Knots of a ramp.
const RAMP_KNOTS: u32 = 12;

/// What is known of a run.
#[derive(Clone, Copy, Debug)]
pub struct Pace<'a> {
    things: &'a [Thing],
    /// All that begins before this is among the things.
    known: Time,
}

/// The run must be known up to here before its pace is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unknown(pub Time);

/// A time of the run, in microseconds, and the pace there.
type Knot = (f64, f64);

impl<'a> Pace<'a> {
    /// The pace of a run with these things, all of which are there up to a time.
    pub fn new(things: &'a [Thing], known: Time) -> Pace<'a> {
        Pace { things, known }
    }

    /// Up to which time the run is known.
    pub fn known(&self) -> Time {
        self.known
    }

    /// The pace at a time: microseconds of the run in a second of screen.
    ///
    /// # Errors
    /// When more must be known.
    pub fn at(&self, time: Time) -> Result<u64, Unknown> {
        let time = micros(time);
        let knots = self.stretch(time)?;
        let (from, to) = around(&knots, time);
        Ok(speed_between(from, to, time).round() as u64)
    }

    /// The time that is shown so many seconds of screen after another, both in
    /// microseconds.
    ///
    /// # Errors
    /// When more must be known.
    pub fn after(&self, time: f64, screen: f64) -> Result<f64, Unknown> {
        let (mut time, mut left) = (time, screen);
        loop {
            let knots = self.stretch(time)?;
            for pair in knots.windows(2) {
                let (from, to) = (pair[0], pair[1]);
                if to.0 <= time {
                    continue;
                }
                let speed = speed_between(from, to, time);
                let whole = (to.0 - time) * 2.0 / (speed + to.1);
                if whole > left {
                    let gain = (to.1 * to.1 - from.1 * from.1) / (to.0 - from.0) / 2.0;
                    let there = time + speed * left + gain * left * left / 2.0;
                    return Ok(within(there, time, to.0));
                }
                (time, left) = (to.0, left - whole);
            }
        }
    }

    /// The screen time from one time to another, in seconds.
    ///
    /// # Errors
    /// When more must be known.
    pub fn screen(&self, from: Time, to: Time) -> Result<f64, Unknown> {
        let (mut time, end) = (micros(from), micros(to));
        let mut screen = 0.0;
        while time < end {
            let knots = self.stretch(time)?;
            for pair in knots.windows(2) {
                let (from, to) = (pair[0], pair[1]);
                let stop = to.0.min(end);
                if stop > time {
                    let speeds = [time, stop].map(|at| speed_between(from, to, at));
                    screen += (stop - time) * 2.0 / (speeds[0] + speeds[1]);
                    time = stop;
                }
            }
        }
        Ok(screen)
    }

    /// The knots of the stretch that a time lies in: until another thing begins
    /// or ends. The last of them is later than the time.
    fn stretch(&self, time: f64) -> Result<Vec<Knot>, Unknown> {
        let begun = self.things.partition_point(|thing| micros(thing.from) <= time);
        let next = self.things.get(begun).map(|thing| thing.from);
        let before = self.things[..begun].iter().rev();
        let near = before.take_while(|it| micros(it.reach) > time);
        // Of what is under way: when the first of it ends, and the pace that the slowest allows.
        let under_way = near.filter(|it| micros(it.to) > time).fold(None, |least, it| {
            let (end, rate) = least.unwrap_or((it.to, it.rate));
            Some((end.min(it.to), rate.min(it.rate)))
        });
        match under_way {
            Some((end, most)) => {
                let end = next.map_or(end, |next| next.min(end));
                self.knows(end + Span::from_micros((most as f64 * FOLLOW) as u64))?;
                // Of all that began or ended up to now, the last.
                let mut begin = Time::ZERO;
                for it in self.things[..begun].iter().rev() {
                    if micros(it.reach) <= time {
                        begin = begin.max(it.reach);
                        break;
                    }
                    begin = begin.max(if micros(it.to) <= time { it.to } else { it.from });
                }
                Ok(self.busy(begin, end, most as f64))
            }
            None => {
                let begin = begun.checked_sub(1).map_or(Time::ZERO, |last| self.things[last].reach);
                self.gap(begin, next, time)
            }
        }
    }

    fn knows(&self, time: Time) -> Result<(), Unknown> {
        match self.known > time {
            true => Ok(()),
            false => Err(Unknown(time + Span::from_micros(1))),
        }
    }

    /// While things are under way: as fast as they allow, slower near others
    /// that allow less.
    fn busy(&self, begin: Time, end: Time, most: f64) -> Vec<Knot> {
        let ends = [self.limit(begin), self.limit(end)];
        let (from, to) = (micros(begin), micros(end));
        let (rise, fall) = ((most - ends[0]) * FOLLOW, (most - ends[1]) * FOLLOW);
        if rise + fall < to - from {
            return vec![(from, ends[0]), (from + rise, most), (to - fall, most), (to, ends[1])];
        }
        let peak = ((to - from) / FOLLOW + ends[0] + ends[1]) / 2.0;
        let peak = within(peak, ends[0].max(ends[1]), most);
        let middle = within(from + (peak - ends[0]) * FOLLOW, from, to);
        vec![(from, ends[0]), (middle, peak), (to, ends[1])]
    }

    /// The fastest pace at a time where things begin or end.
    fn limit(&self, time: Time) -> f64 {
        let at = micros(time);
        let later = self.things.partition_point(|thing| thing.from <= time);
        let mut limit = RATES.1 as f64;
        let mut hear = |thing: &Thing, away: f64| {
            limit = limit.min(thing.rate as f64 + away.max(0.0) / FOLLOW);
            limit
        };
        for thing in self.things[..later].iter().rev() {
            let limit = hear(thing, at - micros(thing.to));
            if at - micros(thing.reach) > limit * FOLLOW {
                break;
            }
        }
        for thing in &self.things[later..] {
            let away = micros(thing.from) - at;
            if away > hear(thing, away) * FOLLOW {
                break;
            }
        }
        limit
    }

    /// Nothing that matters is under way: faster and slower again.
    fn gap(&self, begin: Time, next: Option<Time>, time: f64) -> Result<Vec<Knot>, Unknown> {
        let slow = self.limit_before_gap(begin);
        let Some(end) = next.filter(|next| next.since(begin) <= HORIZON) else {
            self.knows(begin + HORIZON)?;
            return self.wide_gap(begin, slow, next, time);
        };
        let there = self.limit(end);
        self.knows(end + Span::from_micros((there * FOLLOW) as u64))?;
        Ok(crossing((micros(begin), slow), (micros(end), there)))
    }

    /// The pace at the begin of a gap; at the start of a run it is as usual.
    fn limit_before_gap(&self, begin: Time) -> f64 {
        match self.things.first() {
            Some(first) if first.from <= begin => self.limit(begin),
            _ => USUAL as f64,
        }
    }

    /// A gap too wide to be crossed in two seconds: at the fastest pace, between
    /// a ramp up and a ramp down.
    fn wide_gap(
        &self,
        begin: Time,
        slow: f64,
        next: Option<Time>,
        time: f64,
    ) -> Result<Vec<Knot>, Unknown> {
        let most = RATES.1 as f64;
        let length = |slow: f64| (slow + (most - slow) / 4.0) * BRAKE_TIME;
        let rise = micros(begin) + length(slow);
        if time < rise {
            let rising = ramp((micros(begin), slow), most, BRAKE_TIME);
            return Ok(rising);
        }
        match next {
            Some(next) => {
                let slow = self.limit(next);
                let fall = micros(next) - length(slow);
                if time < fall {
                    return Ok(vec![(rise, most), (fall, most)]);
                }
                self.knows(next + Span::from_micros((slow * FOLLOW) as u64))?;
                let mut falling = ramp((-micros(next), slow), most, BRAKE_TIME);
                falling.iter_mut().for_each(|knot| knot.0 = -knot.0);
                falling.reverse();
                Ok(falling)
            }
            None => {
                let sure = micros(self.known) - micros(Time::ZERO + BRAKE);
                match sure > time {
                    true => Ok(vec![(rise, most), (sure, most)]),
                    // More than is needed now, so that it need not be asked for each frame.
                    false => Err(Unknown(Time::from_micros(time as u64) + BRAKE + BRAKE)),
                }
            }
        }
    }
}

fn micros(time: Time) -> f64 {
    time.micros() as f64
}

/// The knots around a time.
fn around(knots: &[Knot], time: f64) -> (Knot, Knot) {
    let later = knots.iter().position(|knot| knot.0 > time).unwrap_or(knots.len() - 1).max(1);
    (knots[later - 1], knots[later])
}

/// The pace between two knots: it changes evenly in screen time, so that its
/// square does in time of the run.
fn speed_between(from: Knot, to: Knot, time: f64) -> f64 {
    if to.0 <= from.0 {
        return to.1;
    }
    let share = within((time - from.0) / (to.0 - from.0), 0.0, 1.0);
    (from.1 * from.1 + (to.1 * to.1 - from.1 * from.1) * share).sqrt()
}

/// The knots of a rise from a place and a pace to a pace, in so many seconds: it
/// begins gently, as the cube of the screen time.
fn ramp(from: Knot, to: f64, seconds: f64) -> Vec<Knot> {
    let knot = |place: u32| {
        let share = f64::from(place) / f64::from(RAMP_KNOTS);
        let gain = (to - from.1) * share * share * share;
        (from.0 + (from.1 + gain / 4.0) * share * seconds, from.1 + gain)
    };
    (0..=RAMP_KNOTS).map(knot).collect()
}

/// The knots from one knot to another, in as much screen time as a gap takes.
fn crossing(from: Knot, to: Knot) -> Vec<Knot> {
    let (length, mean) = (to.0 - from.0, (from.1 + to.1) / 2.0);
    let seconds = (GAP_LEAST + length / GAP_MORE).min(GAP_MOST);
    if mean * seconds >= length {
        return vec![from, to];
    }
    // On top of an even change from one pace to the other comes a hill, as high
    // as it may be or as it must. Its slopes take half of the time each, or less
    // when the hill would be too high; so much of its height is its mean.
    let height = RATES.1 as f64 - from.1.max(to.1);
    let share = (length / seconds - mean) / height;
    let slope = within((1.0 - share) / 1.5, RAMP_LEAST, 0.5);
    let share_of_slope = 1.0 - slope * 1.5;
    let seconds = seconds.max(length / (mean + height * share_of_slope));
    let height = (length / seconds - mean) / share_of_slope;
    let up: Vec<Knot> = ramp((0.0, 0.0), height, slope * seconds);
    let (ramp_length, even) = (up[up.len() - 1].0, (to.1 - from.1) / seconds);
    let plateau = seconds * (1.0 - 2.0 * slope);
    // Where the even change has come to after so many seconds.
    let base =
        |after: f64| (from.0 + from.1 * after + even * after * after / 2.0, from.1 + even * after);
    let mut knots = Vec::new();
    for (place, knot) in up.iter().enumerate() {
        let after = slope * seconds * place as f64 / f64::from(RAMP_KNOTS);
        let (at, pace) = base(after);
        knots.push((at + knot.0, pace + knot.1));
    }
    for (place, knot) in up.iter().enumerate().rev() {
        let before = slope * seconds * place as f64 / f64::from(RAMP_KNOTS);
        let (at, pace) = base(seconds - before);
        let hill = ramp_length * 2.0 + height * plateau - knot.0;
        knots.push((at + hill, pace + knot.1));
    }
    knots.dedup_by(|later, former| later.0 <= former.0);
    if let Some(last) = knots.last_mut() {
        *last = to;
    }
    knots
}
