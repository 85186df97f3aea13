//! Operations of a key/value store as text.

use netsplit_core::bytes::Bytes;
use netsplit_core::history::Outcome;
use netsplit_core::kv::{Call, Kv, Reply};

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
    const FUNCTIONS: &'static [&'static str] = &["get", "put", "append"];

    fn call(f: &str, key: Option<&Value>, value: &Value) -> Result<Call, &'static str> {
        // Jepsen has key and value in one pair where there is no field for the key.
        let (key, value) = match (key, value) {
            (Some(key), value) => (key, value),
            (None, Value::List(pair)) if pair.len() == 2 => (&pair[0], &pair[1]),
            _ => return Err("a field `key`, or a pair of key and value"),
        };
        let key = bytes_from_value(key).ok_or("a key: a text or a number")?;
        let wrong = "a value: a text or a number";
        match f {
            "get" => Ok(Call::Get { key }),
            "put" => Ok(Call::Put { key, value: bytes_from_value(value).ok_or(wrong)? }),
            _ => Ok(Call::Append { key, value: bytes_from_value(value).ok_or(wrong)? }),
        }
    }

    fn outcome(
        call: &Call,
        end: End,
        value: &Value,
        _: bool,
    ) -> Result<Outcome<Reply>, &'static str> {
        if end != End::Ok {
            return Ok(Outcome::Failed);
        }
        let Call::Get { key } = call else { return Ok(Outcome::Ok(Reply::Done)) };
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
        match (call, reply) {
            (Call::Get { .. }, Some(Reply::Value(value))) => {
                Line { f: "get", key, value: value_from_bytes(value) }
            }
            (Call::Get { .. }, _) => Line { f: "get", key, value: Value::Nil },
            (Call::Put { value, .. }, _) => Line { f: "put", key, value: value_from_bytes(value) },
            (Call::Append { value, .. }, _) => {
                Line { f: "append", key, value: value_from_bytes(value) }
            }
        }
    }

    fn is_plain_failure(_: &Reply) -> bool {
        false
    }
}
