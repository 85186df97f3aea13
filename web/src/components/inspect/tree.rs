//! A node's fields as a tree under the paper's headings: memory beside disk, what
//! changed marked, the parent branch beside where it differs.

use netsplit_core::view::{Field, Value};
use netsplit_sim::run::NodeShown;
use yew::prelude::*;

use crate::components::value::{value, word};

/// A field with what is compared with it.
struct Row<'a> {
    name: &'static str,
    memory: Option<&'a Value>,
    disk: Option<&'a Value>,
    parent: Option<&'a Value>,
    changed: bool,
}

/// The fields of a node under their headings.
pub(super) struct Tree<'a> {
    parts: Vec<(&'static str, Vec<Row<'a>>)>,
    up: bool,
}

impl<'a> Tree<'a> {
    pub(super) fn of(
        headings: &[(&'static str, &[&'static str])],
        node: &'a NodeShown,
        before: Option<&'a NodeShown>,
        parent: Option<&'a NodeShown>,
    ) -> Tree<'a> {
        // Of a crashed node there is only the disk.
        let fields = if node.up { &node.view.fields } else { &node.disk };
        let get = |fields: &'a [Field], name: &str| {
            fields.iter().find(|field| field.name == name).map(|field| &field.value)
        };
        let row = |field: &'a Field| {
            let name = field.name;
            let memory = node.up.then_some(&field.value);
            let disk = get(&node.disk, name);
            let was = before
                .map(|it| if node.up { get(&it.view.fields, name) } else { get(&it.disk, name) });
            let there = parent.and_then(|it| {
                if node.up { get(&it.view.fields, name) } else { get(&it.disk, name) }
            });
            let changed = was.is_some_and(|was| was != Some(&field.value));
            Row { name, memory, disk, parent: there.filter(|it| **it != field.value), changed }
        };
        let under = |names: &[&str]| -> Vec<Row<'a>> {
            fields.iter().filter(|field| names.contains(&field.name)).map(row).collect()
        };
        let mut parts: Vec<(&str, Vec<Row<'_>>)> =
            headings.iter().map(|(title, names)| (*title, under(names))).collect();
        let known = |name: &str| headings.iter().any(|(_, names)| names.contains(&name));
        let rest = if headings.is_empty() { "State" } else { "Other" };
        parts.push((rest, fields.iter().filter(|field| !known(field.name)).map(row).collect()));
        parts.retain(|(_, rows)| !rows.is_empty());
        Tree { parts, up: node.up }
    }

    /// The tree as text.
    pub(super) fn text(&self) -> String {
        let mut text = String::new();
        for (title, rows) in &self.parts {
            text.push_str(&format!("\n{title}\n"));
            for row in rows {
                let memory = row.memory.map(word).unwrap_or_default();
                let disk = row.disk.map(|disk| format!("  (disk: {})", word(disk)));
                text.push_str(&format!("  {}: {memory}{}\n", row.name, disk.unwrap_or_default()));
            }
        }
        text
    }
}

pub(super) fn tree(tree: &Tree<'_>, parent: Option<&str>) -> Html {
    html! { <>{ for tree.parts.iter().map(|(title, rows)| part(title, rows, tree.up, parent)) }</> }
}

fn part(title: &str, rows: &[Row<'_>], up: bool, parent: Option<&str>) -> Html {
    let has_disk = rows.iter().any(|row| row.disk.is_some());
    let differs = parent.filter(|_| rows.iter().any(|row| row.parent.is_some()));
    let by_node = rows.iter().filter(|row| row.memory.is_some_and(is_by_node)).count() > 1;
    if by_node {
        return html! { <><h3>{ title }</h3>{ table_by_node(rows) }</> };
    }
    let cell =
        |of: Option<&Value>| html! { <td class="value">{ of.map(shown).unwrap_or_default() }</td> };
    let row = |row: &Row<'_>| {
        html! {
            <tr class={classes!(row.changed.then_some("changed"))}>
                <th scope="row">{ row.name }if row.changed { <span class="sr-only">{ ", changed" }</span> }</th>
                if up { { cell(row.memory) } }
                if has_disk { { cell(row.disk) } }
                if differs.is_some() { { cell(row.parent) } }
            </tr>
        }
    };
    html! {
        <table class="inspect-table">
            <thead><tr>
                <th scope="col" class="inspect-heading">{ title }</th>
                if up { <th scope="col">{ if has_disk { "memory" } else { "" } }</th> }
                if has_disk { <th scope="col">{ "disk" }</th> }
                if let Some(parent) = differs { <th scope="col" title={parent.to_owned()}>{ parent }</th> }
            </tr></thead>
            <tbody>{ for rows.iter().map(row) }</tbody>
        </table>
    }
}

/// A long list is folded behind its length.
fn shown(of: &Value) -> Html {
    match of {
        Value::List(entries) if entries.len() > 1 && !is_by_node(of) => html! {
            <details><summary>{ format!("{} entries", entries.len()) }</summary>{ value(of) }</details>
        },
        Value::List(_) if is_by_node(of) => html! { { word(of) } },
        other => value(other),
    }
}

/// A list with a value for each of several nodes.
fn is_by_node(of: &Value) -> bool {
    let Value::List(rows) = of else { return false };
    let first = |row: &Value| matches!(row, Value::Record(fields) if fields.first().is_some_and(|it| it.name == "node"));
    !rows.is_empty() && rows.iter().all(first)
}

/// Several such lists as one table: a row a node.
fn table_by_node(rows: &[Row<'_>]) -> Html {
    let list = |row: &Row<'_>| match row.memory {
        Some(Value::List(values)) => values.clone(),
        _ => Vec::new(),
    };
    let lists: Vec<(Vec<Value>, &Row<'_>)> = rows.iter().map(|row| (list(row), row)).collect();
    let nodes = lists.first().map_or(0, |(list, _)| list.len());
    let part = |value: Option<&Value>, place: usize| match value {
        Some(Value::Record(fields)) => {
            fields.get(place).map(|it| word(&it.value)).unwrap_or_default()
        }
        _ => String::new(),
    };
    html! {
        <table class="inspect-table by-node">
            <thead><tr><th scope="col">{ "node" }</th>
                { for lists.iter().map(|(_, row)| html! { <th scope="col" class={classes!(row.changed.then_some("changed"))}>{ row.name }</th> }) }
            </tr></thead>
            <tbody>{ for (0..nodes).map(|node| html! {
                <tr>
                    <th scope="row">{ part(lists.first().and_then(|(list, _)| list.get(node)), 0) }</th>
                    { for lists.iter().map(|(list, _)| html! { <td class="value">{ part(list.get(node), 1) }</td> }) }
                </tr>
            }) }</tbody>
        </table>
    }
}
