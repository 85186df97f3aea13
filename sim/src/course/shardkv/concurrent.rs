//! Lab 4B: clients work without end while groups join, leave and fail, on a reliable network and on
//! an unreliable one.

use crate::course::{self, CourseTest};
use crate::director::Asserted;

use super::Plan;
use super::busy::{Busy, appenders};
use super::changes::Admin;
use super::harness::{Harness, Pairs, ShardClerk};

/// Keys, one a shard, and the clients that write them.
const KEYS: u32 = 10;

/// A test with ten clients beside its own, and snapshots past so many bytes.
const fn plan(log_bytes_max: Option<u64>, director: fn(Harness) -> crate::director::Task) -> Plan {
    Plan { log_bytes_max, ..Plan::new(1 + KEYS, director) }
}

pub(super) const CONCURRENT_1: CourseTest = CourseTest {
    number: 5,
    since: 2020,
    name: "TestConcurrent1",
    name_2024: "TestConcurrent1_5B",
    part: "4B",
    title: "concurrent puts and configuration changes",
    about: "Ten clients append while groups join, leave, and are all shut down and started; each \
            key has everything in order.",
    plan: course::Plan::Shards(plan(Some(100), |t| Box::pin(concurrent_1(t)))),
};

/// The test's own clerk, and ten keys with values of so many letters, put and read.
async fn begin(
    t: &Harness,
    admin: &Admin,
    groups: &[u32],
    length: u32,
) -> Asserted<(ShardClerk, Pairs)> {
    let clerk = t.clerk(0);
    for group in groups {
        admin.join(&[*group]).await?;
    }
    let pairs = t.put_numbers(&clerk, KEYS, length).await?;
    t.check_all(&clerk, &pairs).await?;
    Ok((clerk, pairs))
}

/// Stops the clients and reads every key.
async fn end(t: &Harness, clerk: &ShardClerk, busy: Busy<(String, String)>) -> Asserted<()> {
    t.note("The clients stop; every key has all that was appended.");
    busy.stop();
    let pairs = busy.join().await;
    t.check_all(clerk, &pairs).await
}

async fn concurrent_1(t: Harness) -> Asserted<()> {
    let admin = t.admin(0);
    let (clerk, pairs) = begin(&t, &admin, &[0], 5).await?;
    t.note("Ten clients append every ten milliseconds.");
    let busy = appenders(&t, pairs, 5, 10);
    t.sleep(150).await;
    admin.join(&[1]).await?;
    t.sleep(500).await;
    admin.join(&[2]).await?;
    t.sleep(500).await;
    admin.leave(&[0]).await?;
    t.note("All groups are shut down, one after the other.");
    t.shut_group_down(0);
    t.sleep(100).await;
    t.shut_group_down(1);
    t.sleep(100).await;
    t.shut_group_down(2);
    admin.leave(&[2]).await?;
    t.sleep(100).await;
    t.note("All start again.");
    t.groups().for_each(|group| t.start_group(group));
    t.sleep(100).await;
    admin.join(&[0]).await?;
    admin.leave(&[1]).await?;
    t.sleep(500).await;
    admin.join(&[1]).await?;
    t.sleep(1_000).await;
    end(&t, &clerk, busy).await
}

pub(super) const CONCURRENT_2: CourseTest = CourseTest {
    number: 6,
    since: 2020,
    name: "TestConcurrent2",
    name_2024: "TestConcurrent2_5B",
    part: "4B",
    title: "more concurrent puts and configuration changes",
    about: "The same with shards that come back to groups that had them, and two groups that fail \
            for a second.",
    plan: course::Plan::Shards(plan(None, |t| Box::pin(concurrent_2(t)))),
};

async fn concurrent_2(t: Harness) -> Asserted<()> {
    let admin = t.admin(0);
    let (clerk, pairs) = begin(&t, &admin, &[1, 0, 2], 1).await?;
    t.note("Ten clients append every fifty milliseconds.");
    let busy = appenders(&t, pairs, 1, 50);
    admin.leave(&[0]).await?;
    admin.leave(&[2]).await?;
    t.sleep(3_000).await;
    admin.join(&[0]).await?;
    admin.join(&[2]).await?;
    admin.leave(&[1]).await?;
    t.sleep(3_000).await;
    admin.join(&[1]).await?;
    admin.leave(&[0]).await?;
    admin.leave(&[2]).await?;
    t.sleep(3_000).await;
    t.note("g2 and g3 are shut down, and start a second later.");
    t.shut_group_down(1);
    t.shut_group_down(2);
    t.sleep(1_000).await;
    t.start_group(1);
    t.start_group(2);
    t.sleep(2_000).await;
    end(&t, &clerk, busy).await
}

pub(super) const CONCURRENT_3: CourseTest = CourseTest {
    number: 7,
    since: 2020,
    name: "TestConcurrent3",
    name_2024: "TestConcurrent3_5B",
    part: "4B",
    title: "concurrent configuration change and restart",
    about: "For twelve seconds groups join, all are shut down and started at once, and groups \
            leave, while ten clients append without a pause.",
    plan: course::Plan::Shards(plan(Some(300), |t| Box::pin(concurrent_3(t)))),
};

async fn concurrent_3(t: Harness) -> Asserted<()> {
    let admin = t.admin(0);
    let (clerk, pairs) = begin(&t, &admin, &[0], 1).await?;
    t.note("Ten clients append without a pause.");
    let busy = appenders(&t, pairs, 1, 0);
    let end_of_changes = t.now_millis() + 12_000;
    while t.now_millis() < end_of_changes {
        admin.join(&[2]).await?;
        admin.join(&[1]).await?;
        t.sleep(t.draw(0, 899)).await;
        t.note("All groups are shut down, and start again.");
        t.groups().for_each(|group| t.shut_group_down(group));
        t.groups().for_each(|group| t.start_group(group));
        t.sleep(t.draw(0, 899)).await;
        admin.leave(&[1]).await?;
        admin.leave(&[2]).await?;
        t.sleep(t.draw(0, 899)).await;
    }
    t.sleep(2_000).await;
    end(&t, &clerk, busy).await
}

pub(super) const UNRELIABLE_1: CourseTest = CourseTest {
    number: 8,
    since: 2020,
    name: "TestUnreliable1",
    name_2024: "TestUnreliable1_5B",
    part: "4B",
    title: "unreliable 1",
    about: "On a network that loses one message in ten groups join and leave; what is appended \
            meanwhile is there once.",
    plan: course::Plan::Shards(plan(Some(100), |t| Box::pin(unreliable_1(t))).unreliable()),
};

async fn unreliable_1(t: Harness) -> Asserted<()> {
    let admin = t.admin(0);
    let (clerk, mut pairs) = begin(&t, &admin, &[0], 5).await?;
    admin.join(&[1]).await?;
    admin.join(&[2]).await?;
    admin.leave(&[0]).await?;
    for _ in 0..2 {
        t.check_and_append(&clerk, &mut pairs, 5).await?;
    }
    admin.join(&[0]).await?;
    admin.leave(&[1]).await?;
    for _ in 0..2 {
        t.check_all(&clerk, &pairs).await?;
    }
    Ok(())
}

/// What the second and the third unreliable test do to the groups.
async fn changes(t: &Harness, admin: &Admin) -> Asserted<()> {
    t.sleep(150).await;
    admin.join(&[1]).await?;
    t.sleep(500).await;
    admin.join(&[2]).await?;
    t.sleep(500).await;
    admin.leave(&[0]).await?;
    t.sleep(500).await;
    admin.leave(&[1]).await?;
    t.sleep(500).await;
    admin.join(&[1]).await?;
    admin.join(&[0]).await?;
    t.sleep(2_000).await;
    Ok(())
}

pub(super) const UNRELIABLE_2: CourseTest = CourseTest {
    number: 9,
    since: 2020,
    name: "TestUnreliable2",
    name_2024: "TestUnreliable2_5B",
    part: "4B",
    title: "unreliable 2",
    about: "The same with ten clients that append without a pause: a command that is asked of two \
            groups is done once.",
    plan: course::Plan::Shards(plan(Some(100), |t| Box::pin(unreliable_2(t))).unreliable()),
};

async fn unreliable_2(t: Harness) -> Asserted<()> {
    let admin = t.admin(0);
    let (clerk, pairs) = begin(&t, &admin, &[0], 5).await?;
    t.note("Ten clients append without a pause.");
    let busy = appenders(&t, pairs, 5, 0);
    changes(&t, &admin).await?;
    t.set_reliable();
    end(&t, &clerk, busy).await
}

pub(super) const UNRELIABLE_3: CourseTest = CourseTest {
    number: 10,
    since: 2020,
    name: "TestUnreliable3",
    name_2024: "TestUnreliable3_5B",
    part: "4B",
    title: "unreliable 3",
    about: "Ten clients append to, put and read ten keys by chance; all their operations have one \
            order.",
    plan: course::Plan::Shards(plan(Some(100), |t| Box::pin(unreliable_3(t))).unreliable()),
};

async fn unreliable_3(t: Harness) -> Asserted<()> {
    let admin = t.admin(0);
    let (_, pairs) = begin(&t, &admin, &[0], 5).await?;
    t.note("Ten clients append, put and read.");
    let busy = Busy::start(&t, 1..1 + KEYS, |client, stop| {
        let (t, clerk, keys) = (t.clone(), t.clerk(client), pairs.clone());
        async move {
            while !stop.get() {
                let (key, _) = &keys[t.draw(0, u64::from(KEYS) - 1) as usize];
                let value = t.random_text(5);
                if t.chance(50) {
                    clerk.append(key, &value).await?;
                } else if t.chance(10) {
                    clerk.put(key, &value).await?;
                } else {
                    clerk.get(key).await?;
                }
            }
            Ok(())
        }
    });
    changes(&t, &admin).await?;
    t.set_reliable();
    busy.stop();
    busy.join().await;
    Ok(())
}
