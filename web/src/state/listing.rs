//! The list of events as it is read: what matters, around the moment shown, with
//! heartbeats folded and, where asked for, only what is wanted.

use std::ops::{Range, RangeInclusive};
use std::rc::Rc;

use netsplit_core::id::NodeId;
use netsplit_sim::moment::Moment;
use netsplit_sim::order::by_rank;
use netsplit_sim::timeline::BranchId;

use super::history::{Event, History, Kind};

/// Lines shown before and after the present.
const LINES: (usize, usize) = (200, 40);

/// What is wanted of the list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Letters that a line holds.
    pub text: String,
    /// The node it is about.
    pub node: Option<NodeId>,
    /// Its kind.
    pub kind: Option<Kind>,
}

impl Filter {
    /// Everything is wanted.
    pub fn is_empty(&self) -> bool {
        *self == Filter::default()
    }

    fn wants(&self, line: &Line) -> bool {
        let text = self.text.trim().to_lowercase();
        let by_node = self.node.is_none_or(|node| {
            line.node == Some(node)
                || line
                    .text
                    .split(|it: char| !it.is_alphanumeric())
                    .any(|word| word == node.to_string())
        });
        let by_kind = self.kind.is_none_or(|kind| line.what == What::Event(kind));
        by_node && by_kind && (text.is_empty() || line.text.to_lowercase().contains(&text))
    }
}

/// What a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// Something that happened.
    Event(Kind),
    /// A person did it.
    Act,
    /// Why: a reason that goes with the line before, open while time stands.
    Reason,
    /// Heartbeats that changed nothing, folded.
    Quiet,
    /// Here this branch leaves its parent, or another leaves this one.
    Branch(BranchId),
}

/// A line of the list.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// Where it leads.
    pub moment: Moment,
    /// What it is.
    pub what: What,
    /// The node it is about.
    pub node: Option<NodeId>,
    /// Its words.
    pub text: Rc<str>,
    /// It is still to come from the moment shown.
    pub later: bool,
}

/// The list.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Listing {
    /// The lines around the present, oldest first.
    pub lines: Vec<Line>,
    /// The present line, by its place.
    pub present: Option<usize>,
    /// With a filter: how many lines it leaves, of how many.
    pub found: Option<(usize, usize)>,
}

/// What the list is made from.
#[derive(Debug)]
pub struct Given<'a> {
    /// What happened on the branch.
    pub history: &'a History,
    /// The part of it around the moment shown.
    pub stretch: &'a Stretch,
    /// Acts of that part that are to be listed: when, their words,
    /// whether a person did them.
    pub acts: Vec<(Moment, String, bool)>,
    /// Where branches part: when, which, in words.
    pub forks: Vec<(Moment, BranchId, String)>,
    /// The moment shown.
    pub here: Moment,
    /// Reasons of the present are open.
    pub paused: bool,
    /// What is wanted.
    pub filter: &'a Filter,
}

/// The part of a history that a list is made from: what will be shown of it at
/// most, so that a list costs the same however long the run is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// Places of events.
    events: Range<usize>,
    /// The moments between which the rest lies.
    moments: RangeInclusive<Moment>,
}

impl Stretch {
    /// What is needed around a moment: with a filter that is everything, since what
    /// it leaves may lie far away.
    pub fn around(history: &History, here: Moment, filter: &Filter) -> Stretch {
        let events = &history.events;
        if !filter.is_empty() {
            return Stretch { events: 0..events.len(), moments: Moment::START..=Moment::LAST };
        }
        let happened = history.happened(here);
        let matters = |place: &usize| events[*place].matters;
        let first = (0..happened).rev().filter(matters).nth(LINES.0);
        let last = (happened..events.len()).filter(matters).nth(LINES.1);
        let moment = |place: usize| events[place].moment;
        Stretch {
            events: first.unwrap_or(0)..last.map_or(events.len(), |last| last + 1),
            moments: first.map_or(Moment::START, moment)..=last.map_or(Moment::LAST, moment),
        }
    }

    /// Whether something at a moment may be shown.
    pub fn holds(&self, moment: Moment) -> bool {
        self.moments.contains(&moment)
    }
}

impl Listing {
    /// The list at a moment.
    pub fn new(given: &Given<'_>) -> Listing {
        let mut all = told(given);
        let acted = given.acts.iter().map(|(moment, text, by_hand)| Line {
            moment: *moment,
            what: if *by_hand { What::Act } else { What::Event(Kind::Line) },
            node: None,
            text: text.as_str().into(),
            // A moment that names its step is the one before the act.
            later: *moment >= given.here,
        });
        let forks = given.forks.iter().map(|(moment, branch, text)| Line {
            moment: *moment,
            what: What::Branch(*branch),
            node: None,
            text: text.as_str().into(),
            later: *moment > given.here,
        });
        all.extend(forks.chain(acted));
        // What happened at the moment of an act came before it; the sort is stable.
        by_rank(&mut all, |line| line.moment.rank());
        let found = (!given.filter.is_empty()).then(|| {
            let lines = |line: &&Line| line.what != What::Reason;
            let before = all.iter().filter(lines).count();
            all.retain(|line| given.filter.wants(line));
            (all.iter().filter(lines).count(), before)
        });
        if found.is_none() {
            all = with_heartbeats(all, given);
        }
        let present = all.iter().rposition(|line| !line.later && line.what != What::Reason);
        let middle = present.map_or(0, |present| present + 1);
        let first = middle.saturating_sub(LINES.0);
        all.truncate(middle + LINES.1);
        all.drain(..first);
        Listing { lines: all, present: present.map(|present| present - first), found }
    }

    /// The list as text.
    pub fn text(&self) -> String {
        let line = |line: &Line| {
            let time = line.moment.at.seconds(6).to_string();
            match line.what {
                What::Event(Kind::Note) => format!("\n{time}  {}\n", line.text),
                What::Act => format!("{time}  you: {}\n", line.text),
                What::Reason => format!("{:>width$}  {}\n", "", line.text, width = time.len()),
                _ => format!("{time}  {}\n", line.text),
            }
        };
        self.lines.iter().map(line).collect::<String>().trim_start().to_owned()
    }
}

/// What matters, and the reasons that go with the present.
fn told(given: &Given<'_>) -> Vec<Line> {
    let happened = given.history.happened(given.here);
    let events = &given.history.events;
    let told = |event: &&Rc<Event>| event.matters && event.kind == Kind::Told;
    let present = events[..happened].iter().rev().find(told).map(|event| event.step);
    let line = |(place, event): (usize, &Rc<Event>)| {
        let goes_along = given.paused && Some(event.step) == present && place < happened;
        let what = match (event.matters, goes_along) {
            (true, _) => What::Event(event.kind),
            (false, true) => What::Reason,
            (false, false) => return None,
        };
        Some(Line {
            moment: event.moment,
            what,
            node: event.node,
            text: Rc::clone(&event.text),
            later: place >= happened,
        })
    };
    given.stretch.events.clone().map(|place| (place, &events[place])).filter_map(line).collect()
}

/// Puts a line for all heartbeats between two others.
fn with_heartbeats(lines: Vec<Line>, given: &Given<'_>) -> Vec<Line> {
    let beats = &given.history.beats;
    let mut all = Vec::with_capacity(lines.len() * 2);
    let mut next = 0;
    let mut fold = |all: &mut Vec<Line>, up_to: Moment, later: bool| {
        let end = next + beats[next..].partition_point(|beat| *beat <= up_to);
        if end > next {
            let count = end - next;
            let text =
                if count == 1 { "1 heartbeat".into() } else { format!("{count} heartbeats") };
            let moment = beats[end - 1];
            let (what, text) = (What::Quiet, text.as_str().into());
            all.push(Line { moment, what, node: None, text, later });
        }
        next = end;
    };
    for line in lines {
        if line.later {
            fold(&mut all, given.here.min(line.moment), false);
        }
        fold(&mut all, line.moment, line.later);
        all.push(line);
    }
    fold(&mut all, given.here, false);
    fold(&mut all, Moment::LAST, true);
    all
}

#[cfg(test)]
mod tests;
