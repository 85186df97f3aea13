//! What lies over the page: menus, the palette, dialogs.

use super::Step::*;
use super::moments::{BRANCH, PAST, PLAYS};
use super::{Begin, State, Step, at_committed, at_leader, at_votes, state, written};
use crate::hands::ENTER;
use netsplit_sim::link::Link;
use std::fmt::Write as _;

const SHARE: &[Step] =
    &[Press(&["s"]), Until("document.querySelector('.share-code, .dialog-small')")];

/// More than chats carry, and than a code can hold.
fn a_long_script() -> Link {
    let mut text = String::from("scenario raft nodes=5 seed=7\n");
    for line in 1..200_u64 {
        // Digits that a packer finds no pattern in.
        let chance = line.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        writeln!(text, "at 0.{:06}s propose x{chance}", line * 4_000).expect("a string takes all");
    }
    written(&text)
}

pub(super) const STATES: &[State] = &[
    at_leader("menu of a node", &[Press(&["2"]), Press(&[ENTER])]),
    at_leader("menu of a message", &[Press(&["m"]), Press(&[ENTER])]),
    at_leader("search or act", &[Press(&["/"]), Press(&["crash"])]),
    at_leader("search or act, nothing", &[Press(&["/"]), Press(&["zebra"])]),
    at_leader("share", &[Go(SHARE)]),
    at_votes("share, playing", &[Go(PLAYS), Go(SHARE)]),
    at_leader("share, past", &[Go(PAST), Go(SHARE)]),
    at_leader("share, branch", &[Go(BRANCH), Go(SHARE)]),
    state("share, too long", SHARE).from(Begin::Link(a_long_script)),
    at_leader("open", &[Click("#open"), Until("document.getElementById('open-text')")]),
    at_leader("help", &[Press(&["?"])]),
    at_leader("set up logs", &[Click("#start-fold"), Click("#start .scenarios-more")]),
    at_committed(
        "same acts, other luck",
        &[
            Choose(".scenarios-item", "Same acts, other luck"),
            Until(
                "document.querySelector('.luck-tile') && !document.querySelector('.luck-progress')",
            ),
        ],
    ),
    at_leader("find a run", &[Choose(".scenarios-item", "Find a run where")]),
    at_leader(
        "find a run, stopped",
        &[
            Choose(".scenarios-item", "Find a run where"),
            Choose(".find-item", "handled twice"),
            Click("#find-cancel"),
            Until(
                "document.querySelector('.find-now') && !document.querySelector('.find-progress')",
            ),
        ],
    ),
];
