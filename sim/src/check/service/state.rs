//! Whether servers that applied as much are in the same state.
//!
//! The state of a server is summed up in one number: of every place of the service with what it holds,
//! and of every session, a digest, all of them xored. So a step costs what it changed, and only a
//! snapshot that was put in the place of the state is summed up as a whole.

use std::fmt::Debug;

use netsplit_core::bytes::Bytes;
use netsplit_core::id::NodeId;
use netsplit_core::raft::message::Index;
use netsplit_core::replicated::server::Server;
use netsplit_core::replicated::service::Service;
use netsplit_core::replicated::sessions::SessionId;
use netsplit_core::table::{Key, Table};

use crate::fingerprint::Fingerprint;

/// A service whose state is summed up place by place.
pub trait Summed: Service {
    /// A part of the state.
    type Place: Key + Debug;

    /// What a command may change.
    fn touched(command: &[u8]) -> Option<Self::Place>;

    /// All that there is.
    fn places(&self) -> Vec<Self::Place>;

    /// A digest of a part; `None` when it is not there.
    fn digest(&self, place: &Self::Place) -> Option<u64>;
}

/// The states of all servers.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct States<S: Summed> {
    servers: Vec<Sum<S>>,
    /// By index: the state of the first server that had applied so far, and which that was.
    at: Table<u64, (u64, u32)>,
    compared: bool,
}

impl<S: Summed> Default for States<S> {
    fn default() -> States<S> {
        States { servers: Vec::new(), at: Table::default(), compared: false }
    }
}

/// The state of one server, as far as it was summed up.
#[derive(Clone, Debug, PartialEq)]
struct Sum<S: Summed> {
    sum: u64,
    places: Table<S::Place, u64>,
    sessions: Table<SessionId, u64>,
    /// What the step has changed.
    changed_places: Vec<S::Place>,
    changed_sessions: Vec<SessionId>,
    /// All of it may have.
    is_new: bool,
    applied: Index,
}

impl<S: Summed> Default for Sum<S> {
    fn default() -> Sum<S> {
        Sum {
            sum: 0,
            places: Table::default(),
            sessions: Table::default(),
            changed_places: Vec::new(),
            changed_sessions: Vec::new(),
            is_new: false,
            applied: 0,
        }
    }
}

impl<S: Summed> States<S> {
    pub(super) fn were_compared(&self) -> bool {
        self.compared
    }

    pub(super) fn is_empty(&self) -> bool {
        self.at.is_empty()
    }

    fn of(&mut self, node: NodeId) -> &mut Sum<S> {
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
        let place = command.and_then(|it| S::touched(it));
        self.of(node).changed_places.extend(place);
    }

    /// An entry was about a session.
    pub(super) fn touches(&mut self, node: NodeId, session: SessionId) {
        self.of(node).changed_sessions.push(session);
    }

    /// Sums up a server after a step, and gives the server that had applied as much and was in
    /// another state.
    pub(super) fn compare(&mut self, node: NodeId, server: &Server<S>) -> Option<NodeId> {
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

impl<S: Summed> Sum<S> {
    fn catch_up(&mut self, server: &Server<S>) {
        if std::mem::take(&mut self.is_new) {
            *self = Sum::default();
            self.changed_places = server.service().places();
            self.changed_sessions.extend(server.sessions().iter().map(|(id, _)| id));
        }
        for place in std::mem::take(&mut self.changed_places) {
            let now = server.service().digest(&place);
            let before = match now {
                Some(now) => self.places.insert(place, now),
                None => self.places.remove(&place),
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
