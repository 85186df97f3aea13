//! One or two sentences about the moment, what comes next, and a suggestion.

use netsplit_sim::verb::Verb;
use yew::prelude::*;

use super::does;
use crate::state::action::Action;

/// What the caption shows.
#[derive(PartialEq, Properties)]
pub struct Props {
    /// The last sentence of the script.
    pub note: Option<AttrValue>,
    /// The last thing that mattered.
    pub event: Option<AttrValue>,
    /// What comes next.
    pub next: Option<AttrValue>,
    /// What could be done.
    pub suggestion: Option<(String, Verb)>,
    /// What is being opened, and how far it is: done, and all where that is
    /// known, in milliseconds.
    pub opening: Option<(String, u64, Option<u64>)>,
    /// Where actions go.
    pub on: Callback<Action>,
}

/// The caption.
#[component]
pub fn Caption(props: &Props) -> Html {
    let Props { note, event, next, suggestion, opening, on } = props;
    if let Some((title, done, all)) = opening {
        let seconds = |millis: &u64| format!("{}.{}", millis / 1_000, millis % 1_000 / 100);
        let far = match all {
            Some(all) => format!("{} of {} s", seconds(done), seconds(all)),
            None => format!("{} s so far", seconds(done)),
        };
        return html! {
            <div class="caption" role="status">
                <p class="caption-note">
                    { format!("Opening {title}: {far}") }
                    <progress class="caption-progress" value={all.map(|_| done.to_string())}
                        max={all.unwrap_or(1).max(1).to_string()}></progress>
                </p>
                <button id="cancel" onclick={does(on, Action::CancelOpening)}>{ "Cancel" }</button>
            </div>
        };
    }
    // While nothing has happened since, a note says it all.
    let note = note
        .clone()
        .or_else(|| event.clone())
        .unwrap_or_else(|| "Nothing has happened yet. Space plays.".into());
    let event = event.clone().filter(|event| *event != note);
    html! {
        <div class="caption">
            <div class="caption-words">
                <p class="caption-note">{ note }</p>
                <p class="caption-event">
                    if let Some(event) = event { <span>{ event }</span> }
                    if let Some(next) = next { <span class="caption-next">{ format!("Next: {next}") }</span> }
                </p>
            </div>
            if let Some((label, verb)) = suggestion {
                <button class="strong caption-suggestion" onclick={does(on, Action::Act(verb.clone()))}>{ label }</button>
            }
        </div>
    }
}
