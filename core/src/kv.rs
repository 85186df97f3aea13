//! The course's key/value service, as it is with one client: get, put, append.
//!
//! A key that nobody has written reads as no bytes; to append to it is to put.

use std::fmt;

use crate::bytes::Bytes;
use crate::spec::{Deed, Spec};

/// The service of the course's key/value labs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Kv;

/// What a client asks.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Call {
    /// What does the key hold?
    Get {
        /// The key.
        key: Bytes,
    },
    /// Let the key hold this.
    Put {
        /// The key.
        key: Bytes,
        /// What it is to hold.
        value: Bytes,
    },
    /// Add this at the end of what the key holds.
    Append {
        /// The key.
        key: Bytes,
        /// What is added.
        value: Bytes,
    },
}

impl Call {
    /// The key it is about.
    pub fn key(&self) -> &Bytes {
        match self {
            Call::Get { key } | Call::Put { key, .. } | Call::Append { key, .. } => key,
        }
    }
}

/// As it is written in scripts: `put x "1"`.
impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Call::Get { key } => write!(f, "get {key}"),
            Call::Put { key, value } => write!(f, "put {key} {value:?}"),
            Call::Append { key, value } => write!(f, "append {key} {value:?}"),
        }
    }
}

/// What a client is told.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reply {
    /// To a get: what the key holds.
    Value(Bytes),
    /// To a put or an append: it is done.
    Done,
}

impl fmt::Display for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Reply::Value(value) => write!(f, "{value:?}"),
            Reply::Done => f.write_str("done"),
        }
    }
}

impl Spec for Kv {
    type Call = Call;
    type Reply = Reply;
    type State = Bytes;
    type Key = Bytes;

    fn start(&self) -> Bytes {
        Bytes::EMPTY
    }

    fn step(&self, held: &Bytes, call: &Call, reply: Option<&Reply>) -> Option<Bytes> {
        match (call, reply) {
            (Call::Get { .. }, None) => Some(held.clone()),
            (Call::Get { .. }, Some(Reply::Value(value))) => (value == held).then(|| held.clone()),
            (Call::Put { value, .. }, None | Some(Reply::Done)) => Some(value.clone()),
            (Call::Append { value, .. }, None | Some(Reply::Done)) => {
                Some([&held[..], value].concat().into())
            }
            (Call::Get { .. }, Some(Reply::Done))
            | (Call::Put { .. } | Call::Append { .. }, Some(Reply::Value(_))) => None,
        }
    }

    fn key(&self, call: &Call) -> Option<Bytes> {
        Some(call.key().clone())
    }

    fn changes(&self, call: &Call, _: Option<&Reply>) -> bool {
        !matches!(call, Call::Get { .. })
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_holds_what_was_put_and_appended() {
        let key = Bytes::from("x");
        let get = |value: &str| (Call::Get { key: key.clone() }, Reply::Value(value.into()));
        let put = |value: &str| (Call::Put { key: key.clone(), value: value.into() }, Reply::Done);
        let append =
            |value: &str| (Call::Append { key: key.clone(), value: value.into() }, Reply::Done);
        let steps = [get(""), append("a"), get("a"), put("b"), append("c"), get("bc")];
        let mut held = Kv.start();
        for (call, reply) in &steps {
            assert_eq!(call.key(), &key);
            let without = Kv.step(&held, call, None);
            held = Kv.step(&held, call, Some(reply)).expect("a correct service answers so");
            assert_eq!(Some(&held), without.as_ref());
        }
        let (call, reply) = get("b");
        assert_eq!(Kv.step(&held, &call, Some(&reply)), None);
        assert_eq!(Kv.step(&held, &call, Some(&Reply::Done)), None);
    }
}
