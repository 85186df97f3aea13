//! What is to come: timers, and the head of the queue.

use netsplit_core::id::NodeId;

use super::{World, unshared};
use crate::lab::{Lab, Timer};
use crate::node::Armed;
use crate::queue::{Item, What};

impl<L: Lab> World<L> {
    /// Lets a timer run out at a pure time. A timer that is only put off keeps
    /// its item in the queue, which is moved when it comes up: most timers are
    /// put off again and again and never run out.
    pub(super) fn arm(&mut self, node: NodeId, timer: Timer<L>, pure: u64) {
        self.seq += 1;
        let (seq, step, now) = (self.seq, self.steps, self.now);
        let it = unshared(&mut self.nodes[node.index()]);
        let at = it.clock.real(pure, now);
        let fresh = Armed { timer, pure, at, seq, queued_at: at, queued_seq: seq, step };
        match it.timers.iter_mut().find(|armed| armed.timer == timer) {
            Some(armed) if armed.queued_at <= at => {
                let (queued_at, queued_seq) = (armed.queued_at, armed.queued_seq);
                *armed = Armed { queued_at, queued_seq, ..fresh };
                return;
            }
            Some(armed) => *armed = fresh,
            None => it.timers.push(fresh),
        }
        self.enqueue(Item { at, seq, what: What::Timer(node.index() as u16) });
    }

    pub(super) fn schedule(&mut self, at: u64, what: What) -> u64 {
        self.seq += 1;
        self.enqueue(Item { at, seq: self.seq, what });
        self.seq
    }

    /// Queues what is no fresh message.
    #[inline(never)]
    pub(super) fn enqueue(&mut self, item: Item) {
        self.queue.push(item);
    }

    /// The first item of the queue that still stands. Items of what was called
    /// off go; a timer that was put off since moves to its place.
    #[inline]
    pub(crate) fn head(&mut self) -> Option<Item> {
        loop {
            let item = *self.queue.first()?;
            if self.stands(&item) {
                return Some(item);
            }
            self.skip(&item);
        }
    }

    /// Whether an item of the queue was not called off.
    #[inline]
    pub(super) fn stands(&self, item: &Item) -> bool {
        if let What::Mail(place) = item.what {
            return self.mail.get(place).is_some_and(|mail| mail.seq == item.seq);
        }
        let (What::Timer(node) | What::Disk(node) | What::Start(node) | What::HandOver(node)) =
            item.what
        else {
            return false;
        };
        let node = &self.nodes[usize::from(node)];
        match item.what {
            What::Mail(_) => false,
            What::Timer(_) => node.timers.iter().any(|armed| armed.seq == item.seq),
            What::Disk(_) => {
                !node.stalled && node.pending.front().is_some_and(|save| save.seq == item.seq)
            }
            What::Start(_) => node.incarnation == 0,
            What::HandOver(_) => !node.paused && node.hand_over_seq == item.seq,
        }
    }

    /// Takes the first item out of the queue, which does not stand; that of a
    /// timer that was put off goes to its place.
    #[inline(never)]
    fn skip(&mut self, item: &Item) {
        self.queue.pop(item);
        if let What::Timer(node) = item.what
            && let Some(moved) = self.put_off(*item, node)
        {
            self.enqueue(moved);
        }
    }

    /// Where the item of a timer belongs that was put off since it was queued.
    fn put_off(&mut self, item: Item, node: u16) -> Option<Item> {
        let behind =
            |armed: &Armed<_>| armed.queued_seq == item.seq && armed.seq != armed.queued_seq;
        let node = &mut self.nodes[usize::from(node)];
        if !node.timers.iter().any(behind) {
            return None;
        }
        let timers = &mut unshared(node).timers;
        let armed = timers.iter_mut().find(|armed| behind(armed))?;
        (armed.queued_at, armed.queued_seq) = (armed.at, armed.seq);
        Some(Item { at: armed.at, seq: armed.seq, ..item })
    }
}
