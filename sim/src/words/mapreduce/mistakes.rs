//! The mistakes of a MapReduce.

use netsplit_core::mapreduce::mutants::{Breaks, Mutant};

use crate::labs::Mistake;

/// Those of a MapReduce.
pub fn mistakes() -> Vec<Mistake> {
    let shown = |mutant: &Mutant| Mistake {
        id: mutant.id(),
        who: who_makes(*mutant),
        does: mistake(*mutant),
        breaks: breaks(mutant.breaks()),
    };
    Mutant::ALL.iter().map(shown).collect()
}

fn who_makes(mutant: Mutant) -> &'static str {
    match mutant {
        Mutant::WritesInPlace
        | Mutant::SharedTempName
        | Mutant::OwnHash
        | Mutant::NoGrouping
        | Mutant::NeverExits
        | Mutant::DeletesEarly
        | Mutant::BusyLoop => "a worker",
        _ => "the coordinator",
    }
}

/// What a mistake breaks, as people say it.
pub fn breaks(breaks: Breaks) -> &'static str {
    match breaks {
        Breaks::Output => "the output is what a sequential run writes (3.3)",
        Breaks::MapsFirst => "no reduce function begins before all maps are done (3.1)",
        Breaks::WholeFiles => "only whole files are read (3.3)",
        Breaks::Patience => "an attempt is given up for a reason (3.3)",
        Breaks::NoIdleHands => "nobody waits while there is something to do (3.1)",
        Breaks::EndsComplete => "the job ends when all output is there (3.1)",
        Breaks::LiveJob => "the job ends, and workers exit",
        Breaks::Traffic => "who is told to wait waits",
        Breaks::Counters => "what the user’s code counts is counted of each task once (4.9)",
    }
}

/// What somebody does that makes the mistake, in the third person and without a full stop.
pub fn mistake(mutant: Mutant) -> &'static str {
    match mutant {
        Mutant::ReduceEarly => "gives reduce tasks out before the last map is done",
        Mutant::NeverAgain => "never gives a task out again",
        Mutant::Impatient => "gives attempts up after a quarter of their time",
        Mutant::CountsCompletions => "counts completions instead of tasks",
        Mutant::RefusesLate => {
            "refuses what an attempt has done that was given up, and forgets the one in its place"
        }
        Mutant::WritesInPlace => "writes output under its final name",
        Mutant::SharedTempName => {
            "writes what it has not finished under a name that all attempts share"
        }
        Mutant::OwnHash => "divides the keys in its own way",
        Mutant::NoGrouping => "does not sort before it reduces",
        Mutant::WaitMeansOver => "says that the job is over when nothing is to be done now",
        Mutant::DoneWhenAssigned => "takes the job for over when the last task is given out",
        Mutant::NeverExits => "never exits",
        Mutant::OneAtATime => "gives one task out at a time",
        Mutant::DeletesEarly => "deletes what it has read before it has written anything",
        Mutant::BusyLoop => "asks again at once when it is told to wait",
        Mutant::TimeOfWorker => "counts the time of a worker, not of what it does",
        Mutant::CountsAgain => "adds up counters of attempts that come late as well",
    }
}
