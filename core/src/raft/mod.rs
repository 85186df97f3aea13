//! Raft: a replicated log, after Ongaro and Ousterhout, *In Search of an
//! Understandable Consensus Algorithm (Extended Version)* (2014), and Ongaro's
//! dissertation *Consensus: Bridging Theory and Practice* (2014). Plain section
//! numbers are the paper's.
//!
//! A group of peers elects a leader (5.2); the leader takes commands into its
//! log and copies it to the others (5.3); an entry that is on a majority of
//! disks is committed and never lost (5.4); state machines that apply committed
//! entries in order are all the same.
//!
//! # Messages
//!
//! | message | from | to | says |
//! |---|---|---|---|
//! | `RequestVote` | candidate | all others | vote for me in this term; my log ends so (5.2, 5.4.1). As a pre-vote: would you? (dissertation, 9.6) |
//! | `RequestVoteReply` | voter | candidate | granted, or not; my term |
//! | `AppendEntries` | leader | follower | put these entries behind that one; so much is committed (5.3). Without entries: a heartbeat |
//! | `AppendEntriesReply` | follower | leader | matched up to there; or the logs differ there (end of 5.3); or your term is over |
//! | `InstallSnapshot` | leader | follower | a piece of my snapshot (7) |
//! | `InstallSnapshotReply` | follower | leader | I have so many bytes of it, or all |
//! | `Heartbeat` | leader | follower | do you still follow me, in this round? (dissertation, 6.4) |
//! | `HeartbeatReply` | follower | leader | my term is this, and that round was asked |
//! | `TimeoutNow` | leader | follower | your log is complete: be elected in my place (dissertation, 3.10) |
//!
//! # Where to find a rule
//!
//! | rule | file | function |
//! |---|---|---|
//! | state: persistent, volatile (Figure 2) | `peer.rs` | `Peer` |
//! | volatile state on leaders (Figure 2) | `role.rs`, `progress.rs` | `Leader`, `Progress` |
//! | all servers: adopt a newer term (5.1) | `peer.rs` | `adopt_newer_term` |
//! | all servers: apply what is committed (5.3) | `append.rs` | `apply` |
//! | followers, candidates: election time-out (5.2) | `election.rs` | `election_timed_out`, `start_election` |
//! | RequestVote, receiver 1 and 2 (5.1, 5.2, 5.4.1) | `election.rs` | `answer_vote`, `is_up_to_date` |
//! | candidates: majority of votes (5.2) | `election.rs` | `count_vote`, `become_leader` |
//! | candidates: yield to a leader (5.2) | `append.rs` | `follow` |
//! | leaders: heartbeats (5.2) | `replication.rs` | `send_heartbeats` |
//! | leaders: commands from clients (5.3) | `replication.rs` | `propose` |
//! | leaders: feed followers (5.3) | `replication.rs` | `replicate_to`, `note_progress` |
//! | leaders: back up over conflicts (5.3) | `replication.rs` | `back_up` |
//! | leaders: commit (5.3, 5.4.2) | `replication.rs` | `advance_commit_index` |
//! | AppendEntries, receiver 1 to 5 (5.1, 5.3) | `append.rs` | `accept_entries`, `conflict_before`, `merge_entries` |
//! | taking a snapshot (7) | `snapshot.rs` | `take_snapshot` |
//! | InstallSnapshot, receiver 1 to 8 (Figure 13) | `snapshot.rs` | `install_snapshot`, `install` |
//! | whether a leader still leads (dissertation, 6.4) | `confirm.rs` | `confirm`, `answer_heartbeat` |
//! | handing leadership over (dissertation, 3.10) | `transfer.rs` | `transfer`, `take_over` |
//! | PreVote, CheckQuorum (dissertation, 9.6, 6.2) | `election.rs` | `start_pre_vote`, `look_for_majority` |
//!
//! Read [`message`] for all the words, [`peer`] for the state and the dispatch,
//! then the rules in the order of the table.

pub mod entries;
pub mod message;
pub mod peer;
pub mod role;

mod append;
mod confirm;
mod election;
mod replication;
pub mod snapshot;
mod transfer;
mod wire;

pub mod disk;
pub mod log;
pub mod progress;

pub mod options;
pub mod reason;
pub mod view;

pub mod invariants;
pub mod mutants;

#[cfg(test)]
mod tests;
