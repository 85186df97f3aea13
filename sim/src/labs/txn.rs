//! A store with transactions as a lab: a controller, groups and clients, how they are made, asked,
//! shown and checked.

use netsplit_core::id::{Cast, Groups, NodeId};
use netsplit_core::raft::disk::Disk;
use netsplit_core::raft::message as raft;
use netsplit_core::raft::peer::Peer;
use netsplit_core::replicated::message as replicated;
use netsplit_core::shardkv::message as shardkv;
use netsplit_core::txn::message::{Message, Notice, Request, Transactional, ops_from_text};
use netsplit_core::txn::node::Node;
use netsplit_core::txn::options::Options;
use netsplit_core::view::{Field, NodeView};

use crate::check::txn::TxnChecks;
use crate::choice::TimerCode;
use crate::course::CourseLab;
use crate::lab::{Lab, OverRaft};
use crate::labs::raft::RaftLab;
use crate::labs::shardkv::ShardLab;
use crate::labs::{LabCode, LabReading, LabWords, Misplaced, Pair, Slot, txn_options};
use crate::run::{LogShown, MessageShown, Operations, Told};
use crate::trial::Tried;
use crate::verb::Glance;
use crate::words;

/// A store with transactions, its controller and its clients.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TxnLab;

/// Its words.
pub static WORDS: LabWords = LabWords {
    cast: Cast { servers: 9, groups: Groups { count: 2, size: 3 }, clients: 3 },
    calls: OF_CLIENTS,
    slots: SLOTS,
    options: txn_options::NUMBERS,
    ..LabWords::of::<TxnLab>(5)
};

/// Its code.
pub static CODE: LabCode = LabCode::of::<TxnLab>(&words::txn::STORIES, Some(&READING));

static READING: LabReading = LabReading {
    set_options: txn_options::canonical,
    values: txn_options::values,
    understands,
    mistakes: words::txn::mistakes,
    over_raft: true,
    tried: &const { Tried::of::<TxnLab>() },
    ..LabReading::of::<TxnLab>()
};

/// First words of what is asked of a client.
pub(super) const OF_CLIENTS: &[&str] =
    &["txn", "transfer", "sum", "join", "leave", "move", "query"];

/// What follows the first word of what is asked.
pub(super) const SLOTS: &[(&str, &[Slot])] = {
    const ACCOUNT: Slot = Slot::Free("1", "an account");
    const GROUP: Slot = Slot::Free("1", "the number of a group");
    &[
        ("txn", &[Slot::Free("read x; append y 1", "operations")]),
        ("transfer", &[ACCOUNT, ACCOUNT, Slot::Free("10", "an amount")]),
        ("sum", &[ACCOUNT, ACCOUNT]),
        ("join", &[GROUP]),
        ("leave", &[GROUP]),
        ("move", &[Slot::Free("0", "the number of a shard"), GROUP]),
        ("query", &[]),
        ("transfer", &[Slot::Word(&["to"]), Slot::Server]),
        ("stop", &[]),
        ("snapshot", &[]),
    ]
};

/// The operations of a transaction, as they are or by a name that the bank has for them:
/// `read x; append y 1`, `transfer 1 2 10`, `sum 1 2 3`.
fn transaction(words: &str) -> Option<Request> {
    let (verb, rest) = words.split_once(' ')?;
    let parts: Vec<&str> = rest.split(' ').collect();
    let text = match (verb, &parts[..]) {
        ("txn", _) => rest.to_owned(),
        ("transfer", [from, to, amount]) => {
            let amount = amount.parse::<u32>().ok()?;
            format!("add {from} -{amount}; add {to} {amount}")
        }
        ("sum", [_, ..]) => {
            parts.iter().map(|account| format!("read {account}")).collect::<Vec<_>>().join("; ")
        }
        _ => return None,
    };
    ops_from_text(&text).map(Request::Transaction)
}

impl Lab for TxnLab {
    const NAME: &'static str = "txn";
    type Protocol = Transactional;
    type Node = Node;
    type Options = Options;
    type Checks = TxnChecks;

    fn options(given: &[Pair]) -> Result<Options, Misplaced> {
        txn_options::options_from_pairs(given)
    }

    fn boot(node: NodeId, cast: Cast, options: &Options, disk: &Disk) -> Node {
        Node::boot(node, cast, options, disk)
    }

    /// Of a client `txn read x; append y 1`, `transfer 1 2 10`, `sum 1 2`, and what the controller is
    /// asked; of a server as of the sharded store.
    fn request(words: &str) -> Option<Request> {
        if let Some(request) = transaction(words) {
            return Some(request);
        }
        match ShardLab::request(words)? {
            // Clients speak in transactions alone.
            shardkv::Request::Group(replicated::Request::Call { .. }) => None,
            request => Some(Request::Sharded(request)),
        }
    }

    fn can_be_asked(node: NodeId, request: &Request) -> bool {
        match request {
            Request::Transaction(_) => node.is_client(),
            Request::Sharded(request) => ShardLab::can_be_asked(node, request),
        }
    }

    fn glance(node: &Node) -> Glance {
        match node {
            Node::Controller(node) => ShardLab::glance(node),
            Node::Server(server) => {
                let shards = server.server().shards();
                let under_way = u64::from(!shards.is_settled());
                let settled = shards.config().number.saturating_sub(under_way);
                Glance { settled, ..RaftLab::glance(server.server().raft()) }
            }
            Node::Client(client) => {
                let settled = client.clerks().config().map_or(0, |config| config.number);
                Glance { answered: client.answered(), settled, ..Glance::default() }
            }
        }
    }

    const TIMERS: &'static [(&'static str, TimerCode)] = &[
        ("election", 0),
        ("heartbeat", 1),
        ("transfer", 2),
        ("round", 100),
        ("poll", 200),
        ("resolve", 300),
        ("next", 301),
        ("again", 400),
        ("retry", 1_000),
        ("controller-retry", 10_001_000),
        ("clerk-retry", 100_001_000),
    ];

    const VERBS: &'static [&'static str] = ShardLab::VERBS;

    fn view(node: &Node) -> NodeView {
        match node {
            Node::Controller(node) => ShardLab::view(node),
            Node::Server(server) => server.view(),
            Node::Client(client) => client.view(),
        }
    }

    fn disk(disk: &Disk) -> Vec<Field> {
        disk.view()
    }

    fn log(node: Option<&Node>, disk: &Disk) -> LogShown {
        match node {
            Some(Node::Client(_)) => LogShown::default(),
            Some(node) => RaftLab::log(node.peer(), disk),
            None => RaftLab::log(None, disk),
        }
    }

    fn message(message: &Message) -> MessageShown {
        ShardLab::message(&message.0)
    }

    fn is_news(from: NodeId, message: &Message, receiver: Option<&Node>) -> bool {
        match (&message.0, receiver) {
            (
                shardkv::Message::Group(replicated::Message::Raft(message))
                | shardkv::Message::Controller(replicated::Message::Raft(message)),
                receiver,
            ) => RaftLab::is_news(from, message, receiver.and_then(Node::peer)),
            (_, receiver) => receiver.is_some(),
        }
    }

    fn operations(checks: &TxnChecks, since: u64) -> Operations {
        checks.operations(since)
    }

    fn tell(node: NodeId, notice: &Notice) -> Option<Told> {
        words::txn::notice(words::service::short, node, notice)
    }

    fn tell_of(node: NodeId, machine: Option<&Node>, notice: &Notice) -> Option<Told> {
        match (Self::raft_notice(notice), machine.and_then(Node::peer)) {
            (Some(notice), peer) => {
                words::raft::told(node, peer, notice, words::entry::of_transactions)
            }
            _ => words::txn::notice(words::entry::of_txn, node, notice),
        }
    }
}

/// Whether the lab understands what is asked of one of these nodes.
pub(super) fn understands(words: &str, cast: Cast) -> bool {
    match TxnLab::request(words) {
        None => false,
        Some(Request::Sharded(shardkv::Request::Group(replicated::Request::Transfer(to)))) => {
            cast.place(to).is_some()
        }
        Some(_) => true,
    }
}

/// The course has no lab on transactions.
impl CourseLab for TxnLab {}

impl OverRaft for TxnLab {
    fn peer(node: &Node) -> Option<&Peer> {
        node.peer()
    }

    fn raft_notice(notice: &Notice) -> Option<&raft::Notice> {
        match notice {
            Notice::Sharded(notice) => ShardLab::raft_notice(notice),
            _ => None,
        }
    }

    fn raft_message(message: &Message) -> Option<&raft::Message> {
        ShardLab::raft_message(&message.0)
    }
}
