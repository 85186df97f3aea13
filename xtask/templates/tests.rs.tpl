//! A node of LAB alone, without a world.

use crate::id::NodeId;
use crate::machine::{Context, Effect, Input, Machine};
use crate::rng::Rng;
use crate::time::Time;

use super::invariants::disk_is_not_ahead;
use super::{Disk, Durable, Lab, Message, Node};

const N1: NodeId = NodeId::from_index(0);
const N2: NodeId = NodeId::from_index(1);

/// What the node asks for when `input` happens to it.
fn effects(node: &mut Node, input: Input<Lab>) -> Vec<Effect<Lab>> {
    let (mut rng, mut saves, mut effects) = (Rng::new(1), 0, Vec::new());
    let mut cx = Context::new(Time::ZERO, N1, &mut rng, &mut saves, &mut effects);
    node.handle(input, &mut cx);
    effects
}

#[test]
fn saves_before_it_answers() {
    let mut node = Node::boot(N1, &Disk::default());
    let ask = Input::Received { from: N2, message: Message::Ask };
    let reply = Message::AskReply { count: 1 };
    let expected = vec![
        Effect::Save { number: 1, change: Durable::Count(1) },
        Effect::Send { to: N2, message: reply, at_once: false },
    ];
    assert_eq!(effects(&mut node, ask), expected);
    assert!(disk_is_not_ahead(&node, &Disk::default()));
}
