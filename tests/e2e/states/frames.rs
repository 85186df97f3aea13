//! What is folded, and the page for a room.

use super::Step::*;
use super::moments::{ENTRIES, LEADER, LEADS, PAST};
use super::{Size, State, state};

/// One column folded, both folded, the hand.
const FOLDED: &[Size] = &[(1024, 768), (800, 900), (390, 844)];
/// Both columns folded.
const DRAWERS: &[Size] = &[(1000, 768), (720, 900)];
/// A window that is low, and the desk at twice the size.
const LOW: &[Size] = &[(1100, 540), (720, 450)];

pub(super) const STATES: &[State] = &[
    state(
        "drawer of scenarios",
        &[Go(LEADER), Resize(1024, 768), Click(".header-fold.narrow-only")],
    )
    .sized(FOLDED),
    state("both folded", LEADER).sized(DRAWERS),
    state("drawer of details", &[Go(ENTRIES), Resize(800, 900), Click(".details-fold")])
        .sized(DRAWERS),
    state("low windows", ENTRIES).sized(LOW),
    state("stage only", &[Go(LEADER), Press("q")]),
    state("logs large", &[Go(ENTRIES), Press("v")]),
    state("present", &[Go(ENTRIES), Press("P")]),
    state("present, past", &[Go(PAST), Press("P")]),
    state(
        "present, figure 7",
        &[
            Choose(".scenarios-item", "Figure 7"),
            Until("document.querySelector('.node-label')"),
            Go(LEADS),
            Press(" P"),
        ],
    ),
    state(
        "present, figure 8",
        &[
            Choose(".scenarios-item", "Figure 8"),
            Until("document.querySelector('.node-label')"),
            Go(LEADS),
            Press(" P"),
        ],
    ),
];
