//! Handing leadership over (dissertation, 3.10).

use crate::id::NodeId;

use super::message::{Message, Notice, TimeoutNow, Timer};
use super::peer::{Cx, Peer};
use super::reason::Reason;
use super::role::Role;

impl Peer {
    /// "The prior leader stops accepting new client requests", brings the target's log up to its
    /// own, and asks it to begin an election.
    pub(super) fn transfer(&mut self, to: NodeId, cx: Cx) {
        let place = self.place_of(to).filter(|_| to != self.me);
        let (Role::Leader(leader), Some(place)) = (&mut self.role, place) else {
            return cx.notify(Notice::Because(Reason::NotLeader { leader: self.leader }));
        };
        leader.transfer = Some(to);
        // "If leadership transfer does not complete after about an election timeout, the prior
        // leader aborts the transfer and resumes accepting client requests."
        cx.arm(Timer::Transfer, self.options.election_max);
        self.replicate_to(place, cx);
        self.hand_over(cx);
    }

    /// "… sends a TimeoutNow request to the target server", as soon as that has the whole log.
    pub(super) fn hand_over(&mut self, cx: Cx) {
        let (term, last) = (self.current_term, self.log.last_index());
        let Role::Leader(leader) = &self.role else { return };
        let Some(to) = leader.transfer else { return };
        if self.progress(to).is_some_and(|progress| progress.match_index == last) {
            cx.send_now(to, Message::TimeoutNow(TimeoutNow { term }));
        }
    }

    /// The target did not take over in time.
    pub(super) fn give_transfer_up(&mut self, cx: Cx) {
        if let Role::Leader(leader) = &mut self.role
            && let Some(to) = leader.transfer.take()
        {
            cx.notify(Notice::Because(Reason::TransferFailed { to }));
        }
    }

    /// "The target server starts a new election … in the same way as when its election timer
    /// elapses", and its requests say that its leader asked for it.
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
