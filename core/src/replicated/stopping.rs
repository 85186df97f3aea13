//! Handing leadership over, and stopping without a gap (3.10).

use crate::id::NodeId;
use crate::machine::Input;
use crate::raft::message as raft;

use super::message::Notice;
use super::server::{Cx, Server};
use super::service::Service;

impl<S: Service> Server<S> {
    /// Hands leadership over to another server; a lease ends when that begins.
    pub(super) fn transfer(&mut self, to: NodeId, cx: Cx) {
        // A person names it, without its place.
        let placed = self.raft.peers().iter().copied().find(|peer| *peer == to);
        let to = placed.unwrap_or(to);
        self.end_lease();
        self.drive(Input::Requested(raft::Request::Transfer(to)), cx);
    }

    /// Takes no more questions, and hands over what it leads, so that clerks do not lose the time of
    /// an election by a planned stop (3.10).
    pub(super) fn stop(&mut self, cx: Cx) {
        self.stops = true;
        if !self.hand_on(None, cx) {
            cx.notify(Notice::Stopped);
        }
    }

    /// Hands over to whoever has most of the log; or, where that one did not take over, to the next,
    /// one after the other. False when there is nothing to hand over, or nobody.
    pub(super) fn hand_on(&mut self, failed: Option<NodeId>, cx: Cx) -> bool {
        let peers = self.raft.peers();
        let others = || peers.iter().copied().filter(|&node| node != self.me);
        let furthest = |&node: &NodeId| self.raft.progress(node).map(|it| it.match_index);
        let next = match failed {
            None => others().max_by_key(furthest),
            Some(failed) => {
                let behind = others().skip_while(|&node| node != failed).nth(1);
                behind.or_else(|| others().next())
            }
        };
        let Some(next) = next.filter(|_| self.leads()) else { return false };
        self.transfer(next, cx);
        true
    }
}
