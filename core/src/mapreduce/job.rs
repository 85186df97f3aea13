//! The user's code, as a value that is handed in: a map function, a reduce function, perhaps a
//! combiner (sections 2 and 4.3), and what the library makes of them around a split and around a
//! bucket.
//!
//! The machines know no language. They ask a [`Table`] for what the code makes of an input; the table
//! may call functions ([`Direct`]), or hold what was computed elsewhere before (a script in a worker
//! of the browser), by task and by what the input holds. A step never waits: what the table lacks it
//! [notes](Table::wanted), and whoever drives the run computes it and makes the step again. That is
//! safe, since a step has no effect beyond the world that it made, and the table is no part of it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;
use std::sync::{Arc, Mutex, PoisonError};

use crate::bytes::Bytes;

use super::emit::{Emit, Pair, pairs_in};
use super::file::joined;

/// What the user writes.
pub trait Functions: Debug + Send + Sync {
    /// Says what it is: two with the same name do the same.
    fn name(&self) -> &str;

    /// Takes a split, or what is left of it without the records that are skipped, and emits pairs.
    ///
    /// # Errors
    /// The record, counted by lines, on which it fails; [`NO_RECORD`] where none is to blame.
    fn map(&self, name: &str, text: &[u8], emit: &mut Emit) -> Result<(), u64>;

    /// Takes a key with all its values and returns what is written beside it.
    fn reduce(&self, key: &[u8], values: &[&[u8]]) -> Vec<u8>;

    /// What may be done with values of a key before they cross the network (section 4.3).
    fn combine(&self) -> Combine {
        Combine::Nothing
    }

    /// What becomes of values of a key where that is [`Combine::Own`]. Most jobs combine by the same
    /// code as they reduce by (section 4.3).
    fn combined(&self, key: &[u8], values: &[&[u8]]) -> Vec<u8> {
        self.reduce(key, values)
    }

    /// The part of the keys that a key belongs to, of so many (section 4.1); without a choice of
    /// its own, [`by_hash`].
    fn partition(&self, key: &[u8], parts: u32) -> u32 {
        by_hash(key, parts)
    }

    /// What its functions do beside computing: see [`Habit`].
    fn habit(&self) -> Habit {
        Habit::Pure
    }
}

/// The record that is to blame where none is: skipping it changes nothing.
pub const NO_RECORD: u64 = u64::MAX;

/// What a combiner does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Combine {
    /// There is none.
    Nothing,
    /// Values are numbers, and are added.
    Sum,
    /// The job has a function of its own for it, [`Functions::combined`]: all values of a key that a
    /// split gives are handed to it at once, also where there is one alone.
    Own,
}

/// What the functions of a job do beside computing. The course's tests have some that watch who
/// works beside them, wait, or crash; a paper's job does nothing of that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Habit {
    /// They compute.
    Pure,
    /// Each call of map leaves a marker, counts those that are there, and waits so long
    /// (milliseconds): it emits when it began and what it counted.
    MarksMaps(u64),
    /// The same of reduce: what it counted is the value of the key.
    MarksReduces(u64),
    /// Each call of map counts itself, and waits from so long to so long (milliseconds).
    CountsMaps(u64, u64),
    /// Calls of reduce for some keys wait so long (milliseconds).
    Lingers(u64),
    /// Before each call, a third of the time the process exits, a third of the time it waits up to
    /// so long (milliseconds).
    Crashes(u64),
}

/// The course's partition: FNV-1a of 32 bits, without the sign, modulo the number of parts.
pub fn by_hash(key: &[u8], parts: u32) -> u32 {
    (fnv(key) & 0x7fff_ffff) % parts.max(1)
}

/// FNV-1a of 32 bits.
pub fn fnv(key: &[u8]) -> u32 {
    key.iter().fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193))
}

/// A number for what an input holds: FNV-1a of 64 bits over all pieces.
pub fn digest<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> u64 {
    let step = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    pieces.into_iter().flatten().fold(0xcbf2_9ce4_8422_2325, step)
}

/// What is asked of a table for a map task.
#[derive(Clone, Copy, Debug)]
pub struct MapAsk<'a> {
    /// The split's name, the key of the paper's map function.
    pub name: &'a str,
    /// What it holds.
    pub text: &'a [Bytes],
    /// How many parts the keys have.
    pub parts: u32,
    /// Whether the combiner is used.
    pub combine: bool,
    /// Records that are left out, by line (section 4.6).
    pub skip: &'a BTreeSet<u64>,
    /// Mixed into the hash of keys; 0 but for who makes a mistake.
    pub salt: u32,
}

/// What is asked of a table for a reduce task.
#[derive(Clone, Copy, Debug)]
pub struct ReduceAsk<'a> {
    /// The buckets, in the order of the map tasks that they come from.
    pub buckets: &'a [Bytes],
    /// False for who forgets to sort, and so to group.
    pub grouped: bool,
}

/// The user's counters, by name (section 4.9).
pub type Counters = BTreeMap<String, u64>;

/// As how many bytes counters count.
pub(super) fn weight_of_counters(counters: &Counters) -> u64 {
    counters.keys().map(|name| name.len() as u64 + 8).sum()
}

/// Adds counters to others, up to the largest number that there is.
pub fn add_counters(to: &mut Counters, counters: &Counters) {
    for (name, count) in counters {
        match to.get_mut(name) {
            Some(sum) => *sum = sum.saturating_add(*count),
            None => drop(to.insert(name.clone(), *count)),
        }
    }
}

/// What map made of a split.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Mapped {
    /// The pairs of each part, sorted by key, as [`pairs_in`] reads them.
    pub buckets: Vec<Bytes>,
    /// How many pairs were emitted, before any combining.
    pub pairs: u64,
    /// The user's counters (section 4.9).
    pub counters: Counters,
    /// The record on which it failed, if it did.
    pub failed: Option<u64>,
}

/// What reduce made of a part of the keys.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Reduced {
    /// One line `key value` for each key, in increasing order (section 4.2).
    pub text: Bytes,
    /// The keys, and how many values each has, for those functions that wait at some of them.
    pub keys: Vec<(Bytes, u64)>,
}

/// What holds, or finds, what the user's code makes of inputs.
pub trait Table: Debug + Send + Sync {
    /// Says whose results they are.
    fn name(&self) -> &str;

    /// What map makes of a split; `None` where that has to be computed first.
    fn map(&self, ask: &MapAsk<'_>) -> Option<Arc<Mapped>>;

    /// What reduce makes of its buckets; `None` where that has to be computed first.
    fn reduce(&self, ask: &ReduceAsk<'_>) -> Option<Arc<Reduced>>;

    /// What the code does beside.
    fn habit(&self) -> Habit {
        Habit::Pure
    }

    /// A number for what an attempt has taken, for those who watch.
    fn digest(&self, pieces: &[Bytes]) -> u64 {
        digest(pieces.iter().map(|piece| &**piece))
    }

    /// How many results were asked for in vain so far: the step that asked does not count.
    fn wanted(&self) -> u64 {
        0
    }
}

/// A table as machines have it: equal when it is of the same code.
#[derive(Clone, Debug)]
pub struct Code(pub Arc<dyn Table>);

impl PartialEq for Code {
    fn eq(&self, other: &Code) -> bool {
        self.0.name() == other.0.name()
    }
}

/// What a result is of: the task's kind with all that is asked, and what the input holds.
pub(super) type Key = (bool, u32, u32, u64, u64);

impl MapAsk<'_> {
    /// What a table keeps its result under.
    pub(super) fn key(&self) -> Key {
        let skipped: Vec<u8> = self.skip.iter().flat_map(|line| line.to_le_bytes()).collect();
        let name = digest([self.name.as_bytes(), &skipped]);
        let text = digest(self.text.iter().map(|piece| &**piece));
        (self.combine, self.parts, self.salt, name, text)
    }
}

impl ReduceAsk<'_> {
    /// What a table keeps its result under.
    pub(super) fn key(&self) -> Key {
        let all = digest(self.buckets.iter().map(|bucket| &**bucket));
        (self.grouped, self.buckets.len() as u32, 0, 0, all)
    }
}

/// Results, by what they are of.
#[derive(Debug, Default)]
pub(super) struct Known {
    pub(super) maps: BTreeMap<Key, Arc<Mapped>>,
    pub(super) reduces: BTreeMap<Key, Arc<Reduced>>,
}

/// A table that calls functions, and keeps what it found unless it is told not to.
#[derive(Debug)]
pub struct Direct {
    functions: Box<dyn Functions>,
    known: Option<Mutex<Known>>,
}

impl Direct {
    /// One that calls these functions once for each input: a step that is made again, in another
    /// branch or by another attempt, finds the result.
    pub fn keeping(functions: Box<dyn Functions>) -> Direct {
        Direct { functions, known: Some(Mutex::default()) }
    }

    /// One that calls these functions each time: for inputs that are too large to be kept.
    pub fn calling(functions: Box<dyn Functions>) -> Direct {
        Direct { functions, known: None }
    }

    fn kept<T>(
        &self,
        key: impl FnOnce() -> Key,
        kept: fn(&mut Known) -> &mut BTreeMap<Key, Arc<T>>,
        compute: impl FnOnce() -> T,
    ) -> Arc<T> {
        let Some(known) = &self.known else { return Arc::new(compute()) };
        let key = key();
        // Nobody panics while it is held, and what is in it stands each by itself.
        let mut known = known.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(kept(&mut known).entry(key).or_insert_with(|| Arc::new(compute())))
    }
}

impl Table for Direct {
    fn name(&self) -> &str {
        self.functions.name()
    }

    fn map(&self, ask: &MapAsk<'_>) -> Option<Arc<Mapped>> {
        Some(self.kept(|| ask.key(), |known| &mut known.maps, || map(&*self.functions, ask)))
    }

    fn reduce(&self, ask: &ReduceAsk<'_>) -> Option<Arc<Reduced>> {
        Some(self.kept(|| ask.key(), |known| &mut known.reduces, || reduce(&*self.functions, ask)))
    }

    fn habit(&self) -> Habit {
        self.functions.habit()
    }

    fn digest(&self, pieces: &[Bytes]) -> u64 {
        // Where inputs are too large to be kept nobody watches, and to go over all their bytes once
        // more takes half as long as to count words in them.
        let watched = self.known.is_some();
        if watched { digest(pieces.iter().map(|piece| &**piece)) } else { 0 }
    }
}

/// Calls map for a split, and sorts what it emits into buckets.
pub fn map(functions: &dyn Functions, ask: &MapAsk<'_>) -> Mapped {
    let whole: Vec<u8>;
    let text: &[u8] = match ask.text {
        [only] if ask.skip.is_empty() => only,
        pieces => {
            whole = without(&joined(pieces), ask.skip);
            &whole
        }
    };
    let combine = if ask.combine { functions.combine() } else { Combine::Nothing };
    let mut emit = Emit::new(combine);
    if let Err(line) = functions.map(ask.name, text, &mut emit) {
        return Mapped { failed: Some(line_before_skips(line, ask.skip)), ..Mapped::default() };
    }
    let (parts, salt) = (ask.parts, ask.salt);
    let part = |key: &[u8]| match salt {
        0 => functions.partition(key, parts),
        salt => (fnv(key) ^ salt) % parts.max(1),
    };
    let (pairs, counters) = (emit.pairs(), emit.take_counters());
    let buckets = match combine {
        Combine::Own => {
            emit.into_combined(parts, part, |key, values| functions.combined(key, values))
        }
        Combine::Nothing | Combine::Sum => emit.into_buckets(parts, part),
    };
    Mapped { buckets, pairs, counters, failed: None }
}

/// A text without some of its lines.
fn without(text: &[u8], skip: &BTreeSet<u64>) -> Vec<u8> {
    let lines = text.split_inclusive(|byte| *byte == b'\n').enumerate();
    let kept = lines.filter(|(line, _)| !skip.contains(&(*line as u64)));
    kept.flat_map(|(_, line)| line).copied().collect()
}

/// The number in the whole text of a line of what is left of it.
fn line_before_skips(line: u64, skip: &BTreeSet<u64>) -> u64 {
    skip.iter().fold(line, |line, skipped| line.saturating_add(u64::from(*skipped <= line)))
}

/// Sorts the pairs of some buckets by key, groups them, and calls reduce for each group.
pub fn reduce(functions: &dyn Functions, ask: &ReduceAsk<'_>) -> Reduced {
    let mut pairs: Vec<Pair<'_>> = ask.buckets.iter().flat_map(|it| pairs_in(it)).collect();
    if ask.grouped {
        // A stable sort: values of a key stay in the order of the map tasks.
        pairs.sort_by(|one, other| one.0.cmp(other.0));
    }
    let (mut text, mut keys, mut from) = (Vec::new(), Vec::new(), 0);
    while let Some((key, _)) = pairs.get(from) {
        let same = pairs[from..].iter().take_while(|pair| pair.0 == *key).count();
        let values: Vec<&[u8]> = pairs[from..from + same].iter().map(|pair| pair.1).collect();
        text.extend_from_slice(key);
        text.push(b' ');
        text.extend_from_slice(&functions.reduce(key, &values));
        text.push(b'\n');
        keys.push((Bytes::from(*key), same as u64));
        from += same;
    }
    Reduced { text: Bytes::from(text.as_slice()), keys }
}

/// What a sequential run writes: the output of each part.
pub fn sequential(
    functions: &dyn Functions,
    splits: &[(String, Vec<Bytes>)],
    parts: u32,
    combine: bool,
) -> Vec<Arc<Reduced>> {
    let mapped: Vec<Mapped> = splits
        .iter()
        .map(|(name, text)| mapped_without_bad(functions, name, text, parts, combine))
        .collect();
    let of_part = |part: u32| {
        // What was given up on has no buckets.
        let bucket = |it: &Mapped| it.buckets.get(part as usize).cloned().unwrap_or_default();
        let buckets: Vec<Bytes> = mapped.iter().map(bucket).collect();
        Arc::new(reduce(functions, &ReduceAsk { buckets: &buckets, grouped: true }))
    };
    (0..parts).map(of_part).collect()
}

/// Calls map, and again without each record on which it fails.
pub fn mapped_without_bad(
    functions: &dyn Functions,
    name: &str,
    text: &[Bytes],
    parts: u32,
    combine: bool,
) -> Mapped {
    let mut skip = BTreeSet::new();
    loop {
        let made = map(functions, &MapAsk { name, text, parts, combine, skip: &skip, salt: 0 });
        match made.failed {
            // A function that fails without a record to blame is given up on.
            Some(line) if skip.insert(line) => {}
            _ => return made,
        }
    }
}
