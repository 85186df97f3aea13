//! The store as it is with one client: what the checkers hold answers against.

use crate::bytes::Bytes;
use crate::spec::{Deed, Spec};

use super::message::{Call, Refusal, Reply};

/// The store of the course's key/value labs, in all their editions. A key that nobody has written
/// reads as no bytes; to append to it is to put.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Kv;

/// What a key holds.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Held {
    /// The bytes.
    pub value: Bytes,
    /// How often it has changed since it was created; 0 when it is not there.
    pub version: u64,
}

impl Held {
    /// What it holds after one more change.
    fn then(&self, value: Bytes) -> Held {
        Held { value, version: self.version + 1 }
    }

    /// What a call makes of a key, and what it is answered. This is all that the store does.
    pub fn after(&self, call: &Call) -> (Held, Reply) {
        let stays = |reply| (self.clone(), reply);
        let appended = |more: &Bytes| self.then([&self.value[..], more].concat().into());
        match call {
            Call::Get { .. } => stays(Reply::Value(self.value.clone())),
            Call::Version { .. } if self.version == 0 => stays(Reply::Refused(Refusal::NoKey)),
            Call::Version { .. } => stays(Reply::Versioned(self.value.clone(), self.version)),
            Call::Put { value, .. } => (self.then(value.clone()), Reply::Done),
            Call::Append { value, .. } => (appended(value), Reply::Done),
            Call::AppendGet { value, .. } => (appended(value), Reply::Value(self.value.clone())),
            Call::PutIf { version, value, .. } if *version == self.version => {
                (self.then(value.clone()), Reply::Done)
            }
            Call::PutIf { .. } if self.version == 0 => stays(Reply::Refused(Refusal::NoKey)),
            Call::PutIf { .. } => stays(Reply::Refused(Refusal::Version)),
            Call::Swap { held, value, .. } if *held == self.value => {
                (self.then(value.clone()), Reply::Done)
            }
            Call::Swap { .. } => stays(Reply::Refused(Refusal::Differs)),
            Call::Delete { .. } => (Held::default(), Reply::Done),
        }
    }
}

impl Spec for Kv {
    type Call = Call;
    type Reply = Reply;
    type State = Held;
    type Key = Bytes;

    fn start(&self) -> Held {
        Held::default()
    }

    fn step(&self, held: &Held, call: &Call, reply: Option<&Reply>) -> Option<Held> {
        let (after, answer) = held.after(call);
        match (call, reply) {
            (_, None) => Some(after),
            (_, Some(reply)) if *reply == answer => Some(after),
            // What an attempt before this one may have done, nobody knows: the call takes effect
            // or it does not, and this answer is right in both cases.
            (Call::PutIf { .. } | Call::Swap { .. }, Some(Reply::Refused(Refusal::Maybe))) => {
                Some(after)
            }
            _ => None,
        }
    }

    fn key(&self, call: &Call) -> Option<Bytes> {
        Some(call.key().clone())
    }

    fn changes(&self, call: &Call, reply: Option<&Reply>) -> bool {
        let refused = |it: &Reply| matches!(it, Reply::Refused(why) if *why != Refusal::Maybe);
        !call.is_query() && !reply.is_some_and(refused)
    }

    fn deed(&self, call: &Call, reply: Option<&Reply>) -> Deed {
        match (call, reply) {
            (Call::Get { .. }, Some(Reply::Value(value))) => Deed::Read(value.clone()),
            (Call::Put { value, .. }, None | Some(Reply::Done)) => Deed::Write(value.clone()),
            (Call::Append { value, .. }, None | Some(Reply::Done)) => Deed::Append(value.clone()),
            _ => Deed::Other,
        }
    }
}
