//! Opening: where a link or a script is pasted, or a file is chosen.

use web_sys::{HtmlInputElement, HtmlTextAreaElement};
use yew::prelude::*;

use super::{Dialog, may};
use crate::browser;
use crate::state::action::Action;

/// What opening shows.
#[derive(PartialEq, Properties)]
pub struct Props {
    /// Why the text could not be opened.
    pub trouble: Option<AttrValue>,
    /// Where actions go.
    pub on: Callback<Action>,
}

/// The dialog.
#[component]
pub fn Open(props: &Props) -> Html {
    let Props { trouble, on } = props;
    let field = use_node_ref();
    let open = {
        let field = field.clone();
        may(on, move |_: MouseEvent| {
            Some(Action::OpenText(field.cast::<HtmlTextAreaElement>()?.value()))
        })
    };
    let choose = {
        let on = on.clone();
        Callback::from(move |event: Event| {
            let input: Option<HtmlInputElement> = event.target_dyn_into();
            let file = input.and_then(|input| input.files()).and_then(|files| files.get(0));
            if let Some(file) = file {
                let on = on.clone();
                browser::read_file(&file, move |taken| on.emit(Action::of_taken(taken)));
            }
        })
    };
    html! {
        <Dialog title="Open" {on}>
            <p>{ "A link of any page of Netsplit, the part of it from # on, or a script. Paste it here or anywhere, or drop a file on the page. Nothing leaves this tab, and the run you have stays: Back returns to it." }</p>
            <textarea id="open-text" class="value" ref={field} rows="8" spellcheck="false" autofocus=true aria-label="Link or script" />
            if let Some(trouble) = trouble { <p class="dialog-trouble" role="alert" id="open-trouble">{ trouble }</p> }
            <div class="dialog-row">
                <label class="open-file">{ "Or a file: " }<input id="open-file" type="file" onchange={choose} /></label>
                <button id="open-go" class="strong" onclick={open}>{ "Open" }</button>
            </div>
        </Dialog>
    }
}
