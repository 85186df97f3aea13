//! What is selected, as links name it: `n3`, `n1-n3`, `n1>n3#57`, `n3 timer 1`,
//! `n3 entry 5`, `n1 n4`, `operation 12`. Frozen, as everything in links is; what is new comes beside.

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
                .chain(["operation 12"])
        {
            assert_eq!(Selection::named(name).name().as_deref(), Some(name));
        }
        for other in ["", "n", "n0", "n1-", "n1>n2", "the leader", "n1 timer", "n3 entry -1"] {
            assert_eq!(Selection::named(other), Selection::Nothing, "{other}");
        }
    }
}
