//! Lab 4B: groups join and leave while nobody else works, and clerks that have another idea of the
//! configuration than the controller (2024).

use crate::course::{self, CourseTest};
use crate::director::{Asserted, ensure};

use super::Plan;
use super::harness::Harness;

/// Keys, one a shard, and the clients that read one each.
const KEYS: u32 = 10;

/// The test's own client, and one for each key.
const CLIENTS: u32 = 1 + KEYS;

pub(super) const STATIC_SHARDS: CourseTest = CourseTest {
    number: 1,
    since: 2020,
    name: "TestStaticShards",
    name_2024: "TestStaticShards5A",
    part: "4B",
    title: "static shards",
    about: "With one of two groups shut down its half of the keys is not answered, and the other \
            half is; once it has started again, all are.",
    plan: course::Plan::Shards(Plan::new(CLIENTS, |t| Box::pin(static_shards(t)))),
};

async fn static_shards(t: Harness) -> Asserted<()> {
    let (admin, clerk) = (t.admin(0), t.clerk(0));
    admin.join(&[0]).await?;
    admin.join(&[1]).await?;
    let pairs = t.put_numbers(&clerk, KEYS, 20).await?;
    t.check_all(&clerk, &pairs).await?;
    t.check_sizes()?;
    let config = admin.query(None).await?;
    t.check_sharding(1, &config, &pairs).await?;
    t.check_all(&clerk, &pairs).await
}

pub(super) const REJECTION: CourseTest = CourseTest {
    number: 14,
    since: 2024,
    name: "TestRejection5A",
    name_2024: "TestRejection5A",
    part: "5A 2024",
    title: "rejection",
    about: "Clerks that know the first configuration alone, and reach nobody who knows a later \
            one, are answered for half of the keys; for the other half never, not even by an \
            empty value.",
    plan: course::Plan::Shards(Plan::new(CLIENTS, |t| Box::pin(rejection(t)))),
};

async fn rejection(t: Harness) -> Asserted<()> {
    let (admin, clerk) = (t.admin(0), t.clerk(0));
    admin.join(&[0]).await?;
    t.note("Ten clients learn that g1 has every shard, and lose the controller and g2.");
    for client in 1..CLIENTS {
        t.clerk(client).check("0", "").await?;
    }
    let others = [t.controllers(), t.servers(1)].concat();
    for client in 1..CLIENTS {
        t.cut_off(t.client(client), &others);
    }
    admin.join(&[1]).await?;
    let pairs = t.put_numbers(&clerk, KEYS, 1).await?;
    t.check_all(&clerk, &pairs).await?;
    t.note("They ask g1 for every key.");
    let reads = t.read_beside(1, &pairs);
    let done = t.completions(&reads).await;
    ensure(done == reads.len() / 2, || {
        format!("expected {} completions with a wrong configuration; got {done}", reads.len() / 2)
    })?;
    t.note("They reach the controller again.");
    for client in 1..CLIENTS {
        t.connect(t.client(client), &others);
    }
    for read in reads {
        read.await;
    }
    Ok(())
}

pub(super) const JOIN_LEAVE: CourseTest = CourseTest {
    number: 2,
    since: 2020,
    name: "TestJoinLeave",
    name_2024: "TestJoinLeave5B",
    part: "4B",
    title: "join then leave",
    about: "A second group joins, then the first leaves and is shut down: every key is where it \
            should be, with all that was appended.",
    plan: course::Plan::Shards(Plan::new(1, |t| Box::pin(join_leave(t)))),
};

async fn join_leave(t: Harness) -> Asserted<()> {
    let (admin, clerk) = (t.admin(0), t.clerk(0));
    admin.join(&[0]).await?;
    let mut pairs = t.put_numbers(&clerk, KEYS, 5).await?;
    t.check_all(&clerk, &pairs).await?;
    t.note("g2 joins.");
    admin.join(&[1]).await?;
    t.check_and_append(&clerk, &mut pairs, 5).await?;
    t.note("g1 leaves.");
    admin.leave(&[0]).await?;
    t.check_and_append(&clerk, &mut pairs, 5).await?;
    t.sleep(1_000).await;
    t.check_sizes()?;
    t.note("g1 is shut down; nothing of it is needed.");
    t.shut_group_down(0);
    t.check_all(&clerk, &pairs).await
}

pub(super) const SNAPSHOT: CourseTest = CourseTest {
    number: 3,
    since: 2020,
    name: "TestSnapshot",
    name_2024: "TestSnapshot5B",
    part: "4B",
    title: "snapshots, join, and leave",
    about: "Groups join and leave with thirty keys and snapshots; then all are shut down and start \
            again, and nothing is lost.",
    plan: course::Plan::Shards(Plan::new(1, |t| Box::pin(snapshot(t))).log_bytes_max(1_000)),
};

async fn snapshot(t: Harness) -> Asserted<()> {
    let (admin, clerk) = (t.admin(0), t.clerk(0));
    admin.join(&[0]).await?;
    let mut pairs = t.put_numbers(&clerk, 30, 20).await?;
    t.check_all(&clerk, &pairs).await?;
    t.note("g2 and g3 join, and g1 leaves.");
    admin.join(&[1]).await?;
    admin.join(&[2]).await?;
    admin.leave(&[0]).await?;
    t.check_and_append(&clerk, &mut pairs, 20).await?;
    t.note("g2 leaves, and g1 joins again.");
    admin.leave(&[1]).await?;
    admin.join(&[0]).await?;
    t.check_and_append(&clerk, &mut pairs, 20).await?;
    t.sleep(1_000).await;
    t.check_all(&clerk, &pairs).await?;
    t.sleep(1_000).await;
    t.check_sizes()?;
    t.note("All groups are shut down, and start again.");
    t.groups().for_each(|group| t.shut_group_down(group));
    t.groups().for_each(|group| t.start_group(group));
    t.check_all(&clerk, &pairs).await
}

pub(super) const MISS_CHANGE: CourseTest = CourseTest {
    number: 4,
    since: 2020,
    name: "TestMissChange",
    name_2024: "TestMissChange5B",
    part: "4B",
    title: "servers that miss configuration changes",
    about: "A server of each group is down through several configurations, catches up, and is \
            needed when another one is shut down.",
    plan: course::Plan::Shards(Plan::new(1, |t| Box::pin(miss_change(t))).log_bytes_max(1_000)),
};

async fn miss_change(t: Harness) -> Asserted<()> {
    let (admin, clerk) = (t.admin(0), t.clerk(0));
    admin.join(&[0]).await?;
    let mut pairs = t.put_numbers(&clerk, KEYS, 20).await?;
    t.check_all(&clerk, &pairs).await?;
    admin.join(&[1]).await?;
    t.note("The first server of each group misses what follows.");
    t.groups().for_each(|group| t.shut_down(group, 0));
    admin.join(&[2]).await?;
    admin.leave(&[1]).await?;
    admin.leave(&[0]).await?;
    t.check_and_append(&clerk, &mut pairs, 20).await?;
    admin.join(&[1]).await?;
    t.check_and_append(&clerk, &mut pairs, 20).await?;
    t.note("They start again.");
    t.groups().for_each(|group| t.start(group, 0));
    t.check_and_append(&clerk, &mut pairs, 20).await?;
    t.sleep(2_000).await;
    t.note("The second server of each group misses what follows, and the first is needed.");
    t.groups().for_each(|group| t.shut_down(group, 1));
    admin.join(&[0]).await?;
    admin.leave(&[2]).await?;
    t.check_and_append(&clerk, &mut pairs, 20).await?;
    t.groups().for_each(|group| t.start(group, 1));
    t.check_all(&clerk, &pairs).await
}
