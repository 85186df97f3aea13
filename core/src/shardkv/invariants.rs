//! What always holds of a server of a group and of its shards, in the slow and obvious form.

use crate::replicated::invariants::applied_log_is_bounded;
use crate::replicated::service::Service as _;
use crate::shardctrl::NOBODY;

use super::content::Content;
use super::mutants::Breaks;
use super::server::ShardServer;
use super::shard::ShardState;
use super::store::Shards;

/// A rule, with its name and what is broken with it.
pub type Rule<T> = (&'static str, Breaks, fn(&T) -> bool);

/// All rules about the shards of a group.
pub fn of_shards<C: Content>() -> [Rule<Shards<C>>; 8] {
    [
        ("what is elsewhere, or has not come, holds nothing here", Breaks::Resource, holds_no_more),
        (
            "what has left is deleted before the next configuration",
            Breaks::Resource,
            leaves_in_time,
        ),
        ("it answers for what its configuration gives it alone", Breaks::Kept, answers_for_its_own),
        ("what its configuration gives it is here, or awaited", Breaks::Kept, has_its_own),
        (
            "what comes is of this configuration: since = configuration",
            Breaks::InOrder,
            comes_in_time,
        ),
        ("what leaves goes to whom the configuration gives it", Breaks::Kept, leaves_for_its_owner),
        (
            "what is kept is nobody's, and was this group's last",
            Breaks::Kept,
            keeps_what_is_nobodys,
        ),
        ("it is settled only when it waits for nothing", Breaks::InOrder, is_settled_in_the_end),
    ]
}

/// All rules about a server of a group.
pub fn of_server<C: Content>() -> [Rule<ShardServer<C>>; 3] {
    [
        (
            "what was done for whom stands beside what it was done to",
            Breaks::Resource,
            has_no_other,
        ),
        ("what is applied stays within the log's bound", Breaks::Resource, log_is_bounded),
        (
            "who waits to hear of a deletion waits for one that is due",
            Breaks::Resource,
            tells_in_time,
        ),
    ]
}

/// The name of the first rule that a server or its shards break, and what is broken with it.
pub fn broken_rule<C: Content>(server: &ShardServer<C>) -> Option<(&'static str, Breaks)> {
    let of_shards = of_shards().into_iter().find(|(_, _, holds)| !holds(server.shards()));
    let of_server = || of_server().into_iter().find(|(_, _, holds)| !holds(server));
    let of_shards = of_shards.map(|(name, breaks, _)| (name, breaks));
    of_shards.or_else(|| of_server().map(|(name, breaks, _)| (name, breaks)))
}

// ── The shards of a group ──────────────────────────────────────────────────

/// What a group has handed over it keeps no longer (4B, the first challenge), and a shard that comes
/// finds nothing of an earlier time.
pub fn holds_no_more<C: Content>(shards: &Shards<C>) -> bool {
    shards.iter().all(|(_, here)| match here.state {
        ShardState::Elsewhere | ShardState::Pulling { .. } => {
            here.store.is_empty() && here.sessions.is_empty()
        }
        _ => true,
    })
}

/// `since = configuration` of what leaves.
pub fn leaves_in_time<C: Content>(shards: &Shards<C>) -> bool {
    let now = shards.config().number;
    shards.iter().all(|(_, here)| match here.state {
        ShardState::Leaving { at, .. } => at == now,
        _ => true,
    })
}

/// `since = configuration` of what comes: the next one waits for it.
pub fn comes_in_time<C: Content>(shards: &Shards<C>) -> bool {
    let now = shards.config().number;
    shards.iter().all(|(_, here)| match here.state {
        ShardState::Pulling { at, .. } | ShardState::Arrived { at, .. } => at == now,
        _ => true,
    })
}

/// A shard that is answered for, or is to be, is this group's.
pub fn answers_for_its_own<C: Content>(shards: &Shards<C>) -> bool {
    shards.iter().all(|(shard, here)| {
        let is_its_own = shards.config().owner(shard) == shards.gid();
        let is_to_answer = matches!(here.state, ShardState::Pulling { .. });
        !here.state.serves() && !is_to_answer || is_its_own
    })
}

/// A shard that is this group's is answered for, or will be.
pub fn has_its_own<C: Content>(shards: &Shards<C>) -> bool {
    shards.iter().all(|(shard, here)| {
        let is_to_answer = matches!(here.state, ShardState::Pulling { .. });
        shards.config().owner(shard) != shards.gid() || here.state.serves() || is_to_answer
    })
}

/// The group that is to have a shard is the one that the configuration names, and another than this.
pub fn leaves_for_its_owner<C: Content>(shards: &Shards<C>) -> bool {
    shards.iter().all(|(shard, here)| match here.state {
        ShardState::Leaving { to, at } if at == shards.config().number => {
            to != shards.gid() && to == shards.config().owner(shard)
        }
        _ => true,
    })
}

/// A shard that nobody serves stays with the group that served it last.
pub fn keeps_what_is_nobodys<C: Content>(shards: &Shards<C>) -> bool {
    let config = shards.config();
    shards.iter().all(|(shard, here)| {
        let is_kept = config.owner(shard) == NOBODY && config.holder(shard) == shards.gid();
        (here.state == ShardState::Kept) == is_kept
    })
}

/// One configuration after the other (4B): a group that waits for a shard, or is not sure that it is
/// gone where it came from, takes no other configuration.
pub fn is_settled_in_the_end<C: Content>(shards: &Shards<C>) -> bool {
    let waits =
        |it: ShardState| matches!(it, ShardState::Pulling { .. } | ShardState::Arrived { .. });
    !shards.is_settled() || !shards.iter().any(|(_, here)| waits(here.state))
}

// ── A server of a group ────────────────────────────────────────────────────

/// Sessions move with their shards, so the framework has none, and keeps nothing else either.
pub fn has_no_other<C: Content>(server: &ShardServer<C>) -> bool {
    server.group().sessions().is_empty() && server.group().bytes() == server.shards().bytes()
}

/// As of the key/value store.
pub fn log_is_bounded<C: Content>(server: &ShardServer<C>) -> bool {
    applied_log_is_bounded(server.group())
}

/// Between two inputs whoever can be told that a shard is deleted has been.
pub fn tells_in_time<C: Content>(server: &ShardServer<C>) -> bool {
    server.askers.iter().all(|(shard, (_, at))| {
        let state = server.shards().shard(*shard).map(|here| here.state);
        matches!(state, Some(ShardState::Leaving { at: since, .. }) if since == *at)
    })
}
