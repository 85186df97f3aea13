//! Part 2C: persistence (Figure 2), and long runs full of failures.

use crate::course::{self, CourseTest};
use crate::director::{Asserted, Task};

use super::Plan;
use super::harness::{Harness, Server, Waited, ensure};

const fn plan(servers: u32, unreliable: bool, director: fn(Harness) -> Task) -> course::Plan {
    course::Plan::Raft(Plan { servers, unreliable, snapshots: false, director })
}

pub(super) const PERSIST_1: CourseTest = CourseTest {
    number: 14,
    since: 2020,
    name: "TestPersist12C",
    name_2024: "TestPersist13C",
    part: "2C",
    title: "basic persistence",
    about: "All servers start anew, then the leader, then a leader that missed an entry, \
            then a follower.",
    plan: plan(3, false, |harness| Box::pin(persist_1(harness))),
};

async fn persist_1(t: Harness) -> Asserted<()> {
    t.one("11", t.count(), true).await?;
    t.note("All servers start anew from their disks.");
    t.servers().for_each(|server| t.start(server));
    for server in t.servers() {
        t.disconnect(server);
        t.connect(server);
    }
    t.one("12", t.count(), true).await?;
    let first = t.check_one_leader().await?;
    t.note(format!("The leader {} starts anew.", t.name(first)));
    t.disconnect(first);
    t.start_connected(first);
    t.one("13", t.count(), true).await?;
    let second = t.check_one_leader().await?;
    t.note(format!("The leader {} misses an entry, then starts anew.", t.name(second)));
    t.disconnect(second);
    t.one("14", t.count() - 1, true).await?;
    t.start_connected(second);
    // The one that starts is to catch up before the next is stopped.
    t.wait(4, t.count(), None).await?;
    let third = t.after(t.check_one_leader().await?, 1);
    t.note(format!("The follower {} misses an entry, then starts anew.", t.name(third)));
    t.disconnect(third);
    t.one("15", t.count() - 1, true).await?;
    t.start_connected(third);
    t.one("16", t.count(), true).await?;
    Ok(())
}

pub(super) const PERSIST_2: CourseTest = CourseTest {
    number: 15,
    since: 2020,
    name: "TestPersist22C",
    name_2024: "TestPersist23C",
    part: "2C",
    title: "more persistence",
    about: "Five rounds in which two followers and then the leader's side stop and start anew, \
            so that each majority shares one server with the last.",
    plan: plan(5, false, |harness| Box::pin(persist_2(harness))),
};

async fn persist_2(t: Harness) -> Asserted<()> {
    let mut index = 1;
    for round in 1..=5 {
        t.note(format!("Round {round} of 5: two followers are cut off, then the rest; majorities share one server."));
        t.one(&(10 + index).to_string(), t.count(), true).await?;
        index += 1;
        let leader = t.check_one_leader().await?;
        t.disconnect(t.after(leader, 1));
        t.disconnect(t.after(leader, 2));
        t.one(&(10 + index).to_string(), t.count() - 2, true).await?;
        index += 1;
        [0, 3, 4].iter().for_each(|&places| t.disconnect(t.after(leader, places)));
        t.start_connected(t.after(leader, 1));
        t.start_connected(t.after(leader, 2));
        t.sleep_timeouts(1).await;
        t.start_connected(t.after(leader, 3));
        t.one(&(10 + index).to_string(), t.count() - 2, true).await?;
        index += 1;
        t.connect(t.after(leader, 4));
        t.connect(leader);
    }
    t.one("1000", t.count(), true).await?;
    Ok(())
}

pub(super) const PERSIST_3: CourseTest = CourseTest {
    number: 16,
    since: 2020,
    name: "TestPersist32C",
    name_2024: "TestPersist33C",
    part: "2C",
    title: "partitioned leader and one follower crash, leader restarts",
    about: "The leader alone carries a committed entry over its restart to a server that \
            never saw it.",
    plan: plan(3, false, |harness| Box::pin(persist_3(harness))),
};

async fn persist_3(t: Harness) -> Asserted<()> {
    t.one("101", 3, true).await?;
    let leader = t.check_one_leader().await?;
    t.disconnect(t.after(leader, 2));
    t.one("102", 2, true).await?;
    t.note(format!(
        "{} and its follower crash; {} never saw the second entry.",
        t.name(leader),
        t.name(t.after(leader, 2))
    ));
    t.crash(leader);
    t.crash(t.after(leader, 1));
    t.connect(t.after(leader, 2));
    t.start_connected(leader);
    t.one("103", 2, true).await?;
    t.start_connected(t.after(leader, 1));
    t.one("104", t.count(), true).await?;
    Ok(())
}

pub(super) const FIGURE_8: CourseTest = CourseTest {
    number: 17,
    since: 2020,
    name: "TestFigure82C",
    name_2024: "TestFigure83C",
    part: "2C",
    title: "Figure 8",
    about: "A thousand times a leader takes a command and crashes soon, mostly before it is \
            committed; never fewer than three servers run. In the end all agree.",
    plan: plan(5, false, |harness| Box::pin(figure_8(harness))),
};

async fn figure_8(t: Harness) -> Asserted<()> {
    t.one(&t.random_command(), 1, true).await?;
    let mut running = t.count();
    for round in 1..=1_000 {
        let leader = propose_to_all(&t, |t| t.random_command(), |_| true);
        pause(&t).await;
        if let Some(leader) = leader {
            t.note(format!("Round {round}: the leader {} crashes.", t.name(leader)));
            t.crash(leader);
            running -= 1;
        }
        if running < 3 {
            let server = t.any_server();
            if !t.is_up(server) {
                t.start_connected(server);
                running += 1;
            }
        }
    }
    t.note("All start again: they are to agree.");
    start_all(&t);
    t.one_more(t.count()).await?;
    Ok(())
}

/// Proposes a command of its own to every server that runs. The last that
/// accepted it and fits counts as the leader.
fn propose_to_all(
    t: &Harness,
    command: impl Fn(&Harness) -> String,
    fits: impl Fn(Server) -> bool,
) -> Option<Server> {
    let mut leader = None;
    for server in t.servers().filter(|&server| t.is_up(server)) {
        if t.propose(server, &command(t)).is_some() && fits(server) {
            leader = Some(server);
        }
    }
    leader
}

/// Mostly too short for an agreement, one time in ten long enough.
async fn pause(t: &Harness) {
    let most = if t.chance(100) { 499 } else { 12 };
    t.sleep(t.draw(0, most)).await;
}

/// Starts what is down; connects all.
fn start_all(t: &Harness) {
    for server in t.servers() {
        if !t.is_up(server) {
            t.start(server);
        }
        t.connect(server);
    }
}

pub(super) const UNRELIABLE_AGREE: CourseTest = CourseTest {
    number: 18,
    since: 2020,
    name: "TestUnreliableAgree2C",
    name_2024: "TestUnreliableAgree3C",
    part: "2C",
    title: "unreliable agreement",
    about: "Five clients at a time agree on 245 commands over a network that loses one \
            message in ten.",
    plan: plan(5, true, |harness| Box::pin(unreliable_agree(harness))),
};

async fn unreliable_agree(t: Harness) -> Asserted<()> {
    let mut clients = Vec::new();
    t.note("Five clients at a time, on a network that loses one message in ten.");
    for round in 1..50 {
        for client in 0..4 {
            let (beside, command) = (t.clone(), (100 * round + client).to_string());
            clients.push(t.spawn(async move { beside.one(&command, 1, true).await }));
        }
        t.one(&round.to_string(), 1, true).await?;
    }
    t.note("The network is reliable again: all is to be committed.");
    t.set_unreliable(false);
    for client in clients {
        client.await;
    }
    t.one("100", t.count(), true).await?;
    Ok(())
}

pub(super) const FIGURE_8_UNRELIABLE: CourseTest = CourseTest {
    number: 19,
    since: 2020,
    name: "TestFigure8Unreliable2C",
    name_2024: "TestFigure8Unreliable3C",
    part: "2C",
    title: "Figure 8 (unreliable)",
    about: "As Figure 8, but leaders are disconnected half the time instead of crashed, on a \
            network that loses messages and, after a while, brings answers late and out of order.",
    plan: plan(5, true, |harness| Box::pin(figure_8_unreliable(harness))),
};

async fn figure_8_unreliable(t: Harness) -> Asserted<()> {
    let small = |t: &Harness| t.draw(0, 9_999).to_string();
    t.one(&small(&t), 1, true).await?;
    let mut connected = t.count();
    for round in 0..1_000 {
        if round == 200 {
            t.note("Round 200: answers come late and out of order from now on.");
            t.set_long_reordering(true);
        }
        let leader = propose_to_all(&t, small, |server| t.is_connected(server));
        pause(&t).await;
        if let Some(leader) = leader
            && t.chance(500)
        {
            t.note(format!("Round {round}: the leader {} is cut off.", t.name(leader)));
            t.disconnect(leader);
            connected -= 1;
        }
        if connected < 3 {
            let server = t.any_server();
            if !t.is_connected(server) {
                t.connect(server);
                connected += 1;
            }
        }
    }
    t.note("All are connected: they are to agree.");
    t.servers().for_each(|server| t.connect(server));
    t.one(&small(&t), t.count(), true).await?;
    Ok(())
}

pub(super) const RELIABLE_CHURN: CourseTest = CourseTest {
    number: 20,
    since: 2020,
    name: "TestReliableChurn2C",
    name_2024: "TestReliableChurn3C",
    part: "2C",
    title: "churn",
    about: "Three clients propose while servers are disconnected, crashed and brought back; \
            what a client saw committed is in the log of all in the end.",
    plan: plan(5, false, |harness| Box::pin(churn(harness))),
};

pub(super) const UNRELIABLE_CHURN: CourseTest = CourseTest {
    number: 21,
    since: 2020,
    name: "TestUnreliableChurn2C",
    name_2024: "TestUnreliableChurn3C",
    part: "2C",
    title: "unreliable churn",
    about: "The same on a network that loses one message in ten.",
    plan: plan(5, true, |harness| Box::pin(churn(harness))),
};

async fn churn(t: Harness) -> Asserted<()> {
    let stop = std::rc::Rc::new(std::cell::Cell::new(false));
    let clients: Vec<_> = (0..3)
        .map(|client| {
            let (beside, stop) = (t.clone(), std::rc::Rc::clone(&stop));
            t.spawn(async move { churn_client(&beside, client, || stop.get()).await })
        })
        .collect();
    for round in 1..=20 {
        t.note(format!("Round {round} of 20 while three clients propose."));
        if t.chance(200) {
            t.disconnect(t.any_server());
        }
        if t.chance(500) {
            let server = t.any_server();
            if !t.is_up(server) {
                t.start(server);
            }
            t.connect(server);
        }
        if t.chance(200) {
            let server = t.any_server();
            if t.is_up(server) {
                t.crash(server);
            }
        }
        // Servers can mostly keep up, but not always.
        t.sleep(700).await;
    }
    t.note("All are up and connected: what a client saw committed is to be there.");
    t.sleep_timeouts(1).await;
    t.set_unreliable(false);
    start_all(&t);
    stop.set(true);
    let mut seen = Vec::new();
    for client in clients {
        seen.extend(client.await);
    }
    t.sleep_timeouts(1).await;
    let last = t.one_more(t.count()).await?;
    let mut really = Vec::new();
    for index in 1..=last {
        if let Waited::Committed(command) = t.wait(index, t.count(), None).await? {
            really.push(command);
        }
    }
    for command in seen {
        let there = really.iter().any(|other| **other == *command.as_bytes());
        ensure(there, || format!("didn't find a value: {command}"))?;
    }
    Ok(())
}

/// Proposes until it is told to stop; returns what it saw committed.
async fn churn_client(t: &Harness, me: u64, stop: impl Fn() -> bool) -> Asserted<Vec<String>> {
    let mut seen = Vec::new();
    while !stop() {
        let command = t.random_command();
        let mut index = None;
        for server in t.servers() {
            index = t.propose(server, &command).map(|started| started.index).or(index);
        }
        let Some(index) = index else {
            t.sleep(79 + me * 17).await;
            continue;
        };
        // Perhaps it is committed, perhaps not: no use to wait for ever.
        for pause in [10, 20, 50, 100, 200] {
            let (count, value) = t.committed(index)?;
            if count > 0 {
                if value.as_deref() == Some(command.as_bytes()) {
                    seen.push(command);
                }
                // A round of the original takes time, however little.
                t.sleep(1).await;
                break;
            }
            t.sleep(pause).await;
        }
    }
    Ok(seen)
}
