//! What a reader has on the bench: a job to be, its code, its files, and a run of it for real. It
//! stays as long as the page, whatever view is shown.

use std::cell::RefCell;
use std::collections::BTreeMap;

use netsplit_core::mapreduce::functions::{BUILT_IN, BuiltIn};
use netsplit_jobs::plan::Job;
use netsplit_script::Fault;
use netsplit_sim::labs::mapreduce::tables;
use netsplit_sim::scenario::Setup;
use netsplit_sim::script::clean;
use web_sys::File;
use yew::Callback;

use super::input::{self, Source, trouble};
use super::real::{Order, Real, Standing};
use crate::browser;

/// What the bench begins with: the course's first job, as a script.
pub const EXAMPLE: &str = "\
// Counts words. A map emits pairs, and a reduce
// makes one value of all values of a key.
fn map(name, text) {
    for word in words(text) {
        emit(word, 1);
    }
}

fn reduce(key, values) {
    sum(values)
}
";

/// Under which names the tab keeps what the reader writes, and what they have had run.
const DRAFT: &str = "netsplit-draft";
const RAN: &str = "netsplit-ran";

/// Which functions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Chosen {
    /// Those of a job that is built in, by its word.
    BuiltIn(String),
    /// The reader's own.
    Own,
}

/// What the reader has written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Draft {
    /// The code of the run that was there; empty where it had none.
    pub of: String,
    /// What it has become.
    pub text: String,
}

impl Draft {
    /// Whether it is about a run with this code, and not about another that was opened since.
    fn is_about(&self, code: &str) -> bool {
        code.is_empty() || code == self.of || code == clean(&self.text)
    }
}

/// The bench.
pub struct Bench {
    /// The job that was chosen; `None` for that of the run.
    pub chosen: Option<Chosen>,
    /// The reader's own code; `None` for that of the run, or the example.
    pub draft: Option<Draft>,
    /// The reader's own files; empty for the input of the run.
    pub sources: Vec<Source>,
    /// The words of the inputs that they are in simulated runs, once they were read, by how large the
    /// splits are into which they were cut for that.
    pub given: BTreeMap<Option<u64>, String>,
    /// How many workers a run for real has.
    pub workers: u32,
    /// How far a run for real is.
    pub standing: Option<Standing>,
    /// The word of its job, and of the input where that was the run's and not the reader's files.
    pub of: Option<(String, Option<String>)>,
    /// How many workers it has.
    pub ran_with: u32,
    /// Why something could not be done.
    pub trouble: Option<String>,
    /// What may be wrong with the files.
    pub doubt: Option<String>,
    /// How often files were taken: whoever waits for something of them sees that they are others.
    pub taken: u64,
    /// The books are on their way.
    pub fetches: bool,
    real: Option<Real>,
    /// How often a run for real was started or ended.
    runs: u64,
}

impl Bench {
    /// The word of the input that the files are for a job.
    pub fn given_to(&self, job: &Job) -> Option<&str> {
        self.given.get(&input::split_of(job, &self.sources)).map(String::as_str)
    }

    /// Hears how far a run for real is, by its number. What was on its way when it ended, or when
    /// another began, is not about what is shown now.
    fn hear(&mut self, run: u64, standing: Standing) {
        if run == self.runs {
            self.standing = Some(standing);
        }
    }

    /// What a run for real has found wrong with the code.
    pub fn fault(&self) -> Option<Fault> {
        match &self.standing {
            Some(Standing::Fault(fault)) => Some(fault.clone()),
            _ => None,
        }
    }

    /// The code beside a run with this one: the reader's, that of the run, or the example.
    pub fn code(&self, of_run: &str) -> String {
        match &self.draft {
            Some(draft) if draft.is_about(of_run) => draft.text.clone(),
            _ if of_run.is_empty() => EXAMPLE.to_owned(),
            _ => of_run.to_owned(),
        }
    }
}

thread_local! {
    static BENCH: RefCell<Bench> = const { RefCell::new(empty()) };
}

const fn empty() -> Bench {
    Bench {
        chosen: None,
        draft: None,
        sources: Vec::new(),
        given: BTreeMap::new(),
        workers: 2,
        standing: None,
        of: None,
        ran_with: 0,
        trouble: None,
        doubt: None,
        taken: 0,
        fetches: false,
        real: None,
        runs: 0,
    }
}

/// Looks at it.
pub fn look<T>(at: impl FnOnce(&Bench) -> T) -> T {
    BENCH.with_borrow(at)
}

/// Changes it, and tells whoever shows it.
pub fn change(how: impl FnOnce(&mut Bench)) {
    BENCH.with_borrow_mut(how);
    super::tell();
}

/// A script that runs a job simulated, from what another run started from; and the job's word. The
/// reader's files, where some are given, take the place of its input.
///
/// # Errors
/// What a script cannot say.
pub fn written(
    setup: &Setup,
    chosen: &Chosen,
    code: &str,
    given: Option<&str>,
) -> Result<(String, String), String> {
    if *chosen == Chosen::Own && code.trim().is_empty() {
        return Err("There is no code to run: write map and reduce.".to_owned());
    }
    let mut setup = Setup { code: String::new(), ..setup.clone() };
    let mut changes: Vec<(String, String)> = Vec::new();
    if let Some(word) = given {
        // Texts that are there are as large as they are.
        let own = [("input", word), ("scale", "1")];
        changes.extend(own.map(|(key, value)| (key.to_owned(), value.to_owned())));
    }
    changes.push((
        "job".to_owned(),
        match chosen {
            Chosen::BuiltIn(word) => word.clone(),
            Chosen::Own => "wc".to_owned(),
        },
    ));
    setup.options.retain(|(key, _)| changes.iter().all(|(other, _)| other != key));
    let setup = setup.changed(&changes).map_err(|error| error.message)?;
    let setup = match chosen {
        Chosen::BuiltIn(_) => setup,
        Chosen::Own => setup.with_code(code).map_err(|error| error.message)?,
    };
    let job = setup.options.iter().find(|(key, _)| key == "job");
    let job = job.map_or("wc", |(_, word)| word).to_owned();
    Ok((setup.to_string(), job))
}

/// The word of the job of this code.
pub fn job_of(code: &str) -> String {
    tables::job_of_code(&clean(code))
}

/// Takes files as the input of jobs to come.
pub fn take(files: Vec<File>) {
    let source = |file: File| Source { name: file.name(), blob: file.into() };
    take_sources(files.into_iter().map(source).collect());
}

/// The same of a text that was pasted.
pub fn paste(text: &str) {
    take_sources(Source::of_bytes("pasted", text.as_bytes()).into_iter().collect());
}

/// The same of what stands for files.
pub fn take_sources(sources: Vec<Source>) {
    stop();
    let of = look(|bench| bench.taken + 1);
    input::doubt(sources.clone(), move |doubt| {
        change(|bench| bench.doubt = doubt.filter(|_| bench.taken == of));
    });
    change(|bench| {
        // Too much for a simulated run may be little for one for real.
        bench.trouble = trouble(&sources).filter(|_| !sources.is_empty());
        (bench.sources, bench.given, bench.doubt) = (sources, BTreeMap::new(), None);
        (bench.taken, bench.fetches) = (of, false);
    });
}

/// The reader has written.
pub fn draft(draft: Draft) {
    browser::keep_in_tab(DRAFT, &draft.text);
    change(|bench| {
        // What was wrong with another text is of no use.
        bench.standing = bench.standing.take().filter(|it| !matches!(it, Standing::Fault(_)));
        (bench.draft, bench.trouble) = (Some(draft), None);
    });
}

/// The reader has had this code of theirs run: after the page was loaded again it is still theirs.
pub fn keep_own(code: &str) {
    browser::keep_in_tab(RAN, &clean(code));
}

/// Whether the reader has had this code run as theirs, in this tab.
pub fn is_own(code: &str) -> bool {
    !code.is_empty() && browser::kept_in_tab(RAN).is_some_and(|ran| ran == clean(code))
}

/// What was being written when the page was loaded again.
pub fn find_draft() {
    let draft = browser::kept_in_tab(DRAFT).map(|text| Draft { text, ..Draft::default() });
    BENCH.with_borrow_mut(|bench| bench.draft = bench.draft.take().or(draft));
}

/// Starts a run for real of a job of this word, over the run's input where its word is given.
pub fn start(order: Order, of: (String, Option<String>)) {
    stop();
    let run = look(|bench| bench.runs);
    let told = Callback::from(move |standing: Standing| {
        super::later(move || change(|bench| bench.hear(run, standing)));
    });
    let workers = order.workers;
    let real = Real::start(order, told);
    change(|bench| {
        (bench.real, bench.of, bench.trouble) = (Some(real), Some(of), None);
        bench.ran_with = workers;
        bench.standing.get_or_insert(Standing::Works(None));
    });
}

/// Ends it, and forgets what it came to.
pub fn stop() {
    let real = BENCH.with_borrow_mut(|bench| {
        bench.standing = None;
        bench.runs += 1;
        bench.real.take()
    });
    drop(real);
    super::tell();
}

/// The word of the job that is a chain of jobs.
pub const CHAIN: &str = "page-rank";

/// The words of jobs that are offered: those of the paper and that of the run, whatever it is. Those
/// of the course's tests wait and crash on purpose.
pub fn jobs(of_run: &str) -> impl Iterator<Item = (&'static str, &'static str)> {
    const OFFERED: [&str; 7] =
        ["wc", "indexer", "grep", "url-count", "reverse-links", "sort", "fragile-wc"];
    let is_offered = move |job: &&BuiltIn| OFFERED.contains(&job.name) || job.name == of_run;
    BUILT_IN.iter().filter(is_offered).map(|job| (job.name, job.about))
}

#[cfg(test)]
mod tests {
    use netsplit_sim::scenario::Script;

    use super::*;

    #[test]
    fn the_code_beside_a_run_is_the_readers_unless_another_came_with_the_run() {
        let mut bench = Bench { draft: None, ..empty() };
        assert_eq!([bench.code(""), bench.code("theirs")], [EXAMPLE, "theirs"]);
        bench.draft = Some(Draft { of: String::new(), text: "mine".to_owned() });
        assert_eq!(
            [bench.code(""), bench.code("mine\n"), bench.code("theirs")],
            ["mine", "mine", "theirs"]
        );
        bench.draft = Some(Draft { of: "theirs".to_owned(), text: "theirs, mended".to_owned() });
        assert_eq!([bench.code("theirs"), bench.code("others")], ["theirs, mended", "others"]);
    }

    #[test]
    fn what_a_run_that_was_stopped_has_still_to_say_is_not_heard() {
        stop();
        let first = look(|bench| bench.runs);
        stop();
        change(|bench| bench.hear(first, Standing::Failed("late".to_owned())));
        assert_eq!(look(|bench| bench.standing.clone()), None);
        change(|bench| bench.hear(bench.runs, Standing::Works(None)));
        assert_eq!(look(|bench| bench.standing.clone()), Some(Standing::Works(None)));
    }

    #[test]
    fn what_is_offered_is_of_the_paper_and_of_the_run() {
        let words = |of_run: &str| jobs(of_run).map(|(word, _)| word).collect::<Vec<_>>();
        assert!(!words("wc").contains(&"crash"), "it would wait for ever in a run for real");
        assert_eq!(words("wc").len() + 1, words(CHAIN).len());
        assert_eq!(words(CHAIN).last(), Some(&"fragile-wc"));
    }

    #[test]
    fn a_script_runs_what_was_chosen_over_what_was_brought() {
        let run = Script::parse("scenario mapreduce nodes=4 seed=3 job=indexer parts=2\ncrash n2");
        let setup = run.expect("it is a script").setup;
        let word = |word: &str| Chosen::BuiltIn(word.to_owned());
        let (text, job) =
            written(&setup, &word("grep"), "", Some("given-aa")).expect("it can be said");
        assert_eq!(
            (&*text, &*job),
            (
                "scenario mapreduce nodes=4 clients=1 seed=3 job=grep input=given-aa parts=2 scale=1\n",
                "grep"
            )
        );
        let (text, job) = written(&setup, &Chosen::Own, EXAMPLE, None).expect("it can be said");
        let own = Script::parse(&text).expect("it is a script").setup;
        assert_eq!((own.code.as_str(), job), (EXAMPLE, job_of(EXAMPLE)));
        let nothing = written(&setup, &Chosen::Own, " \n", None);
        assert!(nothing.is_err_and(|why| why.contains("no code")), "it is not some other job");
        // And back to one that is built in.
        let (text, job) = written(&own, &word("wc"), EXAMPLE, None).expect("it can be said");
        assert_eq!((text.lines().count(), &*job), (1, "wc"));
    }
}
