//! How servers and clients show themselves. A server: the service first, then its sessions, its
//! readers, and its peer.

use crate::bytes::Bytes;
use crate::view::{Field, NodeView, Value};

use super::clerk::{Clerk, Clients};
use super::message::ClerkNumber;
use super::server::Server;
use super::service::Service;

/// Rows shown at most; the rest is counted.
pub const ROWS_SHOWN: usize = 50;
/// Bytes of a text that are shown at most; the rest is counted.
pub const TEXT_SHOWN: usize = 200;

/// The beginning of a text, and how many bytes are left out.
pub fn beginning(text: &Bytes) -> (Value, u64) {
    match text.len() {
        0..=TEXT_SHOWN => (Value::Content(text.clone()), 0),
        all => (Value::Content(Bytes::from(&text[..TEXT_SHOWN])), (all - TEXT_SHOWN) as u64),
    }
}

/// A text as a field; of a long one the beginning, and in a field of its own how much is left out.
pub fn text_fields(name: &'static str, text: &Bytes) -> Vec<Field> {
    let (value, left_out) = beginning(text);
    let mut fields = vec![Field { name, value }];
    if left_out > 0 {
        fields.push(Field::new("bytes left out", left_out));
    }
    fields
}

impl<S: Service> Server<S> {
    /// The state as a tree; `state` is what the service shows of itself.
    pub fn view(&self, state: Vec<Field>) -> NodeView {
        let peer = self.raft.view();
        let mut fields = state;
        fields.push(Field::new("applied", self.applied));
        fields.push(Field { name: "sessions", value: self.sessions_view() });
        fields.push(Field::new("session count", self.sessions.len()));
        fields.push(Field { name: "waiting", value: self.waiting_view() });
        fields.push(Field::new("reads by", self.reads.reading.word()));
        fields.push(Field::new("queries waiting", self.reads.open_count()));
        let lease = self.reads.lease().map(|until| until.since(crate::time::Time::ZERO));
        fields.push(Field { name: "lease until", value: lease.map_or(Value::Absent, Value::Span) });
        fields.push(Field::new("bytes", self.bytes()));
        fields.push(Field::new("log bytes", self.raft.log().bytes()));
        fields.push(Field::new("snapshot bytes", self.raft.snapshot().data.len() as u64));
        fields.push(Field::new("stops", self.stops));
        fields.extend(peer.fields);
        NodeView { role: peer.role, fields }
    }

    fn sessions_view(&self) -> Value {
        let row = |(id, it): (u64, &super::sessions::Session)| {
            let mut row = vec![
                Field::new("session", id),
                Field::new("sequence", it.sequence),
                Field::new("used at", it.used_at),
            ];
            row.extend(text_fields("reply", &it.reply));
            Value::Record(row)
        };
        Value::List(self.sessions.iter().take(ROWS_SHOWN).map(row).collect())
    }

    fn waiting_view(&self) -> Value {
        let row = |(index, waiter): (u64, &super::proposing::Waiter)| {
            let mut row = vec![
                Field::new("index", index),
                Field::new("client", waiter.client),
                Field::new("clerk", u64::from(waiter.clerk) + 1),
            ];
            row.extend(text_fields("entry", &waiter.entry.to_bytes()));
            Value::Record(row)
        };
        Value::List(self.waiting().take(ROWS_SHOWN).map(row).collect())
    }
}

impl<S: Service> Clients<S> {
    /// The state as a tree: its clerks, those first that have the lowest numbers.
    pub fn view(&self) -> NodeView {
        let clerks = self.clerks().take(ROWS_SHOWN).map(|(number, it)| self.clerk_view(number, it));
        let fields = vec![
            Field { name: "clerks", value: Value::List(clerks.collect()) },
            Field::new("clerk count", self.clerk_count()),
            Field::new("calls over", self.answered()),
        ];
        NodeView { role: "client", fields }
    }

    fn clerk_view(&self, number: ClerkNumber, it: &Clerk) -> Value {
        let mut row = vec![
            Field::new("clerk", u64::from(number) + 1),
            Field::new("session", it.session),
            Field::new("sequence", it.sequence),
            Field::new("asks", self.server(it.server)),
        ];
        if let Some(current) = &it.current {
            row.extend(text_fields("call", &current.command));
            row.push(Field::new("attempt", u64::from(current.attempt)));
        }
        if it.queued() > 0 {
            row.push(Field::new("waiting", it.queued() as u64));
        }
        Value::Record(row)
    }
}
