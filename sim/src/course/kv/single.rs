//! The single server of 2024: what is asked for twice is done once, and its memory is bounded.

use netsplit_core::time::Span;

use crate::course::{self, CourseTest};
use crate::director::{Asserted, Bounds, Task};
use crate::labs::kv::KvLab;

use super::Plan;
use super::clerk::Stores;
use super::generic::Generic;
use super::harness::{Client, ensure};
use super::replicated::one_key;

const MIB: u64 = 1 << 20;

/// The size of a large value, in MiB.
const LARGE: u64 = 10;

/// One server with so many clients.
const fn plan(clients: u32, unreliable: bool, director: fn(Stores) -> Task) -> course::Plan {
    course::Plan::Kv(Plan::<KvLab>::new(1, clients, director).unreliable(unreliable))
}

/// The same where 100,000 clerks come one after the other. That takes no time in the course, and here
/// some 11 ms each.
pub(super) const fn many(plan: Plan<KvLab>) -> course::Plan {
    let bounds = Bounds { time: Span::from_millis(3_000_000), steps: 2_000_000 };
    course::Plan::Kv(Plan { bounds, log_bytes_max: Some(10 * MIB), ..plan })
}

/// A round of one second; an append returns what the key held.
const GENERIC: Generic = Generic { busy: 1_000, appends_read: true, ..Generic::CALM };

pub(super) const BASIC: CourseTest = CourseTest {
    number: 24,
    since: 2024,
    name: "TestBasic2",
    name_2024: "TestBasic2",
    part: "kvsrv 2024",
    title: "one client",
    about: "One client appends and reads; an append returns what the key held before it.",
    plan: plan(2, false, |t| GENERIC.director(t)),
};

pub(super) const CONCURRENT: CourseTest = CourseTest {
    number: 25,
    since: 2024,
    name: "TestConcurrent2",
    name_2024: "TestConcurrent2",
    part: "kvsrv 2024",
    title: "many clients",
    about: "The same with five clients.",
    plan: plan(6, false, |t| GENERIC.director(t)),
};

pub(super) const UNRELIABLE: CourseTest = CourseTest {
    number: 26,
    since: 2024,
    name: "TestUnreliable2",
    name_2024: "TestUnreliable2",
    part: "kvsrv 2024",
    title: "unreliable net, many clients",
    about: "The same on a network that loses one message in ten.",
    plan: plan(6, true, |t| GENERIC.director(t)),
};

pub(super) const UNRELIABLE_ONE_KEY: CourseTest = CourseTest {
    number: 27,
    since: 2024,
    name: "TestUnreliableOneKey2",
    name_2024: "TestUnreliableOneKey2",
    part: "kvsrv 2024",
    title: "concurrent append to same key, unreliable",
    about: "Five clients append ten times each to one key; all fifty are there once, each \
            client's in order.",
    plan: plan(6, true, |t| Box::pin(one_key(t, true))),
};

pub(super) const MEM_GET: CourseTest = CourseTest {
    number: 28,
    since: 2024,
    name: "TestMemGet2",
    name_2024: "TestMemGet2",
    part: "kvsrv 2024",
    title: "memory use get",
    about: "A large value that two clerks have read is not kept once it is replaced.",
    plan: plan(3, true, |t| Box::pin(mem_get(t))),
};

fn large(letter: &str) -> String {
    letter.repeat((LARGE * MIB) as usize)
}

/// The server keeps at most so many whole MiB.
fn check_memory(t: &Stores, most: u64) -> Asserted<()> {
    let kept = t.state_bytes() / MIB;
    ensure(kept <= most, || format!("server using too much memory: {kept} MiB (> {most})"))
}

async fn mem_get(t: Stores) -> Asserted<()> {
    let clerks = [t.clerk(0), t.clerk(1)];
    let value = large("a");
    clerks[0].put("k", &value).await?;
    for clerk in &clerks {
        clerk.check("k", &value).await?;
    }
    t.clerk(2).put("k", "0").await?;
    check_memory(&t, LARGE - 1)
}

pub(super) const MEM_PUT: CourseTest = CourseTest {
    number: 29,
    since: 2024,
    name: "TestMemPut2",
    name_2024: "TestMemPut2",
    part: "kvsrv 2024",
    title: "memory use put",
    about: "A large value that another clerk replaces is not kept.",
    plan: plan(2, false, |t| Box::pin(mem_put(t))),
};

async fn mem_put(t: Stores) -> Asserted<()> {
    t.clerk(0).put("k", &large("a")).await?;
    t.clerk(1).put("k", "").await?;
    check_memory(&t, LARGE - 1)
}

pub(super) const MEM_APPEND: CourseTest = CourseTest {
    number: 30,
    since: 2024,
    name: "TestMemAppend2",
    name_2024: "TestMemAppend2",
    part: "kvsrv 2024",
    title: "memory use append",
    about: "After two large appends the value is kept, and one reply that may have to be \
            repeated.",
    plan: plan(2, false, |t| Box::pin(mem_append(t))),
};

async fn mem_append(t: Stores) -> Asserted<()> {
    t.clerk(0).append_get("k", &large("a")).await?;
    t.clerk(1).append_get("k", &large("b")).await?;
    check_memory(&t, 3 * LARGE)
}

pub(super) const MEM_PUT_MANY: CourseTest = CourseTest {
    number: 31,
    since: 2024,
    name: "TestMemPutMany",
    name_2024: "TestMemPutMany",
    part: "kvsrv 2024",
    title: "memory use many puts",
    about: "A hundred thousand clerks put a value each to one key: at most 200 bytes are kept of \
            each.",
    plan: many(Plan::new(1, 1, |t| Box::pin(mem_put_many(t)))),
};

/// Clerks that come one after the other.
const CLERKS: u64 = 100_000;

/// Bytes of the value that each of them puts.
const VALUE: usize = 1_000;

/// What they leave behind for each of them, in bytes.
pub(super) async fn bytes_each(t: &Stores, puts: bool) -> Asserted<u64> {
    const CLIENT: Client = 0;
    let value = "v".repeat(VALUE);
    t.clerk(CLIENT).put("k", &value).await?;
    t.note("A hundred thousand clerks, one after the other.");
    let before = t.state_bytes();
    for _ in 0..CLERKS {
        match puts {
            true => t.clerk(CLIENT).put("k", &value).await?,
            false => t.clerk(CLIENT).check("k", &value).await?,
        }
    }
    Ok(t.state_bytes().saturating_sub(before) / CLERKS)
}

async fn mem_put_many(t: Stores) -> Asserted<()> {
    check_each(bytes_each(&t, true).await?, 200)
}

/// Of each clerk the server keeps at most so many bytes.
pub(super) fn check_each(bytes: u64, most: u64) -> Asserted<()> {
    ensure(bytes <= most, || format!("server using too much memory per client: {bytes} bytes"))
}

pub(super) const MEM_GET_MANY: CourseTest = CourseTest {
    number: 32,
    since: 2024,
    name: "TestMemGetMany",
    name_2024: "TestMemGetMany",
    part: "kvsrv 2024",
    title: "memory use many gets",
    about: "A hundred thousand clerks read a key once: fewer than 10 bytes are kept of each.",
    plan: many(Plan::new(1, 1, |t| Box::pin(mem_get_many(t)))),
};

async fn mem_get_many(t: Stores) -> Asserted<()> {
    check_each(bytes_each(&t, false).await?, 9)
}
