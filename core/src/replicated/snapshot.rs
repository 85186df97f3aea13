//! Snapshots of a service and its sessions: when they are taken, and how one is read (5.1).

use crate::bytes::Bytes;
use crate::codec::{Reader, Writer};
use crate::machine::Input;
use crate::raft::message::{self as raft, Index};

use super::mutants::Mutant;
use super::server::{Cx, Server};
use super::service::Service;
use super::sessions::Sessions;

/// What a peer keeps beside its log: term and vote.
const FRAME: u64 = 2 * 8;

impl<S: Service> Server<S> {
    /// A log that has grown past its bound, in bytes, gives way to a snapshot, on each server for
    /// itself (5.1.3).
    pub(super) fn trim_log(&mut self, cx: Cx) {
        let Some(most) = self.options.log_bytes_max else { return };
        if self.raft.log().bytes() + FRAME >= most && !self.has(Mutant::NeverTrims) {
            self.take_snapshot(cx);
        }
    }

    /// Replaces the log up to what was applied by the state that it led to.
    pub(super) fn take_snapshot(&mut self, cx: Cx) {
        if self.applied <= self.raft.snapshot().last_included_index {
            return;
        }
        let mut out = Writer::new();
        match self.has(Mutant::TableNotInSnapshot) {
            true => Sessions::default().write(&mut out),
            false => self.sessions.write(&mut out),
        }
        out.bytes(&self.service.snapshot());
        if self.has(Mutant::SnapshotCarriesHistory) {
            // As a machine that keeps every reply that it ever gave.
            let all = vec![b'.'; 8 * self.applied as usize];
            out.bytes(&all);
        }
        let request = raft::Request::Snapshot { index: self.applied, data: out.end().into() };
        self.drive(Input::Requested(request), cx);
    }

    /// Puts the state of a snapshot in the place of what is here: at the start, and when the leader
    /// has sent one.
    pub(super) fn restore(&mut self, index: Index, data: &Bytes, cx: Cx) {
        self.applied = index;
        if self.has(Mutant::SnapshotNotRead) {
            return;
        }
        let mut from = Reader::new(data);
        let sessions = Sessions::read(&mut from);
        let service = from.bytes().and_then(|data| self.start.restore(data));
        let (Some(sessions), Some(service)) = (sessions, service) else {
            // A person took it by hand, or filled the disk: then there is nothing to be known.
            (self.sessions, self.service) = (Sessions::default(), (*self.start).clone());
            return;
        };
        if self.has(Mutant::RestoreMerges) && self.service != *self.start {
            self.sessions = sessions;
            return;
        }
        (self.sessions, self.service) = (sessions, service);
        self.answer_queries_up_to(index, cx);
    }
}
