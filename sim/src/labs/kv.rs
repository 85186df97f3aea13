//! The key/value store as a lab: servers and clients, how they are made, asked, shown and checked.

use netsplit_core::bytes::Bytes;
use netsplit_core::id::{Cast, NodeId};
use netsplit_core::kv::store::Store;
use netsplit_core::machine::{Context, Input, Machine};
use netsplit_core::raft::disk::Disk;
use netsplit_core::raft::message as raft;
use netsplit_core::raft::peer::Peer;
use netsplit_core::replicated::clerk::Clients;
use netsplit_core::replicated::message::{
    Answer, Ask, Message, Notice, Outcome, Replicated, Request, Wants,
};
use netsplit_core::replicated::options::{Options, Reading};
use netsplit_core::replicated::server::Server;
use netsplit_core::replicated::service::{Service, Text};
use netsplit_core::view::{Field, NodeView};

use crate::check::kv::KvChecks;
use crate::choice::TimerCode;
use crate::lab::{Lab, OverRaft};
use crate::labs::kv_options::options_from_pairs;
use crate::labs::raft::RaftLab;
use crate::labs::{LabCode, LabReading, LabWords, Misplaced, Pair, Slot, kv_options};
use crate::open;
use crate::run::{LogShown, MessageShown, Operations, Points, Told};
use crate::trial::Tried;
use crate::verb::Glance;
use crate::words;

/// A key/value store over Raft, and its clients.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KvLab;

/// Its words.
pub static WORDS: LabWords = LabWords {
    cast: Cast::new(5, 3),
    calls: OF_CLIENTS,
    slots: SLOTS,
    options: kv_options::NUMBERS,
    ..LabWords::of::<KvLab>(2)
};

/// Its code.
pub static CODE: LabCode = LabCode::of::<KvLab>(&words::kv::STORIES, Some(&READING));

static READING: LabReading = LabReading {
    set_options: kv_options::canonical,
    values: kv_options::values,
    understands,
    mistakes: words::kv::mistakes,
    over_raft: true,
    tried: &const { Tried::of::<KvLab>() },
    course: &open::COURSE_OF_KV,
    ..LabReading::of::<KvLab>()
};

/// A node of a lab whose servers keep a service: the store, where no other is named.
#[derive(Clone, Debug, PartialEq)]
pub enum Node<S = Store> {
    /// It keeps a copy of the service.
    Server(Box<Server<S>>),
    /// It asks.
    Clients(Clients<S>),
}

impl<S: Service> Node<S> {
    /// A node at its start, by the kind that its name says; a server's service is as before the
    /// first command.
    pub(super) fn boot(
        node: NodeId,
        cast: Cast,
        options: &Options,
        service: impl FnOnce() -> S,
        disk: &Disk,
    ) -> Node<S> {
        let servers: Vec<NodeId> = cast.servers().collect();
        match node.is_client() {
            true => Node::Clients(Clients::boot(&servers, options)),
            false => Node::Server(Box::new(Server::boot(node, &servers, options, service(), disk))),
        }
    }

    /// The server that it is.
    pub fn server(&self) -> Option<&Server<S>> {
        match self {
            Node::Server(server) => Some(server),
            Node::Clients(_) => None,
        }
    }

    /// The client that it is.
    pub fn clients(&self) -> Option<&Clients<S>> {
        match self {
            Node::Server(_) => None,
            Node::Clients(clients) => Some(clients),
        }
    }

    /// The Raft peer in it, if it is a server.
    pub fn peer(&self) -> Option<&Peer> {
        self.server().map(Server::raft)
    }

    /// See [`Lab::is_news`].
    pub(super) fn is_news(from: NodeId, message: &Message, receiver: Option<&Node<S>>) -> bool {
        match (message, receiver) {
            (Message::Raft(message), receiver) => {
                RaftLab::is_news(from, message, receiver.and_then(Node::peer))
            }
            // An answer to a call that is over changes nothing.
            (Message::Answer(answer), Some(Node::Clients(clients))) => {
                clients.waits_for(answer.clerk, answer.call)
            }
            (_, receiver) => receiver.is_some(),
        }
    }

    pub(super) fn glance(&self) -> Glance {
        match self {
            Node::Server(server) => RaftLab::glance(server.raft()),
            Node::Clients(clients) => Glance { answered: clients.answered(), ..Glance::default() },
        }
    }
}

impl<S: Service> Machine<Replicated> for Node<S> {
    fn handle(&mut self, input: Input<Replicated>, cx: &mut Context<'_, Replicated>) {
        match self {
            Node::Server(server) => server.handle(input, cx),
            Node::Clients(clients) => clients.handle(input, cx),
        }
    }
}

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
    "close",
];

/// What follows the first word of what is asked.
pub(super) const SLOTS: &[(&str, &[Slot])] = {
    const KEY: Slot = Slot::Free("x", "a key");
    const VALUE: Slot = Slot::Free("1", "a value");
    &[
        ("get", &[KEY]),
        ("put", &[KEY, VALUE]),
        ("append", &[KEY, VALUE]),
        ("append-get", &[KEY, VALUE]),
        ("version", &[KEY]),
        ("put-if", &[KEY, Slot::Free("0", "the version it must have"), VALUE]),
        ("swap", &[KEY, Slot::Free("1", "what it must hold"), Slot::Free("2", "a value")]),
        ("delete", &[KEY]),
        ("close", &[]),
        ("transfer", &[Slot::Word(&["to"]), Slot::Server]),
        ("read", &[Slot::Word(&["by"]), Slot::Word(&["log", "read-index", "lease", "follower"])]),
        ("stop", &[]),
        ("snapshot", &[]),
    ]
};

impl Lab for KvLab {
    const NAME: &'static str = "kv";
    type Protocol = Replicated;
    type Node = Node;
    type Options = Options;
    type Checks = KvChecks;

    fn options(given: &[Pair]) -> Result<Options, Misplaced> {
        options_from_pairs(given)
    }

    fn boot(node: NodeId, cast: Cast, options: &Options, disk: &Disk) -> Node {
        Node::boot(node, cast, options, Store::default, disk)
    }

    /// Of a client `put x 1`, `get x at n1`, `clerk 3 get x` (the third of its clerks), `close`; of
    /// a server `transfer to n3`, `stop`, `read by lease`, `snapshot`.
    fn request(words: &str) -> Option<Request> {
        request_of::<Store>(words)
    }

    fn can_be_asked(node: NodeId, request: &Request) -> bool {
        let of_client = matches!(request, Request::Call { .. } | Request::Close { .. });
        node.is_client() == of_client
    }

    fn glance(node: &Node) -> Glance {
        node.glance()
    }

    const TIMERS: &'static [(&'static str, TimerCode)] = &[
        ("election", 0),
        ("heartbeat", 1),
        ("transfer", 2),
        ("round", 100),
        ("retry", 1_000),
        ("think", 1_001),
    ];

    const VERBS: &'static [&'static str] = &["transfer", "stop", "read", "snapshot"];

    fn view(node: &Node) -> NodeView {
        match node {
            Node::Server(server) => server.view(server.service().view()),
            Node::Clients(clients) => clients.view(),
        }
    }

    fn disk(disk: &Disk) -> Vec<Field> {
        disk.view()
    }

    fn log(node: Option<&Node>, disk: &Disk) -> LogShown {
        match node {
            Some(Node::Clients(_)) => LogShown::default(),
            Some(Node::Server(server)) => RaftLab::log(Some(server.raft()), disk),
            None => RaftLab::log(None, disk),
        }
    }

    fn message(message: &Message) -> MessageShown {
        let shown = |positive, quiet, fields| MessageShown { positive, term: 0, quiet, fields };
        match message {
            Message::Raft(message) => RaftLab::message(message),
            Message::Ask(ask) => shown(true, false, ask_fields(ask)),
            Message::Answer(answer) => {
                let good = matches!(answer.outcome, Outcome::Session(_) | Outcome::Reply(_));
                shown(good, false, answer_fields(answer))
            }
            Message::ReadIndex { number } => {
                shown(true, false, vec![Field::new("question", *number)])
            }
            Message::ReadIndexReply { number, index } => {
                let fields = vec![Field::new("question", *number), Field::new("index", *index)];
                shown(index.is_some(), false, fields)
            }
        }
    }

    fn is_news(from: NodeId, message: &Message, receiver: Option<&Node>) -> bool {
        Node::is_news(from, message, receiver)
    }

    fn operations(checks: &KvChecks, since: u64) -> Operations {
        checks.operations(since)
    }

    fn points(checks: &KvChecks) -> Option<Points> {
        checks.points()
    }

    fn tell(node: NodeId, notice: &Notice) -> Option<Told> {
        words::service::notice(node, notice)
    }

    fn tell_of(node: NodeId, machine: Option<&Node>, notice: &Notice) -> Option<Told> {
        match (notice, machine.and_then(Node::peer)) {
            (Notice::Raft(notice), peer) => {
                words::raft::told(node, peer, notice, words::entry::of_service)
            }
            _ => Self::tell(node, notice),
        }
    }
}

/// What words ask of a node of a lab whose servers keep a service.
pub(super) fn request_of<S: Service>(words: &str) -> Option<Request> {
    let parts: Vec<&str> = words.split(' ').collect();
    match parts[..] {
        ["transfer", "to", node] => {
            NodeId::from_name(node).filter(|node| !node.is_client()).map(Request::Transfer)
        }
        ["stop"] => Some(Request::Stop),
        ["snapshot"] => Some(Request::Snapshot),
        ["read", "by", word] => Reading::from_word(word).map(Request::Read),
        ["clerk", number, ..] => {
            let clerk = number.parse::<u32>().ok()?.checked_sub(1)?;
            of_clerk::<S>(clerk, words.splitn(3, ' ').nth(2)?)
        }
        _ => of_clerk::<S>(0, words),
    }
}

/// What is asked of a clerk of a client.
fn of_clerk<S: Service>(clerk: u32, words: &str) -> Option<Request> {
    if words == "close" {
        return Some(Request::Close { clerk });
    }
    let call = |words: &str, at| {
        let command = Bytes::from(S::Command::from_text(words)?.to_text().as_str());
        Some(Request::Call { clerk, command, at })
    };
    // `put x at` writes a word; `get x at n1` names a server.
    call(words, None).or_else(|| {
        let (words, server) = words.rsplit_once(" at ")?;
        let server = NodeId::from_name(server).filter(|node| !node.is_client())?;
        call(words, Some(server))
    })
}

/// Whether the lab understands what is asked of one of these nodes.
pub(super) fn understands(words: &str, cast: Cast) -> bool {
    understands_of::<Store>(words, cast)
}

/// The same of a lab whose servers keep a service.
pub(super) fn understands_of<S: Service>(words: &str, cast: Cast) -> bool {
    let named = match request_of::<S>(words) {
        None => return false,
        Some(Request::Call { at, .. }) => at,
        Some(Request::Transfer(to)) => Some(to),
        Some(_) => None,
    };
    named.is_none_or(|node| cast.has(node))
}

fn ask_fields(ask: &Ask) -> Vec<Field> {
    let mut fields = of_call(ask.clerk, ask.call);
    match &ask.wants {
        Wants::Session => {}
        Wants::Command { session, sequence, command } => fields.extend([
            Field::new("session", *session),
            Field::new("sequence", *sequence),
            content("command", command),
        ]),
        Wants::Query(query) => fields.push(content("query", query)),
        Wants::NoMore(session) => fields.push(Field::new("session", *session)),
    }
    fields
}

fn answer_fields(answer: &Answer) -> Vec<Field> {
    let mut fields = of_call(answer.clerk, answer.call);
    fields.push(match &answer.outcome {
        Outcome::Session(session) => Field::new("session", *session),
        Outcome::Reply(reply) => content("reply", reply),
        Outcome::NotLeader { leader } => Field::new("leader hint", *leader),
        Outcome::SessionExpired => Field::new("refused", "session expired"),
        Outcome::NotUnderstood => Field::new("refused", "not understood"),
    });
    fields
}

fn of_call(clerk: u32, call: u64) -> Vec<Field> {
    vec![Field::new("clerk", u64::from(clerk) + 1), Field::new("call", call)]
}

fn content(name: &'static str, bytes: &Bytes) -> Field {
    Field { name, value: netsplit_core::replicated::view::beginning(bytes).0 }
}

impl OverRaft for KvLab {
    fn peer(node: &Node) -> Option<&Peer> {
        node.peer()
    }

    fn raft_notice(notice: &Notice) -> Option<&raft::Notice> {
        match notice {
            Notice::Raft(notice) => Some(notice),
            _ => None,
        }
    }

    fn raft_message(message: &Message) -> Option<&raft::Message> {
        match message {
            Message::Raft(message) => Some(message),
            _ => None,
        }
    }
}
