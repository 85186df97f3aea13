//! The lanes of clients: a canvas of bars that can be pointed at, pressed and gone through with
//! arrows; what is said of one; and the operations that are seen as a table.

use std::rc::Rc;

use yew::prelude::*;

use super::lanes::Lanes;
use crate::components::does;
use crate::state::action::Action;
use crate::state::lens::Asking;

/// An operation as a row of the table.
#[derive(Clone, Debug, PartialEq)]
pub struct Listed {
    /// Its name.
    pub number: u32,
    /// What its columns say.
    pub words: [String; 8],
}

/// The heads of its columns.
const COLUMNS: [&str; 8] =
    ["client", "called", "call", "outcome", "returned", "answered by", "reply", "tries"];

/// What it shows; the bars are painted.
#[derive(PartialEq, Properties)]
pub struct Props {
    /// The canvas's name in the document.
    pub canvas: &'static str,
    /// How high all rows are, in pixels.
    pub height: u32,
    /// What is said of the operation that is pointed at, has the keyboard, or is selected.
    pub told: Option<AttrValue>,
    /// The property that is broken, and how, as a sentence.
    pub broken: Option<(&'static str, AttrValue)>,
    /// Only what shows that is lit.
    pub lit: bool,
    /// It is shown when each took effect.
    pub points: bool,
    /// It was worked out that no order of them explains what was answered.
    pub no_order: bool,
    /// Nobody has asked for anything yet.
    pub empty: bool,
    /// The operations that are seen, and how many there are in all; `None` while time goes on.
    pub table: Option<(Rc<Vec<Listed>>, usize)>,
    /// Where actions go.
    pub on: Callback<Action>,
}

/// The lanes.
#[component]
pub fn Clients(props: &Props) -> Html {
    let Props { canvas, height, told, broken, lit, points, no_order, empty, table, on } = props;
    let canvas = *canvas;
    let ask = |asking: Asking| does::<MouseEvent>(on, Action::Ask(asking));
    html! {
        <section class={classes!("clients", lit.then_some("lit"))} aria-label="What clients asked">
            <header class="clients-head">
                <p class="clients-told">
                    if let Some(told) = told { { told } } else { { legend() } }
                </p>
                if *no_order { <span class="clients-none">{ "No order was found" }</span> }
                <button class="logs-more" aria-pressed={points.to_string()} onclick={ask(Asking::Points(!points))}
                    title="When the checker lets each operation take effect, while time stands">{ "Took effect" }</button>
                if *lit { <button class="logs-more strong" onclick={ask(Asking::All)}>{ "Show all" }</button> }
            </header>
            if let Some((property, broken)) = broken {
                <p class="clients-broken"><span aria-hidden="true">{ "✗ " }</span>{ broken }
                    if !lit {
                        <button class="logs-more" onclick={ask(Asking::Witness(property, false))}>{ "Show them" }</button>
                    }
                </p>
            }
            <Lanes {canvas} height={*height} kind="lanes of clients" told={told.clone()} {on}
                label="Operations of clients. Arrows go from one to the next, Enter selects it.">
                if *empty {
                    <p class="clients-empty">{ "Nobody has asked for anything yet." }</p>
                }
            </Lanes>
            { for table.as_ref().map(|(rows, all)| listed(rows, *all)) }
            if table.is_none() { <p class="sr-only">{ "Pause for a table of the operations." }</p> }
        </section>
    }
}

/// The marks that a bar may have.
fn legend() -> Html {
    let glyph = |class: &'static str, words: &'static str, draw: Html| {
        html! {
            <span class="clients-key">
                <svg class={classes!("clients-glyph", class)} width="22" height="12" aria-hidden="true">{ draw }</svg>{ words }
            </span>
        }
    };
    html! {
        <>
            { glyph("ok", "done", html! { <rect x="1" y="1" width="20" height="10" /> }) }
            { glyph("failed", "failed", html! { <><rect x="1.5" y="1.5" width="19" height="9" /><path d="M3 10L8 2M9 10L14 2M15 10L20 2" /></> }) }
            { glyph("unknown", "nobody knows", html! { <><path d="M14 1.5H1.5V10.5H14" /><path stroke-dasharray="2 2" d="M14 1.5H22M14 10.5H22" /></> }) }
            { glyph("waits", "waits", html! { <path d="M18 1.5H1.5V10.5H18" /> }) }
            { glyph("again", "asked again", html! { <path d="M10 3V12M11 3V12" /> }) }
        </>
    }
}

/// The same in words, for whoever does not see it. A table is as wide as its words, whatever its
/// style says; what holds it is not.
fn listed(rows: &[Listed], all: usize) -> Html {
    let row = |row: &Listed| {
        let cells = row.words.iter().skip(1).map(|word| html! { <td>{ word }</td> });
        html! { <tr key={row.number}><th scope="row">{ &row.words[0] }</th>{ for cells }</tr> }
    };
    html! {
        <div class="sr-only">
            <table>
                <caption>{ format!("{} of {all} operations: the last that are seen", rows.len()) }</caption>
                <thead><tr>{ for COLUMNS.iter().map(|name| html! { <th scope="col">{ *name }</th> }) }</tr></thead>
                <tbody>{ for rows.iter().map(row) }</tbody>
            </table>
        </div>
    }
}
