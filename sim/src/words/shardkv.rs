//! What the nodes of a sharded store tell, and what is said of what is broken there.

use netsplit_core::history::OpId;
use netsplit_core::id::NodeId;
use netsplit_core::raft::message::Index;
use netsplit_core::shardctrl::{ConfigNumber, Gid, Shard};
use netsplit_core::shardkv::message::Notice;
use netsplit_core::shardkv::shard::ShardState;

use super::service;
use crate::check::kv::KvHistory;
use crate::labs::kv::KvLab;
use crate::run::Told;

/// What a node of a sharded store told.
pub fn notice(node: NodeId, notice: &Notice) -> Option<Told> {
    let (matters, text) = match notice {
        Notice::Group(notice) | Notice::Controller(notice) => return service::notice(node, notice),
        Notice::Configured { gid, at } => {
            (true, format!("{node}: group g{gid} is in configuration {at} from here on."))
        }
        Notice::Shard { shard, was, is, .. } => (true, shard_text(node, *shard, *was, *is)),
        Notice::WrongGroup { from, .. } => (
            true,
            format!("{from} does not answer for the key's shard: {node} asks the controller."),
        ),
        Notice::Learned { at } => (true, format!("{node} learns of configuration {at}.")),
    };
    Some(Told { node, matters, text })
}

fn shard_text(node: NodeId, shard: Shard, was: ShardState, is: ShardState) -> String {
    match (was, is) {
        (_, ShardState::Pulling { from, .. }) => {
            format!("{node} is to have shard {shard}, and waits for it from g{from}.")
        }
        (_, ShardState::Arrived { .. }) => {
            format!("{node} has shard {shard}, and answers for it from here on.")
        }
        (_, ShardState::Leaving { to, .. }) => {
            format!("{node} answers for shard {shard} no more: it keeps it until g{to} has it.")
        }
        (ShardState::Leaving { .. }, ShardState::Elsewhere) => {
            format!("{node} deletes shard {shard}: it has arrived.")
        }
        (ShardState::Arrived { .. }, ShardState::Serving) => {
            format!("{node}: shard {shard} is nowhere else any more.")
        }
        (_, ShardState::Kept) => {
            format!("{node} keeps shard {shard}, which nobody is to answer for.")
        }
        (_, ShardState::Serving) => format!("{node} answers for shard {shard}."),
        (_, ShardState::Elsewhere) => format!("{node} has shard {shard} no more."),
    }
}

// ── What is broken ─────────────────────────────────────────────────────────

/// A command took effect at two places.
pub fn done_twice(
    history: &KvHistory,
    op: OpId,
    (first, at): (Gid, Index),
    (second, again): (Gid, Index),
) -> String {
    if first == second {
        return service::done_twice::<KvLab>(history, op, at, again);
    }
    let call = history.get(op).map_or(String::new(), |it| format!("{}'s {} ", it.node, it.call));
    format!("{call}took effect twice: as entry {at} of g{first} and as entry {again} of g{second}.")
}

/// Two groups answer for a shard.
pub fn two_owners(shard: Shard, one: Gid, other: Gid) -> String {
    format!("Groups g{other} and g{one} both answer for shard {shard}.")
}

/// A shard has come, and is not what left.
pub fn arrived_otherwise(shard: Shard, gid: Gid, at: ConfigNumber) -> String {
    format!("What g{gid} has of shard {shard} is not what left under configuration {at}.")
}

/// A shard was deleted before it had arrived.
pub fn deleted_too_early(shard: Shard, gid: Gid, to: Gid) -> String {
    format!("g{gid} has deleted shard {shard}, and g{to} does not have it.")
}

/// A group has a shard no more, and nobody took it.
pub fn given_up(shard: Shard, gid: Gid) -> String {
    format!("g{gid} has shard {shard} no more, and gave it to nobody.")
}

/// A group begins a shard anew that another has.
pub fn begun_anew(shard: Shard, gid: Gid) -> String {
    format!("g{gid} begins shard {shard} anew, and another group has it.")
}

/// A configuration was passed over.
pub fn out_of_order(gid: Gid, was: ConfigNumber, is: ConfigNumber) -> String {
    format!("g{gid} goes from configuration {was} to {is}.")
}

/// A configuration that is not the controller's.
pub fn not_the_controllers(gid: Gid, at: ConfigNumber) -> String {
    format!("g{gid} is in a configuration {at} that the controller does not have.")
}

/// What has left is still there.
pub fn not_deleted(node: NodeId, shard: Shard) -> String {
    format!("{node} still keeps shard {shard}, which is elsewhere.")
}
