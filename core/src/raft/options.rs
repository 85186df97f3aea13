//! What a peer can be told at its start.

use std::hash::{Hash, Hasher};

use crate::time::Span;

use super::mutants::Mutants;

/// Timings and switches of a group. The default is [`Options::paper`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// Shortest election time-out; each is drawn anew between the two (5.2).
    pub election_min: Span,
    /// Longest election time-out.
    pub election_max: Span,
    /// How often a leader sends AppendEntries when it has nothing to say (5.2).
    pub heartbeat: Span,
    /// Ask before asking: a node that would not be elected does not raise the
    /// term (dissertation, 9.6).
    pub pre_vote: bool,
    /// A leader that hears of no majority for an election time-out steps down,
    /// and who has heard a leader lately ignores candidates (dissertation, 6.2
    /// and 4.2.3).
    pub check_quorum: bool,
    /// Ignores candidates for the shortest election time-out after its own start, too: a leader may
    /// read by a lease that was granted before this node crashed (dissertation, 6.4.1).
    pub quiet_start: bool,
    /// How followers hear of a commit.
    pub commit_told: CommitTold,
    /// AppendEntries under way to one follower at most; 1 to
    /// [`IN_FLIGHT_LIMIT`](super::progress::IN_FLIGHT_LIMIT).
    pub in_flight_max: u32,
    /// Entries in one AppendEntries at most. While something is under way to a
    /// follower, the next message waits for an answer or for so many entries.
    pub append_entries_max: u32,
    /// Bytes of entries in one AppendEntries at most; a longer entry goes alone.
    pub append_bytes_max: u64,
    /// Bytes of a snapshot in one InstallSnapshot (7).
    pub chunk_bytes: u64,
    /// Mistakes made on purpose.
    pub mutants: Mutants,
}

/// What a run is told at its start is part of its fingerprint: what is added later shares a word
/// with what was there, so that runs without it keep theirs.
impl Hash for Options {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.election_min, self.election_max, self.heartbeat, self.pre_vote).hash(state);
        (u8::from(self.check_quorum) | u8::from(self.quiet_start) << 1).hash(state);
        (self.commit_told, self.in_flight_max, self.append_entries_max).hash(state);
        (self.append_bytes_max, self.chunk_bytes, self.mutants).hash(state);
    }
}

/// How followers hear that an entry is committed (5.3: in future AppendEntries).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CommitTold {
    /// With the next entries or heartbeat.
    NextAppend,
    /// By an AppendEntries of its own, at once.
    AtOnce,
}

impl Options {
    /// The paper's numbers: time-outs of 150 to 300 ms (5.2, 9.3), and a
    /// heartbeat of 50 ms, so that two in a row may be lost.
    pub const fn paper() -> Options {
        Options {
            election_min: Span::from_millis(150),
            election_max: Span::from_millis(300),
            heartbeat: Span::from_millis(50),
            pre_vote: false,
            check_quorum: false,
            quiet_start: false,
            commit_told: CommitTold::NextAppend,
            in_flight_max: 4,
            append_entries_max: 64,
            append_bytes_max: 64 * 1024,
            chunk_bytes: 4 * 1024,
            mutants: Mutants::NONE,
        }
    }

    /// The course's demands: heartbeats at most ten a second, a leader within
    /// five seconds also where one message in ten is lost.
    pub const fn course() -> Options {
        Options {
            election_min: Span::from_millis(400),
            election_max: Span::from_millis(800),
            heartbeat: Span::from_millis(100),
            ..Options::paper()
        }
    }

    /// For machines that do real work: time-outs of 1 to 2 s, a heartbeat of
    /// 100 ms, PreVote and CheckQuorum on, commits told at once.
    pub const fn production() -> Options {
        Options {
            election_min: Span::from_millis(1_000),
            election_max: Span::from_millis(2_000),
            heartbeat: Span::from_millis(100),
            pre_vote: true,
            check_quorum: true,
            commit_told: CommitTold::AtOnce,
            append_bytes_max: 1024 * 1024,
            chunk_bytes: 1024 * 1024,
            ..Options::paper()
        }
    }
}

impl Default for Options {
    fn default() -> Options {
        Options::paper()
    }
}
