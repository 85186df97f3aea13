//! The world: nodes, the mail between them, their timers, disks and clocks.
//!
//! It moves envelopes, fires timers, keeps disks, and never does the protocol's
//! work: a node's state changes only by its `handle`. All that happens is a
//! [`Choice`]; [`World::step`] takes the one that is due, [`World::apply`] any
//! that is possible.
//!
//! Same options, same seed, same choices: same run, on every machine.

mod acting;
mod agenda;
mod looking;
mod sending;
mod stepping;

use std::rc::Rc;

use netsplit_core::id::{Cast, Groups, NodeId};
use netsplit_core::machine::{Alarm, Effect, Input};
use netsplit_core::time::{Span, Time};

use crate::choice::{Choice, Rule, RuleId};
use crate::cost::Speed;
use crate::fingerprint::Fingerprint;
use crate::lab::{DiskOf, Lab, Message};
use crate::mail::Mail;
use crate::network::{Network, NetworkOptions};
use crate::node::Node;
use crate::queue::{Item, Queue, What};

/// What a world is made of.
#[derive(Clone, Debug, PartialEq)]
pub struct WorldOptions<L: Lab> {
    /// How many servers.
    pub nodes: u32,
    /// Which groups the last of them form.
    pub groups: Groups,
    /// How many clients.
    pub clients: u32,
    /// The number the run grows from.
    pub seed: u64,
    /// The links between them.
    pub network: NetworkOptions,
    /// How long a save takes to be durable; zero is the course's disk.
    pub save_takes: Span,
    /// What the lab is told.
    pub lab: L::Options,
    /// What the disks hold at the start; empty ones where it is shorter.
    pub disks: Vec<DiskOf<L>>,
}

impl<L: Lab> WorldOptions<L> {
    /// Who there is.
    #[inline]
    pub fn cast(&self) -> Cast {
        Cast { servers: self.nodes, groups: self.groups, clients: self.clients }
    }
}

/// What became of a choice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// It was carried out.
    Done,
    /// The message was lost: its link is cut.
    LostToCut,
    /// The message was lost: its receiver is down.
    LostToCrash,
    /// The message belongs to an incarnation that is over (the course's network).
    LostToRestart,
    /// The node is paused; it will get it when it resumes.
    Queued,
}

/// The step just made: what was chosen and what followed from it.
#[derive(Clone, Debug, PartialEq)]
pub struct Step<L: Lab> {
    /// What was chosen.
    pub choice: Choice,
    /// What became of it.
    pub outcome: Outcome,
    /// The node that handled something, if one did.
    pub node: Option<NodeId>,
    /// The number of the step that caused this one: that sent the message, armed
    /// the timer, recorded the save; 0 for an act from outside.
    pub cause: u64,
    /// What the node asked for, in order.
    pub effects: Vec<Effect<L::Protocol>>,
    /// The messages that left a node in this step and are under way now, by
    /// their places in the mail; see [`World::left`].
    left: Vec<u32>,
    /// The links of messages that did not leave: cut, or on the course's network
    /// with a receiver that is down.
    pub unsent: Vec<(NodeId, NodeId)>,
    /// True when something changed on a disk.
    pub disk_changed: bool,
}

/// What was sent and handled so far.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Traffic {
    /// Messages that ask, when sent: the course's RPC count.
    pub asked: u64,
    /// Bytes of asks when sent and of replies when they arrive.
    pub bytes: u64,
    /// Asks handled, by node.
    pub handled: Vec<u64>,
    /// All messages sent.
    pub sent: u64,
    /// All messages handled.
    pub delivered: u64,
}

/// A world. A copy shares its nodes until one of them changes.
#[derive(Clone, Debug)]
pub struct World<L: Lab> {
    options: Rc<WorldOptions<L>>,
    nodes: Vec<Rc<Node<L>>>,
    network: Network,
    mail: Mail<Message<L>>,
    queue: Queue,
    rules: Vec<(RuleId, Rule)>,
    rules_made: u32,
    now: Time,
    /// Steps applied at `now`.
    steps_now: u32,
    steps: u64,
    /// Last key given out in the queue.
    seq: u64,
    fingerprint: Fingerprint,
    traffic: Traffic,
    /// Within a step that handles a message: who sent it, in which incarnation.
    /// A reply goes to that incarnation, even if its node has restarted since.
    answering: Option<(NodeId, u32)>,
    last: Step<L>,
}

/// Worlds are equal when what is and what will be are. How the last step came
/// about does not count, nor how tidy the queue is: what is in it follows from
/// the mail, the timers and the disks.
impl<L: Lab> PartialEq for World<L> {
    fn eq(&self, other: &World<L>) -> bool {
        self.moment() == other.moment()
            && self.steps == other.steps
            && self.fingerprint == other.fingerprint
            && self.seq == other.seq
            && self.nodes == other.nodes
            && self.network == other.network
            && self.mail == other.mail
            && self.rules == other.rules
            && self.traffic == other.traffic
            && self.options == other.options
    }
}

impl<L: Lab> World<L> {
    /// A world in which nothing has happened; its nodes start at 0 s.
    ///
    /// # Panics
    /// With more than 64 nodes, which no scenario can ask for.
    pub fn new(options: WorldOptions<L>) -> World<L> {
        let cast = options.cast();
        let nodes = cast.count();
        assert!(nodes <= 64, "scenarios are bounded before they become worlds");
        let disk = |node: u32| {
            let given = options.disks.get(node as usize).cloned();
            given.unwrap_or_else(|| L::first_disk(cast.at(node), cast, &options.lab))
        };
        let costs = L::costs(cast, &options.lab);
        let speed = |node: u32| {
            let speeds = costs.as_ref().map(|costs| &costs.nodes);
            speeds.and_then(|speeds| speeds.get(node as usize)).copied().unwrap_or(Speed::FREE)
        };
        let mut world = World {
            nodes: (0..nodes)
                .map(|node| Rc::new(Node::new(disk(node), options.save_takes, speed(node))))
                .collect(),
            network: Network::new(nodes, options.seed, &options.network).costing(costs.as_ref()),
            mail: Mail::default(),
            queue: Queue::default(),
            rules: Vec::new(),
            rules_made: 0,
            now: Time::ZERO,
            steps_now: 0,
            steps: 0,
            seq: 0,
            fingerprint: Fingerprint::EMPTY,
            traffic: Traffic { handled: vec![0; nodes as usize], ..Traffic::default() },
            answering: None,
            last: Step {
                choice: Choice::Restart(NodeId::from_index(0)),
                outcome: Outcome::Done,
                node: None,
                cause: 0,
                effects: Vec::new(),
                left: Vec::new(),
                unsent: Vec::new(),
                disk_changed: false,
            },
            options: Rc::new(options),
        };
        world.fingerprint.add(&(L::NAME, cast.servers, world.options.seed, &world.options.lab));
        if cast.clients > 0 {
            world.fingerprint.add(&cast.clients);
        }
        if cast.groups != Groups::NONE {
            world.fingerprint.add(&cast.groups);
        }
        for node in 0..nodes {
            world.schedule(0, What::Start(node as u16));
        }
        world
    }

    /// Lets time pass without a step, up to `to` or to what is due before.
    pub fn advance_to(&mut self, to: Time) {
        let to = self.due_at().map_or(to, |due| due.min(to));
        self.set_now(to);
    }

    /// Makes the step that is due. False when nothing ever will be.
    #[inline]
    pub fn step(&mut self) -> bool {
        self.step_by(Time::from_micros(u64::MAX))
    }

    /// Makes the step that is due, if it is due at `latest`. False when it is
    /// due later, or nothing ever will be.
    #[inline]
    pub fn step_by(&mut self, latest: Time) -> bool {
        match self.head() {
            Some(item) if item.at <= latest.micros() => {
                self.step_to(item);
                true
            }
            _ => false,
        }
    }

    /// Makes the step that is at the head of the queue.
    #[inline]
    pub(crate) fn step_to(&mut self, item: Item) {
        self.queue.pop(&item);
        self.set_now(Time::from_micros(item.at));
        match item.what {
            What::Mail(place) => {
                let envelope = self.mail.get(place).expect("the head of the queue is live");
                let (id, cause) = (envelope.id, envelope.sent_step);
                if envelope.lost {
                    self.begin(Choice::Drop(id), cause);
                    drop(self.mail.take(place));
                } else {
                    self.begin(Choice::Deliver(id), cause);
                    self.deliver(place);
                }
            }
            What::Timer(at) => {
                let timers = &mut unshared(&mut self.nodes[usize::from(at)]).timers;
                let place = timers.iter().position(|armed| armed.seq == item.seq);
                let armed = timers.swap_remove(place.expect("the head of the queue is live"));
                let node = self.cast().at(at.into());
                self.begin(Choice::Fire(node, armed.timer.code()), armed.step);
                self.feed(node, Input::Fired(armed.timer));
            }
            What::Disk(at) => {
                let node = self.cast().at(at.into());
                self.begin(Choice::Persist(node), 0);
                self.persist(node);
            }
            What::Start(at) => {
                let node = self.cast().at(at.into());
                self.begin(Choice::Restart(node), 0);
                self.start(node);
            }
            What::HandOver(at) => {
                let node = self.cast().at(at.into());
                self.begin(Choice::HandOver(node), 0);
                self.hand_over(node);
            }
        }
        self.end();
    }

    #[inline]
    fn set_now(&mut self, now: Time) {
        if now > self.now {
            self.now = now;
            self.steps_now = 0;
            self.queue.reached(now.micros());
        }
    }

    #[inline]
    fn begin(&mut self, choice: Choice, cause: u64) {
        self.steps += 1;
        self.last.choice = choice;
        self.last.outcome = Outcome::Done;
        self.last.node = None;
        self.last.cause = cause;
        self.last.effects.clear();
        self.last.left.clear();
        self.last.unsent.clear();
        self.last.disk_changed = false;
    }

    #[inline]
    fn end(&mut self) {
        self.steps_now += 1;
        self.fingerprint.add_step(&self.last, self.now, self.steps_now);
    }

    #[inline]
    fn node_mut(&mut self, node: NodeId) -> &mut Node<L> {
        unshared(&mut self.nodes[node.index()])
    }
}

/// `Rc::make_mut` with the common case in place: mostly no copy of the world
/// shares a node any more.
#[inline(always)]
fn unshared<T: Clone>(shared: &mut Rc<T>) -> &mut T {
    #[cold]
    fn unshare<T: Clone>(shared: &mut Rc<T>) {
        *shared = Rc::new((**shared).clone());
    }
    if Rc::get_mut(shared).is_none() {
        unshare(shared);
    }
    Rc::get_mut(shared).expect("it is not shared")
}
