//! Whether servers that applied as much are in the same state.
//!
//! The state of a server is summed up in one number: of every key with what it holds, and of every
//! session, a digest, all of them xored. So a step costs what it changed, and only a snapshot that
//! was put in the place of the state is summed up as a whole.

use netsplit_core::bytes::Bytes;
use netsplit_core::id::NodeId;
use netsplit_core::kv::message::Call;
use netsplit_core::kv::store::Store;
use netsplit_core::raft::message::Index;
use netsplit_core::replicated::server::Server;
use netsplit_core::replicated::service::Text;
use netsplit_core::replicated::sessions::SessionId;
use netsplit_core::table::Table;

use crate::fingerprint::Fingerprint;

/// The states of all servers.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct States {
    servers: Vec<Sum>,
    /// By index: the state of the first server that had applied so far, and which that was.
    at: Table<u64, (u64, u32)>,
    compared: bool,
}

/// The state of one server, as far as it was summed up.
#[derive(Clone, Debug, Default, PartialEq)]
struct Sum {
    sum: u64,
    keys: Table<Bytes, u64>,
    sessions: Table<SessionId, u64>,
    /// What the step has changed.
    changed_keys: Vec<Bytes>,
    changed_sessions: Vec<SessionId>,
    /// All of it may have.
    is_new: bool,
    applied: Index,
}

impl States {
    pub(super) fn were_compared(&self) -> bool {
        self.compared
    }

    pub(super) fn is_empty(&self) -> bool {
        self.at.is_empty()
    }

    fn of(&mut self, node: NodeId) -> &mut Sum {
        let place = node.index();
        if self.servers.len() <= place {
            self.servers.resize_with(place + 1, Sum::default);
        }
        &mut self.servers[place]
    }

    /// A server starts with nothing.
    pub(super) fn forget(&mut self, node: NodeId) {
        *self.of(node) = Sum::default();
    }

    /// A server replaces what it had by a snapshot.
    pub(super) fn restored(&mut self, node: NodeId) {
        self.of(node).is_new = true;
    }

    /// A server applies an entry.
    pub(super) fn applies(&mut self, node: NodeId, _index: Index, command: Option<&Bytes>) {
        let call = command.and_then(|it| Call::from_text(std::str::from_utf8(it).ok()?));
        self.of(node).changed_keys.extend(call.map(|call| call.key().clone()));
    }

    /// An entry was about a session.
    pub(super) fn touches(&mut self, node: NodeId, session: SessionId) {
        self.of(node).changed_sessions.push(session);
    }

    /// Sums up a server after a step, and gives the server that had applied as much and was in
    /// another state.
    pub(super) fn compare(&mut self, node: NodeId, server: &Server<Store>) -> Option<NodeId> {
        let applied = server.applied();
        let sum = self.of(node);
        sum.catch_up(server);
        if sum.applied == applied {
            return None;
        }
        sum.applied = applied;
        let here = sum.sum;
        match self.at.get(&applied) {
            None => {
                self.at.insert(applied, (here, node.index() as u32));
                None
            }
            Some((there, first)) => {
                self.compared = true;
                (*there != here).then(|| NodeId::from_index(*first))
            }
        }
    }
}

impl Sum {
    fn catch_up(&mut self, server: &Server<Store>) {
        if std::mem::take(&mut self.is_new) {
            *self = Sum::default();
            self.changed_keys.extend(server.service().iter().map(|(key, _)| key.clone()));
            self.changed_sessions.extend(server.sessions().iter().map(|(id, _)| id));
        }
        for key in std::mem::take(&mut self.changed_keys) {
            let held = server.service().get(&key);
            let now = held.map(|held| Fingerprint::of(&(&key, held)));
            let before = match now {
                Some(now) => self.keys.insert(key, now),
                None => self.keys.remove(&key),
            };
            self.sum ^= before.unwrap_or(0) ^ now.unwrap_or(0);
        }
        for id in std::mem::take(&mut self.changed_sessions) {
            let session = server.sessions().get(id);
            let now = session.map(|session| Fingerprint::of(&(id, session)));
            let before = match now {
                Some(now) => self.sessions.insert(id, now),
                None => self.sessions.remove(&id),
            };
            self.sum ^= before.unwrap_or(0) ^ now.unwrap_or(0);
        }
    }
}
