//! What a MapReduce brings to its swarm: processes that die, tasks that are late, words that are held,
//! and a job that must end all the same. The coordinator takes the place of a leader.

mod liveness;
mod plan;
pub mod states;
mod watch;

use netsplit_core::mapreduce::message::Timer;
use netsplit_core::mapreduce::mutants::Mutant;
use netsplit_core::time::Span;

use crate::choice::{Choice, Rule, RuleAction, TimerCode};
use crate::labs::Pair;
use crate::labs::mapreduce::MapReduceLab;
use crate::labs::mapreduce_options::{Options, options_as_pairs};

use super::driver::Driver;
use super::kind::{self, Kinds};
use super::lab::{SwarmLab, Times};
use super::plan::Plan;

use watch::MapReduceWatch;

/// Kinds of messages that end something: to hold them is worth more than others.
const ENDINGS: [u8; 5] = [4, 5, 10, 12, 14];

impl SwarmLab for MapReduceLab {
    type Plan = ();
    type Beside = ();
    type Watch = MapReduceWatch;

    const KINDS: Kinds =
        &[kind::NETWORK, kind::NODES, states::DISKS, states::TASKS, states::FAILURES, kind::CORE];

    const ELECTION: TimerCode = 3;

    const RULED: u64 = 15;

    fn mistake(id: &str) -> Option<&'static str> {
        Mutant::from_id(id).map(Mutant::id)
    }

    fn plan(seed: u64, mistakes: &[&str]) -> Plan<MapReduceLab> {
        plan::of_seed(seed, mistakes)
    }

    fn pairs(options: &Options) -> Vec<Pair> {
        options_as_pairs(options)
    }

    fn times(options: &Options) -> Times {
        let machines = &options.machines;
        Times {
            election_min: machines.ping,
            election_max: machines.time_out,
            heartbeat: machines.ping,
        }
    }

    fn runs_at_most(options: &Options, timer: Timer) -> Span {
        let machines = &options.machines;
        match timer {
            Timer::Ask | Timer::Ping => machines.ping,
            Timer::Retry | Timer::Tell => machines.retry,
            Timer::TimeOut => machines.time_out,
            Timer::Begin => machines.start,
            // Work takes as long as it takes.
            Timer::Map | Timer::Reduce | Timer::Serve(_) => Span::from_millis(600_000),
        }
    }

    fn bears_half_cuts(_: &Options) -> bool {
        true
    }

    fn beside(_: &Plan<MapReduceLab>) {}

    /// A process dies, or another begins where one has died.
    fn ask(driver: &mut Driver<MapReduceLab>) {
        if driver.rng.chance(1, 3) {
            let worker = driver.any_worker();
            driver.request(worker, "exit");
        } else {
            driver.revive();
        }
    }

    fn scheme(driver: &mut Driver<MapReduceLab>) {
        match driver.rng.below(4) {
            0 => {
                let worker = driver.any_worker();
                driver.act(Choice::Pause(worker));
            }
            1 => {
                let worker = driver.any_worker();
                driver.request(worker, "exit");
            }
            _ => driver.hold_an_ending(),
        }
    }

    fn demand(
        driver: &mut Driver<MapReduceLab>,
        core: &[netsplit_core::id::NodeId],
    ) -> Result<(), &'static str> {
        driver.demand_of_job(core)
    }
}

impl Driver<MapReduceLab> {
    fn any_worker(&mut self) -> netsplit_core::id::NodeId {
        let place = self.rng.between(1, u64::from(self.plan.world.nodes) - 1) as u32;
        self.scene.world.cast().at(place)
    }

    /// Processes that have crashed begin anew.
    fn revive(&mut self) {
        let world = &self.scene.world;
        let crashed = |id: &netsplit_core::id::NodeId| {
            let worker = world.node(*id).machine().and_then(|node| node.worker());
            worker.is_some_and(|worker| worker.exited() == Some(true))
        };
        let gone: Vec<_> = world.servers().filter(crashed).collect();
        for node in gone {
            self.crash(node);
            self.act(Choice::Restart(node));
        }
    }

    /// The next words that something is done, or of a file, are held, lost or come twice.
    fn hold_an_ending(&mut self) {
        if self.scene.world.rules().len() >= 3 {
            return;
        }
        let kind = self.one_of(&ENDINGS);
        let action = match self.rng.below(4) {
            0 => RuleAction::Drop,
            1 => RuleAction::Duplicate,
            2 => RuleAction::Delay(Span::from_micros(
                self.rng.below(self.plan.late_most.micros().max(1)),
            )),
            _ => RuleAction::Hold,
        };
        let left = Some(self.rng.between(1, 4) as u32);
        if self.act(Choice::Rule(Rule { action, from: None, to: None, kind, left })) {
            self.note(kind::RULED);
        }
    }
}
