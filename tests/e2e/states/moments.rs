//! Moments: what a run comes to by itself, and by what a person does in it.

use super::Step::*;
use super::{Begin, State, Step, at_committed, at_leader, at_millis, listed_at, state, written};
use crate::hands::{BRANCHED, HOME, LED, LEFT, PAUSED, RIGHT};
use netsplit_sim::link::{Link, What};

/// Somebody leads; it plays on.
pub(super) const LEADS: &[Step] = &[Until(LED)];
/// Played on from where a link leads, until somebody leads.
pub(super) const PLAYS: &[Step] = &[Press(&[" "]), Go(LEADS)];
/// Paused.
pub(super) const PAUSE: &[Step] = &[Press(&[" "]), Until(PAUSED)];
/// Some steps before the edge, from the leader on; the second is the one before it.
pub(super) const PAST: &[Step] = &[Press(&[LEFT, LEFT, LEFT, LEFT])];
/// A second branch, from before the leader, a little further on.
pub(super) const BRANCH: &[Step] =
    &[Press(&[LEFT, LEFT, LEFT, "1x"]), Until(BRANCHED), Press(&[RIGHT, RIGHT, RIGHT])];

/// A second branch on which the candidate reaches nobody, at the time at which it leads on the first.
pub(super) const BRANCH_CUT: &[Step] = &[
    Press(&[LEFT, LEFT, LEFT, "3i"]),
    Until(BRANCHED),
    Press(&[RIGHT, RIGHT, RIGHT, RIGHT, RIGHT, RIGHT, RIGHT, RIGHT]),
];

/// The candidate of the first scenario has its votes, and they are on their way to it.
pub(super) fn voted() -> Link {
    listed_at(1, 215)
}

/// It leads: that was the last step but one.
pub fn led() -> Link {
    listed_at(1, 223)
}

/// The first entry is committed, and the messages that say so are under way.
pub(super) fn committed() -> Link {
    listed_at(1, 275)
}

/// Six logs that disagree, and the one that asks to lead them.
fn figure_7() -> Link {
    listed_at(7, 5)
}

/// It leads them.
pub(super) fn figure_7_led() -> Link {
    listed_at(7, 30)
}

/// The first of the leaders of Figure 8.
pub(super) fn figure_8_led() -> Link {
    listed_at(11, 30)
}

/// Logs that begin with a snapshot, and one that does not.
fn snapshots() -> Link {
    listed_at(12, 240)
}

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
    at_leader("start, in the past", &[Press(&[HOME])]),
    state("opening", &[]).from(Begin::Opening(an_hour)),
    state("leader, paused", &[Go(LEADS), Go(PAUSE)]),
    at_committed("entries, paused", &[]),
    state("playing", LEADS),
    at_leader("past", PAST),
    at_leader("branch", BRANCH),
    at_leader(
        "four branches",
        &[
            Go(BRANCH),
            Press(&[LEFT, LEFT, "2x", RIGHT, LEFT, LEFT, LEFT, "4x", RIGHT]),
            Until("document.querySelectorAll('#branch option').length === 4"),
        ],
    ),
    at_leader("node crashed", &[Press(&["2x"])]),
    at_leader("node paused", &[Press(&["2p"])]),
    at_leader("cut off", &[Press(&["3i0"])]),
    at_committed("message held", &[Press(&["mh"])]),
    at_committed("message dropped", &[Press(&["md", RIGHT])]),
    at_committed("moment pointed at", &[Point("#timeline", 0.2, 0.6)]),
    state("nine nodes", &[]).from(Begin::Link(nine_nodes)),
    state("figure 7", &[]).from(Begin::Link(figure_7)),
    state("figure 8", &[]).from(Begin::Link(figure_8_led)),
    state("snapshots", &[]).from(Begin::Link(snapshots)),
];
