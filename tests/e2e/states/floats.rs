//! What lies over the page: menus, the palette, dialogs.

use super::Step::*;
use super::moments::{BRANCH, ENTRIES, LEADER, LEADS, PAST};
use super::{Begin, State, Step, state, written};
use netsplit_sim::link::Link;
use std::fmt::Write as _;

const SHARE: &[Step] = &[Press("s"), Until("document.querySelector('.share-code, .dialog-small')")];

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
    state("menu of a node", &[Go(LEADER), Press("2"), Press("\u{e007}")]),
    state("menu of a message", &[Go(LEADER), Press("m"), Press("\u{e007}")]),
    state("search or act", &[Go(LEADER), Press("/"), Press("crash")]),
    state("search or act, nothing", &[Go(LEADER), Press("/"), Press("zebra")]),
    state("share", &[Go(LEADER), Go(SHARE)]),
    state("share, playing", &[Go(LEADS), Go(SHARE)]),
    state("share, past", &[Go(PAST), Go(SHARE)]),
    state("share, branch", &[Go(BRANCH), Go(SHARE)]),
    state("share, too long", SHARE).from(Begin::Link(a_long_script)),
    state("open", &[Go(LEADER), Click("#open"), Until("document.getElementById('open-text')")]),
    state("help", &[Go(LEADER), Press("?")]),
    state("set up logs", &[Go(LEADER), Click("#start-fold"), Click("#start .scenarios-more")]),
    state(
        "same acts, other luck",
        &[
            Go(ENTRIES),
            Choose(".scenarios-item", "Same acts, other luck"),
            Until(
                "document.querySelector('.luck-tile') && !document.querySelector('.luck-progress')",
            ),
        ],
    ),
    state("find a run", &[Go(LEADER), Choose(".scenarios-item", "Find a run where")]),
    state(
        "find a run, stopped",
        &[
            Go(LEADER),
            Choose(".scenarios-item", "Find a run where"),
            Choose(".find-item", "handled twice"),
            Click("#find-cancel"),
            Until(
                "document.querySelector('.find-now') && !document.querySelector('.find-progress')",
            ),
        ],
    ),
];
