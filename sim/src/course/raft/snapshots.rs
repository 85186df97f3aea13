//! Part 2D: log compaction (7).

use crate::course::{self, CourseTest};
use crate::director::{Asserted, Task};

use super::Plan;
use super::harness::{Harness, ensure};
use super::tester::SNAPSHOT_INTERVAL;

/// Raft state that a server may keep, in bytes; its snapshot does not count.
const LOG_SIZE_MAX: u64 = 2_000;

const fn plan(unreliable: bool, director: fn(Harness) -> Task) -> course::Plan {
    course::Plan::Raft(Plan { servers: 3, unreliable, snapshots: true, director })
}

/// What happens to a server while the others go on.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Away {
    Not,
    Disconnected,
    Crashed,
}

pub(super) const SNAPSHOT_BASIC: CourseTest = CourseTest {
    number: 22,
    since: 2021,
    name: "TestSnapshotBasic2D",
    name_2024: "TestSnapshotBasic3D",
    part: "2D",
    title: "snapshots basic",
    about: "Thirty bursts of commands: logs stay short because the service takes snapshots.",
    plan: plan(false, |harness| Box::pin(install(harness, Away::Not))),
};

pub(super) const SNAPSHOT_INSTALL: CourseTest = CourseTest {
    number: 23,
    since: 2021,
    name: "TestSnapshotInstall2D",
    name_2024: "TestSnapshotInstall3D",
    part: "2D",
    title: "install snapshots (disconnect)",
    about: "In each of thirty bursts one server is disconnected and comes back behind the \
            trimmed log.",
    plan: plan(false, |harness| Box::pin(install(harness, Away::Disconnected))),
};

pub(super) const SNAPSHOT_INSTALL_UNRELIABLE: CourseTest = CourseTest {
    number: 24,
    since: 2021,
    name: "TestSnapshotInstallUnreliable2D",
    name_2024: "TestSnapshotInstallUnreliable3D",
    part: "2D",
    title: "install snapshots (disconnect+unreliable)",
    about: "The same on a network that loses one message in ten.",
    plan: plan(true, |harness| Box::pin(install(harness, Away::Disconnected))),
};

pub(super) const SNAPSHOT_INSTALL_CRASH: CourseTest = CourseTest {
    number: 25,
    since: 2021,
    name: "TestSnapshotInstallCrash2D",
    name_2024: "TestSnapshotInstallCrash3D",
    part: "2D",
    title: "install snapshots (crash)",
    about: "In each of thirty bursts one server is crashed and starts behind the trimmed log.",
    plan: plan(false, |harness| Box::pin(install(harness, Away::Crashed))),
};

pub(super) const SNAPSHOT_INSTALL_UN_CRASH: CourseTest = CourseTest {
    number: 26,
    since: 2021,
    name: "TestSnapshotInstallUnCrash2D",
    name_2024: "TestSnapshotInstallUnCrash3D",
    part: "2D",
    title: "install snapshots (unreliable+crash)",
    about: "The same on a network that loses one message in ten.",
    plan: plan(true, |harness| Box::pin(install(harness, Away::Crashed))),
};

async fn install(t: Harness, away: Away) -> Asserted<()> {
    t.one_more(t.count()).await?;
    let mut leader = t.check_one_leader().await?;
    for round in 0..30 {
        let (mut victim, mut sender) = (t.after(leader, 1), leader);
        if round % 3 == 1 {
            (victim, sender) = (sender, victim);
        }
        let what = match away {
            Away::Not => "a burst of commands".to_owned(),
            Away::Disconnected => format!("{} is cut off", t.name(victim)),
            Away::Crashed => format!("{} crashes", t.name(victim)),
        };
        t.note(format!("Round {} of 30: {what}.", round + 1));
        match away {
            Away::Not => {}
            Away::Disconnected => t.disconnect(victim),
            Away::Crashed => t.crash(victim),
        }
        if away != Away::Not {
            t.one_more(t.count() - 1).await?;
        }
        // Perhaps enough for a snapshot.
        for _ in 0..SNAPSHOT_INTERVAL / 2 + t.draw(0, SNAPSHOT_INTERVAL - 1) {
            t.propose(sender, &t.random_command());
        }
        t.one_more(if away == Away::Not { t.count() } else { t.count() - 1 }).await?;
        let size = t.log_size();
        ensure(size < LOG_SIZE_MAX, || format!("log size too large: {size}"))?;
        match away {
            Away::Not => continue,
            Away::Disconnected => t.connect(victim),
            Away::Crashed => t.start_connected(victim),
        }
        t.one_more(t.count()).await?;
        leader = t.check_one_leader().await?;
    }
    Ok(())
}

pub(super) const SNAPSHOT_ALL_CRASH: CourseTest = CourseTest {
    number: 27,
    since: 2022,
    name: "TestSnapshotAllCrash2D",
    name_2024: "TestSnapshotAllCrash3D",
    part: "2D",
    title: "crash and restart all servers",
    about: "Five times all servers crash and start from their snapshots; indexes go on.",
    plan: plan(false, |harness| Box::pin(all_crash(harness))),
};

async fn all_crash(t: Harness) -> Asserted<()> {
    t.one_more(t.count()).await?;
    for round in 1..=5 {
        t.note(format!("Round {round} of 5: commands, then all servers crash and start."));
        // Perhaps enough for a snapshot.
        for _ in 0..SNAPSHOT_INTERVAL / 2 + t.draw(0, SNAPSHOT_INTERVAL - 1) {
            t.one_more(t.count()).await?;
        }
        let before = t.one_more(t.count()).await?;
        restart_all(&t);
        let after = t.one_more(t.count()).await?;
        ensure(after > before, || format!("index decreased from {before} to {after}"))?;
    }
    Ok(())
}

fn restart_all(t: &Harness) {
    t.servers().for_each(|server| t.crash(server));
    t.servers().for_each(|server| t.start_connected(server));
}

pub(super) const SNAPSHOT_INIT: CourseTest = CourseTest {
    number: 28,
    since: 2023,
    name: "TestSnapshotInit2D",
    name_2024: "TestSnapshotInit3D",
    part: "2D",
    title: "snapshot initialization after crash",
    about: "Servers that start from a snapshot, save something else and crash again still have \
            the snapshot.",
    plan: plan(false, |harness| Box::pin(init(harness))),
};

async fn init(t: Harness) -> Asserted<()> {
    t.one_more(t.count()).await?;
    // Enough for a snapshot.
    for _ in 0..SNAPSHOT_INTERVAL + 1 {
        t.one_more(t.count()).await?;
    }
    t.note("All start from their snapshots.");
    restart_all(&t);
    // One save that has nothing to do with the snapshot.
    t.one_more(t.count()).await?;
    t.note("They have saved something else since; all start again.");
    restart_all(&t);
    t.one_more(t.count()).await?;
    Ok(())
}
