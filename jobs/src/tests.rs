//! Desks that hear each other through bytes, as Web Workers do through the page.

use std::cell::Cell;
use std::collections::{BTreeMap, VecDeque};

use netsplit_core::bytes::Bytes;
use netsplit_core::mapreduce::filled::{Made, Wanted};
use netsplit_core::mapreduce::functions::built_in;
use netsplit_core::mapreduce::job::{Functions, sequential};
use netsplit_core::time::Time;
use netsplit_script::Script;

use crate::cut::SPLIT_OF_SCRIPT;
use crate::desk::Desk;
use crate::plan::{Job, Piece, Plan};
use crate::words::{Answer, Request, bytes_from, value_from};

const COUNT: &str =
    "fn map(name, text) { for word in words(text) { emit(word, 1); count(\"words\"); } }
fn reduce(key, values) { sum(values) }
fn combine(key, values) { sum(values) }";

/// Two files, of which one is cut.
fn files() -> Vec<(String, Vec<u8>)> {
    let long = "to be or not to be\nthat is the question\n".repeat(20_000);
    vec![("hamlet.txt".to_owned(), long.into_bytes()), ("b.txt".to_owned(), b"be it so".to_vec())]
}

/// What goes from one to the other is what comes out of its bytes.
fn through<T: serde::Serialize + serde::de::DeserializeOwned>(value: T) -> T {
    value_from(&bytes_from(&value)).expect("it was written just now")
}

/// The page: it carries letters, wakes who is due, and has a clock that goes on by itself.
struct Page {
    desks: BTreeMap<u32, Desk>,
    micros: Cell<u64>,
    answers: Vec<(u32, Answer)>,
}

impl Page {
    fn ask(&mut self, part: u32, request: Request) {
        let mut requests = VecDeque::from([(part, request)]);
        while let Some((part, request)) = requests.pop_front() {
            let files = files();
            let mut read = |file: u32, from: u64, to: u64| match files.get(file as usize) {
                Some((_, text)) => Ok(text[from as usize..to as usize].to_vec()),
                None => Err("no such file".to_owned()),
            };
            let clock = || {
                self.micros.set(self.micros.get() + 10);
                Time::from_micros(self.micros.get())
            };
            let desk = self.desks.entry(part).or_default();
            for answer in desk.handle(through(request), &clock, &mut read) {
                match through(answer) {
                    Answer::Letters(letters) => {
                        let heard = letters.into_iter().map(|(to, it)| (to, Request::Hear(it)));
                        requests.extend(heard);
                    }
                    answer => self.answers.push((part, answer)),
                }
            }
        }
    }

    /// Lets time pass until the job is over, or somebody cannot go on.
    fn run(&mut self) {
        let ends = |answer: &Answer| matches!(answer, Answer::Fault(_) | Answer::Failed(_));
        for _ in 0..10_000 {
            let due = self.desks.iter().filter_map(|(part, it)| Some((it.wakes_at()?, *part)));
            let Some((at, part)) = due.min() else { return };
            if self.answers.iter().any(|(_, answer)| ends(answer)) {
                return;
            }
            self.micros.set(self.micros.get().max(at.micros()));
            self.ask(part, Request::Wake);
        }
        panic!("the job does not end");
    }
}

fn page() -> Page {
    Page { desks: BTreeMap::new(), micros: Cell::new(0), answers: Vec::new() }
}

fn pieces(split: u64) -> Vec<Piece> {
    let mut page = page();
    let files = files().into_iter().map(|(name, text)| (name, text.len() as u64)).collect();
    page.ask(0, Request::Cut { files, split });
    match page.answers.pop() {
        Some((0, Answer::Pieces(pieces))) => pieces,
        other => panic!("{other:?}"),
    }
}

/// What a job for real answers, with so many workers.
fn real(job: Job, workers: u32, pieces: Vec<Piece>) -> Vec<(u32, Answer)> {
    let plan = Plan { job, pieces, parts: 3, workers };
    let mut page = page();
    for part in 0..=workers {
        page.ask(part, Request::Begin { part, plan: plan.clone(), seed: 7 });
    }
    page.run();
    page.answers
}

fn output(answers: &[(u32, Answer)]) -> &[Bytes] {
    let over = answers.iter().find_map(|(_, answer)| match answer {
        Answer::Over { output, .. } => Some(output),
        _ => None,
    });
    over.unwrap_or_else(|| panic!("{answers:?}"))
}

fn alone(functions: &dyn Functions, pieces: &[Piece]) -> Vec<Bytes> {
    let files = files();
    let text = |it: &Piece| {
        let text = &files[it.file as usize].1[it.from as usize..it.to as usize];
        (it.name.clone(), vec![Bytes::from(text)])
    };
    let texts: Vec<_> = pieces.iter().map(text).collect();
    sequential(functions, &texts, 3, true).iter().map(|part| part.text.clone()).collect()
}

#[test]
fn a_job_for_real_writes_what_one_alone_writes() {
    let pieces = pieces(SPLIT_OF_SCRIPT);
    assert_eq!(pieces.len(), 4, "{pieces:?}");
    let functions = built_in("wc").expect("it is built in").functions;
    let truth = alone(&*functions(), &pieces);
    for workers in [1, 2, 4] {
        let answers = real(Job::BuiltIn("wc".to_owned()), workers, pieces.clone());
        assert_eq!(output(&answers), truth, "{workers} workers");
        let exited = answers.iter().filter(|(_, answer)| *answer == Answer::Exited).count();
        assert_eq!(exited, workers as usize);
        let script = real(Job::Script(COUNT.to_owned()), workers, pieces.clone());
        assert_eq!(output(&script), truth, "{workers} workers run the script");
        let counted = script.iter().any(|(_, answer)| match answer {
            Answer::Over { counters, .. } => *counters == [("words".to_owned(), 200_003)],
            _ => false,
        });
        assert!(counted, "each word is counted once");
    }
}

#[test]
fn how_far_a_job_is_is_told_until_it_is_over() {
    let answers = real(Job::BuiltIn("wc".to_owned()), 2, pieces(SPLIT_OF_SCRIPT));
    let progress: Vec<_> = answers
        .iter()
        .filter_map(|(_, answer)| match answer {
            Answer::Progress(progress) => Some((progress.maps, progress.reduces)),
            _ => None,
        })
        .collect();
    assert_eq!(progress.first(), Some(&((0, 4), (0, 3))));
    assert_eq!(progress.last(), Some(&((4, 4), (3, 3))));
    assert!(progress.is_sorted(), "{progress:?}");
}

#[test]
fn a_script_that_fails_ends_the_job_and_a_file_that_is_gone_does() {
    let fails = COUNT.replace("emit(word, 1)", "emit(word, wrong(word))");
    let answers = real(Job::Script(fails), 2, pieces(SPLIT_OF_SCRIPT));
    let fault = answers.iter().find_map(|(_, answer)| match answer {
        Answer::Fault(fault) => Some(fault.to_string()),
        _ => None,
    });
    let fault = fault.expect("there is no such function");
    assert!(fault.contains("wrong") && fault.contains("hamlet.txt, line 1"), "{fault}");
    let gone = vec![Piece { name: "x".to_owned(), file: 9, from: 0, to: 1 }];
    let answers = real(Job::BuiltIn("wc".to_owned()), 1, gone);
    assert!(answers.contains(&(1, Answer::Failed("split 0: no such file".to_owned()))));
}

#[test]
fn a_script_is_compiled_sampled_and_asked() {
    let mut page = page();
    let sample = vec![("a.txt".to_owned(), "a b a".to_owned())];
    page.ask(1, Request::Sample(sample.clone()));
    assert!(matches!(page.answers.pop(), Some((1, Answer::Failed(_)))), "there is no script yet");
    page.ask(1, Request::Compile("fn map(".to_owned()));
    assert!(matches!(page.answers.pop(), Some((1, Answer::Fault(_)))));
    page.ask(1, Request::Compile(COUNT.to_owned()));
    let script = Script::compile(COUNT).expect("it is right");
    let word = script.word().to_owned();
    assert_eq!(page.answers.pop(), Some((1, Answer::Compiled { word, combines: true })));
    page.ask(1, Request::Sample(sample.clone()));
    let sampled = Box::new(script.sample(&sample).expect("it is right"));
    assert_eq!(page.answers.pop(), Some((1, Answer::Sampled(sampled))));
    let map = Wanted::Map {
        name: "a".to_owned(),
        text: vec![Bytes::from("a b a and a long word of its own")],
        parts: 2,
        combine: true,
        skip: [3].into(),
        salt: 0,
    };
    let Made::Mapped(made) = map.made_by(&script) else { panic!("it was asked to map") };
    let reduce = Wanted::Reduce { buckets: made.buckets, grouped: true };
    for (number, wanted) in [(5, map), (6, reduce)] {
        let made = wanted.made_by(&script);
        page.ask(1, Request::Make { number, wanted });
        assert_eq!(page.answers.pop(), Some((1, Answer::Made { number, made })));
    }
}

#[test]
fn bytes_that_are_no_words_are_refused() {
    assert_eq!(value_from::<Request>(&[]), None);
    assert_eq!(value_from::<Request>(&[200, 1, 2]), None);
    assert_eq!(value_from::<Request>(&[0, 255, 255, 255, 255, 15]), None);
}
