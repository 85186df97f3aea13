//! The sides into which cuts part a cluster, and the hairline around each.

use netsplit_core::id::NodeId;
use netsplit_core::quorum::majority;

use super::islands::Island;
use super::ring::{Point, Ring};
use super::tenths::{Tenths, within};
use super::turn::atan2;

/// What lies between a node's rim and the hairline, where there is room.
const PAD: f64 = 26.0;
/// What a letter of a side's words takes at most, and half a line of them.
const LETTER: f64 = 7.5;
const LINE: f64 = 10.0;

/// Those of some servers that reach each other, directly or through others of them, both ways: the
/// sides of a cluster, in order of their first nodes.
pub fn sides(servers: &[NodeId], cuts: &[(NodeId, NodeId)]) -> Vec<Vec<NodeId>> {
    let joined =
        |one: NodeId, two: NodeId| !cuts.contains(&(one, two)) && !cuts.contains(&(two, one));
    let mut left: Vec<NodeId> = servers.to_vec();
    let mut sides: Vec<Vec<NodeId>> = Vec::new();
    while !left.is_empty() {
        let (mut found, mut next) = (vec![left.remove(0)], 0);
        while let Some(&one) = found.get(next) {
            next += 1;
            let (near, far): (Vec<_>, Vec<_>) = left.into_iter().partition(|two| joined(one, *two));
            left = far;
            found.extend(near);
        }
        found.sort_unstable();
        sides.push(found);
    }
    sides
}

/// One side as it is drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct Hull {
    /// The path of its hairline.
    pub path: String,
    /// Where its words stand: on the hairline.
    pub at: Point,
    /// `2 of 5`, `3 of 5, majority`, `3 of 5, 1 down`.
    pub words: String,
}

/// The hairlines around the sides of each ring; none while all its nodes reach each other. A side is
/// a majority of all on the ring while enough of its nodes run.
pub fn hulls(ring: &Ring, cuts: &[(NodeId, NodeId)], up: &[bool]) -> Vec<Hull> {
    if cuts.is_empty() {
        return Vec::new();
    }
    ring.islands.iter().flat_map(|island| hulls_of(ring, island, cuts, up)).collect()
}

fn hulls_of(ring: &Ring, island: &Island, cuts: &[(NodeId, NodeId)], up: &[bool]) -> Vec<Hull> {
    let servers: Vec<NodeId> = ring.cast.members(island.group).collect();
    let count = servers.len();
    let sides = sides(&servers, cuts);
    let is_majority = |nodes: usize| nodes >= majority(count as u32) as usize;
    if sides.len() < 2 {
        return Vec::new();
    }
    let apart = ring.node(servers[0]).distance(ring.node(servers[1])) - 2.0 * ring.radius;
    let reach = ring.radius + PAD.min(apart * 0.4);
    sides
        .iter()
        .map(|side| {
            let up = side.iter().filter(|id| up.get(id.index()) == Some(&true)).count();
            let note = match side.len() - up {
                _ if is_majority(up) => ", majority".to_owned(),
                down if is_majority(side.len()) => format!(", {down} down"),
                _ => String::new(),
            };
            let words = format!("{} of {count}{note}", side.len());
            let at = inside(ring, label(ring, island, side, reach), &words);
            Hull { path: path(ring, side, reach), at, words }
        })
        .collect()
}

/// A closed path around the discs of some nodes, which stand clockwise: around
/// each a part of a circle, and lines between them. A line that would run
/// through a node of another side moves inwards.
fn path(ring: &Ring, side: &[NodeId], reach: f64) -> String {
    let round = Tenths(reach);
    let centres: Vec<Point> = side.iter().map(|id| ring.node(*id)).collect();
    if let [only] = centres[..] {
        let Point { x, y } = only;
        return format!(
            "M{} {}a{round} {round} 0 1 1 {} 0a{round} {round} 0 1 1 {} 0Z",
            Tenths(x - reach),
            Tenths(y),
            Tenths(2.0 * reach),
            Tenths(-2.0 * reach)
        );
    }
    let lines: Vec<(Point, Point)> = (0..side.len())
        .map(|place| {
            let next = (place + 1) % side.len();
            let (one, two) = (centres[place], centres[next]);
            let along = one.direction(two);
            let outwards = Point::new(along.y, -along.x);
            let offset = room(ring, side, (one, two), reach);
            let half = (reach * reach - offset * offset).max(0.0).sqrt();
            (
                one.offset(outwards, offset).offset(along, half),
                two.offset(outwards, offset).offset(along, -half),
            )
        })
        .collect();
    let mut path = String::new();
    for (place, (start, end)) in lines.iter().enumerate() {
        let centre = centres[(place + 1) % centres.len()];
        let (leaves, _) = lines[(place + 1) % lines.len()];
        let turn = |at: Point| atan2(at.y - centre.y, at.x - centre.x);
        let turned = (turn(leaves) - turn(*end)).rem_euclid(std::f64::consts::TAU);
        let large = u8::from(turned > std::f64::consts::PI);
        let mark = if place == 0 { 'M' } else { 'L' };
        path.push_str(&format!(
            "{mark}{} {}L{} {}A{round} {round} 0 {large} 1 {} {}",
            Tenths(start.x),
            Tenths(start.y),
            Tenths(end.x),
            Tenths(end.y),
            Tenths(leaves.x),
            Tenths(leaves.y)
        ));
    }
    path.push('Z');
    path
}

/// How far outside the line between two centres the hairline may run.
fn room(ring: &Ring, side: &[NodeId], (one, two): (Point, Point), reach: f64) -> f64 {
    let outwards = {
        let along = one.direction(two);
        Point::new(along.y, -along.x)
    };
    let others = ring.cast.servers().filter(|id| !side.contains(id)).map(|id| ring.node(id));
    let distance = |other: Point| {
        let along = one.direction(two);
        let from = Point::new(other.x - one.x, other.y - one.y);
        let beside = (0.0..=one.distance(two)).contains(&from.dot(along));
        (beside && from.dot(outwards) > 0.0).then(|| from.dot(outwards))
    };
    let nearest = others.filter_map(distance).fold(f64::INFINITY, f64::min);
    within(nearest - ring.radius - 8.0, -reach * 0.9, reach)
}

/// Where the hairline is furthest out, seen from the middle of the ring.
fn label(ring: &Ring, island: &Island, side: &[NodeId], reach: f64) -> Point {
    let centres = side.iter().map(|id| ring.node(*id));
    let sum =
        centres.clone().fold(Point::default(), |sum, at| Point::new(sum.x + at.x, sum.y + at.y));
    let mean = Point::new(sum.x / side.len() as f64, sum.y / side.len() as f64);
    // The nodes of a side that surrounds the middle: out from its first.
    let outwards = match island.centre.distance(mean) > ring.radius * 0.2 {
        true => island.centre.direction(mean),
        false => island.centre.direction(ring.node(side[0])),
    };
    let most = centres.clone().map(|at| at.dot(outwards)).fold(f64::NEG_INFINITY, f64::max);
    let outermost: Vec<Point> = centres.filter(|at| most - at.dot(outwards) < 1.0).collect();
    let sum =
        outermost.iter().fold(Point::default(), |sum, at| Point::new(sum.x + at.x, sum.y + at.y));
    let count = outermost.len().max(1) as f64;
    Point::new(sum.x / count, sum.y / count).offset(outwards, reach)
}

/// The place nearest to one where words are on the stage.
fn inside(ring: &Ring, at: Point, words: &str) -> Point {
    let half = (words.len() as f64 * LETTER / 2.0).min(ring.centre.x);
    let up = LINE.min(ring.centre.y);
    Point::new(
        within(at.x, half, 2.0 * ring.centre.x - half),
        within(at.y, up, 2.0 * ring.centre.y - up),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draw::ring::Size;

    fn id(number: u32) -> NodeId {
        NodeId::from_number(number).expect("numbers begin at 1")
    }

    /// Every link between two sides, both ways.
    fn cuts(left: &[u32], right: &[u32]) -> Vec<(NodeId, NodeId)> {
        let pairs = left.iter().flat_map(|one| right.iter().map(move |two| (*one, *two)));
        pairs.flat_map(|(one, two)| [(id(one), id(two)), (id(two), id(one))]).collect()
    }

    fn numbers(sides: &[Vec<NodeId>]) -> Vec<Vec<u32>> {
        sides.iter().map(|side| side.iter().map(|id| id.number()).collect()).collect()
    }

    #[test]
    fn cuts_part_a_cluster_when_no_way_around_is_left() {
        let five: Vec<NodeId> = (1..=5).map(id).collect();
        assert_eq!(numbers(&sides(&five, &[])), [vec![1, 2, 3, 4, 5]]);
        assert_eq!(numbers(&sides(&five, &cuts(&[1], &[2]))).len(), 1);
        assert_eq!(numbers(&sides(&five, &cuts(&[1, 2], &[3, 4, 5]))), [vec![1, 2], vec![3, 4, 5]]);
        // One direction is enough to part: nobody votes for whom it cannot hear.
        let one_way: Vec<_> = (2..=5).map(|other| (id(1), id(other))).collect();
        assert_eq!(numbers(&sides(&five, &one_way)), [vec![1], vec![2, 3, 4, 5]]);
    }

    #[test]
    fn a_side_is_a_majority_of_all_nodes_while_enough_of_it_run() {
        let ring = Ring::new(5, Size { width: 880.0, height: 502.0 });
        let words = |up: [bool; 5]| -> Vec<String> {
            let hulls = hulls(&ring, &cuts(&[1, 2], &[3, 4, 5]), &up);
            hulls.into_iter().map(|hull| hull.words).collect()
        };
        assert_eq!(words([true; 5]), ["2 of 5", "3 of 5, majority"]);
        assert_eq!(words([true, false, true, true, false]), ["2 of 5", "3 of 5, 1 down"]);
    }

    #[test]
    fn the_words_of_a_side_are_on_the_stage() {
        let size = Size { width: 390.0, height: 280.0 };
        for count in [3, 5, 9] {
            for alone in 1..=count {
                let rest: Vec<u32> = (1..=count).filter(|one| *one != alone).collect();
                let ring = Ring::new(count as usize, size);
                for hull in hulls(&ring, &cuts(&[alone], &rest), &vec![true; count as usize]) {
                    let half = hull.words.len() as f64 * LETTER / 2.0;
                    assert!(hull.at.x >= half && hull.at.x <= size.width - half, "{hull:?}");
                    assert!(hull.at.y >= LINE && hull.at.y <= size.height - LINE, "{hull:?}");
                }
            }
        }
    }

    #[test]
    fn the_hairline_keeps_clear_of_the_nodes_of_other_sides() {
        for count in [3, 5, 7, 9] {
            let ring = Ring::new(count, Size { width: 880.0, height: 502.0 });
            for mask in 1..(1u32 << count) - 1 {
                let side: Vec<NodeId> =
                    ring.ids().filter(|id| mask >> id.index() & 1 == 1).collect();
                let reach = ring.radius + 20.0;
                for (place, one) in side.iter().enumerate() {
                    let line = (ring.node(*one), ring.node(side[(place + 1) % side.len()]));
                    if side.len() < 2 {
                        continue;
                    }
                    let along = line.0.direction(line.1);
                    let outwards = Point::new(along.y, -along.x);
                    let offset = room(&ring, &side, line, reach);
                    for other in ring.ids().filter(|id| !side.contains(id)) {
                        let at = ring.node(other);
                        let (start, end) =
                            (line.0.offset(outwards, offset), line.1.offset(outwards, offset));
                        let free = at.from_segment(start, end);
                        assert!(free >= ring.radius, "{count} {side:?} {other}: {free}");
                    }
                }
                assert!(path(&ring, &side, reach).ends_with('Z'));
            }
        }
    }
}
