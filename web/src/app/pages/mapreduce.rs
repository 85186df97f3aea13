//! From the model to the views of a MapReduce.

use std::rc::Rc;

use netsplit_core::history::OpId;
use netsplit_core::id::NodeId;
use netsplit_core::mapreduce::functions::built_in;
use netsplit_core::mapreduce::task::{Phase, Task};
use netsplit_core::time::Time;
use netsplit_core::view::Value;
use netsplit_sim::labs::mapreduce::costs::CODE_OF_SORT;
use netsplit_sim::labs::mapreduce_options::{Options, options_from_pairs};
use netsplit_sim::run::NodeShown;
use netsplit_sim::words::mapreduce::bytes;
use yew::prelude::*;

use crate::components::beside::{Band, Clients, Listed, Views};
use crate::components::mapreduce::{
    Counted, Disk, Disks, FlowMap, InputAndCode, OF_TASKS, OutputTable, RateCharts, Sort, Source,
    Split, StatusPage, Told, Workbench, WorkerRow, legend, line, story as told,
};
use crate::components::time_text;
use crate::draw::clients::{Axis, Layout};
use crate::draw::point::Size;
use crate::jobs::bench;
use crate::paint::CLIENTS;
use crate::state::action::Action;
use crate::state::job::{Flow, Flowing, Rates, State, Try, WorkerNow};
use crate::state::marked::Marked;
use crate::state::marks::MarkKind;
use crate::state::model::Model;
use crate::state::selection::{NodeSet, Selection};
use crate::state::views::View;

/// What is seen of the lanes, until they were painted.
const USUAL: (Axis, Size) =
    (Axis { offset: 224.0, pixels: 1_404.0 }, Size { width: 880.0, height: 190.0 });
/// Attempts that the table behind the lanes has at most.
const LISTED: usize = 30;
/// Slots of the charts at most.
const SLOTS: u64 = 100;
/// Splits that are listed at most.
const SPLITS: usize = 60;
/// Letters of a split that are shown.
const BEGINS: usize = 70;

/// What stands beside the stage: tabs, and the view that was chosen.
pub fn beside(model: &Model, place: &'static str, _: Html, on: &Callback<Action>) -> Html {
    let page = match model.shown_view() {
        View::Flow => flow(model, on),
        View::Rates => rates(model),
        View::Status => status(model, on),
        View::Files => files(model, on),
        View::Output => output(model, place),
        View::Input => input(model, place, on),
        _ => lanes(model, place, on),
    };
    let (all, shown) = (model.views(), model.shown_view());
    html! {
        <>
            <Views {all} {shown} {place} on={on.clone()}>{ page }</Views>
            <p class="mr-drop">{ "Let go: these texts become the input. Nothing leaves this browser." }</p>
        </>
    }
}

/// What the run was told at its start.
fn options(model: &Model) -> Options {
    options_from_pairs(&model.play.script.setup.options).unwrap_or_else(|_| Options::paper())
}

/// How many map and reduce tasks a job of the chain has.
fn tasks(options: &Options, round: u32) -> (u32, u32) {
    let maps = match round {
        0 => options.input.splits(options.splits, options.bytes).len() as u32,
        _ => options.machines.parts,
    };
    (maps, options.machines.parts)
}

fn selected(model: &Model) -> Option<OpId> {
    match model.selection {
        Selection::Operation(id) => Some(id),
        _ => None,
    }
}

fn lanes(model: &Model, place: &'static str, on: &Callback<Action>) -> Html {
    let (now, lens) = (model.times().0, &model.lens);
    let job = model.job();
    let of = lens.pointed.or(lens.cursor).or(selected(model)).and_then(|id| job.get(id));
    let told = of.map(|it| AttrValue::from(line(it, now)));
    let (axis, size) = lens.painted.get().unwrap_or(USUAL);
    let layout = Layout::new(size, axis, job.lanes().row_count(), lens.scrolled);
    let table = (!model.playback.playing).then(|| {
        let (from, to) = layout.window(&model.window(axis.pixels));
        let given = job.tries_by(to.min(now)).iter().rev().filter(|it| it.to >= from);
        let mut rows: Vec<Listed> = given.take(LISTED).map(|it| row(it, now)).collect();
        rows.reverse();
        (Rc::new(rows), job.tries_by(now).len())
    });
    let canvas = if place == "middle" { CLIENTS[0] } else { CLIENTS[1] };
    html! {
        <Clients said={&OF_TASKS} legend={legend()} {canvas} height={layout.height() as u32} {told}
            broken={None::<(&'static str, AttrValue)>} lit=false points={None::<bool>} no_order=false
            empty={job.tries_by(now).is_empty()} {table} on={on.clone()} />
    }
}

fn row(it: &Try, now: Time) -> Listed {
    let ended = if it.to <= now { format!("{} s", time_text(it.to)) } else { String::new() };
    let is = line(it, now).split_once(": ").map_or_else(String::new, |(_, is)| is.to_owned());
    Listed {
        number: it.id.number(),
        words: [
            it.attempt.task.to_string(),
            it.attempt.number.to_string(),
            it.worker.to_string(),
            format!("{} s", time_text(it.from)),
            is,
            ended,
            bytes(it.read(now)),
            it.wrote(now).map_or_else(String::new, bytes),
        ],
    }
}

/// How data flows in the job of the chain that is at work.
fn flow_now(model: &Model) -> (Options, Flow) {
    let (options, now) = (options(model), model.times().0);
    let job = model.job();
    let round = job.round(now);
    let flow = Flow::new(&job, now, round, tasks(&options, round));
    (options, flow)
}

fn flow(model: &Model, on: &Callback<Action>) -> Html {
    let (options, flow) = flow_now(model);
    let scale = options.machines.scale;
    let splits = options.input.splits(options.splits, options.bytes);
    let source = |number: usize| match flow.round {
        0 => Source {
            name: splits
                .get(number)
                .map_or_else(AttrValue::default, |(name, _)| name.clone().into()),
            weight: splits.get(number).map(|(_, text)| text.len() as u64 * scale),
        },
        // A job behind the first reads what the one before has written.
        _ => Source { name: format!("mr-out-{number}").into(), weight: None },
    };
    let sources: Vec<Source> = (0..flow.maps.len()).map(source).collect();
    let task: Option<Task> =
        selected(model).and_then(|id| model.job().get(id).map(|it| it.attempt.task));
    html! { <FlowMap {flow} {sources} rounds={options.machines.rounds} selected={task} on={on.clone()} /> }
}

fn rates(model: &Model) -> Html {
    let (now, edge) = model.times();
    let job = model.job();
    let rates = Rates::new(&job, now, edge, SLOTS);
    let maps = job.phases().iter().filter(|(at, _, phase)| *phase == Phase::Map && *at <= now);
    let maps_done: Vec<Time> = maps.map(|(at, ..)| *at).collect();
    let options = options(model);
    let sort = (options.machines.costs == CODE_OF_SORT).then(|| {
        let over = job.over_at(now);
        let of_reduces =
            job.tries_by(now).iter().filter(|it| it.attempt.task.phase == Phase::Reduce);
        let last = of_reduces.filter_map(|it| it.took_by(now).last().map(|took| took.at)).max();
        let workers = u64::from(model.view().cast().servers) - 1;
        Sort { workers, shuffled: last.filter(|_| over.is_some()), over }
    });
    drop(job);
    let faults = model.marks().into_iter().filter(|mark| mark.kind == MarkKind::Fault);
    let bands = faults.map(|mark| {
        let words = AttrValue::from(mark.words.to_string());
        Band { from: mark.from, to: mark.to, words }
    });
    html! { <RateCharts {rates} {now} bands={bands.collect::<Vec<_>>()} {maps_done} {sort} /> }
}

fn status(model: &Model, on: &Callback<Action>) -> Html {
    let (options, flow) = flow_now(model);
    let (now, edge) = model.times();
    let job = model.job();
    let rates = Rates::new(&job, now, edge, SLOTS);
    let totals = job.totals(now);
    let counted = |name, tasks: &[crate::state::job::TaskNow], bytes, of| {
        let count = |state| tasks.iter().filter(|it| it.state == state).count();
        Counted {
            name,
            states: [State::Idle, State::InProgress, State::Completed].map(count),
            attempts: tasks.iter().map(|it| it.attempts).sum(),
            bytes,
            rate: rates.last(now, of),
        }
    };
    let phases = vec![
        counted("map", &flow.maps, [totals.input, totals.intermediate], Flowing::Input),
        counted("reduce", &flow.reduces, [totals.shuffled, totals.output], Flowing::Shuffle),
    ];
    let workers: Vec<WorkerRow> =
        job.workers(now).into_iter().map(|it| worker(model, &job, it)).collect();
    let coordinator = model.view().nodes.first();
    let list = |name| coordinator.map_or_else(Vec::new, |node| texts(node, name));
    let (counters, skipped) = (list("counters"), list("skipped records"));
    let up = coordinator.is_some_and(|it| it.up);
    let said = match (up, job.is_over(now)) {
        (false, _) => "The coordinator is down. This is what it knew.",
        (true, true) => "The job is over.",
        (true, false) if now.micros() < options.machines.start.micros() => {
            "The program is being started on all machines: no task is given out yet."
        }
        (true, false) if job.tries_by(now).is_empty() => "No task is given out yet.",
        (true, false) if flow.maps.iter().all(|it| it.state == State::Completed) => {
            "All maps are done; reduces are at work."
        }
        (true, false) => "The job is at work.",
    };
    html! { <StatusPage {said} {phases} {totals} {workers} {counters} {skipped} on={on.clone()} /> }
}

fn worker(model: &Model, job: &crate::state::job::Job, it: WorkerNow) -> WorkerRow {
    let node = model.view().nodes.iter().find(|node| node.id == it.node);
    let role = node.map_or("", |node| node.view.role);
    let up = node.is_some_and(|node| node.up);
    let is = match (up, it.lost, role) {
        (false, true, _) => "down, and taken for lost",
        (false, false, _) => "down",
        (true, true, _) => "taken for lost",
        (true, false, "exited" | "crashed" | "idle") => role,
        (true, false, _) => "works",
    };
    let name = |id: &OpId| {
        let task = job.get(*id).map_or_else(String::new, |it| it.attempt.task.to_string());
        (AttrValue::from(task), *id)
    };
    WorkerRow {
        node: it.node,
        is: is.into(),
        failed: !up || it.lost || role == "crashed",
        at: it.at.iter().map(name).collect(),
        counts: [it.done[0], it.done[1], it.wasted],
        read: it.read,
    }
}

/// The texts of a list that a node shows.
fn texts(node: &NodeShown, name: &str) -> Vec<AttrValue> {
    let Some(Value::List(list)) = node.view.get(name) else { return Vec::new() };
    let text = |value: &Value| match value {
        Value::Text(text) => Some(AttrValue::from(text.clone())),
        _ => None,
    };
    list.iter().filter_map(text).collect()
}

fn files(model: &Model, on: &Callback<Action>) -> Html {
    let disks: Vec<Disk> = model.view().nodes.iter().filter_map(|node| disk(node)).collect();
    html! { <Disks {disks} on={on.clone()} /> }
}

/// What a node has on its disk; of the coordinator, which keeps no files, nothing.
fn disk(node: &NodeShown) -> Option<Disk> {
    let (id, role) = (node.id, node.view.role);
    let field = node.disk.iter().find(|field| field.name == "files");
    let list = node.view.get("files").or(field.map(|field| &field.value))?;
    let Value::List(list) = list else { return None };
    if id.number() == 1 && !id.is_client() {
        return None;
    }
    let file = |value: &Value| {
        let Value::Text(text) = value else { return None };
        let known = text.rsplit_once(": ").and_then(|(name, rest)| {
            Some((
                AttrValue::from(name.to_owned()),
                Some(rest.strip_suffix(" bytes")?.parse().ok()?),
            ))
        });
        Some(known.unwrap_or_else(|| (AttrValue::from(text.clone()), None)))
    };
    let role = if id.is_client() {
        "the shared disk"
    } else if node.up {
        "worker"
    } else {
        role
    };
    let files = list.iter().filter_map(file).collect();
    Some(Disk { node: id, role: role.into(), files, weight: node.disk_bytes })
}

fn output(model: &Model, place: &'static str) -> Html {
    let output = model.job().written(&*model.play.run);
    let id = model.play.scenario.map_or("run", |scenario| scenario.id);
    html! { <OutputTable {output} name={format!("{id}-output.txt")} {place} /> }
}

fn input(model: &Model, place: &'static str, on: &Callback<Action>) -> Html {
    let options = options(model);
    let splits = options.input.splits(options.splits, options.bytes);
    let machines = options.of(model.view().cast());
    let split = |(number, (name, text)): (usize, &(String, netsplit_core::bytes::Bytes))| {
        let on: Vec<String> = machines
            .splits
            .get(number)
            .map_or_else(Vec::new, |split| split.replicas.iter().map(NodeId::to_string).collect());
        Split {
            name: name.clone().into(),
            length: text.len() as u64,
            on: if on.is_empty() { "the shared disk".into() } else { on.join(", ").into() },
            begins: beginning(&text.text()).into(),
        }
    };
    let shown: Vec<Split> = splits.iter().enumerate().take(SPLITS).map(split).collect();
    // Not in each frame for nothing; but for a run for real, since what it comes to is compared even
    // where nothing is left to be drawn anew.
    let compares = !model.playback.playing || bench::look(|bench| bench.standing.is_some());
    let written = compares.then(|| model.job().written(&*model.play.run));
    let about = built_in(&options.job).map_or("map and reduce of a script", |job| job.about);
    html! {
        <InputAndCode job={options.job.clone()} {about} parts={options.machines.parts}
            combines={options.machines.combine} scale={options.machines.scale} splits={shown}
            more={splits.len().saturating_sub(SPLITS)}>
            <Workbench setup={Rc::new(model.play.script.setup.clone())} job={options.job.clone()} input={options.input.word()}
                missing={splits.is_empty()} {splits} parts={options.machines.parts} {written}
                {place} on={on.clone()} />
        </InputAndCode>
    }
}

/// How a text begins, in one line.
fn beginning(text: &str) -> String {
    let mut words = text.split_whitespace();
    let mut line = String::new();
    // A split may be long: no more of it is looked at than is shown.
    while line.chars().count() <= BEGINS {
        let Some(word) = words.next() else { return line };
        if !line.is_empty() {
            line.push(' ');
        }
        line.extend(word.chars().take(BEGINS + 1));
    }
    line.chars().take(BEGINS).chain(['…']).collect()
}

/// The story of the attempt that is selected.
pub fn story(model: &Model, on: &Callback<Action>) -> Option<Html> {
    let (id, now) = (selected(model)?, model.times().0);
    let maps = {
        let options = options(model);
        let round = model.job().get(id)?.attempt.task.round;
        tasks(&options, round).0
    };
    let job = model.job();
    let it = job.get(id).filter(|it| it.from <= now)?;
    let others = job.of_task(it.attempt.task, now).filter(|other| other.id != id).collect();
    Some(told(&Told { it, others, maps, now }, on))
}

/// What belongs to an attempt: its worker, those it has read from, and the messages that name it.
pub fn marks(model: &Model, id: OpId) -> Marked {
    let (job, now) = (model.job(), model.times().0);
    let Some(it) = job.get(id).filter(|it| it.from <= now) else { return Marked::default() };
    let words = it.attempt.to_string();
    let names = |value: &Value| matches!(value, Value::Text(text) if *text == words);
    let is_of_it = |flying: &&Rc<netsplit_sim::run::Flying>| {
        let ends = [flying.id.from, flying.id.to];
        ends.contains(&it.worker) && flying.fields.iter().any(|field| names(&field.value))
    };
    let messages = model.view().flying.iter().filter(is_of_it).map(|it| it.id).collect();
    let nodes = NodeSet::default().toggled(it.worker);
    Marked { nodes, messages, words: String::new() }
}

/// A node is asked for something: of the disk that all share, nothing.
pub fn asks(_: &Model, _: NodeId, _: &Callback<Action>) -> Html {
    Html::default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_text_that_goes_on_ends_with_an_ellipsis() {
        assert_eq!(beginning("one two\n three\n"), "one two three");
        let full = "x".repeat(BEGINS);
        assert_eq!([beginning(&full), beginning("")], [full.clone(), String::new()]);
        assert_eq!(beginning(&format!("{full} y")), format!("{full}…"));
        assert_eq!(beginning(&"é".repeat(1_000)).chars().count(), BEGINS + 1);
    }
}
