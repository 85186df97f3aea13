//! `TestMulti`, part by part. Each begins anew, with what it builds on.

use netsplit_core::shardctrl::{Config, Gid};

use crate::course::CourseTest;
use crate::director::{Asserted, Failure, ensure};

use super::clerk::{Clerk, Group};
use super::{Controllers, check_joined, check_left, check_same, check_servers, plan};

pub(super) const JOIN_LEAVE: CourseTest = CourseTest {
    number: 7,
    since: 2020,
    name: "TestMulti/JoinLeave",
    name_2024: "TestMulti/JoinLeave",
    part: "4A",
    title: "Multi-group join/leave",
    about: "Two groups join at once, one more joins, two leave at once, and the last one does; \
            after each step the groups are those that are there.",
    plan: plan(|t| Box::pin(join_leave(t))),
};

const FIRST: Group<'_> = (1, &["x", "y", "z"]);
const SECOND: Group<'_> = (2, &["a", "b", "c"]);
const THIRD: Group<'_> = (3, &["j", "k", "l"]);

async fn join_leave(t: Controllers) -> Asserted<()> {
    let clerk = t.clerk();
    clerk.check(&[]).await?;
    t.note("Groups 1 and 2 join at once, then group 3.");
    clerk.join(&[FIRST, SECOND]).await?;
    clerk.check(&[1, 2]).await?;
    clerk.join(&[THIRD]).await?;
    let all = clerk.check(&[1, 2, 3]).await?;
    for (gid, names) in [FIRST, SECOND, THIRD] {
        check_servers(&all, gid, names)?;
    }
    t.note("Groups 1 and 3 leave at once, then group 2.");
    clerk.leave(&[1, 3]).await?;
    let left = clerk.check(&[2]).await?;
    check_servers(&left, 2, SECOND.1)?;
    clerk.leave(&[2]).await?;
    clerk.check(&[]).await.map(drop)
}

pub(super) const CONCURRENT_LEAVE_JOIN: CourseTest = CourseTest {
    number: 8,
    since: 2020,
    name: "TestMulti/ConcurrentLeaveJoin",
    name_2024: "TestMulti/ConcurrentLeaveJoin",
    part: "4A",
    title: "Concurrent multi leave/join",
    about: "Ten clerks at once let three groups join together and two of them leave together; ten \
            groups are there in the end.",
    plan: plan(|t| Box::pin(async move { concurrent(&t).await.map(drop) })),
};

/// The groups that stay in the end.
fn staying() -> Vec<Gid> {
    (1_000..1_010).collect()
}

async fn concurrent(t: &Controllers) -> Asserted<Clerk> {
    t.note("Ten clerks let groups join and leave.");
    let busy: Vec<_> = staying()
        .into_iter()
        .map(|gid| {
            let clerk = t.clerk();
            t.spawn(async move {
                let names = ['a', 'b', 'c', 'd', 'e'].map(|letter| format!("{gid}{letter}"));
                let [a, b, c, d, e] = names.each_ref().map(|name| &**name);
                let three: [Group<'_>; 3] =
                    [(gid, &[a, b, c]), (gid + 1_000, &[d]), (gid + 2_000, &[e])];
                clerk.join(&three).await?;
                clerk.leave(&[gid + 1_000, gid + 2_000]).await
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
    number: 9,
    since: 2020,
    name: "TestMulti/MinimalTransfersAfterMultijoins",
    name_2024: "TestMulti/MinimalTransfersAfterMultijoins",
    part: "4A",
    title: "Minimal transfers after multijoins",
    about: "Five groups join ten at once; no shard goes from one of the ten to another.",
    plan: plan(|t| Box::pin(minimal_after_joins(t))),
};

async fn minimal_after_joins(t: Controllers) -> Asserted<()> {
    let (_, before, after) = five_join(&t).await?;
    check_joined(&before, &after)
}

/// Five groups join ten at once: the configurations before and after that.
async fn five_join(t: &Controllers) -> Asserted<(Clerk, Config, Config)> {
    let clerk = concurrent(t).await?;
    let before = clerk.latest().await?;
    t.note("Five more groups join at once.");
    let names: Vec<[String; 2]> =
        (11..=15).map(|gid| ['a', 'b'].map(|letter| format!("{gid}{letter}"))).collect();
    let names: Vec<[&str; 2]> =
        names.iter().map(|names| names.each_ref().map(|it| &**it)).collect();
    let groups: Vec<Group<'_>> = (11..).zip(&names).map(|(gid, names)| (gid, &names[..])).collect();
    clerk.join(&groups).await?;
    let after = clerk.latest().await?;
    Ok((clerk, before, after))
}

pub(super) const MINIMAL_AFTER_LEAVES: CourseTest = CourseTest {
    number: 10,
    since: 2020,
    name: "TestMulti/MinimalTransfersAfterMultileaves",
    name_2024: "TestMulti/MinimalTransfersAfterMultileaves",
    part: "4A",
    title: "Minimal transfers after multileaves",
    about: "The five leave at once; no shard of one that stays goes anywhere.",
    plan: plan(|t| Box::pin(five_leave(t))),
};

async fn five_leave(t: Controllers) -> Asserted<()> {
    let (clerk, _, before) = five_join(&t).await?;
    t.note("The five groups leave at once.");
    clerk.leave(&[11, 12, 13, 14, 15]).await?;
    check_left(&before, &clerk.check(&staying()).await?)
}

pub(super) const SAME_CONFIG: CourseTest = CourseTest {
    number: 11,
    since: 2020,
    name: "TestMulti/SameConfigOnServers",
    name_2024: "TestMulti/SameConfigOnServers",
    part: "4A",
    title: "Check Same config on servers",
    about: "The leader is shut down; nobody else claims to lead then, and the next leader has the \
            same configuration.",
    plan: plan(|t| Box::pin(same_config(t))),
};

async fn same_config(t: Controllers) -> Asserted<()> {
    let clerk = concurrent(&t).await?;
    let leader = t.leader().ok_or_else(|| Failure::new("Leader not found"))?;
    let before = clerk.latest().await?;
    t.note(format!("{} leads, and is shut down.", t.name(leader)));
    t.shut_down(leader);
    ensure(t.leader().is_none(), || "another server claims to lead".to_owned())?;
    let after = clerk.latest().await?;
    check_same(&before, &after)?;
    let leads = t.leader().is_some_and(|other| other != leader);
    ensure(leads, || "answered without a leader".to_owned())
}
