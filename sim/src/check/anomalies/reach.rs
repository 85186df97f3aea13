//! Which transactions missed what stands before them: the anti-dependencies that
//! close a cycle together with edges of other kinds alone.
//!
//! For an edge rw from `u` to `v` the question is whether `u` can be reached from
//! `v`. Sixty-four of them are asked in one sweep over the components in their
//! order, each with a bit of its own.

use super::components::{Components, NONE};
use super::graph::{Graph, RW, Relation};

/// The nodes that an edge rw leads away from which closes such a cycle, in
/// ascending order; at most so many in each region. `others` are the components by
/// edges of the relations `allowed`.
pub(super) fn closing(
    graph: &Graph,
    regions: &[u32],
    others: &Components,
    allowed: Relation,
    most: usize,
) -> Vec<u32> {
    let mut found = Vec::new();
    // Component of the end, component of the start, start.
    let mut open: Vec<(u32, u32, u32)> = Vec::new();
    for node in (0..graph.nodes()).filter(|node| regions[*node as usize] != NONE) {
        for edge in graph.edges(node).iter().filter(|edge| edge.relation == RW) {
            if regions[edge.to as usize] != regions[node as usize] {
                continue;
            }
            // Edges lead to smaller numbers.
            let (from, to) = (others.of[edge.to as usize], others.of[node as usize]);
            match from.cmp(&to) {
                std::cmp::Ordering::Equal => found.push(node),
                std::cmp::Ordering::Greater => open.push((from, to, node)),
                std::cmp::Ordering::Less => {}
            }
        }
    }
    open.sort_unstable_by(|one, other| other.cmp(one));
    let mut bits = vec![0_u64; others.count() as usize];
    let mut counts = std::collections::BTreeMap::new();
    for batch in open.chunks(64) {
        // Enough are known of all regions that these are in.
        let is_needed = |node: u32| counts.get(&regions[node as usize]).is_none_or(|n| *n < most);
        if !batch.iter().any(|(.., node)| is_needed(*node)) {
            continue;
        }
        let highest = batch.iter().map(|(from, ..)| *from).max().unwrap_or(0);
        let lowest = batch.iter().map(|(_, to, _)| *to).min().unwrap_or(0);
        bits[lowest as usize..=highest as usize].fill(0);
        for (bit, (from, ..)) in batch.iter().enumerate() {
            bits[*from as usize] |= 1 << bit;
        }
        for component in (lowest..=highest).rev() {
            let here = bits[component as usize];
            if here == 0 {
                continue;
            }
            for node in others.nodes(component) {
                for edge in graph.edges(*node).iter().filter(|edge| edge.relation & allowed != 0) {
                    let to = others.of[edge.to as usize];
                    if to != NONE
                        && to >= lowest
                        && regions[edge.to as usize] == regions[*node as usize]
                    {
                        bits[to as usize] |= here;
                    }
                }
            }
        }
        for (bit, (_, to, node)) in batch.iter().enumerate() {
            if bits[*to as usize] >> bit & 1 == 1 {
                found.push(*node);
                *counts.entry(regions[*node as usize]).or_insert(0) += 1;
            }
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}
