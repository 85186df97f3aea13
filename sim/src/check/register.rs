//! A register, as it is with one client: read, write, compare-and-swap. What
//! Jepsen's tests of key/value stores ask for.

use std::fmt;

use netsplit_core::bytes::Bytes;
use netsplit_core::spec::{Deed, Spec};

/// Registers that hold whole numbers, and nothing before they are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Register;

/// What a client asks of one register.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Call {
    /// Which register; no bytes where there is only one.
    pub key: Bytes,
    /// What about it.
    pub ask: Ask,
}

/// What can be asked of a register.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Ask {
    /// What does it hold?
    Read,
    /// Let it hold this.
    Write(i64),
    /// If it holds the first, let it hold the second.
    Cas(i64, i64),
}

impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match self.ask {
            Ask::Read => "read",
            Ask::Write(_) => "write",
            Ask::Cas(..) => "cas",
        };
        f.write_str(name)?;
        if !self.key.is_empty() {
            write!(f, " {}", self.key)?;
        }
        match self.ask {
            Ask::Read => Ok(()),
            Ask::Write(value) => write!(f, " {value}"),
            Ask::Cas(old, new) => write!(f, " {old} {new}"),
        }
    }
}

/// What a client is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reply {
    /// To a read: what it holds, if it was ever written.
    Value(Option<i64>),
    /// To a write: it is done.
    Done,
    /// To a compare-and-swap: whether it held what was expected.
    Swapped(bool),
}

impl fmt::Display for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Reply::Value(Some(value)) => write!(f, "{value}"),
            Reply::Value(None) => f.write_str("nil"),
            Reply::Done => f.write_str("done"),
            Reply::Swapped(true) => f.write_str("swapped"),
            Reply::Swapped(false) => f.write_str("not swapped"),
        }
    }
}

impl Spec for Register {
    type Call = Call;
    type Reply = Reply;
    type State = Option<i64>;
    type Key = Bytes;

    fn start(&self) -> Option<i64> {
        None
    }

    fn step(&self, held: &Option<i64>, call: &Call, reply: Option<&Reply>) -> Option<Option<i64>> {
        match (call.ask, reply) {
            (Ask::Read, None) => Some(*held),
            (Ask::Read, Some(Reply::Value(value))) => (value == held).then_some(*held),
            (Ask::Write(value), None | Some(Reply::Done)) => Some(Some(value)),
            (Ask::Cas(old, new), None) => Some(if *held == Some(old) { Some(new) } else { *held }),
            (Ask::Cas(old, new), Some(Reply::Swapped(true))) => {
                (*held == Some(old)).then_some(Some(new))
            }
            (Ask::Cas(old, _), Some(Reply::Swapped(false))) => {
                (*held != Some(old)).then_some(*held)
            }
            _ => None,
        }
    }

    fn key(&self, call: &Call) -> Option<Bytes> {
        Some(call.key.clone())
    }

    fn changes(&self, call: &Call, reply: Option<&Reply>) -> bool {
        !matches!((call.ask, reply), (Ask::Read, _) | (_, Some(Reply::Swapped(false))))
    }

    fn deed(&self, call: &Call, reply: Option<&Reply>) -> Deed {
        let bytes = |value: i64| Bytes::from(&value.to_be_bytes()[..]);
        match (call.ask, reply) {
            (Ask::Read, Some(Reply::Value(value))) => Deed::Read(value.map_or(Bytes::EMPTY, bytes)),
            (Ask::Write(value), None | Some(Reply::Done)) => Deed::Write(bytes(value)),
            _ => Deed::Other,
        }
    }
}
