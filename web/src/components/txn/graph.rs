//! A small graph of transactions: names in a row, and arrows between them.

use netsplit_core::history::OpId;
use yew::prelude::*;

use crate::components::does;
use crate::draw::arcs::{Arc, Arcs, NAME};
use crate::state::action::Action;
use crate::state::selection::Selection;

/// A name.
#[derive(Clone, Debug, PartialEq)]
pub struct Name {
    /// It.
    pub text: AttrValue,
    /// What is said of it.
    pub title: AttrValue,
    /// The transaction that it is of.
    pub op: Option<OpId>,
    /// It is one of those that the graph is about.
    pub strong: bool,
}

/// An arrow.
#[derive(Clone, Debug, PartialEq)]
pub struct Arrow {
    /// From where to where, by place.
    pub pair: (usize, usize),
    /// What stands at it.
    pub words: AttrValue,
    /// What it is of, for the style sheet.
    pub class: &'static str,
    /// It is one of those that the graph is about.
    pub strong: bool,
}

/// The graph; `title` says what it is.
pub fn graph(
    title: &str,
    names: &[Name],
    arrows: &[Arrow],
    selected: Option<OpId>,
    on: &Callback<Action>,
) -> Html {
    let pairs: Vec<(usize, usize)> = arrows.iter().map(|arrow| arrow.pair).collect();
    let arcs = Arcs::new(names.len(), &pairs);
    let (width, height) = arcs.size;
    let name = |(name, (x, y)): (&Name, &(f64, f64))| {
        let select = name.op.map(|op| Action::Select(Selection::Operation(op)));
        let onclick = select.clone().map(|action| does::<MouseEvent>(on, action));
        let onkeydown = select.map(|action| {
            let on = on.clone();
            Callback::from(move |event: KeyboardEvent| {
                if event.key() == "Enter" || event.key() == " " {
                    event.prevent_default();
                    event.stop_propagation();
                    on.emit(action.clone());
                }
            })
        });
        let is_selected = name.op.is_some() && name.op == selected;
        let class = classes!(
            "graph-name",
            name.strong.then_some("strong"),
            is_selected.then_some("selected"),
        );
        html! {
            <g {class} role="button" tabindex="0" aria-pressed={is_selected.to_string()} {onclick} {onkeydown}
                transform={format!("translate({x:.1} {y:.1})")}>
                <title>{ &name.title }</title>
                <rect x={(-NAME.0).to_string()} y={(-NAME.1).to_string()} width={(2.0 * NAME.0).to_string()}
                    height={(2.0 * NAME.1).to_string()} rx="4" />
                <text>{ &name.text }</text>
            </g>
        }
    };
    let arrow = |(arrow, arc): (&Arrow, &Arc)| {
        let class = classes!("graph-arrow", arrow.class, arrow.strong.then_some("strong"));
        html! {
            <g {class}>
                <path class="graph-line" d={arc.path.clone()} />
                <path class="graph-head" d={arc.head.clone()} />
                <text x={format!("{:.1}", arc.words.0)} y={format!("{:.1}", arc.words.1)}>{ &arrow.words }</text>
            </g>
        }
    };
    html! {
        <svg class="graph" width={format!("{width:.0}")} height={format!("{height:.0}")} role="group" aria-label={title.to_owned()}>
            { for arrows.iter().zip(&arcs.arcs).map(arrow) }
            { for names.iter().zip(&arcs.names).map(name) }
        </svg>
    }
}
