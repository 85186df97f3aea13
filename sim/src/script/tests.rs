use std::rc::Rc;

use netsplit_core::id::NodeId;
use netsplit_core::rng::Rng;
use netsplit_core::time::{Span, Time};

use super::{ScriptError, parse_line, parse_verb};
use crate::choice::{Dial, EnvelopeId, Rate, Rule, RuleAction};
use crate::labs::{LABS, LabWords};
use crate::moment::Moment;
use crate::network::Delay;
use crate::scenario::{Line, Script};
use crate::verb::{Condition, Selector, Verb};

fn raft() -> &'static LabWords {
    LABS[0]
}

/// Random values of everything the language can say.
pub(crate) struct Random(pub(crate) Rng);

impl Random {
    pub(crate) fn of_seed(seed: u64) -> Random {
        Random(Rng::new(seed))
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.0.below(bound)
    }

    fn number(&mut self) -> u32 {
        self.0.between(0, 2_000) as u32
    }

    fn node(&mut self) -> NodeId {
        NodeId::from_index(self.below(5) as u32)
    }

    fn maybe<T>(&mut self, make: impl FnOnce(&mut Random) -> T) -> Option<T> {
        (self.below(2) == 0).then(|| make(self))
    }

    fn span(&mut self) -> Span {
        let unit = [1, 10, 1_000, 1_000_000][self.below(4) as usize];
        Span::from_micros(self.below(3_600) * unit)
    }

    fn short_span(&mut self) -> Span {
        let unit = [1, 1_000, 10_000][self.below(3) as usize];
        Span::from_micros(self.below(6_000) * unit)
    }

    pub(crate) fn moment(&mut self) -> Moment {
        let at = Time::from_micros(self.span().micros());
        Moment { at, step: self.maybe(Random::number) }
    }

    fn selector(&mut self) -> Selector {
        match self.below(5) {
            0 => Selector::Leader,
            1 => Selector::Followers,
            2 => Selector::All,
            3 => Selector::Down,
            _ => Selector::Nodes((0..=self.below(3)).map(|_| self.node()).collect()),
        }
    }

    fn envelope(&mut self) -> EnvelopeId {
        let (from, to) = (self.node(), self.node());
        EnvelopeId { from, to, number: self.number() + 1, copy: self.below(4) as u8 }
    }

    fn rule(&mut self) -> Rule {
        let action = match self.below(4) {
            0 => RuleAction::Hold,
            1 => RuleAction::Drop,
            2 => RuleAction::Duplicate,
            _ => RuleAction::Delay(self.span()),
        };
        Rule {
            action,
            from: self.maybe(Random::node),
            to: self.maybe(Random::node),
            kind: self.maybe(|random| random.below(7) as u8),
            left: self.maybe(|random| random.number() + 1),
        }
    }

    fn delay(&mut self) -> Delay {
        let (one, two) = (self.short_span(), self.short_span());
        match self.below(3) {
            0 => Delay::Fixed(one),
            1 => Delay::Uniform(one.min(two), one.max(two)),
            _ => {
                let mut table: Vec<Span> = (0..=self.below(5)).map(|_| self.short_span()).collect();
                table.sort_unstable();
                Delay::Quantiles(table)
            }
        }
    }

    fn dial(&mut self) -> Dial {
        let scope = self.maybe(|random| (random.node(), random.node()));
        let parts = self.below(10_001) as u32;
        match self.below(8) {
            0 => Dial::Delay(scope, self.delay()),
            1 => Dial::Loss(scope, parts),
            2 => Dial::Duplicate(scope, parts),
            3 => Dial::Reorder(scope, parts, self.short_span()),
            4 => Dial::Bandwidth(scope, self.below(1 << 40)),
            5 => Dial::Save(self.maybe(Random::node), self.short_span()),
            6 => Dial::Unreliable(self.below(2) == 0),
            _ => Dial::LongReordering(self.below(2) == 0),
        }
    }

    fn request(&mut self) -> Rc<str> {
        let words = ["x=3", "\"a # b\"", "leader", "n2", "->", "ü", "add", "1>2#3"];
        let count = 1 + self.below(3);
        let rest: Vec<&str> =
            (0..count).map(|_| words[self.below(words.len() as u64) as usize]).collect();
        format!("propose {}", rest.join(" ")).into()
    }

    pub(crate) fn verb(&mut self) -> Verb {
        let who = self.selector();
        match self.below(32) {
            0 | 1 => Verb::Crash { who, kept: self.number(), torn: self.below(3) as u32 },
            2 => Verb::Restart(who),
            3 => Verb::Pause(who),
            4 => Verb::Resume(who),
            5 => Verb::Wipe(who),
            6 => Verb::Stall(who),
            7 => Verb::Unstall(who),
            8 => Verb::Lie(who),
            9 => Verb::Honest(who),
            10 => Verb::Clock(who, Rate { local: self.number() + 1, real: self.number() + 1 }),
            11 => {
                let by = self.span().micros() as i64;
                Verb::Offset(who, if self.below(2) == 0 { by } else { -by })
            }
            12 => Verb::Isolate(who),
            13 => Verb::Cut { from: who, to: self.selector(), both: self.below(2) == 0 },
            14 => Verb::Mend { from: who, to: self.selector(), both: self.below(2) == 0 },
            15 => Verb::MendAll(who),
            16 => Verb::Deliver(self.envelope()),
            17 => Verb::Drop(self.envelope()),
            18 => Verb::Duplicate(self.envelope()),
            19 => Verb::Hold(self.envelope()),
            20 => Verb::Release(self.envelope()),
            21 => Verb::ReleaseAll,
            22 => Verb::Delay(self.envelope(), self.span()),
            23 => Verb::Fire(who, self.below(3) as u32),
            24 => Verb::PutOff(who, self.below(3) as u32, self.span()),
            25 => Verb::Persist(who),
            26 | 27 => Verb::Rule(self.rule()),
            28 => Verb::Lift(self.number()),
            29 => Verb::LiftAll,
            30 => Verb::Set(self.dial()),
            _ => Verb::Ask(who, self.request()),
        }
    }

    fn condition(&mut self) -> Condition {
        let who = self.maybe(Random::selector);
        let number = self.number().into();
        match self.below(7) {
            0 => Condition::Leader(self.maybe(Random::node)),
            1 => Condition::NoLeader,
            2 => Condition::Committed(number, who),
            3 => Condition::Term(number, who),
            4 => Condition::Log(number, who),
            5 => Condition::Broken(self.maybe(|_| "election-safety".into())),
            _ => Condition::Quiet,
        }
    }

    pub(crate) fn text(&mut self) -> String {
        let letters = ['a', ' ', '"', '\\', 'é', '#', '>', '|', '中', '\u{202e}'];
        (0..self.below(20)).map(|_| letters[self.below(letters.len() as u64) as usize]).collect()
    }

    fn line(&mut self) -> Line {
        match self.below(8) {
            0 => Line::RunFor(self.span()),
            1 => Line::RunUntil { condition: self.condition(), within: self.maybe(Random::span) },
            2 => Line::Note { at: self.maybe(Random::moment), text: self.text() },
            3 => Line::Try { label: self.text(), verb: self.verb() },
            _ => Line::Act { at: self.maybe(Random::moment), verb: self.verb() },
        }
    }

    /// A script; its head is read from text, so that it is in canonical form.
    fn script(&mut self) -> Script {
        let heads = [
            "scenario raft nodes=5 seed=7",
            "scenario raft seed=18446744073709551615 network=course unreliable=on save=0ms",
            "scenario raft network=lossy loss=0.5% reorder=1%/40us bandwidth=1000 pre-vote=on",
            "scenario raft delay=table:1ms,2ms,40ms mistake=EL01 mistake=LD01 election=1s..2s",
            "scenario raft\ndisk n2 term 7 vote n1 snapshot 3@2 log 2 4*2\nlabel n2 \"(a)\"",
            "scenario raft\ndisk n1 log 1\ndisk n3 term 2\norder n5 n4 n3 n2 n1",
        ];
        let head = heads[self.below(heads.len() as u64) as usize];
        let mut script = Script::parse(head).expect("the heads of the test can be read");
        script.lines = (0..self.below(20)).map(|_| (0, self.line())).collect();
        script
    }
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
    check("scenario raff", 1, 10, "expected a lab: `raft`, found `raff`");
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
fn what_is_too_large_is_refused() {
    let long = format!("scenario raft\n{}", "#".repeat(70_000));
    assert!(Script::parse(&long).is_err());
    let lines = format!("scenario raft{}", "\nlift all".repeat(2_000));
    assert_eq!(Script::parse(&lines).map_err(|error| error.line), Err(2_001));
    let name = format!("scenario raft\nlabel n1 \"{}\"", "a".repeat(65));
    assert!(Script::parse(&name).is_err());
    assert!(parse_verb(&format!("crash {}", "n1 ".repeat(70)), raft(), 5).is_err());
}
