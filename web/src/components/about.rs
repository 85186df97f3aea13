//! What the open scenario asks, where the paper says it, and its switches.

use netsplit_sim::labs;
use netsplit_sim::scenario::{Scenario, Switch};
use netsplit_sim::scenarios;
use yew::prelude::*;

use super::does;
use crate::state::action::Action;

/// What it shows.
#[derive(PartialEq, Properties)]
pub struct Props {
    /// The open scenario of the gallery, or of one of its switches.
    pub number: u32,
    /// Where actions go.
    pub on: Callback<Action>,
}

/// The lines under the open scenario.
#[component]
pub fn About(props: &Props) -> Html {
    let Props { number, on } = props;
    let Some((scenario, switched)) = scenarios::of_gallery(*number) else { return html! {} };
    let shown = switched.map_or(scenario, |switch| switch.shows);
    let switch = |switch: &'static Switch| {
        let is_on = switch.shows.number == *number;
        let open = match is_on {
            true => Action::Switch(scenario.number, scenario.title),
            false => Action::Switch(switch.shows.number, switch.label),
        };
        html! {
            <button class="about-switch" aria-pressed={is_on.to_string()} title={switch.shows.look_for}
                onclick={does(on, open)}>{ switch.label }</button>
        }
    };
    html! {
        <div class="about">
            <p class="about-question">{ scenario.question }</p>
            <p class="about-source">{ source(shown) }</p>
            if !scenario.switches.is_empty() {
                <div class="about-switches" role="group" aria-label="What if">
                    <span class="about-what">{ "What if" }</span>
                    { for scenario.switches.iter().map(switch) }
                </div>
            }
        </div>
    }
}

/// `Election safety · 5.2`.
fn source(scenario: &Scenario) -> String {
    let lab = labs::lab_of_script(scenario.script).filter(|lab| lab.is_here());
    let properties = lab.map_or(&[][..], |lab| lab.code().properties);
    let property = properties.iter().find(|property| property.id == scenario.property);
    match property {
        Some(property) => format!("{} · {}", property.title, scenario.section),
        None => scenario.section.to_owned(),
    }
}
