//! How queries are answered: four ways, what each costs and rests on, and a switch between them.

use netsplit_core::replicated::options::Reading;
use netsplit_sim::verb::{Selector, Verb};
use yew::prelude::*;

use crate::components::does;
use crate::state::action::Action;

/// What the switch shows.
#[derive(PartialEq, Properties)]
pub struct Props {
    /// How all servers that run read now; `None` where they differ.
    pub now: Option<Reading>,
    /// A run is being opened, and it cannot be turned.
    pub loading: bool,
    /// Where actions go.
    pub on: Callback<Action>,
}

/// The switch.
#[component]
pub fn Reads(props: &Props) -> Html {
    let Props { now, loading, on } = props;
    let way = |reading: &Reading| {
        let (reading, id) = (*reading, format!("reads-{}", reading.word()));
        let (costs, rests_on) = about(reading);
        let verb = Verb::Ask(Selector::Servers, format!("read by {}", reading.word()).into());
        html! {
            <li key={reading.word()} class="reads-way">
                <input type="radio" name="reads" id={id.clone()} checked={*now == Some(reading)}
                    aria-describedby={format!("{id}-about")} onchange={does(on, Action::Act(verb))} />
                <label for={id.clone()} class="value">{ reading.word() }</label>
                <p id={format!("{id}-about")}>{ format!("Costs {costs}. {rests_on}.") }</p>
            </li>
        }
    };
    html! {
        <fieldset class="dials-all" disabled={*loading}>
            if now.is_none() { <p class="scenarios-when">{ "The servers differ." }</p> }
            <ul role="radiogroup" aria-label="How queries are answered">{ for Reading::ALL.iter().map(way) }</ul>
        </fieldset>
    }
}

/// What a way to read costs, and what it guarantees or rests on.
fn about(reading: Reading) -> (&'static str, &'static str) {
    match reading {
        Reading::Log => (
            "an entry, with its saves and messages",
            "As safe as a command: it rests on Raft alone",
        ),
        Reading::ReadIndex => (
            "one round of heartbeats, for all queries that came meanwhile",
            "Safe: a majority followed this leader after the question",
        ),
        Reading::Lease => (
            "nothing",
            "Safe while clocks differ by less than was said; a slower one lets it answer what is old",
        ),
        Reading::Follower => (
            "two messages more, and the leader’s round",
            "Safe: the leader names the index up to which the follower applies first",
        ),
    }
}
