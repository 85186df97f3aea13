//! Groups of servers: all of them, one alone, and what is seen of shards.

use super::Step::*;
use super::{Begin, State, Step, listed_at, state};
use netsplit_sim::link::Link;

/// A second group joins, and five shards are on their way to it.
pub fn moving() -> Link {
    listed_at(25, 640)
}

/// A group alone on the stage.
const ALONE: &[Step] =
    &[Choose(".path-group", "g1"), Until("document.querySelector('.stage-gate')")];

/// A view at a link.
const fn view(name: &'static str, link: fn() -> Link, steps: &'static [Step]) -> State {
    state(name, steps).from(Begin::Link(link))
}

pub(super) const STATES: &[State] = &[
    view("shards", moving, &[]),
    view("shards, one group", moving, ALONE),
    view(
        "shards, an entry",
        moving,
        &[Go(ALONE), Run("document.querySelector('[id^=log-middle-g1]').click()")],
    ),
];
