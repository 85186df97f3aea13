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

/// Runs `netsplit mapreduce` with these words on three texts: its status, output and errors.
fn mapreduce(words: &[&str]) -> (u8, Vec<u8>, String) {
    let corpus = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../sim/corpus");
    let file = |name: &str| corpus.join(name).to_string_lossy().into_owned();
    let files = ["opticks-1.txt", "persuasion-2.txt", "tom-sawyer-3.txt"].map(file);
    let mut args = vec!["mapreduce".to_owned()];
    args.extend(words.iter().map(|word| (*word).to_owned()));
    args.extend(files);
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let status = netsplit_cli::run(args.into_iter().map(Into::into), &mut out, &mut err);
    (status, out, String::from_utf8_lossy(&err).into_owned())
}

fn output(what: [&str; 2], how: &[&str]) -> Vec<u8> {
    let (status, out, err) = mapreduce(&[&what, how].concat());
    assert_eq!((status, &*err), (0, ""), "{what:?} {how:?}");
    out
}

/// Ways to do a job that are to write what one alone writes.
const WAYS: [&[&str]; 4] =
    [&["--jobs", "1"], &["--jobs", "3"], &["--simulated"], &["--simulated", "--seed", "5"]];

/// What threads make of files is what a simulated run makes of them, and what one alone does: the
/// same bytes.
#[test]
fn a_job_for_real_writes_what_a_simulated_one_does() {
    for job in ["wc", "indexer", "grep", "sort"] {
        let alone = output(["--job", job], &["--sequential"]);
        assert!(!alone.is_empty(), "{job}");
        for how in WAYS {
            assert_eq!(output(["--job", job], how), alone, "{job} {how:?}");
        }
    }
}

/// A script of the docs, by its name.
fn script(name: &str) -> String {
    let docs = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../docs/labs/scripts");
    docs.join(name).to_string_lossy().into_owned()
}

#[test]
fn the_readers_own_job_writes_what_the_one_that_is_built_in_does() {
    for job in ["wc", "indexer"] {
        let built_in = output(["--job", job], &["--sequential"]);
        let own = script(&format!("{job}.rhai"));
        for how in [&["--sequential"][..]].into_iter().chain(WAYS) {
            assert_eq!(output(["--script", &own], how), built_in, "{job} {how:?}");
        }
    }
}

#[test]
fn a_script_that_is_wrong_is_refused_with_its_place() {
    let check = |name: &str, text: &str, place: &str, words: &str| {
        let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
        std::fs::write(&path, text).expect("a file for a test can be written");
        let path = path.to_string_lossy().into_owned();
        for how in [&["--sequential"][..]].into_iter().chain(WAYS) {
            let (status, out, err) = mapreduce(&[&["--script", &*path], how].concat());
            assert_eq!((status, &*out), (2, &b""[..]), "{how:?}: {err}");
            assert!(err.starts_with(&format!("netsplit: {path}:{place}: ")), "{how:?}: {err}");
            assert!(err.contains(words) && err.lines().count() == 1, "{how:?}: {err}");
        }
    };
    check("open.rhai", "fn map(name, text) {\n  emit(\n", "3:1", "");
    check("no-reduce.rhai", "fn map(name, text) {}", "1:1", "no function `reduce(key, values)`");
    let reduce = "fn reduce(key, values) { values[0] + wrong(key) }";
    let map = "fn map(name, text) { for word in words(text) { emit(word, 1) } }";
    check("wrong.rhai", &format!("{map}\n{reduce}\n"), "2:38", "in reduce of ");
    let forever = "fn map(name, text) {\n  loop { }\n}\nfn reduce(key, values) { 1 }\n";
    check("forever.rhai", forever, "1:1", "does a loop never end?, in map of ");
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
