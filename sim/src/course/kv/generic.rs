//! The test that most tests are: clients append and read without a pause while servers are partitioned
//! and restarted, and in the end everything that was appended is there.

use std::cell::Cell;
use std::rc::Rc;

use crate::director::{Asserted, Task};

use super::clerk::{Clerk, Stores, appended, check_appends};
use super::harness::{Client, ensure};

/// What one of these tests does. Every client of the cluster but the last one is busy; the last one
/// checks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Generic {
    /// How long clients are busy in each of the three rounds, in milliseconds.
    pub busy: u64,
    /// Servers are partitioned again and again.
    pub partitions: bool,
    /// All servers are shut down at the end of a round, and started again.
    pub crash: bool,
    /// Clients share their keys; otherwise each has its own.
    pub shared_keys: bool,
    /// An append returns what the key held before (2024).
    pub appends_read: bool,
}

impl Generic {
    /// Five seconds of each round, a key of its own for each client, and nothing fails.
    pub(super) const CALM: Generic = Generic {
        busy: 5_000,
        partitions: false,
        crash: false,
        shared_keys: false,
        appends_read: false,
    };

    /// As a director.
    pub(super) fn director(self, t: Stores) -> Task {
        Box::pin(self.run(t))
    }

    async fn run(self, t: Stores) -> Asserted<()> {
        let clients = t.client_count() - 1;
        let checker = t.clerk(clients);
        for round in 1..=3 {
            t.note(format!("Round {round} of 3: clients append and read without a pause."));
            self.round(&t, clients, &checker).await?;
        }
        Ok(())
    }

    async fn round(self, t: &Stores, clients: u32, checker: &Clerk) -> Asserted<()> {
        let (clients_stop, parts_stop) = (Rc::new(Cell::new(false)), Rc::new(Cell::new(false)));
        let busy: Vec<_> = (0..clients)
            .map(|client| {
                let stop = Rc::clone(&clients_stop);
                let (beside, clerk) = (t.clone(), t.clerk(client));
                t.spawn(async move { self.client(&beside, client, clients, &clerk, &stop).await })
            })
            .collect();
        let mut partitioner = None;
        if self.partitions {
            // Some work is done undisturbed.
            t.sleep(1_000).await;
            let (beside, stop) = (t.clone(), Rc::clone(&parts_stop));
            partitioner = Some(t.spawn(async move { partition(&beside, &stop).await }));
        }
        t.sleep(self.busy).await;
        clients_stop.set(true);
        parts_stop.set(true);
        if let Some(partitioner) = partitioner {
            partitioner.await;
            t.note("All servers reach each other again.");
            t.connect_all();
            // An election may be needed before anything goes on.
            t.sleep(1_000).await;
        }
        if self.crash {
            t.note("All servers are shut down, and start again a second later.");
            t.shut_all_down();
            t.sleep(1_000).await;
            t.start_all();
        }
        t.note("What the clients appended is to be there.");
        for (client, it) in (0..).zip(busy) {
            let count = it.await;
            let value = checker.get(&client.to_string()).await?;
            if !self.shared_keys {
                check_appends(client, &value, count)?;
            }
        }
        t.check_sizes(8)
    }

    /// One client until it is told to stop; returns how often it wrote.
    async fn client(
        self,
        t: &Stores,
        me: Client,
        clients: u32,
        clerk: &Clerk,
        stop: &Cell<bool>,
    ) -> Asserted<u32> {
        let (mut count, mut expected) = (0, String::new());
        if !self.shared_keys {
            clerk.put(&me.to_string(), "").await?;
        }
        while !stop.get() {
            let key = match self.shared_keys {
                true => t.draw(0, u64::from(clients) - 1),
                false => u64::from(me),
            };
            let (key, value) = (key.to_string(), appended(me, count));
            if t.chance(50) {
                match self.appends_read {
                    true => {
                        let before = clerk.append_get(&key, &value).await?;
                        self.compare(me, &before, &expected)?;
                    }
                    false => clerk.append(&key, &value).await?,
                }
                expected.push_str(&value);
                count += 1;
            } else if self.shared_keys && t.chance(10) {
                clerk.put(&key, &value).await?;
                count += 1;
            } else {
                let value = clerk.get(&key).await?;
                self.compare(me, &value, &expected)?;
            }
        }
        Ok(count)
    }

    /// Nobody else writes to a client's own key.
    fn compare(self, client: Client, value: &str, expected: &str) -> Asserted<()> {
        ensure(self.shared_keys || value == expected, || {
            let (has, wants) = (value.len(), expected.len());
            format!("client {client} reads a wrong value: {has} bytes instead of {wants}")
        })
    }
}

/// Puts every server on one of two sides, again and again.
async fn partition(t: &Stores, stop: &Cell<bool>) -> Asserted<()> {
    while !stop.get() {
        let sides: Vec<bool> = t.servers().map(|_| t.chance(50)).collect();
        t.partition(|server| sides[server as usize]);
        let names = |side: bool| {
            let on_it = t.servers().filter(|server| sides[*server as usize] == side);
            crate::words::nodes(&on_it.map(|server| t.name(server)).collect::<Vec<_>>())
        };
        if sides.contains(&true) && sides.contains(&false) {
            t.note(format!("Apart from each other: {}, and {}.", names(true), names(false)));
        }
        t.sleep(1_000 + t.draw(0, 199)).await;
    }
    Ok(())
}
