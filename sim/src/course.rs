//! The course's tests, by name: each a [director](crate::director) with the
//! harness's own assertions, under all properties of its lab.
//!
//! Lab parts are named as in 2022, with the later number beside; what came later
//! by the name of its lab and its edition.

pub mod failures;
pub mod kv;
pub mod mapreduce;
pub mod mistake;
pub mod noticed;
pub mod raft;
pub mod shardctrl;
pub mod shardkv;

use std::fmt;

use netsplit_core::mapreduce::mutants::Mutants as MapReduceMutants;
use netsplit_core::raft::mutants::Mutants;
use netsplit_core::replicated::mutants::Mutants as ServiceMutants;
use netsplit_core::shardctrl::mutants::Mutants as ControllerMutants;
use netsplit_core::shardkv::mutants::Mutants as ShardMutants;
use netsplit_core::time::{Span, Time};

use crate::director::{Advance, Directed, Verdict};
use crate::lab::Lab;
use crate::labs;
use crate::labs::counter::CounterLab;
use crate::labs::kv::KvLab;
use crate::labs::mapreduce::MapReduceLab;
use crate::labs::raft::RaftLab;
use crate::labs::shardctrl::ShardctrlLab;
use crate::labs::shardkv::ShardLab;

use mistake::Mistake;

/// The course's bound for one test, in virtual time. Directors that take long
/// by their nature stay far below it.
pub const TIME_LIMIT: Span = Span::from_millis(120_000);

/// Frozen numbers of the labs in links: Raft.
pub const RAFT_LAB: u32 = labs::raft::WORDS.number;
/// The key/value store, and the services that are tested with it.
pub const KV_LAB: u32 = labs::kv::WORDS.number;
/// The shard controller.
pub const SHARDCTRL_LAB: u32 = labs::shardctrl::WORDS.number;
/// The sharded store.
pub const SHARDKV_LAB: u32 = labs::shardkv::WORDS.number;
/// MapReduce.
pub const MAPREDUCE_LAB: u32 = labs::mapreduce::WORDS.number;

/// A test of the course.
#[derive(Clone, Copy, Debug)]
pub struct CourseTest {
    /// Its number in links, within its lab; frozen.
    pub number: u32,
    /// The first edition in which it runs.
    pub since: u32,
    /// Its name in the 2022 edition: `TestInitialElection2A`; in its first one, if
    /// that came later.
    pub name: &'static str,
    /// Its name since 2024: `TestInitialElection3A`.
    pub name_2024: &'static str,
    /// The part of the lab: `2A`; of later labs the name, as `rsm`, where there are
    /// several with the edition, as `kvsrv 2024`.
    pub part: &'static str,
    /// What the harness prints when it begins.
    pub title: &'static str,
    /// What it does and what it asserts, in a sentence or two.
    pub about: &'static str,
    /// The cluster it wants and the director itself.
    pub plan: Plan,
}

/// What a test wants and does, by the lab that it is run on.
#[derive(Clone, Copy, Debug)]
pub enum Plan {
    /// Raft alone.
    Raft(raft::Plan),
    /// The key/value store and its clients.
    Kv(kv::Plan<KvLab>),
    /// A replicated counter.
    Counter(kv::Plan<CounterLab>),
    /// The shard controller and its clients.
    Controller(kv::Plan<ShardctrlLab>),
    /// The sharded store, its controller and its clients.
    Shards(shardkv::Plan),
    /// A MapReduce.
    MapReduce(mapreduce::Plan),
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
    /// Mistakes of Raft made on purpose.
    pub mutants: Mutants,
    /// Mistakes of a service over Raft and of its clerks; Raft alone has none of
    /// these.
    pub of_service: ServiceMutants,
    /// Mistakes of the shard controller; the sharded store has one.
    pub of_controller: ControllerMutants,
    /// Mistakes of the sharded store and of its clerks.
    pub of_shards: ShardMutants,
    /// Mistakes of a MapReduce.
    pub of_mapreduce: MapReduceMutants,
}

impl Setting {
    /// Correct Raft, as in the course: without PreVote and CheckQuorum.
    pub const fn plain(seed: u64) -> Setting {
        Setting {
            seed,
            pre_vote: false,
            mutants: Mutants::NONE,
            of_service: ServiceMutants::NONE,
            of_controller: ControllerMutants::NONE,
            of_shards: ShardMutants::NONE,
            of_mapreduce: MapReduceMutants::NONE,
        }
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
    /// The frozen number in links of its lab.
    pub fn lab(&self) -> u32 {
        match self.plan {
            Plan::Raft(_) => RAFT_LAB,
            Plan::Kv(_) | Plan::Counter(_) => KV_LAB,
            Plan::Controller(_) => SHARDCTRL_LAB,
            Plan::Shards(_) => SHARDKV_LAB,
            Plan::MapReduce(_) => MAPREDUCE_LAB,
        }
    }

    /// The lab that it is run on, by name.
    pub fn runs_on(&self) -> &'static str {
        match self.plan {
            Plan::Raft(_) => RaftLab::NAME,
            Plan::Kv(_) => KvLab::NAME,
            Plan::Counter(_) => CounterLab::NAME,
            Plan::Controller(_) => ShardctrlLab::NAME,
            Plan::Shards(_) => ShardLab::NAME,
            Plan::MapReduce(_) => MapReduceLab::NAME,
        }
    }

    /// Whether its servers can make this mistake.
    pub fn knows(&self, mistake: Mistake) -> bool {
        match mistake {
            Mistake::OfRaft(_) => self.lab() != MAPREDUCE_LAB,
            Mistake::OfService(_) => !matches!(self.lab(), RAFT_LAB | MAPREDUCE_LAB),
            Mistake::OfController(_) => matches!(self.lab(), SHARDCTRL_LAB | SHARDKV_LAB),
            Mistake::OfShards(_) => self.lab() == SHARDKV_LAB,
            Mistake::OfMapReduce(_) => self.lab() == MAPREDUCE_LAB,
        }
    }

    /// A name that finds it and no other test.
    pub fn unmistakable(&self) -> &'static str {
        let found = find(self.name).map(|test| (test.lab(), test.number));
        if found == Some((self.lab(), self.number)) { self.name } else { self.name_2024 }
    }

    /// Its part as it is shown: `2C (3C since 2024)`.
    pub fn part_shown(&self) -> PartShown {
        PartShown(self.part)
    }
}

/// A part with the later number beside it, where it has another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PartShown(&'static str);

impl fmt::Display for PartShown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let part = self.0;
        match part.split_at_checked(1) {
            Some(("2", letter)) => write!(f, "{part} (3{letter} since 2024)"),
            Some(("3", letter)) => write!(f, "{part} (4{letter} in 2024)"),
            Some(("4", "B")) => write!(f, "{part} (5A and 5B in 2024)"),
            _ => f.write_str(part),
        }
    }
}

/// All tests of the labs that are here, in the order of the course.
pub fn all() -> impl Iterator<Item = &'static CourseTest> {
    let here = labs::LABS.iter().filter(|lab| lab.is_here());
    here.flat_map(|lab| lab.reading().course.tests)
}

/// The tests of a lab, by its frozen number in links.
pub fn of_lab(lab: u32) -> impl Iterator<Item = &'static CourseTest> {
    all().filter(move |test| test.lab() == lab)
}

/// A test by its frozen number in links.
pub fn by_number(lab: u32, number: u32) -> Option<&'static CourseTest> {
    of_lab(lab).find(|test| test.number == number)
}

/// A test by name, loosely: `TestFigure8Unreliable2C`, the same with `3C`,
/// `figure8 unreliable`. A test's own name comes before one that another has in
/// another edition.
pub fn find(name: &str) -> Option<&'static CourseTest> {
    let (wanted, part) = bare(name);
    let fits = |test: &&CourseTest| {
        let ((own, first), (_, later)) = (bare(test.name), bare(test.name_2024));
        own == wanted && (part.is_none() || part == first || part == later)
    };
    called(name).next().or_else(|| all().find(fits))
}

/// The tests whose own name this is, loosely: two labs may give one name to two tests.
fn called(name: &str) -> impl Iterator<Item = &'static CourseTest> {
    let wanted = bare(name);
    all().filter(move |test| bare(test.name) == wanted)
}

/// The tests that are meant by a name, a part (`2B`, `rsm`), or a lab (`raft`,
/// `2`, `kv`, `3`, `mapreduce`, `1`, `shardctrl`, `shardkv`; both: `shards`, `4`); none when nothing fits.
pub fn select(what: &str) -> Vec<&'static CourseTest> {
    let what = what.trim();
    let is = |names: &[&str]| names.iter().any(|name| name.eq_ignore_ascii_case(what));
    let labs: &[u32] = match what {
        _ if is(&["mapreduce", "mr", "1", "lab1", "lab 1"]) => &[MAPREDUCE_LAB],
        _ if is(&["raft", "2", "lab2", "lab 2"]) => &[RAFT_LAB],
        _ if is(&["kv", "3", "lab3", "lab 3"]) => &[KV_LAB],
        _ if is(&["shardctrl"]) => &[SHARDCTRL_LAB],
        _ if is(&["shardkv"]) => &[SHARDKV_LAB],
        _ if is(&["shards", "4", "lab4", "lab 4"]) => &[SHARDCTRL_LAB, SHARDKV_LAB],
        _ => &[],
    };
    let part = |test: &&CourseTest| {
        let lab_of_part = test.part.split(' ').next().unwrap_or(test.part);
        // A test function of the course whose parts are tests here.
        let function = test.name.split_once('/').map_or(test.part, |(function, _)| function);
        match labs {
            [] => is(&[test.part, lab_of_part, function]),
            labs => labs.contains(&test.lab()),
        }
    };
    let named: Vec<&CourseTest> = called(what).collect();
    match find(what) {
        Some(test) if named.is_empty() => vec![test],
        Some(_) => named,
        None => all().filter(part).collect(),
    }
}

/// A name without what people leave out: `Test`, spaces, case, and the part,
/// whose number and letter come beside.
fn bare(name: &str) -> (String, Option<(char, char)>) {
    let kept = name.chars().filter(char::is_ascii_alphanumeric);
    let lower: String = kept.map(|c| c.to_ascii_lowercase()).collect();
    let lower = lower.strip_prefix("test").unwrap_or(&lower);
    let mut end = lower.chars().rev();
    match (end.next(), end.next()) {
        (Some(letter @ 'a'..='d'), Some(digit @ '2'..='5')) => {
            (end.rev().collect(), Some((digit, letter)))
        }
        _ => (lower.to_owned(), None),
    }
}

/// Runs a test to its end.
pub fn run(test: &'static CourseTest, setting: &Setting) -> Report {
    match test.plan {
        Plan::Raft(plan) => raft::Performance::new(test, plan, setting).run(),
        Plan::Kv(plan) => kv::Performance::new(test, plan, setting).run(),
        Plan::Counter(plan) => kv::Performance::new(test, plan, setting).run(),
        Plan::Controller(plan) => kv::Performance::new(test, plan, setting).run(),
        Plan::Shards(plan) => shardkv::Performance::new(test, plan, setting).run(),
        Plan::MapReduce(plan) => mapreduce::Performance::new(test, plan, setting).run(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_test_is_found_by_every_name() {
        let labs = [
            (RAFT_LAB, 28),
            (KV_LAB, 48),
            (SHARDCTRL_LAB, 13),
            (SHARDKV_LAB, 31),
            (MAPREDUCE_LAB, 14),
        ];
        for (lab, count) in labs {
            let mut numbers: Vec<u32> = of_lab(lab).map(|test| test.number).collect();
            numbers.sort_unstable();
            assert_eq!(numbers, (1..=count).collect::<Vec<u32>>());
        }
        for test in all() {
            // Those of the script on MapReduce are no functions of Go.
            let part = test.name.strip_prefix("Test").unwrap_or(test.name);
            for name in [test.name, test.name_2024, part, &test.name.to_lowercase()] {
                let found = find(name).expect("it is a name");
                let same = (found.lab(), found.number) == (test.lab(), test.number);
                // Two editions may give one name to two tests.
                assert!(same || bare(found.name) == bare(name), "{name}");
            }
            let numbered = by_number(test.lab(), test.number).map(|it| it.name);
            assert_eq!(numbered, Some(test.name));
        }
        for test in of_lab(RAFT_LAB) {
            let loose = test.name["Test".len()..].strip_suffix(test.part).expect("names end so");
            assert_eq!(find(loose).map(|it| it.name), Some(test.name));
        }
        assert_eq!(find("figure8 unreliable").map(|it| it.part), Some("2C"));
        assert!(find("TestBackup2C").is_none());
        assert_eq!(find("TestBasic4A").map(|it| it.part), Some("rsm"));
        assert_eq!(find("TestSpeed4B").map(|it| it.part), Some("3B"));
        assert_eq!(find("TestConcurrent2").map(|it| it.part), Some("kvsrv 2024"));
        assert_eq!(find("concurrent 2 5B").map(|it| it.part), Some("4B"));
        for test in all() {
            let found = find(test.unmistakable()).map(|it| (it.lab(), it.number));
            assert_eq!(found, Some((test.lab(), test.number)), "{}", test.name);
        }
    }

    #[test]
    fn tests_are_selected_by_lab_part_and_name() {
        let counts = [
            ("raft", 28),
            ("2a", 3),
            ("kv", 48),
            ("3A", 14),
            ("3B", 9),
            ("kvsrv", 13),
            ("kvsrv 2024", 9),
            ("lock", 4),
            ("rsm", 8),
            ("shardctrl", 13),
            ("4A", 12),
            ("shardcfg", 1),
            ("TestMulti", 5),
            ("TestSnapshotRPC3B", 1),
            ("shards", 44),
            ("shardkv", 31),
            ("4B", 13),
            ("5A", 15),
            ("5C 2025", 2),
            ("TestConcurrent2", 2),
            ("TestConcurrent2_5B", 1),
            ("mapreduce", 14),
            ("lab1", 14),
            ("crash", 1),
            ("6", 0),
        ];
        for (what, count) in counts {
            assert_eq!(select(what).len(), count, "{what}");
        }
        let shown = |what: &str| select(what)[0].part_shown().to_string();
        assert_eq!(shown("2A"), "2A (3A since 2024)");
        assert_eq!(shown("3B"), "3B (4B in 2024)");
        assert_eq!(shown("rsm"), "rsm");
    }
}
