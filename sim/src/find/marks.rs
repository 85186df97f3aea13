//! What can be looked for, as data: a word for the command line, and how the
//! sentence "Find a run where …" ends.

use crate::swarm::kind::{self, Kind};
use crate::swarm::raft::states;
use crate::swarm::service::states as store;
use crate::trial;

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

/// All marks: clients and their store; elections, logs, crashes, the network, snapshots.
pub const MARKS: &[Mark] = &[
    mark("retry", "a clerk hears nothing in time and asks again", store::UNANSWERED),
    mark("sent-on", "a server sends a clerk on to the leader", store::SENT_AWAY),
    mark(
        "done-before",
        "a command comes a second time, and its session knows it",
        store::DONE_BEFORE,
    ),
    mark("late-reply", "an answer comes to a call that is over", store::LATE_REPLY),
    mark("session-ended", "a session is ended to make room for another", store::SESSION_ENDED),
    mark("session-expired", "a command comes whose session has ended", store::SESSION_EXPIRED),
    mark("read-by-round", "a query is answered after a round", store::READ_INDEX),
    mark("read-by-lease", "a query is answered by lease", store::READ_LEASE),
    mark("read-by-follower", "a query is answered by a follower", store::READ_FOLLOWER),
    mark("handed-over", "a leader hands its leadership over", store::HANDED_OVER),
    mark("split-vote", "candidates divide the votes and nobody is elected", states::SPLIT_VOTE),
    mark("two-leaders", "two nodes take themselves for leader at once", states::TWO_LEADERS),
    mark("yielded", "a candidate gives way to a leader of its own term", states::YIELDED),
    mark(
        "already-voted",
        "a vote is refused because it was given to another",
        states::ALREADY_VOTED,
    ),
    mark("older-log", "a vote is refused because the candidate’s log is older", states::OLDER_LOG),
    mark(
        "pre-vote-refused",
        "a pre-vote is refused because a leader was heard",
        states::PRE_VOTE_REFUSED,
    ),
    mark("lost-quorum", "a leader steps down because it reaches no majority", states::LOST_QUORUM),
    mark("known-to-one", "a committed entry is known to the leader alone", states::KNOWN_TO_ONE),
    mark("overwritten", "an entry is overwritten", states::OVERWRITTEN),
    mark(
        "stale-proposal",
        "a leader that has been replaced takes a command",
        states::STALE_PROPOSAL,
    ),
    mark(
        "own-term-rule",
        "an entry is on a majority and still not committed (5.4.2)",
        states::OWN_TERM_RULE,
    ),
    mark(
        "log-too-short",
        "entries are refused because the log is too short",
        states::CONFLICT_SHORT,
    ),
    mark("term-differs", "entries are refused because a term differs", states::CONFLICT_TERM),
    mark("leader-crash", "a leader crashes", kind::CRASH_LEADER),
    mark(
        "leader-crash-alone",
        "a leader crashes with its entry on one other node",
        states::CRASH_ALONE,
    ),
    mark(
        "leader-crash-secret",
        "the leader crashes that alone knew an entry to be committed",
        states::CRASH_SECRET,
    ),
    mark("majority-down", "a majority is down at once", kind::CRASH_MOST),
    mark("old-term", "a message of an old term is refused", states::OLD_TERM),
    mark("late-answer", "an answer comes too late and is thrown away", states::LATE_ANSWER),
    mark("very-late", "a message comes an election time-out late", kind::VERY_LATE),
    mark("from-the-dead", "a message arrives whose sender has crashed since", kind::FROM_THE_DEAD),
    mark("to-the-next", "a message arrives at a node that has restarted since", kind::TO_THE_NEXT),
    mark("overtaken", "a message is overtaken by a later one", kind::OVERTAKEN),
    mark("twice", "a message is handled twice", kind::TWICE),
    mark("snapshot-taken", "a snapshot is taken", states::SNAPSHOT_TAKEN),
    mark("snapshot-installed", "a snapshot is installed", states::SNAPSHOT_INSTALLED),
    mark(
        "snapshot-kept-tail",
        "a snapshot is installed and the log behind it kept",
        states::INSTALL_KEPT_TAIL,
    ),
    mark("piece-lost", "a piece of a snapshot is lost", states::PIECE_LOST),
    mark("booted-from-snapshot", "a node restarts from a snapshot", states::BOOTED_FROM_SNAPSHOT),
];

impl Mark {
    /// The marks that runs of a lab can show: its own before those of the Raft in it.
    pub fn of_lab(lab: &str) -> impl Iterator<Item = &'static Mark> {
        let kinds = trial::tried(lab).map_or(&[][..], |tried| tried.kinds);
        MARKS.iter().filter(move |mark| kinds.iter().any(|group| group.contains(&mark.kind)))
    }

    /// A mark by its word.
    pub fn by_id(id: &str) -> Option<&'static Mark> {
        MARKS.iter().find(|mark| mark.id == id)
    }
}
