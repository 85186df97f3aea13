//! The lab of 2025, second half: what is not concerned goes on while groups fail and shards move, and
//! many change configurations at the same time.

use std::cell::Cell;
use std::rc::Rc;

use netsplit_core::shardctrl::mutants::Mutants;
use netsplit_core::shardctrl::{Config, Shard};

use crate::course::{self, CourseTest};
use crate::director::{Asserted, Task, ensure};

use super::Plan;
use super::busy::{Busy, later_key, putters};
use super::harness::{Harness, Pairs, gid};
use super::later::{
    KEYS, PAUSE, begin, check_version, check_versions, join_groups, leave_groups, spread_puts,
};

pub(super) const PROGRESS_SHUTDOWN: CourseTest = CourseTest {
    number: 23,
    since: 2025,
    name: "TestProgressShutdown",
    name_2024: "TestProgressShutdown",
    part: "5A 2025",
    title: "progress ...",
    about: "With two of five groups shut down the keys of all others are read within two seconds.",
    plan: course::Plan::Shards(Plan::later(5, 1, |t| Box::pin(progress_shutdown(t)))),
};

async fn progress_shutdown(t: Harness) -> Asserted<()> {
    let (admin, clerk) = begin(&t).await?;
    let pairs = spread_puts(&t, &clerk, 5).await?;
    join_groups(&t, &admin, 1..5).await?;
    t.note("g2 and g3 are shut down.");
    t.shut_group_down(1);
    t.shut_group_down(2);
    let config = admin.query(None).await?;
    let is_down = |key: &str| t.serves(&config, 1, key) || t.serves(&config, 2, key);
    let alive: Pairs = pairs.iter().filter(|(key, _)| !is_down(key)).cloned().collect();
    ensure(alive.len() < pairs.len(), || "no key was in the groups that are down".to_owned())?;
    let reads = async move { check_versions(&clerk, &alive).await };
    t.within(2_000, "reading what is in other groups", reads).await
}

pub(super) const PROGRESS_JOIN: CourseTest = CourseTest {
    number: 24,
    since: 2025,
    name: "TestProgressJoin",
    name_2024: "TestProgressJoin",
    part: "5A 2025",
    title: "progress ...",
    about: "While a group joins and leaves without end, shards that do not move, in groups whose \
            others do, answer a hundred times in four seconds.",
    plan: course::Plan::Shards(Plan::later(6, 1, |t| Box::pin(progress_join(t)))),
};

/// The shards that stay where they are however often a group joins and leaves, in groups that give
/// others away.
fn stay_beside(config: &Config, joins: u32) -> Vec<Shard> {
    const TIMES: usize = 20;
    let mut all = vec![config.clone()];
    for _ in 0..TIMES {
        let before = all.last().unwrap_or(config);
        let joined = before.join(&[(joins, Vec::new())], Mutants::NONE);
        let left = joined.leave(&[joins], Mutants::NONE);
        all.extend([joined, left]);
    }
    let stays = |shard: Shard| all.iter().all(|it| it.owner(shard) == config.owner(shard));
    let shards = || 0..config.shards.len() as Shard;
    let gives = |shard: &Shard| {
        shards().any(|other| !stays(other) && config.owner(other) == config.owner(*shard))
    };
    shards().filter(|shard| stays(*shard)).filter(gives).collect()
}

async fn progress_join(t: Harness) -> Asserted<()> {
    const SPAN: u64 = 4_000;
    const LEAST: u64 = 100;
    let (admin, clerk) = begin(&t).await?;
    let pairs = spread_puts(&t, &clerk, 5).await?;
    join_groups(&t, &admin, 1..5).await?;
    let config = admin.query(None).await?;
    let stay = stay_beside(&config, gid(5));
    let reads: Pairs =
        pairs.iter().filter(|(key, _)| stay.contains(&t.shard_of(key))).cloned().collect();
    ensure(!reads.is_empty(), || "no shard stays in a group that gives others away".to_owned())?;
    t.note("g6 joins and leaves without end.");
    let changes = Busy::start(&t, 0..1, |_, stop| {
        let (t, admin) = (t.clone(), admin.clone());
        async move {
            while !stop.get() {
                admin.join(&[5]).await?;
                t.settle().await?;
                t.sleep(PAUSE).await;
                admin.leave(&[5]).await?;
                t.settle().await?;
                t.sleep(PAUSE).await;
            }
            Ok(())
        }
    });
    let (end, count) = (t.now_millis() + SPAN, Rc::new(Cell::new(0)));
    let (beside, counted) = (t.clone(), Rc::clone(&count));
    let reader = async move {
        while beside.now_millis() < end {
            for (key, value) in &reads {
                check_version(&clerk, key, value).await?;
                counted.set(counted.get() + u64::from(beside.now_millis() < end));
            }
        }
        Ok(())
    };
    t.within(2 * SPAN, "reading what does not move", reader).await?;
    ensure(count.get() >= LEAST, || {
        format!("too few gets finished {}; expected more than {LEAST}", count.get())
    })?;
    changes.stop();
    changes.join().await;
    Ok(())
}

/// So many clients put to all keys while eight groups join and leave.
const fn clerks(clients: u32, director: fn(Harness) -> Task) -> Plan {
    Plan::later(9, 1 + clients, director)
}

pub(super) const ONE_CLERK_RELIABLE: CourseTest = CourseTest {
    number: 25,
    since: 2025,
    name: "TestOneConcurrentClerkReliable5A",
    name_2024: "TestOneConcurrentClerkReliable5A",
    part: "5A 2025",
    title: "one concurrent clerk reliable...",
    about: "A client puts, with the version that it read last, while eight groups join and leave; \
            each key's version counts the puts that were done.",
    plan: course::Plan::Shards(clerks(1, |t| Box::pin(concurrent_clerks(t, 1)))),
};

pub(super) const MANY_CLERKS_RELIABLE: CourseTest = CourseTest {
    number: 26,
    since: 2025,
    name: "TestManyConcurrentClerkReliable5A",
    name_2024: "TestManyConcurrentClerkReliable5A",
    part: "5A 2025",
    title: "many concurrent clerks reliable...",
    about: "The same with ten clients, which share the keys.",
    plan: course::Plan::Shards(clerks(10, |t| Box::pin(concurrent_clerks(t, 10)))),
};

pub(super) const ONE_CLERK_UNRELIABLE: CourseTest = CourseTest {
    number: 27,
    since: 2025,
    name: "TestOneConcurrentClerkUnreliable5A",
    name_2024: "TestOneConcurrentClerkUnreliable5A",
    part: "5A 2025",
    title: "one concurrent clerk unreliable ...",
    about: "One client on a network that loses one message in ten.",
    plan: course::Plan::Shards(clerks(1, |t| Box::pin(concurrent_clerks(t, 1))).unreliable()),
};

pub(super) const MANY_CLERKS_UNRELIABLE: CourseTest = CourseTest {
    number: 28,
    since: 2025,
    name: "TestManyConcurrentClerkUnreliable5A",
    name_2024: "TestManyConcurrentClerkUnreliable5A",
    part: "5A 2025",
    title: "many concurrent clerks unreliable...",
    about: "Ten clients on a network that loses one message in ten.",
    plan: course::Plan::Shards(clerks(10, |t| Box::pin(concurrent_clerks(t, 10))).unreliable()),
};

async fn concurrent_clerks(t: Harness, clients: u32) -> Asserted<()> {
    const SPAN: u64 = 20_000;
    let (admin, clerk) = begin(&t).await?;
    let end = t.now_millis() + SPAN;
    let busy = putters(&t, clients, KEYS);
    t.note("Eight groups join, one by one, and leave, while clients put.");
    join_groups(&t, &admin, 1..9).await?;
    leave_groups(&t, &admin, 1..9).await?;
    t.sleep(end.saturating_sub(t.now_millis())).await;
    busy.stop();
    let done = busy.join().await;
    t.note("The version of each key counts the puts that were done.");
    for key in 0..KEYS {
        let puts: u64 = done.iter().map(|of_client| of_client[key as usize]).sum();
        let key = later_key(key);
        let version = clerk.get_version(&key).await?.map_or(0, |(_, version)| version);
        ensure(version == puts, || {
            format!("{puts} puts to {key} were done, and the version is {version}")
        })?;
    }
    Ok(())
}

pub(super) const JOIN_LEAVE_DOWN: CourseTest = CourseTest {
    number: 29,
    since: 2025,
    name: "TestJoinLeave5B",
    name_2024: "TestJoinLeave5B",
    part: "5B 2025",
    title: "Join/leave while a shardgrp is down...",
    about: "A change does not end while the group is down that gives shards away, or that gets \
            them; it ends within two seconds once that group has started.",
    plan: course::Plan::Shards(Plan::later(3, 1, |t| Box::pin(join_leave_down(t)))),
};

async fn join_leave_down(t: Harness) -> Asserted<()> {
    const WAITS: u64 = 2_000;
    let (admin, clerk) = begin(&t).await?;
    let pairs = spread_puts(&t, &clerk, 5).await?;
    let before = admin.query(None).await?;
    t.note("g1 is shut down, and g2 joins.");
    t.shut_group_down(0);
    admin.join(&[1]).await?;
    ensure(!t.settles_in(WAITS).await, || "Join finished".to_owned())?;
    t.start_group(0);
    ensure(t.settles_in(WAITS).await, || "Join didn't complete".to_owned())?;
    let config = admin.query(None).await?;
    ensure(config.number == before.number + 1, || {
        format!("wrong num {} expected {}", config.number, before.number + 1)
    })?;
    t.note("g2 is shut down, and g1 leaves.");
    t.shut_group_down(1);
    admin.leave(&[0]).await?;
    ensure(!t.settles_in(WAITS).await, || "Leave finished".to_owned())?;
    t.start_group(1);
    ensure(t.settles_in(WAITS).await, || "Leave didn't complete".to_owned())?;
    check_versions(&clerk, &pairs).await
}

/// Who changes configurations at the same time.
const ADMINS: u32 = 4;

pub(super) const CONCURRENT_RELIABLE: CourseTest = CourseTest {
    number: 30,
    since: 2025,
    name: "TestConcurrentReliable5C",
    name_2024: "TestConcurrentReliable5C",
    part: "5C 2025",
    title: "Concurrent ctrlers ...",
    about: "Four let a group of their own join and leave at the same time; each change is one \
            configuration, and no key is lost.",
    plan: course::Plan::Shards(Plan::later(5, ADMINS, |t| Box::pin(concurrent_admins(t)))),
};

pub(super) const CONCURRENT_UNRELIABLE: CourseTest = CourseTest {
    number: 31,
    since: 2025,
    name: "TestAcquireLockConcurrentUnreliable5C",
    name_2024: "TestAcquireLockConcurrentUnreliable5C",
    part: "5C 2025",
    title: "Concurrent ctrlers ...",
    about: "The same on a network that loses one message in ten: a change that is asked for twice \
            is made once.",
    plan: course::Plan::Shards(
        Plan::later(5, ADMINS, |t| Box::pin(concurrent_admins(t))).unreliable(),
    ),
};

async fn concurrent_admins(t: Harness) -> Asserted<()> {
    const SPAN: u64 = 2_000;
    let (admin, clerk) = begin(&t).await?;
    let pairs = spread_puts(&t, &clerk, 5).await?;
    let before = admin.query(None).await?;
    t.note("Four change configurations at the same time.");
    let busy = Busy::start(&t, 0..ADMINS, |client, stop| {
        let (t, admin) = (t.clone(), t.admin(client));
        async move {
            let mut changes = 0;
            while !stop.get() {
                admin.join(&[1 + client]).await?;
                t.sleep(PAUSE).await;
                admin.leave(&[1 + client]).await?;
                t.sleep(PAUSE).await;
                changes += 2;
            }
            Ok(changes)
        }
    });
    t.sleep(SPAN).await;
    busy.stop();
    let changes: u64 = busy.join().await.into_iter().sum();
    check_versions(&clerk, &pairs).await?;
    let config = admin.query(None).await?;
    ensure(config.number == before.number + changes, || {
        format!("{changes} changes after {}, and the number is {}", before.number, config.number)
    })?;
    ensure(config.groups.keys().copied().eq([gid(0)]), || {
        format!("only g1 should be a member of {config:?}")
    })
}
