//! What is checked of clients: what their transactions read, and how each ended.

use std::rc::Rc;

use netsplit_core::bytes::Bytes;
use netsplit_core::history::{Outcome as OpOutcome, Session};
use netsplit_core::id::NodeId;
use netsplit_core::machine::Effect;
use netsplit_core::transaction::{Access, Results, Transaction};
use netsplit_core::txn::client::TxnClients;
use netsplit_core::txn::command::TxnId;
use netsplit_core::txn::message::{Ended, Notice, Op};
use netsplit_core::txn::options::{Isolation, WorkKind};
use netsplit_core::txn::work::BALANCE;

use crate::check::look::Look;
use crate::choice::Choice;
use crate::labs::txn::TxnLab;
use crate::words;

use super::property::{ATOMIC, NO_LOCK_LEFT, TOTAL};
use super::seen::Place;
use super::{Begun, TxnChecks, due};

impl TxnChecks {
    pub(super) fn observe_client(&mut self, look: &mut Look<TxnLab>) {
        let (world, node) = (look.world, look.node);
        let place = Place { at: world.now(), node };
        match world.last().choice {
            Choice::Crash { .. } => self.seen.crashed(place),
            Choice::Restart(_) => self.forget(node, look),
            _ => {}
        }
        let machine = world.node(node).machine().and_then(|it| it.client());
        for effect in &world.last().effects {
            let Effect::Notify(notice) = effect else { continue };
            self.seen.told(place, notice, machine);
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
        self.is_open |= !leaves_total(ops);
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
                look.break_property(ATOMIC, None, self.seen.ops(txn), because);
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
        if work.kind != WorkKind::Bank || !all || self.is_open {
            return;
        }
        let money = results.iter().map(|it| it.text().parse::<i64>().unwrap_or(0));
        let found = money.fold(0, i64::saturating_add);
        let there = i64::from(work.keys.clamp(2, 32)) * BALANCE;
        self.counted += 1;
        if found != 0 && found != there {
            let because = words::txn::money_is_missing(txn, found, there);
            look.break_property(TOTAL, None, self.seen.ops(txn), because);
        }
    }
}

/// Whether there is as much money in all accounts afterwards: what one gets another gives, or they
/// are filled as in the beginning. What people type need not be so.
fn leaves_total(ops: &[Op]) -> bool {
    let full = Bytes::from(BALANCE.to_string().as_str());
    let fills = ops.iter().all(|op| matches!(op, Op::Put(_, value) if *value == full));
    let change = |op: &Op| match op {
        Op::Read(_) => Some(0),
        Op::Add(_, amount) => Some(i128::from(*amount)),
        Op::Put(..) | Op::Append(..) => None,
    };
    fills || ops.iter().map(change).sum::<Option<i128>>() == Some(0)
}
