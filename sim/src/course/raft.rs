//! The course's Lab 2: 28 tests of Raft, from the editions since 2020.
//!
//! They run on the course's network: reliable links of 1 to 10 ms, or
//! unreliable ones that lose one message in ten. The disk takes no time. The
//! harness is in [`harness`], its record of what was applied in [`tester`].
//! Where the official tests are known to be weak, these are stricter:
//!
//! - a term that changes without a failure fails `TestInitialElection2A`;
//! - an entry delivered twice in one incarnation fails every test;
//! - RPCs count when they are asked, also those to peers out of reach;
//! - all properties of the lab are checked after every step.

mod elections;
pub mod harness;
mod log;
mod persistence;
pub mod red;
mod snapshots;
pub mod tester;

use std::cell::RefCell;
use std::rc::Rc;

use netsplit_core::id::Groups;
use netsplit_core::raft::options::Options;
use netsplit_core::time::Span;

use crate::course;
use crate::director::{Advance, Bounds, Directed, Task, Verdict};
use crate::labs::raft::RaftLab;
use crate::network::NetworkOptions;
use crate::world::WorldOptions;

use super::{CourseLab, CourseTest, Perform, Report, Setting, Statistics, TIME_LIMIT};
use harness::Harness;
use tester::Tester;

/// The cluster a test wants, and its director.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// How many servers.
    pub servers: u32,
    /// Whether the network begins unreliable.
    pub unreliable: bool,
    /// Whether the tester takes a snapshot at every tenth entry.
    pub snapshots: bool,
    /// What happens.
    pub director: fn(Harness) -> Task,
}

/// All tests in the order of the course.
pub static TESTS: &[CourseTest] = &{
    use {elections as a, log as b, persistence as c, snapshots as d};
    [
        a::INITIAL_ELECTION,
        a::RE_ELECTION,
        a::MANY_ELECTIONS,
        b::BASIC_AGREE,
        b::RPC_BYTES,
        b::FOLLOWER_FAILURE,
        b::LEADER_FAILURE,
        b::FAIL_AGREE,
        b::FAIL_NO_AGREE,
        b::CONCURRENT_STARTS,
        b::REJOIN,
        b::BACKUP,
        b::COUNT,
        c::PERSIST_1,
        c::PERSIST_2,
        c::PERSIST_3,
        c::FIGURE_8,
        c::UNRELIABLE_AGREE,
        c::FIGURE_8_UNRELIABLE,
        c::RELIABLE_CHURN,
        c::UNRELIABLE_CHURN,
        d::SNAPSHOT_BASIC,
        d::SNAPSHOT_INSTALL,
        d::SNAPSHOT_INSTALL_UNRELIABLE,
        d::SNAPSHOT_INSTALL_CRASH,
        d::SNAPSHOT_INSTALL_UN_CRASH,
        d::SNAPSHOT_ALL_CRASH,
        d::SNAPSHOT_INIT,
    ]
};

/// The world of a test.
pub fn world(plan: &Plan, setting: &Setting) -> WorldOptions<RaftLab> {
    let mut lab = Options::course();
    (lab.pre_vote, lab.check_quorum) = (setting.pre_vote, setting.pre_vote);
    lab.mutants = setting.mutants;
    WorldOptions {
        nodes: plan.servers,
        groups: Groups::NONE,
        clients: 0,
        seed: setting.seed,
        network: NetworkOptions::course(plan.unreliable),
        save_takes: Span::ZERO,
        lab,
        disks: Vec::new(),
    }
}

/// A run of a test.
#[derive(Debug)]
pub struct Performance {
    directed: Directed<RaftLab>,
    tester: Rc<RefCell<Tester>>,
}

impl Performance {
    /// A run at its start.
    pub fn new(test: &CourseTest, plan: Plan, setting: &Setting) -> Performance {
        let tester = Rc::new(RefCell::new(Tester::new(plan.servers, plan.snapshots)));
        let watch = Box::new(Rc::clone(&tester));
        let record = Rc::clone(&tester);
        let director = |cluster| (plan.director)(Harness::new(cluster, record, plan.servers));
        let (world, bounds) = (world(&plan, setting), Bounds::of_time(TIME_LIMIT));
        let directed = Directed::new(world, u64::from(test.number), bounds, watch, director);
        Performance { directed, tester }
    }

    /// The same, where the test is one of Raft.
    pub fn of(test: &CourseTest, setting: &Setting) -> Option<Performance> {
        match test.plan {
            course::Plan::Raft(plan) => Some(Performance::new(test, plan, setting)),
            _ => None,
        }
    }

    /// The run and its director.
    pub fn directed(&self) -> &Directed<RaftLab> {
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
            servers: world.node_count(),
            rpcs: world.traffic().asked,
            bytes: world.traffic().bytes,
            commits: self.tester.borrow().max_index(),
        }
    }

    /// Goes on to the end.
    pub fn run(&mut self) -> Report {
        let verdict = self.directed.run();
        Report { verdict, statistics: self.statistics() }
    }
}

impl CourseLab for RaftLab {
    fn perform(test: &'static CourseTest, setting: &Setting) -> Option<Box<dyn Perform<RaftLab>>> {
        Some(Box::new(Performance::of(test, setting)?))
    }
}

impl Perform<RaftLab> for Performance {
    fn directed(&self) -> &Directed<RaftLab> {
        Performance::directed(self)
    }

    fn advance(&mut self, steps: u64) -> Advance {
        Performance::advance(self, steps)
    }
}
