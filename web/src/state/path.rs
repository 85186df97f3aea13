//! Where the stage is, and where what is selected is: `Shards › group 2 › n3 › entry 17`.

use netsplit_core::id::{Cast, NodeId};

use super::action::Action;
use super::selection::Selection;
use crate::draw::ring::is_of;

/// A part of the path.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// What it is called.
    pub name: String,
    /// What a press on it does.
    pub goes: Action,
    /// How it stands to what is shown.
    pub stands: Stands,
}

/// How a part of the path stands to what is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stands {
    /// Further out.
    Above,
    /// It is shown.
    Here,
    /// Further in: what is selected is there.
    Below,
}

/// The group in which what is selected is seen, 0 for the servers of none: `here`, where it is seen
/// there as well; `None` where that does not matter.
pub fn group_of(selection: Selection, here: Option<u32>) -> Option<u32> {
    let ends: Vec<NodeId> = match selection {
        Selection::Node(node) | Selection::Timer(node, _) | Selection::Entry(node, _) => vec![node],
        Selection::Nodes(nodes) => nodes.iter().collect(),
        Selection::Link(one, two) => vec![one, two],
        Selection::Message(id) => vec![id.to, id.from],
        Selection::Nothing
        | Selection::Branch(_)
        | Selection::Operation(_)
        | Selection::Shard(_) => Vec::new(),
    };
    let is_here = |group: &u32| ends.iter().any(|end| is_of(*end, *group));
    let first = ends.iter().find(|end| !end.is_client());
    here.filter(is_here).or(first.map(|node| node.group().unwrap_or(0)))
}

/// What a group is called in the path.
pub fn group_name(group: u32) -> String {
    if group == 0 { "controller".to_owned() } else { format!("group {group}") }
}

/// The path to what is shown and to what is selected.
pub fn path(alone: Option<u32>, selection: Selection) -> Vec<Part> {
    let group = group_of(selection, alone).or(alone);
    let mut parts = vec![("Shards".to_owned(), Action::ShowGroup(None, None))];
    if let Some(group) = group {
        // Where it is shown, a press leaves what is in it.
        let kept = (alone == Some(group)).then_some(Selection::Nothing);
        parts.push((group_name(group), Action::ShowGroup(Some(group), kept)));
    }
    let goes = |selection| Action::ShowGroup(group, Some(selection));
    let within = |node: NodeId| short(node, group);
    match selection {
        Selection::Nothing | Selection::Branch(_) => {}
        Selection::Entry(node, index) => {
            parts.push((within(node), goes(Selection::Node(node))));
            parts.push((format!("entry {index}"), goes(selection)));
        }
        Selection::Timer(node, _) => {
            parts.push((within(node), goes(Selection::Node(node))));
            parts.push(("timer".to_owned(), goes(selection)));
        }
        Selection::Node(node) => parts.push((within(node), goes(selection))),
        Selection::Nodes(nodes) => {
            let names: Vec<String> = nodes.iter().map(within).collect();
            parts.push((names.join(", "), goes(selection)));
        }
        Selection::Link(one, two) => {
            parts.push((format!("{} – {}", within(one), within(two)), goes(selection)));
        }
        Selection::Message(id) => {
            parts.push((format!("{} → {}", within(id.from), within(id.to)), goes(selection)));
        }
        Selection::Operation(op) => {
            parts.push((format!("operation {}", op.number()), goes(selection)));
        }
        Selection::Shard(shard) => parts.push((format!("shard {shard}"), goes(selection))),
    }
    let here = match alone {
        None => 0,
        Some(_) => parts.len() - 1,
    };
    let part = |(place, (name, goes)): (usize, (String, Action))| {
        let stands = match place.cmp(&here) {
            std::cmp::Ordering::Less => Stands::Above,
            std::cmp::Ordering::Equal => Stands::Here,
            std::cmp::Ordering::Greater => Stands::Below,
        };
        Part { name, goes, stands }
    };
    parts.into_iter().enumerate().map(part).collect()
}

/// The groups that can be gone into.
pub fn groups(cast: Cast) -> impl Iterator<Item = u32> {
    (0..=cast.groups.count).filter(move |group| cast.members(*group).next().is_some())
}

/// The name of a node within its group; of others the whole.
fn short(node: NodeId, group: Option<u32>) -> String {
    match node.group() {
        Some(own) if group == Some(own) => format!("n{}", node.number()),
        _ => node.to_string(),
    }
}
