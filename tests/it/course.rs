//! The course's tests of Raft pass, each can fail, and a directed run is its record.
//! Those of the store are in [`course_kv`](crate::course_kv).
//!
//! `NETSPLIT_COURSE_SEEDS` says up to which seed every test is run; 2 when it is
//! not set, 1 for the store. `cargo xtask golden` writes the tables of the pages
//! anew.

use std::fmt::Write as _;
use std::rc::Rc;

use netsplit_sim::course::raft::Performance;
use netsplit_sim::course::raft::red::{By, ROWS};
use netsplit_sim::course::{self, CourseTest, Report, Setting};
use netsplit_sim::director::{Advance, Verdict};
use netsplit_sim::scene::Limits;
use netsplit_sim::timeline::Timeline;

use crate::kept;

/// The seeds under which every test of a lab is run.
pub(crate) fn seeds_or(most: u64) -> std::ops::RangeInclusive<u64> {
    let asked = std::env::var("NETSPLIT_COURSE_SEEDS").ok().and_then(|text| text.parse().ok());
    1..=asked.unwrap_or(most)
}

/// Every test of a lab passes, with PreVote and CheckQuorum and without.
pub(crate) fn check_all_pass(lab: u32, seeds_most: u64) {
    let mut failed = Vec::new();
    for test in course::of_lab(lab) {
        for pre_vote in [false, true] {
            for seed in seeds_or(seeds_most) {
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

fn raft(test: &'static CourseTest, seed: u64) -> Performance {
    Performance::of(test, &Setting::plain(seed)).expect("it is one of Raft's")
}

#[test]
fn every_test_of_the_course_passes() {
    check_all_pass(course::RAFT_LAB, 2);
}

#[test]
fn every_test_of_the_course_can_fail() {
    for (test, row) in course::of_lab(course::RAFT_LAB).zip(ROWS) {
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
    for test in course::of_lab(course::RAFT_LAB) {
        let mut run = raft(test, 3);
        assert_eq!(run.run().verdict, Verdict::Passed);
        let options = run.directed().timeline().scene().world.options().clone();
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
        let mut whole = raft(test, 5);
        let mut sliced = raft(test, 5);
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

/// The table of a page, made of rows: the test, the mistake, the seed, and what notices it.
pub(crate) fn table(
    rows: impl Iterator<Item = (&'static CourseTest, &'static str, u64, By)>,
) -> String {
    let mut text = String::from(
        "| Test (2022; since 2024) | First edition | Asserts | Mistake | Seed | Ends red by |\n|---|---|---|---|---|---|\n",
    );
    for (test, mistake, seed, by) in rows {
        let by = match by {
            By::Assertion(part) => format!("“{part}”"),
            By::Property(name) => format!("property `{name}`"),
        };
        let later = match test.name_2024 == test.name {
            true => String::new(),
            false => format!(" (`{}`)", test.name_2024),
        };
        let (name, since, about) = (test.name, test.since, test.about);
        let _ =
            writeln!(text, "| `{name}`{later} | {since} | {about} | {mistake} | {seed} | {by} |");
    }
    text
}

/// A page has this table between its marks.
pub(crate) fn check_page(page: &str, table: &str) {
    let path = kept::path(page);
    let page = std::fs::read_to_string(&path).expect("the page is there");
    let (begin, end) = ("<!-- rows -->\n", "<!-- end of rows -->");
    let (head, rest) = page.split_once(begin).expect("the page has a place for the rows");
    let (_, tail) = rest.split_once(end).expect("the place ends");
    kept::check(&path, &format!("{head}{begin}{table}{end}{tail}"));
}

#[test]
fn golden_table_of_the_page() {
    let rows = ROWS.iter().map(|row| (row.course_test(), row.mutant.id(), row.seed, row.by));
    check_page("../docs/labs/raft-course.md", &table(rows));
}
