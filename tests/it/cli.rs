//! The command line, run as a library: each command, exit statuses, the places
//! of errors, and links there and back.

use std::ffi::OsString;
use std::fs;
use std::path::PathBuf;

use netsplit_sim::course::raft::Performance;
use netsplit_sim::course::{self, Setting};
use netsplit_sim::open::{self, Claim};
use netsplit_sim::scenarios;
use netsplit_sim::timeline::Progress;

/// What a command line came to.
#[derive(Debug, PartialEq)]
struct Ended {
    status: u8,
    out: String,
    err: String,
}

fn netsplit(args: &[&str]) -> Ended {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let status = netsplit_cli::run(args.iter().map(OsString::from), &mut out, &mut err);
    let text = |bytes| String::from_utf8(bytes).expect("the output is UTF-8");
    Ended { status, out: text(out), err: text(err) }
}

/// The output of a command that ends well.
fn well(args: &[&str]) -> String {
    let ended = netsplit(args);
    assert_eq!((ended.status, &*ended.err), (netsplit_cli::WELL, ""), "{args:?}: {}", ended.out);
    ended.out
}

/// The one sentence of a command that is refused.
fn bad(args: &[&str]) -> String {
    let ended = netsplit(args);
    assert_eq!((ended.status, &*ended.out), (netsplit_cli::BAD, ""), "{args:?}: {}", ended.err);
    assert_eq!(ended.err.lines().count(), 1, "{}", ended.err);
    ended.err.strip_prefix("netsplit: ").expect("it says who speaks").trim_end().to_owned()
}

/// The parts of the last line of `run`: lab, seed, steps, time, fingerprint, verdict.
fn last_line(out: &str) -> Vec<&str> {
    out.lines().last().expect("there is a last line").splitn(6, ", ").collect()
}

/// A script in a file of its own.
fn file(name: &str, text: &str) -> String {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::write(&path, text).expect("a file for a test can be written");
    path.to_str().expect("its path is UTF-8").to_owned()
}

#[test]
fn labs_and_scenarios_are_listed_by_their_first_word() {
    assert!(well(&["labs"]).starts_with("raft "));
    let list = well(&["scenarios"]);
    let ids: Vec<&str> = list.lines().filter_map(|line| line.split(' ').next()).collect();
    assert_eq!(ids, scenarios::all().map(|scenario| scenario.id).collect::<Vec<_>>());
    let of = |lab: &str| well(&["scenarios", lab]).lines().count();
    let labs = netsplit_sim::labs::LABS.iter().map(|lab| of(lab.name));
    assert_eq!(labs.sum::<usize>(), ids.len());
}

#[test]
fn help_is_there_for_every_command() {
    let all = well(&["--help"]);
    let mut count = 0;
    for line in all.lines().filter_map(|line| line.strip_prefix("  netsplit ")) {
        let name = line.split(' ').next().expect("a line has a word");
        let help = well(&[name, "--help"]);
        assert!(help.starts_with(&format!("netsplit {name}")), "{help}");
        assert_eq!(help, well(&["help", name]));
        count += 1;
    }
    assert_eq!(count, 12);
}

#[test]
fn every_scenario_runs_the_same_twice_and_says_how_it_ended() {
    for scenario in scenarios::all() {
        let ended = netsplit(&["run", scenario.id]);
        let number = scenario.number.to_string();
        assert_eq!(ended, netsplit(&["run", &number]), "{}", scenario.id);
        let last = last_line(&ended.out);
        let [lab, seed, steps, time, fingerprint, verdict] = last[..] else {
            panic!("{}: {last:?}", scenario.id);
        };
        assert_eq!(lab, scenario.parse().setup.lab);
        assert_eq!(seed, format!("seed {}", scenario.parse().setup.seed));
        assert!(steps.ends_with(" steps") && time.ends_with('s'), "{last:?}");
        assert_eq!(u64::from_str_radix(fingerprint, 16).map(|_| fingerprint.len()), Ok(16));
        if scenario.breaks.is_empty() {
            assert_eq!((ended.status, verdict), (netsplit_cli::WELL, "passed"), "{}", ended.out);
        } else {
            assert_eq!(ended.status, netsplit_cli::RED, "{}", ended.out);
            let first = scenario.breaks.iter().any(|property| verdict.starts_with(property));
            assert!(first, "{verdict}");
        }
    }
}

#[test]
fn a_seed_a_mistake_and_an_end_make_another_run() {
    let plain = well(&["run", "1"]);
    let fingerprint = |out: &str| last_line(out)[4].to_owned();
    assert_ne!(fingerprint(&plain), fingerprint(&well(&["run", "1", "--seed", "8"])));
    assert_ne!(fingerprint(&plain), fingerprint(&well(&["run", "1", "--pre-vote"])));
    let early = well(&["run", "1", "--until", "250ms"]);
    assert_eq!(last_line(&early)[3], "0.25s");
    let red = netsplit(&["run", "figure8", "--mutant", "EL04"]);
    assert_eq!(red.status, netsplit_cli::RED);
    assert!(last_line(&red.out)[5].starts_with("failed at "), "{}", red.out);
}

#[test]
fn a_test_of_the_course_repeated_by_its_record_is_the_run_of_its_director() {
    for (name, seed) in [("TestFailAgree2B", 3), ("SnapshotInstall", 2), ("unreliable churn", 1)] {
        let test = course::find(name).expect("it is one of the course's");
        let run = Performance::of(test, &Setting::plain(seed));
        let mut run = run.expect("it is one of Raft's");
        let report = run.run();
        assert!(report.verdict.passed(), "{name}: {}", report.verdict);
        let fingerprint = run.directed().timeline().scene().world.fingerprint().to_string();
        let out = well(&["run", name, "--seed", &seed.to_string()]);
        assert_eq!(last_line(&out)[4..], [&*fingerprint, "passed"], "{name}");
    }
}

#[test]
fn the_course_prints_a_row_a_test_whatever_the_jobs() {
    let args = ["course", "2A", "--seeds", "1..3", "--jobs"];
    let one = well(&[&args[..], &["1"]].concat());
    let rows: Vec<&str> = one.lines().collect();
    assert_eq!(rows.len(), 1 + 3 + 1, "{one}");
    assert!(rows[1].starts_with("TestInitialElection2A "), "{one}");
    assert_eq!(rows[4], "9 passed, 0 failed");
    assert_eq!(one, well(&[&args[..], &["3"]].concat()));
    let with = well(&["course", "initial", "election", "--seeds", "1..2", "--pre-vote"]);
    assert_eq!(with.lines().last(), Some("2 passed, 0 failed"));
}

#[test]
fn the_course_names_the_seeds_that_fail_and_how_to_see_one() {
    let ended = netsplit(&["course", "figure8 unreliable", "--seeds", "1..2", "--mutant", "AE07"]);
    assert_eq!(ended.status, netsplit_cli::RED, "{}", ended.out);
    assert_eq!(ended.out.lines().last(), Some("0 passed, 2 failed"));
    let again = ended.out.lines().find_map(|line| line.trim().strip_prefix("again: netsplit "));
    let again: Vec<&str> = again.expect("it says how").split(' ').collect();
    assert_eq!(again[..4], ["run", "TestFigure8Unreliable2C", "--seed", "1"]);
    let seen = netsplit(&again);
    assert_eq!(seen.status, netsplit_cli::RED);
    let told = ended.out.lines().find_map(|line| line.trim().strip_prefix("seed 1: "));
    assert_eq!(last_line(&seen.out).last().copied(), told);
}

#[test]
fn a_link_there_and_back_is_the_same_run() {
    let script = file("own.txt", "scenario raft nodes=3 seed=5\nrun until leader within 5s\n");
    let subjects: &[&[&str]] = &[
        &["first-election"],
        &["first-election", "--at", "0.25s", "--seed", "9"],
        &["leader-crash", "--at", "0.5s+0", "--mutant", "EL25", "--pre-vote"],
        &[&script, "--at", "700ms"],
        &["TestReElection2A", "--at", "3s", "--seed", "4"],
        &["TestBasicAgree2B"],
    ];
    for subject in subjects {
        let args = [&["link"], *subject, &["--address", "http://localhost:1/x/#old"]].concat();
        let link = well(&args);
        let link = link.trim_end();
        assert!(link.starts_with("http://localhost:1/x/#s1:"), "{link}");
        let shown = well(&["show", link]);
        let row = shown.lines().find_map(|line| line.strip_prefix("fingerprint"));
        let row = row.expect("there is a row of it").trim_start();
        let fingerprint = row.strip_suffix(", as claimed").expect("it holds");
        let run = well(&["run", link]);
        assert_eq!(last_line(&run)[4], fingerprint, "{subject:?}");
        // A link of a link is that link.
        assert_eq!(well(&["link", link]).trim_end(), &link[link.find('#').unwrap_or(0)..]);
    }
}

#[test]
fn the_page_opens_what_the_command_line_links_to() {
    for scenario in scenarios::all() {
        let link = well(&["link", scenario.id, "--at", "0.3s"]);
        let mut opened = open::link(&link).expect("it was just made");
        assert_eq!(opened.advance(u64::MAX), Progress::Reached, "{}", scenario.id);
        assert_eq!(opened.claim(), Claim::Holds, "{}", scenario.id);
    }
}

#[test]
fn a_link_of_another_run_is_told_apart() {
    let link = well(&["link", "first-election", "--at", "0.3s"]);
    let edited = link.trim_end().replace("t=0.3s", "t=0.2s");
    let shown = well(&["show", &edited]);
    assert!(shown.contains("none claimed") && shown.contains("changed by hand"), "{shown}");
    let mut read: netsplit_sim::link::Link = link.parse().expect("it was just made");
    read.fingerprint = Some(0x1234);
    let ended = netsplit(&["show", &read.to_string()]);
    assert_eq!(ended.status, netsplit_cli::RED);
    assert!(ended.out.contains("not 0000000000001234 as claimed"), "{}", ended.out);
    assert_eq!(netsplit(&["run", &read.to_string()]).status, netsplit_cli::RED);
}

#[test]
fn traces_go_to_a_file_or_to_the_output() {
    let path = file("trace.txt", "");
    let plain = well(&["run", "leader-crash", "--trace", &path]);
    assert_eq!(plain, well(&["run", "leader-crash"]));
    let steps: u64 = last_line(&plain)[2].trim_end_matches(" steps").parse().expect("a number");
    let trace = fs::read_to_string(&path).expect("the trace was written");
    assert!(trace.lines().count() as u64 >= steps, "a line a step");
    let out = well(&["run", "leader-crash", "--trace", "-", "--brief"]);
    assert!(out.lines().count() < trace.lines().count());
    let json = well(&["run", "leader-crash", "--trace", "-", "--json"]);
    for line in json.lines() {
        let value: serde_json::Value = serde_json::from_str(line).expect("each line is JSON");
        assert!(value.is_object());
    }
    let last = json.lines().last().expect("there is a last line");
    let last: serde_json::Value = serde_json::from_str(last).expect("it is JSON");
    assert_eq!(last["fingerprint"], last_line(&plain)[4]);
    assert_eq!((&last["lab"], &last["well"]), (&"raft".into(), &true.into()));
}

#[test]
fn the_swarm_tells_a_seed_and_finds_a_mistake() {
    let one = well(&["swarm", "--seed", "3"]);
    assert_eq!(last_line(&one)[5], "passed");
    let few = well(&["swarm", "--lab", "raft", "--seeds", "1..6", "--jobs", "2"]);
    assert_eq!(few, well(&["swarm", "--seeds", "1..6", "--jobs", "1"]));
    assert_eq!(few.lines().last(), Some("6 passed, 0 failed"));
    let found = netsplit(&["swarm", "--mutant", "EL01", "--seeds", "1..200"]);
    assert_eq!(found.status, netsplit_cli::RED, "{}", found.out);
    let (_, again) = found.out.split_once("again: netsplit ").expect("it says how");
    let again: Vec<&str> = again.lines().next().unwrap_or("").split(' ').collect();
    assert_eq!(netsplit(&again).status, netsplit_cli::RED);
    // What is small still breaks the same promise.
    let small = netsplit(&[&again[..], &["--small"]].concat());
    assert_eq!(small.status, netsplit_cli::RED);
    let script = file("small.txt", &small.out);
    let seen = netsplit(&["run", &script]);
    assert_eq!(seen.status, netsplit_cli::RED, "{}", small.out);
    assert!(last_line(&seen.out)[5].starts_with("election-safety is broken"), "{}", seen.out);
}

#[test]
fn luck_tells_what_a_crash_leads_to_under_other_seeds() {
    let out = well(&["luck", "first-election", "--seeds", "6", "--until", "400ms"]);
    let lines: Vec<&str> = out.lines().collect();
    let [rows @ .., sum] = &lines[..] else { panic!("{out}") };
    assert_eq!(rows.len(), 6, "{out}");
    assert!(sum.contains(" leads ") && sum.ends_with("; broken 0"), "{sum}");
    // The first seed is the scenario's own, and its run is that of `run`.
    let run = well(&["run", "first-election", "--until", "400ms"]);
    assert!(out.contains(last_line(&run)[4]), "{out}{run}");
    let range = well(&["luck", "first-election", "--seeds", "3..5", "--until", "400ms"]);
    let seed = |seed: u32| range.contains(&format!("seed     {seed}  "));
    assert!(seed(3) && seed(4) && seed(5), "{range}");
    let broken = netsplit(&["luck", "first-election", "--mutant", "EL01", "--until", "2s"]);
    assert_eq!(broken.status, netsplit_cli::RED, "{}", broken.out);
}

#[test]
fn what_is_found_is_opened_just_before() {
    let list = well(&["find"]);
    assert!(list.lines().all(|line| line.split_once("  ").is_some_and(|(id, _)| !id.is_empty())));
    let found = well(&["find", "split-vote", "first-election", "--address", "http://a.b/"]);
    let link = found.lines().last().expect("the link stands last");
    assert!(link.starts_with("http://a.b/#s1:"), "{found}");
    let shown = well(&["show", link]);
    assert!(shown.contains("First election") || shown.contains("first-election"), "{shown}");
    assert!(well(&["find", "overwritten"]).contains("an entry is overwritten"));
    let never = netsplit(&["find", "snapshot-installed", "first-election", "--until", "10ms"]);
    assert_eq!(never.status, netsplit_cli::RED);
    assert_eq!(never.out, "in none of 2000 runs: a snapshot is installed\n");
    assert!(bad(&["find", "splitvote"]).contains("did you mean `split-vote`"));
}

#[test]
fn fingerprints_are_those_of_the_runs() {
    let all = well(&["fingerprints"]);
    assert_eq!(all.lines().count(), 21 + scenarios::all().count());
    let first = well(&["run", "first-election"]);
    let line = format!("{}  first-election, seed 7, ", last_line(&first)[4]);
    assert!(all.lines().any(|it| it.starts_with(&line)), "{all}");
    let seeds = well(&["fingerprints", "--seeds", "1..2", "--jobs", "2"]);
    assert_eq!(seeds.lines().count(), 2 * scenarios::all().count());
}

#[test]
fn errors_name_their_place() {
    let misspelt = file("misspelt.txt", "scenario raft nodes=3\nrun for 1s\n  crahs n1\n");
    assert!(bad(&["run", &misspelt]).starts_with(&format!("{misspelt}:3:3: ")));
    let nobody = file("nobody.txt", "scenario raft nodes=3\ncrash n9\n");
    assert!(bad(&["link", &nobody]).starts_with(&format!("{nobody}:2:7: ")));
    for (args, part) in [
        (&[][..], "say what to do"),
        (&["rnu"], "did you mean `run`?"),
        (&["run"], "netsplit run WHAT"),
        (&["run", "first-electoin"], "did you mean `first-election`?"),
        (&["run", "1", "2"], "no use for `2`"),
        (&["run", "1", "--sed", "2"], "did you mean `--seed`?"),
        (&["run", "1", "--seed"], "`--seed` needs a value"),
        (&["run", "1", "--seed", "-1"], "not `-1`"),
        (&["run", "1", "--seed", "18446744073709551616"], "18446744073709551615"),
        (&["run", "1", "--mutant", "EL99"], "no mistake `EL99`"),
        (&["run", "1", "--until", "soon"], "`--until soon`"),
        (&["run", "1", "--until", "3601s"], "later than an hour"),
        (&["run", "."], "cannot be read"),
        (&["course", "2E"], "`2E`"),
        (&["course", "--seeds", "3..1"], "first seed after its last"),
        (&["course", "--seeds", "1-3"], "1..20"),
        (&["course", "--seed", "1", "--seeds", "1..2"], "not both"),
        (&["course", "--jobs", "0"], "1 to 1024"),
        (&["mapreduce", "."], "only a file can be cut"),
        (&["mapreduce", "--parts", "0", "x"], "1 to 1000, not `0`"),
        (&["mapreduce", "--job", "wordcount", "x"], "no job `wordcount`"),
        (&["scenarios", "rafft"], "did you mean `raft`?"),
        (&["swarm", "--lab", "zab"], "no lab called `zab`"),
        (&["swarm", "--seeds", "1..2", "--trace", "-"], "`--trace` wants one seed"),
        (&["show", "first-election"], "wants a link"),
        (&["show", "#s1:AAAA"], "missing or changed"),
        (&["show", "#s1:AÄB"], "`Ä`"),
    ] {
        let sentence = bad(args);
        assert!(sentence.contains(part), "{args:?}: {sentence}");
    }
}

/// A script that brings its own code runs with it, and says where that is wrong.
#[test]
fn a_script_runs_the_code_that_it_brings() {
    let script = |reduce: &str| {
        format!(
            "scenario mapreduce nodes=4 seed=1 splits=3\n\
             code \"fn map(name, text) {{ for word in words(text) {{ emit(word, 1); }} }}\"\n\
             code \"fn reduce(key, values) {{ {reduce}(values) }}\"\n\
             run until committed 7 within 60s\n"
        )
    };
    let own = well(&["run", &file("own.txt", &script("sum"))]);
    assert!(own.trim_end().ends_with("passed"), "{own}");
    let ended = netsplit(&["run", &file("own-wrong.txt", &script("smu"))]);
    let wrong = "the code: 2:26: there is no function `smu` that takes an array, in reduce of ";
    assert!(ended.out.contains(wrong) && ended.status != netsplit_cli::WELL, "{}", ended.out);
    let read = bad(&["run", &file("own-open.txt", &script("sum").replace("sum(values)", "sum("))]);
    assert!(read.contains("the code: "), "{read}");
}

#[test]
fn a_reader_who_leaves_is_no_trouble() {
    struct Gone;
    impl std::io::Write for Gone {
        fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
            Err(std::io::ErrorKind::BrokenPipe.into())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    for args in [&["scenarios"][..], &["course", "2A"], &["run", "1", "--trace", "-"]] {
        let mut err = Vec::new();
        let status = netsplit_cli::run(args.iter().map(OsString::from), &mut Gone, &mut err);
        assert_eq!((status, err), (netsplit_cli::WELL, Vec::new()), "{args:?}");
    }
}

/// A history of one register as a log.
fn log(events: &[&str]) -> String {
    events.iter().map(|event| format!("INFO  jepsen.util - {event}\n")).collect()
}

#[test]
fn a_history_is_checked() {
    let legal =
        log(&["0 :invoke :write 1", "1 :invoke :read nil", "0 :ok :write 1", "1 :ok :read 1"]);
    let out = well(&["check", &file("legal.log", &legal)]);
    assert!(out.contains("legal.log: linearizable (register, 2 operations, 1 key, "), "{out}");

    let stale =
        log(&["0 :invoke :write 1", "0 :ok :write 1", "1 :invoke :read nil", "1 :ok :read nil"]);
    let path = file("stale.log", &stale);
    let ended = netsplit(&["check", &path, "--spec", "register"]);
    assert_eq!((ended.status, &*ended.err), (netsplit_cli::RED, ""));
    let lines: Vec<&str> = ended.out.lines().collect();
    assert!(
        lines[0].contains("stale.log: not linearizable (register, 2 operations"),
        "{}",
        lines[0]
    );
    assert_eq!(
        lines[1..],
        [
            "Operation 2 (session 1, read, answered nil) cannot be placed: after the one operation \
             that has an order, the value is 1, and nothing else was open.",
            "These show it, whatever the other operations did:",
            "     1  session 0    events 1–2: write 1, answered done",
            "     2  session 1    events 3–4: read, answered nil",
        ]
    );

    let wrong = bad(&["check", &path, "--spec", "kv"]);
    assert!(
        wrong.ends_with(
            "stale.log:1:31: expected a function of `kv`, one of get, version, put, append, append-get, put-if, swap, \
             delete, found `write`"
        ),
        "{wrong}"
    );
    let wrong = bad(&["check", &path, "--spec", "kw"]);
    assert_eq!(wrong, "`--spec` is one of kv, register, append, not `kw` (did you mean `kv`?)");
    assert!(bad(&["check", &file("empty.log", "")]).contains(": holds no operation"));
    assert!(bad(&["check", "nowhere.log"]).starts_with("nowhere.log cannot be read: "));

    // Every value is written twice, so that the values do not tell the order.
    let twice = log(&[
        "0 :invoke :write 1",
        "1 :invoke :write 1",
        "2 :invoke :write 2",
        "0 :ok :write 1",
        "1 :ok :write 1",
        "2 :ok :write 2",
        "0 :invoke :read nil",
        "0 :ok :read 1",
    ]);
    let path = file("twice.log", &twice);
    let undecided = bad(&["check", &path, "--budget", "1"]);
    assert!(
        undecided.ends_with(": not decided after 1 configurations; `--budget` allows more"),
        "{undecided}"
    );
    assert!(well(&["check", &path]).contains(": linearizable ("));
}

#[test]
fn a_history_of_transactions_is_checked() {
    let event = |process: u32, kind: &str, value: &str| {
        format!("{{:process {process}, :type :{kind}, :f :txn, :value [{value}]}}\n")
    };
    let skew = [
        event(0, "invoke", "[:r :x nil] [:append :y 1]"),
        event(1, "invoke", "[:r :y nil] [:append :x 2]"),
        event(0, "ok", "[:r :x []] [:append :y 1]"),
        event(1, "ok", "[:r :y []] [:append :x 2]"),
    ]
    .concat();
    let path = file("skew.edn", &skew);
    let out = well(&["check", &path, "--spec", "append", "--level", "snapshot-isolation"]);
    let expected =
        "skew.edn: snapshot isolation, as far as its reads tell (append, 2 transactions, 2 keys, ";
    assert!(out.contains(expected), "{out}");

    let ended = netsplit(&["check", &path, "--level", "serializable"]);
    assert_eq!((ended.status, &*ended.err), (netsplit_cli::RED, ""));
    let lines: Vec<&str> = ended.out.lines().collect();
    assert!(
        lines[0].contains("skew.edn: not serializable (append, 2 transactions"),
        "{}",
        lines[0]
    );
    assert_eq!(
        lines[1..],
        [
            "Nothing shows that it is not snapshot isolation.",
            "G2-item (write skew: two in a row missed an append):",
            "  T1 read x without T2's append of 2.",
            "  T2 read y without T1's append of 1.",
            "  So T1 before T2 before T1.",
        ]
    );

    let wrong = bad(&["check", &path, "--level", "serialisable"]);
    assert_eq!(
        wrong,
        "`--level` is one of read-uncommitted, read-committed, snapshot-isolation, serializable, \
         strong-session-serializable, strict-serializable, not `serialisable` (did you mean \
         `serializable`?)"
    );
    let log = file("read.log", &log(&["0 :invoke :read nil"]));
    let wrong = bad(&["check", &log, "--level", "serializable"]);
    assert_eq!(wrong, "`--level` is for transactions, `--spec append`");
    let twice = event(0, "invoke", "[:append :x 1] [:append :x 1]");
    let wrong = bad(&["check", &file("twice.edn", &twice)]);
    assert!(wrong.ends_with("T1 and T1 append 1 to x; the values of a key must differ"), "{wrong}");
}
