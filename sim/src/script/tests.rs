//! Everything printed reads back, and whatever is read either does or says where it is wrong.

use super::random::Random;
use super::{ScriptError, parse_line, parse_verb};
use crate::labs::mapreduce::tables;
use crate::labs::{LABS, LabWords};
use crate::scenario::Script;

fn raft() -> &'static LabWords {
    LABS[0]
}

fn without_numbers(mut script: Script) -> Script {
    script.lines.iter_mut().for_each(|(number, _)| *number = 0);
    script
}

#[test]
fn whatever_is_printed_reads_back_as_the_same() {
    for seed in 0..2_000 {
        let script = Random::of_seed(seed).script();
        let text = script.to_string();
        match Script::parse(&text) {
            Ok(read) => assert_eq!(without_numbers(read), script, "seed {seed}:\n{text}"),
            Err(error) => panic!("seed {seed}: {error}\n{text}"),
        }
    }
}

#[test]
fn no_text_makes_the_reader_panic() {
    for seed in 0..3_000 {
        let mut random = Random::of_seed(seed);
        let mut bytes = random.script().to_string().into_bytes();
        for _ in 0..=random.below(8) {
            let at = random.below(bytes.len() as u64 + 1) as usize;
            match random.below(4) {
                0 => bytes.insert(at, random.below(256) as u8),
                1 => bytes.truncate(at.max(1)),
                2 if at < bytes.len() => bytes[at] = random.below(256) as u8,
                _ => {
                    let words: &[&[u8]] =
                        &[b" at ", b"\n", b"\"", b" all ", b"->", b"18446744073709551616", b"*"];
                    let word = words[random.below(words.len() as u64) as usize];
                    bytes.splice(at..at, word.iter().copied());
                }
            }
        }
        let text = String::from_utf8_lossy(&bytes).into_owned();
        // What can still be read is in canonical form after printing it once.
        if let Ok(script) = Script::parse(&text) {
            let printed = script.to_string();
            let again = Script::parse(&printed);
            let again = again.unwrap_or_else(|error| panic!("seed {seed}: {error}\n{printed}"));
            assert_eq!(again.to_string(), printed, "seed {seed}");
        }
        let noise: Vec<u8> = (0..random.below(200)).map(|_| random.below(256) as u8).collect();
        let noise = String::from_utf8_lossy(&noise).into_owned();
        let _ = Script::parse(&noise);
        let _ = parse_line(&noise, raft(), 5);
    }
}

#[test]
fn verbs_are_read_as_their_documentation_writes_them() {
    for (text, printed) in [
        ("crash  leader # now", "crash leader"),
        ("crash n1 keeping 2 saves and 3 parts", "crash n1 keeping 2 saves and 3 parts"),
        ("crash n1 keeping 1 save", "crash n1 keeping 1 save"),
        ("offset n1 +5ms", "offset n1 +5ms"),
        ("cut n1->n2", "cut n1 -> n2"),
        ("cut n1 | n2 n3", "cut n1 | n2 n3"),
        ("mend all", "mend all"),
        ("release all", "release all"),
        ("hold n1>n3#57''", "hold n1>n3#57''"),
        ("hold n1 -> n3", "hold n1 -> n3"),
        ("hold all", "hold all"),
        ("hold AppendEntries", "hold AppendEntries"),
        ("drop next AppendEntriesReply from n2", "drop next AppendEntriesReply from n2"),
        ("delay RequestVote by 40ms", "delay RequestVote by 40ms"),
        ("drop next 3 AppendEntries from n1 to n2", "drop next 3 AppendEntries n1 -> n2"),
        ("put off n2 election by 1.5s", "put off n2 election by 1500ms"),
        ("set loss 10%", "set loss 10%"),
        ("set delay 8ms..16ms on n1 -> n2", "set delay 8ms..16ms on n1 -> n2"),
        ("set save 5ms on n2", "set save 5ms on n2"),
        ("ask n2 propose x=3", "propose n2 x=3"),
        ("propose x=3", "propose x=3"),
        ("propose n2 x=3", "propose n2 x=3"),
        ("ask leader propose n2", "ask leader propose n2"),
    ] {
        let verb = parse_verb(text, raft(), 5).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(raft().show(&verb).to_string(), printed);
    }
}

#[test]
fn lines_are_read() {
    for text in [
        "at 1.2s crash leader",
        "at 1.2s +3 crash leader",
        "run for 300ms",
        "run until leader",
        "run until no leader within 2s",
        "run until committed 5 on n2 n3 within 2s",
        "run until broken",
        "run until broken election-safety within 1s",
        "run until quiet",
        "note \"a \\\"quoted\\\" word\"",
        "at 412ms note \"here\"",
        "try \"Crash the leader\" crash leader",
    ] {
        let line = parse_line(text, raft(), 5);
        let line = line.unwrap_or_else(|error| panic!("{text}: {error}"));
        let line = line.expect("it is not empty");
        let printed = raft().show(&line).to_string();
        let again = parse_line(&printed, raft(), 5);
        assert_eq!(again, Ok(Some(line)), "{text}");
    }
    assert_eq!(parse_line("  # nothing", raft(), 5), Ok(None));
}

#[test]
fn errors_name_the_place_and_what_was_expected() {
    let check = |text: &str, line: u32, column: u32, message: &str| {
        let message = message.to_owned();
        assert_eq!(Script::parse(text), Err(ScriptError { line, column, message }), "{text}");
    };
    check("", 1, 1, "expected a first line like `scenario raft nodes=5 seed=7`");
    check(
        "crash n1",
        1,
        1,
        "expected a first line like `scenario raft nodes=5 seed=7`, found `crash`",
    );
    check(
        "scenario raff",
        1,
        10,
        "expected a lab: `raft`, `kv`, `shardctrl`, `shardkv`, `txn` or `mapreduce`, found `raff`",
    );
    check("scenario raft nodes=16", 1, 21, "expected 1 to 15 nodes, found `16`");
    check("scenario raft sed=1", 1, 15, "there is no option `sed`; did you mean `seed`?");
    check("scenario raft seed=1 seed=2", 1, 22, "`seed` is set twice");
    check(
        "scenario raft mistake=XX99",
        1,
        23,
        "expected a mistake like EL01 for `mistake`, found `XX99`",
    );
    check("scenario raft\n\nkrash n1", 3, 1, "there is no `krash`; did you mean `crash`?");
    check("scenario raft\ncrash n9", 2, 7, "there is no n9: the nodes are n1 to n5");
    check(
        "scenario raft\ncrash",
        2,
        6,
        "expected leader, followers, all, down or nodes like n1 n2, the line ends here",
    );
    check(
        "scenario raft\ncrash n1 n2 boldly",
        2,
        13,
        "expected the end of the line, found `boldly`",
    );
    check("scenario raft\nnote \"ü\" x", 2, 10, "expected the end of the line, found `x`");
    check("scenario raft\nnote \"open", 2, 6, "this text has no closing quote");
    check(
        "scenario raft\nfire n1 elction",
        2,
        9,
        "expected a timer: `election` or `heartbeat`, found `elction`",
    );
    check(
        "scenario raft\ndisk n1 log 1*x",
        2,
        13,
        "expected a term, or a term and a count like 4*2, found `1*x`",
    );
    check(
        "scenario raft\ncrash n1\ndisk n1 term 1",
        3,
        1,
        "`disk` belongs to the start: before anything happens",
    );
    check("scenario raft\norder n1 n2", 2, 1, "expected each of n1 to n5 once");
    check(
        "scenario raft\nrun for 2h",
        2,
        9,
        "expected a time like 150ms or 1.5s, an hour at most, found `2h`",
    );
}

#[test]
fn code_of_the_readers_own_says_which_job_is_run() {
    let text = "scenario mapreduce job=wc\ncode \"fn map(name, text) {\"\ncode \"  emit(\\\"a\\\", 1); }\"\n";
    let script = Script::parse(text).expect("it is a script");
    assert_eq!(script.setup.code, "fn map(name, text) {\n  emit(\"a\", 1); }\n");
    let job = tables::job_of_code(&script.setup.code);
    assert_eq!(script.setup.options, [("job".to_owned(), job)]);
    let printed = script.to_string();
    assert_eq!(Script::parse(&printed).map(|read| read.to_string()), Ok(printed.clone()));
    // Other code is another job, whatever the head says.
    let other = Script::parse(&printed.replace("1)", "2)")).expect("it is a script");
    assert_ne!(other.setup.options, script.setup.options);
    let own = script.setup.with_code("fn map(n, t) {\n\t1\n}").expect("the lab runs code");
    assert_eq!(own.code, "fn map(n, t) {\n    1\n}\n");
    assert_eq!(Script::parse(&own.to_string()).map(|read| read.setup), Ok(own));
}

#[test]
fn code_that_nobody_runs_is_refused() {
    let check = |text: &str, line: u32, message: &str| {
        let error = Script::parse(text).expect_err("it is no script");
        assert_eq!((error.line, &*error.message), (line, message));
    };
    check("scenario raft\ncode \"x\"", 2, "the lab `raft` runs no code of a reader's own");
    check(
        "scenario mapreduce job=script-00000000000000aa",
        1,
        "the code of the job `script-00000000000000aa` is missing",
    );
}

#[test]
fn what_is_too_large_is_refused() {
    let long = format!("scenario raft\n{}", "#".repeat(70_000));
    assert!(Script::parse(&long).is_err());
    let lines = format!("scenario raft{}", "\nlift all".repeat(2_000));
    assert_eq!(Script::parse(&lines).map_err(|error| error.line), Err(2_001));
    let name = format!("scenario raft\nlabel n1 \"{}\"", "a".repeat(65));
    assert!(Script::parse(&name).is_err());
    assert!(parse_verb(&format!("crash {}", "n1 ".repeat(70)), raft(), 5).is_err());
}
