//! A machine that is driven: its timers by a clock that is handed in, its letters by whoever carries
//! them, and its work by doing it.

use std::collections::{BTreeMap, VecDeque};

use netsplit_core::id::NodeId;
use netsplit_core::machine::{Context, Effect, Input, Machine};
use netsplit_core::mapreduce::message::{MapReduce, Message, Notice, Timer};
use netsplit_core::mapreduce::node::Node;
use netsplit_core::rng::Rng;
use netsplit_core::time::Time;
use serde::{Deserialize, Serialize};

/// A message on its way.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Letter {
    /// From whom.
    pub from: NodeId,
    /// To whom.
    pub to: NodeId,
    /// What it says.
    pub message: Message,
}

/// The time now, since the job began.
pub type Clock<'a> = &'a dyn Fn() -> Time;

/// A machine with its timers.
#[derive(Debug)]
pub struct Driven {
    me: NodeId,
    node: Node,
    rng: Rng,
    saves: u64,
    timers: BTreeMap<Timer, Time>,
    /// What happens to it next.
    ready: VecDeque<Input<MapReduce>>,
    effects: Vec<Effect<MapReduce>>,
}

impl Driven {
    /// One that is about to start. The seed must differ from job to job where names of processes
    /// could meet; nothing else depends on it.
    pub fn new(me: NodeId, node: Node, seed: u64) -> Driven {
        let rng = Rng::new(seed).split(me.index() as u64);
        let ready = VecDeque::from([Input::Started]);
        let (timers, effects) = (BTreeMap::new(), Vec::new());
        Driven { me, node, rng, saves: 0, timers, ready, effects }
    }

    /// Who it is.
    pub fn me(&self) -> NodeId {
        self.me
    }

    /// The machine.
    pub fn node(&self) -> &Node {
        &self.node
    }

    /// A letter has come.
    pub fn hear(&mut self, from: NodeId, message: Message) {
        self.ready.push_back(Input::Received { from, message });
    }

    /// Whether something is ready to happen, whatever the time.
    pub fn is_ready(&self) -> bool {
        !self.ready.is_empty()
    }

    /// Lets all happen that is due, and hands over what is to be sent and told.
    pub fn settle(
        &mut self,
        clock: Clock<'_>,
        mut send: impl FnMut(Letter),
        mut tell: impl FnMut(&Notice),
    ) {
        self.ring(clock);
        while let Some(input) = self.ready.pop_front() {
            let (rng, saves) = (&mut self.rng, &mut self.saves);
            let mut cx = Context::new(clock(), self.me, rng, saves, &mut self.effects);
            self.node.handle(input, &mut cx);
            for effect in self.effects.drain(..) {
                match effect {
                    Effect::Send { to, message, .. } => send(Letter { from: self.me, to, message }),
                    Effect::Arm { timer, after } => {
                        self.timers.insert(timer, clock() + after);
                    }
                    Effect::Disarm(timer) => {
                        self.timers.remove(&timer);
                    }
                    // It took the time that it took: it is done.
                    Effect::Work { timer, .. } => self.ready.push_back(Input::Fired(timer)),
                    Effect::Notify(notice) => tell(&notice),
                    // A job for real outlives no crash: what is saved is in memory.
                    Effect::Save { .. } => {}
                }
            }
            self.ring(clock);
        }
    }

    /// Timers that have run out are ready.
    fn ring(&mut self, clock: Clock<'_>) {
        let now = clock();
        let ready = &mut self.ready;
        self.timers.retain(|timer, at| {
            let rings = *at <= now;
            if rings {
                ready.push_back(Input::Fired(*timer));
            }
            !rings
        });
    }

    /// Until when nothing happens by itself.
    pub fn quiet_until(&self) -> Option<Time> {
        self.timers.values().min().copied()
    }
}
