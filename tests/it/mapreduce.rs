//! MapReduce, whole: jobs in simulated runs and for real, the course's tests, and what turns them red.

use std::path::PathBuf;

use netsplit_sim::course::mapreduce::red::ROWS;
use netsplit_sim::course::mistake::Mistake;
use netsplit_sim::course::{self, Setting};
use netsplit_sim::labs::mapreduce::MapReduceLab;
use netsplit_sim::link::{Link, What};
use netsplit_sim::moment::Moment;
use netsplit_sim::open;
use netsplit_sim::scenario::Script;
use netsplit_sim::scene::Limits;
use netsplit_sim::timeline::Timeline;

use crate::course::{check_all_pass, check_page, table};

fn run(text: &str) -> Timeline<MapReduceLab> {
    let script = Script::parse(text).expect("the tests write scripts that can be read");
    let options = open::world::<MapReduceLab>(&script.setup).expect("it can be opened");
    let mut timeline = Timeline::new(options, open::lines(&script), Limits::default());
    timeline.run_to(Moment::after(netsplit_core::time::Time::from_micros(600_000_000)), u64::MAX);
    timeline
}

/// Every job ends, with the output of a sequential run, on both disks and by both ways to notice
/// failures.
#[test]
fn jobs_end_with_what_a_sequential_run_writes() {
    let jobs = [
        "job=wc input=corpus",
        "job=indexer input=corpus",
        "job=grep input=corpus",
        "job=url-count input=log",
        "job=reverse-links input=graph",
        "job=sort input=records combine=off",
        "job=page-rank input=graph rounds=3",
        "job=fragile-wc input=fragile",
    ];
    let ways =
        ["", "disk=shared overlap=off", "detect=deadline time-out=30s", "cost=off backup=off"];
    for job in jobs {
        for way in ways {
            let timeline =
                run(&format!("scenario mapreduce nodes=4 seed=3 {job} {way} bytes=1000\n"));
            let scene = timeline.scene();
            let coordinator = scene.world.node(scene.world.cast().at(0)).machine();
            let over = coordinator.and_then(|it| it.coordinator()).is_some_and(|it| it.is_over());
            assert!(over, "{job} {way}: not over at {}", scene.world.now());
            assert_eq!(scene.broken(), [], "{job} {way}");
            assert!(scene.checks().truth().is_some(), "{job} {way}: nothing to compare with");
        }
    }
}

/// What threads make of files is what a simulated run makes of them, and what one alone does: the
/// same bytes.
#[test]
fn a_job_for_real_writes_what_a_simulated_one_does() {
    let corpus = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../sim/corpus");
    let file = |name: &str| corpus.join(name).to_string_lossy().into_owned();
    let files = [file("opticks-1.txt"), file("persuasion-2.txt"), file("tom-sawyer-3.txt")];
    let output = |job: &str, how: &[&str]| {
        let mut args = vec!["mapreduce".to_owned(), "--job".to_owned(), job.to_owned()];
        args.extend(how.iter().map(|word| (*word).to_owned()));
        args.extend(files.iter().cloned());
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let status = netsplit_cli::run(args.into_iter().map(Into::into), &mut out, &mut err);
        assert_eq!(status, 0, "{job} {how:?}: {}", String::from_utf8_lossy(&err));
        out
    };
    for job in ["wc", "indexer", "grep", "sort"] {
        let alone = output(job, &["--sequential"]);
        assert!(!alone.is_empty(), "{job}");
        for how in [
            &["--jobs", "1"][..],
            &["--jobs", "3"],
            &["--simulated"],
            &["--simulated", "--seed", "5"],
        ] {
            assert_eq!(output(job, how), alone, "{job} {how:?}");
        }
    }
}

#[test]
fn every_test_of_the_first_lab_passes() {
    check_all_pass(course::MAPREDUCE_LAB, 2);
}

#[test]
fn every_test_of_the_first_lab_can_fail() {
    let tests = || course::of_lab(course::MAPREDUCE_LAB);
    for (test, row) in tests().zip(ROWS) {
        assert_eq!(test.name, row.test, "the first rows are one a test, in order");
    }
    let mut wrong = Vec::new();
    for row in ROWS {
        let test = tests().find(|test| test.name == row.test).expect("rows name tests");
        let verdict = course::run(test, &Setting::plain(row.seed).with(row.mistake)).verdict;
        if !row.is_red_in(&verdict) {
            wrong.push(format!("{} under {}: {verdict}", row.test, row.mistake.id()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_setup_of_a_test_of_the_first_lab_as_text_is_its_world() {
    for test in course::of_lab(course::MAPREDUCE_LAB) {
        let course::Plan::MapReduce(plan) = test.plan else { continue };
        for id in ["MR01", "MR16"] {
            let mut link = Link::to(What::Course { lab: test.lab(), test: test.number }, 7);
            let option = link.lab().and_then(|lab| lab.option_number("mistake"));
            link.overrides.push((option.expect("it is an option"), id.to_owned()));
            let mistake = Mistake::from_id(id).expect("it is one of the catalogue");
            let setting = Setting::plain(7).with(mistake);
            let direction = open::direction(&link, None).expect("a test can be opened");
            let script = direction.record().script;
            let mut world =
                open::world::<MapReduceLab>(&script.setup).expect("it is in the language");
            // They follow from the options.
            world.disks.clear();
            assert_eq!(world, course::mapreduce::world(&plan, &setting), "{}", test.name);
        }
    }
}

#[test]
fn golden_table_of_the_page() {
    let of = |name: &str| course::of_lab(course::MAPREDUCE_LAB).find(|test| test.name == name);
    let rows = ROWS
        .iter()
        .filter_map(|row| of(row.test).map(|test| (test, row.mistake.id(), row.seed, row.by)));
    check_page("../docs/labs/mapreduce-course.md", &table(rows));
}
