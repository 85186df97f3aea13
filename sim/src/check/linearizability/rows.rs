//! The configurations that a search has reached.
//!
//! A row is a few words: how far the history has come and the state; which open
//! operations are linearized; which operations of unknown outcome have been
//! used. Of two rows that agree in the rest, one *covers* the other when it has
//! used no more of the unknown and has linearized no fewer reads: whatever can
//! follow the second can follow the first. A row that is covered by one seen
//! before is not worth looking at; that is Lowe's memo of configurations ("Testing
//! for linearizability", 2017), made stronger where it costs nothing.

use netsplit_core::rng::mix;

use super::table::Places;

/// What led to a row.
#[derive(Clone, Copy, Debug)]
pub(super) struct Link {
    /// The row before, by number.
    pub(super) from: u32,
    /// The operation linearized in between, by number; none where the search
    /// only went on.
    pub(super) item: Option<u32>,
}

/// How the words of a row are laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Shape {
    /// Words of slots of open operations.
    pub(super) slots: usize,
    /// Words of operations of unknown outcome.
    pub(super) unknown: usize,
}

impl Shape {
    pub(super) fn words(self) -> usize {
        1 + self.slots + self.unknown
    }

    /// A row of an older shape with more words, with nothing in them.
    pub(super) fn widened(self, row: &[u64], old: Shape) -> Vec<u64> {
        let mut wide = vec![0; self.words()];
        wide[..=old.slots].copy_from_slice(&row[..=old.slots]);
        wide[1 + self.slots..][..old.unknown].copy_from_slice(&row[1 + old.slots..]);
        wide
    }
}

impl Link {
    /// Nothing came before.
    pub(super) const START: Link = Link { from: u32::MAX, item: None };
}

/// Rows in the order in which they were found.
#[derive(Clone, Debug)]
pub(super) struct Rows {
    shape: Shape,
    words: Vec<u64>,
    links: Vec<Link>,
    places: Places,
}

impl Rows {
    pub(super) fn new(shape: Shape) -> Rows {
        Rows { shape, words: Vec::new(), links: Vec::new(), places: Places::new() }
    }

    pub(super) fn shape(&self) -> Shape {
        self.shape
    }

    #[inline]
    pub(super) fn get(&self, number: u32) -> &[u64] {
        let wide = self.shape.words();
        &self.words[number as usize * wide..][..wide]
    }

    pub(super) fn link(&self, number: u32) -> Link {
        self.links[number as usize]
    }

    /// Adds a row unless one seen before covers it. `reads` are the slots of
    /// open operations that change nothing.
    #[inline]
    pub(super) fn add(&mut self, row: &[u64], reads: &[u64], link: Link) -> Option<u32> {
        let Shape { slots, unknown } = self.shape;
        let wide = self.shape.words();
        let mut hash = mix(row[0]);
        for (i, (word, reads)) in (1..).zip(row[1..=slots].iter().zip(reads)) {
            // A word without bits leaves no trace, so that rows can be widened.
            if word & !reads != 0 {
                hash = mix(hash ^ (word & !reads).rotate_left(i));
            }
        }
        let covers = |number: usize| {
            let seen = &self.words[number * wide..][..wide];
            let is_alike = (0..slots).all(|i| {
                let (seen, new) = (seen[1 + i], row[1 + i]);
                (seen ^ new) & !reads[i] == 0 && new & reads[i] & !seen == 0
            });
            let used = 1 + slots..1 + slots + unknown;
            seen[0] == row[0]
                && is_alike
                && seen[used.clone()].iter().zip(&row[used]).all(|(seen, new)| seen & !new == 0)
        };
        if self.places.find(hash, covers).is_some() {
            return None;
        }
        self.words.extend_from_slice(row);
        self.links.push(link);
        Some(self.places.add(hash) as u32)
    }

    /// Gives every row more words, with nothing in them. Their hashes are made
    /// of the words that are not zero, so that they stay.
    pub(super) fn widen(&mut self, shape: Shape) {
        let old = self.shape;
        let rows = self.words.chunks_exact(old.words());
        self.words = rows.flat_map(|row| shape.widened(row, old)).collect();
        self.shape = shape;
    }
}
