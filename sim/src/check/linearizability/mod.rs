//! Linearizability: can all operations of a history be put into one order that
//! the specification allows, each at a point between its invocation and its
//! return (Herlihy and Wing 1990)?
//!
//! [`check`] answers for a whole history, [`Live`] while one grows, and
//! [`mod@witness`] says of a violation which few operations show it. A history is split
//! by key first. In the history of one key, the order is
//! 1. a given one, when there is one and it is right ([`check_along`]);
//! 2. read off the values, where these tell who wrote them (`direct.rs`);
//! 3. searched for (`search.rs`), as Wing and Gong do ("Testing and verifying
//!    concurrent objects", 1993), with Lowe's memo (2017).
//!
//! The last of these alone would do; the others come to the same, sooner. The
//! general problem is NP-complete, so a search has a budget, and a history that
//! uses it up is [`NotDecided`](Verdict::NotDecided). Everything here is a
//! function of its arguments: the same history has the same verdict, the same
//! order, and the same operation that cannot be placed.

mod direct;
mod live;
mod part;
mod position;
mod rows;
mod search;
mod table;
#[cfg(test)]
mod tests;
mod violation;
mod witness;

use netsplit_core::history::{History, OpId};
use netsplit_core::spec::Spec;

pub use live::{Live, LiveVerdict};
pub use violation::{Partial, Violation};
pub use witness::{Witness, witness};

use direct::Direct;
use part::{NEVER, Part};
use search::{Found, Search};

/// How much a check may do, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// Configurations that the searches of all keys may make together; each has
    /// an operation, a state, and what is linearized beside it. A million take a
    /// fraction of a second and some 50 MB.
    pub budget: u64,
    /// Search even where the values tell the order.
    pub is_search_only: bool,
}

impl Default for Options {
    fn default() -> Options {
        Options { budget: 2_000_000, is_search_only: false }
    }
}

/// Whether a history is linearizable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict<K, T> {
    /// It is, and this is an order that shows it.
    Linearizable(Vec<Point>),
    /// It is not.
    Violation(Box<Violation<K, T>>),
    /// The budget was used up.
    NotDecided {
        /// Configurations that were made.
        states: u64,
    },
}

/// Where an operation took effect, in an order that was found: right after the
/// event of a rank, or after the point before this one when that is later.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Point {
    /// The operation.
    pub op: OpId,
    /// The rank of the event.
    pub after: u64,
}

/// A verdict, and what it took.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report<K, T> {
    /// Whether the history is linearizable.
    pub verdict: Verdict<K, T>,
    /// Configurations that searches made; 0 when none had to search.
    pub states: u64,
    /// How many keys there are.
    pub keys: u64,
}

/// Checks a history against a specification.
pub fn check<S: Spec>(
    spec: &S,
    history: &History<S::Call, S::Reply>,
    options: &Options,
) -> Report<S::Key, S::State> {
    check_along(spec, history, &[], options)
}

/// The same, where an order is known that may be right: that in which a store
/// applied what it was asked, for one. Costs as much as the order is long when
/// it is; when it is not, nothing follows from it.
pub fn check_along<S: Spec>(
    spec: &S,
    history: &History<S::Call, S::Reply>,
    order: &[OpId],
    options: &Options,
) -> Report<S::Key, S::State> {
    let parts = part::parts(spec, history);
    let mut asks: Vec<Ask<S>> =
        parts.iter().map(|part| Ask { part, state: Asked::Nothing }).collect();
    let orders = given(&parts, order, history.len());
    let mut states = 0;
    for (at, ask) in asks.iter_mut().enumerate() {
        let given = orders.get(at).filter(|given| is_right(spec, ask.part, given));
        ask.state = match given {
            Some(given) => Asked::Order(given.clone()),
            None if options.is_search_only => Asked::Nothing,
            None => match direct::look(spec, ask.part) {
                Direct::Order(order) => Asked::Order(order),
                Direct::Nothing(_) => Asked::NoOrder { is_direct: true, level: 0 },
                Direct::CannotTell => Asked::Nothing,
            },
        };
    }
    // Each key has its share, so that one of them cannot hide a violation in
    // another; what is left over goes to those that need more.
    let mut left = asks.iter().filter(|ask| ask.is_open()).count() as u64;
    for ask in asks.iter_mut().filter(|ask| ask.is_open()) {
        states += ask.search(spec, (options.budget - states) / left);
        left -= 1;
    }
    for ask in asks.iter_mut().filter(|ask| ask.is_open()) {
        states += ask.search(spec, options.budget - states);
    }
    let keys = asks.len() as u64;
    Report { verdict: verdict(spec, asks, states), states, keys }
}

/// One key's part, and what is known of it.
struct Ask<'a, 'h, S: Spec> {
    part: &'a Part<'h, S>,
    state: Asked<S>,
}

enum Asked<S: Spec> {
    Nothing,
    Searching(Box<Search<S>>),
    /// Places in an order that is right.
    Order(Vec<usize>),
    /// None is; a search got stuck at a level.
    NoOrder {
        is_direct: bool,
        level: u32,
    },
}

impl<S: Spec> Ask<'_, '_, S> {
    fn is_open(&self) -> bool {
        matches!(self.state, Asked::Nothing | Asked::Searching(_))
    }

    /// Searches on, and gives how many configurations that took.
    fn search(&mut self, spec: &S, budget: u64) -> u64 {
        let mut search = match std::mem::replace(&mut self.state, Asked::Nothing) {
            Asked::Searching(search) => search,
            _ => Box::new(self.part.search(spec).0),
        };
        let before = search.tried;
        let found = search.run(spec, budget);
        let took = search.tried - before;
        self.state = match found {
            Found::Order => {
                let order = search.order(spec);
                Asked::Order(order.into_iter().map(|number| number as usize).collect())
            }
            Found::Nothing => Asked::NoOrder { is_direct: false, level: search.deepest() },
            Found::Tired => Asked::Searching(search),
        };
        took
    }
}

/// Sums up what is known of the keys. Of several violations the one is told that
/// came first.
fn verdict<S: Spec>(spec: &S, asks: Vec<Ask<S>>, states: u64) -> Verdict<S::Key, S::State> {
    let broken = asks.iter().filter_map(|ask| match ask.state {
        Asked::NoOrder { is_direct, level } => {
            Some(violation::violation(spec, ask.part, is_direct, level))
        }
        _ => None,
    });
    if let Some((_, violation)) = broken.min_by_key(|(rank, _)| *rank) {
        return Verdict::Violation(Box::new(violation));
    }
    let mut points = Vec::new();
    for ask in &asks {
        let Asked::Order(order) = &ask.state else { return Verdict::NotDecided { states } };
        let mut after = 0;
        for place in order {
            let item = &ask.part.items[*place];
            after = after.max(item.invoked);
            points.push(Point { op: item.id, after: after - 1 });
        }
    }
    // Stable, so that each key's order stays; and an operation that returned
    // before another was asked for stands before it.
    points.sort_by_key(|point| point.after);
    Verdict::Linearizable(points)
}

/// A given order, as places in each part.
fn given<S: Spec>(parts: &[Part<S>], order: &[OpId], ops: usize) -> Vec<Vec<usize>> {
    if order.is_empty() {
        return Vec::new();
    }
    let mut places = vec![None; ops];
    for (at, part) in parts.iter().enumerate() {
        for (place, item) in part.items.iter().enumerate() {
            places[item.id.index()] = Some((at, place));
        }
    }
    let mut orders = vec![Vec::new(); parts.len()];
    for (at, place) in order.iter().filter_map(|op| places.get(op.index()).copied().flatten()) {
        orders[at].push(place);
    }
    orders
}

/// Whether an order has every operation that surely happened, none twice, none
/// outside of its interval, and the specification allows it.
fn is_right<S: Spec>(spec: &S, part: &Part<S>, order: &[usize]) -> bool {
    let mut is_there = vec![false; part.items.len()];
    let mut state = spec.start();
    let mut latest = 0;
    for place in order {
        let item = &part.items[*place];
        latest = latest.max(item.invoked);
        if std::mem::replace(&mut is_there[*place], true) || item.done < latest {
            return false;
        }
        match spec.step(&state, item.call, item.reply) {
            Some(after) => state = after,
            None => return false,
        }
    }
    part.items.iter().zip(is_there).all(|(item, is_there)| is_there || item.done == NEVER)
}
