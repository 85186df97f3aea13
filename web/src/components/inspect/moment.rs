//! The moment itself: what happened in its step, and what that came from.

use netsplit_sim::choice::Choice;
use netsplit_sim::run::Told;
use netsplit_sim::words;
use yew::prelude::*;

use super::Inspected;
use crate::components::{does, time_text};
use crate::state::action::Action;

pub(super) fn page(given: &Inspected<'_>) -> Html {
    let view = given.view;
    let step = view.last.as_ref().map(|(choice, outcome)| {
        let became = words::outcome(*outcome);
        format!("{}: {became}", sentence(given, choice))
    });
    let causes = given.around.causes.iter().map(|cause| {
        let what = cause.last.as_ref().map(|(choice, _)| sentence(given, choice));
        let told: Vec<&str> = cause.told.iter().filter(|told| told.matters).map(text).collect();
        html! {
            <li><button class="inspect-last" onclick={does(given.on, Action::SeekTo(cause.moment))}>
                <time class="value">{ time_text(cause.moment.at) }</time>
                <span>{ what.unwrap_or_default() }
                    if !told.is_empty() { <span class="inspect-told">{ told.join(" ") }</span> }</span>
            </button></li>
        }
    });
    html! {
        <>
            <p class="inspect-empty">{ "Select a node, message, entry or timer." }</p>
            <h2>{ "This moment" }<span class="value inspect-id">{ format!("step {}", view.steps) }</span></h2>
            <p class="value">{ view.moment.to_string() }</p>
            if let Some(step) = step { <p>{ step }</p> }
            if !given.around.causes.is_empty() {
                <h3>{ "It came from" }</h3>
                <ol class="inspect-causes">{ for causes }</ol>
            }
            <h3>{ "Next" }</h3>
            <p>{ words::coming(given.lab, view).unwrap_or_else(|| "nothing, unless somebody acts".to_owned()) }</p>
        </>
    }
}

fn text(told: &Told) -> &str {
    &told.text
}

/// A step as people say it.
fn sentence(given: &Inspected<'_>, choice: &Choice) -> String {
    match choice {
        Choice::Deliver(id) => format!("{} receives {}'s message {id}", id.to, id.from),
        Choice::Fire(node, code) => {
            let timer = given.lab.timers.iter().find(|(_, other)| other == code);
            format!("{node}'s {} timer runs out", timer.map_or("", |(name, _)| name))
        }
        Choice::Persist(node) => format!("{node}'s disk finishes a save"),
        Choice::Restart(node) => format!("{node} starts"),
        Choice::HandOver(node) => format!("{node} takes the next thing that waited"),
        other => words::plain(&words::choice(given.lab, other), given.view),
    }
}
