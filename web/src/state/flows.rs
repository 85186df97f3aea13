//! What became of the shards: the controller's configurations, how long each shard stood how in which
//! group, and its ways from one group to another.

use netsplit_core::id::NodeId;
use netsplit_core::time::Time;
use netsplit_sim::moment::Moment;
use netsplit_sim::run::{Passage, Passed};

use super::shards::State;

/// A configuration of the controller.
#[derive(Clone, Debug, PartialEq)]
pub struct Configured {
    /// Its number.
    pub number: u64,
    /// When the controller had it.
    pub moment: Moment,
    /// The server that had it first, and the entry of its log that made it.
    pub entry: (NodeId, u64),
    /// What was asked for: `join 2`.
    pub call: String,
    /// By shard: the group that is to have it, 0 for nobody.
    pub owners: Vec<u32>,
}

/// For so long a shard stood so in a group.
#[derive(Clone, Debug, PartialEq)]
pub struct Stay {
    /// Which shard.
    pub shard: u32,
    /// In which group.
    pub group: u32,
    /// How it stood.
    pub state: State,
    /// From when.
    pub from: Time,
    /// Until when; `None` while it does.
    pub to: Option<Time>,
}

/// A way of a shard from one group to another.
#[derive(Clone, Debug, PartialEq)]
pub struct Way {
    /// Which shard.
    pub shard: u32,
    /// The configuration that moves it.
    pub at: u64,
    /// Who gives it.
    pub from: u32,
    /// Who takes it.
    pub to: u32,
    /// When its giver answered for it no more.
    pub leaves: Option<Time>,
    /// When its taker answered for it.
    pub arrives: Option<Time>,
    /// When the first of both knew of it.
    pub known: Time,
}

/// What became of the shards.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Flows {
    /// The configurations, in order.
    pub configs: Vec<Configured>,
    /// How shards stood, by when that began.
    pub stays: Vec<Stay>,
    /// Their ways, by when they were known.
    pub ways: Vec<Way>,
    /// How many groups there are.
    pub groups: u32,
    /// How many shards there are.
    pub shards: u32,
}

/// How many shards groups have before and after a configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Balance {
    /// By group, from 1: before, and after.
    pub groups: Vec<(u32, u32)>,
    /// Of nobody: before, and after.
    pub nobody: (u32, u32),
    /// How many change hands.
    pub moved: u32,
}

impl Flows {
    /// Of what was passed in a cluster of so many groups.
    pub fn new(passed: &[Passed], groups: u32) -> Flows {
        let mut flows = Flows { groups, ..Flows::default() };
        for it in passed {
            match &it.what {
                Passage::Configured { number, owners, index, call } => {
                    flows.shards = flows.shards.max(owners.len() as u32);
                    flows.configs.push(Configured {
                        number: *number,
                        moment: it.moment,
                        entry: (it.node, *index),
                        call: call.clone(),
                        owners: owners.clone(),
                    });
                }
                Passage::Stands { shard, state, other, at, .. } => {
                    let (group, now) = (it.node.group().unwrap_or(0), it.moment.at);
                    let state = State::of(state);
                    flows.stand(Stay { shard: *shard, group, state, from: now, to: None });
                    if state.moves() {
                        flows.go(*shard, *at, (group, *other), state, now);
                    }
                }
                _ => {}
            }
        }
        flows
    }

    fn stand(&mut self, stay: Stay) {
        let is_open =
            |old: &&mut Stay| (old.shard, old.group, old.to) == (stay.shard, stay.group, None);
        if let Some(before) = self.stays.iter_mut().rev().find(is_open) {
            before.to = Some(stay.from);
        }
        if stay.state != State::Nothing {
            self.stays.push(stay);
        }
    }

    /// A shard is on its way, as one of both groups knows.
    fn go(&mut self, shard: u32, at: u64, (here, there): (u32, u32), state: State, now: Time) {
        let (from, to) = if state == State::Leaving { (here, there) } else { (there, here) };
        let is_it = |way: &Way| (way.shard, way.at) == (shard, at);
        let place = self.ways.iter().position(is_it).unwrap_or_else(|| {
            let known = now;
            self.ways.push(Way { shard, at, from, to, leaves: None, arrives: None, known });
            self.ways.len() - 1
        });
        let way = &mut self.ways[place];
        match state {
            State::Leaving => way.leaves = way.leaves.or(Some(now)),
            State::Arrived => way.arrives = way.arrives.or(Some(now)),
            _ => {}
        }
    }

    /// The configuration that the controller has at a time, by its place among all.
    pub fn config_at(&self, now: Time) -> Option<usize> {
        self.configs.partition_point(|config| config.moment.at <= now).checked_sub(1)
    }

    /// How evenly shards are divided before and after a configuration, by its place among all.
    pub fn balance(&self, place: usize) -> Option<Balance> {
        let after = self.configs.get(place)?;
        let before = place.checked_sub(1).and_then(|place| self.configs.get(place));
        let of = |owners: &[u32], group: u32| {
            owners.iter().filter(|owner| **owner == group).count() as u32
        };
        let old = before.map_or(&[][..], |config| &config.owners);
        let both = |group| (of(old, group), of(&after.owners, group));
        let moved = old.iter().zip(&after.owners).filter(|(one, two)| one != two).count() as u32;
        Some(Balance { groups: (1..=self.groups).map(both).collect(), nobody: both(0), moved })
    }

    /// How a shard stands in a group at a time.
    pub fn stay_at(&self, shard: u32, group: u32, now: Time) -> Option<&Stay> {
        let is_it = |stay: &&Stay| {
            (stay.shard, stay.group) == (shard, group)
                && stay.from <= now
                && stay.to.is_none_or(|to| now < to)
        };
        self.stays.iter().find(is_it)
    }

    /// The way that a shard has begun last at a time.
    pub fn way_at(&self, shard: u32, now: Time) -> Option<&Way> {
        self.ways.iter().rev().find(|way| way.shard == shard && way.known <= now)
    }

    /// Who has a shard at a time, as a sentence.
    pub fn told(&self, shard: u32, now: Time) -> String {
        if let Some(way) = self.way_at(shard, now).filter(|way| way.is_open(now)) {
            let Way { from, to, at, .. } = way;
            let answers = match way.leaves.is_none_or(|leaves| now < leaves) {
                true => format!("g{from} does not know of it yet"),
                false => "nobody answers for it".to_owned(),
            };
            return format!(
                "Shard {shard} goes from g{from} to g{to}, configuration {at}: {answers}."
            );
        }
        let is_now = |stay: &&Stay| {
            stay.shard == shard && stay.from <= now && stay.to.is_none_or(|to| now < to)
        };
        let stays = || self.stays.iter().filter(is_now);
        if let Some(stay) = stays().find(|stay| stay.state.serves()) {
            let elsewhere = stays().find(|it| it.state == State::Leaving);
            return match elsewhere {
                Some(other) => format!(
                    "g{} answers for shard {shard}; g{} still keeps it.",
                    stay.group, other.group
                ),
                None => format!("g{} answers for shard {shard}.", stay.group),
            };
        }
        match stays().find(|stay| stay.state == State::Kept) {
            Some(stay) => format!("Nobody answers for shard {shard}: g{} keeps it.", stay.group),
            None => format!("Nobody has shard {shard}."),
        }
    }

    /// The way of a shard under a configuration.
    pub fn way(&self, shard: u32, at: u64) -> Option<&Way> {
        self.ways.iter().find(|way| (way.shard, way.at) == (shard, at))
    }

    /// Whether a group ever had anything to do with a shard.
    pub fn is_used(&self, group: u32) -> bool {
        self.stays.iter().any(|stay| stay.group == group)
    }
}

impl Way {
    /// It is on its way at a time: nobody answers for it.
    pub fn is_open(&self, now: Time) -> bool {
        self.known <= now && self.arrives.is_none_or(|arrives| now < arrives)
    }
}

impl Balance {
    /// As a sentence: `5 shards move: g1 10 → 5, g2 0 → 5.`
    pub fn words(&self) -> String {
        let group = |(place, (before, after)): (usize, &(u32, u32))| {
            let name = format!("g{}", place + 1);
            match before == after {
                true if *before == 0 => None,
                true => Some(format!("{name} {before}")),
                false => Some(format!("{name} {before} → {after}")),
            }
        };
        let mut parts: Vec<String> = self.groups.iter().enumerate().filter_map(group).collect();
        let (before, after) = self.nobody;
        if before > 0 || after > 0 {
            parts.push(if before == after {
                format!("nobody {before}")
            } else {
                format!("nobody {before} → {after}")
            });
        }
        let moved = match self.moved {
            0 => "No shard moves".to_owned(),
            1 => "One shard moves".to_owned(),
            more => format!("{more} shards move"),
        };
        format!("{moved}: {}.", parts.join(", "))
    }

    /// How many shards the group with most has more than the one with least, among those that have
    /// some: before, and after.
    pub fn uneven(&self) -> (u32, u32) {
        let of = |count: &dyn Fn(&(u32, u32)) -> u32| {
            let has: Vec<u32> = self.groups.iter().map(count).filter(|count| *count > 0).collect();
            let most = has.iter().max().copied().unwrap_or(0);
            most - has.iter().min().copied().unwrap_or(0)
        };
        (of(&|it| it.0), of(&|it| it.1))
    }
}

#[cfg(test)]
pub(in crate::state) mod tests {
    use super::*;

    pub(in crate::state) fn at(millis: u64) -> Moment {
        Moment::after(Time::from_micros(millis * 1_000))
    }

    fn member(group: u32) -> NodeId {
        NodeId::member(group, 1, group).expect("it has a number")
    }

    /// Shard 0 goes from g1 to g2 under configuration 2, and shard 1 stays.
    pub(in crate::state) fn passed() -> Vec<Passed> {
        let controller = NodeId::from_index(0);
        let config = |millis, number, owners: &[u32], call: &str| Passed {
            moment: at(millis),
            node: controller,
            what: Passage::Configured {
                number,
                owners: owners.to_vec(),
                index: number * 3,
                call: call.to_owned(),
            },
        };
        let stands = |millis, group, shard, state, other, at_config, index| Passed {
            moment: at(millis),
            node: member(group),
            what: Passage::Stands { shard, state, other, at: at_config, index },
        };
        vec![
            config(0, 0, &[0, 0], ""),
            config(100, 1, &[1, 1], "join 1"),
            stands(150, 1, 0, "serving", 0, 0, 2),
            stands(150, 1, 1, "serving", 0, 0, 2),
            config(300, 2, &[2, 1], "join 2"),
            stands(340, 2, 0, "pulling", 1, 2, 4),
            stands(360, 1, 0, "leaving", 2, 2, 5),
            stands(400, 2, 0, "arrived", 1, 2, 6),
            stands(430, 1, 0, "elsewhere", 0, 0, 7),
            stands(450, 2, 0, "serving", 0, 0, 8),
        ]
    }

    #[test]
    fn a_shard_that_moves_stands_in_both_groups_for_a_while() {
        let flows = Flows::new(&passed(), 2);
        let state = |shard, group, millis| {
            flows.stay_at(shard, group, at(millis).at).map(|stay| stay.state)
        };
        assert_eq!(state(0, 1, 350), Some(State::Serving), "g1 does not know of it yet");
        assert_eq!(
            [state(0, 1, 370), state(0, 2, 370)],
            [Some(State::Leaving), Some(State::Pulling)]
        );
        assert_eq!(
            [state(0, 1, 410), state(0, 2, 410)],
            [Some(State::Leaving), Some(State::Arrived)]
        );
        assert_eq!([state(0, 1, 440), state(0, 2, 500)], [None, Some(State::Serving)]);
        assert_eq!(state(1, 1, 9_000), Some(State::Serving), "it stays");
        assert_eq!((flows.groups, flows.shards), (2, 2));
    }

    #[test]
    fn its_way_is_one_whoever_knew_of_it_first() {
        let flows = Flows::new(&passed(), 2);
        assert_eq!(flows.ways.len(), 1);
        let way = flows.way(0, 2).expect("it has moved");
        assert_eq!((way.from, way.to, way.known), (1, 2, at(340).at));
        assert_eq!((way.leaves, way.arrives), (Some(at(360).at), Some(at(400).at)));
        let open = |millis| way.is_open(at(millis).at);
        assert_eq!([open(339), open(340), open(399), open(400)], [false, true, true, false]);
        assert_eq!(flows.way_at(0, at(339).at), None);
        assert_eq!(flows.way_at(1, at(900).at), None);
    }

    #[test]
    fn who_has_a_shard_is_told() {
        let flows = Flows::new(&passed(), 2);
        let told = |millis| flows.told(0, at(millis).at);
        assert_eq!(told(50), "Nobody has shard 0.");
        assert_eq!(told(200), "g1 answers for shard 0.");
        let goes = "Shard 0 goes from g1 to g2, configuration 2:";
        assert_eq!(told(350), format!("{goes} g1 does not know of it yet."));
        assert_eq!(told(370), format!("{goes} nobody answers for it."));
        assert_eq!(told(410), "g2 answers for shard 0; g1 still keeps it.");
        assert_eq!(told(440), "g2 answers for shard 0.");
    }

    #[test]
    fn the_balance_is_told_before_and_after() {
        let flows = Flows::new(&passed(), 2);
        let words = |millis| {
            let place = flows.config_at(at(millis).at).expect("there is one");
            flows.balance(place).expect("it is one of them").words()
        };
        assert_eq!(words(120), "2 shards move: g1 0 → 2, nobody 2 → 0.");
        assert_eq!(words(300), "One shard moves: g1 2 → 1, g2 0 → 1.");
        assert_eq!(flows.balance(2).map(|it| it.uneven()), Some((0, 0)));
        assert_eq!(flows.balance(7), None);
    }
}
