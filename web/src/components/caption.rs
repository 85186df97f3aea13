//! One or two sentences about the moment, what comes next, and a suggestion.

use netsplit_core::time::Span;
use yew::prelude::*;

use super::does;
use crate::state::action::Action;
use crate::state::model::Suggestion;
use crate::state::saying::Sentence;

/// What the caption shows.
#[derive(PartialEq, Properties)]
pub struct Props {
    /// What is said.
    pub said: Sentence,
    /// What comes next, or what the suggestion leads to.
    pub next: AttrValue,
    /// The act since which the shown branch is one of its own.
    pub since: Option<AttrValue>,
    /// Acting here makes a branch, and nobody has seen that yet.
    pub would_branch: bool,
    /// What went wrong, where, and what to do about it; what was there before it is
    /// still shown.
    pub trouble: Option<AttrValue>,
    /// A property is broken, and the sentence says so.
    pub broken: bool,
    /// What could be done.
    pub suggestion: Option<Suggestion>,
    /// What is being opened, and how far it is: done, and all where that is
    /// known, in milliseconds.
    pub opening: Option<(String, u64, Option<u64>)>,
    /// Where actions go.
    pub on: Callback<Action>,
}

/// The caption.
#[component]
pub fn Caption(props: &Props) -> Html {
    let Props { said, next, since, would_branch, trouble, broken, suggestion, opening, on } = props;
    if let Some((title, done, all)) = opening {
        return html! { <div class="caption" role="status">{ on_its_way(title, *done, *all, on) }</div> };
    }
    if let Some(trouble) = trouble {
        return html! {
            <div class="caption">
                <p class="caption-trouble" role="alert">{ trouble }</p>
                <button aria-label="Close" onclick={does(on, Action::CloseToast)}>{ "×" }</button>
            </div>
        };
    }
    let kind = if said.is_note { "said-note" } else { "said-moment" };
    html! {
        <div class="caption">
            <div class="caption-words">
                <p class={classes!("caption-note", kind, (*broken && !said.is_note).then_some("broken"))}>
                    { &said.text }
                </p>
                <p class="caption-event">
                    if *would_branch {
                        <span class="caption-hint">{ "Acting here makes a branch." }</span>
                    }
                    if let Some(since) = since { <span class="caption-since">{ format!("since: {since}") }</span> }
                    <span class="caption-next">{ next }</span>
                </p>
            </div>
            if let Some(suggestion) = suggestion { { button(suggestion, on) } }
        </div>
    }
}

/// A suggestion as a button; whoever rests on it sees what it would lead to.
fn button(suggestion: &Suggestion, on: &Callback<Action>) -> Html {
    let Suggestion { label, action, verb } = suggestion;
    let consider = Action::Consider(verb.clone());
    html! {
        <button class="strong caption-suggestion" onclick={does(on, action.clone())}
            onpointerenter={does(on, consider.clone())} onfocus={does(on, consider)}
            onpointerleave={does(on, Action::Consider(None))} onblur={does(on, Action::Consider(None))}>
            { label }
        </button>
    }
}

/// What is being opened, how far it is, and a way to leave it.
fn on_its_way(title: &str, done: u64, all: Option<u64>, on: &Callback<Action>) -> Html {
    let seconds = |millis: u64| Span::from_millis(millis).seconds(1);
    let far = match all {
        Some(all) => format!("{} of {} s", seconds(done), seconds(all)),
        None => format!("{} s so far", seconds(done)),
    };
    html! {
        <>
            <p class="caption-note">
                { format!("Opening {title}: {far}") }
                <progress class="caption-progress" value={all.map(|_| done.to_string())}
                    max={all.unwrap_or(1).max(1).to_string()}></progress>
            </p>
            <button id="cancel" onclick={does(on, Action::CancelOpening)}>{ "Cancel" }</button>
        </>
    }
}
