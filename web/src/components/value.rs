//! A tree of shown values, for any lab.

use netsplit_core::view::{Field, Value};
use yew::prelude::*;

/// Fields as a list of names and values.
pub(crate) fn fields(fields: &[Field]) -> Html {
    let row = |field: &Field| {
        html! { <><dt>{ field.name }</dt><dd class="value">{ value(&field.value) }</dd></> }
    };
    html! { <dl class="fields">{ for fields.iter().map(row) }</dl> }
}

/// One value.
pub(crate) fn value(of: &Value) -> Html {
    match of {
        Value::List(values) if values.is_empty() => html! { { "none" } },
        Value::List(values) => html! {
            <ul class="values">{ for values.iter().map(|of| html! { <li>{ value(of) }</li> }) }</ul>
        },
        Value::Record(parts) => {
            let text: Vec<String> = parts.iter().map(short).collect();
            html! { { text.join("  ") } }
        }
        other => html! { { word(other) } },
    }
}

/// A part of a record, on one line: `index 3`, `n2`, `match 4`.
fn short(field: &Field) -> String {
    match (&field.value, field.name) {
        (value, "node" | "value" | "command") => word(value),
        (value, name) => format!("{name} {}", word(value)),
    }
}

/// A value in one word.
pub(crate) fn word(of: &Value) -> String {
    match of {
        Value::Absent => "–".to_owned(),
        Value::Flag(flag) => if *flag { "yes" } else { "no" }.to_owned(),
        Value::Number(number) => number.to_string(),
        Value::Span(span) => span.to_string(),
        Value::Text(text) => text.clone(),
        Value::Content(bytes) => bytes.to_string(),
        Value::Node(node) => node.to_string(),
        Value::List(values) => values.iter().map(word).collect::<Vec<_>>().join(", "),
        Value::Record(parts) => parts.iter().map(short).collect::<Vec<_>>().join(" "),
    }
}
