//! Which shapes of cycles a graph has, and a short one of each.
//!
//! All cycles lie in strongly connected components. In each, every shape is looked
//! for, first with data alone, then with the order of sessions, then with that of
//! real time; a shape that was found is not looked for again with more. Whether
//! there is any is decided exactly where it decides about a level:
//! - G0 and G1c: an edge of their own within a component of their edges;
//! - G-single: an edge rw whose start can be reached from its end (`reach.rs`);
//! - G-nonadjacent: an edge rw within a component of a graph in which no second rw
//!   follows it;
//! - G2-item: all that is left then.
//!
//! Beside a worse one, G-nonadjacent and G2-item are looked for as long as the
//! budget lasts.

use std::collections::BTreeMap;

use super::components::{Components, Look, NONE, components};
use super::cycle::Searcher;
use super::facts::Facts;
use super::graph::{Graph, PROCESS, REAL_TIME, REST, RW, Relation, WR, WW};
use super::kind::{Beside, Shape};
use super::reach;
use super::{Anomaly, Link, Why};

/// Edges that may be looked at for one shape in one component, once one cycle of it
/// is known: for a shorter one.
const SHORTER: u64 = 200_000;
/// The same, while none is known, but one of a worse shape is.
const BESIDE: u64 = 5_000_000;
/// Anti-dependencies to begin with, of each component.
const STARTS: usize = 256;

/// Finds the cycles.
pub(super) fn cycles(graph: &Graph, facts: &Facts) -> Vec<Anomaly> {
    let all = within(graph, None, WW | WR | RW | PROCESS | REAL_TIME);
    let regions = regions(&all, graph.nodes());
    if regions.iter().all(|region| *region == NONE) {
        return Vec::new();
    }
    let mut search = Search { graph, facts, known: BTreeMap::new(), found: Vec::new() };
    for beside in Beside::ALL {
        search.look(beside, &regions);
    }
    search.found
}

/// The components by edges of some relations.
fn within(graph: &Graph, regions: Option<&[u32]>, allowed: Relation) -> Components {
    let step = |_, relation| (relation & (allowed | REST) != 0).then_some(0);
    components(&Look { graph, regions, states: 1, step })
}

/// Of each node, the component with a cycle that it is in.
fn regions(of: &Components, nodes: u32) -> Vec<u32> {
    let mut regions = vec![NONE; nodes as usize];
    for component in of.cyclic() {
        for node in of.nodes(component) {
            regions[*node as usize] = component;
        }
    }
    regions
}

struct Search<'a> {
    graph: &'a Graph,
    facts: &'a Facts,
    /// Of each shape that was found, a transaction of each of its cycles.
    known: BTreeMap<Shape, Vec<u32>>,
    found: Vec<Anomaly>,
}

/// The graph as it is with some relation beside data.
struct Sides<'a> {
    beside: Beside,
    /// Components of all edges that have a cycle.
    regions: &'a [u32],
    /// Components by overwriting alone; with reading; and of the graph in which no
    /// rw follows another, with a state that says whether one was last.
    overwriting: Components,
    reading: Components,
    apart: Components,
    /// Where edges rw lead away from that close a cycle alone, in ascending order.
    closing: Vec<u32>,
    /// What an edge rw leads to, directly or by stairs.
    is_missed: Vec<bool>,
}

impl Search<'_> {
    /// Looks for all shapes with this beside data.
    fn look(&mut self, beside: Beside, outer: &[u32]) {
        let graph = self.graph;
        let extra = beside.relation();
        let all = within(graph, Some(outer), WW | WR | RW | extra);
        let regions = regions(&all, graph.nodes());
        let groups: Vec<u32> = all.cyclic().collect();
        if groups.is_empty() {
            return;
        }
        let inner = Some(&*regions);
        let reading = within(graph, inner, WW | WR | extra);
        let apart = |state: u32, relation: Relation| match relation {
            REST => Some(state),
            RW => (state == 0).then_some(1),
            other => (other & (WW | WR | extra) != 0).then_some(0),
        };
        let sides = Sides {
            beside,
            regions: &regions,
            overwriting: within(graph, inner, WW | extra),
            apart: components(&Look { graph, regions: inner, states: 2, step: apart }),
            closing: reach::closing(graph, &regions, &reading, WW | WR | REST | extra, STARTS),
            is_missed: missed(graph, &regions),
            reading,
        };
        let mut searcher = Searcher::new(graph, sides.regions);
        for group in groups {
            let mut nodes: Vec<u32> = all.nodes(group).to_vec();
            nodes.retain(|node| graph.is_transaction(*node));
            nodes.sort_unstable();
            self.look_in(&sides, &mut searcher, group, &nodes);
        }
    }

    /// Looks for all shapes in one component, of which these are the transactions.
    fn look_in(&mut self, sides: &Sides, searcher: &mut Searcher, group: u32, nodes: &[u32]) {
        let is_here = |known: &u32| sides.regions[*known as usize] == group;
        let mut is_any = self.known.values().flatten().any(is_here);
        for shape in Shape::ALL {
            let known = self.known.get(&shape);
            if known.is_some_and(|known| known.iter().any(is_here)) {
                continue;
            }
            let starts = nodes.iter().filter(|node| sides.is_start(self.graph, **node, shape));
            let budget = if is_any { BESIDE } else { u64::MAX };
            let Some(cycle) = short(searcher, starts, shape, sides.beside, budget) else {
                continue;
            };
            is_any = true;
            let (links, start) = (self.links(&cycle), self.start(&cycle));
            self.known.entry(shape).or_default().push(start);
            self.found.push(Anomaly::Cycle(shape, sides.beside, links));
        }
    }

    /// A transaction of a cycle: that in which its last edge ends.
    fn start(&self, cycle: &[u32]) -> u32 {
        cycle.last().map_or(0, |last| self.graph.edge(*last).to)
    }

    /// What a cycle says, transaction by transaction.
    fn links(&self, cycle: &[u32]) -> Vec<Link> {
        let op = |node: u32| self.facts.ops[node as usize];
        let mut links = Vec::new();
        let (mut from, mut first) = (self.start(cycle), None);
        for number in cycle {
            let edge = self.graph.edge(*number);
            let begun = *first.get_or_insert(edge);
            if !self.graph.is_transaction(edge.to) {
                continue;
            }
            // What a stair leads to is known at its end.
            let behind = edge.label.behind;
            let key = || self.facts.keys[begun.label.key as usize].clone();
            let why = match begun.relation {
                WW => Why::Overwritten { key: key(), value: begun.label.value, behind },
                WR => Why::Read { key: key(), value: begun.label.value },
                RW => Why::Missed { key: key(), value: behind },
                PROCESS => Why::Process,
                _ => Why::RealTime,
            };
            links.push(Link { from: op(from), to: op(edge.to), why });
            (from, first) = (edge.to, None);
        }
        links
    }
}

/// Where edges rw lead to, directly or by stairs.
fn missed(graph: &Graph, regions: &[u32]) -> Vec<bool> {
    let mut is_missed = vec![false; graph.nodes() as usize];
    for node in (0..graph.nodes()).filter(|node| regions[*node as usize] != NONE) {
        for edge in graph.edges(node) {
            is_missed[edge.to as usize] |= edge.relation & (RW | REST) != 0;
        }
    }
    is_missed
}

impl Sides<'_> {
    /// A cycle of this shape may begin here.
    fn is_start(&self, graph: &Graph, node: u32, shape: Shape) -> bool {
        let same = |of: &Components, from: u32, to: u32| {
            of.of[from as usize] != NONE && of.of[from as usize] == of.of[to as usize]
        };
        let mut edges = graph.edges(node).iter().filter(|edge| {
            edge.relation == shape.first()
                && self.regions[edge.to as usize] == self.regions[node as usize]
        });
        match shape {
            Shape::Overwriting => edges.any(|edge| same(&self.overwriting, node, edge.to)),
            Shape::Circular => edges.any(|edge| same(&self.reading, node, edge.to)),
            Shape::Single => self.closing.binary_search(&node).is_ok(),
            Shape::Nonadjacent => edges.any(|edge| same(&self.apart, 2 * node, 2 * edge.to + 1)),
            Shape::Adjacent => self.is_missed[node as usize] && edges.next().is_some(),
        }
    }
}

/// A short cycle: the shortest of those that begin at these, as long as the budget
/// lasts.
fn short<'a>(
    searcher: &mut Searcher,
    starts: impl Iterator<Item = &'a u32>,
    shape: Shape,
    beside: Beside,
    budget: u64,
) -> Option<Vec<u32>> {
    let mut shortest: Option<(u32, Vec<u32>)> = None;
    let begun = searcher.looked;
    for start in starts {
        let most = shortest.as_ref().map_or(u32::MAX, |(length, _)| *length);
        let budget = if shortest.is_some() { SHORTER } else { budget };
        if most <= 2 || searcher.looked - begun >= budget {
            break;
        }
        if let Some(cycle) = searcher.shortest(*start, shape, beside, most) {
            shortest = Some((searcher.length(&cycle), cycle));
        }
    }
    shortest.map(|(_, cycle)| cycle)
}
