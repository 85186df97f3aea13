//! The reading phase of a transaction: its operations, one after the other.

use crate::bytes::Bytes;

use super::client::{Cx, Step, TxnClients};
use super::command::{Deed, How, Stamp};
use super::message::{Notice, Op};
use super::options::Isolation;

impl TxnClients {
    pub(super) fn note_clock(&mut self, stamp: Stamp, cx: Cx) {
        let latest = self.latest;
        let Some(txn) = &mut self.current else { return };
        txn.as_of = Some(txn.as_of.unwrap_or(latest).max(stamp));
        if txn.step == Step::Clocks && txn.asks.is_empty() {
            txn.step = Step::Reading;
            self.go_on_reading(cx);
        }
    }

    /// Goes on with the next operation that needs to know something; commits after the last.
    pub(super) fn go_on_reading(&mut self, cx: Cx) {
        loop {
            let Some(txn) = &mut self.current else { return };
            if txn.step != Step::Reading {
                return;
            }
            let Some(op) = txn.ops.get(txn.place).cloned() else { return self.commit(cx) };
            let key = op.key();
            let own = txn.writes.get(key).cloned();
            let again = self.options.isolation == Isolation::ReadCommitted && own.is_none();
            let known = txn.values.get(key).map(|(value, _)| value.clone()).filter(|_| !again);
            // What is put need not be read; but its lock is taken now, while it can still be waited
            // for: who is to prepare has promised elsewhere perhaps.
            let blind = matches!(op, Op::Put(..)) && txn.as_of.is_some();
            let value = match own.or(known) {
                Some(value) => value,
                None if blind => Bytes::EMPTY,
                None => return self.read(key, cx),
            };
            if !self.do_op(&op, value, cx) {
                return;
            }
        }
    }

    pub(super) fn read(&mut self, key: &Bytes, cx: Cx) {
        let shard = self.shard_of(key);
        let Some(txn) = &mut self.current else { return };
        let how = match txn.as_of {
            Some(stamp) => How::AsOf(stamp),
            // What only reads, too. As of a stamp it would see each shard at another moment: t1 it has
            // a stamp, t2 one transaction commits in a shard that is as far, t3 another, which begins
            // only now, in a shard that is behind: of the two it would see only the later one.
            None if self.options.isolation == Isolation::Serializable => {
                txn.locks.insert(key.clone());
                How::Locked { alone: txn.writes_later(key) }
            }
            // What is changed is locked from then on, at every level: else the changes of others would
            // be lost without a read by anybody.
            None if txn.ops.get(txn.place).is_some_and(|op| !op.is_read()) => {
                txn.locks.insert(key.clone());
                How::Locked { alone: true }
            }
            None => How::Latest,
        };
        self.ask(shard, Deed::Read { key: key.clone(), how }, cx);
    }

    pub(super) fn note_value(&mut self, key: Bytes, value: Bytes, since: Stamp, cx: Cx) {
        let Some(txn) = &mut self.current else { return };
        let (id, told) = (txn.id, value.clone());
        cx.notify(Notice::Read { txn: id, key: key.clone(), value: told, since });
        txn.values.insert(key, (value.clone(), since));
        let Some(op) = txn.ops.get(txn.place).cloned() else { return };
        if self.do_op(&op, value, cx) {
            self.go_on_reading(cx);
        }
    }

    /// Does an operation on what its key holds. False when nothing more is to be done.
    pub(super) fn do_op(&mut self, op: &Op, value: Bytes, cx: Cx) -> bool {
        let Some(txn) = &mut self.current else { return false };
        txn.place += 1;
        match op {
            Op::Read(_) => txn.results.push(value),
            Op::Put(key, value) => drop(txn.writes.insert(key.clone(), value.clone())),
            Op::Append(key, element) => {
                let list = match value.is_empty() {
                    true => element.clone(),
                    false => Bytes::from([&value[..], b",", element].concat()),
                };
                txn.writes.insert(key.clone(), list);
            }
            Op::Add(key, by) => {
                let held = std::str::from_utf8(&value).ok().and_then(|it| it.parse::<i64>().ok());
                let sum = held.unwrap_or(0).checked_add(*by).filter(|sum| *sum >= 0);
                let Some(sum) = sum else {
                    self.give_up(None, false, cx);
                    return false;
                };
                txn.writes.insert(key.clone(), Bytes::from(sum.to_string().as_str()));
            }
        }
        true
    }
}
