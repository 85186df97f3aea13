//! Part 2B: the log (5.3, 5.4).

use crate::course::{self, CourseTest};
use crate::director::{Asserted, Failure};

use super::Plan;
use super::harness::{Harness, Started, Waited, ensure};

/// A plan on a reliable network without snapshots, as all of this part are.
const fn plan(servers: u32, director: fn(Harness) -> crate::director::Task) -> course::Plan {
    course::Plan::Raft(Plan { servers, unreliable: false, snapshots: false, director })
}

pub(super) const BASIC_AGREE: CourseTest = CourseTest {
    number: 4,
    since: 2020,
    name: "TestBasicAgree2B",
    name_2024: "TestBasicAgree3B",
    part: "2B",
    title: "basic agreement",
    about: "Three commands, one after another, are committed at the indexes 1, 2 and 3, \
            and none before it is proposed.",
    plan: plan(3, |harness| Box::pin(basic_agree(harness))),
};

async fn basic_agree(t: Harness) -> Asserted<()> {
    for index in 1..=3 {
        t.note(format!("Command {index} of three: it is to become entry {index} of all."));
        t.check_not_committed(index, "some have committed before Start()")?;
        expect_index(t.one(&(index * 100).to_string(), t.count(), false).await?, index)?;
    }
    Ok(())
}

fn expect_index(got: u64, expected: u64) -> Asserted<()> {
    ensure(got == expected, || format!("got index {got} but expected {expected}"))
}

pub(super) const RPC_BYTES: CourseTest = CourseTest {
    number: 5,
    since: 2020,
    name: "TestRPCBytes2B",
    name_2024: "TestRPCBytes3B",
    part: "2B",
    title: "RPC byte count",
    about: "Ten commands of 5,000 bytes travel to each peer about once.",
    plan: plan(3, |harness| Box::pin(rpc_bytes(harness))),
};

async fn rpc_bytes(t: Harness) -> Asserted<()> {
    t.note("Ten commands of 5,000 bytes: each is to travel to each peer about once.");
    t.one("99", t.count(), false).await?;
    let before = t.bytes();
    let mut sent = 0;
    for index in 2..12 {
        let command = t.random_text(5_000);
        expect_index(t.one(&command, t.count(), false).await?, index)?;
        sent += command.len() as u64;
    }
    let (got, expected) = (t.bytes() - before, u64::from(t.count()) * sent);
    ensure(got <= expected + 50_000, || {
        format!("too many RPC bytes; got {got}, expected {expected}")
    })
}

pub(super) const FOLLOWER_FAILURE: CourseTest = CourseTest {
    number: 6,
    since: 2023,
    name: "TestFollowerFailure2B",
    name_2024: "TestFollowerFailure3B",
    part: "2B",
    title: "test progressive failure of followers",
    about: "Agreement goes on without one follower, and stops without two.",
    plan: plan(3, |harness| Box::pin(follower_failure(harness))),
};

async fn follower_failure(t: Harness) -> Asserted<()> {
    t.one("101", t.count(), false).await?;
    let first = t.check_one_leader().await?;
    t.note(format!(
        "The follower {} is cut off: two of three still agree.",
        t.name(t.after(first, 1))
    ));
    t.disconnect(t.after(first, 1));
    t.one("102", t.count() - 1, false).await?;
    t.sleep_timeouts(1).await;
    t.one("103", t.count() - 1, false).await?;
    let second = t.check_one_leader().await?;
    t.note(format!("The leader {} is alone: nothing may be committed.", t.name(second)));
    t.disconnect(t.after(second, 1));
    t.disconnect(t.after(second, 2));
    let started = t.propose(second, "104").ok_or(Failure::new("leader rejected Start()"))?;
    ensure(started.index == 4, || format!("expected index 4, got {}", started.index))?;
    t.sleep_timeouts(2).await;
    t.check_not_committed(4, "{} committed but no majority")
}

pub(super) const LEADER_FAILURE: CourseTest = CourseTest {
    number: 7,
    since: 2023,
    name: "TestLeaderFailure2B",
    name_2024: "TestLeaderFailure3B",
    part: "2B",
    title: "test failure of leaders",
    about: "Agreement goes on after one leader is gone, and stops after two.",
    plan: plan(3, |harness| Box::pin(leader_failure(harness))),
};

async fn leader_failure(t: Harness) -> Asserted<()> {
    t.one("101", t.count(), false).await?;
    let first = t.check_one_leader().await?;
    t.note(format!("The leader {} is cut off: the others go on.", t.name(first)));
    t.disconnect(first);
    t.one("102", t.count() - 1, false).await?;
    t.sleep_timeouts(1).await;
    t.one("103", t.count() - 1, false).await?;
    let second = t.check_one_leader().await?;
    t.note(format!("The leader {} is cut off, too: nothing may be committed.", t.name(second)));
    t.disconnect(second);
    for server in t.servers() {
        t.propose(server, "104");
    }
    t.sleep_timeouts(2).await;
    t.check_not_committed(4, "{} committed but no majority")
}

pub(super) const FAIL_AGREE: CourseTest = CourseTest {
    number: 8,
    since: 2020,
    name: "TestFailAgree2B",
    name_2024: "TestFailAgree3B",
    part: "2B",
    title: "agreement after follower reconnects",
    about: "A follower that was away catches up and takes part again.",
    plan: plan(3, |harness| Box::pin(fail_agree(harness))),
};

async fn fail_agree(t: Harness) -> Asserted<()> {
    t.one("101", t.count(), false).await?;
    let leader = t.check_one_leader().await?;
    t.note(format!(
        "The follower {} is cut off: the others agree on four commands.",
        t.name(t.after(leader, 1))
    ));
    t.disconnect(t.after(leader, 1));
    t.one("102", t.count() - 1, false).await?;
    t.one("103", t.count() - 1, false).await?;
    t.sleep_timeouts(1).await;
    t.one("104", t.count() - 1, false).await?;
    t.one("105", t.count() - 1, false).await?;
    t.note(format!("{} comes back, catches up and takes part.", t.name(t.after(leader, 1))));
    t.connect(t.after(leader, 1));
    t.one("106", t.count(), true).await?;
    t.sleep_timeouts(1).await;
    t.one("107", t.count(), true).await?;
    Ok(())
}

pub(super) const FAIL_NO_AGREE: CourseTest = CourseTest {
    number: 9,
    since: 2020,
    name: "TestFailNoAgree2B",
    name_2024: "TestFailNoAgree3B",
    part: "2B",
    title: "no agreement if too many followers disconnect",
    about: "With three of five followers away nothing is committed; when they are back, all is.",
    plan: plan(5, |harness| Box::pin(fail_no_agree(harness))),
};

async fn fail_no_agree(t: Harness) -> Asserted<()> {
    t.one("10", t.count(), false).await?;
    let leader = t.check_one_leader().await?;
    let gone = [1, 2, 3].map(|places| t.after(leader, places));
    t.note(format!("{} are cut off: nothing may be committed.", t.names(&gone)));
    gone.iter().for_each(|&server| t.disconnect(server));
    let started = t.propose(leader, "20").ok_or(Failure::new("leader rejected Start()"))?;
    ensure(started.index == 2, || format!("expected index 2, got {}", started.index))?;
    t.sleep_timeouts(2).await;
    t.check_not_committed(2, "{} committed but no majority")?;
    t.note("They come back: there is to be agreement again.");
    gone.iter().for_each(|&server| t.connect(server));
    // The majority may have chosen a leader that never saw the second command.
    let second = t.check_one_leader().await?;
    let started = t.propose(second, "30").ok_or(Failure::new("leader2 rejected Start()"))?;
    ensure([2, 3].contains(&started.index), || format!("unexpected index {}", started.index))?;
    t.one("1000", t.count(), true).await?;
    Ok(())
}

pub(super) const CONCURRENT_STARTS: CourseTest = CourseTest {
    number: 10,
    since: 2020,
    name: "TestConcurrentStarts2B",
    name_2024: "TestConcurrentStarts3B",
    part: "2B",
    title: "concurrent Start()s",
    about: "Five commands proposed at once are all committed in the same term.",
    plan: plan(3, |harness| Box::pin(concurrent_starts(harness))),
};

async fn concurrent_starts(t: Harness) -> Asserted<()> {
    'tries: for attempt in 0..5 {
        if attempt > 0 {
            // Lets the servers settle.
            t.sleep(3_000).await;
        }
        let leader = t.check_one_leader().await?;
        t.note(format!("Five clients ask the leader {} at once.", t.name(leader)));
        let Some(Started { term, .. }) = t.propose(leader, "1") else { continue };
        let clients: Vec<_> = (0..5)
            .map(|client| {
                let beside = t.clone();
                let command = (100 + client).to_string();
                t.spawn(async move { Ok(beside.propose(leader, &command)) })
            })
            .collect();
        let mut started = Vec::new();
        for client in clients {
            started.extend(client.await.filter(|started| started.term == term));
        }
        if t.servers().any(|server| t.state(server).is_some_and(|(now, _)| now != term)) {
            continue;
        }
        let mut commands = Vec::new();
        for Started { index, .. } in started {
            match t.wait(index, t.count(), Some(term)).await? {
                Waited::Committed(command) => commands.push(command),
                Waited::MovedOn => continue 'tries,
            }
        }
        for client in 0..5 {
            let command = (100 + client).to_string();
            let there = commands.iter().any(|other| **other == *command.as_bytes());
            ensure(there, || format!("cmd {command} missing"))?;
        }
        return Ok(());
    }
    Err(Failure::new("term changed too often"))
}

pub(super) const REJOIN: CourseTest = CourseTest {
    number: 11,
    since: 2020,
    name: "TestRejoin2B",
    name_2024: "TestRejoin3B",
    part: "2B",
    title: "rejoin of partitioned leader",
    about: "A leader comes back with entries that were never committed, and gives them up.",
    plan: plan(3, |harness| Box::pin(rejoin(harness))),
};

async fn rejoin(t: Harness) -> Asserted<()> {
    t.one("101", t.count(), true).await?;
    let first = t.check_one_leader().await?;
    t.note(format!("The leader {} is cut off and takes three commands alone.", t.name(first)));
    t.disconnect(first);
    // The old leader goes on alone.
    for command in ["102", "103", "104"] {
        t.propose(first, command);
    }
    // A new one commits something else at index 2.
    t.one("103", 2, true).await?;
    let second = t.check_one_leader().await?;
    t.note(format!(
        "The new leader {} goes, the old one {} comes back and gives its entries up.",
        t.name(second),
        t.name(first)
    ));
    t.disconnect(second);
    t.connect(first);
    t.one("104", 2, true).await?;
    t.note("All three are together.");
    t.connect(second);
    t.one("105", t.count(), true).await?;
    Ok(())
}

pub(super) const BACKUP: CourseTest = CourseTest {
    number: 12,
    since: 2020,
    name: "TestBackup2B",
    name_2024: "TestBackup3B",
    part: "2B",
    title: "leader backs up quickly over incorrect follower logs",
    about: "Fifty wrong entries here and fifty there: the next leader brings all logs in line \
            without going back one by one.",
    plan: plan(5, |harness| Box::pin(backup(harness))),
};

async fn backup(t: Harness) -> Asserted<()> {
    t.one_more(t.count()).await?;
    // A leader and one follower alone take many entries that nobody commits.
    let first = t.check_one_leader().await?;
    let others = [2, 3, 4].map(|places| t.after(first, places));
    t.note(format!(
        "{} leads and keeps one follower: fifty commands that nobody can commit.",
        t.name(first)
    ));
    others.iter().for_each(|&server| t.disconnect(server));
    propose_many(&t, first);
    t.sleep(500).await;
    t.disconnect(first);
    t.disconnect(t.after(first, 1));
    others.iter().for_each(|&server| t.connect(server));
    t.note("The other three commit fifty commands.");
    // The other group commits many.
    for _ in 0..50 {
        t.one_more(3).await?;
    }
    // Now a leader and one follower of that group.
    let second = t.check_one_leader().await?;
    let other = t.after(first, 2);
    let other = if second == other { t.after(second, 1) } else { other };
    t.note(format!(
        "{} leads with one follower: fifty more that nobody can commit.",
        t.name(second)
    ));
    t.disconnect(other);
    propose_many(&t, second);
    t.sleep(500).await;
    t.note(format!(
        "{} comes back with one follower of each group: all logs disagree.",
        t.name(first)
    ));
    // Bring the first leader back with one follower of each group.
    t.servers().for_each(|server| t.disconnect(server));
    [first, t.after(first, 1), other].iter().for_each(|&server| t.connect(server));
    for _ in 0..50 {
        t.one_more(3).await?;
    }
    t.note("All five are together: one more command brings all logs in line.");
    t.servers().for_each(|server| t.connect(server));
    t.one_more(t.count()).await?;
    Ok(())
}

fn propose_many(t: &Harness, server: u32) {
    for _ in 0..50 {
        t.propose(server, &t.random_command());
    }
}

pub(super) const COUNT: CourseTest = CourseTest {
    number: 13,
    since: 2020,
    name: "TestCount2B",
    name_2024: "TestCount3B",
    part: "2B",
    title: "RPC counts aren't too high",
    about: "An election, twelve commands, and a second of idleness each take few RPCs.",
    plan: plan(3, |harness| Box::pin(count(harness))),
};

async fn count(t: Harness) -> Asserted<()> {
    const ENTRIES: u64 = 10;
    t.check_one_leader().await?;
    t.note("The election took at most 30 RPCs; now twelve commands.");
    let elected = t.rpcs();
    ensure((1..=30).contains(&elected), || {
        format!("too many or few RPCs ({elected}) to elect initial leader")
    })?;
    'tries: for attempt in 0..5 {
        if attempt > 0 {
            t.sleep(3_000).await;
        }
        let leader = t.check_one_leader().await?;
        let before = t.rpcs();
        let Some(first) = t.propose(leader, "1") else { continue };
        let mut commands = Vec::new();
        for place in 1..ENTRIES + 2 {
            let command = t.draw(0, (1 << 31) - 1).to_string();
            let Some(started) = t.propose(leader, &command) else { continue 'tries };
            if started.term != first.term {
                continue 'tries;
            }
            ensure(started.index == first.index + place, || "Start() failed".into())?;
            commands.push(command);
        }
        for (place, command) in (1..=ENTRIES).zip(&commands) {
            let index = first.index + place;
            match t.wait(index, t.count(), Some(first.term)).await? {
                Waited::MovedOn => continue 'tries,
                Waited::Committed(value) => ensure(*value == *command.as_bytes(), || {
                    format!("wrong value committed for index {index}; expected {command}")
                })?,
            }
        }
        let changed = |server| t.state(server).is_none_or(|(term, _)| term != first.term);
        if t.servers().any(changed) {
            continue;
        }
        let agreed = t.rpcs();
        let took = agreed - before;
        ensure(took <= (ENTRIES + 1 + 3) * 3, || {
            format!("too many RPCs ({took}) for {ENTRIES} entries")
        })?;
        t.note("A second of idleness: at most 60 RPCs.");
        t.sleep_timeouts(1).await;
        let idle = t.rpcs() - agreed;
        return ensure(idle <= 3 * 20, || {
            format!("too many RPCs ({idle}) for 1 second of idleness")
        });
    }
    Err(Failure::new("term changed too often"))
}
