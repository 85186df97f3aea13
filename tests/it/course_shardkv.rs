//! The course's tests of the sharded store, as those of Raft in [`course`](crate::course).

use std::fs;
use std::rc::Rc;

use netsplit_core::raft::disk::Disk;
use netsplit_sim::course::mistake::Mistake;
use netsplit_sim::course::shardkv::red::ROWS;
use netsplit_sim::course::shardkv::{self, Performance};
use netsplit_sim::course::{self, CourseTest, Plan, Setting};
use netsplit_sim::director::{Advance, Verdict};
use netsplit_sim::labs::shardkv::ShardLab;
use netsplit_sim::link::{Link, What};
use netsplit_sim::open;
use netsplit_sim::scene::Limits;
use netsplit_sim::timeline::Timeline;

use crate::course::{check_all_pass, check_page, table};
use crate::kept;

/// The tests with their plans.
fn tests() -> impl Iterator<Item = (&'static CourseTest, shardkv::Plan)> {
    course::of_lab(course::SHARDKV_LAB).map(|test| match test.plan {
        Plan::Shards(plan) => (test, plan),
        _ => unreachable!("{} is of another lab", test.name),
    })
}

#[test]
fn every_test_of_the_sharded_store_passes() {
    check_all_pass(course::SHARDKV_LAB, 1);
}

#[test]
fn every_test_of_the_sharded_store_can_fail() {
    for ((test, _), row) in tests().zip(ROWS) {
        assert_eq!(test.name, row.test, "the first rows are one a test, in order");
    }
    assert!(ROWS.len() >= tests().count(), "every test has a row");
    let mut wrong = Vec::new();
    for row in ROWS {
        let test = tests().find(|(test, _)| test.name == row.test);
        let (test, _) = test.expect("rows name tests that are there");
        let verdict = course::run(test, &Setting::plain(row.seed).with(row.mistake)).verdict;
        if !row.is_red_in(&verdict) {
            wrong.push(format!("{} under {}: {verdict}", row.test, row.mistake.id()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The acts of a director make the run again, and slices of any size make the same one.
#[test]
fn the_record_of_a_director_of_the_sharded_store_gives_the_same_run() {
    let names = ["TestRejection5A", "TestConcurrent1", "TestUnreliable3", "TestProgressJoin"];
    for (test, plan) in tests().filter(|(test, _)| names.contains(&test.name)) {
        let (name, setting) = (test.name, Setting::plain(3));
        let open = || Performance::new(test, plan, &setting);
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
}

#[test]
fn the_setup_of_a_test_of_the_sharded_store_as_text_is_its_world() {
    let mistaken = [&[][..], &["SK01"], &["EL01", "KV18", "SC05", "SK30"]];
    for (test, plan) in tests() {
        let mistakes = mistaken[test.number as usize % mistaken.len()];
        let mut link = Link::to(What::Course { lab: test.lab(), test: test.number }, 7);
        let option = link.lab().and_then(|lab| lab.option_number("mistake"));
        let option = option.expect("mistakes are an option of every lab");
        link.overrides.extend(mistakes.iter().map(|id| (option, (*id).to_owned())));
        let add = |setting: Setting, id: &&str| {
            setting.with(Mistake::from_id(id).expect("it is one of the catalogue"))
        };
        let setting = mistakes.iter().fold(Setting::plain(7), add);
        let direction = open::direction(&link, None).expect("a test can be opened");
        let script = direction.record().script;
        let mut world = open::world::<ShardLab>(&script.setup).expect("it is in the language");
        // Empty ones need not be there.
        world.disks.retain(|disk| *disk != Disk::default());
        assert_eq!(world, shardkv::world(&plan, &setting), "{} {mistakes:?}", test.name);
    }
}

/// The lab's page has each test under its name, and says how many there are.
#[test]
fn the_lab_lists_every_test_with_shards() {
    let path = kept::path("../docs/labs/shardkv.md");
    let page = fs::read_to_string(path).expect("the page is part of the tree");
    let tests = course::select("shards");
    for test in &tests {
        for name in test.name.split('/') {
            assert!(page.contains(&format!("`{name}`")), "{}", test.name);
        }
    }
    let count = format!("{} tests, which `netsplit course shards` runs", tests.len());
    assert!(page.contains(&count), "{count}");
}

#[test]
fn golden_table_of_the_page() {
    let of = |name: &str| tests().find(|(test, _)| test.name == name).map(|(test, _)| test);
    let rows = ROWS
        .iter()
        .filter_map(|row| of(row.test).map(|test| (test, row.mistake.id(), row.seed, row.by)));
    check_page("../docs/labs/shardkv-course.md", &table(rows));
}
