//! What always holds of configurations and of a controller, in the slow and obvious form.

use std::collections::BTreeMap;

use crate::replicated::invariants::{applied_log_is_bounded, keeps_nothing_else};
use crate::replicated::server::Server;
use crate::replicated::service::Service;

use super::config::{Config, Gid, NOBODY, Shard};
use super::configs::Configs;
use super::controller::Controller;
use super::message::Call;

/// The first shard that belongs to no group that is there, although there are groups; without
/// groups, the first that belongs to somebody.
pub fn orphan(config: &Config) -> Option<Shard> {
    let is_at_home = |owner: &Gid| match config.groups.is_empty() {
        true => *owner == NOBODY,
        false => config.groups.contains_key(owner),
    };
    (0..).zip(&config.shards).find(|(_, owner)| !is_at_home(owner)).map(|(shard, _)| shard)
}

/// How many shards the group has that has fewest, and how many the one that has most.
pub fn loads(config: &Config) -> Option<(u32, u32)> {
    let loads = || config.groups.keys().map(|gid| config.shards_of(*gid).count() as u32);
    Some((loads().min()?, loads().max()?))
}

/// No two groups differ by more than one shard (handout, 4A).
pub fn is_even(config: &Config) -> bool {
    loads(config).is_none_or(|(least, most)| most - least <= 1)
}

/// How many shards have another owner than before.
pub fn moved(before: &Config, after: &Config) -> u32 {
    let pairs = before.shards.iter().zip(&after.shards);
    pairs.filter(|(before, after)| before != after).count() as u32
}

/// How many shards must move at least, if these groups are to share them evenly.
///
/// Of so many shards and groups, a group is to have `least` or one more, and exactly `more` groups
/// one more. A group that has fewer than that can keep them all; one that has more keeps what it is
/// to have. So most stays where the groups that are to have one more are such that have more than
/// `least`, as far as there are so many.
pub fn moved_at_least(before: &Config, groups: &BTreeMap<Gid, Vec<crate::bytes::Bytes>>) -> u32 {
    let shards = before.shards.len() as u32;
    if groups.is_empty() {
        return shards - before.shards_of(NOBODY).count() as u32;
    }
    let count = groups.len() as u32;
    let (least, more) = (shards / count, shards % count);
    let has = || groups.keys().map(|gid| before.shards_of(*gid).count() as u32);
    let stays: u32 = has().map(|has| has.min(least)).sum();
    let rich = has().filter(|has| *has > least).count() as u32;
    shards - stays - rich.min(more)
}

/// The groups that are to be there after a command.
pub fn groups_after(before: &Config, call: &Call) -> BTreeMap<Gid, Vec<crate::bytes::Bytes>> {
    let mut groups = before.groups.clone();
    match call {
        Call::Join(joining) => groups.extend(joining.iter().cloned()),
        Call::Leave(leaving) => leaving.iter().for_each(|gid| drop(groups.remove(gid))),
        Call::Move(..) | Call::Query(_) => {}
    }
    groups
}

/// Whether a command is to make a configuration after this one.
pub fn changes(before: &Config, call: &Call) -> bool {
    match call {
        Call::Query(_) => false,
        Call::Join(_) | Call::Leave(_) => groups_after(before, call) != before.groups,
        Call::Move(shard, to) => {
            let is_there = before.groups.contains_key(to);
            is_there && before.shards.get(*shard as usize).is_some_and(|owner| owner != to)
        }
    }
}

/// Whether a configuration has the groups that a command asked for; after a move, that the one shard
/// was moved, and no other.
pub fn is_as_asked(before: &Config, call: &Call, after: &Config) -> bool {
    let groups = after.groups == groups_after(before, call);
    match call {
        Call::Move(shard, to) => groups && after.owner(*shard) == *to && moved(before, after) == 1,
        _ => groups,
    }
}

/// The first configuration that does not have the number of its place.
pub fn misnumbered(configs: &Configs) -> Option<u64> {
    (0..)
        .zip(configs.iter())
        .find(|(place, config)| config.number != *place)
        .map(|(place, _)| place)
}

/// What the numbers of a row take in a snapshot, where they are text.
const NUMBERS: u64 = 5 * 21;

/// A rule about one controller, with its name.
pub type Rule = (&'static str, fn(&Server<Controller>) -> bool);

/// All rules about one controller.
pub const RULES: &[Rule] = &[
    ("it keeps its configurations and sessions, and nothing else", keeps_nothing_else),
    ("what is applied stays within the log's bound", applied_log_is_bounded),
    ("a snapshot is no larger than what it holds", snapshot_is_bounded),
];

/// The name of the first rule that a controller breaks.
pub fn broken_rule(server: &Server<Controller>) -> Option<&'static str> {
    RULES.iter().find(|(_, holds)| !holds(server)).map(|(name, _)| *name)
}

/// A snapshot that this controller has just taken holds what it keeps: numbers of groups, which as
/// text may take more than the 8 bytes that they count for, names, and a few numbers for each
/// configuration and each session.
pub fn snapshot_is_bounded(server: &Server<Controller>) -> bool {
    let snapshot = server.raft().snapshot();
    let fresh = snapshot.last_included_index == server.applied() && server.applied() > 0;
    let rows = server.service().configs().len() + server.sessions().len();
    !fresh
        || snapshot.data.len() as u64
            <= 2 * server.service().bytes() + server.sessions().bytes() + NUMBERS * (rows + 1)
}
