//! What is due, in the one order of events: by time, and at one time in the
//! order it was scheduled.
//!
//! A heap with four children a node: half as deep as a binary one, and the
//! children share a cache line or two. Items are never taken out of the middle;
//! what was called off stays until it comes up and is recognised by its
//! sequence number (see `World::due`).

/// One thing to come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Item {
    /// Virtual time, in microseconds.
    pub(crate) at: u64,
    /// Place in the order of scheduling; no two items share one.
    pub(crate) seq: u64,
    /// What it is about.
    pub(crate) what: What,
}

/// What an item is about, with where to look it up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum What {
    /// A message at this place of the mail.
    Mail(u32),
    /// A timer of this node.
    Timer(u16),
    /// Saves of this node.
    Disk(u16),
    /// This node is to start.
    Start(u16),
    /// This node has something queued.
    HandOver(u16),
}

impl Item {
    /// Both in one word of two: compared without a branch.
    #[inline(always)]
    fn key(&self) -> u128 {
        u128::from(self.at) << 64 | u128::from(self.seq)
    }

    #[inline(always)]
    fn is_before(&self, other: &Item) -> bool {
        self.key() < other.key()
    }
}

/// The items to come.
#[derive(Clone, Debug, Default)]
pub(crate) struct Queue {
    heap: Vec<Item>,
}

const CHILDREN: usize = 4;

impl Queue {
    #[inline]
    pub(crate) fn first(&self) -> Option<&Item> {
        self.heap.first()
    }

    #[inline]
    pub(crate) fn push(&mut self, item: Item) {
        let mut hole = self.heap.len();
        self.heap.push(item);
        while hole > 0 {
            let parent = (hole - 1) / CHILDREN;
            if !item.is_before(&self.heap[parent]) {
                break;
            }
            self.heap[hole] = self.heap[parent];
            hole = parent;
        }
        self.heap[hole] = item;
    }

    #[inline]
    pub(crate) fn pop(&mut self) {
        let Some(item) = self.heap.pop() else { return };
        if !self.heap.is_empty() {
            self.sink(item);
        }
    }

    /// Puts `item` in the place of the first one.
    #[inline]
    pub(crate) fn replace_first(&mut self, item: Item) {
        self.sink(item);
    }

    #[inline]
    fn sink(&mut self, item: Item) {
        let heap = &mut self.heap[..];
        let mut hole = 0;
        loop {
            let first = hole * CHILDREN + 1;
            // A full group is decided by a tournament, which needs no loop.
            let least = if let Some(group) = heap.get(first..first + CHILDREN) {
                let one = usize::from(group[1].is_before(&group[0]));
                let two = 2 + usize::from(group[3].is_before(&group[2]));
                first + if group[two].is_before(&group[one]) { two } else { one }
            } else {
                let Some(least) = (first..heap.len()).min_by_key(|&place| heap[place].key()) else {
                    break;
                };
                least
            };
            if !heap[least].is_before(&item) {
                break;
            }
            heap[hole] = heap[least];
            hole = least;
        }
        heap[hole] = item;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use netsplit_core::rng::Rng;

    #[test]
    fn items_come_in_order_of_time_then_of_scheduling() {
        let mut rng = Rng::new(5);
        let mut queue = Queue::default();
        let mut plain: Vec<(u64, u64)> = Vec::new();
        for seq in 0..20_000 {
            if rng.chance(3, 5) {
                let at = rng.below(500);
                queue.push(Item { at, seq, what: What::Mail(0) });
                plain.push((at, seq));
            } else if let Some(least) = plain.iter().copied().min() {
                assert_eq!(queue.first().map(|item| (item.at, item.seq)), Some(least));
                plain.retain(|item| *item != least);
                if rng.chance(1, 3) {
                    queue.replace_first(Item { at: least.0 + 7, seq, what: What::Mail(0) });
                    plain.push((least.0 + 7, seq));
                } else {
                    queue.pop();
                }
            }
        }
    }
}
