//! Sentences about steps: what the world itself just did, and what comes next.

use netsplit_core::id::NodeId;
use netsplit_core::time::{Span, Time};

use crate::choice::Choice;
use crate::labs::LabWords;
use crate::run::{Told, WorldView};
use crate::world::Outcome;

/// What a step did that no node can tell: a crash, a cut, a message that was
/// lost. `None` for what only the nodes' own sentences are about.
pub fn happened(choice: &Choice, outcome: Outcome) -> Option<Told> {
    let lost = |why: &str| match choice {
        Choice::Deliver(id) => {
            Some((id.to, format!("A message from {} to {} is lost: {why}.", id.from, id.to)))
        }
        _ => None,
    };
    let (node, text) = match outcome {
        Outcome::LostToCut => lost("the link is cut")?,
        Outcome::LostToCrash => lost("its receiver is down")?,
        Outcome::LostToRestart => lost("its call is over")?,
        Outcome::Queued => return None,
        Outcome::Done => match *choice {
            Choice::Drop(id) => {
                (id.to, format!("A message from {} to {} is lost.", id.from, id.to))
            }
            Choice::Hold(id) => {
                (id.to, format!("A message from {} waits before {}.", id.from, id.to))
            }
            Choice::Crash { node, .. } => (node, format!("{node} crashes.")),
            Choice::Restart(node) => (node, format!("{node} starts from its disk.")),
            Choice::Pause(node) => (node, format!("{node} is paused.")),
            Choice::Resume(node) => (node, format!("{node} runs again.")),
            Choice::Wipe(node) => (node, format!("{node}'s disk is emptied.")),
            Choice::Cut(from, to) => (from, format!("The link from {from} to {to} is cut.")),
            Choice::Mend(from, to) => (from, format!("The link from {from} to {to} is mended.")),
            _ => return None,
        },
    };
    // What dies at a cut or at a crashed node was to be expected, and a cut is told by the act
    // that made it, which may be of many links.
    let expected = matches!(choice, Choice::Cut(..) | Choice::Mend(..)) || outcome != Outcome::Done;
    Some(Told::new(node, !expected, text))
}

/// A node that led does so no longer, though it runs.
pub fn leads_no_longer(node: NodeId, term: u64) -> String {
    format!("{node} no longer leads: it has heard of term {term}.")
}

/// What happens next if nobody interferes: `n2 receives AppendEntries in 4 ms`.
pub fn coming(lab: &'static LabWords, view: &WorldView) -> Option<String> {
    let (at, choice) = view.next.as_ref()?;
    let kind =
        |id| view.flying.iter().find(|flying| flying.id == id).map_or("a message", |it| it.kind);
    let what = match *choice {
        Choice::Deliver(id) => format!("{} receives {}", id.to, kind(id)),
        Choice::Drop(id) => format!("{}'s {} is lost", id.from, kind(id)),
        Choice::Fire(node, code) => {
            let timer = lab.timers.iter().find(|(_, other)| *other == code);
            format!("{node}'s {} timer", timer.map_or("", |(name, _)| name))
        }
        Choice::Persist(node) => format!("{node}'s disk finishes a save"),
        Choice::Restart(node) => format!("{node} starts"),
        Choice::HandOver(node) => format!("{node} takes the next thing that waited"),
        _ => return None,
    };
    Some(format!("{what} {}", how_soon(view.moment.at, *at)))
}

/// `in 4 ms`, `now`.
fn how_soon(now: Time, at: Time) -> String {
    match at.since(now) {
        Span::ZERO => "now".to_owned(),
        // Nobody reads microseconds of a wait that is long.
        span if span.micros() >= 10_000 => {
            format!("in {} ms", span.millis(0))
        }
        span => format!("in {span}"),
    }
}
