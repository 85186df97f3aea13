//! What is selected, and where the stage was pressed.

use netsplit_core::history::OpId;
use netsplit_core::id::{Cast, NodeId};
use netsplit_sim::choice::{Choice, EnvelopeId, TimerCode};
use netsplit_sim::moment::Moment;
use netsplit_sim::run::{Flying, NodeShown, WorldView};
use netsplit_sim::timeline::BranchId;
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
    /// Several nodes.
    Nodes(NodeSet),
    /// Both directions between two nodes, the smaller name first.
    Link(NodeId, NodeId),
    /// A message under way.
    Message(EnvelopeId),
    /// A timer of a node.
    Timer(NodeId, TimerCode),
    /// An entry of a node's log, by its index.
    Entry(NodeId, u64),
    /// A branch of the run.
    Branch(BranchId),
    /// An operation of a client; of a MapReduce an attempt at a task.
    Operation(OpId),
    /// A shard, by its number.
    Shard(u32),
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

    /// The selected nodes.
    pub fn nodes(self) -> NodeSet {
        match self {
            Selection::Node(node) => NodeSet::default().toggled(node),
            Selection::Nodes(nodes) => nodes,
            _ => NodeSet::default(),
        }
    }

    /// Several nodes, one, or nothing.
    pub fn of_nodes(nodes: NodeSet) -> Selection {
        let mut each = nodes.iter();
        match (each.next(), each.next()) {
            (None, _) => Selection::Nothing,
            (Some(only), None) => Selection::Node(only),
            _ => Selection::Nodes(nodes),
        }
    }

    /// The selected message.
    pub fn message(self) -> Option<EnvelopeId> {
        match self {
            Selection::Message(id) => Some(id),
            _ => None,
        }
    }

    /// The same with every client in its place in a cluster, which a name alone does not know;
    /// nothing when a node of it is not there.
    pub fn placed(self, cast: Cast) -> Selection {
        self.in_places(cast).unwrap_or_default()
    }

    fn in_places(self, cast: Cast) -> Option<Selection> {
        let place = |node| cast.place(node);
        Some(match self {
            Selection::Nothing
            | Selection::Branch(_)
            | Selection::Operation(_)
            | Selection::Shard(_) => self,
            Selection::Node(node) => Selection::Node(place(node)?),
            Selection::Nodes(nodes) => {
                let placed: Option<Vec<NodeId>> = nodes.iter().map(place).collect();
                let placed = placed?.into_iter();
                Selection::of_nodes(placed.fold(NodeSet::default(), NodeSet::toggled))
            }
            Selection::Link(one, two) => Selection::Link(place(one)?, place(two)?),
            Selection::Message(id) => {
                Selection::Message(EnvelopeId { from: place(id.from)?, to: place(id.to)?, ..id })
            }
            Selection::Timer(node, code) => Selection::Timer(place(node)?, code),
            Selection::Entry(node, index) => Selection::Entry(place(node)?, index),
        })
    }

    /// What is left of it in a view: a message that has arrived leaves its
    /// receiver selected, since that is where it went on.
    pub fn settled(self, view: &WorldView) -> Selection {
        match self.placed(view.cast()) {
            Selection::Message(id) if flying(view, id).is_none() => Selection::Node(id.to),
            Selection::Timer(node, code) => {
                let runs = shown(view, node)
                    .is_some_and(|node| node.timers.iter().any(|(_, other, _)| *other == code));
                if runs { Selection::Timer(node, code) } else { Selection::Node(node) }
            }
            Selection::Entry(node, index) => {
                let log = shown(view, node).map(|node| &node.log);
                let last = log.map_or(0, |log| log.start + log.entries.len() as u64);
                if index <= last { Selection::Entry(node, index) } else { Selection::Node(node) }
            }
            other => other,
        }
    }
}

/// The end of a message that was selected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arrival {
    /// The message.
    pub id: EnvelopeId,
    /// When it came to its receiver, or was lost.
    pub moment: Moment,
    /// It never came.
    pub lost: bool,
}

impl Arrival {
    /// What became of a message between two views; `None` while it is under way,
    /// or is not sent yet.
    pub fn of(id: EnvelopeId, before: &WorldView, now: &WorldView) -> Option<Arrival> {
        let was = flying(before, id)?;
        if flying(now, id).is_some() || now.moment < before.moment {
            return None;
        }
        // One that was delivered by hand comes before its time.
        let at = was.arrives.min(now.moment.at).max(before.moment.at);
        let moment = if at == now.moment.at { now.moment } else { Moment::after(at) };
        let dropped = matches!(now.last, Some((Choice::Drop(other), _)) if other == id);
        let dead =
            !shown(now, id.to).is_some_and(|node| node.up) || now.cuts.contains(&(id.from, id.to));
        Some(Arrival { id, moment, lost: was.lost || dropped || dead })
    }
}

/// A node of a view.
pub fn shown(view: &WorldView, node: NodeId) -> Option<&Rc<NodeShown>> {
    view.nodes.get(node.index())
}

/// A message of a view.
pub fn flying(view: &WorldView, id: EnvelopeId) -> Option<&Flying> {
    // They are sorted by name.
    let place = view.flying.binary_search_by_key(&id, |flying| flying.id).ok()?;
    view.flying.get(place).map(|flying| &**flying)
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
    /// What is taken is added to what is selected.
    pub adds: bool,
}

/// Nodes that can be selected together.
const TOGETHER: usize = 40;

/// A few nodes of one run, in order of their names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NodeSet {
    count: u8,
    /// The first so many are they.
    nodes: [NodeId; TOGETHER],
}

impl Default for NodeSet {
    fn default() -> NodeSet {
        NodeSet { count: 0, nodes: [NodeId::from_index(0); TOGETHER] }
    }
}

impl NodeSet {
    /// With a node, or without it if it is there; as it is, where there is no room for more.
    pub fn toggled(self, node: NodeId) -> NodeSet {
        let others = || self.iter().filter(move |other| *other != node);
        let added = (!self.has(node)).then_some(node);
        let before = others().filter(|other| *other < node);
        let behind = others().filter(|other| *other > node);
        let mut set = NodeSet::default();
        for (place, node) in set.nodes.iter_mut().zip(before.chain(added).chain(behind)) {
            *place = node;
            set.count += 1;
        }
        set
    }

    /// Whether a node is there.
    pub fn has(self, node: NodeId) -> bool {
        self.iter().any(|other| other == node)
    }

    /// The nodes, in order of their names.
    pub fn iter(self) -> impl Iterator<Item = NodeId> {
        self.nodes.into_iter().take(self.count.into())
    }
}
