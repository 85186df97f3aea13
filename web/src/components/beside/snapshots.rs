//! What each server keeps in its log and in its snapshot, against the bound of a log.

use yew::prelude::*;

use crate::components::does;
use crate::draw::tenths::Tenths;
use crate::state::action::Action;
use crate::state::selection::Selection;
use crate::state::store::{Keeps, Kept};

/// How wide a bar is at most.
const WIDTH: f64 = 120.0;

/// What it shows.
#[derive(PartialEq, Properties)]
pub struct Props {
    /// What is kept.
    pub kept: Kept,
    /// Where actions go.
    pub on: Callback<Action>,
}

/// One row a server.
#[component]
pub fn Snapshots(props: &Props) -> Html {
    let Props { kept, on } = props;
    let bound = match kept.bound {
        Some(bound) => format!("A log of {bound} bytes is put into a snapshot."),
        None => "Logs may become as long as they like: log-bytes sets a bound.".to_owned(),
    };
    html! {
        <div class="kept">
            <table class="kept-table">
                <caption>{ bound }</caption>
                <thead><tr>
                    <th scope="col">{ "server" }</th>
                    <th scope="col">{ "in the snapshot" }</th>
                    <th scope="col"><span class="sr-only">{ "its bytes" }</span></th>
                    <th scope="col">{ "in the log" }</th>
                    <th scope="col"><span class="sr-only">{ "its bytes" }</span></th>
                </tr></thead>
                <tbody>{ for kept.servers.iter().map(|it| row(it, kept, on)) }</tbody>
            </table>
        </div>
    }
}

fn row(it: &Keeps, kept: &Kept, on: &Callback<Action>) -> Html {
    let snapshot = match it.covers {
        0 => "none".to_owned(),
        1 => "entry 1".to_owned(),
        covers => format!("entries 1 to {covers}"),
    };
    let log = match it.entries {
        0 => "no entries".to_owned(),
        1 => format!("entry {}", it.first),
        more => format!("{more} entries, {} to {}", it.first, it.first + more - 1),
    };
    let node = does(on, Action::Select(Selection::Node(it.node)));
    html! {
        <tr class={classes!((!it.up).then_some("down"))}>
            <th scope="row"><button class="stores-name" onclick={node}>{ it.node.to_string() }</button></th>
            <td>{ snapshot }</td>
            <td class="value">{ bar("kept-snapshot", it.snapshot_bytes, None, kept) }</td>
            <td>{ log }</td>
            <td class="value">{ bar("kept-log", it.log_bytes, kept.bound, kept) }</td>
        </tr>
    }
}

/// So many bytes as a bar with its number, and the bound as a line across it.
fn bar(class: &'static str, bytes: u64, bound: Option<u64>, kept: &Kept) -> Html {
    let place = |bytes: u64| bytes as f64 / kept.most() as f64 * WIDTH;
    let over = bound.is_some_and(|bound| bytes > bound);
    html! {
        <>
            <svg class={classes!("kept-bar", class, over.then_some("over"))} viewBox="0 0 124 14" width="124" height="14" aria-hidden="true">
                <rect x="0" y="2" height="10" width={Tenths(place(bytes).max(if bytes > 0 { 1.0 } else { 0.0 })).to_string()} />
                if let Some(bound) = bound {
                    <path d={format!("M{} 0V14", Tenths(place(bound)))} />
                }
            </svg>
            { format!("{bytes} B") }
            if over { { " over the bound" } }
        </>
    }
}
