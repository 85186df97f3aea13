//! Small time lines: the lanes of a whole run as a few bars on a clock that many
//! share.

use netsplit_core::time::Time;
use netsplit_sim::luck::Lane;

/// The width of a small time line, in its own units.
pub const WIDTH: f64 = 240.0;
/// The height of one lane.
pub const LANE: f64 = 7.0;

/// A stretch of a lane as a bar.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bar {
    /// Left end.
    pub x: f64,
    /// Upper end.
    pub y: f64,
    /// Width.
    pub width: f64,
    /// Height: full for who leads, half for others.
    pub height: f64,
    /// The term.
    pub term: u64,
    /// The node is down: the bar is hollow.
    pub down: bool,
}

/// The bars of a run's lanes, where the clock ends at `end`; a run that ends
/// before stops there.
pub fn bars(lanes: &[Lane], until: Time, end: Time) -> Vec<Bar> {
    let all = end.micros().max(1) as f64;
    let place = |at: Time| at.micros().min(end.micros()) as f64 / all * WIDTH;
    let mut bars = Vec::new();
    for (row, lane) in lanes.iter().enumerate() {
        let ends = lane.iter().skip(1).map(|(at, _)| *at).chain([until]);
        for ((from, standing), to) in lane.iter().zip(ends) {
            let full = LANE - 1.0;
            let height = if standing.leads { full } else { full / 2.0 };
            let y = row as f64 * LANE + (full - height);
            let (x, width) = (place(*from), place(to) - place(*from));
            let (term, down) = (standing.term, !standing.up);
            bars.push(Bar { x, y, width, height, term, down });
        }
    }
    bars
}

#[cfg(test)]
mod tests {
    use super::*;
    use netsplit_sim::run::Standing;

    #[test]
    fn bars_fill_each_lane_to_its_end_and_leaders_are_tall() {
        let at = Time::from_micros;
        let up = Standing { up: true, ..Standing::default() };
        let lane = vec![(at(0), up), (at(500), Standing { leads: true, term: 2, ..up })];
        let down = vec![(at(0), up), (at(250), Standing::default())];
        let bars = bars(&[lane, down], at(1_000), at(2_000));
        assert_eq!(bars.iter().map(|bar| bar.x).collect::<Vec<_>>(), [0.0, 60.0, 0.0, 30.0]);
        assert_eq!(bars.iter().map(|bar| bar.width).collect::<Vec<_>>(), [60.0, 60.0, 30.0, 90.0]);
        assert!(bars[1].height > bars[0].height && bars[1].term == 2);
        assert!(bars[3].down && bars[3].y > LANE);
        assert_eq!(bars[0].y + bars[0].height, bars[1].y + bars[1].height, "on one ground");
    }
}
