//! What jobs make of their inputs: one table for each job, for all runs of the program.
//!
//! Those that are built in call their functions, once for each input. What a person has written comes
//! as a [table](Table) that was filled elsewhere; a run that [wants](Table::wanted) a result which is
//! not there is made again from before that step, once it is.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use netsplit_core::mapreduce::functions::built_in;
use netsplit_core::mapreduce::job::{Code, Direct, Functions, Table};

thread_local! {
    static TABLES: RefCell<BTreeMap<String, Code>> = const { RefCell::new(BTreeMap::new()) };
}

/// Takes a table of a person's own functions; the job's word is the table's name.
pub fn bring(table: Arc<dyn Table>) {
    let name = table.name().to_owned();
    TABLES.with_borrow_mut(|tables| tables.insert(name, Code(table)));
}

/// Whether there is a table of this name.
pub fn is_here(job: &str) -> bool {
    TABLES.with_borrow(|tables| tables.contains_key(job))
}

/// The table of a job. Of a job that nobody has brought there is nothing to be said: it counts words.
pub fn of(job: &str) -> Code {
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
