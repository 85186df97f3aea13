//! The right column: Events, Inspect, Checks, Script, one at a time.

use yew::prelude::*;

use super::does;
use crate::state::action::{Action, Tab};

/// What the column shows.
#[derive(PartialEq, Properties)]
pub struct Props {
    /// The page that is open.
    pub tab: Tab,
    /// A property is broken: Checks says so from afar.
    pub broken: bool,
    /// Where actions go.
    pub on: Callback<Action>,
    /// The page itself.
    pub children: Html,
}

/// The pages and their names.
const TABS: &[(Tab, &str)] = &[
    (Tab::Events, "Events"),
    (Tab::Inspect, "Inspect"),
    (Tab::Checks, "Checks"),
    (Tab::Script, "Script"),
    (Tab::Logs, "Logs"),
];

/// The column.
#[component]
pub fn Details(props: &Props) -> Html {
    let Props { tab, broken, on, children } = props;
    let button = |(of, title): &(Tab, &'static str)| {
        let class = classes!(
            "details-tab",
            (*of == Tab::Logs).then_some("phone-only"),
            (*of == Tab::Checks && *broken).then_some("broken"),
        );
        html! {
            <button {class} role="tab" id={format!("tab-{}", title.to_ascii_lowercase())}
                aria-selected={(of == tab).to_string()} aria-controls="details-page"
                onclick={does(on, Action::Show(*of))}>{ *title }</button>
        }
    };
    html! {
        <aside class="details" aria-label="Details">
            <div class="details-tabs" role="tablist">{ for TABS.iter().map(button) }</div>
            <div class="details-page" key={format!("{tab:?}")} id="details-page" role="tabpanel" tabindex="0">{ children.clone() }</div>
        </aside>
    }
}
