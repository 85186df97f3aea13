//! Every test can fail: a mistake and a seed under which it ends red, as for
//! [the store](crate::course::kv::red).

use crate::check::mapreduce::property::{
    ENDS_COMPLETE, MAPS_FIRST, NO_IDLE_HANDS, PATIENCE, PAUSES, WHOLE_FILES,
};
use crate::course::kv::red::Red;
use crate::course::mistake::Mistake;
use crate::course::raft::red::By;

/// The rows: one a test, in order, and then assertions that none of those shows.
pub static ROWS: &[Red] = &{
    use netsplit_core::mapreduce::mutants::Mutant as M;
    const fn red(test: &'static str, it: M, assertion: &'static str) -> Red {
        Red { test, mistake: Mistake::OfMapReduce(it), seed: 1, by: By::Assertion(assertion) }
    }
    const fn broken(test: &'static str, it: M, property: &'static str) -> Red {
        Red { test, mistake: Mistake::OfMapReduce(it), seed: 1, by: By::Property(property) }
    }
    const NOT_THE_SAME: &str = "output is not the same as that of a sequential run";
    [
        red("wc", M::OwnHash, NOT_THE_SAME),
        red("indexer", M::NoGrouping, NOT_THE_SAME),
        red("map parallelism", M::OneAtATime, "saw 1 workers rather than 2"),
        red("reduce parallelism", M::OneAtATime, "too few parallel reduces"),
        red("job count", M::Impatient, "map jobs ran incorrect number of times"),
        red("early exit", M::DoneWhenAssigned, "output changed after first worker exited"),
        red("crash", M::NeverAgain, "the job did not finish"),
        red("wc, own disks", M::OwnHash, NOT_THE_SAME),
        red("indexer, own disks", M::NoGrouping, NOT_THE_SAME),
        red("map parallelism, own disks", M::OneAtATime, "saw 1 workers rather than 2"),
        red("reduce parallelism, own disks", M::OneAtATime, "too few parallel reduces"),
        red("job count, own disks", M::Impatient, "map jobs ran incorrect number of times"),
        red("early exit, own disks", M::WaitMeansOver, "output changed after first worker exited"),
        red("crash, own disks", M::NeverAgain, "the job did not finish"),
        red("wc", M::NeverExits, "workers did not exit"),
        red("wc", M::ReduceEarly, NOT_THE_SAME),
        red("early exit", M::WaitMeansOver, "output changed after first worker exited"),
        red("crash", M::DeletesEarly, "the job did not finish"),
        broken("job count", M::ReduceEarly, MAPS_FIRST),
        broken("early exit", M::OwnHash, WHOLE_FILES),
        broken("job count", M::BusyLoop, PAUSES),
        broken("crash", M::TimeOfWorker, PATIENCE),
        broken("wc", M::OneAtATime, NO_IDLE_HANDS),
        broken("indexer", M::DoneWhenAssigned, ENDS_COMPLETE),
    ]
};
