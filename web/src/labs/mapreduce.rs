//! What the page shows of a MapReduce beyond the generic inspector and event list.

use super::{Headings, Look, Shape, raft};

/// MapReduce.
pub static LOOK: Look = Look {
    lab: "mapreduce",
    title: "MapReduce",
    parts: &[("1", "MapReduce")],
    // How far work is stands around each worker, by what it says of that.
    racing: &[],
    shape,
    marks: |_, _| None,
    ask: "exit",
    command: |_| String::new(),
    timing: |_| None,
    what_if: |_| None,
    ..raft::LOOK
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
pub(super) const HEADINGS: Headings = &[
    ("Job", &["run", "job", "map tasks", "reduce tasks"]),
    ("Tasks", &["maps", "reduces"]),
    ("Workers", &["lost workers"]),
    ("User's code", &["counters", "skipped records"]),
    ("Work", &["process", "map", "reduce", "asked of its disk"]),
    ("Files", &["outputs", "bytes on disk", "files"]),
];
