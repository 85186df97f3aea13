//! How a machine shows itself: a small tree of plain data, in the paper's order.
//!
//! The inspector draws it, a trace prints it, and two of them are compared to
//! mark what changed. States themselves are never serialised.

use crate::bytes::Bytes;
use crate::id::NodeId;
use crate::time::Span;

/// One shown value.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Not there: a vote not given, a leader not known.
    Absent,
    /// Yes or no.
    Flag(bool),
    /// A count, an index, a term.
    Number(u64),
    /// A length of time.
    Span(Span),
    /// A word.
    Text(String),
    /// Content of the person: a command, a value.
    Content(Bytes),
    /// A node's name.
    Node(NodeId),
    /// Several of one kind.
    List(Vec<Value>),
    /// Named parts.
    Record(Vec<Field>),
}

/// A named value.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// The paper's name, in words: `current term`.
    pub name: &'static str,
    /// What it holds.
    pub value: Value,
}

/// One node as it shows itself.
#[derive(Clone, Debug, PartialEq)]
pub struct NodeView {
    /// What kind of machine it is and what it does now, as one word: `leader`.
    pub role: &'static str,
    /// Its state in the order of the paper.
    pub fields: Vec<Field>,
}

impl Field {
    /// A field of this name.
    pub fn new(name: &'static str, value: impl Into<Value>) -> Field {
        Field { name, value: value.into() }
    }
}

impl NodeView {
    /// The value of a field, by name.
    pub fn get(&self, name: &str) -> Option<&Value> {
        field(&self.fields, name)
    }

    /// The value of a numeric field; 0 when it is not there.
    pub fn number(&self, name: &str) -> u64 {
        number(&self.fields, name)
    }

    /// The rows of a list of records; none when it is not there.
    pub fn rows(&self, name: &str) -> impl Iterator<Item = &[Field]> {
        let all = match self.get(name) {
            Some(Value::List(all)) => all.as_slice(),
            _ => &[],
        };
        all.iter().filter_map(|row| match row {
            Value::Record(fields) => Some(fields.as_slice()),
            _ => None,
        })
    }
}

/// The value of a field, by name.
pub fn field<'a>(fields: &'a [Field], name: &str) -> Option<&'a Value> {
    fields.iter().find(|field| field.name == name).map(|field| &field.value)
}

/// The value of a numeric field; 0 when it is not there.
pub fn number(fields: &[Field], name: &str) -> u64 {
    match field(fields, name) {
        Some(Value::Number(number)) => *number,
        _ => 0,
    }
}

/// What a field says: its word, its content or its number; nothing when it says nothing.
pub fn word(fields: &[Field], name: &str) -> String {
    match field(fields, name) {
        Some(Value::Text(text)) => text.clone(),
        Some(Value::Content(bytes)) => bytes.to_string(),
        Some(Value::Number(number)) => number.to_string(),
        _ => String::new(),
    }
}

impl From<u64> for Value {
    fn from(number: u64) -> Value {
        Value::Number(number)
    }
}

impl From<bool> for Value {
    fn from(flag: bool) -> Value {
        Value::Flag(flag)
    }
}

impl From<NodeId> for Value {
    fn from(node: NodeId) -> Value {
        Value::Node(node)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Value {
        Value::Text(text.to_owned())
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Value {
        value.map_or(Value::Absent, Into::into)
    }
}
