//! A key/value store: the course's, in all its editions, as a service over Raft.
//!
//! After the handouts of the course's key/value labs (2020 to 2025). The messages are those of
//! [`replicated`](crate::replicated), which sees to it that every command takes effect once and
//! that no answer is stale; what is said in them is here:
//!
//! | words | reply | says |
//! |---|---|---|
//! | `get x` | the value, empty when there is none | what does the key hold? |
//! | `version x` | value and version, or `ErrNoKey` | the same with its version (2025) |
//! | `put x 1` | `done` | let it hold this |
//! | `append x 1` | `done` | add this at the end of what it holds |
//! | `append-get x 1` | the value before | the same, and what was it? (2024) |
//! | `put-if x 3 1` | `done`, `ErrVersion`, `ErrNoKey`, `ErrMaybe` | let it hold this if its version is 3; 0: if there is none (2025) |
//! | `swap x 1 2` | `done`, `ErrDiffers`, `ErrMaybe` | let it hold 2 if it holds 1 |
//! | `delete x` | `done` | let it hold nothing |
//!
//! A version counts the changes of a key since it was created, from 1.
//!
//! Read [`message`] for the words, [`store`] for what they do; [`spec`] says the same for one client,
//! to be checked against. [`invariants`] says what always holds of a server, [`view`] how it shows
//! itself.

pub mod invariants;
pub mod message;
pub mod spec;
pub mod store;
pub mod view;

pub use message::{Call, Refusal, Reply};
pub use spec::Kv;

#[cfg(test)]
mod tests;
