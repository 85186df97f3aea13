//! Whether histories are linearizable, and which anomalies transactions have: how many
//! a second, and how that grows.
//!
//! The histories are made up from seeds by `netsplit_sim`. Where
//! `NETSPLIT_HISTORIES` names a folder, every history in it is checked as well.

use std::path::Path;
use std::time::Duration;

use cpu_time::ThreadTime;
use netsplit_core::history::{History, Outcome};
use netsplit_core::kv::{self, Kv};
use netsplit_core::spec::Spec;
use netsplit_core::transaction::Transactions;
use netsplit_sim::check::anomalies;
use netsplit_sim::check::linearizability::{Options, Verdict, check};
use netsplit_sim::check::register::{self, Register};
use netsplit_sim::history::made::{self, Plan};
use netsplit_sim::history::{self as text, Known};

/// Something to be checked.
pub struct Case {
    /// What it is.
    pub name: &'static str,
    known: Known,
    options: Options,
    /// How many operations it has.
    pub ops: u64,
    /// What the verdict must be.
    is_linearizable: bool,
}

const PLAN: Plan = Plan {
    clients: 10,
    ops: 100_000,
    keys: 10,
    values: 0,
    unknown: 0,
    failed: 0,
    reads: 50,
    dependent: 20,
};

const DIRECT: Options = Options { budget: 20_000_000, is_search_only: false };
const SEARCH: Options = Options { is_search_only: true, ..DIRECT };

fn is_get(call: &kv::Call) -> bool {
    matches!(call, kv::Call::Get { .. })
}

/// The history with one read of a value that was there, but later: near the end,
/// so that all of it must be looked at.
fn spoilt(
    history: &History<register::Call, register::Reply>,
) -> History<register::Call, register::Reply> {
    let from = history.len() * 9 / 10;
    let mut is_done = false;
    made::changed(history, |id, outcome| match outcome {
        Outcome::Ok(register::Reply::Value(Some(value))) if id.index() > from && !is_done => {
            is_done = true;
            Some(Outcome::Ok(register::Reply::Value(Some(value + 1_000))))
        }
        _ => None,
    })
}

/// Ten clients with ten thousand operations each.
pub fn clients() -> Vec<Case> {
    let kv = made::kv(&PLAN, 1);
    let wrong_kv = made::spoil(&kv, 1, is_get);
    let cas = Plan { values: 8, ..PLAN };
    let registers = made::register(&cas, 1);
    let wrong_registers = spoilt(&registers);
    let lossy = made::register(&Plan { unknown: 1, ..cas }, 1);
    vec![
        Case::new("key/value, values tell", Known::Kv(kv.clone()), DIRECT, true),
        Case::new("the same, wrong", Known::Kv(wrong_kv), DIRECT, false),
        Case::new("the same, searched", Known::Kv(kv), SEARCH, true),
        Case::new("registers with cas", Known::Register(registers), DIRECT, true),
        Case::new("the same, wrong", Known::Register(wrong_registers), DIRECT, false),
        Case::new("with lost answers", Known::Register(lossy), DIRECT, true),
    ]
}

/// Many clients on one key.
pub fn crowd() -> Vec<Case> {
    let crowd = Plan { clients: 100, ops: 10_000, keys: 1, ..PLAN };
    let kv = made::kv(&crowd, 2);
    let wrong = made::spoil(&kv, 2, is_get);
    let few = Plan { clients: 12, ops: 5_000, values: 5, dependent: 40, ..crowd };
    let register = made::register(&few, 2);
    let wrong_register = spoilt(&register);
    vec![
        Case::new("100 clients, values tell", Known::Kv(kv), DIRECT, true),
        Case::new("the same, wrong", Known::Kv(wrong), DIRECT, false),
        Case::new("12 clients with cas", Known::Register(register), DIRECT, true),
        Case::new("the same, wrong", Known::Register(wrong_register), DIRECT, false),
    ]
}

/// The same history, ten times and a hundred times as long.
pub fn growth() -> Vec<Case> {
    let known = |ops: u64| Known::Register(made::register(&Plan { ops, values: 8, ..PLAN }, 3));
    vec![
        Case::new("1,000 operations", known(1_000), DIRECT, true),
        Case::new("10,000 operations", known(10_000), DIRECT, true),
        Case::new("100,000 operations", known(100_000), DIRECT, true),
    ]
}

/// The history with one read of what was there much earlier: near the end, so that all
/// of it must be looked at.
fn stale(history: &Transactions) -> Transactions {
    let from = history.len() * 9 / 10;
    let mut is_done = false;
    made::changed(history, |id, outcome| match outcome {
        Outcome::Ok(results) if id.index() > from && !is_done => {
            let mut results = results.clone();
            let list = results.0.iter_mut().find(|list| list.len() > 8)?;
            list.truncate(1);
            is_done = true;
            Some(Outcome::Ok(results))
        }
        _ => None,
    })
}

/// Transactions of ten clients, the same ten times and a hundred times as long, and
/// with one read that is wrong.
pub fn transactions() -> Vec<Case> {
    let history = |ops: u64| made::append(&Plan { ops, keys: 5, ..PLAN }, 4);
    let case =
        |name, history, is_strict| Case::new(name, Known::Append(history), DIRECT, is_strict);
    vec![
        case("1,000 transactions", history(1_000), true),
        case("10,000 transactions", history(10_000), true),
        case("100,000 transactions", history(100_000), true),
        case("100,000 with a wrong one", stale(&history(100_000)), false),
    ]
}

impl Case {
    fn new(name: &'static str, known: Known, options: Options, is_linearizable: bool) -> Case {
        let ops = match &known {
            Known::Kv(history) => history.len(),
            Known::Register(history) => history.len(),
            Known::Append(history) => history.len(),
        } as u64;
        Case { name, known, options, ops, is_linearizable }
    }

    /// Checks it once; gives the time it took.
    pub fn run(&self) -> Duration {
        let (is_linearizable, took) = checked(&self.known, &self.options);
        assert_eq!(is_linearizable, Some(self.is_linearizable), "{}", self.name);
        took
    }
}

/// Whether it is linearizable, if that was decided, and the time it took.
fn checked(known: &Known, options: &Options) -> (Option<bool>, Duration) {
    fn one<S: Spec>(
        spec: &S,
        history: &History<S::Call, S::Reply>,
        options: &Options,
    ) -> (Option<bool>, Duration) {
        let began = ThreadTime::now();
        let report = check(spec, history, options);
        let took = began.elapsed();
        let is_linearizable = match report.verdict {
            Verdict::Linearizable(_) => Some(true),
            Verdict::Violation(_) => Some(false),
            Verdict::NotDecided { .. } => None,
        };
        (is_linearizable, took)
    }
    match known {
        Known::Kv(history) => one(&Kv, history, options),
        Known::Register(history) => one(&Register, history, options),
        Known::Append(history) => {
            let (is_strict, took) = looked_at(history);
            (Some(is_strict), took)
        }
    }
}

/// Whether nothing was found against strict serializability, and the time it took.
fn looked_at(history: &Transactions) -> (bool, Duration) {
    let began = ThreadTime::now();
    let report = anomalies::check(history).expect("no value is appended twice");
    let took = began.elapsed();
    (report.anomalies.is_empty(), took)
}

/// Checks the files of a folder: name, verdict, and the least time of some runs.
pub fn files(folder: &Path) -> std::io::Result<Vec<(String, Option<bool>, Duration)>> {
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        paths.push(entry?.path());
    }
    paths.sort();
    let mut rows = Vec::new();
    for path in paths {
        // What is no history (a page about them, for one) is passed over.
        let Ok(known) = text::read(&std::fs::read(&path)?, None) else { continue };
        let runs = (0..20).map(|_| checked(&known, &DIRECT));
        let Some((verdict, took)) = runs.min_by_key(|(_, took)| *took) else { continue };
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
        rows.push((name.unwrap_or_default(), verdict, took));
    }
    Ok(rows)
}
