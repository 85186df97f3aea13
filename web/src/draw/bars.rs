//! Operations of clients, or attempts of workers, as bars: in which row each lies, which of a row are
//! seen in a window, and which are too narrow to be told apart.

use netsplit_core::history::OpId;
use netsplit_core::id::NodeId;
use netsplit_core::time::Time;

/// The end of what has none yet.
pub const FAR: Time = Time::from_micros(u64::MAX);
/// Bars that are narrower, in pixels, are drawn together with their neighbours.
const LEAST: f64 = 1.5;

/// An operation on its lane; of a MapReduce an attempt at a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bar {
    /// The operation.
    pub op: OpId,
    /// When it was called.
    pub from: Time,
    /// When it returned; [`FAR`] while it waits.
    pub to: Time,
}

/// The lane of a client, or of a worker: as many rows as it ever had calls open at once. Bars of a row never
/// overlap, so they are in order of both their ends.
#[derive(Clone, Debug, PartialEq)]
pub struct Lane {
    /// Whose.
    pub client: NodeId,
    /// Its rows, one at least.
    pub rows: Vec<Vec<Bar>>,
}

/// Where an operation lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The lane.
    pub lane: usize,
    /// The row within it.
    pub row: usize,
    /// The place within that.
    pub bar: usize,
}

/// From a bar to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// To the one that its client called before.
    Earlier,
    /// To the next one that its client called.
    Later,
    /// To the client above, at about the same time.
    Up,
    /// To the client below.
    Down,
}

/// The lanes of all clients.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Lanes {
    lanes: Vec<Lane>,
    places: Vec<Place>,
}

impl Lanes {
    /// The lanes, in order of their clients' names.
    pub fn list(&self) -> &[Lane] {
        &self.lanes
    }

    /// All rows from the top, each with its lane and whether it is that one's first.
    pub fn rows(&self) -> impl Iterator<Item = (&Lane, bool, &[Bar])> {
        self.lanes.iter().flat_map(|lane| {
            lane.rows.iter().enumerate().map(move |(row, bars)| (lane, row == 0, &bars[..]))
        })
    }

    /// How many rows there are.
    pub fn row_count(&self) -> usize {
        self.lanes.iter().map(|lane| lane.rows.len()).sum()
    }

    /// There is such a client: it has a lane even if it never asks.
    pub fn know(&mut self, client: NodeId) -> usize {
        let before = client.number() as usize - 1;
        let servers = client.index().saturating_sub(before) as u32;
        while self.lanes.len() <= before {
            let number = self.lanes.len() as u32 + 1;
            let client = NodeId::client(number, servers).unwrap_or(client);
            self.lanes.push(Lane { client, rows: vec![Vec::new()] });
        }
        before
    }

    /// A lane more, of a node that is no client.
    pub fn know_node(&mut self, node: NodeId) {
        self.lanes.push(Lane { client: node, rows: vec![Vec::new()] });
    }

    /// Puts an operation in the first row of its client that is free when it is called, or changes
    /// its end. Operations come in the order of their calls.
    pub fn put(&mut self, bar: Bar, client: NodeId) {
        let lane = self.know(client);
        self.put_in(lane, bar);
    }

    /// The same in a lane by its place; where there is none, nothing.
    pub fn put_in(&mut self, lane: usize, bar: Bar) {
        if let Some(Place { lane, row, bar: place }) = self.places.get(bar.op.index()) {
            self.lanes[*lane].rows[*row][*place].to = bar.to;
            return;
        }
        let Some(known) = self.lanes.get_mut(lane) else { return };
        let rows = &mut known.rows;
        let is_free = |row: &Vec<Bar>| row.last().is_none_or(|last| last.to <= bar.from);
        let row = rows.iter().position(is_free).unwrap_or(rows.len());
        if row == rows.len() {
            rows.push(Vec::new());
        }
        self.places.push(Place { lane, row, bar: rows[row].len() });
        rows[row].push(bar);
    }

    /// Where an operation lies.
    pub fn place(&self, op: OpId) -> Option<Place> {
        self.places.get(op.index()).copied()
    }

    /// The row of an operation, counted from the top of all.
    pub fn row_of(&self, op: OpId) -> Option<usize> {
        let Place { lane, row, .. } = self.place(op)?;
        Some(self.lanes[..lane].iter().map(|lane| lane.rows.len()).sum::<usize>() + row)
    }

    /// A row, counted from the top of all.
    pub fn row(&self, place: usize) -> &[Bar] {
        self.rows().nth(place).map_or(&[], |(_, _, bars)| bars)
    }

    /// The bar to which an arrow leads from another.
    pub fn beside(&self, op: OpId, way: Way) -> Option<OpId> {
        let place = self.place(op)?;
        let from = self.lanes[place.lane].rows[place.row][place.bar].from;
        let (lane, later) = match way {
            Way::Earlier => (self.lanes.get(place.lane), false),
            Way::Later => (self.lanes.get(place.lane), true),
            // A client that has asked for nothing is passed over.
            Way::Up => {
                return (0..place.lane).rev().find_map(|lane| self.nearest(lane, from));
            }
            Way::Down => {
                let mut below = place.lane + 1..self.lanes.len();
                return below.find_map(|lane| self.nearest(lane, from));
            }
        };
        // Names are in the order of calls.
        let rows = lane?.rows.iter();
        match later {
            true => rows
                .filter_map(|row| row.get(row.partition_point(|bar| bar.op <= op)))
                .map(|bar| bar.op)
                .min(),
            false => rows
                .filter_map(|row| row[..row.partition_point(|bar| bar.op < op)].last())
                .map(|bar| bar.op)
                .max(),
        }
    }

    /// The bar of a lane that is nearest to a time.
    pub fn nearest(&self, lane: usize, time: Time) -> Option<OpId> {
        let lane = self.lanes.get(lane)?;
        let near = lane.rows.iter().filter_map(|row| nearest(row, time));
        near.min_by_key(|bar| distance(bar, time)).map(|bar| bar.op)
    }
}

/// How far a bar is from a time.
pub fn distance(bar: &Bar, time: Time) -> u64 {
    match time {
        time if time < bar.from => bar.from.since(time).micros(),
        time if time > bar.to => time.since(bar.to).micros(),
        _ => 0,
    }
}

/// The bar of a row that is nearest to a time.
pub fn nearest(row: &[Bar], time: Time) -> Option<&Bar> {
    let after = row.partition_point(|bar| bar.from <= time);
    let around = after.saturating_sub(1)..(after + 1).min(row.len());
    row[around].iter().min_by_key(|bar| distance(bar, time))
}

/// The bars of a row that are seen between two times.
pub fn seen(row: &[Bar], from: Time, to: Time) -> &[Bar] {
    let first = row.partition_point(|bar| bar.to <= from);
    let last = row.partition_point(|bar| bar.from < to);
    &row[first..last.max(first)]
}

/// What is drawn as one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Piece<'a> {
    /// A bar.
    One(&'a Bar),
    /// Bars within one column of pixels.
    Many(&'a [Bar]),
}

/// Bars as they are drawn, where each time is at a place: of narrow ones as many at once as begin
/// in the same column, so that a picture costs its width and not what is in it.
pub fn pieces<'a>(bars: &'a [Bar], x: impl Fn(Time) -> f64) -> Vec<Piece<'a>> {
    let is_narrow = |bar: &Bar| x(bar.to) - x(bar.from) < LEAST;
    let (mut pieces, mut rest) = (Vec::new(), bars);
    while let Some(first) = rest.first() {
        let mut count = 1;
        if is_narrow(first) {
            let column = x(first.from).floor() + 1.0;
            count = rest.partition_point(|bar| x(bar.from) < column).max(1);
            // The last of them may go on beyond the column.
            if count > 1 && !is_narrow(&rest[count - 1]) {
                count -= 1;
            }
        }
        let (these, others) = rest.split_at(count);
        pieces.push(if count == 1 { Piece::One(first) } else { Piece::Many(these) });
        rest = others;
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(micros: u64) -> Time {
        Time::from_micros(micros)
    }

    fn client(number: u32) -> NodeId {
        NodeId::client(number, 3).expect("it has a number")
    }

    /// Lanes of calls: whose, from, to (0 while it waits).
    fn lanes_of(calls: &[(u32, u64, u64)]) -> Lanes {
        let mut lanes = Lanes::default();
        for (place, (number, from, to)) in calls.iter().enumerate() {
            let to = if *to == 0 { FAR } else { at(*to) };
            let bar = Bar { op: OpId::from_index(place as u32), from: at(*from), to };
            lanes.put(bar, client(*number));
        }
        lanes
    }

    fn names(bars: &[Bar]) -> Vec<u32> {
        bars.iter().map(|bar| bar.op.number()).collect()
    }

    #[test]
    fn calls_that_overlap_lie_in_rows_of_their_own() {
        let lanes = lanes_of(&[(1, 0, 10), (3, 2, 4), (1, 5, 0), (1, 10, 12), (1, 11, 13)]);
        let rows: Vec<(String, Vec<u32>)> =
            lanes.rows().map(|(lane, _, bars)| (lane.client.to_string(), names(bars))).collect();
        let row = |client: &str, ops: &[u32]| (client.to_owned(), ops.to_vec());
        let expected =
            [row("c1", &[1, 4]), row("c1", &[3]), row("c1", &[5]), row("c2", &[]), row("c3", &[2])];
        assert_eq!(rows, expected);
        assert_eq!((lanes.row_count(), lanes.row_of(OpId::from_index(1))), (5, Some(4)));
    }

    #[test]
    fn what_returns_later_only_changes_its_end() {
        let mut lanes = lanes_of(&[(1, 0, 0), (1, 3, 4)]);
        lanes.put(Bar { op: OpId::from_index(0), from: at(0), to: at(7) }, client(1));
        assert_eq!(lanes.row(0)[0].to, at(7));
        assert_eq!(lanes.row_count(), 2);
        lanes.put(Bar { op: OpId::from_index(2), from: at(7), to: FAR }, client(1));
        assert_eq!(names(lanes.row(0)), [1, 3], "it is free again");
    }

    #[test]
    fn a_window_is_found_without_a_look_at_the_rest() {
        let lanes = lanes_of(&[(1, 0, 10), (1, 10, 20), (1, 20, 30), (1, 40, 0)]);
        let seen = |from, to| names(seen(lanes.row(0), at(from), at(to)));
        assert_eq!(seen(10, 20), [2]);
        assert_eq!(seen(5, 21), [1, 2, 3]);
        assert_eq!(seen(31, 39), [0_u32; 0]);
        assert_eq!(seen(1_000, 2_000), [4], "what waits is seen for ever");
    }

    #[test]
    fn narrow_bars_are_drawn_together_and_wide_ones_alone() {
        // A pixel is 100 µs wide.
        let calls: Vec<(u32, u64, u64)> = (0..10).map(|it| (1, it * 30, it * 30 + 30)).collect();
        let narrow = lanes_of(&calls);
        let x = |time: Time| time.micros() as f64 / 100.0;
        let counts = |lanes: &Lanes| -> Vec<usize> {
            let count = |piece: &Piece| match piece {
                Piece::One(_) => 1,
                Piece::Many(bars) => bars.len(),
            };
            pieces(lanes.row(0), x).iter().map(count).collect()
        };
        assert_eq!(counts(&narrow), [4, 3, 3]);
        let mixed = lanes_of(&[(1, 0, 20), (1, 20, 30), (1, 30, 900), (1, 900, 910)]);
        assert_eq!(counts(&mixed), [2, 1, 1], "the third begins there and is wide");
    }

    #[test]
    fn many_are_as_few_as_the_window_is_wide() {
        let calls: Vec<(u32, u64, u64)> = (0..50_000).map(|it| (1, it * 10, it * 10 + 9)).collect();
        let lanes = lanes_of(&calls);
        let x = |time: Time| time.micros() as f64 / 500.0;
        assert_eq!(pieces(lanes.row(0), x).len(), 1_000);
    }

    #[test]
    fn arrows_go_along_a_client_and_over_to_the_next() {
        let lanes = lanes_of(&[(1, 0, 50), (2, 5, 8), (1, 10, 20), (2, 30, 31), (1, 60, 70)]);
        let beside =
            |number: u32, way| lanes.beside(OpId::from_index(number - 1), way).map(OpId::number);
        assert_eq!(beside(1, Way::Later), Some(3), "in the row below, and the next call");
        assert_eq!(beside(3, Way::Later), Some(5));
        assert_eq!(beside(5, Way::Earlier), Some(3));
        assert_eq!(beside(1, Way::Earlier), None);
        assert_eq!(beside(3, Way::Down), Some(2));
        assert_eq!(beside(5, Way::Down), Some(4));
        assert_eq!((beside(4, Way::Up), beside(1, Way::Up)), (Some(1), None));
        let apart = lanes_of(&[(1, 0, 50), (3, 5, 8)]);
        assert_eq!(apart.beside(OpId::from_index(1), Way::Up).map(OpId::number), Some(1));
    }
}
