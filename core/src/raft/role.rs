//! The three roles (5.1, Figure 4), and what only they know.

use std::collections::VecDeque;

use crate::id::NodeId;

use super::message::{Index, Round};
use super::progress::Progress;

/// What a peer is.
#[derive(Clone, Debug, PartialEq)]
pub enum Role {
    /// Answers leaders and candidates.
    Follower,
    /// Asks whether it would be elected (dissertation, 9.6).
    PreCandidate(Votes),
    /// Asks for votes.
    Candidate(Votes),
    /// Handles all proposals.
    Leader(Leader),
}

/// The name of a role.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RoleName {
    /// Answers leaders and candidates.
    Follower,
    /// Asks whether it would be elected.
    PreCandidate,
    /// Asks for votes.
    Candidate,
    /// Handles all proposals.
    Leader,
}

impl RoleName {
    /// The paper's word.
    pub const fn word(self) -> &'static str {
        match self {
            RoleName::Follower => "follower",
            RoleName::PreCandidate => "pre-candidate",
            RoleName::Candidate => "candidate",
            RoleName::Leader => "leader",
        }
    }
}

impl Role {
    /// Its name.
    #[inline]
    pub fn name(&self) -> RoleName {
        match self {
            Role::Follower => RoleName::Follower,
            Role::PreCandidate(_) => RoleName::PreCandidate,
            Role::Candidate(_) => RoleName::Candidate,
            Role::Leader(_) => RoleName::Leader,
        }
    }
}

/// Answers to a candidate, by the voters' places in the group.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Votes {
    granted: u64,
    refused: u64,
    /// Grants that were counted once more, under a mistake that does so.
    pub(super) recounted: u32,
}

impl Votes {
    /// Notes an answer. False when that voter had granted before.
    pub fn note(&mut self, place: usize, granted: bool) -> bool {
        let bit = 1 << place;
        let fresh = self.granted & bit == 0;
        if granted {
            self.granted |= bit;
        } else {
            self.refused |= bit;
        }
        fresh
    }

    /// How many granted.
    pub fn granted(&self) -> u32 {
        self.granted.count_ones() + self.recounted
    }

    /// What a voter answered, if it did.
    pub fn of(&self, place: usize) -> Option<bool> {
        let has = |bits: u64| bits & (1 << place) != 0;
        if has(self.granted) {
            Some(true)
        } else if has(self.refused) {
            Some(false)
        } else {
            None
        }
    }
}

/// What only a leader knows, and forgets in a crash (Figure 2, volatile state on leaders).
#[derive(Clone, Debug, PartialEq)]
pub struct Leader {
    /// nextIndex\[\] and matchIndex\[\], by place in the group; the leader's own
    /// place is not used.
    pub progress: Vec<Progress>,
    /// Who answered since the last look of CheckQuorum, as bits by place.
    pub heard: u64,
    /// The newest round of heartbeats that was asked for, and the newest that a majority answered
    /// (dissertation, 6.4).
    pub asked: Round,
    /// See there.
    pub confirmed: Round,
    /// The newest round that each member answered, by place; empty until there is one.
    pub rounds: Vec<Round>,
    /// To whom leadership is handed over (dissertation, 3.10).
    pub transfer: Option<NodeId>,
    /// It has asked somebody to be elected in its place. Who hears that late does so, whatever became
    /// of the transfer.
    pub has_asked: bool,
}

impl Leader {
    /// One that has just been elected.
    pub fn new(progress: Vec<Progress>) -> Leader {
        Leader {
            progress,
            heard: 0,
            asked: 0,
            confirmed: 0,
            rounds: Vec::new(),
            transfer: None,
            has_asked: false,
        }
    }
}

/// How far a peer's own log is on its disk.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Durability {
    /// Entries up to here are on disk.
    index: Index,
    /// Saves not yet known to be durable: number, and up to where entries are on
    /// disk when it is. These indexes do not fall along the list.
    saves: VecDeque<(u64, Index)>,
    /// The save with the newest vote, until that is on disk.
    vote: Option<u64>,
}

impl Durability {
    /// All entries up to `index` are on disk.
    pub fn starting_at(index: Index) -> Durability {
        Durability { index, saves: VecDeque::new(), vote: None }
    }

    /// Entries up to here are on disk.
    #[inline]
    pub fn index(&self) -> Index {
        self.index
    }

    /// A save leaves the log with this last index; entries after `after` are new.
    #[inline]
    pub fn saved(&mut self, number: u64, after: Index, last: Index) {
        self.index = self.index.min(after);
        // What an earlier save put behind `after` is replaced by this one.
        if self.saves.back().is_some_and(|(_, other)| *other > after) {
            for (_, other) in self.saves.iter_mut().rev().take_while(|(_, other)| *other > after) {
                *other = after;
            }
        }
        self.saves.push_back((number, last));
    }

    /// A save puts a snapshot in the place of the entries up to `index`, and
    /// leaves those behind it as they are.
    pub fn trimmed(&mut self, number: u64, index: Index) {
        // Saves become durable in order: this one brings all before it.
        let before = self.saves.back().map_or(self.index, |(_, last)| *last);
        self.saves.push_back((number, before.max(index)));
    }

    /// A save holds currentTerm and votedFor as they are now.
    pub fn saved_vote(&mut self, number: u64) {
        self.vote = Some(number);
    }

    /// currentTerm and votedFor are on disk.
    pub fn has_vote(&self) -> bool {
        self.vote.is_none()
    }

    /// Takes entries up to `last` for durable without a save: a mistake.
    pub(super) fn assume(&mut self, last: Index) {
        self.index = last;
    }

    /// All saves up to a number are durable.
    #[inline]
    pub fn durable(&mut self, number: u64) {
        while let Some((_, last)) = self.saves.pop_front_if(|(save, _)| *save <= number) {
            self.index = last.max(self.index);
        }
        self.vote = self.vote.filter(|vote| *vote > number);
    }
}
