//! The course's key/value labs: Lab 3 on Raft (23 tests, 2020 to 2025), the single server of 2024 and
//! that of 2025 (9 and 4), the lock on top of the latter (4), and the replicated state machine (8).
//!
//! They run on the course's network, as those of [Raft](super::raft). A clerk tries the next server
//! after 100 ms without an answer; where the original tells the caller at once that a call failed,
//! here loss is silence. What the single servers keep is kept by a Raft of one. The harness is in
//! [`harness`], what it learns from the clients in [`told`].
//! Where the official tests are known to be weak, these are stricter:
//!
//! - every history is checked completely when the test is done, over all its iterations; a history
//!   that is not decided fails;
//! - what a minority was asked for stays without an answer until the partition heals, and then both
//!   the put and the query have theirs;
//! - all properties of the lab are checked after every step, those of its Raft among them.

pub mod clerk;
mod generic;
pub mod harness;
mod lock;
pub mod red;
mod replicated;
mod rsm;
mod single;
mod snapshots;
pub mod told;
mod versions;

use std::cell::RefCell;
use std::rc::Rc;

use netsplit_core::id::Groups;
use netsplit_core::replicated::counter::Counting;
use netsplit_core::replicated::options::{Kept, Options};
use netsplit_core::time::Span;

use crate::check::counter::CounterChecks;
use crate::check::kv::KvChecks;
use crate::check::linearizability::{self, Verdict as Order};
use crate::course;
use crate::director::{Advance, Asserted, Bounds, Directed, Failure, Task, Verdict};
use crate::labs::counter::CounterLab;
use crate::labs::kv::KvLab;
use crate::labs::service::ServiceLab;
use crate::network::NetworkOptions;
use crate::world::WorldOptions;

use super::{CourseLab, CourseTest, Perform, Report, Setting, Statistics, TIME_LIMIT};
use harness::Harness;
use told::Told;

/// A lab of clients and servers whose tests end with a look at all that was asked and answered.
pub trait Recorded: ServiceLab<Service: Clone + std::fmt::Debug> {
    /// The lab's options for a test, from what every service is told.
    fn options_of(service: Options, setting: &Setting) -> Self::Options;

    /// The whole history has an order.
    ///
    /// # Errors
    /// When it has none, and when that cannot be decided.
    fn check_history(checks: &Self::Checks) -> Asserted<()>;
}

/// The cluster a test wants, and its director.
#[derive(Clone, Copy, Debug)]
pub struct Plan<L: Recorded> {
    /// How many servers.
    pub servers: u32,
    /// How many nodes with clerks.
    pub clients: u32,
    /// Whether the network begins unreliable.
    pub unreliable: bool,
    /// Bytes of the log past which a server takes a snapshot (`maxraftstate`); `None`: never.
    pub log_bytes_max: Option<u64>,
    /// Whether commands have sessions.
    pub sessions: Kept,
    /// How long a clerk waits before it asks the next server.
    pub retry: Span,
    /// How long the test may take.
    pub bounds: Bounds,
    /// What happens.
    pub director: fn(Harness<L>) -> Task,
}

impl<L: Recorded> Plan<L> {
    /// A replicated service with so many nodes of clients, on a reliable network.
    pub(super) const fn new(
        servers: u32,
        clients: u32,
        director: fn(Harness<L>) -> Task,
    ) -> Plan<L> {
        Plan {
            servers,
            clients,
            unreliable: false,
            log_bytes_max: None,
            sessions: Kept::Chosen,
            retry: Options::course().retry,
            bounds: Bounds { time: TIME_LIMIT, steps: 2_000_000 },
            director,
        }
    }

    const fn unreliable(self, unreliable: bool) -> Plan<L> {
        Plan { unreliable, ..self }
    }
}

/// All tests in the order of the course.
pub static TESTS: &[CourseTest] = &{
    use {lock as l, replicated as a, rsm as r, single as s, snapshots as b, versions as v};
    [
        a::BASIC,
        a::SPEED,
        a::CONCURRENT,
        a::UNRELIABLE,
        a::UNRELIABLE_ONE_KEY,
        a::ONE_PARTITION,
        a::MANY_PARTITIONS_ONE_CLIENT,
        a::MANY_PARTITIONS_MANY_CLIENTS,
        a::PERSIST_ONE_CLIENT,
        a::PERSIST_CONCURRENT,
        a::PERSIST_CONCURRENT_UNRELIABLE,
        a::PERSIST_PARTITION,
        a::PERSIST_PARTITION_UNRELIABLE,
        a::PERSIST_PARTITION_UNRELIABLE_LINEARIZABLE,
        b::SNAPSHOT_RPC,
        b::SNAPSHOT_SIZE,
        b::SPEED,
        b::SNAPSHOT_RECOVER,
        b::SNAPSHOT_RECOVER_MANY_CLIENTS,
        b::SNAPSHOT_UNRELIABLE,
        b::SNAPSHOT_UNRELIABLE_RECOVER,
        b::SNAPSHOT_UNRELIABLE_RECOVER_CONCURRENT_PARTITION,
        b::SNAPSHOT_UNRELIABLE_RECOVER_CONCURRENT_PARTITION_LINEARIZABLE,
        s::BASIC,
        s::CONCURRENT,
        s::UNRELIABLE,
        s::UNRELIABLE_ONE_KEY,
        s::MEM_GET,
        s::MEM_PUT,
        s::MEM_APPEND,
        s::MEM_PUT_MANY,
        s::MEM_GET_MANY,
        v::RELIABLE_PUT,
        v::PUT_CONCURRENT_RELIABLE,
        v::MEM_PUT_MANY_CLIENTS_RELIABLE,
        v::UNRELIABLE_NET,
        l::ONE_CLIENT_RELIABLE,
        l::MANY_CLIENTS_RELIABLE,
        l::ONE_CLIENT_UNRELIABLE,
        l::MANY_CLIENTS_UNRELIABLE,
        r::BASIC,
        r::CONCURRENT,
        r::LEADER_FAILURE,
        r::LEADER_PARTITION,
        r::RESTART_REPLAY,
        r::SHUTDOWN,
        r::RESTART_SUBMIT,
        r::SNAPSHOT,
    ]
};

/// The world of a test.
pub fn world<L: Recorded>(plan: &Plan<L>, setting: &Setting) -> WorldOptions<L> {
    let mut lab = Options {
        sessions: plan.sessions,
        log_bytes_max: plan.log_bytes_max,
        retry: plan.retry,
        mutants: setting.of_service,
        ..Options::course()
    };
    (lab.raft.pre_vote, lab.raft.check_quorum) = (setting.pre_vote, setting.pre_vote);
    lab.raft.mutants = setting.mutants;
    WorldOptions {
        nodes: plan.servers,
        groups: Groups::NONE,
        clients: plan.clients,
        seed: setting.seed,
        network: NetworkOptions::course(plan.unreliable),
        save_takes: Span::ZERO,
        lab: L::options_of(lab, setting),
        disks: Vec::new(),
    }
}

/// A run of a test.
#[derive(Debug)]
pub struct Performance<L: Recorded> {
    directed: Directed<L>,
    told: Rc<RefCell<Told>>,
}

/// Draws of these directors are apart from those of Raft's.
const DIRECTORS_FROM: u64 = 1_000;

impl<L: Recorded> Performance<L> {
    /// A run at its start.
    pub fn new(test: &CourseTest, plan: Plan<L>, setting: &Setting) -> Performance<L> {
        let told = Rc::new(RefCell::new(Told::default()));
        let (watch, record) = (Box::new(Rc::clone(&told)), Rc::clone(&told));
        let director = |cluster| -> Task {
            let harness = Harness::new(cluster, record);
            Box::pin(async move {
                (plan.director)(harness.clone()).await?;
                harness.check_history()
            })
        };
        let (world, number) = (world(&plan, setting), DIRECTORS_FROM + u64::from(test.number));
        let directed = Directed::new(world, number, plan.bounds, watch, director);
        Performance { directed, told }
    }

    /// The run and its director.
    pub fn directed(&self) -> &Directed<L> {
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
            commits: self.told.borrow().max_index(),
        }
    }

    /// Goes on to the end.
    pub fn run(&mut self) -> Report {
        let verdict = self.directed.run();
        Report { verdict, statistics: self.statistics() }
    }
}

impl<L: Recorded> Perform<L> for Performance<L> {
    fn directed(&self) -> &Directed<L> {
        Performance::directed(self)
    }

    fn advance(&mut self, steps: u64) -> Advance {
        Performance::advance(self, steps)
    }
}

impl CourseLab for KvLab {
    fn perform(test: &'static CourseTest, setting: &Setting) -> Option<Box<dyn Perform<KvLab>>> {
        match test.plan {
            course::Plan::Kv(plan) => Some(Box::new(Performance::new(test, plan, setting))),
            _ => None,
        }
    }
}

impl CourseLab for CounterLab {
    fn perform(
        test: &'static CourseTest,
        setting: &Setting,
    ) -> Option<Box<dyn Perform<CounterLab>>> {
        match test.plan {
            course::Plan::Counter(plan) => Some(Box::new(Performance::new(test, plan, setting))),
            _ => None,
        }
    }
}

/// Configurations that the check of a whole history may make.
pub(super) const BUDGET: u64 = 10_000_000;

impl Recorded for KvLab {
    fn options_of(service: Options, _: &Setting) -> Options {
        service
    }

    fn check_history(checks: &KvChecks) -> Asserted<()> {
        has_order(checks.decide(BUDGET))
    }
}

impl Recorded for CounterLab {
    fn options_of(service: Options, _: &Setting) -> Options {
        service
    }

    fn check_history(checks: &CounterChecks) -> Asserted<()> {
        let options = linearizability::Options { budget: BUDGET, ..Default::default() };
        has_order(linearizability::check(&Counting, checks.history(), &options).verdict)
    }
}

/// A history has an order.
///
/// # Errors
/// When it has none, and when that cannot be decided.
pub(super) fn has_order<K, T>(verdict: Order<K, T>) -> Asserted<()> {
    match verdict {
        Order::Linearizable(_) => Ok(()),
        Order::Violation(_) => Err(Failure::new("history is not linearizable")),
        Order::NotDecided { states } => Err(Failure(format!(
            "after {states} configurations it is not known whether the history is linearizable"
        ))),
    }
}
