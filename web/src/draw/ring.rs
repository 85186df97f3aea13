//! The ring of servers on the stage, and the clients beside; or, where servers stand in groups,
//! [theirs](super::islands), or that of [one alone](super::alone).

use netsplit_core::id::{Cast, NodeId};

use super::islands::{Island, are_joined, within_ring};
use super::tenths::within;
use super::turn::sin_cos;

pub use super::point::{Point, Size};

/// The least radius of a node: 44 px are what a thumb hits.
pub const RADIUS_LEAST: f64 = 22.0;
/// The share of the stage's smaller side that the ring takes.
const RING_SHARE: f64 = 0.80;
/// A node's radius as a share of that side, where neighbours leave room for it.
const RADIUS_SHARE: f64 = 0.085;
/// What is free between two neighbours on a circle at least, for the times of their timers; else
/// they stand on an oval.
const GAP_LEAST: f64 = 30.0;
/// The same on an oval, before it takes more of the stage.
const GAP_ON_OVAL: f64 = 40.0;
/// How much wider than high an oval is while that leaves such a gap.
const OVAL: f64 = 2.8;
/// What is free between the outermost rims and the edge of a stage that is small.
const EDGE: f64 = 14.0;
/// The same above and below, for the time of a timer and the votes of a candidate, where that
/// leaves room.
const EDGE_OF_TIME: f64 = 26.0;
/// A stage narrower than this is that of a phone.
pub const NARROW: f64 = 600.0;
/// Half the distance of the two lanes of a link.
pub const LANE_ASIDE: f64 = 5.0;
/// What is kept free between a node's rim and the lanes; its timer is drawn there.
pub const RIM_GAP: f64 = 9.0;

/// The radius of a client, at most and at least.
const CLIENT_RADIUS: (f64, f64) = (20.0, 12.0);
/// From one client to the next below it, at most and at least: its call stands between them.
const CLIENT_STEP: (f64, f64) = (104.0, 48.0);
/// How much lower than a client's disc its call reaches.
pub const CALL_BELOW: f64 = 20.0;
/// How wide a column of clients with their calls is, on a wide stage and on a phone's.
const CLIENTS_WIDTH: (f64, f64) = (112.0, 72.0);
/// How many letters of a call there is room for in such a column, with some air on both sides.
pub const CALL_LETTERS: (usize, usize) = (13, 8);

/// What is free between a node and its letter beside it: its timer is drawn there.
pub const LETTER_GAP: f64 = 14.0;
/// The width of a letter of the page's monospaced font, as a share of its size.
const LETTER: f64 = 0.61;
/// How large the letters of a figure are: as a share of a node's radius, and at most.
const LETTER_SIZE: (f64, f64) = (0.8, 22.0);

/// Where the letter of a figure stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Letter {
    /// Above the node.
    Above,
    /// At its left.
    Left,
    /// At its right.
    Right,
}

/// Where the nodes stand.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Ring {
    /// The centres of the nodes, in order of their names: clients behind the servers.
    pub nodes: Vec<Point>,
    /// Who there is.
    pub cast: Cast,
    /// The radius of a server.
    pub radius: f64,
    /// The radius of a client.
    pub client_radius: f64,
    /// The middle of the stage.
    pub centre: Point,
    /// The rings of servers that replicate together.
    pub islands: Vec<Island>,
    /// The group that stands there alone, 0 for the servers of none; `None` where all do.
    pub alone: Option<u32>,
    /// The other groups then, each in one place.
    pub gates: Vec<Island>,
}

impl Ring {
    /// So many nodes on a stage of a size, n1 on top, then clockwise.
    pub fn new(count: usize, size: Size) -> Ring {
        let centre = Point::new(size.width / 2.0, size.height / 2.0);
        let side = size.width.min(size.height);
        let reach = side * RING_SHARE / 2.0;
        // Neighbours keep at least a node's width between their rims.
        let apart = sin_cos(std::f64::consts::PI / count.max(2) as f64).0;
        let wanted = (side * RADIUS_SHARE).min(reach * apart / (2.0 + apart));
        let radius = wanted.max(RADIUS_LEAST);
        let cast = Cast::new(count as u32, 0);
        let islands = vec![Island::whole(centre)];
        let ring = |nodes| Ring { nodes, cast, radius, centre, islands, ..Ring::default() };
        if count == 1 {
            return ring(vec![centre]);
        }
        let round = reach - wanted;
        let nodes = if 2.0 * round * apart >= 2.0 * radius + GAP_LEAST {
            let turn = |index: usize| std::f64::consts::TAU * index as f64 / count as f64;
            let place = |index: usize| on_oval(centre, (round, round), turn(index));
            (0..count).map(place).collect()
        } else {
            let room = |length: f64, edge: f64| (length / 2.0 - radius - edge).max(radius);
            let (wide, high) = (room(size.width, EDGE), room(size.height, EDGE_OF_TIME));
            let least = 2.0 * radius + GAP_ON_OVAL;
            let fits = |reach: &(f64, f64)| round_of(centre, *reach) / count as f64 >= least;
            let fitting = [(wide.min(OVAL * high), high), (wide, high)].into_iter().find(fits);
            oval(count, centre, fitting.unwrap_or((wide, room(size.height, EDGE))))
        };
        ring(nodes)
    }

    /// The servers on a ring and the clients in a column at the right of it; where servers stand in
    /// groups, [`later::ring`](crate::later::ring) knows how.
    pub fn of(cast: Cast, size: Size) -> Ring {
        Ring::with_clients(cast, size, &|size| Ring::new(cast.servers as usize, size))
    }

    /// The clients in a column at the right of servers, which give way where they would come too
    /// near.
    pub(super) fn with_clients(cast: Cast, size: Size, of_servers: &dyn Fn(Size) -> Ring) -> Ring {
        let whole = of_servers(size);
        if cast.clients == 0 {
            return Ring { cast, ..whole };
        }
        let fit = ((size.height / CLIENT_STEP.1) as u32).max(1);
        let columns = cast.clients.div_ceil(fit);
        let rows = cast.clients.div_ceil(columns);
        let step = within(size.height / f64::from(rows), CLIENT_STEP.1, CLIENT_STEP.0);
        let client_radius = within((step - 24.0) / 2.0, CLIENT_RADIUS.1, CLIENT_RADIUS.0);
        let width = if size.width < NARROW { CLIENTS_WIDTH.1 } else { CLIENTS_WIDTH.0 };
        let left = (size.width - width * f64::from(columns)).max(0.0);
        let right_of =
            |ring: &Ring| ring.nodes.iter().map(|at| at.x + ring.radius + EDGE).fold(0.0, f64::max);
        let mut ring = match right_of(&whole) <= left {
            true => whole,
            false => of_servers(Size { width: left, ..size }),
        };
        let place = |client: u32| {
            let (column, row) = (client / rows, client % rows);
            let in_column = rows.min(cast.clients - column * rows);
            let below = f64::from(row) - (f64::from(in_column) - 1.0) / 2.0;
            // The call stands below: disc and call together are in the middle of the step.
            let y = size.height / 2.0 + below * step - CALL_BELOW / 2.0;
            Point::new(left + width * (f64::from(column) + 0.5), y)
        };
        ring.nodes.extend((0..cast.clients).map(place));
        Ring { cast, client_radius, ..ring }
    }

    /// The radius of a node.
    pub fn radius_of(&self, node: NodeId) -> f64 {
        if node.is_client() || !self.has(node) { self.client_radius } else { self.radius }
    }

    /// A node stands there by itself, and not in its group's one place.
    pub fn has(&self, node: NodeId) -> bool {
        node.is_client() || self.alone.is_none_or(|group| is_of(node, group))
    }

    /// What goes between two nodes is seen: one of them is of the group that stands there alone.
    pub fn sees(&self, one: NodeId, two: NodeId) -> bool {
        self.alone.is_none_or(|group| is_of(one, group) || is_of(two, group))
    }

    /// The centre of a node; the middle for one that is not there.
    pub fn node(&self, node: NodeId) -> Point {
        self.nodes.get(node.index()).copied().unwrap_or(self.centre)
    }

    /// The ends of the lane from one node to another, rim to rim. The two
    /// directions of a link are lanes side by side, so that a message and its
    /// answer never cover each other.
    pub fn lane(&self, from: NodeId, to: NodeId) -> (Point, Point) {
        let (start, end) = (self.node(from), self.node(to));
        let along = start.direction(end);
        let lane =
            |point: Point, rim: f64| point.offset(along.aside(), LANE_ASIDE).offset(along, rim);
        let rim = |node| self.radius_of(node) + RIM_GAP;
        (lane(start, rim(from)), lane(end, -rim(to)))
    }

    /// Where the letter of a figure stands: on the outer side of the ring, where neither messages
    /// nor the timers of neighbours come; above, where the stage has no room there.
    pub fn letter(&self, node: NodeId, words: &str) -> Letter {
        let aside = self.node(node).x - self.centre.x;
        let room = self.centre.x - aside.abs() - self.radius - LETTER_GAP;
        match aside {
            _ if aside.abs() < self.radius || room < self.letter_width(words) => Letter::Above,
            _ if aside < 0.0 => Letter::Left,
            _ => Letter::Right,
        }
    }

    /// How much room the letter of a figure takes: left, top, right, bottom.
    pub fn letter_room(&self, node: NodeId, words: &str) -> [f64; 4] {
        let (at, width, reach) = (self.node(node), self.letter_width(words), self.radius + 8.0);
        let side = self.radius + LETTER_GAP + width;
        match self.letter(node, words) {
            Letter::Above => [at.x - reach, at.y - reach - 28.0, at.x + reach, at.y],
            Letter::Left => [at.x - side, at.y - 12.0, at.x, at.y + 12.0],
            Letter::Right => [at.x, at.y - 12.0, at.x + side, at.y + 12.0],
        }
    }

    fn letter_width(&self, words: &str) -> f64 {
        let (share, most) = LETTER_SIZE;
        words.chars().count() as f64 * LETTER * (self.radius * share).min(most)
    }

    /// The servers.
    pub fn servers(&self) -> &[Point] {
        &self.nodes[..self.nodes.len().min(self.cast.servers as usize)]
    }

    /// The names of the nodes.
    pub fn ids(&self) -> impl Iterator<Item = NodeId> + use<> {
        self.cast.ids()
    }

    /// The ring that a server stands on.
    fn island(&self, server: NodeId) -> Option<&Island> {
        let group = server.group().unwrap_or(0);
        self.islands.iter().find(|island| island.group == group && !server.is_client())
    }

    /// The way between two nodes as far as it lies outside of their rings: there a line that crosses
    /// it means it.
    pub fn approach(&self, one: NodeId, two: NodeId) -> (Point, Point) {
        let (from, to) = (self.node(one), self.node(two));
        if self.cast.groups.count == 0 {
            let shore = self.servers().iter().map(|at| at.x + self.radius).fold(0.0, f64::max);
            let share = within((to.x - shore) / (to.x - from.x).max(1.0), 0.0, 1.0);
            return (to.towards(from, share), to);
        }
        let inside = |node, from, to| self.island(node).map_or(0.0, |it| within_ring(it, from, to));
        let (leaves, enters) = (inside(one, from, to), inside(two, to, from));
        (from.towards(to, leaves), to.towards(from, enters))
    }

    /// The links between servers and clients, and between servers of different groups, the smaller
    /// name first. They are drawn only while something is under way on them, or cut.
    pub fn far_links(&self) -> impl Iterator<Item = (NodeId, NodeId)> + use<> {
        self.pairs().filter(|(one, two)| !are_joined(*one, *two))
    }

    /// All links between servers that replicate together, the smaller name first.
    pub fn links(&self) -> impl Iterator<Item = (NodeId, NodeId)> + use<> {
        self.pairs().filter(|(one, two)| are_joined(*one, *two))
    }

    /// Each server with each node behind it, as far as what goes between them is seen.
    fn pairs(&self) -> impl Iterator<Item = (NodeId, NodeId)> + use<> {
        let (cast, alone) = (self.cast, self.alone);
        let seen = move |one, two| alone.is_none_or(|group| is_of(one, group) || is_of(two, group));
        let behind = move |one: NodeId| cast.ids().skip(one.index() + 1);
        let pairs = cast.servers().flat_map(move |one| behind(one).map(move |two| (one, two)));
        pairs.filter(move |(one, two)| seen(*one, *two))
    }
}

/// A server is of a group, or for 0 of none.
pub fn is_of(node: NodeId, group: u32) -> bool {
    !node.is_client() && node.group().unwrap_or(0) == group
}

/// A place on an oval, by its turn clockwise from the top.
fn on_oval(centre: Point, (wide, high): (f64, f64), turn: f64) -> Point {
    let (sin, cos) = sin_cos(turn);
    Point::new(centre.x + wide * sin, centre.y - high * cos)
}

/// Into so many parts an oval is divided.
const FINE: usize = 720;

/// A place on an oval, by its part clockwise from the top.
fn part_of(centre: Point, reach: (f64, f64), part: usize) -> Point {
    on_oval(centre, reach, std::f64::consts::TAU * part as f64 / FINE as f64)
}

/// How long the way around an oval is.
fn round_of(centre: Point, reach: (f64, f64)) -> f64 {
    let at = |part: usize| part_of(centre, reach, part);
    (0..FINE).map(|part| at(part).distance(at(part + 1))).sum()
}

/// Places on an oval, equally far apart along it.
fn oval(count: usize, centre: Point, reach: (f64, f64)) -> Vec<Point> {
    let at = |part: usize| part_of(centre, reach, part);
    let whole = round_of(centre, reach);
    let (mut walked, mut nodes) = (0.0, Vec::with_capacity(count));
    for part in 0..FINE {
        if walked >= whole * nodes.len() as f64 / count as f64 - 1e-9 && nodes.len() < count {
            nodes.push(at(part));
        }
        walked += at(part).distance(at(part + 1));
    }
    nodes
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The stage at 1440×900, at 1024×768, and on a phone.
    const STAGES: &[Size] = &[
        Size { width: 880.0, height: 502.0 },
        Size { width: 632.0, height: 370.0 },
        Size { width: 390.0, height: 280.0 },
    ];

    #[test]
    fn nodes_are_large_apart_and_on_the_stage() {
        for count in 1..=15 {
            for size in STAGES {
                let ring = Ring::new(count, *size);
                assert_eq!(ring.nodes.len(), count);
                assert!(ring.radius >= 22.0);
                for (place, node) in ring.nodes.iter().enumerate() {
                    assert!(node.x >= ring.radius && node.x <= size.width - ring.radius);
                    assert!(node.y >= ring.radius && node.y <= size.height - ring.radius);
                    for other in &ring.nodes[place + 1..] {
                        let free = node.distance(*other) - 2.0 * ring.radius;
                        assert!(free >= 10.0, "{count} on {size:?}: {free}");
                    }
                }
            }
        }
    }

    #[test]
    fn clients_stand_beside_the_ring_and_apart() {
        for servers in [3, 5, 9] {
            for clients in 1..=8 {
                for size in STAGES {
                    let ring = Ring::of(Cast::new(servers, clients), *size);
                    assert_eq!(ring.nodes.len() as u32, servers + clients);
                    assert!(ring.radius >= 22.0 && ring.client_radius >= 12.0);
                    for (place, at) in ring.nodes.iter().enumerate() {
                        let id = ring.cast.at(place as u32);
                        let radius = ring.radius_of(id);
                        let on_stage = at.x >= radius && at.x <= size.width - radius;
                        assert!(on_stage && at.y >= radius, "{id} on {size:?}: {at:?}");
                        assert!(at.y <= size.height - radius, "{id} on {size:?}: {at:?}");
                        for (other, there) in ring.nodes[..place].iter().enumerate() {
                            let other = ring.cast.at(other as u32);
                            let free = at.distance(*there) - radius - ring.radius_of(other);
                            assert!(free >= 10.0, "{id} and {other} on {size:?}: {free}");
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn a_call_has_air_on_both_sides_of_its_column() {
        const FONT: f64 = 13.0;
        let columns = [(CALL_LETTERS.0, CLIENTS_WIDTH.0), (CALL_LETTERS.1, CLIENTS_WIDTH.1)];
        for (letters, width) in columns {
            let air = (width - letters as f64 * LETTER * FONT) / 2.0;
            assert!((4.0..8.0).contains(&air), "{letters}: {air}");
        }
    }

    #[test]
    fn clients_leave_the_ring_where_there_is_room() {
        let cast = Cast::new(5, 3);
        for size in STAGES {
            assert_eq!(Ring::of(cast, *size).servers(), Ring::new(5, *size).nodes, "{size:?}");
        }
    }

    #[test]
    fn five_nodes_take_four_fifths_of_the_smaller_side() {
        let ring = Ring::new(5, STAGES[0]);
        assert!((72.0..=96.0).contains(&(2.0 * ring.radius)), "{}", ring.radius);
        let top = ring.nodes[0].y - ring.radius;
        assert!((top - 50.2).abs() < 0.1, "{top}");
        assert!(2.0 * Ring::new(9, STAGES[2]).radius >= 44.0);
    }

    /// The page shows five discs before its program is there; nothing jumps when
    /// it arrives, on a stage of whatever size.
    #[test]
    fn the_first_picture_has_the_nodes_at_their_places() {
        let page = include_str!("../../../index.html");
        let discs: Vec<&str> =
            page.lines().filter(|line| line.contains("first-picture-node\"")).collect();
        let ring = Ring::new(5, Size { width: 1_300.0, height: 1_000.0 });
        assert_eq!(discs.len(), ring.nodes.len());
        assert!(page.contains("viewBox=\"-50 -50 100 100\""));
        for (disc, node) in discs.iter().zip(&ring.nodes) {
            let (x, y) = ((node.x - 650.0) / 10.0, (node.y - 500.0) / 10.0);
            let place = format!("cx=\"{x:.2}\" cy=\"{y:.2}\" r=\"{:.1}\"", ring.radius / 10.0);
            assert!(disc.contains(&place), "{disc} is not at {place}");
        }
    }

    #[test]
    fn the_first_node_is_on_top() {
        let ring = Ring::new(5, STAGES[0]);
        assert_eq!(ring.nodes[0].x, 440.0);
        assert!(ring.nodes[0].y < ring.nodes[1].y && ring.nodes[1].x > 440.0);
    }

    #[test]
    fn the_two_lanes_of_a_link_lie_ten_pixels_apart() {
        let ring = Ring::new(5, STAGES[0]);
        let (one, two) = (NodeId::from_index(0), NodeId::from_index(2));
        let ((there, _), (_, back)) = (ring.lane(one, two), ring.lane(two, one));
        assert!((there.distance(back) - 10.0).abs() < 1e-9);
    }
}
