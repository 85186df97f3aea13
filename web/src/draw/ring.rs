//! The ring of nodes on the stage.

use netsplit_core::id::NodeId;

/// A place, in pixels from the upper left corner.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Point {
    /// To the right.
    pub x: f64,
    /// Down.
    pub y: f64,
}

/// A size in pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Size {
    /// Width.
    pub width: f64,
    /// Height.
    pub height: f64,
}

impl Point {
    /// This place.
    pub const fn new(x: f64, y: f64) -> Point {
        Point { x, y }
    }

    /// How far another place is.
    pub fn distance(self, other: Point) -> f64 {
        (self.x - other.x).hypot(self.y - other.y)
    }

    /// The place at a share of the way to another, from 0 to 1.
    pub fn towards(self, other: Point, share: f64) -> Point {
        Point::new(self.x + (other.x - self.x) * share, self.y + (other.y - self.y) * share)
    }

    /// The place so many pixels further in a direction given by its sine and cosine.
    pub fn offset(self, direction: Point, pixels: f64) -> Point {
        Point::new(self.x + direction.x * pixels, self.y + direction.y * pixels)
    }

    /// The direction to another place, of length 1; to the right when it is the same.
    pub fn direction(self, other: Point) -> Point {
        match self.distance(other) {
            0.0 => Point::new(1.0, 0.0),
            length => Point::new((other.x - self.x) / length, (other.y - self.y) / length),
        }
    }
}

/// The least and the greatest radius of a node.
const NODE_RADIUS: (f64, f64) = (22.0, 48.0);
/// The share of the stage's smaller side that the ring takes.
const RING_SHARE: f64 = 0.84;

/// Where the nodes stand.
#[derive(Clone, Debug, PartialEq)]
pub struct Ring {
    /// The centres of the nodes, in order of their names.
    pub nodes: Vec<Point>,
    /// The radius of a node.
    pub radius: f64,
    /// The middle.
    pub centre: Point,
}

impl Ring {
    /// So many nodes on a stage of a size, n1 on top, then clockwise.
    pub fn new(count: usize, size: Size) -> Ring {
        let centre = Point::new(size.width / 2.0, size.height / 2.0);
        let side = size.width.min(size.height);
        // Neighbours keep at least a node's width between their rims.
        let apart = (std::f64::consts::PI / count.max(2) as f64).sin();
        let widest = side * RING_SHARE / 2.0 * apart / (2.0 + apart);
        let radius = (side * 0.085).min(widest).clamp(NODE_RADIUS.0, NODE_RADIUS.1);
        let ring = (side * RING_SHARE / 2.0 - radius).max(radius);
        let place = |index: usize| {
            let turn = std::f64::consts::TAU * index as f64 / count as f64;
            Point::new(centre.x + ring * turn.sin(), centre.y - ring * turn.cos())
        };
        let nodes = match count {
            1 => vec![centre],
            _ => (0..count).map(place).collect(),
        };
        Ring { nodes, radius, centre }
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
        let aside = Point::new(-along.y, along.x);
        let lane = |point: Point, rim: f64| point.offset(aside, LANE_ASIDE).offset(along, rim);
        let rim = self.radius + RIM_GAP;
        (lane(start, rim), lane(end, -rim))
    }
}

/// Half the distance of the two lanes of a link.
const LANE_ASIDE: f64 = 6.0;
/// What is kept free between a node's rim and the lanes; its timer is drawn there.
const RIM_GAP: f64 = 9.0;

#[cfg(test)]
mod tests {
    use super::*;

    const SIZE: Size = Size { width: 880.0, height: 540.0 };

    #[test]
    fn nodes_are_large_and_stay_on_the_stage() {
        for count in 1..=15 {
            for size in [SIZE, Size { width: 390.0, height: 300.0 }] {
                let ring = Ring::new(count, size);
                for node in &ring.nodes {
                    assert!(node.x >= ring.radius && node.x <= size.width - ring.radius);
                    assert!(node.y >= ring.radius && node.y <= size.height - ring.radius);
                }
                assert!(ring.radius >= 22.0);
            }
        }
        assert!((72.0..=96.0).contains(&(2.0 * Ring::new(5, SIZE).radius)));
    }

    #[test]
    fn the_first_node_is_on_top() {
        let ring = Ring::new(5, SIZE);
        assert_eq!(ring.nodes[0].x, 440.0);
        assert!(ring.nodes[0].y < ring.nodes[1].y && ring.nodes[1].x > 440.0);
    }

    #[test]
    fn the_two_lanes_of_a_link_lie_side_by_side() {
        let ring = Ring::new(5, SIZE);
        let (one, two) = (NodeId::from_index(0), NodeId::from_index(2));
        let ((there, _), (_, back)) = (ring.lane(one, two), ring.lane(two, one));
        assert!((there.distance(back) - 2.0 * LANE_ASIDE).abs() < 1e-9);
    }
}
