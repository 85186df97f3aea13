//! What map emits: pairs, kept in one run of bytes, combined where that is wanted, and sorted by key
//! into a bucket for each reduce task (section 3.1, step 4).

use crate::bytes::Bytes;

use super::job::{Combine, Counters, fnv};

/// A pair.
pub type Pair<'a> = (&'a [u8], &'a [u8]);

/// The length of a value that is a number, and stands beside.
const NUMBER: u32 = u32::MAX;

/// A pair in the arena: where its key begins, how long key and value are; or a number that is added
/// to.
#[derive(Clone, Copy, Debug)]
struct Kept {
    at: u64,
    key: u32,
    value: u32,
    number: u64,
}

impl Kept {
    fn key_in<'a>(&self, arena: &'a [u8]) -> &'a [u8] {
        let at = self.at as usize;
        &arena[at..at + self.key as usize]
    }
}

/// What a map function emits to.
#[derive(Debug)]
pub struct Emit {
    sums: bool,
    arena: Vec<u8>,
    kept: Vec<Kept>,
    /// Places in `kept` by the hash of the key, plus one; empty where nothing is combined. A table
    /// of our own, in which nothing depends on the order.
    places: Vec<u32>,
    pairs: u64,
    counters: Counters,
}

impl Emit {
    /// One that has nothing yet.
    pub fn new(combine: Combine) -> Emit {
        let sums = combine == Combine::Sum;
        Emit {
            sums,
            arena: Vec::new(),
            kept: Vec::new(),
            places: if sums { vec![0; 1 << 12] } else { Vec::new() },
            pairs: 0,
            counters: Counters::new(),
        }
    }

    /// Emits a pair.
    pub fn pair(&mut self, key: &[u8], value: &[u8]) {
        if self.sums
            && let Some(number) = number_from(value)
        {
            return self.number(key, number);
        }
        self.pairs += 1;
        self.push(key, value, 0);
    }

    /// Emits a pair whose value is a number.
    pub fn number(&mut self, key: &[u8], number: u64) {
        self.pairs += 1;
        if !self.sums {
            let text = number.to_string();
            return self.push(key, text.as_bytes(), 0);
        }
        let mask = self.places.len() - 1;
        let mut place = fnv(key) as usize & mask;
        loop {
            match self.places[place] {
                0 => break,
                found => {
                    let kept = &mut self.kept[found as usize - 1];
                    let at = kept.at as usize;
                    if &self.arena[at..at + kept.key as usize] == key {
                        kept.number = kept.number.saturating_add(number);
                        return;
                    }
                }
            }
            place = (place + 1) & mask;
        }
        self.push(key, b"", number);
        self.kept.last_mut().expect("it was put there just now").value = NUMBER;
        self.places[place] = self.kept.len() as u32;
        if self.kept.len() * 2 > self.places.len() {
            self.make_room();
        }
    }

    /// Adds to a counter of the user's (section 4.9), up to the largest number that there is.
    pub fn count(&mut self, counter: &str, by: u64) {
        match self.counters.get_mut(counter) {
            Some(count) => *count = count.saturating_add(by),
            None => drop(self.counters.insert(counter.to_owned(), by)),
        }
    }

    /// How many pairs were emitted.
    pub fn pairs(&self) -> u64 {
        self.pairs
    }

    /// The user's counters, of which none are left then.
    pub fn take_counters(&mut self) -> Counters {
        std::mem::take(&mut self.counters)
    }

    fn push(&mut self, key: &[u8], value: &[u8], number: u64) {
        let at = self.arena.len() as u64;
        self.arena.extend_from_slice(key);
        self.arena.extend_from_slice(value);
        self.kept.push(Kept { at, key: key.len() as u32, value: value.len() as u32, number });
    }

    fn make_room(&mut self) {
        let mask = self.places.len() * 4 - 1;
        let mut places = vec![0; mask + 1];
        for (number, kept) in self.kept.iter().enumerate() {
            let at = kept.at as usize;
            let mut place = fnv(&self.arena[at..at + kept.key as usize]) as usize & mask;
            while places[place] != 0 {
                place = (place + 1) & mask;
            }
            places[place] = number as u32 + 1;
        }
        self.places = places;
    }

    /// The pairs of each part, sorted by key; values of a key stay in the order in which they came.
    pub fn into_buckets(self, parts: u32, part: impl Fn(&[u8]) -> u32) -> Vec<Bytes> {
        self.into_parts(parts, part).collect()
    }

    /// The same, with one value for each key: what a function makes of all that it has.
    pub(super) fn into_combined(
        self,
        parts: u32,
        part: impl Fn(&[u8]) -> u32,
        combined: impl Fn(&[u8], &[&[u8]]) -> Vec<u8>,
    ) -> Vec<Bytes> {
        let combine = |bucket: Bytes| {
            let (mut out, mut pairs) = (Vec::new(), pairs_in(&bucket).peekable());
            while let Some((key, first)) = pairs.next() {
                let mut values = vec![first];
                while let Some((_, value)) = pairs.next_if(|(other, _)| *other == key) {
                    values.push(value);
                }
                write_pair(&mut out, key, &combined(key, &values));
            }
            Bytes::from(out)
        };
        self.into_parts(parts, part).map(combine).collect()
    }

    fn into_parts(self, parts: u32, part: impl Fn(&[u8]) -> u32) -> impl Iterator<Item = Bytes> {
        let Emit { arena, kept, .. } = self;
        let mut of_parts: Vec<Vec<Kept>> = vec![Vec::new(); parts.max(1) as usize];
        for it in kept {
            let part = part(it.key_in(&arena)).min(parts.max(1) - 1);
            of_parts[part as usize].push(it);
        }
        let bucket = move |mut kept: Vec<Kept>| {
            kept.sort_by(|one, other| one.key_in(&arena).cmp(other.key_in(&arena)));
            let mut out = Vec::new();
            for it in &kept {
                let from = it.at as usize + it.key as usize;
                match it.value {
                    NUMBER => {
                        write_pair(&mut out, it.key_in(&arena), it.number.to_string().as_bytes());
                    }
                    value => {
                        let value = &arena[from..from + value as usize];
                        write_pair(&mut out, it.key_in(&arena), value);
                    }
                }
            }
            Bytes::from(out)
        };
        of_parts.into_iter().map(bucket)
    }
}

/// A number, where that is all the text is.
pub fn number_from(text: &[u8]) -> Option<u64> {
    let digit = |sum: Option<u64>, byte: &u8| {
        let digit = byte.is_ascii_digit().then(|| u64::from(byte - b'0'))?;
        sum?.checked_mul(10)?.checked_add(digit)
    };
    if text.is_empty() { None } else { text.iter().fold(Some(0), digit) }
}

/// Writes a pair behind others: the lengths of key and value, then both.
fn write_pair(out: &mut Vec<u8>, key: &[u8], value: &[u8]) {
    out.extend_from_slice(&(key.len() as u32).to_le_bytes());
    out.extend_from_slice(&(value.len() as u32).to_le_bytes());
    out.extend_from_slice(key);
    out.extend_from_slice(value);
}

/// The pairs of a bucket, up to where it is broken off.
pub fn pairs_in(bucket: &[u8]) -> Pairs<'_> {
    Pairs(bucket)
}

/// The pairs of a bucket.
#[derive(Clone, Debug)]
pub struct Pairs<'a>(&'a [u8]);

impl<'a> Iterator for Pairs<'a> {
    type Item = Pair<'a>;

    fn next(&mut self) -> Option<Pair<'a>> {
        let (lengths, rest) = self.0.split_at_checked(8)?;
        let length = |bytes: &[u8]| {
            bytes.iter().rev().fold(0_usize, |length, byte| length << 8 | usize::from(*byte))
        };
        let (key, rest) = rest.split_at_checked(length(&lengths[..4]))?;
        let (value, rest) = rest.split_at_checked(length(&lengths[4..]))?;
        self.0 = rest;
        Some((key, value))
    }
}
