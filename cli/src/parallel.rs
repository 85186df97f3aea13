//! Many runs on all cores, with results in order.
//!
//! A world stays on the thread that made it; what comes back is what it came to.
//! The order of results, and so all output, is that of the tasks, however many
//! threads there are.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc;
use std::thread;

use crate::trouble::Trouble;

/// Does tasks 0 to `tasks - 1` on so many threads (all cores by default), and
/// hands over each result in order. A break or an error ends it early.
pub(crate) fn in_order<T: Send>(
    jobs: Option<usize>,
    tasks: u64,
    work: impl Fn(u64) -> T + Sync,
    mut take: impl FnMut(u64, T) -> Result<ControlFlow<()>, Trouble>,
) -> Result<(), Trouble> {
    let cores = || thread::available_parallelism().map_or(1, usize::from);
    let jobs = (jobs.unwrap_or_else(cores) as u64).min(tasks);
    let (next, over) = (AtomicU64::new(0), AtomicBool::new(false));
    let (give, results) = mpsc::channel();
    thread::scope(|scope| {
        for _ in 0..jobs {
            let (give, work, next, over) = (give.clone(), &work, &next, &over);
            scope.spawn(move || {
                while !over.load(Ordering::Relaxed) {
                    let task = next.fetch_add(1, Ordering::Relaxed);
                    // Nobody takes results any more when sending fails.
                    if task >= tasks || give.send((task, work(task))).is_err() {
                        return;
                    }
                }
            });
        }
        drop(give);
        let mut early = BTreeMap::new();
        let mut due = 0;
        for (task, result) in results {
            early.insert(task, result);
            while let Some(result) = early.remove(&due) {
                let taken = take(due, result);
                due += 1;
                if !matches!(taken, Ok(ControlFlow::Continue(()))) {
                    over.store(true, Ordering::Relaxed);
                    return taken.map(|_| ());
                }
            }
        }
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_order_whatever_the_jobs() {
        for jobs in [1, 2, 7] {
            let mut taken = Vec::new();
            // Early tasks take longest.
            let work = |task: u64| {
                std::hint::black_box((0..(50 - task) * 2_000).sum::<u64>());
                task
            };
            let all = in_order(Some(jobs), 50, work, |task, result| {
                assert_eq!(task, result);
                taken.push(task);
                Ok(ControlFlow::Continue(()))
            });
            assert!(all.is_ok());
            assert_eq!(taken, (0..50).collect::<Vec<u64>>());
        }
    }

    #[test]
    fn a_break_ends_it() {
        let mut taken = 0;
        let broke = in_order(
            Some(3),
            u64::MAX,
            |task| task,
            |task, _| {
                taken += 1;
                Ok(if task == 9 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
            },
        );
        assert!(broke.is_ok());
        assert_eq!(taken, 10);
    }
}
