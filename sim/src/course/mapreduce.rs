//! The course's first lab: the seven tests of `test-mr.sh`, by their names there, each with the course's
//! shared disk and with disks that workers have to themselves.
//!
//! Eight texts, one map task each, ten reduce tasks; on the course's network. The texts have the names
//! of the course's and hold pieces of other books, since those that it names are large. What the
//! script looks at when a process exits, these look at at that step. Beyond what the script asserts:
//!
//! - the output of `wc`, `indexer`, `early exit` and `crash` is compared with what a sequential run
//!   writes, file by file;
//! - in the end all workers exit, within ten seconds;
//! - all properties of the lab are checked after every step.

mod directors;
pub mod harness;
pub mod red;

use netsplit_core::id::Groups;
use netsplit_core::mapreduce::options::{Detection, DiskModel, Options as Machines};
use netsplit_core::time::Span;

use crate::director::{Advance, Bounds, Directed, Task, Verdict, Watch};
use crate::lab::Lab as _;
use crate::labs::mapreduce::MapReduceLab;
use crate::labs::mapreduce_options::Options;
use crate::network::NetworkOptions;
use crate::world::WorldOptions;

use super::{CourseLab, CourseTest, Perform, Report, Setting, Statistics};
use harness::Harness;

/// The cluster a test wants, and its director.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// How many workers.
    pub workers: u32,
    /// Which job they do.
    pub job: &'static str,
    /// Where files lie.
    pub disk: DiskModel,
    /// What happens.
    pub director: fn(Harness) -> Task,
}

/// No process runs longer than 180 s (2021 and 2022).
const BOUNDS: Bounds = Bounds { time: Span::from_millis(180_000), steps: 2_000_000 };

/// All tests in the order of the script, with a shared disk and then with disks of their own.
pub static TESTS: &[CourseTest] = &{
    use DiskModel::{Local, Shared};
    use directors as d;
    [
        d::wc(1, "wc", Shared),
        d::indexer(2, "indexer", Shared),
        d::map_parallelism(3, "map parallelism", Shared),
        d::reduce_parallelism(4, "reduce parallelism", Shared),
        d::job_count(5, "job count", Shared),
        d::early_exit(6, "early exit", Shared),
        d::crash(7, "crash", Shared),
        d::wc(8, "wc, own disks", Local),
        d::indexer(9, "indexer, own disks", Local),
        d::map_parallelism(10, "map parallelism, own disks", Local),
        d::reduce_parallelism(11, "reduce parallelism, own disks", Local),
        d::job_count(12, "job count, own disks", Local),
        d::early_exit(13, "early exit, own disks", Local),
        d::crash(14, "crash, own disks", Local),
    ]
};

/// The world of a test.
pub fn world(plan: &Plan, setting: &Setting) -> WorldOptions<MapReduceLab> {
    let detection = match plan.disk {
        DiskModel::Shared => Detection::Deadline,
        // Whose output lies on its own disk has to be known to be there.
        DiskModel::Local => Detection::Ping,
    };
    let machines = Machines {
        disk: plan.disk,
        detection,
        mutants: setting.of_mapreduce,
        ..Machines::course()
    };
    WorldOptions {
        nodes: 1 + plan.workers,
        groups: Groups::NONE,
        clients: 1,
        seed: setting.seed,
        network: NetworkOptions::course(false),
        save_takes: Span::ZERO,
        lab: Options { machines, job: plan.job.to_owned(), ..Options::course() },
        disks: Vec::new(),
    }
}

/// A run of a test.
#[derive(Debug)]
pub struct Performance {
    directed: Directed<MapReduceLab>,
}

/// Draws of these directors are apart from those of other labs.
const DIRECTORS_FROM: u64 = 4_000;

/// The tests look at nodes alone.
struct Nobody;

impl Watch<MapReduceLab> for Nobody {
    fn look(
        &mut self,
        _: &crate::scene::Scene<MapReduceLab>,
        _: &mut std::collections::VecDeque<crate::choice::Choice>,
    ) -> crate::director::Asserted<()> {
        Ok(())
    }
}

impl Performance {
    /// A run at its start.
    pub fn new(test: &CourseTest, plan: Plan, setting: &Setting) -> Performance {
        let director = |cluster| (plan.director)(Harness::new(cluster));
        let (world, number) = (world(&plan, setting), DIRECTORS_FROM + u64::from(test.number));
        Performance { directed: Directed::new(world, number, BOUNDS, Box::new(Nobody), director) }
    }

    /// The run and its director.
    pub fn directed(&self) -> &Directed<MapReduceLab> {
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

    /// The harness's row so far; what is committed are tasks that are done.
    pub fn statistics(&self) -> Statistics {
        let timeline = self.directed.timeline();
        let world = &timeline.scene().world;
        let coordinator = world.node(world.cast().at(0)).machine();
        Statistics {
            time: world.now(),
            servers: world.cast().servers,
            rpcs: world.traffic().asked,
            bytes: world.traffic().bytes,
            commits: coordinator.map_or(0, |node| MapReduceLab::glance(node).committed),
        }
    }

    /// Goes on to the end.
    pub fn run(&mut self) -> Report {
        let verdict = self.directed.run();
        Report { verdict, statistics: self.statistics() }
    }
}

impl Perform<MapReduceLab> for Performance {
    fn directed(&self) -> &Directed<MapReduceLab> {
        Performance::directed(self)
    }

    fn advance(&mut self, steps: u64) -> Advance {
        Performance::advance(self, steps)
    }
}

impl CourseLab for MapReduceLab {
    fn perform(
        test: &'static CourseTest,
        setting: &Setting,
    ) -> Option<Box<dyn Perform<MapReduceLab>>> {
        match test.plan {
            super::Plan::MapReduce(plan) => Some(Box::new(Performance::new(test, plan, setting))),
            _ => None,
        }
    }
}
