//! Find a run where …: what can be looked for, and how the search gets on.

use netsplit_sim::find::Mark;
use web_sys::HtmlElement;
use yew::prelude::*;

use super::Dialog;
use super::does;
use crate::state::action::Action;
use crate::state::trying::Ended;

/// A search as it is shown.
#[derive(Clone, Debug, PartialEq)]
pub struct Shown {
    /// What is looked for.
    pub mark: &'static Mark,
    /// Where anything may go wrong; else in what is on the page.
    pub anywhere: bool,
    /// Seeds tried in vain.
    pub tried: u64,
    /// Seeds that are tried at most.
    pub most: u64,
    /// How it ended, if it has.
    pub ended: Option<Ended>,
}

/// What the dialog shows.
#[derive(PartialEq, Properties)]
pub struct Props {
    /// The lab's word.
    pub lab: &'static str,
    /// The search, if there was one.
    pub search: Option<Shown>,
    /// What is on the page.
    pub title: AttrValue,
    /// Where actions go.
    pub on: Callback<Action>,
}

/// The dialog.
#[component]
pub fn Find(props: &Props) -> Html {
    let Props { lab, search, title, on } = props;
    let anywhere = use_state(|| search.as_ref().is_some_and(|search| search.anywhere));
    let list = use_node_ref();
    {
        let list = list.clone();
        use_effect_with((), move |()| {
            let first = list.cast::<web_sys::Element>();
            let first = first.and_then(|list| list.query_selector("button").ok().flatten());
            if let Some(first) =
                first.and_then(|it| wasm_bindgen::JsCast::dyn_into::<HtmlElement>(it).ok())
            {
                let _ = first.focus();
            }
        });
    }
    let place = |label: String, value: bool| {
        let anywhere = anywhere.clone();
        let checked = *anywhere == value;
        let onchange = Callback::from(move |_: Event| anywhere.set(value));
        html! {
            <label class="dialog-switch"><input type="radio" name="find-where" {checked} {onchange} />{ label }</label>
        }
    };
    let item = |mark: &'static Mark| {
        let action = Action::Find { mark: mark.id, anywhere: *anywhere };
        html! {
            <li key={mark.id}><button class="find-item" onclick={does(on, action)}>{ mark.sentence }</button></li>
        }
    };
    let goes_on = search.as_ref().filter(|search| search.ended.is_none());
    let content = html! {
        <div class="find">
            <div class="find-status" role="status">{ for search.iter().map(|search| status(search, on)) }</div>
            if goes_on.is_none() {
                <fieldset class="find-where">
                    <legend>{ "Look" }</legend>
                    { place(format!("in “{title}” with its acts, under other seeds"), false) }
                    { place("where anything may go wrong: crashes, cuts and losses by chance".to_owned(), true) }
                </fieldset>
                <ul ref={list}>{ for Mark::of_lab(lab).map(item) }</ul>
            }
        </div>
    };
    html! { <Dialog title="Find a run where …" {on}>{ content }</Dialog> }
}

/// How the search gets on.
fn status(search: &Shown, on: &Callback<Action>) -> Html {
    let Shown { mark, anywhere, tried, most, ended } = search;
    let what = mark.sentence;
    let text = match ended {
        None => format!("Looking for a run where {what}: {tried} of {most} seeds tried."),
        Some(Ended::Found(found)) => format!("Found in seed {}: {what}.", found.seed),
        Some(Ended::Nowhere) => format!("In none of {tried} runs: {what}."),
        Some(Ended::Stopped) => {
            format!("Stopped after {tried} seeds: none of them shows that {what}.")
        }
        Some(Ended::Trouble(why)) => why.clone(),
    };
    let elsewhere = Action::Find { mark: mark.id, anywhere: true };
    html! {
        <div class="find-now">
            <p>{ text }</p>
            if ended.is_none() {
                <progress class="find-progress" value={tried.to_string()} max={most.to_string()} aria-label="Seeds tried"></progress>
                <button id="find-cancel" onclick={does(on, Action::StopTrying)}>{ "Cancel" }</button>
            } else if matches!(ended, Some(Ended::Nowhere | Ended::Stopped)) && !anywhere {
                <button onclick={does(on, elsewhere)}>{ "Look where anything may go wrong" }</button>
            }
        </div>
    }
}
