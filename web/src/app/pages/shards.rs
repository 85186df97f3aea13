//! From the model to the views of labs with shards: those of a store, and its own.

use std::rc::Rc;

use netsplit_core::shardkv::options::Sharding;
use yew::prelude::*;

use super::views;
use crate::components::beside::Views;
use crate::components::does;
use crate::components::shards::{Drawn, PathBar, ShardMap, stations};
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
use crate::state::stations::{Shows, Station, moved_by};
use crate::state::views::View;

/// What stands beside the stage: tabs, and the view that was chosen; `rows` are those of logs.
pub fn beside(model: &Model, place: &'static str, rows: Html, on: &Callback<Action>) -> Html {
    let page = match model.shown_view() {
        View::Shards => map(model, place, on),
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
        shows(model, &stations)
    });
    // A table that nobody sees would change under whoever has it read out.
    let wanted = !draws || !model.playback.playing;
    let map = wanted.then(|| Map::new(model.view(), divided(model)));
    let told = told.map(AttrValue::from);
    html! { <ShardMap {map} {drawn} {both} {told} {shows} {balance} on={on.clone()} /> }
}

/// The last entry and the last message of a way by now, each with what shows it: the entry as it
/// stands now, and so the message, as long as it is under way; else at the moment when it left.
fn shows(model: &Model, stations: &[Station]) -> Vec<(AttrValue, Action)> {
    let (view, now) = (model.view(), model.view().moment);
    let last = |is_it: fn(&Shows) -> bool| {
        let passed = stations.iter().rev().filter(|it| it.moment <= now);
        passed.filter_map(|it| Some((it.shows.filter(is_it)?, it.moment))).next()
    };
    let offer = |words: &'static str, is_it: fn(&Shows) -> bool| {
        let (shows, moment) = last(is_it)?;
        let selection = shows.selection();
        let is_here = match shows {
            Shows::Entry(..) => true,
            Shows::Message(id) => flying(view, id).is_some(),
        };
        let action = match is_here {
            true => Action::ShowGroup(path::group_of(selection, None), Some(selection)),
            false => shows.action(moment),
        };
        Some((AttrValue::from(words), action))
    };
    let entry = offer("Show the entry", |it| matches!(it, Shows::Entry(..)));
    let message = offer("Show the message", |it| matches!(it, Shows::Message(_)));
    entry.into_iter().chain(message).collect()
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
            let in_group = node.id.group().is_some();
            let one = shard_of_entry(command, divided(model)).filter(|_| in_group);
            let moved = || moved_by(model.travels().passed(), node.id, index);
            up(&one.map_or_else(moved, |shard| vec![shard]), on)
        }
        Selection::Message(id) => {
            let message: Rc<_> = Rc::new(flying(model.view(), id)?.clone());
            up(shard_of_message(&message, divided(model)).as_slice(), on)
        }
        _ => None,
    }
}

/// The way up from what is about shards.
fn up(shards: &[u32], on: &Callback<Action>) -> Option<Html> {
    let button = |shard: &u32| {
        let action = Action::ShowShard(*shard);
        html! {
            <button class="inspect-act" onclick={does::<MouseEvent>(on, action)}>{ format!("Show shard {shard}") }</button>
        }
    };
    (!shards.is_empty())
        .then(|| html! { <div class="inspect-acts">{ for shards.iter().map(button) }</div> })
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
    let acts = shows(model, &all);
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
