//! A MapReduce: its workers' lanes, its data on its way, rates, status, files and output.

use super::Step::*;
use super::{Begin, State, Step, at_millis, listed_at, state, written};
use netsplit_sim::link::Link;

/// Words are counted: maps are at work, and some are done.
pub fn at_work() -> Link {
    listed_at(41, 2_000)
}

/// The same at its very beginning.
pub fn beginning() -> Link {
    listed_at(41, 100)
}

/// Somebody has sent code of their own, and the moment at which its job is over.
pub fn with_code() -> Link {
    let script = r#"scenario mapreduce nodes=5 seed=1
code "fn map(name, text) {"
code "  for word in words(text) { emit(\"strange\", 1); }"
code "}"
code "fn reduce(key, values) { sum(values) }"
"#;
    at_millis(written(script), 9_000)
}

/// It is over.
fn over() -> Link {
    listed_at(41, 9_000)
}

/// A worker is taken for lost, with what it had mapped.
fn lost() -> Link {
    listed_at(42, 4_300)
}

/// One has a bad disk, and a backup was first.
fn straggler() -> Link {
    listed_at(44, 9_000)
}

/// The paper's sort, in the middle.
fn sort() -> Link {
    listed_at(49, 150_000)
}

/// The attempt given out last is selected.
const SELECTED: &[Step] = &[
    Until("document.querySelector('.clients-scroll')"),
    Click(".clients-scroll"),
    Press(&["\u{e013}", "\u{e007}"]),
    Until("document.querySelector('.mr-story')"),
];
/// The bench.
const BENCH: &[Step] = &[Click("#view-middle-input-and-code")];
/// A script on it, tried.
const TRIED: &[Step] = &[
    Go(BENCH),
    Run("const list = document.getElementById('mr-middle-job'); list.value = 'own';
         list.dispatchEvent(new Event('change', { bubbles: true }))"),
    Click("#mr-middle-sample"),
    Until("document.getElementById('mr-sampled')"),
];
const HAND: &[super::Size] = &[(390, 844)];
const DESK: &[super::Size] = &[(1440, 900), (1024, 768)];

/// A view at a link.
const fn view(name: &'static str, link: fn() -> Link, steps: &'static [Step]) -> State {
    state(name, steps).from(Begin::Link(link)).sized(DESK)
}

/// The same in a hand.
const fn hand(name: &'static str, link: fn() -> Link, steps: &'static [Step]) -> State {
    state(name, steps).from(Begin::Link(link)).sized(HAND)
}

pub(super) const STATES: &[State] = &[
    view("a job, none of it given out", beginning, &[]),
    view("a job at work", at_work, &[]),
    view("a job, a worker is lost", lost, SELECTED),
    view("a job, a backup was first", straggler, &[]),
    view("a job, the sort", sort, &[]),
    view("a job, its flow", at_work, &[Click("#view-middle-flow")]),
    view("a job, the flow of the sort", sort, &[Click("#view-middle-flow")]),
    view("a job, the rates of the sort", sort, &[Click("#view-middle-rates")]),
    view("a job, its status", lost, &[Click("#view-middle-status")]),
    view("a job, its files", at_work, &[Click("#view-middle-files")]),
    view("a job, no output yet", at_work, &[Click("#view-middle-output")]),
    view(
        "a job, its output",
        over,
        &[Click("#view-middle-output"), Write("#output-middle-search", "the")],
    ),
    view("a job, input and code", at_work, BENCH),
    view("a job, code of one's own", at_work, TRIED),
    state("a job, code that came", &[Until("document.getElementById('mr-strange')")])
        .from(Begin::Opening(with_code)),
    hand("a job of the hand", lost, &[Resize(390, 844), Click("#tab-logs")]),
    hand(
        "a job, its flow in the hand",
        at_work,
        &[Resize(390, 844), Click("#tab-logs"), Click("#view-column-flow")],
    ),
    hand(
        "a job, its status in the hand",
        lost,
        &[Resize(390, 844), Click("#tab-logs"), Click("#view-column-status")],
    ),
    hand(
        "a job, its bench in the hand",
        at_work,
        &[Resize(390, 844), Click("#tab-logs"), Click("#view-column-input-and-code")],
    ),
    hand(
        "a job, its output in the hand",
        over,
        &[Resize(390, 844), Click("#tab-logs"), Click("#view-column-output")],
    ),
];
