//! Moments: what a run comes to by itself, and by what a person does in it.

use super::Step::*;
use super::{Begin, State, Step, at_millis, state, written};
use netsplit_sim::link::{Link, What};

/// Paused.
const PAUSE: &[Step] =
    &[Press(" "), Until("document.getElementById('state').textContent.startsWith('Paused')")];
/// Somebody leads; it plays on.
pub(super) const LEADS: &[Step] = &[Until("document.querySelector('.node.role-leader')")];
/// Paused at the first leader.
pub(super) const LEADER: &[Step] = &[Go(LEADS), Go(PAUSE)];
/// Paused when an entry is committed.
pub(super) const ENTRIES: &[Step] =
    &[Go(LEADS), Until("document.querySelector('.logs-cell.committed')"), Go(PAUSE)];
/// Some steps before the edge; the second is the one before the leader.
pub(super) const PAST: &[Step] = &[Go(LEADER), Press("\u{e012}\u{e012}\u{e012}\u{e012}")];
/// A second branch, from before the leader, a little further on.
pub(super) const BRANCH: &[Step] = &[
    Go(LEADER),
    Press("\u{e012}\u{e012}\u{e012}1x"),
    Until("document.querySelectorAll('#branch option').length === 2"),
    Press("\u{e014}\u{e014}\u{e014}"),
];

/// A second branch on which the candidate reaches nobody, at the time at which it leads on the first.
pub(super) const BRANCH_CUT: &[Step] = &[
    Go(LEADER),
    Press("\u{e012}\u{e012}\u{e012}3i"),
    Until("document.querySelectorAll('#branch option').length === 2"),
    Press("\u{e014}\u{e014}\u{e014}\u{e014}\u{e014}\u{e014}\u{e014}\u{e014}"),
];

/// The start, at which nothing has happened yet.
pub(super) fn the_start() -> Link {
    Link::to(What::Listed { number: 1 }, 7)
}

/// As far as links go, an hour of many nodes: it is opened for longer than anybody looks at it.
pub(super) fn an_hour() -> Link {
    at_millis(written("scenario raft nodes=15 seed=7 heartbeat=20ms\n"), 3_600_000)
}

/// Two leaders at once, and the one of the newer term speaks to all: what is in the README.
pub fn two_leaders() -> Link {
    at_millis(Link::to(What::Listed { number: 6 }, 7), 322)
}

/// Nine nodes, and more entries than fit.
fn nine_nodes() -> Link {
    let head = "scenario raft nodes=9 seed=7\nrun until leader within 5s\n".to_owned();
    at_millis(written(&(head + &"propose x\nrun for 20ms\n".repeat(60))), 1_400)
}

pub(super) const STATES: &[State] = &[
    state("nothing yet", &[]).from(Begin::Calm),
    state("start, in the past", &[Go(LEADER), Press("\u{e011}")]),
    state("opening", &[]).from(Begin::Opening(an_hour)),
    state("leader, paused", LEADER),
    state("entries, paused", ENTRIES),
    state("playing", LEADS),
    state("past", PAST),
    state("branch", BRANCH),
    state(
        "four branches",
        &[
            Go(BRANCH),
            Press("\u{e012}\u{e012}2x\u{e014}\u{e012}\u{e012}\u{e012}4x\u{e014}"),
            Until("document.querySelectorAll('#branch option').length === 4"),
        ],
    ),
    state("node crashed", &[Go(LEADER), Press("2x")]),
    state("node paused", &[Go(LEADER), Press("2p")]),
    state("cut off", &[Go(LEADER), Press("3i0")]),
    state("message held", &[Go(ENTRIES), Press("mh")]),
    state("message dropped", &[Go(ENTRIES), Press("md\u{e014}")]),
    state("moment pointed at", &[Go(ENTRIES), Point("#timeline", 0.2, 0.6)]),
    state("nine nodes", &[]).from(Begin::Link(nine_nodes)),
    state(
        "figure 7",
        &[
            Choose(".scenarios-item", "Figure 7"),
            Until("document.querySelector('.node-label')"),
            Press(" "),
        ],
    ),
    state(
        "figure 8",
        &[
            Choose(".scenarios-item", "Figure 8"),
            Until("document.querySelector('.header-title').title.startsWith('Figure 8')"),
            Go(LEADS),
            Press(" "),
        ],
    ),
    state(
        "snapshots",
        &[
            Choose(".scenarios-part:nth-of-type(4) .scenarios-item", ""),
            Until("document.querySelector('.logs-cell.snapshot')"),
            Press(" "),
        ],
    ),
];
