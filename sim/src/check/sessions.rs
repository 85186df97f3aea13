//! Session guarantees: what one session may expect of a store that promises no
//! more.
//!
//! The four of Terry et al., "Session guarantees for weakly consistent replicated
//! data" (1994), over the same history as every check. The store must give each
//! write of a key a *version*, with a total order, and say with a read which
//! version it showed; then each guarantee is a comparison of two operations of one
//! session on one key, and a history is checked at the cost of a sort.
//!
//! One operation of a session comes before another when it had returned before the
//! other was asked for; of operations that overlap nothing is expected, nor of
//! those without an answer.

use std::collections::BTreeMap;

use netsplit_core::history::{History, Op, OpId, Session};

/// What an operation did, as far as sessions care.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access<K> {
    /// It showed this version of the key; 0 is that of a key nobody wrote.
    Read(K, u64),
    /// It wrote this version, from 1.
    Write(K, u64),
    /// It failed, or nobody knows.
    Neither,
}

/// The four guarantees.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Guarantee {
    /// A read shows what its session wrote before, or something later.
    ReadYourWrites,
    /// A read shows what its session has read before, or something later.
    MonotonicReads,
    /// A write comes after what its session wrote before.
    MonotonicWrites,
    /// A write comes after what its session has read before.
    WritesFollowReads,
}

impl Guarantee {
    /// All of them, in the order of their paper.
    pub const ALL: [Guarantee; 4] = [
        Guarantee::ReadYourWrites,
        Guarantee::MonotonicReads,
        Guarantee::WritesFollowReads,
        Guarantee::MonotonicWrites,
    ];

    /// Short name, as a property has it.
    pub fn id(self) -> &'static str {
        match self {
            Guarantee::ReadYourWrites => "read-your-writes",
            Guarantee::MonotonicReads => "monotonic-reads",
            Guarantee::MonotonicWrites => "monotonic-writes",
            Guarantee::WritesFollowReads => "writes-follow-reads",
        }
    }
}

/// A guarantee that was not kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Breach {
    /// Which.
    pub guarantee: Guarantee,
    /// What the session did before.
    pub earlier: OpId,
    /// What it did or saw then, with an older version.
    pub later: OpId,
}

/// The newest version that a session knows, and the operation it knows it by.
#[derive(Clone, Copy, Default)]
struct Newest(Option<(u64, OpId)>);

impl Newest {
    fn learn(&mut self, version: u64, op: OpId) {
        // Of equal ones the first, which is the one to be told.
        if self.0.is_none_or(|(newest, _)| version > newest) {
            self.0 = Some((version, op));
        }
    }
}

/// What a session knows of a key.
#[derive(Clone, Copy, Default)]
struct Knows {
    read: Newest,
    wrote: Newest,
}

/// All breaches, in the order of the later operation's invocation. `access` says
/// what an operation did.
pub fn breaches<C: Clone, R: Clone, K: Clone + Ord>(
    history: &History<C, R>,
    access: impl Fn(&Op<C, R>) -> Access<K>,
) -> Vec<Breach> {
    // What a session learns takes its place when it returns, what is expected of an
    // operation when it is asked for.
    let mut moments: Vec<(u64, bool, OpId)> = Vec::new();
    for (id, op) in history.iter() {
        moments.push((op.invoked.rank, false, id));
        moments.extend(op.done().map(|rank| (rank, true, id)));
    }
    moments.sort_unstable();
    let mut known: BTreeMap<(Session, K), Knows> = BTreeMap::new();
    let mut breaches = Vec::new();
    for (_, has_returned, id) in moments {
        let op = history.get(id).expect("it is of this history");
        let (key, version, is_read) = match access(op) {
            Access::Read(key, version) => (key, version, true),
            Access::Write(key, version) => (key, version, false),
            Access::Neither => continue,
        };
        let knows = known.entry((op.session, key)).or_default();
        if has_returned {
            let newest = if is_read { &mut knows.read } else { &mut knows.wrote };
            newest.learn(version, id);
            continue;
        }
        let expected = match is_read {
            true => {
                [(Guarantee::ReadYourWrites, knows.wrote), (Guarantee::MonotonicReads, knows.read)]
            }
            false => [
                (Guarantee::WritesFollowReads, knows.read),
                (Guarantee::MonotonicWrites, knows.wrote),
            ],
        };
        for (guarantee, newest) in expected {
            let Newest(Some((newest, earlier))) = newest else { continue };
            if version < newest || (!is_read && version == newest) {
                breaches.push(Breach { guarantee, earlier, later: id });
            }
        }
    }
    breaches
}

#[cfg(test)]
mod tests {
    use super::*;
    use netsplit_core::history::Outcome;
    use netsplit_core::id::NodeId;
    use netsplit_core::rng::Rng;
    use netsplit_core::time::Time;

    /// Session, operation, key, version; one after the other.
    fn check(ops: &[(u32, char, u8, u64)], expected: &[(Guarantee, u32, u32)]) {
        let mut history = History::new();
        for (session, kind, key, version) in ops {
            let node = NodeId::from_index(*session);
            let id = history.invoke(Session(*session), node, Time::ZERO, (*kind, *key));
            history.returned(id, Time::ZERO, Outcome::Ok(*version));
        }
        let found: Vec<(Guarantee, u32, u32)> = breaches(&history, access)
            .into_iter()
            .map(|breach| (breach.guarantee, breach.earlier.number(), breach.later.number()))
            .collect();
        assert_eq!(found, expected, "{ops:?}");
    }

    fn access(op: &Op<(char, u8), u64>) -> Access<u8> {
        match (op.call, op.reply()) {
            (('r', key), Some(version)) => Access::Read(key, *version),
            (('w', key), Some(version)) => Access::Write(key, *version),
            _ => Access::Neither,
        }
    }

    #[test]
    fn each_guarantee_is_broken_by_its_own_history() {
        use Guarantee::*;
        check(&[(1, 'w', 0, 1), (1, 'r', 0, 0)], &[(ReadYourWrites, 1, 2)]);
        check(&[(1, 'r', 0, 2), (1, 'r', 0, 1)], &[(MonotonicReads, 1, 2)]);
        check(&[(1, 'w', 0, 2), (1, 'w', 0, 1)], &[(MonotonicWrites, 1, 2)]);
        check(&[(1, 'r', 0, 2), (1, 'w', 0, 1)], &[(WritesFollowReads, 1, 2)]);
    }

    #[test]
    fn what_is_allowed_is_no_breach() {
        check(&[(1, 'w', 0, 1), (1, 'r', 0, 1), (1, 'w', 0, 2), (1, 'r', 0, 5)], &[]);
        // Another session, another key: nothing was promised.
        check(&[(1, 'w', 0, 1), (2, 'r', 0, 0), (1, 'r', 1, 0)], &[]);
        check(&[(1, 'r', 0, 3), (2, 'w', 0, 1), (2, 'r', 0, 1)], &[]);
    }

    #[test]
    fn the_newest_that_was_known_is_told() {
        use Guarantee::*;
        let ops = [(1, 'w', 0, 1), (1, 'w', 0, 3), (1, 'r', 0, 4), (1, 'r', 0, 2)];
        check(&ops, &[(ReadYourWrites, 2, 4), (MonotonicReads, 3, 4)]);
    }

    #[test]
    fn of_what_overlaps_nothing_is_expected() {
        let mut history = History::new();
        let node = NodeId::from_index(0);
        let invoke = |history: &mut History<(char, u8), u64>, kind| {
            history.invoke(Session(1), node, Time::ZERO, (kind, 0))
        };
        let write = invoke(&mut history, 'w');
        let read = invoke(&mut history, 'r');
        history.returned(write, Time::ZERO, Outcome::Ok(1));
        history.returned(read, Time::ZERO, Outcome::Ok(0));
        assert_eq!(breaches(&history, access), []);
        let lost = invoke(&mut history, 'w');
        history.returned(lost, Time::ZERO, Outcome::Unknown);
        assert_eq!(breaches(&history, access), []);
        let late = invoke(&mut history, 'r');
        history.returned(late, Time::ZERO, Outcome::Ok(0));
        assert_eq!(breaches(&history, access).len(), 1);
    }

    /// Every pair of operations, by the definition.
    fn pairs(history: &History<(char, u8), u64>) -> bool {
        history.iter().all(|(_, later)| {
            history.iter().all(|(_, earlier)| {
                let (Access::Read(key, old) | Access::Write(key, old)) = access(earlier) else {
                    return true;
                };
                match access(later) {
                    _ if earlier.session != later.session || !earlier.is_before(later) => true,
                    Access::Read(other, new) => key != other || new >= old,
                    Access::Write(other, new) => key != other || new > old,
                    Access::Neither => true,
                }
            })
        })
    }

    #[test]
    fn made_histories_are_decided_as_by_every_pair() {
        let mut broken = 0;
        for seed in 0..4_000 {
            let mut rng = Rng::new(seed);
            let mut history = History::new();
            let mut open = Vec::new();
            for _ in 0..rng.between(2, 24) {
                if open.is_empty() || rng.chance(1, 2) {
                    let session = rng.below(3) as u32;
                    let call = (if rng.chance(1, 2) { 'r' } else { 'w' }, rng.below(2) as u8);
                    let node = NodeId::from_index(session);
                    open.push(history.invoke(Session(session), node, Time::ZERO, call));
                } else {
                    let id = open.swap_remove(rng.below(open.len() as u64) as usize);
                    let version = history.events() / 6 + rng.below(3);
                    let outcome = match rng.below(8) {
                        0 => Outcome::Unknown,
                        1 => Outcome::Failed,
                        _ => Outcome::Ok(version),
                    };
                    history.returned(id, Time::ZERO, outcome);
                }
            }
            let found = breaches(&history, access);
            assert_eq!(found.is_empty(), pairs(&history), "seed {seed}: {found:?}");
            broken += u64::from(!found.is_empty());
        }
        assert!((400..3_600).contains(&broken), "{broken} are broken");
    }
}
