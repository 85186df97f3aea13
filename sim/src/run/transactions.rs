//! Transactions as they are shown: plain data, which a front end draws and the
//! [order](crate::check::txn::serial) of them is worked out from.

use std::rc::Rc;

use netsplit_core::bytes::Bytes;
use netsplit_core::id::NodeId;
use netsplit_core::shardctrl::Shard;
use netsplit_core::time::Time;
use netsplit_core::txn::command::{Stamp, TxnId, Why};
use netsplit_core::txn::message::Op;

/// A transaction of a client, in all its attempts.
#[derive(Clone, Debug, PartialEq)]
pub struct TxnShown {
    /// What it does.
    pub ops: Rc<[Op]>,
    /// Its attempts, oldest first; none before the first begins.
    pub attempts: Vec<Attempt>,
}

/// One attempt.
#[derive(Clone, Debug, PartialEq)]
pub struct Attempt {
    /// Its name.
    pub txn: TxnId,
    /// When it began.
    pub began: Time,
    /// What happened to it, in order.
    pub marks: Vec<MarkAt>,
}

/// What happened to an attempt, and where.
#[derive(Clone, Debug, PartialEq)]
pub struct MarkAt {
    /// When.
    pub at: Time,
    /// At its client, or at the server that was the first of its group to apply it.
    pub node: NodeId,
    /// The entry of that group's log in which it stands.
    pub index: Option<u64>,
    /// What.
    pub mark: Mark,
}

/// Something that happens to an attempt. Up to [`Ended`](Mark::Ended) its client tells it; the
/// rest stands in the log of a shard's group.
#[derive(Clone, Debug, PartialEq)]
pub enum Mark {
    /// It knows what a key holds.
    Read {
        /// The key.
        key: Bytes,
        /// What it holds.
        value: Bytes,
        /// Since which stamp; 0 for what nobody has written.
        since: Stamp,
    },
    /// It asks its shards to prepare.
    Prepares {
        /// How many shards.
        shards: u32,
    },
    /// Its client decides, on its own disk.
    DecidesAlone {
        /// Committed, at this stamp; or aborted.
        commit: Option<Stamp>,
    },
    /// It is given up.
    GivenUp {
        /// Why.
        why: Option<Why>,
    },
    /// Its client has crashed.
    Gone,
    /// Its client knows that it is over.
    Ended {
        /// Committed, at this stamp; or aborted.
        commit: Option<Stamp>,
    },
    /// It is told to wait: by a shard, or, where its client is told first, by a query.
    Waits {
        /// For whom.
        others: Vec<TxnId>,
        /// For the lock of this key; `None` where it waits for what others have promised.
        key: Option<Bytes>,
    },
    /// It has a lock.
    Locked {
        /// The shard.
        shard: Shard,
        /// The key.
        key: Bytes,
        /// Nobody shares it.
        alone: bool,
    },
    /// An older one has taken its locks.
    Wounded {
        /// The shard.
        shard: Shard,
        /// Who.
        by: Option<TxnId>,
    },
    /// A shard refuses it.
    Refused {
        /// The shard.
        shard: Shard,
        /// Why.
        why: Why,
    },
    /// A shard has promised to commit it.
    Prepared {
        /// The shard.
        shard: Shard,
        /// At this stamp or later.
        stamp: Stamp,
        /// What it writes there.
        writes: Vec<(Bytes, Bytes)>,
    },
    /// A log has the decision.
    Decided {
        /// The shard whose log it is.
        shard: Shard,
        /// Committed, at this stamp; or aborted.
        commit: Option<Stamp>,
    },
    /// A leader asks what was decided.
    InDoubt,
    /// A shard lets go all that it had there.
    Released {
        /// The shard.
        shard: Shard,
        /// How it ended there.
        end: End,
    },
}

/// How an attempt ends in a shard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// What it writes is there, since this stamp.
    Committed(Stamp),
    /// Nothing of it is there.
    Aborted,
    /// It had only read, and has promised nothing.
    OnlyRead,
    /// Nothing was heard of it for too long.
    Abandoned,
}

impl Attempt {
    /// What had happened by a time.
    pub fn until(&self, now: Time) -> &[MarkAt] {
        &self.marks[..self.marks.partition_point(|mark| mark.at <= now)]
    }

    /// The stamp at which it commits, once that is decided for good: what its client writes on its
    /// disk counts only when it has acted on it.
    pub fn commits_at(&self, now: Time) -> Option<Stamp> {
        self.until(now).iter().find_map(|it| match it.mark {
            Mark::Decided { commit, .. } | Mark::Ended { commit } => commit,
            Mark::Released { end: End::Committed(stamp), .. } => Some(stamp),
            _ => None,
        })
    }

    /// Shards where it has locks or has promised something: at which it is not over yet.
    pub fn held(&self, now: Time) -> Vec<Shard> {
        let mut held = Vec::new();
        for it in self.until(now) {
            match it.mark {
                Mark::Locked { shard, .. } | Mark::Prepared { shard, .. }
                    if !held.contains(&shard) =>
                {
                    held.push(shard);
                }
                Mark::Wounded { shard, .. } | Mark::Released { shard, .. } => {
                    held.retain(|other| *other != shard);
                }
                _ => {}
            }
        }
        held
    }
}

impl TxnShown {
    /// The attempt that is under way at a time, or was the last by then.
    pub fn attempt(&self, now: Time) -> Option<&Attempt> {
        self.attempts.iter().rev().find(|attempt| attempt.began <= now)
    }

    /// When the last shard let go what it had of it; `None` while one has something.
    pub fn let_go(&self) -> Option<Time> {
        let far = Time::from_micros(u64::MAX);
        let over = |attempt: &Attempt| attempt.held(far).is_empty();
        if !self.attempts.iter().all(over) {
            return None;
        }
        let last = self.attempts.iter().filter_map(|attempt| attempt.marks.last());
        last.map(|mark| mark.at).max()
    }
}
