//! What the parts promise, and histories that are long or crowded.

use netsplit_core::history::{Outcome, Session};
use netsplit_core::id::NodeId;
use netsplit_core::time::Time;
use netsplit_core::transaction::{Access, Results, Transaction, Transactions};

use super::{Anomaly, AppendedTwice, Beside, Kind, Level, Report, Shape, check};
use crate::history::made::{self, Plan};

fn append(key: &str, value: u64) -> Access {
    Access::Append { key: key.into(), value }
}

fn read(key: &str) -> Access {
    Access::Read { key: key.into() }
}

/// Transactions of a session each, all of them open at once.
fn crowd(all: Vec<(Vec<Access>, Vec<Vec<u64>>)>) -> Transactions {
    let mut history = Transactions::new();
    let mut results = Vec::new();
    for (number, (accesses, lists)) in (0..).zip(all) {
        let node = NodeId::from_index(number);
        let call = Transaction(accesses);
        results.push((history.invoke(Session(number), node, Time::ZERO, call), lists));
    }
    for (id, lists) in results {
        history.returned(id, Time::ZERO, Outcome::Ok(Results(lists)));
    }
    history
}

fn found(history: &Transactions) -> Report {
    check(history).expect("no value is appended twice")
}

#[test]
fn names_lead_back() {
    assert_eq!(Kind::all().count(), 24);
    for kind in Kind::all() {
        assert_eq!(Kind::from_name(kind.name()), Some(kind));
    }
    for level in Level::ALL {
        assert_eq!(Level::from_name(level.name()), Some(level));
        assert!(level.weaker() < Some(level));
    }
    assert_eq!(Kind::from_name("G7"), None);
}

/// More beside data never breaks a weaker level, and a worse shape never a stronger
/// one.
#[test]
fn the_table_is_in_order() {
    for shape in Shape::ALL {
        let levels = Beside::ALL.map(|beside| Kind::Cycle(shape, beside).breaks());
        assert!(levels.is_sorted(), "{shape:?}: {levels:?}");
    }
    for beside in Beside::ALL {
        let levels = Shape::ALL.map(|shape| Kind::Cycle(shape, beside).breaks());
        assert!(levels.is_sorted(), "{beside:?}: {levels:?}");
    }
    let skew = Kind::Cycle(Shape::Adjacent, Beside::Nothing);
    assert!(!Level::SnapshotIsolation.broken_by(skew) && Level::Serializable.broken_by(skew));
}

#[test]
fn a_value_that_is_appended_twice_is_refused() {
    let twice = crowd(vec![(vec![append("x", 1)], vec![]), (vec![append("x", 1)], vec![])]);
    let ids: Vec<_> = twice.iter().map(|(id, _)| id).collect();
    let expected = AppendedTwice { first: ids[0], second: ids[1], key: "x".into(), value: 1 };
    assert_eq!(check(&twice), Err(expected));
    // To another key it is another value.
    let other = crowd(vec![(vec![append("x", 1)], vec![]), (vec![append("y", 1)], vec![])]);
    assert_eq!(found(&other).anomalies, []);
}

#[test]
fn a_long_history_without_anomalies_has_none() {
    for (clients, keys) in [(1, 3), (10, 5), (500, 2)] {
        let plan = Plan { clients, ops: 20_000, keys, unknown: 20, failed: 20, ..PLAN };
        let report = found(&made::append(&plan, 7));
        assert_eq!(report.anomalies, [], "{clients} clients");
        assert!(report.committed > 18_000);
    }
}

const PLAN: Plan = Plan {
    clients: 10,
    ops: 20_000,
    keys: 5,
    values: 0,
    unknown: 0,
    failed: 0,
    reads: 50,
    dependent: 0,
};

/// A ring of so many write skews is one cycle as long, and none is shorter.
#[test]
fn a_long_cycle_is_found() {
    let count = 5_000;
    let key = |number: u64| format!("k{}", number % count);
    let one = |number| {
        let accesses = vec![read(&key(number)), append(&key(number + 1), 1)];
        (accesses, vec![Vec::new()])
    };
    let report = found(&crowd((0..count).map(one).collect()));
    let [Anomaly::Cycle(Shape::Adjacent, Beside::Nothing, links)] = &report.anomalies[..] else {
        panic!("{:?}", report.kinds());
    };
    assert_eq!(links.len() as u64, count);
    for two in links.windows(2) {
        assert_eq!(two[0].to, two[1].from);
    }
}

/// What nobody read has no order: thousands of it, beside thousands who missed it,
/// make no more edges than there are transactions.
#[test]
fn a_crowd_that_saw_nothing_is_looked_at() {
    let count = 20_000;
    let one = |number: u64| match number % 2 {
        0 => (vec![append("x", number)], vec![]),
        _ => (vec![read("x")], vec![Vec::new()]),
    };
    let mut all: Vec<_> = (0..count).map(one).collect();
    assert_eq!(found(&crowd(all.clone())).anomalies, []);
    // Of two keys that were appended to, somebody saw the one and missed the other.
    all.push((vec![append("x", count), append("y", 1)], vec![]));
    all.push((vec![read("y"), read("x")], vec![vec![1], vec![]]));
    let report = found(&crowd(all));
    assert_eq!(report.kinds(), [Kind::Cycle(Shape::Single, Beside::Nothing)]);
    assert_eq!(report.anomalies[0].transactions().len(), 2);
}

/// A cycle of each shape in one component, and a small one of each.
#[test]
fn the_shortest_of_each_shape_is_told() {
    // A ring of four that overwrite each other, with a pair in it that does.
    let all = vec![
        (vec![append("a", 1), append("d", 2)], vec![]),
        (vec![append("a", 2), append("b", 1), append("e", 1)], vec![]),
        (vec![append("b", 2), append("c", 1), append("e", 2)], vec![]),
        (vec![append("c", 2), append("d", 1)], vec![]),
        (
            vec![read("a"), read("b"), read("c"), read("d"), read("e")],
            vec![vec![1, 2], vec![1, 2], vec![1, 2], vec![1, 2], vec![2, 1]],
        ),
    ];
    let report = found(&crowd(all));
    assert_eq!(report.kinds(), [Kind::Cycle(Shape::Overwriting, Beside::Nothing)]);
    assert_eq!(report.anomalies[0].transactions().len(), 2);
    assert_eq!(report.level(), None);
}
