//! Sentences about the world: choices, what became of them, broken properties,
//! and why something could not be done.

use netsplit_core::id::NodeId;

use crate::choice::{Choice, NotEnabled};
use crate::labs::LabWords;
use crate::labs::raft_disk::{Impossible, ImpossibleStart};
use crate::property::Violation;
use crate::scene::Stop;
use crate::timeline::ACTS_MOST;
use crate::verb::{NotPossible, Selector, Verb};
use crate::world::Outcome;

/// A choice as the line of a script that makes it.
pub fn choice(lab: &'static LabWords, choice: &Choice) -> String {
    match verb(choice) {
        Some(verb) => lab.show(&verb).to_string(),
        None => match choice {
            Choice::HandOver(node) => format!("hand over {node}"),
            other => format!("{other:?}"),
        },
    }
}

/// The act that makes a choice; `None` for what only the world does.
pub fn verb(choice: &Choice) -> Option<Verb> {
    let one = Selector::node;
    Some(match *choice {
        Choice::Deliver(id) => Verb::Deliver(id),
        Choice::Drop(id) => Verb::Drop(id),
        Choice::Duplicate(id) => Verb::Duplicate(id),
        Choice::Hold(id) => Verb::Hold(id),
        Choice::Release(id) => Verb::Release(id),
        Choice::Delay(id, by) => Verb::Delay(id, by),
        Choice::Fire(node, timer) => Verb::Fire(one(node), timer),
        Choice::PutOff(node, timer, by) => Verb::PutOff(one(node), timer, by),
        Choice::Persist(node) => Verb::Persist(one(node)),
        Choice::Stall(node) => Verb::Stall(one(node)),
        Choice::Unstall(node) => Verb::Unstall(one(node)),
        Choice::Lie(node, true) => Verb::Lie(one(node)),
        Choice::Lie(node, false) => Verb::Honest(one(node)),
        Choice::Wipe(node) => Verb::Wipe(one(node)),
        Choice::Crash { node, kept, torn } => Verb::Crash { who: one(node), kept, torn },
        Choice::Restart(node) => Verb::Restart(one(node)),
        Choice::Pause(node) => Verb::Pause(one(node)),
        Choice::Resume(node) => Verb::Resume(one(node)),
        Choice::HandOver(_) => return None,
        Choice::Clock(node, rate) => Verb::Clock(one(node), rate),
        Choice::Offset(node, by) => Verb::Offset(one(node), by),
        Choice::Cut(from, to) => Verb::Cut { from: one(from), to: one(to), both: false },
        Choice::Mend(from, to) => Verb::Mend { from: one(from), to: one(to), both: false },
        Choice::Rule(ref rule) => Verb::Rule(rule.clone()),
        Choice::Unrule(id) => Verb::Lift(id),
        Choice::Tune(ref dial) => Verb::Set(dial.clone()),
        Choice::Request(node, ref words) => Verb::Ask(one(node), words.clone()),
    })
}

/// What became of a choice, as the end of a sentence.
pub fn outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Done => "done",
        Outcome::LostToCut => "lost at the cut",
        Outcome::LostToCrash => "lost: the node is down",
        Outcome::LostToRestart => "lost: its call is over",
        Outcome::Queued => "queued: the node is paused",
    }
}

/// Why an act could not be carried out, as the end of a sentence.
pub fn not_possible(lab: &'static LabWords, why: &NotPossible) -> String {
    match why {
        NotPossible::Nobody(Selector::Leader) => "there is no leader".to_owned(),
        NotPossible::Nobody(Selector::Followers) => "there are no followers".to_owned(),
        NotPossible::Nobody(Selector::Down) => "no node is down".to_owned(),
        NotPossible::Nobody(who) => format!("there is no {who}"),
        NotPossible::TooManyActs => {
            format!("a branch holds {ACTS_MOST} acts at most; undo some, or begin anew")
        }
        NotPossible::Wants => "what the script makes of its input is not known yet".to_owned(),
        NotPossible::Refused(of, why) => format!("{} ({})", not_enabled(*why), choice(lab, of)),
    }
}

/// Why a choice is not possible, as the end of a sentence.
pub fn not_enabled(why: NotEnabled) -> String {
    match why {
        NotEnabled::NoNode(node) => format!("there is no {node}"),
        NotEnabled::NoEnvelope(id) => format!("{id} is not under way"),
        NotEnabled::NoTimer(node, _) => format!("{node} has no such timer running"),
        NotEnabled::Down(node) => format!("{node} is down"),
        NotEnabled::Up(node) => format!("{node} is up"),
        NotEnabled::Already => "it is so already".to_owned(),
        NotEnabled::NotSo => "there is nothing to undo or to finish".to_owned(),
        NotEnabled::NoRule(number) => format!("rule {number} does not stand"),
        NotEnabled::OutOfRange => "a number is out of its range".to_owned(),
        NotEnabled::Request => "the node does not understand it".to_owned(),
    }
}

/// A property that did not hold: which, and who shows it.
pub fn violation(violation: &Violation) -> String {
    let mut text = format!("{} is broken", violation.property);
    if !violation.nodes.is_empty() {
        text.push_str(" by ");
        text.push_str(&nodes(&violation.nodes));
    }
    if let Some(index) = violation.index {
        text.push_str(&format!(" at index {index}"));
    }
    if let Some(term) = violation.term {
        text.push_str(&format!(" in term {term}"));
    }
    text
}

/// `n1`, `n1 and n2`, `n1, n2 and n3`.
pub fn nodes(nodes: &[NodeId]) -> String {
    match nodes {
        [] => String::new(),
        [only] => only.to_string(),
        [most @ .., last] => {
            let most: Vec<String> = most.iter().map(NodeId::to_string).collect();
            format!("{} and {last}", most.join(", "))
        }
    }
}

/// Which limit stopped a run.
pub fn stop(stop: Stop) -> &'static str {
    match stop {
        Stop::Time => {
            "the run stops: an hour of its time has passed; go back and act, or open it anew"
        }
        Stop::Steps => {
            "the run stops: it has made 2,000,000 steps; go back and act, or open it anew"
        }
        Stop::AtOnce => {
            "the run stops: it has made 100,000 steps within one instant; go back and act, or open it anew"
        }
        Stop::Wants => "the run waits for what the script makes of its input",
        Stop::UnderWay => {
            "the run stops: the messages under way hold more than 32 MB; go back and act, or open it anew"
        }
    }
}

/// Why a starting disk, or a pair of them, cannot be.
pub fn impossible_start(start: &ImpossibleStart) -> String {
    let ImpossibleStart { node, other, index, why } = start;
    let who = match other {
        Some(other) => format!("{node} and {other}"),
        None => node.to_string(),
    };
    let what = match why {
        Impossible::TermFalls => "a term follows a higher one (5.3)",
        Impossible::TermAhead => "the entry's term is higher than the node's (5.1)",
        Impossible::LogMatching => "the logs agree here and differ before (5.3, Log Matching)",
        Impossible::TwoLeaders => "entries of one term begin at two places (5.2)",
    };
    format!("Impossible start: {who}, index {index}: {what}.")
}
