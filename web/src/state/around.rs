//! What lies around the moment shown and is compared with it: each node before
//! the last thing that mattered there, the edge, the parent branch.

use netsplit_sim::order::{by_rank, rank};
use std::rc::Rc;

use netsplit_core::id::NodeId;
use netsplit_sim::run::{Glimpse, NodeShown, WorldView};

use super::history::{Event, Kind};
use super::play::Play;

/// What is compared with the moment shown.
#[derive(Clone, Debug, Default)]
pub struct Around {
    /// Each node as it was before the last thing that mattered there, in order of
    /// their names; `None` while nothing has, or nobody could see the difference.
    pub before: Vec<Option<Rc<NodeShown>>>,
    /// The edge; `None` when it is shown.
    pub edge: Option<Rc<Glimpse>>,
    /// The parent branch at the same moment; `None` on the first run.
    pub parent: Option<Rc<Glimpse>>,
    /// What the last step came from, the nearest cause first; only where somebody
    /// asks.
    pub causes: Vec<Rc<Glimpse>>,
}

/// Causes that are followed back.
const CAUSES: usize = 6;

impl Around {
    /// Looks around the moment that a run shows. `marks` asks for each node as it
    /// was before; whoever rushes through time has no eyes for that.
    pub fn look(play: &mut Play, view: &WorldView, marks: bool) -> Around {
        let before = if marks { before(play, view) } else { Vec::new() };
        let edge = (!view.at_edge).then(|| {
            let step = play.run.edge_steps();
            play.run.glimpse(step)
        });
        Around { before, edge, parent: play.run.parent(), causes: Vec::new() }
    }

    /// Follows what the last step came from.
    pub fn follow_causes(&mut self, play: &mut Play, view: &WorldView) {
        let mut cause = view.cause;
        while cause > 0 && self.causes.len() < CAUSES {
            let glimpse = play.run.glimpse(cause);
            cause = glimpse.cause.min(cause - 1);
            self.causes.push(glimpse);
        }
    }

    /// A node before the last thing that mattered there.
    pub fn node_before(&self, node: NodeId) -> Option<&NodeShown> {
        self.before.get(node.index())?.as_deref()
    }

    /// A node on the parent branch.
    pub fn node_of_parent(&self, node: NodeId) -> Option<&NodeShown> {
        self.parent.as_ref()?.nodes.get(node.index()).map(Rc::as_ref)
    }

    /// A node at the edge.
    pub fn node_at_edge(&self, node: NodeId) -> Option<&NodeShown> {
        self.edge.as_ref()?.nodes.get(node.index()).map(Rc::as_ref)
    }
}

fn before(play: &mut Play, view: &WorldView) -> Vec<Option<Rc<NodeShown>>> {
    let history = play.history();
    let step_of = |node: &Rc<NodeShown>| {
        // That something is broken changes nothing at the node: what broke it stays marked.
        let matters = |event: &Event| {
            event.matters && event.node == Some(node.id) && event.kind != Kind::Broken
        };
        history.last(view.moment, matters).map(|event| event.step)
    };
    let mut steps: Vec<(u64, usize)> = Vec::new();
    for (place, node) in view.nodes.iter().enumerate() {
        steps.extend(step_of(node).filter(|step| *step > 0).map(|step| (step - 1, place)));
    }
    // In order, each look goes on from the one before.
    by_rank(&mut steps, |(step, place)| rank(*step, *place as u64));
    let mut before = vec![None; view.nodes.len()];
    for (step, place) in steps {
        before[place] = play.run.glimpse(step).nodes.get(place).cloned();
    }
    before
}
