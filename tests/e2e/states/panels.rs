//! Each view at each moment at which it looks otherwise.

use super::Step::*;
use super::moments::{BRANCH, BRANCH_CUT, ENTRIES, LEADER, LEADS, PAST, an_hour};
use super::{Begin, State, Step, at_millis, state, written};
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
    state("events, filtered", &[Go(ENTRIES), Write(".events-text", "votes")]),
    state("events, nothing fits", &[Go(ENTRIES), Write(".events-text", "zebra")]),
    state("inspect, nothing yet", INSPECT).from(Begin::Calm),
    state("inspect, opening", INSPECT).from(Begin::Opening(an_hour)),
    state("inspect, the moment", &[Go(LEADER), Go(INSPECT)]),
    state("inspect, leader", &[Go(ENTRIES), Click(".role-leader .logs-name button"), Go(INSPECT)]),
    state("inspect, playing", &[Go(LEADS), Press("2"), Go(INSPECT)]),
    state("inspect, past", &[Go(PAST), Press("2"), Go(INSPECT)]),
    state("inspect, branch", &[Go(BRANCH_CUT), Press("3"), Go(INSPECT)]),
    state("inspect, message", &[Go(LEADER), Press("m")]),
    state(
        "inspect, message that arrived",
        &[Go(LEADER), Press("m "), Until("document.querySelector('.inspect-arrived')"), Press(" ")],
    ),
    state("inspect, entry", &[Go(ENTRIES), Click(".logs-cell.committed")]),
    state(
        "inspect, timer",
        &[Go(LEADER), Press("2"), Go(INSPECT), Click("#details-page .fields .inspect-name")],
    ),
    state("checks, nothing yet", CHECKS).from(Begin::Calm),
    state("checks, opening", CHECKS).from(Begin::Opening(an_hour)),
    state("checks, some not decided", &[Go(LEADER), Go(CHECKS)]),
    state("checks, branch", &[Go(BRANCH), Go(CHECKS)]),
    state("script, nothing yet", SCRIPT).from(Begin::Calm),
    state("script, opening", SCRIPT).from(Begin::Opening(an_hour)),
    state(
        "script, paused",
        &[Go(ENTRIES), Press("2x"), Go(SCRIPT), Click(".script-line.by-hand .script-go")],
    ),
    state("script, playing", &[Go(LEADS), Go(SCRIPT)]),
    state("script, past", &[Go(ENTRIES), Press("2x\u{e012}\u{e012}"), Go(SCRIPT)]),
    state(
        "script, as text",
        &[Go(ENTRIES), Go(SCRIPT), Choose(".script-acts button", "Edit as text")],
    ),
    state("script, not possible", SCRIPT).from(Begin::Link(what_is_not_possible)),
    state("logs of the hand, nothing yet", LOGS).from(Begin::Calm).sized(HAND),
    state("logs of the hand", &[Go(ENTRIES), Go(LOGS)]).sized(HAND),
    state(
        "logs of the hand, past",
        &[Go(ENTRIES), Press("\u{e012}\u{e012}\u{e012}\u{e012}\u{e012}\u{e012}"), Go(LOGS)],
    )
    .sized(HAND),
    state("network, calm", &[Go(LEADER), Go(NETWORK)]).at_the_left(),
    state("network, opening", NETWORK).from(Begin::Opening(an_hour)).at_the_left(),
    state("network, past", &[Go(PAST), Go(NETWORK)]).at_the_left(),
    state(
        "network, changed",
        &[
            Go(LEADER),
            Go(NETWORK),
            Click("#dial-loss"),
            Run("document.activeElement.select()"),
            Press("20%\u{e004}"),
            Until("document.querySelector('.dial.away')"),
        ],
    )
    .at_the_left(),
    state("start, unfolded", &[Go(LEADER), Click("#start-fold")]).at_the_left(),
    state("faults, unfolded", &[Go(LEADER), Click("#faults-fold")]).at_the_left(),
    state(
        "mistakes, unfolded",
        &[Go(LEADER), Click("#mistakes-fold"), Click("#mistakes .scenarios-item")],
    )
    .at_the_left(),
    state(
        "a test of the course",
        &[
            Run("document.getElementById('course-tests-fold').click()"),
            Choose(".scenarios-tests .scenarios-item", "BasicAgree"),
            Until("document.getElementById('origin')?.textContent === 'TestBasicAgree2B: passed'"),
            Go(LEADER),
        ],
    )
    .at_the_left(),
    state(
        "a mistake is on",
        &[
            Go(LEADER),
            Click("#mistakes-fold"),
            Click("#mistakes .scenarios-item"),
            Click("#mistakes .mistake-about button"),
            Until("document.querySelector('.mistake-bar')"),
        ],
    ),
    state(
        "rules stand",
        &[
            Go(LEADER),
            Go(NETWORK),
            Choose(".scenarios-more", "You are the network"),
            Until("document.querySelector('.bar-rules')"),
        ],
    ),
];
