//! Interesting states of a service and its clients.

use crate::swarm::kind::{Kind, kinds};

kinds! {
    /// Commands.
    COMMANDS {
        ASKED_AGAIN "command asked for again",
        ASKED_ANOTHER "command asked of another server",
        UNANSWERED "command asked for again, not answered in time",
        DONE_BEFORE "command in the log twice, done once",
        SENT_AWAY "clerk sent on to another server",
        SESSION_OPENED "session opened",
        SESSION_ENDED "session ended to make room",
        SESSION_EXPIRED "command of a session that had ended",
        LATE_REPLY "answer to a call that was over",
        HANDED_OVER "leadership handed over",
    }
    /// Queries.
    QUERIES {
        READ_LOG "query answered through the log",
        READ_INDEX "query answered after a round",
        READ_LEASE "query answered by lease",
        READ_FOLLOWER "query answered by a follower",
    }
}
