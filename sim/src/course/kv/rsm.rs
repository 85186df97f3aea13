//! The replicated state machine of 2025, with a counter in it. Commands are given to one server, which
//! does them or says that another leads.

use std::cell::Cell;
use std::rc::Rc;

use netsplit_core::time::Span;

use crate::course::{self, CourseTest};
use crate::director::{Asserted, Failure, Task};
use crate::labs::counter::CounterLab;
use crate::labs::kv::Node;

use super::Plan;
use super::harness::{Harness, Server, Submitted, ensure};

/// A cluster of the counter.
type Counters = Harness<CounterLab>;

/// Three servers, each with a client that reaches it alone.
const fn plan(director: fn(Counters) -> Task) -> course::Plan {
    course::Plan::Counter(counter(director))
}

const fn counter(director: fn(Counters) -> Task) -> Plan<CounterLab> {
    // A call is for one server: its clerk asks no other before the test is over.
    Plan { retry: Span::from_millis(60_000), ..Plan::new(3, 3, director) }
}

pub(super) const BASIC: CourseTest = CourseTest {
    number: 41,
    since: 2025,
    name: "TestBasic4A",
    name_2024: "TestBasic4A",
    part: "rsm",
    title: "basic",
    about: "Ten times one is added, and each answer is the next number; all three servers have \
            counted so far.",
    plan: plan(|t| Box::pin(basic(t))),
};

impl Counters {
    /// Only a server's own client reaches it.
    fn apart(&self) {
        self.servers().for_each(|server| self.reach(server, |other| other == server));
    }

    /// Gives a command to one of these servers after the other until one does it.
    async fn one_of(&self, servers: &[Server], words: &str) -> Asserted<i64> {
        let begun = self.now();
        while self.now().since(begun) < Span::from_millis(10_000) {
            for &server in servers.iter().filter(|&&server| self.is_up(server)) {
                if let Submitted::Done(reply) = self.submit(server, words).await? {
                    return reply.parse().map_err(|_| Failure(format!("no number: {reply}")));
                }
            }
            self.sleep(50).await;
        }
        Err(Failure(format!("{words} was done by no server in ten seconds")))
    }

    /// Adds one.
    async fn inc(&self) -> Asserted<i64> {
        self.one_of(&[0, 1, 2], "inc").await
    }

    /// Adds one so often, and each answer is the next number.
    async fn inc_times(&self, times: i64) -> Asserted<()> {
        for number in 1..=times {
            self.check_inc(number).await?;
        }
        Ok(())
    }

    async fn check_inc(&self, wanted: i64) -> Asserted<()> {
        let value = self.inc().await?;
        ensure(value == wanted, || format!("expected {wanted} instead of {value}"))
    }

    /// So many servers have counted up to here, within some seconds.
    async fn check_counter(&self, value: i64, servers: usize) -> Asserted<()> {
        let (mut pause, mut counted) = (10, Vec::new());
        for _ in 0..30 {
            counted = self.look(|world| {
                let machines = world.servers().map(|node| world.node(node).machine());
                let servers = machines.map(|node| node.and_then(Node::server));
                servers.map(|server| server.map(|it| it.service().value())).collect()
            });
            if counted.iter().filter(|it| **it == Some(value)).count() >= servers {
                return Ok(());
            }
            self.sleep(pause).await;
            if pause < 1_000 {
                pause *= 2;
            }
        }
        Err(Failure(format!("expected {servers} servers to have value {value}: {counted:?}")))
    }

    /// A leader, within some seconds.
    async fn some_leader(&self) -> Asserted<Server> {
        for _ in 0..100 {
            if let Some(leader) = self.leader() {
                return Ok(leader);
            }
            self.sleep(50).await;
        }
        Err(Failure::new("expected one leader, got none"))
    }

    /// Gives a command to a server so many times at once.
    fn submit_many(&self, server: Server, words: &'static str, times: u32) -> Batch {
        let batch = Batch { open: Rc::new(Cell::new(times)), done: Rc::new(Cell::new(0)) };
        for _ in 0..times {
            let (beside, batch) = (self.clone(), batch.clone());
            self.spawn(async move {
                let submitted = beside.submit(server, words).await?;
                batch.open.set(batch.open.get() - 1);
                let done = matches!(submitted, Submitted::Done(_));
                batch.done.set(batch.done.get() + u32::from(done));
                Ok(())
            });
        }
        batch
    }

    /// Stops all servers and waits until nobody waits for them; then they are shut down.
    async fn kill_all(&self, batch: Option<&Batch>) -> Asserted<()> {
        self.servers().for_each(|server| self.ask_server(server, "stop"));
        if let Some(batch) = batch {
            self.wait_for(batch, 11_000, "Submit didn't stop after shutdown").await?;
        }
        self.shut_all_down();
        Ok(())
    }

    /// Waits until all of a batch have returned, so many milliseconds at most.
    async fn wait_for(&self, batch: &Batch, millis: u64, otherwise: &str) -> Asserted<()> {
        let end = self.now() + Span::from_millis(millis);
        while batch.open.get() > 0 {
            let open = batch.open.get();
            ensure(self.now() < end, || format!("{otherwise}: {open} have not returned"))?;
            self.sleep(10).await;
        }
        Ok(())
    }
}

/// Commands that were given at once.
#[derive(Clone, Debug)]
struct Batch {
    /// How many have not returned.
    open: Rc<Cell<u32>>,
    /// How many were done.
    done: Rc<Cell<u32>>,
}

async fn basic(t: Counters) -> Asserted<()> {
    t.apart();
    t.inc_times(10).await?;
    t.check_counter(10, 3).await
}

pub(super) const CONCURRENT: CourseTest = CourseTest {
    number: 42,
    since: 2025,
    name: "TestConcurrent4A",
    name_2024: "TestConcurrent4A",
    part: "rsm",
    title: "concurrent submit",
    about: "Fifty at once add one each; all three servers have counted to fifty.",
    plan: plan(|t| Box::pin(concurrent(t))),
};

async fn concurrent(t: Counters) -> Asserted<()> {
    const TIMES: i64 = 50;
    t.apart();
    t.note("Fifty add one each at the same time.");
    let each = |_| {
        let beside = t.clone();
        t.spawn(async move { beside.inc().await })
    };
    let all: Vec<_> = (0..TIMES).map(each).collect();
    for one in all {
        one.await;
    }
    t.check_counter(TIMES, 3).await
}

pub(super) const LEADER_FAILURE: CourseTest = CourseTest {
    number: 43,
    since: 2025,
    name: "TestLeaderFailure4A",
    name_2024: "TestLeaderFailure4A",
    part: "rsm",
    title: "leader failure",
    about: "The others count on without a leader that is cut off, and it catches up.",
    plan: plan(|t| Box::pin(leader_failure(t))),
};

async fn leader_failure(t: Counters) -> Asserted<()> {
    t.apart();
    t.check_inc(1).await?;
    let leader = t.some_leader().await?;
    t.note(format!("{} is cut off; the others are to go on.", t.name(leader)));
    t.partition(|server| server == leader);
    let others: Vec<Server> = t.servers().filter(|&server| server != leader).collect();
    let value = t.one_of(&others, "inc").await?;
    ensure(value == 2, || format!("expected 2 instead of {value}"))?;
    t.check_counter(2, 2).await?;
    t.connect_all();
    t.check_counter(2, 3).await
}

pub(super) const LEADER_PARTITION: CourseTest = CourseTest {
    number: 44,
    since: 2025,
    name: "TestLeaderPartition4A",
    name_2024: "TestLeaderPartition4A",
    part: "rsm",
    title: "partition leader",
    about: "What a leader is given in a minority is never done; whoever waits for it hears so as \
            soon as all is connected.",
    plan: plan(|t| Box::pin(leader_partition(t))),
};

async fn leader_partition(t: Counters) -> Asserted<()> {
    const TIMES: u32 = 100;
    t.apart();
    t.check_inc(1).await?;
    let leader = t.some_leader().await?;
    t.note(format!("{} is alone, and is told a hundred times to take one away.", t.name(leader)));
    t.partition(|server| server == leader);
    let batch = t.submit_many(leader, "dec", TIMES);
    t.sleep(10).await;
    let others: Vec<Server> = t.servers().filter(|&server| server != leader).collect();
    let beside = t.clone();
    let inc = t.spawn(async move { beside.one_of(&others, "inc").await });
    t.sleep(1_000).await;
    ensure(batch.done.get() == 0, || "Dec in minority succeeded".to_owned())?;
    // A leader that asks whether it still leads knows better than to let them wait.
    let asks = t.look(|world| world.options().lab.raft.check_quorum);
    ensure(asks || batch.open.get() > 0, || "Submits in minority returned".to_owned())?;
    let value = inc.await;
    ensure(value == 2, || format!("expected 2 instead of {value}"))?;
    t.note("All is connected: nobody is to wait any more.");
    t.connect_all();
    t.wait_for(&batch, 1_000, "Submit after healing took too long").await?;
    ensure(batch.done.get() == 0, || "Dec in minority succeeded".to_owned())?;
    t.check_counter(2, 3).await
}

pub(super) const RESTART_REPLAY: CourseTest = CourseTest {
    number: 45,
    since: 2025,
    name: "TestRestartReplay4A",
    name_2024: "TestRestartReplay4A",
    part: "rsm",
    title: "restart with replay",
    about: "A hundred times one is added, and all start again: the log is applied anew.",
    plan: plan(|t| Box::pin(restart_replay(t))),
};

/// A hundred times one is added, all start again, and the next is the hundred and first.
async fn restart(t: &Counters) -> Asserted<()> {
    t.apart();
    t.inc_times(100).await?;
    t.note("All are shut down, and start again a second later.");
    t.kill_all(None).await?;
    t.sleep(1_000).await;
    t.start_all();
    t.check_inc(101).await
}

async fn restart_replay(t: Counters) -> Asserted<()> {
    restart(&t).await?;
    t.sleep(1_000).await;
    t.check_counter(101, 3).await
}

pub(super) const SHUTDOWN: CourseTest = CourseTest {
    number: 46,
    since: 2025,
    name: "TestShutdown4A",
    name_2024: "TestShutdown4A",
    part: "rsm",
    title: "shutdown",
    about: "Servers that are shut down let nobody wait who has given them a command.",
    plan: plan(|t| Box::pin(shutdown(t))),
};

/// A hundred commands that do nothing are under way when all servers are shut down.
async fn kill_busy(t: &Counters) -> Asserted<()> {
    let leader = t.some_leader().await?;
    t.note("All are shut down with a hundred commands under way.");
    let batch = t.submit_many(leader, "null", 100);
    t.sleep(20).await;
    t.kill_all(Some(&batch)).await
}

async fn shutdown(t: Counters) -> Asserted<()> {
    t.apart();
    kill_busy(&t).await
}

pub(super) const RESTART_SUBMIT: CourseTest = CourseTest {
    number: 47,
    since: 2025,
    name: "TestRestartSubmit4A",
    name_2024: "TestRestartSubmit4A",
    part: "rsm",
    title: "restart and submit",
    about: "The same after a restart, with another restart behind it: what was done is counted \
            once.",
    plan: plan(|t| Box::pin(restart_submit(t))),
};

async fn restart_submit(t: Counters) -> Asserted<()> {
    restart(&t).await?;
    kill_busy(&t).await?;
    t.sleep(1_000).await;
    t.start_all();
    t.check_inc(102).await?;
    t.sleep(1_000).await;
    t.check_counter(102, 3).await
}

pub(super) const SNAPSHOT: CourseTest = CourseTest {
    number: 48,
    since: 2025,
    name: "TestSnapshot4C",
    name_2024: "TestSnapshot4C",
    part: "rsm",
    title: "creating and using snapshots",
    about: "After a hundred times the log is short, and all start again from their snapshots.",
    plan: course::Plan::Counter(Plan {
        log_bytes_max: Some(1_000),
        ..counter(|t| Box::pin(snapshot(t)))
    }),
};

async fn snapshot(t: Counters) -> Asserted<()> {
    t.apart();
    t.inc_times(100).await?;
    t.check_counter(100, 3).await?;
    t.check_sizes(2)?;
    t.note("All are shut down and start again from their snapshots.");
    t.kill_all(None).await?;
    t.start_all();
    t.check_inc(101).await?;
    t.check_counter(101, 3).await
}
