//! What the time line marks above its lanes: notes, faults that stood, broken
//! properties; each with its words and the moment it leads to.

use netsplit_sim::order::by_rank;
use std::rc::Rc;

use netsplit_core::id::NodeId;
use netsplit_core::time::Time;
use netsplit_sim::moment::Moment;
use netsplit_sim::words;

use super::faults::Fault;
use super::history::{History, Kind};

/// What a mark stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MarkKind {
    /// A sentence of the script.
    Note,
    /// Something done: by the script.
    Act,
    /// A fault that stood for a while.
    Fault,
    /// A property was broken.
    Broken,
}

/// A mark.
#[derive(Clone, Debug, PartialEq)]
pub struct Mark {
    /// What it stands for.
    pub kind: MarkKind,
    /// Since when.
    pub from: Time,
    /// Until when; the same for what has no length.
    pub to: Time,
    /// What it says.
    pub words: Rc<str>,
    /// The moment it leads to.
    pub moment: Moment,
    /// The node it is about: of a broken property, its witness.
    pub node: Option<NodeId>,
}

/// All marks of a history that is known up to a time, in order of their beginning.
pub fn marks(history: &History, edge: Time) -> Vec<Mark> {
    let mut marks: Vec<Mark> = Vec::new();
    for event in &history.events {
        let kind = match event.kind {
            Kind::Told => continue,
            Kind::Note => MarkKind::Note,
            Kind::Line => MarkKind::Act,
            Kind::Broken => MarkKind::Broken,
        };
        let (moment, words, node) = (event.moment, Rc::clone(&event.text), event.node);
        marks.push(Mark { kind, from: moment.at, to: moment.at, words, moment, node });
    }
    faults(history, edge, &mut marks);
    for (place, lane) in history.lanes.iter().enumerate() {
        let node = history.cast.at(place as u32);
        let ends = lane.iter().skip(1).map(|stretch| stretch.from).chain([edge]);
        let stretches = lane.iter().zip(ends);
        for (stretch, to) in stretches.filter(|(stretch, _)| !stretch.standing.up) {
            // Before the nodes start there is nobody to be missed.
            if stretch.from > Time::ZERO {
                marks.push(band(stretch.from, to, words::is_down(node).into(), Some(node)));
            }
        }
    }
    by_rank(&mut marks, |mark| mark.moment.rank());
    by_rank(&mut marks, |mark| u128::from(mark.from.micros()));
    marks
}

/// Links that were cut and mended together are one fault.
fn faults(history: &History, edge: Time, marks: &mut Vec<Mark>) {
    let bands = history.faults.list();
    let mut place = 0;
    while let Some(first) = bands.get(place) {
        let end = |to: Option<Time>| to.unwrap_or(edge);
        let count = match &first.fault {
            Fault::Rule(_, text) => {
                marks.push(band(first.from, end(first.to), Rc::clone(text), None));
                1
            }
            Fault::Cut(..) => {
                let together = bands[place..].iter().take_while(|other| other.from == first.from);
                let mut ends: Vec<Option<Time>> = Vec::new();
                let mut count = 0;
                for other in together.filter(|other| matches!(other.fault, Fault::Cut(..))) {
                    count += 1;
                    if !ends.contains(&other.to) {
                        ends.push(other.to);
                    }
                }
                for to in ends {
                    let same = bands[place..].iter().take(count).filter(|other| other.to == to);
                    let cut: Vec<(NodeId, NodeId)> = same
                        .filter_map(|other| match other.fault {
                            Fault::Cut(from, to) => Some((from, to)),
                            Fault::Rule(..) => None,
                        })
                        .collect();
                    let words = words::cuts(&cut, history.cast);
                    marks.push(band(first.from, end(to), words.into(), None));
                }
                count
            }
        };
        place += count;
    }
}

fn band(from: Time, to: Time, words: Rc<str>, node: Option<NodeId>) -> Mark {
    Mark { kind: MarkKind::Fault, from, to, words, moment: Moment::after(from), node }
}

/// Directions that were cut at a time.
pub fn cuts_at(history: &History, at: Time) -> Vec<(NodeId, NodeId)> {
    let stood = history
        .faults
        .list()
        .iter()
        .filter(|band| band.from <= at && band.to.is_none_or(|to| to > at));
    let cut = stood.filter_map(|band| match band.fault {
        Fault::Cut(from, to) => Some((from, to)),
        Fault::Rule(..) => None,
    });
    cut.collect()
}

#[cfg(test)]
mod tests {
    use netsplit_sim::link::What;
    use netsplit_sim::scenario::Script;

    use super::*;
    use crate::state::play::Play;

    #[test]
    fn notes_faults_and_crashes_have_their_words_and_times() {
        let text = "scenario raft nodes=5 seed=1\nat 300ms note \"Look\"\nat 400ms isolate n2\n\
                    at 500ms crash n3\nat 600ms mend all\nat 700ms hold n1 -> n4\n";
        let script = Script::parse(text).expect("it is a script");
        let mut play =
            Play::new(What::Written(text.into()), script, Vec::new()).expect("it can be opened");
        let edge = Time::from_micros(900_000);
        play.advance(Moment::after(edge), u64::MAX);
        let all = marks(play.history(), edge);
        let faults: Vec<(u64, u64, &str)> = all
            .iter()
            .filter(|mark| mark.kind == MarkKind::Fault)
            .map(|mark| (mark.from.micros() / 1_000, mark.to.micros() / 1_000, &*mark.words))
            .collect();
        let expected =
            [(400, 600, "n2 is cut off"), (500, 900, "n3 is down"), (700, 900, "hold n1 -> n4")];
        assert_eq!(faults, expected);
        assert!(all.iter().any(|mark| mark.kind == MarkKind::Note && &*mark.words == "Look"));
        assert_eq!(cuts_at(play.history(), Time::from_micros(450_000)).len(), 8);
        assert_eq!(cuts_at(play.history(), Time::from_micros(650_000)).len(), 0);
    }
}
