//! Texts were dropped where none are read: what they are, and where they can be used.

use web_sys::File;
use yew::prelude::*;

use super::{Dialog, does};
use crate::state::action::Action;

/// The question about these.
pub fn texts(files: &[File], on: &Callback<Action>) -> Html {
    let Some((first, more)) = files.split_first() else { return Html::default() };
    let more = if more.is_empty() { String::new() } else { format!(" and {} more", more.len()) };
    html! {
        <Dialog title="Count words?" {on}>
            <p>{ first.name() }{ more }{ ": no link and no script. MapReduce can count the words in it. Nothing leaves this tab." }</p>
            <div class="dialog-row">
                <button onclick={does(on, Action::Escape)}>{ "Leave it" }</button>
                <button id="texts-count" class="strong" onclick={does(on, Action::CountWords)}>{ "Open MapReduce" }</button>
            </div>
        </Dialog>
    }
}
