//! What a shard holds: a service of its own, whose commands say which shard they are for.

use crate::bytes::Bytes;
use crate::kv::message::Call;
use crate::kv::store::Store;
use crate::replicated::service::Service;
use crate::shardctrl::Shard;

use super::options::Sharding;

/// What a shard holds. A command is for one shard.
pub trait Content: Service {
    /// The shard that a command is for.
    fn shard_of(command: &Self::Command, sharding: Sharding) -> Shard;

    /// Whether it holds nothing.
    fn is_empty(&self) -> bool;

    /// All of it, for the group that is to have it.
    fn moved(&self) -> Bytes {
        self.snapshot()
    }

    /// A command of the workload, with the key as the course writes it: `k3` is called `3`, whose
    /// first byte decides about the shard (4B).
    #[must_use]
    fn with_plain_key(command: Self::Command) -> Self::Command {
        command
    }
}

impl Content for Store {
    fn shard_of(call: &Call, sharding: Sharding) -> Shard {
        sharding.shard_of(call.key())
    }

    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn with_plain_key(call: Call) -> Call {
        let key = Bytes::from(call.key().strip_prefix(b"k").unwrap_or(call.key()));
        call.with_key(key)
    }
}
