//! Runs that never change, for comparing builds: debug with release, this
//! machine with another, the host with each browser. Equal fingerprints mean
//! that everything happened alike.

use std::rc::Rc;

use netsplit_core::id::{Groups, NodeId};
use netsplit_core::machine::Alarm as _;
use netsplit_core::raft::message::Timer;
use netsplit_core::raft::options::Options;
use netsplit_core::time::{Span, Time};

use crate::choice::{Choice, Dial, EnvelopeId, Rate, Rule, RuleAction};
use crate::labs::raft::RaftLab;
use crate::moment::Moment;
use crate::network::{Delay, LinkOptions, NetworkOptions};
use crate::scene::{Act, Advanced, Deed, Limits, Scene};
use crate::world::WorldOptions;

/// The fingerprints at the ends of `count` fixed runs, each with its name: first
/// one that uses every [`Choice`] and every [`Dial`], then seeds of the swarm
/// from 1 on.
pub fn fingerprints(count: u32) -> Vec<(String, u64)> {
    let mut table = Vec::new();
    if count > 0 {
        let world = everything().scene.world;
        table.push(("every choice and every dial".to_owned(), world.fingerprint().value()));
    }
    for seed in 1..u64::from(count) {
        let report = super::play::<RaftLab>(seed, &[]).expect("no mistake is asked for").report;
        table.push((format!("swarm, seed {seed}"), report.fingerprint.value()));
    }
    table
}

/// A run that was made by hand, choice by choice.
#[derive(Clone, Debug)]
pub struct ByHand {
    /// The run at its end.
    pub scene: Scene<RaftLab>,
    /// What was done.
    pub acts: Vec<Act>,
}

/// A run that uses every [`Choice`] and every [`Dial`], on the general network
/// and with settings of the course's network, which that ignores.
///
/// # Panics
/// When a choice is not possible, which is a bug: the run is always the same.
pub fn everything() -> ByHand {
    let links = LinkOptions { duplicate: 500, loss: 200, ..LinkOptions::calm() };
    let options = WorldOptions {
        nodes: 5,
        groups: Groups::NONE,
        clients: 0,
        seed: 6_824,
        network: NetworkOptions { links, course: None },
        save_takes: Span::from_millis(3),
        lab: Options::paper(),
        disks: Vec::new(),
    };
    let scene = Scene::new(options, Rc::from([]), Limits::default());
    let mut run = ByHand { scene, acts: Vec::new() };
    run.go(1_000);
    run.mail();
    run.nodes();
    run.dials();
    run.go(8_000);
    run
}

impl ByHand {
    fn go(&mut self, millis: u64) {
        let until = Moment::after(Time::from_micros(millis * 1_000));
        while !matches!(self.scene.advance(&[], until), Advanced::Reached | Advanced::Stopped(_)) {}
    }

    fn act(&mut self, choice: Choice) {
        let moment = self.scene.world.moment();
        let deed = Deed::Choice(choice);
        self.scene.act(&deed).expect("the run is always the same, and here it is possible");
        self.acts.push(Act { moment, deed });
    }

    /// Steps on until a message is under way, and names the first.
    fn some_mail(&mut self) -> EnvelopeId {
        loop {
            let mail = self.scene.world.mail().filter(|mail| !mail.held);
            if let Some(id) = mail.map(|mail| mail.id).min() {
                return id;
            }
            self.step();
        }
    }

    fn step(&mut self) {
        self.scene.advance(&[], Moment::after(Time::from_micros(60_000_000)));
    }

    /// What can be done to messages.
    fn mail(&mut self) {
        let id = self.some_mail();
        self.act(Choice::Duplicate(id));
        self.act(Choice::Delay(id, Span::from_millis(40)));
        self.act(Choice::Hold(id));
        self.step();
        self.act(Choice::Release(id));
        let id = self.some_mail();
        self.act(Choice::Deliver(id));
        let id = self.some_mail();
        self.act(Choice::Drop(id));
        let rule = |action, left| Rule { action, from: None, to: None, kind: None, left };
        self.act(Choice::Rule(rule(RuleAction::Hold, Some(2))));
        self.act(Choice::Rule(rule(RuleAction::Drop, Some(1))));
        self.act(Choice::Rule(rule(RuleAction::Duplicate, Some(3))));
        self.act(Choice::Rule(rule(RuleAction::Delay(Span::from_millis(9)), None)));
        self.go(1_400);
        self.act(Choice::Unrule(4));
    }

    /// What can be done to nodes, their disks, timers and clocks.
    fn nodes(&mut self) {
        let [n1, n2, n3, n4, n5] = [0, 1, 2, 3, 4].map(NodeId::from_index);
        for id in self.scene.world.ids().collect::<Vec<_>>() {
            self.act(Choice::Request(id, "propose x=1".into()));
        }
        self.act(Choice::Clock(n1, Rate { local: 11, real: 10 }));
        self.act(Choice::Offset(n2, -70_000));
        self.act(Choice::Pause(n3));
        self.act(Choice::Stall(n4));
        self.act(Choice::Lie(n5, true));
        self.go(1_700);
        self.act(Choice::Resume(n3));
        self.act(Choice::HandOver(n3));
        self.act(Choice::Unstall(n4));
        self.act(Choice::Lie(n5, false));
        self.act(Choice::Cut(n1, n2));
        self.act(Choice::Fire(n2, Timer::Election.code()));
        self.act(Choice::Persist(n2));
        self.act(Choice::PutOff(n2, Timer::Election.code(), Span::from_millis(100)));
        self.go(2_200);
        self.act(Choice::Mend(n1, n2));
        self.act(Choice::Crash { node: n4, kept: 0, torn: 0 });
        self.act(Choice::Wipe(n4));
        self.act(Choice::Restart(n4));
        self.go(3_000);
    }

    /// Every setting of the world.
    fn dials(&mut self) {
        let [n1, n2] = [0, 1].map(NodeId::from_index);
        let millis = Span::from_millis;
        let table = vec![millis(1), millis(4), millis(30)];
        for dial in [
            Dial::Delay(None, Delay::Quantiles(table)),
            Dial::Delay(Some((n1, n2)), Delay::Fixed(millis(7))),
            Dial::Loss(None, 300),
            Dial::Duplicate(Some((n2, n1)), 2_000),
            Dial::Reorder(None, 500, millis(120)),
            Dial::Bandwidth(Some((n1, n2)), 20_000),
            Dial::Save(Some(n1), millis(8)),
            Dial::Save(None, millis(2)),
            Dial::Unreliable(true),
            Dial::LongReordering(true),
        ] {
            self.act(Choice::Tune(dial));
            let now = self.scene.world.now().micros() / 1_000;
            self.go(now + 400);
            self.act(Choice::Request(n1, "propose y=2".into()));
        }
    }
}
