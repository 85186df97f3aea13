//! The graph of what must stand before what: Adya's direct serialization graph
//! (1999, chapter 3) with the order of sessions and of real time beside it.
//!
//! Two kinds of nodes are no transactions and only keep the number of edges in
//! proportion to the history:
//! - *moments*: a transaction that returned points to the next moment, each moment
//!   to the one after it, and the latest one to whatever is asked then. So a path
//!   of real time leads exactly from what returned to what was asked later, with
//!   at most three edges a transaction. (Elle keeps a transitive reduction instead,
//!   which has as many edges a transaction as others are open.)
//! - *stairs*: what committed and was never read stands behind all that was read,
//!   in no known order. Whoever must stand before all of these points to a stair.
//!
//! Two transactions that read all there was and then appended, behind it, have no
//! edge between them: either may be the first, and that both did so is found as a
//! lost update (`direct.rs`) or as a contradiction within one of them.

use std::collections::{BTreeMap, BTreeSet};

use netsplit_core::history::{Event, Session};
use netsplit_core::transaction::Transactions;

use super::facts::{Element, Facts, Seen, Vertex};

/// What an edge is made of. Each is a bit, so that sets of them are numbers.
pub(super) type Relation = u8;
/// The later one appended behind the earlier one.
pub(super) const WW: Relation = 1;
/// The later one read what the earlier one appended.
pub(super) const WR: Relation = 2;
/// The earlier one read the list without what the later one appended.
pub(super) const RW: Relation = 4;
/// One session asked for both.
pub(super) const PROCESS: Relation = 8;
/// The earlier one had returned before the later one was asked for.
pub(super) const REAL_TIME: Relation = 16;
/// From a stair: as the edge that led to it.
pub(super) const REST: Relation = 32;

/// The key and values that make an edge.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Label {
    pub(super) key: u32,
    /// What the earlier one appended, where it did.
    pub(super) value: u64,
    /// What the later one appended, where it did, and that is known here.
    pub(super) behind: u64,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Edge {
    pub(super) to: u32,
    pub(super) relation: Relation,
    pub(super) label: Label,
}

/// Nodes with their edges.
#[derive(Debug)]
pub(super) struct Graph {
    /// Where the edges of each node begin, and where those of the last one end.
    starts: Vec<u32>,
    edges: Vec<Edge>,
    /// So many of the nodes are transactions, and come first.
    transactions: u32,
}

impl Graph {
    /// The graph of what is known.
    pub(super) fn new(history: &Transactions, facts: &Facts) -> Graph {
        let count = facts.ops.len() as u32;
        let mut making = Making { edges: Vec::new(), nodes: count };
        for key in 0..facts.keys.len() as u32 {
            making.versions(facts, key);
        }
        making.reads(facts);
        making.time(history, facts);
        making.graph(count)
    }

    pub(super) fn nodes(&self) -> u32 {
        self.starts.len() as u32 - 1
    }

    pub(super) fn is_transaction(&self, node: u32) -> bool {
        node < self.transactions
    }

    /// The edges that lead away from a node, by number.
    pub(super) fn numbers(&self, node: u32) -> std::ops::Range<u32> {
        self.starts[node as usize]..self.starts[node as usize + 1]
    }

    pub(super) fn edge(&self, number: u32) -> &Edge {
        &self.edges[number as usize]
    }

    /// The edges that lead away from a node.
    pub(super) fn edges(&self, node: u32) -> &[Edge] {
        let range = self.numbers(node);
        &self.edges[range.start as usize..range.end as usize]
    }
}

/// A graph that is being made.
struct Making {
    /// With the node that each leads away from.
    edges: Vec<(u32, Edge)>,
    nodes: u32,
}

impl Making {
    fn node(&mut self) -> u32 {
        self.nodes += 1;
        self.nodes - 1
    }

    fn edge(&mut self, from: u32, to: u32, relation: Relation, label: Label) {
        if from != to {
            self.edges.push((from, Edge { to, relation, label }));
        }
    }

    /// ww: each version is behind the one before it, aborted ones left out.
    fn versions(&mut self, facts: &Facts, key: u32) {
        let mut before: Option<(Vertex, u64)> = None;
        for element in &facts.orders[key as usize] {
            let Some(writer) = element.writer else { continue };
            if let Some((earlier, value)) = before {
                self.edge(earlier, writer, WW, Label { key, value, behind: element.value });
            }
            before = Some((writer, element.value));
        }
    }

    /// wr and rw, and all edges to what is behind the order.
    fn reads(&mut self, facts: &Facts) {
        // Who read all that was read of a key.
        let mut enders: Vec<BTreeSet<Vertex>> = vec![BTreeSet::new(); facts.keys.len()];
        for read in &facts.reads {
            let order = &facts.orders[read.key as usize];
            if let Seen::First(count) = read.seen
                && order[count as usize..].iter().all(|element| element.writer.is_none())
            {
                enders[read.key as usize].insert(read.reader);
            }
        }
        let stairs: Vec<Stairs> = (0..)
            .zip(facts.behind.iter().zip(&enders))
            .map(|(key, (behind, enders))| self.stairs(key, behind, enders))
            .collect();
        for (key, order) in (0..).zip(&facts.orders) {
            let last =
                order.iter().rev().find_map(|element| Some((element.writer?, element.value)));
            if let Some((writer, value)) = last {
                self.lead(&stairs[key as usize], writer, WW, Label { key, value, behind: 0 });
            }
        }
        for read in &facts.reads {
            let (key, reader) = (read.key, read.reader);
            let order = &facts.orders[key as usize];
            match read.seen {
                Seen::First(count) => {
                    let (seen, rest) = order.split_at(count as usize);
                    if let Some(Element { writer: Some(writer), value, .. }) = seen.last() {
                        self.edge(*writer, reader, WR, Label { key, value: *value, behind: 0 });
                    }
                    // What an aborted one appended is no version to go on from, and from
                    // its own the reader goes on by ww.
                    let is_from = |last: &Element| last.writer.is_some_and(|it| it != reader);
                    if !seen.last().is_none_or(is_from) {
                        continue;
                    }
                    match rest.iter().find_map(|next| Some((next.writer?, next.value))) {
                        Some((next, behind)) => {
                            self.edge(reader, next, RW, Label { key, value: 0, behind });
                        }
                        None => {
                            let label = Label { key, value: 0, behind: 0 };
                            let stairs = &stairs[key as usize];
                            let is_behind = stairs.places.contains_key(&reader);
                            let most = if is_behind { stairs.apart } else { stairs.steps.len() };
                            if let Some(top) = most.checked_sub(1) {
                                self.edge(reader, stairs.steps[top].1, RW, label);
                            }
                        }
                    }
                }
                Seen::Other(Some((writer, value))) => {
                    self.edge(writer, reader, WR, Label { key, value, behind: 0 });
                }
                Seen::Other(None) => {}
            }
        }
    }

    /// Stairs up and down over what is behind the order of a key.
    fn stairs(&mut self, key: u32, behind: &[(Vertex, u64)], enders: &BTreeSet<Vertex>) -> Stairs {
        let mut writers = behind.to_vec();
        writers.dedup_by_key(|(writer, _)| *writer);
        writers.sort_by_key(|(writer, _)| enders.contains(writer));
        let apart = writers.iter().filter(|(writer, _)| !enders.contains(writer)).count();
        let mut stairs = Stairs { apart, ..Stairs::default() };
        for (writer, value) in writers {
            let (up, down) = (self.node(), self.node());
            let label = Label { key, value: 0, behind: value };
            // Up leads to it and to those before it, down to it and those after.
            self.edge(up, writer, REST, label);
            self.edge(down, writer, REST, label);
            if let Some((.., up_before, down_before)) = stairs.steps.last().copied() {
                self.edge(up, up_before, REST, label);
                self.edge(down_before, down, REST, label);
            }
            stairs.places.insert(writer, stairs.steps.len());
            stairs.steps.push((writer, up, down));
        }
        stairs
    }

    /// Edges from a transaction to all that is behind the order, without itself.
    fn lead(&mut self, stairs: &Stairs, from: Vertex, relation: Relation, label: Label) {
        match stairs.places.get(&from) {
            None => {
                if let Some((_, up, _)) = stairs.steps.last() {
                    self.edge(from, *up, relation, label);
                }
            }
            Some(place) => {
                if let Some((_, up, _)) = place.checked_sub(1).map(|before| stairs.steps[before]) {
                    self.edge(from, up, relation, label);
                }
                if let Some((.., down)) = stairs.steps.get(place + 1) {
                    self.edge(from, *down, relation, label);
                }
            }
        }
    }

    /// The order of sessions and of real time. What ended without an answer comes
    /// after others, and before none.
    fn time(&mut self, history: &Transactions, facts: &Facts) {
        let mut vertices = vec![None; history.len()];
        for (vertex, op) in (0..).zip(&facts.ops) {
            vertices[op.index()] = Some(vertex);
        }
        let mut sessions: BTreeMap<Session, Vertex> = BTreeMap::new();
        let mut moment = None;
        // What returned after the latest moment.
        let mut returned: Vec<Vertex> = Vec::new();
        for event in history.events_from(0) {
            let (Event::Invoked(id) | Event::Returned(id)) = event;
            let Some(vertex) = vertices[id.index()] else { continue };
            let op = history.get(id).expect("an event is of a transaction of its history");
            match event {
                Event::Invoked(_) => {
                    if let Some(before) = sessions.get(&op.session) {
                        self.edge(*before, vertex, PROCESS, Label::default());
                    }
                    if !returned.is_empty() {
                        let next = self.node();
                        for earlier in returned.drain(..).chain(moment) {
                            self.edge(earlier, next, REAL_TIME, Label::default());
                        }
                        moment = Some(next);
                    }
                    if let Some(moment) = moment {
                        self.edge(moment, vertex, REAL_TIME, Label::default());
                    }
                }
                Event::Returned(_) if op.reply().is_some() => {
                    sessions.insert(op.session, vertex);
                    returned.push(vertex);
                }
                Event::Returned(_) => {}
            }
        }
    }

    /// Sorts the edges by where they lead away from.
    fn graph(self, transactions: u32) -> Graph {
        let mut starts = vec![0_u32; self.nodes as usize + 1];
        for (from, _) in &self.edges {
            starts[*from as usize + 1] += 1;
        }
        for node in 0..self.nodes as usize {
            starts[node + 1] += starts[node];
        }
        let mut next = starts.clone();
        let nothing = Edge { to: 0, relation: 0, label: Label::default() };
        let mut edges = vec![nothing; self.edges.len()];
        for (from, edge) in self.edges {
            let place = &mut next[from as usize];
            edges[*place as usize] = edge;
            *place += 1;
        }
        Graph { starts, edges, transactions }
    }
}

/// The transactions behind the order of a key: who, and the stairs that lead to it
/// and to those before it, and to those after it.
#[derive(Default)]
struct Stairs {
    steps: Vec<(Vertex, u32, u32)>,
    /// So many of them did not read all that was read, and come first.
    apart: usize,
    places: BTreeMap<Vertex, usize>,
}
