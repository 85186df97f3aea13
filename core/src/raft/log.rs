//! The log (5.3): entries after a snapshot, in shared pieces.

use crate::pieces::Pieces;

use super::message::{Entries, Entry, Index, Term};

/// Entries with the indexes `start + 1 ..= last_index`. What came before is
/// covered by a snapshot, of which the log keeps the last index and its term,
/// since AppendEntries compares them (Figure 13, rule 6; section 7).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Log {
    start: Index,
    start_term: Term,
    entries: Pieces<Entry>,
    /// Bytes of all entries, counted along.
    bytes: u64,
}

impl Log {
    /// An empty log behind a snapshot.
    pub fn starting_after(start: Index, start_term: Term) -> Log {
        Log { start, start_term, ..Log::default() }
    }

    /// Index before the first entry: the snapshot's last, or 0.
    pub fn start(&self) -> Index {
        self.start
    }

    /// Term of the entry at [`start`](Log::start); 0 when there was none.
    pub fn start_term(&self) -> Term {
        self.start_term
    }

    /// Index of the last entry.
    #[inline]
    pub fn last_index(&self) -> Index {
        self.start + self.entries.len() as u64
    }

    /// Term of the last entry.
    #[inline]
    pub fn last_term(&self) -> Term {
        self.entries.last().map_or(self.start_term, |entry| entry.term)
    }

    /// The entry at an index, if it is here.
    #[inline]
    pub fn get(&self, index: Index) -> Option<&Entry> {
        self.entries.get(index.checked_sub(self.start + 1)? as usize)
    }

    /// The term at an index: of an entry that is here, or of the last one that
    /// the snapshot covers.
    #[inline]
    pub fn term_at(&self, index: Index) -> Option<Term> {
        if index == self.start {
            return Some(self.start_term);
        }
        self.get(index).map(|entry| entry.term)
    }

    /// Bytes of all entries: 16 for the frame of each, and its command.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// The entries from an index on.
    pub fn iter_from(&self, index: Index) -> impl Iterator<Item = &Entry> {
        self.entries.iter_from(index.saturating_sub(self.start + 1) as usize)
    }

    /// All entries, each with its index.
    pub fn iter(&self) -> impl Iterator<Item = (Index, &Entry)> {
        (self.start + 1..).zip(self.entries.iter())
    }

    /// Adds an entry at the end and returns its index.
    // Always in place: an entry handed over in memory would be read in other
    // portions than it was just written, and the processor waits for that.
    #[inline(always)]
    pub fn push(&mut self, entry: Entry) -> Index {
        self.bytes += entry.bytes();
        self.entries.push(entry);
        self.last_index()
    }

    /// Adds entries at the end.
    #[inline]
    pub fn extend(&mut self, entries: &[Entry]) {
        if let [entry] = entries {
            self.push(entry.clone());
            return;
        }
        self.bytes += entries.iter().map(Entry::bytes).sum::<u64>();
        self.entries.extend_from_slice(entries);
    }

    /// Deletes the entries after an index: one that conflicts goes with all behind
    /// it (5.3).
    #[inline]
    pub fn truncate_after(&mut self, index: Index) {
        if index < self.last_index() {
            self.cut_after(index);
        }
    }

    #[cold]
    fn cut_after(&mut self, index: Index) {
        let gone: u64 = self.iter_from(index + 1).map(Entry::bytes).sum();
        self.bytes -= gone;
        self.entries.truncate(index.saturating_sub(self.start) as usize);
    }

    /// Forgets the entries up to and including an index, now covered by a
    /// snapshot that ends there; the log may end before it.
    pub fn trim_to(&mut self, index: Index, term: Term) {
        if index <= self.start {
            return;
        }
        let count = index - self.start;
        let gone: u64 = self.entries.iter().take(count as usize).map(Entry::bytes).sum();
        self.bytes -= gone;
        self.entries.trim_front(count as usize);
        (self.start, self.start_term) = (index, term);
    }

    /// The entries from `from` on, as many as fit in `count` and `bytes`; one at
    /// least when there is one.
    pub fn batch(&self, from: Index, count: u32, bytes: u64) -> Entries {
        let mut room = bytes;
        let mut taken = 0;
        for entry in self.iter_from(from).take(count as usize) {
            let size = entry.bytes();
            if taken > 0 && size > room {
                break;
            }
            taken += 1;
            room = room.saturating_sub(size);
        }
        // Counted first, so that the room for them is made once.
        let mut batch = Vec::with_capacity(taken);
        self.iter_from(from).take(taken).for_each(|entry| batch.push(entry.clone()));
        batch.into()
    }

    /// The first index of the run of one term that `index` belongs to.
    pub fn first_of_term(&self, index: Index) -> Index {
        let term = self.term_at(index);
        let mut first = index;
        while first > self.start + 1 && self.term_at(first - 1) == term {
            first -= 1;
        }
        first
    }

    /// The last index up to `index` that holds an entry of a term, if one does.
    pub fn last_of_term(&self, term: Term, index: Index) -> Option<Index> {
        let mut at = index.min(self.last_index());
        // Terms do not fall along a log, so the search may stop early.
        while at > self.start && self.term_at(at) > Some(term) {
            at -= 1;
        }
        (self.term_at(at) == Some(term)).then_some(at)
    }
}

impl Entry {
    /// Bytes of the entry: 16 for its frame, and its command.
    #[inline]
    pub fn bytes(&self) -> u64 {
        16 + self.command.len() as u64
    }
}
