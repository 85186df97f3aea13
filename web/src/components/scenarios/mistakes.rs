//! The classic mistakes: a sentence each, what it breaks, and the tests of the
//! course that notice it.

use netsplit_core::raft::mutants::Mutant;
use netsplit_sim::course::noticed;
use netsplit_sim::labs::{self, LabWords, Mistake};
use web_sys::HtmlInputElement;
use yew::prelude::*;

use crate::components::does;
use crate::labs::raft;
use crate::state::action::Action;

/// What the list shows.
#[derive(PartialEq, Properties)]
pub struct Props {
    /// The lab's word.
    pub lab: &'static str,
    /// The mistakes that are on.
    pub on_now: Vec<Mistake>,
    /// Where actions go.
    pub on: Callback<Action>,
}

/// The list, with a field that filters it.
#[component]
pub fn Mistakes(props: &Props) -> Html {
    let Props { lab, on_now, on } = props;
    let filter = use_state(String::new);
    let unfolded = use_state(|| None::<&'static str>);
    let oninput = {
        let filter = filter.clone();
        Callback::from(move |event: InputEvent| {
            if let Some(field) = event.target_dyn_into::<HtmlInputElement>() {
                filter.set(field.value());
            }
        })
    };
    let wanted = filter.to_lowercase();
    let all = labs::lab(lab).map_or_else(Vec::new, LabWords::mistakes);
    let fits = |mistake: &&Mistake| {
        let text = format!("{} {}", mistake.id, mistake.does).to_lowercase();
        wanted.split_whitespace().all(|part| text.contains(part))
    };
    let shown: Vec<&Mistake> = all.iter().filter(fits).collect();
    let item = |mistake: &&Mistake| {
        let Mistake { id, does, .. } = **mistake;
        let is_on = on_now.iter().any(|on| on.id == id);
        let is_open = *unfolded == Some(id);
        let onclick = {
            let unfolded = unfolded.clone();
            Callback::from(move |_: MouseEvent| {
                unfolded.set(if is_open { None } else { Some(id) });
            })
        };
        html! {
            <li key={id} class={classes!("mistake", is_on.then_some("on"))}>
                <button class="scenarios-item" aria-expanded={is_open.to_string()} {onclick}>
                    <span class="scenarios-number value">{ id }</span>
                    <span>{ does }</span>
                </button>
                if is_open { { about(lab, mistake, is_on, on) } }
            </li>
        }
    };
    html! {
        <>
            <p class="scenarios-when">{ "What a node does wrong. From the start: opens beside this run" }</p>
            <input class="mistakes-filter" type="search" placeholder="Filter" aria-label="Filter mistakes"
                value={(*filter).clone()} {oninput} />
            <ul>{ for shown.iter().map(item) }</ul>
            if shown.is_empty() { <p class="scenarios-when">{ format!("0 of {}. Clear the filter", all.len()) }</p> }
        </>
    }
}

fn about(lab: &str, mistake: &Mistake, is_on: bool, on: &Callback<Action>) -> Html {
    let Mistake { id, breaks, .. } = *mistake;
    let by = noticing(lab, id);
    let test = |it: &noticed::Noticed| {
        let mutant = it.mutant;
        let action = Action::OpenNoticed { test: it.test.number, mutant, seed: it.seed };
        let title = format!("{}, seed {}: {}", it.test.name, it.seed, it.by.means);
        html! {
            <li><button class="mistake-test" onclick={does(on, action)} {title}>
                { it.test.name.trim_start_matches("Test") }</button></li>
        }
    };
    html! {
        <div class="mistake-about">
            <p>{ format!("Breaks {breaks}.") }</p>
            <button class="strong" onclick={does(on, Action::Mistake(id, !is_on))}>
                { if is_on { "Turn it off" } else { "Turn it on" } }</button>
            if let Some(by) = &by {
                if by.is_empty() {
                    <p>{ "No test of the course notices it within 20 seeds." }</p>
                } else {
                    <p>{ "Noticed within 20 seeds by" }</p>
                    <ul class="mistake-tests">{ for by.iter().map(test) }</ul>
                }
            }
        </div>
    }
}

/// The tests of a lab that notice a mistake, where that is written down: of Raft's own.
fn noticing(lab: &str, mistake: &str) -> Option<Vec<noticed::Noticed>> {
    let of_raft = Mutant::from_id(mistake).filter(|_| lab == raft::LOOK.lab);
    of_raft.map(noticed::by_tests)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_tests_of_the_open_lab_are_offered() {
        assert!(noticing("raft", "EL01").is_some_and(|by| !by.is_empty()));
        assert!(noticing("kv", "EL01").is_none());
        assert!(noticing("kv", "KV01").is_none());
    }
}
