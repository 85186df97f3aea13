//! What lies under the pointer: the nearest message, else a node, else a link.

use netsplit_core::id::NodeId;
use netsplit_sim::choice::EnvelopeId;
use netsplit_sim::run::WorldView;

use super::picture::{Picture, What};
use super::ring::{Point, RIM_GAP, Ring};

/// How near a pointer and a finger must come to a message.
const REACH: (f64, f64) = (16.0, 24.0);
/// How near they must come to the middle of a client.
const CLIENT_REACH: (f64, f64) = (18.0, 24.0);
/// How near they must come to a link.
const LINK_REACH: (f64, f64) = (10.0, 16.0);

/// What a press takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Hit {
    /// A message under way.
    Message(EnvelopeId),
    /// Messages that are drawn as one.
    Bundle(Vec<EnvelopeId>),
    /// A node.
    Node(NodeId),
    /// The ring of a node's timer.
    Timer(NodeId),
    /// Both directions between two nodes, the smaller name first.
    Link(NodeId, NodeId),
    /// Nothing.
    Ground,
}

/// What a press at a place takes of what was drawn.
pub fn hit(ring: &Ring, picture: &Picture, view: &WorldView, at: Point, touch: bool) -> Hit {
    let reach = |of: (f64, f64)| if touch { of.1 } else { of.0 };
    // Of two that are equally near, the one drawn later lies above.
    let mut nearest: Option<(f64, What)> = None;
    for mark in picture.marks() {
        let distance = mark.at.distance(at);
        if distance <= reach(REACH) && nearest.is_none_or(|(least, _)| distance <= least) {
            nearest = Some((distance, mark.what));
        }
    }
    let id = |place: u32| view.flying[place as usize].id;
    match nearest {
        Some((_, What::One { place, .. })) => return Hit::Message(id(place)),
        Some((_, What::Bundle { first, count, .. })) => {
            return Hit::Bundle(
                picture.bundle(first, count).iter().map(|place| id(*place)).collect(),
            );
        }
        None => {}
    }
    for node in ring.ids().filter(|node| ring.has(*node)) {
        let distance = ring.node(node).distance(at);
        let radius = ring.radius_of(node);
        // A client is small, and has no timer around it.
        if distance <= radius || node.is_client() && distance <= radius.max(reach(CLIENT_REACH)) {
            return Hit::Node(node);
        }
        if distance <= radius + RIM_GAP && !node.is_client() {
            return Hit::Timer(node);
        }
    }
    let distance = |(one, two)| at.from_segment(ring.node(one), ring.node(two));
    let is_drawn = |&(one, two): &(NodeId, NodeId)| {
        let is_it = |from, to| (from, to) == (one, two) || (from, to) == (two, one);
        view.cuts.iter().any(|(from, to)| is_it(*from, *to))
            || view.flying.iter().any(|flying| is_it(flying.id.from, flying.id.to))
    };
    let links = ring.links().chain(ring.far_links().filter(is_drawn));
    let nearest = links.map(|link| (distance(link), link));
    match nearest.min_by(|one, two| one.0.total_cmp(&two.0)) {
        Some((least, (one, two))) if least <= reach(LINK_REACH) => Hit::Link(one, two),
        _ => Hit::Ground,
    }
}
