//! Interesting states of the sharded store and its clients.

use crate::swarm::kind::{Kind, kinds};
use crate::swarm::service::states as kv;

/// Commands of groups. Their sessions neither begin nor end: they are kept beside what they are
/// about.
pub const COMMANDS: &[Kind] = &[
    kv::ASKED_AGAIN,
    kv::ASKED_ANOTHER,
    kv::DONE_BEFORE,
    kv::SENT_AWAY,
    kv::LATE_REPLY,
    kv::HANDED_OVER,
];

kinds! {
    /// Shards that move.
    MOVES {
        CONFIGURED "configuration taken",
        ARRIVED "shard arrived",
        DELETED "shard deleted where it came from",
        SETTLED "shard nowhere else any more",
        KEPT "shard kept for nobody",
        WRONG_GROUP "clerk told that it asked the wrong group",
        REFUSED "command refused when its turn in the log came",
        DONE_ELSEWHERE "command done before its shard moved, asked for again behind it",
        GIVEN_TWICE "shard given again",
        LATE_MOVE "message of an older move",
        MOVES_ON "leader crashed with a shard on its way",
        SKIPPED "configuration skipped over by a snapshot",
        WHOLE_GROUP_DOWN "whole group down",
        GROUPS_CUT "group cut off from another in one direction",
    }
}
