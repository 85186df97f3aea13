//! What is said of anomalies of transactions.

use netsplit_core::bytes::Bytes;
use netsplit_core::history::OpId;

use crate::check::anomalies::{Anomaly, AppendedTwice, Kind, Level, Link, Shape, Sight, Why};

/// A transaction by its number: `T3`.
pub fn transaction(id: OpId) -> String {
    format!("T{}", id.number())
}

/// Several transactions: `T1, T2 and T3`.
fn transactions(ids: &[OpId]) -> String {
    let names: Vec<String> = ids.iter().map(|id| transaction(*id)).collect();
    match names.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} and {last}", others.join(", ")),
        None => String::new(),
    }
}

/// A level of isolation in prose.
pub fn level(level: Level) -> &'static str {
    match level {
        Level::ReadUncommitted => "read uncommitted",
        Level::ReadCommitted => "read committed",
        Level::SnapshotIsolation => "snapshot isolation",
        Level::Serializable => "serializable",
        Level::SessionSerializable => "strong session serializable",
        Level::StrictSerializable => "strict serializable",
    }
}

/// What a kind of anomaly is, in a few words.
pub fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Duplicate => "one append was read twice",
        Kind::Garbage => "something was read that nobody appended",
        Kind::IncompatibleOrder => "two reads saw different orders",
        Kind::DirtyUpdate => "a version was built on an aborted one",
        Kind::AbortedRead => "aborted read",
        Kind::IntermediateRead => "intermediate read",
        Kind::FutureRead => "an own append was read before it was made",
        Kind::Internal => "a transaction contradicts itself",
        Kind::LostUpdate => "lost update",
        Kind::Cycle(Shape::Overwriting, _) => "write cycle",
        Kind::Cycle(Shape::Circular, _) => "circular information flow",
        Kind::Cycle(Shape::Single, _) => "read skew: one of them missed an append",
        Kind::Cycle(Shape::Nonadjacent, _) => "several missed an append, no two in a row",
        Kind::Cycle(Shape::Adjacent, _) => "write skew: two in a row missed an append",
    }
}

/// What shows an anomaly, a sentence a line.
pub fn anomaly(anomaly: &Anomaly) -> Vec<String> {
    match anomaly {
        Anomaly::Duplicate(sight) => vec![format!("{} twice.", saw(sight))],
        Anomaly::Garbage(sight) => vec![format!("{}, which nobody appended.", saw(sight))],
        Anomaly::IncompatibleOrder { one, other, key, same } => {
            let same = match same {
                0 => "from the first value on".to_owned(),
                1 => "behind the first value".to_owned(),
                same => format!("behind the first {same} values"),
            };
            let (one, other) = (transaction(*one), transaction(*other));
            vec![format!("What {one} and {other} read of {} differs {same}.", name(key))]
        }
        Anomaly::DirtyUpdate { aborted, value, committed, behind, key } => vec![format!(
            "{} appended {behind} to {} right behind {}'s {value}, and {} aborted.",
            transaction(*committed),
            name(key),
            transaction(*aborted),
            transaction(*aborted),
        )],
        Anomaly::AbortedRead(sight, writer) => vec![format!(
            "{}, which {} had appended, and {} aborted.",
            saw(sight),
            transaction(*writer),
            transaction(*writer),
        )],
        Anomaly::IntermediateRead(sight, writer) => vec![format!(
            "{} as the last value, and {} appended more behind it.",
            saw(sight),
            transaction(*writer),
        )],
        Anomaly::FutureRead(sight) => {
            vec![format!("{} before it appended that itself.", saw(sight))]
        }
        Anomaly::Internal { reader, key } => vec![format!(
            "{} read another list of {} than its own reads and appends before leave.",
            transaction(*reader),
            name(key),
        )],
        Anomaly::LostUpdate { writers, key, last } => {
            let last = match last {
                Some(last) => format!("up to {last}"),
                None => "as an empty list".to_owned(),
            };
            let writers = transactions(writers);
            vec![format!("{writers} all read {} {last} and then appended to it.", name(key))]
        }
        Anomaly::Cycle(_, _, links) => links.iter().map(link).collect(),
    }
}

/// Why one transaction stands before another.
pub fn link(link: &Link) -> String {
    let (from, to) = (transaction(link.from), transaction(link.to));
    match &link.why {
        Why::Overwritten { key, value, behind } => {
            format!("{to} appended {behind} to {} behind {from}'s {value}.", name(key))
        }
        Why::Read { key, value } => {
            format!("{to} read {from}'s append of {value} to {}.", name(key))
        }
        Why::Missed { key, value } => {
            format!("{from} read {} without {to}'s append of {value}.", name(key))
        }
        Why::Process => format!("{from} and {to} are of one session, in this order."),
        Why::RealTime => format!("{from} had returned before {to} was asked for."),
    }
}

/// The order that a cycle asks for: `T1 before T2 before T1`.
pub fn order(links: &[Link]) -> String {
    let first = links.first().map(|link| transaction(link.from));
    let names = links.iter().map(|link| transaction(link.to));
    first.into_iter().chain(names).collect::<Vec<_>>().join(" before ")
}

/// Why nothing can be said of a history.
pub fn appended_twice(twice: &AppendedTwice) -> String {
    let AppendedTwice { first, second, key, value } = twice;
    let (first, second) = (transaction(*first), transaction(*second));
    format!("{first} and {second} append {value} to {}; the values of a key must differ", name(key))
}

fn saw(sight: &Sight) -> String {
    format!("{} read {} of {}", transaction(sight.reader), sight.value, name(&sight.key))
}

fn name(key: &Bytes) -> String {
    key.text().into_owned()
}
