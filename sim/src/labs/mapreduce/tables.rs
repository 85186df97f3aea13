//! What jobs make of their inputs: one table for each job, for all runs of the program.
//!
//! Those that are built in call their functions, once for each input. What a person has written comes
//! as a [table](Filled) that is filled elsewhere, by whoever drives the runs:
//!
//! 1. It [brings](bring) the table, and then opens the run with `job=` and the table's name.
//! 2. It lets the run go on. Where the next step needs what is not there, the run
//!    [stops](crate::scene::Stop::Wants) before that step, in whatever way it is moved (on, by a step,
//!    to another moment); an act is [refused](crate::verb::NotPossible::Wants), and nothing has
//!    changed.
//! 3. It is [told](tell_when_wanted) when that happens, looks at what is [wanted], computes that
//!    ([`Wanted::made_by`]), wherever and however long it takes, and [inserts](insert) it. As long as
//!    something [is awaited](waits), runs stay where they are. What cannot be computed is
//!    [given up](give_up).
//! 4. It goes on, or acts once more.
//!
//! The first step of a run asks for all maps of all splits, and the next try for all reduces, since
//! the checks compare with a sequential run: after that nothing is wanted unless records are skipped
//! or mistakes are made. What is in a table stays there, so that seeking and branches want nothing.

use std::cell::RefCell;
use std::collections::{BTreeMap, VecDeque};
use std::rc::Rc;
use std::sync::Arc;

use netsplit_core::mapreduce::filled::{Filled, Made, Wanted};
use netsplit_core::mapreduce::functions::built_in;
use netsplit_core::mapreduce::job::{
    Code, Direct, Functions, MapAsk, Mapped, ReduceAsk, Reduced, Table, digest,
};

/// Pieces of code that are remembered at most, and tables that are filled.
const CODE_MOST: usize = 32;

thread_local! {
    static TOLD: RefCell<Option<Rc<dyn Fn()>>> = const { RefCell::new(None) };
    static KNOWN: RefCell<VecDeque<(String, String)>> = const { RefCell::new(VecDeque::new()) };
    static TABLES: RefCell<BTreeMap<String, Code>> = const { RefCell::new(BTreeMap::new()) };
    static FILLED: RefCell<Vec<Arc<Filled>>> = const { RefCell::new(Vec::new()) };
}

/// Takes a table of a person's own functions; the job's word is the table's name.
pub fn bring(table: Arc<dyn Table>) {
    let name = table.name().to_owned();
    TABLES.with_borrow_mut(|tables| tables.insert(name, Code(table)));
}

/// Takes a table that is filled while runs go on, and gives it back; one of this name that is there
/// already stays, with all that it holds.
pub fn bring_filled(name: &str) -> Arc<Filled> {
    FILLED.with_borrow_mut(|all| {
        if let Some(known) = all.iter().find(|table| Table::name(&***table) == name) {
            return Arc::clone(known);
        }
        if all.len() >= CODE_MOST {
            // A run that is still there has its own, and gets another where it boots again.
            let oldest = all.remove(0);
            TABLES.with_borrow_mut(|tables| tables.remove(Table::name(&*oldest)));
        }
        let table = Arc::new(Filled::new(name));
        all.push(Arc::clone(&table));
        bring(Arc::new(Telling(Arc::clone(&table))));
        table
    })
}

/// A table that says when something is asked in vain.
#[derive(Debug)]
struct Telling(Arc<Filled>);

impl Telling {
    fn told<T>(&self, found: Option<T>) -> Option<T> {
        let tell = TOLD.with_borrow(|tell| tell.clone().filter(|_| found.is_none()));
        if let Some(tell) = tell {
            tell();
        }
        found
    }
}

impl Table for Telling {
    fn name(&self) -> &str {
        Table::name(&*self.0)
    }

    fn map(&self, ask: &MapAsk<'_>) -> Option<Arc<Mapped>> {
        self.told(self.0.map(ask))
    }

    fn reduce(&self, ask: &ReduceAsk<'_>) -> Option<Arc<Reduced>> {
        self.told(self.0.reduce(ask))
    }

    fn wanted(&self) -> u64 {
        self.0.wanted()
    }
}

/// Lets this be called whenever something is asked in vain, in the midst of a step: it may only note
/// that there is something to do.
pub fn tell_when_wanted(tell: impl Fn() + 'static) {
    TOLD.set(Some(Rc::new(tell)));
}

/// Whether something was asked in vain that has not come since.
pub fn waits() -> bool {
    FILLED.with_borrow(|all| all.iter().any(|table| table.waits()))
}

/// Nothing that was asked of this table will come: runs ask again, if they go on at all.
pub fn give_up(name: &str) {
    FILLED.with_borrow(|all| {
        all.iter().filter(|table| Table::name(&***table) == name).for_each(|table| table.give_up());
    });
}

/// Remembers a reader's own code by its job.
pub(crate) fn know(code: &str) -> String {
    let job = job_of_code(code);
    KNOWN.with_borrow_mut(|known| {
        if known.iter().all(|(other, _)| *other != job) {
            known.truncate(CODE_MOST - 1);
            known.push_front((job.clone(), code.to_owned()));
        }
    });
    job
}

/// The code of a job that a script has brought lately.
pub fn code_of(job: &str) -> Option<String> {
    KNOWN.with_borrow(|known| {
        known.iter().find(|(other, _)| other == job).map(|(_, code)| code.clone())
    })
}

/// What runs have asked in vain and is not there yet, by the name of the table.
pub fn wanted() -> Vec<(String, Wanted)> {
    FILLED.with_borrow(|all| {
        let of = |table: &Arc<Filled>| {
            let name = Table::name(&**table).to_owned();
            table.asks().into_iter().map(move |ask| (name.clone(), ask))
        };
        all.iter().flat_map(of).collect()
    })
}

/// Puts a result into the table of this name. False where there is no such table, or the result is
/// none of what was asked.
pub fn insert(name: &str, of: &Wanted, made: Made) -> bool {
    FILLED.with_borrow(|all| {
        let table = all.iter().find(|table| Table::name(&***table) == name);
        table.is_some_and(|table| table.insert(of, made))
    })
}

/// How often something was asked in vain; `None` where there is no table that is filled, and no code
/// whose table is still to be made: a run's first step makes it, and may ask in vain already.
pub fn wanted_so_far() -> Option<u64> {
    let comes = KNOWN.with_borrow(|known| known.iter().any(|(job, _)| !is_here(job)));
    FILLED.with_borrow(|all| {
        let may = comes || !all.is_empty();
        may.then(|| all.iter().map(|table| table.wanted()).sum::<u64>())
    })
}

/// The job of a reader's own code: of the same text the same.
pub fn job_of_code(code: &str) -> String {
    format!("{CODE}{:016x}", digest([code.as_bytes()]))
}

/// Whether this is the job of some code.
pub fn is_of_code(job: &str) -> bool {
    let digits = job.strip_prefix(CODE);
    digits.is_some_and(|it| it.len() == 16 && u64::from_str_radix(it, 16).is_ok())
}

/// How the jobs of code begin.
const CODE: &str = "script-";

/// Whether there is a table of this name.
pub fn is_here(job: &str) -> bool {
    TABLES.with_borrow(|tables| tables.contains_key(job))
}

/// The table of a job. That of a reader's own code is filled by whoever drives the runs. Of a job
/// that nobody has brought there is nothing to be said: it counts words.
pub fn of(job: &str) -> Code {
    if is_of_code(job) && !is_here(job) {
        bring_filled(job);
    }
    TABLES.with_borrow_mut(|tables| {
        let fresh = || Code(Arc::new(Direct::keeping(functions(job))));
        tables.entry(job.to_owned()).or_insert_with(fresh).clone()
    })
}

/// The functions of a job that is built in.
pub fn functions(job: &str) -> Box<dyn Functions> {
    let job = built_in(job).or_else(|| built_in("wc")).expect("it is in the list");
    (job.functions)()
}

#[cfg(test)]
mod tests;
