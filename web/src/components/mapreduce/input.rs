//! What a job reads and what it does with that.

use netsplit_sim::words::mapreduce::bytes;
use yew::prelude::*;

use super::counted;

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
    /// What it finds out.
    pub about: AttrValue,
    /// Parts of the keys: so many reduce tasks.
    pub parts: u32,
    /// Values are added before they cross the network (section 4.3).
    pub combines: bool,
    /// How many bytes a byte of the files stands for.
    pub scale: u64,
    /// The first splits.
    pub splits: Vec<Split>,
    /// How many more there are.
    pub more: usize,
    /// Where a reader brings other input and other code.
    #[prop_or_default]
    pub children: Html,
}

/// The panel.
#[component]
pub fn InputAndCode(props: &Props) -> Html {
    let Props { job, about, parts, combines, scale, splits, more, children } = props;
    let tasks = splits.len() + more;
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
            { children.clone() }
            <h3>{ "This run" }</h3>
            <dl class="mr-facts mr-code">
                <dt>{ "job" }</dt><dd><span class="value">{ job }</span>{ format!(": {about}") }</dd>
                <dt>{ "tasks" }</dt><dd>{ format!(
                    "{}, one for each split; {}, one for each part of the keys",
                    counted(tasks, "map"), counted(*parts as usize, "reduce")) }</dd>
                if *combines { <dt>{ "combiner" }</dt><dd>{ "values are added before they cross the network (4.3)" }</dd> }
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
