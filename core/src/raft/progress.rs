//! What a leader knows of one follower: nextIndex, matchIndex (Figure 2), and
//! how it feeds it.

use super::disk::Snapshot;
use super::message::Index;

/// AppendEntries that can be under way to one follower at most.
pub const IN_FLIGHT_LIMIT: u32 = 8;

/// A follower as its leader knows it.
#[derive(Clone, Debug, PartialEq)]
pub struct Progress {
    /// Index of the next entry to send it.
    pub next_index: Index,
    /// Highest index known to be replicated there.
    pub match_index: Index,
    /// How it is fed.
    pub feed: Feed,
}

/// How a follower is fed.
#[derive(Clone, Debug, PartialEq)]
pub enum Feed {
    /// Its log is not known yet: one message at a time, until the logs are found
    /// to agree somewhere.
    Probe {
        /// One is under way.
        asked: bool,
    },
    /// The logs agree: entries are sent without waiting for every answer.
    Replicate(Window),
    /// It is behind the log's start: the snapshot is sent piece by piece (7).
    Snapshot {
        /// What is sent; a newer snapshot does not disturb it.
        image: Snapshot,
        /// Bytes of it that the follower has.
        offset: u64,
        /// It has asked for another piece since the last heartbeat.
        answered: bool,
    },
}

/// Messages under way: the last index of each, oldest first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Window {
    ends: [Index; IN_FLIGHT_LIMIT as usize],
    count: u32,
}

impl Window {
    /// How many are under way.
    #[inline]
    pub fn len(&self) -> u32 {
        self.count
    }

    /// True when none is.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The last index that is under way; 0 when nothing is.
    pub fn newest(&self) -> Index {
        self.ends[..self.count as usize].last().copied().unwrap_or(0)
    }

    /// One more is under way, up to this index.
    #[inline]
    pub fn sent(&mut self, end: Index) {
        debug_assert!(self.count < IN_FLIGHT_LIMIT, "who sends looks first");
        if let Some(place) = self.ends.get_mut(self.count as usize) {
            *place = end;
            self.count += 1;
        }
    }

    /// Everything up to an index has arrived.
    #[inline]
    pub fn arrived(&mut self, index: Index) {
        let under_way = &self.ends[..self.count as usize];
        let arrived = under_way.iter().take_while(|&&end| end <= index).count();
        if arrived > 0 {
            self.ends.copy_within(arrived..self.count as usize, 0);
            self.count -= arrived as u32;
        }
        // Places behind the count are zero, so that equal windows compare equal.
        self.ends[self.count as usize..].fill(0);
    }
}

impl Progress {
    /// A follower of a new leader: nextIndex starts at the leader's last index
    /// plus one, matchIndex at 0 (Figure 2).
    pub fn new(next_index: Index) -> Progress {
        Progress { next_index, match_index: 0, feed: Feed::Probe { asked: false } }
    }

    /// Feeds it one message at a time again, from `next_index`.
    pub fn probe(&mut self, next_index: Index) {
        self.next_index = next_index.max(self.match_index + 1);
        self.feed = Feed::Probe { asked: false };
    }
}
