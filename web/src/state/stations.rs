//! The stations of a shard that moves, and of a request on its way through controller, group and log:
//! when, where, what, and what can be looked at there.

use netsplit_core::id::NodeId;
use netsplit_core::time::Time;
use netsplit_sim::choice::EnvelopeId;
use netsplit_sim::moment::Moment;
use netsplit_sim::run::{OpShown, Passage, Passed};

use super::action::Action;
use super::path::group_of;
use super::selection::Selection;
use super::shards::State;

/// One of them.
#[derive(Clone, Debug, PartialEq)]
pub struct Station {
    /// When.
    pub moment: Moment,
    /// Where: `controller`, `g1`, `c2`, `g1 → g2`.
    pub place: String,
    /// What.
    pub words: String,
    /// What can be looked at.
    pub shows: Option<Shows>,
}

/// What can be looked at of a station.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shows {
    /// An entry of a node's log.
    Entry(NodeId, u64),
    /// A message.
    Message(EnvelopeId),
}

impl Shows {
    /// What the button says.
    pub fn words(self) -> String {
        match self {
            Shows::Entry(_, index) => format!("Entry {index}"),
            Shows::Message(_) => "Message".to_owned(),
        }
    }

    /// What it is as a selection.
    pub fn selection(self) -> Selection {
        match self {
            Shows::Entry(node, index) => Selection::Entry(node, index),
            Shows::Message(id) => Selection::Message(id),
        }
    }

    /// Goes down to it, at its moment.
    pub fn action(self, moment: Moment) -> Action {
        let selection = self.selection();
        Action::Visit(moment, group_of(selection, None), selection)
    }
}

/// What a group is called in a list: `controller`, `g1`.
fn name(node: NodeId) -> String {
    match node.group() {
        _ if node.is_client() => node.to_string(),
        Some(group) => format!("g{group}"),
        None => "controller".to_owned(),
    }
}

/// Those of a shard under a configuration that gives it to another.
pub fn of_shard(passed: &[Passed], shard: u32, at: u64) -> Vec<Station> {
    let begins =
        |it: &Passed| matches!(it.what, Passage::Configured { number, .. } if number == at);
    let Some(first) = passed.iter().position(begins) else { return Vec::new() };
    let is_of_way = |it: &Passed| matches!(it.what, Passage::Stands { shard: of, at: under, .. } if (of, under) == (shard, at));
    let goes = passed.iter().any(is_of_way);
    let mut stations: Vec<Station> = Vec::new();
    // What is asked for again is a station once.
    let mut sent: Vec<&str> = Vec::new();
    let (mut left, mut arrived, mut ends) = (false, false, if goes { 2 } else { 1 });
    for it in &passed[first..] {
        let station = |place: String, words: String, shows| Station {
            moment: it.moment,
            place,
            words,
            shows,
        };
        match &it.what {
            Passage::Configured { number, owners, index, call } if *number == at => {
                let owner = owners.get(shard as usize).copied().unwrap_or(0);
                let to = if owner == 0 { "nobody".to_owned() } else { format!("g{owner}") };
                let asked = if call.is_empty() { String::new() } else { format!(", {call}") };
                let words = format!("configuration {number}{asked}: {to} is to have it");
                let shows = (*index > 0).then_some(Shows::Entry(it.node, *index));
                stations.push(station(name(it.node), words, shows));
            }
            Passage::Stands { shard: of, state, other, at: under, index } if *of == shard => {
                let words = match State::of(state) {
                    State::Pulling if *under == at => {
                        format!("is to have it, and waits for g{other}")
                    }
                    State::Leaving if *under == at => {
                        left = true;
                        format!("answers for it no more, and keeps it for g{other}")
                    }
                    State::Arrived if *under == at => {
                        arrived = true;
                        "has it, and answers for it".to_owned()
                    }
                    State::Nothing if left => {
                        ends -= 1;
                        "has deleted it".to_owned()
                    }
                    State::Serving if arrived || !goes => {
                        ends -= 1;
                        let settled = "it is nowhere else any more";
                        if goes { settled.to_owned() } else { "answers for it".to_owned() }
                    }
                    State::Kept if !goes => {
                        ends -= 1;
                        "answers for it no more, and keeps it for whoever is next".to_owned()
                    }
                    // Of a way before.
                    _ => continue,
                };
                stations.push(station(name(it.node), words, Some(Shows::Entry(it.node, *index))));
                if ends == 0 {
                    break;
                }
            }
            Passage::Left { shard: of, at: under, id, kind, .. }
                if (*of, *under) == (shard, at) && !sent.contains(kind) =>
            {
                sent.push(kind);
                let place = format!("{} → {}", name(id.from), name(id.to));
                stations.push(station(place, (*kind).to_owned(), Some(Shows::Message(*id))));
            }
            _ => {}
        }
    }
    stations
}

/// Those of what a client asked.
pub fn of_request(passed: &[Passed], op: &OpShown) -> Vec<Station> {
    let mut stations = Vec::new();
    let mut add = |moment, place: String, words: String, shows| {
        stations.push(Station { moment, place, words, shows });
    };
    let client = op.client.to_string();
    add(Moment::after(op.called), client.clone(), format!("asks for {}", op.call), None);
    for (number, (at, server)) in op.tries.iter().enumerate() {
        let again = if number == 0 { "asks" } else { "asks again:" };
        add(Moment::after(*at), client.clone(), format!("{again} {server}"), None);
    }
    let over = op.returned.unwrap_or(Time::from_micros(u64::MAX));
    let waits =
        |it: &Passed| it.node == op.client && it.moment.at >= op.called && it.moment.at <= over;
    // They are in order of time, and a long run has many.
    let first = passed.partition_point(|it| it.moment.at < op.called);
    for it in &passed[first..] {
        let entry = |index: u64| Some(Shows::Entry(it.node, index));
        match &it.what {
            Passage::Asked { id } if waits(it) => {
                let words = format!("asks {} who has the shard", id.to);
                add(it.moment, format!("{client} → controller"), words, Some(Shows::Message(*id)));
            }
            Passage::Learned { number } if waits(it) => {
                add(it.moment, client.clone(), format!("learns of configuration {number}"), None);
            }
            Passage::Refused { op: of, by } if *of == op.id => {
                add(it.moment, name(*by), "does not answer for the key’s shard".to_owned(), None);
            }
            Passage::Logged { op: of, index } if *of == op.id => {
                let words = format!("{} takes it into its log", it.node);
                add(it.moment, name(it.node), words, entry(*index));
            }
            Passage::Done { op: of, index } if *of == op.id => {
                let words = "it is committed, and done".to_owned();
                add(it.moment, name(it.node), words, entry(*index));
            }
            Passage::Read { op: of, index } if *of == op.id => {
                let words = format!("{} answers as of entry {index}", it.node);
                add(it.moment, name(it.node), words, entry(*index).filter(|_| *index > 0));
            }
            _ => {}
        }
    }
    if let Some(returned) = op.returned {
        let told = op.reply.as_ref().map_or(op.outcome.word().to_owned(), Clone::clone);
        let by = op.from.map_or_else(String::new, |from| format!(" by {from}"));
        add(Moment::after(returned), client, format!("is told{by}: {told}"), None);
    }
    // In order of time; what is said of one instant keeps the order of what led to what.
    stations.sort_by_key(|station| station.moment.at);
    stations
}

/// The shards that an entry of a node's log moves: those that stand otherwise in its group once it is
/// applied, or those that a configuration of the controller gives to another.
pub fn moved_by(passed: &[Passed], node: NodeId, index: u64) -> Vec<u32> {
    let mut shards = Vec::new();
    let mut before: &[u32] = &[];
    for it in passed {
        match &it.what {
            Passage::Stands { shard, index: of, .. }
                if *of == index && it.node.group() == node.group() =>
            {
                shards.push(*shard);
            }
            Passage::Configured { owners, index: of, .. } => {
                if *of == index && node.group().is_none() {
                    let was = |shard: usize| before.get(shard).copied().unwrap_or(0);
                    let given = owners.iter().enumerate().filter(|(shard, to)| was(*shard) != **to);
                    shards.extend(given.map(|(shard, _)| shard as u32));
                }
                before = owners;
            }
            _ => {}
        }
    }
    shards.sort_unstable();
    shards.dedup();
    shards
}

/// The last station that has been passed at a moment, by its place.
pub fn here(stations: &[Station], now: Moment) -> Option<usize> {
    stations.iter().rposition(|station| station.moment <= now)
}

#[cfg(test)]
mod tests {
    use super::super::flows::tests::{at, passed};
    use super::*;

    fn told(stations: &[Station]) -> Vec<String> {
        let line = |it: &Station| {
            let shows = it.shows.map_or_else(String::new, |shows| format!(" [{}]", shows.words()));
            format!("{} {}: {}{shows}", it.moment.at.micros() / 1_000, it.place, it.words)
        };
        stations.iter().map(line).collect()
    }

    #[test]
    fn a_shard_goes_from_the_decision_to_the_last_entry() {
        let mut all = passed();
        let id = EnvelopeId {
            from: NodeId::member(2, 1, 2).expect("it has a number"),
            to: NodeId::member(1, 1, 1).expect("it has a number"),
            number: 4,
            copy: 0,
        };
        // It asks twice.
        for (place, millis) in [(6, 341), (7, 355)] {
            let what =
                Passage::Left { shard: 0, at: 2, id, kind: "PullShard", arrives: at(350).at };
            all.insert(place, Passed { moment: at(millis), node: id.from, what });
        }
        let expected = [
            "300 controller: configuration 2, join 2: g2 is to have it [Entry 6]",
            "340 g2: is to have it, and waits for g1 [Entry 4]",
            "341 g2 → g1: PullShard [Message]",
            "360 g1: answers for it no more, and keeps it for g2 [Entry 5]",
            "400 g2: has it, and answers for it [Entry 6]",
            "430 g1: has deleted it [Entry 7]",
            "450 g2: it is nowhere else any more [Entry 8]",
        ];
        assert_eq!(told(&of_shard(&all, 0, 2)), expected);
        let first = [
            "100 controller: configuration 1, join 1: g1 is to have it [Entry 3]",
            "150 g1: answers for it [Entry 2]",
        ];
        assert_eq!(told(&of_shard(&all, 1, 1)), first);
        assert!(of_shard(&all, 0, 9).is_empty(), "there is no such configuration");
        let stations = of_shard(&all, 0, 2);
        assert_eq!([here(&stations, at(299)), here(&stations, at(365))], [None, Some(3)]);
    }

    #[test]
    fn an_entry_leads_up_to_the_shards_that_it_moves() {
        let all = passed();
        let (controller, giver) = (NodeId::from_index(0), NodeId::member(1, 1, 3));
        let giver = giver.expect("it has a number");
        let moved = |node, index| moved_by(&all, node, index);
        assert_eq!(
            [moved(giver, 2), moved(giver, 5), moved(giver, 6)],
            [vec![0, 1], vec![0], vec![]]
        );
        assert_eq!([moved(controller, 3), moved(controller, 6)], [vec![0, 1], vec![0]]);
    }

    #[test]
    fn what_is_shown_of_a_station_is_gone_down_to() {
        let node = NodeId::member(2, 3, 8).expect("it has a number");
        let action = Shows::Entry(node, 6).action(at(400));
        assert_eq!(action, Action::Visit(at(400), Some(2), Selection::Entry(node, 6)));
    }
}
