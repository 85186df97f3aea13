//! Whether this leader still leads: a round of heartbeats that is answered by a majority
//! (dissertation, 6.4). The service above asks for a round before it answers a read that is not in
//! the log.

use crate::id::NodeId;
use crate::quorum::reached_by_majority;

use super::message::{Heartbeat, HeartbeatReply, Message, Notice, Round};
use super::peer::{Cx, Peer};
use super::reason::Reason;
use super::role::Role;

impl Peer {
    /// Finds out whether this is still the leader: a majority has to answer heartbeats that were
    /// sent after the question (dissertation, 6.4).
    pub(super) fn confirm(&mut self, round: Round, cx: Cx) {
        let term = self.current_term;
        let Role::Leader(leader) = &mut self.role else {
            return cx.notify(Notice::Because(Reason::NotLeader { leader: self.leader }));
        };
        leader.asked = leader.asked.max(round);
        for peer in self.others() {
            // It promises nothing.
            cx.send_now(peer, Message::Heartbeat(Heartbeat { term, round }));
        }
        self.look_at_rounds(cx);
    }

    /// A leader asks whether it is still followed.
    pub(super) fn answer_heartbeat(&mut self, from: NodeId, ask: &Heartbeat, cx: Cx) {
        let term = self.current_term;
        let round = if ask.term < term {
            self.note_old_term(from, ask.term, cx);
            // Who asked in an older term may lead this one, and count its rounds anew since it has
            // started: that question says nothing about them.
            0
        } else {
            self.follow(from, cx);
            self.arm_election(cx);
            ask.round
        };
        // Waits for the save of a term that this message brought: the answer promises that no
        // older leader will be followed any more.
        cx.send(from, Message::HeartbeatReply(HeartbeatReply { term, round }));
    }

    /// An answer counts for the round it names, and so for those before it.
    pub(super) fn note_heartbeat(&mut self, from: NodeId, reply: &HeartbeatReply, cx: Cx) {
        let place = self.place_of(from).expect("messages of strangers are thrown away");
        let term = self.current_term;
        let places = self.peers.len();
        match &mut self.role {
            Role::Leader(leader) if reply.term == term => {
                leader.heard |= 1 << place;
                leader.rounds.resize(places, 0);
                leader.rounds[place] = leader.rounds[place].max(reply.round);
                self.look_at_rounds(cx);
            }
            _ => cx.notify(Notice::Because(Reason::LateAnswer { from, term: reply.term })),
        }
    }

    /// The newest round that a majority has answered, itself counted.
    fn look_at_rounds(&mut self, cx: Cx) {
        let me = self.place_of(self.me).expect("a peer is a member of its own group");
        let Role::Leader(leader) = &mut self.role else { return };
        leader.rounds.resize(self.peers.len(), 0);
        leader.rounds[me] = leader.asked;
        let round = reached_by_majority(&mut leader.rounds.clone());
        if round > leader.confirmed {
            leader.confirmed = round;
            cx.notify(Notice::Confirmed { round });
        }
    }
}
