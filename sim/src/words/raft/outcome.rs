//! What an act on a group of peers leads to.

use netsplit_core::id::NodeId;
use netsplit_core::time::Time;

use crate::run::{self, Fact, NodeShown, WorldView};
use crate::words::outcome::{Told, wait_text};

use super::{term_at, up};

/// What broke; else who leads and since when; else what became of the newest
/// entry; else that nothing did.
pub(super) fn leads_to(before: &WorldView, after: &WorldView, told: &[Told]) -> String {
    change(before, after, told).unwrap_or_else(|| match leader(after) {
        Some(is) => format!("{} still leads term {}", is.id, is.glance.term),
        None => {
            format!("nobody leads within {}", wait_text(after.moment.at.since(before.moment.at)))
        }
    })
}

/// What is another than it was.
pub(in crate::words) fn change(
    before: &WorldView,
    after: &WorldView,
    told: &[Told],
) -> Option<String> {
    let since = |at: Time| wait_text(at.since(before.moment.at));
    let fresh = |other: &&crate::property::Violation| {
        !before.broken.iter().any(|known| known.property == other.property)
    };
    if let Some(broken) = after.broken.iter().find(fresh) {
        return Some(format!("{} is broken after {}", broken.property, since(broken.moment.at)));
    }
    let within = since(after.moment.at);
    let (was, is) = (leader(before), leader(after));
    let entry = entry_fate(before, after, told);
    let lead = match (was, is) {
        (_, Some(is))
            if was.map(|was| (was.id, was.glance.term)) != Some((is.id, is.glance.term)) =>
        {
            let (name, term) = (is.id, is.glance.term);
            match since_when(name, term, told) {
                Some(at) => Some(format!("{name} leads term {term} after {}", since(at))),
                None => Some(format!("{name} leads term {term} within {within}")),
            }
        }
        (_, None) if after.nodes.iter().all(|node| !node.up) => {
            return Some("all nodes are down".to_owned());
        }
        (Some(_), None) => return Some(format!("nobody leads after {within}")),
        (None, None) => return None,
        (_, Some(_)) => None,
    };
    match (lead, entry) {
        (Some(lead), Some(entry)) => Some(format!("{lead}; {entry}")),
        (line, None) | (None, line) => line,
    }
}

/// Who leads the highest term.
fn leader(view: &WorldView) -> Option<&NodeShown> {
    up(view).filter(|node| node.glance.leads).max_by_key(|node| node.glance.term)
}

/// When a node told that it leads a term.
fn since_when(node: NodeId, term: u64, told: &[Told]) -> Option<Time> {
    let leads = |told: &run::Told| told.node == node && told.fact == Some(Fact::Leads { term });
    told.iter().rev().find(|(_, told)| leads(told)).map(|(at, _)| *at)
}

/// What became of the newest entry that was not committed at the act, or of the
/// one that the act made.
fn entry_fate(before: &WorldView, after: &WorldView, told: &[Told]) -> Option<String> {
    let most = |view: &WorldView| up(view).map(|node| node.glance.committed).max().unwrap_or(0);
    let (index, term) = open_entry(before, most(before)).or_else(|| {
        let old = leader(before).map_or(0, |node| node.glance.last_index);
        open_at(leader(after)?, old + 1)
    })?;
    let has = |node: &&NodeShown| term_at(node, index) == Some(term) || index <= node.log.start;
    if up(after).filter(has).any(|node| node.glance.committed >= index) {
        let applied = Some(Fact::Applied { index });
        let at = told.iter().find(|(_, told)| told.fact == applied).map(|(at, _)| *at);
        return Some(match at {
            Some(at) => format!(
                "entry {index} is committed after {}",
                wait_text(at.since(before.moment.at))
            ),
            None => format!("entry {index} is committed"),
        });
    }
    let somewhere = after.nodes.iter().any(|node| term_at(node, index) == Some(term));
    let replaced = up(after).any(|node| node.glance.committed >= index);
    Some(if !somewhere || replaced {
        format!("entry {index} is lost")
    } else {
        format!(
            "entry {index} is not committed within {}",
            wait_text(after.moment.at.since(before.moment.at))
        )
    })
}

/// The newest entry of the leader that is not committed.
fn open_entry(view: &WorldView, committed: u64) -> Option<(u64, u64)> {
    let leader = leader(view)?;
    let last = leader.glance.last_index;
    (last > committed).then(|| open_at(leader, last)).flatten()
}

fn open_at(node: &NodeShown, index: u64) -> Option<(u64, u64)> {
    term_at(node, index).map(|term| (index, term))
}
