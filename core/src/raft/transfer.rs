//! Handing leadership over (dissertation, 3.10).

use crate::id::NodeId;

use super::message::{Message, Notice, TimeoutNow, Timer};
use super::peer::{Cx, Peer};
use super::reason::Reason;
use super::role::Role;

impl Peer {
    /// Takes no more requests, brings the target's log up to its own, and asks it to begin an
    /// election.
    pub(super) fn transfer(&mut self, to: NodeId, cx: Cx) {
        let place = self.place_of(to).filter(|_| to != self.me);
        let (Role::Leader(leader), Some(place)) = (&mut self.role, place) else {
            return cx.notify(Notice::Because(Reason::NotLeader { leader: self.leader }));
        };
        leader.transfer = Some(to);
        // A target that does not lead after an election time-out is given up, and requests are taken
        // again.
        cx.arm(Timer::Transfer, self.options.election_max);
        self.replicate_to(place, cx);
        self.hand_over(cx);
    }

    /// TimeoutNow for the target, as soon as it has the whole log; and again with each heartbeat, for
    /// it may be lost.
    pub(super) fn hand_over(&mut self, cx: Cx) {
        let (term, last) = (self.current_term, self.log.last_index());
        let Some(to) = self.transfers_to() else { return };
        let has_all = self.progress(to).is_some_and(|progress| progress.match_index == last);
        if has_all && let Role::Leader(leader) = &mut self.role {
            leader.has_asked = true;
            cx.send_now(to, Message::TimeoutNow(TimeoutNow { term }));
        }
    }

    /// Whether this leader has asked somebody to be elected in its place, in this term: what its
    /// followers have promised about elections need not hold any more.
    pub fn may_be_succeeded(&self) -> bool {
        matches!(&self.role, Role::Leader(leader) if leader.transfer.is_some() || leader.has_asked)
    }

    /// The target did not take over in time.
    pub(super) fn give_transfer_up(&mut self, cx: Cx) {
        if let Role::Leader(leader) = &mut self.role
            && let Some(to) = leader.transfer.take()
        {
            cx.notify(Notice::Because(Reason::TransferFailed { to }));
        }
    }

    /// The target begins an election as if its time were out, and its requests say that its leader
    /// asked for it.
    pub(super) fn take_over(&mut self, from: NodeId, ask: &TimeoutNow, cx: Cx) {
        if ask.term < self.current_term {
            return self.note_old_term(from, ask.term, cx);
        }
        if !matches!(self.role, Role::Leader(_)) {
            self.start_election(true, cx);
        }
    }

    /// To whom this leader hands over, if it does.
    pub fn transfers_to(&self) -> Option<NodeId> {
        match &self.role {
            Role::Leader(leader) => leader.transfer,
            _ => None,
        }
    }
}
