//! A node of %lab% alone, without a world.

use crate::id::NodeId;
use crate::machine::{Context, Effect, Input, Machine};
use crate::rng::Rng;
use crate::time::Time;

use super::invariants::disk_is_not_ahead;
use super::{%Lab%, COUNTER, Disk, Durable, Message, Node, PATIENCE, Request, Timer};

const N2: NodeId = NodeId::from_index(1);

/// What a node asks for when `input` happens to it.
fn effects(me: NodeId, node: &mut Node, input: Input<%Lab%>) -> Vec<Effect<%Lab%>> {
    let (mut rng, mut saves, mut effects) = (Rng::new(1), 0, Vec::new());
    let mut cx = Context::new(Time::ZERO, me, &mut rng, &mut saves, &mut effects);
    node.handle(input, &mut cx);
    effects
}

#[test]
fn saves_before_it_answers() {
    let mut node = Node::boot(&Disk::default());
    let ask = Input::Received { from: N2, message: Message::Ask };
    let reply = Message::AskReply { count: 1 };
    let expected = vec![
        Effect::Save { number: 1, change: Durable::Count(1) },
        Effect::Send { to: N2, message: reply, at_once: false },
    ];
    assert_eq!(effects(COUNTER, &mut node, ask), expected);
    assert!(disk_is_not_ahead(&node, &Disk::default()));
}

#[test]
fn asks_until_it_is_answered() {
    let mut node = Node::boot(&Disk::default());
    let asks = vec![
        Effect::Send { to: COUNTER, message: Message::Ask, at_once: false },
        Effect::Arm { timer: Timer::Retry, after: PATIENCE },
    ];
    assert_eq!(effects(N2, &mut node, Input::Requested(Request::Count)), asks);
    assert_eq!(effects(N2, &mut node, Input::Fired(Timer::Retry)), asks);
    let reply = Input::Received { from: COUNTER, message: Message::AskReply { count: 2 } };
    assert_eq!(effects(N2, &mut node, reply)[0], Effect::Disarm(Timer::Retry));
    assert!(!node.waits);
}
