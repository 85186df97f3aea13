//! Which states of a service and its clients were reached.

use netsplit_core::id::NodeId;
use netsplit_core::machine::Effect;
use netsplit_core::raft::message as raft;
use netsplit_core::replicated::message::{Message, Notice, Outcome};
use netsplit_core::replicated::options::Reading;

use crate::choice::Choice;
use crate::labs::kv::Node;
use crate::labs::service::ServiceLab;
use crate::swarm::kind::Counts;
use crate::swarm::lab::Watching;
use crate::swarm::raft::RaftWatch;
use crate::world::World;

use super::states;

/// What is remembered of a run.
#[derive(Clone, Debug)]
pub struct ServiceWatch {
    raft: RaftWatch,
    clerks: Clerks,
}

/// What is remembered of clerks.
#[derive(Clone, Debug, Default)]
pub struct Clerks {
    /// Whom each asked last, in which call.
    asked: Vec<(NodeId, u32, u64, NodeId)>,
}

impl<L: ServiceLab> Watching<L> for ServiceWatch {
    fn new(world: &World<L>) -> ServiceWatch {
        ServiceWatch { raft: Watching::<L>::new(world), clerks: Clerks::default() }
    }

    fn went_down(&mut self, node: NodeId, led: bool, world: &World<L>, counts: &mut Counts) {
        if node.is_client() {
            return self.clerks.went_down(node);
        }
        Watching::<L>::went_down(&mut self.raft, node, led, world, counts);
    }

    fn observe(&mut self, world: &World<L>, leads: u64, counts: &mut Counts) {
        Watching::<L>::observe(&mut self.raft, world, leads, counts);
        let step = world.last();
        let Some(node) = step.node else { return };
        let answered = world.notices().any(|it| matches!(it, Notice::Returned { .. }));
        if let (Choice::Deliver(_), Some(Node::Clients(_)), false) =
            (&step.choice, world.node(node).machine(), answered)
            && step.effects.is_empty()
        {
            counts.note(states::LATE_REPLY);
        }
        let again = |it: &Notice| matches!(it, Notice::Tried { attempt: 2.., .. });
        if matches!(step.choice, Choice::Fire(..)) && world.notices().any(again) {
            counts.note(states::UNANSWERED);
        }
        for effect in &step.effects {
            match effect {
                Effect::Notify(notice) => self.clerks.note(node, notice, counts),
                Effect::Send { message, .. } => note_sent(message, counts),
                _ => {}
            }
        }
    }
}

/// What a message says of how a service is asked.
pub fn note_sent(message: &Message, counts: &mut Counts) {
    match message {
        Message::Answer(answer) => {
            if let Outcome::NotLeader { leader: Some(_) } = answer.outcome {
                counts.note(states::SENT_AWAY);
            }
        }
        Message::Raft(raft::Message::TimeoutNow(_)) => counts.note(states::HANDED_OVER),
        _ => {}
    }
}

impl Clerks {
    /// A client crashes, and its clerks with it.
    pub fn went_down(&mut self, client: NodeId) {
        self.asked.retain(|(of, ..)| *of != client);
    }

    /// Looks at what a server or a clerk tells.
    pub fn note(&mut self, node: NodeId, notice: &Notice, counts: &mut Counts) {
        match notice {
            Notice::Tried { clerk, call, at, attempt } => {
                let known = self.asked.iter().position(|it| (it.0, it.1) == (node, *clerk));
                let last = known.map(|place| self.asked.swap_remove(place));
                if let Some((.., last_call, last_at)) = last
                    && last_call == *call
                    && *attempt > 1
                {
                    counts.note(states::ASKED_AGAIN);
                    if last_at != *at {
                        counts.note(states::ASKED_ANOTHER);
                    }
                }
                self.asked.push((node, *clerk, *call, *at));
            }
            Notice::Applied { outcome: Outcome::SessionExpired, .. } => {
                counts.note(states::SESSION_EXPIRED);
            }
            Notice::Applied { fresh: false, .. } => counts.note(states::DONE_BEFORE),
            Notice::Session { open: true, .. } => counts.note(states::SESSION_OPENED),
            Notice::Session { open: false, .. } => counts.note(states::SESSION_ENDED),
            Notice::Answered { reading, .. } => counts.note(match reading {
                Reading::Log => states::READ_LOG,
                Reading::ReadIndex => states::READ_INDEX,
                Reading::Lease => states::READ_LEASE,
                Reading::Follower => states::READ_FOLLOWER,
            }),
            _ => {}
        }
    }
}
