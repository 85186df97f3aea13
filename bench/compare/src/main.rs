//! Our engine beside the others, in one process and one run.
//!
//! `compare [PART…]` runs all parts, or those named: `raft`, `kernel`, `world`,
//! `wasm`.

mod engine;
mod kernel;
mod omni;
mod ours;
mod raft_io;
mod report;
mod tikv;

use engine::{Contender, commands, run};
use report::{ROUNDS, Row, Verdicts, print};

/// Entries of one Raft run.
const ENTRIES: usize = 200_000;
/// Events of one run of the bare loop.
const EVENTS: u64 = 2_000_000;

fn main() {
    let parts: Vec<String> = std::env::args().skip(1).collect();
    let wanted = |part: &str| parts.is_empty() || parts.iter().any(|named| named == part);
    let mut verdicts = Verdicts::default();
    if wanted("raft") {
        raft(&mut verdicts);
    }
    if wanted("kernel") {
        kernel(&mut verdicts);
    }
    verdicts.print();
}

/// Replicated logs in memory.
fn raft(verdicts: &mut Verdicts) {
    let contenders = [
        Contender { name: "netsplit", run: run::<ours::Ours<false>> },
        Contender { name: "netsplit, commit told at once", run: run::<ours::Ours<true>> },
        Contender { name: "raft", run: run::<tikv::Tikv<false>> },
        Contender { name: "raft, batch_append", run: run::<tikv::Tikv<true>> },
        Contender { name: "raft-io", run: run::<raft_io::RaftIo> },
        Contender { name: "omnipaxos", run: run::<omni::Omni<1>> },
        Contender { name: "omnipaxos, batch_size 64", run: run::<omni::Omni<64>> },
    ];
    let commands = commands(ENTRIES);
    for (nodes, batch) in [(3, 1), (3, 64), (5, 1), (5, 64)] {
        let mut rows: Vec<Row> = contenders.iter().map(|one| Row::new(one.name)).collect();
        for _ in 0..ROUNDS {
            for (contender, row) in contenders.iter().zip(&mut rows) {
                let sample = (contender.run)(nodes, batch, &commands);
                row.add(ENTRIES as u64, sample.time);
                let each = sample.messages as f64 / ENTRIES as f64;
                row.note = format!("{each:.2} messages an entry");
            }
        }
        let what = format!("{nodes} nodes, batch {batch}:");
        print(&format!("Raft, {what} 16-byte entries"), "entries/s", &rows);
        for theirs in &rows[1..] {
            verdicts.compare(&what, &rows[0], theirs, true);
        }
    }
}

/// The bare event loop.
fn kernel(verdicts: &mut Verdicts) {
    let mut rows = [Row::new("simcore")];
    for _ in 0..ROUNDS {
        rows[0].add(EVENTS, kernel::simcore(EVENTS));
    }
    print("The bare event loop, 5 nodes, 100 in flight", "events/s", &rows);
    verdicts.at_least("x", 1.0, 1.0);
}
