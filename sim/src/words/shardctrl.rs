//! What is said of the shard controller beyond what is said [of every service](super::service).

use netsplit_core::history::{Op, Outcome as OpOutcome};
use netsplit_core::id::NodeId;
use netsplit_core::shardctrl::mutants::{Breaks, Mutant};
use netsplit_core::shardctrl::{Call, Config, Reply, Shard};

use crate::labs::Mistake;
use crate::run::NodeShown;

use super::caption::Stories;
use super::kv;
use super::service::{self, short, some};

/// The controller's stories.
pub static STORIES: Stories = Stories {
    node: |view, id| service::node_story(view, id, controller_story),
    ..service::STORIES
};

/// How a controller's configurations stand.
fn controller_story(it: &NodeShown) -> String {
    let (number, groups) = (it.view.number("configuration"), it.view.number("group count"));
    let applied = it.view.number("applied");
    format!("Its configuration {number} has {} as of entry {applied}.", some(groups, "group"))
}

// ── What clients did ───────────────────────────────────────────────────────

/// `c2 was answered configuration 3 to query`.
pub fn deed(op: &Op<Call, Reply>) -> String {
    let who = op.node;
    let answered = match &op.outcome {
        OpOutcome::Ok(Reply::Done) => "done".to_owned(),
        OpOutcome::Ok(Reply::Config(config)) => format!("configuration {}", short(&text(config))),
        OpOutcome::Failed => "it failed".to_owned(),
        OpOutcome::Unknown => "nobody knows".to_owned(),
    };
    format!("{who} was answered {answered} to {}", short(&op.call.to_string()))
}

/// `c1's join 1=x,y,z`.
pub fn noun(op: &Op<Call, Reply>) -> String {
    format!("{}'s {}", op.node, short(&op.call.to_string()))
}

fn text(config: &Config) -> String {
    Reply::Config(config.clone()).to_string()
}

// ── What is broken ─────────────────────────────────────────────────────────

/// Some group has more than one shard more than another.
pub fn uneven(node: NodeId, call: &Call, config: &Config, least: u32, most: u32) -> String {
    let (number, call) = (config.number, short(&call.to_string()));
    format!(
        "{node} divides unevenly: after {call}, configuration {number} has groups of {least} and \
         of {most} shards."
    )
}

/// More shards moved than must.
pub fn moved_too_many(node: NodeId, call: &Call, moved: u32, least: u32) -> String {
    let call = short(&call.to_string());
    let (moved, least) = (some(moved.into(), "shard"), some(least.into(), "shard"));
    format!("{node} moves {moved} for {call}, and {least} must move.")
}

/// A shard is of no group that is there.
pub fn orphan(node: NodeId, config: &Config, shard: Shard) -> String {
    let (number, owner) = (config.number, config.owner(shard));
    match owner {
        0 => format!("{node}'s configuration {number} gives shard {shard} to nobody."),
        _ => format!(
            "{node}'s configuration {number} gives shard {shard} to group {owner}, which is not \
             there."
        ),
    }
}

/// A command made another configuration than it says.
pub fn otherwise(node: NodeId, call: &Call, config: &Config) -> String {
    let (call, text) = (short(&call.to_string()), short(&text(config)));
    format!("{node} does {call}, and has configuration {text}, which is not what that says.")
}

/// A command made no configuration, and should have.
pub fn nothing_made(node: NodeId, call: &Call) -> String {
    format!("{node} does {}, and makes no configuration of it.", short(&call.to_string()))
}

/// A configuration was made by nothing.
pub fn without_change(node: NodeId, config: &Config) -> String {
    let number = config.number;
    format!("{node} makes configuration {number}, although nothing changes.")
}

/// A configuration has the number of another place.
pub fn misnumbered(node: NodeId, place: u64) -> String {
    format!("{node} has a configuration in place {place} that does not have this number.")
}

/// A configuration is not what it was.
pub fn history_changed(node: NodeId, number: u64) -> String {
    format!("{node}'s configuration {number} is another than it was.")
}

// ── Mistakes ───────────────────────────────────────────────────────────────

/// The controller's own, and behind them those of what it stands on.
pub fn mistakes() -> Vec<Mistake> {
    let shown = |mutant: &Mutant| Mistake {
        id: mutant.id(),
        who: "a controller",
        does: mistake(*mutant),
        breaks: breaks(mutant.breaks()),
    };
    let mut all: Vec<Mistake> = Mutant::ALL.iter().map(shown).collect();
    all.extend(kv::mistakes());
    all
}

/// What a mistake breaks, as people say it.
pub fn breaks(breaks: Breaks) -> &'static str {
    match breaks {
        Breaks::EqualState => "controllers that applied as much have the same configurations",
        Breaks::History => "a configuration that was given out never changes",
        Breaks::Linearizable => {
            "Linearizability: an operation seems to happen at one moment of its time (dissertation 6.3)"
        }
        Breaks::ExactlyOnce => "a command takes effect once (dissertation 6.3)",
        Breaks::Movement => "as few shards move as possible",
        Breaks::Balance => "no two groups differ by more than one shard",
        Breaks::Ownership => "every shard is a group's that is there",
        Breaks::AsAsked => "a command changes what it says, and nothing else",
        Breaks::Numbers => "configurations are numbered without a gap",
    }
}

/// What a controller does that makes the mistake, in the third person and without a full stop.
pub fn mistake(mutant: Mutant) -> &'static str {
    match mutant {
        Mutant::MapOrder => "chooses among equal groups in another order on every second server",
        Mutant::SharedGroups => "lets all configurations share one table of groups",
        Mutant::ReadWithoutAsking => {
            "answers queries as the leader without asking whether it still leads"
        }
        Mutant::DoneAgain => "does a command again that was done before",
        Mutant::FromScratch => "deals all shards out anew when a group joins or leaves",
        Mutant::KeepsOneMore => "lets the group that has most keep one shard more than its share",
        Mutant::LastLeaveKeeps => "leaves the last group its shards when it leaves",
        Mutant::MoveRebalances => "balances again after a move",
        Mutant::FirstOnly => "takes only the first of several groups that join or leave",
        Mutant::EmptyForgotten => "forgets groups that have no shard",
        Mutant::NoReturn => "does not let a group join again that has left",
        Mutant::OneHeir => "gives all that a leaving group had to one other",
        Mutant::WrongStart => "gives all shards to group 1 before anybody has joined",
        Mutant::NumbersNothing => "makes a configuration of a command that changes nothing",
    }
}
