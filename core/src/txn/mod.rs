//! Transactions over shards: read, lock, prepare, decide, release.
//!
//! Two-phase commit (Gray, *Notes on Data Base Operating Systems*, 1978) between shards, each of which
//! is replicated by its group as in [`shardkv`](crate::shardkv); what a client and a shard say to each
//! other travels as that store's commands and answers:
//!
//! | message | from | to | says |
//! |---|---|---|---|
//! | `TxnRead` | client | shard | what does the key hold: under a lock, as of a stamp, or now? How far are you? |
//! | `TxnValue` | shard | client | this, since that stamp; so far; or wait for these |
//! | `Prepare` | client | each shard that takes part | promise to commit these writes |
//! | `CommitAlone` | client | the only shard that takes part | commit these writes |
//! | `Vote` | shard | client | prepared, at this stamp or later; or it cannot commit |
//! | `Decide` | client | the shard whose log decides | all have promised: it is committed |
//! | `Resolve` | leader in doubt | that shard | what was decided? If nothing was, it is aborted |
//! | `Decision` | that shard | whoever asked | committed, at this stamp; or aborted |
//! | `Finish` | client | each shard | carry it out, and let your locks go |
//! | `Learned` | client, or a leader that was in doubt | the shard that decided | I have carried it out; or all have |
//!
//! # Where to find a rule
//!
//! | rule | file | function |
//! |---|---|---|
//! | locks are kept until the end; an older transaction wounds a younger one | `shard.rs` | `lock` |
//! | who has promised is neither wounded nor given up | `shard.rs` | `lock`, `abandon` |
//! | who promises has all its locks; who only has read votes, and forgets | `shard.rs` | `prepare` |
//! | who may have promised elsewhere waits for younger ones alone | `shard.rs` | `lock_to_write` |
//! | of two that write what they read as of a stamp, the first to commit wins | `shard.rs` | `prepare` |
//! | a read as of a stamp waits for who may still commit before it (safe time) | `shard.rs` | `read_as_of` |
//! | the first decision stands; whoever asks first, with none made, has it aborted | `shard.rs` | `decide`, `resolve` |
//! | the client acts on a decision only when it is in the log | `committing.rs` | `note_decision` |
//! | who is in doubt asks, and goes on asking | `server.rs` | `look_for_doubts` |
//! | a decision is forgotten once all have carried it out | `server.rs` | `tell_coordinators` |
//! | all of it moves with the shard | `shard.rs` | `moved` |
//!
//! Read [`command`] for the words, [`shard`] for what they do, [`client`] for how a transaction goes,
//! then [`server`] for what becomes of it when its client is gone; [`invariants`] says what always
//! holds.

pub mod command;
pub mod message;
pub mod shard;

mod asking;
pub mod client;
mod committing;
pub mod node;
mod reading;
pub mod server;
pub mod work;
mod written;

pub mod invariants;
pub mod mutants;
pub mod options;
pub mod view;

#[cfg(test)]
mod tests;
