//! Texts were dropped where none are read: what they are, and where they can be used.

use yew::prelude::*;

use super::{Dialog, does};
use crate::state::action::Action;

/// What was dropped.
#[derive(PartialEq, Properties)]
pub struct Props {
    /// The name of the first file.
    pub name: String,
    /// How many more there are.
    pub more: usize,
    /// Where actions go.
    pub on: Callback<Action>,
}

/// The question.
#[component]
pub fn Texts(props: &Props) -> Html {
    let Props { name, more, on } = props;
    html! {
        <Dialog title="Count words?" {on}>
            <p>{ name }{ (*more > 0).then(|| format!(" and {more} more")) }{ ": no link and no script. The MapReduce lab can count the words in it. Nothing leaves this tab." }</p>
            <div class="dialog-row">
                <button onclick={does(on, Action::Escape)}>{ "Leave it" }</button>
                <button id="texts-count" class="strong" onclick={does(on, Action::CountWords)}>{ "Open MapReduce" }</button>
            </div>
        </Dialog>
    }
}
