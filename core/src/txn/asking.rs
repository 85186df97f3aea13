//! How a client asks shards, and what becomes of an answer.

use crate::bytes::Bytes;
use crate::machine::Input;
use crate::replicated::message::{self as replicated, Returned};
use crate::replicated::service::Text;
use crate::shardctrl::Shard;
use crate::shardkv::message::{self as shardkv};

use super::client::{Asked, Cx, TxnClients};
use super::command::{Command, Deed, Reply, Why};
use super::message::{Notice, Timer};

impl TxnClients {
    /// Asks a shard for the transaction under way.
    pub(super) fn ask(&mut self, shard: Shard, deed: Deed, cx: Cx) {
        let Some(txn) = &mut self.current else { return };
        let place = txn.shards.iter().position(|it| *it == shard).unwrap_or_else(|| {
            txn.shards.push(shard);
            txn.shards.len() - 1
        });
        let command = Command { shard, txn: txn.id, deed };
        let lane = place as u32;
        txn.asks.insert(lane, Asked { command: command.clone(), waits: false });
        self.call(lane, &command, cx);
    }

    pub(super) fn call(&mut self, lane: u32, command: &Command, cx: Cx) {
        let command = Bytes::from(command.to_text().as_str());
        let call = replicated::Request::Call { clerk: lane, command, at: None };
        self.drive(Input::Requested(shardkv::Request::Group(call)), cx);
    }

    /// It was told to wait, and has.
    pub(super) fn ask_again(&mut self, lane: u32, cx: Cx) {
        let asked = self.current.as_mut().and_then(|txn| txn.asks.get_mut(&lane));
        let Some(asked) = asked.filter(|it| it.waits) else { return };
        asked.waits = false;
        let command = asked.command.clone();
        self.call(lane, &command, cx);
    }

    /// A shard has answered.
    pub(super) fn take(&mut self, lane: u32, returned: Returned, cx: Cx) {
        // It was given up meanwhile.
        if let Some(stale) = self.stale.get_mut(&lane).filter(|stale| **stale > 0) {
            *stale -= 1;
            return;
        }
        let Some(txn) = &mut self.current else { return };
        let Some(Asked { command, .. }) = txn.asks.remove(&lane) else { return };
        let Command { shard, txn: id, deed } = command;
        let reply = match returned {
            Returned::Reply(reply) => Reply::from_text(&reply.text()),
            Returned::Failed | Returned::Unknown => None,
        };
        match (reply.unwrap_or(Reply::Aborted(Why::Unknown)), deed) {
            (Reply::Wait(others), deed) => {
                cx.notify(Notice::Waits { txn: id, others });
                let command = Command { shard, txn: id, deed };
                txn.asks.insert(lane, Asked { command, waits: true });
                cx.arm(Timer::Again(lane), self.options.again);
            }
            (Reply::Now(stamp), Deed::Now) => self.note_clock(stamp, cx),
            (Reply::Value(value, since), Deed::Read { key, .. }) => {
                self.note_value(key, value, since, cx);
            }
            (Reply::Prepared(stamp), Deed::Prepare(_)) => self.note_vote(shard, stamp, cx),
            (Reply::Decided(commit), Deed::CommitAlone(_)) => self.end(commit, cx),
            (Reply::Decided(commit), Deed::Decide { .. }) => self.note_decision(commit, cx),
            (Reply::Aborted(why), Deed::Read { .. } | Deed::Prepare(_) | Deed::CommitAlone(_)) => {
                self.give_up(Some(why), true, cx);
            }
            (_, Deed::Finish(_)) => self.note_finished(cx),
            (_, Deed::Learned(_)) => self.close(cx),
            // Nothing that was asked for.
            _ => self.give_up(Some(Why::Unknown), true, cx),
        }
    }
}
