//! What floats over the page: sharing, opening, the keys.

use web_sys::{HtmlInputElement, HtmlTextAreaElement};
use yew::prelude::*;

use super::{does, may};
use crate::browser;
use crate::state::action::{Action, Float};
use crate::state::commands::{self, BY_BROWSER, Group};

/// The frame of a dialog.
pub(super) fn dialog(title: &str, on: &Callback<Action>, content: Html) -> Html {
    html! {
        <div class="dialog" role="dialog" aria-label={title.to_owned()}>
            <div class="dialog-head">
                <h2>{ title.to_owned() }</h2>
                <button aria-label="Close" onclick={does(on, Action::Float(Float::Nothing))}>{ "×" }</button>
            </div>
            { content }
        </div>
    }
}

/// What sharing shows.
#[derive(PartialEq, Properties)]
pub struct ShareProps {
    /// The link, from `#` on.
    pub fragment: AttrValue,
    /// The moment, in words.
    pub moment: AttrValue,
    /// Everything that happened, as one number.
    pub fingerprint: AttrValue,
    /// It holds acts after the moment.
    pub later: bool,
    /// Where actions go.
    pub on: Callback<Action>,
}

/// The link to this moment.
#[component]
pub fn Share(props: &ShareProps) -> Html {
    let ShareProps { fragment, moment, fingerprint, later, on } = props;
    let field = use_node_ref();
    let copied = use_state(|| false);
    let link = browser::address_with(fragment);
    {
        let field = field.clone();
        use_effect_with(link.clone(), move |_| {
            if let Some(field) = field.cast::<HtmlInputElement>() {
                let _ = field.focus();
                field.select();
            }
        });
    }
    let copy = {
        let (link, copied) = (link.clone(), copied.clone());
        Callback::from(move |_: MouseEvent| {
            browser::copy(&link);
            copied.set(true);
        })
    };
    let leave_out = may(on, |event: Event| {
        let switch: HtmlInputElement = event.target_dyn_into()?;
        Some(Action::ShareLater(!switch.checked()))
    });
    let length = format!("{} characters", link.chars().count());
    dialog(
        "Share this moment",
        on,
        html! {
            <>
                <p>{ format!("Whoever opens the link sees {moment}, as you see it, and can go on from there.") }</p>
                <div class="dialog-row">
                    <input id="link" class="value" readonly=true ref={field} value={link} aria-label="Link" />
                    <button class="strong" onclick={copy}>{ if *copied { "Copied" } else { "Copy" } }</button>
                </div>
                <p class="dialog-small"><span>{ length }</span>
                    <span>{ "fingerprint " }<span class="value" id="shared-fingerprint">{ fingerprint }</span></span></p>
                <label class="dialog-switch"><input type="checkbox" checked={!*later} onchange={leave_out} />
                    { "Leave out what I did later" }</label>
            </>
        },
    )
}

/// What opening shows.
#[derive(PartialEq, Properties)]
pub struct OpenProps {
    /// Why the text could not be opened.
    pub trouble: Option<AttrValue>,
    /// Where actions go.
    pub on: Callback<Action>,
}

/// Where a link or a script is pasted.
#[component]
pub fn Open(props: &OpenProps) -> Html {
    let OpenProps { trouble, on } = props;
    let field = use_node_ref();
    {
        let field = field.clone();
        use_effect_with((), move |()| {
            if let Some(field) = field.cast::<HtmlTextAreaElement>() {
                let _ = field.focus();
            }
        });
    }
    let open = {
        let field = field.clone();
        may(on, move |_: MouseEvent| {
            Some(Action::OpenText(field.cast::<HtmlTextAreaElement>()?.value()))
        })
    };
    dialog(
        "Open",
        on,
        html! {
            <>
                <p>{ "Paste a link, or a script. Nothing leaves this tab." }</p>
                <textarea id="open-text" class="value" ref={field} rows="8" spellcheck="false" aria-label="Link or script" />
                if let Some(trouble) = trouble { <p class="dialog-trouble" role="alert" id="open-trouble">{ trouble }</p> }
                <div class="dialog-row end"><button id="open-go" class="strong" onclick={open}>{ "Open" }</button></div>
            </>
        },
    )
}

/// What the keys need.
#[derive(PartialEq, Properties)]
pub struct HelpProps {
    /// Letters are keys.
    pub letters: bool,
    /// Where actions go.
    pub on: Callback<Action>,
}

/// The keys, from the registry by which they are read.
#[component]
pub fn Help(props: &HelpProps) -> Html {
    let HelpProps { letters, on } = props;
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
    dialog(
        "Help",
        on,
        html! {
            <>
                <div class="dialog-key-groups">{ for Group::ALL.iter().map(group) }</div>
                <label class="dialog-switch"><input type="checkbox" id="letters" checked={*letters} onchange={switch} />
                    { "Letters, digits and signs are keys" }</label>
            </>
        },
    )
}
