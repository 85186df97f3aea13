//! What the page knows of each lab beyond the generic views: a literal list.

pub mod kv;
pub mod mapreduce;
pub mod raft;
pub mod shardctrl;
pub mod shardkv;
pub mod txn;

use netsplit_core::id::NodeId;
use netsplit_core::time::Span;
use netsplit_sim::run::WorldView;
use netsplit_sim::scenario::Setup;

/// How a message of some kind is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Asks for something: a triangle that points where it goes.
    Triangle,
    /// Carries something: a square.
    Square,
    /// Carries much: a wide block.
    Block,
}

/// Where a leader is with a follower, for the row of its log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    /// The follower.
    pub node: NodeId,
    /// The next entry it will be sent.
    pub next: u64,
    /// Up to where its log is known to match.
    pub matched: u64,
}

/// What the page knows of a lab.
pub struct Look {
    /// The lab's word.
    pub lab: &'static str,
    /// Its name, as people write it.
    pub title: &'static str,
    /// The parts of its scenarios, as the course names them, each with what it is about.
    pub parts: &'static [(&'static str, &'static str)],
    /// Timers that are drawn around their nodes, and at whose end Auto slows down.
    pub racing: &'static [&'static str],
    /// How long such a timer runs at most, by the options that a run was given.
    pub race: fn(&[(String, String)]) -> Span,
    /// The shape of a message's kind.
    pub shape: fn(&str) -> Shape,
    /// Where the selected leader is with the others, else who leads the highest
    /// term.
    pub marks: fn(&WorldView, Option<NodeId>) -> Marks,
    /// The first word of what a person asks for: the first client, or without clients the leader.
    pub ask: &'static str,
    /// What follows it in the how manyeth command that a person sends.
    pub command: fn(u64) -> String,
    /// Why the timings of a start cannot elect a leader.
    pub timing: fn(&Setup) -> Option<String>,
    /// What to ask, and the name of the mistake that answers it, where a node has just refused something.
    pub what_if: fn(&WorldView) -> Option<(&'static str, &'static str)>,
}

impl Look {
    /// What the page knows of a lab when it knows no more than this: each message is a square, and
    /// people ask by its own first word.
    pub const fn plain(
        lab: &'static str,
        title: &'static str,
        parts: &'static [(&'static str, &'static str)],
        ask: &'static str,
    ) -> Look {
        Look {
            lab,
            title,
            parts,
            racing: &[],
            race: |_| Span::ZERO,
            shape: |_| Shape::Square,
            marks: |_, _| None,
            ask,
            command: |_| String::new(),
            timing: |_| None,
            what_if: |_| None,
        }
    }
}

/// A node's fields under the paper's headings; those of no heading come last.
pub type Headings = &'static [(&'static str, &'static [&'static str])];

/// The leader whose marks are drawn, and they; nothing without a leader.
pub type Marks = Option<(NodeId, Vec<Mark>)>;

/// All labs.
pub const LOOKS: &[&Look] =
    &[&raft::LOOK, &kv::LOOK, &shardctrl::LOOK, &shardkv::LOOK, &txn::LOOK, &mapreduce::LOOK];

/// What the page knows of a lab; of an unknown one, what it knows of the first.
pub fn look(lab: &str) -> &'static Look {
    LOOKS.iter().find(|look| look.lab == lab).unwrap_or(&LOOKS[0])
}
