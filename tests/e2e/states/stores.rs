//! The views of a store and its clients, beside the stage.

use super::Step::*;
use super::{Begin, State, Step, listed_at, state};
use netsplit_sim::link::Link;

/// An old leader has answered a read with what was replaced before the question.
pub fn broken() -> Link {
    listed_at(2003, 610)
}

/// A store with a leader that nobody has asked for anything.
pub fn a_store_at_rest() -> Link {
    super::at_millis(super::written("scenario kv nodes=3 clients=1 seed=4\n"), 600)
}

/// A leader whose clock is slow has answered by its lease after another was elected.
pub fn a_broken_lease() -> Link {
    listed_at(21, 690)
}

/// The same scenario before anybody has asked.
fn nothing_yet() -> Link {
    listed_at(2003, 1)
}

/// A log was put into a snapshot.
fn snapshot() -> Link {
    listed_at(24, 500)
}

/// Calls with long values wait while nobody leads.
fn waiting() -> Link {
    listed_at(22, 700)
}

/// Many ask, and all are answered.
fn busy() -> Link {
    listed_at(22, 1_000)
}

const WITNESS: &[Step] = &[
    Until("document.querySelector('.views')"),
    Click("#tab-checks"),
    Choose("#check-linearizable button", "Show them"),
    Until("document.querySelector('.clients.lit')"),
];
const HAND: &[super::Size] = &[(390, 844)];
const DESK: &[super::Size] = &[(1440, 900), (1024, 768)];

/// A view at a link.
const fn view(name: &'static str, link: fn() -> Link, steps: &'static [Step]) -> State {
    state(name, steps).from(Begin::Link(link)).sized(DESK)
}

pub(super) const STATES: &[State] = &[
    view("clients, nothing yet", nothing_yet, &[]),
    view("clients", busy, &[]),
    view("clients, a witness", broken, WITNESS),
    view(
        "clients, an operation",
        broken,
        &[Go(WITNESS), Press(&["\u{e014}"]), Click(".clients-scroll")],
    ),
    view("store", broken, &[Click("#view-middle-store")]),
    view("snapshots", snapshot, &[Click("#view-middle-snapshots")]),
    view("reads", busy, &[Click("#view-middle-reads")]),
    view("load", busy, &[Click("#view-middle-load")]),
    view("clients of the hand", broken, &[Resize(390, 844), Click("#tab-logs")]).sized(HAND),
    view(
        "store of the hand",
        broken,
        &[Resize(390, 844), Click("#tab-logs"), Click("#view-column-store")],
    )
    .sized(HAND),
    view("calls of the hand", waiting, &[Resize(390, 844)]).sized(HAND),
    view("find a run, of a store", busy, &[Choose(".scenarios-item", "Find a run where")]),
];
