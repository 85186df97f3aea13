//! The scale of the time line: which times are seen, and where.

use super::tenths::within;
use netsplit_core::time::{Span, Time};

/// The narrowest window that follows a run, in microseconds …
const WIDTH_LEAST: u64 = 1_000_000;
/// … and the widest, where a run goes on for ever.
pub const WIDTH_MOST: u64 = 10_000_000;

/// The narrowest window that can be zoomed to, in microseconds.
const ZOOM_LEAST: f64 = 5_000.0;

/// A window that somebody chose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Zoom {
    /// The time at its left end.
    pub from: Time,
    /// How much time is seen.
    pub width: Span,
}

impl Zoom {
    /// The same width where a time is seen: when it is outside, it comes to two
    /// thirds of the window.
    pub fn following(self, now: Time) -> Zoom {
        if now >= self.from && now <= self.from + self.width {
            return self;
        }
        let from = now.micros().saturating_sub(self.width.micros() * 2 / 3);
        Zoom { from: Time::from_micros(from), ..self }
    }
}

/// A window of time on so many pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scale {
    /// The time at the left end.
    pub from: Time,
    /// How much time is seen.
    pub width: Span,
    /// On so many pixels.
    pub pixels: f64,
    /// Pixels before the first of these times: there has been nothing yet.
    pub before: f64,
}

impl Scale {
    /// The window that follows the moment shown: as wide as the run needs, one
    /// second at first and growing to ten, and sliding so that what is still to
    /// come has its last third at most. With a `zoom` it is that instead.
    pub fn shown(now: Time, edge: Time, zoom: Option<Zoom>, pixels: f64) -> Scale {
        if let Some(Zoom { from, width }) = zoom {
            return Scale { from, width, pixels, before: 0.0 };
        }
        Scale::following(now, edge, Some(WIDTH_MOST), pixels)
    }

    /// The same, as wide as `most` microseconds at most; without that all of the run is seen.
    pub fn following(now: Time, edge: Time, most: Option<u64>, pixels: f64) -> Scale {
        let width = edge.max(now).micros().saturating_mul(3) / 2;
        let width = width.clamp(WIDTH_LEAST, most.unwrap_or(u64::MAX));
        let from = now.micros().saturating_sub(width * 2 / 3);
        let (from, width) = (Time::from_micros(from), Span::from_micros(width));
        Scale { from, width, pixels, before: 0.0 }
    }

    /// The same times at the same distances on so many pixels, behind the first `left` of them. There
    /// stands what was before; where nothing was, nothing.
    pub fn behind(self, left: f64, pixels: f64) -> Scale {
        let micros = self.width.micros() as f64 / self.pixels.max(1.0);
        let earlier = ((left * micros) as u64).min(self.from.micros());
        let from = Time::from_micros(self.from.micros() - earlier);
        let before = left - earlier as f64 / micros;
        Scale { from, width: Span::from_micros((pixels * micros) as u64), pixels, before }
    }

    /// The window after a turn of the wheel over a time: `by` times as wide, and
    /// that time stays where it is. No wider than a run known to `until` needs.
    pub fn zoomed(&self, around: Time, by: f64, until: Time) -> Zoom {
        let (old, most) = (self.width.micros() as f64, until.micros().max(WIDTH_MOST) as f64);
        let width = within(old * by, ZOOM_LEAST, most);
        let share = (around.micros() as f64 - self.from.micros() as f64) / old;
        let from = (around.micros() as f64 - share * width).max(0.0);
        Zoom { from: Time::from_micros(from as u64), width: Span::from_micros(width as u64) }
    }

    /// The window over a whole run.
    pub fn whole(edge: Time, pixels: f64) -> Scale {
        let width = Span::from_micros(edge.micros().max(1));
        Scale { from: Time::ZERO, width, pixels, before: 0.0 }
    }

    /// Where a time is, in pixels; outside the window beyond the ends.
    pub fn screen_from_time(&self, time: Time) -> f64 {
        let micros = time.micros() as f64 - self.from.micros() as f64;
        self.before + micros / self.width.micros() as f64 * self.pixels
    }

    /// The time at a place in pixels.
    pub fn time_from_screen(&self, x: f64) -> Time {
        let x = x - self.before;
        let micros = x / self.pixels.max(1.0) * self.width.micros() as f64;
        Time::from_micros((self.from.micros() as f64 + micros).max(0.0) as u64)
    }

    /// Times for marks on the ruler, at least so many pixels apart.
    pub fn ticks(&self, apart: f64) -> impl Iterator<Item = Time> + use<> {
        const STEPS: &[u64] = &[
            500,
            1_000,
            2_000,
            5_000,
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

/// A time as the ruler says it in a window of a width: `120 ms`, `1.2 s`.
pub fn tick_words(tick: Time, width: Span) -> String {
    match width.micros() {
        0..20_000 => format!("{} ms", tick.millis(1)),
        20_000..2_000_000 => format!("{} ms", tick.millis(0)),
        _ => format!("{} s", tick.seconds(1)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_and_times_go_both_ways() {
        let at = Time::from_micros;
        let scale = Scale::shown(at(20_000_000), at(30_000_000), None, 900.0);
        assert_eq!(scale.width, Span::from_millis(10_000));
        let x = scale.screen_from_time(at(20_000_000));
        assert!((x - 600.0).abs() < 1e-3, "two thirds are past: {x}");
        assert!(scale.time_from_screen(x).micros().abs_diff(20_000_000) <= 1);
    }

    #[test]
    fn the_window_is_a_second_at_first() {
        let scale = Scale::shown(Time::ZERO, Time::ZERO, None, 600.0);
        assert_eq!((scale.from, scale.width), (Time::ZERO, Span::from_millis(1_000)));
        let ticks: Vec<u64> = scale.ticks(60.0).map(Time::micros).collect();
        assert_eq!(ticks.len(), 11);
        assert_eq!(ticks[1], 100_000);
    }

    #[test]
    fn what_is_seen_stands_behind_what_was_before() {
        let at = Time::from_micros;
        let inner = |now| Scale::shown(at(now), at(now), None, 500.0);
        // At the start there is nothing before: room is left.
        let start = inner(10_000).behind(240.0, 900.0);
        assert!((start.screen_from_time(Time::ZERO) - 240.0).abs() < 0.01);
        assert_eq!((start.from, start.time_from_screen(10.0)), (Time::ZERO, Time::ZERO));
        // Later it is there, and each time is where it was among those that are seen.
        for now in [200_000, 5_000_000, 60_000_000] {
            let (inner, outer) = (inner(now), inner(now).behind(240.0, 900.0));
            let (here, there) = (inner.screen_from_time(at(now)), outer.screen_from_time(at(now)));
            assert!((there - here - 240.0).abs() < 0.01, "{now}: {here}, {there}");
        }
        let late = inner(60_000_000).behind(240.0, 900.0);
        assert!(late.before < 0.01 && late.from < inner(60_000_000).from);
        assert!(late.ticks(60.0).next().is_some_and(|tick| tick < inner(60_000_000).from));
    }

    #[test]
    fn all_of_a_job_is_seen() {
        let at = Time::from_micros;
        let job = Scale::following(at(330_000_000), at(330_000_000), None, 900.0);
        assert_eq!((job.from, job.screen_from_time(at(330_000_000))), (Time::ZERO, 600.0));
    }

    #[test]
    fn the_wheel_zooms_at_the_pointer() {
        let at = Time::from_micros;
        let scale = Scale::shown(at(2_000_000), at(2_000_000), None, 900.0);
        let x = scale.screen_from_time(at(1_500_000));
        let zoom = scale.zoomed(at(1_500_000), 0.5, at(2_000_000));
        let after = Scale::shown(at(2_000_000), at(2_000_000), Some(zoom), 900.0);
        assert_eq!(after.width, Span::from_micros(scale.width.micros() / 2));
        assert!((after.screen_from_time(at(1_500_000)) - x).abs() < 0.01);
        assert_eq!(zoom.following(at(1_600_000)), zoom, "what is seen needs no move");
        let moved = zoom.following(at(9_000_000));
        assert!(moved.from < at(9_000_000) && moved.from + moved.width > at(9_000_000));
    }
}
