//! Which group serves which shard, and how that changes: pure functions.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::bytes::Bytes;
use crate::replicated::service::Text;

use super::mutants::{Mutant, Mutants};

/// A group of servers that keeps shards together; `g2` has the number 2. 0 is nobody.
pub type Gid = u32;

/// A part of the keys, counted from 0.
pub type Shard = u32;

/// No group: a shard that nobody serves is its.
pub const NOBODY: Gid = 0;

/// The number of a configuration: how many there were before it.
pub type ConfigNumber = u64;

/// An assignment of shards to groups. Configuration 0 has no groups, and all shards are nobody's.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Config {
    /// Its number.
    pub number: ConfigNumber,
    /// By shard: the group that serves it.
    pub shards: Vec<Gid>,
    /// By shard: the group that served it last, this one or one before it: what nobody serves, that
    /// group still keeps.
    pub holders: Vec<Gid>,
    /// The groups that have joined, with the names of their servers.
    pub groups: BTreeMap<Gid, Vec<Bytes>>,
}

impl Config {
    /// Configuration 0, for so many shards.
    pub fn first(shards: u32) -> Config {
        let nobody = vec![NOBODY; shards as usize];
        Config { number: 0, holders: nobody.clone(), shards: nobody, groups: BTreeMap::new() }
    }

    /// Who serves a shard; [`NOBODY`] for one that there is not.
    pub fn owner(&self, shard: Shard) -> Gid {
        self.shards.get(shard as usize).copied().unwrap_or(NOBODY)
    }

    /// Who served a shard last; [`NOBODY`] for one that there is not, or that nobody ever served.
    pub fn holder(&self, shard: Shard) -> Gid {
        self.holders.get(shard as usize).copied().unwrap_or(NOBODY)
    }

    /// The shards of a group.
    pub fn shards_of(&self, gid: Gid) -> impl Iterator<Item = Shard> + '_ {
        (0..).zip(&self.shards).filter(move |(_, owner)| **owner == gid).map(|(shard, _)| shard)
    }

    /// The next configuration, in which these groups have joined as well; one that is there
    /// already keeps its place and gets the servers named last.
    pub fn join(&self, groups: &[(Gid, Vec<Bytes>)], mutants: Mutants) -> Config {
        let mut next = self.following();
        next.groups.extend(groups.iter().cloned());
        next.rebalance(mutants);
        next.held()
    }

    /// The next configuration, without these groups.
    pub fn leave(&self, gids: &[Gid], mutants: Mutants) -> Config {
        let mut next = self.following();
        next.groups.retain(|gid, _| !gids.contains(gid));
        if next.groups.is_empty() && mutants.has(Mutant::LastLeaveKeeps) {
            return next;
        }
        match mutants.has(Mutant::OneHeir) {
            true => next.leave_all_to_one(),
            false => next.rebalance(mutants),
        }
        next.held()
    }

    /// The next configuration, in which a group has a shard, whatever that does to the balance: the
    /// next join or leave may undo it.
    pub fn moved(&self, shard: Shard, to: Gid) -> Config {
        let mut next = self.following();
        if let Some(owner) = next.shards.get_mut(shard as usize) {
            *owner = to;
        }
        next.held()
    }

    /// The same, with who served each shard last.
    pub(super) fn held(mut self) -> Config {
        for (holder, &owner) in self.holders.iter_mut().zip(&self.shards) {
            if owner != NOBODY {
                *holder = owner;
            }
        }
        self
    }

    pub(super) fn following(&self) -> Config {
        Config { number: self.number + 1, ..self.clone() }
    }

    /// Gives all groups the same number of shards, but for one more or less, by the fewest moves
    /// (handout, 4A). The same on every server: what follows depends on the shards and the groups'
    /// numbers alone.
    pub(super) fn rebalance(&mut self, mutants: Mutants) {
        if mutants.has(Mutant::FromScratch) {
            return self.deal_anew();
        }
        let quotas = self.quotas(mutants);
        // What nobody serves, or more than its group is to have, goes on.
        let mut left = quotas.clone();
        let mut homeless = Vec::new();
        for (shard, owner) in (0..).zip(&mut self.shards) {
            match left.get_mut(owner) {
                Some(room) if *room > 0 => *room -= 1,
                _ => homeless.push((shard, std::mem::replace(owner, NOBODY))),
            }
        }
        let room = left.iter().flat_map(|(gid, room)| (0..*room).map(|_| *gid));
        for ((shard, _), gid) in homeless.into_iter().zip(room) {
            let shard: Shard = shard;
            self.shards[shard as usize] = gid;
        }
    }

    /// How many shards each group is to have: all as many, and one more for those that have most,
    /// so that as few as possible move; among equals, for the lowest numbers.
    fn quotas(&self, mutants: Mutants) -> BTreeMap<Gid, u32> {
        let count = self.groups.len() as u32;
        if count == 0 {
            return BTreeMap::new();
        }
        let shards = self.shards.len() as u32;
        let (least, more) = (shards / count, shards % count);
        let mut by_load: Vec<(u32, Gid)> =
            self.groups.keys().map(|&gid| (self.shards_of(gid).count() as u32, gid)).collect();
        by_load.sort_by_key(|&(has, gid)| (Reverse(has), gid));
        if mutants.has(Mutant::MapOrder) {
            by_load.sort_by_key(|&(has, gid)| Reverse((has, gid)));
        }
        let first_and_last =
            by_load.first().zip(by_load.last()).map(|(one, other)| (one.1, other.1));
        let places = (0..).zip(by_load);
        let mut quotas: BTreeMap<Gid, u32> =
            places.map(|(place, (_, gid))| (gid, least + u32::from(place < more))).collect();
        if mutants.has(Mutant::KeepsOneMore)
            && let Some((first, last)) = first_and_last
            && quotas[&last] > 0
        {
            *quotas.entry(first).or_default() += 1;
            *quotas.entry(last).or_default() -= 1;
        }
        quotas
    }

    /// What a mistake does instead: the shards in turn, whoever has them.
    fn deal_anew(&mut self) {
        let gids: Vec<Gid> = self.groups.keys().copied().collect();
        for (place, owner) in self.shards.iter_mut().enumerate() {
            *owner = gids.get(place % gids.len().max(1)).copied().unwrap_or(NOBODY);
        }
    }

    /// What a mistake does instead: all that those who left had goes to the first of the others.
    fn leave_all_to_one(&mut self) {
        let heir = self.groups.keys().next().copied().unwrap_or(NOBODY);
        for owner in &mut self.shards {
            if !self.groups.contains_key(owner) {
                *owner = heir;
            }
        }
    }
}

/// `3 1,1,2 1=g1.n1,g1.n2 2=g2.n1`: the number, the groups by shard, and each group with its servers.
/// Behind a shard that nobody serves stands who served it last: `0/2`.
impl Text for Config {
    fn to_text(&self) -> String {
        let shard = |(owner, holder): (&Gid, &Gid)| match (*owner, *holder) {
            (NOBODY, holder) if holder != NOBODY => format!("{NOBODY}/{holder}"),
            (owner, _) => owner.to_string(),
        };
        let shards: Vec<String> = self.shards.iter().zip(&self.holders).map(shard).collect();
        let mut text = format!("{} {}", self.number, shards.join(","));
        for (gid, servers) in &self.groups {
            text.push(' ');
            text.push_str(&group_text(*gid, servers));
        }
        text
    }

    fn from_text(text: &str) -> Option<Config> {
        let mut words = text.split(' ');
        let number = words.next()?.parse().ok()?;
        let shard = |word: &str| match word.split_once('/') {
            None => word.parse().ok().map(|owner: Gid| (owner, owner)),
            Some((owner, holder)) => Some((owner.parse().ok()?, holder.parse().ok()?)),
        };
        let shards = words.next()?.split(',').map(shard).collect::<Option<Vec<(Gid, Gid)>>>()?;
        let (shards, holders) = shards.into_iter().unzip();
        let groups = words.map(group_from_text).collect::<Option<BTreeMap<_, _>>>()?;
        Some(Config { number, shards, holders, groups })
    }
}

/// A group and the names of its servers: `2=g2.n1,g2.n2`.
pub(super) fn group_from_text(word: &str) -> Option<(Gid, Vec<Bytes>)> {
    let (gid, names) = word.split_once('=')?;
    let gid = gid.parse().ok().filter(|gid| *gid != NOBODY)?;
    let names = names.split(',').filter(|name| !name.is_empty());
    Some((gid, names.map(Bytes::from).collect()))
}

/// The same the other way round.
pub(super) fn group_text(gid: Gid, servers: &[Bytes]) -> String {
    let names: Vec<_> = servers.iter().map(|name| name.text()).collect();
    format!("{gid}={}", names.join(","))
}
