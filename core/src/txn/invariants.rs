//! What always holds of a shard with versions, in the slow and obvious form.

use super::command::TxnId;
use super::mutants::Breaks;
use super::shard::{Phase, TxnShard};

/// A rule about a shard, with its name and what is broken with it.
pub type Rule = (&'static str, Breaks, fn(&TxnShard) -> bool);

/// All rules about a shard.
pub const RULES: &[Rule] = &[
    ("a lock is shared by some, or one's alone", Breaks::Isolation, locks_are_apart),
    ("who has a lock, or waits for one, is under way", Breaks::Isolation, holders_are_under_way),
    ("who is prepared has the locks of what it writes", Breaks::Prepared, prepared_have_locks),
    ("who is prepared writes, and was prepared in time", Breaks::Prepared, prepared_in_time),
    ("who is wounded has no lock, and waits for none", Breaks::Isolation, wounded_have_none),
    ("versions of a key stand in order, none behind the clock", Breaks::Isolation, versions_rise),
    ("a transaction writes a key once", Breaks::Isolation, written_once),
];

/// The first rule that a shard breaks: its name, and what is broken with it.
pub fn broken_rule(shard: &TxnShard) -> Option<(&'static str, Breaks)> {
    RULES.iter().find(|(_, _, holds)| !holds(shard)).map(|(name, breaks, _)| (*name, *breaks))
}

/// Who has a lock alone shares it with nobody, itself not excepted; a lock that nobody has is not
/// kept.
pub fn locks_are_apart(shard: &TxnShard) -> bool {
    shard.locks().all(|(_, lock)| lock.alone.is_some() == lock.shared.is_empty())
}

/// So a silent one is noticed, and given up.
pub fn holders_are_under_way(shard: &TxnShard) -> bool {
    let is_open = |txn: TxnId| shard.open().any(|(open, _)| open == txn);
    let of_locks = shard.locks().flat_map(|(_, lock)| lock.shared.iter().chain(&lock.alone));
    let waiting = shard.waits().map(|(txn, _)| txn);
    of_locks.copied().chain(waiting).all(is_open)
}

/// Nobody else reads or writes what may be written at any time.
pub fn prepared_have_locks(shard: &TxnShard) -> bool {
    shard.open().all(|(txn, open)| match &open.phase {
        Phase::Prepared { writes, .. } => writes.iter().all(|(key, _)| {
            shard.locks().any(|(locked, lock)| locked == key && lock.alone == Some(txn))
        }),
        Phase::Reading | Phase::Wounded => true,
    })
}

/// `0 < prepared ≤ clock`, and who writes nothing has promised nothing.
pub fn prepared_in_time(shard: &TxnShard) -> bool {
    shard.open().all(|(_, open)| match &open.phase {
        Phase::Prepared { stamp, writes, .. } => {
            !writes.is_empty() && (1..=shard.clock()).contains(stamp)
        }
        Phase::Reading | Phase::Wounded => true,
    })
}

/// It can only abort, and keeps nobody waiting until then.
pub fn wounded_have_none(shard: &TxnShard) -> bool {
    let wounded = shard.open().filter(|(_, open)| open.phase == Phase::Wounded);
    wounded.into_iter().all(|(txn, _)| {
        let has = shard.locks().any(|(_, it)| it.alone == Some(txn) || it.shared.contains(&txn));
        !has && shard.waits().all(|(waiting, _)| waiting != txn)
    })
}

/// `0 < oldest < … < newest ≤ clock`.
pub fn versions_rise(shard: &TxnShard) -> bool {
    shard.keys().all(|(_, versions)| {
        let stamps: Vec<u64> = versions.iter().map(|it| it.stamp).collect();
        stamps.windows(2).all(|pair| pair[0] < pair[1])
            && stamps.first().is_none_or(|oldest| *oldest > 0)
            && stamps.last().is_none_or(|newest| *newest <= shard.clock())
    })
}

/// A decision that comes twice is carried out once.
pub fn written_once(shard: &TxnShard) -> bool {
    shard.keys().all(|(_, versions)| {
        let mut writers: Vec<TxnId> = versions.iter().map(|it| it.txn).collect();
        writers.sort_unstable();
        writers.windows(2).all(|pair| pair[0] != pair[1])
    })
}
