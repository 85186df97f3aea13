//! Time control: a value that turns screen time into time of the run.

use netsplit_core::time::Span;
use netsplit_sim::moment::Moment;

/// Screen time that counts at most between two frames, in microseconds: coming
/// back to a tab that was hidden never jumps.
const FRAME_MOST: u64 = 100_000;

/// The fixed speeds: microseconds of the run in a second of screen.
pub const SPEEDS: &[u64] = &[
    1_000,
    2_000,
    5_000,
    13_000,
    25_000,
    50_000,
    100_000,
    250_000,
    500_000,
    1_000_000,
    2_000_000,
    5_000_000,
    10_000_000,
    25_000_000,
    50_000_000,
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
    /// The next faster fixed speed, from a pace.
    pub fn faster(pace: u64) -> Speed {
        let faster = SPEEDS.iter().find(|speed| **speed > pace);
        Speed::Fixed(*faster.unwrap_or(&SPEEDS[SPEEDS.len() - 1]))
    }

    /// The next slower fixed speed, from a pace.
    pub fn slower(pace: u64) -> Speed {
        let slower = SPEEDS.iter().rev().find(|speed| **speed < pace);
        Speed::Fixed(*slower.unwrap_or(&SPEEDS[0]))
    }
}

/// `1 s = 13 ms`: how people read a pace.
pub fn pace_text(pace: u64) -> String {
    match pace {
        0..1_000_000 => format!("1 s = {}", Span::from_millis(pace / 1_000)),
        _ => format!("1 s = {} s", pace / 1_000_000),
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
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Playback {
    /// It plays.
    pub playing: bool,
    /// Time stands still although it plays: something is pressed, dragged or open.
    pub holds: bool,
    /// How fast.
    pub speed: Speed,
    /// Between which moments it goes round.
    pub looped: Looped,
    /// Millionths of a microsecond that were too little to be run.
    rest: u64,
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

    /// The time of the run that a frame owes, at a pace in microseconds of the
    /// run in a second of screen. What is too little for a microsecond is kept.
    pub fn owed(&mut self, elapsed: u64, pace: u64) -> Span {
        let product =
            u128::from(elapsed.min(FRAME_MOST)) * u128::from(pace) + u128::from(self.rest);
        self.rest = (product % 1_000_000) as u64;
        Span::from_micros((product / 1_000_000) as u64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_of_frames_plays_a_second_of_its_pace() {
        for pace in [1_000, 13_000, 999_999, 100_000_000] {
            let mut playback = Playback::default();
            let owed: u64 = (0..60).map(|_| playback.owed(16_667, pace).micros()).sum();
            let expected = pace * 60 * 16_667 / 1_000_000;
            assert!(owed.abs_diff(expected) <= 1, "{pace}: {owed} against {expected}");
        }
    }

    #[test]
    fn coming_back_to_a_hidden_tab_does_not_jump() {
        let mut playback = Playback::default();
        assert_eq!(playback.owed(3_600_000_000, 1_000_000), Span::from_millis(100));
    }

    #[test]
    fn speeds_are_steps_of_a_ladder() {
        assert_eq!(Speed::faster(13_000), Speed::Fixed(25_000));
        assert_eq!(Speed::slower(13_000), Speed::Fixed(5_000));
        assert_eq!(Speed::slower(1_000), Speed::Fixed(1_000));
        assert_eq!(Speed::faster(14_321), Speed::Fixed(25_000));
        assert_eq!(pace_text(13_000), "1 s = 13 ms");
        assert_eq!(pace_text(10_000_000), "1 s = 10 s");
    }
}
