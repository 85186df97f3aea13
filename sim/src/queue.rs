//! What is due, in the one order of events: by time, and at one time in the
//! order it was scheduled.
//!
//! What comes soon, which is most of the mail, stands in [slots](near) of a few
//! microseconds and is found without a comparison. What comes later (timers,
//! slow links), or would make a slot long, stands in a [heap](far). Items are
//! never taken out of the middle; what was called off stays until it comes up
//! and is recognised by its sequence number (see `World::head`).

mod far;
mod near;

use far::Far;
use near::Near;

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
    near: Near,
    far: Far,
}

impl Queue {
    /// The first item of all.
    #[inline]
    pub(crate) fn first(&self) -> Option<&Item> {
        match (self.near.first(), self.far.first()) {
            (Some(near), Some(far)) => Some(if near.is_before(far) { near } else { far }),
            (near, far) => near.or(far),
        }
    }

    #[inline(always)] // as for `World::post`
    pub(crate) fn push(&mut self, item: Item) {
        if !self.near.push(item) {
            self.far.push(item);
        }
    }

    /// Takes out the item that [`first`](Queue::first) has just given.
    #[inline]
    pub(crate) fn pop(&mut self, first: &Item) {
        if self.near.first().is_some_and(|near| near.seq == first.seq) {
            self.near.pop();
        } else {
            self.far.pop();
        }
    }

    /// It is now so late, and nothing more will come before.
    #[inline]
    pub(crate) fn reached(&mut self, now: u64) {
        self.near.reached(now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use netsplit_core::rng::Rng;

    /// Pushes and pops in turn, with delays as `delay` draws them, and compares
    /// with a plain list.
    fn agrees_with_a_plain_list(mut delay: impl FnMut(&mut Rng) -> u64) {
        let mut rng = Rng::new(5);
        let mut queue = Queue::default();
        let mut plain: Vec<(u64, u64)> = Vec::new();
        let mut now = 0;
        for seq in 0..20_000 {
            if rng.chance(3, 5) && plain.len() < 300 {
                let at = now + delay(&mut rng);
                queue.push(Item { at, seq, what: What::Mail(0) });
                plain.push((at, seq));
            } else if let Some(least) = plain.iter().copied().min() {
                let first = *queue.first().expect("it holds as many as the list");
                assert_eq!((first.at, first.seq), least);
                queue.pop(&first);
                plain.retain(|item| *item != least);
                if rng.chance(1, 20) {
                    // An older number at a later time: a timer that was put off.
                    queue.push(Item { at: least.0 + 70, ..first });
                    plain.push((least.0 + 70, first.seq));
                }
                now = least.0;
                queue.reached(now);
            }
        }
    }

    #[test]
    fn items_come_in_order_of_time_then_of_scheduling() {
        agrees_with_a_plain_list(|rng| rng.below(500));
        agrees_with_a_plain_list(|rng| rng.below(40_000));
        agrees_with_a_plain_list(|rng| if rng.chance(1, 2) { 0 } else { rng.below(2_000_000) });
        agrees_with_a_plain_list(|rng| rng.below(3) * 10_000);
    }

    #[test]
    fn what_is_pushed_before_the_present_comes_first() {
        let mut queue = Queue::default();
        queue.push(Item { at: 50_000, seq: 1, what: What::Mail(0) });
        let first = *queue.first().expect("it was pushed");
        queue.pop(&first);
        queue.reached(50_000);
        queue.push(Item { at: 50_010, seq: 2, what: What::Mail(0) });
        queue.push(Item { at: 3, seq: 3, what: What::Mail(0) });
        assert_eq!(queue.first().map(|item| item.seq), Some(3));
    }
}
