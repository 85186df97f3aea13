//! What must hold, and whether it does.

use netsplit_sim::property::{Property, Violation};
use netsplit_sim::words;
use yew::prelude::*;

use super::{does, time_text};
use crate::state::action::Action;

/// What the page shows.
#[derive(PartialEq, Properties)]
pub struct Props {
    /// The properties.
    pub properties: Vec<Property>,
    /// Those broken so far.
    pub broken: Vec<Violation>,
    /// Steps looked at.
    pub steps: u64,
    /// Where actions go.
    pub on: Callback<Action>,
}

/// The page.
#[component]
pub fn Checks(props: &Props) -> Html {
    let Props { properties, broken, steps, on } = props;
    let row = |property: &Property| {
        let violation = broken.iter().find(|violation| violation.property == property.id);
        let verdict = match violation {
            None if *steps == 0 => html! { <p class="checks-verdict">{ "not checked yet" }</p> },
            None => {
                html! { <p class="checks-verdict">{ format!("holds after each of {steps} steps") }</p> }
            }
            Some(violation) => html! {
                <p class="checks-verdict">
                    { format!("{}, at {} s. ", words::violation(violation), time_text(violation.moment.at)) }
                    <button onclick={does(on, Action::SeekTo(violation.moment))}>{ "Go there" }</button>
                </p>
            },
        };
        html! {
            <li class={classes!("checks-row", violation.map(|_| "broken"))} key={property.id}>
                <p class="checks-title">{ property.title }<span class="checks-source">{ property.source }</span></p>
                { verdict }
            </li>
        }
    };
    html! { <ul class="checks">{ for properties.iter().map(row) }</ul> }
}
