//! The list at the left: scenarios by the parts of the course's lab, and its tests.

use netsplit_sim::link::What;
use netsplit_sim::scenarios;
use yew::prelude::*;

use crate::state::action::Action;

/// What the list shows.
#[derive(PartialEq, Properties)]
pub struct Props {
    /// What is open.
    pub open: What,
    /// Where actions go.
    pub on: Callback<Action>,
}

/// The parts of the lab, as the course names them.
const PARTS: &[(&str, &str)] =
    &[("2A", "Election"), ("2B", "Log"), ("2C", "Persistence"), ("2D", "Snapshots")];

/// The list.
#[component]
pub fn Scenarios(props: &Props) -> Html {
    let Props { open, on } = props;
    let part = |(part, title): &(&'static str, &str)| {
        let of_part = scenarios::all().filter(|scenario| scenario.part == *part);
        let item = |scenario: &'static netsplit_sim::scenario::Scenario| {
            let what = What::Listed { number: scenario.number };
            let is_open = *open == what;
            let onclick = on.reform(move |_: MouseEvent| Action::Open(what.clone()));
            html! {
                <li key={scenario.id}>
                    <button class="scenarios-item" {onclick} title={scenario.look_for}
                        aria-current={is_open.then_some("true")}>
                        <span class="scenarios-number value">{ scenario.number }</span>
                        <span class="scenarios-title">{ scenario.title }</span>
                    </button>
                </li>
            }
        };
        html! {
            <section class="scenarios-part" key={*part}>
                <h3><span class="value">{ *part }</span><span class="scenarios-title">{ format!(" {title}") }</span></h3>
                <ul>{ for of_part.map(item) }</ul>
            </section>
        }
    };
    html! {
        <nav class="scenarios" aria-label="Scenarios">
            { for PARTS.iter().map(part) }
        </nav>
    }
}
