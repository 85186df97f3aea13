//! From the model to the views of a store and its clients.

use std::rc::Rc;

use netsplit_core::time::Time;
use netsplit_core::view::Value;
use netsplit_sim::run::OpShown;
use netsplit_sim::words::operation;
use yew::prelude::*;

use crate::components::beside::{
    Band, Clients, Listed, LoadChart, OF_CLIENTS, Snapshots, Stores, Timings, Views, legend, story,
};
use crate::components::time_text;
use crate::draw::clients::{Axis, Layout};
use crate::draw::point::Size;
use crate::paint::CLIENTS;
use crate::state::action::Action;
use crate::state::asked::Asked;
use crate::state::marks::MarkKind;
use crate::state::model::Model;
use crate::state::selection::Selection;
use crate::state::store::{Kept, Table};
use crate::state::timings::{Load, timings};
use crate::state::views::View;

/// Operations that the table behind the lanes has at most.
const LISTED: usize = 30;
/// Slots of the charts at most.
const SLOTS: u64 = 60;
/// What is seen of the lanes, until they were painted.
const USUAL: (Axis, Size) =
    (Axis { offset: 224.0, pixels: 1_404.0 }, Size { width: 880.0, height: 190.0 });

/// What stands beside the stage: tabs, and the view that was chosen; `rows` are those of logs.
pub fn beside(model: &Model, place: &'static str, rows: Html, on: &Callback<Action>) -> Html {
    let page = page(model, place, rows, on);
    let (all, shown) = (model.views(), model.shown_view());
    html! { <Views {all} {shown} {place} on={on.clone()}>{ page }</Views> }
}

/// The view that was chosen, where a store has it.
pub fn page(model: &Model, place: &'static str, rows: Html, on: &Callback<Action>) -> Html {
    match model.shown_view() {
        View::Logs => rows,
        View::Clients => clients(model, place, on),
        View::Store => {
            let view = model.view();
            html! { <Stores store={Table::of_store(view)} sessions={Table::of_sessions(view)} on={on.clone()} /> }
        }
        View::Snapshots => {
            let kept = Kept::new(model.view(), &model.play.script.setup);
            html! { <Snapshots {kept} on={on.clone()} /> }
        }
        View::Reads => reads(model),
        View::Load => load(model),
        // Those of labs with shards.
        _ => Html::default(),
    }
}

fn clients(model: &Model, place: &'static str, on: &Callback<Action>) -> Html {
    let mut asked = model.asked();
    if model.shows_points(&asked) {
        asked.work_out_points(&*model.play.run);
    }
    let (now, steps) = (model.times().0, model.view().steps);
    let lens = &model.lens;
    let selected = match model.selection {
        Selection::Operation(op) => Some(op),
        _ => None,
    };
    let told = lens.pointed.or(lens.cursor).or(selected).and_then(|op| asked.op(op));
    let told = told.map(|op| AttrValue::from(operation::line(op, now)));
    // Where nothing is lit, what is broken with operations as its witness is said all the same.
    let of_ops = || model.view().broken.iter().find(|it| !it.ops.is_empty());
    let broken = model
        .lit()
        .or_else(of_ops)
        .and_then(|it| Some((it.property, AttrValue::from(it.because.as_ref()?.to_string()))));
    let (axis, size) = lens.painted.get().unwrap_or(USUAL);
    let layout = Layout::new(size, axis, asked.lanes().row_count(), lens.scrolled);
    let table = (!model.playback.playing).then(|| {
        let window = layout.window(&model.window(axis.pixels));
        (Rc::new(listed(&asked, window, now)), asked.called_by(now).len())
    });
    let canvas = if place == "middle" { CLIENTS[0] } else { CLIENTS[1] };
    html! {
        <Clients said={&OF_CLIENTS} legend={legend()} {canvas} height={layout.height() as u32} {told} {broken} lit={model.lit().is_some()}
            points={Some(model.shows_points(&asked))} no_order={asked.has_no_order(steps)}
            empty={asked.called_by(now).is_empty()} {table} on={on.clone()} />
    }
}

/// The last operations that are seen between two times and were called by now.
fn listed(asked: &Asked, (from, to): (Time, Time), now: Time) -> Vec<Listed> {
    let called = asked.called_by(to.min(now)).iter().rev();
    let seen = called.filter(|op| op.returned.is_none_or(|returned| returned >= from));
    let mut rows: Vec<Listed> = seen.take(LISTED).map(|op| row(op, now)).collect();
    rows.reverse();
    rows
}

fn row(op: &OpShown, now: Time) -> Listed {
    let returned = op.returned.filter(|returned| *returned <= now);
    let known = |word: Option<String>| word.filter(|_| returned.is_some()).unwrap_or_default();
    Listed {
        number: op.id.number(),
        words: [
            operation::asker(op),
            format!("{} s", time_text(op.called)),
            op.call.clone(),
            operation::stands(op, now).word().to_owned(),
            returned.map_or_else(String::new, |returned| format!("{} s", time_text(returned))),
            known(op.from.map(|from| from.to_string())),
            known(op.reply.clone()),
            operation::tried(op, now).to_string(),
        ],
    }
}

/// The story of the operation that is selected.
pub fn operation(model: &Model, on: &Callback<Action>) -> Option<Html> {
    let Selection::Operation(id) = model.selection else { return None };
    let mut asked = model.asked();
    if model.shows_points(&asked) {
        asked.work_out_points(&*model.play.run);
    }
    let (now, steps) = (model.times().0, model.view().steps);
    let op = asked.op(id).filter(|op| op.called <= now)?;
    Some(story(op, now, asked.point(id, steps), on))
}

fn reads(model: &Model) -> Html {
    let asked = model.asked();
    let leader = model.view().nodes.iter().filter(|node| node.glance.leads);
    let leader = leader.max_by_key(|node| node.glance.term);
    let reading = leader.and_then(|node| match node.view.get("reads by") {
        Some(Value::Text(word)) => Some(AttrValue::from(word.clone())),
        _ => None,
    });
    html! { <Timings timings={timings(asked.done_by(model.times().0))} {reading} /> }
}

fn load(model: &Model) -> Html {
    let asked = model.asked();
    let (now, edge) = model.times();
    let load = Load::new(asked.done_by(now), edge, SLOTS);
    let faults = model.marks().into_iter().filter(|mark| mark.kind == MarkKind::Fault);
    let bands = faults.map(|mark| {
        let words = AttrValue::from(mark.words.to_string());
        Band { from: mark.from, to: mark.to, words }
    });
    html! { <LoadChart {load} {now} bands={bands.collect::<Vec<_>>()} /> }
}
