//! What always holds of a server of the store, in the slow and obvious form.

use crate::replicated::server::Server;
use crate::replicated::service::Service;

use super::store::Store;

/// What a peer keeps beside its log and counts as kept: term and vote.
const FRAME: u64 = 2 * 8;

/// What the numbers of a row take in a snapshot, where they are text.
const NUMBERS: u64 = 5 * 21;

/// A rule about one server, with its name.
pub type Rule = (&'static str, fn(&Server<Store>) -> bool);

/// All rules about one server.
pub const RULES: &[Rule] = &[
    ("it keeps its keys, values and sessions, and nothing else", keeps_nothing_else),
    ("what is applied stays within the log's bound", applied_log_is_bounded),
    ("a snapshot is no larger than what it holds", snapshot_is_bounded),
];

/// The name of the first rule that a server breaks.
pub fn broken_rule(server: &Server<Store>) -> Option<&'static str> {
    RULES.iter().find(|(_, holds)| !holds(server)).map(|(name, _)| *name)
}

/// Bytes are those of the store and of the sessions (6.3: each session has one reply).
pub fn keeps_nothing_else(server: &Server<Store>) -> bool {
    server.bytes() == server.service().bytes() + server.sessions().bytes()
}

/// "Each server takes a snapshot when the log reaches a fixed size" (5.1.3): between two inputs what
/// is applied is below it. What is not applied yet cannot be given up.
pub fn applied_log_is_bounded<S: Service>(server: &Server<S>) -> bool {
    let Some(most) = server.options().log_bytes_max else { return true };
    let log = server.raft().log();
    if log.bytes() + FRAME < most {
        return true;
    }
    let applied = log.iter().take_while(|(index, _)| *index <= server.applied());
    let bytes: u64 = applied.map(|(_, entry)| entry.bytes()).sum();
    bytes + FRAME < most
}

/// A snapshot that this server has just taken holds what it keeps, and beside it a few numbers for
/// each key and each session.
pub fn snapshot_is_bounded(server: &Server<Store>) -> bool {
    let snapshot = server.raft().snapshot();
    let fresh = snapshot.last_included_index == server.applied() && server.applied() > 0;
    let rows = server.service().len() + server.sessions().len();
    !fresh || snapshot.data.len() as u64 <= server.bytes() + NUMBERS * (rows + 1)
}
