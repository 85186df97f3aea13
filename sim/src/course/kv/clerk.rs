//! Clerks of the key/value store, and what the tests look for in what they read.

use std::fmt;

use netsplit_core::bytes::Bytes;
use netsplit_core::kv::message::{Call, Refusal, Reply};
use netsplit_core::replicated::message::Returned;
use netsplit_core::replicated::service::Text;

use crate::director::{Asserted, Failure};
use crate::labs::kv::{KvLab, Node};

use super::harness::{Client, Harness, beginning, ensure};
use super::told::ClerkName;

/// A cluster of the store.
pub type Stores = Harness<KvLab>;

/// A cluster whose clerks can be called.
pub trait Calls: Clone + fmt::Debug {
    /// Lets a clerk call something and waits until it returns, which it may never do.
    fn call(&self, clerk: ClerkName, words: &str) -> impl Future<Output = Asserted<Returned>>;
}

/// A clerk: one call after the other, each until it returns.
#[derive(Clone, Debug)]
pub struct Clerk<T = Stores> {
    cluster: T,
    name: ClerkName,
}

/// What came of a conditional put.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Put {
    /// It is done.
    Done,
    /// It is not done.
    Refused(Refusal),
}

impl Put {
    /// It is done, and nobody doubts it.
    pub fn is_done(self) -> bool {
        self == Put::Done
    }

    /// It was done, or may have been by an earlier attempt.
    pub fn may_be_done(self) -> bool {
        matches!(self, Put::Done | Put::Refused(Refusal::Maybe))
    }
}

impl Calls for Stores {
    async fn call(&self, clerk: ClerkName, words: &str) -> Asserted<Returned> {
        Stores::call(self, clerk, words).await
    }
}

impl Stores {
    /// A new clerk of a client.
    pub fn clerk(&self, client: Client) -> Clerk {
        Clerk::new(self.clone(), self.new_clerk(client))
    }

    /// Bytes that all servers keep beside their logs: keys, values, sessions with their replies.
    pub fn state_bytes(&self) -> u64 {
        self.look(|world| {
            let servers = world.servers().filter_map(|node| world.node(node).machine());
            servers.filter_map(Node::server).map(|server| server.bytes()).sum()
        })
    }
}

fn word(text: &str) -> Bytes {
    Bytes::from(text)
}

impl<T: Calls> Clerk<T> {
    /// A clerk of a cluster.
    pub fn new(cluster: T, name: ClerkName) -> Clerk<T> {
        Clerk { cluster, name }
    }

    async fn call(&self, call: Call) -> Asserted<Reply> {
        let words = call.to_text();
        let returned = self.cluster.call(self.name, &words).await?;
        let reply = match &returned {
            Returned::Reply(reply) => Reply::from_text(&reply.text()),
            Returned::Failed | Returned::Unknown => None,
        };
        reply.ok_or_else(|| {
            let (node, words) = (self.name.0, beginning(&words));
            Failure(format!("{node} has no answer to {words}: {returned:?}"))
        })
    }

    fn wrong<V>(&self, reply: &Reply) -> Asserted<V> {
        let reply = beginning(&reply.to_string());
        Err(Failure(format!("{} was given an answer to something else: {reply}", self.name.0)))
    }

    /// What a key holds; nothing when it is not there.
    ///
    /// # Errors
    /// When there is no answer, or one to something else; so for all that follow.
    pub async fn get(&self, key: &str) -> Asserted<String> {
        match self.call(Call::Get { key: word(key) }).await? {
            Reply::Value(value) => Ok(value.text().into_owned()),
            other => self.wrong(&other),
        }
    }

    /// Lets a key hold a value.
    ///
    /// # Errors
    /// As for [`get`](Clerk::get).
    pub async fn put(&self, key: &str, value: &str) -> Asserted<()> {
        match self.call(Call::Put { key: word(key), value: word(value) }).await? {
            Reply::Done => Ok(()),
            other => self.wrong(&other),
        }
    }

    /// Adds to what a key holds.
    ///
    /// # Errors
    /// As for [`get`](Clerk::get).
    pub async fn append(&self, key: &str, value: &str) -> Asserted<()> {
        match self.call(Call::Append { key: word(key), value: word(value) }).await? {
            Reply::Done => Ok(()),
            other => self.wrong(&other),
        }
    }

    /// Adds to what a key holds, and returns what it held before (2024).
    ///
    /// # Errors
    /// As for [`get`](Clerk::get).
    pub async fn append_get(&self, key: &str, value: &str) -> Asserted<String> {
        match self.call(Call::AppendGet { key: word(key), value: word(value) }).await? {
            Reply::Value(before) => Ok(before.text().into_owned()),
            other => self.wrong(&other),
        }
    }

    /// What a key holds and its version, if it is there (2025).
    ///
    /// # Errors
    /// As for [`get`](Clerk::get).
    pub async fn get_version(&self, key: &str) -> Asserted<Option<(String, u64)>> {
        match self.call(Call::Version { key: word(key) }).await? {
            Reply::Versioned(value, version) => Ok(Some((value.text().into_owned(), version))),
            Reply::Refused(Refusal::NoKey) => Ok(None),
            other => self.wrong(&other),
        }
    }

    /// Lets a key of this version hold a value (2025).
    ///
    /// # Errors
    /// As for [`get`](Clerk::get).
    pub async fn put_if(&self, key: &str, value: &str, version: u64) -> Asserted<Put> {
        let call = Call::PutIf { key: word(key), version, value: word(value) };
        match self.call(call).await? {
            Reply::Done => Ok(Put::Done),
            Reply::Refused(why) => Ok(Put::Refused(why)),
            other => self.wrong(&other),
        }
    }

    /// Reads a key that must hold this.
    ///
    /// # Errors
    /// When it holds something else.
    pub async fn check(&self, key: &str, expected: &str) -> Asserted<()> {
        let value = self.get(key).await?;
        ensure(value == expected, || {
            let (value, expected) = (beginning(&value), beginning(expected));
            format!("Get({key}): expected `{expected}`, received `{value}`")
        })
    }
}

/// What a client appends: its number, and how many it has appended before.
pub(super) fn appended(client: u32, count: u32) -> String {
    format!("x {client} {count} y")
}

/// A value has everything that a client appended, each once and in order.
///
/// # Errors
/// When something is missing, there twice, or out of order.
pub(super) fn check_appends(client: u32, value: &str, count: u32) -> Asserted<()> {
    let mut from = 0;
    for number in 0..count {
        let wanted = appended(client, number);
        let places: Vec<usize> = value.match_indices(&wanted).map(|(place, _)| place).collect();
        match places[..] {
            [] => return Err(Failure(format!("missing element {wanted} in Append result"))),
            [place] if place >= from => from = place,
            [_] => {
                return Err(Failure(format!("wrong order for element {wanted} in Append result")));
            }
            _ => return Err(Failure(format!("duplicate element {wanted} in Append result"))),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn appends_are_there_once_and_in_order() {
        let others = "x 1 0 yx 2 0 yx 1 1 yx 1 2 y";
        assert_eq!(check_appends(1, others, 3), Ok(()));
        assert_eq!(check_appends(2, others, 1), Ok(()));
        let failed = |client, value, count, what: &str| {
            let failure = check_appends(client, value, count).expect_err("it is wrong");
            assert!(failure.0.starts_with(what), "{failure}");
        };
        failed(2, others, 2, "missing");
        failed(1, "x 1 0 yx 1 0 y", 1, "duplicate");
        failed(1, "x 1 1 yx 1 0 y", 2, "wrong order");
    }
}
