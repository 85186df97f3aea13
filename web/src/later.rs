//! The parts of the program that the first view does without, and how they come.
//!
//! The built page has the program in two files: what shows a run and plays it, and
//! what is fetched as soon as that stands. The second file holds all that is
//! reached by way of [`Later`] alone, which the tool finds out that splits the
//! program. So what calls something of it by its own name draws it into the first.
//!
//! The labs after the first are in parts of their own, [fetched](fetch_lab) once a run of one is
//! opened; which lab is in which is a list [here](fetch_lab), and what is of a lab stands in its
//! file in `labs`.
//!
//! Built without the feature `split`, the program is in one piece, and all is there.

use std::cell::{Cell, RefCell};
use std::fmt;

use gloo_events::EventListener;
use netsplit_core::history::OpId;
use netsplit_core::id::{Cast, NodeId};
use netsplit_core::time::Time;
use netsplit_sim::labs::{LabCode, bring};
use netsplit_sim::run::WorldView;
use netsplit_sim::verb::Verb;
use yew::prelude::*;

use crate::app::listening::listen_for_texts;
use crate::app::{App, pages};
use crate::components::{Mark, OF_ANY_LAB};
use crate::draw::clients::Axis;
use crate::draw::ring::{Ring, Size};
use crate::labs::{self, Headings};
use crate::paint::{Brush, Labels, Palette, paint_timeline};
use crate::state::action::Action;
use crate::state::lens::Asking;
use crate::state::marked::Marked;
use crate::state::model::Model;
use crate::state::views::View;

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
    pub lab_came: fn(&mut App, Option<&'static Part>),
    /// Looks ahead past the edge.
    pub foresee: fn(&mut Model, u64) -> Option<bool>,
    /// The page of the right column.
    pub details: fn(&Model, &Callback<Action>) -> Html,
    /// What floats.
    pub float: fn(&Model, &Callback<Action>) -> Html,
}

/// A part that is fetched for the labs in it: what is of each.
#[derive(Debug)]
pub struct Part(pub &'static [&'static OfLab]);

/// What is of one lab after the first alone: it, and what the page has for it. What a lab does not
/// have it leaves as it [is for any](OfLab::plain).
pub struct OfLab {
    /// The lab.
    pub code: &'static LabCode,
    /// The style sheets of what is of it; they come with that.
    pub sheets: &'static [&'static str],
    /// A node's fields under the paper's headings.
    pub headings: Headings,
    /// What can stand beside the stage; the first does when nothing else was chosen.
    pub views: &'static [View],
    /// The view that stands there, given the rows of logs where they are that.
    pub beside: fn(&Model, &'static str, Html, &Callback<Action>) -> Html,
    /// The story of what is selected: an operation, a shard; of an entry or a message the way up to
    /// what it is about.
    pub story: fn(&Model, &Callback<Action>) -> Option<Html>,
    /// What is of clients, and of what they asked.
    pub clients: Option<&'static OfClients>,
    /// What stands on the stage, where that is not what Raft has there.
    pub stage: Option<&'static OfStage>,
    /// What is of labs whose servers stand in groups.
    pub groups: Option<&'static OfGroups>,
    /// What is of labs that run code of a reader's own.
    pub code_of_readers: Option<&'static OfCode>,
}

impl fmt::Debug for OfLab {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("OfLab").field(&self.code.lab).finish()
    }
}

impl OfLab {
    /// What is of a lab for which the generic views are enough.
    pub const fn plain(code: &'static LabCode) -> OfLab {
        OfLab {
            code,
            sheets: &[],
            headings: &[],
            views: LOGS,
            beside: |_, _, rows, _| rows,
            story: |_, _| None,
            clients: None,
            stage: Some(&OfStage { legend: OF_ANY_LAB, paint: |_, _, _, _, _| {} }),
            groups: None,
            code_of_readers: None,
        }
    }
}

/// The rows of logs alone stand beside the stage.
const LOGS: &[View] = &[View::Logs];

/// What is of clients, and of what they asked; of a lab without such, of what else lies in lanes
/// along the time line.
pub struct OfClients {
    /// One is asked for something.
    pub asks: fn(&Model, NodeId, &Callback<Action>) -> Html,
    /// How queries are answered.
    pub reads: fn(&Model, &Callback<Action>) -> Html,
    /// Paints the lanes beside the stage.
    pub paint: fn(&Brush, &Palette, &Model, Axis),
    /// Does something about what stands in them.
    pub ask: fn(&mut Model, Asking) -> bool,
    /// What belongs to an operation, beside its lane.
    pub marks: fn(&Model, OpId) -> Marked,
}

/// What is of a lab on the stage.
pub struct OfStage {
    /// The marks of its legend.
    pub legend: &'static [Mark],
    /// Paints what lies below messages.
    pub paint: fn(&Brush, &Palette, &Model, &Ring, &mut Labels),
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

/// The parts: of each the labs in it, so that what is fetched is known before it is there, and
/// what fetches it.
macro_rules! parts {
    ($($part:ident: $($lab:ident)*;)*) => {
        /// The names of the labs in each part.
        const LABS_OF_PARTS: &[&[&str]] = &[$(&[$(stringify!($lab)),*]),*];

        const LABS_AT_ONCE: &[&OfLab] =
            if cfg!(target_family = "wasm") { &[] } else { &[$($(&labs::$lab::OF),*),*] };

        $(mod $part {
            use super::{Part, labs};

            static PART: Part = Part(&[$(&labs::$lab::OF),*]);

            #[cfg(feature = "split")]
            #[wasm_split_helpers::wasm_split($part, fallible)]
            pub(super) fn fetch() -> Result<&'static Part, wasm_split_helpers::SplitLoaderError> {
                Ok(&PART)
            }

            #[cfg(not(feature = "split"))]
            pub(super) async fn fetch() -> Result<&'static Part, std::convert::Infallible> {
                Ok(&PART)
            }
        })*

        /// Fetches what is of a lab after the first, with all labs that are in the same part;
        /// nothing when it does not arrive. Then it can be fetched again.
        pub async fn fetch_lab(lab: &str) -> Option<&'static Part> {
            let mut parts = LABS_OF_PARTS.iter();
            $(if parts.next().is_some_and(|labs| labs.contains(&lab)) {
                return $part::fetch().await.ok();
            })*
            None
        }
    };
}

parts! {
    kv: kv;
    shards: shardctrl shardkv;
    txn: txn;
    mapreduce: mapreduce;
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
    static LABS_THERE: RefCell<Vec<&'static OfLab>> = RefCell::new(LABS_AT_ONCE.to_vec());
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

/// What is of a lab after the first, once it has come: a run of that is there.
pub fn of_lab(lab: &str) -> Option<&'static OfLab> {
    LABS_THERE.with_borrow(|there| there.iter().copied().find(|of| of.code.lab == lab))
}

/// What can stand beside the stage in a lab.
pub fn views(lab: &str) -> &'static [View] {
    of_lab(lab).map_or(LOGS, |of| of.views)
}

/// A node's fields under the headings of a lab.
pub fn headings(lab: &str) -> Headings {
    of_lab(lab).map_or(labs::raft::HEADINGS, |of| of.headings)
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
    LABS_THERE.with_borrow(|there| there.iter().find_map(|of| of.code_of_readers))
}

/// It has come.
pub fn keep_labs(part: &Part) {
    for of in part.0 {
        bring(&[of.code]);
        LABS_THERE.with_borrow_mut(|there| there.push(of));
    }
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

#[cfg(test)]
mod tests {
    use netsplit_sim::labs::LABS;

    use super::*;

    #[test]
    fn every_lab_after_the_first_is_in_one_part_and_has_a_look() {
        let mut named = LABS_OF_PARTS.concat();
        let mut has: Vec<&str> = LABS_AT_ONCE.iter().map(|of| of.code.lab).collect();
        assert_eq!(named, has);
        let mut all: Vec<&str> = LABS.iter().skip(1).map(|lab| lab.name).collect();
        for names in [&mut named, &mut has, &mut all] {
            names.sort_unstable();
        }
        assert_eq!(named, all);
        assert!(all.iter().all(|lab| labs::look(lab).lab == *lab && of_lab(lab).is_some()));
    }
}
