//! What is refused, broken or missing.

use super::Step::*;
use super::moments::the_start;
use super::{Begin, State, at_committed, at_leader, at_millis, state};
use crate::hands::{ENTER, HOME, TAB};
use crate::server::{BROKEN, FIRST};
use netsplit_sim::link::Link;

/// A run with a mistake, at the moment at which a property is broken.
const MISTAKEN: Begin = Begin::At("#s1:AAAJAAcAwJoMAAGCNLaAi9IuewAA4TQ&t=0.2s");

/// A link that claims another run.
fn another_fingerprint() -> Link {
    Link { fingerprint: Some(7), ..at_millis(the_start(), 500) }
}

pub(super) const STATES: &[State] = &[
    state("a property broken", &[Until("document.querySelector('#tab-checks.broken')")])
        .from(MISTAKEN),
    state(
        "checks, broken",
        &[Until("document.querySelector('#tab-checks.broken')"), Click("#tab-checks")],
    )
    .from(MISTAKEN),
    state(
        "checks, broken later",
        &[
            Until("document.querySelector('#tab-checks.broken')"),
            Press(&[HOME]),
            Click("#tab-checks"),
            Until("document.querySelector('.checks-go')"),
        ],
    )
    .from(MISTAKEN),
    state("a link refused", &[Until("document.querySelector('.centre [role=alert]')")])
        .from(Begin::At("#s1:AAEBB2c")),
    state(
        "another fingerprint",
        &[Until("document.getElementById('origin')?.textContent.includes('not the run')")],
    )
    .from(Begin::Link(another_fingerprint)),
    state(
        "another fingerprint, shared",
        &[
            Until("document.getElementById('origin')?.textContent.includes('not the run')"),
            Press(&["s"]),
            Until("document.querySelector('.share-code')"),
        ],
    )
    .from(Begin::Link(another_fingerprint)),
    at_leader(
        "open, refused",
        &[
            Click("#open"),
            Write("#open-text", "scenario raft nodes=99"),
            Click("#open-go"),
            Until("document.getElementById('open-trouble')"),
        ],
    ),
    at_committed(
        "script, a line with a mistake",
        &[
            Click("#tab-script"),
            Choose(".script-acts button", "Edit as text"),
            Write(".script-whole", "\nat 0.5s crush n2\n"),
            Choose(".script-acts button", "Apply"),
            Until("document.querySelector('.script-trouble')"),
        ],
    ),
    at_leader("search or act, refused", &[Press(&["/"]), Press(&["crash n9"]), Press(&[ENTER])]),
    at_leader(
        "network, an impossible value",
        &[
            Click("#network-fold"),
            Click("#dial-loss"),
            Run("document.activeElement.select()"),
            Press(&["-5", TAB]),
            Until("document.querySelector('.dial-trouble')"),
        ],
    )
    .at_the_left(),
    at_leader(
        "set up logs, a row with a mistake",
        &[
            Click("#start-fold"),
            Click("#start .scenarios-more"),
            Write("#set-up", "\n1 2 zebra"),
            Until("document.querySelector('.dialog-trouble')"),
        ],
    ),
    state("without its later part", &[Until("document.querySelector('.centre [role=alert]')")])
        .from(Begin::Missing(FIRST)),
    state("without program", &[Until("document.querySelector('#trouble:not([hidden])')")])
        .from(Begin::Missing(BROKEN)),
    at_leader(
        "stopped",
        &[
            // A browser that refuses to make a drawing: the program cannot go on from there.
            Run("document.createElementNS = () => { throw new Error('made to fail by a test') }"),
            Press(&["s"]),
            Until("document.getElementById('panic')?.hidden === false"),
        ],
    ),
];
