//! The sharded store as a lab: a controller, groups and clients, how they are made, asked, shown and
//! checked.

use netsplit_core::bytes::Bytes;
use netsplit_core::id::{Cast, Groups, NodeId};
use netsplit_core::kv::store::Store;
use netsplit_core::raft::disk::Disk;
use netsplit_core::raft::message as raft;
use netsplit_core::raft::peer::Peer;
use netsplit_core::replicated::message as replicated;
use netsplit_core::replicated::service::Text;
use netsplit_core::replicated::view::beginning;
use netsplit_core::shardctrl::message::Call as ControllerCall;
use netsplit_core::shardkv::message::{Message, Notice, Request, Says, Sharded};
use netsplit_core::shardkv::node::Node;
use netsplit_core::shardkv::options::Options;
use netsplit_core::shardkv::view::config_fields;
use netsplit_core::view::{Field, NodeView};

use crate::check::shardkv::ShardChecks;
use crate::choice::TimerCode;
use crate::lab::{Lab, OverRaft};
use crate::labs::kv::{KvLab, request_of};
use crate::labs::raft::RaftLab;
use crate::labs::{LabCode, LabReading, LabWords, Misplaced, Pair, Slot, shardkv_options};
use crate::open;
use crate::run::{LogShown, MessageShown, Operations, Passages, Points, Told};
use crate::trial::Tried;
use crate::verb::Glance;
use crate::words;

/// A sharded store, its controller and its clients.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ShardLab;

/// Its words.
pub static WORDS: LabWords = LabWords {
    cast: Cast { servers: 12, groups: Groups { count: 3, size: 3 }, clients: 2 },
    calls: OF_CLIENTS,
    slots: SLOTS,
    options: shardkv_options::NUMBERS,
    ..LabWords::of::<ShardLab>(4)
};

/// Its code.
pub static CODE: LabCode = LabCode::of::<ShardLab>(&words::shardkv::STORIES, Some(&READING));

static READING: LabReading = LabReading {
    set_options: shardkv_options::canonical,
    values: shardkv_options::values,
    understands,
    mistakes: words::shardkv::mistakes,
    over_raft: true,
    tried: &const { Tried::of::<ShardLab>() },
    course: &open::COURSE_OF_SHARDS,
    ..LabReading::of::<ShardLab>()
};

/// First words of what is asked of a client.
pub(super) const OF_CLIENTS: &[&str] = &[
    "get",
    "put",
    "append",
    "append-get",
    "version",
    "put-if",
    "swap",
    "delete",
    "clerk",
    "join",
    "leave",
    "move",
    "query",
];

/// What follows the first word of what is asked.
pub(super) const SLOTS: &[(&str, &[Slot])] = {
    const KEY: Slot = Slot::Free("x", "a key");
    const VALUE: Slot = Slot::Free("1", "a value");
    const GROUP: Slot = Slot::Free("1", "the number of a group");
    &[
        ("get", &[KEY]),
        ("put", &[KEY, VALUE]),
        ("append", &[KEY, VALUE]),
        ("append-get", &[KEY, VALUE]),
        ("version", &[KEY]),
        ("put-if", &[KEY, Slot::Free("0", "the version it must have"), VALUE]),
        ("swap", &[KEY, Slot::Free("1", "what it must hold"), Slot::Free("2", "a value")]),
        ("delete", &[KEY]),
        ("join", &[GROUP]),
        ("leave", &[GROUP]),
        ("move", &[Slot::Free("0", "the number of a shard"), GROUP]),
        ("query", &[]),
        ("transfer", &[Slot::Word(&["to"]), Slot::Server]),
        ("read", &[Slot::Word(&["by"]), Slot::Word(&["log", "read-index", "lease", "follower"])]),
        ("stop", &[]),
        ("snapshot", &[]),
    ]
};

impl Lab for ShardLab {
    const NAME: &'static str = "shardkv";
    type Protocol = Sharded;
    type Node = Node;
    type Options = Options;
    type Checks = ShardChecks;

    fn options(given: &[Pair]) -> Result<Options, Misplaced> {
        shardkv_options::options_from_pairs(given)
    }

    fn boot(node: NodeId, cast: Cast, options: &Options, disk: &Disk) -> Node {
        Node::boot(node, cast, options, disk)
    }

    /// Of a client as of the key/value store's, and `join 1 2`, `leave 1`, `move 3 1`, `query` of the
    /// controller; of a server as of the key/value store's.
    fn request(words: &str) -> Option<Request> {
        if ControllerCall::from_text(words).is_some() {
            let command = Bytes::from(words);
            let call = replicated::Request::Call { clerk: 0, command, at: None };
            return Some(Request::Controller(call));
        }
        request_of::<Store>(words).map(Request::Group)
    }

    fn can_be_asked(node: NodeId, request: &Request) -> bool {
        match request {
            Request::Controller(_) => node.is_client(),
            Request::Group(request) => KvLab::can_be_asked(node, request),
        }
    }

    fn glance(node: &Node) -> Glance {
        match node {
            Node::Controller(server) => RaftLab::glance(server.raft()),
            Node::Server(server) => {
                let shards = server.shards();
                let under_way = u64::from(!shards.is_settled());
                let settled = shards.config().number.saturating_sub(under_way);
                Glance { settled, ..RaftLab::glance(server.raft()) }
            }
            Node::Clients(clients) => {
                let settled = clients.config().map_or(0, |config| config.number);
                Glance { answered: clients.answered(), settled, ..Glance::default() }
            }
        }
    }

    const TIMERS: &'static [(&'static str, TimerCode)] = &[
        ("election", 0),
        ("heartbeat", 1),
        ("transfer", 2),
        ("round", 100),
        ("poll", 200),
        ("retry", 1_000),
        ("think", 1_001),
        ("controller-retry", 10_001_000),
    ];

    const VERBS: &'static [&'static str] = KvLab::VERBS;

    fn view(node: &Node) -> NodeView {
        match node {
            Node::Controller(server) => server.view(config_fields(server.service().latest())),
            Node::Server(server) => server.view(),
            Node::Clients(clients) => clients.view(),
        }
    }

    fn disk(disk: &Disk) -> Vec<Field> {
        disk.view()
    }

    fn log(node: Option<&Node>, disk: &Disk) -> LogShown {
        match node {
            Some(Node::Clients(_)) => LogShown::default(),
            Some(node) => RaftLab::log(node.peer(), disk),
            None => RaftLab::log(None, disk),
        }
    }

    fn message(message: &Message) -> MessageShown {
        match message {
            Message::Controller(message) | Message::Group(message) => KvLab::message(message),
            Message::Move { shard, at, says } => {
                let mut fields =
                    vec![Field::new("shard", u64::from(*shard)), Field::new("configuration", *at)];
                if let Says::Content(content) = says {
                    fields.push(Field::new("content bytes", content.len() as u64));
                    fields.push(Field { name: "content", value: beginning(content).0 });
                }
                MessageShown { positive: true, term: 0, quiet: false, fields }
            }
        }
    }

    fn is_news(from: NodeId, message: &Message, receiver: Option<&Node>) -> bool {
        match (message, receiver) {
            (Message::Controller(message) | Message::Group(message), receiver) => match message {
                replicated::Message::Raft(message) => {
                    RaftLab::is_news(from, message, receiver.and_then(Node::peer))
                }
                // An answer to a call that is over changes nothing.
                replicated::Message::Answer(answer) => match receiver {
                    Some(Node::Clients(clients)) => clients.waits_for(answer.clerk, answer.call),
                    other => other.is_some(),
                },
                _ => receiver.is_some(),
            },
            (Message::Move { .. }, receiver) => receiver.is_some(),
        }
    }

    fn operations(checks: &ShardChecks, since: u64) -> Operations {
        checks.operations(since)
    }

    fn passages(checks: &ShardChecks, since: u64) -> Passages {
        checks.passages(since)
    }

    fn points(checks: &ShardChecks) -> Option<Points> {
        checks.points()
    }

    fn tell(node: NodeId, notice: &Notice) -> Option<Told> {
        words::shardkv::notice(node, notice)
    }

    fn tell_of(node: NodeId, machine: Option<&Node>, notice: &Notice) -> Option<Told> {
        match (Self::raft_notice(notice), machine.and_then(Node::peer)) {
            (Some(notice), peer) => words::raft::told(node, peer, notice, words::entry::of_shards),
            _ => Self::tell(node, notice),
        }
    }
}

/// Whether the lab understands what is asked of one of these nodes.
pub(super) fn understands(words: &str, cast: Cast) -> bool {
    let named = match ShardLab::request(words) {
        None => return false,
        Some(Request::Group(replicated::Request::Call { at, .. })) => at,
        Some(Request::Group(replicated::Request::Transfer(to))) => Some(to),
        Some(_) => None,
    };
    named.is_none_or(|node| cast.place(node).is_some())
}

impl OverRaft for ShardLab {
    fn peer(node: &Node) -> Option<&Peer> {
        node.peer()
    }

    fn raft_notice(notice: &Notice) -> Option<&raft::Notice> {
        match notice {
            Notice::Group(replicated::Notice::Raft(notice))
            | Notice::Controller(replicated::Notice::Raft(notice)) => Some(notice),
            _ => None,
        }
    }

    fn raft_message(message: &Message) -> Option<&raft::Message> {
        match message {
            Message::Group(replicated::Message::Raft(message))
            | Message::Controller(replicated::Message::Raft(message)) => Some(message),
            _ => None,
        }
    }
}
