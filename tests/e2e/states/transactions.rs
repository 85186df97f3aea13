//! Transactions: their lanes, who waits for whom, in which order they must stand, and the bank.

use super::Step::*;
use super::{Begin, State, Step, at_millis, listed_at, state, written};
use netsplit_sim::link::Link;

/// Both shards have promised, and the decision is held.
fn promised() -> Link {
    listed_at(33, 1_150)
}

/// The coordinator is dead, and a reader waits for what it has locked.
pub fn coordinator_dead() -> Link {
    listed_at(34, 1_500)
}

/// Two accounts of 100, and nobody does anything.
pub fn a_bank_at_rest() -> Link {
    let script = "scenario txn nodes=9 groups=2x3 clients=2 seed=3 shards=2\nc1 join 1 2\n\
                  run for 1s\nc1 txn put 0 100; put 1 100\nrun for 1s\n";
    at_millis(written(script), 1_990)
}

/// The coordinator is dead, which alone decides, and has been for long.
fn blocked() -> Link {
    listed_at(3401, 3_500)
}

/// Two wait for each other.
fn circle() -> Link {
    listed_at(3801, 1_500)
}

/// One of them was wounded, and has tried again.
fn wounded() -> Link {
    listed_at(38, 2_000)
}

/// Both have read what the other has written over.
fn skew() -> Link {
    listed_at(39, 1_600)
}

/// Money moves all the time.
fn bank() -> Link {
    listed_at(37, 2_500)
}

/// The same with locks that do not last: some is lost.
fn wrong_bank() -> Link {
    listed_at(3701, 4_000)
}

/// One reads for long while others write.
fn long_reader() -> Link {
    listed_at(40, 2_100)
}

/// The transaction begun last but one is selected.
const SELECTED: &[Step] = &[
    Until("document.querySelector('.clients-scroll')"),
    Click(".clients-scroll"),
    Press(&["\u{e013}", "\u{e013}", "\u{e007}"]),
    Until("document.querySelector('.txn-story')"),
];
const HAND: &[super::Size] = &[(390, 844)];
const DESK: &[super::Size] = &[(1440, 900), (1024, 768)];

/// A view at a link.
const fn view(name: &'static str, link: fn() -> Link, steps: &'static [Step]) -> State {
    state(name, steps).from(Begin::Link(link)).sized(DESK)
}

pub(super) const STATES: &[State] = &[
    view("transactions, promised", promised, &[]),
    view("transactions of a bank", bank, &[]),
    view("transactions, a long reader", long_reader, &[]),
    view("transactions, in doubt", blocked, SELECTED),
    view("waits", coordinator_dead, &[Click("#view-middle-waits")]),
    view("waits in a circle", circle, &[Click("#view-middle-waits")]),
    view("waits, one was wounded", wounded, &[Click("#view-middle-waits")]),
    view("an order", bank, &[Click("#view-middle-order")]),
    view("no order", skew, &[Click("#view-middle-order")]),
    view("the bank", bank, &[Click("#view-middle-bank")]),
    view("the bank, a wrong total", wrong_bank, &[Click("#view-middle-bank")]),
    view("transactions of the hand", bank, &[Resize(390, 844), Click("#tab-logs")]).sized(HAND),
    view(
        "no order of the hand",
        skew,
        &[Resize(390, 844), Click("#tab-logs"), Click("#view-column-order")],
    )
    .sized(HAND),
    view(
        "the bank of the hand",
        wrong_bank,
        &[Resize(390, 844), Click("#tab-logs"), Click("#view-column-bank")],
    )
    .sized(HAND),
];
