//! What a replicated service and its clerks can be told at their start.

use crate::raft;
use crate::time::Span;

use super::mutants::Mutants;

/// Timings and switches of a service. The default is [`Options::paper`].
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Options {
    /// Of the servers' peers.
    pub raft: raft::options::Options,
    /// Whose numbers sessions have, and when they end.
    pub sessions: Kept,
    /// How queries are answered.
    pub reading: Reading,
    /// By how many percent clocks may differ in speed: a lease is so much shorter (6.4.1).
    pub drift_percent: u32,
    /// A snapshot is taken when the log on the disk has so many bytes; `None`: never.
    pub log_bytes_max: Option<u64>,
    /// A clerk that has no answer for so long asks the next server.
    pub retry: Span,
    /// A clerk that was sent away by all servers waits so long.
    pub back_off: Span,
    /// What clerks do by themselves; `None`: only what they are asked.
    pub work: Option<Work>,
    /// Mistakes made on purpose.
    pub mutants: Mutants,
}

/// Whose numbers sessions have, and when they end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kept {
    /// A session is opened through the log and named by its place there (6.3). Past so many the one
    /// that was not used for longest ends, by an entry of the log.
    Opened {
        /// As many as are kept.
        most: u32,
    },
    /// Clerks choose their own numbers, and no session ends: the course's way.
    Chosen,
    /// The service keeps them itself, beside what they are about, as a shard that moves does; clerks
    /// choose their numbers.
    ByService,
    /// There are none, and a command that is asked for twice may be done twice: the single server
    /// of the course's key/value lab (2025), whose commands say which version they change.
    None,
}

/// What clerks do by themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Work {
    /// How many clerks of a node work.
    pub clerks: u32,
    /// How many calls each makes.
    pub most: u64,
    /// How long a clerk thinks between two calls: at least,
    pub think_min: Span,
    /// and at most.
    pub think_max: Span,
    /// How many keys there are.
    pub keys: u32,
    /// How many percent of the calls are for the first key; the others are spread.
    pub hot_percent: u32,
    /// How many percent of the calls are queries.
    pub query_percent: u32,
    /// Each clerk has a key of its own.
    pub own_key: bool,
}

/// How a query is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reading {
    /// Through the log, as a command. One round of AppendEntries and a save on a majority;
    /// linearizable whatever clocks do.
    Log,
    /// By the leader, once a round of heartbeats has shown that it still leads (6.4). No save;
    /// linearizable whatever clocks do.
    ReadIndex,
    /// By the leader at once, while its followers have promised to elect nobody else (6.4.1). No
    /// message at all; linearizable only as long as clocks keep to the bound.
    Lease,
    /// By any server, once the leader has said up to where it must have applied (6.4). Two messages
    /// more than at the leader, whose work it saves; linearizable whatever clocks do.
    Follower,
}

impl Reading {
    /// All of them, by cost to the log.
    pub const ALL: [Reading; 4] =
        [Reading::Log, Reading::ReadIndex, Reading::Lease, Reading::Follower];

    /// Its word: `read-index`.
    pub const fn word(self) -> &'static str {
        match self {
            Reading::Log => "log",
            Reading::ReadIndex => "read-index",
            Reading::Lease => "lease",
            Reading::Follower => "follower",
        }
    }

    /// The one of this word.
    pub fn from_word(word: &str) -> Option<Reading> {
        Reading::ALL.into_iter().find(|reading| reading.word() == word)
    }
}

impl Options {
    /// The paper's numbers; sessions as in the dissertation; queries through the log.
    pub const fn paper() -> Options {
        Options {
            raft: raft::options::Options::paper(),
            sessions: Kept::Opened { most: 100 },
            reading: Reading::Log,
            drift_percent: 10,
            log_bytes_max: None,
            retry: Span::from_millis(100),
            back_off: Span::from_millis(20),
            work: None,
            mutants: Mutants::NONE,
        }
    }

    /// The course's: clerks choose their numbers, and try the next server after 100 ms.
    pub const fn course() -> Options {
        Options {
            raft: raft::options::Options::course(),
            sessions: Kept::Chosen,
            ..Options::paper()
        }
    }

    /// The same with what a lease rests on: a leader that reaches no majority steps down, and
    /// followers keep what they promised, also through a crash (6.4.1).
    pub const fn with_lease(self) -> Options {
        let raft = raft::options::Options { check_quorum: true, quiet_start: true, ..self.raft };
        Options { raft, reading: Reading::Lease, ..self }
    }

    /// For how long a majority's answers to a round are good: the shortest election time-out, made
    /// shorter by as much as clocks may run apart (6.4.1).
    pub const fn lease(&self) -> Span {
        let drift = 100 + self.drift_percent as u64;
        Span::from_micros(self.raft.election_min.micros() * 100 / drift)
    }
}

impl Default for Options {
    fn default() -> Options {
        Options::paper()
    }
}
