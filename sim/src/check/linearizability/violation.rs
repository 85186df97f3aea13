//! What is told of a history that has no order.

use netsplit_core::history::OpId;
use netsplit_core::spec::Spec;

use super::direct::{self, Direct};
use super::part::{NEVER, Part};
use super::search::Found;

/// A history that is not linearizable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation<K, T> {
    /// The key at which it shows, where calls have keys.
    pub key: Option<K>,
    /// The first operation that cannot be placed: what had happened up to its
    /// return is not linearizable, what had happened before it is. What failed,
    /// however late, has not happened.
    pub blocked: OpId,
    /// The other operations on the key that were open at some time while the
    /// blocked one was, in the order of their invocations: any of them may have
    /// taken effect before it or after.
    pub rivals: Vec<OpId>,
    /// The longest orders that stop before it, a few of them.
    pub partials: Vec<Partial<T>>,
}

/// An order of some of the operations on a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Partial<T> {
    /// The operations in that order.
    pub order: Vec<OpId>,
    /// The state after them.
    pub state: T,
}

/// Configurations that are made to show partial orders where none were needed to
/// find the violation.
const SHOWING_MOST: u64 = 50_000;

/// What to tell of a part that has no order, with the rank at which it was
/// broken. A search that found so was stuck at `level`.
pub(super) fn violation<S: Spec>(
    spec: &S,
    part: &Part<S>,
    is_direct: bool,
    level: u32,
) -> (u64, Violation<S::Key, S::State>) {
    let returns = part.returns();
    let nth = |nth: usize| part.items[returns[nth]].done;
    let (at, partials) = if is_direct {
        // What is broken stays so: the first return at which it is, by halves.
        let is_well = |at: usize| {
            !matches!(direct::look(spec, &part.until(spec, nth(at))), Direct::Nothing(_))
        };
        let (mut well, mut broken) = (0, returns.len() - 1);
        while well < broken {
            let middle = well.midpoint(broken);
            if is_well(middle) { well = middle + 1 } else { broken = middle }
        }
        let longest = longest(spec, &part.until(spec, nth(broken)), SHOWING_MOST);
        (broken, longest.unwrap_or_else(|| before(spec, part, broken.checked_sub(1).map(nth))))
    } else {
        // A search knows from the start what open operations will answer; what had
        // been answered by then may have had an order for a little longer.
        let longest = |at| Some((at, longest(spec, &part.until(spec, nth(at)), u64::MAX)?));
        (level as usize..returns.len())
            .find_map(longest)
            .expect("what is broken in the end was broken by some return")
    };
    let blocked = &part.items[returns[at]];
    let overlap = part.items.iter().filter(|item| {
        item.id != blocked.id && item.invoked < blocked.done && blocked.invoked < item.done
    });
    let violation = Violation {
        key: part.key.clone(),
        blocked: blocked.id,
        rivals: overlap.map(|item| item.id).collect(),
        partials,
    };
    (blocked.done, violation)
}

/// The longest orders in a part that has none for all of it; `None` when it has
/// one, or when that takes too long.
fn longest<S: Spec>(spec: &S, part: &Part<S>, most: u64) -> Option<Vec<Partial<S::State>>> {
    let (mut search, _) = part.search(spec);
    if search.run(spec, most) != Found::Nothing {
        return None;
    }
    let ids = |order: Vec<u32>| order.into_iter().map(|place| part.items[place as usize].id);
    let partials = search.longest(spec).into_iter();
    Some(partials.map(|(order, state)| Partial { order: ids(order).collect(), state }).collect())
}

/// An order of what had happened by a rank, which the values tell.
fn before<S: Spec>(spec: &S, part: &Part<S>, rank: Option<u64>) -> Vec<Partial<S::State>> {
    let part = part.until(spec, rank.unwrap_or(0));
    let Direct::Order(order) = direct::look(spec, &part) else { return Vec::new() };
    let mut state = spec.start();
    for place in &order {
        let item = &part.items[*place];
        state = spec.step(&state, item.call, item.reply).unwrap_or(state);
    }
    vec![Partial { order: order.into_iter().map(|place| part.items[place].id).collect(), state }]
}

/// The last rank at which anything could still be decided by what a part holds.
pub(super) fn rank_of<S: Spec>(part: &Part<S>, op: OpId) -> Option<u64> {
    let item = part.items.iter().find(|item| item.id == op)?;
    (item.done != NEVER).then_some(item.done)
}
