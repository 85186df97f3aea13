//! Sharing: a moment as a link, and in the other forms in which people send it.

use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::{Dialog, may};
use crate::browser;
use crate::draw::qr;
use crate::state::action::Action;
use crate::state::sharing::{Form, LONG, markdown};
use netsplit_sim::link::limits::NOTE;

/// What sharing shows.
#[derive(PartialEq, Properties)]
pub struct Props {
    /// The link, from `#` on.
    pub part: AttrValue,
    /// The path of the page that tells chats what is in it, below the site's root.
    pub place: AttrValue,
    /// The moment, in words.
    pub moment: AttrValue,
    /// The branch it is on, where there are several.
    pub branch: Option<AttrValue>,
    /// What is shared, in one line: the text of a link in Markdown.
    pub title: AttrValue,
    /// The run as a script, where it can be one.
    pub script: Option<AttrValue>,
    /// What a file is called.
    pub file: AttrValue,
    /// What it holds.
    pub content: String,
    /// Everything that happened, as one number.
    pub fingerprint: AttrValue,
    /// The run is not the one that was sent here.
    pub differs: bool,
    /// The sender's line, as typed.
    pub note: AttrValue,
    /// Acts after the moment are left out.
    pub leaves_out: bool,
    /// The form that was copied, while the link is still the same.
    pub copied: Option<Form>,
    /// The link is another than the one that was copied.
    pub stale: bool,
    /// Where actions go.
    pub on: Callback<Action>,
}

/// The dialog.
#[component]
pub fn Share(props: &Props) -> Html {
    let Props { part, place, on, .. } = props;
    let address = browser::address_of(place, part);
    let local = browser::is_local();
    let long = address.chars().count() > LONG;
    let select = Callback::from(|event: FocusEvent| {
        if let Some(field) = event.target_dyn_into::<HtmlInputElement>() {
            field.select();
        }
    });
    let note = may(on, |event: InputEvent| {
        Some(Action::ShareNote(event.target_dyn_into::<HtmlInputElement>()?.value()))
    });
    let leave_out = may(on, |event: Event| {
        Some(Action::ShareLater(!event.target_dyn_into::<HtmlInputElement>()?.checked()))
    });
    let copies = |form: Form, text: String| {
        let part = part.to_string();
        may(on, move |_: MouseEvent| {
            browser::copy(&text);
            Some(Action::Copied(form, part.clone()))
        })
    };
    let save = {
        let (file, text, part) = (props.file.clone(), props.content.clone(), part.to_string());
        may(on, move |_: MouseEvent| {
            browser::save_file(&file, text.as_bytes());
            Some(Action::Copied(Form::File, part.clone()))
        })
    };
    let button = |form: Form, name: &'static str, text: String| {
        let done = props.copied == Some(form);
        html! {
            <button class="share-form" onclick={copies(form, text)}>
                { if done { "Copied" } else { name } }
            </button>
        }
    };
    let status = match (props.stale, props.copied) {
        (true, _) => "Changed since copied",
        (false, Some(Form::File)) => "Saved",
        (false, Some(_)) => "Copied",
        _ => "",
    };
    let branch = props.branch.as_ref().map(|name| format!(" It is on branch “{name}”."));
    let script = props.script.as_deref().unwrap_or_default().to_owned();
    let save_name = if props.copied == Some(Form::File) { "Saved" } else { "Save as a file" };
    html! {
        <Dialog title="Share this moment" class="share" {on}>
            <p>{ format!("Whoever opens the link sees {}, as you see it, and can go on from there.", props.moment) }{ branch }</p>
            if props.differs {
                <p class="dialog-trouble">{ "The link you opened led to another run than the one that was shared. This link is of the run you see." }</p>
            }
            <label class="share-note">
                <span>{ "What to look at" }</span>
                <input id="share-note" value={props.note.clone()} maxlength={NOTE.to_string()} oninput={note}
                    placeholder="One line, shown when it is opened" />
            </label>
            <div class="dialog-row">
                <input id="link" class="value" readonly=true autofocus=true onfocus={select} value={address.clone()} aria-label="Link" />
                <button id="copy" class="strong" onclick={copies(Form::Link, address.clone())}>
                    { if props.copied == Some(Form::Link) { "Copied" } else { "Copy" } }
                </button>
            </div>
            <p class="dialog-small">
                <span>{ format!("{} characters", address.chars().count()) }</span>
                <span role="status" id="share-status" class={classes!(props.stale.then_some("stale"))}>{ status }</span>
                <span>{ "fingerprint " }<span class="value" id="shared-fingerprint">{ &props.fingerprint }</span></span>
            </p>
            <label class="dialog-switch"><input type="checkbox" id="leave-out" checked={props.leaves_out} onchange={leave_out} />
                { "Leave out what I did later" }</label>
            if long {
                <p class="share-long">{ "Some chats and mail programs cut links as long as this one. A file holds all of it." }</p>
            }
            if local {
                <p class="share-local">{ "This page is served from your computer, so the address works here only. Others paste the part from # on into any page of Netsplit." }</p>
            }
            <div class="share-forms" role="group" aria-label="Other forms">
                { button(Form::Part, "From # on", part.to_string()) }
                { button(Form::Markdown, "Markdown", markdown(&props.title, &address)) }
                if !script.is_empty() { { button(Form::Script, "Script", script) } }
                <button class={classes!("share-form", long.then_some("strong"))} onclick={save}>{ save_name }</button>
            </div>
            { code(&address) }
        </Dialog>
    }
}

/// The link for phones.
fn code(address: &str) -> Html {
    let Some(dots) = qr::dots(address) else {
        return html! { <p class="dialog-small">{ "Too long for a code that a phone can read." }</p> };
    };
    html! {
        <svg class="share-code" role="img" aria-label="The link as a QR code" shape-rendering="crispEdges"
            viewBox={format!("0 0 {0} {0}", dots.side)}>
            <path d={dots.path} />
        </svg>
    }
}
