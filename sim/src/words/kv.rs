//! What the store and its clients say, and what is said of them: of Raft beneath it, Raft's own
//! sentences, from a view of the servers alone.

use std::rc::Rc;

use netsplit_core::bytes::Bytes;
use netsplit_core::history::{Op, OpId, Outcome as OpOutcome};
use netsplit_core::id::NodeId;
use netsplit_core::kv::message::{Call, Reply};
use netsplit_core::raft::message::Index;
use netsplit_core::replicated::message::{Notice, Outcome, Returned};
use netsplit_core::replicated::mutants::{Breaks, Mutant};
use netsplit_core::replicated::options::Reading;
use netsplit_core::time::Time;
use netsplit_core::view::{Field, Value};
use netsplit_core::words::quoted;

use crate::check::kv::{KvHistory, property};
use crate::labs::Mistake;
use crate::property::Violation;
use crate::run::{Flying, NodeShown, Told, WorldView};

use super::caption::Stories;
use super::outcome::{Told as ToldAt, wait_text};
use super::{raft, raft_notice};

/// The store's stories.
pub static STORIES: Stories = Stories {
    moment,
    offer: |view| (raft::STORIES.offer)(&servers(view)),
    entry: |view, index, term| (raft::STORIES.entry)(&servers(view), index, term),
    node: node_story,
    message: message_story,
    outcome: leads_to,
};

// ── What nodes tell ────────────────────────────────────────────────────────

/// What a server or a client told.
pub fn notice(node: NodeId, notice: &Notice) -> Option<Told> {
    let (matters, text) = match notice {
        Notice::Raft(notice) => return raft_notice(node, notice),
        Notice::Applied { session, sequence, outcome, fresh: true, .. } => {
            let reply = match outcome {
                Outcome::Reply(reply) => reply.to_string(),
                _ => "not understood".to_owned(),
            };
            let name = command_name(*session, *sequence);
            (false, format!("{node} does {name}: {}.", short(&reply)))
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
            (true, format!("{} asks for {}.", clerk_name(node, *clerk), short(&command.text())))
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
                    format!("{from} answers {clerk}: {}.", short(&reply.text()))
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
    Some(Told { node, matters, text })
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
fn short(text: &str) -> String {
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
pub fn not_linearizable(history: &KvHistory, blocked: OpId, ops: &[OpId]) -> String {
    let Some(op) = history.get(blocked) else { return "The history has no order.".to_owned() };
    let at = op.returned.map_or(op.invoked.at, |when| when.at);
    // What had surely changed the key before the blocked one was asked for, the last of it.
    let before = ops.iter().filter_map(|id| history.get(*id)).filter(|other| {
        !other.call.is_query() && other.is_before(op) && other.call.key() == op.call.key()
    });
    let last = before.max_by_key(|other| other.returned.map(|when| when.rank));
    let what = deed(op);
    match last {
        Some(other) => {
            let done = other.returned.map_or(other.invoked.at, |when| when.at);
            format!("{what} at {}, after {} had returned at {}.", time(at), noun(other), time(done))
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

/// `c2 read x = 1`.
fn deed(op: &Op<Call, Reply>) -> String {
    let (who, key) = (op.node, quoted(op.call.key()));
    let answered = match &op.outcome {
        OpOutcome::Ok(reply) => short(&reply.to_string()),
        OpOutcome::Failed => "it failed".to_owned(),
        OpOutcome::Unknown => "nobody knows".to_owned(),
    };
    match (&op.call, &op.outcome) {
        (Call::Get { .. }, OpOutcome::Ok(Reply::Value(value))) => {
            format!("{who} read {key} = {}", short(&quoted(value)))
        }
        (Call::Put { value, .. }, OpOutcome::Ok(_)) => {
            format!("{who} put {key} = {}", short(&quoted(value)))
        }
        (Call::Append { value, .. }, OpOutcome::Ok(_)) => {
            format!("{who} appended {} to {key}", short(&quoted(value)))
        }
        (call, _) => format!("{who} was answered {answered} to {}", short(&call.to_string())),
    }
}

/// `c1's put of 2`.
fn noun(op: &Op<Call, Reply>) -> String {
    let who = op.node;
    match &op.call {
        Call::Put { value, .. } => format!("{who}'s put of {}", short(&quoted(value))),
        Call::Append { value, .. } => format!("{who}'s append of {}", short(&quoted(value))),
        call => format!("{who}'s {}", short(&call.to_string())),
    }
}

/// `3.214 s`.
fn time(at: Time) -> String {
    at.to_string()
}

/// A client was told what is not so.
pub fn told_wrong(history: &KvHistory, op: OpId, told: &str) -> String {
    match history.get(op) {
        Some(it) => {
            format!("{} was told of {}: {}.", it.node, short(&it.call.to_string()), short(told))
        }
        None => format!("A client was told: {told}."),
    }
}

/// A command took effect at two places of the log.
pub fn done_twice(history: &KvHistory, op: OpId, first: Index, second: Index) -> String {
    match history.get(op) {
        Some(it) => {
            format!("{} took effect twice: as entry {first} and as entry {second}.", noun(it))
        }
        None => format!("A command took effect as entry {first} and as entry {second}."),
    }
}

/// A session was shown or made less than it knew.
pub fn session_broken(
    history: &KvHistory,
    property: &'static str,
    earlier: OpId,
    later: OpId,
) -> String {
    let (Some(earlier), Some(later)) = (history.get(earlier), history.get(later)) else {
        return format!("{property} is broken.");
    };
    let late = later.returned.map_or(later.invoked.at, |when| when.at);
    let early = earlier.returned.map_or(earlier.invoked.at, |when| when.at);
    let than = match property {
        property::READ_YOUR_WRITES => "which is older than what it wrote itself",
        property::MONOTONIC_READS => "which is older than what it had read",
        property::MONOTONIC_WRITES => "which came before what it had written",
        _ => "which came before what it had read",
    };
    format!("{} at {}, {than} at {}.", deed(later), time(late), time(early))
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

/// The view of the servers alone, as Raft knows it.
fn servers(view: &WorldView) -> WorldView {
    let mut own = view.clone();
    own.nodes.retain(|node| !node.id.is_client());
    own.cuts.retain(|(from, to)| !from.is_client() && !to.is_client());
    let between: Vec<bool> = view
        .flying
        .iter()
        .map(|flying| !flying.id.from.is_client() && !flying.id.to.is_client())
        .collect();
    let keeps = |place: usize| between.get(place).copied().unwrap_or(false);
    own.flying = pick(&view.flying, keeps);
    own.news = pick(&view.news, keeps);
    own.broken.retain(|broken| broken.because.is_none());
    own
}

fn pick<T: Clone>(from: &[T], keeps: impl Fn(usize) -> bool) -> Vec<T> {
    let kept = from.iter().enumerate().filter(|(place, _)| keeps(*place));
    kept.map(|(_, it)| it.clone()).collect()
}

/// What is broken; who leads; and what the clients wait for.
fn moment(view: &WorldView) -> String {
    let of_servers = (raft::STORIES.moment)(&WorldView { broken: Vec::new(), ..servers(view) });
    match view.broken.first() {
        Some(first) => {
            let sentence = of_servers.split_inclusive(". ").next().unwrap_or(&of_servers);
            format!("{} {}", broken(first), sentence.trim_end())
        }
        None => match waiting(view) {
            Some(clients) => {
                let sentence = of_servers.split_inclusive(". ").next().unwrap_or(&of_servers);
                format!("{clients} {}", sentence.trim_end())
            }
            None => of_servers,
        },
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
    let rows = match node.view.get("clerks") {
        Some(Value::List(rows)) => rows.as_slice(),
        _ => &[],
    };
    rows.iter().filter_map(|row| match row {
        Value::Record(fields) => Some(fields.as_slice()),
        _ => None,
    })
}

fn field<'a>(row: &'a [Field], name: &str) -> Option<&'a Value> {
    row.iter().find(|field| field.name == name).map(|field| &field.value)
}

fn text(row: &[Field], name: &str) -> Option<String> {
    match field(row, name)? {
        Value::Content(bytes) => Some(Bytes::text(bytes).into_owned()),
        _ => None,
    }
}

fn number(row: &[Field], name: &str) -> u64 {
    match field(row, name) {
        Some(Value::Number(number)) => *number,
        _ => 0,
    }
}

/// How a node stands.
fn node_story(view: &WorldView, id: NodeId) -> String {
    let Some(it) = view.nodes.iter().find(|node| node.id == id) else { return String::new() };
    if !id.is_client() {
        let raft = (raft::STORIES.node)(&servers(view), id);
        let (keys, sessions) = (it.view.number("key count"), it.view.number("session count"));
        if !it.up {
            return raft;
        }
        let applied = it.view.number("applied");
        return format!(
            "{raft} Its store has {} and {} as of entry {applied}.",
            some(keys, "key"),
            some(sessions, "session")
        );
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

fn some(count: u64, what: &str) -> String {
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
        _ => (raft::STORIES.message)(flying, &servers(view)),
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
    let of_servers = (raft::STORIES.outcome)(&servers(before), &servers(after), told);
    match answered[..] {
        [] => of_servers,
        [only] => {
            let mark = format!("answers {only}: ");
            let at = told.iter().find(|(_, told)| told.text.contains(&mark));
            match at {
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

// ── Mistakes ───────────────────────────────────────────────────────────────

/// The store's own.
pub fn mistakes() -> Vec<Mistake> {
    let shown = |mutant: &Mutant| Mistake {
        id: mutant.id(),
        who: who_makes(*mutant),
        does: mistake(*mutant),
        breaks: breaks(mutant.breaks()),
    };
    Mutant::ALL.iter().map(shown).collect()
}

fn who_makes(mutant: Mutant) -> &'static str {
    match mutant {
        Mutant::NewNumberOnRetry
        | Mutant::SilenceIsDone
        | Mutant::NeverAnother
        | Mutant::WaitsBeforeEach => "a clerk",
        _ => "a server",
    }
}

/// What a mistake breaks, as people say it.
pub fn breaks(breaks: Breaks) -> &'static str {
    match breaks {
        Breaks::ExactlyOnce => "a command takes effect once (dissertation 6.3)",
        Breaks::Linearizable => {
            "Linearizability: an operation seems to happen at one moment of its time (dissertation 6.3)"
        }
        Breaks::Acknowledged => "what was acknowledged is not lost",
        Breaks::EqualState => "servers that applied as much are in the same state",
        Breaks::LiveClient => "what a clerk asks is answered in the end",
        Breaks::Resource => "bounds on what is kept",
    }
}

/// What a server or a clerk does that makes the mistake, in the third person and without a full
/// stop.
pub fn mistake(mutant: Mutant) -> &'static str {
    match mutant {
        Mutant::DoneAgain => "does a command again that was done before",
        Mutant::LookOnlyBefore => {
            "looks for a command that was done before it proposes, and not when it applies"
        }
        Mutant::LeaderKeepsTable => "keeps what was done on the leader alone",
        Mutant::TableNotInSnapshot => "leaves the table of sessions out of snapshots",
        Mutant::OnlyTheLast => "takes a command for done only if it is the very last one",
        Mutant::NumbersCollide => "lets clerks choose the same number",
        Mutant::ReplyOfAnother => "answers a query with the reply to the one before",
        Mutant::ReadWithoutAsking => {
            "answers queries as the leader without asking whether it still leads"
        }
        Mutant::FollowersRead => "answers queries on any server from what it has",
        Mutant::AnswerBeforeCommit => "answers a command once it is proposed",
        Mutant::AnswerByIndex => "answers who waits for an index, whatever was committed there",
        Mutant::AnswerBySession => "answers by the session, whichever of its commands was done",
        Mutant::KeepsWaiters => "keeps clerks waiting when it has lost the lead",
        Mutant::FailedByIndex => "says that a command failed once another stands at its index",
        Mutant::NewNumberOnRetry => "takes a new number when a clerk asks again",
        Mutant::SilenceIsDone => "takes a question without an answer for done",
        Mutant::NeverAnother => "asks the same server for ever",
        Mutant::WaitsBeforeEach => "waits before each question",
        Mutant::ServersDiffer => "does commands differently on every second server",
        Mutant::FollowersDoNotApply => "applies nothing on followers",
        Mutant::NeverTrims => "never takes a snapshot",
        Mutant::SnapshotCarriesHistory => "lets snapshots carry all that ever was",
        Mutant::SnapshotNotRead => "does not look at its snapshot when it starts",
        Mutant::RestoreMerges => "puts a snapshot into what it had, instead of in its place",
        Mutant::KeepsAllReplies => "keeps the reply to every command for ever",
        Mutant::QueryTwice => "answers nothing to a query that it answered before",
        Mutant::NoOwnEntry => "adds no entry of its own when it is elected",
        Mutant::LeaseWithoutDrift => "does not shorten its lease by what clocks may differ",
        Mutant::LeaseFromAnswer => "counts its lease from when the answers came",
        Mutant::LeaseThroughTransfer => "keeps its lease while it hands over",
        Mutant::AnyRoundCounts => "counts an answer for the newest round, not for the one it names",
        Mutant::ReadBeforeOwnTerm => "reads before an entry of its own term is committed",
    }
}
