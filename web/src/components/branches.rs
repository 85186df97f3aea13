//! The branches of the run, to choose from when there are several.

use netsplit_sim::run::BranchShown;
use yew::prelude::*;

use super::{may, time_text};
use crate::state::action::Action;

/// The chooser: `2 of 3: crash n4`; nothing while there is only one.
pub(super) fn chooser(branches: &[(BranchShown, String)], on: &Callback<Action>) -> Html {
    if branches.len() < 2 {
        return html! {};
    }
    let chosen = may(on, |event: Event| {
        let chosen: web_sys::HtmlSelectElement = event.target_dyn_into()?;
        Some(Action::ShowBranch(chosen.value().parse().ok()?))
    });
    let option = |(place, (branch, name)): (usize, &(BranchShown, String))| {
        let from = branch.parent.map(|(_, moment)| format!(", from {} s", time_text(moment.at)));
        html! {
            <option value={branch.id.to_string()} selected={branch.shown}>
                { format!("{} of {}: {name}{}", place + 1, branches.len(), from.unwrap_or_default()) }
            </option>
        }
    };
    html! {
        <label class="branches"><span class="sr-only">{ "Branch" }</span>
            <select id="branch" onchange={chosen} title="Branch (F names it)">
                { for branches.iter().enumerate().map(option) }
            </select>
        </label>
    }
}
