//! Which test notices which mistake, within 20 seeds: one table, in
//! `noticed.txt`, made by running all of them.
//!
//! A row is a mistake; behind it each test that notices it, as the test's number,
//! the first seed that shows it and the letter of the way in which it
//! [fails](super::failures): `EL01 3@8b 19@2i`.

use netsplit_core::raft::mutants::{Mutant, Mutants};

use super::failures::{self, FailureLine};
use super::{CourseTest, Setting, by_number, of_lab, run};
use crate::course::RAFT_LAB;

/// The table.
pub const TABLE: &str = include_str!("noticed.txt");

/// Seeds tried for each test and mistake.
pub const SEEDS: std::ops::RangeInclusive<u64> = 1..=20;

/// That a test notices a mistake.
#[derive(Clone, Copy, Debug)]
pub struct Noticed {
    /// The mistake.
    pub mutant: Mutant,
    /// The test.
    pub test: &'static CourseTest,
    /// The first seed that shows it.
    pub seed: u64,
    /// How the test fails.
    pub by: &'static FailureLine,
}

impl PartialEq for Noticed {
    fn eq(&self, other: &Noticed) -> bool {
        let of = |it: &Noticed| (it.mutant, it.test.number, it.seed, it.by.code);
        of(self) == of(other)
    }
}

/// All that is noticed, mistake by mistake.
pub fn rows() -> impl Iterator<Item = Noticed> {
    let lines = TABLE.lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(mutant_and_rest).flat_map(|(mutant, rest)| {
        rest.split_whitespace().filter_map(move |word| noticed_from_text(mutant, word))
    })
}

/// The tests that notice a mistake, in the order of the course.
pub fn by_tests(mutant: Mutant) -> Vec<Noticed> {
    rows().filter(|row| row.mutant == mutant).collect()
}

/// The mistakes that a test notices.
pub fn by_test(test: &CourseTest) -> Vec<Noticed> {
    let same = |row: &Noticed| row.test.lab() == test.lab() && row.test.number == test.number;
    rows().filter(same).collect()
}

/// The tests and mistakes that end in one way.
pub fn ends_so(line: &FailureLine) -> Vec<Noticed> {
    rows().filter(|row| row.by.code == line.code).collect()
}

/// Runs a test under a mistake, seed after seed, up to the first that shows it.
///
/// # Panics
/// When a test fails in a way that [`failures`] does not know.
pub fn find(mutant: Mutant, test: &'static CourseTest) -> Option<Noticed> {
    SEEDS.into_iter().find_map(|seed| notice(mutant, test, seed))
}

/// Runs a test under a mistake with one seed.
///
/// # Panics
/// When it fails in a way that [`failures`] does not know.
pub fn notice(mutant: Mutant, test: &'static CourseTest, seed: u64) -> Option<Noticed> {
    let setting = Setting { mutants: Mutants::only(mutant), ..Setting::plain(seed) };
    let verdict = run(test, &setting).verdict;
    if verdict.passed() {
        return None;
    }
    let by = failures::of(&verdict);
    let by = by.unwrap_or_else(|| panic!("{} under {}: {verdict}", test.name, mutant.id()));
    Some(Noticed { mutant, test, seed, by })
}

/// The row of a mistake, as the table has it.
pub fn row_text(mutant: Mutant, noticed: &[Noticed]) -> String {
    let mut text = mutant.id().to_owned();
    for it in noticed {
        text.push_str(&format!(" {}@{}{}", it.test.number, it.seed, it.by.code));
    }
    text
}

/// The row of a mistake, made anew by running all tests.
pub fn row_anew(mutant: Mutant) -> String {
    let noticed: Vec<Noticed> = of_lab(RAFT_LAB).filter_map(|test| find(mutant, test)).collect();
    row_text(mutant, &noticed)
}

fn mutant_and_rest(line: &'static str) -> Option<(Mutant, &'static str)> {
    let (id, rest) = line.split_once(' ').unwrap_or((line, ""));
    Some((Mutant::from_id(id)?, rest))
}

fn noticed_from_text(mutant: Mutant, word: &str) -> Option<Noticed> {
    let (test, rest) = word.split_once('@')?;
    let by = failures::by_code(rest.chars().last()?)?;
    let seed = rest[..rest.len() - by.code.len_utf8()].parse().ok()?;
    Some(Noticed { mutant, test: by_number(RAFT_LAB, test.parse().ok()?)?, seed, by })
}
