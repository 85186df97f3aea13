//! LAB: what it is, in one sentence, after which paper.
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

pub use message::{Disk, Durable, Lab, Message, Notice, Request, Timer};

use crate::id::NodeId;
use crate::machine::{Context, Input, Machine};

/// A node: counts when asked, and knows what it was told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// How many this node has counted; on its disk before anyone hears of it.
    pub count: u64,
    /// Who counts.
    pub counter: NodeId,
}

impl Node {
    /// A node as its disk has it, at the start and after a crash.
    pub fn boot(counter: NodeId, disk: &Disk) -> Node {
        Node { count: disk.count, counter }
    }
}

impl Machine<Lab> for Node {
    fn handle(&mut self, input: Input<Lab>, cx: &mut Context<'_, Lab>) {
        match input {
            Input::Requested(Request::Count) => cx.send(self.counter, Message::Ask),
            Input::Received { from, message: Message::Ask } => {
                self.count += 1;
                cx.save(Durable::Count(self.count));
                cx.send(from, Message::AskReply { count: self.count });
            }
            Input::Received { message: Message::AskReply { count }, .. } => {
                cx.notify(Notice::Counted(count));
            }
            Input::Started | Input::Fired(Timer::Retry) | Input::Durable(_) => {}
        }
    }
}
