//! What the nodes of a sharded store tell, and what is said of what is broken there.

use netsplit_core::history::OpId;
use netsplit_core::id::NodeId;
use netsplit_core::raft::message::Index;
use netsplit_core::replicated::mutants::Breaks as OfService;
use netsplit_core::shardctrl::{ConfigNumber, Gid, Shard};
use netsplit_core::shardkv::message::Notice;
use netsplit_core::shardkv::mutants::{Breaks, Mutant};
use netsplit_core::shardkv::shard::ShardState;
use netsplit_core::view::number;

use super::caption::Stories;
use super::groups::{listed, shards};
use super::service;
use crate::check::kv::KvHistory;
use crate::labs::Mistake;
use crate::labs::kv::KvLab;
use crate::run::{Flying, NodeShown, Told, WorldView};

/// The sharded store's stories.
pub static STORIES: Stories = Stories {
    node: |view, id| service::node_story(view, id, shards_story),
    message: message_story,
    ..service::STORIES
};

/// Which shards a server answers for; the controller's say who has how many.
fn shards_story(it: &NodeShown) -> String {
    let (at, applied) = (it.view.number("configuration"), it.view.number("applied"));
    if it.id.group().is_none() {
        return format!("Its newest configuration is {at}, as of entry {applied}.");
    }
    let serving = shards(it).filter(|(_, state)| state.serves());
    let serving: Vec<String> = serving.map(|(shard, _)| shard.to_string()).collect();
    let what = match serving.len() {
        0 => "answers for no shard".to_owned(),
        1 => format!("answers for shard {}", serving[0]),
        _ => format!("answers for shards {}", listed(&serving)),
    };
    format!("As of entry {applied} it is in configuration {at} and {what}.")
}

/// What a message under way asks or answers.
pub(super) fn message_story(flying: &Flying, view: &WorldView) -> String {
    let (from, to) = (flying.id.from, flying.id.to);
    let number = |name: &str| number(&flying.fields, name);
    let (shard, at) = (number("shard"), number("configuration"));
    match flying.kind {
        "PullShard" => {
            format!("{from} asks {to} for shard {shard}, which moves with configuration {at}.")
        }
        "ShardContent" => {
            let bytes = number("content bytes");
            format!("{from} gives {to} shard {shard}, {bytes} bytes, as of configuration {at}.")
        }
        "DeleteShard" => format!("{from} has shard {shard} in its log: {to} may delete it."),
        "ShardDeleted" => format!("{from} tells {to} that it has shard {shard} no more."),
        _ => (service::STORIES.message)(flying, view),
    }
}

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
    Some(Told::new(node, matters, text))
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

/// A server answers for a shard that its group does not serve.
pub fn answers_for_another(node: NodeId, shard: Shard, state: ShardState) -> String {
    format!("{node} answers for shard {shard}, which is {state} there.")
}

/// A server refuses what its group has and serves.
pub fn refuses_its_own(node: NodeId, shard: Shard, state: ShardState) -> String {
    format!("{node} does not answer for shard {shard}, which is {state} there.")
}

/// A group has deleted what it answers for.
pub fn deleted_its_own(node: NodeId, shard: Shard) -> String {
    format!("{node} has deleted what shard {shard} holds, and answers for it.")
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

// ── Mistakes ───────────────────────────────────────────────────────────────

/// The sharded store's own, and behind them those of its groups.
pub fn mistakes() -> Vec<Mistake> {
    let shown = |mutant: &Mutant| Mistake {
        id: mutant.id(),
        who: who_makes(*mutant),
        does: mistake(*mutant),
        breaks: breaks(mutant.breaks()),
    };
    Mutant::ALL.iter().map(shown).chain(super::kv::mistakes()).collect()
}

fn who_makes(mutant: Mutant) -> &'static str {
    match mutant {
        Mutant::NewNumberAfterWrongGroup | Mutant::NeverAsksAgain => "a clerk",
        Mutant::ConfigOutsideLog | Mutant::InstalledOnLeaderOnly | Mutant::NoOwnEntry => "a leader",
        _ => "a group",
    }
}

/// What a mistake breaks, as people say it.
pub fn breaks(breaks: Breaks) -> &'static str {
    match breaks {
        Breaks::Linearizable => super::kv::breaks(OfService::Linearizable),
        Breaks::ExactlyOnce => super::kv::breaks(OfService::ExactlyOnce),
        Breaks::EqualState => super::kv::breaks(OfService::EqualState),
        Breaks::InOrder => "configurations come in order, one at a time (4B)",
        Breaks::Kept => "one group has a shard, and none is lost (4B)",
        Breaks::Resource => "what has left a group is deleted there (4B, first challenge)",
        Breaks::LiveMove => "a change of the configuration ends",
        Breaks::Served => {
            "what is here is answered for, whatever else is on its way (4B, second challenge)"
        }
        Breaks::LiveServe => "everything is answered in the end",
    }
}

/// What a group, a leader or a clerk does that makes the mistake, in the third person and without a
/// full stop.
pub fn mistake(mutant: Mutant) -> &'static str {
    match mutant {
        Mutant::NoOwnershipCheck => "answers for shards of other groups",
        Mutant::OwnershipAtArrival => {
            "looks whose shard it is when it is asked, and not when the command’s turn in the log comes"
        }
        Mutant::ConfigOutsideLog => "takes a configuration without the log",
        Mutant::JumpsToLatest => "takes the latest configuration, whatever came between",
        Mutant::DoesNotWait => {
            "takes a configuration while shards of the last one are on their way"
        }
        Mutant::ServesBeforeArrival => "answers for a shard that has not come yet",
        Mutant::KeepsServing => "answers for a shard that it has lost",
        Mutant::SessionsDoNotMove => "gives a shard away without what was done for whom",
        Mutant::SessionsReplaced => {
            "puts what was done for whom in one shard in the place of that in all others"
        }
        Mutant::NewNumberAfterWrongGroup => "takes a new number when it asked the wrong group",
        Mutant::RecordsRefused => "notes a command as done that it refuses",
        Mutant::InstalledOnLeaderOnly => "installs a shard without the log",
        Mutant::DonorAnswersEarly => "gives a shard away that it still answers for",
        Mutant::SecondCopyOverwrites => "installs a shard again that has come",
        Mutant::MoveNotFenced => "installs a shard of an older move",
        Mutant::OnlyWhoApplied => {
            "sees to a change only on the leader that applied it, and not on the next"
        }
        Mutant::WaitsToGive => "gives nothing away while it waits for a shard itself",
        Mutant::DeletesBeforeArrival => "deletes a shard once it has given it away",
        Mutant::NeverDeletes => "keeps what has left for ever",
        Mutant::DeleteNotFenced => "deletes a shard for an older move",
        Mutant::DeletesAskedOnce => "asks once that a shard be deleted, and never again",
        Mutant::SnapshotWithoutStates => "leaves what is on its way out of snapshots",
        Mutant::RefusesDuringChange => "refuses everything while a change is under way",
        Mutant::WaitsForAll => "answers for no shard that came before all have come",
        Mutant::NoOwnEntry => "adds no entry of its own when it is elected",
        Mutant::ChangesWhatLeft => "changes a shard that has left, and refuses all the same",
        Mutant::NeverAsksAgain => "keeps the first configuration that it heard of",
        Mutant::OldDataReused => "takes what a shard held here before for what it holds",
        Mutant::ControllerBlocks => "answers nobody while the controller is silent",
        Mutant::NobodysIsPulled => "waits for shards that nobody has",
    }
}
