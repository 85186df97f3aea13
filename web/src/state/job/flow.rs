//! How data flows through a job at a time: from splits through map tasks into buckets, and from those
//! through reduce tasks into outputs; how each task stands, and how many bytes have passed.

use netsplit_core::history::OpId;
use netsplit_core::id::NodeId;
use netsplit_core::mapreduce::task::Task;
use netsplit_core::time::Time;

use super::{Job, Stands, Try};

/// How a task stands (section 3.2).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum State {
    /// Nobody has it.
    #[default]
    Idle,
    /// Somebody is at it.
    InProgress,
    /// It is done.
    Completed,
}

impl State {
    /// The paper's word.
    pub const fn word(self) -> &'static str {
        match self {
            State::Idle => "idle",
            State::InProgress => "in progress",
            State::Completed => "completed",
        }
    }
}

/// A task at a time.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TaskNow {
    /// How it stands.
    pub state: State,
    /// The attempt that counts: the one that is done, else the last at work, else the last.
    pub op: Option<OpId>,
    /// Whose that is.
    pub worker: Option<NodeId>,
    /// How many attempts there were.
    pub attempts: usize,
    /// How many of its inputs that one has read: a split, or buckets.
    pub taken: usize,
    /// As how many bytes these count.
    pub read: u64,
    /// As how many bytes counts what it has written.
    pub wrote: Option<u64>,
}

/// What becomes of a bucket, from a map task to a reduce task.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Cell {
    /// It is not there.
    #[default]
    Missing,
    /// It is on a disk.
    There,
    /// The reduce task has read it, as so many bytes.
    Read(u64),
}

/// A job of the chain at a time.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Flow {
    /// Which.
    pub round: u32,
    /// Its map tasks.
    pub maps: Vec<TaskNow>,
    /// Its reduce tasks.
    pub reduces: Vec<TaskNow>,
    /// By map task and by reduce task.
    pub cells: Vec<Vec<Cell>>,
}

impl Flow {
    /// That of so many map and reduce tasks.
    pub fn new(job: &Job, now: Time, round: u32, (maps, reduces): (u32, u32)) -> Flow {
        let maps: Vec<TaskNow> =
            (0..maps).map(|number| task(job, Task::map(round, number), now)).collect();
        let mut cells: Vec<Vec<Cell>> = maps
            .iter()
            .map(|map| {
                let done = map.state == State::Completed;
                vec![if done { Cell::There } else { Cell::Missing }; reduces as usize]
            })
            .collect();
        let mut columns = Vec::new();
        for number in 0..reduces {
            let column = task(job, Task::reduce(round, number), now);
            let took = column.op.and_then(|op| job.get(op)).map_or(&[][..], |it| it.took_by(now));
            for took in took {
                let row = took.map.and_then(|map| cells.get_mut(map as usize));
                if let Some(row) = row {
                    row[number as usize] = Cell::Read(took.weight);
                }
            }
            columns.push(column);
        }
        Flow { round, maps, reduces: columns, cells }
    }

    /// The largest bucket that was read.
    pub fn largest(&self) -> u64 {
        let read = |cell: &Cell| match cell {
            Cell::Read(bytes) => *bytes,
            _ => 0,
        };
        self.cells.iter().flatten().map(read).max().unwrap_or(0)
    }
}

/// How a task stands at a time.
fn task(job: &Job, task: Task, now: Time) -> TaskNow {
    let tries: Vec<&Try> = job.of_task(task, now).collect();
    let last = |stands| tries.iter().rev().find(|it| it.stands(now) == stands);
    let (state, it) = match (last(Stands::Committed), last(Stands::Works)) {
        (Some(done), _) => (State::Completed, Some(done)),
        (None, Some(works)) => (State::InProgress, Some(works)),
        (None, None) => (State::Idle, None),
    };
    let it = it.or(tries.last());
    let counts = it.filter(|_| state != State::Idle);
    TaskNow {
        state,
        op: it.map(|it| it.id),
        worker: counts.map(|it| it.worker),
        attempts: tries.len(),
        taken: counts.map_or(0, |it| it.took_by(now).len()),
        read: counts.map_or(0, |it| it.read(now)),
        wrote: counts.and_then(|it| it.wrote(now)),
    }
}
