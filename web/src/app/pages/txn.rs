//! From the model to the views of transactions.

use std::rc::Rc;

use netsplit_core::history::OpId;
use netsplit_core::time::Time;
use netsplit_core::txn::options::Options;
use netsplit_sim::check::txn::serial::Serial;
use netsplit_sim::labs::txn_options::options_from_pairs;
use netsplit_sim::run::OpShown;
use netsplit_sim::words::transaction;
use yew::prelude::*;

use super::shards;
use crate::components::beside::{Clients, Listed, Views};
use crate::components::time_text;
use crate::components::txn::{
    Acts, BankTable, OF_TRANSACTIONS, Order, Switch, Told, WaitsFor, legend, story as told, switch,
};
use crate::draw::clients::{Axis, Layout};
use crate::draw::point::Size;
use crate::draw::transactions::{room, shown};
use crate::paint::CLIENTS;
use crate::state::action::Action;
use crate::state::bank::Bank;
use crate::state::dials::{self, Place};
use crate::state::marked::{self, Marked};
use crate::state::model::Model;
use crate::state::selection::Selection;
use crate::state::views::View;
use crate::state::waits::Waits;

/// What is seen of the lanes, until they were painted.
const USUAL: (Axis, Size) =
    (Axis { offset: 224.0, pixels: 1_404.0 }, Size { width: 880.0, height: 190.0 });
/// Transactions whose order is drawn at most.
const ORDERED: usize = 6;
/// Keys that can be chosen at most.
const KEYS: usize = 32;

const LEVELS: &[(&str, &str)] = &[
    ("serializable", "serializable"),
    ("snapshot", "snapshot isolation"),
    ("read-committed", "read committed"),
];
const DECIDERS: &[(&str, &str)] = &[("group", "a group’s log"), ("client", "the client alone")];
const ON_OFF: &[(&str, &str)] = &[("on", "on"), ("off", "off")];

/// What stands beside the stage: tabs, and the view that was chosen; `rows` are those of logs.
pub fn beside(model: &Model, place: &'static str, rows: Html, on: &Callback<Action>) -> Html {
    let page = match model.shown_view() {
        View::Transactions => lanes(model, place, on),
        View::Waits => waits(model, place, on),
        View::Order => order(model, place, on),
        View::Bank => {
            html! { <BankTable bank={bank(model)} acts={acts(model, place, on)} on={on.clone()} /> }
        }
        _ => return shards::beside(model, place, rows, on),
    };
    let (all, shown) = (model.views(), model.shown_view());
    html! { <Views {all} {shown} {place} on={on.clone()}>{ page }</Views> }
}

/// What the run was told at its start.
fn options(model: &Model) -> Options {
    options_from_pairs(&model.play.script.setup.options).unwrap_or_else(|_| Options::paper())
}

/// The switch of a dial.
fn switch_of(
    model: &Model,
    id: &str,
    words: &'static [(&'static str, &'static str)],
) -> Option<Switch> {
    let dial = dials::shown(model, Place::Cluster).into_iter().find(|dial| dial.id == id)?;
    Some(Switch { dial, words })
}

fn selected(model: &Model) -> Option<OpId> {
    match model.selection {
        Selection::Operation(op) => Some(op),
        _ => None,
    }
}

fn lanes(model: &Model, place: &'static str, on: &Callback<Action>) -> Html {
    // Before the transactions are borrowed, which it asks for as well.
    let decider = switch_of(model, "decision", DECIDERS);
    let tools = html! {
        <div class="txn-tools">
            { acts(model, place, on) }
            { for decider.iter().map(|it| switch(it, place, on)) }
        </div>
    };
    let asked = model.asked();
    let now = model.times().0;
    let lens = &model.lens;
    let told = lens.pointed.or(lens.cursor).or(selected(model)).and_then(|op| asked.op(op));
    let told = told.map(|op| AttrValue::from(transaction::line(op, now)));
    let of_ops = || model.view().broken.iter().find(|it| !it.ops.is_empty());
    let broken = model
        .lit()
        .or_else(of_ops)
        .and_then(|it| Some((it.property, AttrValue::from(it.because.as_ref()?.to_string()))));
    let (axis, size) = lens.painted.get().unwrap_or(USUAL);
    let (_, until) = Layout::new(size, axis, 0, 0.0).window(&model.window(axis.pixels));
    let table = (!model.playback.playing).then(|| {
        let rows = shown(asked.ops(), now, until, room(size));
        let rows = rows.into_iter().filter(|op| op.called <= now).map(|op| row(op, now));
        (Rc::new(rows.collect::<Vec<_>>()), asked.called_by(now).len())
    });
    let canvas = if place == "middle" { CLIENTS[0] } else { CLIENTS[1] };
    html! {
        <Clients said={&OF_TRANSACTIONS} legend={legend()} {tools} {canvas} height={0} {told} {broken}
            lit={model.lit().is_some()} points={None::<bool>} no_order={false}
            empty={asked.called_by(now).is_empty()} {table} on={on.clone()} />
    }
}

fn row(op: &OpShown, now: Time) -> Listed {
    let returned = op.returned.filter(|returned| *returned <= now);
    let shown = op.transaction.as_ref();
    let attempts = shown.map_or(0, |it| it.attempts.iter().filter(|it| it.began <= now).count());
    let known = op.reply.clone().filter(|_| returned.is_some());
    Listed {
        number: op.id.number(),
        words: [
            transaction::name(op, now),
            op.client.to_string(),
            op.call.clone(),
            format!("{} s", time_text(op.called)),
            transaction::line(op, now),
            returned.map_or_else(String::new, |at| format!("{} s", time_text(at))),
            known.unwrap_or_default(),
            attempts.to_string(),
        ],
    }
}

fn acts(model: &Model, place: &'static str, on: &Callback<Action>) -> Html {
    let (lab, cast) = (model.play.run.lab(), model.view().cast());
    html! { <Acts {lab} {cast} keys={keys(model)} {place} on={on.clone()} /> }
}

/// The keys that can be chosen: of a bank its accounts, else what transactions have touched.
fn keys(model: &Model) -> Vec<AttrValue> {
    if let Some(work) = options(model).work {
        return (0..work.keys.min(KEYS as u32)).map(|key| key.to_string().into()).collect();
    }
    let asked = model.asked();
    let touched = asked.ops().iter().filter_map(|op| op.transaction.as_ref());
    let mut keys: Vec<String> = Vec::new();
    for op in touched.flat_map(|shown| shown.ops.iter()) {
        let key = op.key().text().into_owned();
        if keys.len() < KEYS && !keys.contains(&key) && !key.contains(' ') {
            keys.push(key);
        }
    }
    // Before anybody has touched any, there are some to begin with.
    if keys.len() < 2 {
        keys.extend(["1", "2", "3"].map(str::to_owned));
    }
    keys.sort_by_key(|key| (key.parse::<u64>().unwrap_or(u64::MAX), key.clone()));
    keys.dedup();
    keys.into_iter().map(AttrValue::from).collect()
}

fn waits(model: &Model, place: &'static str, on: &Callback<Action>) -> Html {
    let now = model.times().0;
    let waits = Waits::new(model.view(), model.asked().called_by(now), now);
    let switch = switch_of(model, "wound-wait", ON_OFF);
    html! { <WaitsFor {waits} selected={selected(model)} {switch} {place} on={on.clone()} /> }
}

fn order(model: &Model, place: &'static str, on: &Callback<Action>) -> Html {
    let (now, isolation) = (model.times().0, options(model).isolation);
    let asked = model.asked();
    let serial = Serial::new(asked.ops(), now, isolation, ORDERED);
    let name = |id: &OpId| {
        let op = asked.op(*id);
        let does = op.and_then(|op| op.transaction.as_ref());
        let name = op.map_or_else(String::new, |op| transaction::name(op, now));
        let does = does.map_or_else(String::new, |it| transaction::does(&it.ops));
        (AttrValue::from(name), AttrValue::from(does))
    };
    let names: Vec<_> = serial.nodes.iter().map(name).collect();
    let switch = switch_of(model, "isolation", LEVELS);
    html! { <Order {serial} {names} {isolation} selected={selected(model)} {switch} {place} on={on.clone()} /> }
}

fn bank(model: &Model) -> Bank {
    let now = model.times().0;
    Bank::new(model.view(), model.asked().called_by(now), now)
}

/// The story of the transaction that is selected, or of what else is of shards.
pub fn story(model: &Model, on: &Callback<Action>) -> Option<Html> {
    let now = model.times().0;
    let Some(op) = selected(model) else { return shards::story(model, on) };
    let asked = model.asked();
    let op = asked.op(op).filter(|op| op.called <= now)?;
    let shows = |node| marked::leader(model.view(), node);
    Some(told(&Told { op, now, shows: &shows }, on))
}

/// What belongs to a transaction.
pub fn marks(model: &Model, op: OpId) -> Marked {
    let asked = model.asked();
    let found = asked.op(op).map(|op| Marked::new(model.view(), op, model.times().0));
    found.unwrap_or_default()
}
