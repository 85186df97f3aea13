//! The one message of the page, at its lower edge.

use yew::prelude::*;

use super::does;
use crate::state::action::Action;
use crate::state::model::Toast;

/// What it says.
#[derive(PartialEq, Properties)]
pub struct Props {
    /// The message.
    pub toast: Toast,
    /// Where actions go.
    pub on: Callback<Action>,
}

/// The message.
#[component]
pub fn ToastBar(props: &Props) -> Html {
    let Props { toast, on } = props;
    html! {
        <div class="toast" role="status">
            <p>{ &toast.text }</p>
            if toast.can_undo { <button onclick={does(on, Action::Undo)}>{ "Undo" }</button> }
            <button aria-label="Close" onclick={does(on, Action::CloseToast)}>{ "×" }</button>
        </div>
    }
}
