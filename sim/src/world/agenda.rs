//! What is to come: timers, and the head of the queue.

use std::rc::Rc;

use netsplit_core::id::NodeId;

use super::World;
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
        let it = Rc::make_mut(&mut self.nodes[node.index()]);
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
        self.queue.push(Item { at, seq, what: What::Timer(node.index() as u16) });
    }

    pub(super) fn schedule(&mut self, at: u64, what: What) -> u64 {
        self.seq += 1;
        self.queue.push(Item { at, seq: self.seq, what });
        self.seq
    }

    /// The first item of the queue that still stands. Items of what was called
    /// off go; a timer that was put off since moves to its place.
    #[inline]
    pub(super) fn head(&mut self) -> Option<Item> {
        loop {
            let item = *self.queue.first()?;
            let stands = match item.what {
                What::Mail(place) => self.mail.get(place).is_some_and(|mail| mail.seq == item.seq),
                What::Timer(node) => match self.put_off(item, node) {
                    Some(moved) => {
                        self.queue.replace_first(moved);
                        continue;
                    }
                    None => self.nodes[usize::from(node)]
                        .timers
                        .iter()
                        .any(|armed| armed.seq == item.seq),
                },
                What::Disk(node) => {
                    let node = &self.nodes[usize::from(node)];
                    !node.stalled && node.pending.front().is_some_and(|save| save.seq == item.seq)
                }
                What::Start(node) => self.nodes[usize::from(node)].incarnation == 0,
                What::HandOver(node) => {
                    let node = &self.nodes[usize::from(node)];
                    !node.paused && node.hand_over_seq == item.seq
                }
            };
            if stands {
                return Some(item);
            }
            self.queue.pop();
        }
    }

    /// Where the item of a timer belongs that was put off since it was queued.
    #[inline]
    pub(super) fn put_off(&mut self, item: Item, node: u16) -> Option<Item> {
        let behind =
            |armed: &Armed<_>| armed.queued_seq == item.seq && armed.seq != armed.queued_seq;
        let node = &mut self.nodes[usize::from(node)];
        if !node.timers.iter().any(behind) {
            return None;
        }
        let timers = &mut Rc::make_mut(node).timers;
        let armed = timers.iter_mut().find(|armed| behind(armed))?;
        (armed.queued_at, armed.queued_seq) = (armed.at, armed.seq);
        Some(Item { at: armed.at, seq: armed.seq, ..item })
    }
}
