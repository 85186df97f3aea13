//! Moments: points of a run, finer than time.

use crate::order::rank;
use std::fmt;
use std::str::FromStr;

use netsplit_core::time::Time;

/// A point of a run: a time, and how many steps were already applied at that
/// very time. Written `12.345678s` or `12.345678s +3`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Moment {
    /// The virtual time.
    pub at: Time,
    /// Steps applied at that time before this moment; `None` is after
    /// everything due at or before that time.
    pub step: Option<u32>,
}

impl Moment {
    /// Before anything happens.
    pub const START: Moment = Moment { at: Time::ZERO, step: Some(0) };

    /// After everything.
    pub const LAST: Moment = Moment::after(Time::from_micros(u64::MAX));

    /// After everything due at or before a time.
    pub const fn after(at: Time) -> Moment {
        Moment { at, step: None }
    }

    /// When `step` steps were applied at time `at`.
    pub const fn exact(at: Time, step: u32) -> Moment {
        Moment { at, step: Some(step) }
    }

    /// A number that orders moments as they order themselves.
    pub fn rank(self) -> u128 {
        let (at, step) = self.key();
        rank(at.micros(), u64::from(step))
    }

    /// A key that orders moments.
    fn key(self) -> (Time, u32) {
        (self.at, self.step.unwrap_or(u32::MAX))
    }
}

impl PartialOrd for Moment {
    fn partial_cmp(&self, other: &Moment) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Moment {
    fn cmp(&self, other: &Moment) -> std::cmp::Ordering {
        self.key().cmp(&other.key())
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", Seconds(self.at))?;
        match self.step {
            Some(step) => write!(f, " +{step}"),
            None => Ok(()),
        }
    }
}

/// A time as scripts write it: `12.345678s`, without needless zeros.
#[derive(Clone, Copy, Debug)]
pub struct Seconds(pub Time);

impl fmt::Display for Seconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}s", self.0.seconds_exact())
    }
}

/// Why a text is not a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotAMoment;

impl fmt::Display for NotAMoment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a moment reads like 12.345678s, 250ms or 12.345s +3")
    }
}

/// Reads `12.345678s`, `12.345678 s`, `250ms`, `40us`, each with or without
/// ` +3` after it.
impl FromStr for Moment {
    type Err = NotAMoment;

    fn from_str(text: &str) -> Result<Moment, NotAMoment> {
        let (time, step) = match text.split_once('+') {
            Some((time, step)) => (time, Some(step.trim().parse::<u32>().map_err(|_| NotAMoment)?)),
            None => (text, None),
        };
        if step == Some(u32::MAX) {
            return Err(NotAMoment);
        }
        Ok(Moment { at: Time::from_micros(micros_from_text(time).ok_or(NotAMoment)?), step })
    }
}

/// Microseconds of `12.345678s`, `250ms` or `40us`; `None` for anything else,
/// also for more decimals than microseconds have and for more than ten days.
pub fn micros_from_text(text: &str) -> Option<u64> {
    const TEN_DAYS: u64 = 864_000_000_000;
    let text = text.trim();
    let (number, places) = if let Some(number) = text.strip_suffix("ms") {
        (number, 3)
    } else if let Some(number) = text.strip_suffix("us").or_else(|| text.strip_suffix("µs")) {
        (number, 0)
    } else {
        (text.strip_suffix('s')?, 6)
    };
    let number = number.trim_end();
    let (whole, part) = number.split_once('.').unwrap_or((number, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let too_long = whole.len() > 12 || part.len() > places;
    if too_long || whole.is_empty() || !digits(whole) || !digits(part) {
        return None;
    }
    let mut micros: u64 = whole.parse().ok()?;
    for place in 0..places {
        let digit = part.as_bytes().get(place).map_or(0, |byte| u64::from(byte - b'0'));
        micros = micros.checked_mul(10)?.checked_add(digit)?;
    }
    (micros <= TEN_DAYS).then_some(micros)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_read_back_as_written() {
        for text in ["0s", "0.412s", "12.345678s", "12.345678s +3", "3600s +0"] {
            assert_eq!(text.parse::<Moment>().map(|moment| moment.to_string()), Ok(text.into()));
        }
        assert_eq!("250ms".parse(), Ok(Moment::after(Time::from_micros(250_000))));
        assert_eq!("1.5 s + 2".parse(), Ok(Moment::exact(Time::from_micros(1_500_000), 2)));
    }

    #[test]
    fn what_is_not_a_moment_is_refused() {
        for text in ["", "s", "1", "-1s", "1.2345678s", "1.s2", "99999999999999s", "1s +", "1s +-1"]
        {
            assert_eq!(text.parse::<Moment>(), Err(NotAMoment), "{text}");
        }
    }

    #[test]
    fn without_a_step_it_comes_after_every_step_of_that_time() {
        let at = Time::from_micros(5);
        assert!(Moment::exact(at, 1_000) < Moment::after(at));
        assert!(Moment::after(at) < Moment::exact(Time::from_micros(6), 0));
    }
}
