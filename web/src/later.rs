//! The parts of the program that the first view does without, and how they come.
//!
//! The built page has the program in two files: what shows a run and plays it, and
//! what is fetched as soon as that stands. The second file holds all that is
//! reached by way of [`Later`] alone, which the tool finds out that splits the
//! program. So what calls something of it by its own name draws it into the first.
//!
//! The labs after the first are in parts of their own, [fetched](fetch_lab) once a run of one is
//! opened: the key/value store, the sharded one with its controller, transactions, and MapReduce.
//!
//! Built without the feature `split`, the program is in one piece, and all is there.

use std::cell::{Cell, RefCell};

use gloo_events::EventListener;
use netsplit_core::history::OpId;
use netsplit_core::id::{Cast, NodeId};
use netsplit_core::time::Time;
use netsplit_sim::labs::{self, LabCode, kv, mapreduce, shardctrl, shardkv, txn};
use netsplit_sim::run::WorldView;
use netsplit_sim::verb::Verb;
use yew::prelude::*;

use crate::app::listening::listen_for_texts;
use crate::app::{App, pages};
use crate::components;
use crate::draw::clients::Axis;
use crate::draw::islands;
use crate::draw::ring::{Ring, Size};
use crate::jobs;
use crate::paint::{
    Brush, Labels, Palette, paint_beside_groups, paint_clients, paint_tasks, paint_timeline,
    paint_transactions, paint_workers,
};
use crate::state::action::Action;
use crate::state::lens::Asking;
use crate::state::marked::Marked;
use crate::state::model::Model;
use crate::state::shards::join_or_leave;

/// What comes later.
pub struct Later {
    /// Opens what the address names.
    pub start: fn(&mut App),
    /// Listens to what is pasted or dropped.
    pub listen: fn(&Context<App>) -> Vec<EventListener>,
    /// Does an action.
    pub act: fn(&mut App, Action) -> bool,
    /// Does what is in the model of it.
    pub update: fn(&mut Model, Action) -> bool,
    /// Writes the moment shown into the address bar.
    pub write_address: fn(&mut App),
    /// What was being opened has arrived, or was given up.
    pub arrived: fn(&mut App),
    /// Follows an address that was changed from outside.
    pub follow_address: fn(&mut App) -> bool,
    /// The scenarios to choose from.
    pub choices: fn(&Model) -> Html,
    /// The left column.
    pub left: fn(&Model, &Callback<Action>) -> Html,
    /// What stands above the stage.
    pub bars: fn(&Model, &Callback<Action>) -> Html,
    /// The legend of the stage.
    pub legend: fn(&Model, &Callback<Action>) -> Html,
    /// The messages on the stage, as a list.
    pub mail: fn(&Model, &Callback<Action>) -> Html,
    /// What stands beside the stage: the rows of logs, or another view.
    pub logs: fn(&Model, &'static str, &Callback<Action>) -> Html,
    /// Paints the time line.
    pub paint_timeline: fn(&Brush, &Palette, &Model),
    /// What the time line tells of the place pointed at.
    pub told: fn(&Model) -> Html,
    /// The marks of the time line, as a list.
    pub marks: fn(&Model, &Callback<Action>) -> Html,
    /// Fetches the lab that what is being opened waits for, if it does.
    pub fetch_lab: fn(&mut App, &Context<App>),
    /// It has come, or did not arrive.
    pub lab_came: fn(&mut App, Option<&'static OfLabs>),
    /// Looks ahead past the edge.
    pub foresee: fn(&mut Model, u64) -> Option<bool>,
    /// The page of the right column.
    pub details: fn(&Model, &Callback<Action>) -> Html,
    /// What floats.
    pub float: fn(&Model, &Callback<Action>) -> Html,
}

/// What is of some labs after the first alone: they, and what the page has for them.
pub struct OfLabs {
    /// The labs.
    pub codes: &'static [&'static LabCode],
    /// The style sheets of what is of them; they come with that.
    pub sheets: &'static [&'static str],
    /// A client is asked for something.
    pub asks: fn(&Model, NodeId, &Callback<Action>) -> Html,
    /// How queries are answered.
    pub reads: fn(&Model, &Callback<Action>) -> Html,
    /// The view that stands beside the stage, given the rows of logs where they are that.
    pub beside: fn(&Model, &'static str, Html, &Callback<Action>) -> Html,
    /// The story of the operation or the shard that is selected; of an entry or a message the way up
    /// to what it is about.
    pub story: fn(&Model, &Callback<Action>) -> Option<Html>,
    /// Paints the lanes of clients, or what else lies along the time line beside the stage.
    pub paint_clients: fn(&Brush, &Palette, &Model, Axis),
    /// The marks of the stage's legend, where the lab has its own.
    pub legend: Option<&'static [components::Mark]>,
    /// Paints what is of the lab on the stage, below messages.
    pub paint_stage: fn(&Brush, &Palette, &Model, &Ring, &mut Labels),
    /// Does something about what clients asked.
    pub ask: fn(&mut Model, Asking) -> bool,
    /// What belongs to an operation, beside its lane.
    pub marks: fn(&Model, OpId) -> Marked,
    /// What is of labs whose servers stand in groups.
    pub groups: Option<&'static OfGroups>,
    /// What is of labs that run code of a reader's own.
    pub code: Option<&'static OfCode>,
}

/// What is of labs that run code of a reader's own, over files of a reader's own.
pub struct OfCode {
    /// It has come: what it has the page do goes there.
    pub open: fn(&Callback<Action>),
    /// The question whether code that came with a run may run.
    pub ask: fn(&Callback<Action>) -> Html,
    /// Takes files as input.
    pub take: fn(Vec<web_sys::File>),
    /// Takes a text that was pasted as input.
    pub paste: fn(&str),
}

/// What is of labs whose servers stand in groups alone.
pub struct OfGroups {
    /// Where the nodes stand: each group on a ring of its own, or one alone.
    pub ring: fn(Cast, Option<u32>, Size) -> Ring,
    /// The names of rings on the stage, each of which is a way into its group.
    pub names: fn(&Ring, &Callback<Action>) -> Html,
    /// The path that stands above the stage.
    pub path: fn(&Model, &Callback<Action>) -> Html,
    /// The times of the stations of what is selected.
    pub stations: fn(&Model) -> Vec<Time>,
    /// What lets a group join or leave the configuration, whichever it can.
    pub joins: fn(&WorldView, u32) -> Option<(String, Verb)>,
}

/// The labs of each part, by name: what is fetched is known before it is there.
const OF_PARTS: [&[&str]; 4] = [&["kv"], &["shardctrl", "shardkv"], &["txn"], &["mapreduce"]];

static GROUPS: OfGroups = OfGroups {
    ring: islands::ring,
    names: components::shards::names,
    path: pages::shards::path,
    stations: Model::station_times,
    joins: join_or_leave,
};

static OF_KV: OfLabs = OfLabs {
    codes: &[&kv::CODE],
    sheets: &["kv.css"],
    asks: pages::kv::asks,
    reads: pages::kv::reads,
    beside: pages::views::beside,
    story: pages::views::operation,
    paint_clients,
    legend: None,
    paint_stage: nothing_more,
    ask: Model::ask,
    marks: no_marks,
    groups: None,
    code: None,
};

static OF_SHARDS: OfLabs = OfLabs {
    codes: &[&shardctrl::CODE, &shardkv::CODE],
    sheets: &["kv.css", "shardkv.css"],
    asks: pages::kv::asks,
    reads: pages::kv::reads,
    beside: pages::shards::beside,
    story: pages::shards::story,
    paint_clients: paint_beside_groups,
    legend: None,
    paint_stage: nothing_more,
    ask: Model::ask_of_shards,
    marks: no_marks,
    groups: Some(&GROUPS),
    code: None,
};

static OF_TXN: OfLabs = OfLabs {
    codes: &[&txn::CODE],
    sheets: &["kv.css", "shardkv.css", "txn.css"],
    asks: pages::kv::asks,
    reads: pages::kv::reads,
    beside: pages::txn::beside,
    story: pages::txn::story,
    paint_clients: paint_transactions,
    legend: None,
    paint_stage: nothing_more,
    ask: Model::ask_of_transactions,
    marks: pages::txn::marks,
    groups: Some(&GROUPS),
    code: None,
};

static CODE: OfCode = OfCode {
    open: jobs::workshop::open,
    ask: components::mapreduce::stranger,
    take: jobs::bench::take,
    paste: jobs::bench::paste,
};

static OF_MAPREDUCE: OfLabs = OfLabs {
    codes: &[&mapreduce::CODE],
    sheets: &["kv.css", "mapreduce.css"],
    asks: pages::mapreduce::asks,
    reads: pages::kv::reads,
    beside: pages::mapreduce::beside,
    story: pages::mapreduce::story,
    paint_clients: paint_tasks,
    legend: Some(components::mapreduce::MARKS),
    paint_stage: paint_workers,
    ask: Model::ask_of_job,
    marks: pages::mapreduce::marks,
    groups: None,
    code: Some(&CODE),
};

fn nothing_more(_: &Brush, _: &Palette, _: &Model, _: &Ring, _: &mut Labels) {}

fn no_marks(_: &Model, _: OpId) -> Marked {
    Marked::default()
}

static LATER: Later = Later {
    start: App::open_at_start,
    listen: listen_for_texts,
    act: App::act,
    update: Model::update,
    write_address: App::write_address,
    arrived: |app| {
        app.give();
        app.write_address();
    },
    follow_address: App::follow_address,
    choices: pages::choices,
    left: pages::left,
    bars: pages::bars,
    legend: pages::legend,
    mail: pages::mail,
    logs: pages::middle,
    paint_timeline,
    told: pages::told,
    marks: pages::marks,
    fetch_lab: App::fetch_lab,
    lab_came: App::lab_came,
    foresee: Model::foresee,
    details: pages::details,
    float: pages::float,
};

thread_local! {
    static THERE: Cell<Option<&'static Later>> = const { Cell::new(at_once()) };
    static LABS_THERE: RefCell<Vec<&'static OfLabs>> = RefCell::new(LABS_AT_ONCE.to_vec());
}

const LABS_AT_ONCE: &[&OfLabs] =
    if cfg!(target_family = "wasm") { &[] } else { &[&OF_KV, &OF_SHARDS, &OF_TXN, &OF_MAPREDUCE] };

const fn at_once() -> Option<&'static Later> {
    if cfg!(feature = "split") { None } else { Some(&LATER) }
}

/// It, once it has come.
pub fn there() -> Option<&'static Later> {
    THERE.get()
}

/// It has come.
pub fn keep(later: &'static Later) {
    THERE.set(Some(later));
}

/// What is of a lab after the first, once it has come: a run of that is there.
pub fn of_lab(lab: &str) -> Option<&'static OfLabs> {
    let has = |of: &&OfLabs| of.codes.iter().any(|code| code.lab == lab);
    LABS_THERE.with_borrow(|there| there.iter().copied().find(has))
}

/// Where nodes stand on a stage of a size; of a cluster with groups all of these, or one alone.
pub fn ring(cast: Cast, alone: Option<u32>, size: Size) -> Ring {
    match groups(cast) {
        Some(groups) => (groups.ring)(cast, alone, size),
        None => Ring::of(cast, size),
    }
}

/// What is of labs whose servers stand in groups, where these do.
pub fn groups(cast: Cast) -> Option<&'static OfGroups> {
    LABS_THERE.with_borrow(|there| {
        there.iter().filter(|_| cast.groups.count > 0).find_map(|of| of.groups)
    })
}

/// What is of labs that run code of a reader's own, once it is there.
pub fn code() -> Option<&'static OfCode> {
    LABS_THERE.with_borrow(|there| there.iter().find_map(|of| of.code))
}

/// It has come.
pub fn keep_labs(of: &'static OfLabs) {
    labs::bring(of.codes);
    LABS_THERE.with_borrow_mut(|there| there.push(of));
}

/// What it draws, once it has come.
pub fn drawn(draw: impl FnOnce(&Later) -> Html) -> Html {
    there().map(draw).unwrap_or_default()
}

/// The same, with an empty frame of this class in its place until then.
pub fn framed(class: &'static str, draw: impl FnOnce(&Later) -> Html) -> Html {
    there().map_or_else(|| html! { <div {class}></div> }, draw)
}

/// Fetches it.
///
/// # Errors
/// When it does not arrive; then it can be fetched again.
#[cfg(feature = "split")]
#[wasm_split_helpers::wasm_split(later, fallible)]
pub fn fetch() -> Result<&'static Later, wasm_split_helpers::SplitLoaderError> {
    Ok(&LATER)
}

/// Fetches it, which takes no time.
///
/// # Errors
/// None.
#[cfg(not(feature = "split"))]
pub async fn fetch() -> Result<&'static Later, std::convert::Infallible> {
    Ok(&LATER)
}

/// Fetches what is of a lab after the first, with all labs that are in the same part; nothing when
/// it does not arrive. Then it can be fetched again.
pub async fn fetch_lab(lab: &str) -> Option<&'static OfLabs> {
    match OF_PARTS.iter().position(|labs| labs.contains(&lab))? {
        0 => fetch_kv().await.ok(),
        1 => fetch_shards().await.ok(),
        2 => fetch_txn().await.ok(),
        _ => fetch_mapreduce().await.ok(),
    }
}

#[cfg(feature = "split")]
#[wasm_split_helpers::wasm_split(kv, fallible)]
fn fetch_kv() -> Result<&'static OfLabs, wasm_split_helpers::SplitLoaderError> {
    Ok(&OF_KV)
}

#[cfg(not(feature = "split"))]
async fn fetch_kv() -> Result<&'static OfLabs, std::convert::Infallible> {
    Ok(&OF_KV)
}

#[cfg(feature = "split")]
#[wasm_split_helpers::wasm_split(shards, fallible)]
fn fetch_shards() -> Result<&'static OfLabs, wasm_split_helpers::SplitLoaderError> {
    Ok(&OF_SHARDS)
}

#[cfg(not(feature = "split"))]
async fn fetch_shards() -> Result<&'static OfLabs, std::convert::Infallible> {
    Ok(&OF_SHARDS)
}

#[cfg(feature = "split")]
#[wasm_split_helpers::wasm_split(txn, fallible)]
fn fetch_txn() -> Result<&'static OfLabs, wasm_split_helpers::SplitLoaderError> {
    Ok(&OF_TXN)
}

#[cfg(not(feature = "split"))]
async fn fetch_txn() -> Result<&'static OfLabs, std::convert::Infallible> {
    Ok(&OF_TXN)
}

#[cfg(feature = "split")]
#[wasm_split_helpers::wasm_split(mapreduce, fallible)]
fn fetch_mapreduce() -> Result<&'static OfLabs, wasm_split_helpers::SplitLoaderError> {
    Ok(&OF_MAPREDUCE)
}

#[cfg(not(feature = "split"))]
async fn fetch_mapreduce() -> Result<&'static OfLabs, std::convert::Infallible> {
    Ok(&OF_MAPREDUCE)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::labs::look;

    #[test]
    fn every_lab_after_the_first_is_in_one_part_and_has_a_look() {
        let mut named = OF_PARTS.concat();
        for (names, of) in OF_PARTS.iter().zip([&OF_KV, &OF_SHARDS, &OF_TXN, &OF_MAPREDUCE]) {
            let has: Vec<&str> = of.codes.iter().map(|code| code.lab).collect();
            assert_eq!(has, *names);
        }
        let mut labs: Vec<&str> = labs::LABS.iter().skip(1).map(|lab| lab.name).collect();
        named.sort_unstable();
        labs.sort_unstable();
        assert_eq!(named, labs);
        assert!(labs.iter().all(|lab| look(lab).lab == *lab && of_lab(lab).is_some()));
    }
}
