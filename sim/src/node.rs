//! A node as the world keeps it: its machine while it is up, its timers, its
//! disk, its clock.

use std::collections::VecDeque;

use netsplit_core::id::NodeId;
use netsplit_core::machine::{Change, Disk, Input};
use netsplit_core::rng::Rng;
use netsplit_core::time::{Span, Time};

use crate::choice::Rate;
use crate::clock::Clock;
use crate::cost::{Busy, Speed};
use crate::lab::{DiskOf, Durable, Lab, Message, Timer};

/// A timer that runs.
#[derive(Clone, Debug)]
pub(crate) struct Armed<T> {
    pub(crate) timer: T,
    /// When it runs out, in the pure time of the node's clock.
    pub(crate) pure: u64,
    /// When that is, in the world's microseconds, and its place in the order.
    pub(crate) at: u64,
    pub(crate) seq: u64,
    /// The item that stands for it in the queue: at or before `at`.
    pub(crate) queued_at: u64,
    pub(crate) queued_seq: u64,
    /// The step that armed it.
    pub(crate) step: u64,
}

/// Where its item stands in the queue makes no difference to what happens.
impl<T: PartialEq> PartialEq for Armed<T> {
    fn eq(&self, other: &Armed<T>) -> bool {
        self.timer == other.timer
            && (self.pure, self.at, self.seq) == (other.pure, other.at, other.seq)
            && self.step == other.step
    }
}

/// A save that is not on the disk yet.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Pending<D> {
    pub(crate) number: u64,
    pub(crate) change: D,
    pub(crate) at: u64,
    pub(crate) seq: u64,
}

/// A message that waits for the disk.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Waiting<M> {
    /// The save it waits for.
    pub(crate) after: u64,
    pub(crate) to: NodeId,
    pub(crate) message: M,
    /// The step that recorded it.
    pub(crate) step: u64,
}

/// Something that came while the node was paused.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Queued<L: Lab> {
    pub(crate) input: Input<L::Protocol>,
    pub(crate) cause: u64,
}

/// A node of the world.
#[derive(Clone, Debug, PartialEq)]
pub struct Node<L: Lab> {
    pub(crate) machine: Option<L::Node>,
    pub(crate) incarnation: u32,
    pub(crate) rng: Rng,
    pub(crate) timers: Vec<Armed<Timer<L>>>,
    pub(crate) clock: Clock,
    /// How fast it is …
    pub(crate) speed: Speed,
    /// … and until when it is busy.
    pub(crate) busy: Busy,

    pub(crate) disk: DiskOf<L>,
    /// Number of the last save recorded in this incarnation.
    pub(crate) saves: u64,
    /// Number of the last save that the machine was told to be durable.
    pub(crate) told: u64,
    pub(crate) pending: VecDeque<Pending<Durable<L>>>,
    pub(crate) waiting: VecDeque<Waiting<Message<L>>>,
    pub(crate) save_takes: Span,
    pub(crate) stalled: bool,
    pub(crate) lies: bool,

    pub(crate) paused: bool,
    pub(crate) backlog: VecDeque<Queued<L>>,
    /// Key of the queued hand-over; 0 when there is none.
    pub(crate) hand_over_seq: u64,
}

impl<L: Lab> Node<L> {
    pub(crate) fn new(disk: DiskOf<L>, save_takes: Span, speed: Speed) -> Node<L> {
        Node {
            machine: None,
            incarnation: 0,
            rng: Rng::new(0),
            timers: Vec::new(),
            clock: Clock::default(),
            speed,
            busy: Busy::default(),
            disk,
            saves: 0,
            told: 0,
            pending: VecDeque::new(),
            waiting: VecDeque::new(),
            save_takes,
            stalled: false,
            lies: false,
            paused: false,
            backlog: VecDeque::new(),
            hand_over_seq: 0,
        }
    }

    /// The machine; `None` while the node is down.
    #[inline]
    pub fn machine(&self) -> Option<&L::Node> {
        self.machine.as_ref()
    }

    /// How long a save takes to be durable.
    pub fn save_takes(&self) -> Span {
        self.save_takes
    }

    /// True while the node is not down.
    pub fn is_up(&self) -> bool {
        self.machine.is_some()
    }

    /// True while the node is up and not run.
    pub fn is_paused(&self) -> bool {
        self.paused
    }

    /// True while the disk finishes no save.
    pub fn is_stalled(&self) -> bool {
        self.stalled
    }

    /// True while the disk says "durable" too early.
    pub fn lies(&self) -> bool {
        self.lies
    }

    /// How many times the node was started; 0 before the first.
    pub fn incarnation(&self) -> u32 {
        self.incarnation
    }

    /// What is on the disk.
    #[inline]
    pub fn disk(&self) -> &DiskOf<L> {
        &self.disk
    }

    /// Saves that are not on the disk yet, oldest first, each with the time at
    /// which it will be.
    pub fn pending(&self) -> impl ExactSizeIterator<Item = (&Durable<L>, Time)> {
        self.pending.iter().map(|save| (&save.change, Time::from_micros(save.at)))
    }

    /// The number of the last save that the machine was told to be durable.
    pub fn told(&self) -> u64 {
        self.told
    }

    /// True while a save of this incarnation is not on the disk yet.
    pub fn is_pending(&self, number: u64) -> bool {
        self.pending.front().is_some_and(|save| save.number <= number)
    }

    /// Messages that wait for the disk.
    pub fn waiting(&self) -> impl ExactSizeIterator<Item = (NodeId, &Message<L>)> {
        self.waiting.iter().map(|waiting| (waiting.to, &waiting.message))
    }

    /// Timers that run, each with the time at which it runs out.
    pub fn timers(&self) -> impl ExactSizeIterator<Item = (Timer<L>, Time)> {
        self.timers.iter().map(|armed| (armed.timer, Time::from_micros(armed.at)))
    }

    /// How many inputs are queued because the node is or was paused.
    pub fn backlog(&self) -> usize {
        self.backlog.len()
    }

    /// The pace of the node's clock, and how far it is set off, in microseconds.
    pub fn clock(&self) -> (Rate, i64) {
        (self.clock.rate(), self.clock.offset())
    }

    /// Stops the node: of the pending saves the first `kept` are on the disk and
    /// the first `torn` parts of the next; all else that is not on the disk is
    /// gone. False when there are fewer.
    pub(crate) fn crash(&mut self, kept: u32, torn: u32) -> bool {
        let kept = kept as usize;
        let torn_parts = self.pending.get(kept).map_or(0, |save| save.change.parts() - 1);
        if kept > self.pending.len() || torn > torn_parts {
            return false;
        }
        for save in self.pending.iter().take(kept) {
            self.disk.write(&save.change);
        }
        if let Some(part) = self.pending.get(kept).and_then(|save| save.change.torn(torn))
            && torn > 0
        {
            self.disk.write(&part);
        }
        self.machine = None;
        self.timers.clear();
        self.busy = Busy::default();
        self.pending.clear();
        self.waiting.clear();
        self.backlog.clear();
        self.paused = false;
        self.hand_over_seq = 0;
        true
    }
}
