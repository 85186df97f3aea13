//! The list at the left: scenarios by the parts of the course's lab, and its tests.

use netsplit_sim::link::What;
use netsplit_sim::{course, scenarios};
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
            <details open={matches!(open, What::Course { .. })}>
                <summary>{ "Course tests" }</summary>
                { for PARTS.iter().map(|(part, _)| tests(part, open, on)) }
            </details>
        </nav>
    }
}

/// The tests of a part, under their own names.
fn tests(part: &'static str, open: &What, on: &Callback<Action>) -> Html {
    let item = |test: &'static course::CourseTest| {
        let what = What::Course { lab: course::RAFT_LAB, test: test.number };
        let is_open = *open == what;
        let onclick = on.reform(move |_: MouseEvent| Action::Open(what.clone()));
        // Under the part's heading, its letter and the word that all begin with are noise.
        let short = test.name.trim_start_matches("Test").trim_end_matches(part);
        html! {
            <li key={test.name}>
                <button class="scenarios-item" {onclick} title={format!("{}. {}", test.name, test.about)}
                    aria-current={is_open.then_some("true")}>
                    <span class="scenarios-test">{ short }</span>
                </button>
            </li>
        }
    };
    let shown =
        course::all().find(|test| test.part == part).map(|test| test.part_shown().to_string());
    html! {
        <section class="scenarios-tests" key={part}>
            <h3>{ shown }</h3>
            <ul>{ for course::all().filter(|test| test.part == part).map(item) }</ul>
        </section>
    }
}
