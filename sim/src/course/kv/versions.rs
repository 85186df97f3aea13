//! The single server of 2025: a put says which version it replaces, and there are no sessions.

use netsplit_core::kv::message::Refusal;
use netsplit_core::replicated::options::Kept;

use crate::course::{self, CourseTest};
use crate::director::{Asserted, Task};
use crate::labs::kv::KvLab;

use super::Plan;
use super::clerk::{Put, Stores};
use super::harness::ensure;
use super::single::{check_each, many};

/// One server with so many clients, without sessions.
pub(super) const fn single(clients: u32, director: fn(Stores) -> Task) -> Plan<KvLab> {
    Plan { sessions: Kept::None, ..Plan::new(1, clients, director) }
}

pub(super) const RELIABLE_PUT: CourseTest = CourseTest {
    number: 33,
    since: 2025,
    name: "TestReliablePut",
    name_2024: "TestReliablePut",
    part: "kvsrv 2025",
    title: "one client and reliable Put",
    about: "A put of the right version is done, one of another is refused, and one of a version \
            of nothing too.",
    plan: course::Plan::Kv(single(1, |t| Box::pin(reliable_put(t)))),
};

async fn reliable_put(t: Stores) -> Asserted<()> {
    let clerk = t.clerk(0);
    let expect = |put: Put, wanted: Put| {
        ensure(put == wanted, || format!("Put: expected {wanted:?}, received {put:?}"))
    };
    expect(clerk.put_if("k", "6.5840", 0).await?, Put::Done)?;
    let read = clerk.get_version("k").await?;
    ensure(read == Some(("6.5840".to_owned(), 1)), || format!("Get: received {read:?}"))?;
    expect(clerk.put_if("k", "6.5840", 0).await?, Put::Refused(Refusal::Version))?;
    expect(clerk.put_if("y", "6.5840", 1).await?, Put::Refused(Refusal::NoKey))?;
    let read = clerk.get_version("y").await?;
    ensure(read.is_none(), || format!("Get of a key that is not there: received {read:?}"))
}

pub(super) const PUT_CONCURRENT_RELIABLE: CourseTest = CourseTest {
    number: 34,
    since: 2025,
    name: "TestPutConcurrentReliable",
    name_2024: "TestPutConcurrentReliable",
    part: "kvsrv 2025",
    title: "many clients racing to put values to the same key",
    about: "Ten clients put to one key for a second; its version counts the puts that were told \
            to be done.",
    plan: course::Plan::Kv(single(11, |t| Box::pin(put_concurrent(t)))),
};

async fn put_concurrent(t: Stores) -> Asserted<()> {
    let clients = t.client_count() - 1;
    let checker = t.clerk(clients);
    t.note("Ten clients put to one key for a second.");
    let end = t.now() + netsplit_core::time::Span::from_millis(1_000);
    let busy: Vec<_> = (0..clients)
        .map(|me| {
            let (beside, clerk) = (t.clone(), t.clerk(me));
            t.spawn(async move {
                let mut done = 0;
                while beside.now() < end {
                    let version = clerk.get_version("k").await?.map_or(0, |(_, version)| version);
                    let put = clerk.put_if("k", &me.to_string(), version).await?;
                    done += u64::from(put == Put::Done);
                }
                Ok(done)
            })
        })
        .collect();
    let mut done = 0;
    for client in busy {
        done += client.await;
    }
    let version = checker.get_version("k").await?.map_or(0, |(_, version)| version);
    ensure(version == done, || format!("expected {done} puts, and the version is {version}"))
}

pub(super) const MEM_PUT_MANY_CLIENTS_RELIABLE: CourseTest = CourseTest {
    number: 35,
    since: 2025,
    name: "TestMemPutManyClientsReliable",
    name_2024: "TestMemPutManyClientsReliable",
    part: "kvsrv 2025",
    title: "memory use many put clients",
    about: "A hundred thousand clerks put once each: at most 200 bytes are kept of each.",
    plan: many(single(1, |t| Box::pin(mem_put_many(t)))),
};

/// Each to the version that the one before it has made.
async fn mem_put_many(t: Stores) -> Asserted<()> {
    const CLERKS: u64 = 100_000;
    let value = "v".repeat(1_000);
    let before = t.state_bytes();
    t.note("A hundred thousand clerks, one after the other.");
    for version in 0..CLERKS {
        let put = t.clerk(0).put_if("k", &value, version).await?;
        ensure(put == Put::Done, || format!("put {version} of a clerk alone: {put:?}"))?;
    }
    check_each(t.state_bytes().saturating_sub(before) / CLERKS, 200)
}

pub(super) const UNRELIABLE_NET: CourseTest = CourseTest {
    number: 36,
    since: 2025,
    name: "TestUnreliableNet",
    name_2024: "TestUnreliableNet",
    part: "kvsrv 2025",
    title: "one client",
    about: "On a network that loses one message in ten a client whose put was sent twice is told \
            that it may be done, and it always is.",
    plan: course::Plan::Kv(single(1, |t| Box::pin(unreliable_net(t))).unreliable(true)),
};

async fn unreliable_net(t: Stores) -> Asserted<()> {
    const ROUNDS: u64 = 100;
    let clerk = t.clerk(0);
    let mut unsure = false;
    for round in 0..ROUNDS {
        let mut attempt = 0;
        loop {
            let put = clerk.put_if("k", &format!("{round} {attempt}"), round).await?;
            if put == Put::Refused(Refusal::Maybe) {
                (attempt, unsure) = (attempt + 1, true);
                continue;
            }
            let wanted = if attempt > 0 { Put::Refused(Refusal::Version) } else { Put::Done };
            ensure(put == wanted, || format!("Put: expected {wanted:?}, received {put:?}"))?;
            break;
        }
        let read = clerk.get_version("k").await?;
        let wanted = Some((format!("{round} 0"), round + 1));
        ensure(read == wanted, || format!("Get: expected {wanted:?}, received {read:?}"))?;
    }
    ensure(unsure, || "Clerk.Put never returned ErrMaybe".to_owned())
}
