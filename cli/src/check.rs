//! `check`: whether a history is linearizable, or has a level of isolation.

use std::fmt::Display;
use std::fs;
use std::io::{Read as _, Write};
use std::time::Instant;

use netsplit_core::history::History;
use netsplit_core::kv::Kv;
use netsplit_core::spec::Spec;
use netsplit_core::time::Span;
use netsplit_core::transaction::Transactions;
use netsplit_sim::check::anomalies::{self, Anomaly, Level};
use netsplit_sim::check::linearizability::{self, Options, Verdict};
use netsplit_sim::check::register::Register;
use netsplit_sim::history::{self as text, Known, Service, limits};
use netsplit_sim::words;

use crate::asked::Asked;
use crate::trouble::{Ending, Trouble};

/// Configurations that may be made to find the few operations that show a violation.
const WITNESS_MOST: u64 = 300_000;

/// Runs the command.
pub(crate) fn run(asked: &Asked, out: &mut dyn Write) -> Result<Ending, Trouble> {
    let name = &*asked.words[0];
    let bytes = bytes(name)?;
    let read = text::read(&bytes, asked.spec);
    let known = read.map_err(|why| Trouble::Bad(format!("{name}:{why}")))?;
    if let (Some(_), Known::Kv(_) | Known::Register(_)) = (asked.level, &known) {
        return Err(Trouble::bad("`--level` is for transactions, `--spec append`"));
    }
    let default = Options::default();
    let options = Options { budget: asked.budget.unwrap_or(default.budget), ..default };
    let file = File { name, options, out };
    match known {
        Known::Kv(history) => file.tell(&Kv, Service::Kv, &history, |held| format!("{held:?}")),
        Known::Register(history) => {
            let held = |held: &Option<i64>| held.map_or("nil".to_owned(), |held| held.to_string());
            file.tell(&Register, Service::Register, &history, held)
        }
        Known::Append(history) => {
            file.tell_level(&history, asked.level.unwrap_or(Level::StrictSerializable))
        }
    }
}

/// Of no operation there is nothing to be said; whoever wrote it out has lost them.
fn not_empty(name: &str, is_empty: bool) -> Result<(), Trouble> {
    match is_empty {
        true => Err(Trouble::Bad(format!("{name}: holds no operation"))),
        false => Ok(()),
    }
}

/// What a file holds; `-` is standard input.
fn bytes(name: &str) -> Result<Vec<u8>, Trouble> {
    let most = limits::TEXT_BYTES as u64;
    let mut bytes = Vec::new();
    // One byte more than there may be, so that the reader sees that it is too long.
    let read = match name {
        "-" => std::io::stdin().take(most + 1).read_to_end(&mut bytes),
        path => fs::File::open(path).and_then(|file| file.take(most + 1).read_to_end(&mut bytes)),
    };
    read.map_err(|error| Trouble::Bad(format!("{name} cannot be read: {error}")))?;
    Ok(bytes)
}

struct File<'a> {
    name: &'a str,
    options: Options,
    out: &'a mut dyn Write,
}

impl File<'_> {
    /// Checks the history and tells what came of it.
    fn tell<S: Spec<Call: Display, Reply: Display>>(
        self,
        spec: &S,
        service: Service,
        history: &History<S::Call, S::Reply>,
        state: impl Fn(&S::State) -> String,
    ) -> Result<Ending, Trouble> {
        let File { name, options, out } = self;
        not_empty(name, history.is_empty())?;
        let began = Instant::now();
        let report = linearizability::check(spec, history, &options);
        let took = took(began);
        let (ops, keys) = (counted(history.len() as u64, "operation"), counted(report.keys, "key"));
        let states = counted(report.states, "configuration");
        let what = format!("{}, {ops}, {keys}, {states}, {took}", service.name());
        match report.verdict {
            Verdict::Linearizable(_) => {
                writeln!(out, "{name}: linearizable ({what})")?;
                Ok(Ending::Well)
            }
            Verdict::Violation(violation) => {
                writeln!(out, "{name}: not linearizable ({what})")?;
                let sentence = words::history::not_linearizable(history, &violation, state);
                writeln!(out, "{}", words::capital(&sentence))?;
                let few = linearizability::witness(spec, history, &violation, WITNESS_MOST);
                writeln!(out, "These show it, whatever the other operations did:")?;
                for op in few.ops {
                    writeln!(out, "{}", words::history::operation_line(history, op))?;
                }
                Ok(Ending::Red)
            }
            Verdict::NotDecided { states } => Err(Trouble::Bad(format!(
                "{name}: not decided after {states} configurations; `--budget` allows more"
            ))),
        }
    }
}

impl File<'_> {
    /// Looks for anomalies and tells which show that the history has not a level.
    fn tell_level(self, history: &Transactions, level: Level) -> Result<Ending, Trouble> {
        let File { name, out, .. } = self;
        not_empty(name, history.is_empty())?;
        let began = Instant::now();
        let report = anomalies::check(history).map_err(|twice| {
            Trouble::Bad(format!("{name}: {}", words::anomalies::appended_twice(&twice)))
        })?;
        let took = took(began);
        let transactions = counted(history.len() as u64, "transaction");
        let what = format!(
            "{}, {transactions}, {}, {took}",
            Service::Append.name(),
            counted(report.keys, "key")
        );
        let against: Vec<&Anomaly> = report.against(level).collect();
        let named = words::anomalies::level(level);
        if against.is_empty() {
            writeln!(out, "{name}: {named}, as far as its reads tell ({what})")?;
            return Ok(Ending::Well);
        }
        writeln!(out, "{name}: not {named} ({what})")?;
        match report.level() {
            Some(level) => {
                let level = words::anomalies::level(level);
                writeln!(out, "Nothing shows that it is not {level}.")?;
            }
            None => writeln!(out, "It is not even read uncommitted.")?,
        }
        // One of a kind, the shortest, stands for the others.
        for of_a_kind in against.chunk_by(|one, other| one.kind() == other.kind()) {
            let kind = of_a_kind[0].kind();
            let size = |anomaly: &&&Anomaly| anomaly.transactions().len();
            let Some(one) = of_a_kind.iter().min_by_key(size) else { continue };
            let count = match of_a_kind.len() {
                1 => String::new(),
                more => format!(", one of {more}"),
            };
            writeln!(out, "{kind} ({}){count}:", words::anomalies::kind(kind))?;
            for sentence in words::anomalies::anomaly(one) {
                writeln!(out, "  {sentence}")?;
            }
            if let Anomaly::Cycle(.., links) = one {
                writeln!(out, "  So {}.", words::anomalies::order(links))?;
            }
        }
        Ok(Ending::Red)
    }
}

fn took(began: Instant) -> String {
    let took = Span::from_micros(began.elapsed().as_micros() as u64);
    format!("{} ms", took.millis(3))
}

/// A number with its noun.
fn counted(number: u64, noun: &str) -> String {
    match number {
        1 => format!("1 {noun}"),
        number => format!("{number} {noun}s"),
    }
}
