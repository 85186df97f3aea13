//! What really happened in a run: faults that took effect and interesting states,
//! counted.

use netsplit_core::id::NodeId;
use netsplit_core::time::{Span, Time};

use crate::choice::{Choice, EnvelopeId};
use crate::world::{Outcome, World};

use super::kind::{self, Counts};
use super::lab::{SwarmLab, Watching};

/// What is remembered to tell what happened.
#[derive(Clone, Debug)]
pub struct Watch<L: SwarmLab> {
    /// The counts so far.
    pub counts: Counts,
    nodes: usize,
    election_max: Span,
    /// The time of each step, by number.
    times: Vec<Time>,
    /// The step at which each node last started or went down.
    changed: Vec<u64>,
    /// The newest message handled, by link.
    newest: Vec<u32>,
    /// Pending saves of each node before it is crashed.
    pending: Vec<u64>,
    /// Servers that lead, as bits.
    leads: u64,
    /// What the lab remembers.
    own: L::Watch,
}

impl<L: SwarmLab> Watch<L> {
    /// A watch of a run from its start.
    pub fn new(world: &World<L>) -> Watch<L> {
        let nodes = world.node_count() as usize;
        Watch {
            counts: Counts::default(),
            nodes,
            election_max: L::times(&world.options().lab).election_max,
            times: vec![Time::ZERO],
            changed: vec![0; nodes],
            newest: vec![0; nodes * nodes],
            pending: vec![0; nodes],
            leads: 0,
            own: L::Watch::new(world),
        }
    }

    /// Looks at the step just made. Of an act that took several steps, only the
    /// last may have been shown to it: what the others left behind counts.
    pub fn observe(&mut self, world: &World<L>) {
        let step = world.last();
        self.times.resize(world.steps() as usize + 1, world.now());
        let leaders = world.servers().filter(|id| self.leads & (1 << id.index()) != 0);
        let at_hand = |id: &NodeId| matches!(step.choice, Choice::Crash { node, .. } | Choice::Wipe(node) if node == *id);
        let gone: Vec<NodeId> =
            leaders.filter(|id| !world.node(*id).is_up() && !at_hand(id)).collect();
        gone.into_iter().for_each(|node| self.went_down(node, world));
        match step.choice {
            Choice::Deliver(id) => self.delivered(id, step.outcome, step.cause, world),
            Choice::Drop(_) => self.counts.note(kind::LOST),
            Choice::Restart(node) => {
                self.changed[node.index()] = world.steps();
                if world.node(node).incarnation() > 1 {
                    self.counts.note(kind::RESTARTED);
                }
            }
            Choice::Crash { node, kept, torn } => {
                self.crashed(node, kept.into(), torn.into(), world);
            }
            Choice::Wipe(node) => {
                self.went_down(node, world);
                self.counts.note(kind::WIPED);
            }
            Choice::HandOver(_) => self.counts.note(kind::HANDED_OVER),
            Choice::Pause(_) => self.counts.note(kind::PAUSED),
            Choice::Stall(_) => self.counts.note(kind::STALLED),
            Choice::Unstall(_) => self.counts.note(kind::UNSTALLED),
            _ => {}
        }
        if let Some(node) = step.node
            && let Some(machine) = world.node(node).machine()
        {
            let bit = 1 << node.index();
            let leads = L::glance(machine).leads;
            self.leads = if leads { self.leads | bit } else { self.leads & !bit };
        }
        self.own.observe(world, self.leads, &mut self.counts);
    }

    fn delivered(&mut self, id: EnvelopeId, outcome: Outcome, cause: u64, world: &World<L>) {
        match outcome {
            Outcome::LostToCut => {
                return self.counts.note(kind::LOST_TO_CUT);
            }
            Outcome::LostToCrash | Outcome::LostToRestart => {
                return self.counts.note(kind::LOST_TO_CRASH);
            }
            Outcome::Done | Outcome::Queued => {}
        }
        if id.copy > 0 {
            self.counts.note(kind::TWICE);
        }
        let newest = &mut self.newest[id.from.index() * self.nodes + id.to.index()];
        if id.number < *newest {
            self.counts.note(kind::OVERTAKEN);
        }
        *newest = id.number.max(*newest);
        if world.now().since(self.times[cause as usize]) > self.election_max {
            self.counts.note(kind::VERY_LATE);
        }
        if self.changed[id.from.index()] > cause {
            self.counts.note(kind::FROM_THE_DEAD);
        }
        if self.changed[id.to.index()] > cause {
            self.counts.note(kind::TO_THE_NEXT);
        }
    }

    fn went_down(&mut self, node: NodeId, world: &World<L>) {
        self.changed[node.index()] = world.steps();
        let bit = 1 << node.index();
        let led = self.leads & bit != 0;
        if led {
            self.counts.note(kind::CRASH_LEADER);
        }
        self.own.went_down(node, led, world, &mut self.counts);
        self.leads &= !bit;
        let together = world.cast().members(node.group().unwrap_or(0));
        let down = together.clone().filter(|id| !world.node(*id).is_up()).count();
        if down * 2 > together.count() {
            self.counts.note(kind::CRASH_MOST);
        }
    }

    fn crashed(&mut self, node: NodeId, kept: u64, torn: u64, world: &World<L>) {
        let pending = self.pending[node.index()];
        if pending == 0 {
            self.counts.note(kind::CRASH_CLEAN);
        }
        if kept < pending {
            self.counts.note(kind::CRASH_LOST);
            if world.node(node).lies() {
                self.counts.note(kind::LIE_LOST);
            }
        }
        if kept > 0 {
            self.counts.note(kind::CRASH_KEPT);
        }
        if torn > 0 {
            self.counts.note(kind::CRASH_TORN);
        }
        self.went_down(node, world);
    }

    /// Notes how many saves of a node are pending, before it is crashed.
    pub(super) fn note_pending(&mut self, node: NodeId, pending: usize) {
        self.pending[node.index()] = pending as u64;
    }
}
