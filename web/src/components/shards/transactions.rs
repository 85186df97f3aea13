//! The transactions under way: a row each, and who waits for whom.

use yew::prelude::*;

use crate::components::does;
use crate::state::action::Action;
use crate::state::selection::Selection;
use crate::state::transactions::{At, Transaction};

/// What it shows.
#[derive(PartialEq, Properties)]
pub struct Props {
    /// Those under way.
    pub all: Vec<Transaction>,
    /// Where actions go.
    pub on: Callback<Action>,
}

/// The table, and beside it who waits for whom.
#[component]
pub fn Transactions(props: &Props) -> Html {
    let Props { all, on } = props;
    let waits = all.iter().filter(|it| !it.waits_for.is_empty());
    let waits: Vec<String> =
        waits.map(|it| format!("{} waits for {}", it.name, it.waits_for.join(", "))).collect();
    html! {
        <div class="shards" tabindex="0" role="region" aria-label="Transactions">
            <table class="txns-table">
                <caption>{ "Transactions under way" }</caption>
                <thead><tr>
                    { for COLUMNS.iter().map(|name| html! { <th scope="col">{ *name }</th> }) }
                </tr></thead>
                <tbody>
                    { for all.iter().map(|it| row(it, on)) }
                    if all.is_empty() {
                        <tr><td class="stores-empty" colspan="5">{ "None is under way. c1 txn read x; append y 1 begins one." }</td></tr>
                    }
                </tbody>
            </table>
            <section class="txns-waits" aria-label="Who waits for whom">
                <h3>{ "Waits" }</h3>
                if waits.is_empty() { <p>{ "Nobody waits for a lock." }</p> }
                <ul>{ for waits.iter().map(|line| html! { <li class="value" key={line.clone()}>{ line }</li> }) }</ul>
            </section>
        </div>
    }
}

/// The heads of its columns.
const COLUMNS: [&str; 5] = ["transaction", "client", "does", "step", "at shards"];

fn row(it: &Transaction, on: &Callback<Action>) -> Html {
    let client = match it.client {
        Some(client) => html! {
            <button class="stores-name" onclick={does(on, Action::Select(Selection::Node(client)))}>{ client.to_string() }</button>
        },
        None if it.is_in_doubt() => html! { <em>{ "in doubt" }</em> },
        None => html! { <em>{ "gone" }</em> },
    };
    html! {
        <tr key={it.name.clone()}>
            <th scope="row" class="value">{ &it.name }</th>
            <td>{ client }</td>
            <td class="value txns-does" title={it.does.clone()}>{ &it.does }</td>
            <td>{ &it.step }</td>
            <td>{ for it.shards.iter().map(at) }</td>
        </tr>
    }
}

/// What it is at a shard.
fn at(at: &At) -> Html {
    html! {
        <span class={classes!("txns-at", at.is.split(' ').next().unwrap_or_default().to_owned())}>
            { format!("{} in g{}: {}", at.shard, at.group, at.is) }</span>
    }
}
