//! Files: their names, what they hold, and how a disk keeps them.
//!
//! A file is written in pieces, by whoever has opened it: opening a name cuts off what another has
//! written there. So a file that two write at once is broken, and one that is read while it is being
//! written is not whole; that is why output is written under a name of its own, and renamed when it
//! is complete (section 3.3).

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use crate::bytes::Bytes;
use crate::id::NodeId;
use crate::machine::{Change, Disk};

use super::job::{Counters, weight_of_counters};
use super::task::{Attempt, Task};

/// The name of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum FileName {
    /// A split of the input, by its number.
    Split(u32),
    /// What an attempt has written of its output: of a map task, a bucket for a reduce task.
    Part {
        /// Which run of the coordinator.
        run: u64,
        /// The task.
        task: Task,
        /// The attempt, or 0 where all attempts share a name.
        attempt: u32,
        /// Which part of the keys; of a reduce task, its own.
        part: u32,
    },
    /// A bucket of a map task that is done, on a shared disk: the course's `mr-X-Y`.
    Bucket {
        /// Which job of the chain.
        round: u32,
        /// The map task.
        map: u32,
        /// Which part of the keys.
        part: u32,
    },
    /// The output of a reduce task: the course's `mr-out-Y`.
    Output {
        /// Which job of the chain.
        round: u32,
        /// Which part of the keys.
        part: u32,
    },
    /// What a process has left to be counted, as some of the course's tests do; by its process and
    /// how many it has left before.
    Marker {
        /// The process.
        process: u64,
        /// How many before.
        number: u32,
    },
}

/// As people say it: `split 3`, `mr-3-5`, `mr-out-5`; the jobs of a chain behind the first have their
/// number, `mr-out-5 of job 2`.
impl fmt::Display for FileName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let of_round = |f: &mut fmt::Formatter<'_>, round: u32| match round {
            0 => Ok(()),
            round => write!(f, " of job {}", round + 1),
        };
        match *self {
            FileName::Split(number) => write!(f, "split {number}"),
            FileName::Part { task, attempt, part, .. } => {
                write!(f, "mr-tmp-{part} of {}", Attempt { task, number: attempt })
            }
            FileName::Bucket { round, map, part } => {
                write!(f, "mr-{map}-{part}")?;
                of_round(f, round)
            }
            FileName::Output { round, part } => {
                write!(f, "mr-out-{part}")?;
                of_round(f, round)
            }
            FileName::Marker { process, number } => write!(f, "marker {process:x}-{number}"),
        }
    }
}

/// What a file holds, or a piece of it, and what it weighs: simulated files may stand for larger
/// ones.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Content {
    /// The bytes, in the pieces in which they were written.
    pub pieces: Vec<Bytes>,
    /// As how many bytes they count.
    pub weight: u64,
}

impl Content {
    /// One piece of this weight.
    pub fn new(bytes: Bytes, weight: u64) -> Content {
        Content { pieces: vec![bytes], weight }
    }

    /// How many bytes there are.
    pub fn len(&self) -> u64 {
        self.pieces.iter().map(|piece| piece.len() as u64).sum()
    }

    /// True when there is nothing.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// All of it in one run.
    pub fn bytes(&self) -> Bytes {
        match &*self.pieces {
            [only] => only.clone(),
            pieces => joined(pieces),
        }
    }

    /// The two halves in which it is written.
    pub fn halves(&self) -> [Content; 2] {
        let bytes = self.bytes();
        let (first, second) = bytes.split_at(bytes.len() / 2);
        let light = self.weight / 2;
        let half = |bytes: &[u8], weight| Content::new(Bytes::from(bytes), weight);
        [half(first, light), half(second, self.weight - light)]
    }
}

/// Several runs as one.
pub fn joined(pieces: &[Bytes]) -> Bytes {
    let all: Vec<&[u8]> = pieces.iter().map(|piece| &**piece).collect();
    Bytes::from(all.concat().as_slice())
}

/// A file on a disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Who has opened it last.
    pub writer: u64,
    /// What it holds so far.
    pub content: Content,
}

/// What the coordinator has written down, so that it can go on after a crash (section 3.3).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Checkpoint {
    /// The number of the run; 0 when nothing was written down.
    pub run: u64,
    /// Which job of the chain.
    pub round: u32,
    /// The highest number of an attempt that may have been given out.
    pub attempts: u32,
    /// Tasks of this job that are done: by which attempt, where, and with what weight.
    pub done: BTreeMap<Task, Done>,
    /// Records that are skipped, by split.
    pub skips: BTreeSet<(u32, u64)>,
    /// The user's counters of tasks that have been done, in all jobs of this run (section 4.9).
    pub counters: BTreeMap<Task, Counters>,
}

/// How a task was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Done {
    /// By which attempt.
    pub attempt: u32,
    /// On which node.
    pub worker: NodeId,
    /// As how many bytes its output counts.
    pub weight: u64,
}

/// One atomic change of a disk.
#[derive(Clone, Debug, PartialEq, Hash)]
pub enum Durable {
    /// Pieces of files, each at its place; the first piece opens the file anew.
    Write {
        /// Who writes.
        writer: u64,
        /// 0 for the first piece.
        piece: u32,
        /// Name by name.
        files: Vec<(FileName, Content)>,
    },
    /// Files get other names at once; what had those is gone.
    Rename {
        /// Who writes them, and is done with that.
        writer: u64,
        /// From which name to which.
        names: Vec<(FileName, FileName)>,
    },
    /// Files are gone.
    Delete(Vec<FileName>),
    /// The coordinator's run begins, or a job of its chain.
    Begin {
        /// The number of the run.
        run: u64,
        /// Which job of the chain.
        round: u32,
    },
    /// Attempts up to this number may be given out.
    Attempts(u32),
    /// A task is done, and the user's code has counted this.
    Done(Task, Done, Counters),
    /// A task is to be done again.
    Reopened(Task),
    /// A record of a split is skipped from now on.
    Skip(u32, u64),
}

impl Change for Durable {
    fn bytes(&self) -> u64 {
        match self {
            Durable::Write { files, .. } => {
                16 + files.iter().map(|(_, content)| 16 + content.weight).sum::<u64>()
            }
            Durable::Rename { names, .. } => 16 + 32 * names.len() as u64,
            Durable::Delete(names) => 16 * names.len() as u64,
            Durable::Begin { .. } | Durable::Skip(..) => 16,
            Durable::Attempts(_) => 8,
            Durable::Done(_, _, counters) => 32 + weight_of_counters(counters),
            Durable::Reopened(_) => 32,
        }
    }

    /// A crash can leave a part of what was being written.
    fn parts(&self) -> u32 {
        match self {
            Durable::Write { files, .. } if !files.is_empty() => 2,
            _ => 1,
        }
    }

    fn torn(&self, kept: u32) -> Option<Durable> {
        if kept >= self.parts() {
            return Some(self.clone());
        }
        match self {
            Durable::Write { writer, piece, files } if kept > 0 => {
                let half = |(name, content): &(FileName, Content)| {
                    let [first, _] = content.halves();
                    (*name, first)
                };
                let files = files.iter().map(half).collect();
                Some(Durable::Write { writer: *writer, piece: *piece, files })
            }
            _ => None,
        }
    }
}

/// What a node has on its disk.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Files {
    /// The files.
    pub files: BTreeMap<FileName, File>,
    /// Writers that have renamed what they wrote: whatever of theirs comes late changes nothing.
    pub finished: BTreeSet<u64>,
    /// The coordinator's.
    pub checkpoint: Checkpoint,
}

impl Files {
    /// A disk with a file on it.
    #[must_use]
    pub fn with(mut self, name: FileName, content: Content) -> Files {
        self.files.insert(name, File { writer: 0, content });
        self
    }

    /// What a file holds.
    pub fn content(&self, name: FileName) -> Option<&Content> {
        self.files.get(&name).map(|file| &file.content)
    }

    /// How many processes have left a marker.
    pub fn markers(&self) -> u64 {
        let all = self.files.range(FileName::Marker { process: 0, number: 0 }..);
        all.filter(|(name, _)| matches!(name, FileName::Marker { .. })).count() as u64
    }

    fn put(&mut self, writer: u64, piece: u32, name: FileName, content: &Content) {
        if piece == 0 {
            self.files.insert(name, File { writer, content: content.clone() });
        } else if let Some(there) = self.files.get_mut(&name)
            && there.content.pieces.len() == piece as usize
        {
            // Where another has opened the name meanwhile, this goes behind what that one wrote.
            there.content.pieces.extend(content.pieces.iter().cloned());
            there.content.weight += content.weight;
        }
    }
}

impl Disk<Durable> for Files {
    fn write(&mut self, change: &Durable) {
        match change {
            Durable::Write { writer, piece, files } => {
                let again = |name: &FileName| {
                    let there = self.files.get(name);
                    // A piece that comes twice is there already.
                    there.is_some_and(|file| {
                        file.writer == *writer && file.content.pieces.len() > *piece as usize
                    })
                };
                if self.finished.contains(writer) {
                    return;
                }
                let fresh: Vec<&(FileName, Content)> =
                    files.iter().filter(|(name, _)| !again(name)).collect();
                for (name, content) in fresh {
                    self.put(*writer, *piece, *name, content);
                }
            }
            Durable::Rename { writer, names } => {
                if !self.finished.insert(*writer) {
                    return;
                }
                for (from, to) in names {
                    if let Some(file) = self.files.remove(from) {
                        self.files.insert(*to, file);
                    }
                }
            }
            Durable::Delete(names) => names.iter().for_each(|name| drop(self.files.remove(name))),
            Durable::Begin { run, round } => {
                let kept = &mut self.checkpoint;
                if kept.run != *run {
                    kept.counters.clear();
                }
                (kept.run, kept.round) = (*run, *round);
                kept.done.clear();
            }
            Durable::Attempts(most) => self.checkpoint.attempts = *most,
            Durable::Done(task, done, counters) => {
                self.checkpoint.done.insert(*task, *done);
                self.checkpoint.counters.insert(*task, counters.clone());
            }
            Durable::Reopened(task) => drop(self.checkpoint.done.remove(task)),
            Durable::Skip(split, line) => drop(self.checkpoint.skips.insert((*split, *line))),
        }
    }

    fn bytes(&self) -> u64 {
        self.files.values().map(|file| file.content.weight).sum()
    }
}
