//! The button that copies a list or a table as text.

use yew::prelude::*;

use crate::browser;

/// What is copied.
#[derive(PartialEq, Properties)]
pub struct Props {
    /// Makes the text when it is asked for.
    pub text: Callback<(), String>,
}

/// The button.
#[component]
pub fn Copy(props: &Props) -> Html {
    let text = props.text.clone();
    let onclick = Callback::from(move |_: MouseEvent| browser::copy(&text.emit(())));
    html! { <button class="copy" {onclick}>{ "Copy as text" }</button> }
}
