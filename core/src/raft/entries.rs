//! Entries of the log, as they are kept and sent.

use std::hash::{Hash, Hasher};
use std::ops::Deref;
use std::sync::Arc;

use crate::bytes::Bytes;

use super::message::Term;

/// One entry of the log; its index is its place there (5.3).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Entry {
    /// The term in which a leader received it.
    pub term: Term,
    /// The command for the state machine.
    pub command: Bytes,
}

/// A run of entries. A single one stands in place, more are shared by the
/// messages and saves that carry them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entries(Kept);

/// Each number of entries is kept in one way only, so that equal runs are equal.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
enum Kept {
    #[default]
    None,
    One(Entry),
    More(Arc<[Entry]>),
}

impl Entries {
    /// No entries: a heartbeat carries them.
    pub const NONE: Entries = Entries(Kept::None);

    /// Bytes of all entries: 16 for the frame of each, and its command.
    pub fn bytes(&self) -> u64 {
        self.iter().map(|entry| 16 + entry.command.len() as u64).sum()
    }
}

impl Deref for Entries {
    type Target = [Entry];
    #[inline]
    fn deref(&self) -> &[Entry] {
        match &self.0 {
            Kept::None => &[],
            Kept::One(entry) => std::slice::from_ref(entry),
            Kept::More(entries) => entries,
        }
    }
}

impl From<Entry> for Entries {
    #[inline]
    fn from(entry: Entry) -> Entries {
        Entries(Kept::One(entry))
    }
}

impl From<Vec<Entry>> for Entries {
    fn from(mut entries: Vec<Entry>) -> Entries {
        match entries.len() {
            1 => entries.pop().map_or(Entries::NONE, Entries::from),
            0 => Entries::NONE,
            _ => Entries(Kept::More(entries.into())),
        }
    }
}

impl FromIterator<Entry> for Entries {
    fn from_iter<I: IntoIterator<Item = Entry>>(entries: I) -> Entries {
        entries.into_iter().collect::<Vec<Entry>>().into()
    }
}

/// Part of every fingerprint, so it speaks of what is there and not of how it is
/// kept.
impl Hash for Entries {
    #[inline]
    fn hash<H: Hasher>(&self, state: &mut H) {
        (!self.is_empty()).then_some(&self[..]).hash(state);
    }
}
