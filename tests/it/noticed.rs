//! The table of which test notices which mistake says the truth.
//!
//! A slice of it is run every time. `NETSPLIT_NOTICED=full` runs all of it, and
//! `NETSPLIT_NOTICED=rewrite` writes it anew: some minutes on two cores.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;

use netsplit_core::raft::mutants::Mutant;
use netsplit_sim::course::noticed::{self, SEEDS, row_anew, row_text};
use netsplit_sim::course::{self, failures};

/// Every so manyeth row of the table is run by the slice.
const EVERY: usize = 7;

/// All rows anew, on all cores.
fn anew() -> Vec<String> {
    let (next, mutants) = (AtomicUsize::new(0), Mutant::ALL);
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let (give, take) = mpsc::channel();
    std::thread::scope(|scope| {
        for _ in 0..cores {
            let (give, next) = (give.clone(), &next);
            scope.spawn(move || {
                while let Some(mutant) = mutants.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let row = row_anew(*mutant);
                    // It takes long: who waits sees it come, with `--nocapture`.
                    eprintln!("{row}");
                    give.send((*mutant, row)).expect("the rows are waited for");
                }
            });
        }
    });
    drop(give);
    let mut rows: Vec<(Mutant, String)> = take.into_iter().collect();
    rows.sort_unstable();
    rows.into_iter().map(|(_, row)| row).collect()
}

fn head() -> String {
    let comments = noticed::TABLE.lines().filter(|line| line.starts_with('#'));
    comments.map(|line| format!("{line}\n")).collect()
}

#[test]
fn the_table_is_what_the_runs_come_to() {
    let asked = std::env::var("NETSPLIT_NOTICED").unwrap_or_default();
    if asked == "rewrite" || asked == "full" {
        let text = format!("{}{}\n", head(), anew().join("\n"));
        if asked == "full" {
            assert_eq!(noticed::TABLE, text, "NETSPLIT_NOTICED=rewrite writes it anew");
        } else {
            let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../sim/src/course/noticed.txt");
            std::fs::write(path, text).expect("it is ours");
        }
        return;
    }
    for row in noticed::rows().step_by(EVERY) {
        let again = noticed::notice(row.mutant, row.test, row.seed);
        assert_eq!(again, Some(row), "{} under {}", row.test.name, row.mutant.id());
        let earlier = noticed::notice(row.mutant, row.test, row.seed - 1);
        assert!(row.seed == *SEEDS.start() || earlier.is_none(), "an earlier seed shows it");
    }
}

#[test]
fn the_table_is_read_as_it_is_written() {
    let mut lines = noticed::TABLE.lines().filter(|line| !line.starts_with('#'));
    for mutant in Mutant::ALL {
        let row = row_text(*mutant, &noticed::by_tests(*mutant));
        assert_eq!(lines.next(), Some(&*row));
    }
    assert_eq!(lines.next(), None);
}

#[test]
fn every_test_notices_some_mistake_and_every_known_line_is_met_or_the_courses() {
    for test in course::of_lab(course::RAFT_LAB) {
        assert!(!noticed::by_test(test).is_empty(), "{}", test.name);
    }
    let agreement = failures::find("one(101) failed to reach agreement");
    let ends = noticed::ends_so(agreement[0]);
    assert!(ends.len() > 50, "{} ways lead to it", ends.len());
}
