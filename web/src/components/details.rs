//! The right column: Events, Inspect, Checks, Script, one at a time.

use wasm_bindgen::JsCast;
use web_sys::HtmlElement;
use yew::prelude::*;

use super::does;
use crate::browser;
use crate::state::action::{Action, Tab};

/// What the column shows.
#[derive(PartialEq, Properties)]
pub struct Props {
    /// The page that is open.
    pub tab: Tab,
    /// More than logs can stand beside the stage.
    pub views: bool,
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
    let Props { tab, views, broken, on, children } = props;
    let button = |(of, title): &(Tab, &'static str)| {
        let class = classes!(
            "details-tab",
            (*of == Tab::Logs).then_some("phone-only"),
            (*of == Tab::Checks && *broken).then_some("broken"),
        );
        html! {
            <button {class} role="tab" id={id_of(title)} tabindex={if of == tab { "0" } else { "-1" }}
                aria-selected={(of == tab).to_string()} aria-controls="details-page"
                onclick={does(on, Action::Show(*of))}>{ if *views && *of == Tab::Logs { "Views" } else { *title } }</button>
        }
    };
    // One stop of Tab for all of them; the arrows go from one to the next.
    let onkeydown = {
        let (tab, on) = (*tab, on.clone());
        Callback::from(move |event: KeyboardEvent| {
            let shown: Vec<_> = TABS.iter().filter(|(_, title)| is_shown(title)).collect();
            let here = shown.iter().position(|(of, _)| *of == tab).unwrap_or(0);
            let next = match event.key().as_str() {
                "ArrowRight" => (here + 1) % shown.len().max(1),
                "ArrowLeft" => (here + shown.len()).saturating_sub(1) % shown.len().max(1),
                "Home" => 0,
                "End" => shown.len().saturating_sub(1),
                _ => return,
            };
            event.prevent_default();
            if let Some((of, title)) = shown.get(next) {
                on.emit(Action::Show(*of));
                browser::focus(&id_of(title));
            }
        })
    };
    html! {
        <aside class="details" aria-label="Details">
            <div class="details-tabs" role="tablist" {onkeydown}>{ for TABS.iter().map(button) }</div>
            <div class="details-page" key={format!("{tab:?}")} id="details-page" role="tabpanel" tabindex="0">{ children.clone() }</div>
        </aside>
    }
}

fn id_of(title: &str) -> String {
    format!("tab-{}", title.to_ascii_lowercase())
}

/// There is room for the logs beside the stage, and for what can stand in their place.
pub(super) fn shows_logs_in_the_middle() -> bool {
    !is_shown("Logs")
}

/// The tab of the logs stands on phones alone.
fn is_shown(title: &str) -> bool {
    let tab = browser::document().and_then(|document| document.get_element_by_id(&id_of(title)));
    tab.and_then(|tab| tab.dyn_into::<HtmlElement>().ok()).is_some_and(|tab| tab.offset_width() > 0)
}
