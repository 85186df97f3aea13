//! Which states of transactions and their clients were reached.

use netsplit_core::id::NodeId;
use netsplit_core::machine::Effect;
use netsplit_core::replicated::message::{self as replicated, Wants};
use netsplit_core::replicated::service::Text as _;
use netsplit_core::shardkv::message as shardkv;
use netsplit_core::shardkv::shard::ShardState;
use netsplit_core::txn::client::Step;
use netsplit_core::txn::command::{Command, Deed, TxnId, Why};
use netsplit_core::txn::message::{Ended, Message, Notice};
use netsplit_core::txn::shard::Phase;

use crate::labs::txn::TxnLab;
use crate::swarm::kind::{Counts, Kind};
use crate::swarm::lab::Watching;
use crate::swarm::raft::RaftWatch;
use crate::world::World;

use super::states;

/// What is remembered of a run.
#[derive(Clone, Debug)]
pub struct TxnWatch {
    raft: RaftWatch,
    /// By node: how a client's transaction stood when it last acted, or whether a server had one
    /// prepared.
    stood: Vec<Stood>,
    /// By client: of how many shards its transaction was, the last time it asked them to prepare.
    shards: Vec<(TxnId, u32)>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq)]
enum Stood {
    #[default]
    Otherwise,
    Prepared,
    Decided,
}

impl Watching<TxnLab> for TxnWatch {
    fn new(world: &World<TxnLab>) -> TxnWatch {
        let nodes = world.node_count() as usize;
        TxnWatch {
            raft: Watching::<TxnLab>::new(world),
            stood: vec![Stood::Otherwise; nodes],
            shards: vec![(TxnId::default(), 0); nodes],
        }
    }

    fn went_down(&mut self, node: NodeId, led: bool, world: &World<TxnLab>, counts: &mut Counts) {
        let stood = std::mem::take(&mut self.stood[node.index()]);
        if node.is_client() {
            return note_some(
                counts,
                match stood {
                    Stood::Prepared => Some(states::CLIENT_DIED_PREPARED),
                    Stood::Decided => Some(states::CLIENT_DIED_DECIDED),
                    Stood::Otherwise => None,
                },
            );
        }
        self.raft.went_down(node, led, world, counts);
        if led && stood == Stood::Prepared {
            counts.note(states::LEADER_DIED_PREPARED);
        }
        let mut together = world.cast().members(node.group().unwrap_or(0));
        if together.all(|id| !world.node(id).is_up()) {
            counts.note(states::WHOLE_GROUP_DOWN);
        }
    }

    fn observe(&mut self, world: &World<TxnLab>, leads: u64, counts: &mut Counts) {
        self.raft.observe(world, leads, counts);
        let step = world.last();
        let Some(node) = step.node else { return };
        for effect in &step.effects {
            match effect {
                Effect::Notify(notice) => self.note(node, notice, world, counts),
                Effect::Send { message, .. } if node.is_client() => sent(message, counts),
                _ => {}
            }
        }
        self.stood[node.index()] = stands(node, world);
    }
}

fn note_some(counts: &mut Counts, kind: Option<Kind>) {
    kind.into_iter().for_each(|kind| counts.note(kind));
}

/// A client asks for a decision that is on its disk already, or a leader for one that it lacks.
fn sent(message: &Message, counts: &mut Counts) {
    let shardkv::Message::Group(replicated::Message::Ask(ask)) = &message.0 else { return };
    let Wants::Command { command, .. } = &ask.wants else { return };
    let deed = Command::from_text(&command.text()).map(|it| it.deed);
    if let Some(Deed::CommitAlone(_)) = deed {
        counts.note(states::COMMITTED_ALONE);
    }
}

fn stands(node: NodeId, world: &World<TxnLab>) -> Stood {
    let Some(machine) = world.node(node).machine() else { return Stood::Otherwise };
    if let Some(client) = machine.client() {
        return match client.current().map(|txn| txn.step) {
            Some(Step::Preparing | Step::Deciding) => Stood::Prepared,
            Some(Step::Finishing { commit: Some(_), .. }) => Stood::Decided,
            _ => Stood::Otherwise,
        };
    }
    let Some(server) = machine.server() else { return Stood::Otherwise };
    let mut open = server.server().shards().iter().flat_map(|(_, here)| here.store.open());
    match open.any(|(_, open)| matches!(open.phase, Phase::Prepared { .. })) {
        true => Stood::Prepared,
        false => Stood::Otherwise,
    }
}

impl TxnWatch {
    fn note(&mut self, node: NodeId, notice: &Notice, world: &World<TxnLab>, counts: &mut Counts) {
        match notice {
            Notice::Sharded(notice) => noted_of_shards(node, notice, world, counts),
            Notice::Waits { .. } => counts.note(states::WAITED),
            Notice::Prepares { txn, shards } => self.shards[node.index()] = (*txn, *shards),
            Notice::Decides { .. } => counts.note(states::DECIDED_BY_CLIENT),
            Notice::InDoubt { .. } => counts.note(states::IN_DOUBT),
            Notice::GivenUp { why, .. } => counts.note(match why {
                Some(Why::Wounded) => states::WOUNDED,
                Some(Why::Conflict | Why::TooOld) => states::CONFLICT,
                Some(Why::Unknown) => states::LOST_LOCKS,
                None => states::BELOW_ZERO,
            }),
            Notice::Ended { txn, how: Ended::Committed(_), results, .. } => {
                let (last, shards) = self.shards[node.index()];
                if last == *txn && shards > 1 {
                    counts.note(states::COMMITTED);
                } else if !results.is_empty() {
                    counts.note(states::READ_ONLY);
                }
            }
            Notice::Begun { .. }
            | Notice::Attempt { .. }
            | Notice::Read { .. }
            | Notice::Ended { .. } => {}
        }
    }
}

fn noted_of_shards(
    node: NodeId,
    notice: &shardkv::Notice,
    world: &World<TxnLab>,
    counts: &mut Counts,
) {
    use netsplit_core::raft::message::Notice as RaftNotice;
    use netsplit_core::replicated::entry::Entry;
    match notice {
        shardkv::Notice::Shard { shard, is: ShardState::Arrived { .. }, .. } => {
            let server = world.node(node).machine().and_then(|it| it.server());
            let here = server.and_then(|it| it.server().shards().shard(*shard));
            let mut open = here.into_iter().flat_map(|here| here.store.open());
            if open.any(|(_, open)| matches!(open.phase, Phase::Prepared { .. })) {
                counts.note(states::MOVED_PREPARED);
            }
        }
        shardkv::Notice::Group(replicated::Notice::Raft(RaftNotice::Committed {
            entry, ..
        })) => {
            let Some(Entry::Own(words)) = Entry::from_bytes(&entry.command) else { return };
            let deed = Command::from_text(&words.text()).map(|it| it.deed);
            note_some(
                counts,
                match deed {
                    Some(Deed::Abandon) => Some(states::GIVEN_UP),
                    Some(Deed::Finish(Some(_))) => Some(states::RESOLVED_COMMIT),
                    Some(Deed::Finish(None)) => Some(states::RESOLVED_ABORT),
                    _ => None,
                },
            );
        }
        _ => {}
    }
}
