//! A trace as text in fixed columns.

use std::fmt::Write as _;

use super::{Event, Happened, State, Step};
use crate::choice::Choice;
use crate::words;
use crate::world::Outcome;

impl Event {
    /// The event as a line, in a run of so many nodes; without a line break.
    pub fn line(&self, nodes: u32) -> String {
        let mut line = format!("{:>12}  ", self.moment.at.millis(3));
        match &self.what {
            Happened::Step(step) => step_line(&mut line, step, nodes),
            Happened::Act(text) => words_line(&mut line, nodes, &format!("> {text}")),
            Happened::Skipped(text, why) => {
                words_line(&mut line, nodes, &format!("> not done: {text}: {why}"));
            }
            Happened::Note(text) => words_line(&mut line, nodes, &format!("\" {text}")),
            Happened::GaveUp(text) => words_line(&mut line, nodes, &format!("> given up: {text}")),
            Happened::Broken(violation) => {
                words_line(&mut line, nodes, &format!("! {}", words::violation(violation)));
            }
            Happened::Stopped(stop) => words_line(&mut line, nodes, words::stop(*stop)),
        }
        line
    }
}

/// Width of a node's column.
const COLUMN: usize = 3;

/// Width of a node's state.
const WIDTH: usize = 36;

/// A line about no node.
fn words_line(line: &mut String, nodes: u32, text: &str) {
    line.extend(std::iter::repeat_n(' ', COLUMN * nodes as usize + 1));
    line.push_str(text);
}

fn step_line(line: &mut String, step: &Step, nodes: u32) {
    let happened = happened(step);
    let Some((node, state)) = &step.node else {
        return words_line(line, nodes, &happened);
    };
    if node.is_client() {
        // It has no column, and neither a term nor a log.
        return words_line(line, nodes, &format!("{:WIDTH$}{happened}", node.to_string()));
    }
    for number in 1..=nodes {
        let mark = if number == node.number() {
            format!("{number}{}", letter(state))
        } else {
            String::new()
        };
        write!(line, "{mark:COLUMN$}").expect("a text takes whatever is written");
    }
    let log = match (state.start, state.glance.last_index) {
        (start, last) if last <= start => format!("..{start}"),
        (start, last) => format!("{}..{last}", start + 1),
    };
    let (term, commit) = (state.glance.term, state.glance.committed);
    if state.role == "down" {
        write!(line, " {:34}{happened}", "")
    } else {
        write!(line, " term {term:<3} log {log:<8} commit {commit:<4}   {happened}")
    }
    .expect("a text takes whatever is written");
}

/// The letter of a role: L, C, F, P; × for a crashed node.
fn letter(state: &State) -> char {
    match state.role {
        "down" => '×',
        role => role.chars().next().map_or('?', |first| first.to_ascii_uppercase()),
    }
}

/// What happened, and what the node told.
fn happened(step: &Step) -> String {
    let mut text = match (&step.choice, step.kind) {
        (Choice::Deliver(id), Some(kind)) => format!("{kind} from {}", id.from),
        (Choice::Drop(id), Some(kind)) => format!("{kind} {} -> {} is lost", id.from, id.to),
        (Choice::Fire(..), _) => {
            let timer = step.text.rsplit(' ').next().unwrap_or("");
            format!("{timer} time-out")
        }
        (Choice::Persist(_), _) => "saves are on disk".to_owned(),
        (Choice::Request(..), _) => "asked".to_owned(),
        _ => step.text.clone(),
    };
    if step.outcome != Outcome::Done {
        text.push_str(", ");
        text.push_str(words::outcome(step.outcome));
    }
    // The column says who it is.
    let own = step.node.as_ref().map_or(String::new(), |(node, _)| format!("{node} "));
    let told: Vec<&str> = step
        .told
        .iter()
        .filter(|told| told.matters)
        .map(|told| told.text.strip_prefix(&own).unwrap_or(&told.text).trim_end_matches('.'))
        .collect();
    let told = match &told[..] {
        [] => return text,
        [first, _, between @ .., last] if !between.is_empty() => {
            format!("{first}; {} more; {last}", between.len() + 1)
        }
        few => few.join("; "),
    };
    text.push_str(": ");
    text.push_str(&told);
    text
}
