//! The sharded store: groups of servers that keep shards of the keys, and hand them to each other as
//! the controller says.
//!
//! After the handout of the course's lab on sharding (4B). Within a group, and between a clerk and a
//! group, are spoken the messages of [`replicated`](crate::replicated); so they are within the
//! [controller](crate::shardctrl) and between it and whoever asks it. What is said beyond them, always
//! of one shard and of the configuration that moves it:
//!
//! | message | from | to | says |
//! |---|---|---|---|
//! | `PullShard` | the leader of the group that is to have the shard | a server of the group that has it | it is mine in this configuration: give it to me |
//! | `ShardContent` | that server, once it has applied the configuration | the leader that asked | this is it: its keys, and what was done for whom |
//! | `DeleteShard` | a leader of the group that has it now | all servers of the group that had it | it has arrived, and is in our log: delete it |
//! | `ShardDeleted` | a server of the group that had it | the leader that asked | it is deleted |
//!
//! And what stands in a group's log beside the words of the [store](crate::kv):
//!
//! | entry | says |
//! |---|---|
//! | `configure 2 1,1,2 1=g1.n1 2=g2.n1` | from here on the group is in this configuration |
//! | `install 3 at 2 …` | shard 3, which configuration 2 gave to us, is here and is answered for |
//! | `delete 3 at 2` | shard 3, which configuration 2 took from us, has arrived |
//! | `settle 3 at 2` | shard 3, which configuration 2 gave to us, is nowhere else any more |
//!
//! How a shard stands in a group, and what changes that: [`shard::ShardState`].
//!
//! # Where to find a rule
//!
//! | rule | file | function |
//! |---|---|---|
//! | configurations one at a time, in order (4B) | `store.rs` | `configure`, `is_settled` |
//! | a group answers for a shard when the command's turn in the log has come, or not at all | `store.rs` | `do_once` |
//! | a command takes effect once, also when its shard moves between two attempts | `shard.rs` | `content` |
//! | a shard is given away only when it does not change any more | `moving.rs` | `give` |
//! | a step names the configuration: late ones do nothing | `store.rs` | `install`, `delete`, `settle` |
//! | what has arrived is answered for at once (second challenge) | `shard.rs` | `ShardState::serves` |
//! | what has left is deleted, but not before it has arrived (first challenge) | `moving.rs` | `delete_for` |
//! | a step that stands in the log is not put there again | `server.rs` | `propose` |
//! | whoever leads next goes on with it | `moving.rs` | `go_on`, `ask_for_shards` |
//!
//! Read [`message`] and [`command`] for the words, [`shard`] for the states, [`store`] for what the log
//! does to them, `moving.rs` for who says what when, then [`server`] and [`clerk`]; [`invariants`] says
//! what always holds.

pub mod command;
pub mod content;
pub mod message;
pub mod shard;

pub mod clerk;
mod moving;
pub mod node;
pub mod server;
pub mod store;

pub mod invariants;
pub mod mutants;
pub mod options;
pub mod view;

#[cfg(test)]
mod tests;
