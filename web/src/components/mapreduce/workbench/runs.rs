//! Which job, and to have it run: simulated, or for real.

use web_sys::HtmlSelectElement;
use yew::prelude::*;

use super::Props;
use crate::jobs::bench::{self, Bench, Chosen};
use crate::jobs::{input, workshop};

/// The word of the reader's own job in the list.
const OWN: &str = "own";
/// How many workers a run for real may have.
const WORKERS: [u32; 3] = [1, 2, 4];

/// The job and the runs.
pub(super) fn runs(props: &Props, bench: &Bench) -> Html {
    let simulate = {
        let props = props.clone();
        Callback::from(move |_: MouseEvent| simulate(&props))
    };
    let real = {
        let props = props.clone();
        Callback::from(move |_: MouseEvent| props.run_for_real())
    };
    let workers = Callback::from(|event: Event| {
        let list = event.target_dyn_into::<HtmlSelectElement>();
        if let Some(workers) = list.and_then(|list| list.value().parse().ok()) {
            bench::change(|bench| bench.workers = workers);
        }
    });
    let (made, all) = workshop::standing().made;
    let is_chain = props.is_chain(bench);
    html! {
        <>
            <h3>{ "Run it" }</h3>
            { job(props, bench) }
            <p class="mr-row">
                <button id={props.id("simulate")} class="strong" disabled={bench.fetches} onclick={simulate}>{ "Simulated" }</button>
                <button id={props.id("real")} disabled={bench.fetches || is_chain} onclick={real}>{ "For real" }</button>
                <label for={props.id("workers")}>{ "with" }</label>
                <select id={props.id("workers")} onchange={workers}>
                    { for WORKERS.iter().map(|count| html! {
                        <option value={count.to_string()} selected={*count == bench.workers}>
                            { if *count == 1 { "1 worker".to_owned() } else { format!("{count} workers") } }
                        </option>
                    }) }
                </select>
            </p>
            if all > 0 {
                <p class="mr-row">
                    <progress max={all.to_string()} value={made.to_string()} aria-label="Results computed"></progress>
                    { format!(" {made} of {all} results of the code ") }
                    <button onclick={Callback::from(|_: MouseEvent| workshop::cancel())}>{ "Cancel" }</button>
                </p>
            }
            <p class="mr-quiet">
                { "Simulated: in the cluster on the stage, with its costs and faults. " }
                { if is_chain { "A chain of jobs is only simulated." } else { "For real: in this browser, by the same coordinator and workers." } }
            </p>
        </>
    }
}

/// Over files that are read first, where they were not yet.
fn simulate(props: &Props) {
    let (sources, job) = bench::look(|it| (it.sources.clone(), props.job(it)));
    let given = bench::look(|it| it.given_to(&job).map(str::to_owned));
    if sources.is_empty() || given.is_some() {
        return props.simulate(given.as_deref());
    }
    let split = input::split_of(&job, &sources);
    let (props, of) = (props.clone(), bench::look(|it| it.taken));
    input::bring(sources, split, move |brought| {
        // Other files have been taken meanwhile: these are not wanted any more.
        if bench::look(|it| it.taken) != of {
            return;
        }
        match brought {
            Ok(input) => {
                bench::change(|bench| {
                    bench.given.insert(split, input.word());
                    bench.trouble = None;
                });
                props.simulate(Some(&input.word()));
            }
            Err(why) => bench::change(|bench| bench.trouble = Some(why)),
        }
    });
}

fn job(props: &Props, bench: &Bench) -> Html {
    let chosen = props.chosen(bench);
    let choose = Callback::from(|event: Event| {
        let Some(list) = event.target_dyn_into::<HtmlSelectElement>() else { return };
        let chosen = match &*list.value() {
            OWN => Chosen::Own,
            word => Chosen::BuiltIn(word.to_owned()),
        };
        bench::change(|bench| (bench.chosen, bench.trouble) = (Some(chosen), None));
    });
    let option = |(word, about): (&'static str, &'static str)| {
        let selected = chosen == Chosen::BuiltIn(word.to_owned());
        html! { <option value={word} {selected}>{ format!("{word}: {about}") }</option> }
    };
    html! {
        <p class="mr-row">
            <label for={props.id("job")}>{ "Job" }</label>
            <select id={props.id("job")} onchange={choose}>
                { for bench::jobs(&props.job).map(option) }
                <option value={OWN} selected={chosen == Chosen::Own}>{ "your own" }</option>
            </select>
        </p>
    }
}
