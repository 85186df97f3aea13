//! `TestBasic`, part by part. Each begins anew, with what it builds on.

use netsplit_core::shardctrl::{Config, Gid};

use crate::course::CourseTest;
use crate::director::{Asserted, ensure};

use super::clerk::Clerk;
use super::{Controllers, check_joined, check_left, check_same, check_servers, plan};

pub(super) const LEAVE_JOIN: CourseTest = CourseTest {
    number: 1,
    since: 2020,
    name: "TestBasic/LeaveJoin",
    name_2024: "TestBasic/LeaveJoin",
    part: "4A",
    title: "Basic leave/join",
    about: "Two groups join, with the servers that were named, and leave; after each step the \
            groups are those that are there, and have as many shards as each other.",
    plan: plan(|t| Box::pin(async move { leave_join(&t.clone(), &t.clerk()).await.map(drop) })),
};

const FIRST: &[&str] = &["x", "y", "z"];
const SECOND: &[&str] = &["a", "b", "c"];

/// Two groups come and go; returns the configurations on the way.
async fn leave_join(t: &Controllers, clerk: &Clerk) -> Asserted<Vec<Config>> {
    let mut seen = vec![clerk.check(&[]).await?];
    t.note("Group 1 joins, then group 2.");
    clerk.join(&[(1, FIRST)]).await?;
    seen.push(clerk.check(&[1]).await?);
    clerk.join(&[(2, SECOND)]).await?;
    let both = clerk.check(&[1, 2]).await?;
    check_servers(&both, 1, FIRST)?;
    check_servers(&both, 2, SECOND)?;
    seen.push(both);
    t.note("Group 1 leaves, then group 2.");
    clerk.leave(&[1]).await?;
    seen.push(clerk.check(&[2]).await?);
    clerk.leave(&[2]).await?;
    seen.push(clerk.check(&[]).await?);
    Ok(seen)
}

pub(super) const HISTORICAL_QUERIES: CourseTest = CourseTest {
    number: 2,
    since: 2020,
    name: "TestBasic/HistoricalQueries",
    name_2024: "TestBasic/HistoricalQueries",
    part: "4A",
    title: "Historical queries",
    about: "With each of the servers shut down in turn, every configuration so far is what it was.",
    plan: plan(|t| Box::pin(historical_queries(t))),
};

async fn historical_queries(t: Controllers) -> Asserted<()> {
    let clerk = t.clerk();
    let seen = leave_join(&t, &clerk).await?;
    for server in t.servers() {
        t.note(format!("{} is down, and all that was is asked for.", t.name(server)));
        t.shut_down(server);
        for config in &seen {
            check_same(&clerk.query(config.number).await?, config)?;
        }
        t.start(server);
        t.connect_all();
    }
    Ok(())
}

pub(super) const MOVE: CourseTest = CourseTest {
    number: 3,
    since: 2020,
    name: "TestBasic/Move",
    name_2024: "TestBasic/Move",
    part: "4A",
    title: "Move",
    about: "Each of ten shards is moved to one of two groups, and then to the other; all stay where \
            they were moved to.",
    plan: plan(|t| Box::pin(move_shards(t))),
};

async fn move_shards(t: Controllers) -> Asserted<()> {
    const ONE: Gid = 503;
    const OTHER: Gid = 504;
    let clerk = t.clerk();
    clerk.join(&[(ONE, &["3a", "3b", "3c"])]).await?;
    clerk.join(&[(OTHER, &["4a", "4b", "4c"])]).await?;
    t.note("Five shards go to one group, five to the other.");
    move_all(&clerk, |shard| if shard < 5 { ONE } else { OTHER }).await?;
    t.note("The same the other way round: where they were already, nothing has moved.");
    move_all(&clerk, |shard| if shard < 5 { OTHER } else { ONE }).await?;
    clerk.leave(&[ONE]).await?;
    clerk.leave(&[OTHER]).await
}

/// Moves every shard to the group that is wanted for it. They are there in the end.
async fn move_all(clerk: &Clerk, wanted: impl Fn(u32) -> Gid) -> Asserted<()> {
    for shard in 0..10 {
        let before = clerk.latest().await?;
        clerk.move_shard(shard, wanted(shard)).await?;
        if before.owner(shard) != wanted(shard) {
            let after = clerk.latest().await?;
            ensure(after.number > before.number, || "Move should increase Tag".to_owned())?;
        }
    }
    let config = clerk.latest().await?;
    for shard in 0..10 {
        let (is, wanted) = (config.owner(shard), wanted(shard));
        ensure(is == wanted, || format!("expected shard {shard} on gid {wanted} actually {is}"))?;
    }
    Ok(())
}

pub(super) const CONCURRENT_LEAVE_JOIN: CourseTest = CourseTest {
    number: 4,
    since: 2020,
    name: "TestBasic/ConcurrentLeaveJoin",
    name_2024: "TestBasic/ConcurrentLeaveJoin",
    part: "4A",
    title: "Concurrent leave/join",
    about: "Ten clerks at once let two groups join and one of them leave; ten groups are there in \
            the end, with a shard each.",
    plan: plan(|t| Box::pin(async move { concurrent(&t).await.map(drop) })),
};

/// The groups that stay in the end.
fn staying() -> Vec<Gid> {
    (0..10).map(|number| 100 + 10 * number).collect()
}

fn server_of(gid: Gid, letter: char) -> String {
    format!("s{gid}{letter}")
}

async fn concurrent(t: &Controllers) -> Asserted<Clerk> {
    t.note("Ten clerks let groups join and leave.");
    let busy: Vec<_> = staying()
        .into_iter()
        .map(|gid| {
            let clerk = t.clerk();
            t.spawn(async move {
                let (leaves, stays) = (server_of(gid, 'b'), server_of(gid, 'a'));
                clerk.join(&[(gid + 1_000, &[&leaves])]).await?;
                clerk.join(&[(gid, &[&stays])]).await?;
                clerk.leave(&[gid + 1_000]).await
            })
        })
        .collect();
    for clerk in busy {
        clerk.await;
    }
    let clerk = t.clerk();
    clerk.check(&staying()).await?;
    Ok(clerk)
}

pub(super) const MINIMAL_AFTER_JOINS: CourseTest = CourseTest {
    number: 5,
    since: 2020,
    name: "TestBasic/MinimalTransfersAfterJoins",
    name_2024: "TestBasic/MinimalTransfersAfterJoins",
    part: "4A",
    title: "Minimal transfers after joins",
    about: "Five more groups join ten that have a shard each; no shard goes from one of the ten to \
            another.",
    plan: plan(|t| Box::pin(minimal_after_joins(t))),
};

async fn minimal_after_joins(t: Controllers) -> Asserted<()> {
    let (_, before, after) = five_join(&t).await?;
    check_joined(&before, &after)
}

/// Five groups join ten: the configurations before and after that.
async fn five_join(t: &Controllers) -> Asserted<(Clerk, Config, Config)> {
    let clerk = concurrent(t).await?;
    let before = clerk.latest().await?;
    t.note("Five more groups join.");
    for gid in 11..=15 {
        let names = ['a', 'b'].map(|letter| server_of(gid, letter));
        clerk.join(&[(gid, &[&names[0], &names[1]])]).await?;
    }
    let after = clerk.latest().await?;
    Ok((clerk, before, after))
}

pub(super) const MINIMAL_AFTER_LEAVES: CourseTest = CourseTest {
    number: 6,
    since: 2020,
    name: "TestBasic/MinimalTransfersAfterLeaves",
    name_2024: "TestBasic/MinimalTransfersAfterLeaves",
    part: "4A",
    title: "Minimal transfers after leaves",
    about: "The five leave again; no shard of one that stays goes anywhere.",
    plan: plan(|t| Box::pin(five_leave(t))),
};

async fn five_leave(t: Controllers) -> Asserted<()> {
    let (clerk, _, before) = five_join(&t).await?;
    t.note("The five groups leave.");
    for gid in 11..=15 {
        clerk.leave(&[gid]).await?;
    }
    check_left(&before, &clerk.check(&staying()).await?)
}
