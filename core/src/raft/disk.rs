//! What a peer keeps on its disk: currentTerm, votedFor and the log (Figure 2,
//! persistent state), and the latest snapshot (7).

use crate::bytes::Bytes;
use crate::id::NodeId;
use crate::machine;

use super::log::Log;
use super::message::{Durable, Index, Term};

/// A snapshot of the state machine (7).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Snapshot {
    /// Index of the last entry that it covers; 0 when there is none.
    pub last_included_index: Index,
    /// Term of that entry.
    pub last_included_term: Term,
    /// The state machine's content.
    pub data: Bytes,
}

/// A peer's disk: all [`Durable`] changes applied in order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Disk {
    /// Latest term the peer has seen.
    pub current_term: Term,
    /// Who got its vote in that term.
    pub voted_for: Option<NodeId>,
    /// The latest snapshot.
    pub snapshot: Snapshot,
    /// The entries after it.
    pub log: Log,
}

impl machine::Disk<Durable> for Disk {
    fn write(&mut self, change: &Durable) {
        match change {
            Durable::Vote { term, voted_for } => {
                (self.current_term, self.voted_for) = (*term, *voted_for);
            }
            // Behind the end of the log there is nothing to append to: a mistake
            // has left a hole, and what stands behind it could not be read.
            Durable::Append { after, .. } if *after > self.log.last_index() => {}
            Durable::Append { after, entries } => {
                self.log.truncate_after(*after);
                self.log.extend(entries);
            }
            Durable::Snapshot { last_included_index, last_included_term, data, keeps_tail } => {
                self.snapshot = Snapshot {
                    last_included_index: *last_included_index,
                    last_included_term: *last_included_term,
                    data: data.clone(),
                };
                if *keeps_tail {
                    self.log.trim_to(*last_included_index, *last_included_term);
                } else {
                    self.log = Log::starting_after(*last_included_index, *last_included_term);
                }
            }
        }
    }

    fn bytes(&self) -> u64 {
        2 * 8 + self.log.bytes()
    }
}
