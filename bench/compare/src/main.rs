//! Our engine beside the others, in one process and one run.
//!
//! `compare [PART…]` runs all parts, or those named: `raft`, `kernel`, `world`,
//! `histories`, `store`, `transactions`, `growth`, `wasm`. `compare profile NODES BATCH` runs our core alone, for a profiler, and
//! `compare profile world` the core in the world.

mod engine;
mod forward;
mod growth;
mod histories;
mod kernel;
mod omni;
mod ours;
mod quiet;
mod raft_io;
mod raft_world;
mod report;
mod tikv;
mod transactions;

use std::time::Duration;

use engine::{Contender, commands, run};
use report::{Grouped, ROUNDS, Row, Verdicts, print};

/// Runs of one contender in a round: short ones in turn, so that a machine that is
/// slower for a second is so for all of them.
const TURNS: u64 = 8;
/// Entries of one Raft run: whole batches.
const ENTRIES: usize = 25_600;
/// Events of one run of the bare loop.
const EVENTS: u64 = 250_000;

fn main() {
    let parts: Vec<String> = std::env::args().skip(1).collect();
    if let [part, nodes, batch] = &parts[..]
        && part == "profile"
    {
        let (nodes, batch) = (nodes.parse().expect("a number"), batch.parse().expect("a number"));
        let commands = commands(ENTRIES);
        let least =
            (0..ROUNDS).map(|_| run::<ours::Ours<false, false>>(nodes, batch, &commands).time);
        let nanos = least.min().expect("there were rounds").as_nanos();
        println!("{} ns an entry at best", nanos / ENTRIES as u128);
        return;
    }
    if parts == ["profile", "world"] {
        for _ in 0..ROUNDS {
            let (messages, time) = raft_world::messages();
            println!("{} ns a message", time.as_nanos() / u128::from(messages));
        }
        return;
    }
    let wanted = |part: &str| parts.is_empty() || parts.iter().any(|named| named == part);
    let mut verdicts = Verdicts::default();
    if wanted("raft") {
        raft(&mut verdicts);
    }
    if wanted("kernel") {
        kernel(&mut verdicts);
    }
    if wanted("world") {
        world(&mut verdicts);
    }
    if wanted("histories") {
        histories(&mut verdicts);
    }
    if wanted("store") {
        store(&mut verdicts);
    }
    if wanted("transactions") {
        transactions(&mut verdicts);
    }
    if wanted("growth") {
        growth(&mut verdicts);
    }
    if wanted("wasm") {
        wasm(&mut verdicts);
    }
    verdicts.print();
}

/// Replicated logs in memory.
fn raft(verdicts: &mut Verdicts) {
    let contenders = [
        Contender { name: "netsplit", run: run::<ours::Ours<false, false>> },
        Contender { name: "netsplit, commit told at once", run: run::<ours::Ours<true, false>> },
        Contender { name: "netsplit, a disk written too", run: run::<ours::Ours<false, true>> },
        Contender { name: "raft", run: run::<tikv::Tikv<false>> },
        Contender { name: "raft, batch_append", run: run::<tikv::Tikv<true>> },
        Contender { name: "raft-io", run: run::<raft_io::RaftIo> },
        Contender { name: "omnipaxos", run: run::<omni::Omni<1>> },
        Contender { name: "omnipaxos, batch_size 64", run: run::<omni::Omni<64>> },
    ];
    let commands = commands(ENTRIES);
    for (nodes, batch) in [(3, 1), (3, 64), (5, 1), (5, 64)] {
        // Told to gather 64 entries, omnipaxos would not answer a single one.
        let contenders = if batch == 1 { &contenders[..7] } else { &contenders[..] };
        let mut rows: Vec<Row> = contenders.iter().map(|one| Row::new(one.name)).collect();
        rounds(&mut rows, |contender, row| {
            let sample = (contenders[contender].run)(nodes, batch, &commands);
            let each = sample.messages as f64 / ENTRIES as f64;
            row.note = format!("{each:.2} messages an entry");
            (ENTRIES as u64, sample.time)
        });
        let what = format!("{nodes} nodes, batch {batch}");
        print(&format!("Raft, {what}, 16-byte entries"), "entries/s", &rows);
        // Ahead of the other Rafts; at least level with omnipaxos as it comes.
        for theirs in &rows[3..6] {
            verdicts.compare(&what, &rows[0], theirs, true);
        }
        verdicts.compare(&what, &rows[0], &rows[6], false);
    }
}

/// The bare event loop.
fn kernel(verdicts: &mut Verdicts) {
    let mut rows = [Row::new("netsplit, World"), Row::new("simcore")];
    let contenders = [kernel::world, kernel::simcore];
    rounds(&mut rows, |contender, _| (EVENTS, contenders[contender](EVENTS)));
    print("The bare event loop, 5 nodes, 100 messages in flight", "events/s", &rows);
    verdicts.compare("bare event loop", &rows[0], &rows[1], false);
}

/// Raft inside the world, bare and with everything on.
fn world(verdicts: &mut Verdicts) {
    let mut rows = [
        Row::new("messages, nothing checked"),
        Row::new("steps, log of 1,000"),
        Row::new("steps, log of 100,000"),
        Row::new("seeks, log of 1,000"),
        Row::new("seeks, log of 100,000"),
    ];
    rounds(&mut rows, |row, _| match row {
        0 => raft_world::messages(),
        1 => raft_world::steps(1_000),
        2 => raft_world::steps(100_000),
        3 => raft_world::seeks(1_000),
        _ => raft_world::seeks(100_000),
    });
    let [messages, short, long, short_seeks, long_seeks] = rows;
    let (bare, checked) = (messages.median(), [short.median(), long.median()]);
    print("Raft in the world, 5 nodes", "a second", &[messages]);
    print("With all checks and keyframes", "a second", &[short, long]);
    print("Seek to any moment of a run", "a second", &[short_seeks, long_seeks]);
    verdicts.at_least("messages a second with Raft inside", bare, 3e6);
    verdicts.at_least("steps a second, checked, log of 1,000", checked[0], 1e6);
    verdicts.at_least("steps a second, checked, log of 100,000", checked[1], 1e6);
    let apart = checked[0].max(checked[1]) / checked[0].min(checked[1]);
    verdicts.at_most("ratio of the two log lengths", apart, 4.0 / 3.0);
}

/// Whether histories are linearizable, and transactions strict serializable.
fn histories(verdicts: &mut Verdicts) {
    let table = |title: &str, cases: Vec<histories::Case>| {
        let mut rows: Vec<Row> = cases.iter().map(|case| Row::new(case.name)).collect();
        rounds(&mut rows, |case, _| (cases[case].ops, cases[case].run()));
        print(title, "operations/s", &rows);
        rows
    };
    let rows = table("Linearizable? 10 clients with 10,000 operations each", histories::clients());
    let legal = rows.iter().map(Row::median).fold(f64::INFINITY, f64::min);
    verdicts.at_least("operations a second, 10 clients", legal, 1e6);
    let rows = table("Linearizable? Many clients on one key", histories::crowd());
    verdicts.at_least("operations a second, 100 clients on a key", rows[0].median(), 1e6);
    let rows = table("Linearizable? As the history grows", histories::growth());
    let apart = rows[0].median() / rows[2].median();
    verdicts.at_most("cost of an operation, a hundred times as many", apart, 3.0);
    let rows =
        table("Anomalies? 10 clients, transactions of up to 4 accesses", histories::transactions());
    let apart = rows[0].median() / rows[2].median();
    verdicts.at_least("transactions a second, 100,000 of them", rows[2].median(), 100_000.0);
    verdicts.at_most("cost of a transaction, a hundred times as many", apart, 3.0);
    let Some(folder) = std::env::var_os("NETSPLIT_HISTORIES") else { return };
    match histories::files(folder.as_ref()) {
        Ok(files) => {
            println!("\nHistories of {}", folder.display());
            for (name, is_linearizable, took) in files {
                let verdict = match is_linearizable {
                    Some(true) => "linearizable",
                    Some(false) => "not linearizable",
                    None => "not decided",
                };
                println!(
                    "  {name:<34}{:>11} ns  {verdict}",
                    Grouped(took.as_nanos() as f64).to_string()
                );
            }
        }
        Err(error) => println!("\nThe histories of {} were not read: {error}", folder.display()),
    }
}

/// The whole store: servers, clients, every check after every step.
fn store(verdicts: &mut Verdicts) {
    const WHAT: &str = "the store, wasm against native, times as long";
    let mut rows = [Row::new("native"), Row::new("wasm, Node.js")];
    if let Err(error) = turns(&mut rows, raft_world::store_wasm, raft_world::store) {
        println!("\nthe store was not run as wasm: {error}");
        return verdicts.missing(WHAT, &error);
    }
    print("The store, 5 servers and 20 clerks, all checks", "operations/s", &rows);
    verdicts.at_least("operations a second of the store", rows[0].median(), 20_000.0);
    verdicts.at_most(WHAT, rows[0].median() / rows[1].median(), 2.0);
}

/// What a transaction costs by how many shards take part. All of it is counted, nothing timed.
fn transactions(verdicts: &mut Verdicts) {
    use transactions::{Deed, Kind, cost, print};
    let kinds = |deed: Deed| {
        let of = |keys, is_apart| Kind { deed, keys, is_apart };
        [(1, true), (2, false), (2, true), (5, false), (5, true), (10, false), (10, true)]
            .map(|(keys, is_apart)| of(keys, is_apart))
    };
    for (title, level, deed) in [
        ("Transactions that write", "serializable", Deed::Put),
        ("Transactions that write what they read", "serializable", Deed::Add),
        ("Transactions that read, under locks", "serializable", Deed::Read),
        ("Transactions that read, as of a snapshot", "snapshot", Deed::Read),
    ] {
        let kinds = kinds(deed);
        let costs = cost(level, &kinds);
        print(title, &kinds, &costs);
        if deed != Deed::Put {
            continue;
        }
        let [one, .., ten_together, ten_apart] = costs[..] else { unreachable!("there are seven") };
        let two_apart = costs[2];
        let together = ten_together.entries() / one.entries();
        verdicts.at_most("entries, 10 keys in a shard against 1", together, 1.01);
        verdicts.at_most("entries of a transaction, 10 shards", ten_apart.entries(), 22.1);
        let longer = ten_apart.millis() / two_apart.millis();
        verdicts.at_most("time of a transaction, 10 shards against 2", longer, 2.0);
    }
}

/// What the checks cost as a run goes on.
fn growth(verdicts: &mut Verdicts) {
    /// What it is, how to run it for so many virtual seconds, and for how many.
    type Growing = (&'static str, fn(u64) -> growth::Grown, [u64; 3]);
    let stores: [Growing; 2] = [
        ("The sharded store", growth::sharded, [3, 30, 300]),
        ("Transactions", growth::transactions, [10, 100, 1_000]),
    ];
    for (what, run, lengths) in stores {
        println!("\n{what}, as the history grows");
        println!("  {:>10}{:>12}{:>16}{:>20}", "", "steps", "with checks", "whole history");
        let grown = lengths.map(|seconds| {
            quiet::pick_core();
            let mut runs = [0; 3].map(|_| run(seconds));
            runs.sort_by(|one, other| one.times().total_cmp(&other.times()));
            let middle = runs[1];
            let [ops, steps] = [middle.ops, middle.steps].map(|count| Grouped(count as f64));
            let [times, each] = [middle.times(), middle.each()];
            println!(
                "  {:>10}{:>12}{times:>10.2} times{each:>11.0} ns each",
                ops.to_string(),
                steps.to_string()
            );
            middle
        });
        let checked = grown[2].times() / grown[0].times();
        verdicts.at_most(&format!("{what}: a checked step, a hundred times as many"), checked, 3.0);
        let whole = grown[2].each() / grown[0].each();
        verdicts.at_most(&format!("{what}: an operation, a hundred times as many"), whole, 3.0);
    }
}

/// The same run natively and as wasm.
fn wasm(verdicts: &mut Verdicts) {
    const WHAT: &str = "wasm against native, times as long";
    let mut rows = [Row::new("native"), Row::new("wasm, Node.js")];
    let native = || {
        let (fingerprint, took) = raft_world::native();
        (fingerprint, 1, took)
    };
    if let Err(error) = turns(&mut rows, raft_world::wasm, native) {
        println!("\nwasm was not run: {error}");
        return verdicts.missing(WHAT, &error);
    }
    print("One run, 5 nodes, natively and as wasm", "runs/s", &rows);
    verdicts.at_most(WHAT, rows[0].median() / rows[1].median(), 1.7);
}

/// Runs natively and as wasm in turn, after one round to warm up. A native run gives its
/// fingerprint, its work and its time.
fn turns(
    rows: &mut [Row; 2],
    start: impl Fn() -> Result<raft_world::Wasm, String>,
    native: impl Fn() -> (u64, u64, Duration),
) -> Result<(), String> {
    // What is started now stays on the core it is started on.
    quiet::pick_core();
    let mut wasm = start()?;
    for round in 0..=ROUNDS {
        let (mut took, mut done) = ([Duration::ZERO; 2], 0);
        for _ in 0..TURNS {
            let (native_print, work, native_took) = native();
            let (wasm_print, wasm_took) = wasm.run()?;
            assert_eq!(native_print, wasm_print, "one run has one fingerprint everywhere");
            done += work;
            took[0] += native_took;
            took[1] += wasm_took;
        }
        if round > 0 {
            rows[0].add(done, took[0]);
            rows[1].add(done, took[1]);
        }
    }
    Ok(())
}

/// Rounds in which the contenders of these rows take turns, on the core that is
/// quietest then. `run` makes one run of a row's contender: its work and its time.
fn rounds(rows: &mut [Row], mut run: impl FnMut(usize, &mut Row) -> (u64, Duration)) {
    for _ in 0..ROUNDS {
        quiet::pick_core();
        let mut sums = vec![(0, Duration::ZERO); rows.len()];
        for _ in 0..TURNS {
            for (contender, (row, sum)) in rows.iter_mut().zip(&mut sums).enumerate() {
                let (work, time) = run(contender, row);
                *sum = (sum.0 + work, sum.1 + time);
            }
        }
        for (row, (work, time)) in rows.iter_mut().zip(sums) {
            row.add(work, time);
        }
    }
}
