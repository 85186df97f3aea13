//! What became of a job, and what it has written, as it is shown: plain data.

use netsplit_core::bytes::Bytes;
use netsplit_core::id::NodeId;
use netsplit_core::mapreduce::message::Notice;
use netsplit_core::time::Time;

/// Something that a job has come to.
#[derive(Clone, Debug, PartialEq)]
pub struct JobNote {
    /// When.
    pub at: Time,
    /// At which node.
    pub node: NodeId,
    /// What.
    pub what: JobEvent,
}

/// What a job can come to.
#[derive(Clone, Debug, PartialEq)]
pub enum JobEvent {
    /// A node has told it.
    Told(Notice),
    /// The node is gone with a crash.
    Down,
}

/// What is new of it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct JobNotes {
    /// How much there is in all: what to ask for the next time.
    pub count: u64,
    /// What is new, in order.
    pub news: Vec<JobNote>,
}

/// What a job has written.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct JobOutput {
    /// Its files, in order of the parts of the keys; of one that is not there yet, nothing.
    pub parts: Vec<JobPart>,
    /// What a sequential run writes is known, so that each file was compared with that.
    pub compared: bool,
}

/// A file of the output.
#[derive(Clone, Debug, PartialEq)]
pub struct JobPart {
    /// Its name.
    pub name: String,
    /// What it holds, once it has its final name.
    pub text: Option<Bytes>,
    /// It holds what a sequential run writes.
    pub right: bool,
}
