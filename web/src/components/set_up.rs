//! Set up logs: a row of terms a node, as figures draw them.

use netsplit_sim::labs::raft_rows::{EMPTY, FIGURE_7, FIGURE_8_A};
use web_sys::HtmlTextAreaElement;
use yew::prelude::*;

use super::Dialog;
use crate::state::action::Action;
use crate::state::start::start_from_rows;

/// What the dialog needs.
#[derive(PartialEq, Properties)]
pub struct Props {
    /// The seed of the run that is shown.
    pub seed: u64,
    /// Where actions go.
    pub on: Callback<Action>,
}

/// Starts to begin with, each with its name.
const STARTS: &[(&str, &str)] =
    &[("Figure 7", FIGURE_7), ("Figure 8 (a)", FIGURE_8_A), ("Empty", EMPTY)];

/// The dialog.
#[component]
pub fn SetUp(props: &Props) -> Html {
    let Props { seed, on } = props;
    let text = use_state(|| FIGURE_7.to_owned());
    let field = use_node_ref();
    {
        let field = field.clone();
        use_effect_with((), move |()| {
            if let Some(field) = field.cast::<HtmlTextAreaElement>() {
                let _ = field.focus();
            }
        });
    }
    let oninput = {
        let text = text.clone();
        Callback::from(move |event: InputEvent| {
            if let Some(field) = event.target_dyn_into::<HtmlTextAreaElement>() {
                text.set(field.value());
            }
        })
    };
    let fill = |(name, rows): &(&'static str, &'static str)| {
        let (text, rows) = (text.clone(), *rows);
        let onclick = Callback::from(move |_: MouseEvent| text.set(rows.to_owned()));
        html! { <button {onclick}>{ *name }</button> }
    };
    let start = start_from_rows(&text, *seed);
    let begin = start.as_ref().ok().map(|start| {
        let (on, script) = (on.clone(), start.script.clone());
        Callback::from(move |_: MouseEvent| on.emit(Action::OpenText(script.clone())))
    });
    let said = match &start {
        Err(wrong) => {
            html! { <p class="dialog-trouble" role="alert">{ format!("Row {}: {}.", wrong.row, wrong.message) }</p> }
        }
        Ok(start) if start.impossible.is_empty() => html! {},
        Ok(start) => html! {
            <div class="set-up-impossible" role="status">
                <p>{ "No run of Raft leads here. It is run all the same." }</p>
                <ul>{ for start.impossible.iter().take(4).map(|why| html! { <li>{ why }</li> }) }</ul>
            </div>
        },
    };
    html! {
        <Dialog title="Set up logs" {on}>
            <p>{ "A row a node, from n1: the terms of its entries, first to last. A hyphen is an empty log. All begin in the highest term, at 0\u{a0}s." }</p>
            <div class="dialog-row start">{ for STARTS.iter().map(fill) }</div>
            <textarea id="set-up" class="value" ref={field} rows="8" spellcheck="false" value={(*text).clone()} {oninput} aria-label="Rows of terms" />
            { said }
            <div class="dialog-row end">
                <button id="set-up-go" class="strong" disabled={begin.is_none()} onclick={begin.unwrap_or_default()}>{ "Start from these" }</button>
            </div>
        </Dialog>
    }
}
