//! The classic mistakes: a sentence each, what it breaks, and the tests of the
//! course that notice it.

use netsplit_core::raft::mutants::Mutant;
use netsplit_sim::course::noticed;
use netsplit_sim::words;
use web_sys::HtmlInputElement;
use yew::prelude::*;

use crate::components::does;
use crate::state::action::Action;

/// What the list shows.
#[derive(PartialEq, Properties)]
pub struct Props {
    /// The mistakes that are on.
    pub on_now: Vec<Mutant>,
    /// Where actions go.
    pub on: Callback<Action>,
}

/// The list, with a field that filters it.
#[component]
pub fn Mistakes(props: &Props) -> Html {
    let Props { on_now, on } = props;
    let filter = use_state(String::new);
    let unfolded = use_state(|| None::<Mutant>);
    let oninput = {
        let filter = filter.clone();
        Callback::from(move |event: InputEvent| {
            if let Some(field) = event.target_dyn_into::<HtmlInputElement>() {
                filter.set(field.value());
            }
        })
    };
    let wanted = filter.to_lowercase();
    let fits = |mutant: &&Mutant| {
        let text = format!("{} {}", mutant.id(), words::mistake(**mutant)).to_lowercase();
        wanted.split_whitespace().all(|part| text.contains(part))
    };
    let shown: Vec<&Mutant> = Mutant::ALL.iter().filter(fits).collect();
    let item = |mutant: &&Mutant| {
        let mutant = **mutant;
        let (is_on, is_open) = (on_now.contains(&mutant), *unfolded == Some(mutant));
        let onclick = {
            let unfolded = unfolded.clone();
            Callback::from(move |_: MouseEvent| {
                unfolded.set(if is_open { None } else { Some(mutant) });
            })
        };
        html! {
            <li key={mutant.id()} class={classes!("mistake", is_on.then_some("on"))}>
                <button class="scenarios-item" aria-expanded={is_open.to_string()} {onclick}>
                    <span class="scenarios-number value">{ mutant.id() }</span>
                    <span>{ words::mistake(mutant) }</span>
                </button>
                if is_open { { about(mutant, is_on, on) } }
            </li>
        }
    };
    html! {
        <>
            <p class="scenarios-when">{ "What a node does wrong. From the start: opens beside this run" }</p>
            <input class="mistakes-filter" type="search" placeholder="Filter" aria-label="Filter mistakes"
                value={(*filter).clone()} {oninput} />
            <ul>{ for shown.iter().map(item) }</ul>
            if shown.is_empty() { <p class="scenarios-when">{ format!("0 of {}. Clear the filter", Mutant::ALL.len()) }</p> }
        </>
    }
}

fn about(mutant: Mutant, is_on: bool, on: &Callback<Action>) -> Html {
    let by = noticed::by_tests(mutant);
    let test = |it: &noticed::Noticed| {
        let action = Action::OpenNoticed { test: it.test.number, mutant, seed: it.seed };
        let title = format!("{}, seed {}: {}", it.test.name, it.seed, it.by.means);
        html! {
            <li><button class="mistake-test" onclick={does(on, action)} {title}>
                { it.test.name.trim_start_matches("Test") }</button></li>
        }
    };
    html! {
        <div class="mistake-about">
            <p>{ format!("Breaks {}.", words::breaks(mutant.breaks())) }</p>
            <button class="strong" onclick={does(on, Action::Mistake(mutant, !is_on))}>
                { if is_on { "Turn it off" } else { "Turn it on" } }</button>
            if by.is_empty() {
                <p>{ "No test of the course notices it within 20 seeds." }</p>
            } else {
                <p>{ "Noticed within 20 seeds by" }</p>
                <ul class="mistake-tests">{ for by.iter().map(test) }</ul>
            }
        </div>
    }
}
