//! How a job stands, as the paper's status pages have it (section 4.8): tasks by their states, bytes
//! and rates, workers and which have failed, counters, skipped records.

use netsplit_core::history::OpId;
use netsplit_core::id::NodeId;
use netsplit_sim::words::mapreduce::bytes;
use yew::prelude::*;

use super::way;
use crate::components::does;
use crate::state::action::Action;
use crate::state::job::Totals;
use crate::state::selection::Selection;

/// The tasks of a phase by their states.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Counted {
    /// The phase.
    pub name: &'static str,
    /// Idle, in progress, completed.
    pub states: [usize; 3],
    /// How often one was given out.
    pub attempts: usize,
    /// Bytes that were read, and that were written and count.
    pub bytes: [u64; 2],
    /// Bytes that are read a second.
    pub rate: u64,
}

/// A worker as a row.
#[derive(Clone, Debug, PartialEq)]
pub struct WorkerRow {
    /// Who.
    pub node: NodeId,
    /// How it is, in a few words.
    pub is: AttrValue,
    /// It has failed.
    pub failed: bool,
    /// What it is at.
    pub at: Vec<(AttrValue, OpId)>,
    /// Attempts that count, of maps and of reduces, and those for nothing.
    pub counts: [usize; 3],
    /// Bytes that it has read.
    pub read: u64,
}

/// What it shows.
#[derive(PartialEq, Properties)]
pub struct Props {
    /// How far the job is, in a sentence.
    pub said: AttrValue,
    /// Both phases.
    pub phases: Vec<Counted>,
    /// All bytes.
    pub totals: Totals,
    /// The workers.
    pub workers: Vec<WorkerRow>,
    /// What the user's code has counted.
    pub counters: Vec<AttrValue>,
    /// Records that are left out.
    pub skipped: Vec<AttrValue>,
    /// Where actions go.
    pub on: Callback<Action>,
}

const HEADS: [&str; 8] =
    ["tasks", "idle", "in progress", "completed", "attempts", "read", "written", "read a second"];
const WORKERS: [&str; 7] =
    ["worker", "is", "at work on", "maps done", "reduces done", "for nothing", "read"];

/// The page.
#[component]
pub fn StatusPage(props: &Props) -> Html {
    let Props { said, phases, totals, workers, counters, skipped, on } = props;
    let failed: Vec<String> =
        workers.iter().filter(|it| it.failed).map(|it| it.node.to_string()).collect();
    let failed = if failed.is_empty() { "none".to_owned() } else { failed.join(", ") };
    html! {
        <section class="mr-panel" tabindex="0" role="region" aria-label="Status of the job">
            <p>{ said }</p>
            <div class="mr-beside">
                <table class="mr-table">
                    <thead><tr>{ for HEADS.iter().map(|it| html! { <th scope="col">{ *it }</th> }) }</tr></thead>
                    <tbody>{ for phases.iter().map(phase) }</tbody>
                </table>
                <dl class="mr-facts">
                    <dt>{ "input" }</dt><dd class="value">{ bytes(totals.input) }</dd>
                    <dt>{ "intermediate" }</dt><dd class="value">{ bytes(totals.intermediate) }</dd>
                    <dt>{ "output" }</dt><dd class="value">{ bytes(totals.output) }</dd>
                    <dt>{ "attempts for nothing" }</dt><dd class="value">{ totals.wasted }</dd>
                    <dt>{ "failed workers" }</dt><dd class="value">{ failed }</dd>
                </dl>
                <table class="mr-table">
                    <thead><tr>{ for WORKERS.iter().map(|it| html! { <th scope="col">{ *it }</th> }) }</tr></thead>
                    <tbody>{ for workers.iter().map(|it| worker(it, on)) }</tbody>
                </table>
                { list("Counters", counters, "The user’s code has counted nothing yet.") }
                { list("Skipped records", skipped, "None.") }
            </div>
        </section>
    }
}

fn phase(it: &Counted) -> Html {
    let number = |count: &usize| html! { <td class="value number">{ *count }</td> };
    html! {
        <tr key={it.name}>
            <th scope="row">{ it.name }</th>
            { for it.states.iter().map(number) }
            { number(&it.attempts) }
            { for it.bytes.iter().map(|it| html! { <td class="value number">{ bytes(*it) }</td> }) }
            <td class="value number">{ bytes(it.rate) }</td>
        </tr>
    }
}

fn worker(it: &WorkerRow, on: &Callback<Action>) -> Html {
    let select = does::<MouseEvent>(on, Action::Select(Selection::Node(it.node)));
    html! {
        <tr key={it.node.to_string()} class={classes!(it.failed.then_some("failed"))}>
            <th scope="row"><button class="mr-go" onclick={select}>{ it.node.to_string() }</button></th>
            <td>{ &it.is }</td>
            <td>{ for it.at.iter().map(|(words, id)| way(words.to_string(), Some(*id), on)) }</td>
            { for it.counts.iter().map(|count| html! { <td class="value number">{ *count }</td> }) }
            <td class="value number">{ bytes(it.read) }</td>
        </tr>
    }
}

fn list(name: &'static str, lines: &[AttrValue], empty: &'static str) -> Html {
    html! {
        <div class="mr-list">
            <h3>{ name }</h3>
            if lines.is_empty() { <p class="mr-quiet">{ empty }</p> }
            <ul>{ for lines.iter().map(|it| html! { <li class="value" key={it.to_string()}>{ it }</li> }) }</ul>
        </div>
    }
}
