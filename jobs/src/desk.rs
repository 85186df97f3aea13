//! The program of a Web Worker: it answers requests, one after the other.

use std::sync::Arc;

use netsplit_core::bytes::Bytes;
use netsplit_core::mapreduce::functions::built_in;
use netsplit_core::mapreduce::job::{Code, Direct, Functions};
use netsplit_core::time::Time;
use netsplit_script::{Fault, Script};

use crate::cut::cut;
use crate::driven::{Clock, Letter};
use crate::hand::{Hand, cast};
use crate::office::{Office, Progress};
use crate::plan::{Job, Piece, Plan, options};
use crate::words::{Answer, Request, bytes_from, value_from};

/// Reads a file, by its number, from one place to another.
pub type Read<'a> = &'a mut dyn FnMut(u32, u64, u64) -> Result<Vec<u8>, String>;

/// What it is doing.
#[derive(Debug, Default)]
enum Part {
    #[default]
    None,
    Office(Box<Office>),
    Hand(Box<Hand>),
}

/// A worker of the browser.
#[derive(Debug, Default)]
pub struct Desk {
    script: Option<Script>,
    /// A job that is built in, where it is that which is asked for.
    built_in: Option<Box<dyn Functions>>,
    part: Part,
    pieces: Vec<Piece>,
    workers: u32,
    /// What was told last of how far the job is, and whether it was told to be over.
    told: (Progress, bool),
}

impl Desk {
    /// Answers a request.
    pub fn handle(&mut self, request: Request, clock: Clock<'_>, read: Read<'_>) -> Vec<Answer> {
        match request {
            Request::Compile(text) => vec![match self.compile(&text) {
                Ok(answer) => answer,
                Err(fault) => Answer::Fault(fault),
            }],
            Request::Use(word) => match built_in(&word) {
                Some(job) => {
                    self.built_in = Some((job.functions)());
                    Vec::new()
                }
                None => vec![Answer::Failed(format!("there is no job `{word}`"))],
            },
            Request::Make { number, wanted } if self.built_in.is_some() => {
                let functions = self.built_in.as_deref();
                let made = wanted.made_by(functions.expect("it was looked at just now"));
                vec![Answer::Made { number, made }]
            }
            Request::Make { number, wanted } => vec![self.with_script(|script| {
                let made = wanted.made_by(script);
                match script.fault() {
                    Some(fault) => Answer::Fault(fault),
                    None => Answer::Made { number, made },
                }
            })],
            Request::Sample(texts) => {
                vec![self.with_script(|script| match script.sample(&texts) {
                    Ok(sampled) => Answer::Sampled(Box::new(sampled)),
                    Err(fault) => Answer::Fault(fault),
                })]
            }
            Request::Cut { files, split } => vec![match pieces(&files, split, read) {
                Ok(pieces) => Answer::Pieces(pieces),
                Err(error) => Answer::Failed(error),
            }],
            Request::Begin { part, plan, seed } => match self.begin(part, plan, seed) {
                Ok(()) => self.settle(clock, read),
                Err(answer) => vec![answer],
            },
            Request::Hear(letter) => {
                if let Some(letter) = value_from::<Letter>(&letter) {
                    match &mut self.part {
                        Part::Office(office) => office.hear(letter),
                        Part::Hand(hand) => hand.hear(letter),
                        Part::None => {}
                    }
                }
                self.settle(clock, read)
            }
            Request::Wake => self.settle(clock, read),
        }
    }

    /// When it is to be woken up; `None` while it waits for a request.
    pub fn wakes_at(&self) -> Option<Time> {
        match &self.part {
            Part::Office(office) => office.quiet_until(),
            Part::Hand(hand) if !hand.has_exited() => hand.quiet_until(),
            _ => None,
        }
    }

    fn compile(&mut self, text: &str) -> Result<Answer, Fault> {
        (self.script, self.built_in) = (None, None);
        let script = Script::compile(text)?;
        let (word, combines) = (script.word().to_owned(), script.has_combine());
        self.script = Some(script);
        Ok(Answer::Compiled { word, combines })
    }

    fn with_script(&self, run: impl FnOnce(&Script) -> Answer) -> Answer {
        match &self.script {
            Some(script) => run(script),
            None => Answer::Failed("there is no script that could run".to_owned()),
        }
    }

    fn begin(&mut self, part: u32, plan: Plan, seed: u64) -> Result<(), Answer> {
        let functions: Box<dyn Functions> = match &plan.job {
            Job::Script(text) => {
                self.compile(text).map_err(Answer::Fault)?;
                let script = self.script.clone().expect("it was compiled just now");
                Box::new(script)
            }
            Job::BuiltIn(word) => match built_in(word) {
                Some(job) => (job.functions)(),
                None => return Err(Answer::Failed(format!("there is no job `{word}`"))),
            },
        };
        let code = Code(Arc::new(Direct::calling(functions)));
        let options = options(plan.pieces.iter().map(|piece| &*piece.name), plan.parts);
        let workers = plan.workers;
        self.part = match part {
            0 => Part::Office(Box::new(Office::new(workers, &options, &code, seed))),
            part => Part::Hand(Box::new(Hand::new(part, workers, &options, code, seed))),
        };
        (self.pieces, self.workers) = (plan.pieces, workers);
        Ok(())
    }

    fn settle(&mut self, clock: Clock<'_>, read: Read<'_>) -> Vec<Answer> {
        let (mut letters, mut answers) = (Vec::new(), Vec::new());
        let store = cast(self.workers).at(1 + self.workers);
        let send = |letter: Letter| {
            // The shared disk is in the office.
            let to = if letter.to == store { 0 } else { letter.to.index() as u32 };
            letters.push((to, Bytes::from(bytes_from(&letter))));
        };
        match &mut self.part {
            Part::None => {}
            Part::Office(office) => {
                office.settle(clock, send);
                let progress = office.progress();
                if self.told.0 != progress {
                    self.told.0 = progress.clone();
                    answers.push(Answer::Progress(progress));
                }
                if office.is_over() && !self.told.1 {
                    self.told.1 = true;
                    let joined = |pieces: Vec<Bytes>| {
                        let pieces: Vec<&[u8]> = pieces.iter().map(|piece| &**piece).collect();
                        Bytes::from(pieces.concat())
                    };
                    let output = office.output().into_iter().map(joined).collect();
                    answers.push(Answer::Over { output, counters: office.counters() });
                }
            }
            Part::Hand(hand) => {
                let pieces = &self.pieces;
                let read = |number: u32| match pieces.get(number as usize) {
                    Some(piece) => {
                        read(piece.file, piece.from, piece.to).map(|text| Some(Bytes::from(text)))
                    }
                    None => Ok(None),
                };
                if let Err(error) = hand.settle(clock, send, read) {
                    return vec![Answer::Failed(error)];
                }
                if let Some(fault) = self.script.as_ref().and_then(Script::fault) {
                    return vec![Answer::Fault(fault)];
                }
                if hand.has_exited() && !self.told.1 {
                    self.told.1 = true;
                    answers.push(Answer::Exited);
                }
            }
        }
        if !letters.is_empty() {
            // Before whatever says that it is over: the others are told by them.
            answers.insert(0, Answer::Letters(letters));
        }
        answers
    }
}

fn pieces(files: &[(String, u64)], split: u64, read: Read<'_>) -> Result<Vec<Piece>, String> {
    let mut pieces = Vec::new();
    for (file, (name, length)) in files.iter().enumerate() {
        let file = file as u32;
        let split = if split == 0 { *length } else { split };
        let cuts = cut(*length, split, |from, bytes| read(file, from, (from + bytes).min(*length)))
            .map_err(|error| format!("{name}: {error}"))?;
        let piece = |(from, to)| Piece { name: name.clone(), file, from, to };
        pieces.extend(cuts.into_iter().map(piece));
    }
    Ok(pieces)
}
