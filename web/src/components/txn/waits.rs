//! Who waits for whose lock: a graph, the same in words, and who was wounded.

use netsplit_core::history::OpId;
use netsplit_sim::moment::Moment;
use netsplit_sim::words::transaction;
use yew::prelude::*;

use super::graph::{Arrow, Name, graph};
use super::switch::{Switch, switch};
use crate::components::{does, time_text};
use crate::state::action::Action;
use crate::state::selection::Selection;
use crate::state::waits::{Edge, Node, Waits, Wound};

/// What it shows.
#[derive(PartialEq, Properties)]
pub struct Props {
    /// The graph.
    pub waits: Waits,
    /// The transaction that is selected.
    pub selected: Option<OpId>,
    /// Whether older ones wound.
    pub switch: Option<Switch>,
    /// Where on the page it stands, for the names of its fields.
    pub place: &'static str,
    /// Where actions go.
    pub on: Callback<Action>,
}

/// The panel.
#[component]
pub fn WaitsFor(props: &Props) -> Html {
    let Props { waits, selected, switch: wound_wait, place, on } = props;
    let in_circle = |node: &Node| waits.circle.contains(&node.name);
    let names: Vec<Name> = waits
        .nodes
        .iter()
        .map(|node| Name {
            text: node.name.clone().into(),
            title: title(node).into(),
            op: node.op,
            strong: in_circle(node),
        })
        .collect();
    let arrow = |edge: &Edge| Arrow {
        pair: (edge.from, edge.to),
        words: edge.keys.join(", ").into(),
        class: "waits",
        strong: edge.in_circle,
    };
    let arrows: Vec<Arrow> = waits.edges.iter().map(arrow).collect();
    let name = |place: usize| waits.nodes.get(place).map_or("", |node| &node.name);
    let line = |edge: &Edge| {
        let said = transaction::waits(name(edge.from), name(edge.to), &edge.keys);
        html! { <li key={said.clone()}>{ format!("{said}.") }</li> }
    };
    html! {
        <section class="txn-panel" tabindex="0" role="region" aria-label="Who waits for whom">
            <header class="txn-head">
                <p>{ "Who waits for whose lock, the oldest first." }</p>
                { for wound_wait.iter().map(|it| switch(it, place, on)) }
            </header>
            if waits.edges.is_empty() { <p class="txn-quiet">{ "Nobody waits for a lock." }</p> }
            <div class="txn-beside">
                if !waits.edges.is_empty() { { graph("Who waits for whom", &names, &arrows, *selected, on) } }
                <div class="txn-words">
                    if !waits.circle.is_empty() {
                        <p class="txn-circle"><b>{ "⟲ " }</b>{ transaction::deadlock(&waits.circle) }</p>
                    }
                    <ul>{ for waits.edges.iter().map(line) }</ul>
                    if !waits.wounds.is_empty() {
                        <h3>{ "Wounded" }</h3>
                        <ul>{ for waits.wounds.iter().map(|it| wound(it, on)) }</ul>
                    }
                </div>
            </div>
        </section>
    }
}

fn title(node: &Node) -> String {
    match node.stands.is_empty() {
        true => format!("{}: {}", node.name, node.does),
        false => format!("{}: {}; {}", node.name, node.does, node.stands.join(", ")),
    }
}

fn wound(wound: &Wound, on: &Callback<Action>) -> Html {
    let go = does::<MouseEvent>(on, Action::SeekTo(Moment::after(wound.at)));
    let select = does::<MouseEvent>(on, Action::Select(Selection::Operation(wound.op)));
    html! {
        <li key={format!("{} {}", wound.at, wound.words)}>
            <button class="inspect-go value" onclick={go}>{ format!("{} s", time_text(wound.at)) }</button>
            <button class="txn-name" onclick={select}>{ &wound.words }</button>
        </li>
    }
}
