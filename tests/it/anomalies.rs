//! Anomalies of transactions: drawn by hand with the reason beside it, in
//! `tests/histories/transactions`, and made by a tiny store at every isolation.
//! What is found is compared with what the store knows, with the definitions
//! worked out by hand, with the checker of linearizability, and with another
//! checker.

mod engine;
mod naive;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

use netsplit_core::rng::Rng;
use netsplit_core::transaction::{Access, Results, Transaction, Transactions, Version};
use netsplit_sim::check::anomalies::{self, Anomaly, Beside, Kind, Level, Report, Shape};
use netsplit_sim::check::append::Lists;
use netsplit_sim::check::linearizability::{self, Options, Verdict};
use netsplit_sim::history::{self as text, Known, Service};

use crate::histories::drawn;
use engine::{Isolation, Plan};

/// Runs at each isolation.
const RUNS: u64 = 5_000;

fn found(history: &Transactions) -> Report {
    anomalies::check(history).expect("no value is appended twice")
}

/// The accesses of a box: `x+1` appends, `x=1,2` read that, `x=` an empty list.
fn said(words: &[&str]) -> (Transaction, Results) {
    let (mut accesses, mut lists) = (Vec::new(), Vec::new());
    let number = |word: &str| word.parse::<u64>().expect("values are whole numbers");
    for word in words {
        if let Some((key, value)) = word.split_once('+') {
            accesses.push(Access::Append { key: key.into(), value: number(value) });
        } else {
            let (key, list) = word.split_once('=').expect("an access is x+1 or x=1,2");
            accesses.push(Access::Read { key: key.into() });
            lists.push(list.split(',').filter(|word| !word.is_empty()).map(number).collect());
        }
    }
    (Transaction(accesses), Results(lists))
}

/// The transactions have an order that keeps to real time, tried one by one.
fn is_strict(history: &Transactions) -> bool {
    match linearizability::check(&Lists, history, &Options::default()).verdict {
        Verdict::Linearizable(_) => true,
        Verdict::Violation(_) => false,
        Verdict::NotDecided { states } => panic!("not decided after {states}"),
    }
}

/// What the first line of a drawing says: the strongest level against which nothing
/// is found, and what is found.
fn verdict(report: &Report) -> String {
    let level = report.level().map_or("nothing", Level::name);
    let kinds: Vec<&str> = report.kinds().into_iter().map(Kind::name).collect();
    match &kinds[..] {
        [] => level.to_owned(),
        kinds => format!("{level} {}", kinds.join(" ")),
    }
}

#[test]
fn drawn_transactions_have_the_anomalies_beside_them() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("histories/transactions");
    let files = fs::read_dir(folder).expect("the folder is there");
    let mut paths: Vec<PathBuf> = files.map(|file| file.expect("it is listed").path()).collect();
    paths.sort();
    let mut counts: BTreeMap<String, u32> = BTreeMap::new();
    let mut wrong = Vec::new();
    for path in paths {
        let text = fs::read_to_string(&path).expect("it can be read");
        let mut lines = (1..).zip(text.lines()).peekable();
        while let Some((number, line)) = lines.next() {
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let mut rows = Vec::new();
            while let Some((_, row)) = lines.next_if(|(_, row)| row.starts_with('s')) {
                rows.push(row);
            }
            let what = format!("{}:{number}", path.display());
            let (history, _) = drawn(&rows, said);
            let report = found(&history);
            let verdict = verdict(&report);
            if verdict != line {
                wrong.push(format!("{what}: {line}\n  found {verdict}\n  {:?}", report.anomalies));
            }
            // Nothing is found where there is nothing.
            if report.level() < Some(Level::Serializable) {
                assert!(!naive::has_a_serial_order(&history), "{what}");
            }
            let is_strict = is_strict(&history);
            assert!(!is_strict || report.level() == Some(Level::StrictSerializable), "{what}");
            if report.anomalies.is_empty() {
                assert!(is_strict, "{what}: no order, and nothing was found");
            }
            for word in line.split(' ') {
                *counts.entry(word.to_owned()).or_default() += 1;
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let total: u32 = Level::ALL.iter().filter_map(|level| counts.get(level.name())).sum();
    let total = total + counts.get("nothing").copied().unwrap_or(0);
    let strict = counts[Level::StrictSerializable.name()];
    assert!(total >= 60 && strict >= 20 && 2 * strict <= total, "{counts:?}");
    for kind in Kind::all() {
        let count = counts.get(kind.name()).copied().unwrap_or(0);
        assert!(count >= 2, "{kind} is drawn {count} times");
    }
}

fn plan(isolation: Isolation, rng: &mut Rng) -> Plan {
    Plan {
        isolation,
        clients: rng.between(2, 4) as u32,
        transactions: rng.between(3, 7),
        keys: rng.between(1, 3),
        accesses: rng.between(2, 4),
        aborted: rng.between(0, 1) * rng.between(0, 30),
        unknown: rng.between(0, 1) * rng.between(0, 40),
        is_read_at_end: rng.chance(1, 2),
    }
}

/// Runs each isolation under many seeds.
fn for_all_runs(each: impl Fn(Isolation, u64, &Plan)) {
    for isolation in Isolation::ALL {
        for seed in 0..RUNS {
            let plan = plan(isolation, &mut Rng::new(seed));
            each(isolation, seed, &plan);
        }
    }
}

fn without_order(report: &Report) -> Vec<Kind> {
    // What a read of an aborted list contradicts is told as an aborted read, too.
    report.kinds().into_iter().filter(|kind| *kind != Kind::IncompatibleOrder).collect()
}

#[test]
fn what_clients_show_is_what_the_store_knows() {
    for_all_runs(|isolation, seed, plan| {
        let (history, truth) = engine::run(plan, seed);
        let what = format!("{isolation:?}, seed {seed}");
        let seen = found(&history);
        let known = anomalies::check_exactly(&history, &truth);
        // An aborted read of a transaction of unknown outcome looks like any other.
        let has_aborted_read = known.kinds().contains(&Kind::AbortedRead);
        let is_sure = plan.unknown == 0 || !has_aborted_read;
        for anomaly in seen.anomalies.iter().chain(&known.anomalies) {
            if let Anomaly::Cycle(.., links) = anomaly {
                assert_eq!(naive::kind(links), anomaly.kind(), "{what}: {links:?}");
                assert!(naive::is_cycle(links), "{what}: {links:?}");
                let is_true = links.iter().all(|link| naive::is_true(&history, &truth, link));
                assert!(is_true || !is_sure, "{what}: {links:?}");
            }
        }
        assert!(seen.level() >= known.level() || !is_sure, "{what}: {seen:?}\n{known:?}");
        if plan.is_read_at_end && plan.unknown == 0 {
            let [seen, known] = [&seen, &known].map(without_order);
            assert_eq!(seen, known, "{what}");
        }
    });
}

/// Where all lists are read at the end and all outcomes are known, nothing is hidden from clients.
#[test]
fn both_checks_agree_where_clients_see_it_all() {
    for_all_runs(|isolation, seed, plan| {
        let plan = Plan { is_read_at_end: true, unknown: 0, ..*plan };
        let (history, truth) = engine::run(&plan, seed);
        let said = |report: &Report| (report.level(), without_order(report));
        let (seen, known) = (found(&history), anomalies::check_exactly(&history, &truth));
        assert_eq!(said(&seen), said(&known), "{isolation:?}, seed {seed}: {seen:?}\n{known:?}");
    });
}

/// That two checks agree says something where they would not if one were wrong: here the exact one is
/// told that two versions of a list have come the other way round.
#[test]
fn an_exact_check_that_is_told_another_order_disagrees() {
    let (mut told, mut disagree) = (0, 0);
    for seed in 0..RUNS {
        let plan = plan(Isolation::Serial, &mut Rng::new(seed));
        let plan = Plan { is_read_at_end: true, unknown: 0, ..plan };
        let (history, mut truth) = engine::run(&plan, seed);
        let of_two = |order: &&mut Vec<Version>| match &order[..] {
            [one, other, ..] => one.writer != other.writer,
            _ => false,
        };
        let Some(order) = truth.orders.values_mut().find(of_two) else { continue };
        order.swap(0, 1);
        told += 1;
        disagree += u32::from(
            anomalies::check_exactly(&history, &truth).level() != found(&history).level(),
        );
    }
    assert!(told > 1_000 && 4 * disagree > 3 * told, "{disagree} of {told}");
}

#[test]
fn levels_are_those_of_the_definitions() {
    let lowest = |isolation| match isolation {
        Isolation::Serial => Some(Level::StrictSerializable),
        Isolation::Stale => Some(Level::Serializable),
        Isolation::Snapshot => Some(Level::SnapshotIsolation),
        Isolation::ReadCommitted => Some(Level::ReadCommitted),
        Isolation::ReadUncommitted => Some(Level::ReadUncommitted),
        Isolation::Nothing => None,
    };
    for isolation in Isolation::ALL {
        let mut levels = BTreeSet::new();
        for seed in 0..RUNS {
            let mut plan = Plan { unknown: 0, ..plan(isolation, &mut Rng::new(seed)) };
            // Some are so long that many cycles meet.
            if seed % 200 == 0 {
                plan = Plan { clients: 6, transactions: 30, keys: 4 + seed % 7, ..plan };
            }
            let (history, truth) = engine::run(&plan, seed);
            let what = format!("{isolation:?}, seed {seed}");
            let known = anomalies::check_exactly(&history, &truth);
            let is_consistent = !known.kinds().contains(&Kind::Internal);
            let defined = naive::known(&history, &truth, is_consistent);
            assert_eq!(known.level(), defined.level, "{what}: {known:?}");
            let is_one = |kind: &Kind| {
                let shapes = [Shape::Overwriting, Shape::Circular, Shape::Single];
                shapes.map(|shape| Kind::Cycle(shape, Beside::Nothing)).contains(kind)
            };
            let kinds: Vec<Kind> = known.kinds().into_iter().filter(is_one).collect();
            assert_eq!(kinds, defined.kinds, "{what}: {known:?}");
            levels.insert(defined.level);
        }
        // As strong as it is made, and no stronger.
        assert_eq!(levels.first(), Some(&lowest(isolation)), "{isolation:?}");
    }
}

#[test]
fn a_serial_order_exists_where_nothing_is_found() {
    for_all_runs(|isolation, seed, plan| {
        let plan = Plan { is_read_at_end: true, ..*plan };
        let (history, _) = engine::run(&plan, seed);
        let what = format!("{isolation:?}, seed {seed}");
        let report = found(&history);
        let is_found = |level| report.against(level).next().is_some();
        let has_order = naive::has_a_serial_order(&history);
        assert_eq!(has_order, !is_found(Level::Serializable), "{what}: {report:?}");
        let is_strict = is_strict(&history);
        assert_eq!(is_strict, !is_found(Level::StrictSerializable), "{what}: {report:?}");
    });
}

/// Each kind of cycle comes up, or its agreement is worth nothing.
#[test]
fn runs_have_every_kind_of_cycle() {
    let mut kinds = BTreeSet::new();
    for isolation in Isolation::ALL {
        for seed in 0..RUNS {
            let plan = plan(isolation, &mut Rng::new(seed));
            kinds.extend(found(&engine::run(&plan, seed).0).kinds());
        }
    }
    // No store in here installs an append behind one that came long after it.
    let is_none = |kind: &Kind| *kind == Kind::Cycle(Shape::Overwriting, Beside::RealTime);
    let is_cycle = |kind: &Kind| matches!(kind, Kind::Cycle(..));
    for kind in Kind::all().filter(is_cycle).filter(|kind| !is_none(kind)) {
        assert!(kinds.contains(&kind), "{kind} is not in {kinds:?}");
    }
}

/// The level that another checker finds, `adya`, which follows Elle.
fn level_elsewhere(edn: &str) -> Option<Level> {
    let history = adya::History::from_edn(edn).expect("it is what elle-cli reads");
    let has = |level: &Level| {
        let models = vec![level.name().to_owned()];
        let options = adya::Opts { models, ..adya::Opts::default() };
        let report = adya::check(&history, adya::Workload::ListAppend, &options);
        report.valid != adya::Valid::False
    };
    Level::ALL.into_iter().take_while(has).last()
}

#[test]
fn another_checker_agrees() {
    let mut levels: BTreeMap<Option<Level>, u32> = BTreeMap::new();
    for isolation in Isolation::ALL {
        for seed in 0..500 {
            let plan = plan(isolation, &mut Rng::new(seed));
            let (history, _) = engine::run(&plan, seed);
            let ours = found(&history);
            let theirs = level_elsewhere(&Known::Append(history).edn());
            assert_eq!(ours.level(), theirs, "{isolation:?}, seed {seed}: {ours:?}");
            *levels.entry(theirs).or_default() += 1;
        }
    }
    assert_eq!(levels.len(), Level::ALL.len() + 1, "{levels:?}");
}

#[test]
fn transactions_are_written_and_read_back() {
    for seed in 0..200 {
        let plan = plan(Isolation::ReadCommitted, &mut Rng::new(seed));
        let known = Known::Append(engine::run(&plan, seed).0);
        for written in [known.edn(), known.json_lines()] {
            let read = text::read(written.as_bytes(), Some(Service::Append));
            assert_eq!(read, Ok(known.clone()), "seed {seed}");
        }
    }
}
