//! What is asked of a run after each step, cheaply: plain data.

use netsplit_core::id::NodeId;
use netsplit_core::time::Time;

/// How a node stands, at a glance.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// Not crashed.
    pub up: bool,
    /// Up and not run.
    pub paused: bool,
    /// It takes itself for the leader.
    pub leads: bool,
    /// Its term, or what stands for it.
    pub term: u64,
}

/// A message that has just left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sent {
    /// When it is due.
    pub arrives: Time,
    /// It waits before its receiver.
    pub held: bool,
    /// It would change something where it goes, as that node stands now.
    pub matters: bool,
}

/// Something a node told in the step just made.
#[derive(Clone, Debug, PartialEq)]
pub struct Told {
    /// The node.
    pub node: NodeId,
    /// Whether it belongs in a list of what matters.
    pub matters: bool,
    /// The sentence.
    pub text: String,
    /// What it says, for whoever goes by that.
    pub fact: Option<Fact>,
}

/// What a sentence says, where something else is said from it: what an act led to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fact {
    /// The node leads a term.
    Leads {
        /// The term.
        term: u64,
    },
    /// The node has applied an entry of its log.
    Applied {
        /// The entry.
        index: u64,
    },
    /// The node, a client, has its answer.
    Answered,
}

impl Told {
    /// A sentence from which nothing follows.
    pub fn new(node: NodeId, matters: bool, text: String) -> Told {
        Told { node, matters, text, fact: None }
    }
}
