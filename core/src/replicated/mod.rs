//! A service over Raft that is easier than Raft: whoever writes one says what a command does, how
//! the state is put into a snapshot and taken out again, and nothing else.
//!
//! After Ongaro's dissertation, *Consensus: Bridging Theory and Practice* (2014), chapter 6 (clients:
//! sessions, exactly once, reads without the log) and section 3.10 (handing leadership over); and
//! the course's lab on replicated state machines. Section numbers are the dissertation's.
//!
//! # Messages
//!
//! Raft's own, between servers, and these:
//!
//! | message | from | to | says |
//! |---|---|---|---|
//! | `RegisterClient` | clerk | server | open a session for me (6.3) |
//! | `ClientRequest` | clerk | server | do this, in my session, under this number (6.3) |
//! | `ClientQuery` | clerk | server | what is so? It changes nothing, and has no number (6.4) |
//! | `CloseSession` | clerk | server | I have all my answers: forget me. It is not answered |
//! | `ClientReply` | server | clerk | this is the answer; or: ask that server, or any other; or: no such session; or: I do not understand |
//! | `ReadIndex` | follower | leader | up to where must I have applied, to answer a query? (6.4) |
//! | `ReadIndexReply` | leader | follower | up to there, and I still led when you asked; or: I do not lead |
//!
//! # Where to find a rule
//!
//! | rule | file | function |
//! |---|---|---|
//! | what an author writes | `service.rs` | `Service` |
//! | a command goes through the log; its answer goes to whoever waits for *it* | `proposing.rs` | `propose_for`, `release` |
//! | who lost the lead answers nobody any more | `proposing.rs` | `release_all` |
//! | an entry of the own term, so that an older tail commits (6.4) | `server.rs` | `become_leader` |
//! | each command takes effect once (6.3) | `sessions.rs` | `Sessions::look` |
//! | sessions end: by their clerk, or by the log in order of last use (6.3) | `sessions.rs` | `close`, `oldest` |
//! | snapshots when the log has grown past its bound (5.1) | `snapshot.rs` | `trim_log`, `restore` |
//! | reads through the log, by ReadIndex, by lease, at followers (6.4) | `reading.rs` | `query` |
//! | handing over, stopping (3.10) | `stopping.rs` | `transfer`, `stop` |
//! | the clerk: retries, the remembered leader, back-off | `clerk.rs`, `turn.rs` | `Clients` |
//!
//! Read [`service`] and one of the services that are written on it, [`counter`] or [`lock`], then [`message`] for all the
//! words, [`server`] for the state and the dispatch.

pub mod entry;
pub mod message;
pub mod service;

pub mod clerk;
mod proposing;
pub mod reading;
pub mod server;
pub mod sessions;
mod snapshot;
mod stopping;
pub mod turn;

pub mod invariants;
pub mod mutants;
pub mod options;
pub mod view;

pub mod counter;
pub mod lock;

#[cfg(test)]
pub(crate) mod tests;
