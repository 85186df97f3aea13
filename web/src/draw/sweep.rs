//! A cut drawn by hand: which links a line crosses, and the acts that cut them.

use netsplit_core::id::NodeId;
use netsplit_sim::verb::{Selector, Verb};

use super::point::cross;
use super::ring::{Point, Ring};

/// Shorter than this, a line is a hand that trembled.
const SHORTEST: f64 = 8.0;

/// The links that a line crosses, the smaller name first; those of clients and between groups, which
/// are seldom drawn, only outside of the rings.
pub fn crossed(ring: &Ring, from: Point, to: Point) -> Vec<(NodeId, NodeId)> {
    if from.distance(to) < SHORTEST {
        return Vec::new();
    }
    let link = |&(one, two): &(NodeId, NodeId)| cross((from, to), (ring.node(one), ring.node(two)));
    let far = |&(one, two): &(NodeId, NodeId)| cross((from, to), ring.approach(one, two));
    ring.links().filter(link).chain(ring.far_links().filter(far)).collect()
}

/// The acts that cut these links both ways, as few as say it: where every node
/// of one group is cut from every node of another, that is one act.
pub fn acts(links: &[(NodeId, NodeId)]) -> Vec<Verb> {
    let mut left: Vec<(NodeId, NodeId)> = links.to_vec();
    let mut acts = Vec::new();
    while let Some(&first) = left.first() {
        let (one_side, other_side) = match groups(&left, first) {
            Some(groups) => groups,
            None => (vec![first.0], vec![first.1]),
        };
        left.retain(|(one, two)| {
            let parts = |from: &[NodeId], to: &[NodeId]| from.contains(one) && to.contains(two);
            !parts(&one_side, &other_side) && !parts(&other_side, &one_side)
        });
        let (from, to) = match one_side[0] < other_side[0] {
            true => (one_side, other_side),
            false => (other_side, one_side),
        };
        let (from, to) = (Selector::Nodes(from), Selector::Nodes(to));
        acts.push(Verb::Cut { from, to, both: true });
    }
    acts
}

/// The two groups that the links around `first` part, if each node of one is
/// parted from each of the other.
fn groups(
    links: &[(NodeId, NodeId)],
    first: (NodeId, NodeId),
) -> Option<(Vec<NodeId>, Vec<NodeId>)> {
    let (mut one_side, mut other_side) = (vec![first.0], vec![first.1]);
    loop {
        let before = one_side.len() + other_side.len();
        for &(one, two) in links {
            for (here, there) in [(one, two), (two, one)] {
                if one_side.contains(&here) && !other_side.contains(&there) {
                    other_side.push(there);
                }
                if other_side.contains(&here) && !one_side.contains(&there) {
                    one_side.push(there);
                }
            }
        }
        if one_side.len() + other_side.len() == before {
            break;
        }
    }
    let has = |one: NodeId, two: NodeId| links.contains(&(one.min(two), one.max(two)));
    let all = one_side.iter().all(|one| other_side.iter().all(|two| has(*one, *two)));
    if !all || one_side.iter().any(|one| other_side.contains(one)) {
        return None;
    }
    one_side.sort_unstable();
    other_side.sort_unstable();
    Some((one_side, other_side))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draw::ring::Size;
    use crate::later;
    use netsplit_core::id::{Cast, Groups};
    use netsplit_sim::labs;

    const SIZE: Size = Size { width: 880.0, height: 502.0 };

    fn lines(from: Point, to: Point) -> Vec<String> {
        let lab = labs::lab("raft").expect("there is the first lab");
        let links = crossed(&Ring::new(5, SIZE), from, to);
        acts(&links).iter().map(|verb| lab.show(verb).to_string()).collect()
    }

    #[test]
    fn a_line_through_the_ring_is_one_cut() {
        // From between n1 and n2 to between n2 and n3.
        let across = lines(Point::new(530.0, 60.0), Point::new(590.0, 330.0));
        assert_eq!(across, ["cut n1 n3 n4 n5 | n2"]);
        let flat = lines(Point::new(100.0, 300.0), Point::new(800.0, 300.0));
        assert_eq!(flat, ["cut n1 n2 n5 | n3 n4"]);
    }

    #[test]
    fn a_line_that_ends_in_the_ring_cuts_what_it_crossed() {
        let ring = Ring::new(5, SIZE);
        let (from, to) = (Point::new(560.0, 60.0), Point::new(470.0, 200.0));
        let links = crossed(&ring, from, to);
        assert!(!links.is_empty() && links.len() < 6, "{links:?}");
        let said: usize = acts(&links)
            .iter()
            .map(|verb| match verb {
                Verb::Cut { from: Selector::Nodes(from), to: Selector::Nodes(to), both: true } => {
                    from.len() * to.len()
                }
                other => panic!("{other:?}"),
            })
            .sum();
        assert_eq!(said, links.len(), "each link is cut once");
    }

    #[test]
    fn a_trembling_hand_cuts_nothing() {
        assert!(lines(Point::new(440.0, 250.0), Point::new(444.0, 252.0)).is_empty());
    }

    #[test]
    fn a_line_between_the_rings_of_groups_parts_them() {
        let groups = Groups { count: 2, size: 3 };
        let ring = later::ring(Cast { servers: 6, groups, clients: 0 }, None, SIZE);
        let [left, right] = &ring.islands[..] else { panic!("there are two rings") };
        assert!(left.centre.x < right.centre.x && left.centre.y == right.centre.y);
        let x = (left.centre.x + right.centre.x) / 2.0;
        let links = crossed(&ring, Point::new(x, 0.0), Point::new(x, SIZE.height));
        assert_eq!(links.len(), 9, "{links:?}");
        assert!(links.iter().all(|(one, two)| one.group() == Some(1) && two.group() == Some(2)));
        assert_eq!(acts(&links).len(), 1);
        // Through a ring, it cuts what is drawn there, and nothing that only passes.
        let (x, y) = (left.centre.x - 1.0, left.centre.y);
        let inside = crossed(&ring, Point::new(x, y - 4.0), Point::new(x, SIZE.height));
        assert_eq!(inside.len(), 1, "{inside:?}");
    }
}
