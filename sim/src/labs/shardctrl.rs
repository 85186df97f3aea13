//! The shard controller as a lab: controllers and clients, how they are made, asked, shown and
//! checked. What it shares with every service over Raft is [the store's](super::kv).

use netsplit_core::id::{Cast, NodeId};
use netsplit_core::raft::disk::Disk;
use netsplit_core::raft::message as raft;
use netsplit_core::raft::peer::Peer;
use netsplit_core::replicated::message::{Message, Notice, Replicated, Request};
use netsplit_core::replicated::options as service;
use netsplit_core::shardctrl::Controller;
use netsplit_core::view::{Field, NodeView};

use crate::check::shardctrl::ShardctrlChecks;
use crate::choice::TimerCode;
use crate::lab::{Lab, OverRaft};
use crate::labs::kv::{KvLab, Node, request_of, understands_of};
use crate::labs::raft::RaftLab;
use crate::labs::service::ServiceLab;
use crate::labs::shardctrl_options::{Options, options_from_pairs};
use crate::labs::{LabCode, LabReading, LabWords, Misplaced, Pair, Slot, shardctrl_options};
use crate::open;
use crate::run::{LogShown, MessageShown, Operations, Points, Told};
use crate::trial::Tried;
use crate::verb::Glance;
use crate::words;

/// Controllers over Raft, and their clients.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ShardctrlLab;

/// Its words.
pub static WORDS: LabWords = LabWords {
    cast: Cast::new(3, 2),
    calls: OF_CLIENTS,
    slots: SLOTS,
    options: shardctrl_options::NUMBERS,
    ..LabWords::of::<ShardctrlLab>(3)
};

/// Its code.
pub static CODE: LabCode = LabCode::of::<ShardctrlLab>(&words::shardctrl::STORIES, Some(&READING));

static READING: LabReading = LabReading {
    set_options: shardctrl_options::canonical,
    values: shardctrl_options::values,
    understands,
    mistakes: words::shardctrl::mistakes,
    over_raft: true,
    tried: &const { Tried::of::<ShardctrlLab>() },
    course: &open::COURSE_OF_SHARDCTRL,
    ..LabReading::of::<ShardctrlLab>()
};

/// First words of what is asked of a client.
pub(super) const OF_CLIENTS: &[&str] = &["join", "leave", "move", "query", "clerk", "close"];

/// What follows the first word of what is asked.
pub(super) const SLOTS: &[(&str, &[Slot])] = {
    const GROUP: Slot = Slot::Free("1", "a group");
    &[
        ("join", &[Slot::Free("1=x,y,z", "a group with its servers")]),
        ("leave", &[GROUP]),
        ("move", &[Slot::Free("0", "a shard"), GROUP]),
        ("query", &[]),
        ("close", &[]),
        ("transfer", &[Slot::Word(&["to"]), Slot::Server]),
        ("read", &[Slot::Word(&["by"]), Slot::Word(&["log", "read-index", "lease", "follower"])]),
        ("stop", &[]),
        ("snapshot", &[]),
    ]
};

impl Lab for ShardctrlLab {
    const NAME: &'static str = "shardctrl";
    type Protocol = Replicated;
    type Node = Node<Controller>;
    type Options = Options;
    type Checks = ShardctrlChecks;

    fn options(given: &[Pair]) -> Result<Options, Misplaced> {
        options_from_pairs(given)
    }

    fn boot(node: NodeId, cast: Cast, options: &Options, disk: &Disk) -> Node<Controller> {
        let place = node.index() as u32;
        let service = || Controller::new(options.shards, place, options.mutants);
        Node::boot(node, cast, &options.of_nodes(), service, disk)
    }

    /// Of a client `join 1=x,y,z`, `query 2 at n1`; else as of the store.
    fn request(words: &str) -> Option<Request> {
        request_of::<Controller>(words)
    }

    fn can_be_asked(node: NodeId, request: &Request) -> bool {
        KvLab::can_be_asked(node, request)
    }

    fn glance(node: &Node<Controller>) -> Glance {
        node.glance()
    }

    const TIMERS: &'static [(&'static str, TimerCode)] = KvLab::TIMERS;

    const VERBS: &'static [&'static str] = KvLab::VERBS;

    fn view(node: &Node<Controller>) -> NodeView {
        match node {
            Node::Server(server) => server.view(server.service().view()),
            Node::Clients(clients) => clients.view(),
        }
    }

    fn disk(disk: &Disk) -> Vec<Field> {
        KvLab::disk(disk)
    }

    fn log(node: Option<&Node<Controller>>, disk: &Disk) -> LogShown {
        match node {
            Some(Node::Clients(_)) => LogShown::default(),
            Some(Node::Server(server)) => RaftLab::log(Some(server.raft()), disk),
            None => RaftLab::log(None, disk),
        }
    }

    fn message(message: &Message) -> MessageShown {
        KvLab::message(message)
    }

    fn is_news(from: NodeId, message: &Message, receiver: Option<&Node<Controller>>) -> bool {
        Node::is_news(from, message, receiver)
    }

    fn operations(checks: &ShardctrlChecks, since: u64) -> Operations {
        checks.operations(since)
    }

    fn points(checks: &ShardctrlChecks) -> Option<Points> {
        checks.points()
    }

    fn tell(node: NodeId, notice: &Notice) -> Option<Told> {
        KvLab::tell(node, notice)
    }

    fn tell_of(node: NodeId, machine: Option<&Node<Controller>>, notice: &Notice) -> Option<Told> {
        match (notice, machine.and_then(Node::peer)) {
            (Notice::Raft(notice), peer) => {
                words::raft::told(node, peer, notice, words::entry::of_service)
            }
            _ => Self::tell(node, notice),
        }
    }
}

/// Whether the lab understands what is asked of one of these nodes.
pub(super) fn understands(words: &str, cast: Cast) -> bool {
    understands_of::<Controller>(words, cast)
}

impl OverRaft for ShardctrlLab {
    fn peer(node: &Node<Controller>) -> Option<&Peer> {
        node.peer()
    }

    fn raft_notice(notice: &Notice) -> Option<&raft::Notice> {
        KvLab::raft_notice(notice)
    }

    fn raft_message(message: &Message) -> Option<&raft::Message> {
        KvLab::raft_message(message)
    }
}

impl ServiceLab for ShardctrlLab {
    type Service = Controller;

    fn of_service(options: &Options) -> &service::Options {
        &options.service
    }
}
