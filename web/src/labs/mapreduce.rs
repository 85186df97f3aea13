//! What the page shows of a MapReduce beyond the generic inspector and event list.

use netsplit_sim::labs::mapreduce::CODE;
use yew::prelude::*;

use crate::app::pages;
use crate::components;
use crate::jobs;
use crate::later::{OfClients, OfCode, OfLab, OfStage};
use crate::paint::{paint_tasks, paint_workers};
use crate::state::model::Model;
use crate::state::views::View;

use super::{Headings, Look, Shape};

/// MapReduce.
pub static LOOK: Look = Look {
    // How far work is stands around each worker, by what it says of that: no timer does.
    shape,
    ..Look::plain("mapreduce", "MapReduce", &[("1", "MapReduce")], "exit")
};

/// What comes with it.
pub static OF: OfLab = OfLab {
    sheets: &["kv.css", "mapreduce.css"],
    headings: HEADINGS,
    views: &[
        View::Tasks,
        View::Flow,
        View::Rates,
        View::Status,
        View::Files,
        View::Output,
        View::Input,
    ],
    beside: pages::mapreduce::beside,
    story: pages::mapreduce::story,
    clients: Some(&CLIENTS),
    stage: Some(&STAGE),
    code_of_readers: Some(&CODE_OF_READERS),
    ..OfLab::plain(&CODE)
};

static CLIENTS: OfClients = OfClients {
    asks: pages::mapreduce::asks,
    // Nobody is asked how queries are answered.
    reads: |_, _| Html::default(),
    paint: paint_tasks,
    ask: Model::ask_of_job,
    marks: pages::mapreduce::marks,
};

static STAGE: OfStage = OfStage { legend: components::mapreduce::MARKS, paint: paint_workers };

static CODE_OF_READERS: OfCode = OfCode {
    open: jobs::workshop::open,
    ask: components::mapreduce::stranger,
    take: jobs::bench::take,
    paste: jobs::bench::paste,
};

/// What carries files is a block; what asks is a triangle; the rest is a square.
fn shape(kind: &str) -> Shape {
    match kind {
        "Content" | "Write" => Shape::Block,
        "AskTask" | "Ping" | "Read" => Shape::Triangle,
        _ => Shape::Square,
    }
}

/// The coordinator's tasks, then what a worker does, then files.
const HEADINGS: Headings = &[
    ("Job", &["run", "job", "map tasks", "reduce tasks"]),
    ("Tasks", &["maps", "reduces"]),
    ("Workers", &["lost workers"]),
    ("User's code", &["counters", "skipped records"]),
    ("Work", &["process", "map", "reduce", "asked of its disk"]),
    ("Files", &["outputs", "bytes on disk", "files"]),
];
