//! One run of the swarm: a safety phase in which everything may go wrong, then
//! a liveness phase in which only a majority is healed.

use std::rc::Rc;

use netsplit_core::id::NodeId;
use netsplit_core::rng::Rng;
use netsplit_core::time::{Span, Time};

use crate::choice::Choice;
use crate::moment::Moment;
use crate::scene::{Act, Advanced, Deed, Limits, Scene};
use crate::verb::leader_of;

use super::kind::Kind;
use super::lab::{SwarmLab, Times};
use super::plan::Plan;
use super::watch::Watch;

/// A run in motion, with what happens to it.
#[derive(Debug)]
pub struct Driver<L: SwarmLab> {
    pub(super) plan: Plan<L>,
    pub(super) scene: Scene<L>,
    /// Everything done from outside so far.
    pub(super) acts: Vec<Act>,
    pub(super) beside: L::Beside,
    pub(super) watch: Watch<L>,
    pub(super) rng: Rng,
    /// Nodes that are out for good, or will be with their next crash.
    pub(super) out: Vec<NodeId>,
    /// Those of them whose clock is beyond the bound: they may restart.
    pub(super) out_clock: Vec<NodeId>,
    /// It took more steps than any run may.
    pub(super) exhausted: bool,
    /// What is looked for, if anything is.
    pub(super) sought: Option<Kind>,
    /// The moment before the step that showed it.
    pub(super) found: Option<Moment>,
    /// The moment before the last step.
    before: Moment,
}

/// Steps of a run at most: ten times as many as a long one takes.
const STEPS_MOST: u64 = 200_000;

/// How far a run may go.
pub(super) fn limits() -> Limits {
    Limits { steps: STEPS_MOST, ..Limits::default() }
}

impl<L: SwarmLab> Driver<L> {
    pub(super) fn new(plan: Plan<L>) -> Driver<L> {
        let scene = Scene::new(plan.world.clone(), Rc::from([]), limits());
        Driver {
            acts: Vec::new(),
            beside: L::beside(&plan),
            watch: Watch::new(&scene.world),
            scene,
            rng: Rng::new(plan.world.seed).split(0x6661_756C_7473),
            out: Vec::new(),
            out_clock: Vec::new(),
            exhausted: false,
            sought: None,
            found: None,
            before: Moment::START,
            plan,
        }
    }

    /// True while no property is broken, no limit reached, and what is looked for
    /// not found.
    pub(super) fn goes_on(&self) -> bool {
        self.scene.broken().is_empty() && !self.exhausted && self.found.is_none()
    }

    /// Does something from outside, now. False when it is not possible.
    pub(super) fn act(&mut self, choice: Choice) -> bool {
        let moment = self.scene.world.moment();
        let deed = Deed::Choice(choice);
        if !self.goes_on() || self.scene.act(&deed).is_err() {
            return false;
        }
        self.acts.push(Act { moment, deed });
        self.before = moment;
        if self.goes_on() {
            self.look();
        }
        true
    }

    /// Runs to a time. False when a property broke on the way.
    pub(super) fn run_to(&mut self, at: Time) -> bool {
        while self.goes_on() {
            self.before = self.scene.world.moment();
            match self.scene.advance(&[], Moment::after(at)) {
                Advanced::Step => self.look(),
                Advanced::Reached => return true,
                Advanced::Stopped(_) => self.exhausted = true,
                Advanced::Line | Advanced::Act => {}
            }
        }
        false
    }

    /// Looks at the step just made, and lets follow what the lab has follow from it.
    fn look(&mut self) {
        self.watch.observe(&self.scene.world);
        if self.sought.is_some_and(|kind| self.watch.counts.of(kind) > 0) {
            self.found = Some(self.before);
            return;
        }
        L::after_step(self);
    }

    /// Everything may go wrong.
    pub(super) fn safety_phase(&mut self) {
        let end = Time::ZERO + self.plan.unsafe_for;
        let (mut fault, mut ask) = (Time::ZERO, Time::ZERO);
        fault += self.about(self.plan.fault_every);
        ask += self.about(self.plan.ask_every);
        while fault.min(ask) < end && self.run_to(fault.min(ask)) {
            if fault <= ask {
                self.disturb();
                fault += self.about(self.plan.fault_every);
            } else {
                L::ask(self);
                ask += self.about(self.plan.ask_every);
            }
        }
    }

    /// A span of half to one and a half times `span`.
    fn about(&mut self, span: Span) -> Span {
        let micros = span.micros();
        Span::from_micros(self.rng.between(micros / 2, micros * 3 / 2).max(1))
    }

    /// What faults and patience are measured by.
    pub(super) fn times(&self) -> Times {
        L::times(&self.plan.world.lab)
    }

    pub(super) fn servers(&self) -> Vec<NodeId> {
        self.scene.world.servers().collect()
    }

    /// A server.
    pub(super) fn any_node(&mut self) -> NodeId {
        let place = self.rng.below(self.plan.world.nodes.into()) as u32;
        self.scene.world.cast().at(place)
    }

    /// Who leads; where there are groups, one of them, drawn anew.
    pub(super) fn any_leader(&mut self) -> Option<NodeId> {
        let group = match self.scene.world.cast().groups.count {
            0 => 0,
            groups => self.rng.between(0, groups.into()) as u32,
        };
        leader_of(&self.scene.world, group)
    }

    /// A client.
    pub(super) fn any_client(&mut self) -> NodeId {
        let clients: Vec<NodeId> = self.scene.world.cast().clients().collect();
        self.one_of(&clients).expect("there are clients in every plan that asks for one")
    }

    /// Asks a node for something, in the lab's words.
    pub(super) fn request(&mut self, node: NodeId, words: &str) -> bool {
        self.act(Choice::Request(node, words.into()))
    }

    /// The servers that replicate together, group by group: those of none come first.
    pub(super) fn groups(&self) -> impl Iterator<Item = Vec<NodeId>> + use<L> {
        let cast = self.scene.world.cast();
        (0..=cast.groups.count).map(move |group| cast.members(group).collect())
    }

    /// A server, or a client where there are any: an end of a link.
    pub(super) fn any_end(&mut self) -> NodeId {
        let ends: Vec<NodeId> = self.scene.world.ids().collect();
        ends[self.rng.below(ends.len() as u64) as usize]
    }

    pub(super) fn one_of<T: Clone>(&mut self, some: &[T]) -> Option<T> {
        some.get(self.rng.below(some.len() as u64) as usize).cloned()
    }

    /// Whether a node must not start again.
    pub(super) fn is_out(&self, node: NodeId) -> bool {
        self.out.contains(&node) && !self.out_clock.contains(&node)
    }

    /// Puts a node out for good, if the budget allows it: of each group a minority.
    pub(super) fn goes_out(&mut self, node: NodeId) -> bool {
        let together = self.scene.world.cast().together_with(node);
        let of_its = self.out.iter().filter(|other| other.group() == node.group()).count();
        let may = self.out.len() < self.plan.out_most as usize
            && of_its < (together as usize - 1) / 2
            && !self.out.contains(&node);
        if may {
            self.out.push(node);
        }
        may
    }

    pub(super) fn note(&mut self, kind: Kind) {
        self.watch.counts.note(kind);
    }
}
