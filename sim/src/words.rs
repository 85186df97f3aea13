//! The catalogue of sentences: what happened and why, in the papers' words. The
//! page, the command line and a screen reader all say it so; a second language
//! is one more file with the same functions.

pub mod anomalies;
pub mod any;
pub mod caption;
mod done;
pub mod entry;
mod faults;
mod groups;
pub mod history;
pub mod kv;
mod luck;
pub mod mapreduce;
mod mistakes;
pub mod operation;
pub mod outcome;
pub mod raft;
pub mod service;
pub mod shardctrl;
pub mod shardkv;
mod steps;
#[cfg(test)]
mod tests;
mod timing;
pub mod transaction;
pub mod txn;
pub mod world;

use netsplit_core::id::NodeId;
use netsplit_core::raft::message::Notice;
use netsplit_core::raft::reason::Reason;
use netsplit_core::raft::role::RoleName;

use crate::run::{Fact, Told};

pub use caption::{
    Caption, Offer, Stories, caption, caption_of_group, entry_story, message_story, node_story,
    suggestion,
};
pub use done::{done, plain};
pub use faults::{cuts, is_down};
pub use luck::{lot, lots, luck_outcome};
pub use mistakes::{breaks, mistake, mistakes};
pub use outcome::leads_to;
pub use steps::{coming, happened, leads_no_longer};
pub use timing::timing_trouble;
pub use world::{
    choice, impossible_start, nodes, not_enabled, not_possible, outcome, stop, verb, violation,
};

/// A sentence begins with a capital. The first letter of ours is an English one, so that the
/// tables of all other alphabets can be done without.
pub fn capital(text: &str) -> String {
    let mut sentence = text.to_owned();
    if let Some(first) = sentence.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    sentence
}

/// The first of several sentences, where there is room for no more.
fn first_sentence(text: &str) -> &str {
    text.split_inclusive(". ").next().unwrap_or(text).trim_end()
}

/// What a Raft peer told.
pub fn raft_notice(node: NodeId, notice: &Notice) -> Option<Told> {
    let (matters, text) = match notice {
        Notice::Proposed { index, term } => {
            (true, format!("{node} takes a command as entry {index} of term {term}."))
        }
        Notice::Committed { index, entry } => {
            (true, format!("{node} applies entry {index}: {}.", entry.command))
        }
        Notice::Restored { index, .. } => {
            (true, format!("{node} starts from the snapshot of entries 1 to {index}."))
        }
        // Following is what comes with a newer term; losing the lead is told apart.
        Notice::Became { role, term } => (*role != RoleName::Follower, became(node, *role, *term)),
        Notice::Voted { candidate, term } => {
            (true, format!("{node} votes for {candidate} in term {term}."))
        }
        Notice::Overwritten { from, to } if from == to => {
            (true, format!("{node} loses entry {from}: its leader's log differs (5.3)."))
        }
        Notice::Overwritten { from, to } => {
            (true, format!("{node} loses entries {from} to {to}: its leader's log differs (5.3)."))
        }
        Notice::Confirmed { round } => {
            (false, format!("A majority follows {node} in round {round} (dissertation 6.4)."))
        }
        Notice::Because(reason) => {
            let waits =
                matches!(reason, Reason::MoreCopiesNeeded { .. } | Reason::LateAnswer { .. });
            (!waits, format!("{} ({}).", raft_reason(node, reason), section(reason)))
        }
    };
    let fact = match *notice {
        Notice::Became { role: RoleName::Leader, term } => Some(Fact::Leads { term }),
        Notice::Committed { index, .. } => Some(Fact::Applied { index }),
        _ => None,
    };
    Some(Told { fact, ..Told::new(node, matters, text) })
}

fn became(node: NodeId, role: RoleName, term: u64) -> String {
    match role {
        RoleName::Leader => format!("{node} leads term {term}."),
        RoleName::Candidate => format!("{node} asks for votes in term {term}."),
        RoleName::PreCandidate => format!("{node} asks whether it would be elected."),
        RoleName::Follower => format!("{node} follows in term {term}."),
    }
}

/// Where a reason is stated, as it is written behind a sentence.
pub fn section(reason: &Reason) -> String {
    reason.section().to_owned()
}

/// A reason of a Raft peer, as a sentence without its full stop.
pub fn raft_reason(node: NodeId, reason: &Reason) -> String {
    match *reason {
        Reason::AlreadyVoted { candidate, voted_for, term } => {
            format!("{node} refuses {candidate}: already voted for {voted_for} in term {term}")
        }
        Reason::OlderLog { candidate, last_term, last_index, own_last_term, own_last_index } => {
            let differs = if last_term == own_last_term {
                format!("last index {last_index} against {own_last_index}")
            } else {
                format!("last term {last_term} against {own_last_term}")
            };
            format!("{node} refuses {candidate}: its log is older, {differs}")
        }
        Reason::LeaderHeardRecently { candidate, leader: Some(leader) } => {
            format!("{node} does not consider {candidate}: it heard {leader} lately")
        }
        Reason::LeaderHeardRecently { candidate, leader: None } => {
            format!("{node} does not consider {candidate}: it may have heard a leader lately")
        }
        Reason::OldTerm { from, message_term, term } => {
            format!(
                "{node} refuses {from}'s message: term {message_term} is over, {node} is in term {term}"
            )
        }
        Reason::LateAnswer { from, term } => {
            format!("{node} throws away {from}'s answer of term {term}: it comes too late")
        }
        Reason::LogTooShort { prev_log_index, last_index } => {
            format!(
                "{node} refuses the entries: it has none at index {prev_log_index}, its last is {last_index}"
            )
        }
        Reason::TermDiffers { prev_log_index, leader_term, own_term } => {
            format!(
                "{node} refuses the entries: no entry of term {leader_term} at index {prev_log_index}, but one of term {own_term}"
            )
        }
        Reason::AlreadyCovered { last_included_index, covered } => {
            format!(
                "{node} needs no snapshot up to {last_included_index}: it has all up to {covered}"
            )
        }
        Reason::NotApplied { index, last_applied } => {
            format!("{node} refuses a snapshot up to {index}: only {last_applied} is applied")
        }
        Reason::PieceOutOfOrder { offset, have } => {
            format!("{node} refuses a piece of the snapshot at byte {offset}: it has {have}")
        }
        Reason::NotLeader { leader: Some(leader) } => {
            format!("{node} refuses a command: {leader} leads")
        }
        Reason::NotLeader { leader: None } => format!("{node} refuses a command: it does not lead"),
        Reason::MoreCopiesNeeded { index, copies, needed } => {
            format!("Entry {index} is on {copies}; {needed} commit it")
        }
        Reason::OwnTermRule { index, entry_term, term } => {
            format!(
                "Entry {index} of term {entry_term} is on a majority, and waits for an entry of term {term}"
            )
        }
        Reason::TransferFailed { to } => {
            format!("{node} goes on leading: {to} did not take over in time")
        }
        Reason::NoMajorityInReach { reached, needed } => {
            format!("{node} steps down: it reaches {reached}, {needed} are needed")
        }
    }
}
