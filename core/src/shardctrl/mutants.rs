//! Mistakes of the shard controller made on purpose, as [Raft's](crate::raft::mutants): each one
//! guard at the rule it breaks.
//!
//! Two are mistakes of what the controller stands on, under names of its own; see
//! [`Mutants::of_framework`].

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

/// A mistake.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Mutant {
    /// SC01: which group gets more than another depends on the server, as the order of a hash table
    /// does.
    MapOrder,
    /// SC02: a configuration shares the table of groups with the one before.
    SharedGroups,
    /// SC03: a leader answers queries from what it has, without asking whether it still leads.
    ReadWithoutAsking,
    /// SC04: does a command again that was done.
    DoneAgain,
    /// SC05: deals all shards out anew.
    FromScratch,
    /// SC06: the group that has most keeps one more than its share.
    KeepsOneMore,
    /// SC07: when the last group leaves, its shards stay its own.
    LastLeaveKeeps,
    /// SC08: a move is balanced away at once.
    MoveRebalances,
    /// SC09: of several groups that join or leave, only the first does.
    FirstOnly,
    /// SC10: a group without shards is forgotten.
    EmptyForgotten,
    /// SC11: a group that has left may not join again.
    NoReturn,
    /// SC12: all that a leaving group had goes to one other.
    OneHeir,
    /// SC13: configuration 0 gives all shards to group 1.
    WrongStart,
    /// SC14: a command that changes nothing makes a configuration.
    NumbersNothing,
}

impl Mutant {
    /// All of them, in the order of the catalogue.
    pub const ALL: &'static [Mutant] = &[
        Mutant::MapOrder,
        Mutant::SharedGroups,
        Mutant::ReadWithoutAsking,
        Mutant::DoneAgain,
        Mutant::FromScratch,
        Mutant::KeepsOneMore,
        Mutant::LastLeaveKeeps,
        Mutant::MoveRebalances,
        Mutant::FirstOnly,
        Mutant::EmptyForgotten,
        Mutant::NoReturn,
        Mutant::OneHeir,
        Mutant::WrongStart,
        Mutant::NumbersNothing,
    ];

    /// Its name in the catalogue.
    pub const fn id(self) -> &'static str {
        self.row().0
    }

    /// What it breaks. All of that is seen at a step.
    pub const fn breaks(self) -> Breaks {
        self.row().1
    }

    /// The one of this name.
    pub fn from_id(id: &str) -> Option<Mutant> {
        Mutant::ALL.iter().copied().find(|mutant| mutant.id() == id)
    }

    const fn row(self) -> (&'static str, Breaks) {
        match self {
            Mutant::MapOrder => ("SC01", Breaks::EqualState),
            Mutant::SharedGroups => ("SC02", Breaks::History),
            Mutant::ReadWithoutAsking => ("SC03", Breaks::Linearizable),
            Mutant::DoneAgain => ("SC04", Breaks::ExactlyOnce),
            Mutant::FromScratch => ("SC05", Breaks::Movement),
            Mutant::KeepsOneMore => ("SC06", Breaks::Balance),
            Mutant::LastLeaveKeeps => ("SC07", Breaks::Ownership),
            Mutant::MoveRebalances => ("SC08", Breaks::AsAsked),
            Mutant::FirstOnly => ("SC09", Breaks::AsAsked),
            Mutant::EmptyForgotten => ("SC10", Breaks::AsAsked),
            Mutant::NoReturn => ("SC11", Breaks::AsAsked),
            Mutant::OneHeir => ("SC12", Breaks::Balance),
            Mutant::WrongStart => ("SC13", Breaks::Ownership),
            Mutant::NumbersNothing => ("SC14", Breaks::Numbers),
        }
    }
}

/// A set of mistakes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Mutants(u32);

impl Mutants {
    /// None.
    pub const NONE: Mutants = Mutants(0);

    /// These and one more.
    pub const fn with(self, mutant: Mutant) -> Mutants {
        Mutants(self.0 | 1 << mutant as u8)
    }

    /// These but for one.
    pub const fn without(self, mutant: Mutant) -> Mutants {
        Mutants(self.0 & !(1 << mutant as u8))
    }

    /// Whether it is one of them.
    pub const fn has(self, mutant: Mutant) -> bool {
        self.0 & (1 << mutant as u8) != 0
    }

    /// True when there is none.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Its members, in the order of the catalogue.
    pub fn iter(self) -> impl Iterator<Item = Mutant> {
        Mutant::ALL.iter().copied().filter(move |mutant| self.has(*mutant))
    }

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
