//! The store's keys against servers, and beside them the sessions: what differs from the leader's
//! is marked.

use yew::prelude::*;

use crate::components::{does, term_class};
use crate::state::action::Action;
use crate::state::selection::Selection;
use crate::state::store::{Cell, Column, Row, Standing, Table};

/// What it shows.
#[derive(PartialEq, Properties)]
pub struct Props {
    /// The keys.
    pub store: Table,
    /// The sessions.
    pub sessions: Table,
    /// Where actions go.
    pub on: Callback<Action>,
}

/// Both tables.
#[component]
pub fn Stores(props: &Props) -> Html {
    let Props { store, sessions, on } = props;
    html! {
        <div class="stores">
            { table(store, ("Store", "key", "No keys yet. c1 put x 1 writes one."), on) }
            { table(sessions, ("Sessions", "session", "No sessions yet."), on) }
        </div>
    }
}

fn table(
    table: &Table,
    (title, first, empty): (&'static str, &'static str, &'static str),
    on: &Callback<Action>,
) -> Html {
    let more = match table.left_out {
        0 => None,
        1 => Some("one more is not shown".to_owned()),
        more => Some(format!("{more} more are not shown")),
    };
    html! {
        <table class="stores-table">
            <caption>{ title }
                if let Some(more) = more { <span class="stores-more">{ format!(" {more}") }</span> }
            </caption>
            <thead><tr>
                <th scope="col">{ first }</th>
                { for table.columns.iter().map(|column| head(column, on)) }
            </tr></thead>
            <tbody>
                { for table.rows.iter().map(row) }
                if table.rows.is_empty() {
                    <tr><td class="stores-empty" colspan={(table.columns.len() + 1).to_string()}>{ empty }</td></tr>
                }
            </tbody>
        </table>
    }
}

fn head(column: &Column, on: &Callback<Action>) -> Html {
    let applied = match column.applied {
        Some(applied) => format!("applied {applied}"),
        None => "down".to_owned(),
    };
    let star = if column.leads { " ★" } else { "" };
    let class =
        classes!("stores-head", column.is_measure.then_some("measure"), term_class(column.term));
    html! {
        <th scope="col" {class}>
            <button class="stores-name" onclick={does(on, Action::Select(Selection::Node(column.node)))}>
                { format!("{}{star}", column.node) }</button>
            <span class="stores-applied">{ applied }</span>
        </th>
    }
}

fn row(row: &Row) -> Html {
    html! {
        <tr key={row.name.clone()}>
            <th scope="row" class="value" title={row.name.clone()}>{ &row.name }</th>
            { for row.cells.iter().map(|of| of.as_ref().map_or_else(|| html! { <td class="down">{ "" }</td> }, cell)) }
        </tr>
    }
}

fn cell(cell: &Cell) -> Html {
    let (class, sign, words) = match cell.standing {
        Standing::Same => ("", "", ""),
        Standing::Behind => ("behind", "◂", "behind the leader: "),
        Standing::Ahead => ("ahead", "▸", "ahead of the leader: "),
        Standing::Differs => ("differs", "≠", "differs from the leader's: "),
    };
    let text = cell.text.as_deref().unwrap_or("–").to_owned();
    let title = match cell.left_out {
        0 => format!("{words}{text} {}", cell.aside),
        bytes => format!("{words}{text} {} and {bytes} bytes more", cell.aside),
    };
    html! {
        <td class={classes!("value", class)} {title}>
            if !sign.is_empty() {
                <span class="stores-sign" aria-hidden="true">{ sign }</span><span class="sr-only">{ words }</span>
            }
            <span class="stores-text">{ text }</span>
            if cell.left_out > 0 { <span class="stores-more">{ format!("+{} B", cell.left_out) }</span> }
            <span class="stores-aside">{ &cell.aside }</span>
        </td>
    }
}
