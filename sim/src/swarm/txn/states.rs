//! Interesting states of transactions and their clients.

use crate::swarm::kind::{Kind, kinds};

kinds! {
    /// Transactions.
    TRANSACTIONS {
        COMMITTED "transaction committed over several shards",
        COMMITTED_ALONE "transaction committed by one shard",
        READ_ONLY "transaction that only reads committed",
        WAITED "transaction told to wait",
        WOUNDED "transaction wounded by an older one",
        CONFLICT "transaction aborted: another wrote since its snapshot",
        LOST_LOCKS "transaction aborted: its locks are gone, or somebody had it aborted",
        BELOW_ZERO "transaction aborted by itself",
        DECIDED_BY_CLIENT "decision written on a client's disk",
    }
    /// What goes wrong on their way.
    CRASHES {
        IN_DOUBT "leader in doubt about a transaction",
        GIVEN_UP "silent transaction given up",
        RESOLVED_COMMIT "leader in doubt told that it is committed",
        RESOLVED_ABORT "leader in doubt told that it is aborted",
        MOVED_PREPARED "shard moved with a transaction prepared in it",
        CLIENT_DIED_PREPARED "client crashed with a transaction prepared",
        CLIENT_DIED_DECIDED "client crashed with a transaction decided and not carried out",
        LEADER_DIED_PREPARED "leader crashed with a transaction prepared",
        WHOLE_GROUP_DOWN "whole group down",
        GROUPS_CUT "group cut off from another in one direction",
    }
}
