//! What is checked of transactions, after every step: that each takes effect everywhere or nowhere,
//! that promises are kept, that clients see the isolation that was asked for, and Raft's promises in
//! every group.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use netsplit_core::bytes::Bytes;
use netsplit_core::history::{OpId, Outcome as OpOutcome, Session};
use netsplit_core::id::NodeId;
use netsplit_core::machine::Effect;
use netsplit_core::raft::message as raft;
use netsplit_core::raft::message::Index;
use netsplit_core::replicated::message as replicated;
use netsplit_core::shardctrl::{Gid, Shard};
use netsplit_core::shardkv::message as shardkv;
use netsplit_core::shardkv::server::ShardServer;
use netsplit_core::shardkv::shard::ShardState;
use netsplit_core::shardkv::store::Shards;
use netsplit_core::transaction::{Access, Results, Transaction, Transactions};
use netsplit_core::txn::client::TxnClients;
use netsplit_core::txn::command::{Stamp, TxnId};
use netsplit_core::txn::invariants;
use netsplit_core::txn::message::{Ended, Notice, Op};
use netsplit_core::txn::mutants::Breaks;
use netsplit_core::txn::options::{Isolation, WorkKind};
use netsplit_core::txn::shard::{Phase, TxnShard};
use netsplit_core::txn::work::BALANCE;

use crate::check::anomalies::{self, Level};
use crate::check::groups::{self, Grouped, Groups};
use crate::check::look::Look;
use crate::check::raft::RaftChecks;
use crate::choice::Choice;
use crate::labs::txn::TxnLab;
use crate::property::{Checks, Property, Violation};
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

mod said;
mod summed;
mod truth;

use property::{ATOMIC, ISOLATED, KEEPS_ITS_WORD, NO_LOCK_LEFT, TOTAL};
use said::{Said, command_of};

/// How many transactions may have ended since the history was last looked at: as it grows, it is
/// looked at less often, so that all looks together cost what a few whole ones do.
fn due(ended: u64, looked: u64) -> bool {
    ended >= looked + 1 + looked / 16
}

/// A transaction at its client.
#[derive(Clone, Debug, PartialEq)]
struct Begun {
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
    ended: u64,
    looked: u64,
    counted: u64,
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

    /// How many transactions are over.
    pub fn ended(&self) -> u64 {
        self.ended
    }

    fn observe_client(&mut self, look: &mut Look<TxnLab>) {
        let (world, node) = (look.world, look.node);
        if matches!(world.last().choice, Choice::Restart(_)) {
            self.forget(node, look);
        }
        for effect in &world.last().effects {
            let Effect::Notify(notice) = effect else { continue };
            match notice {
                Notice::Begun { number, ops } => self.begin(*number, ops, look),
                Notice::Attempt { number, txn } => {
                    let begun = self.begun.get(&(node, *number));
                    if let Some(op) = begun.and_then(|begun| begun.op) {
                        Rc::make_mut(&mut self.attempts).insert(*txn, op);
                    }
                }
                Notice::Ended { number, txn, how, results } => {
                    self.end(*number, *txn, how, results, look);
                }
                _ => {}
            }
        }
        self.note_over(look);
    }

    /// An attempt is over when its client goes on to another, or to none: by then all shards that had
    /// something for it have told the client that they have carried it out.
    fn note_over(&mut self, look: &mut Look<TxnLab>) {
        let machine = look.world.node(look.node).machine();
        let now = machine.and_then(|it| it.client()).and_then(TxnClients::current);
        let now = now.map(|txn| txn.id);
        let before = match now {
            Some(now) => self.under_way.insert(look.node, now),
            None => self.under_way.remove(&look.node),
        };
        let Some(txn) = before.filter(|_| machine.is_some() && before != now) else { return };
        Rc::make_mut(&mut self.over).insert(txn);
        let fronts = Rc::clone(&self.fronts);
        let mut left = fronts.values().flat_map(|front| &front.open);
        if let Some((shard, _)) = left.find(|(_, open)| *open == txn) {
            let because = words::txn::something_is_left(txn, *shard);
            look.break_property(NO_LOCK_LEFT, None, Vec::new(), because);
        }
    }

    /// A client that has crashed waits for nothing: nobody knows what became of it.
    fn forget(&mut self, node: NodeId, look: &mut Look<TxnLab>) {
        let begun = Rc::make_mut(&mut self.begun);
        let left: Vec<(NodeId, u64)> =
            begun.keys().filter(|(client, _)| *client == node).copied().collect();
        for key in left {
            if let Some(Begun { op: Some(op), .. }) = begun.remove(&key) {
                self.history.returned(op, look.world.now(), OpOutcome::Unknown);
            }
        }
    }

    fn begin(&mut self, number: u64, ops: &[Op], look: &mut Look<TxnLab>) {
        let access = |op: &Op| match op {
            Op::Read(key) => Some(Access::Read { key: key.clone() }),
            Op::Append(key, element) => {
                let value = element.text().parse().ok()?;
                Some(Access::Append { key: key.clone(), value })
            }
            Op::Put(..) | Op::Add(..) => None,
        };
        let accesses = ops.iter().map(access).collect::<Option<Vec<Access>>>();
        let only_lists = self.only_lists.unwrap_or(true) && accesses.is_some();
        self.only_lists = Some(only_lists);
        let op = accesses.map(|accesses| {
            let session = Session(look.node.number());
            self.history.invoke(session, look.node, look.world.now(), Transaction(accesses))
        });
        let begun = Begun { op, ops: ops.into() };
        Rc::make_mut(&mut self.begun).insert((look.node, number), begun);
    }

    fn end(
        &mut self,
        number: u64,
        txn: TxnId,
        how: &Ended,
        results: &[Bytes],
        look: &mut Look<TxnLab>,
    ) {
        let begun = Rc::make_mut(&mut self.begun).remove(&(look.node, number));
        let Some(Begun { op, ops }) = begun else { return };
        self.ended += 1;
        if let Ended::Committed(_) = how {
            let fate = Rc::make_mut(&mut self.fates).entry(txn).or_default();
            fate.told = true;
            if let Some(shard) = fate.aborted {
                let because = words::txn::told_committed(txn, shard);
                look.break_property(ATOMIC, None, op.into_iter().collect(), because);
            }
            self.count_money(txn, &ops, results, look);
        }
        let Some(op) = op else { return };
        let list = |value: &Bytes| -> Option<Vec<u64>> {
            match value.is_empty() {
                true => Some(Vec::new()),
                false => value.text().split(',').map(|it| it.parse().ok()).collect(),
            }
        };
        let outcome = match how {
            Ended::Committed(_) => match results.iter().map(list).collect() {
                Some(lists) => OpOutcome::Ok(Results(lists)),
                None => return self.only_lists = Some(false),
            },
            Ended::Aborted(_) => OpOutcome::Failed,
        };
        self.history.returned(op, look.world.now(), outcome);
        if due(self.ended, self.looked) {
            self.looked = self.ended;
            self.look_at_history(look);
        }
    }

    /// Whoever reads all accounts of the bank counts what was put into them, or nothing: where all of
    /// it is read as of one moment.
    fn count_money(&mut self, txn: TxnId, ops: &[Op], results: &[Bytes], look: &mut Look<TxnLab>) {
        let lab = &look.world.options().lab;
        let Some(work) = lab.work.filter(|_| lab.isolation != Isolation::ReadCommitted) else {
            return;
        };
        let all = ops.len() as u32 == work.keys.clamp(2, 32) && ops.iter().all(Op::is_read);
        if work.kind != WorkKind::Bank || !all {
            return;
        }
        let money = results.iter().map(|it| it.text().parse::<i64>().unwrap_or(0));
        let (found, there) = (money.sum::<i64>(), i64::from(work.keys.clamp(2, 32)) * BALANCE);
        self.counted += 1;
        if found != 0 && found != there {
            let because = words::txn::money_is_missing(txn, found, there);
            look.break_property(TOTAL, None, Vec::new(), because);
        }
    }

    /// The level that clients may expect.
    fn level(isolation: Isolation) -> Level {
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

    fn observe_server(&mut self, gid: Gid, look: &mut Look<TxnLab>) {
        self.observe_group(look);
        let machine = look.world.node(look.node).machine();
        let Some(server) = machine.and_then(|it| it.server()) else { return };
        let (applied, shards) = (server.server().group().applied(), server.server().shards());
        if look.world.last().effects.is_empty() {
            return;
        }
        let said = Said::of(look.world);
        for (_, here) in shards.iter() {
            if let Some((rule, breaks)) = invariants::broken_rule(&here.store) {
                let property = if breaks == Breaks::Prepared { KEEPS_ITS_WORD } else { ISOLATED };
                let because = words::service::out_of_bounds(look.node, rule);
                look.break_property(property, None, Vec::new(), because);
            }
        }
        keeps_what_it_said(&said, shards, look);
        if self.fronts.get(&gid).is_some_and(|front| applied <= front.applied) {
            return;
        }
        let mut front = Front { applied, ..Front::default() };
        for (shard, here) in shards.iter() {
            let writers = writers_in(&here.store).map(|txn| (shard, txn));
            if here.state.serves() {
                front.serves.insert(shard);
                front.prepared.extend(writers);
                front.open.extend(here.store.open().map(|(txn, _)| (shard, txn)));
            } else if matches!(here.state, ShardState::Leaving { .. }) {
                front.leaving.extend(writers);
            }
        }
        if let Some((shard, txn)) = front.open.iter().find(|(_, txn)| self.over.contains(txn)) {
            let because = words::txn::something_is_left(*txn, *shard);
            look.break_property(NO_LOCK_LEFT, None, Vec::new(), because);
        }
        let before = Rc::make_mut(&mut self.fronts).insert(gid, front.clone());
        let before = before.unwrap_or_default();
        for (shard, here) in shards.iter().filter(|(_, here)| here.state.serves()) {
            let stayed = before.serves.contains(&shard) && !said.came.contains(&shard);
            let comes = (!stayed).then(|| self.left_behind(shard, &here.state));
            let was =
                before.prepared.iter().filter(|(other, _)| stayed && *other == shard).copied();
            let all: BTreeSet<(Shard, TxnId)> = was.chain(comes.into_iter().flatten()).collect();
            for (shard, txn) in all.difference(&front.prepared).copied() {
                self.is_not_prepared_any_more(shard, txn, &said, &here.store, look);
            }
        }
    }

    /// What becomes of the group's shards, whatever they hold.
    fn observe_group(&mut self, look: &mut Look<TxnLab>) {
        let (world, node) = (look.world, look.node);
        let mistaken = !world.options().lab.mutants.is_empty();
        let machine = world.node(node).machine();
        let Some(shards) = machine.and_then(TxnLab::server).map(ShardServer::shards) else {
            return;
        };
        for notice in world.notices() {
            match notice {
                Notice::Sharded(shardkv::Notice::Group(replicated::Notice::Raft(notice))) => {
                    match notice {
                        raft::Notice::Committed { entry, .. } => {
                            if let Some((command, session)) = command_of(&entry.command) {
                                self.groups.applies(node, &command, shards, session, mistaken);
                            }
                        }
                        raft::Notice::Restored { .. } => self.groups.restored(node),
                        _ => {}
                    }
                }
                _ => {}
            }
        }
        self.groups.observe(look);
    }

    /// Who was prepared in a shard where it came from.
    fn left_behind(&self, shard: Shard, state: &ShardState) -> Vec<(Shard, TxnId)> {
        let ShardState::Arrived { from, .. } = state else { return Vec::new() };
        let there = self.fronts.get(from).into_iter().flat_map(|front| &front.leaving);
        there.copied().filter(|(other, _)| *other == shard).collect()
    }

    /// Who was prepared in a shard is not any more: a word of the log has ended it, or a promise is
    /// broken.
    fn is_not_prepared_any_more(
        &mut self,
        shard: Shard,
        txn: TxnId,
        said: &Said,
        here: &TxnShard,
        look: &mut Look<TxnLab>,
    ) {
        let wrote = || here.keys().any(|(_, versions)| versions.iter().any(|it| it.txn == txn));
        match said.finished.get(&(shard, txn)) {
            Some(committed) => self.note_fate(shard, txn, *committed, look),
            None if said.restored => self.note_fate(shard, txn, wrote(), look),
            None => {
                let because = words::txn::broke_its_promise(txn, shard);
                look.break_property(KEEPS_ITS_WORD, None, Vec::new(), because);
            }
        }
    }

    /// Who was prepared in a shard is not any more: it has committed there, or aborted.
    fn note_fate(&mut self, shard: Shard, txn: TxnId, committed: bool, look: &mut Look<TxnLab>) {
        let fate = Rc::make_mut(&mut self.fates).entry(txn).or_default();
        let place = if committed { &mut fate.committed } else { &mut fate.aborted };
        let _ = place.get_or_insert(shard);
        let fate = *fate;
        match fate {
            Fate { committed: Some(one), aborted: Some(other), .. } => {
                let because = words::txn::not_atomic(txn, one, other);
                look.break_property(ATOMIC, None, Vec::new(), because);
            }
            Fate { told: true, aborted: Some(shard), .. } => {
                let because = words::txn::told_committed(txn, shard);
                look.break_property(ATOMIC, None, Vec::new(), because);
            }
            _ => {}
        }
    }
}

/// Who was told in this step that it is prepared is, and who was told that it is committed has
/// written.
fn keeps_what_it_said(said: &Said, shards: &Shards<TxnShard>, look: &mut Look<TxnLab>) {
    let here = |shard: Shard| shards.shard(shard).filter(|here| here.state.serves());
    let is_prepared = |(shard, txn): &(Shard, TxnId)| match here(*shard) {
        Some(here) => writers_in(&here.store).any(|other| other == *txn),
        None => true,
    };
    // Others may have written the same keys in the same step.
    let has_written = |&(&(shard, txn), &stamp): &(&(Shard, TxnId), &Stamp)| match here(shard) {
        Some(here) => here.store.keys().any(|(_, versions)| {
            versions.iter().any(|version| version.txn == txn || version.stamp > stamp)
        }),
        None => true,
    };
    let forgotten = said.prepared.iter().find(|key| !is_prepared(key));
    let unwritten = said.committed.iter().find(|it| !has_written(it)).map(|(key, _)| key);
    if let Some(&(shard, txn)) = forgotten.or(unwritten) {
        let because = words::txn::broke_its_promise(txn, shard);
        look.break_property(KEEPS_ITS_WORD, None, Vec::new(), because);
    }
}

/// Who is prepared in a shard, and writes there: of who only has read, nothing is to be seen after.
fn writers_in(shard: &TxnShard) -> impl Iterator<Item = TxnId> {
    shard.open().filter_map(|(txn, open)| match &open.phase {
        Phase::Prepared { writes, .. } if !writes.is_empty() => Some(txn),
        Phase::Prepared { .. } | Phase::Reading | Phase::Wounded => None,
    })
}
