//! What servers of a service over Raft and their clients say, and what is said of them: of Raft beneath
//! it, Raft's own sentences, from a view of the servers alone.

use std::rc::Rc;

use netsplit_core::bytes::Bytes;
use netsplit_core::history::OpId;
use netsplit_core::id::NodeId;
use netsplit_core::raft::message::Index;
use netsplit_core::replicated::message::{Notice, Outcome, Returned};
use netsplit_core::replicated::options::Reading;
use netsplit_core::time::Time;
use netsplit_core::view::{Field, Value, field, number};

use crate::check::service::{Checked, HistoryOf};
use crate::property::Violation;
use crate::run::{Fact, Flying, NodeShown, Told, WorldView};

use super::caption::Stories;
use super::outcome::{Told as ToldAt, wait_text};
use super::{first_sentence, groups, raft, raft_notice};

/// The stories of a service of which nothing more is said.
pub const STORIES: Stories = Stories {
    moment: |view| moment(view, waiting),
    offer: groups::offer,
    is_over: |_| false,
    entry: |view, node, index, term| {
        (raft::STORIES.entry)(&groups::alone(view, node.group()), node, index, term)
    },
    node: |view, id| node_story(view, id, |_| String::new()),
    message: message_story,
    outcome: leads_to,
};

// ── What nodes tell ────────────────────────────────────────────────────────

/// What a server or a client told.
pub fn notice(node: NodeId, notice: &Notice) -> Option<Told> {
    notice_in(short, node, notice)
}

/// The same, with words for what is asked and answered.
pub(super) fn notice_in(words: fn(&str) -> String, node: NodeId, notice: &Notice) -> Option<Told> {
    let (matters, text) = match notice {
        Notice::Raft(notice) => return raft_notice(node, notice),
        Notice::Applied { session, sequence, outcome, fresh: true, .. } => {
            let reply = match outcome {
                Outcome::Reply(reply) => reply.to_string(),
                _ => "not understood".to_owned(),
            };
            let name = command_name(*session, *sequence);
            (false, format!("{node} does {name}: {}.", words(&reply)))
        }
        Notice::Applied { session, outcome: Outcome::SessionExpired, .. } => {
            (true, format!("{node} does nothing: session {session} is over (6.3)."))
        }
        Notice::Applied { session, sequence, .. } => {
            let name = command_name(*session, *sequence);
            (true, format!("{node} has done {name} before: the same reply, and no effect (6.3)."))
        }
        Notice::Answered { index, reading } => {
            let why = match reading {
                Reading::Log => "through the log",
                Reading::ReadIndex => "after a round: a majority still follows it (6.4)",
                Reading::Lease => "by its lease (6.4.1)",
                Reading::Follower => "after asking its leader (6.4)",
            };
            (true, format!("{node} answers a query as of entry {index}, {why}."))
        }
        Notice::Session { session, open: true } => {
            (false, format!("{node} opens session {session} (6.3)."))
        }
        Notice::Session { session, open: false } => {
            (false, format!("{node} ends session {session} (6.3)."))
        }
        Notice::Called { clerk, command, .. } => {
            (true, format!("{} asks for {}.", clerk_name(node, *clerk), words(&command.text())))
        }
        Notice::Tried { attempt: 0 | 1, clerk, at, .. } => {
            (false, format!("{} asks {at}.", clerk_name(node, *clerk)))
        }
        Notice::Tried { attempt, clerk, at, .. } => {
            (true, format!("{} asks again: {at}, try {attempt}.", clerk_name(node, *clerk)))
        }
        Notice::Returned { clerk, returned, from, .. } => {
            let clerk = clerk_name(node, *clerk);
            let text = match returned {
                Returned::Reply(reply) => {
                    format!("{from} answers {clerk}: {}.", words(&reply.text()))
                }
                Returned::Failed => format!("{from} tells {clerk} that it is not done."),
                Returned::Unknown => {
                    format!("{clerk}'s session is over: nobody knows whether it was done (6.3).")
                }
            };
            (true, text)
        }
        Notice::Stopped => (true, format!("{node} has handed over and answers nobody now.")),
    };
    let answered = matches!(notice, Notice::Returned { returned: Returned::Reply(_), .. });
    Some(Told { fact: answered.then_some(Fact::Answered), ..Told::new(node, matters, text) })
}

fn command_name(session: u64, sequence: u64) -> String {
    match session {
        0 => "a command without a session".to_owned(),
        _ => format!("command {sequence} of session {session}"),
    }
}

/// `c1`, or the second of its clerks: `c1's clerk 2`.
fn clerk_name(node: NodeId, clerk: u32) -> String {
    match clerk {
        0 => node.to_string(),
        more => format!("{node}'s clerk {}", more + 1),
    }
}

/// A text as a sentence has room for it.
pub(crate) fn short(text: &str) -> String {
    const MOST: usize = 60;
    match text.chars().count() {
        0..=MOST => text.to_owned(),
        all => {
            let beginning: String = text.chars().take(MOST).collect();
            format!("{beginning}… ({} more)", all - MOST)
        }
    }
}

// ── What is broken ─────────────────────────────────────────────────────────

/// The operations cannot be put into one order.
pub fn not_linearizable<L: Checked>(history: &HistoryOf<L>, blocked: OpId, ops: &[OpId]) -> String {
    let Some(op) = history.get(blocked) else { return "The history has no order.".to_owned() };
    let at = op.returned.map_or(op.invoked.at, |when| when.at);
    // What had surely changed the key before the blocked one was asked for, the last of it.
    let before = ops.iter().filter_map(|id| history.get(*id)).filter(|other| {
        !L::is_query(&other.call) && other.is_before(op) && L::key(&other.call) == L::key(&op.call)
    });
    let last = before.max_by_key(|other| other.returned.map(|when| when.rank));
    let what = L::deed(op);
    match last {
        Some(other) => {
            let done = other.returned.map_or(other.invoked.at, |when| when.at);
            format!(
                "{what} at {}, after {} had returned at {}.",
                time(at),
                L::noun(other),
                time(done)
            )
        }
        None => {
            let because = match ops.len() {
                0 | 1 => "nothing that was asked for leads to that".to_owned(),
                2 => "no order of it and of one other allows that".to_owned(),
                more => format!("no order of it and of {} others allows that", more - 1),
            };
            format!("{what} at {}: {because}.", time(at))
        }
    }
}

/// `3.214 s`.
pub(super) fn time(at: Time) -> String {
    at.to_string()
}

/// A client was told what is not so.
pub fn told_wrong<L: Checked>(history: &HistoryOf<L>, op: OpId, told: &str) -> String {
    match history.get(op) {
        Some(it) => {
            format!("{} was told of {}: {}.", it.node, short(&it.call.to_string()), short(told))
        }
        None => format!("A client was told: {told}."),
    }
}

/// A command took effect at two places of the log.
pub fn done_twice<L: Checked>(
    history: &HistoryOf<L>,
    op: OpId,
    first: Index,
    second: Index,
) -> String {
    match history.get(op) {
        Some(it) => {
            format!("{} took effect twice: as entry {first} and as entry {second}.", L::noun(it))
        }
        None => format!("A command took effect as entry {first} and as entry {second}."),
    }
}

/// Two servers applied as much and are not in the same state; or one is not in the state in which
/// it was when it had applied as much before.
pub fn states_differ(one: NodeId, other: NodeId, index: Index) -> String {
    if one == other {
        return format!(
            "{one} has applied up to entry {index}, and differs from what it was then."
        );
    }
    format!("{one} and {other} have both applied up to entry {index}, and differ.")
}

/// A server keeps more than it may.
pub fn out_of_bounds(node: NodeId, rule: &str) -> String {
    format!("{node} breaks a bound: {rule}.")
}

/// A broken property, as a sentence.
fn broken(broken: &Violation) -> String {
    match &broken.because {
        Some(because) => because.to_string(),
        None => raft::broken(broken),
    }
}

// ── What is said of a moment ───────────────────────────────────────────────

/// What is broken; who leads; and what the clients wait for.
pub(super) fn moment(view: &WorldView, waiting: fn(&WorldView) -> Option<String>) -> String {
    match (view.broken.first(), waiting(view)) {
        (Some(first), _) => {
            format!("{} {}", broken(first), first_sentence(&groups::moment(view, true)))
        }
        (None, Some(clients)) => {
            format!("{clients} {}", first_sentence(&groups::moment(view, false)))
        }
        (None, None) => groups::moment(view, true),
    }
}

/// What clients wait for.
fn waiting(view: &WorldView) -> Option<String> {
    let mut calls: Vec<(NodeId, &[Field])> = Vec::new();
    for node in view.nodes.iter().filter(|node| node.id.is_client()) {
        calls.extend(
            clerks(node).filter(|row| text(row, "call").is_some()).map(|row| (node.id, row)),
        );
    }
    match calls[..] {
        [] => None,
        [(who, row)] => {
            let call = text(row, "call").unwrap_or_default();
            let asks = match field(row, "asks") {
                Some(Value::Node(node)) => format!("asks {node}"),
                Some(Value::Text(name)) => format!("asks {name}"),
                _ => "asks".to_owned(),
            };
            let again = match number(row, "attempt") {
                0 | 1 => String::new(),
                attempt => format!(", try {attempt}"),
            };
            Some(format!("{who} {asks} for {}{again}.", short(&call)))
        }
        ref several => Some(format!("{} calls wait for an answer.", several.len())),
    }
}

fn clerks(node: &NodeShown) -> impl Iterator<Item = &[Field]> {
    node.view.rows("clerks")
}

fn text(row: &[Field], name: &str) -> Option<String> {
    match field(row, name)? {
        Value::Content(bytes) => Some(Bytes::text(bytes).into_owned()),
        _ => None,
    }
}

/// How a node stands; of a server also how its service does.
pub(super) fn node_story(
    view: &WorldView,
    id: NodeId,
    of_service: impl Fn(&NodeShown) -> String,
) -> String {
    let Some(it) = view.nodes.iter().find(|node| node.id == id) else { return String::new() };
    if !id.is_client() {
        let raft = (raft::STORIES.node)(&groups::alone(view, id.group()), id);
        if !it.up {
            return raft;
        }
        return format!("{raft} {}", of_service(it));
    }
    if it.incarnation == 0 {
        return format!("{id} has not started.");
    }
    if !it.up {
        return format!("{id} is down. What it waited for nobody knows.");
    }
    let over = match it.glance.answered {
        0 => "None of its calls is over yet.".to_owned(),
        1 => "One of its calls is over.".to_owned(),
        more => format!("{more} of its calls are over."),
    };
    let mut now: Vec<String> = Vec::new();
    for row in clerks(it).filter(|row| text(row, "call").is_some()).take(3) {
        let who = clerk_name(id, number(row, "clerk").saturating_sub(1) as u32);
        now.push(format!("{who} waits for {}.", short(&text(row, "call").unwrap_or_default())));
    }
    if now.is_empty() {
        now.push(format!("{id} waits for nothing."));
    }
    format!("{} {over}", now.join(" "))
}

/// So many of something, in words.
pub(super) fn some(count: u64, what: &str) -> String {
    match count {
        0 => format!("no {what}"),
        1 => format!("one {what}"),
        more => format!("{more} {what}s"),
    }
}

/// What a message under way asks or answers.
fn message_story(flying: &Flying, view: &WorldView) -> String {
    let (from, to) = (flying.id.from, flying.id.to);
    let words = |name: &str| text(&flying.fields, name).map(|it| short(&it));
    match flying.kind {
        "RegisterClient" => format!("{from} asks {to} for a session (6.3)."),
        "ClientRequest" => {
            let sequence = number(&flying.fields, "sequence");
            let session = number(&flying.fields, "session");
            let name = command_name(session, sequence);
            format!("{from} asks {to} to do {name}: {}.", words("command").unwrap_or_default())
        }
        "ClientQuery" => format!("{from} asks {to}: {}.", words("query").unwrap_or_default()),
        "CloseSession" => format!("{from} tells {to} that it is done with its session."),
        "ClientReply" => match (words("reply"), field(&flying.fields, "leader hint")) {
            (Some(reply), _) => format!("{from} answers {to}: {reply}."),
            (None, Some(Value::Node(leader))) => {
                format!("{from} sends {to} on: {leader} leads, as far as it knows.")
            }
            (None, Some(_)) => format!("{from} sends {to} away: it knows of no leader."),
            (None, None) if field(&flying.fields, "refused").is_some() => {
                format!("{from} refuses what {to} asked for.")
            }
            (None, None) => {
                format!("{from} gives {to} session {}.", number(&flying.fields, "session"))
            }
        },
        "ReadIndex" => {
            format!("{from} asks {to} up to where it must apply to answer a query (6.4).")
        }
        "ReadIndexReply" => match field(&flying.fields, "index") {
            Some(Value::Number(index)) => {
                format!("{from} tells {to}: apply up to entry {index} first (6.4).")
            }
            _ => format!("{from} tells {to} that it does not lead."),
        },
        _ => (raft::STORIES.message)(flying, &groups::alone(view, from.group())),
    }
}

/// What an act led to: what broke, what clients were told, else what became of the servers.
fn leads_to(before: &WorldView, after: &WorldView, told: &[ToldAt]) -> String {
    let known = |other: &Violation| before.broken.iter().any(|it| it.property == other.property);
    let fresh = after.broken.iter().find(|it| it.because.is_some() && !known(it));
    if let Some(fresh) = fresh {
        let since = wait_text(fresh.moment.at.since(before.moment.at));
        return format!("{} is broken after {since}", fresh.property);
    }
    let answers = |node: &&Rc<NodeShown>| {
        let was = before.nodes.iter().find(|other| other.id == node.id);
        was.is_some_and(|was| node.glance.answered > was.glance.answered && node.id.is_client())
    };
    let answered: Vec<NodeId> = after.nodes.iter().filter(answers).map(|node| node.id).collect();
    let of_servers = groups::leads_to(before, after, told);
    match answered[..] {
        [] => of_servers,
        [only] => {
            let answer = |told: &Told| told.node == only && told.fact == Some(Fact::Answered);
            match told.iter().find(|(_, told)| answer(told)) {
                Some((at, told)) => {
                    let said = told.text.trim_end_matches('.');
                    format!("{said}, after {}", wait_text(at.since(before.moment.at)))
                }
                None => format!("{only} is answered; {of_servers}"),
            }
        }
        ref several => format!("{} are answered; {of_servers}", super::nodes(several)),
    }
}
