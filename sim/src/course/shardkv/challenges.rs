//! The challenges of Lab 4B: what has left is deleted, and what a change does not concern is answered
//! meanwhile.

use netsplit_core::shardctrl::Config;

use crate::course::{self, CourseTest};
use crate::director::{Asserted, ensure};

use super::Plan;
use super::harness::{Group, Harness, Pairs, ShardClerk, gid};

/// Keys, one a shard.
const KEYS: u32 = 10;

/// How long what a change does not concern may take: a few elections.
const ANSWERED: u64 = 5_000;

pub(super) const DELETE: CourseTest = CourseTest {
    number: 11,
    since: 2020,
    name: "TestChallenge1Delete",
    name_2024: "TestChallenge1Delete",
    part: "4B",
    title: "shard deletion (challenge 1)",
    about: "Shards go from group to group; in the end all disks together hold thirty values once \
            on each of three servers, and a little more.",
    plan: course::Plan::Shards(Plan::new(1, |t| Box::pin(delete(t))).log_bytes_max(1)),
};

async fn delete(t: Harness) -> Asserted<()> {
    const KEYS: u32 = 30;
    const VALUE: u32 = 1_000;
    let (admin, clerk) = (t.admin(0), t.clerk(0));
    admin.join(&[0]).await?;
    let pairs = t.put_numbers(&clerk, KEYS, VALUE).await?;
    let few: Pairs = pairs[..3].to_vec();
    t.check_all(&clerk, &few).await?;
    for round in 1..=2 {
        t.note(format!("Round {round} of 2: g2 and g3 take over, and then g1 again."));
        admin.join(&[1]).await?;
        admin.leave(&[0]).await?;
        admin.join(&[2]).await?;
        t.sleep(3_000).await;
        t.check_all(&clerk, &few).await?;
        admin.leave(&[1]).await?;
        admin.join(&[0]).await?;
        admin.leave(&[2]).await?;
        t.sleep(3_000).await;
        t.check_all(&clerk, &few).await?;
    }
    admin.join(&[1]).await?;
    admin.join(&[2]).await?;
    for _ in 0..3 {
        t.sleep(1_000).await;
        t.check_all(&clerk, &few).await?;
    }
    // Three values are counted twice more: a reply may be kept as well.
    let once = u64::from((KEYS - 3) * VALUE + 2 * 3 * VALUE + 6_000);
    let sizes = t.groups().flat_map(|group| t.sizes(group));
    let total: u64 = sizes.map(|(log, snapshot)| log + snapshot).sum();
    ensure(total <= 3 * once, || {
        format!("snapshot + persisted Raft state are too big: {total} > {}", 3 * once)
    })?;
    t.check_all(&clerk, &pairs).await
}

pub(super) const UNAFFECTED: CourseTest = CourseTest {
    number: 12,
    since: 2020,
    name: "TestChallenge2Unaffected",
    name_2024: "TestChallenge2Unaffected",
    part: "4B",
    title: "unaffected shard access (challenge 2)",
    about: "A group that cannot get new shards, for who has them is down, answers for those that \
            it had.",
    plan: course::Plan::Shards(
        Plan::new(1, |t| Box::pin(unaffected(t))).log_bytes_max(100).unreliable(),
    ),
};

async fn unaffected(t: Harness) -> Asserted<()> {
    let (admin, clerk) = (t.admin(0), t.clerk(0));
    admin.join(&[0]).await?;
    let mut pairs = put_100(&clerk).await?;
    admin.join(&[1]).await?;
    let config = admin.query(None).await?;
    t.sleep(1_000).await;
    for (key, value) in pairs.iter_mut().filter(|(key, _)| t.serves(&config, 1, key)) {
        "101".clone_into(value);
        clerk.put(key, value).await?;
    }
    t.note("g1 is shut down and leaves: g2 is to have its shards, and cannot get them.");
    t.shut_group_down(0);
    admin.leave(&[0]).await?;
    t.sleep(1_000).await;
    check_served(&t, &clerk, &config, 1, &mut pairs, "-1").await?;
    end(&t, &clerk, 0, &pairs).await
}

pub(super) const PARTIAL: CourseTest = CourseTest {
    number: 13,
    since: 2020,
    name: "TestChallenge2Partial",
    name_2024: "TestChallenge2Partial",
    part: "4B",
    title: "partial migration shard access (challenge 2)",
    about: "A group that gets shards from two others, one of them down, answers for what has \
            come.",
    plan: course::Plan::Shards(
        Plan::new(1, |t| Box::pin(partial(t))).log_bytes_max(100).unreliable(),
    ),
};

async fn partial(t: Harness) -> Asserted<()> {
    let (admin, clerk) = (t.admin(0), t.clerk(0));
    admin.join(&[0, 1, 2]).await?;
    t.sleep(1_000).await;
    let mut pairs = put_100(&clerk).await?;
    let config = admin.query(None).await?;
    t.note("g1 is shut down; g1 and g3 leave: g2 can get the shards of g3 alone.");
    t.shut_group_down(0);
    admin.leave(&[0, 2]).await?;
    t.sleep(1_000).await;
    check_served(&t, &clerk, &config, 2, &mut pairs, "-2").await?;
    end(&t, &clerk, 0, &pairs).await
}

async fn put_100(clerk: &ShardClerk) -> Asserted<Pairs> {
    let pairs: Pairs = (0..KEYS).map(|key| (key.to_string(), "100".to_owned())).collect();
    for (key, value) in &pairs {
        clerk.put(key, value).await?;
    }
    Ok(pairs)
}

/// The keys that a group had in a configuration are read and written while the change is stuck.
async fn check_served(
    t: &Harness,
    clerk: &ShardClerk,
    config: &Config,
    had: Group,
    pairs: &mut Pairs,
    more: &str,
) -> Asserted<()> {
    for (key, value) in pairs.iter_mut().filter(|(key, _)| t.serves(config, had, key)) {
        let (before, after) = (value.clone(), format!("{value}{more}"));
        let (clerk, key, wanted) = (clerk.clone(), key.clone(), after.clone());
        let what = format!("key {key} that g{} had", gid(had));
        t.within(ANSWERED, &what, async move {
            clerk.check(&key, &before).await?;
            clerk.put(&key, &wanted).await?;
            clerk.check(&key, &wanted).await
        })
        .await?;
        *value = after;
    }
    Ok(())
}

/// The group that is down starts, and every key is there.
async fn end(t: &Harness, clerk: &ShardClerk, down: Group, pairs: &Pairs) -> Asserted<()> {
    ensure(!t.settles_in(0).await, || {
        format!("the change is done with though g{} is down", gid(down))
    })?;
    t.note(format!("g{} starts: what it had is fetched.", gid(down)));
    t.start_group(down);
    t.check_all(clerk, pairs).await
}
