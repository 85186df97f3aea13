//! Which states of the sharded store and its clients were reached.

use std::collections::BTreeMap;

use netsplit_core::id::NodeId;
use netsplit_core::kv::message::Reply as KvReply;
use netsplit_core::machine::Effect;
use netsplit_core::raft::message::Notice as RaftNotice;
use netsplit_core::replicated::message::{self as replicated, Outcome};
use netsplit_core::replicated::service::Text as _;
use netsplit_core::replicated::sessions::SessionId;
use netsplit_core::shardctrl::{ConfigNumber, Gid, Shard};
use netsplit_core::shardkv::command::Reply;
use netsplit_core::shardkv::message::{Message, Notice, Says};
use netsplit_core::shardkv::shard::ShardState;

use crate::choice::{Choice, EnvelopeId};
use crate::labs::shardkv::ShardLab;
use crate::swarm::kind::Counts;
use crate::swarm::lab::Watching;
use crate::swarm::raft::RaftWatch;
use crate::swarm::service::states as kv;
use crate::swarm::service::watch::{Clerks, note_sent};
use crate::world::World;

use super::states;

/// What is remembered of a run.
#[derive(Clone, Debug)]
pub struct ShardWatch {
    raft: RaftWatch,
    clerks: Clerks,
    /// By session: the number of its last command that was done, and the group that did it.
    done: BTreeMap<SessionId, (u64, Gid)>,
    /// Shards that were given, by the configuration that moves them.
    given: BTreeMap<(Shard, ConfigNumber), u32>,
    /// What is said of a move, on its way.
    moves: BTreeMap<EnvelopeId, ConfigNumber>,
    /// By server: whether a shard of it was on its way when it last acted.
    moving: Vec<bool>,
    /// By server: its configuration when it last acted.
    configs: Vec<ConfigNumber>,
}

impl Watching<ShardLab> for ShardWatch {
    fn new(world: &World<ShardLab>) -> ShardWatch {
        let nodes = world.node_count() as usize;
        ShardWatch {
            raft: Watching::<ShardLab>::new(world),
            clerks: Clerks::default(),
            done: BTreeMap::new(),
            given: BTreeMap::new(),
            moves: BTreeMap::new(),
            moving: vec![false; nodes],
            configs: vec![0; nodes],
        }
    }

    fn went_down(&mut self, node: NodeId, led: bool, world: &World<ShardLab>, counts: &mut Counts) {
        if node.is_client() {
            return self.clerks.went_down(node);
        }
        self.raft.went_down(node, led, world, counts);
        if led && std::mem::take(&mut self.moving[node.index()]) {
            counts.note(states::MOVES_ON);
        }
        self.configs[node.index()] = 0;
        let mut together = world.cast().members(node.group().unwrap_or(0));
        if together.all(|id| !world.node(id).is_up()) {
            counts.note(states::WHOLE_GROUP_DOWN);
        }
    }

    fn observe(&mut self, world: &World<ShardLab>, leads: u64, counts: &mut Counts) {
        self.raft.observe(world, leads, counts);
        let step = world.last();
        let Some(node) = step.node else { return };
        if let Choice::Deliver(id) = step.choice {
            self.delivered(id, node, world, counts);
        }
        for effect in &step.effects {
            match effect {
                Effect::Notify(notice) => self.note(node, notice, counts),
                Effect::Send { message, .. } => self.sent(message, counts),
                _ => {}
            }
        }
        for envelope in world.left() {
            if let Message::Move { at, .. } = &envelope.message {
                self.moves.insert(envelope.id, *at);
            }
        }
        self.acted(node, world, counts);
    }
}

impl ShardWatch {
    fn delivered(
        &self,
        id: EnvelopeId,
        node: NodeId,
        world: &World<ShardLab>,
        counts: &mut Counts,
    ) {
        if node.is_client() && world.last().effects.is_empty() {
            counts.note(kv::LATE_REPLY);
        }
        let config = self.configs[node.index()];
        if self.moves.get(&id).is_some_and(|at| *at < config) {
            counts.note(states::LATE_MOVE);
        }
    }

    fn sent(&mut self, message: &Message, counts: &mut Counts) {
        match message {
            Message::Controller(message) | Message::Group(message) => note_sent(message, counts),
            Message::Move { shard, at, says: Says::Content(_) } => {
                let times = self.given.entry((*shard, *at)).or_default();
                *times += 1;
                if *times > 1 {
                    counts.note(states::GIVEN_TWICE);
                }
            }
            Message::Move { .. } => {}
        }
    }

    fn acted(&mut self, node: NodeId, world: &World<ShardLab>, counts: &mut Counts) {
        let machine = world.node(node).machine();
        let Some(server) = machine.and_then(|it| it.server()) else { return };
        let shards = server.shards();
        self.moving[node.index()] = shards.iter().any(|(_, here)| !here.state.is_settled());
        let at = shards.config().number;
        let was = std::mem::replace(&mut self.configs[node.index()], at);
        let restored = world.notices().any(|notice| {
            matches!(notice, Notice::Group(replicated::Notice::Raft(RaftNotice::Restored { .. })))
        });
        if restored && !matches!(world.last().choice, Choice::Restart(_)) && at > was {
            counts.note(states::SKIPPED);
        }
    }

    fn note(&mut self, node: NodeId, notice: &Notice, counts: &mut Counts) {
        match notice {
            Notice::Group(notice) => {
                self.clerks.note(node, notice, counts);
                if let replicated::Notice::Applied { session, sequence, outcome, fresh, .. } =
                    notice
                {
                    let name = (*session, *sequence);
                    self.applied(node.group().unwrap_or(0), name, outcome, *fresh, counts);
                }
            }
            Notice::Controller(_) | Notice::Learned { .. } => {}
            Notice::Configured { .. } => counts.note(states::CONFIGURED),
            Notice::WrongGroup { .. } => counts.note(states::WRONG_GROUP),
            Notice::Shard { was, is, .. } => match (was, is) {
                (_, ShardState::Arrived { .. }) => counts.note(states::ARRIVED),
                (ShardState::Leaving { .. }, ShardState::Elsewhere) => {
                    counts.note(states::DELETED);
                }
                (ShardState::Arrived { .. }, ShardState::Serving) => counts.note(states::SETTLED),
                (_, ShardState::Kept) => counts.note(states::KEPT),
                _ => {}
            },
        }
    }

    /// A command of a session was done by a group, or not.
    fn applied(
        &mut self,
        gid: Gid,
        (session, sequence): (SessionId, u64),
        outcome: &Outcome,
        fresh: bool,
        counts: &mut Counts,
    ) {
        let Outcome::Reply(reply) = outcome else { return };
        match Reply::<KvReply>::from_text(&reply.text()) {
            Some(Reply::Of(_)) => {}
            Some(Reply::WrongGroup) => return counts.note(states::REFUSED),
            Some(Reply::Done) | None => return,
        }
        match self.done.get(&session) {
            Some(&(last, by)) if !fresh && last == sequence && by != gid => {
                counts.note(states::DONE_ELSEWHERE);
            }
            _ if fresh => drop(self.done.insert(session, (sequence, gid))),
            _ => {}
        }
    }
}
