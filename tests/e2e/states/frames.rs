//! What is folded, and the page for a room.

use super::Step::*;
use super::moments::{PAST, figure_7_led, figure_8_led};
use super::{Begin, Size, State, at_committed, at_leader, state};

/// One column folded, both folded, the hand.
const FOLDED: &[Size] = &[(1024, 768), (800, 900), (390, 844)];
/// Both columns folded.
const DRAWERS: &[Size] = &[(1000, 768), (720, 900)];
/// A window that is low, and the desk at twice the size.
const LOW: &[Size] = &[(1100, 540), (720, 450)];

pub(super) const STATES: &[State] = &[
    at_leader("drawer of scenarios", &[Resize(1024, 768), Click(".header-fold.narrow-only")])
        .sized(FOLDED),
    at_leader("both folded", &[]).sized(DRAWERS),
    at_committed("drawer of details", &[Resize(800, 900), Click(".details-fold")]).sized(DRAWERS),
    at_committed("low windows", &[]).sized(LOW),
    at_leader("stage only", &[Press(&["q"])]),
    at_committed("logs large", &[Press(&["v"])]),
    at_committed("present", &[Press(&["P"])]),
    at_leader("present, past", &[Go(PAST), Press(&["P"])]),
    state("present, figure 7", &[Press(&["P"])]).from(Begin::Link(figure_7_led)),
    state("present, figure 8", &[Press(&["P"])]).from(Begin::Link(figure_8_led)),
];
