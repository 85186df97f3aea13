//! The one contract: inputs in, recorded effects out, in order.
//!
//! A machine is driven by calling [`Machine::handle`] with one [`Input`]. What
//! it wants done it says to the [`Context`], which only writes it down. Between
//! two calls a machine is at rest: it can be copied, compared, or dropped for
//! another that is booted from the same disk.
//!
//! **The rule of the disk** (one sequence of saves per node and incarnation):
//! saves take place in order, each as a whole; a [`send`](Context::send) leaves
//! the node when every save recorded before it is durable; everything else
//! takes effect at once. So what a machine promises it has saved, by writing
//! `save` above `send` (the persistent state of Raft's Figure 2). [`send_now`](Context::send_now) is for what promises
//! nothing that a crash could take back.

use std::fmt::Debug;
use std::hash::{Hash, Hasher};

use crate::id::NodeId;
use crate::rng::Rng;
use crate::time::{Span, Time};

/// The words of one cluster, shared by every kind of node in it.
pub trait Protocol: Clone + Debug + PartialEq + Hash + 'static {
    /// What nodes say to each other.
    type Message: Mail;
    /// Names of timers; arming one again replaces it.
    type Timer: Alarm;
    /// One atomic change of the disk.
    type Durable: Change;
    /// What the disk holds: all changes applied in order.
    type Disk: Disk<Self::Durable>;
    /// What a machine's owner asks of it.
    type Request: Clone + Debug + PartialEq + Hash;
    /// What a machine tells its owner.
    type Notice: Clone + Debug + PartialEq + Hash;
}

/// A message between nodes.
pub trait Mail: Clone + Debug + PartialEq + Hash {
    /// The paper's names of the kinds of messages, [`kind`](Mail::kind) by kind.
    /// Their places are part of published links: append only.
    const KINDS: &'static [&'static str];
    /// What a message weighs on the wire beside its content.
    const FRAME: u64 = 100;
    /// Which of [`KINDS`](Mail::KINDS) this is.
    fn kind(&self) -> u8;
    /// True for the answer to a message, false for one that asks.
    fn is_reply(&self) -> bool;
    /// Size on the wire: content at its length, 8 bytes a number, 16 an entry's
    /// frame, 100 a message's.
    fn bytes(&self) -> u64;
    /// What it takes of memory while it is under way: other than its size only where content stands
    /// for more than it is.
    fn held(&self) -> u64 {
        self.bytes()
    }
}

/// The name of a timer.
pub trait Alarm: Copy + Debug + Ord + Hash {
    /// The name people use: `election`.
    fn name(self) -> String;
    /// A number for the name, part of published links: never reused.
    fn code(self) -> u32;
}

/// One atomic change of a disk.
pub trait Change: Clone + Debug + PartialEq + Hash {
    /// Size on the disk, counted as for a message without its frame.
    fn bytes(&self) -> u64;
    /// Into how many parts a crash could tear it; 1 when it is all or nothing.
    fn parts(&self) -> u32 {
        1
    }
    /// What a crash leaves when only the first `kept` parts were written;
    /// `None` when that is nothing.
    fn torn(&self, kept: u32) -> Option<Self> {
        (kept >= self.parts()).then(|| self.clone())
    }
}

/// What a disk holds; [`Default`] is an empty one.
pub trait Disk<C>: Clone + Debug + Default + PartialEq {
    /// Applies one change. Costs what the change costs, not what the disk holds.
    fn write(&mut self, change: &C);
    /// Bytes held, snapshots apart: the course's "raft state size".
    fn bytes(&self) -> u64;
}

/// Everything that can happen to a machine.
#[derive(Clone, Debug, PartialEq)]
pub enum Input<P: Protocol> {
    /// The node runs, for the first time or after a crash; first input of every
    /// incarnation.
    Started,
    /// A message arrived.
    Received {
        /// Who sent it.
        from: NodeId,
        /// What it says.
        message: P::Message,
    },
    /// A timer that was armed ran out, now or some time ago.
    Fired(P::Timer),
    /// The owner asks for something.
    Requested(P::Request),
    /// Every save up to and including this number is on disk.
    Durable(u64),
}

/// Everything that a machine can ask for. Recorded in order.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect<P: Protocol> {
    /// Write this change; it is number `number` of this incarnation, from 1.
    Save {
        /// Place in the sequence of saves.
        number: u64,
        /// What changes on the disk.
        change: P::Durable,
    },
    /// Send a message: when all saves before it are durable, or at once.
    Send {
        /// The receiver.
        to: NodeId,
        /// What it says.
        message: P::Message,
        /// True when it need not wait for the disk.
        at_once: bool,
    },
    /// Let the timer run out after this long; replaces an earlier arming.
    Arm {
        /// Which timer.
        timer: P::Timer,
        /// How long from now, by the node's own clock.
        after: Span,
    },
    /// Forget the timer.
    Disarm(P::Timer),
    /// Keep a part of the node busy, and let the timer run out when that is done: behind what it
    /// is busy with already.
    Work {
        /// Which part.
        resource: Resource,
        /// How much: microseconds of the processor, bytes of the disk.
        amount: u64,
        /// What runs out at the end.
        timer: P::Timer,
    },
    /// Tell the owner.
    Notify(P::Notice),
}

/// What is small goes into one word: every effect of every step is folded into
/// a run's fingerprint.
impl<P: Protocol> Hash for Effect<P> {
    #[inline]
    fn hash<H: Hasher>(&self, state: &mut H) {
        match self {
            Effect::Send { to, message, at_once } => {
                state.write_u64((to.index() as u64 + 1) << 8 | u64::from(*at_once) << 4);
                message.hash(state);
            }
            Effect::Save { number, change } => {
                state.write_u64(number << 4 | 1);
                change.hash(state);
            }
            Effect::Arm { timer, after } => {
                state.write_u64(after.micros() << 4 | 2);
                timer.hash(state);
            }
            Effect::Disarm(timer) => {
                state.write_u64(3);
                timer.hash(state);
            }
            Effect::Notify(notice) => {
                state.write_u64(4);
                notice.hash(state);
            }
            Effect::Work { resource, amount, timer } => {
                state.write_u64((*resource as u64) << 4 | 5);
                state.write_u64(*amount);
                timer.hash(state);
            }
        }
    }
}

/// A part of a node that does one thing after another. How long that takes, the world knows; where
/// nothing is said of costs, no time at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Resource {
    /// The processor; work is counted in microseconds of one that is not slow.
    Cpu,
    /// The disk; work is counted in bytes that are read or written.
    Disk,
}

/// A state machine of the protocol `P`.
pub trait Machine<P: Protocol>: Clone + Debug + PartialEq {
    /// Lets one thing happen. What the machine wants done about it is recorded
    /// in `cx`.
    fn handle(&mut self, input: Input<P>, cx: &mut Context<'_, P>);
}

/// What a machine may know and ask for while it handles one input.
#[derive(Debug)]
pub struct Context<'a, P: Protocol> {
    now: Time,
    me: NodeId,
    rng: &'a mut Rng,
    saves: &'a mut u64,
    effects: &'a mut Vec<Effect<P>>,
}

impl<'a, P: Protocol> Context<'a, P> {
    /// A context that appends to `effects`. `saves` is the number of the last
    /// save of this incarnation, 0 before the first.
    pub fn new(
        now: Time,
        me: NodeId,
        rng: &'a mut Rng,
        saves: &'a mut u64,
        effects: &'a mut Vec<Effect<P>>,
    ) -> Context<'a, P> {
        Context { now, me, rng, saves, effects }
    }

    /// The time by this node's own clock.
    pub fn now(&self) -> Time {
        self.now
    }

    /// The node that handles.
    pub fn me(&self) -> NodeId {
        self.me
    }

    /// This node's own generator.
    pub fn rng(&mut self) -> &mut Rng {
        self.rng
    }

    /// Records a change of the disk and returns its number.
    pub fn save(&mut self, change: P::Durable) -> u64 {
        *self.saves += 1;
        self.effects.push(Effect::Save { number: *self.saves, change });
        *self.saves
    }

    /// Records a message that leaves when every save recorded so far is durable.
    #[inline]
    pub fn send(&mut self, to: NodeId, message: P::Message) {
        self.effects.push(Effect::Send { to, message, at_once: false });
    }

    /// Records a message that leaves at once: one that promises nothing that
    /// could be lost.
    #[inline]
    pub fn send_now(&mut self, to: NodeId, message: P::Message) {
        self.effects.push(Effect::Send { to, message, at_once: true });
    }

    /// Lets `timer` run out `after` from now.
    #[inline]
    pub fn arm(&mut self, timer: P::Timer, after: Span) {
        self.effects.push(Effect::Arm { timer, after });
    }

    /// Forgets `timer`; nothing happens when it is not armed.
    pub fn disarm(&mut self, timer: P::Timer) {
        self.effects.push(Effect::Disarm(timer));
    }

    /// Keeps a part of the node busy, behind what it is busy with already, and lets `timer` run out
    /// when that is done. Work delays what follows on it; everything else goes on meanwhile.
    pub fn work(&mut self, resource: Resource, amount: u64, timer: P::Timer) {
        self.effects.push(Effect::Work { resource, amount, timer });
    }

    /// Tells the owner.
    #[inline]
    pub fn notify(&mut self, notice: P::Notice) {
        self.effects.push(Effect::Notify(notice));
    }

    /// Drives a machine that lives inside this one. Its effects become this
    /// machine's, in its place and order, its words translated by `wrap`; its
    /// saves take numbers of this node's one sequence. What it tells its owner
    /// comes back.
    pub fn embed<Inner: Protocol, M: Machine<Inner>>(
        &mut self,
        machine: &mut M,
        input: Input<Inner>,
        wrap: &impl Wrap<Inner, P>,
    ) -> Vec<Inner::Notice> {
        let mut recorded = Vec::new();
        machine.handle(
            input,
            &mut Context::new(self.now, self.me, self.rng, self.saves, &mut recorded),
        );
        let mut notices = Vec::new();
        for effect in recorded {
            self.effects.push(match effect {
                Effect::Save { number, change } => {
                    Effect::Save { number, change: wrap.durable(change) }
                }
                Effect::Send { to, message, at_once } => {
                    Effect::Send { to, message: wrap.message(message), at_once }
                }
                Effect::Arm { timer, after } => Effect::Arm { timer: wrap.timer(timer), after },
                Effect::Disarm(timer) => Effect::Disarm(wrap.timer(timer)),
                Effect::Work { resource, amount, timer } => {
                    Effect::Work { resource, amount, timer: wrap.timer(timer) }
                }
                Effect::Notify(notice) => {
                    notices.push(notice);
                    continue;
                }
            });
        }
        notices
    }
}

/// How the words of a machine read in the words of the one around it. A value,
/// not a type: a node may host several groups.
pub trait Wrap<Inner: Protocol, Outer: Protocol> {
    /// A message of the inner machine.
    fn message(&self, message: Inner::Message) -> Outer::Message;
    /// A timer of the inner machine.
    fn timer(&self, timer: Inner::Timer) -> Outer::Timer;
    /// A change of the inner machine's disk.
    fn durable(&self, durable: Inner::Durable) -> Outer::Durable;
}
