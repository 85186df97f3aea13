//! What floats over the page: sharing, opening, the keys.

use web_sys::{HtmlInputElement, HtmlTextAreaElement};
use yew::prelude::*;

use super::{does, may};
use crate::browser;
use crate::state::action::{Action, Float};
use crate::state::keys::KEYS;

/// The frame of a dialog.
fn dialog(title: &str, on: &Callback<Action>, content: Html) -> Html {
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
    /// Where actions go.
    pub on: Callback<Action>,
}

/// The keys, from the list by which they are read.
#[component]
pub fn Help(props: &HelpProps) -> Html {
    let shown = KEYS.iter().filter(|key| !key.shown.is_empty());
    let row = |shown: &'static str, does: &'static str| html! { <><dt><kbd>{ shown }</kbd></dt><dd>{ does }</dd></> };
    dialog(
        "Keys",
        &props.on,
        html! {
            <dl class="dialog-keys">
                { for shown.map(|key| row(key.shown, key.does)) }
                { row("1 … 9, 0", "select n1 … n9, nothing") }
            </dl>
        },
    )
}
