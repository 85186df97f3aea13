//! Names and values inside the plain objects: `current term` becomes `currentTerm`.

use netsplit_core::time::{Span, Time};
use netsplit_core::view::{Field, Value};
use serde::ser::{Serialize, SerializeMap, Serializer};

/// The largest whole number up to which JavaScript's numbers are exact.
const EXACT: u64 = (1 << 53) - 1;

/// A term, an index, a count, microseconds: a number, or its digits as text should it
/// ever be too large for an exact one. The engine's own limits keep all of them small.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Count(pub u64);

impl From<u64> for Count {
    fn from(number: u64) -> Count {
        Count(number)
    }
}

impl From<Time> for Count {
    fn from(time: Time) -> Count {
        Count(time.micros())
    }
}

impl From<Span> for Count {
    fn from(span: Span) -> Count {
        Count(span.micros())
    }
}

impl Serialize for Count {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0 <= EXACT {
            serializer.serialize_u64(self.0)
        } else {
            serializer.collect_str(&self.0)
        }
    }
}

/// The fields of a node, a disk or a message, as an object.
#[derive(Clone, Debug, PartialEq)]
pub struct Fields(pub Vec<Field>);

impl Serialize for Fields {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        write_fields(&self.0, serializer)
    }
}

fn write_fields<S: Serializer>(fields: &[Field], serializer: S) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(Some(fields.len()))?;
    for field in fields {
        map.serialize_entry(&key(field.name), &Shown(&field.value))?;
    }
    map.end()
}

/// A value as it is written.
struct Shown<'a>(&'a Value);

impl Serialize for Shown<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::Absent => serializer.serialize_none(),
            Value::Flag(flag) => serializer.serialize_bool(*flag),
            Value::Number(number) => Count(*number).serialize(serializer),
            Value::Span(span) => Count::from(*span).serialize(serializer),
            Value::Text(text) => serializer.serialize_str(text),
            Value::Content(bytes) => serializer.serialize_str(&bytes.text()),
            Value::Node(node) => serializer.collect_str(node),
            Value::List(values) => serializer.collect_seq(values.iter().map(Shown)),
            Value::Record(fields) => write_fields(fields, serializer),
        }
    }
}

/// A name as JavaScript has names: `own copy durable to` is `ownCopyDurableTo`.
pub fn key(name: &str) -> String {
    let mut key = String::with_capacity(name.len());
    let mut begins_word = false;
    for letter in name.chars() {
        if letter.is_ascii_alphanumeric() {
            let large = begins_word && !key.is_empty();
            key.push(if large { letter.to_ascii_uppercase() } else { letter });
        }
        begins_word = !letter.is_ascii_alphanumeric();
    }
    key
}
