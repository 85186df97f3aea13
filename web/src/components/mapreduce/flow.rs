//! Data on its way through a job: splits, map tasks, buckets as a table or as strips, reduce tasks,
//! outputs.

use netsplit_core::mapreduce::task::{Phase, Task};
use netsplit_sim::words::mapreduce::bytes;
use yew::prelude::*;

use super::{sign, way};
use crate::state::action::Action;
use crate::state::job::{Cell, Flow, TaskNow};

/// Up to so many reduce tasks, each bucket is a cell with its bytes.
const COLUMNS: usize = 10;
/// Rows of a table at most.
const ROWS: usize = 120;
/// Of a strip of buckets: the room of one, and its height.
const STRIP: (usize, f64) = (4, 14.0);

/// What a map task reads.
#[derive(Clone, Debug, PartialEq)]
pub struct Source {
    /// Its name.
    pub name: AttrValue,
    /// As how many bytes it counts.
    pub weight: Option<u64>,
}

/// What it shows.
#[derive(PartialEq, Properties)]
pub struct Props {
    /// The flow.
    pub flow: Flow,
    /// By map task: what it reads.
    pub sources: Vec<Source>,
    /// How many jobs the chain has.
    pub rounds: u32,
    /// The task of the attempt that is selected.
    pub selected: Option<Task>,
    /// Where actions go.
    pub on: Callback<Action>,
}

/// The panel.
#[component]
pub fn FlowMap(props: &Props) -> Html {
    let Props { flow, rounds, .. } = props;
    let narrow = flow.reduces.len() <= COLUMNS;
    let of_chain = match rounds {
        1 => String::new(),
        rounds => format!(", job {} of {rounds}", flow.round + 1),
    };
    html! {
        <section class="mr-panel" tabindex="0" role="region" aria-label="Data flow">
            <p class="mr-quiet">
                { format!("From splits through map tasks, buckets and reduce tasks to outputs{of_chain}.") }
                <span class="mr-keys" aria-hidden="true">
                    { sign(crate::state::job::State::Idle) }{ "idle" }
                    { sign(crate::state::job::State::InProgress) }{ "in progress" }
                    { sign(crate::state::job::State::Completed) }{ "completed" }
                    { " · a bucket on a disk" }
                    <span class="mr-read-key">{ "read, with its bytes" }</span>
                </span>
            </p>
            <div class="mr-beside">
                { maps(props, narrow) }
                if !narrow { { reduces(props) } }
            </div>
        </section>
    }
}

fn is_selected(props: &Props, phase: Phase, number: usize) -> Option<&'static str> {
    let task = Task { round: props.flow.round, phase, number: number as u32 };
    (props.selected == Some(task)).then_some("selected")
}

fn at(task: &TaskNow) -> String {
    task.worker.map_or_else(String::new, |worker| worker.to_string())
}

fn written(task: &TaskNow) -> String {
    task.wrote.map_or_else(String::new, bytes)
}

fn maps(props: &Props, narrow: bool) -> Html {
    let Props { flow, sources, on, .. } = props;
    let largest = flow.largest().max(1);
    let row = |(number, map): (usize, &TaskNow)| {
        let source = sources.get(number);
        let name = source.map_or_else(AttrValue::default, |it| it.name.clone());
        let weight = source.and_then(|it| it.weight).map_or_else(String::new, bytes);
        let cells = flow.cells.get(number).map_or(&[][..], Vec::as_slice);
        html! {
            <tr key={number} class={classes!(is_selected(props, Phase::Map, number))}>
                <td>{ name }</td>
                <td class="value number">{ weight }</td>
                <th scope="row">{ sign(map.state) }{ way(format!("map {number}"), map.op, on) }</th>
                <td class="value">{ at(map) }</td>
                <td class="value number">{ written(map) }</td>
                if narrow {
                    { for cells.iter().enumerate().map(|(part, it)| cell(it, is_selected(props, Phase::Reduce, part))) }
                } else {
                    <td>{ strip(number, cells, largest) }</td>
                }
            </tr>
        }
    };
    let left = flow.maps.len().saturating_sub(ROWS);
    let count = flow.reduces.len();
    let heads = ["split", "bytes", "map task", "at", "writes"];
    html! {
        <table class="mr-table mr-matrix">
            <thead>
                <tr>
                    { for heads.iter().map(|it| html! { <th scope="col" rowspan={narrow.then_some("2")}>{ *it }</th> }) }
                    <th scope="colgroup" colspan={if narrow { count.to_string() } else { "1".to_owned() }}>{ "buckets, by reduce task" }</th>
                </tr>
                if narrow {
                    <tr>{ for flow.reduces.iter().enumerate().map(|(number, _)| html! {
                        <th scope="col" class="value number">{ number }</th>
                    }) }</tr>
                }
            </thead>
            <tbody>
                { for flow.maps.iter().enumerate().take(ROWS).map(row) }
                if left > 0 { <tr><td colspan="6">{ format!("and {left} more") }</td></tr> }
            </tbody>
            if narrow { { feet(props) } }
        </table>
    }
}

/// Below the columns of buckets: the reduce tasks that read them, and their outputs.
fn feet(props: &Props) -> Html {
    let Props { flow, on, .. } = props;
    let all = flow.maps.len();
    let line = |name: &'static str, of: &dyn Fn(usize, &TaskNow) -> Html| {
        let cells = flow.reduces.iter().enumerate().map(|(number, it)| {
            html! { <td class={classes!("number", "value", is_selected(props, Phase::Reduce, number))}>{ of(number, it) }</td> }
        });
        html! { <tr><th scope="row" colspan="5">{ name }</th>{ for cells }</tr> }
    };
    html! {
        <tfoot>
            { line("buckets read", &|_, it| html! { { format!("{} of {all}, {}", it.taken, bytes(it.read)) } }) }
            { line("reduce task, and at whom", &|number, it| html! { <>{ sign(it.state) }{ way(format!("reduce {number}"), it.op, on) }{ at(it) }</> }) }
            { line("output", &|_, it| html! { { written(it) } }) }
        </tfoot>
    }
}

fn cell(cell: &Cell, selected: Option<&'static str>) -> Html {
    match cell {
        Cell::Missing => html! { <td class={classes!(selected)}></td> },
        Cell::There => {
            html! { <td class={classes!("number", "mr-there", selected)} aria-label="on a disk">{ "·" }</td> }
        }
        Cell::Read(weight) => {
            html! { <td class={classes!("value", "number", "mr-read", selected)}>{ bytes(*weight) }</td> }
        }
    }
}

/// The buckets of a map task side by side: what is there as a dot, what was read as high as it is
/// large.
fn strip(number: usize, cells: &[Cell], largest: u64) -> Html {
    let (room, height) = STRIP;
    let (mut there, mut read, mut count) = (String::new(), String::new(), 0);
    for (part, cell) in cells.iter().enumerate() {
        let x = part * room;
        match cell {
            Cell::Missing => {}
            Cell::There => there.push_str(&format!("M{x} 14v-2h3v2z")),
            Cell::Read(weight) => {
                let high = 3 + (*weight as f64 / largest as f64 * (height - 3.0)) as u64;
                read.push_str(&format!("M{x} 14v-{high}h3v{high}z"));
                count += 1;
            }
        }
    }
    let said = format!("{count} of {} buckets of map {number} read", cells.len());
    html! {
        <svg class="mr-strip" width={(cells.len() * room).to_string()} height="14" role="img" aria-label={said}>
            <path class="there" d={there} /><path class="read" d={read} />
        </svg>
    }
}

/// Many reduce tasks, in a table of their own.
fn reduces(props: &Props) -> Html {
    let Props { flow, on, .. } = props;
    let (all, left) = (flow.maps.len(), flow.reduces.len().saturating_sub(ROWS));
    let row = |(number, it): (usize, &TaskNow)| {
        html! {
            <tr key={number} class={classes!(is_selected(props, Phase::Reduce, number))}>
                <td class="value number">{ format!("{} of {all}", it.taken) }</td>
                <td class="value number">{ bytes(it.read) }</td>
                <th scope="row">{ sign(it.state) }{ way(format!("reduce {number}"), it.op, on) }</th>
                <td class="value">{ at(it) }</td>
                <td class="value number">{ written(it) }</td>
            </tr>
        }
    };
    let heads = ["buckets read", "bytes", "reduce task", "at", "output"];
    html! {
        <table class="mr-table">
            <thead><tr>{ for heads.iter().map(|it| html! { <th scope="col">{ *it }</th> }) }</tr></thead>
            <tbody>
                { for flow.reduces.iter().enumerate().take(ROWS).map(row) }
                if left > 0 { <tr><td colspan="5">{ format!("and {left} more") }</td></tr> }
            </tbody>
        </table>
    }
}
