//! What is known of a history before its graph is made: the committed
//! transactions, the order of each key's versions, and which of them each read
//! saw.

use netsplit_core::bytes::Bytes;
use netsplit_core::history::OpId;

/// A committed transaction, by its place among them.
pub(super) type Vertex = u32;

/// All that is known. Keys are named by their place.
#[derive(Debug, Default)]
pub(super) struct Facts {
    pub(super) keys: Vec<Bytes>,
    /// The committed transactions, in the order of their invocations.
    pub(super) ops: Vec<OpId>,
    /// Of each key, its versions in order.
    pub(super) orders: Vec<Vec<Element>>,
    /// Of each key, what was appended behind all of that, in no known order.
    pub(super) behind: Vec<Vec<(Vertex, u64)>>,
    pub(super) reads: Vec<Read>,
}

/// An appended value, as the version of which it is the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Element {
    pub(super) value: u64,
    /// Who appended it, when that is known.
    pub(super) op: Option<OpId>,
    /// The same, when it committed.
    pub(super) writer: Option<Vertex>,
    /// Its writer appended more to the same key.
    pub(super) is_intermediate: bool,
}

/// A read of a committed transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Read {
    pub(super) reader: Vertex,
    pub(super) key: u32,
    pub(super) seen: Seen,
    /// The transaction appended to the key afterwards, not before, and had not
    /// read it before.
    pub(super) is_update: bool,
}

/// What a read saw.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Seen {
    /// So many versions of the key's order.
    First(u32),
    /// A list that does not fit the order, with its last writer where that one
    /// committed, and the value.
    Other(Option<(Vertex, u64)>),
}
