//! The branches of the run, when there are several.

use netsplit_sim::run::BranchShown;
use yew::prelude::*;

use super::{does, time_text};
use crate::state::action::Action;

/// What the row shows.
#[derive(PartialEq, Properties)]
pub struct Props {
    /// The branches, each with its name.
    pub branches: Vec<(BranchShown, String)>,
    /// Where actions go.
    pub on: Callback<Action>,
}

/// The row; nothing while there is only one.
#[component]
pub fn Branches(props: &Props) -> Html {
    let Props { branches, on } = props;
    let button = |(branch, name): &(BranchShown, String)| {
        let from = branch.parent.map(|(_, moment)| format!(" at {} s", time_text(moment.at)));
        html! {
            <button key={branch.id} class="branches-one" aria-current={branch.shown.then_some("true")}
                onclick={does(on, Action::ShowBranch(branch.id))}>
                { name }<span class="branches-from value">{ from }</span>
            </button>
        }
    };
    if branches.len() < 2 {
        return html! {};
    }
    html! {
        <div class="branches" role="group" aria-label="Branches">
            <span class="branches-word">{ "Branches" }</span>
            { for branches.iter().map(button) }
        </div>
    }
}
