//! The lock of 2025: mutual exclusion by conditional puts to a single server.

use netsplit_core::kv::message::Refusal;
use netsplit_core::time::Span;

use crate::course::{self, CourseTest};
use crate::director::Asserted;

use super::clerk::{Clerk, Put, Stores};
use super::harness::ensure;
use super::versions::single;

/// So many clients, each with a lock of the same name.
const fn plan(clients: u32, unreliable: bool) -> course::Plan {
    course::Plan::Kv(single(clients, |t| Box::pin(locks(t))).unreliable(unreliable))
}

pub(super) const ONE_CLIENT_RELIABLE: CourseTest = CourseTest {
    number: 37,
    since: 2025,
    name: "TestOneClientReliable",
    name_2024: "TestOneClientReliable",
    part: "lock",
    title: "1 lock clients",
    about: "One client takes the lock and gives it back for two seconds; nobody else holds it \
            meanwhile.",
    plan: plan(1, false),
};

pub(super) const MANY_CLIENTS_RELIABLE: CourseTest = CourseTest {
    number: 38,
    since: 2025,
    name: "TestManyClientsReliable",
    name_2024: "TestManyClientsReliable",
    part: "lock",
    title: "10 lock clients",
    about: "Ten clients do the same: no two hold the lock at once.",
    plan: plan(10, false),
};

pub(super) const ONE_CLIENT_UNRELIABLE: CourseTest = CourseTest {
    number: 39,
    since: 2025,
    name: "TestOneClientUnreliable",
    name_2024: "TestOneClientUnreliable",
    part: "lock",
    title: "1 lock clients, unreliable",
    about: "One client on a network that loses one message in ten.",
    plan: plan(1, true),
};

pub(super) const MANY_CLIENTS_UNRELIABLE: CourseTest = CourseTest {
    number: 40,
    since: 2025,
    name: "TestManyClientsUnreliable",
    name_2024: "TestManyClientsUnreliable",
    part: "lock",
    title: "10 lock clients, unreliable",
    about: "Ten clients on a network that loses one message in ten.",
    plan: plan(10, true),
};

/// A lock that is a key of the store: it holds the name of who has it, or nothing.
#[derive(Clone, Debug)]
struct Lock {
    clerk: Clerk,
    key: &'static str,
    /// A name that nobody else has.
    me: String,
}

impl Lock {
    async fn acquire(&self, t: &Stores) -> Asserted<()> {
        loop {
            let (owner, version) = self.clerk.get_version(self.key).await?.unwrap_or_default();
            // An attempt of before may have been done after all.
            if owner == self.me {
                return Ok(());
            }
            if owner.is_empty() {
                match self.clerk.put_if(self.key, &self.me, version).await? {
                    Put::Done => return Ok(()),
                    // Nobody knows; the next look shows it.
                    Put::Refused(Refusal::Maybe) => continue,
                    Put::Refused(_) => {}
                }
            }
            t.sleep(10).await;
        }
    }

    async fn release(&self) -> Asserted<()> {
        let (owner, version) = self.clerk.get_version(self.key).await?.unwrap_or_default();
        ensure(owner == self.me, || "a lock was taken from who holds it".to_owned())?;
        let put = self.clerk.put_if(self.key, "", version).await?;
        ensure(put.may_be_done(), || format!("a lock was not given back: {put:?}"))
    }
}

async fn locks(t: Stores) -> Asserted<()> {
    t.note("Clients take the lock and give it back for two seconds.");
    let end = t.now() + Span::from_millis(2_000);
    let clients: Vec<_> = (0..t.client_count())
        .map(|client| {
            let (beside, clerk) = (t.clone(), t.clerk(client));
            t.spawn(async move { lock_client(&beside, clerk, end).await })
        })
        .collect();
    for client in clients {
        client.await;
    }
    Ok(())
}

/// Whoever holds the lock writes its name to another key, where it must find none.
async fn lock_client(t: &Stores, clerk: Clerk, end: netsplit_core::time::Time) -> Asserted<()> {
    let lock = Lock { clerk: clerk.clone(), key: "l", me: t.random_word() };
    clerk.put_if("l0", "", 0).await?;
    while t.now() < end {
        lock.acquire(t).await?;
        let (inside, version) = clerk.get_version("l0").await?.unwrap_or_default();
        ensure(inside.is_empty(), || "two clients acquired lock".to_owned())?;
        let put = clerk.put_if("l0", &lock.me, version).await?;
        ensure(put.may_be_done(), || format!("another client was inside: {put:?}"))?;
        t.sleep(10).await;
        let put = clerk.put_if("l0", "", version + 1).await?;
        ensure(put.may_be_done(), || format!("another client was inside: {put:?}"))?;
        lock.release().await?;
    }
    Ok(())
}
