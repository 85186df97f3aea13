//! What is selected, as links name it: `n3`, `n1-n3`, `n1>n3#57`, `n3 timer 1`,
//! `n3 entry 5`, `n1 n4`, `operation 12`, `shard 3`; where one group stands alone on the stage, behind
//! `within g2`. Frozen, as everything in links is; what is new comes beside.

use netsplit_core::history::OpId;
use netsplit_core::id::NodeId;
use netsplit_sim::script::envelope_from_text;

use super::selection::{NodeSet, Selection};

impl Selection {
    /// Its name in links; `None` for nothing, and for branches, which are counted
    /// anew in every tab.
    pub fn name(self) -> Option<String> {
        match self {
            Selection::Nothing | Selection::Branch(_) => None,
            Selection::Node(node) => Some(node.to_string()),
            Selection::Nodes(nodes) => {
                let names: Vec<String> = nodes.iter().map(|node| node.to_string()).collect();
                Some(names.join(" "))
            }
            Selection::Link(one, two) => Some(format!("{one}-{two}")),
            Selection::Message(id) => Some(id.to_string()),
            Selection::Timer(node, code) => Some(format!("{node} timer {code}")),
            Selection::Entry(node, index) => Some(format!("{node} entry {index}")),
            Selection::Operation(op) => Some(format!("operation {}", op.number())),
            Selection::Shard(shard) => Some(format!("shard {shard}")),
        }
    }

    /// What a name means; nothing when it means nothing to this version.
    pub fn named(name: &str) -> Selection {
        Selection::read(name).unwrap_or_default()
    }

    fn read(name: &str) -> Option<Selection> {
        if let Some((one, two)) = name.split_once('-') {
            return Some(Selection::link(node(one)?, node(two)?));
        }
        let words: Vec<&str> = name.split(' ').collect();
        match words[..] {
            [who, "timer", code] => Some(Selection::Timer(node(who)?, code.parse().ok()?)),
            [who, "entry", index] => Some(Selection::Entry(node(who)?, index.parse().ok()?)),
            ["operation", number] => {
                let index = number.parse::<u32>().ok()?.checked_sub(1)?;
                Some(Selection::Operation(OpId::from_index(index)))
            }
            ["shard", number] => Some(Selection::Shard(number.parse().ok()?)),
            [name] if name.contains('>') => envelope_from_text(name).map(Selection::Message),
            _ => {
                let each: Option<Vec<NodeId>> = words.into_iter().map(node).collect();
                Some(Selection::of_nodes(
                    each?.into_iter().fold(NodeSet::default(), NodeSet::toggled),
                ))
            }
        }
    }
}

/// The same with the group that stands alone on the stage, 0 for the servers of none.
pub fn place_name(alone: Option<u32>, selection: Selection) -> Option<String> {
    let name = selection.name();
    let Some(group) = alone else { return name };
    let name = name.map_or_else(String::new, |name| format!(" {name}"));
    Some(format!("{WITHIN}{group}{name}"))
}

/// What such a name means.
pub fn place_named(name: &str) -> (Option<u32>, Selection) {
    let Some(within) = name.strip_prefix(WITHIN) else { return (None, Selection::named(name)) };
    let (group, rest) = within.split_once(' ').unwrap_or((within, ""));
    (group.parse().ok(), Selection::named(rest))
}

const WITHIN: &str = "within g";

fn node(name: &str) -> Option<NodeId> {
    NodeId::from_name(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_read_back() {
        for name in
            ["n3", "n1-n3", "n1>n3#57", "n1>n3#57''", "n3 timer 1", "n12 entry 400", "n1 n4"]
                .into_iter()
                .chain(["c2", "n1-c1", "c1>n3#57", "n1>c3#57''", "c3 timer 1000", "n1 n4 c1 c3"])
                .chain(["operation 12", "shard 3"])
        {
            assert_eq!(Selection::named(name).name().as_deref(), Some(name));
        }
        for name in ["n3", "within g2", "within g0 n3", "within g2 g2.n3 entry 5"] {
            let (alone, selection) = place_named(name);
            assert_eq!(place_name(alone, selection).as_deref(), Some(name));
        }
        // Whoever knows no groups alone finds nothing selected there.
        assert_eq!(Selection::named("within g2 g2.n3 entry 5"), Selection::Nothing);
        for other in ["", "n", "n0", "n1-", "n1>n2", "the leader", "n1 timer", "n3 entry -1"] {
            assert_eq!(Selection::named(other), Selection::Nothing, "{other}");
        }
    }
}
