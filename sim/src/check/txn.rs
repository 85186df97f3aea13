//! What is checked of transactions, after every step: that each takes effect everywhere or nowhere,
//! that promises are kept, that clients see the isolation that was asked for, and Raft's promises in
//! every group.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use netsplit_core::history::OpId;
use netsplit_core::id::NodeId;
use netsplit_core::raft::message::Index;
use netsplit_core::shardctrl::{Gid, Shard};
use netsplit_core::transaction::Transactions;
use netsplit_core::txn::command::TxnId;
use netsplit_core::txn::message::Op;
use netsplit_core::txn::options::Isolation;
use netsplit_core::txn::shard::TxnShard;

use crate::check::anomalies::{self, Level};
use crate::check::groups::{self, Groups};
use crate::check::look::Look;
use crate::check::raft::RaftChecks;
use crate::choice::Choice;
use crate::labs::txn::TxnLab;
use crate::property::{Checks, Property, Violation};
use crate::run::Operations;
use crate::words;
use crate::world::World;

/// Names of the properties, beside those of the sharded store and of Raft.
pub mod property {
    /// A transaction takes effect in all its shards or in none.
    pub const ATOMIC: &str = "atomic";
    /// Who has promised to commit does so, or aborts as was decided.
    pub const KEEPS_ITS_WORD: &str = "prepared-keeps-its-word";
    /// Clients see the isolation that was asked for.
    pub const ISOLATED: &str = "isolated";
    /// Of a transaction that is over nothing is left in any shard.
    pub const NO_LOCK_LEFT: &str = "no-lock-left";
    /// Whoever counts all the money counts the same sum.
    pub const TOTAL: &str = "bank-total";
}

mod clients;
mod said;
mod seen;
pub mod serial;
mod servers;
mod summed;
mod truth;
mod versions;

use property::{ATOMIC, ISOLATED, KEEPS_ITS_WORD, NO_LOCK_LEFT, TOTAL};
use seen::Seen;

/// How many transactions may have ended since the history was last looked at: as it grows, it is
/// looked at less often, so that all looks together cost what a few whole ones do.
fn due(ended: u64, looked: u64) -> bool {
    ended >= looked + 1 + looked / 16
}

/// A transaction at its client.
#[derive(Clone, Debug, PartialEq)]
struct Begun {
    /// In the history. As long as all that clients do is there, it has the same name where
    /// transactions are shown.
    op: Option<OpId>,
    ops: Rc<[Op]>,
}

/// A shard as its group's log has it, at the server that has applied most.
#[derive(Clone, Debug, Default, PartialEq)]
struct Front {
    applied: Index,
    /// By shard: who is prepared there, and writes.
    prepared: BTreeSet<(Shard, TxnId)>,
    /// The same of shards that are on their way to another group.
    leaving: BTreeSet<(Shard, TxnId)>,
    /// Shards that it answers for.
    serves: BTreeSet<Shard>,
    /// Who has something in one of them, or waits for it.
    open: BTreeSet<(Shard, TxnId)>,
}

/// The checks of one run.
#[derive(Clone, Debug, Default)]
pub struct TxnChecks {
    /// The controller's, and then each group's.
    raft: Vec<RaftChecks>,
    history: Transactions,
    /// Whether all that clients did can be told as reads of lists and appends to them.
    only_lists: Option<bool>,
    /// By client and number.
    begun: Rc<BTreeMap<(NodeId, u64), Begun>>,
    /// By attempt: the transaction in the history.
    attempts: Rc<BTreeMap<TxnId, OpId>>,
    /// What shards have made of it: committed in one, aborted in one.
    fates: Rc<BTreeMap<TxnId, Fate>>,
    fronts: Rc<BTreeMap<Gid, Front>>,
    groups: Groups,
    /// By client: its attempt under way.
    under_way: BTreeMap<NodeId, TxnId>,
    /// Attempts that are over: all shards have told their clients that they have carried it out.
    over: Rc<BTreeSet<TxnId>>,
    /// What is shown of transactions.
    seen: Seen,
    ended: u64,
    looked: u64,
    counted: u64,
    /// Somebody has put money into the bank, or taken some: what is there is anybody's guess.
    is_open: bool,
}

/// What became of a transaction in shards where it was prepared.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Fate {
    committed: Option<Shard>,
    aborted: Option<Shard>,
    /// Its client was told that it is committed.
    told: bool,
}

/// Where the histories are the same, so is what was found in them.
impl PartialEq for TxnChecks {
    fn eq(&self, other: &TxnChecks) -> bool {
        self.raft == other.raft
            && self.history == other.history
            && self.fates == other.fates
            && self.fronts == other.fronts
            && self.groups == other.groups
            && self.over == other.over
    }
}

impl Checks<TxnLab> for TxnChecks {
    const PROPERTIES: &'static [Property] = &[
        Property { id: ATOMIC, title: "All or nothing", source: "Gray 1978" },
        Property { id: KEEPS_ITS_WORD, title: "Prepared keeps its word", source: "Gray 1978" },
        Property { id: ISOLATED, title: "Isolated as asked for", source: "Adya 1999; Elle 2020" },
        Property { id: NO_LOCK_LEFT, title: "No lock is left", source: "Gray 1978" },
        Property { id: TOTAL, title: "No money is lost or made", source: "Jepsen, bank" },
        groups::PROPERTIES[0],
        groups::PROPERTIES[1],
        groups::PROPERTIES[2],
        groups::PROPERTIES[3],
        groups::PROPERTIES[4],
        groups::PROPERTIES[5],
        RaftChecks::PROPERTIES[0],
        RaftChecks::PROPERTIES[1],
        RaftChecks::PROPERTIES[2],
        RaftChecks::PROPERTIES[3],
        RaftChecks::PROPERTIES[4],
        RaftChecks::PROPERTIES[5],
        RaftChecks::PROPERTIES[6],
    ];

    fn observe(&mut self, world: &World<TxnLab>, broken: &mut Vec<Violation>) {
        if self.raft.is_empty() {
            self.raft = vec![RaftChecks::default(); world.cast().groups.count as usize + 1];
        }
        let step = world.last();
        let acting = match step.choice {
            Choice::Crash { node, .. } | Choice::Wipe(node) | Choice::Persist(node) => Some(node),
            _ => step.node,
        };
        let Some(node) = acting else { return };
        let mut look = Look { world, node, broken };
        if node.is_client() {
            return self.observe_client(&mut look);
        }
        let gid = node.group().unwrap_or(0);
        self.raft[gid as usize].observe_peers(world, look.broken);
        if gid > 0 {
            self.observe_server(gid, &mut look);
        } else {
            self.groups.observe_controller(&mut look);
        }
    }

    fn was_tried(&self, property: &str) -> bool {
        match property {
            ATOMIC | KEEPS_ITS_WORD => !self.fates.is_empty(),
            ISOLATED => self.ended > 0,
            NO_LOCK_LEFT => !self.over.is_empty(),
            TOTAL => self.counted > 0,
            _ => {
                let of_raft = || self.raft.iter().any(|raft| raft.was_tried(property));
                self.groups.were_tried(property).unwrap_or_else(of_raft)
            }
        }
    }
}

impl TxnChecks {
    /// What the clients asked so far, as far as it can be told as reads of lists and appends to
    /// them, and what they were told.
    pub fn history(&self) -> &Transactions {
        &self.history
    }

    /// See [`Run::operations`](crate::run::Run::operations).
    pub(crate) fn operations(&self, since: u64) -> Operations {
        self.seen.operations(since)
    }

    /// How many transactions are over.
    pub fn ended(&self) -> u64 {
        self.ended
    }

    /// The level that clients may expect.
    pub(crate) fn level(isolation: Isolation) -> Level {
        match isolation {
            Isolation::Serializable => Level::StrictSerializable,
            Isolation::Snapshot => Level::SnapshotIsolation,
            Isolation::ReadCommitted => Level::ReadCommitted,
        }
    }

    /// Looks whether clients see what they may expect. To be asked at the end of a run, too.
    pub fn anomalies(&self, isolation: Isolation) -> Vec<anomalies::Anomaly> {
        if self.only_lists != Some(true) {
            return Vec::new();
        }
        let level = Self::level(isolation);
        match anomalies::check(&self.history) {
            Ok(report) => report.against(level).cloned().collect(),
            Err(_) => Vec::new(),
        }
    }

    /// Looks at the end whether clients saw what they may expect, with what shards know: which
    /// version each transaction wrote. Nothing where shards have forgotten versions.
    pub fn exact_anomalies<'a>(
        &self,
        isolation: Isolation,
        shards: impl Iterator<Item = &'a TxnShard>,
    ) -> Vec<anomalies::Anomaly> {
        if self.only_lists != Some(true) {
            return Vec::new();
        }
        let truth = truth::of(&self.history, &self.attempts, shards);
        let report = anomalies::check_exactly(&self.history, &truth);
        report.against(Self::level(isolation)).cloned().collect()
    }

    fn look_at_history(&mut self, look: &mut Look<TxnLab>) {
        if look.broken.iter().any(|it| it.property == ISOLATED) {
            return;
        }
        let found = self.anomalies(look.world.options().lab.isolation);
        if let Some(first) = found.first() {
            let because = words::anomalies::anomaly(first).join(" ");
            look.break_property(ISOLATED, None, first.transactions(), because);
        }
    }

    // ── Servers of groups ──────────────────────────────────────────────────
}
