//! The scale of the time line: which times are seen, and where.

use netsplit_core::time::{Span, Time};

/// The narrowest and the widest window.
const WIDTH: (u64, u64) = (1_000_000, 10_000_000);

/// A window of time on so many pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scale {
    /// The time at the left end.
    pub from: Time,
    /// How much time is seen.
    pub width: Span,
    /// On so many pixels.
    pub pixels: f64,
}

impl Scale {
    /// The window that follows the moment shown: one second at first, growing
    /// to ten, and sliding so that the present stays before its last third.
    pub fn following(now: Time, edge: Time, pixels: f64) -> Scale {
        let width = edge.micros().saturating_mul(5) / 4;
        let width = width.clamp(WIDTH.0, WIDTH.1);
        let from = now.micros().saturating_sub(width * 3 / 4);
        Scale { from: Time::from_micros(from), width: Span::from_micros(width), pixels }
    }

    /// The window over a whole run.
    pub fn whole(edge: Time, pixels: f64) -> Scale {
        Scale { from: Time::ZERO, width: Span::from_micros(edge.micros().max(1)), pixels }
    }

    /// Where a time is, in pixels; outside the window beyond the ends.
    pub fn screen_from_time(&self, time: Time) -> f64 {
        let micros = time.micros() as f64 - self.from.micros() as f64;
        micros / self.width.micros() as f64 * self.pixels
    }

    /// The time at a place in pixels.
    pub fn time_from_screen(&self, x: f64) -> Time {
        let micros = x / self.pixels.max(1.0) * self.width.micros() as f64;
        Time::from_micros((self.from.micros() as f64 + micros).max(0.0) as u64)
    }

    /// Times for marks on the ruler, at least so many pixels apart.
    pub fn ticks(&self, apart: f64) -> impl Iterator<Item = Time> + use<> {
        const STEPS: &[u64] = &[
            10_000,
            20_000,
            50_000,
            100_000,
            200_000,
            500_000,
            1_000_000,
            2_000_000,
            5_000_000,
            10_000_000,
            60_000_000,
            600_000_000,
        ];
        let least = apart / self.pixels.max(1.0) * self.width.micros() as f64;
        let step =
            STEPS.iter().find(|step| **step as f64 >= least).unwrap_or(&STEPS[STEPS.len() - 1]);
        let (step, first) = (*step, self.from.micros().div_ceil(*step));
        let last = self.from.micros() + self.width.micros();
        (first..)
            .map(move |count| count * step)
            .take_while(move |at| *at <= last)
            .map(Time::from_micros)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_and_times_go_both_ways() {
        let at = Time::from_micros;
        let scale = Scale::following(at(20_000_000), at(30_000_000), 1_000.0);
        assert_eq!(scale.width, Span::from_millis(10_000));
        let x = scale.screen_from_time(at(20_000_000));
        assert_eq!(x, 750.0);
        assert_eq!(scale.time_from_screen(x), at(20_000_000));
    }

    #[test]
    fn the_window_is_a_second_at_first() {
        let scale = Scale::following(Time::ZERO, Time::ZERO, 600.0);
        assert_eq!((scale.from, scale.width), (Time::ZERO, Span::from_millis(1_000)));
        let ticks: Vec<u64> = scale.ticks(60.0).map(Time::micros).collect();
        assert_eq!(ticks.len(), 11);
        assert_eq!(ticks[1], 100_000);
    }
}
