//! A replicated counter as a lab: the course tests its replicated state machine with one. It is in no
//! list of labs, since there is nothing in it to be played with.

use netsplit_core::id::{Cast, NodeId};
use netsplit_core::raft::disk::Disk;
use netsplit_core::raft::message as raft;
use netsplit_core::raft::peer::Peer;
use netsplit_core::replicated::counter::Counter;
use netsplit_core::replicated::message::{Message, Notice, Replicated, Request};
use netsplit_core::replicated::options::Options;
use netsplit_core::view::{Field, NodeView};

use crate::check::counter::CounterChecks;
use crate::choice::TimerCode;
use crate::lab::{Lab, OverRaft};
use crate::labs::kv::{KvLab, Node, request_of};
use crate::labs::raft::RaftLab;
use crate::labs::{Misplaced, Pair};
use crate::run::{LogShown, MessageShown, Told};
use crate::verb::Glance;

/// A counter over Raft, and its clients.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CounterLab;

impl Lab for CounterLab {
    const NAME: &'static str = "counter";
    type Protocol = Replicated;
    type Node = Node<Counter>;
    type Options = Options;
    type Checks = CounterChecks;

    fn options(given: &[Pair]) -> Result<Options, Misplaced> {
        KvLab::options(given)
    }

    fn boot(node: NodeId, cast: Cast, options: &Options, disk: &Disk) -> Node<Counter> {
        Node::boot(node, cast, options, Counter::default, disk)
    }

    /// As of the store; what is called is `inc`, `dec`, `null` or `read`.
    fn request(words: &str) -> Option<Request> {
        request_of::<Counter>(words)
    }

    fn can_be_asked(node: NodeId, request: &Request) -> bool {
        KvLab::can_be_asked(node, request)
    }

    fn glance(node: &Node<Counter>) -> Glance {
        node.glance()
    }

    const TIMERS: &'static [(&'static str, TimerCode)] = KvLab::TIMERS;

    const VERBS: &'static [&'static str] = KvLab::VERBS;

    fn view(node: &Node<Counter>) -> NodeView {
        match node {
            Node::Server(server) => {
                let count = server.service().value().to_string();
                server.view(vec![Field::new("count", count.as_str())])
            }
            Node::Clients(clients) => clients.view(),
        }
    }

    fn disk(disk: &Disk) -> Vec<Field> {
        KvLab::disk(disk)
    }

    fn log(node: Option<&Node<Counter>>, disk: &Disk) -> LogShown {
        match node {
            Some(Node::Clients(_)) => LogShown::default(),
            Some(Node::Server(server)) => RaftLab::log(Some(server.raft()), disk),
            None => RaftLab::log(None, disk),
        }
    }

    fn message(message: &Message) -> MessageShown {
        KvLab::message(message)
    }

    fn tell(node: NodeId, notice: &Notice) -> Option<Told> {
        KvLab::tell(node, notice)
    }
}

impl OverRaft for CounterLab {
    fn peer(node: &Node<Counter>) -> Option<&Peer> {
        node.peer()
    }

    fn raft_notice(notice: &Notice) -> Option<&raft::Notice> {
        KvLab::raft_notice(notice)
    }

    fn raft_message(message: &Message) -> Option<&raft::Message> {
        KvLab::raft_message(message)
    }
}
