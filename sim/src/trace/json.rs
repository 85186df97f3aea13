//! A trace as JSON, a line an event.

use std::fmt::{self, Write as _};

use super::{Event, Happened, Step};
use crate::words;

impl Event {
    /// The event as one line of JSON, without a line break.
    ///
    /// Each has `at` (microseconds), `nth` (steps at that time by then) and
    /// `step` (steps by then). A step has `cause`, the step that caused it: what
    /// happened before what follows from these.
    pub fn json(&self) -> String {
        let mut line = String::new();
        self.write_json(&mut line).expect("a text takes whatever is written");
        line
    }

    fn write_json(&self, out: &mut String) -> fmt::Result {
        let (at, nth) = (self.moment.at.micros(), self.moment.step.unwrap_or(0));
        write!(out, "{{\"at\":{at},\"nth\":{nth},\"step\":{}", self.step)?;
        match &self.what {
            Happened::Step(step) => write_step(out, step)?,
            Happened::Act(text) => write!(out, ",\"act\":{}", Text(text))?,
            Happened::Skipped(text, why) => {
                write!(out, ",\"skipped\":{},\"why\":{}", Text(text), Text(why))?;
            }
            Happened::Note(text) => write!(out, ",\"note\":{}", Text(text))?,
            Happened::GaveUp(text) => write!(out, ",\"gave_up\":{}", Text(text))?,
            Happened::Broken(violation) => {
                write!(out, ",\"broken\":{}", Text(violation.property))?;
                write_list(out, "nodes", violation.nodes.iter().map(ToString::to_string))?;
                if let Some(index) = violation.index {
                    write!(out, ",\"index\":{index}")?;
                }
                if let Some(term) = violation.term {
                    write!(out, ",\"term\":{term}")?;
                }
            }
            Happened::Stopped(stop) => write!(out, ",\"stopped\":{}", Text(words::stop(*stop)))?,
        }
        out.write_char('}')
    }
}

fn write_step(out: &mut String, step: &Step) -> fmt::Result {
    write!(out, ",\"cause\":{},\"choice\":{}", step.cause, Text(&step.text))?;
    if let Some(kind) = step.kind {
        write!(out, ",\"kind\":{}", Text(kind))?;
    }
    write!(out, ",\"outcome\":{}", Text(words::outcome(step.outcome)))?;
    if let Some((node, state)) = &step.node {
        let glance = state.glance;
        write!(out, ",\"node\":\"{node}\",\"role\":{},\"term\":{}", Text(state.role), glance.term)?;
        write!(
            out,
            ",\"log_start\":{},\"log_last\":{},\"committed\":{}",
            state.start, glance.last_index, glance.committed
        )?;
    }
    if !step.told.is_empty() {
        write_list(out, "told", step.told.iter().map(|told| told.text.clone()))?;
    }
    if !step.sent.is_empty() {
        write_list(out, "sent", step.sent.iter().map(|(id, kind)| format!("{id} {kind}")))?;
    }
    write!(out, ",\"matters\":{}", step.matters)
}

fn write_list(out: &mut String, name: &str, items: impl Iterator<Item = String>) -> fmt::Result {
    write!(out, ",\"{name}\":[")?;
    for (place, item) in items.enumerate() {
        write!(out, "{}{}", if place == 0 { "" } else { "," }, Text(&item))?;
    }
    out.write_char(']')
}

/// A text as JSON writes it.
struct Text<'a>(&'a str);

impl fmt::Display for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_char('"')?;
        for letter in self.0.chars() {
            match letter {
                '"' | '\\' => write!(f, "\\{letter}")?,
                '\n' => f.write_str("\\n")?,
                _ if letter.is_control() => write!(f, "\\u{:04x}", u32::from(letter))?,
                _ => f.write_char(letter)?,
            }
        }
        f.write_char('"')
    }
}
