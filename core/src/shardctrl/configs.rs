//! All configurations so far, and what a command makes of them: pure functions.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use crate::pieces::Pieces;

use super::config::{Config, ConfigNumber, Gid};
use super::message::{Call, Reply};
use super::mutants::{Mutant, Mutants};

/// All configurations, in order; there is one at least. A copy is cheap.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Configs {
    all: Pieces<Arc<Config>>,
}

/// The latest says most of what a history of configurations is.
impl Hash for Configs {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.len().hash(state);
        self.last().hash(state);
    }
}

impl Configs {
    /// Those that begin with this one.
    pub fn from_first(first: Config) -> Configs {
        Configs { all: std::iter::once(Arc::new(first)).collect() }
    }

    /// These; `None` when there is none.
    pub fn from_all(all: impl IntoIterator<Item = Config>) -> Option<Configs> {
        let all: Pieces<Arc<Config>> = all.into_iter().map(Arc::new).collect();
        (!all.is_empty()).then_some(Configs { all })
    }

    /// The latest.
    pub fn last(&self) -> &Config {
        self.all.last().expect("there is one at least")
    }

    /// The one under a number; the latest for one that is not there yet.
    pub fn at(&self, number: ConfigNumber) -> &Config {
        let place = usize::try_from(number).unwrap_or(usize::MAX);
        self.all.get(place).map_or_else(|| self.last(), AsRef::as_ref)
    }

    /// The one in a place, counted from 0.
    pub fn get(&self, place: u64) -> Option<&Arc<Config>> {
        self.all.get(usize::try_from(place).ok()?)
    }

    /// How many there are.
    pub fn len(&self) -> u64 {
        self.all.len() as u64
    }

    /// False: there is one at least.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// All of them, in order.
    pub fn iter(&self) -> impl Iterator<Item = &Config> {
        self.all.iter().map(|config| &**config)
    }

    /// Adds one behind the last.
    pub fn push(&mut self, config: Config) {
        self.all.push(Arc::new(config));
    }

    /// The configuration that a command makes; `None` when it changes nothing, so that numbers
    /// count changes. Moving a shard to a group that is not there changes nothing.
    pub fn next(&self, call: &Call, mutants: Mutants) -> Option<Config> {
        let last = self.last();
        let mut next = match call {
            Call::Query(_) => return None,
            Call::Join(groups) => {
                let groups = all_or_first(groups, mutants);
                let refused = |gid: &Gid| mutants.has(Mutant::NoReturn) && self.has_left(*gid);
                let groups: Vec<_> =
                    groups.iter().filter(|(gid, _)| !refused(gid)).cloned().collect();
                last.join(&groups, mutants)
            }
            Call::Leave(gids) => last.leave(all_or_first(gids, mutants), mutants),
            Call::Move(shard, to) if last.groups.contains_key(to) => last.moved(*shard, *to),
            Call::Move(..) => last.following(),
        };
        if let Call::Move(..) = call
            && mutants.has(Mutant::MoveRebalances)
        {
            next.rebalance(mutants);
            next = next.held();
        }
        if mutants.has(Mutant::EmptyForgotten) {
            let served = next.shards.clone();
            next.groups.retain(|gid, _| served.contains(gid));
        }
        let changes = match call {
            Call::Move(..) => next.shards != last.shards,
            _ => next.groups != last.groups,
        };
        (changes || mutants.has(Mutant::NumbersNothing)).then_some(next)
    }

    /// What a call is answered, in this state.
    pub fn reply(&self, call: &Call) -> Reply {
        match call {
            Call::Query(None) => Reply::Config(self.last().clone()),
            Call::Query(Some(number)) => Reply::Config(self.at(*number).clone()),
            Call::Join(_) | Call::Leave(_) | Call::Move(..) => Reply::Done,
        }
    }

    fn has_left(&self, gid: Gid) -> bool {
        let was_there = self.iter().any(|config| config.groups.contains_key(&gid));
        was_there && !self.last().groups.contains_key(&gid)
    }
}

fn all_or_first<T>(all: &[T], mutants: Mutants) -> &[T] {
    if mutants.has(Mutant::FirstOnly) { &all[..all.len().min(1)] } else { all }
}
