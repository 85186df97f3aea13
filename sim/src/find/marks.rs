//! What can be looked for, as data: a word for the command line, and how the
//! sentence "Find a run where …" ends.

use crate::swarm::watch::Kind;

/// Something that a run can show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    /// Its word on the command line: `split-vote`.
    pub id: &'static str,
    /// The end of "Find a run where …".
    pub sentence: &'static str,
    /// How it is detected.
    pub kind: Kind,
}

const fn mark(id: &'static str, sentence: &'static str, kind: Kind) -> Mark {
    Mark { id, sentence, kind }
}

/// All marks: elections, logs, crashes, the network, snapshots.
pub const MARKS: &[Mark] = &[
    mark("split-vote", "candidates divide the votes and nobody is elected", Kind::SplitVote),
    mark("two-leaders", "two nodes take themselves for leader at once", Kind::TwoLeaders),
    mark("yielded", "a candidate gives way to a leader of its own term", Kind::Yielded),
    mark("already-voted", "a vote is refused because it was given to another", Kind::AlreadyVoted),
    mark("older-log", "a vote is refused because the candidate’s log is older", Kind::OlderLog),
    mark(
        "pre-vote-refused",
        "a pre-vote is refused because a leader was heard",
        Kind::PreVoteRefused,
    ),
    mark("lost-quorum", "a leader steps down because it reaches no majority", Kind::LostQuorum),
    mark("known-to-one", "a committed entry is known to the leader alone", Kind::KnownToOne),
    mark("overwritten", "an entry is overwritten", Kind::Overwritten),
    mark("stale-proposal", "a leader that has been replaced takes a command", Kind::StaleProposal),
    mark(
        "own-term-rule",
        "an entry is on a majority and still not committed (5.4.2)",
        Kind::OwnTermRule,
    ),
    mark("log-too-short", "entries are refused because the log is too short", Kind::ConflictShort),
    mark("term-differs", "entries are refused because a term differs", Kind::ConflictTerm),
    mark("leader-crash", "a leader crashes", Kind::CrashLeader),
    mark(
        "leader-crash-alone",
        "a leader crashes with its entry on one other node",
        Kind::CrashAlone,
    ),
    mark(
        "leader-crash-secret",
        "the leader crashes that alone knew an entry to be committed",
        Kind::CrashSecret,
    ),
    mark("majority-down", "a majority is down at once", Kind::CrashMost),
    mark("old-term", "a message of an old term is refused", Kind::OldTerm),
    mark("late-answer", "an answer comes too late and is thrown away", Kind::LateAnswer),
    mark("very-late", "a message comes an election time-out late", Kind::VeryLate),
    mark("from-the-dead", "a message arrives whose sender has crashed since", Kind::FromTheDead),
    mark("to-the-next", "a message arrives at a node that has restarted since", Kind::ToTheNext),
    mark("overtaken", "a message is overtaken by a later one", Kind::Overtaken),
    mark("twice", "a message is handled twice", Kind::Twice),
    mark("snapshot-installed", "a snapshot is installed", Kind::SnapshotInstalled),
    mark(
        "snapshot-kept-tail",
        "a snapshot is installed and the log behind it kept",
        Kind::InstallKeptTail,
    ),
    mark("piece-lost", "a piece of a snapshot is lost", Kind::PieceLost),
    mark("booted-from-snapshot", "a node restarts from a snapshot", Kind::BootedFromSnapshot),
];

impl Mark {
    /// A mark by its word.
    pub fn by_id(id: &str) -> Option<&'static Mark> {
        MARKS.iter().find(|mark| mark.id == id)
    }
}
