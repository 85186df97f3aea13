//! Where what runs want is computed: the maps and reduces of a reader's own code, or of a job over a
//! reader's own files.
//!
//! A stranger's code does not run before the reader has [allowed](allow) it: the page asks, once.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use netsplit_core::mapreduce::filled::Wanted;
use netsplit_jobs::words::{Answer, Request};
use netsplit_script::{Fault, Sampled};
use netsplit_sim::labs::mapreduce::tables;
use yew::Callback;

use super::desk::{Desk, NO_WORKERS};
use super::{bench, later, tell};
use crate::state::action::{Action, Float};

/// What the workshop is at.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Standing {
    /// How many results have come, of how many that were wanted.
    pub made: (usize, usize),
    /// What is wrong with the code that was tried last, and with which.
    pub fault: Option<(String, Fault)>,
    /// What a sample came to, and of which code.
    pub sampled: Option<(String, Sampled)>,
    /// A sample is at work.
    pub samples: bool,
}

#[derive(Default)]
struct Workshop {
    on: Callback<Action>,
    standing: Standing,
    /// The worker, and the job that it knows.
    desk: Option<(Desk, String)>,
    /// The worker that tries samples: a slow one does not keep a run.
    trial: Option<Desk>,
    /// Which of the samples that were tried it is at.
    trials: u64,
    sent: BTreeMap<u64, (String, Wanted)>,
    next: u64,
    allowed: BTreeSet<String>,
    /// The job that waits for the reader's word.
    asks: Option<String>,
    scheduled: bool,
}

thread_local! {
    static SHOP: RefCell<Workshop> = RefCell::default();
}

fn with<T>(act: impl FnOnce(&mut Workshop) -> T) -> T {
    SHOP.with_borrow_mut(act)
}

/// Opens the workshop; what the page is to do goes there.
pub fn open(on: &Callback<Action>) {
    bench::find_draft();
    with(|shop| shop.on = on.clone());
    tables::tell_when_wanted(|| {
        // A step is in the midst: the work begins when it is over.
        if !with(|shop| std::mem::replace(&mut shop.scheduled, true)) {
            later(go_on);
        }
    });
}

/// What it is at.
pub fn standing() -> Standing {
    with(|shop| shop.standing.clone())
}

/// The code that waits for the reader's word.
pub fn asked_for() -> Option<String> {
    tables::code_of(&with(|shop| shop.asks.clone())?)
}

/// The code of this job may run.
pub fn allow(job: &str) {
    with(|shop| {
        shop.allowed.insert(job.to_owned());
    });
}

/// The reader's word about the code that waits.
pub fn answer(runs: bool) {
    let (asks, on) = with(|shop| (shop.asks.take(), shop.on.clone()));
    on.emit(Action::Float(Float::Nothing));
    let Some(job) = asks else { return };
    if runs {
        allow(&job);
        go_on();
    } else {
        refuse(&job);
    }
}

/// What is said when code was not allowed.
const REFUSED: &str =
    "The code was not run, and without it the job cannot go on. Opening it again asks again.";

fn refuse(job: &str) {
    give_up(job);
    with(|shop| shop.on.clone()).emit(Action::Say(REFUSED.to_owned(), false));
}

/// The question was closed without a word: that is no.
pub fn dismiss() {
    // Whoever closed it is in the midst of that.
    later(|| {
        if let Some(job) = with(|shop| shop.asks.take()) {
            refuse(&job);
        }
    });
}

/// Runs do not get what they want: they stop.
fn give_up(job: &str) {
    let on = with(|shop| {
        shop.desk = None;
        shop.sent.clear();
        shop.standing.made = (0, 0);
        shop.on.clone()
    });
    on.emit(Action::CancelOpening);
    on.emit(Action::Pause);
    tables::give_up(job);
    tell();
}

/// Ends what is being computed, as if it had failed.
pub fn cancel() {
    if let Some(job) = with(|shop| shop.desk.as_ref().map(|(_, job)| job.clone())) {
        give_up(&job);
    }
}

/// The code that has a fault is not there any more.
pub fn forget_fault() {
    with(|shop| shop.standing.fault = None);
}

/// Tries code on short texts, each with its name.
pub fn sample(code: &str, texts: Vec<(String, String)>) {
    let of = code.to_owned();
    // What was tried before is not waited for, nor heard any more.
    let number = with(|shop| {
        shop.trials += 1;
        shop.trials
    });
    let trial = Desk::new(move |answer| {
        let of = of.clone();
        later(move || {
            if with(|shop| shop.trial.is_some() && shop.trials == number) {
                sampled(of, answer);
            }
        });
    });
    let Some(desk) = trial else {
        cancel_sample();
        return say_failed(NO_WORKERS);
    };
    desk.ask(&Request::Compile(code.to_owned()));
    desk.ask(&Request::Sample(texts));
    with(|shop| {
        shop.trial = Some(desk);
        (shop.standing.sampled, shop.standing.fault, shop.standing.samples) = (None, None, true);
    });
    tell();
}

/// Ends the sample that is at work.
pub fn cancel_sample() {
    with(|shop| {
        shop.trial = None;
        shop.standing.samples = false;
    });
    tell();
}

fn sampled(of: String, answer: Answer) {
    match answer {
        Answer::Sampled(found) => with(|shop| shop.standing.sampled = Some((of, *found))),
        Answer::Fault(fault) => with(|shop| shop.standing.fault = Some((of, fault))),
        Answer::Failed(why) => say_failed(&why),
        _ => return,
    }
    cancel_sample();
}

/// Has computed what is wanted and is not at work yet.
fn go_on() {
    let (wanted, mut lacks) = (tables::wanted(), None);
    let asks = with(|shop| {
        shop.scheduled = false;
        let (job, _) = wanted.first()?;
        let is_own = || tables::code_of(job).is_some_and(|code| bench::is_own(&code));
        if tables::is_of_code(job) && !shop.allowed.contains(job) && !is_own() {
            let is_new = shop.asks.replace(job.clone()).is_none();
            return is_new.then(|| shop.on.clone());
        }
        if !shop.begin(job) {
            lacks = Some(job.clone());
            return None;
        }
        for (of, wanted) in wanted.iter().filter(|(of, _)| of == job) {
            shop.send(of, wanted);
        }
        None
    });
    if let Some(on) = asks {
        on.emit(Action::Float(Float::Code));
    }
    if let Some(job) = lacks {
        give_up(&job);
        say_failed(NO_WORKERS);
    }
    tell();
}

impl Workshop {
    /// Has a worker that knows this job; false where there cannot be one.
    fn begin(&mut self, job: &str) -> bool {
        if self.desk.as_ref().is_some_and(|(_, of)| of == job) {
            return true;
        }
        self.sent.clear();
        self.standing.made = (0, 0);
        let Some(desk) = Desk::new(|answer| later(move || answered(answer))) else { return false };
        desk.ask(&match tables::code_of(job) {
            Some(code) => Request::Compile(code),
            None => Request::Use(job.to_owned()),
        });
        self.desk = Some((desk, job.to_owned()));
        true
    }

    fn send(&mut self, job: &str, wanted: &Wanted) {
        if self.sent.values().any(|(_, sent)| sent == wanted) {
            return;
        }
        let Some((desk, _)) = &self.desk else { return };
        self.next += 1;
        desk.ask(&Request::Make { number: self.next, wanted: wanted.clone() });
        self.sent.insert(self.next, (job.to_owned(), wanted.clone()));
        self.standing.made.1 += 1;
    }
}

fn answered(answer: Answer) {
    match answer {
        Answer::Made { number, made } => {
            let Some((job, wanted)) = with(|shop| shop.sent.remove(&number)) else { return };
            tables::insert(&job, &wanted, made);
            with(|shop| {
                shop.standing.made.0 += 1;
                if shop.sent.is_empty() {
                    shop.standing.made = (0, 0);
                }
            });
            tell();
        }
        Answer::Fault(fault) => {
            let Some(job) = with(|shop| shop.desk.as_ref().map(|(_, job)| job.clone())) else {
                return;
            };
            let said = fault.sentence();
            let code = tables::code_of(&job).unwrap_or_default();
            with(|shop| shop.standing.fault = Some((code, fault)));
            give_up(&job);
            with(|shop| shop.on.clone()).emit(Action::Say(said, true));
        }
        // After a fault nothing can be made: that is no news.
        Answer::Failed(_) if with(|shop| shop.desk.is_none()) => {}
        Answer::Failed(why) => {
            cancel();
            say_failed(&why);
        }
        _ => {}
    }
}

/// Says that something could not be done that has nothing to do with the code.
fn say_failed(why: &str) {
    with(|shop| shop.on.clone()).emit(Action::Say(sentence(why), true));
}

fn sentence(why: &str) -> String {
    let mut letters = why.chars();
    let first = letters.next().map(|letter| letter.to_uppercase().to_string());
    format!("{}{}.", first.unwrap_or_default(), letters.as_str())
}
