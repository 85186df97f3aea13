//! What entries wait for, and what became of them.

use netsplit_core::id::NodeId;

use crate::run::{NodeShown, WorldView};

use super::{capital, count, holders, needed, node, nodes, reach, term_at, up};

/// What the newest entry of a leader waits for, or who has not heard yet that it
/// is committed. Empty while its log is.
pub(super) fn newest_entry(view: &WorldView, leader: &NodeShown) -> String {
    let (index, committed) = (leader.glance.last_index, leader.glance.committed);
    let (all, needed) = (view.nodes.len(), needed(view));
    let Some(term) = term_at(leader, index) else {
        return match index {
            0 => String::new(),
            _ => format!("Its log is the snapshot of entries 1 to {index}."),
        };
    };
    let on = holders(view, index, term);
    if index == committed {
        return settled(view, leader, &on);
    }
    let first =
        (committed + 1..=index).find(|at| term_at(leader, *at) == Some(term)).unwrap_or(index);
    let what = match index - first {
        0 => format!("Entry {index}"),
        1 => format!("Entries {first} and {index}"),
        _ => format!("Entries {first} to {index}"),
    };
    let (is, them, wait) =
        if first == index { ("is", "it", "waits") } else { ("are", "them", "wait") };
    let own_term = term == leader.glance.term;
    let place = match on[..] {
        [] => format!("{is} on no disk yet"),
        _ if on.len() >= needed => format!("{is} on {} of {all}", on.len()),
        [only] if only == leader.id => format!("{is} on {only} alone"),
        _ => format!("{is} on {}", nodes(&on)),
    };
    match needed.saturating_sub(on.len()) {
        _ if !own_term => format!(
            "{what} of term {term} {place}, and {wait} for an entry of term {} (5.4.2).",
            leader.glance.term
        ),
        0 => format!("{what} {place}; {} does not know yet.", leader.id),
        _ if reach(view, leader).len() < needed => {
            format!("{what} {place}; {needed} copies commit {them}.")
        }
        more if on.is_empty() => format!("{what} {place}; {} copies commit {them}.", count(more)),
        1 => format!("{what} {place}; one more copy commits {them}."),
        more => format!("{what} {place}; {} more copies commit {them}.", count(more)),
    }
}

/// Everything the leader has is committed.
fn settled(view: &WorldView, leader: &NodeShown, on: &[NodeId]) -> String {
    let (index, all) = (leader.glance.committed, view.nodes.len());
    let reached = reach(view, leader);
    let others = || reached.iter().filter(|id| **id != leader.id).filter_map(|id| node(view, *id));
    let ignorant: Vec<NodeId> =
        others().filter(|node| node.glance.committed < index).map(|node| node.id).collect();
    let behind = others()
        .filter(|node| node.glance.last_index < index)
        .min_by_key(|node| node.glance.last_index);
    if let Some(behind) = behind.filter(|node| node.glance.last_index < leader.log.start) {
        return format!(
            "{} needs entry {}, which is in the snapshot: it gets that (7).",
            behind.id,
            behind.glance.last_index + 1
        );
    }
    let is = match on.len() {
        few if few < all => format!("Entry {index} is on {few} of {all}: committed."),
        _ => format!("Entry {index} is on all {all}: committed."),
    };
    match ignorant[..] {
        [] => is,
        _ if is.len() + 40 > 110 || ignorant.len() == others().count() => {
            format!("{} The others hear of it with the next message.", is)
                .replace(": committed. The", ": committed; the")
        }
        [only] => is.replace(": committed.", &format!(": committed. {only} does not know yet.")),
        _ => is.replace(
            ": committed.",
            &format!(": committed. {} do not know yet.", nodes(&ignorant)),
        ),
    }
}

/// What became of an entry: where it is, and whether it can still be lost.
pub(super) fn entry_story(view: &WorldView, index: u64, term: u64) -> String {
    let on = holders(view, index, term);
    let all = view.nodes.len();
    let place = match on.len() {
        0 => "On no disk".to_owned(),
        1 => format!("On the disk of {}", on[0]),
        many if many == all => format!("On all {} disks", count(all)),
        many => format!("On {} of {} disks", count(many), count(all)),
    };
    let has = |node: &&NodeShown| term_at(node, index) == Some(term) || index <= node.log.start;
    let committed = up(view).filter(has).any(|node| node.glance.committed >= index);
    let head = format!("Entry {index}, term {term}. {place}.");
    if committed {
        return format!("{head} Committed; every later leader has it (5.4).");
    }
    let other = up(view)
        .filter(|node| node.glance.committed >= index)
        .find_map(|node| term_at(node, index));
    if let Some(other) = other {
        return format!(
            "{head} It was never committed: the committed entry {index} is of term {other}."
        );
    }
    let leader = up(view).filter(|node| node.glance.leads).max_by_key(|node| node.glance.term);
    let end = match leader {
        Some(leader) if term_at(leader, index) != Some(term) => {
            format!("{}, who leads term {}, does not have it: it will be overwritten (5.3).", leader.id, leader.glance.term)
        }
        Some(leader) if leader.glance.term != term && on.len() >= needed(view) => format!(
            "It does not count yet: {} needs an entry of its own term {} on a majority (5.4.2).",
            leader.id, leader.glance.term
        ),
        Some(leader) if on.len() >= needed(view) => {
            format!("On a majority; {} learns of it with the answers that are under way (5.3).", leader.id)
        }
        Some(_) => {
            let more = needed(view) - on.len();
            let copies = if more == 1 { "copy commits" } else { "copies commit" };
            format!("{} more {copies} it (5.3).", capital(&count(more)))
        }
        None if on.len() >= needed(view) => "Nobody leads; whoever wins with a majority's votes may have it, or not count it yet (5.4).".to_owned(),
        None => "Nobody leads; the next leader may have it or not (5.4).".to_owned(),
    };
    format!("{head} {end}")
}
