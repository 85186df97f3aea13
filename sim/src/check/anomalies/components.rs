//! Strongly connected components, without recursion (Tarjan, "Depth-first search
//! and linear graph algorithms", 1972).

use super::graph::{Graph, Relation};

/// No component, or no region.
pub(super) const NONE: u32 = u32::MAX;

/// Where to look, and what counts as an edge there. A node can be in one of
/// several states, and an edge leads from one to another, or nowhere.
pub(super) struct Look<'a, F> {
    pub(super) graph: &'a Graph,
    /// Of each node, its region: no edge leads from one to another.
    pub(super) regions: Option<&'a [u32]>,
    pub(super) states: u32,
    /// The state behind an edge.
    pub(super) step: F,
}

/// The components, the last in the graph's order first: an edge between two leads
/// to the one of the smaller number.
#[derive(Debug)]
pub(super) struct Components {
    /// Of each node in each state.
    pub(super) of: Vec<u32>,
    /// Nodes by component.
    order: Vec<u32>,
    /// Where each component begins in `order`, and the end.
    starts: Vec<u32>,
}

impl Components {
    /// The nodes of a component.
    pub(super) fn nodes(&self, component: u32) -> &[u32] {
        let range = self.starts[component as usize]..self.starts[component as usize + 1];
        &self.order[range.start as usize..range.end as usize]
    }

    pub(super) fn count(&self) -> u32 {
        self.starts.len() as u32 - 1
    }

    /// Those with more than one node: as many as have cycles, because no edge leads
    /// from a node to itself.
    pub(super) fn cyclic(&self) -> impl Iterator<Item = u32> {
        (0..self.count()).filter(|component| self.nodes(*component).len() > 1)
    }
}

/// Finds the components.
pub(super) fn components<F>(look: &Look<F>) -> Components
where
    F: Fn(u32, Relation) -> Option<u32>,
{
    let Look { graph, regions, states, step } = look;
    let count = graph.nodes() * states;
    let mut found =
        Components { of: vec![NONE; count as usize], order: Vec::new(), starts: vec![0] };
    let mut low = vec![NONE; count as usize];
    let mut next = 0;
    // Seen and not in a component yet.
    let mut open: Vec<u32> = Vec::new();
    // The way to here: a node in a state, its number, and the next of its edges.
    let mut way: Vec<(u32, u32, u32)> = Vec::new();
    for root in 0..count {
        let is_in = regions.is_none_or(|regions| regions[(root / states) as usize] != NONE);
        if low[root as usize] != NONE || !is_in {
            continue;
        }
        low[root as usize] = next;
        open.push(root);
        way.push((root, next, graph.numbers(root / states).start));
        next += 1;
        while let Some((at, number, edge)) = way.last_mut() {
            let at = *at;
            let node = at / states;
            if *edge < graph.numbers(node).end {
                let one = graph.edge(*edge);
                *edge += 1;
                let is_out = regions
                    .is_some_and(|regions| regions[one.to as usize] != regions[node as usize]);
                let state = if is_out { None } else { step(at % states, one.relation) };
                let Some(to) = state.map(|state| one.to * states + state) else { continue };
                if low[to as usize] == NONE {
                    low[to as usize] = next;
                    open.push(to);
                    way.push((to, next, graph.numbers(one.to).start));
                    next += 1;
                } else if found.of[to as usize] == NONE {
                    low[at as usize] = low[at as usize].min(low[to as usize]);
                }
                continue;
            }
            let number = *number;
            way.pop();
            if let Some((before, ..)) = way.last() {
                low[*before as usize] = low[*before as usize].min(low[at as usize]);
            }
            if low[at as usize] == number {
                let component = found.count();
                while let Some(member) = open.pop() {
                    found.of[member as usize] = component;
                    found.order.push(member);
                    if member == at {
                        break;
                    }
                }
                found.starts.push(found.order.len() as u32);
            }
        }
    }
    found
}
