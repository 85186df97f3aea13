//! The store: a [`Service`], and nothing about Raft.

use crate::bytes::Bytes;
use crate::codec::{Reader, Writer};
use crate::replicated::options::Work;
use crate::replicated::service::Service;
use crate::rng::Rng;
use crate::table::Table;

use super::message::{Call, Refusal, Reply};
use super::spec::Held;

/// Keys and what they hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Store {
    keys: Table<Bytes, Held>,
    /// Bytes of all keys and values.
    bytes: u64,
}

impl Store {
    /// What a key holds.
    pub fn get(&self, key: &Bytes) -> Option<&Held> {
        self.keys.get(key)
    }

    /// How many keys there are.
    pub fn len(&self) -> u64 {
        self.keys.len()
    }

    /// True when there are none.
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// All of it, in an order that is the same on every server.
    pub fn iter(&self) -> impl Iterator<Item = (&Bytes, &Held)> {
        self.keys.iter()
    }

    fn put(&mut self, key: Bytes, held: Held) {
        let size = (key.len() + held.value.len()) as u64;
        let old = match held.version {
            0 => self.keys.remove(&key),
            _ => {
                self.bytes += size;
                self.keys.insert(key.clone(), held)
            }
        };
        self.bytes -= old.map_or(0, |old| (key.len() + old.value.len()) as u64);
    }
}

impl Service for Store {
    type Command = Call;
    type Reply = Reply;

    fn apply(&mut self, call: Call) -> Reply {
        let (after, reply) = self.keys.get(call.key()).cloned().unwrap_or_default().after(&call);
        if !call.is_query() {
            self.put(call.key().clone(), after);
        }
        reply
    }

    fn query(&self, call: Call) -> Reply {
        self.keys.get(call.key()).cloned().unwrap_or_default().after(&call).1
    }

    fn is_query(call: &Call) -> bool {
        call.is_query()
    }

    /// What refuses it may be what an attempt before has done, or what came after that: then nobody
    /// knows (2025, where versions alone refuse anything).
    fn after_retry(reply: Reply) -> Reply {
        match reply {
            Reply::Refused(Refusal::Version | Refusal::NoKey | Refusal::Differs) => {
                Reply::Refused(Refusal::Maybe)
            }
            other => other,
        }
    }

    /// As the course's clients: half of what is not a query appends; each value names who wrote it
    /// and when, and so is written once.
    fn draw(work: &Work, node: u64, clerk: u32, number: u64, rng: &mut Rng) -> Option<Call> {
        let keys = u64::from(work.keys.max(1));
        let hot = rng.below(100) < u64::from(work.hot_percent);
        let place = if hot { 0 } else { rng.below(keys) };
        let key = match work.own_key {
            true => format!("k{node}.{clerk}"),
            false => format!("k{place}"),
        };
        let key = Bytes::from(key.as_str());
        let value = Bytes::from(format!("x {node}.{clerk} {number} y").as_str());
        Some(if rng.below(100) < u64::from(work.query_percent) {
            Call::Get { key }
        } else if rng.below(2) == 0 {
            Call::Append { key, value }
        } else {
            Call::Put { key, value }
        })
    }

    fn snapshot(&self) -> Bytes {
        let mut out = Writer::new();
        out.number(self.len());
        for (key, Held { value, version }) in self.iter() {
            out.bytes(key).bytes(value).number(*version);
        }
        out.end().into()
    }

    fn restore(&self, snapshot: &[u8]) -> Option<Store> {
        let mut from = Reader::new(snapshot);
        let mut store = Store::default();
        for _ in 0..from.number()? {
            let (key, value) = (Bytes::from(from.bytes()?), Bytes::from(from.bytes()?));
            store.put(key, Held { value, version: from.number()? });
        }
        from.is_at_end().then_some(store)
    }

    fn bytes(&self) -> u64 {
        self.bytes + 8 * self.len()
    }
}
