//! A heap with four children a node: half as deep as a binary one, and the
//! children share a cache line or two.

use super::Item;

const CHILDREN: usize = 4;

/// Items that come late, or at any time.
#[derive(Clone, Debug, Default)]
pub(super) struct Far {
    heap: Vec<Item>,
}

impl Far {
    #[inline]
    pub(super) fn first(&self) -> Option<&Item> {
        self.heap.first()
    }

    #[inline]
    pub(super) fn push(&mut self, item: Item) {
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
    pub(super) fn pop(&mut self) {
        let Some(item) = self.heap.pop() else { return };
        if !self.heap.is_empty() {
            self.sink(item);
        }
    }

    /// Puts `item` in the place of the first one, and then where it belongs.
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
