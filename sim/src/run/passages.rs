//! What shards and requests pass on their ways through the controller, groups and logs: plain data.

use netsplit_core::history::OpId;
use netsplit_core::id::NodeId;
use netsplit_core::time::Time;

use crate::choice::EnvelopeId;
use crate::moment::Moment;

/// Something that a shard or a request has passed.
#[derive(Clone, Debug, PartialEq)]
pub struct Passed {
    /// When.
    pub moment: Moment,
    /// Where: at the node where it was so first.
    pub node: NodeId,
    /// What.
    pub what: Passage,
}

/// What can be passed.
#[derive(Clone, Debug, PartialEq)]
pub enum Passage {
    /// The controller has another configuration.
    Configured {
        /// Its number.
        number: u64,
        /// By shard: the group that is to have it, 0 for nobody.
        owners: Vec<u32>,
        /// The entry of the controller's log that made it; 0 for none.
        index: u64,
        /// What was asked for: `join 2`; nothing where that is not known.
        call: String,
    },
    /// A shard stands otherwise in the node's group.
    Stands {
        /// Which shard.
        shard: u32,
        /// How: `pulling`.
        state: &'static str,
        /// The group at the other end of its way, 0 for none.
        other: u32,
        /// The configuration that moves it, 0 for none.
        at: u64,
        /// The entry of the group's log that made it so.
        index: u64,
    },
    /// A message about a shard has left for another group.
    Left {
        /// Which shard.
        shard: u32,
        /// The configuration that moves it.
        at: u64,
        /// The message.
        id: EnvelopeId,
        /// Its kind.
        kind: &'static str,
        /// When it is due.
        arrives: Time,
    },
    /// A client has sent the controller a question about configurations.
    Asked {
        /// The message.
        id: EnvelopeId,
    },
    /// A client knows another configuration.
    Learned {
        /// Its number.
        number: u64,
    },
    /// A group has told a client that it does not answer for the key of this operation.
    Refused {
        /// The operation.
        op: OpId,
        /// Who said so.
        by: NodeId,
    },
    /// A leader has put the command of an operation into its log.
    Logged {
        /// The operation.
        op: OpId,
        /// Its entry.
        index: u64,
    },
    /// The command of an operation took effect.
    Done {
        /// The operation.
        op: OpId,
        /// Its entry.
        index: u64,
    },
    /// A server has answered an operation that changes nothing.
    Read {
        /// The operation.
        op: OpId,
        /// The entry up to which it had applied.
        index: u64,
    },
}

/// What is new of it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Passages {
    /// How much there is in all: what to ask for the next time.
    pub count: u64,
    /// What is new, in order.
    pub news: Vec<Passed>,
}
