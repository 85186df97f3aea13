//! All words of a MapReduce: what the coordinator and its workers say to each other, and both to
//! whoever has a file.

use crate::id::NodeId;
use crate::machine::{Alarm, Mail, Protocol};

use super::file::{Content, Durable, FileName, Files};
use super::job::{Counters, weight_of_counters};
use super::task::{Attempt, Phase};

pub use super::notice::{GivenUp, Notice, Stage};

/// The protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct MapReduce;

impl Protocol for MapReduce {
    type Message = Message;
    type Timer = Timer;
    type Durable = Durable;
    type Disk = Files;
    type Request = Request;
    type Notice = Notice;
}

/// A process: a worker between two starts. Its number is when it began, and behind that what tells
/// it apart from others of the same microsecond, of which none is known to be the later.
pub type Process = u64;

/// So many bits of a process's number are not its beginning.
pub(super) const PROCESS_BITS: u32 = 16;

/// When a process began, in microseconds that are counted from 1.
pub(super) const fn began(process: Process) -> u64 {
    process >> PROCESS_BITS
}

/// What nodes say to each other.
#[derive(Clone, Debug, PartialEq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Message {
    /// A worker is free: is there something to do?
    AskTask {
        /// Which process, and which of its questions.
        call: Call,
        /// Of which phases it could take a task.
        free: Vec<Phase>,
        /// What it is doing in the others.
        running: Vec<Of>,
    },
    /// There is, or not now, or never more.
    Task {
        /// The question.
        call: Call,
        /// Which job of which run it is about now.
        now: Now,
        /// What is to be done.
        orders: Orders,
    },
    /// Are you there (section 3.3)?
    Ping {
        /// Which of them.
        number: u64,
        /// Which job of which run it is about now.
        now: Now,
    },
    /// I am, and this is what I do.
    Pong {
        /// Which of them.
        number: u64,
        /// Which process.
        process: Process,
        /// Attempts at work, each with how many of a hundred parts are done.
        running: Vec<(Of, u32)>,
        /// The user's counters of attempts at work (section 4.9).
        counters: Counters,
    },
    /// A task is done.
    TaskDone {
        /// Which attempt of which run.
        of: Of,
        /// As how many bytes its output counts.
        weight: u64,
        /// The user's counters.
        counters: Counters,
    },
    /// I know.
    Noted {
        /// What was told.
        of: Of,
    },
    /// A task cannot be done.
    TaskFailed {
        /// Which attempt of which run.
        of: Of,
        /// Why.
        why: Why,
    },
    /// Where buckets of map tasks that are done can be read (section 3.1, step 5), sent whenever
    /// there is more to say.
    Located {
        /// Which run.
        run: u64,
        /// Which job of the chain.
        round: u32,
        /// How often that was said before.
        number: u64,
        /// By map task: the attempt whose output counts, and who has it; nobody while it is to be
        /// done again.
        maps: Vec<(u32, Option<(u32, NodeId)>)>,
    },
    /// I know where.
    LocatedReply {
        /// Which run.
        run: u64,
        /// Which job of the chain.
        round: u32,
        /// Which of them.
        number: u64,
    },
    /// What do these files hold?
    Read {
        /// Which process, and which of its questions.
        call: Call,
        /// Their names.
        files: Vec<FileName>,
    },
    /// This; nothing for one that is not there.
    Content {
        /// The question.
        call: Call,
        /// As they were asked for.
        files: Vec<(FileName, Option<Content>)>,
    },
    /// Write pieces of files on the shared disk.
    Write {
        /// Which process, and which of its questions.
        call: Call,
        /// Who writes.
        writer: u64,
        /// 0 for the first piece.
        piece: u32,
        /// Name by name.
        files: Vec<(FileName, Content)>,
    },
    /// Give files on the shared disk other names.
    Rename {
        /// Which process, and which of its questions.
        call: Call,
        /// Who has written them.
        writer: u64,
        /// From which name to which.
        names: Vec<(FileName, FileName)>,
    },
    /// Delete files on the shared disk.
    Delete {
        /// Which process, and which of its questions.
        call: Call,
        /// Their names.
        names: Vec<FileName>,
    },
    /// It is done, and on the disk.
    Stored {
        /// The question.
        call: Call,
        /// How many processes have left a marker on the disk.
        markers: u64,
    },
}

/// A question of a process: whoever answers repeats it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Call {
    /// Which process.
    pub process: Process,
    /// Which of its questions, from 1.
    pub number: u64,
}

/// An attempt of a run of the coordinator: one that begins anew after a crash knows nothing of what
/// the one before has given out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Of {
    /// Which run.
    pub run: u64,
    /// Which attempt.
    pub attempt: Attempt,
}

/// A job of the chain, in a run of the coordinator: whatever is done for another is not needed any
/// more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Now {
    /// Which run.
    pub run: u64,
    /// Which job of the chain.
    pub round: u32,
}

/// What a worker is told to do.
#[derive(Clone, Debug, PartialEq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Orders {
    /// These, of each phase one at most.
    Do(Vec<Order>),
    /// Ask again later: no task is idle, and the job is not over.
    Wait,
    /// The job is over.
    Exit,
}

/// A task for a worker.
#[derive(Clone, Debug, PartialEq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Order {
    /// Which attempt of which run.
    pub of: Of,
    /// Into how many parts the keys are divided.
    pub parts: u32,
    /// Of a map task, who has the input, the nearest first …
    pub sources: Vec<NodeId>,
    /// … and which of its records are skipped; …
    pub skip: Vec<u64>,
    /// … of a reduce task, how many map tasks there are, …
    pub maps: u32,
    /// … where the buckets of those can be read that are done, …
    pub located: Vec<(u32, (u32, NodeId))>,
    /// … and how much of what was to be said of that is in there.
    pub told: u64,
}

/// Why a task cannot be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Why {
    /// The user's code fails on a record of the split (section 4.6).
    Record(u64),
    /// A bucket of this map task is not where it was said to be.
    NoBucket {
        /// The map task.
        map: u32,
        /// The attempt that was to have written it.
        attempt: u32,
    },
    /// The split is nowhere to be read.
    NoInput,
}

/// Timers of all nodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Timer {
    /// A worker asks for a task.
    Ask,
    /// Whoever waits for answers asks again.
    Retry,
    /// The coordinator asks who is there.
    Ping,
    /// The coordinator looks whose time is over.
    TimeOut,
    /// The coordinator says where buckets are.
    Tell,
    /// The program has been started on all machines (section 5.2).
    Begin,
    /// A worker's map task has gone on.
    Map,
    /// A worker's reduce task has gone on.
    Reduce,
    /// A disk has read or written what somebody asked for.
    Serve(u32),
}

impl Alarm for Timer {
    fn name(self) -> String {
        match self {
            Timer::Ask => "ask".to_owned(),
            Timer::Retry => "retry".to_owned(),
            Timer::Ping => "ping".to_owned(),
            Timer::TimeOut => "time-out".to_owned(),
            Timer::Tell => "tell".to_owned(),
            Timer::Begin => "begin".to_owned(),
            Timer::Map => "map".to_owned(),
            Timer::Reduce => "reduce".to_owned(),
            Timer::Serve(number) => format!("serve{}", number + 1),
        }
    }

    fn code(self) -> u32 {
        match self {
            Timer::Ask => 0,
            Timer::Retry => 1,
            Timer::Ping => 2,
            Timer::TimeOut => 3,
            Timer::Tell => 4,
            Timer::Begin => 5,
            Timer::Map => 6,
            Timer::Reduce => 7,
            Timer::Serve(number) => 100 + number,
        }
    }
}

/// What a person asks of a node.
#[derive(Clone, Debug, PartialEq, Hash)]
pub enum Request {
    /// Of a worker: leave, as a process that is killed does.
    Exit,
}

impl Mail for Message {
    const KINDS: &'static [&'static str] = &[
        "AskTask",
        "Task",
        "Ping",
        "Pong",
        "TaskDone",
        "Noted",
        "TaskFailed",
        "Located",
        "LocatedReply",
        "Read",
        "Content",
        "Write",
        "Rename",
        "Delete",
        "Stored",
    ];

    fn kind(&self) -> u8 {
        match self {
            Message::AskTask { .. } => 0,
            Message::Task { .. } => 1,
            Message::Ping { .. } => 2,
            Message::Pong { .. } => 3,
            Message::TaskDone { .. } => 4,
            Message::Noted { .. } => 5,
            Message::TaskFailed { .. } => 6,
            Message::Located { .. } => 7,
            Message::LocatedReply { .. } => 8,
            Message::Read { .. } => 9,
            Message::Content { .. } => 10,
            Message::Write { .. } => 11,
            Message::Rename { .. } => 12,
            Message::Delete { .. } => 13,
            Message::Stored { .. } => 14,
        }
    }

    fn is_reply(&self) -> bool {
        matches!(
            self,
            Message::Task { .. }
                | Message::Pong { .. }
                | Message::Noted { .. }
                | Message::LocatedReply { .. }
                | Message::Content { .. }
                | Message::Stored { .. }
        )
    }

    fn bytes(&self) -> u64 {
        Self::FRAME
            + match self {
                Message::AskTask { free, running, .. } => {
                    16 + free.len() as u64 + 24 * running.len() as u64
                }
                Message::Task { orders: Orders::Do(orders), .. } => {
                    let order = |it: &Order| {
                        let rows = it.sources.len() + it.skip.len() + 2 * it.located.len();
                        64 + 8 * rows as u64
                    };
                    28 + orders.iter().map(order).sum::<u64>()
                }
                Message::Task { .. } => 28,
                Message::Ping { .. } => 20,
                Message::Pong { running, counters, .. } => {
                    16 + 40 * running.len() as u64 + weight_of_counters(counters)
                }
                Message::TaskDone { counters, .. } => 40 + weight_of_counters(counters),
                Message::Noted { .. } => 32,
                Message::TaskFailed { .. } => 48,
                Message::Located { maps, .. } => 24 + 24 * maps.len() as u64,
                Message::LocatedReply { .. } => 20,
                Message::Read { files, .. } => 16 + 16 * files.len() as u64,
                Message::Content { files, .. } => {
                    let weight = |content: &Option<Content>| {
                        16 + content.as_ref().map_or(0, |content| content.weight)
                    };
                    16 + files.iter().map(|(_, content)| weight(content)).sum::<u64>()
                }
                Message::Write { files, .. } => {
                    32 + files.iter().map(|(_, content)| 16 + content.weight).sum::<u64>()
                }
                Message::Rename { names, .. } => 24 + 32 * names.len() as u64,
                Message::Delete { names, .. } => 16 + 16 * names.len() as u64,
                Message::Stored { .. } => 24,
            }
    }

    fn held(&self) -> u64 {
        let lengths = |files: &[(FileName, Content)]| -> u64 {
            files.iter().map(|(_, content)| 32 + content.len()).sum()
        };
        match self {
            Message::Content { files, .. } => {
                let length = |content: &Option<Content>| content.as_ref().map_or(0, Content::len);
                files.iter().map(|(_, content)| 32 + length(content)).sum()
            }
            Message::Write { files, .. } => lengths(files),
            _ => self.bytes(),
        }
    }
}
