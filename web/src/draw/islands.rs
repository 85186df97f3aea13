//! Groups of servers on the stage: a small ring each, side by side, and before them that of the
//! servers of no group.

use netsplit_core::id::{Cast, NodeId};

use super::alone::alone;
use super::ring::{Point, Ring, Size};
use super::turn::sin_cos;

/// A ring of servers that replicate together.
#[derive(Clone, Debug, PartialEq)]
pub struct Island {
    /// Its group, counted from 1; 0 for the servers of none.
    pub group: u32,
    /// The middle of its ring.
    pub centre: Point,
    /// How far it reaches from there.
    pub reach: f64,
    /// Where its name stands: beside the ring, or above where there is no room.
    pub name: Name,
}

/// Where the name of a ring stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Name {
    /// Its end, where it is beside the ring; else its middle.
    pub at: Point,
    /// It is beside the ring.
    pub beside: bool,
}

/// How the servers of groups stand.
#[derive(Clone, Debug, PartialEq)]
pub struct Islands {
    /// The centres of the servers, in order.
    pub nodes: Vec<Point>,
    /// The radius of each.
    pub radius: f64,
    /// The rings, that of the servers of no group first.
    pub islands: Vec<Island>,
}

/// A server's radius at most, and as a share of the stage's smaller side.
const RADIUS: (f64, f64) = (36.0, 0.085);
/// And at least: where groups share a small stage it is still large enough for a finger.
const LEAST: f64 = 20.0;
/// What is free between two neighbours, for the times of their timers, where there is room.
const GAP: f64 = 30.0;
/// How much larger the radius of a ring is than that of a server at most: it is seen as one thing.
const TIGHT: f64 = 2.4;
/// What is free above, below and beside a ring: on a stage that is large, on a small one, and on one
/// that is so low that there is no room for a name above a ring.
const MARGINS: [(f64, f64, f64); 3] = [(28.0, 26.0, 16.0), (26.0, 10.0, 10.0), (12.0, 10.0, 10.0)];
/// From a server to the name of its ring: its timer is between them.
const NAME_GAP: f64 = 16.0;
/// How wide a letter of a name is.
const LETTER: f64 = 6.8;

impl Island {
    /// What it is called.
    pub fn title(&self) -> String {
        title(self.group)
    }

    /// The only ring of a cluster without groups.
    pub fn whole(centre: Point) -> Island {
        Island { group: 0, centre, reach: 0.0, name: Name { at: centre, beside: false } }
    }

    /// How much room its name takes: left, top, right, bottom.
    pub fn name_room(&self) -> [f64; 4] {
        let (at, width) = (self.name.at, name_width(self.group));
        let left = at.x - if self.name.beside { width } else { width / 2.0 };
        [left, at.y - 10.0, left + width, at.y + 10.0]
    }
}

fn title(group: u32) -> String {
    if group == 0 { "controller".to_owned() } else { format!("g{group}") }
}

/// How wide the name of a group is.
fn name_width(group: u32) -> f64 {
    title(group).len() as f64 * LETTER
}

/// How a ring of so many lies around its middle, its radius being one: how far it reaches down and to
/// the side, and from one server to the next.
fn shape(count: u32) -> (f64, f64, f64) {
    if count < 2 {
        return (0.0, 0.0, f64::INFINITY);
    }
    let turns = (0..count).map(|place| unit(place, count));
    let (mut below, mut beside) = (0.0, 0.0);
    for at in turns {
        (below, beside) = (f64::max(below, at.y), f64::max(beside, at.x));
    }
    (below, beside, 2.0 * sin_cos(std::f64::consts::PI / f64::from(count)).0)
}

/// A place on a ring of so many, whose radius is one.
fn unit(place: u32, count: u32) -> Point {
    if count < 2 {
        return Point::default();
    }
    let (sin, cos) = sin_cos(std::f64::consts::TAU * f64::from(place) / f64::from(count));
    Point::new(sin, -cos)
}

/// A way to lay rings out.
#[derive(Clone, Copy, Debug)]
struct Grid {
    columns: u32,
    cell: Size,
    radius: f64,
    margins: (f64, f64, f64),
    /// What is free between neighbours.
    gap: f64,
}

impl Grid {
    /// The radius of a ring of so many.
    fn round(&self, count: u32) -> f64 {
        let (below, beside, _) = shape(count);
        let (top, bottom, side) = self.margins;
        let above = if count < 2 { 0.0 } else { 1.0 };
        let high = (self.cell.height - top - bottom - 2.0 * self.radius) / (above + below);
        let wide = (self.cell.width / 2.0 - side - self.radius) / beside;
        if count < 2 { 0.0 } else { high.min(wide).min(TIGHT * self.radius).max(self.radius) }
    }

    /// How far rings stand at the right of the middle of their cells, so that the widest name has room
    /// at the left of the server on top; `None` where that cannot be.
    fn aside(&self, widest: f64, count: u32) -> Option<f64> {
        let half = self.cell.width / 2.0;
        let wanted = (widest + NAME_GAP + self.radius - half).max(0.0);
        let beside = if count < 2 { 0.0 } else { shape(count).1 };
        let spare = half - beside * self.round(count) - self.radius - self.margins.2;
        (wanted == 0.0 || wanted <= spare).then_some(wanted)
    }

    /// Better is what leaves enough room, then larger servers, then larger gaps.
    fn rank(&self) -> (bool, f64, f64) {
        let fits = self.gap >= GAP;
        (fits, if fits { self.radius } else { 0.0 }, self.gap)
    }
}

/// Where the nodes of a cluster with groups stand: each group on a ring of its own, or one alone.
pub fn ring(cast: Cast, group: Option<u32>, size: Size) -> Ring {
    Ring::with_clients(cast, size, &|size| match group {
        Some(group) => alone(cast, group, size),
        None => all_of(cast, size),
    })
}

fn all_of(cast: Cast, size: Size) -> Ring {
    let centre = Point::new(size.width / 2.0, size.height / 2.0);
    let Islands { nodes, radius, islands } = islands(cast, size);
    Ring { nodes, cast, radius, centre, islands, ..Ring::default() }
}

/// The servers of a cluster with groups, on a stage of a size.
pub fn islands(cast: Cast, size: Size) -> Islands {
    let groups: Vec<u32> =
        (0..=cast.groups.count).filter(|group| cast.members(*group).next().is_some()).collect();
    let count_of = |group: u32| cast.members(group).count() as u32;
    let most = groups.len().max(1) as u32;
    let widest = groups.iter().map(|group| name_width(*group)).fold(0.0, f64::max);
    let largest = groups.iter().map(|group| count_of(*group)).max().unwrap_or(1);
    let wanted = RADIUS.0.min(size.width.min(size.height) * RADIUS.1).max(LEAST);
    let radii = (0..).map(|step| wanted - f64::from(step)).take_while(|it| *it > LEAST);
    let radii: Vec<f64> = radii.chain([LEAST]).collect();
    let grid = |columns: u32, radius: f64, margins| {
        let rows = most.div_ceil(columns);
        let cell =
            Size { width: size.width / f64::from(columns), height: size.height / f64::from(rows) };
        let grid = Grid { columns, cell, radius, margins, gap: 0.0 };
        let gap = |group: &u32| {
            let count = count_of(*group);
            shape(count).2 * grid.round(count).max(1.0) - 2.0 * radius
        };
        let gap = groups.iter().map(gap).fold(f64::INFINITY, f64::min);
        // Without room above, every name must have it beside.
        let named = margins != MARGINS[2] || grid.aside(widest, largest).is_some();
        Grid { gap: if named { gap } else { f64::NEG_INFINITY }, ..grid }
    };
    let mut best = Grid { gap: f64::NEG_INFINITY, ..grid(1, LEAST, MARGINS[0]) };
    for margins in MARGINS {
        if best.gap >= GAP {
            break;
        }
        for columns in 1..=most {
            for radius in &radii {
                let other = grid(columns, *radius, margins);
                if other.rank() > best.rank() {
                    best = other;
                }
            }
        }
    }
    let rows = most.div_ceil(best.columns);
    let aside = best.aside(widest, largest).unwrap_or(0.0);
    let (mut nodes, mut islands) = (Vec::new(), Vec::new());
    for (place, &group) in (0..).zip(&groups) {
        let (row, column) = (place / best.columns, place % best.columns);
        let in_row = best.columns.min(most - row * best.columns);
        let left = (size.width - f64::from(in_row) * best.cell.width) / 2.0;
        let count = count_of(group);
        let round = best.round(count);
        let (top, bottom, _) = best.margins;
        let high = round * (shape(count).0 + if count < 2 { 0.0 } else { 1.0 });
        let air = (best.cell.height - high - 2.0 * best.radius - top - bottom) / 2.0;
        let centre = Point::new(
            left + (f64::from(column) + 0.5) * best.cell.width + aside,
            size.height * f64::from(row) / f64::from(rows) + air + top + best.radius + round,
        );
        let at = |member: u32| {
            let unit = unit(member, count);
            Point::new(centre.x + round * unit.x, centre.y + round * unit.y)
        };
        nodes.extend((0..count).map(at));
        let mut island = Island { reach: round + best.radius, ..Island::whole(centre) };
        island.group = group;
        island.name = name(&island, best.radius, centre.y - round, best.cell.width / 2.0 + aside);
        islands.push(island);
    }
    Islands { nodes, radius: best.radius, islands }
}

/// Beside the first server, which is on top, or above it.
fn name(island: &Island, radius: f64, top: f64, left: f64) -> Name {
    match left - radius - NAME_GAP - name_width(island.group) {
        room if room >= 0.0 => {
            let at = Point::new(island.centre.x - radius - NAME_GAP, top);
            Name { at, beside: true }
        }
        _ => Name { at: Point::new(island.centre.x, top - radius - 15.0), beside: false },
    }
}

/// The share of the way from the middle of a ring, or from within it, that lies in it.
pub fn within_ring(island: &Island, from: Point, to: Point) -> f64 {
    let along = from.direction(to);
    let aside = Point::new(from.x - island.centre.x, from.y - island.centre.y);
    if aside.dot(aside) > island.reach * island.reach {
        return 0.0;
    }
    let behind = aside.dot(along);
    let square = behind * behind - aside.dot(aside) + island.reach * island.reach;
    let leaves = square.max(0.0).sqrt() - behind;
    (leaves / from.distance(to).max(1.0)).clamp(0.0, 1.0)
}

/// Whether two nodes are joined by a line that is always seen: they replicate together.
pub fn are_joined(one: NodeId, two: NodeId) -> bool {
    !one.is_client() && !two.is_client() && one.group() == two.group()
}

#[cfg(test)]
mod tests {
    use netsplit_core::id::Groups;

    use super::*;

    /// The stage beside a column of clients at 1440×900, at 1024×768, and on a phone; and one alone.
    const STAGES: [Size; 4] = [
        Size { width: 768.0, height: 312.0 },
        Size { width: 528.0, height: 215.0 },
        Size { width: 318.0, height: 248.0 },
        Size { width: 1_328.0, height: 680.0 },
    ];

    fn cast(alone: u32, count: u32, size: u32) -> Cast {
        Cast { servers: alone + count * size, groups: Groups { count, size }, clients: 0 }
    }

    #[test]
    fn groups_are_on_the_stage_and_their_servers_apart() {
        for (alone, count, size) in [(3, 3, 3), (3, 2, 3), (1, 1, 3), (3, 3, 1), (0, 2, 3)] {
            for stage in STAGES {
                let cast = cast(alone, count, size);
                let all = islands(cast, stage);
                assert_eq!(all.nodes.len() as u32, cast.servers);
                assert!(all.radius >= LEAST);
                for (place, at) in all.nodes.iter().enumerate() {
                    let told = format!("{alone}+{count}x{size} on {stage:?}: {place} at {at:?}");
                    assert!(at.x >= all.radius && at.x <= stage.width - all.radius, "{told}");
                    assert!(at.y >= all.radius && at.y <= stage.height - all.radius, "{told}");
                    for other in &all.nodes[..place] {
                        let free = at.distance(*other) - 2.0 * all.radius;
                        assert!(free >= 14.0, "{told}, {free} from {other:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn names_of_groups_are_on_the_stage_and_beside_all_servers() {
        for stage in STAGES {
            let all = islands(cast(3, 3, 3), stage);
            assert_eq!(all.islands[0].title(), "controller");
            for island in &all.islands {
                let [left, top, right, bottom] = island.name_room();
                let told = format!("{stage:?}: {island:?}");
                assert!(left >= 0.0 && right <= stage.width && top >= 0.0, "{told}");
                for at in &all.nodes {
                    let clear = right <= at.x - all.radius
                        || left >= at.x + all.radius
                        || bottom <= at.y - all.radius
                        || top >= at.y + all.radius;
                    assert!(clear, "{told} covers {at:?}");
                }
            }
        }
    }

    #[test]
    fn a_way_leaves_its_ring_at_the_rim() {
        let island = Island { reach: 50.0, ..Island::whole(Point::new(0.0, 0.0)) };
        let to = Point::new(100.0, 0.0);
        assert_eq!(within_ring(&island, Point::new(0.0, 0.0), to), 0.5);
        assert_eq!(within_ring(&island, Point::new(-100.0, 100.0), to), 0.0);
    }
}
