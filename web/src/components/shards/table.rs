//! How shards stand now: a row a shard, a column the controller and each group, and in each cell how
//! the shard stands there, as letter, form and the hue of its group.

use yew::prelude::*;

use crate::components::{does, term_class};
use crate::state::action::Action;
use crate::state::selection::Selection;
use crate::state::shards::{Cell, Map, Owner, Row, Side, State};

/// The table.
pub fn table(map: &Map, on: &Callback<Action>) -> Html {
    let moving = match map.moving() {
        0 => "No shard is on its way.".to_owned(),
        1 => "One shard is on its way.".to_owned(),
        more => format!("{more} shards are on their way."),
    };
    html! {
        <table class="shards-table">
            <caption>{ moving }</caption>
            <thead><tr>
                <th scope="col">{ "shard" }</th>
                <th scope="col">{ "keys" }</th>
                { for map.controller.iter().chain(&map.groups).map(|side| head(side, map, on)) }
            </tr></thead>
            <tbody>
                { for map.rows.iter().map(|shown| row(shown, map, on)) }
                if map.rows.is_empty() {
                    <tr><td class="stores-empty" colspan="9">{ "No server runs that knows of shards." }</td></tr>
                }
            </tbody>
        </table>
    }
}

/// The name of a group, as the map has it.
fn name(group: u32) -> String {
    if group == 0 { "controller".to_owned() } else { format!("g{group}") }
}

fn hue(group: u32) -> Classes {
    term_class(u64::from(group)).into()
}

/// The controller or a group, with its configuration; marked where it is behind the controller's.
fn head(side: &Side, map: &Map, on: &Callback<Action>) -> Html {
    let newest = map.controller.and_then(|controller| controller.configuration);
    let behind = side.group > 0 && side.configuration.is_some() && side.configuration < newest;
    let star = if side.leads { " ★" } else { "" };
    let words = match side.configuration {
        None => "down".to_owned(),
        Some(0) => "no configuration".to_owned(),
        Some(number) if behind => format!("configuration {number}, behind"),
        Some(number) => format!("configuration {number}"),
    };
    html! {
        <th scope="col" class={classes!("shards-head", behind.then_some("behind"), hue(side.group))}>
            <button class="stores-name" onclick={does(on, Action::Select(Selection::Node(side.node)))}
                title={format!("{}{}", side.node, if side.leads { ", its leader" } else { "" })}>
                { format!("{}{star}", name(side.group)) }</button>
            <span class="stores-applied">{ words }</span>
        </th>
    }
}

fn row(row: &Row, map: &Map, on: &Callback<Action>) -> Html {
    let owner = match row.owner {
        Owner::Unknown => html! { <td class="down">{ "" }</td> },
        Owner::Nobody => html! { <td class="shards-nobody">{ "nobody" }</td> },
        Owner::KeptBy(group) => html! {
            <td class="shards-nobody">{ format!("nobody, kept by {}", name(group)) }</td>
        },
        Owner::Group(group) => html! {
            <td class={classes!("shards-owner", hue(group))}>{ name(group) }</td>
        },
    };
    let cells = row.cells.iter().zip(&map.groups);
    html! {
        <tr key={row.shard} class={classes!(row.moves().then_some("moves"))}>
            <th scope="row" class="value">
                <button class="shards-number" onclick={does(on, Action::Select(Selection::Shard(row.shard as u32)))}
                    aria-label={format!("Shard {}", row.shard)}>{ row.shard }</button>
            </th>
            <td class="shards-keys value">{ &row.keys }</td>
            if map.controller.is_some() { { owner } }
            { for cells.map(|(cell, side)| match cell {
                Some(cell) => here(row.shard, cell, side, on),
                None => html! { <td class="down"><span class="sr-only">{ "down" }</span></td> },
            }) }
        </tr>
    }
}

/// A shard in a group: a press selects the group's leader, as the button at its head does, which is
/// enough of a stop for the keyboard.
fn here(shard: u64, cell: &Cell, side: &Side, on: &Callback<Action>) -> Html {
    if cell.state == State::Nothing {
        return html! { <td class="shards-nothing"><span class="sr-only">{ "nothing" }</span></td> };
    }
    let words = cell.words();
    let title = format!("Shard {shard} in {}: {words}. Selects {}", name(side.group), side.node);
    let way = cell.other.map(|other| match cell.state {
        State::Leaving => format!("→ {}", name(other)),
        _ => format!("← {}", name(other)),
    });
    html! {
        <td class={classes!("shards-cell", hue(side.group))}>
            <button {title} tabindex="-1" onclick={does(on, Action::Select(Selection::Node(side.node)))}>
                { glyph(cell.state) }
                if let Some(way) = way { <span class="shards-way" aria-hidden="true">{ way }</span> }
                <span class="sr-only">{ words }</span>
            </button>
        </td>
    }
}

/// A state as a form and a letter: what is there is filled, what is to come is an outline, what goes
/// or may still be elsewhere has half of it.
pub fn glyph(state: State) -> Html {
    let letter = match state {
        State::Nothing => "",
        State::Serving => "S",
        State::Pulling => "P",
        State::Arrived => "A",
        State::Leaving => "L",
        State::Kept => "K",
    };
    let half = match state {
        State::Arrived => Some("M1 1H15L1 15Z"),
        State::Leaving => Some("M15 15V1L1 15Z"),
        _ => None,
    };
    html! {
        <svg class={classes!("shards-glyph", format!("state-{}", state.word()))} width="16" height="16" viewBox="0 0 16 16" aria-hidden="true">
            <rect x="1" y="1" width="14" height="14" rx={if state == State::Kept { "7" } else { "0" }} />
            if let Some(half) = half { <path d={half} /> }
            <text x="8" y="8">{ letter }</text>
        </svg>
    }
}
