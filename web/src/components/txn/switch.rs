//! What a run was told at its start about transactions, to be told otherwise in a run beside it.

use web_sys::HtmlSelectElement;
use yew::prelude::*;

use crate::components::may;
use crate::state::action::Action;
use crate::state::dials::DialShown;

/// A dial, and what its values are called.
#[derive(Clone, Debug, PartialEq)]
pub struct Switch {
    /// It, as it stands.
    pub dial: DialShown,
    /// By value: what it is called.
    pub words: &'static [(&'static str, &'static str)],
}

/// The switch; it opens a run of the same script beside this one.
pub fn switch(switch: &Switch, place: &str, on: &Callback<Action>) -> Html {
    let Switch { dial, words } = switch;
    let id = format!("switch-{place}-{}", dial.id);
    let name = dial.id;
    let onchange = may(on, move |event: Event| {
        let list: HtmlSelectElement = event.target_dyn_into()?;
        Some(Action::Turn(name, list.value()))
    });
    let option = |(value, word): &(&'static str, &'static str)| {
        html! { <option value={*value} selected={dial.value == *value}>{ *word }</option> }
    };
    html! {
        <span class={classes!("txn-switch", dial.is_away().then_some("away"))} title={dial.about}>
            <label for={id.clone()}>{ dial.name }</label>
            <select {id} {onchange}>{ for words.iter().map(option) }</select>
        </span>
    }
}
