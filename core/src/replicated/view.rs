//! How a server shows itself: the service first, then its sessions, its readers, and its peer.

use crate::view::{Field, NodeView, Value};

use super::server::Server;
use super::service::Service;

/// Rows shown at most; the rest is counted.
const ROWS_SHOWN: usize = 50;

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
        fields.push(Field::new("stops", self.stops));
        fields.extend(peer.fields);
        NodeView { role: peer.role, fields }
    }

    fn sessions_view(&self) -> Value {
        let row = |(id, it): (u64, &super::sessions::Session)| {
            Value::Record(vec![
                Field::new("session", id),
                Field::new("sequence", it.sequence),
                Field { name: "reply", value: Value::Content(it.reply.clone()) },
                Field::new("used at", it.used_at),
            ])
        };
        Value::List(self.sessions.iter().take(ROWS_SHOWN).map(row).collect())
    }

    fn waiting_view(&self) -> Value {
        let row = |(index, waiter): (u64, &super::proposing::Waiter)| {
            Value::Record(vec![
                Field::new("index", index),
                Field::new("client", waiter.client),
                Field::new("clerk", u64::from(waiter.clerk)),
                Field { name: "entry", value: Value::Content(waiter.entry.to_bytes()) },
            ])
        };
        Value::List(self.waiting().take(ROWS_SHOWN).map(row).collect())
    }
}
