//! Kinds of faults, and how each is carried out on the run as it stands.

use netsplit_core::id::NodeId;
use netsplit_core::machine::{Alarm as _, Change as _};
use netsplit_core::time::Span;

use crate::choice::{Choice, Dial, EnvelopeId, Rate, Rule, RuleAction};
use crate::network::Delay;
use crate::verb::leader_of;

use super::driver::Driver;
use super::kind;
use super::lab::SwarmLab;
use super::plan::{RATE_LEAST, RATE_MOST};

/// A kind of fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// One direction of a link.
    CutOneWay,
    /// Both directions of a link.
    CutBoth,
    /// A node from all others; one time in three in one direction only.
    Isolate,
    /// The leader from all others.
    IsolateLeader,
    /// The cluster in two.
    Partition,
    /// A node stops, with any part of its pending saves on disk.
    Crash,
    /// The leader stops.
    CrashLeader,
    /// A node stops and starts again at once.
    Bounce,
    /// The leader stops, starts again at once and stands for election: with
    /// luck it leads again and has forgotten what its disk did not keep.
    BounceLeader,
    /// Several faults that belong together, as the lab knows them.
    Scheme,
    /// All nodes stop at once.
    CrashAll,
    /// A node is not run.
    Pause,
    /// The leader is not run.
    PauseLeader,
    /// A disk takes longer, or less long.
    SlowDisk,
    /// A disk finishes nothing.
    Stall,
    /// Some messages come twice.
    Duplicate,
    /// Some messages are late.
    Delay,
    /// Some messages are held until released.
    Hold,
    /// Messages of a kind, from or to a node, are held as they are sent.
    HoldRule,
    /// Messages of a kind, from or to a node, are lost for a while.
    DropRule,
    /// Some messages are lost.
    Drop,
    /// Some messages come at once.
    Deliver,
    /// The network changes its ways.
    Tune,
    /// A clock changes pace, within the bound.
    ClockRate,
    /// A clock is set.
    ClockSet,
    /// A timer runs out early.
    Fire,
    /// The election timer of a node that does not lead runs out early.
    Usurp,
    /// A timer runs out late.
    PutOff,
    /// A disk is emptied; its node is out for good.
    Wipe,
    /// A disk says "durable" too early; once it crashed, its node is out for
    /// good.
    Lie,
    /// A clock leaves the bound; its node is no part of the healed majority.
    ClockWild,
}

impl Fault {
    /// All of them.
    pub const ALL: &'static [Fault] = &[
        Fault::CutOneWay,
        Fault::CutBoth,
        Fault::Isolate,
        Fault::IsolateLeader,
        Fault::Partition,
        Fault::Crash,
        Fault::CrashLeader,
        Fault::Bounce,
        Fault::BounceLeader,
        Fault::Scheme,
        Fault::CrashAll,
        Fault::Pause,
        Fault::PauseLeader,
        Fault::SlowDisk,
        Fault::Stall,
        Fault::Duplicate,
        Fault::Delay,
        Fault::Hold,
        Fault::HoldRule,
        Fault::DropRule,
        Fault::Drop,
        Fault::Deliver,
        Fault::Tune,
        Fault::ClockRate,
        Fault::ClockSet,
        Fault::Fire,
        Fault::Usurp,
        Fault::PutOff,
        Fault::Wipe,
        Fault::Lie,
        Fault::ClockWild,
    ];

    /// In how many of 100 runs it is allowed.
    pub const fn how_often(self) -> u64 {
        match self {
            Fault::Crash | Fault::IsolateLeader | Fault::CrashLeader => 50,
            Fault::Wipe | Fault::Lie | Fault::ClockWild => 60,
            Fault::CrashAll | Fault::Tune | Fault::ClockRate | Fault::ClockSet => 25,
            Fault::Bounce | Fault::Delay | Fault::Hold => 40,
            _ => 30,
        }
    }
}

impl<L: SwarmLab> Driver<L> {
    /// Lets one thing go wrong, or go right again.
    pub(super) fn disturb(&mut self) {
        if self.rng.chance(1, 4) && L::release_what_is_late(self) {
            return;
        }
        let mends = self.plan.mend;
        if self.rng.chance(mends, 100) && self.mend_something() {
            return;
        }
        let sum: u64 = self.plan.faults.iter().map(|(_, weight)| weight).sum();
        let mut drawn = self.rng.below(sum);
        for place in 0..self.plan.faults.len() {
            let (fault, weight) = self.plan.faults[place];
            if drawn < weight {
                return self.commit_fault(fault);
            }
            drawn -= weight;
        }
    }

    fn commit_fault(&mut self, fault: Fault) {
        let node = self.any_node();
        let late_most = self.plan.late_most.micros();
        match fault {
            Fault::CutOneWay => {
                let other = self.any_end();
                if node != other && self.act(Choice::Cut(node, other)) {
                    self.watch.counts.note(kind::CUT_ONE_WAY);
                }
            }
            Fault::CutBoth => {
                let other = self.any_end();
                if node != other {
                    self.act(Choice::Cut(node, other));
                    self.act(Choice::Cut(other, node));
                }
            }
            Fault::Isolate => self.isolate(node),
            Fault::IsolateLeader => {
                if let Some(leader) = self.any_leader() {
                    self.isolate(leader);
                }
            }
            Fault::Partition => self.partition(),
            Fault::Crash => self.crash(node),
            Fault::CrashLeader => {
                if let Some(leader) = self.any_leader() {
                    self.crash(leader);
                }
            }
            Fault::Bounce => {
                self.crash(node);
                if !self.is_out(node) {
                    self.act(Choice::Restart(node));
                }
            }
            Fault::BounceLeader => {
                if let Some(leader) = self.any_leader() {
                    self.crash(leader);
                    if !self.is_out(leader) {
                        self.act(Choice::Restart(leader));
                        self.act(Choice::Fire(leader, L::ELECTION));
                    }
                }
            }
            Fault::Scheme => L::scheme(self),
            Fault::CrashAll => {
                for id in self.servers() {
                    self.crash(id);
                }
            }
            Fault::Pause => drop(self.act(Choice::Pause(node))),
            Fault::PauseLeader => {
                if let Some(leader) = self.any_leader() {
                    self.act(Choice::Pause(leader));
                }
            }
            Fault::SlowDisk => {
                // A leader whose disk is behind its followers' is the worst.
                let node = match self.any_leader() {
                    Some(leader) if self.rng.chance(1, 2) => leader,
                    _ => node,
                };
                let most = self.times().election_min.micros();
                let takes = Span::from_micros(self.rng.below(most));
                if self.act(Choice::Tune(Dial::Save(Some(node), takes))) {
                    self.watch.counts.note(kind::SLOW_DISK);
                }
            }
            Fault::Stall => drop(self.act(Choice::Stall(node))),
            Fault::Duplicate => self.each_of_some(|_, id| Choice::Duplicate(id)),
            Fault::Delay => self.each_of_some(|driver, id| {
                Choice::Delay(id, Span::from_micros(driver.rng.below(late_most)))
            }),
            Fault::Hold => self.each_of_some(|_, id| Choice::Hold(id)),
            Fault::HoldRule => self.lay_rule(RuleAction::Hold),
            Fault::DropRule => self.lay_rule(RuleAction::Drop),
            Fault::Drop => self.each_of_some(|_, id| Choice::Drop(id)),
            Fault::Deliver => self.each_of_some(|_, id| Choice::Deliver(id)),
            Fault::Tune => self.tune(),
            Fault::ClockRate => self.change_pace(node),
            Fault::ClockSet => {
                let most = self.times().election_max.micros() * 2;
                let by = self.rng.between(0, 2 * most) as i64 - most as i64;
                if self.act(Choice::Offset(node, by)) {
                    self.watch.counts.note(kind::CLOCK_SET);
                }
            }
            Fault::Fire => {
                let timers = self.scene.world.node(node).timers();
                let codes: Vec<u32> = timers.map(|(timer, _)| timer.code()).collect();
                if let Some(code) = self.one_of(&codes)
                    && self.act(Choice::Fire(node, code))
                {
                    self.watch.counts.note(kind::FIRED_EARLY);
                }
            }
            Fault::Usurp => {
                if leader_of(&self.scene.world, node.group().unwrap_or(0)) != Some(node)
                    && self.act(Choice::Fire(node, L::ELECTION))
                {
                    self.watch.counts.note(kind::FIRED_EARLY);
                }
            }
            Fault::PutOff => {
                let timers = self.scene.world.node(node).timers();
                let codes: Vec<u32> = timers.map(|(timer, _)| timer.code()).collect();
                let by = Span::from_micros(self.rng.below(late_most));
                if let Some(code) = self.one_of(&codes)
                    && self.act(Choice::PutOff(node, code, by))
                {
                    self.watch.counts.note(kind::PUT_OFF);
                }
            }
            Fault::Wipe => {
                if self.goes_out(node) {
                    self.act(Choice::Wipe(node));
                }
            }
            Fault::Lie => {
                let up = self.scene.world.node(node).is_up();
                if up && self.goes_out(node) && self.act(Choice::Lie(node, true)) {
                    self.watch.counts.note(kind::LIED);
                }
            }
            Fault::ClockWild => {
                if self.goes_out(node) {
                    self.out_clock.push(node);
                    let (local, real) = (self.rng.between(1, 12), self.rng.between(1, 12));
                    let rate = Rate { local: local as u32, real: real as u32 };
                    if self.act(Choice::Clock(node, rate)) {
                        self.watch.counts.note(kind::CLOCK_WILD);
                    }
                }
            }
        }
    }

    /// Undoes something that goes wrong. False when nothing does.
    fn mend_something(&mut self) -> bool {
        let world = &self.scene.world;
        let mut remedies: Vec<Choice> = Vec::new();
        for id in world.servers() {
            let node = world.node(id);
            if !node.is_up() && !self.is_out(id) {
                // A node that is down does little harm and no good.
                remedies.extend([Choice::Restart(id), Choice::Restart(id)]);
            }
            if node.is_paused() {
                remedies.push(Choice::Resume(id));
            }
            if node.is_stalled() {
                remedies.push(Choice::Unstall(id));
            }
        }
        let cut: Vec<Choice> =
            self.cuts().into_iter().map(|(from, to)| Choice::Mend(from, to)).collect();
        if !cut.is_empty() {
            remedies.push(cut[0].clone());
        }
        remedies.extend(world.rules().iter().map(|(id, _)| Choice::Unrule(*id)));
        let mut held: Vec<EnvelopeId> =
            world.mail().filter(|mail| mail.held).map(|mail| mail.id).collect();
        held.sort_unstable();
        remedies.extend(held.iter().map(|id| Choice::Release(*id)).take(2));
        let Some(remedy) = self.one_of(&remedies) else { return false };
        match remedy {
            // Mostly all links are mended at once: a cluster that is only ever
            // half mended elects nobody.
            Choice::Mend(..) => {
                let some = self.rng.chance(1, 3);
                for choice in cut {
                    if !some || self.rng.chance(1, 2) {
                        self.act(choice);
                    }
                }
                self.watch.counts.note(kind::MENDED);
            }
            Choice::Release(_) => {
                let all = self.rng.chance(1, 3);
                let one = self.one_of(&held);
                for id in held {
                    if (all || Some(id) == one) && self.act(Choice::Release(id)) {
                        self.watch.counts.note(kind::RELEASED);
                    }
                }
            }
            other => drop(self.act(other)),
        }
        true
    }

    /// Directions that are cut.
    pub(super) fn cuts(&self) -> Vec<(NodeId, NodeId)> {
        let world = &self.scene.world;
        let pairs = world.ids().flat_map(|from| world.ids().map(move |to| (from, to)));
        pairs.filter(|&(from, to)| world.network().is_cut(from, to)).collect()
    }

    fn isolate(&mut self, node: NodeId) {
        // Heard by all and hearing nobody, or the other way round, is worse.
        let ways = self.rng.below(3);
        for other in self.scene.world.ids() {
            if other == node {
                continue;
            }
            if ways != 1 {
                self.act(Choice::Cut(node, other));
            }
            if ways != 2 {
                self.act(Choice::Cut(other, node));
            }
        }
        self.watch.counts.note(kind::ISOLATED);
    }

    fn partition(&mut self) {
        let side = self.rng.next_u64();
        let is_left = |node: NodeId| side >> node.index() & 1 == 1;
        let ids: Vec<NodeId> = self.scene.world.ids().collect();
        for &from in &ids {
            for &to in &ids {
                if is_left(from) != is_left(to) {
                    self.act(Choice::Cut(from, to));
                }
            }
        }
        self.watch.counts.note(kind::PARTITIONED);
    }

    /// Stops a node; any prefix of its pending saves is on the disk, and of the
    /// next one any prefix of its parts.
    pub(super) fn crash(&mut self, node: NodeId) {
        let it = self.scene.world.node(node);
        if !it.is_up() {
            return;
        }
        let pending = it.pending().len();
        let kept = self.rng.between(0, pending as u64) as usize;
        let parts = it.pending().nth(kept).map_or(0, |(change, _)| change.parts() - 1);
        let torn = self.rng.between(0, parts.into()) as u32;
        self.watch.note_pending(node, pending);
        self.act(Choice::Crash { node, kept: kept as u32, torn });
    }

    /// Does something to a few of the messages under way.
    fn each_of_some(&mut self, mut what: impl FnMut(&mut Driver<L>, EnvelopeId) -> Choice) {
        let mail = self.scene.world.mail().filter(|mail| !mail.held);
        let mut under_way: Vec<EnvelopeId> = mail.map(|mail| mail.id).collect();
        under_way.sort_unstable();
        for _ in 0..self.rng.between(1, 4) {
            let Some(id) = self.one_of(&under_way) else { return };
            under_way.retain(|other| *other != id);
            let choice = what(self, id);
            let kind = match choice {
                Choice::Hold(_) => Some(kind::HELD),
                Choice::Deliver(_) => Some(kind::DELIVERED_EARLY),
                _ => None,
            };
            if self.act(choice)
                && let Some(kind) = kind
            {
                self.watch.counts.note(kind);
            }
        }
    }

    fn lay_rule(&mut self, action: RuleAction) {
        if self.scene.world.rules().len() >= 3 {
            return;
        }
        let node = match self.any_leader() {
            Some(leader) if self.rng.chance(1, 2) => Some(leader),
            _ => Some(self.any_node()),
        };
        let (from, to) = if self.rng.chance(1, 2) { (node, None) } else { (None, node) };
        let kind = self.rng.chance(2, 3).then(|| self.rng.below(L::RULED) as u8);
        let left = Some(self.rng.between(1, 12) as u32);
        if self.act(Choice::Rule(Rule { action, from, to, kind, left })) {
            self.watch.counts.note(kind::RULED);
        }
    }

    fn tune(&mut self) {
        let least = self.times().election_min.micros();
        let one_link = self.rng.chance(2, 3);
        let (from, to) = (self.any_node(), self.any_end());
        let scope = (one_link && from != to).then_some((from, to));
        let dial = match self.rng.below(4) {
            0 => {
                let low = self.rng.below(least / 4);
                let high = low + self.rng.below(least);
                let (low, high) = (Span::from_micros(low), Span::from_micros(high));
                Dial::Delay(scope, Delay::Uniform(low, high))
            }
            1 => Dial::Loss(scope, self.rng.below(5_000) as u32),
            2 => Dial::Duplicate(scope, self.rng.below(5_000) as u32),
            _ => {
                let by = Span::from_micros(self.rng.below(least * 6));
                Dial::Reorder(scope, self.rng.below(5_000) as u32, by)
            }
        };
        if self.act(Choice::Tune(dial)) {
            self.watch.counts.note(kind::TUNED);
        }
    }

    fn change_pace(&mut self, node: NodeId) {
        if self.out_clock.contains(&node) {
            return;
        }
        let fast = self.rng.chance(1, 2);
        let rate = if fast { RATE_MOST } else { RATE_LEAST };
        if self.act(Choice::Clock(node, rate)) {
            self.watch.counts.note(if fast { kind::CLOCK_FAST } else { kind::CLOCK_SLOW });
        }
    }
}
