//! The tests themselves.

use netsplit_core::mapreduce::options::DiskModel;

use crate::course::{CourseTest, Plan as AnyPlan};
use crate::director::{Asserted, Task, ensure};

use super::Plan;
use super::harness::Harness;

const fn test(
    number: u32,
    name: &'static str,
    since: u32,
    disk: DiskModel,
    (title, about): (&'static str, &'static str),
    (workers, job, director): (u32, &'static str, fn(Harness) -> Task),
) -> CourseTest {
    let part = match disk {
        DiskModel::Shared => "lab1",
        DiskModel::Local => "lab1 own disks",
    };
    let plan = AnyPlan::MapReduce(Plan { workers, job, disk, director });
    CourseTest { number, since, name, name_2024: name, part, title, about, plan }
}

pub(super) const fn wc(number: u32, name: &'static str, disk: DiskModel) -> CourseTest {
    let told = (
        "wc test",
        "Three workers count words; the output is compared with a sequential run's when the \
         coordinator exits.",
    );
    test(number, name, 2020, disk, told, (3, "wc", |t| Box::pin(compared_when_over(t))))
}

async fn compared_when_over(t: Harness) -> Asserted<()> {
    t.job_over().await?;
    t.note("The coordinator exits: the output is compared.");
    t.check_output()?;
    t.all_exit().await
}

pub(super) const fn indexer(number: u32, name: &'static str, disk: DiskModel) -> CourseTest {
    let told = (
        "indexer test",
        "Two workers make an index; the output is compared when the second of them exits.",
    );
    let director: fn(Harness) -> Task = |t| {
        Box::pin(async move {
            t.workers_exit(2).await?;
            t.note("Both workers have exited: the output is compared.");
            t.check_output()
        })
    };
    test(number, name, 2020, disk, told, (2, "indexer", director))
}

pub(super) const fn map_parallelism(
    number: u32,
    name: &'static str,
    disk: DiskModel,
) -> CourseTest {
    let told = (
        "map parallelism test",
        "Each map leaves a marker, counts those that are there, and takes a second: two workers \
         have run maps, and at least once both at the same time.",
    );
    let director: fn(Harness) -> Task = |t| {
        Box::pin(async move {
            t.job_over().await?;
            let lines = t.output();
            let times = lines.iter().filter(|line| line.starts_with("times-")).count();
            ensure(times == 2, || format!("saw {times} workers rather than 2"))?;
            let mut parallel = lines.iter().filter(|line| line.starts_with("parallel-"));
            ensure(parallel.any(|line| line.contains(" 2")), || {
                "map workers did not run in parallel".to_owned()
            })?;
            t.all_exit().await
        })
    };
    test(number, name, 2020, disk, told, (2, "mtiming", director))
}

pub(super) const fn reduce_parallelism(
    number: u32,
    name: &'static str,
    disk: DiskModel,
) -> CourseTest {
    let told = (
        "reduce parallelism test",
        "The same of reduces, which return what they have counted: at least two have run beside \
         another.",
    );
    let director: fn(Harness) -> Task = |t| {
        Box::pin(async move {
            t.job_over().await?;
            let beside = |line: &&String| {
                let mut words = line.split(' ');
                let letter = words.next().is_some_and(|key| key.len() == 1);
                letter && words.next() == Some("2")
            };
            let count = t.output().iter().filter(beside).count();
            ensure(count >= 2, || "too few parallel reduces".to_owned())?;
            t.all_exit().await
        })
    };
    test(number, name, 2020, disk, told, (2, "rtiming", director))
}

pub(super) const fn job_count(number: u32, name: &'static str, disk: DiskModel) -> CourseTest {
    let told = (
        "job count test",
        "Each of eight maps takes two to five seconds and leaves a marker: eight have been run, none \
         twice.",
    );
    let director: fn(Harness) -> Task = |t| {
        Box::pin(async move {
            t.job_over().await?;
            let lines = t.output();
            ensure(lines == ["a 8"], || {
                format!(
                    "map jobs ran incorrect number of times ({}), expected a 8",
                    lines.join("; ")
                )
            })?;
            t.all_exit().await
        })
    };
    test(number, name, 2021, disk, told, (4, "jobcount", director))
}

pub(super) const fn early_exit(number: u32, name: &'static str, disk: DiskModel) -> CourseTest {
    let told = (
        "test whether any worker or coordinator exits before the task has completed",
        "Two reduces take three seconds: what is there when the first process exits is all that \
         there is when all have.",
    );
    let director: fn(Harness) -> Task = |t| {
        Box::pin(async move {
            let first = t.first_exit().await?;
            t.note(format!("The first to exit: {first:?}."));
            let before = t.output();
            t.job_over().await?;
            t.all_exit().await?;
            ensure(before == t.output(), || "output changed after first worker exited".to_owned())?;
            t.check_output()
        })
    };
    test(number, name, 2021, disk, told, (3, "early-exit", director))
}

pub(super) const fn crash(number: u32, name: &'static str, disk: DiskModel) -> CourseTest {
    let told = (
        "crash test",
        "Before each call of map or reduce, a third of the time the process exits, a third of the \
         time it waits up to ten seconds. Three workers are started again a second after each crash, \
         one is not: the output is that of functions that do not crash.",
    );
    let director: fn(Harness) -> Task = |t| {
        Box::pin(async move {
            for worker in t.workers().into_iter().skip(1) {
                t.spawn(t.clone().keep_running(worker));
            }
            t.job_over().await?;
            t.note(
                "The job is over: the output is compared with that of functions that do not crash.",
            );
            t.check_output()?;
            t.all_exit().await
        })
    };
    test(number, name, 2020, disk, told, (4, "crash", director))
}
