//! What a job reads and what it does with that. Here a person is to bring texts and code of their own.

use netsplit_sim::words::mapreduce::bytes;
use yew::prelude::*;

/// A split of the input.
#[derive(Clone, Debug, PartialEq)]
pub struct Split {
    /// Its name.
    pub name: AttrValue,
    /// How long its text is.
    pub length: u64,
    /// On whose disks it lies.
    pub on: AttrValue,
    /// How it begins.
    pub begins: AttrValue,
}

/// What it shows.
#[derive(PartialEq, Properties)]
pub struct Props {
    /// The job's word.
    pub job: AttrValue,
    /// What its functions do.
    pub does: [AttrValue; 2],
    /// How many bytes a byte of the files stands for.
    pub scale: u64,
    /// The first splits.
    pub splits: Vec<Split>,
    /// How many more there are.
    pub more: usize,
}

/// The panel.
#[component]
pub fn InputAndCode(props: &Props) -> Html {
    let Props { job, does: [map, reduce], scale, splits, more } = props;
    let row = |(number, it): (usize, &Split)| {
        html! {
            <tr key={number}>
                <th scope="row">{ format!("split {number}") }</th>
                <td>{ &it.name }</td>
                <td class="value number">{ bytes(it.length) }</td>
                <td class="value">{ &it.on }</td>
                <td class="mr-begins">{ &it.begins }</td>
            </tr>
        }
    };
    html! {
        <section class="mr-panel" tabindex="0" role="region" aria-label="Input and code">
            <dl class="mr-facts mr-code">
                <dt>{ "job" }</dt><dd class="value">{ job }</dd>
                <dt>{ "map" }</dt><dd>{ map }</dd>
                <dt>{ "reduce" }</dt><dd>{ reduce }</dd>
                if *scale > 1 {
                    <dt>{ "sizes" }</dt><dd>{ format!("Each byte of a file counts as {scale}.") }</dd>
                }
            </dl>
            <table class="mr-table">
                <thead><tr>
                    <th scope="col">{ "input" }</th><th scope="col">{ "text" }</th><th scope="col">{ "bytes" }</th>
                    <th scope="col">{ "on" }</th><th scope="col">{ "begins" }</th>
                </tr></thead>
                <tbody>
                    { for splits.iter().enumerate().map(row) }
                    if *more > 0 { <tr><td colspan="5">{ format!("and {more} more") }</td></tr> }
                </tbody>
            </table>
        </section>
    }
}
