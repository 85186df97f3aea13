//! What the page shows of a MapReduce, beside the stage and where what is selected is told. Its style
//! sheet is `www/labs/mapreduce.css`, which is fetched with the lab.

mod files;
mod flow;
mod input;
mod output;
mod rates;
mod real;
mod sampled;
mod status;
mod story;
mod stranger;
mod workbench;

use netsplit_core::history::OpId;
use netsplit_core::mapreduce::message::Stage;
use yew::prelude::*;

use super::beside::Said;
use super::{Mark, does};
use crate::state::action::Action;
use crate::state::job::State;
use crate::state::selection::Selection;

pub use files::{Disk, Disks};
pub use flow::{FlowMap, Source};
pub use input::{InputAndCode, Split};
pub use output::OutputTable;
pub use rates::{RateCharts, Sort};
pub use status::{Counted, StatusPage, WorkerRow};
pub use story::{Told, line, story};
pub use stranger::stranger;
pub use workbench::Workbench;

/// Of the lanes of workers.
pub static OF_TASKS: Said = Said {
    title: "Tasks",
    role: "lanes of workers",
    help: "Attempts at tasks, a lane for each worker. Arrows go from one to the next, Enter selects it.",
    empty: "No task is given out yet.",
    rows: "attempts",
    columns: ["task", "attempt", "worker", "from", "is", "ended", "bytes read", "bytes written"],
};

/// The stages that are told apart by what fills them, each with what it is called.
pub const STAGES: [(Stage, &str); 5] = [
    (Stage::Read, "read"),
    (Stage::Shuffle, "shuffle"),
    (Stage::Sort, "sort"),
    (Stage::Compute, "map, reduce"),
    (Stage::Write, "write"),
];

/// The legend of the stage.
pub const MARKS: &[Mark] = &[
    ("term-1", "M1 8a7 7 0 1 0 14 0a7 7 0 1 0 -14 0Z", "at a map"),
    ("term-2", "M1 8a7 7 0 1 0 14 0a7 7 0 1 0 -14 0Z", "at a reduce, or both"),
    ("term-0", "M3 14L8 3L13 14Z", "asks for a task or a file"),
    ("term-0", "M0 5H16V11H0Z", "carries a file"),
    ("term-0", "M3 3H13V13H3Z", "says something else"),
];

/// What the pieces of an attempt are, and the signs on it.
pub fn legend() -> Html {
    let key = |glyph: Html, words: &'static str| {
        html! {
            <span class="clients-key">
                <svg class="mr-glyph" width="18" height="12" aria-hidden="true">{ glyph }</svg>{ words }
            </span>
        }
    };
    let piece = |(stage, words): &(Stage, &'static str)| {
        let glyph = match stage {
            Stage::Read => html! { <rect class="pale" x="0.5" y="5.5" width="17" height="6" /> },
            Stage::Shuffle => html! { <path d="M0 3.5H18M0 7.5H18M0 11.5H18" /> },
            Stage::Sort => html! { <path d="M1.5 1V12M5.5 1V12M9.5 1V12M13.5 1V12M17.5 1V12" /> },
            Stage::Compute => {
                html! { <><rect class="map" x="0" y="0" width="9" height="12" /><rect class="reduce" x="9" y="0" width="9" height="12" /></> }
            }
            _ => html! { <rect class="soft" x="0" y="4" width="18" height="8" /> },
        };
        key(glyph, words)
    };
    html! {
        <>
            { for STAGES.iter().map(piece) }
            { key(html! { <path class="filled" d="M9 2L13 6L9 10L5 6Z" /> }, "committed") }
            { key(html! { <><rect class="dashed" x="0.5" y="0.5" width="17" height="11" /><path d="M1 11L10 1M8 11L17 1" /></> }, "for nothing") }
            { key(html! { <path class="bold" d="M1 1H17" /> }, "backup") }
        </>
    }
}

/// A number with its noun.
pub fn counted(number: usize, noun: &str) -> String {
    match number {
        1 => format!("1 {noun}"),
        number => format!("{number} {noun}s"),
    }
}

/// How a task stands, as a sign: a ring, half a disc, a disc.
pub fn sign(state: State) -> Html {
    let filled = match state {
        State::Idle => html! {},
        State::InProgress => html! { <path d="M6 2A4 4 0 0 0 6 10Z" /> },
        State::Completed => html! { <circle class="filled" cx="6" cy="6" r="4" /> },
    };
    html! {
        <svg class="mr-sign" width="12" height="12" role="img" aria-label={state.word()}>
            <circle class="ring" cx="6" cy="6" r="4" />{ filled }
        </svg>
    }
}

/// What leads to an attempt; without one, its words alone.
pub fn way(words: String, to: Option<OpId>, on: &Callback<Action>) -> Html {
    match to {
        None => html! { { words } },
        Some(id) => {
            let select = does::<MouseEvent>(on, Action::Select(Selection::Operation(id)));
            html! { <button class="mr-go" onclick={select}>{ words }</button> }
        }
    }
}
