//! The lab of 2025, first half: twelve shards by a hash of the key, sixty keys with versions, and
//! groups that join and leave one by one.
//!
//! There the controller moves the shards itself, and a join returns when they have moved. Here the
//! controller says what is to be and the groups follow: a change is over when it is done with in all
//! of them.

use netsplit_core::shardctrl::NOBODY;

use crate::course::{self, CourseTest};
use crate::director::{Asserted, ensure};

use super::Plan;
use super::busy::later_key;
use super::changes::Admin;
use super::harness::{Group, Harness, Pairs, ShardClerk, gid};

/// Five keys a shard.
pub(super) const KEYS: u32 = 60;

/// The test's own client, and those among which many readers are divided.
const CLIENTS: u32 = 11;

/// Between two changes, in milliseconds.
pub(super) const PAUSE: u64 = 200;

/// A cluster of so many groups, all with the part's name and first edition.
const fn plan(groups: u32, director: fn(Harness) -> crate::director::Task) -> Plan {
    Plan::later(groups, CLIENTS, director)
}

/// The first group has every shard.
pub(super) async fn begin(t: &Harness) -> Asserted<(Admin, ShardClerk)> {
    let admin = t.admin(0);
    admin.join(&[0]).await?;
    Ok((admin, t.clerk(0)))
}

/// Puts sixty keys, none of which is there, with values of so many letters.
pub(super) async fn spread_puts(t: &Harness, clerk: &ShardClerk, length: u32) -> Asserted<Pairs> {
    let pairs: Pairs = (0..KEYS).map(|key| (later_key(key), t.random_text(length))).collect();
    for (key, value) in &pairs {
        let put = clerk.put_if(key, value, 0).await?;
        ensure(put.is_done(), || format!("Put({key}) of a key that is not there: {put:?}"))?;
    }
    Ok(pairs)
}

/// Reads keys, each of which was put once.
pub(super) async fn check_versions(clerk: &ShardClerk, pairs: &Pairs) -> Asserted<()> {
    for (key, value) in pairs {
        check_version(clerk, key, value).await?;
    }
    Ok(())
}

/// Reads a key that was put once.
pub(super) async fn check_version(clerk: &ShardClerk, key: &str, value: &str) -> Asserted<()> {
    let expected = Some((value.to_owned(), 1));
    let read = clerk.get_version(key).await?;
    ensure(read == expected, || format!("Get({key}): expected {expected:?}, received {read:?}"))
}

/// Lets groups join one after the other, each when the change before is over.
pub(super) async fn join_groups(
    t: &Harness,
    admin: &Admin,
    groups: impl Iterator<Item = Group>,
) -> Asserted<()> {
    for group in groups {
        admin.join(&[group]).await?;
        t.settle().await?;
        t.sleep(PAUSE).await;
    }
    Ok(())
}

/// Lets groups leave one after the other; each is shut down when the change is over.
pub(super) async fn leave_groups(
    t: &Harness,
    admin: &Admin,
    groups: impl Iterator<Item = Group>,
) -> Asserted<()> {
    for group in groups {
        admin.leave(&[group]).await?;
        t.settle().await?;
        t.shut_group_down(group);
        t.sleep(PAUSE).await;
    }
    Ok(())
}

pub(super) const INIT_QUERY: CourseTest = CourseTest {
    number: 15,
    since: 2025,
    name: "TestInitQuery5A",
    name_2024: "TestInitQuery5A",
    part: "5A 2025",
    title: "Init and Query ...",
    about: "The first group that joins is all of configuration 1, whoever asks; before it there \
            was nobody.",
    plan: course::Plan::Shards(plan(3, |t| Box::pin(init_query(t)))),
};

async fn init_query(t: Harness) -> Asserted<()> {
    let (admin, _) = begin(&t).await?;
    for client in [0, 1] {
        let latest = t.admin(client).query(None).await?;
        let all_its = latest.shards.iter().all(|owner| *owner == gid(0));
        let known = latest.groups.keys().copied().eq([gid(0)]);
        ensure(latest.number == 1 && all_its && known, || format!("Static wrong {latest:?}"))?;
    }
    let first = admin.query(Some(0)).await?;
    let nobodys = first.shards.iter().all(|owner| *owner == NOBODY);
    ensure(first.number == 0 && nobodys && first.groups.is_empty(), || {
        format!("Static wrong {first:?}")
    })
}

pub(super) const STATIC_ONE_SHARD_GROUP: CourseTest = CourseTest {
    number: 16,
    since: 2025,
    name: "TestStaticOneShardGroup5A",
    name_2024: "TestStaticOneShardGroup5A",
    part: "5A 2025",
    title: "one shard group ...",
    about: "With the leader of the only group cut off all keys are read from the others.",
    plan: course::Plan::Shards(plan(3, |t| Box::pin(static_one_shard_group(t)))),
};

async fn static_one_shard_group(t: Harness) -> Asserted<()> {
    let (_, clerk) = begin(&t).await?;
    let pairs = spread_puts(&t, &clerk, 5).await?;
    check_versions(&clerk, &pairs).await?;
    let leader = t.leader(0);
    ensure(leader.is_some(), || "g1 has answered, and nobody leads it".to_owned())?;
    if let Some(leader) = leader {
        t.note(format!("{leader}, which leads, is cut off."));
        t.cut_off(leader, &[t.controllers(), t.servers(0), t.clients()].concat());
    }
    check_versions(&clerk, &pairs).await
}

pub(super) const JOIN_BASIC: CourseTest = CourseTest {
    number: 17,
    since: 2025,
    name: "TestJoinBasic5A",
    name_2024: "TestJoinBasic5A",
    part: "5A 2025",
    title: "a group joins...",
    about: "A group joins by one configuration; each of the two answers for its keys alone, and \
            every value has moved with its version.",
    plan: course::Plan::Shards(plan(3, |t| Box::pin(join_basic(t)))),
};

async fn join_basic(t: Harness) -> Asserted<()> {
    let (admin, clerk) = begin(&t).await?;
    let pairs = spread_puts(&t, &clerk, 5).await?;
    let before = admin.query(None).await?;
    join_groups(&t, &admin, 1..2).await?;
    let config = admin.query(None).await?;
    ensure(config.number == before.number + 1, || {
        format!("wrong num {} expected {}", config.number, before.number + 1)
    })?;
    ensure(config.groups.contains_key(&gid(1)), || "g2 is no member".to_owned())?;
    for down in [0, 1] {
        t.check_sharding(down, &config, &pairs).await?;
        check_versions(&clerk, &pairs).await?;
    }
    Ok(())
}

pub(super) const DELETE_BASIC: CourseTest = CourseTest {
    number: 18,
    since: 2025,
    name: "TestDeleteBasic5A",
    name_2024: "TestDeleteBasic5A",
    part: "5A 2025",
    title: "delete ...",
    about: "After a group has joined, the snapshots of both together are hardly larger than the \
            one before.",
    plan: course::Plan::Shards(plan(3, |t| Box::pin(delete_basic(t))).log_bytes_max(SLACK)),
};

/// By how many bytes snapshots may grow, and after how many of the log one is taken.
const SLACK: u64 = 10_000;

async fn delete_basic(t: Harness) -> Asserted<()> {
    let (admin, clerk) = begin(&t).await?;
    let pairs = spread_puts(&t, &clerk, 1_000).await?;
    let snapshot = |group| t.sizes(group).into_iter().map(|(_, size)| size).max().unwrap_or(0);
    let before = snapshot(0);
    join_groups(&t, &admin, 1..2).await?;
    t.note("All is read five times, so that every server takes another snapshot.");
    for _ in 0..5 {
        check_versions(&clerk, &pairs).await?;
    }
    let (one, other) = (snapshot(0), snapshot(1));
    ensure(one > 0 && other > 0, || "a group has taken no snapshot".to_owned())?;
    ensure(one + other <= before + SLACK, || {
        format!("g1 {one} + g2 {other} = {} use too much space {before}", one + other)
    })
}

pub(super) const JOIN_LEAVE_BASIC: CourseTest = CourseTest {
    number: 19,
    since: 2025,
    name: "TestJoinLeaveBasic5A",
    name_2024: "TestJoinLeaveBasic5A",
    part: "5A 2025",
    title: "basic groups join/leave ...",
    about: "The second group joins, the first leaves, is shut down, starts and joins again.",
    plan: course::Plan::Shards(plan(3, |t| Box::pin(join_leave_basic(t)))),
};

async fn join_leave_basic(t: Harness) -> Asserted<()> {
    let (admin, clerk) = begin(&t).await?;
    let pairs = spread_puts(&t, &clerk, 5).await?;
    join_groups(&t, &admin, 1..2).await?;
    t.check_sharding(0, &admin.query(None).await?, &pairs).await?;
    check_versions(&clerk, &pairs).await?;
    leave_groups(&t, &admin, 0..1).await?;
    let config = admin.query(None).await?;
    ensure(!config.groups.contains_key(&gid(0)), || "g1 is still a member".to_owned())?;
    check_versions(&clerk, &pairs).await?;
    t.note("g1 starts and joins again.");
    t.start_group(0);
    join_groups(&t, &admin, 0..1).await?;
    check_versions(&clerk, &pairs).await?;
    t.check_sharding(1, &admin.query(None).await?, &pairs).await
}

pub(super) const MANY_JOIN_LEAVE_RELIABLE: CourseTest = CourseTest {
    number: 20,
    since: 2025,
    name: "TestManyJoinLeaveReliable5A",
    name_2024: "TestManyJoinLeaveReliable5A",
    part: "5A 2025",
    title: "many groups join/leave reliable...",
    about: "Eight groups join one by one, and leave one by one.",
    plan: course::Plan::Shards(plan(9, |t| Box::pin(many_join_leave(t)))),
};

pub(super) const MANY_JOIN_LEAVE_UNRELIABLE: CourseTest = CourseTest {
    number: 21,
    since: 2025,
    name: "TestManyJoinLeaveUnreliable5A",
    name_2024: "TestManyJoinLeaveUnreliable5A",
    part: "5A 2025",
    title: "many groups join/leave unreliable...",
    about: "The same on a network that loses one message in ten.",
    plan: course::Plan::Shards(plan(9, |t| Box::pin(many_join_leave(t))).unreliable()),
};

async fn many_join_leave(t: Harness) -> Asserted<()> {
    let (admin, clerk) = begin(&t).await?;
    let pairs = spread_puts(&t, &clerk, 5).await?;
    t.note("Eight groups join, one by one.");
    join_groups(&t, &admin, 1..9).await?;
    t.check_sharding(1, &admin.query(None).await?, &pairs).await?;
    check_versions(&clerk, &pairs).await?;
    t.note("They leave, one by one, and are shut down.");
    leave_groups(&t, &admin, 1..9).await?;
    check_versions(&clerk, &pairs).await
}

pub(super) const SHUTDOWN: CourseTest = CourseTest {
    number: 22,
    since: 2025,
    name: "TestShutdown5A",
    name_2024: "TestShutdown5A",
    part: "5A 2025",
    title: "shutdown ...",
    about: "Three groups are all shut down, and start again: nothing is lost.",
    plan: course::Plan::Shards(plan(3, |t| Box::pin(shutdown(t)))),
};

async fn shutdown(t: Harness) -> Asserted<()> {
    let (admin, clerk) = begin(&t).await?;
    let pairs = spread_puts(&t, &clerk, 5).await?;
    join_groups(&t, &admin, 1..3).await?;
    t.check_sharding(1, &admin.query(None).await?, &pairs).await?;
    check_versions(&clerk, &pairs).await?;
    t.note("All groups are shut down, and start again.");
    t.groups().for_each(|group| t.shut_group_down(group));
    t.groups().for_each(|group| t.start_group(group));
    check_versions(&clerk, &pairs).await
}
