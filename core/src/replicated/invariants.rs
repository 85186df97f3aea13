//! What always holds of a server, whatever its service, in the slow and obvious form.

use super::options::Kept;
use super::server::Server;
use super::service::Service;

/// What a peer keeps beside its log and counts as kept: term and vote.
const FRAME: u64 = 2 * 8;

/// Bytes are those of the service and of the sessions (6.3: each session has one reply).
pub fn keeps_nothing_else<S: Service>(server: &Server<S>) -> bool {
    server.bytes() == server.service().bytes() + server.sessions().bytes()
}

/// There are no more sessions than are kept at most (6.3).
pub fn sessions_are_bounded<S: Service>(server: &Server<S>) -> bool {
    match server.options().sessions {
        Kept::Opened { most } => server.sessions().len() <= u64::from(most),
        Kept::Chosen | Kept::ByService | Kept::None => true,
    }
}

/// A log that grows to its bound is trimmed (5.1.3): between two inputs what is applied is below it.
/// What is not applied yet cannot be given up.
pub fn applied_log_is_bounded<S: Service>(server: &Server<S>) -> bool {
    let Some(most) = server.options().log_bytes_max else { return true };
    let log = server.raft().log();
    if log.bytes() + FRAME < most {
        return true;
    }
    let applied = log.iter().take_while(|(index, _)| *index <= server.applied());
    let bytes: u64 = applied.map(|(_, entry)| entry.bytes()).sum();
    bytes == 0 || bytes + FRAME < most
}
