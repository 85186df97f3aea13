//! Operations of a key/value store as text.

use netsplit_core::bytes::Bytes;
use netsplit_core::history::Outcome;
use netsplit_core::kv::{Call, Kv, Refusal, Reply};

use super::value::Value;
use super::{End, Line, Translate};

/// Bytes as they are written: as text where they are text, else as numbers.
pub(super) fn value_from_bytes(bytes: &Bytes) -> Value {
    match std::str::from_utf8(bytes) {
        Ok(text) => Value::Text(text.to_owned()),
        Err(_) => Value::List(bytes.iter().map(|byte| Value::Number((*byte).into())).collect()),
    }
}

/// The bytes of a text, of a number's digits, of a word, or of a list of numbers.
pub(super) fn bytes_from_value(value: &Value) -> Option<Bytes> {
    match value {
        Value::Text(text) | Value::Word(text) => Some((&**text).into()),
        Value::Number(number) => Some((&*number.to_string()).into()),
        Value::List(list) => {
            let byte = |value: &Value| match value {
                Value::Number(number) => u8::try_from(*number).ok(),
                _ => None,
            };
            list.iter().map(byte).collect::<Option<Vec<u8>>>().map(Bytes::from)
        }
        Value::Nil | Value::Flag(_) | Value::Map(_) => None,
    }
}

impl Translate for Kv {
    const NAME: &'static str = "kv";
    const FUNCTIONS: &'static [&'static str] =
        &["get", "version", "put", "append", "append-get", "put-if", "swap", "delete"];

    fn call(f: &str, key: Option<&Value>, value: &Value) -> Result<Call, &'static str> {
        // Jepsen has key and value in one pair where there is no field for the key.
        let (key, value) = match (key, value) {
            (Some(key), value) => (key, value),
            (None, Value::List(pair)) if pair.len() == 2 => (&pair[0], &pair[1]),
            _ => return Err("a field `key`, or a pair of key and value"),
        };
        let key = bytes_from_value(key).ok_or("a key: a text or a number")?;
        let one = || bytes_from_value(value).ok_or("a value: a text or a number");
        let pair = |wrong| match value {
            Value::List(pair) if pair.len() == 2 => Ok((&pair[0], &pair[1])),
            _ => Err(wrong),
        };
        Ok(match f {
            "get" => Call::Get { key },
            "version" => Call::Version { key },
            "delete" => Call::Delete { key },
            "put" => Call::Put { key, value: one()? },
            "append" => Call::Append { key, value: one()? },
            "append-get" => Call::AppendGet { key, value: one()? },
            "put-if" => {
                let wrong = "a version and a value";
                let (version, value) = pair(wrong)?;
                let Value::Number(version) = version else { return Err(wrong) };
                let version = u64::try_from(*version).map_err(|_| wrong)?;
                Call::PutIf { key, version, value: bytes_from_value(value).ok_or(wrong)? }
            }
            _ => {
                let wrong = "what it must hold, and what it is to hold";
                let (held, value) = pair(wrong)?;
                let bytes = |value| bytes_from_value(value).ok_or(wrong);
                Call::Swap { key, held: bytes(held)?, value: bytes(value)? }
            }
        })
    }

    fn outcome(
        call: &Call,
        end: End,
        value: &Value,
        _: bool,
    ) -> Result<Outcome<Reply>, &'static str> {
        if end != End::Ok {
            // What a store refuses is an answer, too.
            let refusal = match value {
                Value::Text(word) | Value::Word(word) => Refusal::from_word(word),
                _ => None,
            };
            return Ok(refusal.map_or(Outcome::Failed, |why| Outcome::Ok(Reply::Refused(why))));
        }
        let key = match call {
            Call::Get { key } | Call::AppendGet { key, .. } => key,
            Call::Version { .. } => return versioned(value).map(Outcome::Ok),
            _ => return Ok(Outcome::Ok(Reply::Done)),
        };
        let value = match value {
            Value::List(pair)
                if pair.len() == 2 && bytes_from_value(&pair[0]).as_ref() == Some(key) =>
            {
                &pair[1]
            }
            value => value,
        };
        match value {
            Value::Nil => Ok(Outcome::Ok(Reply::Value(Bytes::EMPTY))),
            value => {
                let bytes =
                    bytes_from_value(value).ok_or("what was read: a text, a number or nil")?;
                Ok(Outcome::Ok(Reply::Value(bytes)))
            }
        }
    }

    fn written(call: &Call, reply: Option<&Reply>) -> Line {
        let key = Some(value_from_bytes(call.key()));
        let (f, asked) = match call {
            Call::Get { .. } => ("get", Value::Nil),
            Call::Version { .. } => ("version", Value::Nil),
            Call::Delete { .. } => ("delete", Value::Nil),
            Call::Put { value, .. } => ("put", value_from_bytes(value)),
            Call::Append { value, .. } => ("append", value_from_bytes(value)),
            Call::AppendGet { value, .. } => ("append-get", value_from_bytes(value)),
            Call::PutIf { version, value, .. } => {
                ("put-if", Value::List(vec![number(*version), value_from_bytes(value)]))
            }
            Call::Swap { held, value, .. } => {
                ("swap", Value::List(vec![value_from_bytes(held), value_from_bytes(value)]))
            }
        };
        let value = match reply {
            Some(Reply::Value(value)) => value_from_bytes(value),
            Some(Reply::Versioned(value, version)) => {
                Value::List(vec![value_from_bytes(value), number(*version)])
            }
            Some(Reply::Refused(why)) => Value::Text(why.word().to_owned()),
            Some(Reply::Done) | None => asked,
        };
        Line { f, key, value }
    }

    fn is_plain_failure(reply: &Reply) -> bool {
        matches!(reply, Reply::Refused(_))
    }
}

/// What a key holds, and its version.
fn versioned(value: &Value) -> Result<Reply, &'static str> {
    let wrong = "a value and its version";
    let Value::List(pair) = value else { return Err(wrong) };
    let [value, Value::Number(version)] = &pair[..] else { return Err(wrong) };
    let version = u64::try_from(*version).map_err(|_| wrong)?;
    Ok(Reply::Versioned(bytes_from_value(value).ok_or(wrong)?, version))
}

fn number(number: u64) -> Value {
    Value::Number(i64::try_from(number).unwrap_or(i64::MAX))
}
