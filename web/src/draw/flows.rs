//! Where shards are on their map along the time line: a band for each group, in it a row for each
//! shard, and between the rows their ways.

use netsplit_core::time::Time;

use super::clients::{Axis, NAMES};
use super::point::{Point, Size};
use super::scale::Scale;
use super::tenths::within;
use crate::state::flows::{Flows, Way};

/// Configurations, above the bands.
pub const HEAD: f64 = 26.0;
/// What is free between two bands.
const GAP: f64 = 8.0;
/// How high the band of a group is that never had a shard.
const UNUSED: f64 = 16.0;
/// From one row to the next, at least and at most.
const STEP: (f64, f64) = (4.0, 15.0);
/// From this step on a row has its number.
pub const NUMBERED: f64 = 12.0;
/// How near to a way the pointer must be.
const NEAR: f64 = 4.0;

/// The rows of a group.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Band {
    /// Which group.
    pub group: u32,
    /// Its upper end.
    pub top: f64,
    /// How high it is.
    pub height: f64,
    /// It has rows: it had a shard at some time.
    pub used: bool,
}

/// All of them.
#[derive(Clone, Debug, PartialEq)]
pub struct Layout {
    /// What is seen of them.
    pub size: Size,
    /// Where they lie.
    pub axis: Axis,
    /// The bands.
    pub bands: Vec<Band>,
    /// From one row to the next.
    pub step: f64,
    /// How many rows a band has.
    pub shards: u32,
}

/// The height that the bands take at least.
pub fn height(flows: &Flows) -> f64 {
    let used = (1..=flows.groups).filter(|group| flows.is_used(*group)).count() as f64;
    let unused = f64::from(flows.groups) - used;
    let rows = used * f64::from(flows.shards) * STEP.0;
    HEAD + rows + unused * UNUSED + GAP * f64::from(flows.groups)
}

impl Layout {
    /// Those of what became of shards, on a size; so much of them has gone above the upper end.
    pub fn new(flows: &Flows, size: Size, axis: Axis, scrolled: f64) -> Layout {
        let is_used = |group: u32| flows.is_used(group);
        let used = (1..=flows.groups).filter(|group| is_used(*group)).count() as f64;
        let unused = f64::from(flows.groups) - used;
        let room = size.height - HEAD - unused * UNUSED - GAP * f64::from(flows.groups);
        let rows = (used * f64::from(flows.shards)).max(1.0);
        let step = within((room / rows * 2.0).floor() / 2.0, STEP.0, STEP.1);
        let most = (height(flows) - size.height).max(0.0);
        let mut top = HEAD - within(scrolled, 0.0, most);
        let mut bands = Vec::new();
        for group in 1..=flows.groups {
            let used = is_used(group);
            let height = if used { step * f64::from(flows.shards) } else { UNUSED };
            bands.push(Band { group, top, height, used });
            top += height + GAP;
        }
        Layout { size, axis, bands, step, shards: flows.shards }
    }

    /// The band of a group.
    pub fn band(&self, group: u32) -> Option<&Band> {
        self.bands.iter().find(|band| band.group == group)
    }

    /// The middle of a shard's row in a group.
    pub fn y(&self, group: u32, shard: u32) -> Option<f64> {
        let band = self.band(group).filter(|band| band.used)?;
        Some(band.top + (f64::from(shard) + 0.5) * self.step)
    }

    /// Where a time is.
    pub fn x(&self, scale: &Scale, time: Time) -> f64 {
        self.axis.x(scale, time)
    }

    /// Where a way begins and ends, at a time up to which it is known.
    pub fn way(&self, scale: &Scale, way: &Way, known: Time) -> Option<(Point, Point)> {
        let (from, to) = (self.y(way.from, way.shard)?, self.y(way.to, way.shard)?);
        let leaves = way.leaves.unwrap_or(way.known);
        let arrives = way.arrives.unwrap_or(known).max(leaves);
        Some((Point::new(self.x(scale, leaves), from), Point::new(self.x(scale, arrives), to)))
    }

    /// The group and the shard at a place where something is: a stay, or a way to the group.
    pub fn under(
        &self,
        flows: &Flows,
        scale: &Scale,
        at: Point,
        known: Time,
    ) -> Option<(u32, u32)> {
        if at.x < NAMES || at.y < HEAD {
            return None;
        }
        let on_way = |way: &&Way| {
            let Some((from, to)) = self.way(scale, way, known) else { return false };
            at.x >= from.x && at.x <= to.x && (curve(from, to, at.x) - at.y).abs() <= NEAR
        };
        if let Some(way) = flows.ways.iter().rev().find(on_way) {
            return Some((way.to, way.shard));
        }
        let holds = |band: &&Band| band.used && at.y >= band.top && at.y < band.top + band.height;
        let band = self.bands.iter().find(holds)?;
        let shard = ((at.y - band.top) / self.step) as u32;
        let shard = shard.min(self.shards.saturating_sub(1));
        let time = self.axis.time(scale, at.x);
        flows.stay_at(shard, band.group, time).map(|_| (band.group, shard))
    }
}

/// The height of a way between its ends: level at both.
pub fn curve(from: Point, to: Point, x: f64) -> f64 {
    let share = within((x - from.x) / (to.x - from.x).max(1.0), 0.0, 1.0);
    from.y + (to.y - from.y) * share * share * (3.0 - 2.0 * share)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::flows::Stay;
    use crate::state::shards::State;

    /// The panel at 1440×900, at 1024×768, and on a phone.
    const SIZES: [Size; 3] = [
        Size { width: 880.0, height: 212.0 },
        Size { width: 640.0, height: 180.0 },
        Size { width: 390.0, height: 220.0 },
    ];

    fn at(millis: u64) -> Time {
        Time::from_micros(millis * 1_000)
    }

    fn flows(shards: u32) -> Flows {
        let stay = |group| Stay { shard: 0, group, state: State::Serving, from: at(100), to: None };
        let way = Way {
            shard: 0,
            at: 2,
            from: 1,
            to: 2,
            leaves: Some(at(300)),
            arrives: Some(at(400)),
            known: at(280),
        };
        let stays = vec![stay(1), stay(2)];
        Flows { stays, ways: vec![way], groups: 3, shards, ..Flows::default() }
    }

    #[test]
    fn rows_are_in_their_bands_and_all_of_them_on_the_panel() {
        for size in SIZES {
            let layout = Layout::new(&flows(10), size, Axis::default(), 0.0);
            let last = layout.bands.last().expect("there are three");
            assert!(last.top + last.height <= size.height, "{size:?}: {last:?}");
            assert_eq!(
                layout.bands.iter().map(|it| it.used).collect::<Vec<_>>(),
                [true, true, false]
            );
            let second = layout.band(2).expect("it is the second");
            for shard in 0..10 {
                let y = layout.y(2, shard).expect("it has rows");
                assert!(y > second.top && y < second.top + second.height);
            }
            assert_eq!(layout.y(3, 0), None, "it never had one");
        }
    }

    #[test]
    fn many_shards_scroll() {
        let all = flows(64);
        let top = |scrolled| Layout::new(&all, SIZES[0], Axis::default(), scrolled).bands[0].top;
        assert_eq!((top(0.0), top(100.0)), (HEAD, HEAD - 100.0));
        let layout = Layout::new(&all, SIZES[0], Axis::default(), 1e9);
        let last = layout.bands.last().expect("there are three");
        assert!((last.top + last.height + GAP - SIZES[0].height).abs() < 1.0, "{last:?}");
    }

    #[test]
    fn a_press_takes_a_row_or_the_way_that_is_there() {
        let all = flows(10);
        let axis = Axis { offset: 0.0, pixels: 1_000.0 };
        let layout = Layout::new(&all, SIZES[0], axis, 0.0);
        let scale = Scale::whole(at(1_000), 1_000.0);
        let x = |millis| layout.x(&scale, at(millis));
        let under = |x: f64, y: f64| layout.under(&all, &scale, Point::new(x, y), at(1_000));
        let row = layout.y(1, 0).expect("it has rows");
        assert_eq!([under(x(700), row), under(x(50), row)], [Some((1, 0)), None]);
        assert_eq!(under(x(700), row + layout.step), None, "that one is not there");
        let (from, to) = layout.way(&scale, &all.ways[0], at(1_000)).expect("both have rows");
        assert_eq!((from.x, to.x), (x(300), x(400)));
        let middle = curve(from, to, x(350));
        assert!((middle - (from.y + to.y) / 2.0).abs() < 1e-6);
        assert_eq!(under(x(350), middle), Some((2, 0)), "the way lies over the rows");
        assert_eq!(under(x(350), 4.0), None, "there configurations are");
        assert_eq!(under(NAMES - 1.0, row), None);
    }
}
