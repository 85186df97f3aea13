//! What shards pass on their way, as it is found in a step.

use netsplit_core::kv::message::Call;
use netsplit_core::machine::Mail as _;
use netsplit_core::raft::message::{self as raft, Index};
use netsplit_core::replicated::entry::Entry;
use netsplit_core::replicated::message as replicated;
use netsplit_core::replicated::service::Text as _;
use netsplit_core::shardctrl::message::Call as ControllerCall;
use netsplit_core::shardctrl::{Config, Shard};
use netsplit_core::shardkv::command::Command;
use netsplit_core::shardkv::message::{Message, Notice};
use netsplit_core::shardkv::shard::ShardState;

use crate::check::look::Look;
use crate::labs::shardkv::ShardLab;
use crate::mail::Envelope;
use crate::run::{Passage, Passed};
use crate::world::World;

/// Which shard an entry is about, where it is a step of a change; `Some(None)` for any.
pub(super) fn about(said: &Command<Call>) -> Option<Option<Shard>> {
    match said {
        Command::Call(_) => None,
        Command::Configure(_) => Some(None),
        Command::Install { shard, .. }
        | Command::Delete { shard, .. }
        | Command::Settle { shard, .. } => Some(Some(*shard)),
    }
}

/// A shard stands otherwise in a group, which has applied so far, by these entries in the step.
pub(super) fn stands(
    shard: Shard,
    state: ShardState,
    applied: Index,
    steps: &[(Index, Option<Shard>)],
) -> Passage {
    let (other, at) = match state {
        ShardState::Pulling { from, at } | ShardState::Arrived { from, at } => (from, at),
        ShardState::Leaving { to, at } => (to, at),
        ShardState::Elsewhere | ShardState::Serving | ShardState::Kept => (0, 0),
    };
    let is_it = |(_, of): &&(Index, Option<Shard>)| of.is_none_or(|of| of == shard);
    let index = steps.iter().rfind(is_it).map_or(applied, |(index, _)| *index);
    Passage::Stands { shard, state: state.word(), other, at, index }
}

/// The controller has configurations that it did not have.
pub(super) fn configured(news: &[Config], look: &Look<ShardLab>) -> impl Iterator<Item = Passage> {
    let applied = |notice: &Notice| {
        let Notice::Controller(replicated::Notice::Raft(raft::Notice::Committed { index, entry })) =
            notice
        else {
            return None;
        };
        let Some(Entry::Command { command, .. }) = Entry::from_bytes(&entry.command) else {
            return None;
        };
        let call = ControllerCall::from_text(&command.text()).filter(|call| !call.is_query())?;
        Some((*index, short(&call)))
    };
    let calls: Vec<(Index, String)> = look.world.notices().filter_map(applied).collect();
    let count = news.len();
    news.iter().enumerate().map(move |(place, config)| {
        // A call that changes nothing makes no configuration: then nobody can tell which made which.
        let known = (calls.len() == count).then(|| calls[place].clone());
        let (index, call) = known.unwrap_or_default();
        let (number, owners) = (config.number, config.shards.clone());
        Passage::Configured { number, owners, index, call }
    })
}

/// A call without the names of servers: `join 1 2`.
fn short(call: &ControllerCall) -> String {
    let word = |word: &str| word.split('=').next().unwrap_or_default().to_owned();
    call.to_text().split(' ').map(word).collect::<Vec<String>>().join(" ")
}

/// Messages that left in the step: about shards, and a client's for the controller.
pub(super) fn left(world: &World<ShardLab>) -> impl Iterator<Item = Passed> {
    let passed = |envelope: &Envelope<Message>| {
        let (id, arrives) = (envelope.id, envelope.arrives);
        match &envelope.message {
            Message::Move { shard, at, .. } => {
                let kind = Message::KINDS.get(usize::from(envelope.message.kind()))?;
                Some(Passage::Left { shard: *shard, at: *at, id, kind, arrives })
            }
            Message::Controller(replicated::Message::Ask(_)) if id.from.is_client() => {
                Some(Passage::Asked { id })
            }
            _ => None,
        }
    };
    let moment = world.moment();
    world.left().filter_map(move |envelope| {
        Some(Passed { moment, node: envelope.id.from, what: passed(envelope)? })
    })
}
