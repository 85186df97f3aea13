//! The course's tests, by name: each a [director](crate::director) with the
//! harness's own assertions, under all properties of its lab.
//!
//! Lab parts are named as in 2022, with the later number beside.

pub mod failures;
pub mod noticed;
pub mod raft;

use std::fmt;

use netsplit_core::raft::mutants::Mutants;
use netsplit_core::time::{Span, Time};

use crate::director::{Advance, Directed, Verdict};
use crate::lab::Lab;

use raft::{Performance, Plan};

/// The course's bound for one test, in virtual time. Directors that take long
/// by their nature stay far below it.
pub const TIME_LIMIT: Span = Span::from_millis(120_000);

/// The lab's frozen number in links, as in [`labs`](crate::labs).
pub const RAFT_LAB: u32 = 1;

/// A test of the course.
#[derive(Clone, Copy, Debug)]
pub struct CourseTest {
    /// Its number in links, within its lab; frozen.
    pub number: u32,
    /// The first edition in which it runs.
    pub since: u32,
    /// Its name in the 2022 edition: `TestInitialElection2A`.
    pub name: &'static str,
    /// Its name since 2024: `TestInitialElection3A`.
    pub name_2024: &'static str,
    /// The part of the lab: `2A`.
    pub part: &'static str,
    /// What the harness prints when it begins.
    pub title: &'static str,
    /// What it does and what it asserts, in a sentence or two.
    pub about: &'static str,
    /// The cluster it wants and the director itself.
    pub plan: Plan,
}

/// A lab whose tests of the course can be run, if it has any.
pub trait CourseLab: Lab {
    /// A run of a test at its start; `None` when the test is another lab's.
    fn perform(test: &'static CourseTest, setting: &Setting) -> Option<Box<dyn Perform<Self>>> {
        let _ = (test, setting);
        None
    }
}

/// A run of a test of a lab.
pub trait Perform<L: Lab>: fmt::Debug {
    /// The run and its director.
    fn directed(&self) -> &Directed<L>;
    /// Goes on by about so many steps.
    fn advance(&mut self, steps: u64) -> Advance;
}

/// What a run of a test can be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Setting {
    /// The number the run grows from.
    pub seed: u64,
    /// PreVote and CheckQuorum, both on or both off.
    pub pre_vote: bool,
    /// Mistakes made on purpose.
    pub mutants: Mutants,
}

impl Setting {
    /// Correct Raft, as in the course: without PreVote and CheckQuorum.
    pub const fn plain(seed: u64) -> Setting {
        Setting { seed, pre_vote: false, mutants: Mutants::NONE }
    }
}

/// A finished run of a test.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// How it ended.
    pub verdict: Verdict,
    /// The row that the harness prints.
    pub statistics: Statistics,
}

/// What the harness prints of a test that passed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Statistics {
    /// Virtual time.
    pub time: Time,
    /// How many servers.
    pub servers: u32,
    /// RPCs, counted when asked.
    pub rpcs: u64,
    /// Bytes of asks, and of replies that arrived.
    pub bytes: u64,
    /// The highest index that was committed.
    pub commits: u64,
}

impl CourseTest {
    /// Its part as it is shown: `2C (3C since 2024)`.
    pub fn part_shown(&self) -> PartShown {
        PartShown(self.part)
    }

    /// A run of it at its start.
    pub fn open(&'static self, setting: &Setting) -> Performance {
        Performance::new(self, setting)
    }
}

/// A part with the later number beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PartShown(&'static str);

impl fmt::Display for PartShown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let letter = self.0.trim_start_matches(|c: char| c.is_ascii_digit());
        write!(f, "{} (3{letter} since 2024)", self.0)
    }
}

/// All tests, in the order of the course.
pub fn all() -> impl Iterator<Item = &'static CourseTest> {
    raft::TESTS.iter()
}

/// A test by its frozen number in links.
pub fn by_number(lab: u32, number: u32) -> Option<&'static CourseTest> {
    all().find(|test| lab == RAFT_LAB && test.number == number)
}

/// A test by name, loosely: `TestFigure8Unreliable2C`, the same with `3C`,
/// `figure8 unreliable`.
pub fn find(name: &str) -> Option<&'static CourseTest> {
    let (wanted, part) = bare(name);
    let fits = |test: &&CourseTest| {
        bare(test.name).0 == wanted && part.is_none_or(|part| test.part.ends_with(part))
    };
    all().find(fits)
}

/// The tests that are meant by a name, a part (`2B`), or a lab (`raft`, `2`);
/// none when nothing fits.
pub fn select(what: &str) -> Vec<&'static CourseTest> {
    let what = what.trim();
    let whole = ["raft", "2", "lab2", "lab 2"].iter().any(|name| name.eq_ignore_ascii_case(what));
    let part = |test: &&CourseTest| whole || test.part.eq_ignore_ascii_case(what);
    match find(what) {
        Some(test) => vec![test],
        None => all().filter(part).collect(),
    }
}

/// A name without what people leave out: `Test`, spaces, case, and the part,
/// whose letter comes beside.
fn bare(name: &str) -> (String, Option<char>) {
    let kept = name.chars().filter(char::is_ascii_alphanumeric);
    let lower: String = kept.map(|c| c.to_ascii_lowercase()).collect();
    let lower = lower.strip_prefix("test").unwrap_or(&lower);
    let mut end = lower.chars().rev();
    match (end.next(), end.next()) {
        (Some(letter @ 'a'..='d'), Some('2' | '3')) => {
            (end.rev().collect(), Some(letter.to_ascii_uppercase()))
        }
        _ => (lower.to_owned(), None),
    }
}

/// Runs a test to its end.
pub fn run(test: &'static CourseTest, setting: &Setting) -> Report {
    test.open(setting).run()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_test_is_found_by_every_name() {
        let mut numbers: Vec<u32> = all().map(|test| test.number).collect();
        assert_eq!(numbers.len(), 28);
        numbers.sort_unstable();
        numbers.dedup();
        assert_eq!(numbers.len(), 28);
        for test in all() {
            let part = test.name.strip_prefix("Test").expect("names begin so");
            let loose = part.strip_suffix(test.part).expect("names end so");
            let names = [test.name, test.name_2024, part, loose, &loose.to_lowercase()];
            for name in names {
                assert_eq!(find(name).map(|it| it.number), Some(test.number), "{name}");
            }
            assert_eq!(by_number(RAFT_LAB, test.number).map(|it| it.name), Some(test.name));
        }
        assert_eq!(find("figure8 unreliable").map(|it| it.part), Some("2C"));
        assert!(find("TestBackup2C").is_none());
        assert_eq!(select("raft").len(), 28);
        assert_eq!(select("2a").len(), 3);
        assert_eq!(
            all().next().map(|it| it.part_shown().to_string()),
            Some("2A (3A since 2024)".to_owned())
        );
    }
}
