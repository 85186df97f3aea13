//! What the nodes of a store with transactions tell, and what is said of what is broken there.

use netsplit_core::bytes::Bytes;
use netsplit_core::id::NodeId;
use netsplit_core::shardctrl::Shard;
use netsplit_core::shardkv::message::Notice as Sharded;
use netsplit_core::txn::command::{TxnId, Why};
use netsplit_core::txn::message::{Ended, Notice, ops_to_text};
use netsplit_core::txn::mutants::{Breaks, Mutant};
use netsplit_core::txn::view::is_prepared;
use netsplit_core::view::{Value, word};
use netsplit_core::words::quoted;

use super::caption::Stories;
use super::groups::listed;
use super::{entry, kv, service, shardkv};
use crate::labs::Mistake;
use crate::run::{Flying, NodeShown, Told, WorldView};

/// The stories of the store with transactions.
pub static STORIES: Stories = Stories {
    moment: |view| service::moment(view, under_way),
    message: message_story,
    ..shardkv::STORIES
};

/// Which transactions are under way, and what they wait for: those first whose client is dead.
fn under_way(view: &WorldView) -> Option<String> {
    let clients = || view.nodes.iter().filter(|node| node.id.is_client());
    let runs = |txn: &str| {
        let client = TxnId::client_from_name(txn);
        view.nodes.iter().any(|it| it.up && Some(it.id) == client)
    };
    // Of each, the groups in which it is prepared, as their leaders have it.
    let mut prepared: Vec<(String, Vec<String>)> = Vec::new();
    let mut waits: Vec<(String, String)> = Vec::new();
    for leader in view.nodes.iter().filter(|node| node.up && node.glance.leads) {
        let Some(group) = leader.id.group().map(|number| format!("g{number}")) else { continue };
        for row in leader.view.rows("under way") {
            let txn = word(row, "transaction");
            // What a client has left that runs it will still end.
            if !is_prepared(row) || runs(&txn) {
                continue;
            }
            match prepared.iter_mut().find(|(other, _)| *other == txn) {
                Some((_, at)) if at.contains(&group) => {}
                Some((_, at)) => at.push(group.clone()),
                None => prepared.push((txn, vec![group.clone()])),
            }
        }
        let waiting = leader.view.rows("waits");
        waits.extend(waiting.map(|row| (word(row, "transaction"), word(row, "waits for"))));
    }
    if let Some((txn, at)) = prepared.first() {
        let client = TxnId::client_from_name(txn).map_or_else(String::new, |it| it.to_string());
        return Some(format!("{txn} is prepared in {}, and {client} is down.", listed(at)));
    }
    let says = |node: &NodeShown| {
        let txn = word(&node.view.fields, "transaction");
        let step = match waits.iter().find(|(other, _)| *other == txn) {
            Some((_, others)) => format!("waits for {others}"),
            None => word(&node.view.fields, "step"),
        };
        (node.up && !txn.is_empty()).then(|| format!("{}'s {txn} {step}", node.id))
    };
    let all: Vec<String> = clients().filter_map(|node| says(node)).collect();
    match &all[..] {
        [] => None,
        [first, second] => Some(format!("{first}, {second}.")),
        [only] => Some(format!("{only}.")),
        more => Some(format!("{} transactions are under way.", more.len())),
    }
}

/// What a message under way asks or answers.
fn message_story(flying: &Flying, view: &WorldView) -> String {
    let (from, to) = (flying.id.from, flying.id.to);
    let does = match flying.kind {
        "TxnRead" => "reads at",
        "TxnValue" => "tells what was read to",
        "Prepare" => "asks for the vote of",
        "CommitAlone" => "asks for the commit of",
        "Vote" => "votes, and tells",
        "Decide" => "asks for the decision of",
        "Resolve" => "is in doubt, and asks",
        "Decision" => "tells the decision to",
        "Finish" => "passes the decision on to",
        "Learned" => "has learned the decision, and tells",
        _ => return shardkv::message_story(flying, view),
    };
    let words =
        flying.fields.iter().find(|field| matches!(field.name, "command" | "query" | "reply"));
    match words.map(|field| &field.value) {
        Some(Value::Content(words)) => {
            format!("{from} {does} {to}: {}.", entry::of_txn(&Bytes::text(words)))
        }
        _ => format!("{from} {does} {to}."),
    }
}

/// What a node told, with words for what shards are asked and answer.
pub fn notice(words: fn(&str) -> String, node: NodeId, notice: &Notice) -> Option<Told> {
    let (matters, text) = match notice {
        Notice::Sharded(Sharded::Group(notice)) => {
            return service::notice_in(words, node, notice);
        }
        Notice::Sharded(notice) => return shardkv::notice(node, notice),
        Notice::Begun { ops, .. } => (true, format!("{node} begins: {}.", ops_to_text(ops))),
        Notice::Attempt { txn, .. } => {
            (false, format!("{node} calls this attempt {}.", txn.name()))
        }
        Notice::Read { txn, key, value, since } => {
            let text = match since {
                0 => format!("{} reads {}: nobody has written it.", txn.name(), quoted(key)),
                _ => format!(
                    "{} reads {} = {}, there since {since}.",
                    txn.name(),
                    quoted(key),
                    quoted(value)
                ),
            };
            (true, text)
        }
        Notice::Waits { txn, others } => {
            (false, format!("{} waits for {}.", txn.name(), names(others)))
        }
        Notice::Prepares { txn, shards: 1 } => {
            (true, format!("{} asks its only shard to commit.", txn.name()))
        }
        Notice::Prepares { txn, shards } => {
            (true, format!("{} asks its {shards} shards to prepare.", txn.name()))
        }
        Notice::Decides { txn, commit: Some(at) } => {
            (true, format!("{node} writes on its own disk: {} commits at {at}.", txn.name()))
        }
        Notice::Decides { txn, commit: None } => {
            (true, format!("{node} writes on its own disk: {} is aborted.", txn.name()))
        }
        Notice::GivenUp { txn, why } => {
            (true, format!("{} is given up: {}.", txn.name(), why_text(*why)))
        }
        Notice::Ended { txn, how: Ended::Committed(at), .. } => {
            (true, format!("{} is committed, at {at}.", txn.name()))
        }
        Notice::Ended { txn, how: Ended::Aborted(_), .. } => {
            (true, format!("{} is aborted, and not tried again.", txn.name()))
        }
        Notice::InDoubt { txn } => {
            (true, format!("{node} is in doubt about {}, and asks who decides.", txn.name()))
        }
    };
    Some(Told::new(node, matters, text))
}

pub(super) fn names(txns: &[TxnId]) -> String {
    txns.iter().map(TxnId::name).collect::<Vec<_>>().join(" and ")
}

pub(super) fn why_text(why: Option<Why>) -> &'static str {
    match why {
        Some(Why::Wounded) => "an older one has taken its locks",
        Some(Why::Conflict) => "another has written what it writes since its snapshot",
        Some(Why::Unknown) => "its locks are gone, or somebody in doubt had it aborted",
        Some(Why::TooOld) => "what it asks for is not kept any more",
        None => "a number would fall below 0",
    }
}

// ── What is broken ─────────────────────────────────────────────────────────

/// A transaction took effect in one shard, and not in another.
pub fn not_atomic(txn: TxnId, committed: Shard, aborted: Shard) -> String {
    format!("{} is committed in shard {committed} and aborted in shard {aborted}.", txn.name())
}

/// A client was told that it is committed, and a shard aborts it.
pub fn told_committed(txn: TxnId, shard: Shard) -> String {
    format!("{} was told committed, and shard {shard} aborts it.", txn.name())
}

/// Who was prepared is not any more, and nobody decided.
pub fn broke_its_promise(txn: TxnId, shard: Shard) -> String {
    format!("Shard {shard} had promised to commit {}, and has forgotten it.", txn.name())
}

/// A shard has a lock or a promise of a transaction that is over.
pub fn something_is_left(txn: TxnId, shard: Shard) -> String {
    format!("{} is over, and shard {shard} still has something of it.", txn.name())
}

/// Somebody counted all the money.
pub fn money_is_missing(txn: TxnId, found: i64, there: i64) -> String {
    format!("{} counts {found}, and there is {there} in the bank.", txn.name())
}

// ── Mistakes ───────────────────────────────────────────────────────────────

/// Those of transactions, and behind them those of the services beneath.
pub fn mistakes() -> Vec<Mistake> {
    let shown = |mutant: &Mutant| Mistake {
        id: mutant.id(),
        who: who_makes(*mutant),
        does: mistake(*mutant),
        breaks: breaks(mutant.breaks()),
    };
    let mut all: Vec<Mistake> = Mutant::ALL.iter().map(shown).collect();
    all.extend(kv::mistakes());
    all
}

fn who_makes(mutant: Mutant) -> &'static str {
    match mutant {
        Mutant::DecisionNotLogged | Mutant::ReadsNow | Mutant::AbortsSilently => "a client",
        Mutant::GivesUpPrepared => "a leader",
        _ => "a shard",
    }
}

/// What a mistake breaks, as people say it.
pub fn breaks(breaks: Breaks) -> &'static str {
    match breaks {
        Breaks::Atomic => "a transaction takes effect everywhere or nowhere (Gray 1978)",
        Breaks::Isolation => "the isolation that was asked for (Adya 1999)",
        Breaks::Prepared => "who is prepared commits or aborts as was decided (Gray 1978)",
        Breaks::Locks => "of a transaction that is over no lock is left (Gray 1978)",
        Breaks::LiveEnd => "every transaction ends",
    }
}

/// What a client or a shard does that makes the mistake, in the third person and without a full stop.
pub fn mistake(mutant: Mutant) -> &'static str {
    match mutant {
        Mutant::DecisionNotLogged => "acts on a decision before it is in the log",
        Mutant::PreparedNotLogged => "says that a transaction is prepared, and does not keep it",
        Mutant::IgnoresPrepared => {
            "reads as of a stamp without waiting for who may commit before it"
        }
        Mutant::NoFirstCommitter => "does not look who has written since a snapshot",
        Mutant::PreparedStaysBehind => "moves without those that are prepared in it",
        Mutant::LocksLetGo => "lets a lock go once its key was read",
        Mutant::CommitTwice => "carries a decision out each time it comes",
        Mutant::CoordinatorForgets => "forgets what it has decided",
        Mutant::GivesUpPrepared => {
            "gives up a transaction that is prepared, when nothing is heard of it"
        }
        Mutant::WoundsPrepared => {
            "lets an older transaction take the locks of one that is prepared"
        }
        Mutant::ReadsNow => {
            "reads each shard as it is now, where it is to read all as of one moment"
        }
        Mutant::NeverWounds => "lets every transaction wait for whoever has the lock",
        Mutant::AbortsSilently => "tells only those it has asked to prepare that it aborts",
    }
}
