//! How a lab becomes runnable.

use std::fmt::Debug;
use std::hash::Hash;

use netsplit_core::id::{Cast, NodeId};
use netsplit_core::machine::{Machine, Protocol};
use netsplit_core::raft::disk::Disk;
use netsplit_core::raft::message as raft;
use netsplit_core::raft::peer::Peer;
use netsplit_core::view::{Field, NodeView};

use crate::choice::TimerCode;
use crate::cost::Costs;
use crate::labs::{Misplaced, Pair};
use crate::property::Checks;
use crate::run::{JobNotes, JobOutput, LogShown, MessageShown, Operations, Passages, Points, Told};
use crate::verb::Glance;
use crate::world::World;

/// A lab: the words of its cluster, its machines, and how they are made, asked,
/// shown and checked.
pub trait Lab: Clone + Debug + PartialEq + 'static {
    /// The word that names the lab everywhere.
    const NAME: &'static str;
    /// The words of its cluster.
    type Protocol: Protocol;
    /// A node, of whichever kind.
    type Node: Machine<Self::Protocol>;
    /// What a run of the lab can be told at its start.
    type Options: Clone + Debug + PartialEq + Hash;
    /// What is checked after every step.
    type Checks: Checks<Self>;

    /// The options that were given by name, in whatever order. An error names the place among
    /// them, and what was expected.
    ///
    /// # Errors
    /// The first that is wrong.
    fn options(given: &[Pair]) -> Result<Self::Options, Misplaced>;

    /// What a disk holds at the start, in the lab's words; an error names the place in bytes of
    /// the text. `nodes` is how many servers there are.
    ///
    /// # Errors
    /// What is wrong with it; by default, that there is nothing to be said.
    fn disk_from_text(
        text: &str,
        nodes: u32,
    ) -> Result<<Self::Protocol as Protocol>::Disk, Misplaced> {
        let _ = (text, nodes);
        Err((0, format!("disks of the lab `{}` are empty at the start", Self::NAME)))
    }

    /// What a disk holds at the start where nobody says it.
    fn first_disk(
        _node: NodeId,
        _cast: Cast,
        _options: &Self::Options,
    ) -> <Self::Protocol as Protocol>::Disk {
        Default::default()
    }

    /// How fast nodes are, and what is between them; `None` where work takes no time.
    fn costs(_cast: Cast, _options: &Self::Options) -> Option<Costs> {
        None
    }

    /// Makes a node from its disk, at the start and after a crash. `cast` is who
    /// there is in the world.
    fn boot(
        node: NodeId,
        cast: Cast,
        options: &Self::Options,
        disk: &<Self::Protocol as Protocol>::Disk,
    ) -> Self::Node;

    /// How many results that are computed elsewhere machines and checks have asked for in vain so
    /// far; `None` where everything that may be asked is there. A step that asked in vain does not
    /// count: see [`Stop::Wants`](crate::scene::Stop::Wants).
    fn wanted() -> Option<u64> {
        None
    }

    /// Whether something of that has not come since: then a step would only ask again.
    fn waits() -> bool {
        false
    }

    /// What a person's words ask of a node; `None` when the lab does not
    /// understand them.
    fn request(words: &str) -> Option<<Self::Protocol as Protocol>::Request>;

    /// Whether a node of this kind can be asked for this.
    fn can_be_asked(_node: NodeId, _request: &<Self::Protocol as Protocol>::Request) -> bool {
        true
    }

    /// What selectors and conditions ask of a node.
    fn glance(node: &Self::Node) -> Glance;

    /// The lab's timers: each name people use with its code.
    const TIMERS: &'static [(&'static str, TimerCode)];

    /// Verbs of the lab itself (`propose`): what [`request`](Lab::request)
    /// understands as a first word. They can be said without `ask`.
    const VERBS: &'static [&'static str];

    /// A node as it shows itself.
    fn view(node: &Self::Node) -> NodeView;

    /// What is on a node's disk, under the names that [`view`](Lab::view) gives
    /// the same things in memory. Empty for a lab that keeps nothing there.
    fn disk(_disk: &<Self::Protocol as Protocol>::Disk) -> Vec<Field> {
        Vec::new()
    }

    /// A node's log as a row of cells; of a crashed node, what its disk holds.
    /// Empty for a lab without a log.
    fn log(_node: Option<&Self::Node>, _disk: &<Self::Protocol as Protocol>::Disk) -> LogShown {
        LogShown::default()
    }

    /// A message as it is shown.
    fn message(message: &<Self::Protocol as Protocol>::Message) -> MessageShown;

    /// Whether a message would change anything at its receiver as that stands now,
    /// `None` when it is down. A heartbeat that tells nothing new would not; where a
    /// lab does not say, everything would.
    fn is_news(
        _from: NodeId,
        _message: &<Self::Protocol as Protocol>::Message,
        _receiver: Option<&Self::Node>,
    ) -> bool {
        true
    }

    /// See [`Run::operations`](crate::run::Run::operations).
    fn operations(_checks: &Self::Checks, _since: u64) -> Operations {
        Operations::default()
    }

    /// See [`Run::passages`](crate::run::Run::passages).
    fn passages(_checks: &Self::Checks, _since: u64) -> Passages {
        Passages::default()
    }

    /// See [`Run::job`](crate::run::Run::job).
    fn job(_checks: &Self::Checks, _since: u64) -> JobNotes {
        JobNotes::default()
    }

    /// See [`Run::output`](crate::run::Run::output).
    fn output(_world: &World<Self>, _checks: &Self::Checks) -> JobOutput {
        JobOutput::default()
    }

    /// See [`Run::points`](crate::run::Run::points).
    fn points(_checks: &Self::Checks) -> Option<Points> {
        None
    }

    /// What a node told, as a sentence; `None` for what nobody needs to read.
    fn tell(node: NodeId, notice: &<Self::Protocol as Protocol>::Notice) -> Option<Told>;

    /// The same for whoever also sees the node as it is after the step.
    fn tell_of(
        node: NodeId,
        machine: Option<&Self::Node>,
        notice: &<Self::Protocol as Protocol>::Notice,
    ) -> Option<Told> {
        let _ = machine;
        Self::tell(node, notice)
    }
}

/// A lab whose servers are peers of Raft, whatever stands above them: Raft's own checks look into
/// it.
pub trait OverRaft: Lab<Protocol: Protocol<Disk = Disk, Durable = raft::Durable>> {
    /// The peer in a node; `None` for a client.
    fn peer(node: &Self::Node) -> Option<&Peer>;
    /// What the peer told; `None` for what others told.
    fn raft_notice(notice: &Notice<Self>) -> Option<&raft::Notice>;
    /// What peers say to each other; `None` for what others say.
    fn raft_message(message: &Message<Self>) -> Option<&raft::Message>;
}

/// The message type of a lab.
pub type Message<L> = <<L as Lab>::Protocol as Protocol>::Message;
/// The timer type of a lab.
pub type Timer<L> = <<L as Lab>::Protocol as Protocol>::Timer;
/// The type of a change of a lab's disks.
pub type Durable<L> = <<L as Lab>::Protocol as Protocol>::Durable;
/// The type of a lab's disks.
pub type DiskOf<L> = <<L as Lab>::Protocol as Protocol>::Disk;
/// The type of what a lab's nodes tell.
pub type Notice<L> = <<L as Lab>::Protocol as Protocol>::Notice;
