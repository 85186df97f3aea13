//! Operations of registers as text.

use netsplit_core::bytes::Bytes;
use netsplit_core::history::Outcome;

use super::kv::{bytes_from_value, value_from_bytes};
use super::value::Value;
use super::{End, Line, Translate};
use crate::check::register::{Ask, Call, Register, Reply};

/// The value of one register, where Jepsen puts a key before it: `[key value]`.
/// To a compare-and-swap the value itself is a pair.
fn without_key<'a>(value: &'a Value, f: &str) -> (Option<&'a Value>, &'a Value) {
    match value {
        Value::List(pair) if pair.len() == 2 => match (&pair[1], f) {
            (Value::List(_), "cas") | (_, "read" | "write") => (Some(&pair[0]), &pair[1]),
            _ => (None, value),
        },
        _ => (None, value),
    }
}

impl Translate for Register {
    const NAME: &'static str = "register";
    const FUNCTIONS: &'static [&'static str] = &["read", "write", "cas"];

    fn call(f: &str, key: Option<&Value>, value: &Value) -> Result<Call, &'static str> {
        let (key, value) = match key {
            Some(key) => (Some(key), value),
            None => without_key(value, f),
        };
        let key = match key {
            None => Bytes::EMPTY,
            Some(key) => bytes_from_value(key).ok_or("a key: a text or a number")?,
        };
        let ask = match (f, value) {
            ("read", _) => Ask::Read,
            ("write", Value::Number(value)) => Ask::Write(*value),
            ("write", _) => return Err("a whole number to be written"),
            (_, Value::List(pair)) => match pair[..] {
                [Value::Number(old), Value::Number(new)] => Ask::Cas(old, new),
                _ => return Err("two whole numbers, as in [1 2]"),
            },
            _ => return Err("two whole numbers, as in [1 2]"),
        };
        Ok(Call { key, ask })
    }

    fn outcome(
        call: &Call,
        end: End,
        value: &Value,
        has_reason: bool,
    ) -> Result<Outcome<Reply>, &'static str> {
        let f = Register::written(call, None).f;
        let (_, value) = if call.key.is_empty() { (None, value) } else { without_key(value, f) };
        Ok(Outcome::Ok(match (call.ask, end) {
            (Ask::Read, End::Ok) => match value {
                Value::Nil => Reply::Value(None),
                Value::Number(value) => Reply::Value(Some(*value)),
                _ => return Err("what was read: a whole number or nil"),
            },
            (Ask::Write(_), End::Ok) => Reply::Done,
            (Ask::Cas(..), End::Ok) => Reply::Swapped(true),
            // Its numbers again, and no reason: they were compared.
            (Ask::Cas(..), End::Fail) if matches!(value, Value::List(_)) && !has_reason => {
                Reply::Swapped(false)
            }
            _ => return Ok(Outcome::Failed),
        }))
    }

    fn written(call: &Call, reply: Option<&Reply>) -> Line {
        let key = (!call.key.is_empty()).then(|| value_from_bytes(&call.key));
        let (f, value) = match (call.ask, reply) {
            (Ask::Read, Some(Reply::Value(Some(value)))) => ("read", Value::Number(*value)),
            (Ask::Read, _) => ("read", Value::Nil),
            (Ask::Write(value), _) => ("write", Value::Number(value)),
            (Ask::Cas(old, new), _) => {
                ("cas", Value::List(vec![Value::Number(old), Value::Number(new)]))
            }
        };
        Line { f, key, value }
    }

    fn is_plain_failure(reply: &Reply) -> bool {
        *reply == Reply::Swapped(false)
    }
}
