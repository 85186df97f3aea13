//! The scale of the time line: which times are seen, and where.

use super::tenths::within;
use netsplit_core::time::{Span, Time};

/// The narrowest and the widest window.
const WIDTH: (u64, u64) = (1_000_000, 10_000_000);

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
        let width = edge.max(now).micros().saturating_mul(3) / 2;
        let width = width.clamp(WIDTH.0, WIDTH.1);
        let from = now.micros().saturating_sub(width * 2 / 3);
        let (from, width) = (Time::from_micros(from), Span::from_micros(width));
        Scale { from, width, pixels, before: 0.0 }
    }

    /// The same, moved so that the moment shown lies between two places. Where nothing comes before,
    /// room is left there.
    pub fn with_head_within(self, now: Time, least: f64, most: f64) -> Scale {
        let here = self.screen_from_time(now);
        let micros = |pixels: f64| pixels / self.pixels.max(1.0) * self.width.micros() as f64;
        if here > most && most > least {
            let from = self.from + Span::from_micros(micros(here - most) as u64);
            return Scale { from, ..self };
        }
        let short = (least - here).max(0.0);
        let earlier = (micros(short) as u64).min(self.from.micros());
        let moved = earlier as f64 / micros(1.0).max(1e-9);
        let from = Time::from_micros(self.from.micros() - earlier);
        Scale { from, before: (short - moved).max(0.0), ..self }
    }

    /// The window after a turn of the wheel over a time: `by` times as wide, and
    /// that time stays where it is. No wider than a run known to `until` needs.
    pub fn zoomed(&self, around: Time, by: f64, until: Time) -> Zoom {
        let (old, most) = (self.width.micros() as f64, until.micros().max(WIDTH.1) as f64);
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
    fn the_moment_shown_comes_to_where_it_is_seen() {
        let at = Time::from_micros;
        let scale = Scale::shown(at(2_000_000), at(2_000_000), None, 900.0);
        assert_eq!(scale.with_head_within(at(2_000_000), 100.0, 700.0), scale);
        let moved = scale.with_head_within(at(2_000_000), 100.0, 500.0);
        assert!((moved.screen_from_time(at(2_000_000)) - 500.0).abs() < 0.01);
        assert_eq!(moved.width, scale.width);
        // At the start there is nothing to move to: room is left before it.
        let start = Scale::shown(at(10_000), at(10_000), None, 900.0);
        let moved = start.with_head_within(at(10_000), 240.0, 800.0);
        assert!((moved.screen_from_time(at(10_000)) - 240.0).abs() < 0.01);
        assert!(moved.screen_from_time(Time::ZERO) > 220.0);
        assert!(moved.time_from_screen(240.0).micros().abs_diff(10_000) <= 1);
        assert_eq!(moved.time_from_screen(10.0), Time::ZERO);
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
