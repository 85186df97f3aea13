//! Reading a history of which nothing is known.

use std::collections::BTreeMap;

use netsplit_core::history::{History, OpId, Outcome, Session};
use netsplit_core::id::NodeId;
use netsplit_core::kv::Kv;
use netsplit_core::time::Time;

use super::value::{Map, Reader, Value, Wrong};
use super::{End, HistoryError, Known, Service, Translate, limits};
use crate::check::append::Lists;
use crate::check::register::Register;

/// Reads a history in any of the forms, of the service named, or of the one that
/// its first operation belongs to.
pub fn read(text: &[u8], service: Option<Service>) -> Result<Known, HistoryError> {
    let told = |wrong: Wrong| HistoryError { message: wrong.message, ..place(text, wrong.at) };
    if text.len() > limits::TEXT_BYTES {
        let message = format!("expected no more than {} bytes", limits::TEXT_BYTES);
        return Err(told(Wrong::new(0, message)));
    }
    let utf8 = std::str::from_utf8(text)
        .map_err(|error| told(Wrong::new(error.valid_up_to(), "expected UTF-8")))?;
    let events = events(utf8).map_err(told)?;
    let service = match (service, events.first()) {
        (Some(service), _) => service,
        (None, None) => Service::Kv,
        (None, Some(first)) => first.service().map_err(told)?,
    };
    match service {
        Service::Kv => history::<Kv>(&events).map(Known::Kv),
        Service::Register => history::<Register>(&events).map(Known::Register),
        Service::Append => history::<Lists>(&events).map(Known::Append),
    }
    .map_err(told)
}

/// Line and column of a byte, with no message yet.
fn place(text: &[u8], at: usize) -> HistoryError {
    let before = &text[..at.min(text.len())];
    let line = before.iter().filter(|byte| **byte == b'\n').count() as u32 + 1;
    let start = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    let column = String::from_utf8_lossy(&before[start..]).chars().count() as u32 + 1;
    HistoryError { line, column, message: String::new() }
}

/// What an event says, whatever the service.
struct Event {
    /// Where it stands, and where its function and value do.
    at: usize,
    f_at: usize,
    value_at: usize,
    process: u32,
    node: Option<NodeId>,
    time: Time,
    /// `None` for an invocation.
    end: Option<End>,
    f: String,
    key: Option<Value>,
    value: Value,
    has_reason: bool,
}

impl Event {
    fn service(&self) -> Result<Service, Wrong> {
        let f = &&*self.f;
        match () {
            () if Kv::FUNCTIONS.contains(f) => Ok(Service::Kv),
            () if Register::FUNCTIONS.contains(f) => Ok(Service::Register),
            () if Lists::FUNCTIONS.contains(f) => Ok(Service::Append),
            () => {
                let all =
                    [Kv::FUNCTIONS, Register::FUNCTIONS, Lists::FUNCTIONS].concat().join(", ");
                let message = format!("expected one of {all}, found `{f}`");
                Err(Wrong::new(self.f_at, message))
            }
        }
    }
}

/// All events of a text.
fn events(text: &str) -> Result<Vec<Event>, Wrong> {
    let start = text.len() - text.trim_start_matches('\u{feff}').len();
    let mut events = Vec::new();
    if text[start..].trim_start().starts_with("INFO") {
        let mut at = 0;
        for line in text.split_inclusive('\n') {
            let begins = at.max(start).min(at + line.len());
            let line_text = text[begins..at + line.len()].trim_end();
            at += line.len();
            if !line_text.trim_start().is_empty() {
                // The reader sees no further than the line.
                events.push(logged(&text[..begins + line_text.len()], begins)?);
            }
            enough(&events, begins)?;
        }
        return Ok(events);
    }
    let mut reader = Reader::new(text, start);
    // All in one vector, or one after the other.
    let is_vector = reader.is_at_value() && reader.accept('[');
    while reader.is_at_value() {
        let at = reader.at();
        if is_vector && reader.accept(']') {
            return match reader.is_at_value() {
                true => Err(Wrong::new(reader.at(), "expected nothing behind the `]`")),
                false => Ok(events),
            };
        }
        match reader.value(0)? {
            Value::Map(map) => events.extend(mapped(&map, at)?),
            _ => return Err(Wrong::new(at, "expected an event: `{` and its fields, or `INFO`")),
        }
        enough(&events, at)?;
    }
    match is_vector {
        true => Err(Wrong::new(text.len(), "expected a `]`, found the end")),
        false => Ok(events),
    }
}

fn enough(events: &[Event], at: usize) -> Result<(), Wrong> {
    if events.len() > 2 * limits::OPS {
        let message = format!("expected no more than {} operations", limits::OPS);
        return Err(Wrong::new(at, message));
    }
    Ok(())
}

/// A line of a log: `INFO  jepsen.util - 0 :invoke :read nil`.
fn logged(text: &str, at: usize) -> Result<Event, Wrong> {
    let line = &text[at..];
    let begins = line.trim_start().starts_with("INFO");
    let dash = line.find(" - ").filter(|_| begins);
    let expected = "expected a line like `INFO  jepsen.util - 0 :invoke :read nil`";
    let dash = dash.ok_or_else(|| Wrong::new(at, expected))?;
    let mut reader = Reader::new(text, at + dash + 3);
    let mut next = |what: &str| {
        if !reader.is_at_value() {
            return Err(Wrong::new(
                reader.at(),
                format!("expected {what}, found the end of the line"),
            ));
        }
        Ok((reader.at(), reader.value(0)?))
    };
    let (process_at, process) = next("the number of a process")?;
    let (end_at, end) = next("a type")?;
    let (f_at, f) = next("a function")?;
    let (value_at, value) = next("a value")?;
    Ok(Event {
        at,
        f_at,
        value_at,
        process: process_of(&process, process_at)?,
        node: None,
        time: Time::ZERO,
        end: end_of(&end, end_at)?,
        f: name_of(&f, f_at)?,
        key: None,
        value,
        has_reason: false,
    })
}

/// An event with its fields; `None` when it is not of a client.
fn mapped(map: &Map, at: usize) -> Result<Option<Event>, Wrong> {
    let field = |name: &str| {
        let missing = || Wrong::new(at, format!("expected a field `{name}` in this event"));
        map.get(name).ok_or_else(missing)
    };
    let (process, process_at) = field("process")?;
    if matches!(process, Value::Word(_) | Value::Text(_)) {
        return Ok(None);
    }
    let (end, end_at) = field("type")?;
    let (f, f_at) = field("f")?;
    let (value, value_at) = map.get("value").unwrap_or((&Value::Nil, at));
    let time = match map.get("time") {
        None | Some((Value::Nil, _)) => Time::ZERO,
        Some((Value::Number(nanos), _)) if *nanos >= 0 => {
            Time::from_micros(nanos.unsigned_abs() / 1_000)
        }
        Some((_, at)) => return Err(Wrong::new(at, "expected a time in whole nanoseconds")),
    };
    let node = match map.get("node") {
        None | Some((Value::Nil, _)) => None,
        Some((Value::Number(number), at)) => {
            let node = u32::try_from(*number).ok().and_then(NodeId::from_number);
            let wrong = || Wrong::new(at, "expected the number of a node, from 1");
            Some(node.ok_or_else(wrong)?)
        }
        // Elsewhere nodes have names, which decide nothing.
        Some(_) => None,
    };
    Ok(Some(Event {
        at,
        f_at,
        value_at,
        process: process_of(process, process_at)?,
        node,
        time,
        end: end_of(end, end_at)?,
        f: name_of(f, f_at)?,
        key: map.get("key").map(|(key, _)| key.clone()),
        value: value.clone(),
        has_reason: map.get("error").is_some(),
    }))
}

fn process_of(value: &Value, at: usize) -> Result<u32, Wrong> {
    let number = match value {
        Value::Number(number) => u32::try_from(*number).ok(),
        _ => None,
    };
    number.ok_or_else(|| Wrong::new(at, "expected the number of a process"))
}

fn name_of(value: &Value, at: usize) -> Result<String, Wrong> {
    match value {
        Value::Text(name) | Value::Word(name) => Ok(name.clone()),
        _ => Err(Wrong::new(at, "expected the name of a function")),
    }
}

fn end_of(value: &Value, at: usize) -> Result<Option<End>, Wrong> {
    match value {
        Value::Text(name) | Value::Word(name) => match &**name {
            "invoke" => Ok(None),
            "ok" => Ok(Some(End::Ok)),
            "fail" => Ok(Some(End::Fail)),
            "info" => Ok(Some(End::Info)),
            other => {
                let message = format!("expected invoke, ok, fail or info, found `{other}`");
                Err(Wrong::new(at, message))
            }
        },
        _ => Err(Wrong::new(at, "expected invoke, ok, fail or info")),
    }
}

/// Puts invocations and returns together.
fn history<S: Translate>(events: &[Event]) -> Result<History<S::Call, S::Reply>, Wrong> {
    let mut history: History<S::Call, S::Reply> = History::new();
    // What each process is waiting for.
    let mut open: BTreeMap<u32, Option<OpId>> = BTreeMap::new();
    for event in events {
        if !S::FUNCTIONS.contains(&&*event.f) {
            let (name, all) = (S::NAME, S::FUNCTIONS.join(", "));
            let message =
                format!("expected a function of `{name}`, one of {all}, found `{}`", event.f);
            return Err(Wrong::new(event.f_at, message));
        }
        let Event { process, time, .. } = *event;
        if open.len() >= limits::PROCESSES && !open.contains_key(&process) {
            let message = format!("expected no more than {} processes", limits::PROCESSES);
            return Err(Wrong::new(event.at, message));
        }
        let waits = open.entry(process).or_default();
        let bad_value = |expected: &str| Wrong::new(event.value_at, format!("expected {expected}"));
        match (event.end, *waits) {
            (None, Some(_)) => {
                let message = format!("expected the return of what process {process} asked before");
                return Err(Wrong::new(event.at, message));
            }
            (None, None) => {
                if history.len() >= limits::OPS {
                    let message = format!("expected no more than {} operations", limits::OPS);
                    return Err(Wrong::new(event.at, message));
                }
                let call =
                    S::call(&event.f, event.key.as_ref(), &event.value).map_err(bad_value)?;
                let node = event.node.unwrap_or(NodeId::from_index(process % NodeId::MOST));
                *waits = Some(history.invoke(Session(process), node, time, call));
            }
            (Some(_), None) => {
                let message = format!("expected that process {process} asks for something first");
                return Err(Wrong::new(event.at, message));
            }
            (Some(end), Some(id)) => {
                *waits = None;
                let op = history.get(id).expect("it was invoked above");
                let asked = S::written(&op.call, None).f;
                if asked != event.f {
                    let message = format!("expected `{asked}`, which process {process} asked for");
                    return Err(Wrong::new(event.f_at, message));
                }
                let outcome = match end {
                    End::Info => Outcome::Unknown,
                    _ => S::outcome(&op.call, end, &event.value, event.has_reason)
                        .map_err(bad_value)?,
                };
                history.returned(id, time, outcome);
            }
        }
    }
    Ok(history)
}
