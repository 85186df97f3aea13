//! What is checked of a MapReduce, after every step: that its output is what a sequential run writes,
//! and that nobody is hasty, idle, or gone too early on the way.

mod files;
mod log;
mod truth;

use std::collections::BTreeMap;
use std::rc::Rc;

use netsplit_core::bytes::Bytes;
use netsplit_core::id::NodeId;
use netsplit_core::mapreduce::coordinator::Coordinator;
use netsplit_core::mapreduce::file::FileName;
use netsplit_core::mapreduce::invariants;
use netsplit_core::mapreduce::message::{GivenUp, Notice, Process, Stage};
use netsplit_core::mapreduce::options::DiskModel;
use netsplit_core::mapreduce::task::{Attempt, Phase, Standing, Task};
use netsplit_core::pieces::Pieces;
use netsplit_core::time::{Span, Time};

use crate::choice::Choice;
use crate::labs::mapreduce::MapReduceLab;
use crate::property::{Checks, Property, Violation};
use crate::run::JobNote;
use crate::words::mapreduce::broken as words;
use crate::world::{Outcome, World};

pub use truth::Truth;

/// Names of the properties.
pub mod property {
    /// What is written is what a sequential run writes.
    pub const OUTPUT: &str = "output-as-sequential";
    /// Keys of a part come in increasing order, each once.
    pub const ORDERED: &str = "keys-in-order";
    /// Every task commits once, unless its output was lost.
    pub const COMMITS_ONCE: &str = "commits-once";
    /// No reduce function begins before all maps are done.
    pub const MAPS_FIRST: &str = "maps-before-reduce";
    /// Only whole files are read.
    pub const WHOLE_FILES: &str = "whole-files";
    /// What a lost worker has mapped is mapped again, and nothing else.
    pub const RE_RUN: &str = "re-run-when-lost";
    /// An attempt is given up for a reason.
    pub const PATIENCE: &str = "given-up-for-a-reason";
    /// Nobody waits while there is something to do.
    pub const NO_IDLE_HANDS: &str = "no-idle-hands";
    /// Who is told to wait waits.
    pub const PAUSES: &str = "waits-when-told";
    /// The job ends when all output is there, and nobody leaves before.
    pub const ENDS_COMPLETE: &str = "ends-complete";
    /// What the user's code counts is counted of each task once.
    pub const COUNTED: &str = "counted-once";
    /// What always holds of a node.
    pub const NODE_RULES: &str = "rules-of-a-node";
}

use property::{
    COMMITS_ONCE, COUNTED, ENDS_COMPLETE, MAPS_FIRST, NO_IDLE_HANDS, NODE_RULES, ORDERED, OUTPUT,
    PATIENCE, PAUSES, RE_RUN, WHOLE_FILES,
};

/// Clocks may be faster than they should be: of a hundred parts of a time-out so many count.
const PERCENT: u64 = 80;
/// Who waits as told asks at most so often within one pause: once for each task that it has done
/// meanwhile.
const ASKS_MOST: usize = 8;

/// What is known of a worker.
#[derive(Clone, Debug, Default, PartialEq)]
struct Worker {
    /// When the coordinator heard of it last.
    heard: Time,
    /// Which of its processes was told to wait, and when, within the last pause.
    waits: (Process, Vec<Time>),
    /// It has begun anew since the coordinator heard of it.
    anew: bool,
}

/// The checks of one run.
#[derive(Clone, Debug, Default)]
pub struct MapReduceChecks {
    /// The truth; `Some(None)` when there is none.
    truth: Option<Option<Rc<Truth>>>,
    /// The coordinator's run, and its tasks that have committed.
    run: u64,
    committed: Rc<BTreeMap<Task, Attempt>>,
    /// When attempts at work were given out.
    since: Rc<BTreeMap<Attempt, Time>>,
    workers: Rc<BTreeMap<NodeId, Worker>>,
    /// What happened that could have broken a property, as bits.
    tried: u32,
    /// What the job came to, for whoever shows it.
    log: Pieces<JobNote>,
}

/// The truth follows from the options; what is kept to be shown is no part of what is checked.
impl PartialEq for MapReduceChecks {
    fn eq(&self, other: &MapReduceChecks) -> bool {
        (self.run, self.tried) == (other.run, other.tried)
            && self.committed == other.committed
            && self.since == other.since
            && self.workers == other.workers
    }
}

struct Look<'a> {
    world: &'a World<MapReduceLab>,
    node: NodeId,
    broken: &'a mut Vec<Violation>,
}

impl Look<'_> {
    fn breaks(&mut self, property: &'static str, because: String) {
        let (nodes, moment) = (vec![self.node], self.world.moment());
        let because = Some(because.into());
        let (index, term, ops) = (None, None, Vec::new());
        self.broken.push(Violation { property, nodes, index, term, moment, ops, because });
    }
}

/// Names with titles and sources, in order.
const PROPERTIES: &[Property] = &[
    Property { id: OUTPUT, title: "Output as of a sequential run", source: "3.3" },
    Property { id: ORDERED, title: "Keys in order", source: "4.2" },
    Property { id: COMMITS_ONCE, title: "A task commits once", source: "3.3" },
    Property { id: MAPS_FIRST, title: "Maps before reduce", source: "3.1" },
    Property { id: WHOLE_FILES, title: "Only whole files are read", source: "3.3" },
    Property { id: RE_RUN, title: "Again when lost, and only then", source: "3.3" },
    Property { id: PATIENCE, title: "Given up for a reason", source: "3.3" },
    Property { id: NO_IDLE_HANDS, title: "No idle hands", source: "3.1" },
    Property { id: PAUSES, title: "Who is told to wait waits", source: "course" },
    Property { id: ENDS_COMPLETE, title: "Ends when all is there", source: "3.1" },
    Property { id: COUNTED, title: "Counters of each task once", source: "4.9" },
    Property { id: NODE_RULES, title: "Rules of a node", source: "3.2" },
];

impl Checks<MapReduceLab> for MapReduceChecks {
    const PROPERTIES: &'static [Property] = PROPERTIES;

    fn observe(&mut self, world: &World<MapReduceLab>, broken: &mut Vec<Violation>) {
        if self.truth.is_none() {
            self.truth = Some(Truth::of(&world.options().lab));
        }
        self.keep(world);
        let step = world.last();
        if let Choice::Deliver(id) = step.choice
            && step.outcome == Outcome::Done
            && id.to == coordinator_of(world)
        {
            self.worker(id.from).heard = world.now();
        }
        let Some(node) = step.node else { return };
        let mut look = Look { world, node, broken };
        for notice in world.notices() {
            self.note(notice, &mut look);
        }
        if let Some(rule) = world.node(node).machine().and_then(invariants::broken_rule) {
            look.breaks(NODE_RULES, words::breaks_rule(node, rule));
        }
    }

    fn was_tried(&self, property: &str) -> bool {
        let place = PROPERTIES.iter().position(|it| it.id == property);
        place.is_some_and(|place| self.tried & (1 << place) != 0)
    }
}

fn coordinator_of(world: &World<MapReduceLab>) -> NodeId {
    world.cast().at(0)
}

/// The coordinator, while it is up.
fn coordinator(world: &World<MapReduceLab>) -> Option<&Coordinator> {
    world.node(coordinator_of(world)).machine().and_then(|node| node.coordinator())
}

/// What a file on the shared disk holds.
fn stored(world: &World<MapReduceLab>, name: FileName) -> Option<Bytes> {
    let store = world.cast().at(world.cast().servers);
    let node = world.node(store);
    let files = match node.machine().and_then(|node| node.storage()) {
        Some(storage) => storage.files(),
        None => node.disk(),
    };
    files.content(name).map(|content| content.bytes())
}

impl MapReduceChecks {
    /// What a sequential run writes; `None` where that is not known.
    pub fn truth(&self) -> Option<&Rc<Truth>> {
        self.truth.as_ref()?.as_ref()
    }

    fn worker(&mut self, node: NodeId) -> &mut Worker {
        Rc::make_mut(&mut self.workers).entry(node).or_default()
    }

    fn try_it(&mut self, property: &str) {
        let place = PROPERTIES.iter().position(|it| it.id == property);
        self.tried |= place.map_or(0, |place| 1 << place);
    }

    fn note(&mut self, notice: &Notice, look: &mut Look) {
        match notice {
            Notice::Begins { run, .. } => self.begin(*run, look),
            Notice::Assigned { attempt, backup, .. } => self.assign(*attempt, *backup, look),
            Notice::Adopted { attempt, .. } => {
                Rc::make_mut(&mut self.since).insert(*attempt, look.world.now());
            }
            Notice::Waits { worker, free } => self.wait(*worker, free, look),
            Notice::Dismissed(worker) => {
                self.try_it(ENDS_COMPLETE);
                if let Some(missing) = self.missing(look.world) {
                    look.breaks(ENDS_COMPLETE, words::dismissed_early(*worker, missing));
                }
            }
            Notice::Committed { attempt, worker } => self.commit(*attempt, *worker, look),
            Notice::GivenUp { attempt, worker, why } => self.give_up(*attempt, *worker, *why, look),
            Notice::Lost(worker) => self.lose(*worker, look),
            Notice::Reopened { task, worker } => self.reopen(*task, *worker, look),
            Notice::JobDone => self.end(look),
            Notice::Process(_) => {
                let node = look.node;
                let worker = self.worker(node);
                worker.waits.1.clear();
                worker.anew = true;
            }
            Notice::Took { attempt, map, .. } => self.take(*attempt, *map, look),
            Notice::Goes { attempt, to: Stage::Compute } => self.compute(*attempt, look),
            Notice::Exits { crashed: false } => {
                if let Some(missing) = self.missing(look.world) {
                    look.breaks(ENDS_COMPLETE, words::left_early(look.node, missing));
                }
            }
            Notice::Renamed(names) => {
                names.iter().for_each(|name| self.check_output(*name, look));
            }
            _ => {}
        }
    }

    /// The coordinator begins, or goes on from what it has written down.
    fn begin(&mut self, run: u64, look: &Look) {
        self.run = run;
        self.since = Rc::default();
        let Some(it) = coordinator(look.world) else { return };
        let mut committed = BTreeMap::new();
        for phase in Phase::BOTH {
            for (number, standing) in it.tasks(phase).iter().enumerate() {
                let task = Task { round: it.round(), phase, number: number as u32 };
                if let Some(done) = standing.done {
                    committed.insert(task, Attempt { task, number: done.attempt });
                }
            }
        }
        self.committed = Rc::new(committed);
        let now = look.world.now();
        Rc::make_mut(&mut self.workers).values_mut().for_each(|worker| worker.heard = now);
    }

    fn maps_done(&self, round: u32, look: &Look) -> bool {
        let maps = look.world.options().lab.maps(round);
        (0..maps).all(|map| self.committed.contains_key(&Task::map(round, map)))
    }

    /// A task is given out: a second time at once only as a backup, and of the second phase, where
    /// workers do one after the other, only when the first is over.
    fn assign(&mut self, attempt: Attempt, backup: bool, look: &mut Look) {
        let now = look.world.now();
        let others = self.since.keys().filter(|it| it.task == attempt.task).count();
        if others > 0 && !backup {
            look.breaks(PATIENCE, words::given_out_twice(attempt));
        }
        Rc::make_mut(&mut self.since).insert(attempt, now);
        let overlap = look.world.options().lab.machines.overlap;
        let Task { round, phase, .. } = attempt.task;
        if phase == Phase::Reduce && !overlap {
            self.try_it(MAPS_FIRST);
            if !self.maps_done(round, look) {
                look.breaks(MAPS_FIRST, words::reduce_given_out_early(attempt));
            }
        }
    }

    /// Somebody is told to wait.
    fn wait(&mut self, worker: NodeId, free: &[Phase], look: &mut Look) {
        let (now, pause) = (look.world.now(), look.world.options().lab.machines.ping);
        self.try_it(NO_IDLE_HANDS);
        self.try_it(PAUSES);
        if let Some(it) = coordinator(look.world).filter(|it| it.has_begun() && !it.is_over()) {
            let round = it.round();
            let maps_done = self.maps_done(round, look);
            let idle = |phase: Phase| it.tasks(phase).iter().any(Standing::is_idle);
            let open = |phase: &Phase| *phase == Phase::Map || maps_done;
            if let Some(phase) = free.iter().find(|phase| open(phase) && idle(**phase)) {
                look.breaks(NO_IDLE_HANDS, words::waits_for_nothing(worker, *phase));
            }
        }
        // Questions of one process after the other may come at once, when a coordinator goes on.
        let known = coordinator(look.world).and_then(|it| it.workers().get(&worker));
        let asks = known.map_or(0, |it| it.process);
        let (process, waits) = &mut self.worker(worker).waits;
        if std::mem::replace(process, asks) != asks {
            waits.clear();
        }
        waits.retain(|at| now.since(*at) < pause);
        waits.push(now);
        if waits.len() > ASKS_MOST {
            look.breaks(PAUSES, words::asks_too_often(worker, ASKS_MOST));
        }
    }

    fn commit(&mut self, attempt: Attempt, worker: NodeId, look: &mut Look) {
        self.try_it(COMMITS_ONCE);
        Rc::make_mut(&mut self.since).retain(|it, _| it.task != attempt.task);
        if Rc::make_mut(&mut self.committed).insert(attempt.task, attempt).is_some() {
            look.breaks(COMMITS_ONCE, words::committed_twice(attempt, worker));
        }
    }

    /// An attempt is given up: its time is over, its worker is lost or new, it has failed, or another
    /// was first.
    fn give_up(&mut self, attempt: Attempt, worker: NodeId, why: GivenUp, look: &mut Look) {
        self.try_it(PATIENCE);
        let since = Rc::make_mut(&mut self.since).remove(&attempt);
        let now = look.world.now();
        match why {
            GivenUp::TimeOut | GivenUp::Unknown => {
                let waited = since.map(|since| now.since(since));
                if waited.is_some_and(|waited| waited < self.shortest(look)) {
                    let waited = waited.unwrap_or(Span::ZERO);
                    look.breaks(PATIENCE, words::given_up_early(attempt, waited));
                }
            }
            GivenUp::WorkerLost => {
                let known = self.worker(worker);
                let silent = now.since(known.heard);
                let anew = std::mem::take(&mut known.anew);
                if silent < self.shortest(look) && !anew {
                    look.breaks(PATIENCE, words::given_up_early(attempt, silent));
                }
                // One who begins anew may have had several.
                self.worker(worker).anew = anew;
            }
            GivenUp::Failed(_) | GivenUp::Beaten => {}
        }
    }

    /// The shortest time after which somebody may be given up.
    fn shortest(&self, look: &Look) -> Span {
        let time_out = look.world.options().lab.machines.time_out.micros();
        Span::from_micros(time_out * PERCENT / 100)
    }

    /// A worker is lost: nothing that it has mapped counts any more, where others may have to read it.
    fn lose(&mut self, worker: NodeId, look: &mut Look) {
        let silent = look.world.now().since(self.worker(worker).heard);
        if silent < self.shortest(look) {
            look.breaks(PATIENCE, words::lost_early(worker, silent));
        }
        let machines = &look.world.options().lab.machines;
        let Some(it) = coordinator(look.world) else { return };
        let reduces = it.tasks(Phase::Reduce);
        if machines.disk == DiskModel::Shared
            || it.is_over()
            || reduces.iter().all(|task| task.done.is_some())
        {
            return;
        }
        self.try_it(RE_RUN);
        let maps = it.tasks(Phase::Map).iter();
        if let Some(map) =
            maps.clone().position(|task| task.done.is_some_and(|done| done.worker == worker))
        {
            look.breaks(RE_RUN, words::not_run_again(worker, map as u32));
        }
    }

    /// A task that was done is to be done again: its output was on the disk of a worker that is lost,
    /// or could not be read there.
    fn reopen(&mut self, task: Task, worker: NodeId, look: &mut Look) {
        self.try_it(RE_RUN);
        Rc::make_mut(&mut self.committed).remove(&task);
        let machines = &look.world.options().lab.machines;
        let lost = coordinator(look.world)
            .and_then(|it| it.workers().get(&worker))
            .is_some_and(|known| known.lost);
        let is_map = task.phase == Phase::Map && machines.disk == DiskModel::Local;
        let unread = look
            .world
            .notices()
            .any(|notice| matches!(notice, Notice::Unread { task: other, .. } if *other == task));
        if !is_map || !(lost || unread) {
            look.breaks(RE_RUN, words::run_again_for_nothing(task, worker));
        }
    }
}
