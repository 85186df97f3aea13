//! A table that is filled from outside: by whoever runs the user's code somewhere else, in a worker
//! of the browser for one.
//!
//! What it does not hold it notes as [wanted](Filled::asks). Whoever drives the run computes that
//! ([`Wanted::made_by`]), [inserts](Filled::insert) it, and makes the step again that asked.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::bytes::Bytes;

use super::job::{Functions, Key, Known, MapAsk, Mapped, ReduceAsk, Reduced, Table, map, reduce};

/// A result that is not there, with all that is needed to compute it elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Wanted {
    /// What map makes of a split.
    Map {
        /// The split's name.
        name: String,
        /// What it holds.
        text: Vec<Bytes>,
        /// How many parts the keys have.
        parts: u32,
        /// Whether the combiner is used.
        combine: bool,
        /// Records that are left out, by line.
        skip: BTreeSet<u64>,
        /// Mixed into the hash of keys; 0 but for who makes a mistake.
        salt: u32,
    },
    /// What reduce makes of its buckets.
    Reduce {
        /// The buckets, in the order of the map tasks.
        buckets: Vec<Bytes>,
        /// False for who forgets to sort.
        grouped: bool,
    },
}

/// A result.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Made {
    /// What map made of a split.
    Mapped(Mapped),
    /// What reduce made of its buckets.
    Reduced(Reduced),
}

impl Wanted {
    /// The bytes that are to be worked through.
    pub fn bytes(&self) -> u64 {
        let (Wanted::Map { text: pieces, .. } | Wanted::Reduce { buckets: pieces, .. }) = self;
        pieces.iter().map(|piece| piece.len() as u64).sum()
    }

    /// Computes it.
    pub fn made_by(&self, functions: &dyn Functions) -> Made {
        match self {
            Wanted::Map { .. } => self.as_map(|ask| Made::Mapped(map(functions, ask))),
            Wanted::Reduce { .. } => self.as_reduce(|ask| Made::Reduced(reduce(functions, ask))),
        }
        .expect("it is of that kind")
    }

    fn as_map<T>(&self, take: impl FnOnce(&MapAsk<'_>) -> T) -> Option<T> {
        let Wanted::Map { name, text, parts, combine, skip, salt } = self else { return None };
        let (parts, combine, salt) = (*parts, *combine, *salt);
        Some(take(&MapAsk { name, text, parts, combine, skip, salt }))
    }

    fn as_reduce<T>(&self, take: impl FnOnce(&ReduceAsk<'_>) -> T) -> Option<T> {
        let Wanted::Reduce { buckets, grouped } = self else { return None };
        Some(take(&ReduceAsk { buckets, grouped: *grouped }))
    }
}

impl From<&MapAsk<'_>> for Wanted {
    fn from(ask: &MapAsk<'_>) -> Wanted {
        Wanted::Map {
            name: ask.name.to_owned(),
            text: ask.text.to_vec(),
            parts: ask.parts,
            combine: ask.combine,
            skip: ask.skip.clone(),
            salt: ask.salt,
        }
    }
}

impl From<&ReduceAsk<'_>> for Wanted {
    fn from(ask: &ReduceAsk<'_>) -> Wanted {
        Wanted::Reduce { buckets: ask.buckets.to_vec(), grouped: ask.grouped }
    }
}

/// A table that holds what was put into it.
#[derive(Debug)]
pub struct Filled {
    name: String,
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    known: Known,
    /// By kind and key, so that what is asked twice is computed once.
    asked: BTreeMap<(bool, Key), Wanted>,
    /// How often something was asked in vain.
    vain: u64,
}

impl Filled {
    /// An empty one, of the code of this name.
    pub fn new(name: &str) -> Filled {
        Filled { name: name.to_owned(), kept: Mutex::default() }
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        // Nobody panics while it is held, and what is in it stands each by itself.
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What was asked in vain and is not there yet.
    pub fn asks(&self) -> Vec<Wanted> {
        self.kept().asked.values().cloned().collect()
    }

    /// Whether something was asked in vain that is not there yet.
    pub fn waits(&self) -> bool {
        !self.kept().asked.is_empty()
    }

    /// What was asked in vain will not come: it counts as not asked.
    pub fn give_up(&self) {
        self.kept().asked.clear();
    }

    /// Puts a result in. False, and nothing is put, where it is of another kind than what was asked.
    pub fn insert(&self, of: &Wanted, made: Made) -> bool {
        let kept = &mut *self.kept();
        match made {
            Made::Mapped(made) => of.as_map(|ask| ask.key()).map(|key| {
                kept.asked.remove(&(false, key));
                kept.known.maps.insert(key, Arc::new(made));
            }),
            Made::Reduced(made) => of.as_reduce(|ask| ask.key()).map(|key| {
                kept.asked.remove(&(true, key));
                kept.known.reduces.insert(key, Arc::new(made));
            }),
        }
        .is_some()
    }
}

impl Table for Filled {
    fn name(&self) -> &str {
        &self.name
    }

    fn map(&self, ask: &MapAsk<'_>) -> Option<Arc<Mapped>> {
        let (key, kept) = (ask.key(), &mut *self.kept());
        let found = kept.known.maps.get(&key).cloned();
        if found.is_none() {
            kept.vain += 1;
            kept.asked.entry((false, key)).or_insert_with(|| ask.into());
        }
        found
    }

    fn reduce(&self, ask: &ReduceAsk<'_>) -> Option<Arc<Reduced>> {
        let (key, kept) = (ask.key(), &mut *self.kept());
        let found = kept.known.reduces.get(&key).cloned();
        if found.is_none() {
            kept.vain += 1;
            kept.asked.entry((true, key)).or_insert_with(|| ask.into());
        }
        found
    }

    fn wanted(&self) -> u64 {
        self.kept().vain
    }
}
