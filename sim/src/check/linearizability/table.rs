//! What a search has seen, to be found again at once.
//!
//! A hash table of the standard library has another order in every process, and
//! an ordered map compares its way down a tree for each of millions of rows. So
//! rows stand in a list in the order in which they were found, which is the same
//! in every run, and beside it an array of their numbers, in which a row's hash
//! says where to look (open addressing, never more than half full). The order of
//! that array decides nothing.

use std::hash::Hash;

use crate::fingerprint::Fingerprint;
use netsplit_core::rng::mix;

/// A place that holds no number.
const NONE: u32 = u32::MAX;

/// Numbers of things by their hashes.
#[derive(Clone, Debug)]
pub(super) struct Places {
    /// Its length is a power of two.
    places: Vec<u32>,
    /// The hash of each thing, by its number.
    hashes: Vec<u64>,
}

impl Places {
    pub(super) fn new() -> Places {
        Places { places: vec![NONE; 16], hashes: Vec::new() }
    }

    /// The first thing with this hash that `fits`.
    #[inline]
    pub(super) fn find(&self, hash: u64, mut fits: impl FnMut(usize) -> bool) -> Option<usize> {
        let last = self.places.len() - 1;
        let mut place = hash as usize & last;
        loop {
            match self.places[place] {
                NONE => return None,
                number if self.hashes[number as usize] == hash && fits(number as usize) => {
                    return Some(number as usize);
                }
                _ => place = (place + 1) & last,
            }
        }
    }

    /// Adds a thing, and gives it the next number.
    ///
    /// # Panics
    /// When there are 2³² things, which no budget allows.
    #[inline]
    pub(super) fn add(&mut self, hash: u64) -> usize {
        let number = self.hashes.len();
        assert!((number as u64) < u64::from(NONE), "a budget ends a search before that");
        self.hashes.push(hash);
        if self.hashes.len() * 2 > self.places.len() {
            let places = vec![NONE; self.places.len() * 2];
            self.places = places;
            for number in 0..self.hashes.len() {
                self.put(number);
            }
        } else {
            self.put(number);
        }
        number
    }

    fn put(&mut self, number: usize) {
        let last = self.places.len() - 1;
        let mut place = self.hashes[number] as usize & last;
        while self.places[place] != NONE {
            place = (place + 1) & last;
        }
        self.places[place] = number as u32;
    }
}

/// Values that are known by their numbers.
#[derive(Clone, Debug)]
pub(super) struct Known<T> {
    values: Vec<T>,
    places: Places,
}

impl<T: Eq + Hash> Known<T> {
    pub(super) fn new() -> Known<T> {
        Known { values: Vec::new(), places: Places::new() }
    }

    /// The number of a value, a new one when it is met for the first time.
    pub(super) fn number(&mut self, value: T) -> u32 {
        let hash = Fingerprint::of(&value);
        let found = self.places.find(hash, |number| self.values[number] == value);
        found.unwrap_or_else(|| {
            self.values.push(value);
            self.places.add(hash)
        }) as u32
    }

    pub(super) fn get(&self, number: u32) -> &T {
        &self.values[number as usize]
    }
}

/// Results that are known by a pair of numbers.
#[derive(Clone, Debug)]
pub(super) struct Pairs {
    results: Vec<(u64, Option<u32>)>,
    places: Places,
}

impl Pairs {
    pub(super) fn new() -> Pairs {
        Pairs { results: Vec::new(), places: Places::new() }
    }

    fn pair(one: u32, two: u32) -> (u64, u64) {
        let pair = u64::from(one) << 32 | u64::from(two);
        (pair, mix(pair))
    }

    #[inline]
    pub(super) fn get(&self, one: u32, two: u32) -> Option<Option<u32>> {
        let (pair, hash) = Pairs::pair(one, two);
        let found = self.places.find(hash, |number| self.results[number].0 == pair);
        found.map(|number| self.results[number].1)
    }

    pub(super) fn set(&mut self, one: u32, two: u32, result: Option<u32>) {
        let (pair, hash) = Pairs::pair(one, two);
        self.results.push((pair, result));
        self.places.add(hash);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_keeps_its_number() {
        let mut known = Known::new();
        for round in 0..3 {
            for value in 0..1_000_u32 {
                assert_eq!(known.number(value * 7), value, "round {round}");
            }
        }
        assert_eq!(*known.get(5), 35);
    }

    #[test]
    fn pairs_are_not_confused() {
        let mut pairs = Pairs::new();
        for (one, two) in (0..40).flat_map(|one| (0..40).map(move |two| (one, two))) {
            assert_eq!(pairs.get(one, two), None);
            pairs.set(one, two, (one != two).then_some(one * 100 + two));
        }
        assert_eq!(pairs.get(7, 9), Some(Some(709)));
        assert_eq!(pairs.get(9, 9), Some(None));
    }
}
