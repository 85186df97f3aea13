//! Time control: a value that turns screen time into time of the run.

use netsplit_core::time::{Span, Time};
use netsplit_sim::moment::Moment;

use super::pace::Unknown;
use super::play::Play;
use super::things::USUAL;

/// Screen time that counts at most between two frames, in microseconds: coming
/// back to a tab that was hidden never jumps.
const FRAME_MOST: u64 = 100_000;

/// For how much screen time Auto looks ahead beyond a frame, in seconds: what the pace there
/// depends on lies up to a quarter of a second later.
const SOON: f64 = 0.4;

/// The fixed speeds: microseconds of the run in a second of screen. Each is about
/// double the one before.
pub const SPEEDS: &[u64] = &[
    1_000,
    2_000,
    4_000,
    8_000,
    16_000,
    32_000,
    64_000,
    125_000,
    250_000,
    500_000,
    1_000_000,
    2_000_000,
    4_000_000,
    8_000_000,
    16_000_000,
    32_000_000,
    64_000_000,
    100_000_000,
];

/// How fast it plays.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Speed {
    /// As slow as what is under way deserves.
    #[default]
    Auto,
    /// So many microseconds of the run in a second.
    Fixed(u64),
}

impl Speed {
    /// The fixed speed that doubles a pace, as nearly as there is one.
    pub fn faster(pace: u64) -> Speed {
        let faster = SPEEDS.iter().filter(|speed| **speed > pace);
        Speed::Fixed(nearest(faster, pace.saturating_mul(2)).unwrap_or(SPEEDS[SPEEDS.len() - 1]))
    }

    /// The fixed speed that halves a pace, as nearly as there is one.
    pub fn slower(pace: u64) -> Speed {
        let slower = SPEEDS.iter().filter(|speed| **speed < pace);
        Speed::Fixed(nearest(slower, pace / 2).unwrap_or(SPEEDS[0]))
    }
}

/// The one of some speeds whose ratio to another is least.
fn nearest<'a>(speeds: impl Iterator<Item = &'a u64>, to: u64) -> Option<u64> {
    let ratio = |speed: u64| (speed.max(to) * 1_000) / speed.min(to).max(1);
    speeds.copied().min_by_key(|speed| ratio(*speed))
}

/// `1 s = 13 ms`: how people read a pace, to two digits.
pub fn pace_text(pace: u64) -> String {
    format!("1 s = {}", span_text(pace))
}

/// A time of the run as it is read beside a second: `13 ms`, `1.3 ms`, `2 s`.
pub fn span_text(micros: u64) -> String {
    let (unit, word) = if micros < 1_000_000 { (1_000, "ms") } else { (1_000_000, "s") };
    let (whole, tenths) = (micros / unit, micros % unit * 10 / unit);
    match (whole, tenths) {
        (100.., _) => format!("{} {word}", whole / 10 * 10),
        (10.., _) | (_, 0) => format!("{whole} {word}"),
        _ => format!("{whole}.{tenths} {word}"),
    }
}

/// Between which moments playing goes round.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Looped {
    /// From here, or from the start.
    pub from: Option<Moment>,
    /// Up to here; without it nothing goes round.
    pub to: Option<Moment>,
}

impl Looped {
    /// True when an end is set.
    pub fn is_set(self) -> bool {
        self != Looped::default()
    }

    /// Where to go on when a moment has come.
    pub fn back(self, here: Moment) -> Option<Moment> {
        let from = self.from.unwrap_or(Moment::START);
        let to = self.to.filter(|to| *to > from)?;
        (here >= to).then_some(from)
    }
}

/// Whether it plays, how fast, and what it owes.
#[derive(Clone, Debug, PartialEq)]
pub struct Playback {
    /// It plays.
    pub playing: bool,
    /// Time stands still although it plays: something is pressed, dragged or open.
    pub holds: bool,
    /// How fast.
    pub speed: Speed,
    /// Between which moments it goes round.
    pub looped: Looped,
    /// The pace of Auto where it was known last.
    pub auto: u64,
    /// The pace that is reached, while stepping cannot keep up.
    pub reached: Option<u64>,
    /// Where playing has come to, in microseconds: between those that are run.
    place: f64,
    /// The frame that is being played: where it began, its screen time, and what
    /// of the run it owed.
    owed: (f64, f64, f64),
}

impl Default for Playback {
    fn default() -> Playback {
        Playback {
            playing: false,
            holds: false,
            speed: Speed::Auto,
            looped: Looped::default(),
            auto: USUAL,
            reached: None,
            place: 0.0,
            owed: (0.0, 0.0, 0.0),
        }
    }
}

impl Playback {
    /// It plays, at Auto.
    pub fn playing() -> Playback {
        Playback { playing: true, ..Playback::default() }
    }

    /// True when frames are wanted.
    pub fn moves(&self) -> bool {
        self.playing && !self.holds
    }

    /// Up to which moment a frame plays, and with how many of its steps: at Auto
    /// some may be spent on looking ahead, and when those do not suffice, time
    /// stands still rather than go at another pace.
    pub fn until(&mut self, play: &mut Play, elapsed: u64, steps: u64) -> (Moment, u64) {
        let now = play.run.moment().at;
        if Time::from_micros(self.place as u64) != now {
            // Somebody went elsewhere meanwhile.
            self.place = now.micros() as f64;
        }
        let screen = elapsed.min(FRAME_MOST) as f64 / 1e6;
        let (there, left) = match self.speed {
            Speed::Fixed(pace) => (self.place + pace as f64 * screen, steps),
            Speed::Auto => self.auto_until(play, screen, steps),
        };
        self.owed = (self.place, screen, there - self.place);
        self.place = there;
        (Moment::after(Time::from_micros(there as u64)), left)
    }

    fn auto_until(&mut self, play: &mut Play, screen: f64, steps: u64) -> (f64, u64) {
        // A part is kept for the run itself.
        let kept = steps.div_ceil(4);
        let mut left = steps - kept;
        loop {
            match play.pace().after(self.place, screen) {
                Ok(there) => {
                    let here = Time::from_micros(there as u64);
                    if let Ok(pace) = play.pace().at(here) {
                        self.auto = pace;
                    }
                    // A little more than this frame needs, so that the next need not wait.
                    let soon = here + Span::from_micros((self.auto as f64 * SOON) as u64);
                    if play.pace().known() < soon {
                        left = play.look_ahead(soon, left);
                    }
                    return (there, left + kept);
                }
                Err(_) if left == 0 => return (self.place, kept),
                Err(Unknown(to)) => left = play.look_ahead(to, left),
            }
        }
    }

    /// The run has come to a time in this frame; short of what was owed, `late`.
    pub fn has_reached(&mut self, now: Time, late: bool) {
        let (from, screen, owed) = self.owed;
        if !late {
            self.reached = None;
            return;
        }
        self.place = now.micros() as f64;
        if screen > 0.0 && owed > 0.0 {
            let pace = (self.place - from).max(0.0) / screen;
            // One frame says little: it follows in about half a second.
            let before = self.reached.map_or(pace, |before| before as f64);
            self.reached = Some((before + (pace - before) * (screen / 0.5).min(1.0)) as u64);
        }
    }
}

#[cfg(test)]
mod tests {
    use netsplit_sim::link::What;
    use netsplit_sim::scenarios;
    use netsplit_sim::timeline::Progress;

    use super::*;

    fn first() -> Play {
        let first = scenarios::all().next().expect("there is a first scenario");
        let what = What::Listed { number: first.number };
        Play::new(what, first.parse(), Vec::new()).expect("it can be opened")
    }

    #[test]
    fn a_second_of_frames_plays_a_second_of_its_pace() {
        for pace in [1_000, 13_000, 999_999] {
            let mut play = first();
            let mut playback = Playback { speed: Speed::Fixed(pace), ..Playback::default() };
            for _ in 0..60 {
                let (until, steps) = playback.until(&mut play, 16_667, 100_000);
                let progress = play.advance(until, steps);
                playback.has_reached(play.run.moment().at, progress == Progress::Budget);
            }
            let (now, expected) = (play.run.moment().at.micros(), pace * 60 * 16_667 / 1_000_000);
            assert!(now.abs_diff(expected) <= 1, "{pace}: {now} against {expected}");
            assert_eq!(playback.reached, None);
        }
    }

    #[test]
    fn coming_back_to_a_hidden_tab_does_not_jump() {
        let mut playback = Playback { speed: Speed::Fixed(1_000_000), ..Playback::default() };
        let (until, _) = playback.until(&mut first(), 3_600_000_000, 100);
        assert_eq!(until.at, Time::from_micros(100_000));
    }

    #[test]
    fn what_cannot_be_kept_up_with_is_told() {
        let (mut play, speed) = (first(), Speed::Fixed(100_000_000));
        let mut playback = Playback { speed, ..Playback::default() };
        for _ in 0..120 {
            let (until, _) = playback.until(&mut play, 16_667, 100);
            let progress = play.advance(until, 10);
            playback.has_reached(play.run.moment().at, progress == Progress::Budget);
        }
        let reached = playback.reached.expect("ten steps a frame are not enough");
        assert!((100_000..20_000_000).contains(&reached), "{reached}");
    }

    #[test]
    fn speeds_are_steps_of_a_ladder() {
        assert_eq!(Speed::faster(13_000), Speed::Fixed(32_000));
        assert_eq!(Speed::slower(13_000), Speed::Fixed(8_000));
        assert_eq!(Speed::faster(16_000), Speed::Fixed(32_000));
        assert_eq!(Speed::slower(16_000), Speed::Fixed(8_000));
        assert_eq!(Speed::slower(1_000), Speed::Fixed(1_000));
        assert_eq!(Speed::faster(64_000_000), Speed::Fixed(100_000_000));
        assert_eq!(pace_text(1_340), "1 s = 1.3 ms");
        assert_eq!(pace_text(437_000), "1 s = 430 ms");
        assert_eq!(pace_text(13_000), "1 s = 13 ms");
        assert_eq!(pace_text(10_000_000), "1 s = 10 s");
    }
}
