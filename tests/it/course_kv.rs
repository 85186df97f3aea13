//! The course's tests of the store, the lock and the replicated counter, as those of Raft in
//! [`course`](crate::course).

use std::rc::Rc;

use netsplit_core::raft::disk::Disk;
use netsplit_sim::course::kv::red::ROWS;
use netsplit_sim::course::kv::{self, Performance, Recorded};
use netsplit_sim::course::mistake::Mistake;
use netsplit_sim::course::{self, CourseTest, Plan, Setting};
use netsplit_sim::director::{Advance, Verdict};
use netsplit_sim::labs::kv::KvLab;
use netsplit_sim::link::{Link, What};
use netsplit_sim::open;
use netsplit_sim::scene::Limits;
use netsplit_sim::timeline::Timeline;

use crate::course::{check_all_pass, check_page, table};

fn find(name: &str) -> &'static CourseTest {
    course::find(name).expect("it is a test of the course")
}

#[test]
fn every_test_of_the_store_passes() {
    check_all_pass(course::KV_LAB, 1);
}

#[test]
fn every_test_of_the_store_can_fail() {
    for (test, row) in course::of_lab(course::KV_LAB).zip(ROWS) {
        assert_eq!(test.name, row.test, "the first rows are one a test, in order");
    }
    for row in ROWS {
        let verdict = row.run().verdict;
        assert!(row.is_red_in(&verdict), "{} under {}: {verdict}", row.test, row.mistake.id());
    }
}

/// The acts of a director make the run again, and slices of any size make the same one.
pub(crate) fn check_repeats<L: Recorded>(open: impl Fn() -> Performance<L>, name: &str) {
    let (mut whole, mut sliced) = (open(), open());
    assert_eq!(whole.run().verdict, Verdict::Passed, "{name}");
    while sliced.advance(97) == Advance::Running {}
    assert_eq!(sliced.run(), whole.run(), "{name}");
    let timeline = whole.directed().timeline();
    let world = &timeline.scene().world;
    assert!(sliced.directed().timeline().scene().world == *world, "{name}");
    let (options, acts) = (world.options().clone(), whole.directed().record());
    let mut again = Timeline::with_acts(options, Rc::from([]), Limits::default(), acts);
    again.run_to(timeline.moment(), u64::MAX);
    assert!(again.scene().world == *world, "{name}");
    assert_eq!(again.scene().skipped(), [], "{name}");
}

#[test]
fn the_record_of_a_director_of_the_store_gives_the_same_run() {
    let names = [
        "TestOnePartition3A",
        "TestUnreliable3A",
        "TestSnapshotUnreliableRecoverConcurrentPartition3B",
        "TestManyClientsUnreliable",
        "TestLeaderPartition4A",
        "TestRestartSubmit4A",
    ];
    for name in names {
        let (test, setting) = (find(name), Setting::plain(3));
        match test.plan {
            Plan::Kv(plan) => check_repeats(|| Performance::new(test, plan, &setting), name),
            Plan::Counter(plan) => check_repeats(|| Performance::new(test, plan, &setting), name),
            Plan::Raft(_) | Plan::Shards(_) | Plan::Controller(_) | Plan::MapReduce(_) => {
                unreachable!("{name} is a test of the store")
            }
        }
    }
}

#[test]
fn the_setup_of_a_test_as_text_is_its_world() {
    for test in course::of_lab(course::KV_LAB) {
        let Plan::Kv(plan) = test.plan else { continue };
        for mistakes in [&[][..], &["KV01"], &["EL01", "KV18"]] {
            let what = What::Course { lab: test.lab(), test: test.number };
            let mut link = Link::to(what, 7);
            let option = link.lab().and_then(|lab| lab.option_number("mistake"));
            let option = option.expect("mistakes are an option of every lab");
            link.overrides.extend(mistakes.iter().map(|id| (option, (*id).to_owned())));
            let add = |setting: Setting, id: &&str| {
                setting.with(Mistake::from_id(id).expect("it is one of the catalogue"))
            };
            let setting = mistakes.iter().fold(Setting::plain(7), add);
            let direction = open::direction(&link, None).expect("a test can be opened");
            let script = direction.record().script;
            let mut world = open::world::<KvLab>(&script.setup).expect("it is in the language");
            // Empty ones need not be there.
            world.disks.retain(|disk| *disk != Disk::default());
            assert_eq!(world, kv::world(&plan, &setting), "{} {mistakes:?}", test.name);
        }
    }
}

#[test]
fn a_test_of_raft_knows_no_mistake_of_a_service() {
    let test = find("TestBackup2B");
    let mut link = Link::to(What::Course { lab: test.lab(), test: test.number }, 1);
    let option = link.lab().and_then(|lab| lab.option_number("mistake"));
    link.overrides.push((option.expect("mistakes are an option of every lab"), "KV01".to_owned()));
    assert!(open::direction(&link, None).is_err());
}

#[test]
fn golden_table_of_the_page() {
    let rows = ROWS.iter().map(|row| (row.course_test(), row.mistake.id(), row.seed, row.by));
    check_page("../docs/labs/kv-course.md", &table(rows));
}
