//! How nodes, messages and what was told are made ready to be shown.

use std::rc::Rc;

use netsplit_core::id::NodeId;
use netsplit_core::machine::{Alarm, Disk, Mail};
use netsplit_core::view::NodeView;

use crate::choice::Choice;
use crate::lab::{Lab, Message};
use crate::mail::Envelope;
use crate::node::Node;
use crate::words;
use crate::world::World;

use super::{Flying, NodeShown, Told};

/// Views of nodes made last, with what they were made of.
pub(super) type Known<L> = Vec<(Rc<Node<L>>, Rc<NodeShown>)>;

/// All nodes of a world as they are shown; those that did not change since
/// `known` was made keep their views.
pub(super) fn show_nodes<L: Lab>(world: &World<L>, known: &mut Known<L>) -> Vec<Rc<NodeShown>> {
    known.truncate(world.node_count() as usize);
    for id in world.ids() {
        let node = world.shared_node(id);
        match known.get_mut(id.index()) {
            Some((made_of, _)) if Rc::ptr_eq(made_of, node) => {}
            Some(known) => *known = (Rc::clone(node), Rc::new(show_node::<L>(id, node))),
            None => known.push((Rc::clone(node), Rc::new(show_node::<L>(id, node)))),
        }
    }
    known.iter().map(|(_, shown)| Rc::clone(shown)).collect()
}

/// What the world and the acting node told in the last step.
pub(super) fn told<L: Lab>(world: &World<L>) -> Vec<Told> {
    let last = world.last();
    let mut told: Vec<Told> = words::happened(&last.choice, last.outcome).into_iter().collect();
    // That nodes start at all is no news.
    let first_start = |node| world.node(node).incarnation() == 1;
    if matches!(last.choice, Choice::Restart(node) if first_start(node)) {
        told.clear();
    }
    if let Some(node) = last.node {
        told.extend(
            world
                .notices()
                .filter_map(|notice| L::tell_of(node, world.node(node).machine(), notice)),
        );
    }
    told
}

fn show_node<L: Lab>(id: NodeId, node: &Node<L>) -> NodeShown {
    let down = || NodeView { role: "down", fields: Vec::new() };
    NodeShown {
        id,
        up: node.is_up(),
        paused: node.is_paused(),
        incarnation: node.incarnation(),
        view: node.machine().map_or_else(down, L::view),
        glance: node.machine().map(L::glance).unwrap_or_default(),
        disk: L::disk(node.disk()),
        log: Rc::new(L::log(node.machine(), node.disk())),
        timers: node.timers().map(|(timer, at)| (timer.name(), timer.code(), at)).collect(),
        pending: (node.pending().len() as u32, node.pending().next().map(|(_, at)| at)),
        waiting: node.waiting().len() as u32,
        backlog: node.backlog() as u32,
        disk_bytes: node.disk().bytes(),
    }
}

pub(super) fn show_message<L: Lab>(envelope: &Envelope<Message<L>>) -> Flying {
    let shown = L::message(&envelope.message);
    let kind = <Message<L> as Mail>::KINDS.get(usize::from(envelope.message.kind()));
    Flying {
        id: envelope.id,
        kind: kind.copied().unwrap_or("message"),
        reply: envelope.message.is_reply(),
        positive: shown.positive,
        term: shown.term,
        quiet: shown.quiet,
        sent: envelope.sent,
        arrives: envelope.arrives,
        held: envelope.held,
        lost: envelope.lost,
        fields: shown.fields,
    }
}

/// Whether a message would change anything at its receiver.
pub(super) fn is_news<L: Lab>(world: &World<L>, envelope: &Envelope<Message<L>>) -> bool {
    L::is_news(envelope.id.from, &envelope.message, world.node(envelope.id.to).machine())
}

/// Nothing about a message that can change while it is under way has changed.
pub(super) fn is_as_shown<M>(shown: &Flying, envelope: &Envelope<M>) -> bool {
    (shown.sent, shown.arrives, shown.held, shown.lost)
        == (envelope.sent, envelope.arrives, envelope.held, envelope.lost)
}
