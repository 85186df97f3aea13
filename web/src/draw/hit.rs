//! What lies under the pointer: the nearest message, else a node, else a link.

use netsplit_core::id::NodeId;
use netsplit_core::time::Time;
use netsplit_sim::run::WorldView;

use super::flight;
use super::ring::{Point, Ring};
use crate::state::selection::Selection;

/// How near a pointer and a finger must come to a message.
const REACH: (f64, f64) = (16.0, 24.0);
/// How near they must come to a link.
const LINK_REACH: (f64, f64) = (10.0, 16.0);

/// What a press at a place takes.
pub fn hit(ring: &Ring, view: &WorldView, now: Time, at: Point, touch: bool) -> Selection {
    let reach = |of: (f64, f64)| if touch { of.1 } else { of.0 };
    let messages = flight::places(ring, view, now)
        .filter(|(_, place)| !place.died)
        .map(|(flying, place)| (place.at.distance(at), flying.id));
    let nearest = messages.min_by(|one, two| one.0.total_cmp(&two.0));
    if let Some((_, id)) = nearest.filter(|(distance, _)| *distance <= reach(REACH)) {
        return Selection::Message(id);
    }
    let count = view.nodes.len() as u32;
    let ids = || (0..count).map(NodeId::from_index);
    if let Some(node) = ids().find(|id| ring.node(*id).distance(at) <= ring.radius) {
        return Selection::Node(node);
    }
    let pairs = ids().flat_map(|one| ids().skip(one.index() + 1).map(move |two| (one, two)));
    let links =
        pairs.map(|(one, two)| (from_segment(at, ring.node(one), ring.node(two)), one, two));
    let nearest = links.min_by(|one, two| one.0.total_cmp(&two.0));
    match nearest.filter(|(distance, ..)| *distance <= reach(LINK_REACH)) {
        Some((_, one, two)) => Selection::link(one, two),
        None => Selection::Nothing,
    }
}

/// How far a place is from the line between two others.
fn from_segment(at: Point, start: Point, end: Point) -> f64 {
    let length = start.distance(end);
    if length == 0.0 {
        return at.distance(start);
    }
    let along = start.direction(end);
    let share = ((at.x - start.x) * along.x + (at.y - start.y) * along.y) / length;
    at.distance(start.towards(end, share.clamp(0.0, 1.0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distance_from_a_line_ends_at_its_ends() {
        let (start, end) = (Point::new(0.0, 0.0), Point::new(10.0, 0.0));
        assert_eq!(from_segment(Point::new(5.0, 3.0), start, end), 3.0);
        assert_eq!(from_segment(Point::new(13.0, 4.0), start, end), 5.0);
    }
}
