//! Transactions on lists: what clients asked of several keys at once, what they
//! were told, and what the store itself knows of the order in which it worked.
//!
//! A transaction appends to lists and reads whole ones. The values appended to a
//! key differ from each other, so that a read tells which appends came before it,
//! and in which order (Kingsbury and Alvaro, "Elle", 2020: a history that is
//! recoverable and traceable). A history of transactions is a
//! [`History`] like any other: ok is committed, failed is aborted, and of an
//! unknown one nobody knows.

use std::collections::{BTreeMap, BTreeSet};

use crate::bytes::Bytes;
use crate::history::{History, OpId};

/// A thing done in a transaction.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Access {
    /// Adds a value at the end of a key's list.
    Append {
        /// Whose list.
        key: Bytes,
        /// What no other append to this key adds.
        value: u64,
    },
    /// Looks at a key's whole list.
    Read {
        /// Whose list.
        key: Bytes,
    },
}

impl Access {
    /// Whose list it is about.
    pub fn key(&self) -> &Bytes {
        match self {
            Access::Append { key, .. } | Access::Read { key } => key,
        }
    }
}

/// What a client asks: accesses in order, all of them or none.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Transaction(pub Vec<Access>);

/// What a client is told of a committed transaction: the lists that its reads
/// saw, one a read, in the order of the reads.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Results(pub Vec<Vec<u64>>);

/// Transactions of any number of clients.
pub type Transactions = History<Transaction, Results>;

/// A version of a key: the list up to the value that one append added.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version {
    /// The transaction that installed it.
    pub writer: OpId,
    /// The value it added.
    pub value: u64,
}

/// What the store knows and no client is told: enough to classify a history
/// without any inference.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Truth {
    /// The transactions that committed, whatever their clients were told.
    pub committed: BTreeSet<OpId>,
    /// Of each key its versions, in the order in which they were installed. One of
    /// an aborted transaction is among them only where a later one was built on
    /// it.
    pub orders: BTreeMap<Bytes, Vec<Version>>,
    /// Of each read of a committed transaction, named by its place among the
    /// transaction's accesses, the version that it saw; `None` is the empty list.
    pub reads: BTreeMap<(OpId, u32), Option<Version>>,
}
