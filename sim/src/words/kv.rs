//! What is said of the store beyond what is said [of every service](super::service).

use netsplit_core::history::{Op, OpId, Outcome as OpOutcome};
use netsplit_core::kv::message::{Call, Reply};
use netsplit_core::replicated::mutants::{Breaks, Mutant};
use netsplit_core::words::quoted;

use crate::check::kv::{KvHistory, property};
use crate::labs::Mistake;
use crate::run::NodeShown;

use super::caption::Stories;
use super::service::{self, short, some, time};

/// The store's stories.
pub static STORIES: Stories =
    Stories { node: |view, id| service::node_story(view, id, store_story), ..service::STORIES };

// ── What is broken ─────────────────────────────────────────────────────────

/// `c2 read x = 1`.
pub fn deed(op: &Op<Call, Reply>) -> String {
    let (who, key) = (op.node, quoted(op.call.key()));
    let answered = match &op.outcome {
        OpOutcome::Ok(reply) => short(&reply.to_string()),
        OpOutcome::Failed => "it failed".to_owned(),
        OpOutcome::Unknown => "nobody knows".to_owned(),
    };
    match (&op.call, &op.outcome) {
        (Call::Get { .. }, OpOutcome::Ok(Reply::Value(value))) => {
            format!("{who} read {key} = {}", short(&quoted(value)))
        }
        (Call::Put { value, .. }, OpOutcome::Ok(_)) => {
            format!("{who} put {key} = {}", short(&quoted(value)))
        }
        (Call::Append { value, .. }, OpOutcome::Ok(_)) => {
            format!("{who} appended {} to {key}", short(&quoted(value)))
        }
        (call, _) => format!("{who} was answered {answered} to {}", short(&call.to_string())),
    }
}

/// `c1's put of 2`.
pub fn noun(op: &Op<Call, Reply>) -> String {
    let who = op.node;
    match &op.call {
        Call::Put { value, .. } => format!("{who}'s put of {}", short(&quoted(value))),
        Call::Append { value, .. } => format!("{who}'s append of {}", short(&quoted(value))),
        call => format!("{who}'s {}", short(&call.to_string())),
    }
}

/// A session was shown or made less than it knew.
pub fn session_broken(
    history: &KvHistory,
    property: &'static str,
    earlier: OpId,
    later: OpId,
) -> String {
    let (Some(earlier), Some(later)) = (history.get(earlier), history.get(later)) else {
        return format!("{property} is broken.");
    };
    let late = later.returned.map_or(later.invoked.at, |when| when.at);
    let early = earlier.returned.map_or(earlier.invoked.at, |when| when.at);
    let than = match property {
        property::READ_YOUR_WRITES => "which is older than what it wrote itself",
        property::MONOTONIC_READS => "which is older than what it had read",
        property::MONOTONIC_WRITES => "which came before what it had written",
        _ => "which came before what it had read",
    };
    format!("{} at {}, {than} at {}.", deed(later), time(late), time(early))
}

/// How a server's store stands.
fn store_story(it: &NodeShown) -> String {
    let (keys, sessions) = (it.view.number("key count"), it.view.number("session count"));
    let applied = it.view.number("applied");
    format!(
        "Its store has {} and {} as of entry {applied}.",
        some(keys, "key"),
        some(sessions, "session")
    )
}

// ── Mistakes ───────────────────────────────────────────────────────────────

/// The store's own.
pub fn mistakes() -> Vec<Mistake> {
    let shown = |mutant: &Mutant| Mistake {
        id: mutant.id(),
        who: who_makes(*mutant),
        does: mistake(*mutant),
        breaks: breaks(mutant.breaks()),
    };
    Mutant::ALL.iter().map(shown).collect()
}

fn who_makes(mutant: Mutant) -> &'static str {
    match mutant {
        Mutant::NewNumberOnRetry
        | Mutant::SilenceIsDone
        | Mutant::NeverAnother
        | Mutant::WaitsBeforeEach => "a clerk",
        _ => "a server",
    }
}

/// What a mistake breaks, as people say it.
pub fn breaks(breaks: Breaks) -> &'static str {
    match breaks {
        Breaks::ExactlyOnce => "a command takes effect once (dissertation 6.3)",
        Breaks::Linearizable => {
            "Linearizability: an operation seems to happen at one moment of its time (dissertation 6.3)"
        }
        Breaks::Acknowledged => "what was acknowledged is not lost",
        Breaks::EqualState => "servers that applied as much are in the same state",
        Breaks::LiveClient => "what a clerk asks is answered in the end",
        Breaks::Resource => "bounds on what is kept",
    }
}

/// What a server or a clerk does that makes the mistake, in the third person and without a full
/// stop.
pub fn mistake(mutant: Mutant) -> &'static str {
    match mutant {
        Mutant::DoneAgain => "does a command again that was done before",
        Mutant::LookOnlyBefore => {
            "looks for a command that was done before it proposes, and not when it applies"
        }
        Mutant::LeaderKeepsTable => "keeps what was done on the leader alone",
        Mutant::TableNotInSnapshot => "leaves the table of sessions out of snapshots",
        Mutant::OnlyTheLast => "takes a command for done only if it is the very last one",
        Mutant::NumbersCollide => "lets clerks choose the same number",
        Mutant::ReplyOfAnother => "answers a query with the reply to the one before",
        Mutant::ReadWithoutAsking => {
            "answers queries as the leader without asking whether it still leads"
        }
        Mutant::FollowersRead => "answers queries on any server from what it has",
        Mutant::AnswerBeforeCommit => "answers a command once it is proposed",
        Mutant::AnswerByIndex => "answers who waits for an index, whatever was committed there",
        Mutant::AnswerBySession => "answers by the session, whichever of its commands was done",
        Mutant::KeepsWaiters => "keeps clerks waiting when it has lost the lead",
        Mutant::FailedByIndex => "says that a command failed once another stands at its index",
        Mutant::NewNumberOnRetry => "takes a new number when it asks again",
        Mutant::SilenceIsDone => "takes a question without an answer for done",
        Mutant::NeverAnother => "asks the same server for ever",
        Mutant::WaitsBeforeEach => "waits before each question",
        Mutant::ServersDiffer => "does commands differently on every second server",
        Mutant::FollowersDoNotApply => "applies nothing on followers",
        Mutant::NeverTrims => "never takes a snapshot",
        Mutant::SnapshotCarriesHistory => "lets snapshots carry all that ever was",
        Mutant::SnapshotNotRead => "does not look at its snapshot when it starts",
        Mutant::RestoreMerges => "puts a snapshot into what it had, instead of in its place",
        Mutant::KeepsAllReplies => "keeps the reply to every command for ever",
        Mutant::KeepsAllSessions => "never ends a session, however many there are",
        Mutant::QueryTwice => "answers nothing to a query that it answered before",
        Mutant::NoOwnEntry => "adds no entry of its own when it is elected",
        Mutant::LeaseWithoutDrift => "does not shorten its lease by what clocks may differ",
        Mutant::LeaseFromAnswer => "counts its lease from when the answers came",
        Mutant::LeaseThroughTransfer => "keeps its lease while it hands over",
        Mutant::AnyRoundCounts => "counts an answer for the newest round, not for the one it names",
        Mutant::ReadBeforeOwnTerm => "reads before an entry of its own term is committed",
    }
}
