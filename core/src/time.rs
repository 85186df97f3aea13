//! Virtual time in whole microseconds.

use std::fmt;
use std::ops::{Add, AddAssign, Sub};

/// An instant, in microseconds since the run began.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time(u64);

/// A duration, in microseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span(u64);

impl Time {
    /// The beginning of every run.
    pub const ZERO: Time = Time(0);

    /// The instant this many microseconds after the beginning.
    pub const fn from_micros(micros: u64) -> Time {
        Time(micros)
    }

    /// Microseconds since the beginning.
    pub const fn micros(self) -> u64 {
        self.0
    }

    /// How long after `earlier` this is; zero when it is not after it.
    pub const fn since(self, earlier: Time) -> Span {
        Span(self.0.saturating_sub(earlier.0))
    }
}

impl Span {
    /// No time at all.
    pub const ZERO: Span = Span(0);

    /// This many microseconds.
    pub const fn from_micros(micros: u64) -> Span {
        Span(micros)
    }

    /// This many milliseconds.
    pub const fn from_millis(millis: u64) -> Span {
        Span(millis * 1_000)
    }

    /// Length in microseconds.
    pub const fn micros(self) -> u64 {
        self.0
    }
}

impl Add<Span> for Time {
    type Output = Time;
    fn add(self, span: Span) -> Time {
        Time(self.0.saturating_add(span.0))
    }
}

impl AddAssign<Span> for Time {
    fn add_assign(&mut self, span: Span) {
        *self = *self + span;
    }
}

impl Sub<Time> for Time {
    type Output = Span;
    fn sub(self, earlier: Time) -> Span {
        self.since(earlier)
    }
}

impl Add for Span {
    type Output = Span;
    fn add(self, other: Span) -> Span {
        Span(self.0.saturating_add(other.0))
    }
}

/// A number of microseconds in a larger unit. All times that are written are made of it.
///
/// What is cut off is not rounded: a moment is never shown before it has come. A width is that of
/// the whole, so that points stand below each other.
#[derive(Clone, Copy, Debug)]
pub struct Decimal {
    micros: u64,
    /// How many decimals a microsecond is in the unit.
    unit: u32,
    /// How many are written; `None` for as many as there are.
    decimals: Option<u32>,
}

impl Decimal {
    const fn new(micros: u64, unit: u32, decimals: Option<u32>) -> Decimal {
        Decimal { micros, unit, decimals }
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (mut number, mut decimals) = (self.micros, self.unit);
        match self.decimals {
            Some(wanted) => {
                number /= 10_u64.pow(decimals.saturating_sub(wanted));
                decimals = decimals.min(wanted);
            }
            None => {
                while decimals > 0 && number.is_multiple_of(10) {
                    (number, decimals) = (number / 10, decimals - 1);
                }
            }
        }
        let (one, behind) = (10_u64.pow(decimals), decimals as usize);
        let width = f.width().unwrap_or(0);
        match decimals {
            0 => write!(f, "{number:>width$}"),
            _ => {
                let before = width.saturating_sub(behind + 1);
                write!(f, "{:>before$}.{:0>behind$}", number / one, number % one)
            }
        }
    }
}

impl Time {
    /// In seconds, cut after so many decimals.
    pub const fn seconds(self, decimals: u32) -> Decimal {
        Decimal::new(self.0, 6, Some(decimals))
    }

    /// In seconds, with as many decimals as it has.
    pub const fn seconds_exact(self) -> Decimal {
        Decimal::new(self.0, 6, None)
    }

    /// In milliseconds, cut after so many decimals.
    pub const fn millis(self, decimals: u32) -> Decimal {
        Decimal::new(self.0, 3, Some(decimals))
    }
}

impl Span {
    /// In seconds, cut after so many decimals.
    pub const fn seconds(self, decimals: u32) -> Decimal {
        Decimal::new(self.0, 6, Some(decimals))
    }

    /// In milliseconds, cut after so many decimals.
    pub const fn millis(self, decimals: u32) -> Decimal {
        Decimal::new(self.0, 3, Some(decimals))
    }

    /// In milliseconds, with as many decimals as it has.
    pub const fn millis_exact(self) -> Decimal {
        Decimal::new(self.0, 3, None)
    }
}

/// Written as people read it: `12.345678 s`.
impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} s", self.seconds(6))
    }
}

/// Written in milliseconds, with as many decimals as it has: `150 ms`, `8.5 ms`.
impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ms", self.millis_exact())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_cut_and_written_as_long_as_wanted() {
        let at = Time::from_micros(1_234_560);
        let written = format!("{} {} {}", at.seconds(3), at.seconds(0), at.seconds_exact());
        assert_eq!(written, "1.234 1 1.23456");
        assert_eq!(format!("{} {} {at}", at.millis(1), at.millis(0)), "1234.5 1234 1.234560 s");
        assert_eq!(format!("{:>9}|{:>4}", at.seconds(3), at.seconds(0)), "    1.234|   1");
        let spans = [0, 40, 8_500, 150_000, 60_000_000].map(Span::from_micros);
        let written: Vec<String> = spans.iter().map(Span::to_string).collect();
        assert_eq!(written, ["0 ms", "0.04 ms", "8.5 ms", "150 ms", "60000 ms"]);
        assert_eq!(Span::from_micros(1_999_999).seconds(1).to_string(), "1.9");
    }
}
