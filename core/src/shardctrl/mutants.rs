//! Mistakes of the shard controller made on purpose, as [Raft's](crate::raft::mutants): each one
//! guard at the rule it breaks.
//!
//! Two are mistakes of what the controller stands on, under names of its own; see
//! [`Mutants::of_framework`].

use crate::mutants::mutants;
use crate::replicated::mutants as framework;

/// What a mistake breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Breaks {
    /// Controllers that applied as much have the same configurations.
    EqualState,
    /// A configuration that was given out never changes.
    History,
    /// Every operation seems to happen at one moment between its call and its return.
    Linearizable,
    /// A command takes effect once.
    ExactlyOnce,
    /// As few shards move as possible.
    Movement,
    /// Groups have as many shards as each other, or one more.
    Balance,
    /// Every shard is a group's that is there, as soon as there is one.
    Ownership,
    /// A command changes what it says, and nothing else.
    AsAsked,
    /// Configurations are numbered without a gap, and each differs from the one before.
    Numbers,
}

mutants! {
    u32;
    /// which group gets more than another depends on the server, as the order of a hash table
    /// does.
    MapOrder = "SC01" EqualState,
    /// a configuration shares the table of groups with the one before.
    SharedGroups = "SC02" History,
    /// a leader answers queries from what it has, without asking whether it still leads.
    ReadWithoutAsking = "SC03" Linearizable,
    /// does a command again that was done.
    DoneAgain = "SC04" ExactlyOnce,
    /// deals all shards out anew.
    FromScratch = "SC05" Movement,
    /// the group that has most keeps one more than its share.
    KeepsOneMore = "SC06" Balance,
    /// when the last group leaves, its shards stay its own.
    LastLeaveKeeps = "SC07" Ownership,
    /// a move is balanced away at once.
    MoveRebalances = "SC08" AsAsked,
    /// of several groups that join or leave, only the first does.
    FirstOnly = "SC09" AsAsked,
    /// a group without shards is forgotten.
    EmptyForgotten = "SC10" AsAsked,
    /// a group that has left may not join again.
    NoReturn = "SC11" AsAsked,
    /// all that a leaving group had goes to one other.
    OneHeir = "SC12" Balance,
    /// configuration 0 gives all shards to group 1.
    WrongStart = "SC13" Ownership,
    /// a command that changes nothing makes a configuration.
    NumbersNothing = "SC14" Numbers,
}

impl Mutants {
    /// Those that are made by what the controller stands on, as that names them.
    pub const fn of_framework(self) -> framework::Mutants {
        let mut made = framework::Mutants::NONE;
        if self.has(Mutant::ReadWithoutAsking) {
            made = made.with(framework::Mutant::ReadWithoutAsking);
        }
        if self.has(Mutant::DoneAgain) {
            made = made.with(framework::Mutant::DoneAgain);
        }
        made
    }
}
