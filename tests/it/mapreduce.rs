//! MapReduce, whole: jobs in simulated runs and for real, the course's tests, and what turns them red.

use std::path::PathBuf;

use netsplit_core::id::NodeId;
use netsplit_core::mapreduce::message::Notice;
use netsplit_core::mapreduce::task::Phase;
use netsplit_sim::course::mapreduce::red::ROWS;
use netsplit_sim::course::mistake::Mistake;
use netsplit_sim::course::{self, Setting};
use netsplit_sim::lab::Lab;
use netsplit_sim::labs::mapreduce::MapReduceLab;
use netsplit_sim::link::{Link, What};
use netsplit_sim::moment::Moment;
use netsplit_sim::open;
use netsplit_sim::run::JobEvent;
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

/// Goes through a script, whose waits are met, and gives what it came to; nothing may be broken.
fn holds(text: &str) -> Timeline<MapReduceLab> {
    let timeline = run(text);
    assert_eq!(timeline.scene().broken(), [], "{text}");
    assert_eq!(timeline.scene().skipped(), [], "{text}");
    timeline
}

/// A worker that was taken for lost waits for buckets of others, who exit: nobody asks it any more,
/// and yet it hears that the job is over.
#[test]
fn who_was_lost_hears_that_the_job_is_over() {
    let timeline = holds(
        "scenario mapreduce nodes=4 seed=1 splits=3 parts=3 overlap=off\n\
         hold Content from n2 to n4\n\
         hold Content from n3 to n4\n\
         run until committed 4 within 60s\n\
         cut n1 | n4\n\
         run until committed 6 within 60s\n\
         run for 30s\n\
         lift all\n\
         mend all\n\
         run for 60s\n",
    );
    let world = &timeline.scene().world;
    let exited = |node: NodeId| world.node(node).machine()?.worker()?.exited();
    let workers: Vec<_> = world.cast().servers().skip(1).map(exited).collect();
    assert_eq!(workers, [Some(false); 3]);
}

/// The one task of a phase is not its last from the start: nobody backs it up before it has waited
/// for nothing but itself.
#[test]
fn the_only_task_of_a_phase_has_no_backup_at_once() {
    let timeline = holds(
        "scenario mapreduce nodes=4 seed=1 splits=4 parts=1\nrun until committed 4 within 60s\n",
    );
    let notes = MapReduceLab::job(timeline.scene().checks(), 0).news;
    let told = notes.iter().filter_map(|note| match &note.what {
        JobEvent::Told(notice) => Some(notice),
        JobEvent::Down => None,
    });
    let before = told.take_while(|notice| !matches!(notice, Notice::PhaseDone { .. }));
    let is_backup = |notice: &&Notice| matches!(notice, Notice::Assigned { attempt, backup: true, .. } if attempt.task.phase == Phase::Reduce);
    assert_eq!(before.filter(is_backup).count(), 0);
}

/// The user's counters, and how many tasks are done, after a coordinator that goes on, and in a
/// chain of jobs.
#[test]
fn counts_go_on_with_the_coordinator_and_from_job_to_job() {
    let counted = |crash: &str| {
        let text = format!(
            "scenario mapreduce nodes=4 seed=1\nrun until committed 5 within 60s\n{crash}run until committed 12 within 60s\n"
        );
        let timeline = holds(&text);
        let world = &timeline.scene().world;
        let it = world.node(world.cast().at(0)).machine().and_then(|it| it.coordinator());
        it.expect("the coordinator is up").counters()
    };
    let whole = counted("");
    assert!(whole.values().sum::<u64>() > 0);
    assert_eq!(counted("crash n1\nrun for 100ms\nrestart n1\n"), whole);
    holds(
        "scenario mapreduce nodes=4 seed=1 job=page-rank input=graph rounds=3 splits=8 parts=4\n\
         run until committed 12 within 60s\n\
         run until committed 20 within 60s\n\
         run until committed 28 within 60s\n",
    );
}

/// The paper's sort in the small takes the seconds that its page says, as a run of a script of
/// `docs/labs/sort` under a seed: with its bad disk, and without.
#[test]
fn the_sort_takes_the_seconds_of_its_page() {
    let labs = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../docs/labs");
    let read = |name: &str| std::fs::read_to_string(labs.join(name)).expect("it is there");
    let page = read("mapreduce.md");
    let seconds = |name: &str, from: &str, to: &str| {
        let text = read(&format!("sort/{name}.txt"));
        assert!(text.contains(from), "{name}");
        let timeline = holds(&text.replace(from, to));
        let over = MapReduceLab::job(timeline.scene().checks(), 0).news;
        let over = over.iter().find(|note| note.what == JobEvent::Told(Notice::JobDone));
        (over.expect("the job ends").at.micros() + 500_000) / 1_000_000
    };
    for (name, row) in
        [("normal", "| normal "), ("no-backup", "| no backup"), ("killed", "| workers killed")]
    {
        let row = page.lines().find(|line| line.starts_with(row)).expect("the table has it");
        let cells: Vec<&str> = row.split('|').collect();
        for (cell, disk) in [(3, " bad-disk=n9"), (4, "")] {
            let took = seconds(name, " bad-disk=n9", disk);
            assert!(cells[cell].starts_with(&format!(" {took} s")), "{name}: {took} s, and {row}");
        }
    }
    let under_seeds = |name: &str| {
        let times = (1..=5).map(|seed| seconds(name, "seed=1", &format!("seed={seed}")));
        times.collect::<Vec<u64>>()
    };
    let (normal, others) = (under_seeds("normal"), ["no-backup", "killed"].map(under_seeds));
    let range = |of: &[u64]| (*of.iter().min().expect("five"), *of.iter().max().expect("five"));
    let longer = |of: &[u64]| {
        let percent =
            of.iter().zip(&normal).map(|(it, normal)| (it * 200 + normal) / (2 * normal) - 100);
        range(&percent.collect::<Vec<u64>>())
    };
    let mut said = format!(
        "a normal run with a bad disk takes {} to {} s",
        range(&normal).0,
        range(&normal).1
    );
    for (what, times) in ["; without backups ", "; with workers killed "].into_iter().zip(&others) {
        let ((least, most), (from, to)) = (range(times), longer(times));
        said += &format!("{what}{least} to {most} s, between {from} and {to} % longer");
    }
    assert!(page.contains(&said), "{said}");
}

/// Keys may have blanks in them, and what stands beside one may have several lines.
#[test]
fn keys_with_blanks_are_not_out_of_order() {
    for (name, map, reduce) in [
        ("blanks", "emit(`the cat`, 1); emit(`the dog`, 1);", "sum(values)"),
        ("lines", "emit(`b`, 1); emit(`c`, 1);", "`z\\na`"),
    ] {
        let text = format!(
            "scenario mapreduce nodes=4 seed=1 parts=1 splits=4\n\
             code \"fn map(name, text) {{ {map} }}\"\n\
             code \"fn reduce(key, values) {{ {reduce} }}\"\n\
             run until committed 5 within 60s\n"
        );
        let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.txt"));
        std::fs::write(&path, text).expect("a file for a test can be written");
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let args = ["run".into(), path.into_os_string()];
        let status = netsplit_cli::run(args, &mut out, &mut err);
        let out = String::from_utf8_lossy(&out);
        assert_eq!((status, err), (netsplit_cli::WELL, Vec::new()), "{name}: {out}");
        assert!(out.contains("Keys in order") || out.trim_end().ends_with("passed"), "{out}");
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
