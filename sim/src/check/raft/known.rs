//! What the checks remember.

use std::collections::VecDeque;

use netsplit_core::id::NodeId;
use netsplit_core::raft::message::{Index, Term};

/// An entry that some node took, at an index.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Taken {
    pub(super) term: Term,
    pub(super) digest: u64,
    /// Term of the entry before it.
    pub(super) prev_term: Term,
    /// Nodes on whose disks it is and that took it in its own term, as bits.
    pub(super) stored: u64,
}

/// Everything taken at one index: mostly one entry.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Place {
    pub(super) first: Taken,
    pub(super) more: Vec<Taken>,
}

impl Place {
    pub(super) fn get_mut(&mut self, term: Term) -> Option<&mut Taken> {
        if self.first.term == term {
            return Some(&mut self.first);
        }
        self.more.iter_mut().find(|taken| taken.term == term)
    }

    /// The term of what is on a node's disk, where the node took it in that term.
    pub(super) fn term_of(&self, node: NodeId) -> Option<Term> {
        let mut all = std::iter::once(&self.first).chain(&self.more);
        all.find(|taken| taken.stored & 1 << node.index() != 0).map(|taken| taken.term)
    }

    pub(super) fn forget(&mut self, node: NodeId, but: Option<Term>) {
        for taken in std::iter::once(&mut self.first).chain(&mut self.more) {
            if Some(taken.term) != but {
                taken.stored &= !(1 << node.index());
            }
        }
    }
}

/// An entry of the record of what is committed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Committed {
    pub(super) term: Term,
    /// [`HIDDEN`] while a snapshot that was there at the start hides it.
    pub(super) digest: u64,
    /// The term in which it was committed.
    pub(super) in_term: Term,
}

/// The digest of an entry that nobody has seen.
pub(super) const HIDDEN: u64 = 0;

/// A save on its way to the disk that changes the log after an index.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct OnItsWay {
    pub(super) number: u64,
    pub(super) after: Index,
    pub(super) last: Index,
    /// The node's term when it took them.
    pub(super) in_term: Term,
}

/// An entry that a node told its leader it has.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Acknowledged {
    /// The term in which it was told: while the node is in it, its log has what
    /// its leader's has up to there, and the leader counts on it (5.3).
    pub(super) in_term: Term,
    pub(super) to: NodeId,
    pub(super) index: Index,
    /// The term of the entry.
    pub(super) term: Term,
}

/// What is remembered of a node.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Known {
    pub(super) incarnation: u32,
    pub(super) term: Term,
    pub(super) commit_index: Index,
    /// Up to where entries were handed to its state machine.
    pub(super) last_applied: Index,
    pub(super) last_index: Index,
    /// The term it leads, if it does.
    pub(super) leads: Option<Term>,
    pub(super) disk_term: Term,
    pub(super) disk_snapshot: Index,
    pub(super) disk_last: Index,
    pub(super) on_its_way: VecDeque<OnItsWay>,
    /// The last entry that it acknowledged.
    pub(super) acknowledged: Option<Acknowledged>,
    /// Its disk was emptied and it has not started since.
    pub(super) wiped: bool,
}
