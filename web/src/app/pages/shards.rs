//! From the model to the views of labs with shards: those of a store, and its own.

use std::rc::Rc;

use netsplit_core::shardkv::options::Sharding;
use netsplit_core::time::Time;
use yew::prelude::*;

use super::views;
use crate::components::beside::Views;
use crate::components::does;
use crate::components::shards::{Drawn, PathBar, ShardMap, Transactions, stations};
use crate::draw::flows;
use crate::draw::logs::entry_of;
use crate::labs::shardkv::sharding;
use crate::paint::CLIENTS;
use crate::state::action::Action;
use crate::state::flows::Flows;
use crate::state::model::Model;
use crate::state::path;
use crate::state::selection::{Selection, flying, shown};
use crate::state::shards::{Map, beginnings, shard_of_entry, shard_of_message};
use crate::state::stations::{Shows, Station};
use crate::state::transactions::transactions;
use crate::state::views::View;

/// What stands beside the stage: tabs, and the view that was chosen; `rows` are those of logs.
pub fn beside(model: &Model, place: &'static str, rows: Html, on: &Callback<Action>) -> Html {
    let page = match model.shown_view() {
        View::Shards => map(model, place, on),
        View::Transactions => {
            html! { <Transactions all={transactions(model.view())} on={on.clone()} /> }
        }
        _ => views::page(model, place, rows, on),
    };
    let (all, shown) = (model.views(), model.shown_view());
    html! { <Views {all} {shown} {place} on={on.clone()}>{ page }</Views> }
}

/// The path above the stage.
pub fn path(model: &Model, on: &Callback<Action>) -> Html {
    let parts = path::path(model.alone, model.selection);
    html! { <PathBar {parts} cast={model.view().cast()} alone={model.alone} on={on.clone()} /> }
}

fn divided(model: &Model) -> Sharding {
    sharding(&model.play.script.setup.options)
}

fn map(model: &Model, place: &'static str, on: &Callback<Action>) -> Html {
    let (draws, now) = (model.draws_flows(), model.times().0);
    let travels = model.travels();
    let known = travels.flows();
    let both = !known.configs.is_empty();
    let canvas = if place == "middle" { CLIENTS[0] } else { CLIENTS[1] };
    let drawn = draws.then(|| Drawn { canvas, height: flows::height(known) as u32 });
    let selected = match model.selection {
        Selection::Shard(shard) => Some(shard),
        _ => None,
    };
    let config = known.config_at(now);
    let of_config = || {
        let config = known.configs.get(config?)?;
        let balance = known.balance(config.number as usize)?;
        let call =
            if config.call.is_empty() { String::new() } else { format!(", {}", config.call) };
        Some(match config.number {
            0 => "Configuration 0: no shard is any group’s.".to_owned(),
            number => format!("Configuration {number}{call}: {}", balance.words()),
        })
    };
    let of_shard = model.lens.over.map(|(_, shard)| shard).or(selected);
    let told = of_shard.map(|shard| known.told(shard, now)).or_else(of_config);
    let balance = config.filter(|place| *place > 0).and_then(|place| known.balance(place));
    drop(travels);
    let shows = selected.map_or_else(Vec::new, |shard| {
        let stations = model.stations_of_shard(shard).map_or_else(Vec::new, |(_, all)| all);
        shows(&stations, now)
    });
    // A table that nobody sees would change under whoever has it read out.
    let wanted = !draws || !model.playback.playing;
    let map = wanted.then(|| Map::new(model.view(), divided(model)));
    let told = told.map(AttrValue::from);
    html! { <ShardMap {map} {drawn} {both} {told} {shows} {balance} on={on.clone()} /> }
}

/// The last entry and the last message of a way by now, each with what shows it.
fn shows(stations: &[Station], now: Time) -> Vec<(AttrValue, Action)> {
    let last = |is_it: fn(&Shows) -> bool| {
        let passed = stations.iter().rev().filter(|it| it.moment.at <= now);
        passed.filter_map(|it| Some((it.shows.filter(is_it)?, it.moment))).next()
    };
    let entry = last(|it| matches!(it, Shows::Entry(..)));
    let message = last(|it| matches!(it, Shows::Message(_)));
    let offer = |words: &'static str, of: Option<(Shows, _)>| {
        of.map(|(shows, moment)| (AttrValue::from(words), shows.action(moment)))
    };
    offer("Show the entry", entry).into_iter().chain(offer("Show the message", message)).collect()
}

/// The story of the shard or the operation that is selected; of an entry or a message the way up to
/// its shard.
pub fn story(model: &Model, on: &Callback<Action>) -> Option<Html> {
    match model.selection {
        Selection::Shard(shard) => of_shard(model, shard, on),
        Selection::Operation(_) => {
            let told = views::operation(model, on)?;
            let way = stations("Its way", &model.stations(), model.view().moment, on);
            Some(html! { <>{ told }{ way }</> })
        }
        Selection::Entry(node, index) => {
            let node = shown(model.view(), node)?;
            let (_, command) = entry_of(&node.log, index)?;
            // The controller knows of keys nothing.
            node.id.group()?;
            shard_of_entry(command, divided(model)).map(|shard| up(shard, on))
        }
        Selection::Message(id) => {
            let message: Rc<_> = Rc::new(flying(model.view(), id)?.clone());
            shard_of_message(&message, divided(model)).map(|shard| up(shard, on))
        }
        _ => None,
    }
}

/// The way up from what is about a shard.
fn up(shard: u32, on: &Callback<Action>) -> Html {
    let action = Action::ShowShard(shard);
    html! {
        <div class="inspect-acts">
            <button class="inspect-act" onclick={does::<MouseEvent>(on, action)}>{ format!("Show shard {shard}") }</button>
        </div>
    }
}

fn of_shard(model: &Model, shard: u32, on: &Callback<Action>) -> Option<Html> {
    let (now, moment) = (model.times().0, model.view().moment);
    let (told, count) = {
        let travels = model.travels();
        let known: &Flows = travels.flows();
        (known.told(shard, now), known.shards.max(divided(model).count))
    };
    (shard < count).then_some(())?;
    let keys = beginnings(divided(model), u64::from(shard));
    let (at, all) = model.stations_of_shard(shard).unwrap_or_default();
    let acts = shows(&all, now);
    Some(html! {
        <>
            <h2>{ format!("Shard {shard}") }</h2>
            <p>{ told }</p>
            if !keys.is_empty() { <p>{ "Keys that begin with " }<span class="value">{ keys }</span></p> }
            <div class="inspect-acts">
                { for acts.into_iter().map(|(words, action)| html! {
                    <button class="inspect-act" onclick={does::<MouseEvent>(on, action)}>{ words }</button>
                }) }
            </div>
            { stations(&format!("Its way, configuration {at}"), &all, moment, on) }
        </>
    })
}
