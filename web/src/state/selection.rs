//! What is selected, and where the stage was pressed.

use netsplit_core::id::NodeId;
use netsplit_sim::choice::EnvelopeId;
use netsplit_sim::run::{Flying, NodeShown, WorldView};
use std::rc::Rc;

use crate::draw::ring::{Point, Size};

/// What is selected.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Selection {
    /// Nothing.
    #[default]
    Nothing,
    /// A node.
    Node(NodeId),
    /// Both directions between two nodes, the smaller name first.
    Link(NodeId, NodeId),
    /// A message under way.
    Message(EnvelopeId),
}

impl Selection {
    /// The link between two nodes, whichever is named first.
    pub fn link(one: NodeId, two: NodeId) -> Selection {
        Selection::Link(one.min(two), one.max(two))
    }

    /// The selected node.
    pub fn node(self) -> Option<NodeId> {
        match self {
            Selection::Node(node) => Some(node),
            _ => None,
        }
    }

    /// The selected message.
    pub fn message(self) -> Option<EnvelopeId> {
        match self {
            Selection::Message(id) => Some(id),
            _ => None,
        }
    }

    /// What is left of it in a view: a message that has arrived leaves its
    /// receiver selected, since that is where it went on.
    pub fn settled(self, view: &WorldView) -> Selection {
        match self {
            Selection::Message(id) if flying(view, id).is_none() => Selection::Node(id.to),
            Selection::Node(node) | Selection::Link(_, node) if shown(view, node).is_none() => {
                Selection::Nothing
            }
            other => other,
        }
    }
}

/// A node of a view.
pub fn shown(view: &WorldView, node: NodeId) -> Option<&Rc<NodeShown>> {
    view.nodes.get(node.index())
}

/// A message of a view.
pub fn flying(view: &WorldView, id: EnvelopeId) -> Option<&Flying> {
    view.flying.iter().find(|flying| flying.id == id)
}

/// Where the stage was pressed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Press {
    /// The place, in pixels of the stage.
    pub at: Point,
    /// The stage's size then.
    pub size: Size,
    /// By a finger, which is wider than a pointer.
    pub touch: bool,
}
