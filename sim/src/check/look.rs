//! What a step is checked against.

use netsplit_core::history::OpId;
use netsplit_core::id::NodeId;
use netsplit_core::raft::message::Index;

use crate::lab::Lab;
use crate::property::Violation;
use crate::world::World;

/// The world after a step, who has acted, and what is broken.
pub(super) struct Look<'a, L: Lab> {
    pub(super) world: &'a World<L>,
    pub(super) node: NodeId,
    pub(super) broken: &'a mut Vec<Violation>,
}

impl<L: Lab> Look<'_, L> {
    pub(super) fn break_property(
        &mut self,
        property: &'static str,
        index: Option<Index>,
        ops: Vec<OpId>,
        because: String,
    ) {
        let (nodes, moment) = (vec![self.node], self.world.moment());
        let because = Some(because.into());
        let term = None;
        self.broken.push(Violation { property, nodes, index, term, moment, ops, because });
    }
}
