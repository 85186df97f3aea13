//! Writing a history.

use std::fmt::{self, Write as _};

use netsplit_core::history::{Event, History, Op, Outcome, When};
use netsplit_core::kv::Kv;

use super::value::Value;
use super::{Known, Line, Translate};
use crate::check::append::Lists;
use crate::check::register::Register;

impl Known {
    /// The history as JSON lines, an event a line.
    pub fn json_lines(&self) -> String {
        self.written(Syntax::Json)
    }

    /// The history as EDN, an event a line, as Jepsen writes it.
    pub fn edn(&self) -> String {
        self.written(Syntax::Edn)
    }

    fn written(&self, syntax: Syntax) -> String {
        match self {
            Known::Kv(history) => written::<Kv>(history, syntax),
            Known::Register(history) => written::<Register>(history, syntax),
            Known::Append(history) => written::<Lists>(history, syntax),
        }
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Syntax {
    Json,
    Edn,
}

fn written<S: Translate>(history: &History<S::Call, S::Reply>, syntax: Syntax) -> String {
    let mut text = String::new();
    for (index, event) in (0..).zip(history.events_from(0)) {
        let (Event::Invoked(id) | Event::Returned(id)) = event;
        let op = history.get(id).expect("an event is of an operation of its history");
        let one = match event {
            Event::Invoked(_) => One {
                when: Some(op.invoked),
                kind: "invoke",
                reason: None,
                line: S::written(&op.call, None),
            },
            Event::Returned(_) => {
                let reply = op.reply();
                let (kind, reason) = match &op.outcome {
                    Outcome::Ok(reply) if S::is_plain_failure(reply) => ("fail", None),
                    Outcome::Ok(_) => ("ok", None),
                    Outcome::Failed => ("fail", Some("it did not happen")),
                    Outcome::Unknown => ("info", Some("nobody knows")),
                };
                One { when: op.returned, kind, reason, line: S::written(&op.call, reply) }
            }
        };
        let index = S::IS_INDEXED.then_some(index);
        one.write(&mut text, op, index, syntax).expect("a text takes whatever is written");
        text.push('\n');
    }
    text
}

/// An event to be written.
struct One {
    when: Option<When>,
    kind: &'static str,
    reason: Option<&'static str>,
    line: Line,
}

impl One {
    fn write<C, R>(
        &self,
        out: &mut String,
        op: &Op<C, R>,
        index: Option<u64>,
        syntax: Syntax,
    ) -> fmt::Result {
        out.push('{');
        let mut is_first = true;
        let mut field = |out: &mut String, name: &str| match (syntax, std::mem::take(&mut is_first))
        {
            (Syntax::Json, true) => write!(out, "\"{name}\":"),
            (Syntax::Json, false) => write!(out, ",\"{name}\":"),
            (Syntax::Edn, true) => write!(out, ":{name} "),
            (Syntax::Edn, false) => write!(out, ", :{name} "),
        };
        if let Some(index) = index {
            field(out, "index")?;
            write!(out, "{index}")?;
        }
        field(out, "process")?;
        write!(out, "{}", op.session.0)?;
        field(out, "node")?;
        write!(out, "{}", op.node.number())?;
        field(out, "time")?;
        let micros = self.when.map_or(0, |when| when.at.micros());
        write!(out, "{}", u128::from(micros) * 1_000)?;
        field(out, "type")?;
        write_name(out, self.kind, syntax)?;
        field(out, "f")?;
        write_name(out, self.line.f, syntax)?;
        if let Some(key) = &self.line.key {
            field(out, "key")?;
            write_value(out, key, syntax)?;
        }
        field(out, "value")?;
        write_value(out, &self.line.value, syntax)?;
        if let Some(reason) = self.reason {
            field(out, "error")?;
            write_text(out, reason)?;
        }
        out.push('}');
        Ok(())
    }
}

fn write_name(out: &mut String, name: &str, syntax: Syntax) -> fmt::Result {
    match syntax {
        Syntax::Json => write_text(out, name),
        Syntax::Edn => write!(out, ":{name}"),
    }
}

fn write_value(out: &mut String, value: &Value, syntax: Syntax) -> fmt::Result {
    match value {
        Value::Number(number) => write!(out, "{number}"),
        Value::Text(text) => write_text(out, text),
        Value::Word(name) => write_name(out, name, syntax),
        Value::List(values) => {
            out.push('[');
            for (i, value) in values.iter().enumerate() {
                if i > 0 {
                    out.push_str(if syntax == Syntax::Json { "," } else { " " });
                }
                write_value(out, value, syntax)?;
            }
            out.push(']');
            Ok(())
        }
        // No operation is written with any other value.
        _ => out.write_str(if syntax == Syntax::Json { "null" } else { "nil" }),
    }
}

/// A text in quotation marks; what does not print is written by its number.
fn write_text(out: &mut String, text: &str) -> fmt::Result {
    out.push('"');
    for character in text.chars() {
        match character {
            '"' | '\\' => write!(out, "\\{character}")?,
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            character if character.is_control() => write!(out, "\\u{:04x}", u32::from(character))?,
            character => out.push(character),
        }
    }
    out.push('"');
    Ok(())
}
