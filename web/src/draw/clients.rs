//! Where things are on the lanes of clients: on the time line's axis, so that a time is at the same
//! place of the screen in both.

use std::ops::Range;

use netsplit_core::time::Time;

use super::bars::{Bar, Lanes, distance, nearest};
use super::ring::{Point, Size};
use super::scale::Scale;
use super::tenths::within;
use super::timeline;

/// Room for the clients' names at the left.
pub const NAMES: f64 = 44.0;
/// Who leads, and faults: above the rows.
pub const HEAD: f64 = 26.0;
/// The least and the greatest distance from one row to the next.
const ROW: (f64, f64) = (15.0, 30.0);
/// How near to a bar the pointer must be, in pixels.
const NEAR: f64 = 5.0;

/// How the lanes lie below or above the time line.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Axis {
    /// How far the left end of the lanes is from that of the time line, in pixels.
    pub offset: f64,
    /// How wide the time line's lanes are.
    pub pixels: f64,
}

impl Axis {
    /// That of lanes whose left end is at a place, under a time line whose left end and width are
    /// these.
    pub fn new(left: f64, timeline_left: f64, timeline_width: f64) -> Axis {
        let pixels = (timeline_width - timeline::NAMES).max(1.0);
        Axis { offset: left - timeline_left, pixels }
    }

    /// Where a time is.
    pub fn x(&self, scale: &Scale, time: Time) -> f64 {
        timeline::NAMES + scale.screen_from_time(time) - self.offset
    }

    /// The time at a place.
    pub fn time(&self, scale: &Scale, x: f64) -> Time {
        scale.time_from_screen(x + self.offset - timeline::NAMES)
    }

    /// Between which places of the time line's lanes those of a width are seen.
    pub fn seen(&self, width: f64) -> (f64, f64) {
        let left = self.offset - timeline::NAMES;
        (left + NAMES, left + width)
    }
}

/// A place of the lanes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spot {
    /// In pixels of what is seen of them.
    pub at: Point,
    /// The size of that.
    pub size: Size,
    /// Where they lie.
    pub axis: Axis,
    /// The size of the time line.
    pub timeline: Size,
}

/// The rows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Layout {
    /// What is seen of them.
    pub size: Size,
    /// Where they lie.
    pub axis: Axis,
    /// From one row to the next.
    pub step: f64,
    /// How many rows there are.
    pub rows: usize,
    /// How much of them has gone above the upper end.
    pub scrolled: f64,
}

impl Layout {
    /// So many rows on a size.
    pub fn new(size: Size, axis: Axis, rows: usize, scrolled: f64) -> Layout {
        let room = size.height - HEAD - 2.0;
        let step = within((room / rows.max(1) as f64).floor(), ROW.0, ROW.1);
        let most = (HEAD + step * rows as f64 + 2.0 - size.height).max(0.0);
        Layout { size, axis, step, rows, scrolled: within(scrolled, 0.0, most) }
    }

    /// How high all of it is.
    pub fn height(&self) -> f64 {
        HEAD + self.step * self.rows as f64 + 2.0
    }

    /// Where a time is.
    pub fn x(&self, scale: &Scale, time: Time) -> f64 {
        self.axis.x(scale, time)
    }

    /// The time at a place.
    pub fn time(&self, scale: &Scale, x: f64) -> Time {
        self.axis.time(scale, x)
    }

    /// The times at both ends.
    pub fn window(&self, scale: &Scale) -> (Time, Time) {
        (self.time(scale, NAMES), self.time(scale, self.size.width))
    }

    /// The upper end of a row.
    pub fn top(&self, row: usize) -> f64 {
        HEAD + self.step * row as f64 - self.scrolled
    }

    /// The rows that are seen.
    pub fn seen(&self) -> Range<usize> {
        let first = (self.scrolled / self.step).max(0.0) as usize;
        let last = ((self.scrolled + self.size.height - HEAD) / self.step).ceil().max(0.0) as usize;
        first.min(self.rows)..last.min(self.rows)
    }

    /// The row at a height.
    pub fn row_at(&self, y: f64) -> Option<usize> {
        let row = (y - HEAD + self.scrolled) / self.step;
        (y >= HEAD && row >= 0.0 && row < self.rows as f64).then_some(row as usize)
    }

    /// The bar at a place.
    pub fn under<'a>(&self, lanes: &'a Lanes, scale: &Scale, at: Point) -> Option<&'a Bar> {
        let row = self.row_at(at.y).filter(|_| at.x >= NAMES)?;
        let time = self.time(scale, at.x);
        let bar = nearest(lanes.row(row), time)?;
        let near = self.time(scale, at.x + NEAR).since(time).micros();
        (distance(bar, time) <= near).then_some(bar)
    }

    /// How far the rows must be scrolled for one to be seen.
    pub fn scrolled_to(&self, row: usize) -> f64 {
        let (top, room) = (self.step * row as f64, self.size.height - HEAD);
        let least = (top + self.step - room).max(0.0);
        within(self.scrolled, least, top.max(least))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use netsplit_core::history::OpId;
    use netsplit_core::id::NodeId;

    const SIZE: Size = Size { width: 880.0, height: 190.0 };

    fn at(millis: u64) -> Time {
        Time::from_micros(millis * 1_000)
    }

    #[test]
    fn a_time_is_where_it_is_on_the_time_line() {
        let axis = Axis::new(224.0, 0.0, 1_440.0);
        let scale = Scale::shown(at(600), at(600), None, axis.pixels);
        let line = timeline::Layout::new(Size { width: 1_440.0, height: 110.0 }, 5, 1);
        let layout = Layout::new(SIZE, axis, 3, 0.0);
        for millis in [300, 600, 611] {
            let on_screen = 224.0 + layout.x(&scale, at(millis));
            assert!((on_screen - line.x(&scale, at(millis))).abs() < 1e-9);
            let back = layout.time(&scale, layout.x(&scale, at(millis)));
            assert!(back.micros().abs_diff(millis * 1_000) <= 1);
        }
    }

    #[test]
    fn few_rows_are_high_and_many_scroll() {
        let layout = |rows, scrolled| Layout::new(SIZE, Axis::default(), rows, scrolled);
        assert_eq!(layout(3, 50.0).step, 30.0);
        assert_eq!(layout(3, 50.0).scrolled, 0.0, "there is nothing to scroll");
        let many = layout(40, 150.0);
        assert_eq!((many.step, many.seen()), (15.0, 10..21));
        assert_eq!((many.row_at(HEAD + 1.0), many.row_at(HEAD - 1.0)), (Some(10), None));
        assert_eq!([many.scrolled_to(12), many.scrolled_to(0)], [150.0, 0.0]);
        assert_eq!(many.scrolled_to(39), 15.0 * 40.0 - (190.0 - HEAD));
    }

    #[test]
    fn the_bar_at_a_place_is_found() {
        let mut lanes = Lanes::default();
        for (place, from) in [(0, 100), (1, 300)] {
            let bar = Bar { op: OpId::from_index(place), from: at(from), to: at(from + 100) };
            lanes.put(bar, NodeId::client(1, 3).expect("it has a number"));
        }
        let axis = Axis { offset: 0.0, pixels: 1_000.0 };
        let (layout, scale) = (Layout::new(SIZE, axis, 1, 0.0), Scale::whole(at(1_000), 1_000.0));
        let under = |millis: u64, y: f64| {
            let at = Point::new(layout.x(&scale, at(millis)), y);
            layout.under(&lanes, &scale, at).map(|bar| bar.op.number())
        };
        assert_eq!(under(150, HEAD + 4.0), Some(1));
        assert_eq!(under(297, HEAD + 4.0), Some(2), "near is enough");
        assert_eq!(under(250, HEAD + 4.0), None);
        assert_eq!(under(150, 4.0), None);
    }
}
