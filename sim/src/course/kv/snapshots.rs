//! Part 3B: the store with snapshots.

use crate::course::{self, CourseTest};
use crate::director::{Asserted, Task};
use crate::labs::kv::KvLab;

use super::Plan;
use super::clerk::Stores;
use super::generic::Generic;
use super::harness::ensure;
use super::replicated::speed;

/// `maxraftstate`: a server takes a snapshot when its log has so many bytes.
const LOG_BYTES_MAX: u64 = 1_000;

/// As in part 3A, with snapshots.
const fn plan(
    servers: u32,
    clients: u32,
    unreliable: bool,
    director: fn(Stores) -> Task,
) -> course::Plan {
    let plan = Plan::<KvLab>::new(servers, clients + 1, director).unreliable(unreliable);
    course::Plan::Kv(Plan { log_bytes_max: Some(LOG_BYTES_MAX), ..plan })
}

pub(super) const SNAPSHOT_RPC: CourseTest = CourseTest {
    number: 15,
    since: 2020,
    name: "TestSnapshotRPC3B",
    name_2024: "TestSnapshotRPC4B",
    part: "3B",
    title: "InstallSnapshot RPC",
    about: "A server that missed what is no more in any log catches up by a snapshot, and then \
            helps to serve.",
    plan: plan(3, 1, false, |t| Box::pin(snapshot_rpc(t))),
};

async fn snapshot_rpc(t: Stores) -> Asserted<()> {
    let (all, clerk) = (t.clerk(0), t.clerk(1));
    all.put("a", "A").await?;
    all.check("a", "A").await?;
    t.note("n3 is alone; the others go on until it needs a snapshot.");
    t.partition(|server| server != 2);
    t.reach(1, |server| server != 2);
    for number in 0..50 {
        clerk.put(&number.to_string(), &number.to_string()).await?;
    }
    t.sleep(1_000).await;
    clerk.put("b", "B").await?;
    t.check_sizes(8)?;
    t.note("n2 is alone: n3 must have caught up, or nothing is done.");
    t.partition(|server| server != 1);
    t.reach(1, |server| server != 1);
    clerk.put("c", "C").await?;
    clerk.put("d", "D").await?;
    for (key, value) in [("a", "A"), ("b", "B"), ("1", "1"), ("49", "49")] {
        clerk.check(key, value).await?;
    }
    t.note("All are together.");
    t.connect_all();
    all.put("e", "E").await?;
    for (key, value) in [("c", "C"), ("e", "E"), ("1", "1")] {
        all.check(key, value).await?;
    }
    Ok(())
}

pub(super) const SNAPSHOT_SIZE: CourseTest = CourseTest {
    number: 16,
    since: 2020,
    name: "TestSnapshotSize3B",
    name_2024: "TestSnapshotSize4B",
    part: "3B",
    title: "snapshot size is reasonable",
    about: "After 800 operations on one key the log is short and a snapshot has at most 500 \
            bytes.",
    plan: plan(3, 0, false, |t| Box::pin(snapshot_size(t))),
};

async fn snapshot_size(t: Stores) -> Asserted<()> {
    const SNAPSHOT_BYTES_MAX: u64 = 500;
    let clerk = t.clerk(0);
    t.note("One key, written and read 400 times each.");
    for _ in 0..200 {
        for value in ["0", "1"] {
            clerk.put("x", value).await?;
            clerk.check("x", value).await?;
        }
    }
    t.check_sizes(8)?;
    let size = t.snapshot_size();
    ensure(size <= SNAPSHOT_BYTES_MAX, || {
        format!("snapshot too large ({size} > {SNAPSHOT_BYTES_MAX})")
    })
}

pub(super) const SPEED: CourseTest = CourseTest {
    number: 17,
    since: 2021,
    name: "TestSpeed3B",
    name_2024: "TestSpeed4B",
    part: "3B",
    title: "ops complete fast enough",
    about: "As in part 3A, while snapshots are taken.",
    plan: plan(3, 0, false, |t| Box::pin(speed(t))),
};

pub(super) const SNAPSHOT_RECOVER: CourseTest = CourseTest {
    number: 18,
    since: 2020,
    name: "TestSnapshotRecover3B",
    name_2024: "TestSnapshotRecover4B",
    part: "3B",
    title: "restarts, snapshots, one client",
    about: "All servers start again from their snapshots, three times; nothing is lost.",
    plan: plan(5, 1, false, |t| Generic { crash: true, ..Generic::CALM }.director(t)),
};

pub(super) const SNAPSHOT_RECOVER_MANY_CLIENTS: CourseTest = CourseTest {
    number: 19,
    since: 2020,
    name: "TestSnapshotRecoverManyClients3B",
    name_2024: "TestSnapshotRecoverManyClients4B",
    part: "3B",
    title: "restarts, snapshots, many clients",
    about: "The same with twenty clients.",
    plan: plan(5, 20, false, |t| Generic { crash: true, ..Generic::CALM }.director(t)),
};

pub(super) const SNAPSHOT_UNRELIABLE: CourseTest = CourseTest {
    number: 20,
    since: 2020,
    name: "TestSnapshotUnreliable3B",
    name_2024: "TestSnapshotUnreliable4B",
    part: "3B",
    title: "unreliable net, snapshots, many clients",
    about: "Snapshots on a network that loses one message in ten.",
    plan: plan(5, 5, true, |t| Generic::CALM.director(t)),
};

pub(super) const SNAPSHOT_UNRELIABLE_RECOVER: CourseTest = CourseTest {
    number: 21,
    since: 2020,
    name: "TestSnapshotUnreliableRecover3B",
    name_2024: "TestSnapshotUnreliableRecover4B",
    part: "3B",
    title: "unreliable net, restarts, snapshots, many clients",
    about: "The same with restarts: what was done is known to be done from the snapshot.",
    plan: plan(5, 5, true, |t| Generic { crash: true, ..Generic::CALM }.director(t)),
};

pub(super) const SNAPSHOT_UNRELIABLE_RECOVER_CONCURRENT_PARTITION: CourseTest = CourseTest {
    number: 22,
    since: 2020,
    name: "TestSnapshotUnreliableRecoverConcurrentPartition3B",
    name_2024: "TestSnapshotUnreliableRecoverConcurrentPartition4B",
    part: "3B",
    title: "unreliable net, restarts, partitions, snapshots, many clients",
    about: "The same with partitions.",
    plan: plan(5, 5, true, |t| {
        Generic { partitions: true, crash: true, ..Generic::CALM }.director(t)
    }),
};

pub(super) const SNAPSHOT_UNRELIABLE_RECOVER_CONCURRENT_PARTITION_LINEARIZABLE: CourseTest =
    CourseTest {
        number: 23,
        since: 2020,
        name: "TestSnapshotUnreliableRecoverConcurrentPartitionLinearizable3B",
        name_2024: "TestSnapshotUnreliableRecoverConcurrentPartitionLinearizable4B",
        part: "3B",
        title: "unreliable net, restarts, partitions, snapshots, random keys, many clients",
        about: "The same with fifteen clients that share fifteen keys on seven servers; all their \
            operations have one order.",
        plan: plan(7, 15, true, |t| {
            Generic { partitions: true, crash: true, shared_keys: true, ..Generic::CALM }
                .director(t)
        }),
    };
