//! What always holds of a server of the store, in the slow and obvious form.

use crate::replicated::invariants::{
    applied_log_is_bounded, keeps_nothing_else, sessions_are_bounded,
};
use crate::replicated::server::Server;

use super::store::Store;

/// What the numbers of a row take in a snapshot, where they are text.
const NUMBERS: u64 = 5 * 21;

/// A rule about one server, with its name.
pub type Rule = (&'static str, fn(&Server<Store>) -> bool);

/// All rules about one server.
pub const RULES: &[Rule] = &[
    ("it keeps its keys, values and sessions, and nothing else", keeps_nothing_else),
    ("what is applied stays within the log's bound", applied_log_is_bounded),
    ("a snapshot is no larger than what it holds", snapshot_is_bounded),
    ("it keeps no more sessions than it may", sessions_are_bounded),
];

/// The name of the first rule that a server breaks.
pub fn broken_rule(server: &Server<Store>) -> Option<&'static str> {
    RULES.iter().find(|(_, holds)| !holds(server)).map(|(name, _)| *name)
}

/// A snapshot that this server has just taken holds what it keeps, and beside it a few numbers for
/// each key and each session.
pub fn snapshot_is_bounded(server: &Server<Store>) -> bool {
    let snapshot = server.raft().snapshot();
    let fresh = snapshot.last_included_index == server.applied() && server.applied() > 0;
    let rows = server.service().len() + server.sessions().len();
    !fresh || snapshot.data.len() as u64 <= server.bytes() + NUMBERS * (rows + 1)
}
