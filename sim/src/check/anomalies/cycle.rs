//! A shortest cycle of a shape, through one transaction.

use std::collections::VecDeque;

use super::components::NONE;
use super::graph::{Graph, PROCESS, REAL_TIME, REST, RW, Relation, WR, WW};
use super::kind::{Beside, Shape};

/// How many states a path can be in.
const STATES: u32 = 4;
/// The last edge between transactions was rw.
const LAST: u32 = 1;
/// There was another one, after the first.
const MORE: u32 = 2;

impl Beside {
    /// What may stand in a cycle besides data.
    pub(super) fn relation(self) -> Relation {
        match self {
            Beside::Nothing => 0,
            Beside::Process => PROCESS,
            Beside::RealTime => REAL_TIME,
        }
    }
}

impl Shape {
    /// The relation of the first edge, where the cycle is begun with the one that
    /// the shape is named for.
    pub(super) fn first(self) -> Relation {
        match self {
            Shape::Overwriting => WW,
            Shape::Circular => WR,
            Shape::Single | Shape::Nonadjacent | Shape::Adjacent => RW,
        }
    }

    /// The state of a path behind its first edge.
    fn begun(self) -> u32 {
        match self {
            Shape::Overwriting | Shape::Circular | Shape::Single => 0,
            Shape::Nonadjacent | Shape::Adjacent => LAST,
        }
    }

    /// The state of a path with one more edge, if it may have it.
    fn step(self, beside: Relation, state: u32, relation: Relation) -> Option<u32> {
        if relation == REST {
            return Some(state);
        }
        let is_missed = relation == RW;
        let is_other = relation & (WW | WR | beside) != 0;
        match self {
            Shape::Overwriting => (relation & (WW | beside) != 0).then_some(0),
            Shape::Circular | Shape::Single => is_other.then_some(0),
            Shape::Nonadjacent if is_missed => (state & LAST == 0).then_some(LAST | MORE),
            Shape::Nonadjacent => is_other.then_some(state & MORE),
            Shape::Adjacent if is_missed => Some(LAST),
            Shape::Adjacent => is_other.then_some(0),
        }
    }

    /// The path may end where it began.
    fn closes(self, state: u32) -> bool {
        match self {
            Shape::Overwriting | Shape::Circular | Shape::Single => true,
            Shape::Nonadjacent => state == MORE,
            Shape::Adjacent => state == LAST,
        }
    }
}

/// Searches, with what it needs for that kept from one search to the next.
pub(super) struct Searcher<'a> {
    graph: &'a Graph,
    regions: &'a [u32],
    /// Of each node in each state: the search that came there, how many
    /// transactions it took, and the edge and place it came by.
    seen: Vec<Seen>,
    search: u32,
    /// Edges that were looked at.
    pub(super) looked: u64,
}

#[derive(Clone, Copy)]
struct Seen {
    search: u32,
    length: u32,
    edge: u32,
    before: u32,
}

impl<'a> Searcher<'a> {
    pub(super) fn new(graph: &'a Graph, regions: &'a [u32]) -> Searcher<'a> {
        let nothing = Seen { search: 0, length: 0, edge: NONE, before: NONE };
        let seen = vec![nothing; (graph.nodes() * STATES) as usize];
        Searcher { graph, regions, seen, search: 0, looked: 0 }
    }

    /// The numbers of the edges of a cycle through `start` that has fewer than
    /// `most` transactions, as few as there are; it begins with an edge that leads
    /// away from `start`.
    pub(super) fn shortest(
        &mut self,
        start: u32,
        shape: Shape,
        beside: Beside,
        most: u32,
    ) -> Option<Vec<u32>> {
        let beside = beside.relation();
        let region = self.regions[start as usize];
        self.search += 1;
        let mut queue: VecDeque<(u32, u32)> = VecDeque::new();
        for number in self.graph.numbers(start) {
            let edge = self.graph.edge(number);
            if edge.relation == shape.first() {
                let length = 1;
                let seen = Seen { search: self.search, length, edge: number, before: NONE };
                if let Some(place) = self.come(edge.to, shape.begun(), seen) {
                    queue.push_back((place, length));
                }
            }
        }
        while let Some((place, length)) = queue.pop_front() {
            let (node, state) = (place / STATES, place % STATES);
            if self.regions[node as usize] != region || self.seen[place as usize].length < length {
                continue;
            }
            if node == start {
                if shape.closes(state) {
                    return Some(self.path(place)).filter(|path| self.is_simple(path));
                }
                continue;
            }
            // From a transaction there is one more; from another node there is not, and
            // what is behind it comes before all that is farther.
            let is_counted = self.graph.is_transaction(node);
            let length = length + u32::from(is_counted);
            if length >= most {
                continue;
            }
            for number in self.graph.numbers(node) {
                let edge = self.graph.edge(number);
                self.looked += 1;
                let Some(state) = shape.step(beside, state, edge.relation) else { continue };
                let seen = Seen { search: self.search, length, edge: number, before: place };
                match self.come(edge.to, state, seen) {
                    Some(place) if is_counted => queue.push_back((place, length)),
                    Some(place) => queue.push_front((place, length)),
                    None => {}
                }
            }
        }
        None
    }

    /// Comes to a node in a state; its place, if that is a shorter way.
    fn come(&mut self, node: u32, state: u32, by: Seen) -> Option<u32> {
        let place = node * STATES + state;
        let seen = &mut self.seen[place as usize];
        let is_shorter = seen.search != by.search || by.length < seen.length;
        is_shorter.then(|| *seen = by).map(|()| place)
    }

    /// The edges to a place, the first one first.
    fn path(&self, mut place: u32) -> Vec<u32> {
        let mut edges = Vec::new();
        while place != NONE {
            let seen = self.seen[place as usize];
            edges.push(seen.edge);
            place = seen.before;
        }
        edges.reverse();
        edges
    }

    /// How many transactions a cycle has.
    pub(super) fn length(&self, cycle: &[u32]) -> u32 {
        let ends = cycle.iter().map(|number| self.graph.edge(*number).to);
        ends.filter(|node| self.graph.is_transaction(*node)).count() as u32
    }

    /// No transaction comes twice.
    fn is_simple(&self, path: &[u32]) -> bool {
        let ends = path.iter().map(|number| self.graph.edge(*number).to);
        let mut nodes: Vec<u32> = ends.filter(|node| self.graph.is_transaction(*node)).collect();
        nodes.sort_unstable();
        nodes.windows(2).all(|two| two[0] != two[1])
    }
}
