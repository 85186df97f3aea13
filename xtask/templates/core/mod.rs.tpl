//! %Lab%: what it is, in one sentence, after which paper.
//!
//! # Messages
//!
//! | message | from | to | says |
//! |---|---|---|---|
//! | `Ask` | any node | n1 | count one more |
//! | `AskReply` | n1 | the node that asked | so many have been counted |
//!
//! Read [`message`] for all the words, then [`Node`].

pub mod message;

pub mod invariants;
pub mod view;

#[cfg(test)]
mod tests;

pub use message::{%Lab%, Disk, Durable, Message, Notice, Request, Timer};

use crate::id::NodeId;
use crate::machine::{Context, Input, Machine};
use crate::time::Span;

/// Who counts.
pub const COUNTER: NodeId = NodeId::from_index(0);

/// How long a node waits for an answer before it asks again.
const PATIENCE: Span = Span::from_millis(50);

/// A node: counts when asked, and asks until it is answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// How many this node has counted; on its disk before anyone hears of it.
    pub count: u64,
    /// It has asked and heard nothing yet; forgotten in a crash.
    pub waits: bool,
}

impl Node {
    /// A node as its disk has it, at the start and after a crash.
    pub fn boot(disk: &Disk) -> Node {
        Node { count: disk.count, waits: false }
    }

    fn ask(&mut self, cx: &mut Context<'_, %Lab%>) {
        self.waits = true;
        cx.send(COUNTER, Message::Ask);
        cx.arm(Timer::Retry, PATIENCE);
    }
}

impl Machine<%Lab%> for Node {
    fn handle(&mut self, input: Input<%Lab%>, cx: &mut Context<'_, %Lab%>) {
        match input {
            Input::Requested(Request::Count) | Input::Fired(Timer::Retry) => self.ask(cx),
            Input::Received { from, message: Message::Ask } => {
                self.count += 1;
                cx.save(Durable::Count(self.count));
                cx.send(from, Message::AskReply { count: self.count });
            }
            Input::Received { message: Message::AskReply { count }, .. } => {
                self.waits = false;
                cx.disarm(Timer::Retry);
                cx.notify(Notice::Counted(count));
            }
            Input::Started | Input::Durable(_) => {}
        }
    }
}
