//! What is checked of the store beyond what is [of every service](super::service): what one session
//! may expect.

mod sessions;
#[cfg(test)]
mod tests;

use netsplit_core::bytes::Bytes;
use netsplit_core::history::{Op, OpId};
use netsplit_core::kv::invariants;
use netsplit_core::kv::message::{Call, Reply};
use netsplit_core::kv::spec::Kv;
use netsplit_core::kv::store::Store;
use netsplit_core::raft::message::Index;
use netsplit_core::replicated::server::Server;
use netsplit_core::replicated::service::Text;

use crate::check::service::{Breach, Checked, HistoryOf, OF_SERVICES, Own, ServiceChecks, Summed};
use crate::fingerprint::Fingerprint;
use crate::labs::kv::KvLab;
use crate::property::Property;
use crate::words;

use sessions::Sessions;

/// Names of the properties.
pub mod property {
    pub use crate::check::service::property::{
        ACKNOWLEDGED, BOUNDED, EQUAL_STATE, EXACTLY_ONCE, LINEARIZABLE,
    };

    /// A read shows what its session wrote before, or something later.
    pub const READ_YOUR_WRITES: &str = "read-your-writes";
    /// A read shows what its session has read before, or something later.
    pub const MONOTONIC_READS: &str = "monotonic-reads";
    /// A write comes after what its session wrote before.
    pub const MONOTONIC_WRITES: &str = "monotonic-writes";
    /// A write comes after what its session has read before.
    pub const WRITES_FOLLOW_READS: &str = "writes-follow-reads";
}

use property::{MONOTONIC_READS, MONOTONIC_WRITES, READ_YOUR_WRITES, WRITES_FOLLOW_READS};

/// The checks of one run of the store.
pub type KvChecks = ServiceChecks<KvLab>;

/// What the clients of a store asked and were told.
pub type KvHistory = HistoryOf<KvLab>;

impl Checked for KvLab {
    type Spec = Kv;
    type Own = Sessions;

    const PROPERTIES: &'static [Property] = &[
        OF_SERVICES[0],
        OF_SERVICES[1],
        OF_SERVICES[2],
        OF_SERVICES[3],
        OF_SERVICES[4],
        Property { id: READ_YOUR_WRITES, title: "Read your writes", source: "Terry 1994" },
        Property { id: MONOTONIC_READS, title: "Monotonic reads", source: "Terry 1994" },
        Property { id: MONOTONIC_WRITES, title: "Monotonic writes", source: "Terry 1994" },
        Property { id: WRITES_FOLLOW_READS, title: "Writes follow reads", source: "Terry 1994" },
        OF_SERVICES[5],
        OF_SERVICES[6],
        OF_SERVICES[7],
        OF_SERVICES[8],
        OF_SERVICES[9],
        OF_SERVICES[10],
        OF_SERVICES[11],
    ];

    const BUDGET: u64 = 400_000;

    fn spec(_: &Self::Options) -> Kv {
        Kv
    }

    fn is_query(call: &Call) -> bool {
        call.is_query()
    }

    fn key(call: &Call) -> Option<String> {
        Some(call.key().to_string())
    }

    fn broken_rule(server: &Server<Store>) -> Option<&'static str> {
        invariants::broken_rule(server)
    }

    fn deed(op: &Op<Call, Reply>) -> String {
        words::kv::deed(op)
    }

    fn noun(op: &Op<Call, Reply>) -> String {
        words::kv::noun(op)
    }
}

impl Summed for Store {
    type Place = Bytes;

    fn touched(command: &[u8]) -> Option<Bytes> {
        Call::from_text(std::str::from_utf8(command).ok()?).map(|call| call.key().clone())
    }

    fn places(&self) -> Vec<Bytes> {
        self.iter().map(|(key, _)| key.clone()).collect()
    }

    fn digest(&self, key: &Bytes) -> Option<u64> {
        self.get(key).map(|held| Fingerprint::of(&(key, held)))
    }
}

impl Own<KvLab> for Sessions {
    fn applied(&mut self, history: &KvHistory, op: OpId, index: Index) {
        self.note_applied(history, op, index);
    }

    fn returned(&mut self, history: &KvHistory, op: OpId) -> Vec<Breach> {
        let broken = self.note_returned(history, op).into_iter();
        let breach = |(property, earlier): (&'static str, OpId)| Breach {
            property,
            ops: vec![earlier, op],
            because: words::kv::session_broken(history, property, earlier, op),
        };
        broken.map(breach).collect()
    }

    fn was_tried(&self, property: &str) -> Option<bool> {
        match property {
            READ_YOUR_WRITES | MONOTONIC_READS | MONOTONIC_WRITES | WRITES_FOLLOW_READS => {
                Some(self.were_compared())
            }
            _ => None,
        }
    }
}
