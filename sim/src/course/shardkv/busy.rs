//! Clients that work beside the test until they are told to stop.

use std::cell::Cell;
use std::rc::Rc;

use netsplit_core::kv::message::Refusal;

use crate::course::kv::clerk::Put;
use crate::director::{Asserted, Joined, ensure};
use crate::labs::shardkv::ShardLab;

use super::harness::{Client, Harness, Pairs, Stop};

/// Clients at work, and what they come to when they are stopped.
pub(super) struct Busy<T> {
    stop: Stop,
    tasks: Vec<Joined<ShardLab, T>>,
}

impl<T> Busy<T> {
    /// Starts a task for each of these clients.
    pub(super) fn start<F: Future<Output = Asserted<T>> + 'static>(
        t: &Harness,
        clients: std::ops::Range<Client>,
        task: impl Fn(Client, Stop) -> F,
    ) -> Busy<T>
    where
        T: 'static,
    {
        let stop: Stop = Rc::new(Cell::new(false));
        let tasks = clients.map(|client| t.spawn(task(client, Rc::clone(&stop)))).collect();
        Busy { stop, tasks }
    }

    /// Tells them to stop; each finishes its call.
    pub(super) fn stop(&self) {
        self.stop.set(true);
    }

    /// Waits for all of them.
    pub(super) async fn join(self) -> Vec<T> {
        let mut results = Vec::new();
        for task in self.tasks {
            results.push(task.await);
        }
        results
    }
}

/// Lets one client for each key append so many letters at a time, with a pause of so many
/// milliseconds behind each; it comes to the key and what it holds.
pub(super) fn appenders(
    t: &Harness,
    pairs: Pairs,
    length: u32,
    pause: u64,
) -> Busy<(String, String)> {
    let count = pairs.len() as u32;
    Busy::start(t, 1..1 + count, |client, stop| {
        let (t, clerk) = (t.clone(), t.clerk(client));
        let (key, mut value) = pairs[client as usize - 1].clone();
        async move {
            while !stop.get() {
                let more = t.random_text(length);
                clerk.append(&key, &more).await?;
                value.push_str(&more);
                if pause > 0 {
                    t.sleep(pause).await;
                }
            }
            Ok((key, value))
        }
    })
}

/// What a client of 2025 knows: by key, how often its puts were done.
pub(super) type PutsDone = Vec<u64>;

/// Lets clients put to keys of so many by chance, each with the version that it last read, and then
/// read the key and its version.
pub(super) fn putters(t: &Harness, clients: u32, keys: u32) -> Busy<PutsDone> {
    Busy::start(t, 1..1 + clients, |client, stop| {
        let (t, clerk) = (t.clone(), t.clerk(client));
        async move {
            let (mut versions, mut done) = (vec![0; keys as usize], vec![0; keys as usize]);
            while !stop.get() {
                let number = t.draw(0, u64::from(keys) - 1) as usize;
                let key = later_key(number as u32);
                let value = format!("{client} {}", t.random_text(5));
                let put = clerk.put_if(&key, &value, versions[number]).await?;
                ensure(put != Put::Refused(Refusal::Maybe), || {
                    format!("c{} does not know whether its put is done", client + 1)
                })?;
                done[number] += u64::from(put.is_done());
                versions[number] = clerk.get_version(&key).await?.map_or(0, |(_, version)| version);
            }
            Ok(done)
        }
    })
}

/// A key as the tests of 2025 call it.
pub(super) fn later_key(number: u32) -> String {
    format!("k{number}")
}
