//! Each view at each moment at which it looks otherwise.

use super::Step::*;
use super::moments::{BRANCH, BRANCH_CUT, LEADS, PAST, PAUSE, PLAYS, an_hour};
use super::{Begin, State, Step, at_committed, at_leader, at_millis, at_votes, state, written};
use crate::hands::{HOME, LEFT, RIGHT, TAB};
use netsplit_sim::link::Link;

const INSPECT: &[Step] = &[Click("#tab-inspect")];
const CHECKS: &[Step] = &[Click("#tab-checks")];
const SCRIPT: &[Step] = &[Click("#tab-script")];
const LOGS: &[Step] = &[Resize(390, 844), Click("#tab-logs")];
const NETWORK: &[Step] = &[Click("#network-fold")];
const HAND: &[super::Size] = &[(390, 844)];

/// What cannot be done, a wait that is given up, and a note that is not said.
fn what_is_not_possible() -> Link {
    let text = "scenario raft nodes=3 seed=7\nat 0.1s restart n2\nat 0.2s crash n1\nat 0.3s crash n1\nat 0.5s mend n1 n2\n";
    at_millis(written(text), 400)
}

pub(super) const STATES: &[State] = &[
    at_committed("events, filtered", &[Write(".events-text", "votes")]),
    at_committed("events, nothing fits", &[Write(".events-text", "zebra")]),
    state("inspect, nothing yet", INSPECT).from(Begin::Calm),
    state("inspect, opening", INSPECT).from(Begin::Opening(an_hour)),
    at_leader("inspect, the moment", &[Go(INSPECT)]),
    at_committed("inspect, leader", &[Click(".role-leader .logs-name button"), Go(INSPECT)]),
    at_votes("inspect, playing", &[Go(PLAYS), Press(&["2"]), Go(INSPECT)]),
    at_leader("inspect, past", &[Go(PAST), Press(&["2"]), Go(INSPECT)]),
    at_leader("inspect, branch", &[Go(BRANCH_CUT), Press(&["3"]), Go(INSPECT)]),
    at_leader("inspect, message", &[Press(&["m"])]),
    at_leader(
        "inspect, message that arrived",
        &[Press(&["m "]), Until("document.querySelector('.inspect-arrived')"), Press(&[" "])],
    ),
    at_committed("inspect, entry", &[Click(".logs-cell.committed")]),
    at_leader(
        "inspect, timer",
        &[Press(&["2"]), Go(INSPECT), Click("#details-page .fields .inspect-name")],
    ),
    state("checks, nothing yet", CHECKS).from(Begin::Calm),
    state("checks, opening", CHECKS).from(Begin::Opening(an_hour)),
    at_leader("checks, some not decided", &[Go(CHECKS)]),
    at_leader("checks, branch", &[Go(BRANCH), Go(CHECKS)]),
    state("script, nothing yet", SCRIPT).from(Begin::Calm),
    state("script, opening", SCRIPT).from(Begin::Opening(an_hour)),
    at_committed(
        "script, paused",
        &[Press(&["2x"]), Go(SCRIPT), Click(".script-line.by-hand .script-go")],
    ),
    at_votes("script, playing", &[Go(PLAYS), Go(SCRIPT)]),
    at_committed("script, past", &[Press(&["2x", LEFT, LEFT]), Go(SCRIPT)]),
    at_committed("script, as text", &[Go(SCRIPT), Choose(".script-acts button", "Edit as text")]),
    state("script, not possible", SCRIPT).from(Begin::Link(what_is_not_possible)),
    state("logs of the hand, nothing yet", LOGS).from(Begin::Calm).sized(HAND),
    at_committed("logs of the hand", &[Go(LOGS)]).sized(HAND),
    at_committed(
        "logs of the hand, past",
        &[Press(&[LEFT, LEFT, LEFT, LEFT, LEFT, LEFT]), Go(LOGS)],
    )
    .sized(HAND),
    at_leader("network, calm", &[Go(NETWORK)]).at_the_left(),
    state("network, opening", NETWORK).from(Begin::Opening(an_hour)).at_the_left(),
    at_leader("network, past", &[Go(PAST), Go(NETWORK)]).at_the_left(),
    at_leader(
        "network, changed",
        &[
            Go(NETWORK),
            Click("#dial-loss"),
            Run("document.activeElement.select()"),
            Press(&["20%", TAB]),
            Until("document.querySelector('.dial.away')"),
        ],
    )
    .at_the_left(),
    at_leader("start, unfolded", &[Click("#start-fold")]).at_the_left(),
    at_leader("faults, unfolded", &[Click("#faults-fold")]).at_the_left(),
    at_leader("mistakes, unfolded", &[Click("#mistakes-fold"), Click("#mistakes .scenarios-item")])
        .at_the_left(),
    state(
        "a test of the course",
        &[
            Run("document.getElementById('course-tests-fold').click()"),
            Choose(".scenarios-tests .scenarios-item", "BasicAgree"),
            Until("document.getElementById('origin')?.textContent === 'TestBasicAgree2B: passed'"),
            Go(PAUSE),
            Press(&[HOME]),
            // No election there takes more steps.
            Press(&[RIGHT; 40]),
            Go(LEADS),
        ],
    )
    .at_the_left(),
    at_leader(
        "a mistake is on",
        &[
            Click("#mistakes-fold"),
            Click("#mistakes .scenarios-item"),
            Click("#mistakes .mistake-about button"),
            Until("document.querySelector('.mistake-bar')"),
        ],
    ),
    at_leader(
        "rules stand",
        &[
            Go(NETWORK),
            Choose(".scenarios-more", "You are the network"),
            Until("document.querySelector('.bar-rules')"),
        ],
    ),
];
