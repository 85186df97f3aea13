//! How the dials stand that take effect from now on.

use netsplit_core::id::NodeId;
use netsplit_core::time::Span;

use crate::choice::Rate;
use crate::lab::Lab;
use crate::network::{Course, LinkOptions};
use crate::world::World;

/// The dials of a world at a moment.
#[derive(Clone, Debug, PartialEq)]
pub struct Dials {
    /// What all links have that were not set by themselves.
    pub links: LinkOptions,
    /// Some link was set by itself.
    pub differ: bool,
    /// The course's rules, on its own network.
    pub course: Option<Course>,
    /// The dials of each node.
    pub nodes: Vec<NodeDials>,
}

/// The dials of a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NodeDials {
    /// Which node.
    pub node: NodeId,
    /// How long a save takes.
    pub save_takes: Span,
    /// Its disk finishes no save.
    pub stalled: bool,
    /// Its disk says "durable" too early.
    pub lies: bool,
    /// The pace of its clock.
    pub rate: Rate,
    /// By how much its clock was set, in microseconds.
    pub offset: i64,
}

pub(super) fn dials<L: Lab>(world: &World<L>) -> Dials {
    let (links, differ) = world.network().base();
    let of = |node| {
        let it = world.node(node);
        let (rate, offset) = it.clock();
        NodeDials {
            node,
            save_takes: it.save_takes(),
            stalled: it.is_stalled(),
            lies: it.lies(),
            rate,
            offset,
        }
    };
    Dials {
        links: links.clone(),
        differ,
        course: world.network().course().cloned(),
        nodes: world.ids().map(of).collect(),
    }
}
