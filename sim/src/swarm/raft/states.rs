//! Interesting states of Raft.

use crate::swarm::kind::{Kind, kinds};

kinds! {
    /// Elections.
    ELECTIONS {
        ELECTED "leader elected",
        SPLIT_VOTE "split vote",
        TWO_LEADERS "two leaders at once",
        STALE_PROPOSAL "proposal taken by a leader that another has replaced",
        YIELDED "candidate yields to a leader of its term",
        ALREADY_VOTED "vote refused: given to another",
        OLDER_LOG "vote refused: older log",
        PRE_VOTE_REFUSED "pre-vote refused: a leader was heard",
        LOST_QUORUM "leader steps down: no majority in reach",
        OLD_TERM "message of an old term refused",
        LATE_ANSWER "late answer thrown away",
    }
    /// Logs.
    LOGS {
        COMMITTED "entry committed",
        KNOWN_TO_ONE "committed entry known to the leader alone",
        CRASH_ALONE "crash of a leader with an entry on one other node",
        CRASH_SECRET "crash of the leader that alone knew what is committed",
        OVERWRITTEN "entries overwritten",
        CONFLICT_SHORT "append refused: log too short",
        CONFLICT_TERM "append refused: other term",
        OWN_TERM_RULE "commit held back by the own-term rule",
        NOT_LEADER "proposal refused: not leader",
    }
    /// Snapshots.
    SNAPSHOTS {
        SNAPSHOT_TAKEN "snapshot taken",
        PIECE_LOST "piece of a snapshot lost",
        PIECE_OUT_OF_ORDER "piece of a snapshot out of order",
        SNAPSHOT_INSTALLED "snapshot installed",
        INSTALLED_IN_PIECES "snapshot installed in several pieces",
        INSTALL_DROPPED "snapshot installed in the place of a log",
        ALREADY_COVERED "snapshot that brought nothing new",
        BOOTED_FROM_SNAPSHOT "restart from a snapshot",
    }
    /// A snapshot where a log has its last entry already, and more: where several groups share the
    /// steps of a run, too rare to be waited for.
    TAILS {
        INSTALL_KEPT_TAIL "snapshot installed before a log's tail",
    }
}
