//! Who has which shard: what the controller says, and how each stands in each group.

use netsplit_core::id::NodeId;
use netsplit_core::shardkv::options::{By, Sharding};
use netsplit_core::view::Field;
use netsplit_core::words::split;
use netsplit_sim::run::{Flying, NodeShown, WorldView};
use netsplit_sim::verb::{Selector, Verb};

use super::rows::{number, rows, word};

/// How a shard stands in a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It is not there, and should not be.
    Nothing,
    /// The group answers for it.
    Serving,
    /// The group is to answer for it, and waits for it.
    Pulling,
    /// It is there; where it came from it may still be.
    Arrived,
    /// Another group is to have it; it is kept until that has it.
    Leaving,
    /// Nobody is to answer for it; it is kept for whoever is next.
    Kept,
}

impl State {
    /// All of them but nothing, in the order in which a shard goes through them.
    pub const ALL: [State; 5] =
        [State::Serving, State::Leaving, State::Pulling, State::Arrived, State::Kept];

    /// Its word.
    pub const fn word(self) -> &'static str {
        match self {
            State::Nothing => "nothing",
            State::Serving => "serving",
            State::Pulling => "pulling",
            State::Arrived => "arrived",
            State::Leaving => "leaving",
            State::Kept => "kept",
        }
    }

    /// It is on its way from or to another group.
    pub const fn moves(self) -> bool {
        matches!(self, State::Pulling | State::Arrived | State::Leaving)
    }

    /// The group answers for it.
    pub const fn serves(self) -> bool {
        matches!(self, State::Serving | State::Arrived)
    }

    /// The state of a word; nothing for any other.
    pub fn of(word: &str) -> State {
        State::ALL.into_iter().find(|state| state.word() == word).unwrap_or(State::Nothing)
    }
}

/// A shard in a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cell {
    /// How it stands.
    pub state: State,
    /// The group at the other end of its way.
    pub other: Option<u32>,
    /// The configuration that moves it.
    pub at: u64,
    /// Bytes that it holds there.
    pub bytes: u64,
}

impl Cell {
    /// What it is in words: `leaving to g2, configuration 3, 120 bytes`.
    pub fn words(&self) -> String {
        let mut words = self.state.word().to_owned();
        if let Some(other) = self.other {
            let way = if self.state == State::Leaving { "to" } else { "from" };
            words.push_str(&format!(" {way} g{other}, configuration {}", self.at));
        }
        if self.bytes > 0 {
            words.push_str(&format!(", {} bytes", self.bytes));
        }
        words
    }
}

/// Who has a shard, as the controller has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owner {
    /// The controller does not answer for it: none of its servers runs.
    Unknown,
    /// Nobody, and nobody ever had it.
    Nobody,
    /// Nobody; this group has what it holds.
    KeptBy(u32),
    /// This group.
    Group(u32),
}

/// A shard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Its number.
    pub shard: u64,
    /// What its keys begin with; nothing where a hash decides.
    pub keys: String,
    /// Who has it.
    pub owner: Owner,
    /// How it stands in each group; `None` of one that is down.
    pub cells: Vec<Option<Cell>>,
}

impl Row {
    /// It is on its way.
    pub fn moves(&self) -> bool {
        self.cells.iter().flatten().any(|cell| cell.state.moves())
    }
}

/// Who replicates together: the controller, or a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Side {
    /// Which group; 0 for the controller.
    pub group: u32,
    /// Its leader, else its most advanced server, else its first.
    pub node: NodeId,
    /// That leads.
    pub leads: bool,
    /// The configuration that its most advanced server has; `None` when all are down.
    pub configuration: Option<u64>,
}

/// The whole map.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Map {
    /// The controller; `None` in a cluster without one.
    pub controller: Option<Side>,
    /// The groups.
    pub groups: Vec<Side>,
    /// The shards, by number.
    pub rows: Vec<Row>,
}

/// Whose state is shown of those that replicate together: who has applied most, and of several the
/// leader.
pub fn most_advanced(view: &WorldView, group: Option<u32>) -> Option<&NodeShown> {
    let up = members(view, group).filter(|node| node.up);
    up.max_by_key(|node| (node.view.number("applied"), node.glance.leads, node.glance.term))
}

/// The servers of a group, or those of none.
fn members(view: &WorldView, group: Option<u32>) -> impl Iterator<Item = &NodeShown> {
    let all = view.nodes.iter().map(|node| &**node);
    all.filter(move |node| !node.id.is_client() && node.id.group() == group)
}

impl Map {
    /// That of a moment, of keys that are divided so.
    pub fn new(view: &WorldView, sharding: Sharding) -> Map {
        let side = |group: Option<u32>| {
            let most = most_advanced(view, group);
            let leaders = members(view, group).filter(|node| node.glance.leads);
            let leader = leaders.max_by_key(|node| node.glance.term);
            let shown = leader.or(most).or_else(|| members(view, group).next())?;
            Some(Side {
                group: group.unwrap_or(0),
                node: shown.id,
                leads: shown.glance.leads,
                configuration: most.map(|node| node.view.number("configuration")),
            })
        };
        let count = view.cast().groups.count;
        let owners: Vec<(u64, Owner)> = most_advanced(view, None)
            .map(|node| rows(&node.view, "owners").map(owner).collect())
            .unwrap_or_default();
        let cells: Vec<Option<Vec<(u64, Cell)>>> = (1..=count)
            .map(|group| {
                let node = most_advanced(view, Some(group))?;
                Some(rows(&node.view, "shards").map(cell).collect())
            })
            .collect();
        let known = cells.iter().flatten().flatten().map(|(shard, _)| *shard);
        let last = owners.iter().map(|(shard, _)| *shard).chain(known).max();
        let row = |shard: u64| {
            let owner = owners.iter().find(|(known, _)| *known == shard);
            let here = |cells: &Option<Vec<(u64, Cell)>>| {
                let found = cells.as_ref()?.iter().find(|(known, _)| *known == shard);
                Some(found.map_or(NOTHING, |(_, cell)| *cell))
            };
            Row {
                shard,
                keys: beginnings(sharding, shard),
                owner: owner.map_or(Owner::Unknown, |(_, owner)| *owner),
                cells: cells.iter().map(here).collect(),
            }
        };
        Map {
            controller: side(None),
            groups: (1..=count).filter_map(|group| side(Some(group))).collect(),
            rows: last.map_or_else(Vec::new, |last| (0..=last).map(row).collect()),
        }
    }

    /// Shards that are on their way.
    pub fn moving(&self) -> usize {
        self.rows.iter().filter(|row| row.moves()).count()
    }
}

/// What lets a group join the controller's configuration, or leave it where it has shards there; asked
/// by the first client. Nothing without a controller.
pub fn join_or_leave(view: &WorldView, group: u32) -> Option<(String, Verb)> {
    let client = view.nodes.iter().find(|node| node.id.is_client())?.id;
    let controller = most_advanced(view, None)?;
    let is_of = |of: &[Field]| owner(of).1 == Owner::Group(group);
    let has_shards = rows(&controller.view, "owners").any(is_of);
    let word = if has_shards { "leave" } else { "join" };
    let verb = Verb::Ask(Selector::node(client), format!("{word} {group}").into());
    Some((format!("Let g{group} {word}"), verb))
}

/// What the keys of a shard begin with, of digits and small letters: `3 e o y`.
pub fn beginnings(sharding: Sharding, shard: u64) -> String {
    if sharding.by == By::Hash {
        return String::new();
    }
    let is_of = |key: &char| u64::from(sharding.shard_of(key.to_string().as_bytes())) == shard;
    let keys = ('0'..='9').chain('a'..='z').filter(is_of).map(String::from);
    keys.collect::<Vec<String>>().join(" ")
}

/// First words of what a store is asked, behind each of which stands a key.
const OF_KEYS: [&[u8]; 8] =
    [b"get", b"put", b"append", b"append-get", b"version", b"put-if", b"swap", b"delete"];

/// The shard that an entry of a group's log is about: `own install 3 at 2 …`, `12.7 put x 1`.
pub fn shard_of_entry(command: &str, sharding: Sharding) -> Option<u32> {
    // What a shard holds is long, and stands behind all that is looked for.
    let beginning: Vec<&str> = command.splitn(4, ' ').collect();
    match beginning[..] {
        ["own", "install" | "delete" | "settle", shard, ..] => shard.parse().ok(),
        ["own", ..] => None,
        [asker, ref rest @ ..] => {
            let rest = if asker == "query" { rest.get(1..)? } else { rest };
            let of_session = asker == "query" || asker.contains('.');
            shard_of_call(&rest.join(" "), sharding).filter(|_| of_session)
        }
        _ => None,
    }
}

/// The shard of the key that is asked for: `put x 1`.
pub fn shard_of_call(call: &str, sharding: Sharding) -> Option<u32> {
    let words = split(call)?;
    let (first, key) = (words.first()?, words.get(1)?);
    OF_KEYS.contains(&&first[..]).then(|| sharding.shard_of(key))
}

/// The shard that a message is about: one between groups, or what a client asks for.
pub fn shard_of_message(message: &Flying, sharding: Sharding) -> Option<u32> {
    let field = |name| message.fields.iter().any(|field| field.name == name);
    match message.kind {
        "PullShard" | "ShardContent" | "DeleteShard" | "ShardDeleted" => {
            u32::try_from(number(&message.fields, "shard")).ok()
        }
        "ClientRequest" | "ClientQuery" => {
            let name = if field("command") { "command" } else { "query" };
            shard_of_call(&word(&message.fields, name), sharding)
        }
        _ => None,
    }
}

const NOTHING: Cell = Cell { state: State::Nothing, other: None, at: 0, bytes: 0 };

/// `g3` is the third.
fn group(name: &str) -> Option<u32> {
    name.strip_prefix('g')?.parse().ok()
}

fn owner(row: &[Field]) -> (u64, Owner) {
    let owner = match (group(&word(row, "group")), group(&word(row, "kept by"))) {
        (Some(group), _) => Owner::Group(group),
        (None, Some(group)) => Owner::KeptBy(group),
        (None, None) => Owner::Nobody,
    };
    (number(row, "shard"), owner)
}

/// A state reads `leaving to g2, configuration 3`.
fn cell(row: &[Field]) -> (u64, Cell) {
    let text = word(row, "state");
    let mut words = text.split([' ', ',']);
    let state = State::of(words.next().unwrap_or_default());
    let other = words.find_map(group);
    let at = text.rsplit(' ').next().and_then(|number| number.parse().ok()).unwrap_or(0);
    (number(row, "shard"), Cell { state, other, at, bytes: number(row, "bytes") })
}

#[cfg(test)]
mod tests {
    use netsplit_core::shardkv::shard::ShardState;
    use netsplit_core::time::Time;
    use netsplit_sim::link::What;
    use netsplit_sim::moment::Moment;
    use netsplit_sim::scenario::Script;

    use super::*;
    use crate::state::play::Play;

    #[test]
    fn what_is_about_a_shard_is_found_to_be() {
        let sharding = Sharding { count: 10, by: By::FirstByte };
        let entry = |text: &str| shard_of_entry(text, sharding);
        assert_eq!(entry("own install 3 at 2 \"a b\""), Some(3));
        assert_eq!([entry("own settle 4 at 2"), entry("own delete 5 at 2")], [Some(4), Some(5)]);
        assert_eq!(entry("own configure 2 1,1 1=g1.n1"), None);
        assert_eq!([entry("12.7 put x 1"), entry("query 6.0.3 get 3")], [Some(0), Some(1)]);
        assert_eq!(
            [entry("nothing"), entry("query 6.0.3 query 2"), entry("12.7 join 1")],
            [None; 3]
        );
        assert_eq!(shard_of_call("append 3 \"a b\"", sharding), Some(1));
        assert_eq!(beginnings(sharding, 1), "3 e o y");
        assert_eq!(beginnings(Sharding { by: By::Hash, ..sharding }, 1), "");
    }

    #[test]
    fn states_are_read_as_they_are_written() {
        let check = |state: ShardState, expected: (State, Option<u32>, u64)| {
            let row = [Field::new("shard", 7), Field::new("state", state.to_string().as_str())];
            let (shard, cell) = cell(&row);
            assert_eq!((cell.state, cell.other, cell.at), expected, "{state}");
            assert_eq!(shard, 7);
        };
        check(ShardState::Elsewhere, (State::Nothing, None, 0));
        check(ShardState::Serving, (State::Serving, None, 0));
        check(ShardState::Kept, (State::Kept, None, 0));
        check(ShardState::Pulling { from: 12, at: 3 }, (State::Pulling, Some(12), 3));
        check(ShardState::Arrived { from: 1, at: 4 }, (State::Arrived, Some(1), 4));
        check(ShardState::Leaving { to: 2, at: 30 }, (State::Leaving, Some(2), 30));
    }

    #[test]
    fn a_cell_says_where_its_shard_goes() {
        let cell = Cell { state: State::Leaving, other: Some(2), at: 3, bytes: 120 };
        assert_eq!(cell.words(), "leaving to g2, configuration 3, 120 bytes");
        assert_eq!(NOTHING.words(), "nothing");
    }

    /// The map of a script after so many milliseconds.
    fn map(text: &str, millis: &[u64]) -> Vec<Map> {
        let script = Script::parse(text).unwrap_or_else(|why| panic!("{why}"));
        let mut play =
            Play::new(What::Written(text.into()), script, Vec::new()).expect("it can be opened");
        let at = |millis: &u64| {
            play.advance(Moment::after(Time::from_micros(millis * 1_000)), u64::MAX);
            Map::new(&play.run.view(), Sharding { count: 10, by: By::FirstByte })
        };
        millis.iter().map(at).collect()
    }

    #[test]
    fn the_real_thing_has_the_names_that_are_looked_for() {
        for lab in ["shardkv", "txn"] {
            let text = format!(
                "scenario {lab} nodes=9 groups=2x3 clients=2 seed=5\n\
                 c1 join 1\n\
                 run for 1s\n\
                 c1 join 2\n\
                 run for 2s\n"
            );
            let millis: Vec<u64> =
                [0, 900].into_iter().chain(1_000..1_400).chain([3_000]).collect();
            let maps = map(&text, &millis);
            let [first, joined, .., last] = &maps[..] else { panic!("there are more") };
            assert!(first.rows.iter().all(|row| row.owner == Owner::Nobody), "{lab}: {first:?}");
            assert!(joined.rows.iter().all(|row| row.owner == Owner::Group(1)), "{lab}");
            assert_eq!(joined.groups[0].configuration, Some(1), "{lab}");
            assert!(maps.iter().any(|map| map.moving() > 0), "{lab}: no shard is seen on its way");
            assert_eq!(last.moving(), 0, "{lab}: {last:?}");
            for row in &last.rows {
                for (group, cell) in (1..).zip(&row.cells) {
                    let serves = row.owner == Owner::Group(group);
                    let expected = if serves { State::Serving } else { State::Nothing };
                    assert_eq!(cell.map(|cell| cell.state), Some(expected), "{lab}: {row:?}");
                }
            }
            let controller = last.controller.expect("there is one");
            assert_eq!((controller.configuration, controller.leads), (Some(2), true), "{lab}");
        }
    }
}
