//! Help: the keys.

use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::{Dialog, may};
use crate::browser;
use crate::state::action::Action;
use crate::state::commands::{self, BY_BROWSER, Group};

/// What the keys need.
#[derive(PartialEq, Properties)]
pub struct Props {
    /// Letters are keys.
    pub letters: bool,
    /// Where actions go.
    pub on: Callback<Action>,
}

/// The keys, from the registry by which they are read.
#[component]
pub fn Help(props: &Props) -> Html {
    let Props { letters, on } = props;
    let mac = browser::is_mac();
    let group = |group: &Group| {
        let of_it = commands::all().filter(|command| command.group == *group);
        let with_keys = of_it.filter(|command| !command.keys.is_empty());
        let row = |command: &'static commands::Command| {
            let mut shown: Vec<String> =
                command.keys.iter().map(|chord| chord.shown(mac)).collect();
            // Two signs for minus look the same.
            shown.dedup();
            let keys = shown.into_iter().map(|key| html! { <kbd>{ key }</kbd> });
            html! { <><dt>{ for keys }</dt><dd>{ command.name }</dd></> }
        };
        let rows: Vec<Html> = with_keys.map(row).collect();
        if rows.is_empty() {
            return html! {};
        }
        html! {
            <section class="dialog-keys">
                <h3>{ group.title() }</h3>
                <dl>
                    { for rows }
                    if *group == Group::View {
                        { for BY_BROWSER.iter().map(|(key, does)| html! { <><dt><kbd>{ *key }</kbd></dt><dd>{ *does }</dd></> }) }
                    }
                </dl>
            </section>
        }
    };
    let switch = may(on, |event: Event| {
        let switch: HtmlInputElement = event.target_dyn_into()?;
        Some(Action::Letters(switch.checked()))
    });
    html! {
        <Dialog title="Help" {on}>
            <div class="dialog-key-groups">{ for Group::ALL.iter().map(group) }</div>
            <label class="dialog-switch"><input type="checkbox" id="letters" checked={*letters} onchange={switch} />
                { "Letters, digits and signs are keys" }</label>
        </Dialog>
    }
}
