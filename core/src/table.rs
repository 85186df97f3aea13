//! A table that grows and is cheap to copy: its rows stand in buckets that copies share.
//!
//! Sessions, clerks and keys are kept so: a copy of a table costs a pointer a bucket, and the first
//! write to a shared bucket copies that bucket.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::bytes::Bytes;

/// A key says in which bucket it stands.
pub trait Key: Ord + Clone {
    /// The bucket: equal for equal keys.
    fn bucket(&self) -> u64;
}

/// Sixty-four in a row share one: the buckets are in the order of the keys.
impl Key for u64 {
    fn bucket(&self) -> u64 {
        self >> 6
    }
}

/// One of 1,024 by both.
impl Key for (u64, u64) {
    fn bucket(&self) -> u64 {
        crate::rng::mix(self.0 ^ crate::rng::mix(self.1)) & 0x3FF
    }
}

/// One of 256 by content.
impl Key for Bytes {
    fn bucket(&self) -> u64 {
        let fold = |sum: u64, &byte: &u8| sum.wrapping_mul(31).wrapping_add(u64::from(byte));
        crate::rng::mix(self.iter().fold(0, fold)) & 0xFF
    }
}

/// A table of rows by key.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Table<K, V> {
    buckets: BTreeMap<u64, Arc<BTreeMap<K, V>>>,
    length: u64,
}

impl<K, V> Default for Table<K, V> {
    fn default() -> Table<K, V> {
        Table { buckets: BTreeMap::new(), length: 0 }
    }
}

impl<K: Key, V: Clone> Table<K, V> {
    /// How many rows there are.
    pub fn len(&self) -> u64 {
        self.length
    }

    /// True when there are none.
    pub fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// The row of a key.
    pub fn get(&self, key: &K) -> Option<&V> {
        self.buckets.get(&key.bucket())?.get(key)
    }

    /// The row of a key, to be changed.
    pub fn get_mut(&mut self, key: &K) -> Option<&mut V> {
        let bucket = self.buckets.get_mut(&key.bucket())?;
        // A miss is not worth a copy.
        bucket.contains_key(key).then(|| Arc::make_mut(bucket).get_mut(key))?
    }

    /// Puts a row, and returns the one that was there.
    pub fn insert(&mut self, key: K, row: V) -> Option<V> {
        let bucket = self.buckets.entry(key.bucket()).or_default();
        let old = Arc::make_mut(bucket).insert(key, row);
        self.length += u64::from(old.is_none());
        old
    }

    /// Takes a row away.
    pub fn remove(&mut self, key: &K) -> Option<V> {
        let place = key.bucket();
        let bucket = self.buckets.get_mut(&place)?;
        let old = bucket.contains_key(key).then(|| Arc::make_mut(bucket).remove(key))??;
        if bucket.is_empty() {
            self.buckets.remove(&place);
        }
        self.length -= 1;
        Some(old)
    }

    /// All rows: in the order of buckets, and of keys within each.
    pub fn iter(&self) -> impl Iterator<Item = (&K, &V)> {
        self.buckets.values().flat_map(|bucket| bucket.iter())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::Rng;

    /// Against the plain map, with copies that must not notice.
    #[test]
    fn it_is_a_map() {
        let mut rng = Rng::new(5);
        let (mut table, mut plain) = (Table::default(), BTreeMap::new());
        let mut copies = Vec::new();
        for step in 0..3_000_u64 {
            let key = rng.below(300);
            match rng.below(4) {
                0 => assert_eq!(table.remove(&key), plain.remove(&key)),
                1 => {
                    let (one, two) = (table.get_mut(&key), plain.get_mut(&key));
                    assert_eq!(one.is_some(), two.is_some());
                    if let (Some(one), Some(two)) = (one, two) {
                        (*one, *two) = (step, step);
                    }
                }
                _ => assert_eq!(table.insert(key, step), plain.insert(key, step)),
            }
            assert_eq!(table.len(), plain.len() as u64);
            assert_eq!(table.get(&key), plain.get(&key));
            if step % 500 == 0 {
                copies.push((table.clone(), plain.clone()));
            }
        }
        copies.push((table, plain));
        for (table, plain) in copies {
            // Numbers are in order, bucket by bucket.
            assert!(table.iter().eq(plain.iter()));
            assert_eq!(table.is_empty(), plain.is_empty());
        }
    }

    #[test]
    fn bytes_stand_in_one_bucket_each() {
        let mut table: Table<Bytes, u32> = Table::default();
        for number in 0..1_000_u32 {
            table.insert(Bytes::from(format!("key {number}").as_str()), number);
        }
        assert_eq!(table.len(), 1_000);
        assert_eq!(table.get(&Bytes::from("key 77")), Some(&77));
        assert!(table.buckets.len() > 200, "{} buckets", table.buckets.len());
    }
}
