//! Part 3A: the store without snapshots.

use crate::course::{self, CourseTest};
use crate::director::{Asserted, Task};
use crate::labs::kv::KvLab;

use super::Plan;
use super::clerk::{Stores, appended, check_appends};
use super::generic::Generic;
use super::harness::{Server, ensure};

/// A plan of the store with so many servers and busy clients, and one client that checks.
const fn plan(
    servers: u32,
    clients: u32,
    unreliable: bool,
    director: fn(Stores) -> Task,
) -> course::Plan {
    course::Plan::Kv(Plan::<KvLab>::new(servers, clients + 1, director).unreliable(unreliable))
}

pub(super) const BASIC: CourseTest = CourseTest {
    number: 1,
    since: 2020,
    name: "TestBasic3A",
    name_2024: "TestBasic4A",
    part: "3A",
    title: "one client",
    about: "One client appends to its key and reads it; each reading shows all that it appended.",
    plan: plan(5, 1, false, |t| Generic::CALM.director(t)),
};

pub(super) const SPEED: CourseTest = CourseTest {
    number: 2,
    since: 2021,
    name: "TestSpeed3A",
    name_2024: "TestSpeed4A",
    part: "3A",
    title: "ops complete fast enough",
    about: "A thousand appends one after the other take at most 33 ms each: none waits for a \
            heartbeat.",
    plan: plan(3, 0, false, |t| Box::pin(speed(t))),
};

/// A thousand appends within 33.3 seconds.
pub(super) async fn speed(t: Stores) -> Asserted<()> {
    const APPENDS: u32 = 1_000;
    let clerk = t.clerk(0);
    // Somebody leads when this returns.
    clerk.get("x").await?;
    t.note("A thousand appends, one after the other.");
    let begun = t.now();
    for number in 0..APPENDS {
        clerk.append("x", &appended(0, number)).await?;
    }
    let micros = t.now().since(begun).micros();
    check_appends(0, &clerk.get("x").await?, APPENDS)?;
    ensure(micros <= u64::from(APPENDS) * 100_000 / 3, || {
        format!("operations completed too slowly: {} ms for each", micros / 1_000_000)
    })
}

pub(super) const CONCURRENT: CourseTest = CourseTest {
    number: 3,
    since: 2020,
    name: "TestConcurrent3A",
    name_2024: "TestConcurrent4A",
    part: "3A",
    title: "many clients",
    about: "Five clients do the same at once, each with its key.",
    plan: plan(5, 5, false, |t| Generic::CALM.director(t)),
};

pub(super) const UNRELIABLE: CourseTest = CourseTest {
    number: 4,
    since: 2020,
    name: "TestUnreliable3A",
    name_2024: "TestUnreliable4A",
    part: "3A",
    title: "unreliable net, many clients",
    about: "The same on a network that loses one message in ten: what is asked for twice is done \
            once.",
    plan: plan(5, 5, true, |t| Generic::CALM.director(t)),
};

pub(super) const UNRELIABLE_ONE_KEY: CourseTest = CourseTest {
    number: 5,
    since: 2020,
    name: "TestUnreliableOneKey3A",
    name_2024: "TestUnreliableOneKey4A",
    part: "3A",
    title: "concurrent append to same key, unreliable",
    about: "Five clients append ten times each to one key; all fifty are there once, each \
            client's in order.",
    plan: plan(3, 5, true, |t| Box::pin(one_key(t, false))),
};

/// Five clients append to one key.
pub(super) async fn one_key(t: Stores, appends_read: bool) -> Asserted<()> {
    const APPENDS: u32 = 10;
    let clients = t.client_count() - 1;
    let checker = t.clerk(clients);
    checker.put("k", "").await?;
    t.note("Five clients append to one key.");
    let busy: Vec<_> = (0..clients)
        .map(|me| {
            let clerk = t.clerk(me);
            t.spawn(async move {
                for number in 0..APPENDS {
                    match appends_read {
                        true => drop(clerk.append_get("k", &appended(me, number)).await?),
                        false => clerk.append("k", &appended(me, number)).await?,
                    }
                }
                Ok(())
            })
        })
        .collect();
    for client in busy {
        client.await;
    }
    let value = checker.get("k").await?;
    (0..clients).try_for_each(|client| check_appends(client, &value, APPENDS))
}

pub(super) const ONE_PARTITION: CourseTest = CourseTest {
    number: 6,
    since: 2020,
    name: "TestOnePartition3A",
    name_2024: "TestOnePartition4A",
    part: "3A",
    title: "progress in majority, none in minority",
    about: "A leader in a minority answers nobody, and the majority goes on; once all is \
            connected the put of the minority is done, after what the majority did.",
    plan: plan(5, 2, false, |t| Box::pin(one_partition(t))),
};

/// Puts the leader on the smaller side: the servers of the larger one.
fn majority_without_leader(t: &Stores) -> Vec<Server> {
    let leader = t.leader().unwrap_or(0);
    let most = t.count() as usize / 2 + 1;
    t.servers().filter(|&server| server != leader).take(most).collect()
}

async fn one_partition(t: Stores) -> Asserted<()> {
    let all = t.clerk(0);
    all.put("1", "13").await?;
    let majority = majority_without_leader(&t);
    let is_in_majority = |server| majority.contains(&server);
    t.partition(is_in_majority);
    t.note("The leader is in a minority; the majority is to go on.");
    let (in_majority, in_minority) = (1, 2);
    t.reach(in_majority, is_in_majority);
    t.reach(in_minority, |server| !is_in_majority(server));
    let (most, few, few_too) = (t.clerk(in_majority), t.clerk(in_minority), t.clerk(in_minority));
    most.put("1", "14").await?;
    most.check("1", "14").await?;

    t.note("Nothing is to be done in the minority.");
    let put = t.spawn(async move { few.put("1", "15").await });
    let get = t.spawn(async move { few_too.get("1").await });
    t.sleep(1_000).await;
    ensure(!put.is_done(), || "Put in minority completed".to_owned())?;
    ensure(!get.is_done(), || "Get in minority completed".to_owned())?;
    most.check("1", "14").await?;
    most.put("1", "16").await?;
    most.check("1", "16").await?;
    ensure(!put.is_done() && !get.is_done(), || "minority answered at last".to_owned())?;

    t.note("All is connected: what the minority was asked for is to be done.");
    t.connect_all();
    t.reach(in_majority, |_| true);
    t.reach(in_minority, |_| true);
    t.sleep(1_000).await;
    for _ in 0..30 {
        if put.is_done() && get.is_done() {
            break;
        }
        t.sleep(100).await;
    }
    ensure(put.is_done(), || "Put did not complete".to_owned())?;
    ensure(get.is_done(), || "Get did not complete".to_owned())?;
    all.check("1", "15").await
}

pub(super) const MANY_PARTITIONS_ONE_CLIENT: CourseTest = CourseTest {
    number: 7,
    since: 2020,
    name: "TestManyPartitionsOneClient3A",
    name_2024: "TestManyPartitionsOneClient4A",
    part: "3A",
    title: "partitions, one client",
    about: "Every second each server is on one of two sides by chance; one client goes on \
            appending.",
    plan: plan(5, 1, false, |t| Generic { partitions: true, ..Generic::CALM }.director(t)),
};

pub(super) const MANY_PARTITIONS_MANY_CLIENTS: CourseTest = CourseTest {
    number: 8,
    since: 2020,
    name: "TestManyPartitionsManyClients3A",
    name_2024: "TestManyPartitionsManyClients4A",
    part: "3A",
    title: "partitions, many clients",
    about: "The same with five clients.",
    plan: plan(5, 5, false, |t| Generic { partitions: true, ..Generic::CALM }.director(t)),
};

pub(super) const PERSIST_ONE_CLIENT: CourseTest = CourseTest {
    number: 9,
    since: 2020,
    name: "TestPersistOneClient3A",
    name_2024: "TestPersistOneClient4A",
    part: "3A",
    title: "restarts, one client",
    about: "All servers are shut down and start again, three times; nothing is lost.",
    plan: plan(5, 1, false, |t| Generic { crash: true, ..Generic::CALM }.director(t)),
};

pub(super) const PERSIST_CONCURRENT: CourseTest = CourseTest {
    number: 10,
    since: 2020,
    name: "TestPersistConcurrent3A",
    name_2024: "TestPersistConcurrent4A",
    part: "3A",
    title: "restarts, many clients",
    about: "The same with five clients.",
    plan: plan(5, 5, false, |t| Generic { crash: true, ..Generic::CALM }.director(t)),
};

pub(super) const PERSIST_CONCURRENT_UNRELIABLE: CourseTest = CourseTest {
    number: 11,
    since: 2020,
    name: "TestPersistConcurrentUnreliable3A",
    name_2024: "TestPersistConcurrentUnreliable4A",
    part: "3A",
    title: "unreliable net, restarts, many clients",
    about: "The same on a network that loses one message in ten.",
    plan: plan(5, 5, true, |t| Generic { crash: true, ..Generic::CALM }.director(t)),
};

pub(super) const PERSIST_PARTITION: CourseTest = CourseTest {
    number: 12,
    since: 2020,
    name: "TestPersistPartition3A",
    name_2024: "TestPersistPartition4A",
    part: "3A",
    title: "restarts, partitions, many clients",
    about: "Partitions, and then a restart of all.",
    plan: plan(5, 5, false, |t| {
        Generic { partitions: true, crash: true, ..Generic::CALM }.director(t)
    }),
};

pub(super) const PERSIST_PARTITION_UNRELIABLE: CourseTest = CourseTest {
    number: 13,
    since: 2020,
    name: "TestPersistPartitionUnreliable3A",
    name_2024: "TestPersistPartitionUnreliable4A",
    part: "3A",
    title: "unreliable net, restarts, partitions, many clients",
    about: "The same on a network that loses one message in ten.",
    plan: plan(5, 5, true, |t| {
        Generic { partitions: true, crash: true, ..Generic::CALM }.director(t)
    }),
};

pub(super) const PERSIST_PARTITION_UNRELIABLE_LINEARIZABLE: CourseTest = CourseTest {
    number: 14,
    since: 2020,
    name: "TestPersistPartitionUnreliableLinearizable3A",
    name_2024: "TestPersistPartitionUnreliableLinearizable4A",
    part: "3A",
    title: "unreliable net, restarts, partitions, random keys, many clients",
    about: "Fifteen clients share fifteen keys on seven servers; all their operations have one \
            order.",
    plan: plan(7, 15, true, |t| {
        Generic { partitions: true, crash: true, shared_keys: true, ..Generic::CALM }.director(t)
    }),
};
