//! The views that can stand beside the stage, one at a time.

use yew::prelude::*;

use crate::browser;
use crate::components::does;
use crate::state::action::Action;
use crate::state::views::View;

/// What it shows.
#[derive(PartialEq, Properties)]
pub struct Props {
    /// All views.
    pub all: &'static [View],
    /// The one that is shown.
    pub shown: View,
    /// Where on the page it stands, for the names of its tabs.
    pub place: &'static str,
    /// Where actions go.
    pub on: Callback<Action>,
    /// The view itself.
    pub children: Html,
}

/// The name of a tab in the document.
fn name(view: View, place: &str) -> String {
    format!("view-{place}-{}", view.title().to_ascii_lowercase().replace(' ', "-"))
}

/// The tabs, and below them the view.
#[component]
pub fn Views(props: &Props) -> Html {
    let Props { all, shown, place, on, children } = props;
    let id = |view: View| name(view, place);
    let tab = |view: &View| {
        let selected = view == shown;
        html! {
            <button class="views-tab" role="tab" id={id(*view)} tabindex={if selected { "0" } else { "-1" }}
                aria-selected={selected.to_string()} aria-controls={format!("views-{place}")}
                onclick={does(on, Action::ShowView(*view))}>{ view.title() }</button>
        }
    };
    // One stop of Tab for all of them; the arrows go from one to the next.
    let onkeydown = {
        let (all, shown, place, on) = (*all, *shown, *place, on.clone());
        Callback::from(move |event: KeyboardEvent| {
            let here = all.iter().position(|view| *view == shown).unwrap_or(0);
            let next = match event.key().as_str() {
                "ArrowRight" => (here + 1) % all.len(),
                "ArrowLeft" => (here + all.len() - 1) % all.len(),
                "Home" => 0,
                "End" => all.len() - 1,
                _ => return,
            };
            event.prevent_default();
            event.stop_propagation();
            on.emit(Action::ShowView(all[next]));
            browser::focus(&name(all[next], place));
        })
    };
    html! {
        <div class="views">
            <div class="views-tabs" role="tablist" aria-label="Views beside the stage" {onkeydown}>
                { for all.iter().map(tab) }
            </div>
            <div class="views-page" key={shown.title()} id={format!("views-{place}")} role="tabpanel"
                aria-labelledby={id(*shown)}>{ children.clone() }</div>
        </div>
    }
}
