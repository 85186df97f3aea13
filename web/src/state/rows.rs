//! Lists as nodes show them: rows of fields, and what stands in these.

use netsplit_core::view::{Field, NodeView, Value};

/// The rows of a list; none where it is not there.
pub fn rows<'a>(view: &'a NodeView, list: &str) -> impl Iterator<Item = &'a [Field]> {
    let all = match view.get(list) {
        Some(Value::List(all)) => &all[..],
        _ => &[],
    };
    all.iter().filter_map(|row| match row {
        Value::Record(fields) => Some(&fields[..]),
        _ => None,
    })
}

/// The number of a field; 0 where it has none.
pub fn number(fields: &[Field], name: &str) -> u64 {
    match fields.iter().find(|field| field.name == name).map(|field| &field.value) {
        Some(Value::Number(number)) => *number,
        _ => 0,
    }
}

/// What a field says; nothing where it says nothing.
pub fn word(fields: &[Field], name: &str) -> String {
    let field = fields.iter().find(|field| field.name == name);
    field.map_or_else(String::new, |field| said(&field.value))
}

/// What a value says.
pub fn said(value: &Value) -> String {
    match value {
        Value::Text(text) => text.clone(),
        Value::Content(bytes) => bytes.to_string(),
        Value::Number(number) => number.to_string(),
        _ => String::new(),
    }
}
