//! What Raft says of a moment, from the view alone.
//!
//! Read [`moment`] first: it decides what is said. Elections and logs have a
//! file each; so have the stories of single things.

mod election;
mod log;
mod outcome;
mod single;

use netsplit_core::id::NodeId;
use netsplit_core::quorum::majority;
use netsplit_core::raft::message::Notice;
use netsplit_core::raft::peer::Peer;
use netsplit_core::raft::role::RoleName;
use netsplit_core::view::Value;

use crate::check::raft::property;
use crate::property::Violation;
use crate::run::{NodeShown, Told, WorldView};

pub(super) use outcome::change;

use super::caption::Stories;
use super::entry::Words;
use super::{capital, first_sentence, nodes, raft_notice, violation};

/// Raft's stories.
pub static STORIES: Stories = Stories {
    moment,
    offer: election::offer,
    is_over: |_| false,
    entry: |view, _, index, term| log::entry_story(view, index, term),
    node: single::node_story,
    message: single::message_story,
    outcome: outcome::leads_to,
};

/// What is said of a moment: what is broken; else who leads and what the newest
/// entry waits for; else how an election stands, or why there is none.
fn moment(view: &WorldView) -> String {
    let now = present(view);
    match view.broken.first() {
        None => now,
        Some(first) => {
            let sentence = first_sentence(&now);
            format!("{} {sentence}", broken(first))
        }
    }
}

fn present(view: &WorldView) -> String {
    let leaders: Vec<&NodeShown> = up(view).filter(|node| node.glance.leads).collect();
    match leaders[..] {
        [] => election::without_leader(view),
        [only] => election::with_leader(view, only),
        _ => election::two_leaders(view, &leaders),
    }
}

/// A broken property, as a sentence about who broke it.
pub fn broken(broken: &Violation) -> String {
    let who = nodes(&broken.nodes);
    let verb = |one: &'static str, more: &'static str| match broken.nodes.len() {
        1 => one,
        _ => more,
    };
    let term = broken.term.map(|term| format!(" of term {term}")).unwrap_or_default();
    let entry = broken.index.map_or("an entry".to_owned(), |index| format!("entry {index}"));
    match broken.property {
        property::ELECTION_SAFETY => {
            let term = broken.term.unwrap_or_default();
            format!("Election safety is broken: {who} were both elected in term {term} (5.2).")
        }
        property::LEADER_APPEND_ONLY => {
            format!("Leader append-only is broken: {who} changed its own log at {entry} (5.3).")
        }
        property::LOG_MATCHING => {
            format!(
                "Log matching is broken: {entry}{term} stands on {who} and differs elsewhere (5.3)."
            )
        }
        property::LEADER_COMPLETENESS => {
            let term = broken.term.unwrap_or_default();
            let verb = verb("leads", "lead");
            format!(
                "Leader completeness is broken: {who} {verb} term {term} without the committed {entry} (5.4)."
            )
        }
        property::STATE_MACHINE_SAFETY => {
            let verb = verb("applies", "apply");
            format!(
                "State machine safety is broken: {who} {verb} {entry} otherwise than others, or too early (5.4.3)."
            )
        }
        property::MONOTONIC => format!("A term or an index of {who} has fallen (Figure 2)."),
        property::DURABLE => {
            let node = broken.nodes.first().map(NodeId::to_string).unwrap_or_default();
            match broken.index {
                // No vote: an entry, or a snapshot up to one.
                Some(index) => {
                    let term = broken.term.unwrap_or_default();
                    format!(
                        "Acknowledged is not durable: in term {term} {node} acknowledged entry {index}, which is not on its disk (Figure 2)."
                    )
                }
                None => format!("{node} promised what is not on its disk (Figure 2)."),
            }
        }
        _ => format!("{}.", violation(broken)),
    }
}

/// What a peer told, in the words that its service has for an entry; and, while
/// it is up, with what its state says of it: on how many disks an entry is that
/// its leader commits; what a new leader has that cannot be lost.
pub fn told(node: NodeId, peer: Option<&Peer>, notice: &Notice, words: Words) -> Option<Told> {
    let told = raft_notice(node, notice)?;
    let leads = peer.is_some_and(|peer| peer.role().name() == RoleName::Leader);
    let text = match (notice, peer) {
        (Notice::Committed { index, entry }, Some(peer)) if leads => {
            let view = peer.view();
            let others = match view.get("match index") {
                Some(Value::List(others)) => others.as_slice(),
                _ => &[],
            };
            let has = |other: &&Value| match other {
                Value::Record(fields) => fields.iter().any(
                    |field| matches!(field.value, Value::Number(matched) if matched >= *index),
                ),
                _ => false,
            };
            let own = usize::from(peer.durable_index() >= *index);
            let copies = own + others.iter().filter(has).count();
            let all = others.len() + 1;
            let mut what = words(&entry.command);
            if what != entry.command.text() {
                // A sentence of its own stands behind a colon.
                what.insert_str(0, "it: ");
            }
            format!("Entry {index} is on {copies} of {all}: committed. {node} applies {what}.")
        }
        (Notice::Committed { index, entry }, _) => {
            format!("{node} applies entry {index}: {}.", words(&entry.command))
        }
        (Notice::Became { role: RoleName::Leader, .. }, Some(peer)) if peer.commit_index() > 0 => {
            let kept = match peer.commit_index() {
                1 => "Entry 1 is still there: it was".to_owned(),
                2 => "Entries 1 and 2 are still there: each was".to_owned(),
                last => format!("Entries 1 to {last} are still there: each was"),
            };
            format!("{} {kept} on a majority.", told.text)
        }
        _ => return Some(told),
    };
    Some(Told { text, ..told })
}

// ── What is read from a view ───────────────────────────────────────────────

/// The nodes that run.
fn up(view: &WorldView) -> impl Iterator<Item = &NodeShown> {
    view.nodes.iter().map(|node| &**node).filter(|node| node.up)
}

/// How many nodes are a majority.
fn needed(view: &WorldView) -> usize {
    majority(view.nodes.len() as u32) as usize
}

fn node(view: &WorldView, id: NodeId) -> Option<&NodeShown> {
    view.nodes.iter().map(|node| &**node).find(|node| node.id == id)
}

/// Whether what one node says now would reach another.
fn hears(view: &WorldView, to: &NodeShown, from: &NodeShown) -> bool {
    let runs = |node: &NodeShown| node.up && !node.paused;
    runs(to) && runs(from) && !view.cuts.contains(&(from.id, to.id))
}

/// The nodes that a node can ask and hear, itself counted when it runs.
fn reach(view: &WorldView, of: &NodeShown) -> Vec<NodeId> {
    let both = |other: &&NodeShown| hears(view, other, of) && hears(view, of, other);
    up(view).filter(|other| other.id == of.id || both(other)).map(|node| node.id).collect()
}

/// The node that another takes for the leader of its term.
fn follows(node: &NodeShown) -> Option<NodeId> {
    match node.view.get("leader") {
        Some(Value::Node(leader)) => Some(*leader),
        _ => None,
    }
}

/// Whom a node has voted for in its term.
fn voted_for(node: &NodeShown) -> Option<NodeId> {
    match node.view.get("voted for") {
        Some(Value::Node(candidate)) => Some(*candidate),
        _ => None,
    }
}

/// The term of the entry at an index of a node's log, where it has one.
fn term_at(node: &NodeShown, index: u64) -> Option<u64> {
    let place = index.checked_sub(node.log.start + 1)?;
    node.log.entries.get(usize::try_from(place).ok()?).map(|(term, _)| *term)
}

/// Nodes on whose disks an entry is; one that a snapshot covers counts, since
/// only what is committed gets into one.
fn holders(view: &WorldView, index: u64, term: u64) -> Vec<NodeId> {
    let has = |node: &&std::rc::Rc<NodeShown>| {
        index <= node.log.start || (term_at(node, index) == Some(term) && index <= node.log.durable)
    };
    view.nodes.iter().filter(has).map(|node| node.id).collect()
}

/// Small numbers as words.
fn count(number: usize) -> String {
    const WORDS: [&str; 10] =
        ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];
    WORDS.get(number).map_or_else(|| number.to_string(), |word| (*word).to_owned())
}
