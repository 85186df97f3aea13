//! The course's tests pass, and each can fail.
//!
//! `NETSPLIT_COURSE_SEEDS` says up to which seed every test is run; 2 when it is
//! not set.

use netsplit_sim::course::{self, Report, Setting};

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
                let Report { verdict, statistics: row } = course::run(test, &setting);
                if std::env::var_os("NETSPLIT_COURSE_ROWS").is_some() {
                    println!("{} {seed} {pre_vote}: {verdict} {row:?}", test.name);
                }
                if !verdict.passed() {
                    failed.push(format!("{} seed {seed} pre-vote {pre_vote}: {verdict}", test.name));
                }
            }
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}
