//! The parts of the program that the first view does without, and how they come.
//!
//! The built page has the program in two files: what shows a run and plays it, and
//! what is fetched as soon as that stands. The second file holds all that is
//! reached by way of [`Later`] alone, which the tool finds out that splits the
//! program. So what calls something of it by its own name draws it into the first.
//!
//! A lab after the first is a part of its own, [fetched](fetch_kv) once a run of it is opened.
//!
//! Built without the feature `split`, the program is in one piece, and all is there.

use std::cell::Cell;

use gloo_events::EventListener;
use netsplit_core::id::NodeId;
use netsplit_sim::labs::{self, Codes};
use yew::prelude::*;

use crate::app::listening::listen_for_texts;
use crate::app::{App, pages};
use crate::draw::clients::Axis;
use crate::paint::{Brush, Palette, paint_clients, paint_timeline};
use crate::state::action::Action;
use crate::state::lens::Asking;
use crate::state::model::Model;

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
    /// Follows an address that was changed from outside.
    pub follow_address: fn(&mut App) -> bool,
    /// The scenarios to choose from.
    pub choices: fn(&Model) -> Html,
    /// The left column.
    pub left: fn(&Model, &Callback<Action>) -> Html,
    /// What stands above the stage.
    pub bars: fn(&Model, &Callback<Action>) -> Html,
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
    pub lab_came: fn(&mut App, Option<&'static OfKv>),
    /// Looks ahead past the edge.
    pub foresee: fn(&mut Model, u64) -> Option<bool>,
    /// The page of the right column.
    pub details: fn(&Model, &Callback<Action>) -> Html,
    /// What floats.
    pub float: fn(&Model, &Callback<Action>) -> Html,
}

/// The style sheet of what is of the key/value store alone; it comes with that.
pub const KV_SHEET: &str = "kv.css";

/// What is of the key/value store alone: the lab, and what the page has for it.
pub struct OfKv {
    /// The labs that come with it, its own among them.
    pub codes: &'static Codes,
    /// A client is asked for something.
    pub asks: fn(&Model, NodeId, &Callback<Action>) -> Html,
    /// How queries are answered.
    pub reads: fn(&Model, &Callback<Action>) -> Html,
    /// The view that stands beside the stage, given the rows of logs where they are that.
    pub beside: fn(&Model, &'static str, Html, &Callback<Action>) -> Html,
    /// The story of the operation that is selected.
    pub operation: fn(&Model, &Callback<Action>) -> Option<Html>,
    /// Paints the lanes of clients.
    pub paint_clients: fn(&Brush, &Palette, &Model, Axis),
    /// Does something about what clients asked.
    pub ask: fn(&mut Model, Asking) -> bool,
}

static OF_KV: OfKv = OfKv {
    codes: labs::LATER,
    asks: pages::kv::asks,
    reads: pages::kv::reads,
    beside: pages::views::beside,
    operation: pages::views::operation,
    paint_clients,
    ask: Model::ask,
};

static LATER: Later = Later {
    start: App::open_at_start,
    listen: listen_for_texts,
    act: App::act,
    update: Model::update,
    write_address: App::write_address,
    follow_address: App::follow_address,
    choices: pages::choices,
    left: pages::left,
    bars: pages::bars,
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
    static KV_THERE: Cell<Option<&'static OfKv>> = const { Cell::new(kv_at_once()) };
}

const fn kv_at_once() -> Option<&'static OfKv> {
    if cfg!(target_family = "wasm") { None } else { Some(&OF_KV) }
}

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

/// What is of the key/value store, once it has come: a run of the store is there.
pub fn kv_there() -> Option<&'static OfKv> {
    KV_THERE.get()
}

/// It has come.
pub fn keep_kv(of: &'static OfKv) {
    labs::bring(of.codes);
    KV_THERE.set(Some(of));
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

/// Fetches what is of the key/value store.
///
/// # Errors
/// When it does not arrive; then it can be fetched again.
#[cfg(feature = "split")]
#[wasm_split_helpers::wasm_split(kv, fallible)]
pub fn fetch_kv() -> Result<&'static OfKv, wasm_split_helpers::SplitLoaderError> {
    Ok(&OF_KV)
}

/// Fetches what is of the key/value store, which takes no time.
///
/// # Errors
/// None.
#[cfg(not(feature = "split"))]
pub async fn fetch_kv() -> Result<&'static OfKv, std::convert::Infallible> {
    Ok(&OF_KV)
}
