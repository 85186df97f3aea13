//! A node's own clock: `offset + rate × virtual time`.

use netsplit_core::time::Time;

use crate::choice::Rate;

/// A clock. *Pure* time is what the pace alone has made of it, without the
/// offset: timers are kept in pure time, so that setting the clock does not
/// move them and a change of pace does.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Clock {
    rate: Rate,
    /// Since then the rate holds, in microseconds of the world …
    since: u64,
    /// … which was then in pure microseconds.
    pure: u64,
    /// Local time is pure time and this many microseconds.
    offset: i64,
}

impl Default for Clock {
    fn default() -> Clock {
        Clock { rate: Rate::TRUE, since: 0, pure: 0, offset: 0 }
    }
}

impl Clock {
    /// Fastest and slowest pace: so many times the world's, or one in so many.
    const RATE_MOST: u64 = 100;

    #[inline]
    pub(crate) fn pure(&self, now: Time) -> u64 {
        let passed = now.micros() - self.since;
        if self.rate == Rate::TRUE {
            return self.pure + passed;
        }
        let passed = u128::from(passed) * u128::from(self.rate.local) / u128::from(self.rate.real);
        self.pure.saturating_add(passed as u64)
    }

    /// What the node reads on its clock; never before 0.
    #[inline]
    pub(crate) fn local(&self, now: Time) -> Time {
        Time::from_micros(self.pure(now).saturating_add_signed(self.offset))
    }

    /// The world's time at which pure time reaches `pure`, not before `now`.
    #[inline]
    pub(crate) fn real(&self, pure: u64, now: Time) -> u64 {
        if self.rate == Rate::TRUE {
            return (self.since + pure.saturating_sub(self.pure)).max(now.micros());
        }
        let passed = u128::from(pure.saturating_sub(self.pure)) * u128::from(self.rate.real);
        let passed = passed.div_ceil(u128::from(self.rate.local));
        self.since.saturating_add(passed as u64).max(now.micros())
    }

    pub(crate) fn rate(&self) -> Rate {
        self.rate
    }

    pub(crate) fn offset(&self) -> i64 {
        self.offset
    }

    /// Changes the pace from `now` on; false when it is out of range.
    pub(crate) fn set_rate(&mut self, rate: Rate, now: Time) -> bool {
        let (local, real) = (u64::from(rate.local), u64::from(rate.real));
        let fits = local > 0
            && real > 0
            && local <= real * Clock::RATE_MOST
            && real <= local * Clock::RATE_MOST;
        if fits {
            *self = Clock { rate, since: now.micros(), pure: self.pure(now), offset: self.offset };
        }
        fits
    }

    /// Sets the clock forward or back by microseconds.
    pub(crate) fn shift(&mut self, by: i64) {
        self.offset = self.offset.saturating_add(by);
    }
}
