//! The trace as plain objects, field for field as `TraceEvent` in `types.ts`.

use netsplit_core::id::NodeId;
use netsplit_sim::property::Property;
use netsplit_sim::trace::{Event, Happened, State, Step};
use netsplit_sim::words;
use serde::Serialize;

use crate::shown::{self, Broken, ToldView};
use crate::value::Count;

/// One thing that happened; `kind` says which.
#[derive(Debug, Serialize)]
pub struct TraceEvent {
    moment: String,
    at: Count,
    step: Count,
    matters: bool,
    #[serde(flatten)]
    what: What,
}

/// What happened.
#[derive(Debug, Serialize)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub(crate) enum What {
    /// `StepEvent`.
    Step {
        choice: String,
        message: Option<&'static str>,
        outcome: &'static str,
        cause: Count,
        node: Option<NodeAfter>,
        told: Vec<ToldView>,
        sent: Vec<Sent>,
    },
    /// `TextEvent`.
    Act { text: String },
    /// `TextEvent`.
    Note { text: String },
    /// `TextEvent`.
    GaveUp { text: String },
    /// `TextEvent`.
    Stopped { text: String },
    /// `SkippedEvent`.
    Skipped { text: String, why: String },
    /// `BrokenEvent`.
    Broken { violation: Broken },
}

/// `NodeAfter` in `types.ts`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NodeAfter {
    name: String,
    role: &'static str,
    term: Count,
    log_start: Count,
    last_index: Count,
    committed: Count,
}

/// `Sent` in `types.ts`.
#[derive(Debug, Serialize)]
pub struct Sent {
    id: String,
    kind: &'static str,
}

impl TraceEvent {
    /// An event of a run that checks these properties.
    pub fn of(event: Event, properties: &[Property]) -> TraceEvent {
        TraceEvent {
            moment: event.moment.to_string(),
            at: event.moment.at.into(),
            step: event.step.into(),
            matters: event.matters(),
            what: what(event.what, properties),
        }
    }
}

fn what(happened: Happened, properties: &[Property]) -> What {
    match happened {
        Happened::Step(step) => step_event(*step),
        Happened::Act(text) => What::Act { text },
        Happened::Note(text) => What::Note { text },
        Happened::GaveUp(text) => What::GaveUp { text },
        Happened::Skipped(text, why) => What::Skipped { text, why },
        Happened::Broken(violation) => {
            What::Broken { violation: Broken::of(properties, &violation) }
        }
        Happened::Stopped(stop) => What::Stopped { text: words::stop(stop).to_owned() },
    }
}

fn step_event(step: Step) -> What {
    let sent = step.sent.into_iter();
    What::Step {
        choice: step.text,
        message: step.kind,
        outcome: words::outcome(step.outcome),
        cause: step.cause.into(),
        node: step.node.map(|(node, state)| node_after(node, &state)),
        told: shown::told(step.told),
        sent: sent.map(|(id, kind)| Sent { id: id.to_string(), kind }).collect(),
    }
}

fn node_after(node: NodeId, state: &State) -> NodeAfter {
    NodeAfter {
        name: node.to_string(),
        role: state.role,
        term: state.glance.term.into(),
        log_start: state.start.into(),
        last_index: state.glance.last_index.into(),
        committed: state.glance.committed.into(),
    }
}
