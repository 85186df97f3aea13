//! The frame of a dialog: the browser keeps the focus inside while it is open and
//! gives it back afterwards, and nothing behind it can be reached.

use web_sys::HtmlDialogElement;
use yew::prelude::*;

use super::does;
use crate::state::action::Action;

/// What a dialog is given.
#[derive(PartialEq, Properties)]
pub struct Props {
    /// Its title.
    pub title: AttrValue,
    /// A class of its own, where it has one.
    #[prop_or_default]
    pub class: Classes,
    /// Where actions go.
    pub on: Callback<Action>,
    /// What is in it.
    pub children: Html,
}

/// A dialog.
#[component]
pub fn Dialog(props: &Props) -> Html {
    let Props { title, class, on, children } = props;
    let place = use_node_ref();
    {
        let place = place.clone();
        use_effect_with((), move |()| {
            let dialog = place.cast::<HtmlDialogElement>();
            if let Some(dialog) = &dialog {
                // Refused only when it is open already, which is what is wanted.
                let _ = dialog.show_modal();
            }
            // Closed, not only taken away: else the focus would not go back.
            move || {
                if let Some(dialog) = dialog {
                    dialog.close();
                }
            }
        });
    }
    // Whatever closes dialogs besides our own keys: a gesture, a switch.
    let cancel = {
        let on = on.clone();
        Callback::from(move |event: Event| {
            event.prevent_default();
            on.emit(Action::Escape);
        })
    };
    html! {
        <dialog ref={place} class={classes!("dialog", class.clone())} aria-label={title.clone()} oncancel={cancel}>
            <div class="dialog-head">
                <h2>{ title }</h2>
                <button class="dialog-close" aria-label="Close" onclick={does(on, Action::Escape)}>{ "×" }</button>
            </div>
            { children.clone() }
        </dialog>
    }
}
