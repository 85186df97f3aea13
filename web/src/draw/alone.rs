//! One group of servers alone on the stage: its ring as large as that of a cluster without groups, at
//! the left of it every other group in one place, its gate, and the clients at the right as ever.

use netsplit_core::id::{Cast, NodeId};

use super::islands::{Island, Name};
use super::ring::{NARROW, Point, Ring, Size, is_of};
use super::tenths::within;

/// How wide the column of gates is, on a wide stage and on a phone's.
const WIDTH: (f64, f64) = (112.0, 64.0);
/// From one gate to the next below it, at most and at least: its name stands between them.
const STEP: (f64, f64) = (88.0, 46.0);
/// The radius of a gate, at most and at least.
const RADIUS: (f64, f64) = (18.0, 11.0);
/// How far below a gate's rim the middle of its name is.
const NAME_BELOW: f64 = 11.0;
/// What is kept free above the column, for the word of the past; on a phone's stage below it.
const PAST: f64 = 26.0;
/// What is free between the column and the ring.
const GAP: f64 = 14.0;

/// A group alone on a stage of a size, 0 for the servers of none; clients apart.
pub fn alone(cast: Cast, group: u32, size: Size) -> Ring {
    let width = if size.width < NARROW { WIDTH.1 } else { WIDTH.0 };
    let count = cast.members(group).count();
    let whole = Ring::new(count, size);
    let left_of = whole.nodes.iter().map(|at| at.x - whole.radius).fold(f64::INFINITY, f64::min);
    let (ring, aside) = match left_of >= width + GAP {
        true => (whole, 0.0),
        false => {
            let room = Size { width: (size.width - width).max(1.0), ..size };
            (Ring::new(count, room), width)
        }
    };
    let moved = |at: Point| Point::new(at.x + aside, at.y);
    let others: Vec<u32> = (0..=cast.groups.count)
        .filter(|other| *other != group && cast.members(*other).next().is_some())
        .collect();
    let rows = others.len().max(1) as f64;
    let step = within((size.height - PAST) / rows, STEP.1, STEP.0);
    let past = if size.width < NARROW { -PAST } else { PAST };
    let radius = within((step - 24.0) / 2.0, RADIUS.1, RADIUS.0);
    let gate = |(row, other): (usize, &u32)| {
        let below = row as f64 - (rows - 1.0) / 2.0;
        // Disc and name together are in the middle of the step.
        let y = (size.height + past) / 2.0 + below * step - NAME_BELOW;
        let at = Point::new(width / 2.0, y);
        let name = Point::new(at.x, at.y + radius + NAME_BELOW);
        let name = Name { at: name, beside: false };
        Island { group: *other, reach: radius, name, ..Island::whole(at) }
    };
    let gates: Vec<Island> = others.iter().enumerate().map(gate).collect();
    let mut members = ring.nodes.iter().map(|at| moved(*at));
    let place = |node: NodeId| match is_of(node, group) {
        true => members.next(),
        false => gates.iter().find(|gate| is_of(node, gate.group)).map(|gate| gate.centre),
    };
    let nodes = cast.servers().filter_map(place).collect();
    let centre = moved(ring.centre);
    let rim = ring.nodes.iter().map(|at| at.distance(ring.centre) + ring.radius);
    let reach = rim.fold(0.0, f64::max);
    Ring {
        nodes,
        cast,
        centre,
        client_radius: radius,
        islands: vec![Island { group, reach, ..Island::whole(centre) }],
        alone: Some(group),
        gates,
        ..ring
    }
}

#[cfg(test)]
mod tests {
    use netsplit_core::id::Groups;

    use super::*;

    /// The stage at 1440×900, at 1024×768, and on a phone; and one alone.
    const STAGES: [Size; 4] = [
        Size { width: 880.0, height: 312.0 },
        Size { width: 640.0, height: 215.0 },
        Size { width: 390.0, height: 248.0 },
        Size { width: 1_440.0, height: 680.0 },
    ];

    fn cast(alone: u32, count: u32, size: u32, clients: u32) -> Cast {
        Cast { servers: alone + count * size, groups: Groups { count, size }, clients }
    }

    fn ring(cast: Cast, group: u32, size: Size) -> Ring {
        Ring::with_clients(cast, size, &|size| alone(cast, group, size))
    }

    #[test]
    fn its_servers_are_as_large_as_of_a_cluster_without_groups() {
        for group in 0..=3 {
            let cast = cast(3, 3, 3, 2);
            let all = ring(cast, group, STAGES[0]);
            let raft = Ring::of(Cast::new(3, 2), STAGES[0]);
            let members: Vec<Point> = cast.members(group).map(|node| all.node(node)).collect();
            assert_eq!((members, all.radius), (raft.servers().to_vec(), raft.radius));
        }
    }

    #[test]
    fn everybody_is_on_the_stage_and_apart() {
        for cast in [cast(3, 3, 3, 2), cast(1, 2, 5, 3), cast(0, 4, 3, 0), cast(3, 1, 3, 1)] {
            for size in STAGES {
                for group in 0..=cast.groups.count {
                    if cast.members(group).next().is_none() {
                        continue;
                    }
                    let all = ring(cast, group, size);
                    assert_eq!(all.nodes.len() as u32, cast.servers + cast.clients);
                    let own = cast.ids().filter(|node| all.has(*node));
                    let own = own.map(|node| (all.node(node), all.radius_of(node)));
                    let gates = all.gates.iter().map(|gate| (gate.centre, gate.reach));
                    let discs: Vec<(Point, f64)> = own.chain(gates).collect();
                    for (place, (at, radius)) in discs.iter().enumerate() {
                        let told = format!("g{group} of {cast:?} on {size:?}: {at:?}");
                        assert!(at.x >= *radius && at.x <= size.width - radius, "{told}");
                        assert!(at.y >= *radius && at.y <= size.height - radius, "{told}");
                        for (other, reach) in &discs[..place] {
                            let free = at.distance(*other) - radius - reach;
                            assert!(free >= 10.0, "{told}, {free} from {other:?}");
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn what_goes_between_others_is_not_seen() {
        let cast = cast(3, 2, 3, 1);
        let all = ring(cast, 1, STAGES[0]);
        let nodes: Vec<NodeId> = cast.ids().collect();
        let (controller, own, other, client) = (nodes[0], nodes[3], nodes[6], nodes[9]);
        assert!(all.sees(own, other) && all.sees(client, own) && all.sees(controller, own));
        assert!(!all.sees(other, controller) && !all.sees(client, other));
        assert_eq!(all.node(other), all.node(nodes[7]), "they stand in one place");
        assert_eq!(all.links().count(), 3, "its own");
        assert_eq!(all.far_links().count(), 3 * 7, "with each of the others");
    }
}
