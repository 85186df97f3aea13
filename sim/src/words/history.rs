//! What is said of a history that is not linearizable.

use std::fmt::Display;

use netsplit_core::history::{History, Op, OpId, Outcome};

use crate::check::linearizability::Violation;

/// The first operation that cannot be placed, in one sentence.
pub fn not_linearizable<C: Clone + Display, R: Clone + Display, K, T>(
    history: &History<C, R>,
    violation: &Violation<K, T>,
    state: impl Fn(&T) -> String,
) -> String {
    let mut sentence = format!("{} cannot be placed", operation(history, violation.blocked));
    let mut states: Vec<String> =
        violation.partials.iter().map(|partial| state(&partial.state)).collect();
    states.sort_unstable();
    states.dedup();
    let most = violation.partials.iter().map(|partial| partial.order.len()).max().unwrap_or(0);
    if let Some((last, others)) = states.split_last() {
        let states = match others {
            [] => last.clone(),
            others => format!("{} or {last}", others.join(", ")),
        };
        let before = match most {
            0 => "before everything else".to_owned(),
            1 => "after the one operation that has an order".to_owned(),
            most => format!("after {most} operations that have an order"),
        };
        sentence.push_str(&format!(": {before}, the value is {states}"));
    }
    match violation.rivals.len() {
        0 => sentence.push_str(", and nothing else was open"),
        1 => sentence.push_str(", and one other operation was open"),
        more => sentence.push_str(&format!(", and {more} others were open")),
    }
    sentence.push('.');
    sentence
}

/// An operation with what became of it: `operation 12 (session 3, read, answered 2)`.
pub fn operation<C: Clone + Display, R: Clone + Display>(
    history: &History<C, R>,
    id: OpId,
) -> String {
    let number = id.number();
    match history.get(id) {
        Some(op) => format!("operation {number} ({}, {})", op.session, asked(op)),
        None => format!("operation {number}"),
    }
}

/// What was asked, and what became of it.
fn asked<C: Display, R: Display>(op: &Op<C, R>) -> String {
    match &op.outcome {
        Outcome::Ok(reply) => format!("{}, answered {reply}", op.call),
        Outcome::Failed => format!("{}, failed", op.call),
        Outcome::Unknown => format!("{}, of unknown outcome", op.call),
    }
}

/// A line of a small history: number, session, ranks of its events, and what it
/// was.
pub fn operation_line<C: Clone + Display, R: Clone + Display>(
    history: &History<C, R>,
    id: OpId,
) -> String {
    let Some(op) = history.get(id) else { return format!("{:>6}", id.number()) };
    let to = op.returned.map_or_else(|| "…".to_owned(), |when| (when.rank + 1).to_string());
    let from = op.invoked.rank + 1;
    format!("{:>6}  {:<12} events {from}–{to}: {}", id.number(), op.session.to_string(), asked(op))
}
