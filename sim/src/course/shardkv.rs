//! The course's lab on the sharded store: 4B with its challenges (13 tests, 2020 to 2023), the test
//! that 2024 added, and of the 23 tests of 2025 those that do not need its controller, which moves
//! shards itself.
//!
//! They run on the course's network, as those of the [store](super::kv): a controller of three
//! servers that never fail, groups of three, and a node for each client, since clerks of a node share
//! what they know of configurations. The harness is in [`harness`], what it learns in [`told`].
//! Beyond what the course asserts:
//!
//! - every history is checked completely when the test is done, and one that is not decided fails;
//! - in the end everything is started and connected, and within ten seconds every group is in the
//!   controller's latest configuration with nothing under way;
//! - all properties of the lab are checked after every step, those of each group's Raft among them.

mod basic;
mod busy;
mod challenges;
pub mod changes;
mod concurrent;
pub mod harness;
mod later;
mod progress;
pub mod red;
pub mod told;

use std::cell::RefCell;
use std::rc::Rc;

use netsplit_core::id::Groups;
use netsplit_core::replicated::options::{Kept, Options as Replicated};
use netsplit_core::shardkv::options::{By, Options, Sharding};
use netsplit_core::time::Span;

use crate::director::{Advance, Bounds, Directed, Task, Verdict};
use crate::labs::shardkv::ShardLab;
use crate::network::NetworkOptions;
use crate::world::WorldOptions;

use super::{CourseLab, CourseTest, Perform, Report, Setting, Statistics, TIME_LIMIT};
use harness::Harness;
use told::Told;

/// The cluster a test wants, and its director.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// How many groups.
    pub groups: u32,
    /// How many nodes with clerks.
    pub clients: u32,
    /// How keys are divided.
    pub sharding: Sharding,
    /// Whether the network begins unreliable.
    pub unreliable: bool,
    /// Bytes of the log past which a server takes a snapshot (`maxraftstate`); `None`: never.
    pub log_bytes_max: Option<u64>,
    /// What happens.
    pub director: fn(Harness) -> Task,
}

/// Servers of the controller, and of each group.
const SERVERS: u32 = 3;

/// How long a test may take. What the groups say to each other takes steps also while nothing happens.
const BOUNDS: Bounds = Bounds { time: TIME_LIMIT, steps: 2_000_000 };

impl Plan {
    /// Three groups, ten shards by the first byte of a key, and a reliable network.
    const fn new(clients: u32, director: fn(Harness) -> Task) -> Plan {
        let sharding = Options::course().sharding;
        let (unreliable, log_bytes_max) = (false, None);
        Plan { groups: 3, clients, sharding, unreliable, log_bytes_max, director }
    }

    /// So many groups, and twelve shards by a hash of the key (2025).
    const fn later(groups: u32, clients: u32, director: fn(Harness) -> Task) -> Plan {
        let sharding = Sharding { count: 12, by: By::Hash };
        Plan { groups, sharding, ..Plan::new(clients, director) }
    }

    const fn unreliable(self) -> Plan {
        Plan { unreliable: true, ..self }
    }

    const fn log_bytes_max(self, most: u64) -> Plan {
        Plan { log_bytes_max: Some(most), ..self }
    }
}

/// All tests in the order of the course.
pub static TESTS: &[CourseTest] = &{
    use {basic as b, challenges as h, concurrent as c, later as l, progress as p};
    [
        b::STATIC_SHARDS,
        b::JOIN_LEAVE,
        b::SNAPSHOT,
        b::MISS_CHANGE,
        c::CONCURRENT_1,
        c::CONCURRENT_2,
        c::CONCURRENT_3,
        c::UNRELIABLE_1,
        c::UNRELIABLE_2,
        c::UNRELIABLE_3,
        h::DELETE,
        h::UNAFFECTED,
        h::PARTIAL,
        b::REJECTION,
        l::INIT_QUERY,
        l::STATIC_ONE_SHARD_GROUP,
        l::JOIN_BASIC,
        l::DELETE_BASIC,
        l::JOIN_LEAVE_BASIC,
        l::MANY_JOIN_LEAVE_RELIABLE,
        l::MANY_JOIN_LEAVE_UNRELIABLE,
        l::SHUTDOWN,
        p::PROGRESS_SHUTDOWN,
        p::PROGRESS_JOIN,
        p::ONE_CLERK_RELIABLE,
        p::MANY_CLERKS_RELIABLE,
        p::ONE_CLERK_UNRELIABLE,
        p::MANY_CLERKS_UNRELIABLE,
        p::JOIN_LEAVE_DOWN,
        p::CONCURRENT_RELIABLE,
        p::CONCURRENT_UNRELIABLE,
    ]
};

/// The world of a test.
pub fn world(plan: &Plan, setting: &Setting) -> WorldOptions<ShardLab> {
    let mut replicated = Replicated {
        sessions: Kept::ByService,
        log_bytes_max: plan.log_bytes_max,
        mutants: setting.of_service,
        ..Replicated::course()
    };
    (replicated.raft.pre_vote, replicated.raft.check_quorum) = (setting.pre_vote, setting.pre_vote);
    replicated.raft.mutants = setting.mutants;
    let groups = Groups { count: plan.groups, size: SERVERS };
    WorldOptions {
        nodes: SERVERS + groups.servers(),
        groups,
        clients: plan.clients,
        seed: setting.seed,
        network: NetworkOptions::course(plan.unreliable),
        save_takes: Span::ZERO,
        lab: Options {
            replicated,
            sharding: plan.sharding,
            mutants: setting.of_shards,
            controller_mutants: setting.of_controller,
            ..Options::course()
        },
        disks: Vec::new(),
    }
}

/// A run of a test.
#[derive(Debug)]
pub struct Performance {
    directed: Directed<ShardLab>,
    told: Rc<RefCell<Told>>,
}

/// Draws of these directors are apart from those of other labs.
const DIRECTORS_FROM: u64 = 3_000;

impl Performance {
    /// A run at its start.
    pub fn new(test: &CourseTest, plan: Plan, setting: &Setting) -> Performance {
        let told = Rc::new(RefCell::new(Told::default()));
        let (watch, record) = (Box::new(Rc::clone(&told)), Rc::clone(&told));
        let director = |cluster| -> Task {
            let harness = Harness::new(cluster, record);
            Box::pin(async move {
                (plan.director)(harness.clone()).await?;
                harness.start_all();
                harness.settle().await?;
                harness.check_history()
            })
        };
        let (world, number) = (world(&plan, setting), DIRECTORS_FROM + u64::from(test.number));
        let directed = Directed::new(world, number, BOUNDS, watch, director);
        Performance { directed, told }
    }

    /// The run and its director.
    pub fn directed(&self) -> &Directed<ShardLab> {
        &self.directed
    }

    /// Goes on by about so many steps.
    pub fn advance(&mut self, steps: u64) -> Advance {
        self.directed.advance(steps)
    }

    /// How it ended, once it has.
    pub fn verdict(&self) -> Option<&Verdict> {
        self.directed.verdict()
    }

    /// The harness's row so far.
    pub fn statistics(&self) -> Statistics {
        let timeline = self.directed.timeline();
        let world = &timeline.scene().world;
        Statistics {
            time: world.now(),
            servers: world.cast().servers,
            rpcs: world.traffic().asked,
            bytes: world.traffic().bytes,
            commits: self.told.borrow().commits(),
        }
    }

    /// Goes on to the end.
    pub fn run(&mut self) -> Report {
        let verdict = self.directed.run();
        Report { verdict, statistics: self.statistics() }
    }
}

impl Perform<ShardLab> for Performance {
    fn directed(&self) -> &Directed<ShardLab> {
        Performance::directed(self)
    }

    fn advance(&mut self, steps: u64) -> Advance {
        Performance::advance(self, steps)
    }
}

impl CourseLab for ShardLab {
    fn perform(test: &'static CourseTest, setting: &Setting) -> Option<Box<dyn Perform<ShardLab>>> {
        match test.plan {
            super::Plan::Shards(plan) => Some(Box::new(Performance::new(test, plan, setting))),
            _ => None,
        }
    }
}
