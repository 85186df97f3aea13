//! Sentences about faults that stand: which links are cut, who is down.

use netsplit_core::id::{Cast, NodeId};

use super::nodes;

/// Directions that are cut together, in as few words as say it: `n2 is cut off`. Clients that
/// nothing is said of do not count.
pub fn cuts(cut: &[(NodeId, NodeId)], cast: impl Into<Cast>) -> String {
    let is_meant = |node: &NodeId| {
        !node.is_client() || cut.iter().any(|(from, to)| from == node || to == node)
    };
    let all: Vec<NodeId> = cast.into().ids().filter(is_meant).collect();
    let is_cut = |from: NodeId, to: NodeId| cut.contains(&(from, to));
    let others = |node: NodeId| all.iter().copied().filter(move |other| *other != node);
    if let [(from, to)] = cut {
        return format!("{from} to {to} is cut");
    }
    if let [(one, two), (three, four)] = cut
        && (one, two) == (four, three)
    {
        return format!("{one} and {two} are cut apart");
    }
    for node in all.iter().copied() {
        let only = cut.len() == all.len() - 1;
        if only && others(node).all(|other| is_cut(node, other)) {
            return format!("{node} is not heard");
        }
        if only && others(node).all(|other| is_cut(other, node)) {
            return format!("{node} hears nobody");
        }
    }
    // Sides: whoever is reached both ways.
    let mut side = vec![all[0]];
    while let Some(next) = all.iter().copied().find(|node| {
        !side.contains(node)
            && side.iter().any(|other| !is_cut(*node, *other) && !is_cut(*other, *node))
    }) {
        side.push(next);
    }
    let mut rest: Vec<NodeId> = all.iter().copied().filter(|node| !side.contains(node)).collect();
    let apart =
        side.iter().all(|one| rest.iter().all(|two| is_cut(*one, *two) && is_cut(*two, *one)));
    if rest.is_empty() || !apart || cut.len() != 2 * side.len() * rest.len() {
        return format!("{} directions are cut", cut.len());
    }
    if rest.len() > side.len() {
        std::mem::swap(&mut side, &mut rest);
    }
    side.sort_unstable();
    match rest.as_slice() {
        [alone] => format!("{alone} is cut off"),
        _ => format!("{} are cut off from {}", nodes(&rest), nodes(&side)),
    }
}

/// A node is down.
pub fn is_down(node: NodeId) -> String {
    format!("{node} is down")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(pairs: &[(u32, u32)], words: &str) {
        let node = |number: u32| NodeId::from_index(number - 1);
        let cut: Vec<_> = pairs.iter().map(|(from, to)| (node(*from), node(*to))).collect();
        assert_eq!(cuts(&cut, 5), words);
    }

    #[test]
    fn what_is_cut_is_said_in_as_few_words_as_possible() {
        check(&[(1, 3)], "n1 to n3 is cut");
        check(&[(1, 3), (3, 1)], "n1 and n3 are cut apart");
        check(&[(2, 1), (2, 3), (2, 4), (2, 5)], "n2 is not heard");
        check(&[(1, 2), (3, 2), (4, 2), (5, 2)], "n2 hears nobody");
        check(&[(1, 2), (3, 2), (4, 2), (5, 2), (2, 1), (2, 3), (2, 4), (2, 5)], "n2 is cut off");
        let both = |one, two| [(one, two), (two, one)];
        let halves: Vec<(u32, u32)> =
            [1, 2].iter().flat_map(|one| (3..6).flat_map(move |two| both(*one, two))).collect();
        check(&halves, "n1 and n2 are cut off from n3, n4 and n5");
        check(&[(1, 2), (3, 4)], "2 directions are cut");
    }
}
