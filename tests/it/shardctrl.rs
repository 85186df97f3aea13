//! The shard controller: the course's tests of it, as those of the store in
//! [`course_kv`](crate::course_kv), and what it answers through crashes.

use std::rc::Rc;

use netsplit_core::raft::disk::Disk;
use netsplit_core::replicated::service::Text as _;
use netsplit_core::shardctrl::Reply;
use netsplit_sim::course::kv::{self, Performance};
use netsplit_sim::course::mistake::Mistake;
use netsplit_sim::course::shardctrl::red::ROWS;
use netsplit_sim::course::{self, Plan, Setting};
use netsplit_sim::labs::shardctrl::ShardctrlLab;
use netsplit_sim::link::{Link, What};
use netsplit_sim::open;
use netsplit_sim::scenario::Script;
use netsplit_sim::scene::{Advanced, Limits, Scene};
use netsplit_sim::timeline::END;

use crate::course::{check_all_pass, check_page, table};
use crate::course_kv::check_repeats;

#[test]
fn every_test_of_the_controller_passes() {
    check_all_pass(course::SHARDCTRL_LAB, 2);
}

#[test]
fn every_test_of_the_controller_can_fail() {
    for (test, row) in course::of_lab(course::SHARDCTRL_LAB).zip(ROWS) {
        assert_eq!(test.name, row.test, "the first rows are one a test, in order");
    }
    let mut wrong = Vec::new();
    for row in ROWS {
        let verdict = row.run().verdict;
        if !row.is_red_in(&verdict) {
            wrong.push(format!("{} under {}: {verdict}", row.test, row.mistake.id()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_record_of_a_director_of_the_controller_gives_the_same_run() {
    for name in ["TestBasic/HistoricalQueries", "TestMulti/SameConfigOnServers"] {
        let test = course::find(name).expect("it is a test of the course");
        let Plan::Controller(plan) = test.plan else { panic!("{name} is one of the controller's") };
        check_repeats(|| Performance::new(test, plan, &Setting::plain(3)), name);
    }
}

#[test]
fn the_setup_of_a_test_as_text_is_its_world() {
    for test in course::of_lab(course::SHARDCTRL_LAB) {
        let Plan::Controller(plan) = test.plan else { continue };
        for mistakes in [&[][..], &["SC03"], &["EL01", "KV18", "SC05"]] {
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
            let mut world = open::world::<ShardctrlLab>(&script.setup).expect("it can be read");
            // Empty ones need not be there.
            world.disks.retain(|disk| *disk != Disk::default());
            assert_eq!(world, kv::world(&plan, &setting), "{} {mistakes:?}", test.name);
        }
    }
}

#[test]
fn golden_table_of_the_page() {
    let rows = ROWS.iter().map(|row| (row.course_test(), row.mistake.id(), row.seed, row.by));
    check_page("../docs/labs/shardctrl-course.md", &table(rows));
}

/// Plays a script to its end, and says what clients asked and were told.
fn said(text: &str) -> Vec<String> {
    let script = Script::parse(text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    let world = open::world::<ShardctrlLab>(&script.setup).expect("the setup is right");
    let mut scene = Scene::new(world, Rc::clone(&open::lines(&script)), Limits::default());
    while !scene.script_is_done() {
        if let Advanced::Reached | Advanced::Stopped(_) = scene.advance(&[], END) {
            break;
        }
    }
    assert_eq!((scene.skipped(), scene.broken()), (&[][..], &[][..]), "{text}");
    let history = scene.checks().history().iter();
    let told = |reply: Option<&Reply>| reply.map_or("?".to_owned(), Reply::to_text);
    history.map(|(_, op)| format!("{} {}: {}", op.node, op.call, told(op.reply()))).collect()
}

#[test]
fn configurations_outlive_their_leader_and_a_snapshot() {
    let said = said(
        "scenario shardctrl nodes=3 clients=2 seed=4 shards=4 log-bytes=200
         run until leader within 2s
         c1 join 1=x 2=y
         c1 move 0 2
         run until answered 2 on c1 within 2s
         crash leader
         c2 leave 2
         run until answered 1 on c2 within 3s
         restart down
         c1 query
         c1 query 2
         c2 query 9 at n1
         run until answered 2 on c2 within 2s
         run until answered 4 on c1 within 2s
         run for 500ms",
    );
    let expected = [
        "c1 join 1=x 2=y: done",
        "c1 move 0 2: done",
        "c2 leave 2: done",
        "c1 query: 3 1,1,1,1 1=x",
        "c2 query 9: 3 1,1,1,1 1=x",
        "c1 query 2: 2 2,1,2,2 1=x 2=y",
    ];
    assert_eq!(said, expected);
}
