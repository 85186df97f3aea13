//! The course's tests pass, each can fail, and a directed run is its record.
//!
//! `NETSPLIT_COURSE_SEEDS` says up to which seed every test is run; 2 when it is
//! not set. `cargo xtask golden` writes the table of the page anew.

use std::fmt::Write as _;
use std::rc::Rc;

use netsplit_sim::course::raft::Performance;
use netsplit_sim::course::raft::red::{By, ROWS};
use netsplit_sim::course::{self, Report, Setting};
use netsplit_sim::director::{Advance, Verdict};
use netsplit_sim::scene::Limits;
use netsplit_sim::timeline::Timeline;

use crate::kept;

fn seeds() -> std::ops::RangeInclusive<u64> {
    let most = std::env::var("NETSPLIT_COURSE_SEEDS").ok().and_then(|text| text.parse().ok());
    1..=most.unwrap_or(2)
}

#[test]
fn every_test_of_the_course_passes() {
    let mut failed = Vec::new();
    for test in course::all() {
        for pre_vote in [false, true] {
            for seed in seeds() {
                let setting = Setting { pre_vote, ..Setting::plain(seed) };
                let Report { verdict, .. } = course::run(test, &setting);
                if !verdict.passed() {
                    failed
                        .push(format!("{} seed {seed} pre-vote {pre_vote}: {verdict}", test.name));
                }
            }
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

#[test]
fn every_test_of_the_course_can_fail() {
    for (test, row) in course::all().zip(ROWS) {
        assert_eq!(test.name, row.test, "the first rows are one a test, in order");
    }
    for row in ROWS {
        let verdict = row.run().verdict;
        let id = row.mutant.id();
        assert!(row.is_red_in(&verdict), "{} under {id}: {verdict}", row.test);
    }
}

#[test]
fn the_record_of_a_director_gives_the_same_run() {
    for test in course::all() {
        let mut run = test.open(&Setting::plain(3));
        assert_eq!(run.run().verdict, Verdict::Passed);
        let options = course::raft::world(test, &Setting::plain(3));
        let acts = run.directed().record();
        let mut again = Timeline::with_acts(options, Rc::from([]), Limits::default(), acts);
        let timeline = run.directed().timeline();
        again.run_to(timeline.moment(), u64::MAX);
        assert!(again.scene().world == timeline.scene().world, "{}", test.name);
        assert_eq!(again.scene().skipped(), [], "{}", test.name);
    }
}

#[test]
fn slices_of_any_size_make_the_same_run() {
    for name in ["unreliable churn", "backup", "snapshot install un crash"] {
        let test = course::find(name).expect("it is a test of the course");
        let mut whole = test.open(&Setting::plain(5));
        let mut sliced = test.open(&Setting::plain(5));
        let mut slices = 0;
        while sliced.advance(97) == Advance::Running {
            slices += 1;
        }
        assert!(slices > 10, "{name} took {slices} slices");
        assert_eq!(sliced.run(), whole.run(), "{name}");
        let world = |run: &Performance| run.directed().timeline().scene().world.clone();
        assert!(world(&sliced) == world(&whole), "{name}");
    }
}

/// The table of the page, made of the rows.
fn table() -> String {
    let mut text = String::from(
        "| Test (2022; since 2024) | First edition | Asserts | Mistake | Seed | Ends red by |\n|---|---|---|---|---|---|\n",
    );
    for row in ROWS {
        let test = row.course_test();
        let by = match row.by {
            By::Assertion(part) => format!("“{part}”"),
            By::Property(name) => format!("property `{name}`"),
        };
        let (name, later) = (test.name, test.name_2024);
        let mutant = row.mutant.id();
        let _ = writeln!(
            text,
            "| `{name}` (`{later}`) | {} | {} | {mutant} | {} | {by} |",
            test.since, test.about, row.seed
        );
    }
    text
}

#[test]
fn golden_table_of_the_page() {
    let path = kept::path("../docs/labs/raft-course.md");
    let page = std::fs::read_to_string(&path).expect("the page is there");
    let (begin, end) = ("<!-- rows -->\n", "<!-- end of rows -->");
    let (head, rest) = page.split_once(begin).expect("the page has a place for the rows");
    let (_, tail) = rest.split_once(end).expect("the place ends");
    kept::check(&path, &format!("{head}{begin}{}{end}{tail}", table()));
}
