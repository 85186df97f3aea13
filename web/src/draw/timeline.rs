//! The rows of the time line, what lies under a place in it, and the small ring
//! that shows a moment.

use netsplit_core::time::Time;
use netsplit_sim::order::by_rank;

use super::ring::{Point, Size};
use super::scale::Scale;
use super::tenths::within;
use super::turn::sin_cos;

/// Room for the nodes' names at the left.
pub const NAMES: f64 = 36.0;
/// Branches that have a row of their own; of more, their number is told.
pub const BRANCH_ROWS: usize = 3;
/// The least and the greatest height of a lane.
const LANE: (f64, f64) = (6.0, 12.0);
/// How near to a mark the pointer must be, in pixels.
const NEAR: f64 = 5.0;

/// A row: its upper end and its height.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Row {
    /// Its upper end.
    pub top: f64,
    /// Its height.
    pub height: f64,
}

impl Row {
    fn holds(self, y: f64) -> bool {
        y >= self.top && y < self.top + self.height
    }
}

/// The rows of the time line.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Layout {
    /// The whole run.
    pub overview: Row,
    /// The first row of branches.
    pub branch: Row,
    /// How many rows of branches there are.
    pub branch_rows: usize,
    /// Notes, faults, broken properties.
    pub marks: Row,
    /// Times.
    pub ruler: Row,
    /// The first lane.
    pub lane: Row,
    /// From one lane to the next.
    pub lane_step: f64,
    /// The size of it all.
    pub size: Size,
}

/// What lies under a place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Under {
    /// A time of the overview.
    Overview(Time),
    /// A branch, by its place among those that have a row.
    Branch(usize),
    /// A mark, by its place in the list.
    Mark(usize),
    /// A time.
    Time(Time),
}

impl Layout {
    /// The rows for so many nodes and branches on a size.
    pub fn new(size: Size, nodes: usize, branches: usize) -> Layout {
        let branch_rows = if branches > 1 { branches.min(BRANCH_ROWS) } else { 0 };
        let overview = Row { top: 2.0, height: 12.0 };
        let branch = Row { top: 20.0, height: 11.0 };
        let marks = Row { top: branch.top + branch.height * branch_rows as f64, height: 8.0 };
        let ruler = Row { top: marks.top + 9.0, height: 14.0 };
        let top = ruler.top + ruler.height + 1.0;
        let lane_step = (size.height - top - 3.0) / nodes.max(1) as f64;
        let least = LANE.0.min(lane_step - 1.0);
        let lane = Row { top, height: within(lane_step - 2.0, least, LANE.1) };
        Layout { overview, branch, branch_rows, marks, ruler, lane, lane_step, size }
    }

    /// How wide the lanes are.
    pub fn width(&self) -> f64 {
        (self.size.width - NAMES).max(1.0)
    }

    /// Where a time of a window is.
    pub fn x(&self, scale: &Scale, time: Time) -> f64 {
        NAMES + scale.screen_from_time(time)
    }

    /// The scale of the overview, over a run known to a time.
    pub fn whole(&self, until: Time) -> Scale {
        Scale::whole(until, self.width())
    }

    /// The upper end of a node's lane.
    pub fn lane_top(&self, place: usize) -> f64 {
        self.lane.top + self.lane_step * place as f64
    }

    /// What lies under a place: `marks` are the times of the marks, in order of
    /// the list, of which the last that fits is taken; `urgent` tells those that
    /// go through all rows.
    pub fn under(
        &self,
        scale: &Scale,
        until: Time,
        at: Point,
        marks: impl Iterator<Item = (Time, Time, bool)>,
    ) -> Under {
        let x = (at.x - NAMES).max(0.0);
        if at.y < self.branch.top - 2.0 {
            return Under::Overview(self.whole(until).time_from_screen(x).min(until));
        }
        let is_near = |from: Time, to: Time| {
            at.x >= self.x(scale, from) - NEAR && at.x <= self.x(scale, to) + NEAR
        };
        let in_row = self.marks.holds(at.y) || self.ruler.holds(at.y);
        let found = marks
            .enumerate()
            .filter(|(_, (from, to, urgent))| (in_row || *urgent) && is_near(*from, *to))
            // What is shorter lies above what is longer.
            .min_by_key(|(place, (from, to, urgent))| {
                (!urgent, to.since(*from), std::cmp::Reverse(*place))
            });
        if let Some((place, _)) = found {
            return Under::Mark(place);
        }
        let row = ((at.y - self.branch.top) / self.branch.height).max(0.0) as usize;
        match row < self.branch_rows {
            true => Under::Branch(row),
            false => Under::Time(scale.time_from_screen(x)),
        }
    }
}

/// Which branches have a row: the shown one and the newest others, oldest first;
/// and how many have none.
pub fn branches_with_rows(count: usize, shown: usize) -> (Vec<usize>, usize) {
    if count < 2 {
        return (Vec::new(), 0);
    }
    let others = (0..count).rev().filter(|place| *place != shown);
    let mut rows: Vec<usize> = others.take(BRANCH_ROWS - 1).chain([shown]).collect();
    by_rank(&mut rows, |row| *row as u128);
    let without = count - rows.len();
    (rows, without)
}

/// Where nodes stand on the small ring of a thumbnail: their centres and radius.
pub fn small_ring(count: usize, size: Size) -> (Vec<Point>, f64) {
    let radius = if count > 9 { 9.0 } else { 12.0 };
    let (x, y) = (size.width / 2.0, size.height / 2.0);
    let reach = x.min(y) - radius - 1.0;
    let place = |index: usize| {
        let turn = std::f64::consts::TAU * index as f64 / count.max(1) as f64;
        let (sin, cos) = sin_cos(turn);
        Point::new(x + reach * sin, y - reach * cos)
    };
    ((0..count).map(place).collect(), radius)
}

/// Where something of a width floats, centred over a place but within the page.
pub fn floating(over: f64, width: f64, page: f64) -> f64 {
    (over - width / 2.0).min(page - width - 8.0).max(8.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZE: Size = Size { width: 1036.0, height: 104.0 };

    fn at(millis: u64) -> Time {
        Time::from_micros(millis * 1_000)
    }

    #[test]
    fn lanes_fit_however_many_branches_stand_above_them() {
        for (height, nodes) in [(114.0, 3), (114.0, 5), (148.0, 9), (156.0, 15)] {
            for branches in 1..6 {
                let layout = Layout::new(Size { width: 900.0, height }, nodes, branches);
                let end = layout.lane_top(nodes - 1) + layout.lane.height;
                assert!(end <= height, "{nodes} nodes, {branches} branches: {end}");
                let apart = layout.lane_step - layout.lane.height;
                assert!(
                    apart >= 0.9 && layout.lane.height >= 3.5,
                    "{nodes} nodes, {branches}: {apart}"
                );
            }
        }
    }

    #[test]
    fn lanes_are_high_enough_and_stay_inside() {
        for (nodes, branches, height) in
            [(3, 1, 104.0), (5, 1, 104.0), (5, 3, 146.0), (9, 1, 148.0), (15, 4, 190.0)]
        {
            let layout = Layout::new(Size { height, ..SIZE }, nodes, branches);
            assert!((6.0..=12.0).contains(&layout.lane.height), "{nodes}: {layout:?}");
            let end = layout.lane_top(nodes - 1) + layout.lane.height;
            assert!(end <= height, "{nodes} nodes end at {end} of {height}");
            assert!(layout.lane_step >= layout.lane.height, "{nodes}: {layout:?}");
            assert!(layout.overview.top + layout.overview.height <= layout.branch.top);
        }
    }

    #[test]
    fn what_lies_under_the_pointer_is_found() {
        let (layout, scale) = (Layout::new(SIZE, 5, 1), Scale::whole(at(1_000), 1_000.0));
        let marks =
            [(at(100), at(300), false), (at(200), at(200), false), (at(900), at(900), true)];
        let under = |x: f64, y: f64| {
            layout.under(&scale, at(4_000), Point::new(NAMES + x, y), marks.into_iter())
        };
        assert_eq!(under(500.0, 5.0), Under::Overview(at(2_000)));
        assert_eq!(under(150.0, layout.marks.top + 2.0), Under::Mark(0));
        assert_eq!(under(201.0, layout.marks.top + 2.0), Under::Mark(1), "the shorter is above");
        assert_eq!(under(150.0, layout.lane.top + 20.0), Under::Time(at(150)));
        assert_eq!(under(903.0, layout.lane.top + 20.0), Under::Mark(2), "red goes through all");
    }

    #[test]
    fn three_branches_have_rows_and_the_shown_one_is_among_them() {
        assert_eq!(branches_with_rows(1, 0), (vec![], 0));
        assert_eq!(branches_with_rows(3, 0), (vec![0, 1, 2], 0));
        assert_eq!(branches_with_rows(7, 1), (vec![1, 5, 6], 4));
    }

    #[test]
    fn what_floats_stays_on_the_page() {
        assert_eq!(floating(500.0, 200.0, 1_000.0), 400.0);
        assert_eq!(floating(5.0, 200.0, 1_000.0), 8.0);
        assert_eq!(floating(995.0, 200.0, 1_000.0), 792.0);
    }
}
