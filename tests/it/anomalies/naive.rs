//! The same questions answered as the definitions have them, for small histories:
//! every order tried, every path of a graph made by hand.

use std::collections::{BTreeMap, BTreeSet};

use netsplit_core::bytes::Bytes;
use netsplit_core::history::{Op, OpId, Outcome};
use netsplit_core::transaction::{Access, Results, Transaction, Transactions, Truth, Version};
use netsplit_sim::check::anomalies::{Beside, Kind, Level, Link, Shape, Why};

type Lists = BTreeMap<Bytes, Vec<u64>>;

/// Some order of all that committed, and of some of what may have, in which each
/// read sees what was appended before.
pub fn has_a_serial_order(history: &Transactions) -> bool {
    let all = history.iter().filter(|(_, op)| op.outcome != Outcome::Failed);
    let ops: Vec<&Op<Transaction, Results>> = all.map(|(_, op)| op).collect();
    goes_on(&ops, &mut vec![false; ops.len()], &Lists::new())
}

fn goes_on(ops: &[&Op<Transaction, Results>], is_placed: &mut [bool], lists: &Lists) -> bool {
    if (0..ops.len()).all(|at| is_placed[at] || ops[at].reply().is_none()) {
        return true;
    }
    (0..ops.len()).any(|at| {
        if is_placed[at] {
            return false;
        }
        let Some(after) = after(lists, ops[at]) else { return false };
        is_placed[at] = true;
        let goes_on = goes_on(ops, is_placed, &after);
        is_placed[at] = false;
        goes_on
    })
}

fn after(lists: &Lists, op: &Op<Transaction, Results>) -> Option<Lists> {
    let mut lists = lists.clone();
    let mut told = op.reply().map(|results| results.0.iter());
    for access in &op.call.0 {
        match access {
            Access::Append { key, value } => lists.entry(key.clone()).or_default().push(*value),
            Access::Read { key } => {
                let held = lists.get(key).map_or(&[][..], Vec::as_slice);
                if told.as_mut().is_some_and(|told| told.next().is_none_or(|told| told != held)) {
                    return None;
                }
            }
        }
    }
    Some(lists)
}

/// Which pairs of transactions stand in a relation.
type Pairs = Vec<Vec<bool>>;

fn either(one: &Pairs, other: &Pairs) -> Pairs {
    let rows = one.iter().zip(other);
    rows.map(|(one, other)| one.iter().zip(other).map(|(one, other)| *one | *other).collect())
        .collect()
}

/// From one to another by both, in turn.
fn both(one: &Pairs, other: &Pairs) -> Pairs {
    let all = 0..one.len();
    let pair = |from: usize, to: usize| all.clone().any(|by| one[from][by] && other[by][to]);
    all.clone().map(|from| all.clone().map(|to| pair(from, to)).collect()).collect()
}

fn is_cyclic(pairs: &Pairs) -> bool {
    let reach = reach(pairs);
    (0..pairs.len()).any(|at| reach[at][at])
}

/// Some pair of the first closes a cycle with any number of the second.
fn closes(first: &Pairs, others: &Pairs) -> bool {
    let reach = reach(others);
    let all = || 0..first.len();
    all().any(|from| all().any(|to| first[from][to] && reach[to][from]))
}

/// From one to another in one or more steps.
fn reach(pairs: &Pairs) -> Pairs {
    let mut reach = pairs.clone();
    for by in 0..pairs.len() {
        for from in 0..pairs.len() {
            for to in 0..pairs.len() {
                reach[from][to] |= reach[from][by] && reach[by][to];
            }
        }
    }
    reach
}

/// The place of a version in the order of its key.
fn place(truth: &Truth, key: &Bytes, version: Version) -> Option<usize> {
    truth.orders.get(key)?.iter().position(|it| *it == version)
}

/// What the definitions say of a history whose truth is known.
pub struct Known {
    /// The strongest level that it has.
    pub level: Option<Level>,
    /// The cycles of data alone that every search must find.
    pub kinds: Vec<Kind>,
}

/// Works out what is known. `is_consistent` says that no transaction contradicts
/// itself.
pub fn known(history: &Transactions, truth: &Truth, is_consistent: bool) -> Known {
    let ops: Vec<OpId> = truth.committed.iter().copied().collect();
    let number = |id: OpId| ops.binary_search(&id).ok();
    let nothing = || vec![vec![false; ops.len()]; ops.len()];
    let [mut ww, mut wr, mut rw, mut session, mut time] = std::array::from_fn(|_| nothing());
    let mut is_dirty = false;
    for order in truth.orders.values() {
        let writers: Vec<usize> = order.iter().filter_map(|it| number(it.writer)).collect();
        for two in writers.windows(2).filter(|two| two[0] != two[1]) {
            ww[two[0]][two[1]] = true;
        }
        is_dirty |= order
            .windows(2)
            .any(|two| number(two[0].writer).is_none() && number(two[1].writer).is_some());
    }
    for ((id, at), saw) in &truth.reads {
        let Some(reader) = number(*id) else { continue };
        let key = history.get(*id).expect("it was asked").call.0[*at as usize].key();
        let order = truth.orders.get(key).map_or(&[][..], Vec::as_slice);
        let count = match saw {
            None => 0,
            Some(saw) => {
                let writer = history.get(saw.writer).expect("it was asked");
                let mut appends = writer.call.0.iter().filter_map(|access| match access {
                    Access::Append { key: other, value } if other == key => Some(*value),
                    _ => None,
                });
                is_dirty |= number(saw.writer).is_none();
                is_dirty |= saw.writer != *id && appends.next_back() != Some(saw.value);
                let Some(writer) = number(saw.writer) else { continue };
                if writer != reader {
                    wr[writer][reader] = true;
                }
                let Some(place) = place(truth, key, *saw) else { continue };
                place + 1
            }
        };
        is_dirty |= order[..count].iter().any(|it| number(it.writer).is_none());
        // From its own version a reader goes on by ww.
        if !saw.is_some_and(|saw| saw.writer == *id)
            && let Some(next) = order[count..].iter().find_map(|it| number(it.writer))
            && next != reader
        {
            rw[reader][next] = true;
        }
    }
    for (from, one) in ops.iter().enumerate() {
        for (to, other) in ops.iter().enumerate() {
            let [one, other] = [one, other].map(|id| history.get(*id).expect("it was asked"));
            time[from][to] = one.is_before(other);
            session[from][to] = one.session == other.session && one.is_before(other);
        }
    }
    let known = either(&ww, &wr);
    let all = either(&known, &rw);
    let has = |level: Level| match level {
        Level::ReadUncommitted => !is_cyclic(&ww),
        Level::ReadCommitted => !is_cyclic(&known) && !is_dirty,
        Level::SnapshotIsolation => {
            !is_cyclic(&either(&known, &both(&known, &rw))) && is_consistent
        }
        Level::Serializable => !is_cyclic(&all),
        Level::SessionSerializable => !is_cyclic(&either(&all, &session)),
        Level::StrictSerializable => !is_cyclic(&either(&all, &time)),
    };
    let level = Level::ALL.into_iter().take_while(|level| has(*level)).last();
    let shapes = [
        (Shape::Overwriting, is_cyclic(&ww)),
        (Shape::Circular, closes(&wr, &known)),
        (Shape::Single, closes(&rw, &known)),
    ];
    let kinds = shapes.into_iter().filter(|(_, is_there)| *is_there);
    let kinds = kinds.map(|(shape, _)| Kind::Cycle(shape, Beside::Nothing)).collect();
    Known { level, kinds }
}

/// The kind of a cycle with these links.
pub fn kind(links: &[Link]) -> Kind {
    let has = |is_it: fn(&Why) -> bool| links.iter().any(|link| is_it(&link.why));
    let is_missed = |at: usize| matches!(links[at % links.len()].why, Why::Missed { .. });
    let missed = (0..links.len()).filter(|at| is_missed(*at)).count();
    let is_adjacent = (0..links.len()).any(|at| is_missed(at) && is_missed(at + 1));
    let shape = match missed {
        0 if has(|why| matches!(why, Why::Read { .. })) => Shape::Circular,
        0 => Shape::Overwriting,
        1 => Shape::Single,
        _ if is_adjacent => Shape::Adjacent,
        _ => Shape::Nonadjacent,
    };
    let beside = match () {
        () if has(|why| *why == Why::RealTime) => Beside::RealTime,
        () if has(|why| *why == Why::Process) => Beside::Process,
        () => Beside::Nothing,
    };
    Kind::Cycle(shape, beside)
}

/// Each link leads to the next one, the last to the first, and no transaction comes
/// twice.
pub fn is_cycle(links: &[Link]) -> bool {
    let froms: BTreeSet<OpId> = links.iter().map(|link| link.from).collect();
    let next = |at: usize| links[(at + 1) % links.len()].from;
    froms.len() == links.len() && (0..links.len()).all(|at| links[at].to == next(at))
}

/// What a link of a cycle says is true.
pub fn is_true(history: &Transactions, truth: &Truth, link: &Link) -> bool {
    let Link { from, to, why } = link;
    let is_committed = truth.committed.contains(from) && truth.committed.contains(to);
    let version = |writer: OpId, value: u64| Version { writer, value };
    let op = |id: &OpId| history.get(*id).expect("it was asked");
    is_committed
        && match why {
            Why::Overwritten { key, value, behind } => {
                let earlier = place(truth, key, version(*from, *value));
                let later = place(truth, key, version(*to, *behind));
                earlier.is_some() && earlier < later
            }
            Why::Read { key, value } => {
                let saw = Some(version(*from, *value));
                truth.reads.iter().any(|((reader, at), it)| {
                    *reader == *to && *it == saw && op(to).call.0[*at as usize].key() == key
                })
            }
            Why::Missed { key, value } => {
                let missed = place(truth, key, version(*to, *value));
                truth.reads.iter().any(|((reader, at), saw)| {
                    let saw = saw.and_then(|saw| place(truth, key, saw));
                    *reader == *from && op(from).call.0[*at as usize].key() == key && saw < missed
                })
            }
            Why::Process => op(from).session == op(to).session && op(from).is_before(op(to)),
            Why::RealTime => op(from).is_before(op(to)),
        }
}
